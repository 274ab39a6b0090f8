"""The values of an enum, filled from the graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode

from kg.describe import label
from kg.namespace import PREFIXES, RDF, RDFS, SKOS, expand, natural
from kg.store import Quads

_TYPE = NamedNode(RDF + "type")
_SCHEME = NamedNode(SKOS + "inScheme")
_LABELS = tuple(NamedNode(iri) for iri in (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel"))
_MERGE = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of an enum: its term and the names that it goes by, the shown one first."""

    term: NamedNode | Literal
    names: tuple[str, ...]


def choices(view: Quads, of: str, *, lang: str = "zh") -> list[Choice]:
    """The things of a class, the concepts of a scheme or the values of a property.

    ``of`` is a prefixed name or an IRI. In order of the name that is shown, which is the
    label in the language; the others are all labels and the last step of the IRI. A value
    that is a literal goes by its text. O(number of such triples).
    """
    prefix, colon, _ = of.partition(":")
    node = NamedNode(expand(of) if colon and prefix in PREFIXES else of.strip("<>"))
    made = [Choice(term, tuple(_names(view, term, lang))) for term in set(_terms(view, node))]
    return sorted(made, key=lambda choice: (natural(choice.names[0]), choice.term.value))


def _terms(view: Quads, node: NamedNode) -> Iterator[NamedNode | Literal]:
    for predicate in (_TYPE, _SCHEME):
        for quad in view.quads(None, predicate, node, _MERGE):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject
    for quad in view.quads(None, node, None, _MERGE):
        if isinstance(quad.object, NamedNode | Literal):
            yield quad.object


def _names(view: Quads, term: NamedNode | Literal, lang: str) -> Iterator[str]:
    if isinstance(term, Literal):
        yield term.value
        return
    yield label(view, term, lang)
    for predicate in _LABELS:
        for quad in view.quads(term, predicate, None, _MERGE):
            if isinstance(quad.object, Literal):
                yield quad.object.value
    yield term.value.rpartition("/")[2].rpartition("#")[2]
