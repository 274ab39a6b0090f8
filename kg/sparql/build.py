"""The algebra of a query, made as the rules of the grammar are recognised (18.2.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import pyoxigraph as ox
from lark import Token, v_args

from kg.sparql import algebra as a
from kg.sparql.expressions import Invalid, Made, chain, node, operand, variable
from kg.sparql.triples import Patterns, Triples


@dataclass(frozen=True, slots=True)
class _Group:
    """What stands between two braces: a pattern, and the filters that hold of all of it."""

    pattern: a.Pattern
    condition: a.Expression | None = None

    @property
    def whole(self) -> a.Pattern:
        """The group as a pattern."""
        return self.pattern if self.condition is None else a.Filter(self.pattern, self.condition)


@dataclass(frozen=True, slots=True)
class _Optional:
    group: _Group


@dataclass(frozen=True, slots=True)
class _Minus:
    pattern: a.Pattern


@dataclass(frozen=True, slots=True)
class _Filter:
    condition: a.Expression


@dataclass(frozen=True, slots=True)
class _Bind:
    variable: ox.Variable
    expression: a.Expression


@dataclass(frozen=True, slots=True)
class _Modifiers:
    group: tuple[a.Column, ...] | None
    having: tuple[a.Expression, ...]
    order: tuple[a.Order, ...]
    limit: int | None
    offset: int
    values: a.Values | None


@v_args(inline=True)
class Builder(Triples):
    """One method a rule; a rule that only passes one thing on has none."""

    # The query

    def query(self, _prologue: Made, query: a.Query) -> a.Query:
        """A query without its prologue."""
        return query

    def prologue(self, *_clauses: Made) -> None:
        """Read by the lexer."""

    def select_query(self, clause: Made, dataset: Made, where: Made, rest: _Modifiers) -> a.Query:
        """SELECT."""
        return a.Query("SELECT", _select(clause, where, rest), **dataset)

    def sub_select(self, clause: Made, where: Made, rest: _Modifiers) -> _Group:
        """A sub-query, alone in its group."""
        return _Group(_select(clause, where, rest))

    def select_clause(self, kind: str, *items: Made) -> tuple[str, tuple[a.Column, ...] | None]:
        """The columns; None for ``*``."""
        star = isinstance(items[0], Token)
        return kind, None if star else items

    def select_kind(self, kind: Token | None) -> str:
        """DISTINCT, REDUCED or neither."""
        return str(kind or "")

    def select_item(self, first: Made, name: Token | None = None) -> a.Column:
        """A variable, or an expression and its name."""
        return (
            a.Column(variable(first)) if name is None else a.Column(variable(name), operand(first))
        )

    def construct(self, template: Made, dataset: Made, where: Made, rest: _Modifiers) -> a.Query:
        """CONSTRUCT with a template."""
        select = _select(("", None), where, rest)
        return a.Query("CONSTRUCT", select, template=template, **dataset)

    def construct_where(self, dataset: Made, template: Made, rest: _Modifiers) -> a.Query:
        """CONSTRUCT WHERE: the pattern is its template."""
        select = _select(("", None), a.Bgp(template), rest)
        return a.Query("CONSTRUCT", select, template=template, **dataset)

    def describe(self, *parts: Made) -> a.Query:
        """DESCRIBE of things, or of all variables."""
        *things, dataset, where, rest = parts
        select = _select(("", None), where or a.Bgp(), rest)
        if things and isinstance(things[0], Token) and things[0].type == "STAR":
            shown = tuple(c.variable for c in select.columns if c.variable)
            return a.Query("DESCRIBE", select, described=shown, **dataset)
        return a.Query("DESCRIBE", select, described=tuple(map(node, things)), **dataset)

    def ask(self, dataset: Made, where: Made, rest: _Modifiers) -> a.Query:
        """ASK."""
        return a.Query("ASK", _select(("", None), where, rest), **dataset)

    def dataset(self, *clauses: tuple[bool, ox.NamedNode]) -> dict[str, tuple[ox.NamedNode, ...]]:
        """FROM and FROM NAMED."""
        default = dict.fromkeys(name for named, name in clauses if not named)
        return {"default": (*default,), "named": (*dict.fromkeys(n for k, n in clauses if k),)}

    def dataset_clause(self, named: Token | None, iri: ox.NamedNode) -> tuple[bool, ox.NamedNode]:
        """A graph, and whether it is a named one."""
        return named is not None, iri

    def where_clause(self, group: _Group) -> a.Pattern:
        """The pattern of the query."""
        return group.whole

    def solution_modifier(
        self, group: Made, having: Made, order: Made, cut: Made, values: Made
    ) -> _Modifiers:
        """All that stands behind the pattern."""
        limit, offset = cut
        return _Modifiers(group, having, order, limit, offset, values)

    def group_clause(self, *columns: a.Column | None) -> tuple[a.Column, ...] | None:
        """GROUP BY; None without one."""
        return _some(columns) or None

    def group_condition(self, first: Made, name: Token | None = None) -> a.Column:
        """A variable, or an expression that may have a name."""
        if isinstance(first, Token):
            return a.Column(variable(first))
        return a.Column(variable(name) if name else None, first)

    def having_clause(self, *conditions: Made) -> tuple[a.Expression, ...]:
        """HAVING."""
        return tuple(map(operand, _some(conditions)))

    def order_clause(self, *conditions: a.Order | None) -> tuple[a.Order, ...]:
        """ORDER BY."""
        return _some(conditions)

    def order_condition(self, first: Made, expression: Made = None) -> a.Order:
        """An expression, ascending unless it says DESC."""
        if expression is None:
            return a.Order(operand(first))
        return a.Order(operand(expression), descending=first.type == "DESC")

    def slice(self, *parts: Token) -> tuple[int | None, int]:
        """LIMIT and OFFSET, each at most once."""
        found: dict[str, int] = {}
        for word, number in zip(parts[::2], parts[1::2], strict=True):
            if word.type in found or not number.isdigit():
                raise Invalid(f"{word.type} takes one whole number, and stands once")
            found[word.type] = int(number)
        return found.get("LIMIT"), found.get("OFFSET", 0)

    def values_clause(self, values: a.Values | None) -> a.Values | None:
        """VALUES behind a query."""
        return values

    # Patterns

    def group_graph_pattern(self, group: _Group) -> _Group:
        """A group without its braces."""
        return group

    def group(self, *parts: Made) -> _Group:
        """The parts of a group in their order (18.2.2.6); its filters hold of all of it."""
        pattern: a.Pattern = a.Bgp()
        conditions = [part.condition for part in parts if isinstance(part, _Filter)]
        for part in _adjacent(parts):
            pattern = _added(pattern, part)
        return _Group(pattern, _all(conditions))

    def union(self, *groups: _Group) -> a.Pattern:
        """Groups of which either holds; one alone is a group in a group."""
        return reduce(a.Union, (group.whole for group in groups))

    def optional(self, group: _Group) -> _Optional:
        """OPTIONAL."""
        return _Optional(group)

    def minus(self, group: _Group) -> _Minus:
        """MINUS."""
        return _Minus(group.whole)

    def graph(self, name: Made, group: _Group) -> a.Graph:
        """GRAPH."""
        return a.Graph(node(name), group.whole)

    def service(self, silent: Token | None, name: Made, group: _Group) -> a.Service:
        """SERVICE."""
        return a.Service(node(name), group.whole, silent=silent is not None)

    def filter(self, condition: Made) -> _Filter:
        """FILTER."""
        return _Filter(operand(condition))

    def bind(self, expression: Made, name: Token) -> _Bind:
        """BIND."""
        return _Bind(variable(name), operand(expression))

    def exists(self, group: _Group) -> a.Expression:
        """EXISTS."""
        return a.Exists(group.whole)

    def not_exists(self, group: _Group) -> a.Expression:
        """NOT EXISTS."""
        return a.Exists(group.whole, negated=True)

    def inline_data(self, values: a.Values) -> a.Values:
        """VALUES within a pattern."""
        return values

    def data_one(self, name: Token, *terms: Made) -> a.Values:
        """VALUES of one variable."""
        return a.Values((variable(name),), tuple((term,) for term in terms))

    def data_full(self, *parts: Made) -> a.Values:
        """VALUES of several variables."""
        names = tuple(variable(part) for part in parts if isinstance(part, Token))
        rows = tuple(part for part in parts if not isinstance(part, Token))
        if any(len(row) != len(names) for row in rows):
            raise Invalid(f"a row of VALUES has another number of terms than its {len(names)}")
        return a.Values(names, rows)

    def data_row(self, *terms: Made) -> tuple[Made, ...]:
        """One row."""
        return terms

    def data_value(self, term: Made) -> Made:
        """A term, or None for UNDEF."""
        return None if isinstance(term, Token) else term


def _some(items: Sequence[Made | None]) -> tuple[Made, ...]:
    """Without the None that lark puts where an option is not taken."""
    return tuple(item for item in items if item is not None)


def _all(conditions: Sequence[a.Expression]) -> a.Expression | None:
    return chain("&&", conditions) if conditions else None


def _adjacent(parts: Sequence[Made]) -> Iterator[Made]:
    """The parts without filters; triples that only a filter divides are one block."""
    block: Patterns = ()
    for part in parts:
        if isinstance(part, tuple):
            block += part
        elif not isinstance(part, _Filter):
            if block:
                yield a.Bgp(block)
            yield part
            block = ()
    if block:
        yield a.Bgp(block)


def _added(before: a.Pattern, part: Made) -> a.Pattern:
    """A group with one part more (18.2.2.6)."""
    match part:
        case _Optional(group):
            return a.LeftJoin(before, group.pattern, group.condition)
        case _Minus(pattern):
            return a.Minus(before, pattern)
        case _Bind(variable, expression):
            return a.Extend(before, variable, expression)
    return a.join(before, part)


def _select(clause: Made, where: a.Pattern, rest: _Modifiers) -> a.Select:
    kind, columns = clause
    if columns is None:
        shown = {*a.in_scope(where), *(rest.values.variables if rest.values else ())}
        columns = tuple(map(a.Column, sorted(shown, key=str)))
    made = [*(c.expression for c in columns), *rest.having, *(o.expression for o in rest.order)]
    grouped = rest.group is not None or any(map(_aggregates, made))
    return a.Select(
        columns,
        where,
        (rest.group or ()) if grouped else None,
        rest.having,
        rest.order,
        distinct=kind == "DISTINCT",
        reduced=kind == "REDUCED",
        limit=rest.limit,
        offset=rest.offset,
        values=rest.values,
    )


def _aggregates(expression: a.Expression | None) -> bool:
    """Whether an expression aggregates, itself and not in a pattern that it asks for."""
    if isinstance(expression, a.Call):
        return any(map(_aggregates, expression.arguments))
    return isinstance(expression, a.Aggregate)
