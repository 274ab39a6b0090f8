"""Writes the page of the ontology's terms to a folder, out/ontology unless one is given.

pyLODE makes the page of classes and properties. What it is given is fitted first: it takes a page's
title from any scheme, joins the labels of two languages without a space and makes anchors of their
ASCII letters. It shows no concepts; their sections are added here.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from dominate.tags import code, div, h2, h3, table, td, th, tr
from pylode import OntPub
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from kg import ontology
from kg.namespace import ONTOLOGY_GRAPH, PBA

ABOUT = URIRef(ONTOLOGY_GRAPH)
OUT = Path(__file__).resolve().parent.parent / "out" / "ontology"
ROWS = {
    SKOS.definition: "Description",
    SKOS.scopeNote: "Scope Note",
    SKOS.example: "Example",
    SKOS.notation: "Notation",
    DCTERMS.source: "Source",
}


def page() -> str:
    """The page: HTML that needs no other file and no network."""
    source = labelled()
    shown = OntPub(without_schemes(source), sort_subjects=True)
    shown.fids |= {str(term): anchor(term) for term in source.subjects() if term != ABOUT}
    shown.make_html()
    shown.content.add(*schemes(source))
    return shown.doc.render()


def labelled() -> Graph:
    """The ontology with one label a term, such as 街道 subdistrict."""
    graph = Graph().parse(ontology.files()[0])
    for predicate in (RDFS.label, DCTERMS.title):
        for term in set(graph.subjects(predicate)):
            graph.set((term, predicate, Literal(" ".join(texts(graph, term, predicate)))))
    return graph


def texts(graph: Graph, term: URIRef, predicate: URIRef) -> list[str]:
    """What the ontology says there, Chinese before English."""
    found = sorted(graph.objects(term, predicate), key=lambda text: (text.language != "zh", text))
    return [str(text) for text in found]


def without_schemes(source: Graph) -> Graph:
    """The ontology without the schemes and their concepts."""
    kinds = (SKOS.ConceptScheme, SKOS.Concept)
    left_out = {term for kind in kinds for term in source.subjects(RDF.type, kind)}
    graph = Graph()
    for triple in source:
        if triple[0] not in left_out:
            graph.add(triple)
    graph.bind("pba", PBA)
    return graph


def anchor(term: URIRef) -> str:
    """The part of a term's IRI behind the #."""
    return term.removeprefix(PBA)


def schemes(source: Graph) -> Iterator[div]:
    """A section for each scheme, the concepts in the order of their rank."""
    for scheme in sorted(source.subjects(RDF.type, SKOS.ConceptScheme)):
        concepts = list(source.subjects(SKOS.inScheme, scheme))
        section = div(h2(source.value(scheme, RDFS.label)), _class="section")
        section.add(entity(source, scheme))
        section.add(entity(source, c) for c in sorted(concepts, key=lambda c: order(source, c)))
        yield section


def order(source: Graph, concept: URIRef) -> tuple[int, str]:
    """Where a concept stands in its scheme."""
    return int(source.value(concept, URIRef(PBA + "rank"), default=0)), str(concept)


def entity(source: Graph, term: URIRef) -> div:
    """What the ontology says of a scheme or concept, as pyLODE shows a class."""
    rows = table(tr(th("IRI"), td(code(str(term)))))
    for predicate, title in ROWS.items():
        if said := texts(source, term, predicate):
            rows.add(tr(th(title), td(*map(div, said))))
    return div(h3(source.value(term, RDFS.label)), rows, id=anchor(term), _class="property entity")


if __name__ == "__main__":
    logging.disable()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(page(), encoding="utf-8")
    click.echo(folder / "index.html")
