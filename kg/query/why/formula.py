"""What a row rests on, as a monotone formula over pieces of evidence.

A formula holds in a scope of pieces, and where it holds it chooses those that make it hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Protocol, TypeAlias

import pyoxigraph as ox

# A graph and, of a sheet, the row: what a source says in one place.
Unit: TypeAlias = tuple[str, str]
Natural: TypeAlias = tuple[tuple[str, int, str], ...]
# First whether it is inferred, then its place.
Rank: TypeAlias = tuple[int, Natural, Natural]

_COMPARED = 16


@dataclass(frozen=True, slots=True)
class Derived:
    """A triple that follows from stated ones by a rule."""

    triple: ox.Triple
    rule: str


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """A part of the pattern that has no match: its text, and where it was sought.

    ``names`` are the properties and classes that it asks for; ``graphs`` the graphs
    that the query reads there, and None where those are of every source.
    """

    operator: str
    text: str
    names: tuple[str, ...]
    graphs: tuple[str, ...] | None
    of_ontology: bool


Note: TypeAlias = Derived | Missing


@dataclass(frozen=True, slots=True)
class Choice:
    """The pieces that were chosen, and what is to be said of them."""

    units: frozenset[Unit] = frozenset()
    notes: frozenset[Note] = frozenset()


NOTHING = Choice()


@dataclass(frozen=True, slots=True)
class Scope:
    """All pieces but some, or some ``only``.

    >>> ("g", "") in Scope(frozenset({("g", "")})), ("g", "") in Scope()
    (False, True)
    """

    units: frozenset[Unit] = frozenset()
    only: bool = False

    def __contains__(self, unit: Unit) -> bool:
        return (unit in self.units) == self.only

    def has(self, units: frozenset[Unit]) -> bool:
        """Whether it has all of some pieces."""
        return units <= self.units if self.only else units.isdisjoint(self.units)

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not self.only and not self.units


ALL = Scope()


class Formula(Protocol):
    """Holds in a scope or not; what holds in one holds in any wider one."""

    @property
    def settled(self) -> Choice | None:
        """Its only minimal choice, where that is known beforehand."""

    @property
    def necessary(self) -> frozenset[Unit]:
        """Pieces without which it holds nowhere; perhaps not all of them."""

    def choose(self, scope: Scope, taken: AbstractSet[Unit]) -> Choice | None:
        """Pieces of the scope that make it hold, those that are ``taken`` first."""


class AllOf:
    """Holds where every part does."""

    def __init__(self, parts: Iterable[Formula], notes: Iterable[Note] = ()) -> None:
        self.parts = tuple(parts)
        self.notes = frozenset(notes)

    @cached_property
    def _split(self) -> tuple[Choice, tuple[Formula, ...]]:
        """What is settled of the parts, together, and those that leave a choice, each once."""
        units: set[Unit] = set()
        notes = set(self.notes)
        free: dict[Formula, None] = {}
        for part in self.parts:
            if isinstance(part, AllOf):
                settled, more = part._split
            else:
                settled, more = part.settled or NOTHING, () if part.settled else (part,)
            units |= settled.units
            notes |= settled.notes
            free |= dict.fromkeys(more)
        return Choice(frozenset(units), frozenset(notes)), tuple(free)

    @property
    def settled(self) -> Choice | None:
        """The choices of the parts together, where each has only one."""
        settled, free = self._split
        return None if free else settled

    @cached_property
    def necessary(self) -> frozenset[Unit]:
        """What any part needs."""
        settled, free = self._split
        return settled.units.union(*(part.necessary for part in free))

    def choose(self, scope: Scope, taken: AbstractSet[Unit]) -> Choice | None:
        """The choices of the parts together."""
        settled, free = self._split
        if not scope.has(settled.units):
            return None
        units, notes = set(settled.units), set(settled.notes)
        known = {*taken, *self.necessary}
        for part in free:
            choice = part.choose(scope, known)
            if choice is None:
                return None
            units |= choice.units
            notes |= choice.notes
            known |= choice.units
        return Choice(frozenset(units), frozenset(notes))


class AnyOf:
    """Holds where one of its parts does."""

    settled = None

    def __init__(self, parts: Iterable[Formula], rank: Callable[[Unit], Rank]) -> None:
        self.parts = tuple(parts)
        self._rank = rank

    @cached_property
    def necessary(self) -> frozenset[Unit]:
        """What all parts need."""
        common: frozenset[Unit] | None = None
        for part in self.parts:
            common = part.necessary if common is None else common & part.necessary
            if not common:
                break
        return common or frozenset()

    def choose(self, scope: Scope, taken: AbstractSet[Unit]) -> Choice | None:
        """The best of the first choices: little beyond what is taken, and by rank."""
        tried = (part.choose(scope, taken) for part in self.parts)
        found = list(islice((c for c in tried if c is not None), 1 if scope.only else _COMPARED))
        if len(found) < 2:
            return found[0] if found else None
        return min(found, key=lambda choice: self._cost(choice, taken))

    def _cost(self, choice: Choice, taken: AbstractSet[Unit]) -> tuple[int, int, list[Rank]]:
        ranks = sorted(self._rank(unit) for unit in choice.units - taken)
        return sum(rank[0] for rank in ranks), len(ranks), ranks


class Counted(AllOf):
    """What an aggregate rests on: every contributor."""

    def __init__(self, parts: Sequence[Formula], notes: Iterable[Note], contributors: int) -> None:
        super().__init__(parts, notes)
        self.contributors = contributors


def any_of(parts: Sequence[Formula], rank: Callable[[Unit], Rank]) -> Formula:
    """One part as it is, several as alternatives."""
    return parts[0] if len(parts) == 1 else AnyOf(parts, rank)
