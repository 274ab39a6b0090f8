  // A drawn picture: boxes that stand for things, lines that stand for relations.
  // {svg, boxes: [{element, things, x, y, width, height}], lines: [{element, source, target, ties}]}
  const charts = { all: [], chosen: null };

  const visible = () => charts.all.find((c) => c.svg.getBoundingClientRect().width > 0);
  const boxOf = (chart, thing) => chart.boxes.findIndex((box) => box.things.includes(thing));

  const changeOfLine = (line) => shared(line.ties.filter(showsTie).map(changeOf));

  // What is on when a box is looked at: its lines, and the boxes at their other ends.
  function paint(chart, chosen, thing) {
    const touches = (line) => (line.source === chosen || line.target === chosen)
      && line.ties.some((tie) => showsTie(tie) && (thing === undefined || [source(tie), target(tie)].includes(thing)));
    const on = chart.lines.filter((line) => chosen >= 0 && touches(line));
    const near = new Set(chosen >= 0 ? [chosen] : []);
    on.forEach((line) => near.add(line.source).add(line.target));
    chart.svg.classList.toggle("focus", chosen >= 0 && !chart.local);
    chart.lines.forEach((line) => { if (line.element) { line.element.classList.remove("on"); } });
    on.forEach((line) => { if (line.element) { line.element.classList.add("on"); } });
    chart.boxes.forEach((box, n) => {
      box.element.classList.toggle("near", near.has(n));
      box.element.classList.toggle("chosen", n === chosen);
    });
    chart.chips.textContent = "";
    if (chosen >= 0) { chart.chips.append(...chips(chart, chosen, on)); }
  }

  function chips(chart, chosen, on) {
    const ends = grouped(on, (line) => (line.source === chosen ? line.target : line.source));
    ends.delete(chosen);
    return [...ends].map(([end, lines]) => {
      const names = new Set(lines.map((line) => signed(said(line.ties.find(showsTie)), changeOfLine(line))));
      return chip(chart.boxes[end], chart.boxes[chosen], [...names].join(words.comma));
    });
  }

  function chip(box, from, name) {
    const wide = (s) => [...s].reduce((sum, c) => sum + (c.charCodeAt(0) < 256 ? 7 : 12.5), 8);
    let shown = name;
    while (shown.length > 1 && wide(shown) > box.width + 8) { shown = `${shown.replace(/…$/, "").slice(0, -1)}…`; }
    const side = box.y - box.height / 2 >= from.y + from.height / 2 ? 1 : -1;
    const middle = box.y + side * (box.height / 2 + 5);
    return draw("g", { class: "chip" },
      draw("rect", { x: box.x - wide(shown) / 2, y: middle - 8, width: wide(shown), height: 16, rx: 3 }),
      draw("text", { x: box.x, y: middle + 4.5 }, shown));
  }

  // Keys and pointer: arrows go to the next box that way, Enter opens it.
  const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

  function nextBox(chart, from, [right, down]) {
    const [x, y] = [chart.boxes[from].x, chart.boxes[from].y];
    const costs = chart.boxes.map((box, n) => {
      const ahead = (box.x - x) * right + (box.y - y) * down;
      const aside = Math.abs((box.x - x) * down) + Math.abs((box.y - y) * right);
      const there = ahead > 6 && !box.element.classList.contains("gone");
      return { n, cost: there ? ahead + aside * (right ? 20 : 0.4) : Infinity };
    });
    return costs.sort((a, b) => a.cost - b.cost).filter(({ cost }) => cost < Infinity)[0];
  }

  function boxKey(event, chart, n) {
    const next = WAYS[event.key] && nextBox(chart, n, WAYS[event.key]);
    const opens = ["Enter", " "].includes(event.key);
    if (next) { chart.boxes[next.n].element.focus(); }
    if (opens) { chart.open(n); focusDetail(); }
    if (opens || WAYS[event.key]) { event.preventDefault(); }
  }

  function listenChart(chart) {
    chart.boxes.forEach(({ element }, n) => {
      const look = (at) => () => { if (charts.chosen === null || chart.local) { paint(chart, at); } };
      element.addEventListener("click", () => chart.open(n));
      element.addEventListener("keydown", (event) => boxKey(event, chart, n));
      ["mouseenter", "focus"].forEach((name) => element.addEventListener(name, look(n)));
      ["mouseleave", "blur"].forEach((name) => element.addEventListener(name, () => rest(chart)));
    });
  }

  // As it is when nothing is pointed at.
  function rest(chart) {
    const thing = charts.chosen;
    if (chart.local || thing === null) { paint(chart, -1); return; }
    if (thing.things.length > 1) { paint(chart, thing.box); return; }
    paint(chart, boxOf(chart, thing.things[0]), thing.things[0]);
  }

  function reveal(chart, box) {
    const place = chart.boxes[box].element.getBoundingClientRect();
    const panel = get("detail");
    const top = docked() ? document.querySelector(".head").offsetHeight + 10 : 30;
    const bottom = docked() ? window.innerHeight - 20 : panel.getBoundingClientRect().top - 30;
    if (place.top >= top && place.bottom <= bottom) { return; }
    const way = place.top + place.height / 2 - (top + bottom) / 2;
    window.scrollBy({ top: way, behavior: calm() ? "auto" : "smooth" });
  }
