  // One thing and what is around it: by relation, by steps, or along the way to another.
  const MOST_BOXES = 200;

  function thingBox(thing) {
    return { key: `t${thing}`, things: [thing], label: label(thing), open: () => goTo(thing) };
  }

  const rankOf = (thing) => (more(thing).measured || [])[2] || count();
  const byLabel = (a, b) => tier(a) - tier(b) || data.things.kind[a] - data.things.kind[b] || rankOf(a) - rankOf(b) || a - b;

  // Things as boxes; those with one key share a box where more than `most` would stand.
  function boxesOf(things, most, keyOf, name) {
    const sorted = [...things].sort(byLabel);
    if (sorted.length <= most) { return sorted.map(thingBox); }
    return [...grouped(sorted, keyOf)].reduce((all, [key, list]) => all.concat(
      list.length < 3 ? list.map(thingBox) : [manyBox(`${name} ${key}`, list)]), []);
  }

  function manyBox(key, things, name) {
    const title = `${name || kind(things[0])} ×${things.length}`;
    return { key, things, label: title, open: () => openMany(title, things) };
  }

  // Around a thing: a tile for each relation, direction and certainty.
  function star(thing) {
    const groups = [...grouped([...shownTies(thing)], (tie) => (
      `${source(tie) === thing ? ">" : "<"}${Number(isInferred(tie))}${said(tie)}`))]
      .sort(byImportance);
    const made = (most) => groups.map(([key, list]) => {
      const things = new Set(list.map((tie) => other(tie, thing)));
      const held = new Set(list.filter((tie) => changeOf(tie) !== "ended").map((tie) => other(tie, thing)));
      const out = key[0] === ">";
      return {
        title: fill(out ? words.out_title : words.in_title, { label: said(list[0]), count: held.size })
          + (isInferred(list[0]) ? words.is_inferred : ""),
        inferred: isInferred(list[0]),
        beside: true,
        boxes: boxesOf(things, most, (end) => `${data.things.kind[end]}${markOf(list, [end], thing)}`, key)
          .map((box) => withMark(box, key, markOf(list, box.things, thing))),
      };
    });
    const tiles = [60, 24, 8].map(made).find((list) => sizeOf(list) <= MOST_BOXES) || made(2);
    const sub = kind(thing) === label(thing) ? [] : [kind(thing)];
    const about = { sub: [...sub, ...(more(thing).notes || [])], most: 9 };
    const centre = { ...withSign(thingBox(thing), changeOfThing(thing)), ...about };
    const none = tiles.length ? [] : [{ title: degree(thing) || dateNow() ? words.no_ties_shown : words.no_ties, boxes: [] }];
    return {
      name: fill(words.around, { label: label(thing) }),
      columns: [[{ boxes: [centre], most: 9 }], [...tiles, ...none]],
      shares: [0.22, 0.78],
      joins: tiles.reduce((all, { boxes }) => all.concat(boxes.map((box) => [
        centre.key, box.key, [...shownTies(thing)].filter((tie) => box.things.includes(other(tie, thing)))])), []),
      stem: centre.key,
    };
  }

  const withMark = (box, key, mark) => withSign({ ...box, key: `${key} ${box.key}` }, mark);

  // Members first, then what a thing is said to do, then what is said of it by others.
  // Of members the fewest: those who lead or take the chair stand before the ordinary ones.
  function byImportance([a, some], [b, others]) {
    const isMember = (tie) => predicate(tie) === "hasMember";
    const weight = (key, tie) => (key[0] === ">" ? 0 : 2) + (isMember(tie) ? -1 : 0);
    const apart = weight(a, some[0]) - weight(b, others[0]);
    return apart || (isMember(some[0]) && isMember(others[0]) ? some.length - others.length : 0);
  }

  const sizeOf = (tiles) => tiles.reduce((sum, tile) => sum + tile.boxes.length, 0);

  // What the comparison of two dates says of the relations that a box stands for.
  const markOf = (list, things, thing) => shared(list.filter((tie) => things.includes(other(tie, thing))).map(changeOf));

  // The things at each distance from one, by the relations that are shown: O(what is reached).
  function layersFrom(thing, steps) {
    const at = new Map([[thing, 0]]);
    const layers = [[thing]];
    while (layers.length <= steps) {
      const next = [];
      layers[layers.length - 1].forEach((from) => {
        for (const tie of shownTies(from)) {
          const end = other(tie, from);
          if (!at.has(end)) { at.set(end, layers.length); next.push(end); }
        }
      });
      if (!next.length) { break; }
      layers.push(next);
    }
    return { layers, at };
  }

  function steps(thing, number) {
    const { layers, at } = layersFrom(thing, number);
    const fewer = (layer, most) => boxesOf(layer, most, (end) => parentsOf(end, at), "s");
    const coarse = (layer) => [...grouped([...layer].sort(byLabel), (end) => data.things.kind[end])]
      .map(([key, list]) => (list.length < 2 ? thingBox(list[0]) : manyBox(`k${key}`, list)));
    const columns = layers.map((layer, n) => {
      const fine = fewer(layer, 16);
      const boxes = (fine.length > 30 ? coarse(layer) : fine).map((box) => ({ ...box, key: `${n} ${box.key}` }));
      const title = n ? fill(words.step, { step: n, count: layer.length }) : "";
      return [{ title, boxes }];
    });
    return {
      name: fill(words.around, { label: label(thing) }), columns, alone: true, centred: true, joins: joinsOf(columns, at),
    };
  }

  // What a thing hangs on, one step nearer: things that hang on the same share a box.
  function parentsOf(thing, at) {
    const near = [...shownTies(thing)].map((tie) => other(tie, thing)).filter((end) => at.get(end) === at.get(thing) - 1);
    return `${data.things.kind[thing]} ${[...new Set(near)].sort().join()}`;
  }

  function joinsOf(columns, at) {
    const boxOfThing = new Map();
    columns.forEach(([tile]) => tile.boxes.forEach((box) => box.things.forEach((thing) => boxOfThing.set(thing, box.key))));
    const joins = new Map();
    boxOfThing.forEach((key, thing) => {
      for (const tie of shownTies(thing)) {
        const [from, to] = [boxOfThing.get(source(tie)), boxOfThing.get(target(tie))];
        const near = from && to && from !== to && source(tie) === thing;
        if (near && Math.abs(at.get(source(tie)) - at.get(target(tie))) <= 1) {
          const pair = `${from}\n${to}`;
          joins.set(pair, [from, to, [...(joins.has(pair) ? joins.get(pair)[2] : []), tie]]);
        }
      }
    });
    return [...joins.values()];
  }

  // A shortest way between two things, as the relations along it; nothing if there is none.
  function wayBetween(from, to) {
    const came = new Map([[from, -1]]);
    let level = [from];
    while (level.length && !came.has(to)) {
      const next = [];
      level.forEach((thing) => {
        for (const tie of shownTies(thing)) {
          const end = other(tie, thing);
          if (!came.has(end)) { came.set(end, tie); next.push(end); }
        }
      });
      level = next;
    }
    if (!came.has(to)) { return null; }
    const ways = [];
    for (let at = to; at !== from; at = other(came.get(at), at)) { ways.unshift([came.get(at), at]); }
    return ways;
  }

  function path(from, to) {
    const way = wayBetween(from, to);
    const name = fill(words.path, { from: label(from), to: label(to) });
    const title = ([tie, end]) => (target(tie) === end ? `${said(tie)} ${words.out}` : `${words.in} ${said(tie)}`);
    const stops = [[{ title: words.from, boxes: [thingBox(from)] }]].concat(
      (way || []).map((step) => [{ title: title(step), boxes: [thingBox(step[1])] }]));
    const lost = way ? [] : [[{ title: words.no_path, boxes: [] }], [{ title: words.to, boxes: [thingBox(to)] }]];
    const joins = (way || []).map(([tie]) => [`t${source(tie)}`, `t${target(tie)}`, [tie]]);
    return { name, columns: [...stops, ...lost], alone: true, joins };
  }
