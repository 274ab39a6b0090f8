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
          return { element, things: data.tiers.boxes[n].things, x, y, width, height };
        }),
        lines: data.tiers.lines.map(([from, to, list], n) => (
          { element: lines[n], source: from, target: to, ties: list })),
        open: (n) => go({ at: data.tiers.boxes[n].hash }),
      };
      listenChart(chart);
      return chart;
    });
  }

  function filterTiers(chart) {
    const isGone = (box) => !shows(box.things[0]);
    chart.boxes.forEach((box) => box.element.classList.toggle("gone", isGone(box)));
    chart.lines.forEach((line) => line.element.classList.toggle(
      "gone", isGone(chart.boxes[line.source]) || isGone(chart.boxes[line.target])));
  }

  const shownInTiers = () => data.tiers.boxes.filter(
    (box) => box.things.length === 1 && shows(box.things[0])).length;
