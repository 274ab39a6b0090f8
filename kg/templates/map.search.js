// Search as you type: names first, then other names, then kinds. Tells the map by an event.
(() => {
  "use strict";
  const get = (id) => document.getElementById(id);
  const data = JSON.parse(get("data").textContent);
  const words = data.words;
  const [search, hits, live] = ["search", "hits", "live"].map(get);
  const ties = data.things.map(() => 0);
  let active = 0;

  const plain = (s) => s.normalize("NFKC").toLowerCase().replace(/[\s“”"‘’·]/g, "");

  function rank(thing, wanted) {
    const at = plain(thing.label).indexOf(wanted);
    if (at >= 0) { return at ? 1 : 0; }
    if (thing.aliases.some((alias) => plain(alias).includes(wanted))) { return 2; }
    return plain(thing.kind).includes(wanted) ? 3 : 9;
  }

  function find(wanted) {
    return data.things.map((thing, n) => ({ n, ties: ties[n], rank: wanted ? rank(thing, wanted) : 9 }))
      .filter((hit) => hit.rank < 9)
      .sort((a, b) => a.rank - b.rank || b.ties - a.ties || a.n - b.n)
      .slice(0, 12);
  }

  const options = () => [...hits.querySelectorAll("[role=option]")];

  function option({ n }, number) {
    const item = make("li", "", data.things[n].label, make("small", "", data.things[n].kind));
    item.id = `hit${number}`;
    item.setAttribute("role", "option");
    item.addEventListener("mousedown", (event) => { event.preventDefault(); pick(n); });
    return item;
  }

  function listHits() {
    const found = find(plain(search.value));
    const none = make("li", "empty", words.no_hits.replace("{text}", () => search.value));
    active = 0;
    hits.textContent = "";
    hits.append(...(found.length ? found.map(option) : [none]));
    hits.hidden = !plain(search.value);
    search.setAttribute("aria-expanded", String(found.length > 0));
    live.textContent = hits.hidden ? "" : words.hits.replace("{count}", found.length);
    markActive();
  }

  function markActive() {
    options().forEach((item, n) => {
      item.setAttribute("aria-selected", String(n === active));
      if (n === active) { item.scrollIntoView({ block: "nearest" }); }
    });
    search.setAttribute("aria-activedescendant", options().length ? `hit${active}` : "");
  }

  function closeHits() {
    hits.hidden = true;
    search.setAttribute("aria-expanded", "false");
    search.setAttribute("aria-activedescendant", "");
  }

  function pick(thing) {
    search.value = data.things[thing].label;
    closeHits();
    window.dispatchEvent(new CustomEvent("pick", { detail: thing }));
  }

  function searchKey(event) {
    const count = options().length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (hits.hidden) { return; }
    if (step && count) {
      active = (active + step + count) % count;
      markActive();
      event.preventDefault();
    } else if (event.key === "Enter" && count) {
      pick(find(plain(search.value))[active].n);
    } else if (event.key === "Escape") {
      closeHits();
      event.stopPropagation();
    }
  }

  function make(tag, className, content, ...children) {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = content;
    element.append(...children);
    return element;
  }

  data.relations.forEach(([source, target]) => { ties[source] += 1; ties[target] += 1; });
  get("find").hidden = false;
  search.addEventListener("input", listHits);
  search.addEventListener("focus", () => search.select());
  search.addEventListener("blur", closeHits);
  search.addEventListener("keydown", searchKey);
})();
