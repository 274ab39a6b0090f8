  // The picture on the screen as a file of its own: SVG and PNG with title, legend and sources.
  const PRINT_WIDTH = 3508; // A4 across at 300 dots an inch
  const MOST_SIDE = 16000; // of a canvas, in pixels
  const MOST_AREA = 200e6;
  const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity"];
  const LETTERS = ["font-family", "font-size", "font-weight", "text-anchor", "text-decoration", "writing-mode",
    "dominant-baseline", "letter-spacing"];
  const DEFAULTS = { "stroke-dasharray": "none", "stroke-linecap": "butt", opacity: "1", "writing-mode": "horizontal-tb",
    "dominant-baseline": "auto", "letter-spacing": "normal" };
  const MARGIN = 24;
  const MOST_SOURCES = 12;

  // A copy whose looks stand at each element, so that no style sheet is needed.
  function plainCopy(element) {
    const style = window.getComputedStyle(element);
    if (style.display === "none" || style.visibility === "hidden") { return null; }
    const copy = element.cloneNode(false);
    ["class", "id", "tabindex", "role", "aria-label", "aria-hidden", "data-box", "lang"].forEach((name) => copy.removeAttribute(name));
    const isText = ["text", "tspan"].includes(element.tagName);
    (isText ? [...LOOKS, ...LETTERS] : LOOKS).forEach((name) => {
      const value = style.getPropertyValue(name === "text-decoration" ? "text-decoration-line" : name);
      if (value && value !== (DEFAULTS[name] || "none")) { copy.setAttribute(name, value.replace(/"/g, "'")); }
    });
    if (style.getPropertyValue("fill") === "none") { copy.setAttribute("fill", "none"); }
    const tip = style.getPropertyValue("marker-end");
    if (tip.includes("#")) { copy.setAttribute("marker-end", `url(#${tip.match(/#([\w-]+)/)[1]})`); }
    element.childNodes.forEach((child) => {
      const found = child.nodeType === Node.TEXT_NODE ? child.cloneNode() : child.nodeType === Node.ELEMENT_NODE ? plainCopy(child) : null;
      if (found) { copy.append(found); }
    });
    return copy;
  }

  // The tips of lines hang on a definition, which has no computed look.
  function tips(svg) {
    const copies = [...svg.querySelectorAll("marker")].map((marker) => {
      const copy = marker.cloneNode(true);
      const path = copy.querySelector("path");
      path.setAttribute("fill", path.classList.contains("tip-on") ? "#b5121b" : "#97a1ac");
      path.removeAttribute("class");
      return copy;
    });
    return draw("defs", {}, ...copies);
  }

  function textLine(text, x, y, size, bold) {
    return draw("text", { x, y, "font-size": size, "font-weight": bold ? 700 : 400, fill: "#1d242c", "font-family": window.getComputedStyle(document.body).fontFamily.replace(/"/g, "'") }, text);
  }

  // Long lines are cut where they are full.
  function textLines(text, width, size) {
    const most = width / size;
    const lines = [""];
    [...text].forEach((c) => {
      if (em(lines[lines.length - 1] + c) > most) { lines.push(""); }
      lines[lines.length - 1] += c;
    });
    return lines;
  }

  function legendRow(y, width) {
    let [x, row] = [MARGIN, 0];
    const parts = [...document.querySelectorAll(".legend [data-family], .legend .key")].map((item) => {
      const text = item.textContent.trim().replace(/\s+/g, " ");
      const wide = 44 + em(text) * 13 + 14;
      if (x + wide > width - MARGIN) { [x, row] = [MARGIN, row + 1]; }
      const sign = plainCopy(item.querySelector("svg"));
      const box = item.querySelector("svg").viewBox.baseVal;
      const group = draw("g", { transform: `translate(${x} ${y + 24 * row})` },
        draw("g", { transform: `translate(${-box.x} ${-box.y})` }, ...sign.childNodes), textLine(text, 36, 14, 13, false));
      x += wide;
      return group;
    });
    return { parts, height: 24 * (row + 1) };
  }

  // As it is printed: documents and slides have room across, and a picture of the screen is tall.
  function wholePicture() {
    document.documentElement.classList.add("sheet");
    drawForPaper();
    try { return told(visible().svg); } finally {
      document.documentElement.classList.remove("sheet");
      redraw();
    }
  }

  // The picture with what a reader needs who has nothing else.
  function told(svg) {
    const { width, height } = svg.viewBox.baseVal;
    const wide = width + 2 * MARGIN;
    const title = document.querySelector("h1").textContent;
    const about = [...document.querySelectorAll(".meta > span")].map((part) => part.textContent.trim());
    const head = textLines([...about, when()].filter(Boolean).join(words.dot), width, 13);
    const legend = legendRow(76 + 20 * head.length, wide);
    const top = 90 + 20 * head.length + legend.height;
    const sources = textLines(`${words.save.sources}${[...document.querySelectorAll(".sources li")].map((li) => li.textContent.trim()).join(words.semicolon)}`, width, 12).slice(0, 6);
    const bottom = top + height + 24;
    const tall = Math.ceil(bottom + 18 * sources.length + MARGIN / 2);
    return draw("svg", { viewBox: `0 0 ${wide} ${tall}`, width: wide, height: tall },
      tips(svg), draw("rect", { x: 0, y: 0, width: wide, height: tall, fill: "#ffffff" }),
      textLine([title, subject()].filter(Boolean).join(words.dash), MARGIN, 44, 24, true),
      ...head.map((line, n) => textLine(line, MARGIN, 72 + 20 * n, 13, false)), ...legend.parts,
      draw("g", { transform: `translate(${MARGIN} ${top})` }, ...plainCopy(svg).childNodes),
      ...sources.map((line, n) => textLine(line, MARGIN, bottom + 18 * n, 12, false)));
  }

  const asText = (svg) => new XMLSerializer().serializeToString(svg);

  // Letters beyond Latin stand as bytes in base64.
  function dataAddress(text) {
    const bytes = new TextEncoder().encode(text);
    let letters = "";
    for (let n = 0; n < bytes.length; n += 8192) { letters += String.fromCharCode(...bytes.subarray(n, n + 8192)); }
    return `data:image/svg+xml;base64,${btoa(letters)}`;
  }

  function asImage(svg) {
    const [width, height] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
    const scale = Math.min(PRINT_WIDTH / width, MOST_SIDE / height, Math.sqrt(MOST_AREA / (width * height)));
    const canvas = Object.assign(make("canvas"), { width: Math.round(width * scale), height: Math.round(height * scale) });
    const image = new Image();
    return new Promise((resolve, reject) => {
      image.addEventListener("load", () => {
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(words.save.failed))), "image/png");
      });
      image.addEventListener("error", () => reject(new Error(words.save.failed)));
      image.src = dataAddress(asText(svg));
    });
  }

  function fileName(ending) {
    const name = [document.title, subject(), state.date || ""].filter(Boolean).join(" ");
    return `${name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, "").slice(0, 80)}.${ending}`;
  }

  function keep(blob, ending) {
    const link = Object.assign(make("a"), { href: URL.createObjectURL(blob), download: fileName(ending) });
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    say(fill(words.save.saved, { name: link.download }));
  }

  const saveSvg = () => Promise.resolve(keep(new Blob([asText(wholePicture())], { type: "image/svg+xml" }), "svg"));
  const savePng = () => asImage(wholePicture()).then((blob) => keep(blob, "png"));

  // Where the browser does not let a page copy pictures, the picture is saved.
  function copyPng() {
    if (!navigator.clipboard || typeof ClipboardItem === "undefined") { return savePng(); }
    return asImage(wholePicture()).then((blob) => navigator.clipboard.write([new ClipboardItem({ "image/png": blob })])
      .then(() => say(words.save.copied), () => { keep(blob, "png"); say(words.save.refused); }));
  }

  // A long list of sources is folded on the screen; a print of a closed list would be without it.
  function foldSources() {
    const list = get("sources");
    if (list.querySelectorAll("li").length <= MOST_SOURCES) { return; }
    let open = false;
    list.open = open;
    window.addEventListener("beforeprint", () => { ({ open } = list); list.open = true; });
    window.addEventListener("afterprint", () => { list.open = open; });
  }

  function startSaving() {
    foldSources();
    const actions = { png: savePng, svg: saveSvg, copy: copyPng, print: () => Promise.resolve(window.print()) };
    get("save").hidden = false;
    get("save").querySelectorAll("[data-save]").forEach((button) => button.addEventListener("click", () => {
      actions[button.getAttribute("data-save")]().catch((error) => say(error.message));
    }));
  }
