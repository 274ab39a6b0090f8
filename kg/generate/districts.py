"""One district from its number and a seed."""

from __future__ import annotations

from collections.abc import Iterator

from kg.exceptions import GenerationRefused
from kg.generate import actions, alliances, areas, firms, party, results, sources, units
from kg.generate.codes import DISTRICTS
from kg.generate.region import Region

# Small businesses fill a district up to this many facts before its source is described.
_SIZE = 9_620
# More digits before the district's four could be read as a mobile number, which no loader takes.
SEEDS = 1_000_000


def stem(number: int, seed: int) -> str:
    """The name of a district's source."""
    return f"synthetic-{seed}-{number:04}"


def check(number: int, seed: int) -> None:
    """Raise `GenerationRefused` for a number or a seed that is out of range."""
    if not 1 <= number <= DISTRICTS:
        raise GenerationRefused(f"there is no district {number}; they are 1 to {DISTRICTS}")
    if not 0 <= seed < SEEDS:
        raise GenerationRefused(f"{seed} is no seed; it is a number from 0 to {SEEDS - 1}")


def region(number: int, seed: int) -> Region:
    """What is told of a district; nothing depends on how many others there are.

    Raises `GenerationRefused` for a number or a seed that is out of range.
    """
    check(number, seed)
    made = Region(number, seed, stem(number, seed))
    areas.areas(made)
    party.party(made)
    units.units(made)
    firms.firms(made)
    alliances.alliances(made)
    alliances.co_building(made)
    alliances.lists(made)
    actions.linkage(made)
    actions.facilities(made)
    actions.teams(made)
    actions.actions(made)
    results.honours(made)
    areas.changes(made)
    while len(made.facts) < _SIZE:
        firms.shop(made)
    results.figures(made)
    sources.briefing(made)
    sources.described(made, seed)
    made.facts.mint()
    return made


def district(number: int, seed: int) -> Iterator[str]:
    """The lines of N-Quads of a district, the same on every machine.

    >>> print(next(district(1, 0))[:60])
    <https://w3id.org/pba/id/area/990000> <http://www.w3.org/199
    """
    return region(number, seed).facts.lines()
