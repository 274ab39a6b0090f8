"""Terms as Python values, without losing what they say."""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from kg.exceptions import ParameterError
from kg.namespace import XSD, curie
from kg.query.why import Term

Value: TypeAlias = "str | int | float | bool | Decimal | datetime.date | datetime.datetime | None"
_Reading: TypeAlias = tuple[re.Pattern[str], Callable[[str], Value]]

_INTEGERS = (
    "integer long int short byte nonNegativeInteger positiveInteger nonPositiveInteger "
    "negativeInteger unsignedLong unsignedInt unsignedShort unsignedByte"
)
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def value_of(term: Term | None, *, short: bool = False) -> Value:
    """A term as the Python value of its datatype; text where it has none that fits.

    A year or a month stays text ("2019", "2019-05"): it is no day. So does what is not written as
    XSD has it ("1_000" is no integer), and what Python's type cannot hold: a date with a zone, a
    time finer than a microsecond. An IRI is its text, with ``short`` as a prefixed name. None is
    unbound.

    >>> value_of(ox.Literal(7)), value_of(None)
    (7, None)
    >>> value_of(ox.Literal("0.10", datatype=ox.NamedNode(XSD + "decimal")))
    Decimal('0.10')
    >>> value_of(ox.Literal("2019-06-03", datatype=ox.NamedNode(XSD + "date")))
    datetime.date(2019, 6, 3)
    >>> value_of(ox.NamedNode("https://w3id.org/pba/ns#Alliance"), short=True)
    'pba:Alliance'
    """
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return curie(term.value) if short else term.value
    if not isinstance(term, ox.Literal):
        return str(term)
    known = _READ.get(term.datatype.value.removeprefix(XSD))
    if known is None or not known[0].fullmatch(term.value):
        return term.value
    try:
        return known[1](term.value)
    except ValueError:
        # Written well, and yet no value of Python: the 30th of February.
        return term.value


# Python reads more than XSD writes (1_000, ٣, 20190102, the NaN of decimals), hence the forms.
_DECIMAL = r"[+-]?(\d+(\.\d*)?|\.\d+)"
_DAY = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d:\d\d(\.\d{1,6}0*)?"
_ZONE = r"Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00"


def _reading(form: str, read: Callable[[str], Value]) -> _Reading:
    return re.compile(form, re.ASCII), read


_FLOATING = _reading(rf"{_DECIMAL}([eE][+-]?\d+)?|[+-]?INF|NaN", float)
_READ: dict[str, _Reading] = {
    **dict.fromkeys(_INTEGERS.split(), _reading(r"[+-]?\d+", int)),
    "decimal": _reading(_DECIMAL, Decimal),
    "double": _FLOATING,
    "float": _FLOATING,
    "boolean": _reading("|".join(_TRUTH), _TRUTH.__getitem__),
    "date": _reading(_DAY, datetime.date.fromisoformat),
    "dateTime": _reading(f"{_DAY}T{_TIME}({_ZONE})?", datetime.datetime.fromisoformat),
}


def term_of(name: str, value: object) -> ox.NamedNode | ox.Literal:
    """A Python value as the term that stands for it in a query.

    A text is a string, a `pathlib`-like or other object is refused; `pyoxigraph` terms are taken
    as they are, so ``pyoxigraph.NamedNode(iri)`` names a thing. A number or truth value of NumPy,
    as frames give them, is taken as that of Python.

    >>> str(term_of("n", 5)), str(term_of("s", 'a"b'))
    ('"5"^^<http://www.w3.org/2001/XMLSchema#integer>', '"a\\\\"b"')

    Raises `ParameterError` for a value of another type, and for one that is missing (NA, NaT).
    """
    value = _plain(value)
    if isinstance(value, ox.NamedNode | ox.Literal):
        return value
    if isinstance(value, bool | int | float | str):
        return ox.Literal(value)
    if isinstance(value, Decimal) and value.is_finite():
        return ox.Literal(f"{value:f}", datatype=ox.NamedNode(XSD + "decimal"))
    if _is_missing(value):
        raise ParameterError(f"{name} is missing ({value!r}); a query takes a value that is there")
    if isinstance(value, datetime.datetime):
        return ox.Literal(value.isoformat(), datatype=ox.NamedNode(XSD + "dateTime"))
    if isinstance(value, datetime.date):
        return ox.Literal(value.isoformat(), datatype=ox.NamedNode(XSD + "date"))
    fact = f"{name}={value!r} is a {type(value).__name__}"
    raise ParameterError(f"{fact}; a query takes text, numbers, dates and terms of pyoxigraph")


def _plain(value: object) -> object:
    # No value is of a library that is not loaded, so none has to be imported here.
    numpy = sys.modules.get("numpy")
    # A duration would become a number without its unit.
    if numpy is not None and isinstance(value, numpy.generic) and value.dtype.kind in "biuf":
        return value.item()
    return value


def _is_missing(value: object) -> bool:
    pandas = sys.modules.get("pandas")
    return value is None or (pandas is not None and (value is pandas.NA or value is pandas.NaT))


def text_in_query(name: str, value: object) -> str:
    """A Python value as SPARQL text of one term; a whole number so that LIMIT takes it, too.

    >>> text_in_query("n", 5), text_in_query("s", "甲")
    ('5', '"甲"')

    Raises `ParameterError` as `term_of` does.
    """
    value = _plain(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(int(value))
    return str(term_of(name, value))


def text_of(value: object) -> str:
    """A Python value as the text that a saved question's parameter takes.

    >>> text_of(datetime.date(2019, 10, 31)), text_of(3)
    ('2019-10-31', '3')
    """
    if isinstance(value, ox.NamedNode | ox.Literal):
        return value.value
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)
