  // The page comes alive when its data are unpacked; without that its table is shown.
  function measure() {
    const { offsetHeight } = document.querySelector(".head");
    document.documentElement.style.setProperty("--head", `${offsetHeight}px`);
  }

  let wasNarrow = narrow();

  function resized() {
    measure();
    if (narrow() !== wasNarrow) { wasNarrow = narrow(); render(); }
  }

  function followLink(event) {
    const link = event.target.closest("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    if (link.classList.contains("skip")) { get("table-of-all").querySelector("summary").focus(); return; }
    const asked = parse(link.getAttribute("href").slice(1));
    go(asked);
    focusDetail();
  }

  function flip(button, attribute) {
    const on = button.getAttribute(attribute) !== "true";
    button.setAttribute(attribute, String(on));
    return on;
  }

  // The table stands in the file as text for readers without scripts; it is read when it is wanted.
  function showTable() {
    const rows = get("rows");
    const kept = rows.querySelector("noscript");
    if (!kept) { return; }
    const parsed = new DOMParser().parseFromString(kept.textContent, "text/html");
    rows.textContent = "";
    rows.append(...parsed.body.childNodes);
  }

  function listen() {
    get("legend-switch").hidden = false;
    get("legend-switch").addEventListener("click", (event) => flip(event.currentTarget, "aria-expanded"));
    get("all-lines").addEventListener("click", (event) => {
      const all = flip(event.currentTarget, "aria-pressed");
      get("map").classList.toggle("all", all);
    });
    document.querySelectorAll("[data-family]").forEach((button) => button.addEventListener("click", () => toggleFamily(button)));
    document.addEventListener("click", followLink);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") { clear(); } });
    window.addEventListener("popstate", goBack);
    window.addEventListener("resize", resized);
    window.addEventListener("beforeprint", drawForPaper);
    window.addEventListener("afterprint", () => redraw());
  }

  function start(found) {
    index(found);
    indexAreas();
    whole = new RegExp(data.whole, "gu");
    charts.all = tiersCharts();
    listen();
    startSearch();
    startPicking();
    startAsks();
    startDates();
    startSaving();
    measure();
    const given = data.start;
    if (given && !window.location.hash) { write("replaceState", address(given)); }
    follow();
    document.documentElement.setAttribute("data-ready", "");
    window.performance.mark("ready");
  }

  function withoutData() {
    get("too-old").hidden = false;
    get("table-of-all").open = true;
    showTable();
  }

  get("table-of-all").addEventListener("toggle", showTable);
  if (typeof DecompressionStream === "undefined") { withoutData(); } else {
    unpack(get("data").textContent).then(start, withoutData);
  }
