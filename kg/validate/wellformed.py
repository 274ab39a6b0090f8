"""What is wrong with shapes as SHACL, each fault with its file and line."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator

import pyoxigraph as ox

from kg.exceptions import Problem
from kg.namespace import RDF, SH
from kg.validate.graph import Malformed, ShapesGraph, Term
from kg.validate.values import number, truth

_NAMES = frozenset(
    """
    Shape NodeShape PropertyShape Violation Warning Info IRI BlankNode Literal BlankNodeOrIRI
    BlankNodeOrLiteral IRIOrLiteral ValidationReport ValidationResult ConstraintComponent
    Parameter PrefixDeclaration PropertyGroup SPARQLConstraint SPARQLAskValidator
    SPARQLSelectValidator SPARQLTarget SPARQLFunction SPARQLRule TripleRule NodeExpression
    targetClass targetNode targetObjectsOf targetSubjectsOf target property path node name
    description group order defaultValue severity message deactivated class datatype nodeKind
    minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength maxLength
    pattern flags languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone
    qualifiedValueShape qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint closed
    ignoredProperties hasValue in sparql select ask construct prefixes declare prefix namespace
    inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath parameter optional
    validator nodeValidator propertyValidator labelTemplate entailment shapesGraph
    suggestedShapesGraph expression values rule condition subject predicate object returnType
    js jsFunctionName jsLibrary this filterShape nodes union intersection
    """.split()  # noqa: SIM905 - a list of so many short names fills the screen
)
_ONCE = (
    *("path", "datatype", "nodeKind", "minCount", "maxCount", "minLength", "maxLength", "flags"),
    *("uniqueLang", "languageIn", "in", "closed", "deactivated", "severity"),
    *("minExclusive", "minInclusive", "maxExclusive", "maxInclusive"),
)
_ON_PROPERTIES = ("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals")
_IRIS = (
    *("class", "datatype", "nodeKind", "severity", "lessThan", "lessThanOrEquals", "equals"),
    *("disjoint", "targetClass", "targetSubjectsOf", "targetObjectsOf"),
)
_TEXTS = ("message", "pattern", "flags", "name", "description", "select")


def problems(graph: ShapesGraph) -> Iterator[Problem]:
    """Every fault that can be seen without data."""
    for file, subjects in graph.subjects.items():
        if not any(_is_shape(graph.facts[node]) for node in subjects):
            yield Problem(str(file), None, None, "shacl", "it holds no SHACL shape")
    for node in list(graph.facts):
        for fault in _faults(graph, node):
            yield graph.problem(node, fault)


def _is_shape(facts: dict[str, list[Term]]) -> bool:
    kinds = facts.get(RDF + "type", [])
    typed = any(ox.NamedNode(SH + kind) in kinds for kind in ("NodeShape", "PropertyShape"))
    return typed or any(name.startswith(SH + "target") for name in facts)


def _faults(graph: ShapesGraph, node: Term) -> Iterator[str]:
    facts = graph.facts[node]
    yield from _unknown(facts)
    yield from _misplaced(graph, facts)
    for name in _ONCE:
        if len(facts.get(SH + name, [])) > 1:
            yield f"sh:{name} is given {len(facts[SH + name])} times; SHACL takes one"
    for name, fits, wanted in _KINDS:
        if not all(isinstance(term, fits) for term in facts.get(SH + name, [])):
            yield f"sh:{name} takes {wanted}"
    for name, reading in _READINGS:
        for term in facts.get(SH + name, []):
            try:
                reading(graph, term)
            except Malformed as error:
                yield str(error) if f"sh:{name}" in str(error) else f"sh:{name}: {error}"


def _misplaced(graph: ShapesGraph, facts: dict[str, list[Term]]) -> Iterator[str]:
    """Where a path is missing, or is one too many."""
    kinds = facts.get(RDF + "type", [])
    if SH + "path" in facts:
        if ox.NamedNode(SH + "NodeShape") in kinds:
            yield "a node shape has no sh:path; make it a sh:PropertyShape"
        return
    if ox.NamedNode(SH + "PropertyShape") in kinds:
        yield "a property shape needs one sh:path"
    for inner in facts.get(SH + "property", []):
        if not graph.objects(inner, SH + "path"):
            yield "what sh:property leads to needs one sh:path"
    for name in _ON_PROPERTIES:
        if SH + name in facts:
            yield f"sh:{name} needs a shape with sh:path"


def _unknown(facts: dict[str, list[Term]]) -> Iterator[str]:
    """Terms of the SHACL namespace that SHACL does not have."""
    used = [*facts, *(t.value for ts in facts.values() for t in ts if isinstance(t, ox.NamedNode))]
    for iri in dict.fromkeys(used):
        name = iri.removeprefix(SH)
        if name != iri and name not in _NAMES and not name.endswith("ConstraintComponent"):
            near = difflib.get_close_matches(name, _NAMES, n=1)
            hint = f"; did you mean sh:{near[0]}?" if near else ""
            yield f"SHACL has no sh:{name}{hint}"


_Reading = Callable[[ShapesGraph, Term], object]
_KINDS: list[tuple[str, type, str]] = [
    *((name, ox.NamedNode, "an IRI") for name in _IRIS),
    *((name, ox.Literal, "a text") for name in _TEXTS),
]
_READINGS: list[tuple[str, _Reading]] = [
    *(
        (name, lambda _, term, name=name: number(term, f"sh:{name}"))
        for name in ("minCount", "maxCount", "minLength", "maxLength")
    ),
    *((name, lambda _, term: truth(term)) for name in ("deactivated", "uniqueLang", "closed")),
    *((name, ShapesGraph.items) for name in ("in", "languageIn", "and", "or", "xone")),
    ("path", ShapesGraph.path),
]
