"""What a change of stated triples changes in the entailed ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

import pyoxigraph as ox

from kg.reason.axioms import Axioms, is_axiom
from kg.reason.meta import META, described, graph_of
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
    stated,
)
from kg.reason.support import Supports, edge_of
from kg.store import Readable

Head: TypeAlias = tuple[str, ox.Triple]


def update(
    before: Readable,
    after: Readable,
    removed: Collection[ox.Quad],
    added: Collection[ox.Quad],
) -> tuple[set[ox.Quad], set[ox.Quad]] | None:
    """The entailed quads to remove and to add when stated quads were removed and added.

    ``after`` has the stated changes and still the entailed graphs of ``before``. None when an
    axiom of the ontology changed: then everything is entailed anew, with `entail`.

    All is read by index; of the store only the axioms are read whole. The triples that may come or
    go by one changed triple are looked up one by one. There are as many as

    - for a type: classes above it;
    - for a part of a membership: pairs of its members and organisations with that part;
    - for a participant: other participants, twice; for the type of a co-building: all pairs;
    - for an edge of a closure: (places below it) × (places above it), so that to move a district
      costs what all its places cost, and to add a place what it costs itself;

    and what follows from these by sub-properties and inverses. A look-up of a membership or of
    partners reads the shorter of two lists: those of the one end and of the other.
    """
    if any(is_axiom(quad) for quad in (*removed, *added)):
        return None
    axioms = Axioms.of(after)
    earlier, later = Supports(before, axioms), Supports(after, axioms)
    heads = {
        *_resting_on(earlier, removed, unless=after),
        *_resting_on(later, added, unless=before),
    }
    gone: set[ox.Quad] = set()
    new: set[ox.Quad] = set()
    for rule, triple in heads:
        quad = ox.Quad(triple.subject, triple.predicate, triple.object, graph_of(rule))
        was = next(after.quads(*quad), None) is not None
        holds = any(support.rule == rule for support in later.of(triple))
        if was != holds:
            (new if holds else gone).add(quad)
    meta, current = set(described(after)), set(after.quads(g=META))
    return gone | (current - meta), new | (meta - current)


def _resting_on(found: Supports, quads: Iterable[ox.Quad], *, unless: Readable) -> Iterator[Head]:
    """The heads that can rest on the quads; not those of triples that the other store states."""
    for triple in {quad.triple for quad in quads}:
        # First of all: what many sources state, such as the province of all districts, may lead to
        # very many heads.
        if not is_stated(unless, triple):
            yield from _heads(found, triple)


def _heads(found: Supports, triple: ox.Triple) -> Iterator[Head]:
    """What can rest on a stated triple in the store that states it, by whatever rules."""
    yield from _types(found, triple)
    yield from _routed(found, triple)
    for rule, head in (
        *_memberships(found, triple),
        *_partners(found, triple),
        *_closures(found, triple),
    ):
        yield rule, head
        yield from _routed(found, head)


def _routed(found: Supports, triple: ox.Triple) -> Iterator[Head]:
    for route in found.axioms.from_source.get(triple.predicate, ()):
        head = route.head(triple)
        if head is not None:
            yield route.rule, head


def _types(found: Supports, triple: ox.Triple) -> Iterator[Head]:
    if triple.predicate == TYPE:
        for kind in found.axioms.classes_above(triple.object):
            yield "types", ox.Triple(triple.subject, TYPE, kind)


def _memberships(found: Supports, triple: ox.Triple) -> Iterator[Head]:
    if not _concerns(found, triple, MEMBERSHIP, (MEMBER, ORGANIZATION)):
        return
    members = _values(found, triple, MEMBER)
    alliances = _values(found, triple, ORGANIZATION)
    for member in filter(is_node, members):
        for alliance in alliances:
            yield "memberships", ox.Triple(member, MEMBER_OF, alliance)


def _partners(found: Supports, triple: ox.Triple) -> Iterator[Head]:
    if not _concerns(found, triple, CO_BUILDING, (PARTICIPANT,)):
        return
    every = set(_objects(found, triple.subject, PARTICIPANT))
    some = {triple.object} if triple.predicate == PARTICIPANT else every
    for one in some:
        for other in every - {one}:
            for a, b in ((one, other), (other, one)):
                if is_node(a):
                    yield "co-building", ox.Triple(a, CO_BUILDS_WITH, b)


def _concerns(
    found: Supports, triple: ox.Triple, kind: ox.NamedNode, predicates: Collection[ox.NamedNode]
) -> bool:
    """Whether a triple makes its subject of a class, or says one of these things of one that is."""
    if triple.predicate == TYPE:
        return triple.object in found.axioms.classes_below(kind)
    return triple.predicate in predicates and bool(found.typed(triple.subject, kind))


def _values(found: Supports, triple: ox.Triple, predicate: ox.NamedNode) -> list[Term]:
    """The values of the subject; of the triple's own predicate the one that it gives."""
    if triple.predicate == predicate:
        return [triple.object]
    return _objects(found, triple.subject, predicate)


def _objects(found: Supports, subject: Node, predicate: ox.NamedNode) -> list[Term]:
    return [triple.object for triple in stated(found.data, subject, predicate)]


def _closures(found: Supports, triple: ox.Triple) -> Iterator[Head]:
    for route in found.axioms.closures_of.get(triple.predicate, ()):
        edge = edge_of(triple, route)
        if edge is None:
            continue
        below = {edge.start, *found.below(route.target, edge.start)}
        above = {edge.end, *found.above(route.target, edge.end)}
        for start in filter(is_node, below):
            for end in above:
                yield "closures", ox.Triple(start, route.target, end)
