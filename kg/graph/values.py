"""Terms as Python values, without losing what they say."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

import pyoxigraph as ox

from kg.exceptions import ParameterError
from kg.namespace import XSD, curie
from kg.query.why import Term

Value: TypeAlias = "str | int | float | bool | Decimal | datetime.date | datetime.datetime | None"

_INTEGERS = (
    "integer long int short byte nonNegativeInteger positiveInteger nonPositiveInteger "
    "negativeInteger unsignedLong unsignedInt unsignedShort unsignedByte"
)
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def value_of(term: Term | None, *, short: bool = False) -> Value:
    """A term as the Python value of its datatype; text where it has none that fits.

    A year or a month stays text ("2019", "2019-05"): it is no day. An IRI is its text, with
    ``short`` as a prefixed name. None is unbound.

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
    read = _READ.get(term.datatype.value.removeprefix(XSD))
    try:
        return term.value if read is None else read(term.value)
    except (ValueError, InvalidOperation, KeyError):
        # What is not written as its datatype says is shown as it is written.
        return term.value


_READ: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(_INTEGERS.split(), int),
    "decimal": Decimal,
    "double": float,
    "float": float,
    "boolean": _TRUTH.__getitem__,
    "date": datetime.date.fromisoformat,
    "dateTime": datetime.datetime.fromisoformat,
}


def term_of(name: str, value: object) -> ox.NamedNode | ox.Literal:
    """A Python value as the term that stands for it in a query.

    A text is a string, a `pathlib`-like or other object is refused; `pyoxigraph` terms are taken
    as they are, so ``pyoxigraph.NamedNode(iri)`` names a thing.

    >>> str(term_of("n", 5)), str(term_of("s", 'a"b'))
    ('"5"^^<http://www.w3.org/2001/XMLSchema#integer>', '"a\\\\"b"')

    Raises `ParameterError` for a value of another type.
    """
    if isinstance(value, ox.NamedNode | ox.Literal):
        return value
    if isinstance(value, bool | int | float | str):
        return ox.Literal(value)
    if isinstance(value, Decimal):
        return ox.Literal(f"{value:f}", datatype=ox.NamedNode(XSD + "decimal"))
    if isinstance(value, datetime.datetime):
        return ox.Literal(value.isoformat(), datatype=ox.NamedNode(XSD + "dateTime"))
    if isinstance(value, datetime.date):
        return ox.Literal(value.isoformat(), datatype=ox.NamedNode(XSD + "date"))
    fact = f"{name}={value!r} is a {type(value).__name__}"
    raise ParameterError(f"{fact}; a query takes text, numbers, dates and terms of pyoxigraph")


def text_in_query(name: str, value: object) -> str:
    """A Python value as SPARQL text of one term; a whole number so that LIMIT takes it, too.

    >>> text_in_query("n", 5), text_in_query("s", "甲")
    ('5', '"甲"')

    Raises `ParameterError` as `term_of` does.
    """
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
