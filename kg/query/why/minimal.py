"""The minimal choices of a formula, one by one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from kg.query.why.formula import ALL, Choice, Formula, Rank, Scope, Unit

_TRIED = 64


def minimal(
    formula: Formula, rank: Callable[[Unit], Rank], limit: int
) -> tuple[list[Choice], bool]:
    """Up to ``limit`` minimal choices, the preferred one first, and whether these are all.

    Without any one of its pieces a choice does not make the formula hold. Others are sought
    where the formula holds without a piece of each that is known (Reiter's hitting sets), so
    when they are all, nothing holds without one piece of each.
    """
    if formula.settled is not None:
        return [formula.settled], True
    first = formula.choose(ALL, frozenset())
    if first is None:
        return [], True
    necessary = formula.necessary
    if first.units == necessary:
        return [first], True
    found = [_shrunk(formula, first, rank)]
    waiting, seen = deque([frozenset[Unit]()]), {frozenset[Unit]()}
    tried = 0
    while waiting:
        barred = waiting.popleft()
        choice = next((c for c in found if not c.units & barred), None)
        if choice is None:
            tried += 1
            if tried > _TRIED:
                return found, False
            other = formula.choose(Scope(barred), frozenset())
            if other is None:
                continue
            if len(found) == limit:
                return found, False
            choice = _shrunk(formula, other, rank)
            found.append(choice)
        more = {barred | {unit} for unit in choice.units - necessary} - seen
        seen |= more
        waiting.extend(sorted(more, key=lambda units: sorted(map(rank, units))))
    return found, True


def _shrunk(formula: Formula, choice: Choice, rank: Callable[[Unit], Rank]) -> Choice:
    """The choice without each piece that the rest makes up for, the last by rank first."""
    for unit in sorted(choice.units - formula.necessary, key=rank, reverse=True):
        if unit in choice.units:
            rest = Scope(choice.units - {unit}, only=True)
            choice = formula.choose(rest, frozenset()) or choice
    return choice
