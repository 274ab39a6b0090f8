"""From algebra to the text of a query that has it."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.sparql import algebra as a

_SIGNS = {"||", "&&", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/"}
_UNARY = {"!", "+", "-"}


def text(node: a.Query | a.Select | a.Pattern | a.Expression | a.Path) -> str:
    """The SPARQL text of a query, or of a part of one.

    Reading it again gives the same algebra, unless it has a `Lateral`. Names are written
    out, so it needs no prefixes; expressions are in brackets, so nothing rests on precedence.

    >>> from kg.sparql.parse import parse
    >>> text(parse("ASK { ?s a <urn:x> FILTER(?s != <urn:y>) }").select.where)
    '?s <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:x> . FILTER(?s != <urn:y>)'
    """
    match node:
        case a.Query():
            return _query(node)
        case a.Select():
            return _select(node)
        case ox.NamedNode() | ox.Variable() | ox.Literal() | a.Call() | a.Exists() | a.Aggregate():
            return _expression(node)
        case a.Inverse() | a.Sequence() | a.Alternative() | a.Repeat() | a.Negated():
            return _path(node)
        case a.Filter():
            return _group(node)[2:-2]
    return _open(node)


def _query(query: a.Query) -> str:
    select = query.select
    graphs = [f"FROM {g} " for g in query.default] + [f"FROM NAMED {g} " for g in query.named]
    dataset = "".join(graphs)
    if query.form == "SELECT":
        return _select(select, dataset)
    head = {"ASK": "ASK ", "DESCRIBE": f"DESCRIBE {' '.join(map(str, query.described))} "}.get(
        query.form
    )
    if head is None:
        head = f"CONSTRUCT {{ {_triples(query.template)} }} "
    elif not query.described and query.form == "DESCRIBE":
        head = "DESCRIBE * "
    return f"{head}{dataset}WHERE {_group(select.where)}{_modifiers(select)}"


def _select(select: a.Select, dataset: str = "") -> str:
    kind = "DISTINCT " if select.distinct else "REDUCED " if select.reduced else ""
    columns = " ".join(map(_column, select.columns)) or "*"
    where = f"{dataset}WHERE {_group(select.where)}"
    return f"SELECT {kind}{columns} {where}{_modifiers(select)}"


def _modifiers(select: a.Select) -> str:
    parts = []
    if select.group:
        parts.append("GROUP BY " + " ".join(map(_column, select.group)))
    if select.having:
        parts.append("HAVING " + " ".join(f"({_expression(e)})" for e in select.having))
    if select.order:
        parts.append("ORDER BY " + " ".join(map(_order, select.order)))
    if select.limit is not None:
        parts.append(f"LIMIT {select.limit}")
    if select.offset:
        parts.append(f"OFFSET {select.offset}")
    if select.values:
        parts.append(_values(select.values))
    return "".join(f" {part}" for part in parts)


def _column(column: a.Column) -> str:
    if column.expression is None:
        return str(column.variable)
    name = f" AS {column.variable}" if column.variable else ""
    return f"({_expression(column.expression)}{name})"


def _order(order: a.Order) -> str:
    return f"{'DESC' if order.descending else 'ASC'}({_expression(order.expression)})"


def _group(pattern: a.Pattern) -> str:
    """A pattern in braces; the filter of all of it stands directly in them."""
    if isinstance(pattern, a.Filter):
        return _braces(_open(pattern.pattern), pattern.condition)
    return _braces(_open(pattern), None)


def _braces(inner: str, condition: a.Expression | None) -> str:
    filters = _filter(condition) if condition is not None else ""
    return " ".join(filter(None, ("{", inner, filters, "}")))


def _filter(condition: a.Expression) -> str:
    if isinstance(condition, a.Exists):
        return f"FILTER {_expression(condition)}"
    return f"FILTER({_inner(condition)})"


def _open(pattern: a.Pattern) -> str:
    """A pattern as the beginning of a group, to which more may be added."""
    match pattern:
        case a.Join(left, right):
            return f"{_open(left)} {_beside(right, left)}"
        case a.LeftJoin(left, right, condition):
            # A filter further in is not the condition, so it keeps braces of its own.
            more = f"OPTIONAL {_braces(_open(right), condition)}"
        case a.Lateral(left, right):
            more = f"LATERAL {_group(right)}"
        case a.Minus(left, right):
            more = f"MINUS {_group(right)}"
        case a.Extend(left, variable, expression):
            more = f"BIND({_inner(expression)} AS {variable})"
        case _:
            return _closed(pattern)
    return f"{_open(left)} {more}".lstrip()


def _closed(pattern: a.Pattern) -> str:
    """A pattern that the braces around it alone hold together, or that needs none."""
    match pattern:
        case a.Bgp(triples):
            return _triples(triples)
        case a.Union(left, right):
            first = _closed(left) if isinstance(left, a.Union) else _group(left)
            return f"{first} UNION {_group(right)}"
        case a.Graph(name, inner):
            return f"GRAPH {name} {_group(inner)}"
        case a.Service(name, inner, silent):
            return f"SERVICE {'SILENT ' if silent else ''}{name} {_group(inner)}"
        case a.Values():
            return _values(pattern)
    return f"{{ {_select(pattern)} }}" if isinstance(pattern, a.Select) else _group(pattern)


def _beside(pattern: a.Pattern, left: a.Pattern) -> str:
    """A pattern behind another that it is joined with."""
    return (
        _group(pattern)
        if isinstance(pattern, a.Bgp) and _ends_in_triples(left)
        else (_closed(pattern))
    )


def _ends_in_triples(pattern: a.Pattern) -> bool:
    """Whether triples that follow would be read as the same basic graph pattern."""
    if isinstance(pattern, a.Join):
        return isinstance(pattern.right, a.Bgp) and not _ends_in_triples(pattern.left)
    return isinstance(pattern, a.Bgp)


def _values(values: a.Values) -> str:
    rows = " ".join(f"({' '.join(map(_or_undef, row))})" for row in values.rows)
    return f"VALUES ({' '.join(map(str, values.variables))}) {{ {rows} }}"


def _or_undef(term: a.Term | None) -> str:
    return "UNDEF" if term is None else str(term)


def _triples(triples: Iterable[a.TriplePattern]) -> str:
    return " ".join(f"{t.subject} {_path(t.predicate)} {t.object} ." for t in triples)


def _path(path: ox.Variable | a.Path) -> str:
    match path:
        case a.Inverse(inner):
            return f"^{_step(inner)}"
        case a.Sequence(parts):
            return "/".join(map(_step, parts))
        case a.Alternative(parts):
            return "|".join(map(_step, parts))
        case a.Repeat(inner, sign):
            return f"{_step(inner)}{sign}"
        case a.Negated(forward, backward):
            return f"!({'|'.join([*map(str, forward), *(f'^{iri}' for iri in backward)])})"
    return str(path)


def _step(path: a.Path) -> str:
    return str(path) if isinstance(path, ox.NamedNode) else f"({_path(path)})"


def _inner(expression: a.Expression) -> str:
    """An expression that stands in a bracket already."""
    found = _expression(expression)
    if not isinstance(expression, a.Call) or len(expression.arguments) != 2:
        return found
    return found[1:-1] if expression.name in _SIGNS else found


def _expression(expression: a.Expression) -> str:
    match expression:
        case a.Exists(pattern, negated):
            return f"{'NOT ' if negated else ''}EXISTS {_group(pattern)}"
        case a.Aggregate(name, argument, distinct, separator):
            of = "*" if argument is None else _expression(argument)
            end = "" if separator is None else f"; SEPARATOR={ox.Literal(separator)}"
            return f"{name}({'DISTINCT ' if distinct else ''}{of}{end})"
        case a.Call(name, arguments, distinct):
            return _call(name, [_expression(argument) for argument in arguments], distinct)
    return str(expression)


def _call(name: str | ox.NamedNode, arguments: list[str], distinct: bool) -> str:
    if name in ("IN", "NOT IN"):
        return f"({arguments[0]} {name} ({', '.join(arguments[1:])}))"
    if name in _SIGNS and len(arguments) == 2:
        return f"({arguments[0]} {name} {arguments[1]})"
    if name in _UNARY:
        return f"({name} {arguments[0]})"
    return f"{name}({'DISTINCT ' if distinct else ''}{', '.join(arguments)})"
