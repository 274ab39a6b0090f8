"""When a node violates a constraint, as SPARQL: a condition on variables that are bound before.

Every expression is true or false and never an error, so that it can be negated.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespace import RDF, SH
from kg.validate.graph import Malformed, ShapesGraph, Term
from kg.validate.values import BY_VALUE, Untranslatable, is_regex, number, same, truth, unlike

# A count above this is not written out as so many different values.
_MAX_VALUES = 6
# Constraints that SHACL has and the compiler does not.
_BEYOND = ("qualifiedValueShape", "expression", "js")


@dataclass(frozen=True, slots=True)
class Condition:
    """How a node violates one constraint.

    ``pattern`` follows a pattern that binds the node, and ``value`` is the variable with
    the offending value, if there is one; with ``having`` the solutions are grouped by the
    node first. ``expression`` says the same, where it can be said of one node at a time.
    """

    parameter: str
    pattern: str
    expression: str | None
    value: str = ""
    having: str = ""


class Conditions:
    """Writes the conditions of the shapes of a graph."""

    def __init__(self, graph: ShapesGraph) -> None:
        self.graph = graph
        self._numbers = itertools.count()
        self._within: list[Term] = []
        components = graph.instances(ox.NamedNode(SH + "ConstraintComponent"))
        self.custom = [
            path.value
            for component in components
            for parameter in graph.objects(component, SH + "parameter")
            for path in graph.objects(parameter, SH + "path")
            if isinstance(path, ox.NamedNode)
        ]

    def fresh(self) -> str:
        """A variable that no other condition has."""
        return f"?v{next(self._numbers)}"

    def deactivated(self, shape: Term) -> bool:
        """Whether the shape is switched off."""
        found = self.graph.one(shape, SH + "deactivated")
        return found is not None and truth(found)

    def conforms(self, shape: Term, x: str) -> str:
        """An expression: the node conforms to the shape, whatever its severity."""
        if shape in self._within:
            raise Untranslatable("a shape that refers to itself")
        if self.deactivated(shape):
            return "true"
        if self.graph.objects(shape, SH + "sparql"):
            raise Untranslatable("sh:sparql inside another constraint")
        self._within.append(shape)
        try:
            held = [*self._held(shape, x), *self._properties(shape, x)]
        finally:
            self._within.pop()
        return " && ".join(f"({part})" for part in held) or "true"

    def _held(self, shape: Term, x: str) -> Iterator[str]:
        for condition in self.of(shape, x):
            if condition.expression is None:
                raise Untranslatable("a large count inside another constraint")
            yield f"!({condition.expression})"

    def _properties(self, shape: Term, x: str) -> Iterator[str]:
        for inner in self.graph.objects(shape, SH + "property"):
            if self.path(shape) is None:
                yield self.conforms(inner, x)
            else:
                v = self.fresh()
                broken = f"{self.reach(shape, x, v)} FILTER(!({self.conforms(inner, v)}))"
                yield f"NOT EXISTS {{ {broken} }}"

    def path(self, shape: Term) -> str | None:
        """The path of a property shape."""
        node = self.graph.one(shape, SH + "path")
        return None if node is None else self.graph.path(node)

    def reach(self, shape: Term, x: str, v: str) -> str:
        """The pattern from a focus node of a property shape to a value."""
        node = self.graph.one(shape, SH + "path")
        return "" if node is None else " ".join(self._steps(node, x, v))

    def _steps(self, path: Term, x: str, v: str) -> Iterator[str]:
        """A path step by step: the engine orders steps well, and paths as they stand."""
        inverse = self.graph.one(path, SH + "inversePath")
        if isinstance(inverse, ox.NamedNode):
            yield f"{v} {inverse} {x} ."
        elif self.graph.objects(path, RDF + "first"):
            steps = self.graph.items(path)
            nodes = [x, *(self.fresh() for _ in steps[1:]), v]
            for step, start, end in zip(steps, nodes[:-1], nodes[1:], strict=True):
                yield from self._steps(step, start, end)
        else:
            yield f"{x} {self.graph.path(path)} {v} ."

    def of(self, shape: Term, x: str) -> Iterator[Condition]:
        """The conditions of a shape's own constraints, those of ``sh:sparql`` apart."""
        self._refuse_beyond(shape)
        for name, bad in BY_VALUE.items():
            for parameter in self.graph.objects(shape, SH + name):
                yield self._by_value(shape, x, name, functools.partial(bad, parameter))
        for name, write in _BY_SHAPES.items():
            for parameter in self.graph.objects(shape, SH + name):
                yield self._by_value(shape, x, name, functools.partial(write, self, parameter))
        for name, compose in _BY_FOCUS.items():
            for parameter in self.graph.objects(shape, SH + name):
                yield from compose(self, shape, x, parameter)
        for name, regex in _patterns(self.graph, shape):
            yield self._by_value(shape, x, name, regex)

    def _refuse_beyond(self, shape: Term) -> None:
        closed = self.graph.one(shape, SH + "closed")
        if closed is not None and truth(closed):
            raise Untranslatable("sh:closed")
        for name in _BEYOND:
            if self.graph.objects(shape, SH + name):
                raise Untranslatable(f"sh:{name}")
        if any(self.graph.objects(shape, parameter) for parameter in self.custom):
            raise Untranslatable("a constraint component of one's own")

    def _by_value(self, shape: Term, x: str, name: str, bad: Callable[[str], str]) -> Condition:
        """A condition on each value node: for a node shape, on the focus node itself."""
        if self.path(shape) is None:
            expression = bad(x)
            return Condition(name, f"FILTER({expression})", expression, x)
        v = self.fresh()
        return _pattern(name, f"{self.reach(shape, x, v)} FILTER({bad(v)})", v)

    # Each of the following says that a value is bad.

    def _language_in(self, parameter: Term, v: str) -> str:
        tags = self.graph.items(parameter)
        if not all(isinstance(tag, ox.Literal) for tag in tags):
            raise Malformed("sh:languageIn takes a list of texts")
        fits = " || ".join(f"LANGMATCHES(LANG({v}), {tag})" for tag in tags) or "false"
        return f"!COALESCE(isLITERAL({v}) && ({fits}), false)"

    def _in(self, parameter: Term, v: str) -> str:
        return f"!({same(v, self.graph.items(parameter))})"

    def _not(self, parameter: Term, v: str) -> str:
        return self.conforms(parameter, v)

    def _node(self, parameter: Term, v: str) -> str:
        return f"!({self.conforms(parameter, v)})"

    def _and(self, parameter: Term, v: str) -> str:
        return f"!({' && '.join(self._members(parameter, v))})"

    def _or(self, parameter: Term, v: str) -> str:
        return f"!({' || '.join(self._members(parameter, v))})"

    def _xone(self, parameter: Term, v: str) -> str:
        return f"(({' + '.join(f'IF({m}, 1, 0)' for m in self._members(parameter, v))}) != 1)"

    def _members(self, parameter: Term, v: str) -> list[str]:
        found = [f"({self.conforms(shape, v)})" for shape in self.graph.items(parameter)]
        if not found:
            raise Malformed("a list of one shape at least was expected")
        return found

    # Each of the following is about all values of a focus node.

    def _min_count(self, shape: Term, x: str, parameter: Term) -> Iterator[Condition]:
        least, v = number(parameter, "sh:minCount"), self.fresh()
        enough = self._at_least(shape, x, least)
        broken = None if enough is None else f"NOT EXISTS {{ {enough} }}"
        if least == 1:
            yield Condition("minCount", f"FILTER({broken})", broken)
        elif least > 1:
            values = f"OPTIONAL {{ {self.reach(shape, x, v)} }}"
            yield Condition("minCount", values, broken, "", f"COUNT(DISTINCT {v}) < {least}")

    def _max_count(self, shape: Term, x: str, parameter: Term) -> Iterator[Condition]:
        most, v = number(parameter, "sh:maxCount"), self.fresh()
        above = self._at_least(shape, x, most + 1)
        broken = None if above is None else f"EXISTS {{ {above} }}"
        values = self.reach(shape, x, v)
        yield Condition("maxCount", values, broken, "", f"COUNT(DISTINCT {v}) > {most}")

    def _at_least(self, shape: Term, x: str, count: int) -> str | None:
        """So many different values, where that can be written out."""
        if count > _MAX_VALUES:
            return None
        values = [self.fresh() for _ in range(count)]
        reached = " ".join(self.reach(shape, x, v) for v in values)
        pairs = itertools.combinations(values, 2)
        return reached + "".join(f" FILTER(!sameTerm({a}, {b}))" for a, b in pairs)

    def _has_value(self, shape: Term, x: str, parameter: Term) -> Iterator[Condition]:
        if isinstance(parameter, ox.BlankNode):
            raise Untranslatable("a blank node as a value")
        if self.path(shape) is None:
            expression = f"!({same(x, [parameter])})"
        else:
            expression = f"NOT EXISTS {{ {self.reach(shape, x, str(parameter))} }}"
        yield Condition("hasValue", f"FILTER({expression})", expression)

    def _unique_lang(self, shape: Term, x: str, parameter: Term) -> Iterator[Condition]:
        if truth(parameter):
            a, b = self.fresh(), self.fresh()
            apart = f"FILTER(!sameTerm({a}, {b}) && LANG({a}) != '' && LANG({a}) = LANG({b}))"
            both = f"{self.reach(shape, x, a)} {self.reach(shape, x, b)} {apart}"
            yield _pattern("uniqueLang", both, "")

    def _less(self, shape: Term, x: str, parameter: Term, name: str) -> Iterator[Condition]:
        v, other = self.fresh(), self.fresh()
        sign = "<" if name == "lessThan" else "<="
        pair = f"{self.reach(shape, x, v)} {x} {parameter} {other} ."
        yield _pattern(name, f"{pair} FILTER(!COALESCE({v} {sign} {other}, false))", v)

    def _equals(self, shape: Term, x: str, parameter: Term) -> Iterator[Condition]:
        v = self.fresh()
        if self.path(shape) is None:
            here, sides = x, f"FILTER(NOT EXISTS {{ {x} {parameter} {x} }})"
            yield Condition("equals", sides, f"NOT EXISTS {{ {x} {parameter} {x} }}", here)
            others = f"{x} {parameter} {v} FILTER(!sameTerm({x}, {v}))"
            yield _pattern("equals", others, v)
            return
        there = f"{x} {parameter} {v} ."
        for one, other in ((self.reach(shape, x, v), there), (there, self.reach(shape, x, v))):
            yield _pattern("equals", f"{one} FILTER NOT EXISTS {{ {other} }}", v)

    def _disjoint(self, shape: Term, x: str, parameter: Term) -> Iterator[Condition]:
        if self.path(shape) is None:
            expression = f"EXISTS {{ {x} {parameter} {x} }}"
            yield Condition("disjoint", f"FILTER({expression})", expression, x)
        else:
            v = self.fresh()
            yield _pattern("disjoint", f"{self.reach(shape, x, v)} {x} {parameter} {v} .", v)


