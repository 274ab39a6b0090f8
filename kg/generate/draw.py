"""Choices that are the same on every machine and with every Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Draws from a seed.

    Of `random.Random` only ``random()`` behind an integer seed is promised to give the same
    sequence with each Python; everything here is made of it, without powers, logarithms or
    the order of a set.

    >>> draw = Draw(1)
    >>> draw.below(6), draw.one("甲乙丙丁"), draw.some("甲乙丙丁", 2), draw.date(2019, 2021)
    (0, '丁', ['丁', '甲'], '2020-06-19')
    """

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed).random

    def below(self, count: int) -> int:
        """A number from 0 to one less than ``count``."""
        return int(self._next() * count)

    def between(self, least: int, most: int) -> int:
        """A number from ``least`` to ``most``, both included."""
        return least + int(self._next() * (most - least + 1))

    def chance(self, percent: int) -> bool:
        """Whether something happens that does so in so many cases of a hundred."""
        return self._next() * 100 < percent

    def one(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[int(self._next() * len(options))]

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """Up to ``count`` different options, in the order in which they are drawn."""
        rest = list(options)
        taken = []
        for _ in range(min(count, len(rest))):
            place = int(self._next() * len(rest))
            rest[place], rest[-1] = rest[-1], rest[place]
            taken.append(rest.pop())
        return taken

    def date(self, first: int, last: int) -> str:
        """A day of the years from ``first`` to ``last``; none is after the 28th."""
        year = self.between(first, last)
        return f"{year}-{self.between(1, 12):02}-{self.between(1, 28):02}"
