  // Search as you type: names first, then other names, pinyin or its first letters, then kinds.
  const [search, hits] = [get("search"), get("hits")];
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s“”"‘’·]/g, "");
  let [active, plainNames, pathFrom] = [0, null, null];

  // Whether letters read a name from one place on: by whole syllables, by first letters, or mixed.
  function reads(name, letters, at) {
    if (!letters) { return true; }
    if (at >= name.length) { return false; }
    const known = data.readings[name[at]];
    if (!known) { return letters[0] === name[at] && reads(name, letters.slice(1), at + 1); }
    return known.some((syllable) => {
      if (syllable.startsWith(letters)) { return true; }
      return (letters.startsWith(syllable) && reads(name, letters.slice(syllable.length), at + 1))
        || (letters[0] === syllable[0] && reads(name, letters.slice(1), at + 1));
    });
  }

  function readsAnywhere(name, letters) {
    for (let at = 0; at < name.length; at += 1) { if (reads(name, letters, at)) { return at; } }
    return -1;
  }

  function rank(thing, wanted, latin) {
    const at = plainNames[thing].indexOf(wanted);
    if (at >= 0) { return at ? 1 : 0; }
    const { aliases } = more(thing);
    if (aliases && aliases.some((alias) => plain(alias).includes(wanted))) { return 2; }
    const read = latin ? readsAnywhere(plainNames[thing], wanted) : -1;
    if (read >= 0) { return read ? 4 : 3; }
    return plain(kind(thing)).includes(wanted) ? 5 : 9;
  }

  function find(wanted) {
    if (!wanted) { return []; }
    plainNames = plainNames || data.things.label.map(plain);
    const latin = /^[a-z0-9]+$/.test(wanted);
    const found = [];
    for (let thing = 0; thing < count(); thing += 1) {
      const place = rank(thing, wanted, latin);
      if (place < 9) { found.push({ thing, place }); }
    }
    return found.sort((a, b) => a.place - b.place || degree(b.thing) - degree(a.thing) || a.thing - b.thing);
  }

  const options = () => [...hits.querySelectorAll("[role=option]")];

  function option({ thing }, n) {
    const item = make("li", "", label(thing), make("small", "", [kind(thing), placed(thing)].filter(Boolean).join(words.dot)));
    item.id = `hit${n}`;
    item.setAttribute("role", "option");
    item.setAttribute("data-thing", thing);
    item.addEventListener("mousedown", (event) => { event.preventDefault(); pick(thing); });
    return item;
  }

  function listHits() {
    const found = find(plain(search.value));
    active = 0;
    hits.textContent = "";
    hits.append(...found.slice(0, 12).map(option));
    const nothing = found.length === 0;
    get("no-hits").textContent = nothing && search.value ? words.no_hits.replace("{text}", () => search.value) : "";
    hits.hidden = nothing;
    search.setAttribute("aria-expanded", String(!nothing));
    say(search.value && !nothing ? fill(words.hits, { count: found.length }) : "");
    markActive();
  }

  function markActive() {
    options().forEach((item, n) => {
      item.setAttribute("aria-selected", String(n === active));
      if (n === active) { item.scrollIntoView({ block: "nearest" }); }
    });
    if (options().length) { search.setAttribute("aria-activedescendant", `hit${active}`); }
  }

  function closeHits() {
    hits.hidden = true;
    get("no-hits").textContent = "";
    search.setAttribute("aria-expanded", "false");
    search.removeAttribute("aria-activedescendant");
  }

  function pick(thing) {
    search.value = label(thing);
    closeHits();
    showFamily(thing);
    const hash = data.things.hash[thing];
    if (pathFrom !== null) { go({ at: data.things.hash[pathFrom], to: hash }); } else { goTo(thing); }
    endAsking();
  }

  // The other end of a path is looked for in the same field.
  function askForEnd(thing) {
    pathFrom = thing;
    search.value = "";
    search.placeholder = fill(words.other_end, { label: label(thing) });
    search.focus();
    say(search.placeholder);
  }

  function endAsking() {
    pathFrom = null;
    search.placeholder = words.placeholder;
  }

  function searchKey(event) {
    const number = options().length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isOpen = !hits.hidden || get("no-hits").textContent || pathFrom !== null;
    if (event.key === "Escape" && isOpen) { closeHits(); endAsking(); event.stopPropagation(); return; }
    if (hits.hidden) { return; }
    if (step && number) {
      active = (active + step + number) % number;
      markActive();
      event.preventDefault();
    } else if (event.key === "Enter" && number) {
      pick(Number(options()[active].getAttribute("data-thing")));
    }
  }

  function startSearch() {
    get("find").hidden = false;
    search.addEventListener("input", listHits);
    search.addEventListener("focus", () => search.select());
    search.addEventListener("blur", closeHits);
    search.addEventListener("keydown", searchKey);
  }
