"""A comparison of what is grouped by is made once a group."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox

from kg.query.rewrites.scope import (
    Variables,
    conjuncts,
    filtered,
    in_query,
    keys,
    simple,
    variables,
)
from kg.sparql import algebra as a
from kg.store import Readable

_CHEAP = {"=", "!=", "SAMETERM"}


def pairs(query: a.Query, view: Readable) -> a.Query:
    """A filter on two or more keys of a group, such as their order, comes behind the grouping.

    All solutions of a group pass it or none. The engine reads both names from disk for every
    solution that it compares.
    """
    return in_query(query, lambda p: _grouped(p) if isinstance(p, a.Select) else p)


def _grouped(select: a.Select) -> a.Select:
    where, by = select.where, keys(select)
    if not by or not isinstance(where, a.Filter) or _aggregated(select.order) or select.values:
        return select
    moved = [c for c in conjuncts(where.condition) if _compares(c, by)]
    if not moved:
        return select
    kept = [c for c in conjuncts(where.condition) if c not in moved]
    names = {c.variable for c in select.columns}
    needed = sorted(variables(moved, select.order) & by, key=str)
    more = tuple(a.Column(v) for v in needed if v not in names)
    inner = a.Select(
        (*select.columns, *more),
        filtered(where.pattern, kept),
        group=select.group,
        having=select.having,
    )
    columns = tuple(a.Column(c.variable) for c in select.columns)
    return replace(select, columns=columns, where=filtered(inner, moved), group=None, having=())


def _compares(condition: a.Expression, by: Variables) -> bool:
    """Whether it is a comparison of keys that costs reading them."""
    names = variables(condition)
    if len(names) < 2 or not names <= by or not simple(condition):
        return False
    plain = isinstance(condition, a.Call) and all(
        isinstance(argument, ox.Variable) for argument in condition.arguments
    )
    return not (plain and isinstance(condition, a.Call) and condition.name in _CHEAP)


def _aggregated(order: tuple[a.Order, ...]) -> bool:
    return any(isinstance(n, a.Aggregate) for n in a.walk(order))
