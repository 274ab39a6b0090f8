"""The terms of the ontology: what they are called and what they are."""

from __future__ import annotations

import difflib
import functools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, parse

from kg import assets
from kg.namespace import DCTERMS, OWL, PBA, RDF, RDFS, SKOS

_KINDS = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "property",
    OWL + "DatatypeProperty": "property",
    OWL + "AnnotationProperty": "property",
    SKOS + "Concept": "concept",
    SKOS + "ConceptScheme": "scheme",
    OWL + "Ontology": "ontology",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its IRI, what it is, and its label and definition by language.

    A deprecated term may name the one that replaces it.
    """

    iri: str
    kind: str
    labels: dict[str, str]
    definitions: dict[str, str]
    deprecated: bool = False
    replaced_by: str | None = None


def files() -> list[Path]:
    """The Turtle files of the ontology, ``pba.ttl`` first."""
    found = sorted(assets.folder("ontology").glob("*.ttl"))
    return sorted(found, key=lambda file: file.name != "pba.ttl")


@functools.cache
def terms() -> dict[str, Term]:
    """The terms by IRI.

    >>> terms()[PBA + "Subdistrict"].labels["zh"]
    '街道'
    """
    return read([quad for file in files() for quad in parse(path=file)])


def nearest(iri: str) -> str:
    """The term of ours whose name is nearest, or nothing.

    >>> nearest(PBA + "Aliance")
    'Alliance'
    """
    names = [term.removeprefix(PBA) for term in terms()]
    return next(iter(difflib.get_close_matches(iri.removeprefix(PBA), names, n=1)), "")


def read(quads: Iterable[Quad]) -> dict[str, Term]:
    """The terms of some version of the ontology, by IRI: whatever has a type."""
    kinds: dict[str, str] = {}
    texts: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    replacements: dict[str, str] = {}
    for quad in quads:
        if not isinstance(quad.subject, NamedNode):
            continue
        iri, predicate = quad.subject.value, quad.predicate.value
        if predicate == RDF + "type" and isinstance(quad.object, NamedNode):
            kinds[iri] = _KINDS.get(quad.object.value) or kinds.get(iri, "other")
        if predicate == DCTERMS + "isReplacedBy" and isinstance(quad.object, NamedNode):
            replacements[iri] = quad.object.value
        if isinstance(quad.object, Literal):
            texts[iri, predicate][quad.object.language or ""] = quad.object.value
    return {
        iri: Term(
            iri,
            kind,
            labels=texts[iri, RDFS + "label"],
            definitions=texts[iri, SKOS + "definition"],
            deprecated=texts[iri, OWL + "deprecated"].get("") == "true",
            replaced_by=replacements.get(iri),
        )
        for iri, kind in kinds.items()
    }
