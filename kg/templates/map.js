// Plain ES2019: offices still run browsers of 2020.
(() => {
  "use strict";
  const get = (id) => document.getElementById(id);
  const data = JSON.parse(get("data").textContent);
  const words = data.words;
  const detail = get("detail");
  const live = get("live");
  const charts = [...document.querySelectorAll(".chart")].map((svg) => ({
    svg,
    places: data.places[svg.getAttribute("data-view")],
    boxes: [...svg.querySelectorAll(".box")],
    lines: [...svg.querySelectorAll(".line")],
    chips: svg.querySelector(".chips"),
  }));
  const choices = new Map();
  const ties = data.things.map(() => []);
  const hidden = new Set();
  const quoted = new Set();
  let chosen = null;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const docked = () => window.matchMedia("(min-width: 1200px)").matches;
  const isGone = (box) => hidden.has(data.boxes[box].family);

  function make(tag, className, content, ...children) {
    const element = document.createElement(tag);
    if (className) { element.className = className; }
    if (content) { element.textContent = content; }
    element.append(...children.filter(Boolean));
    return element;
  }

  function draw(tag, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(attributes).forEach((name) => element.setAttribute(name, attributes[name]));
    element.append(...children);
    return element;
  }

  function index() {
    data.boxes.forEach((box, n) => choices.set(box.hash, { box: n, things: box.things }));
    data.things.forEach((thing, n) => choices.set(thing.hash, { box: thing.box, things: [n] }));
    data.relations.forEach(([source, target], n) => {
      new Set([source, target]).forEach((end) => ties[end].push(n));
    });
  }

  // The drawing: what is on, near and hidden.
  function touches([source, target, relations], choice) {
    if (source !== choice.box && target !== choice.box) { return false; }
    return choice.things.length > 1 || relations.some((n) => ties[choice.things[0]].includes(n));
  }

  function paint(choice) {
    const on = data.lines.map((line) => choice !== null && touches(line, choice));
    const near = new Set(choice ? [choice.box] : []);
    data.lines.forEach(([source, target], n) => { if (on[n]) { near.add(source).add(target); } });
    charts.forEach((chart) => {
      chart.svg.classList.toggle("focus", choice !== null);
      chart.lines.forEach((line, n) => line.classList.toggle("on", on[n]));
      chart.boxes.forEach((box, n) => {
        box.classList.toggle("near", near.has(n));
        box.classList.toggle("chosen", choice !== null && choice.box === n);
      });
      chart.chips.textContent = "";
      if (choice) { chart.chips.append(...chips(chart, choice.box, on)); }
    });
  }

  function chips(chart, box, on) {
    const names = new Map();
    data.lines.forEach(([source, target, relations], n) => {
      const other = source === box ? target : source;
      if (!on[n] || other === box || isGone(source) || isGone(target)) { return; }
      names.set(other, (names.get(other) || new Set()).add(data.relations[relations[0]][2]));
    });
    return [...names].map(([other, said]) => (
      chip(chart.places[other], chart.places[box], [...said].join(words.comma))));
  }

  function chip([x, y, width, height], from, name) {
    const wide = (s) => [...s].reduce((sum, c) => sum + (c.charCodeAt(0) < 256 ? 7 : 12.5), 8);
    let shown = name;
    while (shown.length > 1 && wide(shown) > width + 8) { shown = `${shown.replace(/…$/, "").slice(0, -1)}…`; }
    const side = y - height / 2 >= from[1] + from[3] / 2 ? 1 : -1;
    const middle = y + side * (height / 2 + 5);
    return draw("g", { class: "chip" },
      draw("rect", { x: x - wide(shown) / 2, y: middle - 8, width: wide(shown), height: 16, rx: 3 }),
      draw("text", { x, y: middle + 4.5 }, shown));
  }

  function filter() {
    const shown = data.boxes.filter((box, n) => !isGone(n) && box.things.length === 1).length;
    charts.forEach((chart) => {
      chart.boxes.forEach((box, n) => box.classList.toggle("gone", isGone(n)));
      chart.lines.forEach((line, n) => (
        line.classList.toggle("gone", data.lines[n].slice(0, 2).some(isGone))));
    });
    get("shown").textContent = fill(words.shown, { shown, things: data.things.length });
    paint(chosen);
  }

  function toggleFamily(button) {
    const family = Number(button.getAttribute("data-family"));
    const hide = !hidden.delete(family);
    if (hide) { hidden.add(family); }
    button.setAttribute("aria-pressed", String(!hide));
    filter();
    live.textContent = fill(hide ? words.hidden : words.visible, { label: data.families[family] });
  }

  function flip(button, attribute) {
    const on = button.getAttribute(attribute) !== "true";
    button.setAttribute(attribute, String(on));
    return on;
  }

  function toggleLines(button) {
    const all = flip(button, "aria-pressed");
    charts.forEach((chart) => chart.svg.classList.toggle("all", all));
  }

  // The panel: one thing with its relations and their sentences, or a list of folded things.
  function link(thing) {
    const { label, hash } = data.things[thing];
    return Object.assign(make("a", "", label), { href: `#${encodeURIComponent(hash)}` });
  }

  function marked(said, names) {
    const quote = make("blockquote");
    let rest = said;
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

  function sentences(evidence, names) {
    return evidence.flatMap(([number, inferred, reason]) => {
      const quote = sentence(number, names);
      return inferred && reason ? [make("p", "reason", words.reason + reason), quote] : [quote];
    });
  }

  // A sentence that the panel shows already is folded the next time.
  function sentence(number, names) {
    const [said, place, source] = data.quotes[number];
    const cite = make("cite", "", [place, source].filter(Boolean).join(" · "));
    const quote = marked(said, names);
    if (!quoted.has(number)) {
      quoted.add(number);
      quote.append(cite);
      return quote;
    }
    return make("details", "again", "", make("summary", "", "", cite), quote);
  }

  function grouped(list, keyOf) {
    const groups = new Map();
    list.forEach((item) => {
      const key = keyOf(item);
      groups.set(key, [...(groups.get(key) || []), item]);
    });
    return [...groups.values()];
  }

  function showTies(thing) {
    const said = ties[thing].map((n) => data.relations[n]).map(([source, target, label, inferred, evidence]) => (
      { label, inferred, evidence, out: source === thing, other: source === thing ? target : source }));
    const groups = grouped(said, (tie) => `${tie.out ? ">" : "<"}${tie.label}`);
    groups.sort((a, b) => Number(b[0].out) - Number(a[0].out)).forEach((group) => {
      const { out, label } = group[0];
      const title = out ? `${label} ${words.out}` : `${words.in} ${label}`;
      detail.append(make("h3", "", title, make("small", "", String(group.length))));
      grouped(group, (tie) => JSON.stringify([tie.inferred, tie.evidence]))
        .forEach((same) => detail.append(showSame(same, data.things[thing].label)));
    });
  }

  function showSame(same, own) {
    const names = make("p", "names");
    same.forEach(({ other }, n) => names.append(n ? words.comma : "", link(other)));
    if (same[0].inferred) { names.append(make("span", "badge", words.inferred)); }
    const marks = same.map(({ other }) => data.things[other].label);
    return make("div", "item", "", names, ...sentences(same[0].evidence, [...marks, own]));
  }

  function head(title, about) {
    const close = make("button", "close", "×");
    close.type = "button";
    close.setAttribute("aria-label", words.close);
    close.addEventListener("click", clear);
    detail.append(make("div", "detail-head", "", make("h2", "", title), make("p", "", about), close));
    detail.querySelector("h2").tabIndex = -1;
  }

  function showThing(number) {
    const thing = data.things[number];
    const box = data.boxes[thing.box];
    head(thing.label, `${thing.kind} · ${thing.named ? words.named_about : words.unnamed}`);
    if (box.things.length > 1) { detail.append(make("p", "hint", fill(words.part, { box: box.label }))); }
    thing.notes.forEach((note) => detail.append(make("p", "", "", make("span", "gap", note))));
    if (thing.facts.length) { detail.append(make("h3", "", words.facts)); }
    thing.facts.forEach(([label, value, evidence]) => detail.append(
      make("div", "item", "", make("p", "names", `${label} ${value}`), ...sentences(evidence, [thing.label]))));
    showTies(number);
    if (!ties[number].length) {
      detail.append(make("p", "hint", words.none), ...sentences(thing.evidence, [thing.label]));
    }
  }

  function showMany(box) {
    head(box.label, box.sub);
    const items = box.things.map((thing) => make("li", "", "", link(thing)));
    const about = fill(words.gathered, { count: box.things.length });
    detail.append(make("p", "hint", about), make("ul", "members", "", ...items));
  }

  // Choosing: the address says what is chosen, so the back button and links work.
  function choose(choice) {
    chosen = choice;
    quoted.clear();
    detail.textContent = "";
    document.documentElement.classList.toggle("open", choice !== null);
    detail.hidden = choice === null;
    get("overview").hidden = choice !== null && docked();
    paint(choice);
    if (!choice) { return; }
    const many = choice.things.length > 1;
    if (many) { showMany(data.boxes[choice.box]); } else { showThing(choice.things[0]); }
    detail.scrollTop = detail.parentNode.scrollTop = 0;
    const label = many ? data.boxes[choice.box].label : data.things[choice.things[0]].label;
    const count = choice.things.reduce((sum, thing) => sum + ties[thing].length, 0);
    live.textContent = fill(words.selected, { label, count });
    reveal(choice.box);
  }

  const visible = () => charts.find((c) => c.svg.getBoundingClientRect().width > 0) || charts[0];

  function reveal(box) {
    const element = visible().boxes[box].getBoundingClientRect();
    const top = docked() ? document.querySelector(".head").offsetHeight + 10 : 30;
    const bottom = docked() ? window.innerHeight - 20 : detail.getBoundingClientRect().top - 30;
    if (element.top >= top && element.bottom <= bottom) { return; }
    const way = element.top + element.height / 2 - (top + bottom) / 2;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    window.scrollBy({ top: way, behavior: calm ? "auto" : "smooth" });
  }

  function go(hash) {
    const page = window.location.href.split("#")[0];
    const address = hash === null ? page : `${page}#${encodeURIComponent(hash)}`;
    if (address !== window.location.href) { window.history.pushState(null, "", address); }
    follow();
  }

  function follow() {
    let hash = null;
    try { hash = decodeURIComponent(window.location.hash.slice(1)); } catch (error) { /* not ours */ }
    choose(choices.get(hash) || null);
  }

  function clear() {
    if (!chosen) { return; }
    const element = visible().boxes[chosen.box];
    go(null);
    live.textContent = words.cleared;
    element.focus({ preventScroll: true });
    paint(null);
  }

  function picked(event) {
    const { hash, box } = data.things[event.detail];
    const { family } = data.boxes[box];
    if (isGone(box)) { toggleFamily(document.querySelector(`[data-family="${family}"]`)); }
    go(hash);
  }

  function focusDetail() {
    if (chosen) { detail.querySelector("h2").focus({ preventScroll: true }); }
  }

  // Keys and pointer on the drawing.
  const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

  function nextBox(places, from, [right, down]) {
    return places.map(([x, y], n) => {
      const [dx, dy] = [x - places[from][0], y - places[from][1]];
      const ahead = dx * right + dy * down;
      const aside = Math.abs(dx * down) + Math.abs(dy * right);
      return { n, cost: ahead > 6 && !isGone(n) ? ahead + aside * (right ? 20 : 0.4) : Infinity };
    }).sort((a, b) => a.cost - b.cost).filter(({ cost }) => cost < Infinity)[0];
  }

  function boxKey(event, chart, box) {
    const next = WAYS[event.key] && nextBox(chart.places, box, WAYS[event.key]);
    const opens = ["Enter", " "].includes(event.key);
    if (next) { chart.boxes[next.n].focus(); }
    if (opens) { go(data.boxes[box].hash); focusDetail(); }
    if (opens || WAYS[event.key]) { event.preventDefault(); }
  }

  function listenBoxes(chart) {
    chart.boxes.forEach((element, n) => {
      const preview = (choice) => () => { if (!chosen) { paint(choice); } };
      const mine = { box: n, things: data.boxes[n].things };
      element.addEventListener("click", () => go(data.boxes[n].hash));
      element.addEventListener("keydown", (event) => boxKey(event, chart, n));
      ["mouseenter", "focus"].forEach((name) => element.addEventListener(name, preview(mine)));
      ["mouseleave", "blur"].forEach((name) => element.addEventListener(name, preview(null)));
    });
  }

  function followLink(event) {
    const target = event.target.closest(".panel a");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    go(decodeURIComponent(target.getAttribute("href").slice(1)));
    focusDetail();
  }

  function measure() {
    const height = document.querySelector(".head").offsetHeight;
    document.documentElement.style.setProperty("--head", `${height}px`);
  }

  const listen = (element, action) => element.addEventListener("click", () => action(element));

  index();
  charts.forEach(listenBoxes);
  [get("legend-switch"), get("all-lines")].forEach((part) => { part.hidden = false; });
  listen(get("legend-switch"), (button) => flip(button, "aria-expanded"));
  listen(get("all-lines"), toggleLines);
  document.querySelectorAll("[data-family]").forEach((button) => listen(button, toggleFamily));
  document.addEventListener("click", followLink);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { clear(); } });
  window.addEventListener("pick", picked);
  window.addEventListener("popstate", follow);
  window.addEventListener("resize", measure);
  measure();
  follow();
})();
