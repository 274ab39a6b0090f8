"""What is only looked up for a page of results is looked up behind its `LIMIT`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kg.query.rewrites.scope import certain, conjuncts, filtered, in_query, variables, volatile
from kg.sparql import algebra as a
from kg.store import Readable


def page(query: a.Query, view: Readable) -> a.Query:
    """`OPTIONAL` and `BIND` that an ordered page does not rest on come behind the slice.

    Each solution before them has one or more behind them, next to each other in the order,
    so the first so many of the result come from the first so many of those before.
    """
    return in_query(query, lambda p: _sliced(p) if isinstance(p, a.Select) else p)


def _sliced(select: a.Select) -> a.Select:
    if select.limit is None or not select.order or select.group is not None:
        return select
    if select.distinct or select.reduced or select.values:
        return select
    core, late = _parted(select)
    if not any(isinstance(step, a.LeftJoin) for step in late):
        return select
    needed = variables(select.order, select.columns, *map(_own, late))
    columns = tuple(a.Column(v) for v in a.in_scope(core) if v in needed)
    if not columns:
        return select
    first = a.Select(columns, core, order=select.order, limit=select.limit + select.offset)
    return replace(select, where=_behind(first, late))


def _parted(select: a.Select) -> tuple[a.Pattern, tuple[a.LeftJoin | a.Extend, ...]]:
    """What the page rests on, and the steps behind it, the first one first."""
    rest, late = select.where, list[a.LeftJoin | a.Extend]()
    while True:
        step = _swapped(rest)
        if not isinstance(step, a.LeftJoin | a.Extend) or _adds(step) & variables(select.order):
            return rest, tuple(reversed(late))
        late.append(step)
        rest = step.left if isinstance(step, a.LeftJoin) else step.pattern


def _adds(step: a.LeftJoin | a.Extend) -> frozenset[object]:
    """The variables that a step may bind."""
    if isinstance(step, a.Extend):
        return frozenset((step.variable,))
    return frozenset(a.in_scope(step.right)) - certain(step.left)


def _own(step: a.LeftJoin | a.Extend) -> tuple[object, ...]:
    """What a step mentions itself, without what it is behind."""
    if isinstance(step, a.Extend):
        return step.variable, step.expression
    return step.right, step.condition


def _swapped(pattern: a.Pattern) -> a.Pattern:
    """A filter of a step, before the step, where it has nothing to do with it."""
    if not isinstance(pattern, a.Filter):
        return pattern
    inner, condition = _swapped(pattern.pattern), pattern.condition
    if not isinstance(inner, a.LeftJoin | a.Extend) or volatile(condition):
        return pattern
    if variables(condition) & _adds(inner):
        return pattern
    conditions = conjuncts(condition)
    if isinstance(inner, a.LeftJoin):
        return replace(inner, left=filtered(inner.left, conditions))
    return replace(inner, pattern=filtered(inner.pattern, conditions))


def _behind(pattern: a.Pattern, steps: Iterable[a.LeftJoin | a.Extend]) -> a.Pattern:
    for step in steps:
        if isinstance(step, a.LeftJoin):
            pattern = replace(step, left=pattern)
        else:
            pattern = replace(step, pattern=pattern)
    return pattern
