  // What is shown of everything: not the families that are switched off, and what holds in time.
  const hidden = new Set();

  const shows = (thing) => !hidden.has(family(thing)) && thingInTime(thing);
  const showsTie = (tie) => inTime(tie) && !hidden.has(family(source(tie))) && !hidden.has(family(target(tie)));

  function* shownTies(thing) {
    for (const tie of tiesOf(thing)) { if (showsTie(tie)) { yield tie; } }
  }

  function toggleFamily(button) {
    const number = Number(button.getAttribute("data-family"));
    const hide = !hidden.delete(number);
    if (hide) { hidden.add(number); }
    button.setAttribute("aria-pressed", String(!hide));
    render();
    say(fill(hide ? words.hidden : words.visible, { label: data.families[number].label }));
  }

  function showFamily(thing) {
    if (hidden.has(family(thing))) { toggleFamily(document.querySelector(`[data-family="${family(thing)}"]`)); }
  }
