"""What leaders ask of the alliances, answered from a network: each claims what the data say.

The phrases, and how each answer is counted, are in ``templates/map.*.json``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kg.maps.fold import ALLIANCE, Net
from kg.maps.select import as_of
from kg.namespace import ORG, PBA

_HAS_MEMBER, _MEMBER_OF = ORG + "hasMember", ORG + "memberOf"
_MEMBER_KIND, _INITIATED_BY = PBA + "memberKind", PBA + "initiatedBy"
_COVERS, _LOCATED_IN, _WITHIN = PBA + "covers", PBA + "locatedIn", PBA + "within"
_PARTY_ORGANIZATION_OF = PBA + "partyOrganizationOf"
_COVERAGE = PBA + "coverageStatus"
_ORGANIZED = {PBA + "OwnOrganization", PBA + "JointOrganization"}
_LEADS = {"LeadMember", "RotatingChair"}
_COMMUNITIES, _STREETS = ("Community",), ("Subdistrict", "Township")
_MOST = 10


@dataclass(frozen=True, slots=True)
class Ask:
    """A question and the things that answer it, with what is to be said of each, if anything.

    ``complete`` when it asks what is missing, and is so of none of the things that there are.
    """

    id: str
    things: tuple[str, ...]
    notes: tuple[str, ...] = ()
    complete: bool = False


def asks(net: Net, date: str = "") -> list[Ask]:
    """Every question with its answer on a date, by default at any; kinds of things are in none.

    Needs the attributes of `kg.network.read`. O(things + relations), but for the sorting
    and the alliances that cover an area around another. Raises `MapError` for what is no date.
    """
    known = _Known(as_of(net, date) if date else net)
    return [_ask(name, answer(known), known) for name, answer in _ASKS.items()]


def _ask(name: str, answer: dict[str, str], known: _Known) -> Ask:
    notes = tuple(answer.values()) if any(answer.values()) else ()
    complete = not answer and name in _AMONG and bool(_AMONG[name](known))
    return Ask(name, tuple(answer), notes, complete)


class _Known:
    """The relations of a network by their predicates."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.comma = "、" if net.graph.get("lang", "zh") == "zh" else ", "
        self._ends: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
        for source, target, key, data in net.edges(keys=True, data=True):
            self._ends[key].append((source, target, data))
        named = {thing: d for thing, d in net.nodes(data=True) if d.get("named", True)}
        self.named = named
        self.alliances = {thing for thing, d in named.items() if d["family"] == ALLIANCE}
        self.members = self._members()
        self.joined = _turned(self.members)
        self._above = dict(sorted(self.pairs(_WITHIN), reverse=True))

    def _members(self) -> dict[str, set[str]]:
        """The members of each alliance that has some."""
        found: dict[str, set[str]] = defaultdict(set)
        pairs = [*self.pairs(_HAS_MEMBER), *((o, m) for m, o in self.pairs(_MEMBER_OF))]
        for alliance, member in pairs:
            if alliance in self.alliances and member in self.named:
                found[alliance].add(member)
        return found

    def pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        return ((source, target) for source, target, _ in self._ends[predicate])

    def of_alliances(self, *predicates: str) -> Iterator[tuple[str, str]]:
        """The alliances and what these relations lead them to."""
        pairs = (pair for predicate in predicates for pair in self.pairs(predicate))
        return ((alliance, other) for alliance, other in pairs if alliance in self.alliances)

    def with_roles(self, roles: set[str]) -> set[str]:
        """The alliances with a member in one of the roles."""
        ends = self._ends[_HAS_MEMBER]
        return {alliance for alliance, _, data in ends if roles & set(data.get("roles", ()))}

    def are(self, *classes: str) -> list[str]:
        wanted = set(classes)
        return [t for t, data in self.named.items() if wanted & set(data.get("classes", ()))]

    def facts(self, thing: str, predicate: str) -> list[dict[str, Any]]:
        return [f for f in self.net.nodes[thing].get("facts", ()) if f.get("key") == predicate]

    def sorted(self, things: Iterable[str]) -> list[str]:
        """By the places around them, then by label."""
        above = self._above
        return sorted(things, key=lambda t: (self.label(above.get(t, "")), self.label(t), t))

    def label(self, thing: str) -> str:
        return str(self.net.nodes[thing]["label"]) if thing in self.net else ""

    def labels(self, things: Iterable[str]) -> str:
        return self.comma.join(sorted(map(self.label, things)))


