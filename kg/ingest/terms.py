"""The terms of quads, within triple terms, too: walking them, and putting others in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeAlias

import pyoxigraph as ox

from kg import ontology
from kg.namespace import curie

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph


def walk(terms: Iterable[Term]) -> Iterator[Term]:
    """The terms in order; a triple term is followed by the three within it.

    >>> inner = ox.Triple(ox.BlankNode("s"), ox.NamedNode("urn:p"), ox.Literal("o"))
    >>> [str(term) for term in walk([inner])][1:]
    ['_:s', '<urn:p>', '"o"']
    """
    left = list(terms)[::-1]
    while left:
        term = left.pop()
        yield term
        if isinstance(term, ox.Triple):
            left += [term.object, term.predicate, term.subject]


def distinct(rows: Iterable[Iterable[Term]]) -> dict[Term, None]:
    """Each term of quads or triples once, in the order in which they appear."""
    found = dict.fromkeys(chain.from_iterable(rows))
    if any(isinstance(term, ox.Triple) for term in found):
        return dict.fromkeys(walk(found))
    return found


def triples(quad: ox.Quad) -> Iterator[ox.Triple]:
    """The triple of a quad and the triple terms within it."""
    if not isinstance(quad.object, ox.Triple):
        return iter((quad.triple,))
    return (term for term in walk([quad.triple]) if isinstance(term, ox.Triple))


def depth(quad: ox.Quad) -> int:
    """How many triple terms the quad holds."""
    return sum(1 for _ in triples(quad)) - 1


def relabelled(quads: list[ox.Quad], mark: str) -> list[ox.Quad]:
    """Blank nodes numbered in the order in which they appear, after a mark.

    The parser keeps the order of a file but gives ``[]`` a random label, so the same
    file has the same labels each time, and a file whose lines stand in another order
    may have others. Labels by content alone (RDFC-1.0) would cost exponential time on
    blank nodes that look alike. O(terms).
    """
    new: dict[Term, Term] = {}
    for term in distinct(quads):
        if isinstance(term, ox.BlankNode):
            new[term] = ox.BlankNode(f"s{mark}c{len(new)}")
    if not new:
        return quads
    return list(dict.fromkeys(_replaced(quad, new, new) for quad in quads))


def migrated(quads: list[ox.Quad]) -> tuple[list[ox.Quad], tuple[str, ...]]:
    """The quads in terms that are current, and a notice for each deprecated term in them."""
    within = distinct(quad.triple for quad in quads)
    used = {term.value for term in within if isinstance(term, ox.NamedNode)}
    old = [
        term for iri, term in sorted(ontology.terms().items()) if term.deprecated and iri in used
    ]
    if not old:
        return quads, ()
    new: dict[Term, Term] = {
        ox.NamedNode(t.iri): ox.NamedNode(t.replaced_by) for t in old if t.replaced_by
    }
    # A graph keeps its name.
    return list(dict.fromkeys(_replaced(quad, new, {}) for quad in quads)), tuple(map(_notice, old))


def _replaced(quad: ox.Quad, new: dict[Term, Term], graphs: dict[Term, Term]) -> ox.Quad:
    triple, graph = _mapped(quad.triple, new), quad.graph_name
    # Callers map blank nodes to blank nodes, IRIs to IRIs: each term keeps its place.
    graph = graphs.get(graph, graph)  # type: ignore[assignment]
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _mapped(triple: ox.Triple, new: dict[Term, Term]) -> ox.Triple:
    swapped = (
        _mapped(term, new) if isinstance(term, ox.Triple) else new.get(term, term)
        for term in triple
    )
    return ox.Triple(*swapped)  # type: ignore[arg-type]  # as above


def _notice(term: ontology.Term) -> str:
    if term.replaced_by is None:
        return f"{curie(term.iri)} is deprecated and has no replacement; it was kept"
    return f"{curie(term.iri)} is deprecated; it was read as {curie(term.replaced_by)}"
