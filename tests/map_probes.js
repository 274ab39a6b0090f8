// What the tests of reach measure inside the page. Each function returns findings as plain text.
({
  // Text with less contrast to what is painted behind it than WCAG 1.4.3 asks.
  faint() {
    const parse = (c) => (c.match(/[\d.]+/g) || []).map(Number);
    const alpha = (c) => (c.length > 3 ? c[3] : 1);
    const over = (top, under, a) => [0, 1, 2].map((i) => top[i] * a + under[i] * (1 - a));
    const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
      const part = c[i] / 255;
      return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    }, 0);
    const opacity = (e) => (e ? Number(getComputedStyle(e).opacity) * opacity(e.parentElement) : 1);
    const paint = (e) => {
      const style = getComputedStyle(e);
      const colour = e instanceof SVGGeometryElement ? style.fill : style.backgroundColor;
      return colour === "none" ? [0, 0, 0, 0] : parse(colour);
    };
    document.querySelectorAll("svg *").forEach((e) => { e.style.pointerEvents = "auto"; });
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    let looked = 0;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentElement;
      const range = document.createRange();
      range.selectNodeContents(node);
      const at = range.getClientRects()[0];
      if (!node.data.trim() || !at || at.width < 2) { continue; }
      const stack = document.elementsFromPoint(at.x + at.width / 2, at.y + at.height / 2);
      const own = stack.findIndex((e) => e === parent || (e.matches("text, button, a") && e.contains(parent)));
      if (own < 0 || stack.slice(0, own).some((e) => alpha(paint(e)) === 1)) { continue; }
      looked += 1;
      const style = getComputedStyle(parent);
      const isDrawn = Boolean(parent.closest("svg"));
      const colour = parse(isDrawn ? style.fill : style.color);
      const ground = stack.slice(own).filter((e) => !e.matches("text, tspan")).reverse()
        .reduce((under, e) => over(paint(e), under, alpha(paint(e)) * opacity(e)), [255, 255, 255]);
      const shown = over(colour, ground, alpha(colour) * opacity(parent));
      const [high, low] = [light(shown), light(ground)].sort((a, b) => b - a);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const ratio = (high + 0.05) / (low + 0.05);
      if (ratio < (large ? 3 : 4.5)) { found.push(`${ratio.toFixed(2)} ${node.data.trim()}`); }
    }
    return looked < 12 ? [`only ${looked} texts are on the screen`] : found;
  },

  // What can be pressed and is smaller than 44 × 44 CSS pixels. A row of one link counts whole.
  small() {
    const targets = "a[href], button, input, select, summary, [role=button], [role=option]";
    return [...document.querySelectorAll(targets)].filter((e) => {
      const row = e.closest("li, h3");
      const alone = row && row.querySelectorAll(targets).length === 1;
      const hit = (alone && e.matches("a") ? row : e).getBoundingClientRect();
      const shown = hit.width > 0 && hit.right > 0 && getComputedStyle(e).visibility === "visible";
      return shown && Math.min(hit.width, hit.height) < 43.9;
    }).map((e) => {
      const { width, height } = e.getBoundingClientRect();
      return `${Math.round(width)}×${Math.round(height)} ${e.outerHTML.slice(0, 120)}`;
    });
  },

  // What reaches beyond the right edge, if the page scrolls sideways.
  wide() {
    const root = document.documentElement;
    if (root.scrollWidth <= window.innerWidth && window.innerWidth <= screen.width) { return []; }
    return [`${root.scrollWidth} in ${screen.width}`, ...[...document.body.querySelectorAll("*")]
      .filter((e) => e.getBoundingClientRect().right > screen.width + 1)
      .map((e) => e.outerHTML.slice(0, 100))];
  },

  // Text that its own box cuts off.
  cut() {
    return [...document.querySelectorAll("body *")].filter((e) => (
      !e.closest("svg, .sr") && e.clientWidth > 1 && getComputedStyle(e).overflowY !== "auto"
      && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
      && (e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2)
      && getComputedStyle(e).display !== "inline"
    )).map((e) => `${e.clientWidth}×${e.clientHeight} ${e.outerHTML.slice(0, 100)}`);
  },

  // Texts that are mostly Chinese and that nothing says are Chinese.
  foreign() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      const lang = parent.closest("[lang]").lang || parent.closest("[lang]").getAttribute("lang");
      const shown = parent.getClientRects().length && !parent.closest("script, style");
      const chinese = walker.currentNode.data.replace(/[^\u4e00-\u9fff]/g, "").length;
      const latin = walker.currentNode.data.replace(/[^A-Za-z]/g, "").length;
      if (shown && chinese > latin && !lang.startsWith("zh")) {
        found.push(`${parent.tagName} ${walker.currentNode.data.trim()}`);
      }
    }
    return found;
  },

  // Boxes whose name lacks what is written on them (WCAG 2.5.3).
  misnamed() {
    const plain = (text) => text.replace(/[\s\p{P}]/gu, "");
    return [...document.querySelectorAll("#map svg [role=button]")].filter((e) => (
      e.getClientRects().length && [...e.querySelectorAll("tspan")].some((line) => (
        !plain(e.getAttribute("aria-label")).includes(plain(line.textContent))))
    )).map((e) => `${e.textContent} | ${e.getAttribute("aria-label")}`);
  },

  // Every text twice as large, as a reader's setting makes it.
  enlarge() {
    const parts = [...document.querySelectorAll("body *")].filter((e) => !e.closest("svg"));
    const sizes = parts.map((e) => parseFloat(getComputedStyle(e).fontSize));
    parts.forEach((e, n) => { e.style.fontSize = `${2 * sizes[n]}px`; });
  },

  moving() {
    const seconds = (value) => Math.max(...value.split(",").map(parseFloat));
    return [...document.querySelectorAll("*")].filter((e) => {
      const { transitionDuration, animationDuration, scrollBehavior } = getComputedStyle(e);
      return seconds(transitionDuration) + seconds(animationDuration) || scrollBehavior === "smooth";
    }).map((e) => e.outerHTML.slice(0, 80));
  },
})
