"""A term as a typed value, where a spreadsheet has that type and loses nothing."""

from __future__ import annotations

import datetime
import re
from typing import TypeAlias

import pyoxigraph as ox

from kg.export.answer import short
from kg.namespace import XSD
from kg.query.why import Term

Value: TypeAlias = bool | float | datetime.date | str

_EXACT = {
    XSD + name
    for name in (
        "integer",
        "decimal",
        "long",
        "int",
        "short",
        "byte",
        "nonNegativeInteger",
        "positiveInteger",
        "nonPositiveInteger",
        "negativeInteger",
        "unsignedLong",
        "unsignedInt",
        "unsignedShort",
        "unsignedByte",
    )
}
_FLOATING = {XSD + "double", XSD + "float"}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Spreadsheets disagree about the days before: Excel has a 29 February 1900.
_FIRST_DAY = datetime.date(1900, 3, 1)
# As many digits of a number as a spreadsheet keeps.
_DIGITS = 15


def is_number(term: Term | None) -> bool:
    """Whether a term is a literal of a numeric datatype that is written as a number.

    >>> is_number(ox.Literal(-5)), is_number(ox.Literal("-5"))
    (True, False)
    """
    if not isinstance(term, ox.Literal):
        return False
    numeric = term.datatype.value in _EXACT or term.datatype.value in _FLOATING
    return numeric and _NUMBER.fullmatch(term.value) is not None


def value_of(term: Term | None) -> Value:
    """A number, truth value or date as such; anything else as the text that people read.

    Text stay, too: a number with more digits than a spreadsheet keeps, a date with a
    time zone or before 1900-03-01, a year, a month, a time.

    >>> value_of(ox.Literal("2019-06-03", datatype=ox.NamedNode(XSD + "date")))
    datetime.date(2019, 6, 3)
    >>> value_of(ox.Literal(450802198001010011)), value_of(ox.Literal(180))
    ('450802198001010011', 180.0)
    """
    if not isinstance(term, ox.Literal):
        return short(term)
    value = term.value
    match term.datatype.value.removeprefix(XSD):
        case "boolean":
            return _TRUTH.get(value, value)
        case "date":
            return _date(value) or value
        case _:
            return float(value) if is_number(term) and _is_kept(term) else value


def _is_kept(number: ox.Literal) -> bool:
    if number.datatype.value in _FLOATING:
        return abs(float(number.value)) != float("inf")
    return len(re.sub(r"\D", "", number.value).strip("0")) <= _DIGITS


def _date(text: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None
    return day if day and day >= _FIRST_DAY else None
