"""Parameters of measures as people write them, and what is wrong with those that do not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, TypeAlias, get_args, get_type_hints

import networkx as nx

from kg.analytics.catalogue import Measure, measure, measures
from kg.analytics.result import Result
from kg.exceptions import MeasureError, UnknownMeasure
from kg.network import Linkage

Parsed: TypeAlias = bool | int | float | str
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def find(name: str) -> Measure:
    """The measure of a name; raises `UnknownMeasure`."""
    if name not in measures():
        raise UnknownMeasure(name, list(measures()))
    return measures()[name]


def parsed(known: Measure, texts: Mapping[str, str]) -> dict[str, Parsed]:
    """Parameters that were written as text, of the types that the measure takes.

    A name that the measure does not have stays as it is: `kg.analytics.measure` refuses it.
    Raises `MeasureError` for a text of another type.

    >>> parsed(find("pagerank"), {"alpha": "0.5"})
    {'alpha': 0.5}
    """
    hints = get_type_hints(known.call)
    return {name: _parsed(known.name, name, text, hints.get(name)) for name, text in texts.items()}


def taken(
    linkage: Linkage,
    known: Measure,
    *,
    network: str | None = None,
    lang: str = "zh",
    **given: Any,  # noqa: ANN401 - each measure has its own
) -> Result:
    """Take a measure; raises `MeasureError` also where its numbers cannot be found.

    That is so where iterating comes to no end, or with parameters that it was given.
    """
    try:
        return measure(linkage, known.name, network=network, lang=lang, **given)
    except nx.NetworkXException as error:
        raise _unfit(known, given, error) from error
    except (ValueError, ArithmeticError) as error:
        if not given:
            raise
        raise _unfit(known, given, error) from error


def _unfit(known: Measure, given: Mapping[str, object], error: Exception) -> MeasureError:
    with_ = ", ".join(f"{name}={value}" for name, value in given.items())
    # NetworkX tells some of its errors in two parts, the words last.
    fact = error.args[-1] if error.args else error
    return MeasureError(f"{known.name} cannot be taken{with_ and f' with {with_}'}: {fact}")


def _parsed(measure: str, name: str, text: str, hint: object) -> Parsed:
    kinds = [kind for kind in (bool, int, float) if kind is hint or kind in get_args(hint)]
    if not kinds:
        return text
    try:
        return _READ[kinds[0]](text.strip())
    except (ValueError, KeyError):
        raise MeasureError(
            f"{name} of {measure} is {_WORDS[kinds[0]]}, and {text!r} is none"
        ) from None


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return value


_READ: Mapping[type, Callable[[str], Parsed]] = {
    bool: lambda text: _TRUTH[text.lower()],
    int: int,
    float: _number,
}
_WORDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}
