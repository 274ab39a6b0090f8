"""The stated triples of a store: those of named graphs that are neither entailed nor measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias, TypeGuard, TypeVar

import pyoxigraph as ox

from kg.namespace import ENTAILED, MEASURES, ONTOLOGY_GRAPH, ORG, PBA, RDF
from kg.store.readable import Object, Quads, Subject

Node: TypeAlias = Subject
Term: TypeAlias = Object

TYPE = ox.NamedNode(RDF + "type")
MEMBERSHIP = ox.NamedNode(PBA + "AllianceMembership")
MEMBER = ox.NamedNode(ORG + "member")
ORGANIZATION = ox.NamedNode(ORG + "organization")
MEMBER_OF = ox.NamedNode(ORG + "memberOf")
CO_BUILDING = ox.NamedNode(PBA + "CoBuilding")
PARTICIPANT = ox.NamedNode(PBA + "participant")
CO_BUILDS_WITH = ox.NamedNode(PBA + "coBuildsWith")

_NODES = (ox.NamedNode, ox.BlankNode)
_WITHIN_COMPUTED = tuple(base + end for base in (ENTAILED, MEASURES) for end in "#/")
_WITHIN_MEASURES = (MEASURES + "#", MEASURES + "/")
_WITHIN_ONTOLOGY = ONTOLOGY_GRAPH + "/"
T = TypeVar("T")


def is_node(term: Term) -> TypeGuard[ox.NamedNode | ox.BlankNode]:
    """Whether a term can be a subject; a literal and a triple term cannot."""
    return isinstance(term, _NODES)


def is_stated_graph(graph: object) -> bool:
    """Whether what a graph holds is stated: it is named and kg did not compute what it holds.

    Computed are the graphs of the sources `entailed` and `measures`.
    """
    return (
        isinstance(graph, ox.NamedNode)
        and not graph.value.startswith(_WITHIN_COMPUTED)
        and graph.value not in (ENTAILED, MEASURES)
    )


def is_measured_graph(graph: object) -> bool:
    """Whether a graph is one of the source `measures`: numbers of networks, and what they are."""
    return isinstance(graph, ox.NamedNode) and (
        graph.value == MEASURES or graph.value.startswith(_WITHIN_MEASURES)
    )


def is_ontology_graph(graph: object) -> bool:
    """Whether a graph is one of the ontology's own."""
    return isinstance(graph, ox.NamedNode) and (
        graph.value == ONTOLOGY_GRAPH or graph.value.startswith(_WITHIN_ONTOLOGY)
    )


def stated(
    data: Quads,
    s: Node | None = None,
    p: ox.NamedNode | None = None,
    o: Term | None = None,
) -> Iterator[ox.Triple]:
    """The stated triples that match a pattern, each once however many graphs state it."""
    seen: set[ox.Triple] = set()
    for quad in data.quads(s, p, o):
        if is_stated_graph(quad.graph_name) and quad.triple not in seen:
            seen.add(quad.triple)
            yield quad.triple


def is_stated(data: Quads, triple: ox.Triple) -> bool:
    """Whether a named graph that is not entailed holds the triple."""
    found = data.quads(triple.subject, triple.predicate, triple.object)
    return any(is_stated_graph(quad.graph_name) for quad in found)


def shorter(first: Iterable[T], second: Iterable[T]) -> list[T]:
    """The shorter of two iterables; neither is read much beyond its length.

    >>> shorter(iter([1, 2]), iter(range(10**9)))
    [1, 2]
    """
    one, other = iter(first), iter(second)
    read: tuple[list[T], list[T]] = ([], [])
    while True:
        for rest, items in ((one, read[0]), (other, read[1])):
            try:
                items.append(next(rest))
            except StopIteration:
                return items
