"""A pattern rewritten so that each solution shows all that it rests on.

What SPARQL hides gets a variable: blank nodes, the joints of a path, and which side of a
UNION and which OPTIONAL a solution comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import pyoxigraph as ox

from kg.exceptions import QueryError
from kg.namespace import OWL, RDF, RDFS
from kg.query.why.formula import Missing
from kg.sparql import algebra as a
from kg.sparql import text

# Of variables that mark a branch: each is bound, or is not, where the branch was taken.
Guard: TypeAlias = tuple[tuple[ox.Variable, bool], ...]
GraphName: TypeAlias = ox.NamedNode | ox.Variable | None

_HERE = ox.Literal(True)
_TYPE = ox.NamedNode(RDF + "type")
_LABEL = RDFS + "label"
_PREFIX = "_why"
_VOLATILE = frozenset(("RAND", "NOW", "UUID", "STRUUID", "BNODE"))
_SCHEMA = (RDFS + "sub", RDFS + "domain", RDFS + "range", RDFS + "isDefinedBy", OWL)


class Unexplained(QueryError):
    """The query uses something whose rows cannot be explained."""


@dataclass(frozen=True, slots=True)
class Step:
    """A triple pattern or a path, in a graph or the merge."""

    subject: a.Node
    predicate: ox.Variable | a.Path
    object: a.Node
    graph: GraphName


@dataclass(frozen=True, slots=True)
class Part:
    """A pattern with rows of its own: of a sub-query, or of EXISTS.

    ``columns`` are the variables of the solution that name its row.
    """

    select: a.Select
    columns: tuple[ox.Variable, ...]
    seeded: bool


Item: TypeAlias = Step | Part | Missing


class Expansion:
    """Rewrites one pattern, and lists what its solutions rest on, each item with its guard."""

    def __init__(self, select: a.Select, graphs: tuple[str, ...] | None) -> None:
        self.items: list[tuple[Guard, Item]] = []
        self._graphs = graphs
        self._made = 0
        self._nodes: dict[ox.BlankNode, ox.Variable] = {}
        self.pattern = self._expanded(select.where, None, ())

    def fresh(self) -> ox.Variable:
        """A variable that no query has: they are named by people."""
        self._made += 1
        return ox.Variable(f"{_PREFIX}{self._made}")

    def _expanded(self, pattern: a.Pattern, graph: GraphName, guard: Guard) -> a.Pattern:
        made: a.Pattern = pattern
        match pattern:
            case a.Bgp(triples):
                found = [t for triple in triples for t in self._triple(triple, graph, guard)]
                made = a.Bgp(tuple(found))
            case a.Join(left, right):
                first = self._expanded(left, graph, guard)
                made = a.Join(first, self._expanded(right, graph, guard))
            case a.LeftJoin():
                made = self._optional(pattern, graph, guard)
            case a.Union(left, right):
                mark = self.fresh()
                first = self._expanded(left, graph, (*guard, (mark, True)))
                second = self._expanded(right, graph, (*guard, (mark, False)))
                made = a.Union(a.Extend(first, mark, _HERE), second)
            case a.Minus(left, right):
                self._missing("MINUS", right, graph, guard)
                made = a.Minus(self._expanded(left, graph, guard), right)
            case a.Filter(inner, condition):
                self._condition(condition, pattern, graph, guard)
                made = a.Filter(self._expanded(inner, graph, guard), condition)
            case a.Graph(name, inner):
                made = a.Graph(name, self._expanded(inner, name, guard))
            case a.Extend(inner, variable, expression):
                refuse_hidden(expression)
                made = a.Extend(self._expanded(inner, graph, guard), variable, expression)
            case a.Select():
                made = self._sub_query(pattern, graph, guard)
            case a.Service():
                raise Unexplained("what another store answers (SERVICE) cannot be explained")
        return made

    def _optional(self, pattern: a.LeftJoin, graph: GraphName, guard: Guard) -> a.Pattern:
        mark = self.fresh()
        inside = (*guard, (mark, True))
        left = self._expanded(pattern.left, graph, guard)
        right = a.Extend(self._expanded(pattern.right, graph, inside), mark, _HERE)
        sought: a.Pattern = pattern.right
        if pattern.condition is not None:
            self._condition(pattern.condition, pattern, graph, inside)
            sought = a.Filter(sought, pattern.condition)
        self._missing("OPTIONAL", sought, graph, (*guard, (mark, False)))
        return a.LeftJoin(left, right, pattern.condition)

    def _sub_query(self, select: a.Select, graph: GraphName, guard: Guard) -> a.Pattern:
        """The sub-query, with copies of columns that a solution may bind where it does not."""
        sure = certain(select)
        names = {c.variable: self.fresh() for c in select.columns if c.variable not in sure}
        columns = [c.variable for c in select.columns if c.variable is not None]
        shown = [names.get(variable, variable) for variable in columns]
        self._part(replace(select, order=(), limit=None, offset=0), shown, graph, guard)
        if not names:
            return select
        copies = (a.Column(name, variable) for variable, name in names.items())
        return a.Select((*map(a.Column, columns), *copies), select)

    def _part(
        self,
        select: a.Select,
        columns: list[ox.Variable],
        graph: GraphName,
        guard: Guard,
        seeded: bool = False,
    ) -> None:
        if isinstance(graph, ox.Variable):
            own = a.Column(graph)
            group = None if select.group is None else (*select.group, own)
            select = replace(select, columns=(*select.columns, own), group=group)
            columns = [*columns, graph]
        if graph is not None:
            select = replace(select, where=a.Graph(graph, select.where))
        self.items.append((guard, Part(select, tuple(columns), seeded)))

    def _condition(
        self, condition: a.Expression, pattern: a.Pattern, graph: GraphName, guard: Guard
    ) -> None:
        for part in conjuncts(condition):
            negated = isinstance(part, a.Call) and part.name == "!"
            inner = part.arguments[0] if isinstance(part, a.Call) and negated else part
            if not isinstance(inner, a.Exists):
                refuse_hidden(part)
            elif inner.negated != negated:
                self._missing("NOT EXISTS", inner.pattern, graph, guard)
            else:
                used = {node for node in a.walk(inner.pattern) if isinstance(node, ox.Variable)}
                columns = [v for v in a.in_scope(pattern) if v in used]
                _refuse_bound(inner.pattern, columns)
                select = a.Select(tuple(map(a.Column, columns)), inner.pattern)
                self._part(select, columns, graph, guard, seeded=True)

    def _missing(self, operator: str, pattern: a.Pattern, graph: GraphName, guard: Guard) -> None:
        graphs = (graph.value,) if isinstance(graph, ox.NamedNode) else self._graphs
        self.items.append((guard, missing(operator, pattern, graphs)))

    def _triple(
        self, triple: a.TriplePattern, graph: GraphName, guard: Guard
    ) -> Iterator[a.TriplePattern]:
        """A triple pattern by itself; a path of several steps as the steps."""
        s, o = (self._named(node) for node in (triple.subject, triple.object))
        match triple.predicate:
            case a.Inverse(path):
                yield from self._inverse(o, path, s, graph, guard)
            case a.Sequence(parts):
                joints = [s, *(self.fresh() for _ in parts[1:]), o]
                for start, part, end in zip(joints[:-1], parts, joints[1:], strict=True):
                    step = a.TriplePattern(start, part, end)
                    yield from self._triple(step, graph, guard)
            case predicate:
                self.items.append((guard, Step(s, predicate, o, graph)))
                yield a.TriplePattern(s, predicate, o)

    def _inverse(
        self, s: a.Node, path: a.Path, o: a.Node, graph: GraphName, guard: Guard
    ) -> Iterator[a.TriplePattern]:
        """A path the other way round; the engine takes no literal for a subject."""
        if isinstance(path, ox.NamedNode) and isinstance(s, ox.Literal):
            raise Unexplained(f"{s} cannot be the subject of {path}")
        yield from self._triple(a.TriplePattern(s, path, o), graph, guard)

    def _named(self, node: a.Node) -> a.Node:
        if not isinstance(node, ox.BlankNode):
            return node
        return self._nodes.get(node) or self._nodes.setdefault(node, self.fresh())


def missing(operator: str, pattern: a.Pattern, graphs: tuple[str, ...] | None) -> Missing:
    """A pattern that has no match, as it is told."""
    triples = [node for node in a.walk(pattern) if isinstance(node, a.TriplePattern)]
    names = tuple(dict.fromkeys(name for triple in triples for name in _names(triple)))
    of_ontology = any(name.startswith(_SCHEMA) for name in names)
    # That it has no name is told only of what has been found otherwise.
    telling = tuple(name for name in names if name != _LABEL) or names
    return Missing(operator, text(pattern), telling, graphs, of_ontology)


def _names(triple: a.TriplePattern) -> Iterator[str]:
    """The properties that a triple pattern asks for, or the class where it asks for one."""
    if triple.predicate == _TYPE and isinstance(triple.object, ox.NamedNode):
        yield triple.object.value
    else:
        nodes = a.walk(triple.predicate)
        yield from (node.value for node in nodes if isinstance(node, ox.NamedNode))


def conjuncts(condition: a.Expression) -> Iterator[a.Expression]:
    """The conditions that all hold where one does.

    >>> x, y = ox.Variable("x"), ox.Variable("y")
    >>> list(conjuncts(a.Call("&&", (x, y))))
    [<Variable value=x>, <Variable value=y>]
    """
    if isinstance(condition, a.Call) and condition.name == "&&":
        for argument in condition.arguments:
            yield from conjuncts(argument)
    else:
        yield condition


def _refuse_bound(pattern: a.Pattern, outer: list[ox.Variable]) -> None:
    """Refuse what SPARQL leaves open: a value from outside for a variable that is bound inside."""
    for node in a.walk(pattern):
        if isinstance(node, a.Extend) and node.variable in outer:
            raise Unexplained(f"BIND to {node.variable} within EXISTS cannot be explained")


def refuse_hidden(expression: a.Expression) -> None:
    """Refuse what an expression rests on without showing it."""
    if any(isinstance(node, a.Exists) for node in a.walk(expression)):
        raise Unexplained(
            "EXISTS within an expression cannot be explained; let it stand alone in a FILTER"
        )


def refuse_volatile(query: a.Query) -> None:
    """Refuse values that a second run would not give again."""
    for node in a.walk(query):
        if isinstance(node, a.Call) and node.name in _VOLATILE:
            raise Unexplained(
                f"a row that rests on {node.name}() cannot be explained: it is new each time"
            )


def certain(pattern: a.Pattern) -> frozenset[ox.Variable]:
    """The variables that are bound in every solution.

    >>> x, y, z = map(ox.Variable, "xyz")
    >>> some, more = a.Bgp((a.TriplePattern(x, y, x),)), a.Bgp((a.TriplePattern(x, y, z),))
    >>> certain(a.LeftJoin(some, more)) == {x, y}
    True
    """
    sure: frozenset[ox.Variable] = frozenset()
    match pattern:
        case a.Bgp():
            sure = frozenset(a.in_scope(pattern))
        case a.Join(left, right):
            sure = certain(left) | certain(right)
        case a.Union(left, right):
            sure = certain(left) & certain(right)
        case a.LeftJoin(left, _) | a.Minus(left, _) | a.Filter(left, _):
            sure = certain(left)
        case a.Graph(name, inner):
            sure = certain(inner) | ({name} if isinstance(name, ox.Variable) else frozenset())
        case a.Extend(inner, variable, expression):
            fixed = isinstance(expression, ox.NamedNode | ox.Literal)
            sure = certain(inner) | ({variable} if fixed else frozenset())
        case a.Values(variables, rows):
            columns = zip(variables, zip(*rows, strict=True), strict=False)
            sure = frozenset(v for v, column in columns if None not in column)
        case a.Select(columns, where):
            inside = certain(where)
            shown = (c.variable for c in columns if c.expression is None)
            sure = frozenset(v for v in shown if v in inside and v is not None)
    return sure
