  // The alliances by area: a tile an area, with the alliances in it and the areas that have none.
  const MANY_ALLIANCES = 240;
  const SEVERAL_ALLIANCES = 60;
  const FEW_ALLIANCES = 12;
  const PLACED_BY = ["covers", "locatedIn", "basedAt", "within"];
  let areas = null;

  function indexAreas() {
    const above = new Map();
    const below = new Map();
    data.relations.source.forEach((thing, tie) => {
      if (predicate(tie) !== "within" || above.has(thing)) { return; }
      above.set(thing, target(tie));
      below.set(target(tie), [...(below.get(target(tie)) || []), thing]);
    });
    const alliances = [...data.things.kind.keys()].filter(isAlliance);
    areas = { above, below, alliances, of: new Map(), outer: [] };
    alliances.forEach((alliance) => areas.of.set(alliance, areaOf(alliance)));
    if (top() !== undefined) { areas.outer = chain(top()); }
  }

  // From an area upwards; a circle ends where it begins.
  function chain(area) {
    const found = [];
    for (let at = area; at !== undefined && !found.includes(at); at = areas.above.get(at)) { found.push(at); }
    return found;
  }

  // The area that an alliance is said to cover or lie in; of several the one around them all.
  function areaOf(alliance) {
    const ends = [...tiesOf(alliance)]
      .filter((tie) => source(tie) === alliance && PLACED_BY.includes(predicate(tie)))
      .map(target).filter((thing) => family(thing) === data.area && isNamed(thing));
    const chains = ends.map(chain);
    return chains.length ? chains[0].find((area) => chains.every((c) => c.includes(area))) : undefined;
  }

  const isDivided = (thing) => (areas.below.get(thing) || []).length > 0;

  // The area that holds all others, the nearest one that is divided; none if there are several.
  function top() {
    let found;
    let level = tops();
    while (level.length === 1 && isDivided(level[0])) {
      [found] = level;
      level = areas.below.get(found);
    }
    return found;
  }

  // The areas around a thing that its own name does not say: they tell it from its namesakes.
  function placed(thing) {
    const own = family(thing) === data.area ? thing : areaOf(thing);
    const around = own === undefined ? [] : chain(own);
    return around.filter((area) => area !== thing && !areas.outer.includes(area) && !label(thing).includes(label(area)))
      .reverse().map(label).join(words.under);
  }

  const tops = () => [...areas.below.keys()].filter((area) => !areas.above.has(area) && isNamed(area));

  function overview(root) {
    const children = new Map(childrenOf(root).map((area) => [area, []]));
    const [own, lost] = [[], []];
    areas.alliances.filter(shows).forEach((alliance) => {
      const area = areas.of.get(alliance);
      const up = area === undefined ? [] : chain(area);
      const child = up.find((a) => children.has(a));
      if (child !== undefined) { children.get(child).push(alliance); } else if (area === root && root !== undefined) {
        own.push(alliance);
      } else if (area === undefined) { lost.push(alliance); }
    });
    const all = [own, ...children.values()].reduce((sum, list) => sum + list.length, 0);
    const held = [...children].filter(([, list]) => list.length);
    const bare = [...children].filter(([area, list]) => !list.length && shows(area)).map(([area]) => area);
    const outer = root === undefined || root === top();
    const tiles = [
      ...(own.length ? [areaTile(label(root), own, all + lost.length)] : []),
      ...(all > MANY_ALLIANCES ? countTiles(held) : held.map(
        ([area, list]) => ({ ...areaTile(label(area), list, all), open: () => goTo(area) }))),
      ...(outer && lost.length ? [areaTile(words.nowhere, lost, all + lost.length)] : []),
      ...(bare.length && !data.part ? [bareTile(bare)] : []),
      ...(outer ? [kindsTile()] : []),
    ];
    return { name: words.overview, tiles };
  }

  function childrenOf(root) {
    return root === undefined ? tops() : areas.below.get(root) || [];
  }

  function areaTile(title, alliances, all) {
    const rich = all <= FEW_ALLIANCES;
    const kinds = [...grouped([...alliances].sort(byLabel), (alliance) => `${data.things.kind[alliance]}${changeOfThing(alliance)}`)];
    return {
      title,
      sub: numberOf(alliances),
      most: rich ? 18 : 9,
      boxes: kinds.reduce((boxes, [key, list]) => boxes.concat(
        all > SEVERAL_ALLIANCES && list.length > 3 ? [withSign(manyBox(`${title} ${key}`, list), changeOfThing(list[0]))]
          : list.map((alliance) => withSign({ ...thingBox(alliance), sub: summary(alliance, rich) }, changeOfThing(alliance)))), []),
    };
  }

  // "12 alliances +1 −2": those of the later of two dates.
  function numberOf(alliances) {
    const stated = fill(words.alliances, { count: alliances.filter(holdsNow).length });
    return [stated, tally(alliances.map(changeOfThing))].filter(Boolean).join(" ");
  }

  function changesOfMembers(alliances) {
    const members = (alliance) => [...shownTies(alliance)].filter((tie) => source(tie) === alliance && predicate(tie) === "hasMember");
    const changes = compared() ? changesAmong(alliances.reduce((all, alliance) => all.concat(members(alliance)), [])) : "";
    return changes ? [fill(words.members, { count: changes })] : [];
  }

  // Of very many alliances only their numbers: by the parts of each area where there is room.
  function countTiles(held) {
    const parts = held.map(([area, list]) => [area, list, byPart(area, list)]);
    const most = parts.reduce((sum, [, , found]) => sum + found.length, 0);
    const counted = (pairs) => pairs.map(([area, list]) => (
      { ...thingBox(area), sub: [numberOf(list), ...changesOfMembers(list)] }));
    if (most > MOST_BOXES) { return [{ title: words.by_area, sub: words.by_area_about, boxes: counted(held) }]; }
    return parts.map(([area, list, found]) => ({
      title: label(area), sub: [numberOf(list), ...changesOfMembers(list)].join(words.dot), boxes: counted(found), open: () => goTo(area),
    }));
  }

  // The alliances of an area by the part of it that they are of; those of the whole are in none.
  function byPart(area, list) {
    const parts = new Set(childrenOf(area));
    const found = grouped(list, (alliance) => chain(areas.of.get(alliance)).find((one) => parts.has(one)));
    found.delete(undefined);
    return [...found].sort(([one], [two]) => one - two);
  }

  function bareTile(bare) {
    const most = bare.slice(0, 120);
    const hiddenOnes = bare.length - most.length;
    return {
      title: words.bare,
      sub: hiddenOnes ? fill(words.and_more, { count: hiddenOnes }) : words.bare_about,
      boxes: most.map((area) => {
        const inside = (areas.below.get(area) || []).length;
        return { ...thingBox(area), sub: inside ? [fill(words.inside, { count: inside })] : [] };
      }),
    };
  }

  // Everything there is, by family: a box opens the list of it.
  function kindsTile() {
    const things = [...data.things.kind.keys()].filter((thing) => shows(thing) && holdsNow(thing));
    const families = [...grouped(things, family)].sort(([a], [b]) => a - b);
    return {
      title: words.everything,
      sub: words.everything_about,
      boxes: families.map(([number, list]) => manyBox(`f${number}`, list, data.families[number].label)),
    };
  }

  // What is said of an alliance in a line or, where there is room, in a few.
  function summary(alliance, rich) {
    const groups = grouped(
      [...shownTies(alliance)].filter((tie) => source(tie) === alliance && target(tie) !== alliance),
      (tie) => (predicate(tie) === "hasMember" ? "hasMember" : said(tie)));
    const members = groups.get("hasMember");
    const change = members ? changesAmong(members) : "";
    const held = members ? members.filter((tie) => changeOf(tie) !== "ended") : [];
    const stated = fill(words.members, { count: new Set(held.map(target)).size });
    const lines = members ? [held.length ? [stated, change].filter(Boolean).join(" ") : fill(words.members, { count: change })] : [];
    groups.delete("hasMember");
    const notes = more(alliance).notes || [];
    const others = [...groups].filter(([name, list]) => rich || (!members && predicate(list[0]) === "memberKind" && name));
    const told = others.map(([name, list]) => `${name}${words.colon}${list.slice(0, 3).map((tie) => label(target(tie))).join(words.comma)}`);
    return [...lines, ...notes.slice(0, rich ? 2 : 1), ...told].slice(0, rich ? 5 : 2);
  }

  // One alliance can be picked from a list, where the list is not too long to look through.
  function startPicking() {
    if (areas.alliances.length < 2 || areas.alliances.length > MANY_ALLIANCES) { return; }
    const named = [...areas.alliances].sort((a, b) => label(a).localeCompare(label(b), "zh"));
    const namesakes = grouped(named, label);
    const told = (alliance) => [label(alliance), namesakes.get(label(alliance)).length > 1 ? placed(alliance) : ""];
    get("alliance").append(...named.map((alliance) => Object.assign(
      make("option", "", told(alliance).filter(Boolean).join(words.dot)), { value: data.things.hash[alliance] })));
    get("alliance").addEventListener("change", (event) => {
      const hash = event.currentTarget.value;
      if (hash) { showFamily(data.at.get(hash)); }
      go({ at: hash });
    });
    get("pick").hidden = false;
  }

  function showPicked(thing) {
    get("alliance").value = thing !== undefined && isAlliance(thing) ? data.things.hash[thing] : "";
  }
