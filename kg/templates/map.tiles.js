  // Pictures that the page draws itself: tiles with a heading, and the boxes of things in them.
  // {columns: [[tile…]…], joins: [[box, box, ties]…]}, tile: {title, sub, open, boxes: [box…]},
  // box: {things, label, sub: [text…], open}. A tile is as wide as its column; boxes flow in it.
  const FRAMES = {
    wide: { width: 1000, gap: 12, gutter: 54, line: 18, head: 30, most: 10, tall: 30 },
    narrow: { width: 366, gap: 8, gutter: 20, line: 19, head: 34, most: 10, tall: 54 },
    pages: { width: 1600, gap: 12, gutter: 54, line: 18, head: 30, most: 10, tall: 30, first: 770, page: 1060 },
  };
  const SMALLEST = 12.5;
  // A4 across between its margins, in points: the first page has the head, too.
  const SHEET = { width: 796, first: 385, least: 6 };

  // Words that a line break would make hard to read, the same as in kg/maps/layout.py.
  let whole = null;

  // A Chinese character is an em wide, a Latin one about half.
  const em = (text) => [...text].reduce((sum, c) => sum + (c.charCodeAt(0) < 0x2000 ? 0.56 : 1), 0);

  const NO_START = "'-”’』」》〉）】〕、，。；：！？,.;:!?)]}%×· ";
  const NO_END = "“‘『「《〈（【〔([{×";

  // The parts that a line break may fall between; the end of a long word stays with it.
  function pieces(text) {
    const sticks = (one, word) => NO_START.includes(word[0]) || NO_END.includes(one[one.length - 1])
      || (word.length < 5 && /[a-z]$/i.test(one) && /^[a-z]/i.test(word));
    return (text.match(whole) || []).reduce((list, word) => (
      list.length && sticks(list[list.length - 1], word) ? [...list.slice(0, -1), list[list.length - 1] + word] : [...list, word]), []);
  }

  function wrap(text, most, lines) {
    let parts = Math.min(lines, Math.ceil(em(text) / most));
    let found = evenly(text, most, parts);
    while (parts < lines && found.some((line) => em(line) > most + 1)) {
      parts += 1;
      found = evenly(text, most, parts);
    }
    return found.map((line) => (em(line) > most + 1 ? `${cut(line, most)}…` : line));
  }

  // Lines of about the same width; what does not fit is in the last.
  function evenly(text, most, parts) {
    const wanted = em(text) / parts;
    const found = [""];
    pieces(text).forEach((word) => {
      const full = em(found[found.length - 1]) + em(word.trim()) > Math.min(most, wanted + 1);
      if (full && found[found.length - 1] && found.length < parts) { found.push(""); }
      found[found.length - 1] += word;
    });
    return found;
  }

  function cut(text, most) {
    let shown = text;
    while (em(shown) > most - 1) { shown = [...shown].slice(0, -1).join(""); }
    return shown;
  }

  // The rank of a thing that was measured, where it is among the first.
  const measureOf = (box) => (box.things.length === 1 && more(box.things[0]).measured) || ["", "", 0, 0];
  const rankIn = (box) => (measureOf(box)[3] > 1 ? [measureOf(box)[0]] : []);

  function sized(box, frame, most) {
    const text = wrap(box.label, most, 3);
    const said = [...rankIn(box), ...(box.sub || [])];
    const sub = said.reduce((list, line) => [...list, ...wrap(line, most * 1.12, isChinese(line) ? 2 : 4)], []);
    const strong = box.things.some(isAlliance);
    const size = strong ? 16 : 14;
    const wide = Math.max(...text.map((t) => em(t) * size), ...sub.map((t) => em(t) * 12.5));
    const pad = strong ? 26 : 24;
    return {
      ...box,
      sub: said,
      text,
      subs: sub,
      strong,
      width: 2 * Math.round(Math.max(54, wide + pad) / 2),
      height: 2 * Math.round(Math.max(frame.tall, text.length * (size + 4) + sub.length * 17 + 12) / 2),
    };
  }

  // Words of letters fill a line less evenly than characters do.
  const besideLines = ({ title }) => (em(title) > 9 && !isChinese(title) ? wrap(title, 7.5, 4) : wrap(title, 9, 3));

  // The boxes of a tile row by row; their places, and how high the tile is.
  function flow(tile, frame, left, top, width, alone) {
    const most = Math.max(6, Math.min(tile.most || frame.most, (width - 50) / 15));
    const placed = [];
    const beside = tile.beside && width > 500 ? 150 : 0;
    const start = left + frame.gap + beside;
    let [x, y, tall] = [start, top + (tile.title && !beside ? frame.head : frame.gap), 0];
    if (tile.sub) { y += 18 * wrap(tile.sub, (width - 24) / 12.6, 3).length; }
    tile.boxes.map((box) => sized(box, frame, most)).forEach((box) => {
      const full = alone || x + box.width > left + width - frame.gap;
      if (full && x > start) { [x, y, tall] = [start, y + tall + 8, 0]; }
      const wide = alone ? width - 2 * frame.gap : box.width;
      placed.push({ ...box, width: wide, x: Math.round(x + wide / 2), top: y });
      x += wide + 8;
      tall = Math.max(tall, box.height);
    });
    const rows = grouped(placed, (box) => box.top);
    let late = 0;
    rows.forEach((row, at) => {
      const high = Math.max(...row.map((box) => box.height));
      late = onOnePage(at + late, high, frame) - at;
      row.forEach((box) => { box.y = Math.round(at + late + high / 2); });
    });
    const least = beside && tile.title ? 20 * besideLines(tile).length + 12 : 0;
    return { ...tile, left, top, width, beside, boxes: placed, height: Math.max(least, y + tall + late + frame.gap - top) };
  }

  // Where something of that height begins, so that no end of a page goes through it.
  function onOnePage(top, height, { first, page }) {
    if (!first) { return top; }
    const end = top < first ? first : first + page * (Math.floor((top - first) / page) + 1);
    return top + height > end ? end + 6 : top;
  }

  // Tiles of no order beyond their own go to the column that is shortest so far.
  function masonry(tiles, frame, name) {
    const number = name === "narrow" ? 1 : Math.min(Math.floor(frame.width / 330), tiles.length);
    const columns = Array.from({ length: number }, () => ({ tiles: [], height: 0 }));
    const width = (frame.width - frame.gap * (number - 1)) / number;
    tiles.forEach((tile) => {
      const shortest = columns.reduce((best, column) => (column.height < best.height ? column : best));
      shortest.tiles.push(tile);
      shortest.height += flow(tile, frame, 0, 0, width).height + frame.gap;
    });
    return columns.map((column) => column.tiles);
  }

  // As wide as it takes for a picture that lies across a sheet of paper.
  function paperFrame(given) {
    const widths = given.tiles ? [1000, 1330, 1650, 2000, 2330, 2660, 3000] : [1000, 1330, 1700];
    const frames = widths.map((width) => ({ ...FRAMES.wide, width }));
    const lies = (frame) => {
      if (!given.tiles) { return frame.width > 1.5 * layoutIn(given, "paper", frame).height; }
      const heights = masonry(given.tiles, frame, "paper").map((tiles) => tiles.reduce(
        (sum, tile) => sum + flow(tile, frame, 0, 0, 320).height + frame.gap, 0));
      return frame.width > 1.7 * Math.max(...heights);
    };
    return frames.find(lies) || frames[frames.length - 1];
  }

  // One sheet where its letters can be read; else as many as it takes, but for a file, which has no pages.
  function layoutOnPaper(given) {
    const laid = layoutIn(given, "paper", paperFrame(given));
    const scale = Math.min(SHEET.width / laid.width, SHEET.first / laid.height);
    const fits = scale * SMALLEST >= SHEET.least || document.documentElement.classList.contains("sheet");
    return fits ? laid : layoutIn({ ...given, centred: false }, "paper", FRAMES.pages);
  }

  // Columns side by side on a desk, one below the other on a phone.
  const layout = (given, name) => (name === "paper" ? layoutOnPaper(given) : layoutIn(given, name, FRAMES[name]));

  function layoutIn(given, name, frame) {
    const picture = given.tiles ? { ...given, columns: masonry(given.tiles, frame, name) } : given;
    const columns = name === "narrow" ? [picture.columns.reduce((all, c) => [...all, ...c], [])] : picture.columns;
    const gutter = picture.joins ? frame.gutter : frame.gap;
    const wide = widths(picture, columns.length, frame.width, gutter);
    let left = 0;
    const placed = columns.map((tiles, c) => {
      let top = 0;
      const found = tiles.map((tile) => {
        top = onOnePage(top, 130, frame);
        const laid = flow(tile, frame, left, top, wide[c], picture.alone && name !== "narrow");
        top += laid.height + frame.gap;
        return laid;
      });
      left += wide[c] + gutter;
      return { tiles: found, height: top - frame.gap };
    });
    const height = Math.max(40, ...placed.map((column) => column.height));
    placed.forEach((column) => { if (picture.centred) { lower(column, (height - column.height) / 2); } });
    return { frame, width: frame.width, height, tiles: placed.reduce((all, c) => [...all, ...c.tiles], []) };
  }

  function widths(picture, columns, width, gutter) {
    const room = width - gutter * (columns - 1);
    const parts = picture.shares && columns > 1 ? picture.shares : new Array(columns).fill(1 / columns);
    return parts.map((part) => Math.round(room * part));
  }

  function lower(column, by) {
    const way = Math.min(Math.round(by), 260);
    column.tiles.forEach((tile) => {
      tile.top += way;
      tile.boxes.forEach((box) => { box.y += way; });
    });
  }

  // The outline of a family's boxes, as kg/maps/shapes.py draws it.
  function outline(shape, width, height) {
    const [w, h] = [Math.floor(width / 2), Math.floor(height / 2)];
    if (shape === "hexagon") {
      const c = Math.min(8, h);
      return `M${-w} 0L${c - w} ${-h}H${w - c}L${w} 0L${w - c} ${h}H${c - w}z`;
    }
    if (shape === "chamfer") {
      const c = Math.min(7, Math.floor(h / 2));
      return `M${-w} ${c - h}l${c}-${c}H${w - c}l${c} ${c}V${h - c}l-${c} ${c}H${c - w}l-${c}-${c}z`;
    }
    if (shape === "folded") {
      const c = Math.min(8, h);
      return `M${-w}-${h}H${w - c}l${c} ${c}V${h}H${-w}zM${w - c}-${h}v${c}h${c}`;
    }
    const r = Math.min({ round: Math.min(9, Math.floor(h / 2)), pill: Math.min(16, h) }[shape] || 0, h);
    if (!r) { return `M${-w}-${h}h${2 * w}v${2 * h}h${-2 * w}z`; }
    return `M${r - w}-${h}H${w - r}a${r} ${r} 0 0 1 ${r} ${r}V${h - r}a${r} ${r} 0 0 1-${r} ${r}`
      + `H${r - w}a${r} ${r} 0 0 1-${r}-${r}V${r - h}a${r} ${r} 0 0 1 ${r}-${r}z`;
  }

  function drawTile(tile) {
    const group = draw("g", { class: tile.open ? "tile opens" : "tile" },
      draw("rect", { x: tile.left, y: tile.top, width: tile.width, height: tile.height, rx: 7 }));
    if (tile.beside) {
      besideLines(tile).forEach((line, n) => group.append(
        draw("text", { class: "tile-title beside", x: tile.left + 12, y: tile.top + 28 + 19 * n }, line)));
    } else if (tile.title) {
      const text = `${cut(tile.title, tile.width / 15)}${em(tile.title) > tile.width / 15 - 1 ? "…" : ""}`;
      group.append(draw("text", { class: "tile-title", x: tile.left + 12, y: tile.top + 21 }, text));
    }
    wrap(tile.sub || "", (tile.width - 24) / 12.6, 3).forEach((line, n) => group.append(
      draw("text", { class: "tile-sub", x: tile.left + 12, y: tile.top + 40 + 18 * n }, line)));
    if (tile.open) {
      const button = draw("rect", {
        class: "tile-open", x: tile.left, y: tile.top, width: tile.width, height: tile.boxes.length ? 52 : tile.height,
        rx: 7, tabindex: 0, role: "button", "aria-label": [tile.title, tile.sub].filter(Boolean).join(words.comma),
      });
      button.addEventListener("click", tile.open);
      button.addEventListener("keydown", (event) => {
        if (["Enter", " "].includes(event.key)) { event.preventDefault(); tile.open(); focusDetail(); }
      });
      group.append(button);
    }
    return group;
  }

  function drawBox(box) {
    const thing = box.things[0];
    const many = box.things.length > 1;
    const style = data.families[family(thing)];
    const text = draw("text", {});
    const [big, small] = [box.strong ? 20 : 18, 17];
    const top = -(box.text.length * big + box.subs.length * small) / 2;
    box.text.forEach((line, n) => text.append(
      draw("tspan", { x: 0, y: Math.round(top + (n + 0.78) * big) }, line)));
    box.subs.forEach((line, n) => text.append(draw(
      "tspan", { class: "sub", x: 0, y: Math.round(top + box.text.length * big + (n + 0.74) * small) }, line)));
    const path = outline(style.shape, box.width, box.height);
    const classes = ["box", `f${family(thing)}`, box.strong ? "strong" : "", many ? "many" : "",
      box.things.some(isNamed) ? "" : "dashed", box.mark ? `is-${box.mark}` : "",
      measureOf(box)[3] ? `s${measureOf(box)[3]}` : ""];
    return draw("g", {
      class: classes.filter(Boolean).join(" "), transform: `translate(${box.x} ${box.y})`,
      tabindex: 0, role: "button", "aria-label": boxName(box),
    }, ...(many ? [draw("path", { class: "edge under", transform: "translate(4 4)", d: path })] : []),
    draw("path", { class: "edge", d: path }), text);
  }

  function boxName(box) {
    const named = box.things.some(isNamed) ? words.named : words.unnamed;
    const relations = box.things.reduce((sum, thing) => sum + degree(thing), 0);
    const name = [box.label, ...(box.sub || [])].join(words.comma);
    return fill(words.box, { label: name, kind: kind(box.things[0]), said: named, count: relations });
  }

  // A line runs in the gutter between two columns, so it meets no box but its ends.
  function drawJoin(from, to) {
    if (from.x > to.x) { return drawJoin(to, from); }
    const [x0, x1] = [from.x + from.width / 2, to.x - to.width / 2];
    const bend = (x0 + x1) / 2;
    return draw("path", { class: "line rest", d: `M${x0} ${from.y}C${bend} ${from.y} ${bend} ${to.y} ${x1} ${to.y}` });
  }

  function drawStem(tile, stem) {
    const x = stem.x + stem.width / 2;
    const bend = (x + tile.left) / 2;
    return draw("path", { class: `line rest stem${tile.inferred ? " inferred" : ""}`, d: `M${x} ${stem.y}C${bend} ${stem.y} ${bend} ${tile.top + 20} ${tile.left} ${tile.top + 20}` });
  }

  function drawPicture(picture, name) {
    const laid = layout(picture, name);
    const lines = draw("g", { class: "lines", "aria-hidden": "true" });
    const boxes = laid.tiles.reduce((all, tile) => [...all, ...tile.boxes], []);
    const svg = draw("svg", {
      class: "chart local", viewBox: `0 0 ${laid.width} ${Math.ceil(laid.height)}`, role: "group",
      "aria-label": picture.name, lang: get("map").getAttribute("lang"),
    });
    svg.classList.add(name);
    const chart = { svg, local: true, lines: [], chips: draw("g", { class: "chips", "aria-hidden": "true" }) };
    chart.boxes = boxes.map((box) => ({ ...box, element: drawBox(box) }));
    const at = new Map(boxes.map((box, n) => [box.key, n]));
    (picture.joins || []).forEach(([from, to, list]) => {
      const ends = [at.get(from), at.get(to)];
      const apart = name !== "narrow" && picture.alone && boxes[ends[0]].x !== boxes[ends[1]].x;
      const element = apart ? drawJoin(boxes[ends[0]], boxes[ends[1]]) : null;
      if (element) {
        element.classList.toggle("inferred", list.every(isInferred));
        lines.append(element);
      }
      chart.lines.push({ element, source: ends[0], target: ends[1], ties: list });
    });
    if (picture.stem && name !== "narrow") {
      const stem = boxes.find((box) => box.key === picture.stem);
      laid.tiles.filter((tile) => tile.left > 0).forEach((tile) => lines.append(drawStem(tile, stem)));
    }
    chart.open = (n) => boxes[n].open();
    svg.append(...laid.tiles.map(drawTile), lines, draw("g", { class: "boxes" }, ...chart.boxes.map((b) => b.element)), chart.chips);
    listenChart(chart);
    return laid.frame.first ? { ...chart, svg: onPages(svg, laid) } : chart;
  }

  // The same picture once a page, each time another part of it.
  function onPages(svg, { width, height, frame }) {
    const parts = [[0, Math.min(height, frame.first)]];
    for (let top = frame.first; top < height; top += frame.page) { parts.push([top, Math.min(height - top, frame.page)]); }
    return make("div", "pages", "", ...parts.map(([top, high]) => {
      const part = svg.cloneNode(true);
      part.setAttribute("viewBox", `0 ${top} ${width} ${Math.ceil(high)}`);
      return part;
    }));
  }
