  // Questions to click: their answers were counted when the page was made.
  function startAsks() {
    const list = get("asks");
    data.asks.forEach((ask) => {
      const link = make("a", "", ask.phrase, make("b", "", ask.said));
      link.href = address({ ask: ask.id });
      list.append(make("li", "", "", link));
    });
    list.parentNode.hidden = data.asks.length === 0;
  }

  const asked = () => state.answer;
  const dayOfAnswers = () => data.start.date || data.now;

  function showAsk(ask) {
    head(ask.phrase, "");
    detail.append(make("p", "hint", ask.about));
    if (!ask.things.length) { detail.append(make("p", "gap", ask.none)); return; }
    detail.append(make("h3", "", fill(words.answers, { count: ask.things.length })), listOf(ask.things, ask.notes));
  }

  // The answers as a picture, kind by kind.
  function answers(ask) {
    const kinds = [...grouped(ask.things.filter(shows), (thing) => data.things.kind[thing])];
    const most = Math.max(6, Math.floor(MOST_BOXES / Math.max(1, kinds.length)));
    return {
      name: ask.phrase,
      tiles: kinds.map(([number, things]) => ({
        title: `${data.kinds[number][0]}（${things.length}）`,
        sub: things.length > most ? fill(words.and_more, { count: things.length - most }) : "",
        boxes: things.slice(0, most).map(thingBox),
      })),
    };
  }

  // The boxes of the answers stand out among the tiers.
  function markAnswers(ask) {
    const things = new Set(ask ? ask.things : []);
    charts.all.forEach((chart) => {
      chart.svg.classList.toggle("asking", things.size > 0 && !chart.local);
      chart.boxes.forEach((box) => box.element.classList.toggle("answer", box.things.some((t) => things.has(t))));
    });
  }
