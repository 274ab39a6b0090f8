"""From a solution of a plan to the formula of all that it rests on."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg.query.why.asking import Plan
from kg.query.why.expand import Guard, Part, Step
from kg.query.why.formula import AllOf, Formula, Missing
from kg.query.why.restrict import Row
from kg.query.why.walk import Paths
from kg.sparql import algebra as a

# The formulas of parts by their rows.
Parts: TypeAlias = dict[Part, dict[Row, Formula]]
Places: TypeAlias = tuple[tuple[int, bool], ...]
# A term of a solution that is known to fit where it stands, since the engine found it there.
Matched: TypeAlias = Any


class Reader:
    """Turns one solution after another into formulas; what each item reads is prepared."""

    def __init__(self, plan: Plan, parts: Parts, paths: Paths) -> None:
        self._places = plan.places
        self._parts = parts
        self._paths = paths
        self._items: list[tuple[Places, Callable[[Row], Formula]]] = []
        self._missing: list[tuple[Places, Missing]] = []
        for guard, item in plan.items:
            if isinstance(item, Missing):
                self._missing.append((places(guard, plan), item))
            else:
                self._items.append((places(guard, plan), self._reading(item)))

    def formula(self, solution: Row) -> Formula:
        """All that the solution rests on."""
        formulas = {read(solution): None for on, read in self._items if is_on(on, solution)}
        notes = [note for on, note in self._missing if is_on(on, solution)]
        if len(formulas) == 1 and not notes:
            return next(iter(formulas))
        return AllOf(formulas, notes)

    def _reading(self, item: Step | Part) -> Callable[[Row], Formula]:
        if isinstance(item, Part):
            rows, columns = self._parts[item], [self._places[c] for c in item.columns]
            return lambda solution: rows[tuple(solution[n] for n in columns)]
        s, o, graph = map(self._term, (item.subject, item.object, item.graph))
        if isinstance(item.predicate, ox.Variable | ox.NamedNode):
            p, triple = self._term(item.predicate), self._paths.facts.triple
            return lambda row: triple(s(row), p(row), o(row), graph(row))
        path, walk = item.predicate, self._paths.of
        return lambda row: walk((s(row), o(row)), path, graph(row))

    def _term(self, node: a.Node | None) -> Callable[[Row], Matched]:
        if isinstance(node, ox.Variable):
            return itemgetter(self._places[node])
        return lambda _: node


def places(guard: Guard, plan: Plan) -> Places:
    """Where a solution has the marks of a guard, and whether they are to be bound."""
    return tuple((plan.places[mark], bound) for mark, bound in guard)


def is_on(guard: Places, solution: Row) -> bool:
    """Whether the solution comes from the branches of a guard."""
    return all((solution[place] is not None) == bound for place, bound in guard)
