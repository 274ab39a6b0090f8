"""Everything that is entailed, in one pass over the stated triples that matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, permutations
from typing import TypeAlias

import pyoxigraph as ox

from kg.reason.axioms import Axioms, Route
from kg.reason.meta import described, graph_of
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
    is_stated_graph,
)
from kg.reason.support import Supports
from kg.store import Readable

Pair: TypeAlias = tuple[Node, Term]


def entail(data: Readable) -> Iterator[ox.Quad]:
    """Every entailed quad once, in the graph of its rule, and the description of the graphs.

    Only triples of predicates that the rules concern are read. In memory are the things that have a
    class above theirs, then the pairs of one relation at a time and of those that others rest on. A
    co-building of n entails n(n-1) triples, a chain of n areas n(n-1)/2.
    """
    axioms = Axioms.of(data)
    yield from _types(data, axioms)
    own = {
        MEMBER_OF: ("memberships", _memberships(data, axioms)),
        CO_BUILDS_WITH: ("co-building", _partners(data, axioms)),
    }
    own |= {p: ("closures", _closure(data, axioms, p)) for p in axioms.edges}
    for predicate, (rule, pairs) in own.items():
        yield from _quads(rule, predicate, pairs)
    joined = {predicate: pairs for predicate, (_, pairs) in own.items()}
    yield from _routed(data, axioms, joined)
    yield from described(data)


def _quads(rule: str, predicate: ox.NamedNode, pairs: Iterable[Pair]) -> Iterator[ox.Quad]:
    graph = graph_of(rule)
    for s, o in pairs:
        yield ox.Quad(s, predicate, o, graph)


def _pairs(data: Readable, predicate: ox.NamedNode, value: Term | None = None) -> Iterator[Pair]:
    """Subject and object of the stated triples of a predicate, once a graph that states them."""
    known: dict[object, bool] = {}
    for quad in data.quads(p=predicate, o=value):
        graph = quad.graph_name
        said = known.get(graph)
        if said is None:
            said = known[graph] = is_stated_graph(graph)
        if said:
            yield quad.subject, quad.object


def _types(data: Readable, axioms: Axioms) -> Iterator[ox.Quad]:
    classes: dict[Node, tuple[Term, ...]] = {}
    unions: dict[tuple[tuple[Term, ...], tuple[Term, ...]], tuple[Term, ...]] = {}
    for kind in axioms.classes:
        above = tuple(axioms.classes_above(kind))
        for node, _ in _pairs(data, TYPE, kind):
            had = classes.setdefault(node, above)
            if had is not above:
                pair = (had, above)
                if pair not in unions:
                    unions[pair] = tuple(dict.fromkeys(had + above))
                classes[node] = unions[pair]
    graph = graph_of("types")
    for node, kinds in classes.items():
        for kind in kinds:
            yield ox.Quad(node, TYPE, kind, graph)


def _instances(data: Readable, axioms: Axioms, kind: ox.NamedNode) -> set[Node]:
    return {s for below in axioms.classes_below(kind) for s, _ in _pairs(data, TYPE, below)}


def _by_subject(
    data: Readable, predicate: ox.NamedNode, among: Collection[Node]
) -> dict[Node, list[Term]]:
    found: dict[Node, list[Term]] = {}
    for s, o in _pairs(data, predicate):
        if s in among:
            found.setdefault(s, []).append(o)
    return found


def _memberships(data: Readable, axioms: Axioms) -> set[Pair]:
    alliances = _by_subject(data, ORGANIZATION, _instances(data, axioms, MEMBERSHIP))
    return {
        (member, alliance)
        for node, member in _pairs(data, MEMBER)
        if is_node(member)
        for alliance in alliances.get(node, ())
    }


def _partners(data: Readable, axioms: Axioms) -> set[Pair]:
    nodes = _instances(data, axioms, CO_BUILDING)
    groups = _by_subject(data, PARTICIPANT, nodes).values()
    return {(a, b) for group in groups for a, b in permutations(set(group), 2) if is_node(a)}


def _closure(data: Readable, axioms: Axioms, closure: ox.NamedNode) -> set[Pair]:
    after: dict[Node, set[Term]] = defaultdict(set)
    for route in axioms.edges[closure]:
        pairs = _pairs(data, route.source)
        for start, end in _turned(pairs, route) if route.flips else pairs:
            after[start].add(end)
    found = {(start, end) for start in after for end in _reach(after, start)}
    return found.difference(_only_stated(data, axioms, "closures", closure))


def _only_stated(
    data: Readable, axioms: Axioms, rule: str, predicate: ox.NamedNode
) -> Iterator[Pair]:
    """The stated triples of a predicate that by a rule would follow from themselves alone."""
    found = Supports(data, axioms)
    for s, o in _pairs(data, predicate):
        triple = ox.Triple(s, predicate, o)
        if not any(support.rule == rule for support in found.of(triple)):
            yield s, o


def _reach(after: Mapping[Node, set[Term]], start: Node) -> set[Term]:
    found: set[Term] = set()
    waiting = [start]
    while waiting:
        new = after.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(filter(is_node, new))
    return found


def _routed(
    data: Readable, axioms: Axioms, own: Mapping[ox.NamedNode, Collection[Pair]]
) -> Iterator[ox.Quad]:
    """What follows by sub-properties and inverses, from stated triples and from other rules."""
    for target, routes in axioms.to_target.items():
        heads: dict[str, set[Pair]] = defaultdict(set)
        circular: set[str] = set()
        for route in routes:
            pairs = _pairs(data, route.source)
            if route.source != CO_BUILDS_WITH or route in axioms.partner_routes:
                pairs = chain(pairs, own.get(route.source, ()))
            heads[route.rule].update(_turned(pairs, route) if route.flips else pairs)
            circular |= {route.rule} if axioms.is_edge(target, route.source) else set()
        for rule in circular:
            heads[rule].difference_update(_only_stated(data, axioms, rule, target))
        for rule, found in heads.items():
            yield from _quads(rule, target, found)


def _turned(pairs: Iterable[Pair], route: Route) -> Iterator[Pair]:
    """The pairs the other way round; a triple does not follow from itself."""
    same = route.source == route.target
    return ((o, s) for s, o in pairs if is_node(o) and not (same and s == o))
