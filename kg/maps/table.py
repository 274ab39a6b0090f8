"""Every thing and relation as rows of a table, for readers without scripts and for the clerk."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kg.maps.fold import ALLIANCE, Net, Picture

# A sentence with all that it bears out reads best; it is longer by its quotes.
BY_SENTENCE = 2_000  # relations
# More rows than these make the file slow to send: the alliances' own relations are left.
WHOLE = 60_000


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
    kind: str
    said: list[tuple[str, list[str]]]


def rows(drawn: Picture) -> list[Row]:
    """A row for each thing, alliances first; of a very large network only the alliances.

    Each relation stands once, in the row of its subject. O(things and relations).
    """
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for r in drawn.relations:
        said[r.source][r.label].append(drawn.things[r.target]["label"])
    things = sorted(drawn.things.items(), key=lambda item: item[1]["family"] != ALLIANCE)
    if kind(drawn) == "table_alliances":
        things = [(thing, data) for thing, data in things if data["family"] == ALLIANCE]
    return [Row(t, data["label"], data["kind"], [*said[t].items()]) for t, data in things]


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
