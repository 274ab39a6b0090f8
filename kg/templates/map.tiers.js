  // The tiers: drawn already, three times for three widths; here they begin to answer.
  function tiersCharts() {
    if (!data.tiers) { return []; }
    return [...document.querySelectorAll("svg.chart.tiers")].map((svg) => {
      const places = data.tiers.places[svg.getAttribute("data-view")];
      const lines = [...svg.querySelectorAll(".line")];
      const chart = {
        svg,
        chips: svg.querySelector(".chips"),
        boxes: [...svg.querySelectorAll(".box")].map((element, n) => {
          const [x, y, width, height] = places[n];
          const called = element.getAttribute("aria-label");
          return { element, called, things: data.tiers.boxes[n].things, x, y, width, height };
        }),
        lines: data.tiers.lines.map(([from, to, list], n) => (
          { element: lines[n], source: from, target: to, ties: list })),
        open: (n) => go({ at: data.tiers.boxes[n].hash }),
      };
      listenChart(chart);
      return chart;
    });
  }

  // "社区 ×14" is of all dates; on one there may be fewer.
  const heldIn = (box) => box.things.filter(thingInTime);
  const recounted = (text, box) => (box.things.length < 2 ? text
    : text.replace(`×${box.things.length}`, `×${heldIn(box).length}`));

  function recount(box) {
    const line = [...box.element.querySelectorAll("tspan:not(.sub)")].find((span) => /×\d+$/.test(span.textContent));
    if (line) { line.textContent = line.textContent.replace(/\d+$/, heldIn(box).length); }
  }

  function signElement(element, change) {
    ["added", "ended"].forEach((name) => element.classList.toggle(`is-${name}`, name === change));
  }

  // The sign stands in the left margin of the box, which was made wide enough for its name alone.
  function signBox(box, change) {
    const old = box.element.querySelector(".sign");
    if (old) { old.remove(); }
    signElement(box.element, change);
    if (change) { box.element.append(draw("text", { class: "sign", x: 8 - box.width / 2, y: 5 }, words.marks[change])); }
    box.element.setAttribute("aria-label", signed(recounted(box.called, box), change));
  }

  function filterTiers(chart) {
    const isGone = (box) => !box.things.some(shows);
    chart.boxes.forEach((box) => {
      box.element.classList.toggle("gone", isGone(box));
      if (box.things.length > 1) { recount(box); }
      signBox(box, shared(heldIn(box).map(changeOfThing)));
    });
    chart.lines.forEach((line) => {
      line.element.classList.toggle("gone", !line.ties.some(showsTie));
      signElement(line.element, changeOfLine(line));
    });
  }

  const shownInTiers = () => data.tiers.boxes.filter(
    (box) => box.things.length === 1 && shows(box.things[0])).length;
