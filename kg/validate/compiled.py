"""The compiler: each constraint of each shape that has targets, as one query.

A query shows ``?this``, the focus node, and ``?value`` where there is one. What cannot be
written as a query is named, so that it goes to pyshacl.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.exceptions import InputError, Problem
from kg.namespace import OWL, PBA, RDF, RDFS, SH
from kg.sparql import tokens
from kg.validate.conditions import Condition, Conditions
from kg.validate.graph import Malformed, ShapesGraph, Term, read, shipped_files
from kg.validate.select import query
from kg.validate.values import Untranslatable, truth
from kg.validate.wellformed import problems

TARGETS = tuple(
    SH + name for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
)
_CLASSES = (ox.NamedNode(RDFS + "Class"), ox.NamedNode(OWL + "Class"))
# Where the query can be narrowed to some focus nodes; no query has this character.
_SLOT = "\x00"


@dataclass(frozen=True, slots=True)
class Rule:
    """What the results of a constraint say of it.

    ``name`` is the last step of ``shape``, the IRI of the shape or of the nearest one
    that it is a part of. ``messages`` and ``titles`` are by language.
    """

    name: str
    shape: str
    component: str
    severity: str
    path: str
    messages: Mapping[str, str] = field(compare=False)
    titles: Mapping[str, str] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Check:
    """One constraint as a query; ``key`` tells it from the others of its shapes."""

    key: str
    rule: Rule
    query: str
    stated_only: bool

    @property
    def by_query(self) -> bool:
        """Whether it is a ``sh:sparql`` constraint."""
        return self.rule.component == "SPARQLConstraintComponent"

    def text(self, focus: Iterable[Term] = ()) -> str:
        """The query over all focus nodes, or over those of the given nodes that are some."""
        listed = " ".join(map(str, focus))
        return self.query.replace(_SLOT, f"VALUES ?this {{ {listed} }}" if listed else "")


@dataclass(frozen=True, slots=True)
class Shapes:
    """Shapes that have been read and compiled.

    ``remainder`` has the shapes with targets that are left to pyshacl, with the reason.
    """

    graph: ShapesGraph
    checks: tuple[Check, ...]
    remainder: Mapping[Term, str]

    def rule(self, shape: Term, component: str) -> Rule:
        """What a result of a shape says, whoever found it."""
        node = self.graph.one(shape, SH + "path")
        path = "" if node is None else self.graph.path(node)
        return _rule(self.graph, self.graph.ancestry(shape), component, path)

    def left(self, *, stated_only: bool) -> list[Term]:
        """The shapes that are left to pyshacl, for the stated graphs or for all."""
        return [root for root in self.remainder if _stated_only(self.graph, root) == stated_only]

    def paths(self) -> dict[str, tuple[Term, tuple[ox.Triple, ...]]]:
        """The paths by their text: the node, and the triples that describe it."""
        nodes = [n for facts in self.graph.facts.values() for n in facts.get(SH + "path", ())]
        return {
            _shown(self.graph.path(node)): (node, tuple(self.graph.closure(node))) for node in nodes
        }


def shapes(extra: Sequence[Path] = ()) -> Shapes:
    """The shapes that ship with kg, and those of the user's own Turtle files.

    Raises `InputError` with the file and line of what is no Turtle or no SHACL.
    """
    return _compiled(read([*shipped_files(), *extra])) if extra else _shipped()


@functools.cache
def _shipped() -> Shapes:
    return _compiled(read(shipped_files()))


def of_files(files: Sequence[Path]) -> Shapes:
    """The shapes of some files alone; raises as `shapes` does."""
    return _compiled(read(files))


def _compiled(graph: ShapesGraph) -> Shapes:
    found: list[Problem] = [*problems(graph)]
    # What is malformed cannot be compiled.
    roots = [] if found else _roots(graph)
    checks: list[Check] = []
    remainder: dict[Term, str] = {}
    for root in roots:
        try:
            checks += _Compiler(graph, root).checks()
        except Untranslatable as error:
            remainder[root] = str(error)
        except Malformed as error:
            found.append(graph.problem(root, str(error)))
    if found:
        raise InputError(list(dict.fromkeys(found)))
    return Shapes(graph, tuple(checks), remainder)


def _roots(graph: ShapesGraph) -> list[Term]:
    """The shapes that have targets, in the order of their names."""
    targeted = (*TARGETS, SH + "target")
    found = [
        node
        for node, facts in graph.facts.items()
        if any(name in facts for name in targeted) or _is_class(graph, node)
    ]
    return sorted(found, key=str)


def _is_class(graph: ShapesGraph, node: Term) -> bool:
    """Whether a shape is a class, too, whose instances are its targets."""
    kinds = graph.objects(node, RDF + "type")
    shape = any(ox.NamedNode(SH + kind) in kinds for kind in ("NodeShape", "PropertyShape"))
    return shape and any(kind in kinds for kind in _CLASSES)


def makes_targets(predicate: str, other: Term) -> bool:
    """Whether a triple gives its subject, a shape, targets."""
    is_class = predicate == RDF + "type" and other in _CLASSES
    return is_class or predicate in (*TARGETS, SH + "target")


def _stated_only(graph: ShapesGraph, root: Term) -> bool:
    stated = graph.one(root, PBA + "statedOnly")
    return stated is not None and truth(stated)


class _Compiler:
    """Compiles one shape with targets, and the property shapes below it."""

    def __init__(self, graph: ShapesGraph, root: Term) -> None:
        self.graph = graph
        self.root = root
        self.conditions = Conditions(graph)
        self.stated_only = _stated_only(graph, root)

    def checks(self) -> list[Check]:
        if self.graph.objects(self.root, SH + "target"):
            raise Untranslatable("sh:target")
        return [*self._of(self.root, self._targets(), (self.root,))]

    def _of(self, shape: Term, focus: str, chain: tuple[Term, ...]) -> Iterator[Check]:
        """The checks of a shape; ``chain`` leads from it to the root."""
        conditions = self.conditions
        if conditions.deactivated(shape):
            return
        if shape in chain[1:]:
            raise Untranslatable("a shape that refers to itself")
        for number, condition in enumerate(conditions.of(shape, "?this")):
            text = _text(focus, condition)
            component = condition.parameter[0].upper() + condition.parameter[1:]
            yield self._check(text, chain, component, str(number))
        path = conditions.path(shape)
        for constraint in self.graph.objects(shape, SH + "sparql"):
            if not conditions.deactivated(constraint):
                text = query(self.graph, constraint, shape, path, focus)
                if self.stated_only and any(t.keyword == "GRAPH" for t in tokens(text)):
                    raise Malformed("pba:statedOnly: sh:select is of the merge, without GRAPH")
                yield self._check(text, (constraint, *chain), "SPARQL", str(constraint))
        for inner in self.graph.objects(shape, SH + "property"):
            reached = focus if path is None else self._beyond(focus, path)
            yield from self._of(inner, reached, (inner, *chain))

    def _beyond(self, focus: str, path: str) -> str:
        """The values of a property shape, as focus nodes of the shapes on it."""
        before = self.conditions.fresh()
        outer = focus.replace("?this", before).replace(_SLOT, "")
        return f"{{ SELECT DISTINCT ?this WHERE {{ {_SLOT} {outer} {before} {path} ?this }} }}"

    def _check(self, text: str, chain: Sequence[Term], component: str, number: str) -> Check:
        shape = chain[1] if component == "SPARQL" else chain[0]
        node = self.graph.one(shape, SH + "path")
        path = "" if node is None else self.graph.path(node)
        rule = _rule(self.graph, chain, component + "ConstraintComponent", path)
        key = f"{self.root} {shape} {component} {number}"
        return Check(key, rule, text, self.stated_only)

    def _targets(self) -> str:
        """A pattern that binds ``?this`` to each focus node once."""
        classes = self.graph.objects(self.root, TARGETS[0])
        if _is_class(self.graph, self.root):
            classes = [*classes, self.root]
        patterns = [f"?this <{RDF}type> {cls} ." for cls in classes]
        for predicate in self.graph.objects(self.root, TARGETS[1]):
            patterns.append(f"?this {predicate} {self.conditions.fresh()} .")
        for predicate in self.graph.objects(self.root, TARGETS[2]):
            patterns.append(f"{self.conditions.fresh()} {predicate} ?this .")
        nodes = self.graph.objects(self.root, TARGETS[3])
        if any(isinstance(node, ox.BlankNode) for node in nodes):
            raise Untranslatable("a blank node as a target")
        if nodes:
            patterns.append(f"VALUES ?this {{ {' '.join(map(str, nodes))} }}")
        if len(patterns) == 1 and len(classes) == 1:
            return f"{_SLOT} {patterns[0]}"
        either = " UNION ".join(f"{{ {_SLOT} {pattern} }}" for pattern in patterns)
        return f"{{ SELECT DISTINCT ?this WHERE {{ {either} }} }}"


def _text(focus: str, condition: Condition) -> str:
    where = f"WHERE {{ {focus} {condition.pattern} }}"
    if condition.having:
        return f"SELECT ?this {where} GROUP BY ?this HAVING({condition.having})"
    shown = f" ({condition.value} AS ?value)" if condition.value else ""
    return f"SELECT DISTINCT ?this{shown} {where}"


def _rule(graph: ShapesGraph, chain: Sequence[Term], component: str, path: str) -> Rule:
    """What is said of a constraint by its nodes, the nearest first."""
    shape = chain[1] if component.startswith("SPARQL") and len(chain) > 1 else chain[0]
    severity = graph.one(shape, SH + "severity")
    named = _nearest_iri(chain[chain.index(shape) :])
    said = next((iri for node in chain if (iri := _nearest_iri([node]))), named)
    texts = next((t for node in chain if (t := _by_language(graph, node, SH + "message"))), {})
    own = ox.NamedNode(said) if said else shape
    titles = _by_language(graph, own, SH + "name") or _by_language(graph, own, RDFS + "label")
    return Rule(
        name=said.rpartition("/")[2].rpartition("#")[2],
        shape=named,
        component=component,
        severity=severity.value[len(SH) :] if isinstance(severity, ox.NamedNode) else "Violation",
        path=_shown(path),
        messages=texts,
        titles=titles,
    )


def _shown(path: str) -> str:
    return path[1:-1] if path.startswith("<") else path


def _nearest_iri(chain: Sequence[Term]) -> str:
    return next((node.value for node in chain if isinstance(node, ox.NamedNode)), "")


def _by_language(graph: ShapesGraph, node: Term, predicate: str) -> dict[str, str]:
    texts = graph.objects(node, predicate)
    return {t.language or "": t.value for t in texts if isinstance(t, ox.Literal)}
