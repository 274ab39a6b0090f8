"""What to ask the engine for the rows of a SELECT and all that they rest on."""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg.query.why.expand import (
    Expansion,
    Guard,
    Item,
    Part,
    Step,
    Unexplained,
    missing,
    refuse_hidden,
)
from kg.query.why.formula import Missing
from kg.query.why.restrict import Row, Rows, restricted, seeded
from kg.sparql import algebra as a
from kg.sparql import text

EXTREME = ("MIN", "MAX", "SAMPLE")


@dataclass(frozen=True, slots=True)
class Counting:
    """An aggregate, where its argument stands in a solution, and its value in a group."""

    aggregate: a.Aggregate
    argument: int | None
    value: int | None


@dataclass(frozen=True, slots=True)
class Grouping:
    """The query that gives each group, and how solutions belong to it.

    A group begins with the row; then come its ``keys``, with which solutions begin, too.
    ``narrow`` says that there may be solutions of other groups.
    """

    text: str
    narrow: bool
    width: int
    keys: int
    counted: tuple[Counting, ...]
    empty: Missing


class Plan:
    """A SELECT made ready: its expanded pattern, and the columns that a solution shows."""

    def __init__(self, query: a.Query, select: a.Select, *, seeded: bool = False) -> None:
        for column in select.columns:
            refuse_hidden(column.expression or ox.Literal(True))
        self._query = replace(query, form="SELECT", template=(), described=())
        self._seeded = seeded
        graphs = tuple(g.value for g in query.default) if query.default or query.named else None
        expansion = Expansion(select, graphs)
        self.items: list[tuple[Guard, Item]] = expansion.items
        self._where = expansion.pattern
        self.grouping: Grouping | None = None
        if select.group is None:
            self._head = select.columns
            if select.values is not None:
                self._where = a.Join(self._where, select.values)
        else:
            self._head = self._grouped(select, select.group, expansion, graphs)
        self.places = self._placed()
        self.parts = {
            item: Plan(query, item.select, seeded=item.seeded)
            for _, item in self.items
            if isinstance(item, Part)
        }

    def _grouped(
        self,
        select: a.Select,
        group: tuple[a.Column, ...],
        expansion: Expansion,
        graphs: tuple[str, ...] | None,
    ) -> tuple[a.Column, ...]:
        keys = tuple(replace(k, variable=k.variable or expansion.fresh()) for k in group)
        found = [n for n in a.walk((select.columns, select.having)) if isinstance(n, a.Aggregate)]
        arguments, values, counted = [], [], []
        for aggregate in dict.fromkeys(found):
            if aggregate.argument is not None:
                refuse_hidden(aggregate.argument)
                arguments.append(a.Column(expansion.fresh(), aggregate.argument))
            if aggregate.name != "COUNT":
                values.append(a.Column(expansion.fresh(), aggregate))
            at = len(keys) + len(arguments) - 1 if aggregate.argument is not None else None
            value = len(values) - 1 if aggregate.name != "COUNT" else None
            counted.append(Counting(aggregate, at, value))
        self._refuse_repeated(select, counted)
        copies = tuple(a.Column(expansion.fresh(), key.variable) for key in keys)
        asked = replace(
            select,
            columns=(*select.columns, *copies, *values),
            group=keys,
            distinct=False,
            limit=None if select.distinct else select.limit,
            offset=0 if select.distinct else select.offset,
        )
        empty = missing("SELECT", select.where, graphs)
        width = len(select.columns)
        made = text(replace(self._query, select=asked))
        narrow = bool(select.having) or select.limit is not None or select.offset > 0
        self.grouping = Grouping(made, narrow, width, len(keys), tuple(counted), empty)
        return (*keys, *arguments)

    def _refuse_repeated(self, select: a.Select, counted: list[Counting]) -> None:
        """The engine repeats a pair of nodes for each property that ``!(…)`` finds between them."""
        if all(_is_set(c.aggregate) for c in counted):
            return
        if any(isinstance(node, a.Negated) for node in a.walk(select.where)):
            raise Unexplained("a count over a path !(…) cannot be explained; count DISTINCT things")

    @property
    def row(self) -> tuple[ox.Variable, ...]:
        """The variables of the columns that solutions begin with."""
        return tuple(c.variable for c in self._head if c.variable is not None)

    def _placed(self) -> dict[ox.Variable, int]:
        """Where a solution has each variable: those of the row, then what items name."""
        names = dict.fromkeys(self.row)
        for guard, item in self.items:
            names |= dict.fromkeys(mark for mark, _ in guard)
            names |= dict.fromkeys(_named(item))
        return {name: n for n, name in enumerate(names)}

    def text(self, rows: Collection[Row] | None = None, *, limit: int | None = None) -> str:
        """The query of the solutions, as far as VALUES can narrow them to rows."""
        if rows is None and limit is None:
            return self._text
        where = self._where
        if rows is not None:
            narrow = seeded if self._seeded else restricted
            where = narrow(where, Rows(self.row, rows))
        return self._asked(where, limit)

    @functools.cached_property
    def _text(self) -> str:
        return self._asked(self._where, None)

    def _asked(self, where: a.Pattern, limit: int | None) -> str:
        shown = [a.Column(name) for name in list(self.places)[len(self._head) :]]
        return text(
            replace(self._query, select=a.Select((*self._head, *shown), where, limit=limit))
        )


def _is_set(aggregate: a.Aggregate) -> bool:
    return aggregate.distinct or aggregate.name in EXTREME


def _named(item: Item) -> list[ox.Variable]:
    """The variables by which a solution says what an item is."""
    match item:
        case Step(s, p, o, graph):
            return [node for node in (s, p, o, graph) if isinstance(node, ox.Variable)]
        case Part(_, columns):
            return list(columns)
    return []
