"""The algebra of a query as lines to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.namespace import RDF
from kg.sparql import algebra as a
from kg.sparql.pretty import compact
from kg.sparql.text import text

_TYPE = ox.NamedNode(RDF + "type")
_SHOWN = 4


def tree(query: a.Query) -> list[str]:
    """A line a node, from the top: each works on what the lines above it at its depth give.

    What stands further in belongs to the line above it. Adjacent triples are a basic graph
    pattern.

    >>> from kg.sparql.parse import parse
    >>> print(*tree(parse("SELECT ?a { ?a a pba:Alliance OPTIONAL { ?a rdfs:label ?l } } LIMIT 3")),
    ...     sep="\\n")
    Select ?a · Limit 3
      ?a a pba:Alliance
      LeftJoin
        ?a rdfs:label ?l
    """
    return [_head(query), *_indented(_pattern(query.select.where))]


def _head(query: a.Query) -> str:
    graphs = [f"From {_term(g)}" for g in query.default]
    graphs += [f"From named {_term(g)}" for g in query.named]
    clauses = [*_clauses(query.select), *graphs]
    if query.form == "SELECT":
        return _line(f"Select {_columns(query.select.columns)}", clauses)
    if query.form == "CONSTRUCT":
        return _line(f"Construct {{ {' . '.join(map(_triple, query.template))} }}", clauses)
    described = " ".join(map(_term, query.described)) or "*"
    return _line("Ask" if query.form == "ASK" else f"Describe {described}", clauses)


def _line(first: str, clauses: Iterable[str]) -> str:
    return " · ".join([first, *clauses])


def _clauses(select: a.Select) -> Iterator[str]:
    if select.distinct or select.reduced:
        yield "Distinct" if select.distinct else "Reduced"
    if select.group is not None:
        yield f"Group {_columns(select.group)}".rstrip()
    if select.having:
        yield f"Having {' && '.join(map(_expression, select.having))}"
    if select.order:
        yield f"OrderBy {' '.join(map(_order, select.order))}"
    if select.limit is not None:
        yield f"Limit {select.limit}"
    if select.offset:
        yield f"Offset {select.offset}"
    if select.values:
        yield _values(select.values)


def _columns(columns: Iterable[a.Column]) -> str:
    return " ".join(map(_column, columns))


def _column(column: a.Column) -> str:
    if column.expression is None:
        return str(column.variable)
    made = _expression(column.expression)
    return f"({made} AS {column.variable})" if column.variable else made


def _order(order: a.Order) -> str:
    made = _expression(order.expression)
    return f"DESC({made})" if order.descending else made


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _pattern(pattern: a.Pattern) -> Iterator[str]:
    """The patterns on the left, which may be thousands, one after another; then this one."""
    steps = []
    while (left := _left(pattern)) is not None:
        steps.append(pattern)
        pattern = left
    yield from _leaf(pattern)
    for step in reversed(steps):
        yield from _step(step)


def _left(pattern: a.Pattern) -> a.Pattern | None:
    """The pattern that another continues."""
    match pattern:
        case a.Join(left) | a.Lateral(left) | a.LeftJoin(left) | a.Union(left) | a.Minus(left):
            return left
        case a.Filter(inner) | a.Extend(inner):
            return inner
    return None


def _step(pattern: a.Pattern) -> Iterator[str]:
    """A pattern without its left one."""
    match pattern:
        case a.Filter(_, condition):
            for part in _conjuncts(condition):
                yield from _filter(part)
        case a.Extend(_, variable, expression):
            yield f"Extend {variable} := {_expression(expression)}"
        case a.LeftJoin(_, right, condition):
            yield "LeftJoin" if condition is None else f"LeftJoin on {_expression(condition)}"
            yield from _indented(_pattern(right))
        case a.Join(_, right) | a.Lateral(_, right) | a.Union(_, right) | a.Minus(_, right):
            yield type(pattern).__name__
            yield from _indented(_pattern(right))


def _leaf(pattern: a.Pattern) -> Iterator[str]:
    match pattern:
        case a.Bgp(triples):
            yield from map(_triple, triples)
        case a.Values():
            yield _values(pattern)
        case a.Select():
            yield _line(f"Select {_columns(pattern.columns)}", _clauses(pattern))
            yield from _indented(_pattern(pattern.where))
        case a.Graph(name, inner) | a.Service(name, inner):
            yield f"{type(pattern).__name__} {_term(name)}"
            yield from _indented(_pattern(inner))


def _conjuncts(condition: a.Expression) -> Iterator[a.Expression]:
    if isinstance(condition, a.Call) and condition.name == "&&":
        for argument in condition.arguments:
            yield from _conjuncts(argument)
    else:
        yield condition


def _filter(condition: a.Expression) -> Iterator[str]:
    if isinstance(condition, a.Exists):
        yield f"Filter {'NOT ' if condition.negated else ''}EXISTS"
        yield from _indented(_pattern(condition.pattern))
    else:
        yield f"Filter {_expression(condition)}"


def _values(values: a.Values) -> str:
    first = values.rows[:_SHOWN]
    rows = [" ".join("UNDEF" if term is None else _term(term) for term in row) for row in first]
    more = [f"… ({len(values.rows):,} rows)"] if len(values.rows) > _SHOWN else []
    shown = " ".join([*map("({})".format, rows), *more])
    return f"Values {' '.join(map(str, values.variables))} {{ {shown} }}"


def _triple(triple: a.TriplePattern) -> str:
    predicate = triple.predicate
    verb = "a" if predicate == _TYPE else compact(text(predicate))
    return f"{_term(triple.subject)} {verb} {_term(triple.object)}"


def _term(term: a.Node) -> str:
    return compact(str(term))


def _expression(expression: a.Expression) -> str:
    """An expression without the brackets around all of it."""
    written = compact(text(expression))
    is_enclosed = isinstance(expression, a.Call) and written.startswith("(")
    return written[1:-1] if is_enclosed else written
