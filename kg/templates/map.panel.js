  // The panel: what is said of one thing, with the sentences that it rests on.
  const detail = get("detail");
  const quoted = new Set();

  function link(thing) {
    return Object.assign(make("a", "", label(thing)), { href: address({ at: data.things.hash[thing] }) });
  }

  // A long list is cut, and can be had whole.
  const LONG = 40;

  function links(things, separator) {
    const line = make("p", "names");
    const put = (list, first) => list.forEach((thing, n) => line.append(n || first ? separator : "", link(thing)));
    put(things.slice(0, LONG), 0);
    if (things.length > LONG) {
      const rest = make("button", "rest", fill(words.and_more, { count: things.length - LONG }));
      rest.type = "button";
      rest.addEventListener("click", () => { rest.remove(); put(things.slice(LONG), 1); });
      line.append(" ", rest);
    }
    return line;
  }

  function marked(text, names) {
    const quote = tell(make("blockquote"), [text]);
    let rest = text;
    for (;;) {
      const found = names.filter((name) => name && rest.includes(name))
        .sort((a, b) => rest.indexOf(a) - rest.indexOf(b) || b.length - a.length)[0];
      if (!found) { break; }
      const at = rest.indexOf(found);
      quote.append(rest.slice(0, at), make("mark", "", found));
      rest = rest.slice(at + found.length);
    }
    quote.append(rest);
    return quote;
  }

  function sentences(cite, names) {
    return cites(cite).reduce((all, [number, inferred, reason]) => all.concat(
      inferred && reason ? [make("p", "reason", words.reason + reason)] : [], [sentence(number, names)]), []);
  }

  // A sentence that the panel shows already is folded the next time.
  function sentence(number, names) {
    const [text, place, from] = data.quotes[number];
    const cite = make("cite", "", [place, data.sources[from]].filter(Boolean).join(" · "));
    const quote = marked(text, names);
    if (!quoted.has(number)) {
      quoted.add(number);
      quote.append(cite);
      return quote;
    }
    return make("details", "again", "", make("summary", "", "", cite), quote);
  }

  function showTies(thing) {
    const list = [...shownTies(thing)];
    const groups = [...grouped(list, (tie) => `${source(tie) === thing ? ">" : "<"}${said(tie)}`)];
    groups.sort(byImportance).forEach(([key, group]) => {
      const title = key[0] === ">" ? `${said(group[0])} ${words.out}` : `${words.in} ${said(group[0])}`;
      detail.append(make("h3", "", title, make("small", "", String(group.length))));
      grouped(group, (tie) => `${isInferred(tie)} ${data.relations.cite[tie]} ${changeOf(tie)}`)
        .forEach((same) => detail.append(showSame(same, thing)));
    });
  }

  function showSame(same, thing) {
    const ends = same.map((tie) => other(tie, thing));
    const names = links(ends, words.comma);
    if (isInferred(same[0])) { names.append(make("span", "badge", words.inferred)); }
    const change = changeOf(same[0]);
    if (change) { names.append(make("span", `badge is-${change}`, signed(words[change], change))); }
    const when = same.length === 1 ? span(data.relations.periods[same[0]]) : "";
    const marks = ends.slice(0, LONG).map(label);
    return make("div", "item", "", names, when ? make("p", "when", when) : null,
      ...sentences(data.relations.cite[same[0]], [...marks, label(thing)]));
  }

  const span = (periods) => (periods || []).map(([since, until]) => fill(
    since && until ? words.since_until : since ? words.since : words.until, { since, until })).join(words.comma);

  function head(title, about) {
    const close = make("button", "close", "×");
    close.type = "button";
    close.setAttribute("aria-label", words.close);
    close.addEventListener("click", clear);
    detail.append(make("div", "detail-head", "", make("h2", "", title), make("p", "", about), close));
    detail.querySelector("h2").tabIndex = -1;
  }

  function tool(text, pressed, action) {
    const button = make("button", "tool", text);
    button.type = "button";
    if (pressed !== null) { button.setAttribute("aria-pressed", String(pressed)); }
    button.addEventListener("click", action);
    return button;
  }

  function showTools(thing) {
    const at = data.things.hash[thing];
    const number = (n) => tool(fill(words.steps, { step: n }), state.steps === n, () => go({ at, steps: n }));
    const way = tool(words.find_path, null, () => askForEnd(thing));
    detail.append(make("div", "tools", "", ...[1, 2, 3].map(number), way));
  }

  function showThing(thing) {
    const { unnamed, notes, aliases, facts, periods, measured: number } = more(thing);
    head(label(thing), [kind(thing) === label(thing) ? "" : kind(thing), unnamed ? words.unnamed : words.named, span(periods)].filter(Boolean).join(words.dot));
    (notes || []).forEach((note) => detail.append(make("p", "gap", note)));
    if (number) { detail.append(make("p", "measured", number[1])); }
    const box = charts.all.some((chart) => chart.local) ? -1 : boxOf(charts.all[0], thing);
    if (box >= 0 && charts.all[0].boxes[box].things.length > 1) {
      detail.append(make("p", "hint", fill(words.part, { box: data.tiers.boxes[box].label })));
    }
    if (aliases) { detail.append(make("p", "aliases", words.aliases + aliases.join(words.comma))); }
    showTools(thing);
    if (facts) {
      detail.append(make("h3", "", words.facts));
      facts.forEach(([name, value, cite]) => detail.append(make("div", "item", "",
        make("p", "names", `${data.labels[name][0]}${words.colon}${value}`), ...sentences(cite, [value, label(thing)]))));
    }
    showTies(thing);
    if (!degree(thing)) {
      detail.append(make("p", "hint", dateNow() ? words.no_ties_shown : words.none), ...sentences(data.things.cite[thing], [label(thing)]));
    }
  }

  function showMany(title, sub, things) {
    head(title, sub);
    detail.append(make("p", "hint", fill(words.gathered, { count: things.length })), listOf(things));
  }

  function listOf(things, notes) {
    const list = make("ul", "members");
    const namesakes = grouped(things, label);
    const about = (thing, n) => (notes && notes[n]) || (namesakes.get(label(thing)).length > 1 ? placed(thing) : "");
    const put = (some, first) => list.append(...some.map((thing, n) => make("li", "", "", link(thing),
      about(thing, first + n) ? make("small", "", about(thing, first + n)) : null)));
    put(things.slice(0, 200), 0);
    if (things.length > 200) {
      const rest = tool(fill(words.and_more, { count: things.length - 200 }), null, () => {
        rest.parentNode.remove();
        put(things.slice(200), 200);
      });
      list.append(make("li", "", "", rest));
    }
    return list;
  }

  function showPath(from, to) {
    head(fill(words.path, { from: label(from), to: label(to) }), "");
    const way = wayBetween(from, to);
    if (!way) { detail.append(make("p", "hint", words.no_path)); return; }
    way.forEach(([tie]) => {
      const line = make("p", "names", "", link(source(tie)), ` ${said(tie)} ${words.out} `, link(target(tie)),
        isInferred(tie) ? make("span", "badge", words.inferred) : null);
      detail.append(make("div", "item", "", line, ...sentences(data.relations.cite[tie], [label(source(tie)), label(target(tie))])));
    });
  }

  function focusDetail() {
    const title = detail.querySelector("h2");
    if (title && !detail.hidden) { title.focus({ preventScroll: true }); }
  }
