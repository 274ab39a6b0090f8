"""`OPTIONAL` of something that must then not be bound is `NOT EXISTS`."""

from __future__ import annotations

import pyoxigraph as ox

from kg.query.rewrites.scope import certain, conjuncts, filtered, in_query, simple, variables
from kg.sparql import algebra as a
from kg.store import Readable


def absent(query: a.Query, view: Readable) -> a.Query:
    """A look for something ends with the first that is found; all that is optional is read."""
    return in_query(query, lambda p: _absent(p) if isinstance(p, a.Filter) else p)


def _absent(pattern: a.Filter) -> a.Pattern:
    step, conditions = pattern.pattern, conjuncts(pattern.condition)
    if not isinstance(step, a.LeftJoin) or not (step.condition is None or simple(step.condition)):
        return pattern
    new = frozenset(a.in_scope(step.right)) - frozenset(a.in_scope(step.left))
    required = new & certain(step.right)
    rest = [c for c in conditions if _unbound(c) not in required]
    if len(rest) == len(conditions) or variables(rest) & new:
        return pattern
    inner = step.right if step.condition is None else a.Filter(step.right, step.condition)
    return filtered(step.left, [*rest, a.Exists(inner, negated=True)])


def _unbound(condition: a.Expression) -> ox.Variable | None:
    """The variable that must not be bound."""
    match condition:
        case a.Call("!", (a.Call("BOUND", (ox.Variable() as variable,)),)):
            return variable
    return None
