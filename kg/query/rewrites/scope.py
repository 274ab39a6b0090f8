"""What the rewrites ask of a pattern: its variables, and what is bound for certain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count

import pyoxigraph as ox

from kg.sparql import algebra as a

Variables = frozenset[ox.Variable]


def variables(*nodes: object) -> Variables:
    """Every variable that is mentioned, also in what is in a list.

    >>> from kg.sparql import parse
    >>> sorted(map(str, variables(parse("ASK { ?x ?p 1 FILTER EXISTS { ?y ?p ?x } }"))))
    ['?p', '?x', '?y']
    """
    parts = (tuple(node) if isinstance(node, list) else node for node in nodes)
    return frozenset(n for part in parts for n in a.walk(part) if isinstance(n, ox.Variable))


def certain(pattern: a.Pattern) -> Variables:
    """The variables that every solution of a pattern binds.

    >>> from kg.sparql import parse
    >>> certain(parse("ASK { ?x a ?c OPTIONAL { ?x ?p ?y } }").select.where)
    frozenset({<Variable value=x>, <Variable value=c>})
    """
    match pattern:
        case a.Bgp():
            return frozenset(a.in_scope(pattern))
        case a.Join(left, right) | a.Lateral(left, right):
            return certain(left) | certain(right)
        case a.Union(left, right):
            return certain(left) & certain(right)
        case a.LeftJoin(left) | a.Minus(left) | a.Filter(left) | a.Extend(left):
            return certain(left)
    return _certain_alone(pattern)


def _certain_alone(pattern: a.Pattern) -> Variables:
    match pattern:
        case a.Graph(name, inner):
            return certain(inner) | variables(name)
        case a.Values(names, rows):
            columns = zip(names, zip(*rows, strict=True), strict=False)
            return frozenset(name for name, terms in columns if None not in terms)
        case a.Select():
            return _projected(pattern)
    return frozenset()


def _projected(select: a.Select) -> Variables:
    plain = frozenset(c.variable for c in select.columns if c.variable and c.expression is None)
    inside = certain(select.where)
    if select.group is not None:
        inside &= {c.variable for c in select.group if c.variable and c.expression is None}
    return plain & inside


def fresh(query: a.Query) -> Iterator[ox.Variable]:
    """New variables, none of which the query has."""
    taken = {variable.value for variable in variables(query)}
    names = (f"_{n}" for n in count(1))
    return (ox.Variable(name) for name in names if name not in taken)


def mapped(pattern: a.Pattern, change: Callable[[a.Pattern], a.Pattern]) -> a.Pattern:
    """The pattern with a change made to each pattern directly below it.

    What is in `GRAPH` and `SERVICE` is left as it is: it is not of the merged graph.
    """
    match pattern:
        case a.Join() | a.Lateral() | a.LeftJoin() | a.Union() | a.Minus():
            left, right = change(pattern.left), change(pattern.right)
            same = left is pattern.left and right is pattern.right
            return pattern if same else replace(pattern, left=left, right=right)
        case a.Filter() | a.Extend():
            inner = change(pattern.pattern)
            return pattern if inner is pattern.pattern else replace(pattern, pattern=inner)
        case a.Select():
            where = change(pattern.where)
            return pattern if where is pattern.where else replace(pattern, where=where)
    return pattern


def deep(pattern: a.Pattern, change: Callable[[a.Pattern], a.Pattern]) -> a.Pattern:
    """The pattern changed everywhere, innermost first, also in the patterns of `EXISTS`."""

    def within(expression: a.Expression) -> a.Expression:
        if isinstance(expression, a.Exists):
            inner = deep(expression.pattern, change)
            return expression if inner is expression.pattern else replace(expression, pattern=inner)
        if isinstance(expression, a.Call):
            arguments = tuple(map(within, expression.arguments))
            same = all(new is old for new, old in zip(arguments, expression.arguments, strict=True))
            return expression if same else replace(expression, arguments=arguments)
        return expression

    below = mapped(pattern, lambda inner: deep(inner, change))
    if isinstance(below, a.Filter):
        condition = within(below.condition)
        below = below if condition is below.condition else replace(below, condition=condition)
    return change(below)


def stepwise(
    triples: Iterable[a.TriplePattern], names: Iterator[ox.Variable]
) -> Iterator[a.TriplePattern]:
    """The triple patterns with each path of several steps as so many patterns."""
    for t in triples:
        match t.predicate:
            case a.Inverse(path):
                yield from stepwise([a.TriplePattern(t.object, path, t.subject)], names)
            case a.Sequence(parts):
                nodes = [t.subject, *(next(names) for _ in parts[1:]), t.object]
                steps = zip(nodes[:-1], parts, nodes[1:], strict=True)
                yield from stepwise([a.TriplePattern(*step) for step in steps], names)
            case _:
                yield t


def named(
    triples: Iterable[a.TriplePattern], names: Iterator[ox.Variable]
) -> list[a.TriplePattern]:
    """The patterns with a variable for each blank node, which would be local to one group."""
    by: dict[object, ox.Variable] = {}

    def put(node: a.Node) -> a.Node:
        if not isinstance(node, ox.BlankNode):
            return node
        if node not in by:
            by[node] = next(names)
        return by[node]

    return [a.TriplePattern(put(t.subject), t.predicate, put(t.object)) for t in triples]


def in_query(query: a.Query, change: Callable[[a.Pattern], a.Pattern]) -> a.Query:
    """The query with a change made everywhere in its pattern; itself when nothing changed."""
    select = deep(query.select, change)
    assert isinstance(select, a.Select)
    return query if select is query.select else replace(query, select=select)


def conjuncts(condition: a.Expression) -> tuple[a.Expression, ...]:
    """The conditions that hold together.

    >>> from kg.sparql import parse
    >>> where = parse("ASK { ?x a ?y FILTER(?x && ?y && 1) }").select.where
    >>> len(conjuncts(where.condition))
    3
    """
    if isinstance(condition, a.Call) and condition.name == "&&":
        return tuple(c for part in condition.arguments for c in conjuncts(part))
    return (condition,)


def filtered(pattern: a.Pattern, conditions: Iterable[a.Expression]) -> a.Pattern:
    """The pattern where all the conditions hold; itself when there is none."""
    kept = tuple(conditions)
    if not kept:
        return pattern
    whole = kept[0]
    for condition in kept[1:]:
        whole = a.Call("&&", (whole, condition))
    return a.Filter(pattern, whole)


_VOLATILE = {"RAND", "UUID", "STRUUID", "BNODE"}


def volatile(expression: a.Expression) -> bool:
    """Whether an expression may give another value each time it is evaluated.

    >>> from kg.sparql import parse
    >>> volatile(parse("ASK { FILTER(RAND() < 0.5) }").select.where.condition)
    True
    """
    return any(isinstance(n, a.Call) and n.name in _VOLATILE for n in a.walk(expression))


def simple(expression: a.Expression) -> bool:
    """Whether an expression rests on the values of its variables alone."""
    looks = any(isinstance(n, a.Exists | a.Aggregate) for n in a.walk(expression))
    return not looks and not volatile(expression)


def keys(select: a.Select) -> Variables:
    """The variables that are grouped by; none where an expression is one of the keys."""
    group = select.group or ()
    if any(c.variable is None or c.expression is not None for c in group):
        return frozenset()
    return frozenset(c.variable for c in group if c.variable)
