"""What the page knows of each thing: the JSON block that its script reads, and the table."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.maps.fold import ALLIANCE, Net, Picture

_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def as_json(value: object) -> str:
    r"""Write JSON that can stand inside a script element.

    >>> as_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.translate(_ESCAPES)


def addresses(ids: Iterable[str]) -> dict[str, str]:
    """The shortest last part of each id that no other id ends in.

    >>> addresses(["https://x/a/b", "https://x/c/b", "https://x/d"])
    {'https://x/a/b': 'a/b', 'https://x/c/b': 'c/b', 'https://x/d': 'd'}
    """
    tails = {i: [*_tails(i)] for i in sorted(ids)}
    count: dict[str, int] = defaultdict(int)
    for parts in tails.values():
        for tail in parts:
            count[tail] += 1
    return {i: next((t for t in parts if count[t] == 1), i) for i, parts in tails.items()}


def _tails(text: str) -> Iterable[str]:
    starts = [m.end() for m in re.finditer(r"[/#]", text)]
    for start in reversed(starts):
        if text[start:]:
            yield text[start:]
    yield text


class Quotes:
    """Sentences, each kept once; a piece of evidence is then a few numbers."""

    def __init__(self) -> None:
        self.kept: list[list[str]] = []
        self._at: dict[tuple[str, str, str], int] = {}

    def refer(self, evidence: Sequence[dict[str, Any]]) -> list[list[Any]]:
        """Each piece as [sentence's number, 1 if inferred, reason]."""
        return [
            [self._number(e), int(e.get("certainty") == "Inferred"), e.get("reason", "")]
            for e in evidence
        ]

    def _number(self, e: dict[str, Any]) -> int:
        key = e["quote"], e.get("place", ""), e.get("source", "")
        if key not in self._at:
            self._at[key] = len(self.kept)
            self.kept.append(list(key))
        return self._at[key]


def knowledge(drawn: Picture, address: dict[str, str], families: dict[str, str]) -> dict[str, Any]:
    """Everything that the script shows: things, relations, boxes and sentences."""
    quotes = Quotes()
    number = {thing: n for n, thing in enumerate(drawn.things)}
    box_of = {thing: n for n, box in enumerate(drawn.boxes) for thing in box.members}
    order = list(families)
    return {
        "things": [
            _thing(data, quotes) | {"hash": address[thing], "box": box_of[thing]}
            for thing, data in drawn.things.items()
        ],
        "relations": [
            [number[r.source], number[r.target], r.label, int(r.inferred), quotes.refer(r.evidence)]
            for r in drawn.relations
        ],
        "boxes": [
            {
                "label": box.label,
                "sub": box.sub,
                "family": order.index(box.family),
                "hash": address[box.key],
                "things": [number[thing] for thing in box.members],
            }
            for box in drawn.boxes
        ],
        "lines": [[line.source, line.target, list(line.relations)] for line in drawn.lines],
        "families": list(families.values()),
        "quotes": quotes.kept,
    }


def _thing(data: dict[str, Any], quotes: Quotes) -> dict[str, Any]:
    return {
        "label": data["label"],
        "kind": data["kind"],
        "named": bool(data.get("named", True)),
        "notes": list(data.get("notes", [])),
        "aliases": list(data.get("aliases", [])),
        "facts": [
            [f["label"], str(f["value"]), quotes.refer(f.get("evidence", []))]
            for f in data.get("facts", [])
        ],
        "evidence": quotes.refer(data.get("evidence", [])),
    }


@dataclass
class Passage:
    """A sentence of a source and every relation or fact that it bears out."""

    quote: str
    place: str
    source: str
    rows: list[tuple[str, str, str, bool, str]] = field(default_factory=list)


def passages(net: Net, drawn: Picture) -> list[Passage]:
    """The whole network by sentence, in the order of the sources; what has none comes last."""
    found: dict[tuple[str, str, str], Passage] = {}
    for subject, label, value, evidence in _statements(drawn):
        for e in evidence or [{"quote": "", "certainty": "Stated"}]:
            key = e["quote"], e.get("place", ""), e.get("source", "")
            passage = found.setdefault(key, Passage(*key))
            inferred = e.get("certainty") == "Inferred"
            passage.rows.append((subject, label, value, inferred, e.get("reason", "")))
    titles = [s["title"] for s in net.graph.get("sources", [])]
    return sorted(found.values(), key=lambda p: _rank(p, titles))


def _statements(drawn: Picture) -> Iterable[tuple[str, str, str, Sequence[dict[str, Any]]]]:
    related = {end for r in drawn.relations for end in (r.source, r.target)}
    names = {thing: data["label"] for thing, data in drawn.things.items()}
    for r in drawn.relations:
        yield names[r.source], r.label, names[r.target], r.evidence
    for thing, data in drawn.things.items():
        for fact in data.get("facts", []):
            yield names[thing], fact["label"], str(fact["value"]), fact.get("evidence", [])
        if thing not in related and not data.get("facts"):
            yield names[thing], "", "", data.get("evidence", [])


def _rank(passage: Passage, titles: list[str]) -> tuple[Any, ...]:
    source = titles.index(passage.source) if passage.source in titles else len(titles)
    digits = re.search(r"[0-9]+", passage.place)
    number = int(digits.group()) if digits else 0
    return not (passage.quote or passage.place), source, number, passage.place, passage.quote


@dataclass(frozen=True, slots=True)
class Card:
    """An alliance in the overview: what is said of it, and what is not."""

    label: str
    address: str
    notes: tuple[str, ...]
    ties: list[tuple[str, bool, list[tuple[str, str, bool]]]]


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