def _patterns(graph: ShapesGraph, shape: Term) -> Iterator[tuple[str, Callable[[str], str]]]:
    flags = graph.one(shape, SH + "flags")
    for pattern in graph.objects(shape, SH + "pattern"):
        options = "".join(f", {term}" for term in (pattern, flags) if term is not None)
        if not is_regex(options):
            raise Untranslatable("a pattern of another dialect")
        yield "pattern", functools.partial(unlike, options)


def _pattern(name: str, pattern: str, value: str) -> Condition:
    return Condition(name, pattern, f"EXISTS {{ {pattern} }}", value)


_BY_SHAPES: dict[str, Callable[[Conditions, Term, str], str]] = {
    "languageIn": Conditions._language_in,
    "in": Conditions._in,
    "not": Conditions._not,
    "node": Conditions._node,
    "and": Conditions._and,
    "or": Conditions._or,
    "xone": Conditions._xone,
}
_BY_FOCUS: dict[str, Callable[[Conditions, Term, str, Term], Iterator[Condition]]] = {
    "minCount": Conditions._min_count,
    "maxCount": Conditions._max_count,
    "hasValue": Conditions._has_value,
    "uniqueLang": Conditions._unique_lang,
    "lessThan": functools.partial(Conditions._less, name="lessThan"),
    "lessThanOrEquals": functools.partial(Conditions._less, name="lessThanOrEquals"),
    "equals": Conditions._equals,
    "disjoint": Conditions._disjoint,
}
