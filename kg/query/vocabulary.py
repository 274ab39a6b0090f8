"""Terms of a query that the ontology does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pyoxigraph import DefaultGraph, NamedNode

from kg import ontology, sparql
from kg.exceptions import QuerySyntaxError
from kg.namespace import PBA
from kg.sparql.names import prologue
from kg.store import Readable

_MERGE = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A term as the query writes it, and the one of the ontology that is nearest."""

    written: str
    nearest: ontology.Term | None


def unknown_terms(view: Readable, text: str) -> list[Unknown]:
    """The names in the ontology's namespace that neither the graph nor our ontology has.

    A query with such a name finds nothing, mostly because it is misspelt. The graph holds the
    ontology, so a name costs three look-ups. It may hold an older one: a term that came later is
    no mistake.
    """
    found = dict(_written(text))
    return [
        Unknown(written, ontology.terms().get(PBA + ontology.nearest(iri)))
        for iri, written in found.items()
        if not _is_used(view, iri) and iri not in ontology.terms()
    ]


def _written(text: str) -> Iterator[tuple[str, str]]:
    """The IRIs in our namespace, each with how it is written."""
    found = list(sparql.tokens(text))
    names = prologue(found)
    declared = {name.start for word, name in pairwise(found) if word.keyword == "PREFIX"}
    for token in found:
        if token.kind not in ("iri", "name") or token.start in declared:
            continue
        try:
            iri = names.iri(token, text)
        except QuerySyntaxError:
            continue
        if re.fullmatch(re.escape(PBA) + r"\w+", iri):
            yield iri, token.text


def _is_used(view: Readable, iri: str) -> bool:
    node = NamedNode(iri)
    quads = (
        view.quads(node, None, None, _MERGE),
        view.quads(None, node, None, _MERGE),
        view.quads(None, None, node, _MERGE),
    )
    return any(True for found in quads for _ in found)
