"""Days as numbers, so that periods are compared in arrays."""

from __future__ import annotations

import calendar
import re
from datetime import date as Date
from datetime import timedelta
from functools import cache

from kg.exceptions import BadDate

OPEN_START, OPEN_END = -(2**31), 2**31 - 1
"""What stands for a beginning, or an end, that is not stated."""
_WRITTEN = re.compile(r"\d{4}(-\d\d){0,2}")
_EPOCH = Date(1970, 1, 1)


def first_day(text: str) -> int:
    """The number of the first day of a year, a month or a day, from 1970.

    >>> first_day("1970-02"), first_day("1970-01-03")
    (31, 2)

    Raises `BadDate` for what is no date.
    """
    return _days(text)[0]


def last_day(text: str) -> int:
    """The number of the last day of a year, a month or a day, from 1970.

    >>> last_day("1970"), last_day("1970-01-03")
    (364, 2)

    Raises `BadDate` for what is no date.
    """
    return _days(text)[1]


@cache
def _days(text: str) -> tuple[int, int]:
    try:
        if not _WRITTEN.fullmatch(text):
            raise ValueError(text)
        year, *rest = map(int, text.split("-"))
        first, last = (rest[0], rest[0]) if rest else (1, 12)
        start, end = (rest[1], rest[1]) if rest[1:] else (1, calendar.monthrange(year, last)[1])
        return (Date(year, first, start) - _EPOCH).days, (Date(year, last, end) - _EPOCH).days
    except ValueError as error:
        raise BadDate(f"{text!r} is no date; write 2019, 2019-05 or 2019-05-31") from error


def as_text(day: int) -> str:
    """A day by its number, as a date.

    >>> as_text(31)
    '1970-02-01'
    """
    return (_EPOCH + timedelta(days=int(day))).isoformat()
