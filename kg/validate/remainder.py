"""What no query is compiled for: pyshacl looks at a copy of the data in memory."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator
from typing import Any

import pyoxigraph as ox
from pyshacl import validate as by_pyshacl
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError
from rdflib import BNode, Graph, Literal, URIRef

from kg.exceptions import InputError, Problem
from kg.namespace import SH, XSD
from kg.store import Readable
from kg.validate.compiled import Shapes, makes_targets
from kg.validate.graph import Term
from kg.validate.report import Result

CONSTRAINT = "pyshacl"
"""The one name of all constraints that are left to pyshacl."""

_FAULTS = (ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, RuntimeError)


def results(data: Readable, shapes: Shapes, roots: Collection[Term]) -> Iterator[Result]:
    """The results of the shapes with targets that are named; O(size of the default graph)."""
    graph = Graph()
    for quad in data.quads(None, None, None, ox.DefaultGraph()):
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _, report, text = by_pyshacl(
                graph,
                shacl_graph=_only(shapes, roots),
                inference="none",
                do_owl_imports=False,
                advanced=True,
                inplace=True,
            )
        except _FAULTS as error:
            raise _refused(error) from error
    if not isinstance(report, Graph):
        raise _refused(RuntimeError(text))
    sh = {name: URIRef(SH + name) for name in _PARTS}
    for node in report.objects(None, sh["result"]):
        yield _result(shapes, {name: report.value(node, iri) for name, iri in sh.items()})


_PARTS = ("result", "focusNode", "value", "sourceShape", "sourceConstraintComponent", "resultPath")


def _refused(error: Exception) -> InputError:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return InputError([Problem("SHACL", None, None, "shacl", reason)])


def _only(shapes: Shapes, roots: Collection[Term]) -> Graph:
    """The shapes, of which those named alone have targets."""
    graph = Graph()
    for node, facts in shapes.graph.facts.items():
        for predicate, objects in facts.items():
            for other in objects:
                if node in roots or not makes_targets(predicate, other):
                    graph.add((to_rdflib(node), URIRef(predicate), to_rdflib(other)))
    return graph


def _result(shapes: Shapes, part: dict[str, Any]) -> Result:
    component = str(part["sourceConstraintComponent"]).removeprefix(SH)
    rule = shapes.rule(from_rdflib(part["sourceShape"]), component)
    path, value = part["resultPath"], part["value"]
    return Result(
        focus=from_rdflib(part["focusNode"]),
        path=str(path) if isinstance(path, URIRef) else rule.path,
        value=None if value is None else from_rdflib(value),
        rule=rule.name,
        shape=rule.shape,
        severity=rule.severity,
        component=component,
        constraint=CONSTRAINT,
        messages=rule.messages,
        titles=rule.titles,
    )


def to_rdflib(term: Term) -> BNode | URIRef | Literal:
    """A term of the engine as one of rdflib; blank nodes keep their labels."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        return Literal(term.value, datatype=URIRef(term.datatype.value))
    raise TypeError(f"{term}: a triple as a term")


def from_rdflib(node: object) -> Term:
    """A term of rdflib as one of the engine."""
    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or XSD + "string")))
    return ox.NamedNode(str(node))
