"""Formulas of rows: from the solutions of a plan to what each row rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

import pyoxigraph as ox

from kg.query.why.asking import EXTREME, Counting, Grouping, Plan
from kg.query.why.expand import Part
from kg.query.why.formula import Counted, Formula, any_of
from kg.query.why.read import Parts, Reader, is_on, places
from kg.query.why.restrict import Row, Term
from kg.query.why.walk import Paths
from kg.sparql import algebra as a

Ask: TypeAlias = Callable[[str], Iterable[Row]]
Solved: TypeAlias = tuple[Row, Formula]


class Explaining:
    """Asks the engine once for each plan, and makes formulas of its solutions."""

    def __init__(self, ask: Ask, paths: Paths) -> None:
        self._ask = ask
        self._paths = paths
        self.facts = paths.facts

    def rows(self, plan: Plan, rows: Collection[Row] | None = None) -> dict[Row, Formula]:
        """The formula of each row, or of those that are given."""
        if plan.grouping is not None:
            return self._groups(plan, plan.grouping, rows)
        return self._found(plan, rows, rows)

    def _found(
        self, plan: Plan, near: Collection[Row] | None, wanted: Collection[Row] | None
    ) -> dict[Row, Formula]:
        """The formulas of the wanted rows, of solutions ``near`` some rows."""
        among = None if wanted is None else set(wanted)
        found: dict[Row, list[Formula]] = defaultdict(list)
        width = len(plan.row)
        for solution, formula in self.solved(plan, self._ask(plan.text(near))):
            row = solution[:width]
            if among is None or row in among:
                found[row].append(formula)
        return {row: self._any(formulas) for row, formulas in found.items()}

    def any_row(self, plan: Plan) -> dict[Row, Formula]:
        """The formula of one solution, as the row of ASK, which has no columns."""
        solved = self.solved(plan, self._ask(plan.text(limit=1)))
        formulas = [formula for _, formula in solved]
        return {(): self._any(formulas)} if formulas else {}

    def triples(self, plan: Plan, template: Sequence[a.TriplePattern]) -> dict[Row, Formula]:
        """The formula of each triple that CONSTRUCT makes."""
        names = {name: n for n, name in enumerate(plan.row)}
        found: dict[Row, list[Formula]] = defaultdict(list)
        for row, formula in self.rows(plan).items():
            for triple in template:
                made = _triple(triple, names, row)
                if made is not None:
                    found[made].append(formula)
        return {triple: self._any(formulas) for triple, formulas in found.items()}

    def solved(self, plan: Plan, solutions: Iterable[Row]) -> Iterator[Solved]:
        """Each solution of a plan with its formula."""
        parts: Parts = {}
        if plan.parts:
            solutions = list(solutions)
            for part, inner in plan.parts.items():
                parts[part] = self._part(inner, part, plan, solutions)
        reader = Reader(plan, parts, self._paths)
        return ((solution, reader.formula(solution)) for solution in solutions)

    def _part(
        self, inner: Plan, part: Part, plan: Plan, solutions: Sequence[Row]
    ) -> dict[Row, Formula]:
        """The formulas of a part, for the rows that solutions name."""
        guards = [places(guard, plan) for guard, item in plan.items if item is part]
        columns = [plan.places[column] for column in part.columns]
        keys = dict.fromkeys(
            tuple(solution[n] for n in columns)
            for solution in solutions
            if any(is_on(guard, solution) for guard in guards)
        )
        if not keys:
            return {}
        if all(None not in key for key in keys) or not part.seeded:
            return self.rows(inner, keys)
        return self._agreeing(self._found(inner, keys, None), keys)

    def _agreeing(self, found: dict[Row, Formula], keys: Iterable[Row]) -> dict[Row, Formula]:
        """By each key what agrees with it: a key that lacks a value agrees with any."""
        return {
            key: self._any([formula for row, formula in found.items() if _agrees(key, row)])
            for key in keys
        }

    def _any(self, formulas: Sequence[Formula]) -> Formula:
        return any_of(formulas, self.facts.rank)

    def _groups(
        self, plan: Plan, grouping: Grouping, rows: Collection[Row] | None
    ) -> dict[Row, Formula]:
        width, keys = grouping.width, grouping.keys
        groups = [g for g in self._ask(grouping.text) if rows is None or g[:width] in rows]
        asked = [g[width : width + keys] for g in groups]
        found: dict[Row, list[Solved]] = {key: [] for key in asked}
        narrow = grouping.narrow or rows is not None
        for solved in self.solved(plan, self._ask(plan.text(asked if narrow else None))):
            if solved[0][:keys] in found:
                found[solved[0][:keys]].append(solved)
        alike: dict[Row, list[Formula]] = defaultdict(list)
        for group, key in zip(groups, asked, strict=True):
            formula = self._group(group[width + keys :], found[key], grouping)
            alike[group[:width]].append(formula)
        return {row: self._any(formulas) for row, formulas in alike.items()}

    def _group(self, values: Row, solved: list[Solved], grouping: Grouping) -> Formula:
        """What makes up the aggregates of a group; one without any needs some solution."""
        if not solved:
            return Counted([], [grouping.empty], 0)
        contributors: dict[Formula, None] = {}
        for counting in grouping.counted:
            parts = self._contributors(counting, values, solved, alone=not grouping.keys)
            contributors |= dict.fromkeys(parts)
        some = self._any([formula for _, formula in solved])
        if not grouping.counted:
            return some
        # The one group of a query without GROUP BY is there in any case.
        needed = [] if contributors or not grouping.keys else [some]
        return Counted([*contributors, *needed], [], len(contributors))

    def _contributors(
        self, counting: Counting, values: Row, solved: list[Solved], *, alone: bool
    ) -> list[Formula]:
        at, aggregate = counting.argument, counting.aggregate
        counted: dict[Term | None, list[Formula]] = defaultdict(list)
        without = []
        for solution, formula in solved:
            argument = None if at is None else solution[at]
            if at is not None and argument is None:
                without.append(formula)
            else:
                counted[argument].append(formula)
        every = [formula for formulas in counted.values() for formula in formulas]
        if counting.value is not None and values[counting.value] is None:
            return self._without_value(aggregate, without, every, alone=alone)
        if aggregate.name in EXTREME and counting.value is not None:
            return [self._any(counted.get(values[counting.value], every))]
        if not aggregate.distinct or at is None:
            return every
        return [self._any(formulas) for formulas in counted.values()]

    def _without_value(
        self, aggregate: a.Aggregate, without: list[Formula], every: list[Formula], *, alone: bool
    ) -> list[Formula]:
        """What leaves an aggregate without a value: one solution without an argument.

        Of no solutions at all some aggregates have none either.
        """
        if alone and aggregate.name in EXTREME:
            return []
        if aggregate.name != "SAMPLE" and without:
            return [self._any(without)]
        return every


def _agrees(key: Row, row: Row) -> bool:
    return all(one is None or one == other for one, other in zip(key, row, strict=True))


def _triple(triple: a.TriplePattern, names: dict[ox.Variable, int], row: Row) -> Row | None:
    """What a template makes of a row; None where that is no triple."""
    nodes = (triple.subject, triple.predicate, triple.object)
    s, p, o = (row[names[n]] if isinstance(n, ox.Variable) else n for n in nodes)
    if isinstance(s, ox.NamedNode | ox.BlankNode) and isinstance(p, ox.NamedNode):
        return (s, p, o) if isinstance(o, ox.NamedNode | ox.BlankNode | ox.Literal) else None
    return None
