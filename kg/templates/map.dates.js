  // Time: what holds on a date, and what differs between two. What has no dates always holds.
  const from = (written) => `${written}-01-01`.slice(0, 10);
  const lastOf = (month) => new Date(Date.UTC(month.slice(0, 4), month.slice(5), 0)).getUTCDate();
  const until = (written) => ({ 4: `${written}-12-31`, 7: `${written}-${lastOf(written)}` })[written.length] || written;

  const holds = (periods, date) => !periods || !date || periods.some(
    ([since, end]) => (!since || from(since) <= until(date)) && (!end || until(end) >= until(date)));
  const holdsThing = (thing, date) => holds(more(thing).periods, date);
  const holdsTie = (tie, date) => holds(data.relations.periods[tie], date)
    && holdsThing(source(tie), date) && holdsThing(target(tie), date);
  const dateNow = () => (asked() ? dayOfAnswers() : state.date || (state.with ? data.now : ""));
  const compared = () => state.with !== "" && state.with !== dateNow();

  const inTime = (tie) => holdsTie(tie, dateNow()) || (compared() && holdsTie(tie, state.with));
  const thingInTime = (thing) => holdsThing(thing, dateNow()) || (compared() && holdsThing(thing, state.with));

  // What differs between the two dates: "added", "ended" or nothing.
  const changeIn = (isHeld) => {
    if (!compared()) { return ""; }
    const [before, after] = [isHeld(state.with), isHeld(dateNow())];
    return before === after ? "" : after ? "added" : "ended";
  };
  const changeOf = (tie) => changeIn((date) => holdsTie(tie, date));
  const changeOfThing = (thing) => changeIn((date) => holdsThing(thing, date));
  const holdsNow = (thing) => holdsThing(thing, dateNow());

  // What several have in common.
  const shared = (changes) => (new Set(changes).size === 1 ? changes[0] : "");

  // A sign, because colour alone would say nothing to some.
  const signed = (text, change) => (change ? `${words.marks[change]} ${text}` : text);
  const withSign = (box, mark) => ({ ...box, mark, label: signed(box.label, mark) });

  // "＋3 －1": how many of some began and ended between the two dates.
  function tally(changes) {
    const number = (change) => changes.filter((found) => found === change).length;
    return ["added", "ended"].filter(number).map((change) => `${words.marks[change]}${number(change)}`).join(" ");
  }

  const changesAmong = (list) => tally(list.map(changeOf));

  let marks = [];

  // The dates at which anything begins or ends, to the month, for the slider to stop at.
  function indexDates() {
    const found = new Set();
    const add = (periods) => (periods || []).forEach(([since, end]) => {
      if (since) { found.add(from(since).slice(0, 7)); }
      if (end) { found.add(until(end).slice(0, 7)); }
    });
    Object.values(data.relations.periods).forEach(add);
    Object.values(data.things.more).forEach(({ periods }) => add(periods));
    marks = [...found].sort();
  }

  // The last place of a slider is no date at all.
  const slide = (key) => marks[Number(get(key).value)] || "";

  function tellDate(key, date) {
    get(key).setAttribute("aria-valuetext", date || words.any_date);
    get(`${key}-said`).textContent = date || words.any_date;
  }

  function slideTo(input, date) {
    const at = marks.findIndex((mark) => until(mark) >= until(date));
    input.value = date && at >= 0 ? at : marks.length;
  }

  // The picture follows the hand; the history keeps only where it stops before the slider is left.
  function slid(key) {
    state[key] = slide(key);
    render();
    followDates();
  }

  function stopped(key) {
    go({ at: state.at, to: state.to, steps: state.steps, ask: state.ask, [key]: slide(key) }, key);
    say(fill(words.on_date, { date: slide(key) || words.any_date }));
  }

  function startDates() {
    indexDates();
    if (!marks.length || data.as_of) { return; }
    get("dates").hidden = false;
    get("dates").open = docked();
    get("date-first").textContent = marks[0];
    ["date", "with"].forEach((key) => {
      const input = get(key);
      input.max = marks.length;
      input.addEventListener("input", () => slid(key));
      input.addEventListener("change", () => stopped(key));
      input.addEventListener("blur", () => { run = ""; });
    });
    get("compare").addEventListener("click", () => {
      const at = { at: state.at, to: state.to, steps: state.steps, ask: state.ask };
      go({ ...at, with: state.with ? "" : marks[Math.max(0, marks.length - 13)] });
    });
  }

  function followDates() {
    if (!marks.length) { return; }
    const [fixed, dated] = [asked() !== undefined, Object.keys(data.relations.periods).length];
    slideTo(get("date"), fixed ? dateNow() : state.date);
    slideTo(get("with"), state.with);
    tellDate("date", dateNow());
    tellDate("with", state.with);
    get("dates-said").textContent = compared() ? fill(words.compared, { before: state.with, after: dateNow() }) : dateNow() || words.any_date;
    ["date", "with", "compare"].forEach((id) => { get(id).disabled = fixed; });
    get("dated").textContent = fixed ? words.fixed : fill(words.dated, { dated });
    get("with-part").hidden = !state.with;
    get("compare").setAttribute("aria-pressed", String(state.with !== ""));
    showChanges();
  }

  // What began and what ended between the two dates, by alliance where it is a membership.
  function showChanges() {
    const part = get("changes");
    part.textContent = "";
    part.hidden = !compared();
    if (part.hidden) { return; }
    const ties_ = Object.keys(data.relations.periods).map(Number).concat(endsOfThings());
    const changed = [...new Set(ties_)].filter((tie) => changeOf(tie));
    part.append(make("h2", "", fill(words.changes, { before: state.with, after: dateNow() })));
    ["added", "ended"].forEach((change) => {
      const list = changed.filter((tie) => changeOf(tie) === change);
      part.append(make("h3", "", `${words.marks[change]} ${words[change]} `, make("small", "", String(list.length))));
      const groups = [...grouped(list, source)].sort(([a], [b]) => Number(isAlliance(b)) - Number(isAlliance(a)) || a - b);
      const put = (some) => part.insertBefore(rowsOf(some), end);
      const end = part.appendChild(make("p", "hint"));
      put(groups.slice(0, LONG));
      if (groups.length <= LONG) { end.remove(); return; }
      const rest = make("button", "rest", fill(words.and_more, { count: groups.length - LONG }));
      rest.type = "button";
      rest.addEventListener("click", () => {
        put(groups.slice(LONG));
        end.remove();
      });
      end.append(rest);
    });
  }

  // What changed of each thing, a line a thing.
  function rowsOf(groups) {
    const rows = document.createDocumentFragment();
    rows.append(...groups.map(([thing, ties_]) => make("p", "changed", "", link(thing),
      ...[...grouped(ties_, said)].reduce((all, [name, some]) => all.concat([` ${name} `], [links(some.map(target), words.comma)]), []))));
    return rows;
  }

  const endsOfThings = () => Object.keys(data.things.more).map(Number)
    .filter((thing) => more(thing).periods).reduce((all, thing) => all.concat([...tiesOf(thing)]), []);
