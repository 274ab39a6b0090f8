  // Plain ES2019 and Chromium 80: offices still run browsers of 2020. All files share one closure.

  // What the page knows, and how to make elements of it. Text is only ever set as text.
  const get = (id) => document.getElementById(id);
  const words = JSON.parse(get("words").textContent);
  let data = null;
  let ties = null;

  // Chinese on a page in another language says so, and a voice reads it as what it is.
  const isChinese = (text) => typeof text === "string" && /[\u4e00-\u9fff]/.test(text);
  const isForeign = !document.documentElement.lang.startsWith("zh");

  function tell(element, texts) {
    if (isForeign && texts.some(isChinese)) { element.setAttribute("lang", "zh-Hans"); }
    return element;
  }

  function make(tag, className, content, ...children) {
    const element = tell(document.createElement(tag), [content, ...children]);
    if (className) { element.className = className; }
    if (content) { element.textContent = content; }
    element.append(...children.filter(Boolean));
    return element;
  }

  function draw(tag, attributes, ...children) {
    const element = tell(document.createElementNS("http://www.w3.org/2000/svg", tag), children);
    Object.keys(attributes).forEach((name) => element.setAttribute(name, attributes[name]));
    element.append(...children);
    return element;
  }

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const say = (text) => { get("live").textContent = text; };
  const docked = () => window.matchMedia("(min-width: 1200px)").matches;
  const narrow = () => window.matchMedia("(max-width: 899px)").matches;
  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  function grouped(list, keyOf) {
    const groups = new Map();
    list.forEach((item) => {
      const key = keyOf(item);
      if (groups.has(key)) { groups.get(key).push(item); } else { groups.set(key, [item]); }
    });
    return groups;
  }

  async function unpack(text) {
    const letters = atob(text);
    const bytes = new Uint8Array(letters.length);
    for (let n = 0; n < letters.length; n += 1) { bytes[n] = letters.charCodeAt(n); }
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).json();
  }

  // Things and relations are numbers; these read their columns.
  const none = {};
  const count = () => data.things.label.length;
  const label = (thing) => data.things.label[thing];
  const more = (thing) => data.things.more[thing] || none;
  const kind = (thing) => data.kinds[data.things.kind[thing]][0];
  const family = (thing) => data.kinds[data.things.kind[thing]][1];
  const tier = (thing) => data.kinds[data.things.kind[thing]][2];
  const isNamed = (thing) => !more(thing).unnamed;
  const isAlliance = (thing) => family(thing) === data.alliance;
  const said = (tie) => data.labels[data.relations.label[tie]][0];
  const predicate = (tie) => data.labels[data.relations.label[tie]][1];
  const source = (tie) => data.relations.source[tie];
  const target = (tie) => data.relations.target[tie];
  const isInferred = (tie) => data.inferred.has(tie);
  const cites = (number) => data.cites[number];

  function* tiesOf(thing) {
    for (let n = ties.first[thing]; n < ties.first[thing + 1]; n += 1) { yield ties.list[n]; }
  }

  const other = (tie, thing) => (source(tie) === thing ? target(tie) : source(tie));

  // The relations of each thing side by side in one array: those of thing n begin at first[n].
  function indexTies() {
    const [from, to] = [data.relations.source, data.relations.target];
    const first = new Uint32Array(count() + 2);
    from.forEach((thing, tie) => {
      first[thing + 2] += 1;
      if (to[tie] !== thing) { first[to[tie] + 2] += 1; }
    });
    for (let n = 2; n < first.length; n += 1) { first[n] += first[n - 1]; }
    const list = new Uint32Array(first[first.length - 1]);
    from.forEach((thing, tie) => {
      list[first[thing + 1]] = tie;
      first[thing + 1] += 1;
      if (to[tie] !== thing) { list[first[to[tie] + 1]] = tie; first[to[tie] + 1] += 1; }
    });
    ties = { first, list };
  }

  const degree = (thing) => ties.first[thing + 1] - ties.first[thing];

  function index(found) {
    data = found;
    data.inferred = new Set(data.relations.inferred);
    data.at = new Map(data.things.hash.map((hash, n) => [hash, n]));
    indexTies();
  }
