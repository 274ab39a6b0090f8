"""What the page knows of each thing: the compressed block that its script reads.

A column a property rather than an object a thing, and each sentence, label and list of
evidence once: a region of ten thousand things is some 300 kB in the file.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from kg.maps.fold import Picture, Relation
from kg.search.pinyin import readings

_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def as_json(value: object) -> str:
    r"""JSON that can stand inside a script element.

    >>> as_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.translate(_ESCAPES)


def packed(value: object) -> str:
    """JSON, deflated (zlib), in base64: letters that no parser of HTML takes for markup.

    >>> packed({"label": "社区"})
    'eNqrVspJTErNUbJSer5k39OeXUq1AEWiCC8='
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


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


MEASURED = ("short", "text", "rank", "step")


class Pool:
    """Values kept once each, in the order of their first use; a reference is a number.

    >>> pool = Pool()
    >>> pool.add("社区"), pool.add("街道"), pool.add("社区"), pool.kept
    (0, 1, 0, ['社区', '街道'])
    """

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self._at: dict[Hashable, int] = {}

    def add(self, key: Hashable, value: object = None) -> int:
        """The number of a value, by default the key itself."""
        if key not in self._at:
            self._at[key] = len(self.kept)
            self.kept.append(key if value is None else value)
        return self._at[key]


class _Cites:
    """Lists of evidence, each kept once; a list is [[sentence, 1 if inferred, reason]…]."""

    def __init__(self) -> None:
        self.lists, self.quotes, self.sources = Pool(), Pool(), Pool()
        self.add(())

    def add(self, evidence: Sequence[dict[str, Any]]) -> int:
        found = tuple(
            (self._quote(e), int(e.get("certainty") == "Inferred"), e.get("reason", ""))
            for e in evidence
        )
        return self.lists.add(found)

    def _quote(self, e: dict[str, Any]) -> int:
        source = self.sources.add(e.get("source", ""))
        key = e.get("quote", ""), e.get("place", ""), source
        return self.quotes.add(key)


def knowledge(drawn: Picture, address: dict[str, str], families: dict[str, str]) -> dict[str, Any]:
    """Everything that the script shows: things, relations, sentences, in columns.

    O(things and relations).
    """
    cites, labels, kinds = _Cites(), Pool(), Pool()
    number = {thing: n for n, thing in enumerate(drawn.things)}
    order = {family: n for n, family in enumerate(families)}
    things = [*drawn.things.values()]
    more = {str(n): found for n, data in enumerate(things) if (found := _more(data, labels, cites))}
    return {
        "things": {
            "label": [data["label"] for data in things],
            "hash": [address[thing] for thing in drawn.things],
            "kind": [_kind(data, kinds, order) for data in things],
            "cite": [cites.add(data.get("evidence", [])) for data in things],
            "more": more,
        },
        "relations": _relations(drawn.relations, number, labels, cites),
        "labels": labels.kept,
        "kinds": kinds.kept,
        "cites": cites.lists.kept,
        "quotes": cites.quotes.kept,
        "sources": cites.sources.kept,
        "readings": _readings(data["label"] for data in things),
    }


def _kind(data: dict[str, Any], kinds: Pool, order: dict[str, int]) -> int:
    return kinds.add((data["kind"], order[data["family"]], data["tier"]))


def _more(data: dict[str, Any], labels: Pool, cites: _Cites) -> dict[str, Any]:
    """What only some things have."""
    found = {
        "unnamed": int(not data.get("named", True)),
        "change": data.get("change", ""),
        "notes": list(data.get("notes", [])),
        "aliases": list(data.get("aliases", [])),
        "periods": [list(period) for period in data.get("periods", [])],
        "measured": [data["measured"][name] for name in MEASURED] if "measured" in data else [],
        "facts": [
            [
                labels.add((fact["label"], "")),
                str(fact["value"]),
                cites.add(fact.get("evidence", [])),
            ]
            for fact in data.get("facts", [])
        ],
    }
    return {name: value for name, value in found.items() if value}


def _relations(
    relations: list[Relation], number: dict[str, int], labels: Pool, cites: _Cites
) -> dict[str, Any]:
    return {
        "source": [number[r.source] for r in relations],
        "target": [number[r.target] for r in relations],
        "label": [labels.add((r.label, r.name)) for r in relations],
        "cite": [cites.add(r.evidence) for r in relations],
        "inferred": [n for n, r in enumerate(relations) if r.inferred],
        "periods": {
            str(n): [list(period) for period in r.periods]
            for n, r in enumerate(relations)
            if r.periods
        },
    }


def _readings(labels: Iterable[str]) -> dict[str, list[str]]:
    """How each character of the labels is read: what pinyin finds in them."""
    characters = sorted({character for label in labels for character in label})
    return {
        c: sorted({syllables[0] for syllables in said})
        for c in characters
        if (said := readings([c]))
    }


def boxes(drawn: Picture, address: dict[str, str]) -> dict[str, Any]:
    """The boxes and lines of the tiers that are drawn already, by the numbers of their things."""
    number = {thing: n for n, thing in enumerate(drawn.things)}
    return {
        "boxes": [
            {
                "label": box.label,
                "sub": box.sub,
                "hash": address[box.key],
                "things": [number[thing] for thing in box.members],
            }
            for box in drawn.boxes
        ],
        "lines": [[line.source, line.target, list(line.relations)] for line in drawn.lines],
    }