def _turned(relation: dict[str, set[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, others in relation.items():
        for other in others:
            found[other].add(one)
    return found


def _in_two_alliances(known: _Known) -> dict[str, str]:
    several = [member for member, alliances in known.joined.items() if len(alliances) > 1]
    ranked = sorted(known.sorted(several), key=lambda member: -len(known.joined[member]))
    return {member: known.labels(known.joined[member]) for member in ranked}


def _without_alliance(known: _Known, *classes: str) -> dict[str, str]:
    """Areas of which no alliance says anything; the notes are alliances of areas around them."""
    outer = _relation(known.pairs(_WITHIN))
    placed = {place for _, place in known.of_alliances(_COVERS, _LOCATED_IN)}
    spoken = {other for _, other in known.of_alliances(_INITIATED_BY)} | set(known.joined)
    spoken |= _reached(placed, outer)
    covering = _turned(_relation(known.of_alliances(_COVERS)))
    found = known.sorted(set(known.are(*classes)) - spoken)
    wider = {area: _reached(outer[area], outer) for area in found}
    return {
        area: known.labels({one for place in wider[area] for one in covering[place]})
        for area in found
    }


def _relation(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return found


def _reached(things: Iterable[str], relation: dict[str, set[str]]) -> set[str]:
    """The things and all that the relation leads to from them."""
    reached, ahead = set(things), list(things)
    while ahead:
        new = relation[ahead.pop()] - reached
        reached |= new
        ahead += new
    return reached


def _two_new_without_party(known: _Known) -> dict[str, str]:
    """Two-new organisations of which no Party organisation is said; the notes are what is."""
    with_party = {unit for _, unit in known.pairs(_PARTY_ORGANIZATION_OF)}
    status = {
        unit: known.facts(unit, _COVERAGE)
        for unit in known.sorted(known.are("TwoNewOrganization"))
        if unit not in with_party
    }
    return {
        unit: known.comma.join(fact["value"] for fact in facts)
        for unit, facts in status.items()
        if not any(fact.get("iri") in _ORGANIZED for fact in facts)
    }


def _without_members(known: _Known) -> dict[str, str]:
    stated = set(known.members) | {one for one, _ in known.of_alliances(_MEMBER_KIND, _HAS_MEMBER)}
    return {
        alliance: ""
        for alliance in known.sorted(known.alliances - stated)
        if not known.facts(alliance, _HAS_MEMBER) and not known.facts(alliance, _MEMBER_KIND)
    }


def _without_lead(known: _Known) -> dict[str, str]:
    return dict.fromkeys(known.sorted(known.alliances - known.with_roles(_LEADS)), "")


def _in_no_alliance(known: _Known) -> dict[str, str]:
    return dict.fromkeys(known.sorted(set(known.are("ResidentUnit")) - set(known.joined)), "")


def _most_members(known: _Known) -> dict[str, str]:
    """The alliances with most members, and those with as many as the last of them."""
    count = {alliance: len(members) for alliance, members in known.members.items()}
    fewest = sorted(count.values(), reverse=True)[:_MOST][-1:]
    most = known.sorted(alliance for alliance, n in count.items() if fewest <= [n])
    return {a: str(count[a]) for a in sorted(most, key=lambda alliance: -count[alliance])}


_ASKS: dict[str, Callable[[_Known], dict[str, str]]] = {
    "two-alliances": _in_two_alliances,
    "most-members": _most_members,
    "alliances-without-members": _without_members,
    "alliances-without-lead": _without_lead,
    "communities-without": lambda known: _without_alliance(known, *_COMMUNITIES),
    "streets-without": lambda known: _without_alliance(known, *_STREETS),
    "in-no-alliance": _in_no_alliance,
    "two-new-without-party": _two_new_without_party,
}
# Among which things each question looks for those of which something is not stated.
_AMONG: dict[str, Callable[[_Known], Collection[str]]] = {
    "alliances-without-members": lambda known: known.alliances,
    "alliances-without-lead": lambda known: known.alliances,
    "communities-without": lambda known: known.are(*_COMMUNITIES),
    "streets-without": lambda known: known.are(*_STREETS),
    "in-no-alliance": lambda known: known.are("ResidentUnit"),
    "two-new-without-party": lambda known: known.are("TwoNewOrganization"),
}
