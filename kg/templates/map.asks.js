  // Questions to click: their answers were counted when the page was made.
  function startAsks() {
    const list = get("asks");
    data.asks.forEach((ask) => {
      const link = make("a", "", ask.phrase, make("b", "", String(ask.things.length)));
      link.href = address({ ask: ask.id });
      list.append(make("li", "", "", link));
    });
    list.parentNode.hidden = data.asks.length === 0;
  }

  const asked = () => data.asks.find((ask) => ask.id === state.ask);

  function showAsk(ask) {
    head(ask.phrase, "");
    detail.append(make("p", "hint", ask.about));
    if (!ask.things.length) { detail.append(make("p", "gap", ask.none)); return; }
    detail.append(make("h3", "", fill(words.answers, { count: ask.things.length })), listOf(ask.things, ask.notes));
  }

  // The boxes of the answers stand out in whatever is drawn.
  function markAnswers(ask) {
    const things = new Set(ask ? ask.things : []);
    charts.all.forEach((chart) => {
      chart.svg.classList.toggle("asking", things.size > 0);
      chart.boxes.forEach((box) => box.element.classList.toggle("answer", box.things.some((t) => things.has(t))));
    });
  }
