"""The verdict of pyshacl on the triples of a store, in the terms of `kg.validate`."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pyshacl
from rdflib import BNode, Graph, Literal, Namespace, URIRef

from kg.namespace import PBA
from kg.reason import is_stated_graph

SH = Namespace("http://www.w3.org/ns/shacl#")

Verdict = set[tuple[str, str, str]]


def in_memory(turtle: str) -> ox.Store:
    """A store with the triples of a text in its default graph."""
    store = ox.Store()
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    return store


def verdict(report) -> Verdict:
    """Focus node, shape and value of each result of kg."""
    return {(str(r.focus), r.shape, str(r.value or "")) for r in report.results}


def by_pyshacl(store: ox.Store, *files: Path) -> Verdict:
    """Focus node, nearest shape with an IRI and value of each result of pyshacl."""
    merge = {q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    stated = {q.triple for q in store if is_stated_graph(q.graph_name)}
    return _found(merge, files, stated_only=False) | _found(stated, files, stated_only=True)


def _found(triples: set[ox.Triple], files: tuple[Path, ...], *, stated_only: bool) -> Verdict:
    data, shapes = Graph(), Graph()
    data.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))
    for file in files:
        shapes.parse(file)
    marked = set(shapes.subjects(URIRef(PBA + "statedOnly"), Literal(True)))
    for shape, predicate, target in list(shapes):
        if str(predicate).startswith(SH + "target") and (shape in marked) != stated_only:
            shapes.remove((shape, predicate, target))
    _, report, _ = pyshacl.validate(
        data, shacl_graph=shapes, inference="none", do_owl_imports=False, advanced=True
    )
    assert isinstance(report, Graph), report
    return {
        (
            _text(report.value(node, SH.focusNode)),
            _named(shapes, report.value(node, SH.sourceShape)),
            _text(report.value(node, SH.value)),
        )
        for node in report.objects(None, SH.result)
    }


def _text(node) -> str:
    if node is None:
        return ""
    if isinstance(node, BNode):
        return f"_:{node}"
    if isinstance(node, URIRef):
        return str(ox.NamedNode(str(node)))
    assert isinstance(node, Literal)
    if node.language:
        return str(ox.Literal(str(node), language=node.language.lower()))
    return str(ox.Literal(str(node), datatype=node.datatype and ox.NamedNode(str(node.datatype))))


def _named(shapes: Graph, node) -> str:
    while isinstance(node, BNode):
        node = next(shapes.subjects(None, node))
    return str(node)
