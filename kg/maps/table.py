"""Every thing and relation as rows of a table, for readers without scripts and for the clerk."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kg.maps.fold import ALLIANCE, AREA, Net, Picture

# A sentence with all that it bears out reads best; it is longer by its quotes.
BY_SENTENCE = 2_000  # relations
# More rows than these make the file slow to send: the alliances' own relations are left.
WHOLE = 60_000
_PLACED_BY = {"covers", "locatedIn", "basedAt", "within"}


def kind(drawn: Picture) -> str:
    """What the table of a network holds, as the key of the words that say so."""
    relations = len(drawn.relations)
    if relations <= BY_SENTENCE:
        return "table_about"
    return "table_by_thing" if relations <= WHOLE else "table_alliances"


@dataclass
class Passage:
    """A sentence of a source and every relation or fact that it bears out.

    ``first`` has, for each row, its subject and its object where the table has them first.
    """

    quote: str
    place: str
    source: str
    rows: list[tuple[str, str, str, bool, str]] = field(default_factory=list)
    first: list[tuple[str, str]] = field(default_factory=list)


def passages(net: Net, drawn: Picture) -> list[Passage]:
    """The whole network by sentence, in the order of the sources; what has none comes last."""
    found: dict[tuple[str, str, str], Passage] = {}
    for ends, label, (subject, value), evidence in _statements(drawn):
        for e in evidence or [{"quote": "", "certainty": "Stated"}]:
            key = e["quote"], e.get("place", ""), e.get("source", "")
            passage = found.setdefault(key, Passage(*key))
            inferred = e.get("certainty") == "Inferred"
            passage.rows.append((subject, label, value, inferred, e.get("reason", "")))
            passage.first.append(ends)
    titles = {s["title"]: n for n, s in enumerate(net.graph.get("sources", []))}
    ordered = sorted(found.values(), key=lambda p: _rank(p, titles))
    seen = {""}
    for passage in ordered:
        passage.first = [(_new(one, seen), _new(other, seen)) for one, other in passage.first]
    return ordered


def _new(thing: str, seen: set[str]) -> str:
    """The thing where it was not seen before, else nothing."""
    found = "" if thing in seen else thing
    seen.add(thing)
    return found


_Two: TypeAlias = tuple[str, str]


def _statements(drawn: Picture) -> Iterable[tuple[_Two, str, _Two, Sequence[dict[str, Any]]]]:
    """The things at both ends, the relation or fact, its subject and object in words."""
    related = {end for r in drawn.relations for end in (r.source, r.target)}
    names = {thing: data["label"] for thing, data in drawn.things.items()}
    for r in drawn.relations:
        yield (r.source, r.target), r.label, (names[r.source], names[r.target]), r.evidence
    for thing, data in drawn.things.items():
        for fact in data.get("facts", []):
            told = names[thing], str(fact["value"])
            yield (thing, ""), fact["label"], told, fact.get("evidence", [])
        if thing not in related and not data.get("facts"):
            yield (thing, ""), "", (names[thing], ""), data.get("evidence", [])


def _rank(passage: Passage, titles: dict[str, int]) -> tuple[Any, ...]:
    source = titles.get(passage.source, len(titles))
    digits = re.search(r"[0-9]+", passage.place)
    number = int(digits.group()) if digits else 0
    return not (passage.quote or passage.place), source, number, passage.place, passage.quote


@dataclass(frozen=True, slots=True)
class Row:
    """A thing, and what it is related to by each relation that goes out from it."""

    thing: str
    label: str
    place: str
    kind: str
    said: list[tuple[str, list[str]]]


def rows(drawn: Picture, under: str) -> list[Row]:
    """A row for each thing, alliances first; of a very large network only the alliances.

    Each relation stands once, in the row of its subject. ``under`` stands between an area and
    those in it, where areas tell namesakes apart. O(things and relations).
    """
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for r in drawn.relations:
        said[r.source][r.label].append(drawn.things[r.target]["label"])
    things = sorted(drawn.things.items(), key=lambda item: item[1]["family"] != ALLIANCE)
    if kind(drawn) == "table_alliances":
        things = [(thing, data) for thing, data in things if data["family"] == ALLIANCE]
    count = Counter(data["label"] for data in drawn.things.values())
    areas = _Areas(drawn)
    place = {t: areas.placed(t, under) for t, data in things if count[data["label"]] > 1}
    return [Row(t, d["label"], place.get(t, ""), d["kind"], [*said[t].items()]) for t, d in things]


class _Areas:
    """The areas around things, the same as in map.overview.js."""

    def __init__(self, drawn: Picture) -> None:
        self.things = drawn.things
        self.above: dict[str, str] = {}
        self.below: dict[str, list[str]] = defaultdict(list)
        self.of: dict[str, list[str]] = defaultdict(list)
        for r in drawn.relations:
            if r.name == "within" and r.source not in self.above:
                self.above[r.source] = r.target
                self.below[r.target].append(r.source)
            if r.name in _PLACED_BY and self._is_area(r.target) and self._is_named(r.target):
                self.of[r.source].append(r.target)
        self.outer = self._outer()

    def _is_area(self, thing: str) -> bool:
        return bool(self.things[thing]["family"] == AREA)

    def _is_named(self, thing: str) -> bool:
        return bool(self.things[thing].get("named", True))

    def chain(self, area: str) -> list[str]:
        """From an area upwards; a circle ends where it begins."""
        found: dict[str, None] = {}
        at: str | None = area
        while at is not None and at not in found:
            found[at] = None
            at = self.above.get(at)
        return [*found]

    def _outer(self) -> set[str]:
        """The nearest divided area that holds all others, and those around it."""
        level = [area for area in self.below if area not in self.above and self._is_named(area)]
        top = ""
        while len(level) == 1 and level[0] in self.below:
            top = level[0]
            level = self.below[top]
        return set(self.chain(top)) if top else set()

    def placed(self, thing: str, under: str) -> str:
        """The areas around a thing that its own label does not say, the largest first."""
        chains = [
            self.chain(area) for area in ([thing] if self._is_area(thing) else self.of[thing])
        ]
        own = (area for area in (chains or [[]])[0] if all(area in chain for chain in chains))
        around = self.chain(nearest) if (nearest := next(own, "")) else []
        label = self.things[thing]["label"]
        names = [
            self.things[area]["label"]
            for area in around
            if area != thing and area not in self.outer
        ]
        return under.join(name for name in reversed(names) if name not in label)


@dataclass(frozen=True, slots=True)
class Card:
    """An alliance in the overview: what is said of it, and what is not."""

    label: str
    address: str
    notes: tuple[str, ...]
    ties: list[tuple[str, bool, list[tuple[str, str, bool]]]]

    @property
    def linked(self) -> list[str]:
        """The addresses to which the card has links."""
        others = [other for *_, others in self.ties for other in others]
        return [self.address, *(address for _, address, _ in others)]


def cards(drawn: Picture, address: dict[str, str]) -> list[Card]:
    """A card for each alliance, its relations gathered by name and direction."""
    found = {
        thing: Card(data["label"], address[thing], tuple(data.get("notes", [])), [])
        for thing, data in drawn.things.items()
        if data["family"] == ALLIANCE
    }
    groups: dict[tuple[str, bool, str], list[tuple[str, str, bool]]] = defaultdict(list)
    for r in drawn.relations:
        for thing, other, out in ((r.source, r.target, True), (r.target, r.source, False)):
            if thing in found:
                label = drawn.things[other]["label"]
                groups[thing, out, r.label].append((label, address[other], r.inferred))
    for (thing, out, label), others in sorted(groups.items()):
        found[thing].ties.append((label, out, others))
    return list(found.values())
