"""Formulas of rows: from the solutions of a plan to what each row rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

import pyoxigraph as ox

from kg.query.why.asking import EXTREME, Counting, Grouping, Plan
from kg.query.why.expand import Guard, Part, Step
from kg.query.why.formula import AllOf, Counted, Formula, Missing, Note, any_of
from kg.query.why.restrict import Row, Term
from kg.query.why.walk import Paths
from kg.sparql import algebra as a

Ask: TypeAlias = Callable[[str], Iterable[Row]]
# The formulas of parts by their rows.
Parts: TypeAlias = dict[Part, dict[Row, Formula]]


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
        found: dict[Row, dict[Row, None]] = defaultdict(dict)
        width = len(plan.row)
        for solution in self._ask(plan.text(near)):
            row = solution[:width]
            if among is None or row in among:
                found[row][solution] = None
        made = self.solutions(plan, [s for group in found.values() for s in group])
        return {row: self._any([made[s] for s in group]) for row, group in found.items()}

    def any_row(self, plan: Plan) -> dict[Row, Formula]:
        """The formula of one solution, as the row of ASK, which has no columns."""
        found = list(self._ask(plan.text(limit=1)))
        if not found:
            return {}
        return {(): AllOf(self.solutions(plan, found).values())}

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

    def solutions(self, plan: Plan, solutions: Sequence[Row]) -> dict[Row, Formula]:
        """The formula of each solution of a plan."""
        parts = {
            part: self._part(inner, part, plan, solutions) for part, inner in plan.parts.items()
        }
        reader = Reader(plan, parts, self._paths)
        return {solution: reader.formula(solution) for solution in solutions}

    def _part(
        self, inner: Plan, part: Part, plan: Plan, solutions: Sequence[Row]
    ) -> dict[Row, Formula]:
        """The formulas of a part, for the rows that solutions name."""
        guards = [guard for guard, item in plan.items if item is part]
        places = [plan.places[column] for column in part.columns]
        keys = dict.fromkeys(
            tuple(solution[n] for n in places)
            for solution in solutions
            if any(_is_on(guard, plan, solution) for guard in guards)
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
        found: dict[Row, dict[Row, None]] = {key: {} for key in asked}
        narrow = grouping.narrow or rows is not None
        for solution in self._ask(plan.text(asked if narrow else None)):
            if solution[:keys] in found:
                found[solution[:keys]][solution] = None
        made = self.solutions(plan, [s for group in found.values() for s in group])
        alike: dict[Row, list[Formula]] = defaultdict(list)
        for group, key in zip(groups, asked, strict=True):
            alike[group[:width]].append(
                self._group(group[width + keys :], found[key], made, grouping)
            )
        return {row: self._any(formulas) for row, formulas in alike.items()}

    def _group(
        self, values: Row, solutions: Collection[Row], made: dict[Row, Formula], grouping: Grouping
    ) -> Formula:
        """What makes up the aggregates of a group; one without any needs some solution."""
        if not solutions:
            return Counted([], [grouping.empty], 0)
        contributors: dict[Formula, None] = {}
        for counting in grouping.counted:
            for part in self._contributors(
                counting, values, solutions, made, alone=not grouping.keys
            ):
                contributors[part] = None
        some = self._any([made[s] for s in solutions])
        if not grouping.counted:
            return some
        # The one group of a query without GROUP BY is there in any case.
        needed = [] if contributors or not grouping.keys else [some]
        return Counted([*contributors, *needed], [], len(contributors))

    def _contributors(
        self,
        counting: Counting,
        values: Row,
        solutions: Collection[Row],
        made: dict[Row, Formula],
        alone: bool,
    ) -> Iterator[Formula]:
        at, aggregate = counting.argument, counting.aggregate
        counted = [s for s in solutions if at is None or s[at] is not None]
        if counting.value is not None and values[counting.value] is None:
            yield from self._without_value(aggregate, solutions, counted, made, alone)
        elif aggregate.name in EXTREME and counting.value is not None and at is not None:
            best = [s for s in counted if s[at] == values[counting.value]]
            yield self._any([made[s] for s in best or counted])
        elif not aggregate.distinct or at is None:
            yield from (made[s] for s in counted)
        else:
            by_value: dict[Term | None, list[Formula]] = defaultdict(list)
            for solution in counted:
                by_value[solution[at]].append(made[solution])
            yield from (self._any(formulas) for formulas in by_value.values())

    def _without_value(
        self,
        aggregate: a.Aggregate,
        solutions: Collection[Row],
        counted: Collection[Row],
        made: dict[Row, Formula],
        alone: bool,
    ) -> Iterator[Formula]:
        """What leaves an aggregate without a value: one solution without an argument.

        Of no solutions at all some aggregates have none either.
        """
        unbound = [s for s in solutions if s not in counted]
        if alone and aggregate.name in EXTREME:
            return
        if aggregate.name != "SAMPLE" and unbound:
            yield self._any([made[s] for s in unbound])
        else:
            yield from (made[s] for s in counted)


class Reader:
    """Turns one solution after another into formulas."""

    def __init__(self, plan: Plan, parts: Parts, paths: Paths) -> None:
        self._plan = plan
        self._parts = parts
        self._paths = paths

    def formula(self, solution: Row) -> Formula:
        """All that the solution rests on."""
        formulas: dict[Formula, None] = {}
        notes: list[Note] = []
        for guard, item in self._plan.items:
            if not _is_on(guard, self._plan, solution):
                continue
            if isinstance(item, Missing):
                notes.append(item)
            else:
                formulas[self._item(item, solution)] = None
        if len(formulas) == 1 and not notes:
            return next(iter(formulas))
        return AllOf(formulas, notes)

    def _item(self, item: Step | Part, solution: Row) -> Formula:
        if isinstance(item, Part):
            places = (self._plan.places[column] for column in item.columns)
            return self._parts[item][tuple(solution[n] for n in places)]
        s, o = self._value(item.subject, solution), self._value(item.object, solution)
        graph = self._value(item.graph, solution) if item.graph is not None else None
        if isinstance(item.predicate, ox.Variable | ox.NamedNode):
            p = self._value(item.predicate, solution)
            return self._paths.facts.triple(s, p, o, graph)  # type: ignore[arg-type]  # it matched
        return self._paths.of((s, o), item.predicate, graph)  # type: ignore[arg-type]

    def _value(self, node: a.Node, solution: Row) -> Term | None:
        return solution[self._plan.places[node]] if isinstance(node, ox.Variable) else node


def _is_on(guard: Guard, plan: Plan, solution: Row) -> bool:
    return all((solution[plan.places[mark]] is not None) == bound for mark, bound in guard)


def _agrees(key: Row, row: Row) -> bool:
    return all(one is None or one == other for one, other in zip(key, row, strict=True))


def _triple(triple: a.TriplePattern, names: dict[ox.Variable, int], row: Row) -> Row | None:
    """What a template makes of a row; None where that is no triple."""
    nodes = (triple.subject, triple.predicate, triple.object)
    s, p, o = (row[names[n]] if isinstance(n, ox.Variable) else n for n in nodes)
    if isinstance(s, ox.NamedNode | ox.BlankNode) and isinstance(p, ox.NamedNode):
        return (s, p, o) if isinstance(o, ox.NamedNode | ox.BlankNode | ox.Literal) else None
    return None
