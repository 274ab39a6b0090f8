"""Known faults planted in districts, and what a validation is to find of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.exceptions import GenerationRefused
from kg.generate.draw import Draw
from kg.generate.faults import KINDS
from kg.generate.hand import Hand
from kg.generate.region import Region


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault: the rule that finds it, the IRI that it is found on, and what was changed."""

    rule: str
    focus: str
    detail: str


def plant(region: Region, kinds: Iterable[int], seed: int) -> list[Flaw]:
    """Plant a fault of each kind in a district whose things have their IRIs.

    A kind is its place in `KINDS`, each given once. A thing takes part in one fault, so
    that none hides or changes another.
    """
    hand = Hand(region, Draw(seed * 10_000 + region.place.number))
    found = []
    for rule, kind in (KINDS[place] for place in kinds):
        hand.done = []
        foci = kind(hand)
        found += [Flaw(rule, focus.iri[1:-1], "; ".join(hand.done)) for focus in foci]
    return found


def spread(count: int, districts: int) -> list[list[int]]:
    """The kinds of the faults of each district, so that each has a kind once.

    >>> spread(5, 2)
    [[0, 1, 2], [1, 2]]

    Raises `GenerationRefused` when there are more faults than places for them.
    """
    most = len(KINDS) * districts
    if count > most:
        raise GenerationRefused(
            f"{districts} districts have room for {most} faults, {len(KINDS)} each, and not for "
            f"{count}; ask for fewer or for more districts"
        )
    found: list[list[int]] = [[] for _ in range(districts)]
    for number in range(count):
        turn, district = divmod(number, districts)
        found[district].append((turn + district) % len(KINDS))
    return found
