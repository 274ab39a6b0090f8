"""What the ontology says of classes and properties, and what follows from that alone."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypeVar

import pyoxigraph as ox

from kg.namespace import OWL, RDFS
from kg.reason.stated import CO_BUILDS_WITH, TYPE, Term, is_node, is_ontology_graph
from kg.store.readable import Quads

_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
_SUBPROPERTY = ox.NamedNode(RDFS + "subPropertyOf")
_INVERSE = ox.NamedNode(OWL + "inverseOf")
_SYMMETRIC = ox.NamedNode(OWL + "SymmetricProperty")
_TRANSITIVE = ox.NamedNode(OWL + "TransitiveProperty")

Path: TypeAlias = tuple[ox.Triple, ...]
Place = TypeVar("Place")
_PATTERNS: tuple[tuple[ox.NamedNode, ox.NamedNode | None], ...] = (
    (_SUBCLASS, None),
    (_SUBPROPERTY, None),
    (_INVERSE, None),
    (TYPE, _SYMMETRIC),
    (TYPE, _TRANSITIVE),
)


@dataclass(frozen=True, slots=True)
class Route:
    """A way from the triples of one property to those of another, by axioms.

    From ``s source o`` follows ``s target o``, or ``o target s`` where the route ``flips``.
    ``rule`` is that of its last axiom; a route without axioms has none.
    """

    source: ox.NamedNode
    target: ox.NamedNode
    flips: bool
    axioms: Path
    rule: str = ""

    def head(self, triple: ox.Triple) -> ox.Triple | None:
        """What follows from a triple of the source; None when that is nothing new, or no triple."""
        return _led(triple, self.target, self.flips)

    def body(self, head: ox.Triple) -> ox.Triple | None:
        """The triple of the source from which the head follows."""
        return _led(head, self.source, self.flips)


def _led(triple: ox.Triple, predicate: ox.NamedNode, flips: bool) -> ox.Triple | None:
    s, o = triple.subject, triple.object
    if not flips:
        return ox.Triple(s, predicate, o) if predicate != triple.predicate else None
    # A literal is no subject.
    if not is_node(o) or (s == o and predicate == triple.predicate):
        return None
    return ox.Triple(o, predicate, s)


class Axioms:
    """The axioms of the ontology's own graphs; no other source adds to them."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = frozenset(triples)
        self.transitive = {
            t.subject: t
            for t in self._ordered
            if (t.predicate, t.object) == (TYPE, _TRANSITIVE)
            and isinstance(t.subject, ox.NamedNode)
        }
        self._classes: dict[Term, dict[Term, Path]] = {}
        self._below: dict[Term, dict[Term, Path]] = {}

    @classmethod
    def of(cls, data: Quads) -> Axioms:
        """Read the axioms of a store."""
        quads = (quad for p, o in _PATTERNS for quad in data.quads(p=p, o=o))
        return cls(quad.triple for quad in quads if is_axiom(quad))

    @property
    def _ordered(self) -> list[ox.Triple]:
        return sorted(self.triples, key=str)

    def classes_above(self, kind: Term) -> dict[Term, Path]:
        """The other classes that the instances of a class belong to, each with its reasons."""
        if kind not in self._classes:
            found = _paths(kind, lambda at: self._parents.get(at, ()))
            self._classes[kind] = {c: path for c, path in found.items() if c != kind}
        return self._classes[kind]

    def classes_below(self, kind: ox.NamedNode) -> dict[Term, Path]:
        """A class and those below it, each with the reasons why its instances are of the class."""
        if kind not in self._below:
            below = {c: self.classes_above(c).get(kind) for c in self._parents}
            found = {c: path for c, path in below.items() if path is not None}
            self._below[kind] = {kind: (), **found}
        return self._below[kind]

    @property
    def classes(self) -> list[Term]:
        """The classes that have others above them."""
        return list(self._parents)

    @cached_property
    def _parents(self) -> dict[Term, list[tuple[Term, ox.Triple]]]:
        found: dict[Term, list[tuple[Term, ox.Triple]]] = defaultdict(list)
        for axiom in self._ordered:
            if axiom.predicate == _SUBCLASS:
                found[axiom.subject].append((axiom.object, axiom))
        return dict(found)

    @cached_property
    def from_source(self) -> dict[ox.NamedNode, list[Route]]:
        """The routes by the property that they begin with.

        They neither end at a transitive property, whose triples are those of its closure, nor
        lead on from one but as their source.
        """
        found: dict[ox.NamedNode, list[Route]] = defaultdict(list)
        for source in self._steps:
            for route in self._routes(source, self.transitive):
                if route.target not in self.transitive:
                    found[source].append(route)
        return dict(found)

    @cached_property
    def to_target(self) -> dict[ox.NamedNode, list[Route]]:
        """The same routes by the property that they end with."""
        return _by_target(route for routes in self.from_source.values() for route in routes)

    @cached_property
    def partner_routes(self) -> tuple[Route, ...]:
        """Of the routes from `pba:coBuildsWith` the shortest to each property.

        What is entailed of partners is entailed in both directions, so turning it gives no more.
        """
        kept: dict[ox.NamedNode, Route] = {}
        for route in self.from_source.get(CO_BUILDS_WITH, ()):
            if route.target != CO_BUILDS_WITH:
                kept.setdefault(route.target, route)
        return tuple(kept.values())

    @cached_property
    def edges(self) -> dict[ox.NamedNode, list[Route]]:
        """By transitive property the routes from the stated triples that its closure is made of."""
        closed = {p: Route(p, p, False, ()) for p in self.transitive}
        found = _by_target(r for source in self._steps for r in self._routes(source, ()))
        return {p: [own, *found.get(p, ())] for p, own in closed.items()}

    def is_edge(self, source: ox.NamedNode, closure: ox.NamedNode) -> bool:
        """Whether the triples of a property are edges of a closure."""
        return any(route.source == source for route in self.edges.get(closure, ()))

    @cached_property
    def closures_of(self) -> dict[ox.NamedNode, list[Route]]:
        """By property the routes by which its triples are edges of a closure."""
        found: dict[ox.NamedNode, list[Route]] = defaultdict(list)
        for routes in self.edges.values():
            for route in routes:
                found[route.source].append(route)
        return dict(found)

    def _routes(self, source: ox.NamedNode, barred: Iterable[ox.NamedNode]) -> list[Route]:
        """The shortest route to each other property and direction, short ones first."""
        ends = set(barred) - {source}
        start = (source, False)
        found = _paths(start, lambda at: () if at[0] in ends else self._steps_from(at))
        return [
            Route(source, target, flips, path, _rule(path[-1]))
            for (target, flips), path in found.items()
            if (target, flips) != start
        ]

    def _steps_from(
        self, at: tuple[ox.NamedNode, bool]
    ) -> list[tuple[tuple[ox.NamedNode, bool], ox.Triple]]:
        return [
            ((target, at[1] != flips), axiom) for target, flips, axiom in self._steps.get(at[0], ())
        ]

    @cached_property
    def _steps(self) -> dict[ox.NamedNode, list[tuple[ox.NamedNode, bool, ox.Triple]]]:
        found = defaultdict(list)
        for axiom in self._ordered:
            s, o = axiom.subject, axiom.object
            if not isinstance(s, ox.NamedNode) or not isinstance(o, ox.NamedNode):
                continue
            if axiom.predicate == _SUBPROPERTY:
                found[s].append((o, False, axiom))
            elif axiom.predicate == _INVERSE:
                found[s].append((o, True, axiom))
                found[o].append((s, True, axiom))
            elif (axiom.predicate, o) == (TYPE, _SYMMETRIC):
                found[s].append((s, True, axiom))
        return dict(found)


def is_axiom(quad: ox.Quad) -> bool:
    """Whether a quad is an axiom that the rules use, in a graph of the ontology."""
    if not is_ontology_graph(quad.graph_name):
        return False
    if quad.predicate == TYPE:
        return quad.object in (_SYMMETRIC, _TRANSITIVE)
    return quad.predicate in (_SUBCLASS, _SUBPROPERTY, _INVERSE)


def _rule(axiom: ox.Triple) -> str:
    return "sub-properties" if axiom.predicate == _SUBPROPERTY else "inverses"


def _by_target(routes: Iterable[Route]) -> dict[ox.NamedNode, list[Route]]:
    found: dict[ox.NamedNode, list[Route]] = defaultdict(list)
    for route in routes:
        found[route.target].append(route)
    return dict(found)


def _paths(
    start: Place, steps: Callable[[Place], Iterable[tuple[Place, ox.Triple]]]
) -> dict[Place, Path]:
    """Breadth first from a start: the axioms that lead to each place, the fewest."""
    found: dict[Place, Path] = {start: ()}
    waiting = deque([start])
    while waiting:
        at = waiting.popleft()
        for after, axiom in steps(at):
            if after not in found:
                found[after] = (*found[at], axiom)
                waiting.append(after)
    return found
