  // What the page shows is its address: #at=…&steps=2&to=…; links and the back button work by it.
  let state = {};

  const KEYS = ["at", "to", "steps", "view", "ask", "date", "with"];
  const KEPT = ["view", "date", "with"]; // stay when another thing is chosen

  const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

  function address(changes) {
    const wanted = {};
    KEYS.forEach((key) => {
      const value = key in changes ? changes[key] : KEPT.includes(key) ? state[key] : null;
      if (value) { wanted[key] = value; }
    });
    return `#${new URLSearchParams(wanted)}`;
  }

  function parse(hash) {
    const found = new URLSearchParams(hash.includes("=") ? hash : `at=${hash.replace(/\+/g, "%2B")}`);
    const steps = Number(found.get("steps"));
    const asked = {};
    KEYS.forEach((key) => { asked[key] = found.get(key) || ""; });
    ["date", "with"].filter((key) => !DATE.test(asked[key])).forEach((key) => { asked[key] = ""; });
    // Answers were found for one day when the page was made; and a page of one date holds no other.
    const answer = meant(asked.at) ? undefined : data.asks.find(({ id }) => id === asked.ask);
    const fixed = data.as_of || answer ? { date: data.as_of, with: "" } : {};
    return { ...asked, ...fixed, answer, steps: [1, 2, 3].includes(steps) ? steps : 0 };
  }

  // In the frame of a notebook no script may change the address: there it is kept in the page.
  // A path is refused there, as it should be; the whole address would be taken, and be a dead step back.
  let kept = null;
  const here = () => (kept === null ? window.location.hash : kept);

  function write(how, hash, entry = null) {
    const { pathname, search } = window.location;
    try {
      if (kept === null) { window.history[how](entry, "", hash === "#" ? pathname + search : hash); return; }
    } catch (error) { /* kept from now on */ }
    kept = hash;
  }

  // Steps of one run, as of a slider by its keys, are one step back.
  let run = "";

  function go(changes, ofRun = "") {
    const hash = address(changes);
    remember();
    list = null;
    if (hash !== here()) {
      write(ofRun && ofRun === run ? "replaceState" : "pushState", hash);
      run = ofRun;
    }
    follow();
  }

  // Back and forward: a list of a folded box has an entry, but no address.
  function goBack() {
    const [wasOpen, wasList] = [!detail.hidden, list !== null];
    run = "";
    list = lists[window.history.state - 1] || null;
    follow();
    if (wasOpen && detail.hidden) { say(words.cleared); leadBack(); } else if (wasList) { focusDetail(); }
  }

  const goTo = (thing) => go({ at: data.things.hash[thing] });

  function follow() {
    state = parse(here().slice(1));
    followDates();
    render();
    announce();
  }

  // The thing, or the box of the tiers, that an address names.
  function meant(hash) {
    if (!hash) { return null; }
    const thing = data.at.get(hash);
    if (thing !== undefined) { return { things: [thing] }; }
    const box = data.tiers ? data.tiers.boxes.findIndex((b) => b.hash === hash) : -1;
    return box < 0 ? null : { things: data.tiers.boxes[box].things, box };
  }

  const one = (chosen) => (chosen && chosen.things.length === 1 ? chosen.things[0] : undefined);
  const home = () => (state.view === "tiers" && data.tiers ? "tiers" : state.view === "overview" && areas.alliances.length ? "overview" : data.home);

  // The picture for a state: null where the tiers, which are drawn already, are the picture.
  function pictureOf(chosen) {
    const thing = one(chosen);
    const end = one(meant(state.to));
    if (thing !== undefined && end !== undefined) { return path(thing, end); }
    if (thing !== undefined && state.steps > 1) { return steps(thing, state.steps); }
    if (thing !== undefined && state.steps === 1) { return star(thing); }
    if (home() === "tiers") { return null; }
    if (thing === undefined) { return asked() && asked().things.length ? answers(asked()) : overview(top()); }
    return isDivided(thing) ? overview(thing) : star(thing);
  }

  function render() {
    const chosen = meant(state.at);
    const picture = pictureOf(chosen);
    charts.chosen = chosen;
    quoted.clear();
    redraw();
    showCrumb(chosen);
    showPicked(one(chosen));
    showPanel(chosen);
    get("caption").textContent = [...unknown(), subject(), when()].filter(Boolean).join(words.dot);
    countShown(picture);
    get("all-lines").hidden = picture !== null;
  }

  // A link may name what another version of the map had.
  function unknown() {
    const isAsk = (name) => data.asks.some(({ id }) => id === name);
    const lost = [...[state.at, state.to].filter((name) => !meant(name)), isAsk(state.ask) ? "" : state.ask].filter(Boolean);
    return lost.slice(0, 1).map((name) => fill(words.unknown, { name: [...name].slice(0, 40).join("") }));
  }

  function nameOf(chosen) {
    const thing = one(chosen);
    if (thing !== undefined) { return label(thing); }
    const box = data.tiers.boxes[chosen.box];
    return recounted(box.label, box);
  }

  // What the picture is of, and when: paper and files show no address.
  function subject() {
    const [chosen, end] = [meant(state.at), one(meant(state.to))];
    if (!chosen) { return asked() ? asked().phrase : ""; }
    const thing = one(chosen);
    if (thing === undefined) { return nameOf(chosen); }
    return end === undefined ? label(thing) : fill(words.path, { from: label(thing), to: label(end) });
  }

  function when() {
    if (data.as_of || !dateNow()) { return ""; }
    if (!compared()) { return fill(words.on_date, { date: dateNow() }); }
    const dates = fill(words.compared, { before: state.with, after: dateNow() });
    return [dates, signed(words.added, "added"), signed(words.ended, "ended")].join(words.dot);
  }

  function showPicture(picture, name) {
    const stage = get("stage");
    stage.textContent = "";
    stage.hidden = picture === null;
    if (get("tiers")) { get("tiers").hidden = picture !== null; }
    charts.all.forEach((chart) => { if (picture === null && !chart.local) { filterTiers(chart); } });
    charts.all = charts.all.filter((chart) => !chart.local);
    if (picture === null) { return; }
    const chart = drawPicture(picture, name || (narrow() ? "narrow" : "wide"));
    stage.append(chart.svg);
    charts.all.push(chart);
  }

  function redraw(name) {
    showPicture(pictureOf(charts.chosen), name);
    charts.all.forEach(rest);
    markAnswers(asked());
  }

  const drawForPaper = () => redraw("paper");

  function countShown(picture) {
    const chart = charts.all.find((c) => c.local);
    const shown = picture === null ? shownInTiers()
      : new Set(chart.boxes.filter((box) => box.things.length === 1).map((box) => box.things[0])).size;
    get("shown").textContent = fill(words.shown, { shown, things: count() });
  }

  // Where one is: the areas above, the thing; and the other way to look at all of it.
  function showCrumb(chosen) {
    const crumb = get("crumb");
    const thing = one(chosen);
    crumb.textContent = "";
    const start = make("a", "", words[home()]);
    start.href = address({});
    const area = thing === undefined ? undefined : areas.of.get(thing);
    const up = thing === undefined ? [] : chain(area === undefined ? thing : area).reverse();
    const isPassed = (t) => t === undefined || t === top() || (t !== thing && areas.outer.includes(t));
    const steps = [...new Set([...up, thing].filter((t) => !isPassed(t)))];
    crumb.append(start, ...steps.reduce((all, t) => all.concat([" › ", t === thing ? make("b", "", label(t)) : link(t)]), []));
    unknown().forEach((text) => crumb.append(make("span", "gap", text)));
    const others = [data.tiers ? "tiers" : "", areas.alliances.length ? "overview" : ""].filter((name) => name && name !== home());
    others.forEach((view) => crumb.append(tool(words[view], null, () => go({ view: view === data.home ? "" : view }))));
  }

  function showPanel(chosen) {
    const thing = one(chosen);
    const end = one(meant(state.to));
    detail.textContent = "";
    const ask = asked();
    const open = list !== null || chosen !== null || ask !== undefined;
    document.documentElement.classList.toggle("open", open);
    detail.hidden = !open;
    get("overview").hidden = open && docked();
    if (!open) { return; }
    if (list) { showMany(list[0], "", list[1]); } else if (ask) {
      showAsk(ask);
    } else if (thing === undefined) {
      const box = data.tiers.boxes[chosen.box];
      showMany(nameOf(chosen), box.sub, heldIn(box));
    } else if (end !== undefined) { showPath(thing, end); } else { showThing(thing); }
    detail.scrollTop = detail.parentNode.scrollTop = 0;
  }

  // A folded box of a picture that the page drew has no address: its list opens in the panel.
  const lists = [];
  let list = null;

  function openMany(title, things) {
    remember();
    list = [title, things];
    lists.push(list);
    write("pushState", here() || "#", lists.length);
    showPanel(charts.chosen);
    focusDetail();
  }

  // What the panel was opened from: the picture is drawn anew, so a box is known by its key.
  let opener = {};

  function remember() {
    if (!detail.hidden) { return; }
    const element = document.activeElement;
    const box = charts.all.reduce((all, chart) => all.concat(chart.boxes), []).find((drawn) => drawn.element === element);
    opener = { element, key: box && box.key };
  }

  function leadBack(thing = null) {
    const chart = visible();
    const isIt = (box) => (thing !== null && box.things.includes(thing)) || (opener.key && box.key === opener.key);
    const box = chart && chart.boxes.find(isIt);
    if (!box && opener.element) { opener.element.focus({ preventScroll: true }); }
    if (box) { box.element.focus({ preventScroll: true }); rest(chart); }
  }

  function announce() {
    const chosen = charts.chosen;
    if (asked()) { say([asked().phrase, asked().things.length ? fill(words.answers, { count: asked().things.length }) : asked().none].join(words.dot)); }
    if (!chosen) { unknown().forEach(say); return; }
    const relations = chosen.things.reduce((sum, t) => sum + [...shownTies(t)].length, 0);
    say(fill(words.selected, { label: nameOf(chosen), count: relations }));
    const chart = visible();
    const at = chart && !chart.local ? boxOf(chart, chosen.things[0]) : -1;
    if (at >= 0) { reveal(chart, at); }
    // A phone has room for the picture above its panel, but not for the head as well.
    if (chart && chart.local && narrow()) { window.scrollBy(0, chart.svg.getBoundingClientRect().top - 8); }
  }

  function clear() {
    if (detail.hidden) { return; }
    if (list && kept === null) { window.history.back(); return; }
    const thing = charts.chosen && charts.chosen.things[0];
    if (list) { list = null; render(); } else if (charts.chosen || state.ask) { go({}); } else { render(); }
    say(words.cleared);
    leadBack(thing);
  }
