"""What changed between two dates: members of alliances, partners in co-building."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kg.analytics.result import Result, Texts, Value, of_things
from kg.exceptions import MeasureError
from kg.network import Linkage, Ties
from kg.network.days import OPEN_END, OPEN_START, as_text, last_day
from kg.network.graph import Ints

_YEAR = 365


def change(linkage: Linkage, *, lang: str = "zh", before: str = "", after: str = "") -> Result:
    """A row an alliance: members on two dates, who joined and who left in between.

    Without ``after`` it is the date of the linkage, or else the last day on which a membership
    began or ended; without ``before`` a year earlier. An alliance that has ended, or not begun,
    has no members. Raises `MeasureError` when the first is later than the second.
    """
    whole = linkage.whole or linkage
    table = _memberships(whole)
    dated = _dated(table)
    first, last = _days(dated, before, after or linkage.date)
    alliances = np.unique(table.target)
    here, there = _members(whole, first), _members(whole, last)
    held, holding = _counts(alliances, here), _counts(alliances, there)
    stayed = _counts(alliances, here & there)
    undated = (table.since == OPEN_START) & (table.until == OPEN_END)
    either = held + holding - stayed
    kept = np.divide(stayed, either, out=np.full(len(alliances), np.nan), where=either > 0)
    totals = (len(here), len(there - here), len(here - there), len(there))
    summary: list[tuple[Texts, Value]] = [
        (title, total) for title, total in zip(_TOTALS, totals, strict=True)
    ]
    summary.append(
        (
            {
                "zh": "没有日期的成员关系（一直计入）",
                "en": "memberships without dates (always held)",
            },
            int(undated.sum()),
        )
    )
    return of_things(
        "change",
        linkage,
        alliances.astype(np.int32),
        {
            "turnover": (held - stayed) + (holding - stayed),
            "before": held,
            "joined": holding - stayed,
            "left": held - stayed,
            "after": holding,
            "stability": kept,
        },
        _TITLES,
        lang=lang,
        digits=3,
        parameters={"before": as_text(first), "after": as_text(last)} if len(dated) else {},
        summary=summary,
        notes=[] if len(dated) else [_UNDATED],
    )


def _dated(table: Ties) -> Ints:
    """The days on which something is stated to begin or end."""
    found = np.concatenate([table.since[table.since != OPEN_START], table.until])
    kept: Ints = found[found != OPEN_END]
    return kept


def _days(dated: Ints, before: str, after: str) -> tuple[int, int]:
    last = last_day(after) if after else int(dated.max()) if len(dated) else 0
    first = last_day(before) if before else last - _YEAR
    if first > last:
        fact = f"{as_text(first)} is later than {as_text(last)}"
        raise MeasureError(f"{fact}; before= is to be the earlier date")
    return first, last


def _memberships(linkage: Linkage) -> Ties:
    table = linkage.ties["member"]
    return table.where(linkage.things.of("alliance")[table.target])


def _members(linkage: Linkage, day: int) -> set[tuple[int, int]]:
    held = _memberships(linkage.as_of(as_text(day)))
    return set(zip(held.target.tolist(), held.source.tolist(), strict=True))


def _counts(alliances: NDArray[np.int32], pairs: set[tuple[int, int]]) -> NDArray[np.int64]:
    """How many members each alliance has."""
    targets = np.fromiter((alliance for alliance, _ in pairs), np.int32, len(pairs))
    places = np.searchsorted(alliances, targets)
    return np.bincount(places, minlength=len(alliances)).astype(np.int64)


_TITLES: dict[str, Texts] = {
    "turnover": {"zh": "进出合计", "en": "joined and left"},
    "before": {"zh": "前一日期成员", "en": "members before"},
    "joined": {"zh": "新加入", "en": "joined"},
    "left": {"zh": "退出", "en": "left"},
    "after": {"zh": "后一日期成员", "en": "members after"},
    "stability": {"zh": "稳定度", "en": "stability"},
}
_UNDATED: Texts = {
    "zh": "没有成员关系写明起止日期，看不出变化。",
    "en": "No membership has a date, so no change can be seen.",
}
_TOTALS: tuple[Texts, ...] = (
    {"zh": "前一日期的成员关系", "en": "memberships before"},
    {"zh": "新加入", "en": "joined"},
    {"zh": "退出", "en": "left"},
    {"zh": "后一日期的成员关系", "en": "memberships after"},
)
