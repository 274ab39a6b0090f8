"""What a map shows: things as boxes, relations as lines, and leaves of one kind folded into one.

A folded box stands for things of one kind that say nothing apart: on the page it opens
into the list of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from kg.exceptions import MapError

if TYPE_CHECKING:
    import networkx as nx

Net: TypeAlias = "nx.MultiDiGraph[str]"

LIMIT = 300
ALLIANCE = "alliance"
AREA = "area"
_FEWEST = 3
_MILD = 2  # The first rules fold only what says nothing apart.
_NEEDED = ("label", "kind", "family", "tier")


@dataclass(frozen=True, slots=True)
class Box:
    """A labelled box: one thing, or several of a kind folded into one.

    ``step`` is that of `kg.maps.sized`, 0 where nothing was measured.
    """

    key: str
    label: str
    sub: str
    kind: str
    family: str
    tier: int
    named: bool
    members: tuple[str, ...]
    step: int = 0

    @property
    def folded(self) -> bool:
        """Whether the box stands for more than one thing."""
        return len(self.members) > 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two boxes: relations of one name and one certainty."""

    source: int
    target: int
    label: str
    inferred: bool
    rest: bool
    relations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of the network between two things."""

    source: str
    target: str
    key: str
    label: str
    inferred: bool
    evidence: Sequence[dict[str, Any]]
    periods: Sequence[tuple[str, str]] = ()

    @property
    def name(self) -> str:
        """The local name of the predicate: "hasMember" of org:hasMember."""
        return self.key.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Picture:
    """The boxes and lines of a map, and the things and relations behind them.

    A coarse one had to fold things that are related to different others.
    """

    boxes: list[Box]
    lines: list[Line]
    things: dict[str, dict[str, Any]]
    relations: list[Relation]
    coarse: bool = False

    @property
    def shown(self) -> int:
        """How many things have a box of their own."""
        return sum(not box.folded for box in self.boxes)


def picture(net: Net, *, limit: int | None = LIMIT) -> Picture:
    """Choose the boxes and lines of a network, never more than `limit` boxes.

    Without a limit nothing is folded: a box a thing, a line a relation.

    The order is that of tiers and ids, whatever the order of insertion.

    Raises `MapError` when there is nothing to draw, or a thing lacks an attribute.
    """
    things = _things(net)
    relations = _relations(net)
    if limit is None:
        boxes, coarse = [_single(thing, data) for thing, data in things.items()], False
    else:
        boxes, coarse = _boxes(net, things, _ties(relations), limit)
    return Picture(boxes, _lines(boxes, relations), things, relations, coarse)


def _things(net: Net) -> dict[str, dict[str, Any]]:
    if not len(net):
        raise MapError("the network is empty: there is nothing to draw; `kg build` loads data")
    things = {str(node): net.nodes[node] for node in net}
    for node, data in things.items():
        lacking = [name for name in _NEEDED if name not in data]
        if lacking:
            raise MapError(f"{node} has no {', '.join(lacking)}; a map needs them of every thing")
    return dict(sorted(things.items(), key=lambda item: (item[1]["tier"], item[0])))


def _relations(net: Net) -> list[Relation]:
    found = [
        Relation(
            str(source),
            str(target),
            str(key),
            data.get("label", str(key)),
            data.get("certainty") == "Inferred",
            data.get("evidence", []),
            data.get("periods", ()),
        )
        for source, target, key, data in net.edges(keys=True, data=True)
    ]
    return sorted(found, key=lambda r: (r.source, r.target, r.key))


Ties = dict[str, list[tuple[Relation, str, bool]]]


def _ties(relations: Iterable[Relation]) -> Ties:
    """Of each thing: its relations, the other end, and whether the relation goes out."""
    ties: Ties = defaultdict(list)
    for relation in relations:
        ties[relation.source].append((relation, relation.target, True))
        ties[relation.target].append((relation, relation.source, False))
    return ties


def _rules(things: dict[str, dict[str, Any]], ties: Ties) -> list[Callable[[str], Hashable]]:
    """Ways to fold, mildest first: things with one key (not None) share a box."""

    def kind(thing: str) -> tuple[Any, ...]:
        data = things[thing]
        return data["tier"], data["family"], data["kind"]

    territory = _territory(things, ties, kind)

    def by_neighbour(thing: str) -> Hashable:
        mine = {(other, r.label, out) for r, other, out in ties[thing]}
        return (*kind(thing), *mine.pop()) if len(mine) == 1 else None

    def keep_alliances(rule: Callable[[str], Hashable]) -> Callable[[str], Hashable]:
        return lambda thing: None if things[thing]["family"] == ALLIANCE else rule(thing)

    return [
        keep_alliances(territory.get),
        keep_alliances(by_neighbour),
        keep_alliances(kind),
        kind,
        lambda thing: (things[thing]["tier"], things[thing]["family"]),
        lambda thing: things[thing]["tier"],
    ]


def _territory(
    things: dict[str, dict[str, Any]], ties: Ties, kind: Callable[[str], tuple[Any, ...]]
) -> dict[str, Hashable]:
    """Of territory that nothing is said of: its kind, and the place or the fold that it is within.

    A place of which only territory speaks folds with its likes, and what lies in such
    places folds, too. A ``change`` sets apart. From above: O(things and relations).
    """
    parents = _untold(things, ties)
    inside: dict[str, list[str]] = defaultdict(list)
    for thing, parent in parents.items():
        inside[parent].append(thing)
    keys: dict[str, Hashable] = {}
    place: dict[str, Hashable] = {}
    level = [thing for thing, parent in parents.items() if parent not in parents]
    while level:
        for thing in level:
            above = parents[thing]
            keys[thing] = (*kind(thing), things[thing].get("change", ""), place.get(above, above))
        sizes = Counter(keys[thing] for thing in level)
        place |= {t: keys[t] if sizes[keys[t]] >= _FEWEST else t for t in level}
        level = [below for thing in level for below in inside[thing]]
    return keys


def _untold(things: dict[str, dict[str, Any]], ties: Ties) -> dict[str, str]:
    """Things that are within one place and otherwise hold only such things, with that place."""
    parents = {}
    for thing in things:
        outer = [other for r, other, out in ties[thing] if out]
        if len(outer) == 1 and all(r.name == "within" for r, _, _ in ties[thing]):
            parents[thing] = outer[0]
    told = [thing for thing in things if thing not in parents]
    for thing in told:
        above = {other for r, other, out in ties[thing] if out and r.name == "within"}
        freed = [other for other in above if parents.pop(other, None)]
        told += freed
    return parents


def _boxes(
    net: Net, things: dict[str, dict[str, Any]], ties: Ties, limit: int
) -> tuple[list[Box], bool]:
    for step, rule in enumerate(_rules(things, ties)):
        boxes, coarse = _folded(net, things, ties, rule), step >= _MILD
        if len(boxes) <= limit:
            break
    return _distinct(boxes), coarse


def _folded(
    net: Net, things: dict[str, dict[str, Any]], ties: Ties, rule: Callable[[str], Hashable]
) -> list[Box]:
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for thing in things:
        key = rule(thing)
        groups[thing if key is None else ("fold", key)].append(thing)
    boxes: list[Box] = []
    for members in groups.values():
        if len(members) < _FEWEST:
            boxes.extend(_single(thing, things[thing]) for thing in members)
        else:
            boxes.append(_many(net, members, things, ties))
    return boxes


def _single(thing: str, data: dict[str, Any]) -> Box:
    gaps = data.get("notes", []) if data["family"] == ALLIANCE else []
    measured = data.get("measured", {})
    # Of the many that are not among the first a rank tells little.
    rank = measured["short"] if measured.get("step", 0) > 1 else ""
    return Box(
        key=thing,
        label=data["label"],
        sub=" · ".join(filter(None, [rank, *gaps[:1]])),
        kind=data["kind"],
        family=data["family"],
        tier=data["tier"],
        named=bool(data.get("named", True)),
        members=(thing,),
        step=measured.get("step", 0),
    )


def _many(net: Net, members: list[str], things: dict[str, dict[str, Any]], ties: Ties) -> Box:
    first = things[members[0]]
    labels = {f["id"]: f["label"] for f in net.graph.get("families", [])}
    one_kind = len({things[m]["kind"] for m in members}) == 1
    name = first["kind"] if one_kind else labels.get(first["family"], first["family"])
    label = f"{name} ×{len(members)}"
    sub = _shared(members, things, ties)
    return Box(
        key=f"{label} {sub}".strip(),
        label=label,
        sub=sub,
        kind=name,
        family=first["family"],
        tier=first["tier"],
        named=all(things[m].get("named", True) for m in members),
        members=tuple(members),
    )


def _shared(members: list[str], things: dict[str, dict[str, Any]], ties: Ties) -> str:
    """What all of them have in common, when it is one relation: 位于贵城街道, 位于乡镇 ×6.

    Behind it stands the change that all of them came by.
    """
    changes = {things[m].get("change", "") for m in members}
    change = changes.pop() if len(changes) == 1 else ""
    common = _common(members, things, ties)
    return " · ".join(filter(None, [common, change]))


def _common(members: list[str], things: dict[str, dict[str, Any]], ties: Ties) -> str:
    said = [{(r.label, o) for r, o, out in ties[m] if out} for m in members]
    common = set.intersection(*said)
    if len(common) == 1:
        label, other = common.pop()
        return _joined(label, things[other]["label"])
    labels = {label for ends in said for label, _ in ends}
    others = {other for ends in said for _, other in ends}
    kinds = {things[other]["kind"] for other in others}
    if len(labels) == len(kinds) == 1 and all(len(ends) == 1 for ends in said):
        return _joined(labels.pop(), f"{kinds.pop()} ×{len(others)}")
    return ""


def _joined(first: str, second: str) -> str:
    """Two words side by side, with a space behind a Latin letter."""
    return f"{first} {second}" if first[-1:].isascii() else first + second


def _distinct(boxes: list[Box]) -> list[Box]:
    seen: Counter[str] = Counter()
    result = []
    for box in boxes:
        seen[box.key] += 1
        again = seen[box.key]
        result.append(replace(box, key=f"{box.key} ({again})") if again > 1 else box)
    return result


def _lines(boxes: list[Box], relations: list[Relation]) -> list[Line]:
    at = {thing: i for i, box in enumerate(boxes) for thing in box.members}
    groups: dict[tuple[int, int, str, str, bool], list[int]] = defaultdict(list)
    for number, r in enumerate(relations):
        source, target = at[r.source], at[r.target]
        if source != target or not boxes[source].folded:
            groups[source, target, r.key, r.label, r.inferred].append(number)
    return [
        Line(s, t, label, inferred, _at_rest(boxes, s, t), tuple(numbers))
        for (s, t, _, label, inferred), numbers in sorted(groups.items())
    ]


def _at_rest(boxes: list[Box], source: int, target: int) -> bool:
    """Whether the line is drawn before anything is chosen: alliances, and the tiers above them."""
    ends = boxes[source], boxes[target]
    if any(end.family == ALLIANCE for end in ends):
        return True
    above = min((b.tier for b in boxes if b.family == ALLIANCE), default=0)
    return ends[0].tier != ends[1].tier and max(end.tier for end in ends) < above
