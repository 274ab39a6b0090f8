"""The relations between things: plain ones, and those that a thing of its own states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import repeat

import numpy as np

from kg.exceptions import BadDate
from kg.namespace import ORG, PBA
from kg.network.days import OPEN_END, OPEN_START, first_day, last_day
from kg.network.extract.rows import Rows, text
from kg.network.graph import Ints
from kg.network.tables import LEVELS, Ties

PLAIN = {
    "subordinate": ORG + "subOrganizationOf",
    "managed": PBA + "managedBy",
    "dispatched": PBA + "dispatchedBy",
    "party": PBA + "partyOrganizationOf",
    "linked": PBA + "linkedWith",
    "within": PBA + "within",
}


class Relations:
    """Relations as `Ties` between the things of a table; what leads to a kind is none."""

    def __init__(self, rows: Rows, iris: Sequence[str]) -> None:
        self._rows = rows
        self.place = {iri: number for number, iri in enumerate(iris)}
        self._read: dict[str, Ties] = {}

    def all(self) -> dict[str, Ties]:
        """Every relation of `kg.network.Linkage`."""
        return {
            **{name: self.plain(name) for name in PLAIN},
            "member": self._members(),
            "participant": self._participants(),
            "authority": self._authorities(),
        }

    def plain(self, name: str) -> Ties:
        """A relation that a triple states; read once."""
        if name not in self._read:
            self._read[name] = _ordered(*self.ends(PLAIN[name]))
        return self._read[name]

    def ends(self, iri: str) -> tuple[Ints, Ints]:
        """The numbers of the subjects and objects of a predicate; -1 for what is no thing."""
        start, end = self._rows.pairs(iri)
        return self.places(start), self.places(end)

    def places(self, terms: Sequence[str]) -> Ints:
        """The numbers of things; -1 for what is none."""
        return looked_up(self.place, terms, -1)

    def periods(self, records: Sequence[str]) -> tuple[Ints, Ints]:
        """From which day and until which each record holds."""
        since, until = self._days
        return looked_up(since, records, OPEN_START), looked_up(until, records, OPEN_END)

    def _members(self) -> Ties:
        """Each membership as a tie, and the members that are stated without one."""
        of: dict[str, list[str]] = defaultdict(list)
        for membership, whole in zip(*self._rows.pairs(ORG + "organization"), strict=True):
            of[membership].append(whole)
        records, members = self._rows.pairs(ORG + "member")
        # A membership is of one organisation; of several it would not say who joined which.
        found = [(r, m, of[r][0]) for r, m in zip(records, members, strict=True) if len(of[r]) == 1]
        told = {(m, whole) for _, m, whole in found}
        pairs = zip(*self._rows.pairs(ORG + "memberOf"), strict=True)
        found += [("", m, whole) for m, whole in sorted(set(pairs) - told)]
        return self._stated(*_columns(found), ORG + "role")

    def _participants(self) -> Ties:
        works, ends = self._rows.pairs(PBA + "participant")
        return self._stated(works, ends, works, PBA + "dimension")

    def _authorities(self) -> Ties:
        holders: dict[str, list[str]] = defaultdict(list)
        for record, holder in zip(*self._rows.pairs(PBA + "holder"), strict=True):
            holders[record].append(holder)
        found = [
            (record, holder, over)
            for record, over in zip(*self._rows.pairs(PBA + "over"), strict=True)
            for holder in holders[record]
        ]
        return self._stated(*_columns(found), PBA + "scope")

    def _stated(
        self, records: Sequence[str], sources: Sequence[str], targets: Sequence[str], detail: str
    ) -> Ties:
        """Ties that things of their own, the records, state, with what they say more."""
        number = self._rows.number
        details = {r: number(term) for r, term in self._rows.by_subject(detail).items()}
        return _ordered(
            self.places(sources),
            self.places(targets),
            *self.periods(records),
            looked_up(self._levels, records, 0),
            looked_up(details, records, -1),
        )

    @cached_property
    def _levels(self) -> dict[str, int]:
        levels = {f"<{PBA}{name}>": number for number, name in enumerate(LEVELS)}
        stated = self._rows.by_subject(PBA + "tieLevel")
        return {record: levels.get(level, 0) for record, level in stated.items()}

    @cached_property
    def _days(self) -> tuple[dict[str, int], dict[str, int]]:
        return (
            self._read_days(PBA + "validFrom", first_day, min),
            self._read_days(PBA + "validUntil", last_day, max),
        )

    def _read_days(
        self, iri: str, day_of: Callable[[str], int], choose: Callable[[int, int], int]
    ) -> dict[str, int]:
        """The day of each thing: the earliest beginning, or the latest end, that is stated."""
        found: dict[str, int] = {}
        for thing, written in zip(*self._rows.pairs(iri), strict=True):
            try:
                day = day_of(text(written)[0])
            except BadDate:
                # Data may have times, too; what is no date says nothing here.
                continue
            found[thing] = choose(day, found[thing]) if thing in found else day
        return found


def _ordered(
    source: Ints,
    target: Ints,
    since: Ints | None = None,
    until: Ints | None = None,
    level: Ints | None = None,
    detail: Ints | None = None,
) -> Ties:
    """The ties both of whose ends are things, in order."""

    def filled(column: Ints | None, value: int) -> Ints:
        return np.full(len(source), value, dtype=np.int32) if column is None else column

    made = Ties(
        source,
        target,
        filled(since, OPEN_START),
        filled(until, OPEN_END),
        filled(level, 0),
        filled(detail, -1),
    )
    made = made.where((source >= 0) & (target >= 0))
    order = np.lexsort((made.detail, made.since, made.target, made.source))
    return made.where(order.astype(np.int32))


def _columns(rows: Sequence[tuple[str, str, str]]) -> tuple[list[str], list[str], list[str]]:
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def looked_up(values: Mapping[str, int], terms: Sequence[str], absent: int) -> Ints:
    """The value of each term.

    >>> looked_up({"a": 1}, ["a", "b"], -1).tolist()
    [1, -1]
    """
    if not values:
        return np.full(len(terms), absent, dtype=np.int32)
    return np.fromiter(map(values.get, terms, repeat(absent)), np.int32, len(terms))
