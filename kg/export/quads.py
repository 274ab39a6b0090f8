"""A generation as one RDF file: the merge as Turtle, its graphs as TriG or N-Quads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import BinaryIO

import pyoxigraph as ox

from kg.export.formats import SHORT
from kg.ingest.terms import walk
from kg.namespace import PBA
from kg.persons import Names
from kg.store import View

FORMS = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
# Predicates, graphs and subjects come again and again.
_KEPT = 50_000
HOLDER_NAME = ox.NamedNode(PBA + "holderName")


def person_names(view: View) -> Names:
    """The names of persons that a generation holds: those of published honours."""
    found = (quad.object for quad in view.quads(None, HOLDER_NAME, None, ox.DefaultGraph()))
    return Names(name.value for name in found if isinstance(name, ox.Literal))


def write_quads(view: View, form: str, out: BinaryIO, names: Names | None = None) -> None:
    """Write the merge (ttl) or all named graphs (trig, nq), in bounded memory.

    With names, what `without` leaves out is not written.
    """
    quads = merge(view) if form == "ttl" else graphs(view)
    kept = quads if names is None else without(names, quads)
    prefixes = None if form == "nq" else SHORT
    told = (quad.triple for quad in kept) if form == "ttl" else kept
    ox.serialize(told, out, format=FORMS[form], prefixes=prefixes)


def merge(view: View) -> Iterator[ox.Quad]:
    """What any graph states, once."""
    return view.quads(None, None, None, ox.DefaultGraph())


def graphs(view: View, source: str | None = None) -> Iterator[ox.Quad]:
    """The quads of the named graphs of all sources, or of one, a graph after the other."""
    for record in view.manifest.sources:
        if source in (None, record.id):
            for graph in sorted(record.graphs):
                yield from view.quads(None, None, None, ox.NamedNode(graph))


def without(names: Names, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads that name no person: no ``pba:holderName``, and no name in any text or IRI."""
    within = lru_cache(_KEPT)(names.within)

    def tells(quad: ox.Quad) -> bool:
        return quad.predicate == HOLDER_NAME or any(
            within(term.value) for term in walk(quad) if isinstance(term, ox.NamedNode | ox.Literal)
        )

    return (quad for quad in quads if not tells(quad))
