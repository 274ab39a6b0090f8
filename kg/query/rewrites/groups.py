"""What is only looked up for a group is looked up once a group, not for all it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

import pyoxigraph as ox

from kg.query.rewrites.scope import (
    Variables,
    certain,
    conjuncts,
    filtered,
    fresh,
    in_query,
    keys,
    named,
    simple,
    stepwise,
    variables,
)
from kg.sparql import algebra as a
from kg.store import Readable

# Of so many triples of a property the objects are few when they are at most so many.
_TRIED, _FEW = 1_000, 50


def groups(query: a.Query, view: Readable) -> a.Query:
    """Names of what is grouped by come behind the grouping.

    The solutions of a group differ in none of its keys, so each look-up from keys has the
    same solutions for all of them. Where a look-up starts from what is no key, or leads through
    it, groups are counted by that first, and their counts are added up.
    """
    names = fresh(query)
    merged = not (query.default or query.named)
    few = partial(_few, view) if merged else _none

    def change(pattern: a.Pattern) -> a.Pattern:
        return _Grouping(pattern, names, few).made() if isinstance(pattern, a.Select) else pattern

    return in_query(query, change)


def _few(data: Readable, predicate: object) -> bool:
    """Whether a property has few values, as its first triples by value tell."""
    if not isinstance(predicate, ox.NamedNode):
        return False
    quads = islice(data.quads(p=predicate, g=ox.DefaultGraph()), _TRIED)
    return len({quad.object for quad in quads}) <= _FEW


@dataclass(frozen=True, slots=True)
class _Parts:
    """A grouped pattern: what is counted, and what is looked up for its groups."""

    core: a.Pattern
    needed: tuple[a.TriplePattern, ...]
    optional: tuple[a.LeftJoin, ...]
    conditions: tuple[a.Expression, ...]

    def behind(self, groups: a.Pattern) -> a.Pattern:
        made = a.join(groups, a.Bgp(self.needed))
        for step in self.optional:
            made = replace(step, left=made)
        return filtered(made, self.conditions)

    @property
    def looked_up(self) -> Variables:
        return variables(self.needed, [step.right for step in self.optional])


class _Grouping:
    def __init__(
        self, select: a.Select, names: Iterator[ox.Variable], few: Callable[[object], bool]
    ) -> None:
        self.select = select
        self.names = names
        self.few = few
        self.keys = keys(select)
        parts = (select.columns, select.having, select.order)
        found = [n for n in a.walk(parts) if isinstance(n, a.Aggregate)]
        self.aggregates = tuple(dict.fromkeys(found))
        self.counted = variables(self.aggregates)

    def made(self) -> a.Select:
        """The query with its look-ups behind the grouping, where it has any."""
        select = self.select
        if (
            not self.keys
            or select.values
            or any(isinstance(n, a.Exists) for n in a.walk(select.having))
        ):
            return select
        parts = self.parts()
        if not parts.needed and not parts.optional:
            return select
        shared = parts.looked_up & frozenset(a.in_scope(parts.core))
        if parts.looked_up <= self.keys:
            return self.once(parts, shared)
        return self.added_up(parts, shared)

    def once(self, parts: _Parts, shared: Variables) -> a.Select:
        """Each group before the look-ups is one behind them, for each of their solutions."""
        new = parts.looked_up - frozenset(a.in_scope(parts.core))
        outside = [
            _put(e, dict.fromkeys(self.aggregates, ox.Literal(0))) for e in self.select.having
        ]
        if variables(outside) & new:
            return self.select
        direct = {c.expression: c.variable for c in self.select.columns}
        names = {g: direct.get(g) or next(self.names) for g in self.aggregates}
        inner = self.inner(parts.core, shared, names, self.select.having)
        return self.outer(parts.behind(inner), names, grouped=False)

    def added_up(self, parts: _Parts, shared: Variables) -> a.Select:
        """Groups behind the look-ups are made of several before them, or of one several times."""
        names = {aggregate: next(self.names) for aggregate in self.aggregates}
        totals: dict[a.Aggregate, a.Expression] = {}
        for aggregate, name in names.items():
            if aggregate.name != "COUNT" or (aggregate.distinct and not shared <= self.keys):
                return self.select
            # What is counted once a group is the same number in each of its solutions.
            totals[aggregate] = a.Aggregate("MAX" if aggregate.distinct else "SUM", name)
        inner = self.inner(parts.core, shared, names, ())
        return self.outer(parts.behind(inner), totals, grouped=True)

    def inner(
        self,
        core: a.Pattern,
        shared: Variables,
        names: Mapping[a.Aggregate, ox.Variable],
        having: tuple[a.Expression, ...],
    ) -> a.Select:
        group = tuple(a.Column(v) for v in a.in_scope(core) if v in self.keys | shared)
        made = tuple(a.Column(name, aggregate) for aggregate, name in names.items())
        return a.Select((*group, *made), core, group=group, having=having)

    def outer(
        self, where: a.Pattern, values: Mapping[a.Aggregate, a.Expression], *, grouped: bool
    ) -> a.Select:
        select = self.select
        columns = []
        for column in select.columns:
            made = None if column.expression is None else _put(column.expression, values)
            columns.append(a.Column(column.variable, None if made == column.variable else made))
        return replace(
            select,
            columns=tuple(columns),
            where=where,
            group=select.group if grouped else None,
            having=tuple(_put(e, values) for e in select.having) if grouped else (),
            order=tuple(replace(o, expression=_put(o.expression, values)) for o in select.order),
        )

    def parts(self) -> _Parts:
        where = self.select.where
        conditions: tuple[a.Expression, ...] = ()
        if isinstance(where, a.Filter):
            conditions = conjuncts(where.condition)
            where = where.pattern
        fixed = self.counted | variables([c for c in conditions if not _of_language(c)])
        optional: list[a.LeftJoin] = []
        while isinstance(where, a.LeftJoin):
            step = self.look_up(where, fixed)
            if step is None:
                break
            optional.insert(0, step)
            where = step.left
        needed: list[a.TriplePattern] = []
        if isinstance(where, a.Bgp):
            where, needed = self.leaves(list(stepwise(where.triples, self.names)), fixed)
        new = variables(needed, [o.right for o in optional]) - frozenset(a.in_scope(where))
        moved = tuple(c for c in conditions if variables(c) & new)
        kept = [c for c in conditions if c not in moved]
        return _Parts(filtered(where, kept), tuple(needed), tuple(optional), moved)

    def look_up(self, step: a.LeftJoin, fixed: Variables) -> a.LeftJoin | None:
        """An `OPTIONAL` that adds something to the keys, from keys; its paths step by step."""
        condition = step.condition
        if not isinstance(step.right, a.Bgp):
            return None
        triples = tuple(named(stepwise(step.right.triples, self.names), self.names))
        # A choice of paths gives a solution more than once, which no variable tells.
        if not all(isinstance(t.predicate, ox.NamedNode | ox.Variable) for t in triples):
            return None
        inner, before = variables(triples), frozenset(a.in_scope(step.left))
        shared, new = inner & before, inner - before
        if condition is not None and not (simple(condition) and variables(condition) <= inner):
            return None
        if not shared or not shared <= self.keys & certain(step.left):
            return None
        if not new & self.keys or new & fixed:
            return None
        return replace(step, right=a.Bgp(triples))

    def leaves(
        self, triples: list[a.TriplePattern], fixed: Variables
    ) -> tuple[a.Bgp, list[a.TriplePattern]]:
        """The patterns that are counted, and those that only lead from them to keys."""
        needed: list[a.TriplePattern] = []
        for key in sorted(self.keys - fixed, key=str):
            way = self.way(triples, key, fixed)
            rest = [t for t in triples if t not in way]
            if way and way[0].subject in variables(rest):
                triples = rest
                needed += way
        return a.Bgp(tuple(triples)), needed

    def way(
        self, triples: list[a.TriplePattern], key: ox.Variable, fixed: Variables
    ) -> list[a.TriplePattern]:
        """The patterns that lead to a key from another one, or from one of few values."""
        last = _leading_to(key, triples)
        if last is None:
            return []
        way, start = [last], last.subject
        while isinstance(start, ox.Variable) and start not in self.keys | fixed:
            step = _leading_to(start, [t for t in triples if t not in way])
            if step is None:
                break
            way.insert(0, step)
            start = step.subject
        if start in self.keys:
            return way
        into = [t.predicate for t in triples if t.object == last.subject]
        return [last] if any(map(self.few, into)) else []


def _leading_to(node: ox.Variable, triples: list[a.TriplePattern]) -> a.TriplePattern | None:
    """The one pattern that has a variable, if it leads there by a property from another one."""
    found = [t for t in triples if node in variables(t)]
    if len(found) != 1 or found[0].object != node or found[0].subject == node:
        return None
    step = found[0]
    plain = isinstance(step.predicate, ox.NamedNode) and isinstance(step.subject, ox.Variable)
    return step if plain else None


def _of_language(condition: a.Expression) -> bool:
    """Whether a condition only asks for the language of a text: most have the wanted one."""
    return (
        isinstance(condition, a.Call)
        and condition.name in ("=", "LANGMATCHES")
        and isinstance(condition.arguments[0], a.Call)
        and condition.arguments[0].name == "LANG"
        and isinstance(condition.arguments[1], ox.Literal)
        and len(variables(condition)) == 1
    )


def _put(expression: a.Expression, values: Mapping[a.Aggregate, a.Expression]) -> a.Expression:
    """An expression with values for aggregates."""
    if isinstance(expression, a.Aggregate):
        return values.get(expression, expression)
    if isinstance(expression, a.Call):
        arguments = tuple(_put(argument, values) for argument in expression.arguments)
        return replace(expression, arguments=arguments)
    return expression


def _none(predicate: object) -> bool:
    return False
