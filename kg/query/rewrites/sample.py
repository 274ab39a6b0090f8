"""How many solutions a pattern has, as far as a few of them tell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg.query.rewrites.scope import Variables, certain, variables
from kg.sparql import algebra as a
from kg.sparql import text
from kg.store import Readable

Row: TypeAlias = Mapping[ox.Variable, a.Term]
# How far the solutions of a pattern are counted, in turn, to tell the smaller one.
LEVELS = (1_000, 30_000, 300_000)
# What all samples of a query may cost: one joined is one, so are so many triples counted.
_BUDGET, _PER_UNIT = 600, 1_000
ROWS, _EACH = 20, 30
# Of solutions that have more than that, so many are counted, and only so far.
_COUNTED, _MANY = 3, 1_000
_NUMBER = ox.Variable("n")
_DEFAULT = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class Sample:
    """Some of the solutions of a pattern, about how many it has, and what all of them bind."""

    rows: tuple[Row, ...]
    size: float
    bound: Variables


ONE = Sample(({},), 1, frozenset())
"""The solution of nothing."""


class Sampler:
    """Chooses what to join next, within a budget of samples."""

    def __init__(self, data: Readable) -> None:
        self._data = data
        self._left: float = _BUDGET
        self._counted: dict[tuple[a.TriplePattern, int], int] = {}
        self._conditions: tuple[a.Expression, ...] = ()

    @contextmanager
    def filtering(self, conditions: tuple[a.Expression, ...]) -> Iterator[None]:
        """Expect these conditions to be made in the block, as soon as they can be."""
        before, self._conditions = self._conditions, conditions
        try:
            yield
        finally:
            self._conditions = before

    def next(
        self, rest: list[a.TriplePattern], at: Sample, *, whole: bool
    ) -> tuple[a.TriplePattern, Sample]:
        """The pattern that leaves fewest solutions, and those.

        ``whole`` says whether all of them may be needed; else less is spent on counting.
        """
        near = [t for t in rest if not at.bound.isdisjoint(variables(t))]
        if near:
            self._left -= len(near)
            start = at if self._left >= 0 else replace(at, rows=())
            found = [(t, self._filtered(start, joined(self._data, start, t))) for t in near]
            return min(found, key=lambda pair: pair[1].size)
        triple, size = self._smallest(rest, LEVELS if whole else LEVELS[:1])
        begun = Sample(_begun(self._data, triple), size * at.size, variables(triple) | at.bound)
        return triple, self._filtered(at, begun)

    def count(self, triple: a.TriplePattern, most: int) -> int:
        """How many solutions a pattern has, at the most so many; a guess where that is costly."""
        if is_path(triple) or self._left < 0:
            return min(most, int(guess(triple)))
        if (triple, most) not in self._counted:
            self._counted[triple, most] = count(self._data, triple, most)
            self._left -= max(1, self._counted[triple, most] / _PER_UNIT)
        return self._counted[triple, most]

    def _smallest(
        self, triples: list[a.TriplePattern], levels: tuple[int, ...]
    ) -> tuple[a.TriplePattern, int]:
        """The pattern with the fewest solutions, counted no further than need be."""
        sizes: dict[a.TriplePattern, int] = {}
        for most in levels:
            sizes = {t: self.count(t, most) for t in triples}
            if min(sizes.values()) < most or len(sizes) == 1:
                break
        return min(sizes.items(), key=lambda pair: pair[1])

    def _filtered(self, before: Sample, after: Sample) -> Sample:
        """A sample, with its size as it may be behind the conditions that can now be made."""
        size = after.size
        for condition in self._conditions:
            names = variables(condition)
            if names <= after.bound and not names <= before.bound:
                size *= _passed(condition)
        return replace(after, size=size)


_PASSED = {"CONTAINS": 0.05, "REGEX": 0.05, "STRSTARTS": 0.05, "=": 0.05, "IN": 0.05}
_PASSED |= {"<": 0.3, ">": 0.3, "<=": 0.3, ">=": 0.3}


def _passed(condition: a.Expression) -> float:
    """The share of solutions that may pass a condition, by its kind alone."""
    if not isinstance(condition, a.Call) or not isinstance(condition.name, str):
        return 1
    asks_language = any(isinstance(n, a.Call) and n.name == "LANG" for n in a.walk(condition))
    return 0.5 if asks_language else _PASSED.get(condition.name, 1)


def count(data: Readable, triple: a.TriplePattern, most: int) -> int:
    """How many solutions a triple pattern has in the merged graph, at the most so many."""
    columns = tuple(a.Column(name) for name in sorted(variables(triple), key=str))
    first = a.Select(columns or (a.Column(_NUMBER),), a.Bgp((triple,)), limit=most)
    number = a.Column(_NUMBER, a.Aggregate("COUNT", None))
    rows = data.query(text(a.Query("SELECT", a.Select((number,), first, group=()))))
    assert isinstance(rows, ox.QuerySolutions)
    return int(next(rows)[0].value)


def listed(values: a.Values) -> Sample:
    """The solutions of a list."""
    pairs = [dict(zip(values.variables, row, strict=True)) for row in values.rows]
    rows = tuple({n: t for n, t in row.items() if t is not None} for row in pairs[:ROWS])
    return Sample(rows, len(pairs), certain(values))


def _begun(data: Readable, triple: a.TriplePattern) -> tuple[Row, ...]:
    return tuple(islice(_solutions(data, triple, {}), ROWS))


def joined(data: Readable, sample: Sample, triple: a.TriplePattern) -> Sample:
    """What becomes of a sample when a pattern is joined; of a path that is a guess."""
    if not sample.rows or is_path(triple):
        return guessed(sample, triple)
    found = [list(islice(_solutions(data, triple, row), _EACH)) for row in sample.rows]
    rows = [row for one in found for row in one]
    many = [row for row, one in zip(sample.rows, found, strict=True) if len(one) == _EACH]
    more = len(many) * (_average(data, triple, many[:_COUNTED]) - _EACH) if many else 0
    growth = max((len(rows) + more) / len(found), 1 / (2 * ROWS))
    # Evenly among what was found, so that no one solution gives them all.
    kept = tuple(rows[:: max(1, math.ceil(len(rows) / ROWS))])
    return Sample(kept, sample.size * growth, sample.bound | variables(triple))


def _average(data: Readable, triple: a.TriplePattern, rows: Sequence[Row]) -> float:
    """How many solutions rows have that have many."""
    numbers = []
    for row in rows:
        s, o = _put(triple.subject, row), _put(triple.object, row)
        blank = any(isinstance(n, ox.BlankNode) for n in (s, o))
        alike = replace(triple, subject=s, object=o)
        numbers.append(_EACH if blank else count(data, alike, _MANY))
    return sum(numbers) / len(numbers)


def guessed(sample: Sample, triple: a.TriplePattern) -> Sample:
    """A joined sample that nothing is read for."""
    growth = guess(triple, sample.bound)
    return Sample((), sample.size * growth, sample.bound | variables(triple))


def is_path(triple: a.TriplePattern) -> bool:
    """Whether more than one step may be between the ends, which can be costly to try."""
    return not isinstance(triple.predicate, ox.NamedNode | ox.Variable)


def guess(triple: a.TriplePattern, bound: Variables = frozenset()) -> float:
    """How many solutions there are for one that binds variables, by what is constant."""
    known = [not isinstance(n, ox.Variable) or n in bound for n in (triple.subject, triple.object)]
    one_end = 20 if is_path(triple) else 10 if known[1] else 1.5
    return 0.5 if all(known) else one_end if any(known) else 1e6


def _solutions(data: Readable, triple: a.TriplePattern, row: Row) -> Iterator[Row]:
    """The solutions that extend a row."""
    s, o = _put(triple.subject, row), _put(triple.object, row)
    p = (
        _put(triple.predicate, row)
        if isinstance(triple.predicate, ox.Variable)
        else triple.predicate
    )
    if not isinstance(s, ox.Literal) and isinstance(p, ox.NamedNode | ox.Variable):
        yield from _quads(data, (s, p, o), row)


def _put(node: a.Node, row: Row) -> a.Node:
    return row.get(node, node) if isinstance(node, ox.Variable) else node


def _quads(
    data: Readable,
    pattern: tuple[ox.NamedNode | ox.BlankNode | ox.Variable, ox.NamedNode | ox.Variable, a.Node],
    row: Row,
) -> Iterator[Row]:
    s, p, o = pattern
    for quad in data.quads(
        None if isinstance(s, ox.Variable) else s,
        None if isinstance(p, ox.Variable) else p,
        None if isinstance(o, ox.Variable) else o,
        _DEFAULT,
    ):
        pairs = zip(pattern, (quad.subject, quad.predicate, quad.object), strict=True)
        found = _extended(row, ((n, t) for n, t in pairs if isinstance(n, ox.Variable)))
        if found is not None:
            yield found


def _extended(row: Row, pairs: Iterable[tuple[ox.Variable, object]]) -> Row | None:
    made: dict[ox.Variable, Any] = dict(row)
    for name, term in pairs:
        if made.setdefault(name, term) != term:
            return None
    return made
