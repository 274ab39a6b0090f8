"""Narrowing a pattern to rows that are known already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kg.query.why.expand import certain
from kg.sparql import algebra as a

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row: TypeAlias = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of some variables."""

    variables: Sequence[ox.Variable]
    rows: Iterable[Row]

    def of(self, variables: frozenset[ox.Variable]) -> a.Values | None:
        """What VALUES can say of the rows in some of the variables; a blank node it cannot name."""
        places = [(n, v) for n, v in enumerate(self.variables) if v in variables]
        if not places:
            return None
        rows = dict.fromkeys(tuple(_named(row[n]) for n, _ in places) for row in self.rows)
        return a.Values(tuple(v for _, v in places), tuple(rows))


def _named(term: Term | None) -> ox.NamedNode | ox.Literal | None:
    return term if isinstance(term, ox.NamedNode | ox.Literal) else None


def restricted(pattern: a.Pattern, rows: Rows) -> a.Pattern:
    """The pattern with VALUES beside what binds some variable of the rows in any case.

    The rows are joined where they can only take solutions away, so a solution may be left
    that agrees with none of them.
    """
    made: a.Pattern
    match pattern:
        case a.LeftJoin(left, right, condition):
            made = a.LeftJoin(restricted(left, rows), right, condition)
        case a.Minus(left, right):
            made = a.Minus(restricted(left, rows), right)
        case a.Filter(inner, condition):
            made = a.Filter(restricted(inner, rows), condition)
        case a.Extend(inner, variable, expression):
            made = a.Extend(restricted(inner, rows), variable, expression)
        case a.Union(left, right):
            made = a.Union(restricted(left, rows), restricted(right, rows))
        case a.Join(left, right) if not isinstance(left, a.Bgp):
            made = a.Join(restricted(left, rows), right)
        case _:
            values = rows.of(certain(pattern))
            made = pattern if values is None else a.Join(values, pattern)
    return made


def seeded(pattern: a.Pattern, rows: Rows) -> a.Pattern:
    """The pattern evaluated for each row, as EXISTS is: the row's values stand in it everywhere."""
    values = rows.of(frozenset(rows.variables))
    return pattern if values is None else _seeded(pattern, values)


def _seeded(pattern: a.Pattern, values: a.Values) -> a.Pattern:
    made: a.Pattern
    match pattern:
        case a.Join(left, right):
            made = a.Join(_seeded(left, values), _seeded(right, values))
        case a.LeftJoin(left, right, condition):
            made = a.LeftJoin(_seeded(left, values), _seeded(right, values), condition)
        case a.Union(left, right):
            made = a.Union(_seeded(left, values), _seeded(right, values))
        case a.Minus(left, right):
            made = a.Minus(_seeded(left, values), right)
        case a.Filter(inner, condition):
            made = a.Filter(_seeded(inner, values), condition)
        case a.Extend(inner, variable, expression):
            made = a.Extend(_seeded(inner, values), variable, expression)
        case a.Graph(name, inner):
            made = a.Graph(name, _seeded(inner, values))
        case _:
            made = a.Join(values, pattern)
    return made
