"""Patterns in the order that costs least on this store.

The engine orders a join by the places of a pattern that are constant, whatever the store
holds, and the pattern of `OPTIONAL` and `EXISTS` without regard to what it hangs on. Here a
sample of the solutions says which pattern grows least, and the engine is told the order by
`LATERAL`; so a path starts from its constant end, and what is optional from the end that is
bound. Where all of a pattern costs less to read than to look up for each solution, both
sides stand as sub-queries, which the engine joins by hashing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce

import pyoxigraph as ox

from kg.query.rewrites import sample as s
from kg.query.rewrites.sample import ONE, Sample
from kg.query.rewrites.scope import (
    Variables,
    certain,
    conjuncts,
    filtered,
    fresh,
    named,
    stepwise,
    variables,
)
from kg.sparql import algebra as a
from kg.store import Readable

# A look-up by index costs as much as reading some five triples in a row; half of it to be safe.
_READ_PER_LOOK_UP = 3
_LEVELS = (1_000, 30_000, 1_000_000)
# A longer group is left to the engine, and after so many samples guesses must do.
_LONGEST, _SAMPLES = 30, 300


def order(query: a.Query, view: Readable) -> a.Query:
    """Evaluate joins from their smallest part on. The answers are the same."""
    if query.default or query.named:
        return query
    made = _Order(view, fresh(query)).select(query.select, whole=query.form != "ASK")
    return query if made == query.select else replace(query, select=made)


@dataclass(frozen=True, slots=True)
class _Chain:
    """A join in the making, and its solutions."""

    pattern: a.Pattern
    sample: Sample


class _Order:
    def __init__(self, data: Readable, names: Iterator[ox.Variable]) -> None:
        self.data = data
        self.names = names
        self.samples = _SAMPLES

    def select(self, select: a.Select, *, whole: bool = True) -> a.Select:
        """A query; ``whole`` says whether all its solutions may be needed."""
        sliced = select.limit is not None and not select.order and select.group is None
        where, _ = self.pattern(select.where, ONE, whole and not sliced)
        return replace(select, where=where)

    def pattern(self, pattern: a.Pattern, given: Sample, whole: bool) -> tuple[a.Pattern, Sample]:
        """The pattern, evaluated for each of the given solutions, and its own solutions."""
        match pattern:
            case a.Bgp():
                return self.bgp(pattern, given, whole)
            case a.Join() | a.LeftJoin():
                return self.joined(self.turned(pattern, given), given, whole)
            case a.Filter():
                return self.filtered(pattern, given, whole)
            case a.Extend() | a.Minus():
                return self.beside(pattern, given, whole)
            case a.Union():
                return self.either(pattern, given, whole)
        return self.alone(pattern, whole)

    def alone(self, pattern: a.Pattern, whole: bool) -> tuple[a.Pattern, Sample]:
        """What nothing given helps to evaluate; what `GRAPH` and `SERVICE` hold is left alone."""
        if isinstance(pattern, a.Values):
            return pattern, s.listed(pattern)
        made = self.select(pattern, whole=whole) if isinstance(pattern, a.Select) else pattern
        return made, _unknown(pattern)

    def beside(
        self, pattern: a.Extend | a.Minus, given: Sample, whole: bool
    ) -> tuple[a.Pattern, Sample]:
        inner = pattern.left if isinstance(pattern, a.Minus) else pattern.pattern
        made, found = self.pattern(inner, given, whole)
        if isinstance(pattern, a.Extend):
            return replace(pattern, pattern=made), found
        return a.Minus(made, self.pattern(pattern.right, ONE, True)[0]), found

    def either(self, pattern: a.Union, given: Sample, whole: bool) -> tuple[a.Pattern, Sample]:
        left, found = self.pattern(pattern.left, given, whole)
        right, other = self.pattern(pattern.right, given, whole)
        rows = (*found.rows[: s.ROWS // 2], *other.rows[: s.ROWS // 2])
        both = Sample(rows, found.size + other.size, found.bound & other.bound)
        return a.Union(left, right), both

    def turned(self, pattern: a.Join | a.LeftJoin, given: Sample) -> a.Join | a.LeftJoin:
        """A join that begins with a list of values, or the smaller one of two patterns."""
        match pattern:
            case a.Join(left, a.Values() as values) if not isinstance(left, a.Values):
                return a.Join(values, left)
            case a.Join(a.Bgp(), a.Union()) | a.Join(a.Union(), a.Bgp()):
                left, right = pattern.left, pattern.right
                sizes = [self.pattern(side, given, False)[1].size for side in (left, right)]
                return pattern if sizes[0] <= sizes[1] else a.Join(right, left)
        return pattern

    def filtered(self, pattern: a.Filter, given: Sample, whole: bool) -> tuple[a.Pattern, Sample]:
        """A filter; what must not exist is taken away where that costs less than looking."""
        made, found = self.pattern(pattern.pattern, given, whole)
        parts = conjuncts(pattern.condition)
        absent = [part for part in parts if whole and self.is_read_once(part, pattern, found)]
        if not absent:
            return a.Filter(made, self.condition(pattern.condition, found)), found
        for part in absent:
            assert isinstance(part, a.Exists)
            made = a.Minus(made, self.pattern(part.pattern, ONE, True)[0])
        return filtered(made, (self.condition(p, found) for p in parts if p not in absent)), found

    def is_read_once(self, part: a.Expression, pattern: a.Filter, found: Sample) -> bool:
        """Whether `NOT EXISTS` is `MINUS` here, and costs less so."""
        if not isinstance(part, a.Exists) or not part.negated:
            return False
        shared = frozenset(a.in_scope(part.pattern)) & frozenset(a.in_scope(pattern.pattern))
        if not shared or not shared <= certain(pattern.pattern):
            return False
        return self.is_small(part.pattern, found)

    def is_small(self, pattern: a.Pattern, behind: Sample) -> bool:
        """Whether reading all of a group costs less than looking it up for each solution."""
        if not isinstance(pattern, a.Bgp):
            return False
        triples = list(stepwise(pattern.triples, self.names))
        limit = int(min(behind.size, 1e7) * _READ_PER_LOOK_UP)
        if limit < _LEVELS[0] or not all(isinstance(t.predicate, ox.NamedNode) for t in triples):
            return False
        return sum(s.count(self.data, t, limit + 1) for t in triples) <= limit

    def condition(self, condition: a.Expression, given: Sample) -> a.Expression:
        """A condition, in which what exists is looked for from what is bound."""
        if isinstance(condition, a.Exists):
            return replace(condition, pattern=self.pattern(condition.pattern, given, False)[0])
        if isinstance(condition, a.Call):
            parts = tuple(self.condition(part, given) for part in condition.arguments)
            return replace(condition, arguments=parts)
        return condition

    def joined(
        self, pattern: a.Join | a.LeftJoin, given: Sample, whole: bool
    ) -> tuple[a.Pattern, Sample]:
        left, found = self.pattern(pattern.left, given, whole)
        shared = frozenset(a.in_scope(pattern.right)) & frozenset(a.in_scope(pattern.left))
        known = found if shared and shared <= found.bound else _unknown(a.Bgp())
        if isinstance(pattern, a.LeftJoin):
            return self.optional(replace(pattern, left=left), known, whole), found
        right, after = self.pattern(pattern.right, known, whole and not known.bound)
        if isinstance(pattern.right, a.Bgp) and known.bound:
            return a.Lateral(left, right), after
        return a.Join(left, right), replace(_unknown(pattern), bound=certain(pattern))

    def optional(self, pattern: a.LeftJoin, known: Sample, whole: bool) -> a.LeftJoin:
        """`OPTIONAL`, from the end that is bound, or read whole."""
        if (
            whole
            and known.bound
            and pattern.condition is None
            and self.is_small(pattern.right, known)
        ):
            return replace(pattern, right=_apart(self.pattern(pattern.right, ONE, True)[0]))
        right, after = self.pattern(pattern.right, known, False)
        condition = pattern.condition and self.condition(pattern.condition, after)
        return replace(pattern, right=right, condition=condition)

    def bgp(self, bgp: a.Bgp, given: Sample, whole: bool) -> tuple[a.Pattern, Sample]:
        """The patterns of a group, component by component."""
        triples = named(stepwise(bgp.triples, self.names), self.names)
        if not triples or len(triples) > _LONGEST:
            return bgp, _unknown(bgp)
        parts = [self.chain(part, given, whole) for part in _components(triples, given.bound)]
        made = reduce(a.join, (chain.pattern for chain in parts))
        after = parts[-1].sample
        for chain in parts[:-1]:
            after = Sample((), after.size * chain.sample.size, after.bound | chain.sample.bound)
        return (bgp if made == a.Bgp(tuple(triples)) else made), after

    def chain(self, triples: list[a.TriplePattern], given: Sample, whole: bool) -> _Chain:
        """Patterns that hang together, each behind those that lead to it."""
        rest = list(triples)
        chain = _Chain(a.Bgp(), given)
        while rest:
            triple, after = self.next(rest, chain.sample, whole)
            rest.remove(triple)
            chain = self.appended(chain, triple, after, whole)
        return chain

    def next(
        self, rest: list[a.TriplePattern], at: Sample, whole: bool
    ) -> tuple[a.TriplePattern, Sample]:
        """The pattern that leaves fewest solutions, and those."""
        near = [t for t in rest if not at.bound.isdisjoint(variables(t))]
        if near:
            self.samples -= len(near)
            at = at if self.samples >= 0 else replace(at, rows=())
            found = [(t, s.joined(self.data, at, t)) for t in near]
            return min(found, key=lambda pair: pair[1].size)
        triple, size = self.smallest(rest, _LEVELS if whole else _LEVELS[:1])
        start = s.begun(self.data, triple, size)
        return triple, replace(start, size=start.size * at.size, bound=start.bound | at.bound)

    def smallest(
        self, triples: list[a.TriplePattern], levels: tuple[int, ...]
    ) -> tuple[a.TriplePattern, int]:
        """The pattern with the fewest solutions, counted no further than need be."""
        rooted = [t for t in triples if s.is_rooted(t)]
        if not rooted:
            return triples[0], levels[-1]
        sizes = {}
        for most in levels:
            sizes = {t: s.count(self.data, t, most) for t in rooted}
            if min(sizes.values()) < most or len(rooted) == 1:
                break
        return min(sizes.items(), key=lambda pair: pair[1])

    def appended(
        self, chain: _Chain, triple: a.TriplePattern, after: Sample, whole: bool
    ) -> _Chain:
        alone = a.Bgp((triple,))
        if chain.pattern == a.Bgp():
            return _Chain(alone, after)
        if whole and self.is_small(alone, chain.sample):
            made: a.Pattern = a.Join(_apart(chain.pattern), _apart(alone))
        else:
            made = a.Lateral(chain.pattern, alone)
        return _Chain(made, after)


def _unknown(pattern: a.Pattern) -> Sample:
    return Sample((), 1, certain(pattern))


def _apart(pattern: a.Pattern) -> a.Select:
    """The pattern as a sub-query, which the engine reads whole."""
    if isinstance(pattern, a.Select):
        return pattern
    return a.Select(tuple(map(a.Column, a.in_scope(pattern))), pattern)


def _components(triples: list[a.TriplePattern], bound: Variables) -> list[list[a.TriplePattern]]:
    """The patterns in groups that have no variable in common, but those that are bound."""
    groups: list[tuple[Variables, list[a.TriplePattern]]] = []
    for triple in triples:
        names = variables(triple) - bound
        near = [group for group in groups if not names.isdisjoint(group[0])]
        groups = [group for group in groups if group not in near]
        merged = frozenset(names.union(*(group[0] for group in near)))
        groups.append((merged, [t for group in near for t in group[1]] + [triple]))
    return [group for _, group in groups]
