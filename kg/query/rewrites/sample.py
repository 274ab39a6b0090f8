"""How many solutions a pattern has, as far as a few of them tell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg.query.rewrites.scope import Variables, certain, variables
from kg.sparql import algebra as a
from kg.sparql import text
from kg.store import Readable

Row: TypeAlias = Mapping[ox.Variable, a.Term]
ROWS, _EACH = 20, 30
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


def begun(data: Readable, triple: a.TriplePattern, size: int) -> Sample:
    """The solutions of a pattern that has so many."""
    rows = tuple(islice(_solutions(data, triple, {}), ROWS))
    return Sample(rows, size, variables(triple))


def joined(data: Readable, sample: Sample, triple: a.TriplePattern) -> Sample:
    """What becomes of a sample when a pattern is joined."""
    found = [list(islice(_solutions(data, triple, row), _EACH)) for row in sample.rows]
    total = sum(map(len, found))
    growth = total / len(found) if found else _guessed(triple, sample.bound)
    rows = [row for one in found for row in one]
    # Evenly among what was found, so that no one solution gives them all.
    kept = tuple(rows[:: max(1, math.ceil(len(rows) / ROWS))])
    return Sample(kept, sample.size * max(growth, 1 / (2 * ROWS)), sample.bound | variables(triple))


def _guessed(triple: a.TriplePattern, bound: Variables) -> float:
    """How many solutions there are for one, where no sample tells."""
    known = [not isinstance(n, ox.Variable) or n in bound for n in (triple.subject, triple.object)]
    return {(True, True): 0.5, (True, False): 1.5, (False, True): 10, (False, False): 1e6}[
        known[0], known[1]
    ]


def _solutions(data: Readable, triple: a.TriplePattern, row: Row) -> Iterator[Row]:
    """The solutions that extend a row."""
    s, o = _put(triple.subject, row), _put(triple.object, row)
    p = (
        _put(triple.predicate, row)
        if isinstance(triple.predicate, ox.Variable)
        else triple.predicate
    )
    if isinstance(s, ox.Literal) or isinstance(p, ox.Literal | ox.BlankNode):
        return
    if isinstance(p, ox.NamedNode | ox.Variable):
        yield from _quads(data, (s, p, o), row)
    elif is_rooted(reached := a.TriplePattern(s, p, o)):
        yield from _ends(data, reached, row)


def is_rooted(triple: a.TriplePattern) -> bool:
    """Whether reading the first solutions of a pattern costs little, whatever the store holds.

    A path needs an end to start from; one that is any other property, repeated, can reach
    everything from anywhere.
    """
    if isinstance(triple.predicate, ox.NamedNode | ox.Variable):
        return True
    if any(isinstance(n, ox.BlankNode) for n in (triple.subject, triple.object)):
        return False
    repeated = [n for n in a.walk(triple.predicate) if isinstance(n, a.Repeat)]
    if any(isinstance(n, a.Negated) for part in repeated for n in a.walk(part)):
        return False
    return not all(isinstance(n, ox.Variable) for n in (triple.subject, triple.object))


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


def _ends(data: Readable, triple: a.TriplePattern, row: Row) -> Iterator[Row]:
    names = sorted(variables(triple), key=str)
    columns = tuple(map(a.Column, names)) or (a.Column(_NUMBER),)
    select = a.Select(columns, a.Bgp((triple,)), limit=_EACH)
    rows = data.query(text(a.Query("SELECT", select)))
    assert isinstance(rows, ox.QuerySolutions)
    for found in rows:
        yield {**row, **{name: found[name.value] for name in names}}
