"""Why a triple is entailed: the stated triples and axioms that it follows from."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from kg.reason.axioms import Axioms, Route
from kg.reason.stated import (
    CO_BUILDING,
    CO_BUILDS_WITH,
    MEMBER,
    MEMBER_OF,
    MEMBERSHIP,
    ORGANIZATION,
    PARTICIPANT,
    TYPE,
    Node,
    Term,
    is_node,
    is_stated,
    shorter,
    stated,
)
from kg.store.readable import Quads


@dataclass(frozen=True, slots=True)
class Support:
    """One way in which a triple follows: a rule, and what the rule was applied to.

    ``premises`` are stated triples, then axioms of the ontology; without one of the stated
    ones the rest does not entail the triple.
    """

    rule: str
    premises: tuple[ox.Triple, ...]


class Edge(NamedTuple):
    """A step of a closure: the stated triple, and the axioms that make it one."""

    start: Term
    end: Term
    triple: ox.Triple
    route: Route


class Supports:
    """Finds supports in one store; what it has read of a closure it keeps.

    All look-ups are by index. Of a triple with two ends only the shorter list is read: of the
    memberships of a member and of an alliance, of the co-buildings of two partners.
    """

    def __init__(self, data: Quads, axioms: Axioms | None = None) -> None:
        self.data = data
        self.axioms = axioms or Axioms.of(data)
        self._above: dict[tuple[ox.NamedNode, Term], dict[Term, Edge]] = {}
        self._known: dict[tuple[ox.NamedNode, Term, bool], list[Edge]] = {}

    def of(self, triple: ox.Triple) -> Iterator[Support]:
        """The supports of a triple: by one stated triple first, by closures last."""
        if triple.predicate == TYPE:
            yield from self._types(triple)
        routes = self.axioms.to_target.get(triple.predicate, ())
        bodies = [(route, body) for route in routes if (body := route.body(triple)) is not None]
        for route, body in bodies:
            if is_stated(self.data, body):
                yield Support(route.rule, (body, *route.axioms))
        yield from self._own(triple, triple)
        for route, body in bodies:
            if body.predicate != CO_BUILDS_WITH or route in self.axioms.partner_routes:
                for support in self._own(body, triple):
                    yield Support(route.rule, (*support.premises, *route.axioms))

    def _own(self, triple: ox.Triple, head: ox.Triple) -> Iterator[Support]:
        """The supports by the rules that join stated triples, without what they are to support."""
        if triple.predicate == MEMBER_OF:
            yield from self._memberships(triple)
        if triple.predicate == CO_BUILDS_WITH:
            yield from self._partners(triple)
        if triple.predicate in self.axioms.transitive:
            yield from self._closure(triple, head)

    def _types(self, triple: ox.Triple) -> Iterator[Support]:
        for said in stated(self.data, triple.subject, TYPE):
            path = self.axioms.classes_above(said.object).get(triple.object)
            if path is not None:
                yield Support("types", (said, *path))

    def _memberships(self, triple: ox.Triple) -> Iterator[Support]:
        member, alliance = triple.subject, triple.object
        for node in self._shared((MEMBER, member), (ORGANIZATION, alliance)):
            said = (ox.Triple(node, MEMBER, member), ox.Triple(node, ORGANIZATION, alliance))
            yield from self._joined("memberships", node, MEMBERSHIP, said)

    def _partners(self, triple: ox.Triple) -> Iterator[Support]:
        one, other = triple.subject, triple.object
        if one == other:
            return
        for node in self._shared((PARTICIPANT, one), (PARTICIPANT, other)):
            said = (ox.Triple(node, PARTICIPANT, one), ox.Triple(node, PARTICIPANT, other))
            yield from self._joined("co-building", node, CO_BUILDING, said)

    def _shared(
        self, first: tuple[ox.NamedNode, Term], second: tuple[ox.NamedNode, Term]
    ) -> Iterator[Node]:
        """The subjects that have both values."""
        lists = (stated(self.data, None, p, o) for p, o in (first, second))
        for node in [triple.subject for triple in shorter(*lists)]:
            if all(is_stated(self.data, ox.Triple(node, p, o)) for p, o in (first, second)):
                yield node

    def _joined(
        self, rule: str, node: Node, kind: ox.NamedNode, said: tuple[ox.Triple, ...]
    ) -> Iterator[Support]:
        typed = self.typed(node, kind)
        if typed:
            yield Support(rule, (typed[0], *said, *typed[1:]))

    def typed(self, node: Node, kind: ox.NamedNode) -> tuple[ox.Triple, ...]:
        """A stated type by which a node is of a class, and the axioms; nothing if it is not."""
        for below, path in self.axioms.classes_below(kind).items():
            triple = ox.Triple(node, TYPE, below)
            if is_stated(self.data, triple):
                return (triple, *path)
        return ()

    def _closure(self, triple: ox.Triple, head: ox.Triple) -> Iterator[Support]:
        """Each edge that leads there directly; without one, a shortest path."""
        start, end = triple.subject, triple.object
        # Neither from itself, nor from the triple as stated, which is a support of another kind.
        barred = {triple, head}
        edges = self._edges(triple.predicate, start, forward=True)
        direct = [e for e in edges if e.end == end and e.triple not in barred]
        for edge in direct:
            yield Support("closures", (edge.triple, *edge.route.axioms))
        if direct:
            return
        if any(edge.triple in barred for edge in edges):
            found = self._reach(triple.predicate, start, without=barred)
        else:
            found = self.above(triple.predicate, start)
        if end in found:
            yield Support("closures", self._path(triple, found))

    def _path(self, triple: ox.Triple, found: dict[Term, Edge]) -> tuple[ox.Triple, ...]:
        steps = [found[triple.object]]
        while steps[0].start != triple.subject:
            steps.insert(0, found[steps[0].start])
        axioms = [axiom for edge in steps for axiom in edge.route.axioms]
        closed = self.axioms.transitive[triple.predicate]
        return tuple(dict.fromkeys([*(edge.triple for edge in steps), *axioms, closed]))

    def above(self, closure: ox.NamedNode, start: Term) -> dict[Term, Edge]:
        """What a closure leads to from a start, each with the last edge of a shortest path."""
        key = (closure, start)
        if key not in self._above:
            self._above[key] = self._reach(closure, start)
        return self._above[key]

    def below(self, closure: ox.NamedNode, end: Term) -> set[Term]:
        """What a closure leads from, to an end."""
        return set(self._reach(closure, end, forward=False))

    def _reach(
        self,
        closure: ox.NamedNode,
        start: Term,
        *,
        forward: bool = True,
        without: Collection[ox.Triple] = (),
    ) -> dict[Term, Edge]:
        found: dict[Term, Edge] = {}
        waiting = deque([start])
        while waiting:
            for edge in self._edges(closure, waiting.popleft(), forward=forward):
                place = edge.end if forward else edge.start
                if place not in found and edge.triple not in without:
                    found[place] = edge
                    waiting.append(place)
        return found

    def _edges(self, closure: ox.NamedNode, place: Term, *, forward: bool) -> list[Edge]:
        """Read once: an edge stands in as many graphs as sources state it."""
        key = (closure, place, forward)
        if key not in self._known:
            self._known[key] = list(self._read(*key))
        return self._known[key]

    def _read(self, closure: ox.NamedNode, place: Term, forward: bool) -> Iterator[Edge]:
        for route in self.axioms.edges[closure]:
            if forward == route.flips:
                found = stated(self.data, None, route.source, place)
            elif is_node(place):
                found = stated(self.data, place, route.source)
            else:
                continue
            for triple in found:
                edge = edge_of(triple, route)
                if edge is not None:
                    yield edge


def edge_of(triple: ox.Triple, route: Route) -> Edge | None:
    """The edge of a closure that a triple is by a route; a literal begins none."""
    s, o = triple.subject, triple.object
    if not route.flips:
        return Edge(s, o, triple, route)
    return Edge(o, s, triple, route) if is_node(o) else None


def supports(data: Quads, triple: ox.Triple) -> Iterator[Support]:
    """The ways in which a triple follows from stated ones; none when it does not follow.

    Each is one minimal set of premises, those of a single stated triple first; of the paths of a
    closure a shortest one stands for all.
    """
    return Supports(data).of(triple)
