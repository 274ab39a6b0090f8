"""Parameters of a saved question: their types, and values as terms in their places."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import Literal, NamedNode

from kg import sparql
from kg.exceptions import ParameterError
from kg.namespace import PREFIXES, XSD, expand

if TYPE_CHECKING:
    from kg.query.heads import Question

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Parameter:
    """A typed parameter: it stands as ``$name`` in the query.

    Types: ``iri`` (an IRI, a prefixed name, or the name of a thing in the graph),
    ``string``, ``int``, ``date`` (2019-06-03, 2019-06 or 2019), ``lang``, and ``enum``, one
    of the values that ``of`` has in the graph (see `kg.query.choices`). An optional one
    that is not given leaves its place in VALUES open (UNDEF).
    """

    name: str
    type: str
    titles: dict[str, str]
    default: str | None = None
    optional: bool = False
    of: str = ""

    @property
    def needed(self) -> bool:
        """Whether a value must be given."""
        return self.default is None and not self.optional and self.type != "lang"


class Choice(Protocol):
    """A value of an enum: its term and the names that it goes by, the shown one first."""

    @property
    def term(self) -> NamedNode | Literal:
        """The value."""

    @property
    def names(self) -> Sequence[str]:
        """The label that is shown, and all others."""


Find = Callable[[str], str]
Choose = Callable[[str], Sequence[Choice]]


def bound(
    question: Question,
    values: Mapping[str, str],
    *,
    lang: str = "zh",
    find: Find | None = None,
    choose: Choose | None = None,
) -> str:
    """The text of the question with its parameters in place.

    ``lang`` fills a parameter ``lang`` that is not given. ``find`` turns the name of
    a thing into its IRI (see `kg.describe.find`), and ``choose`` gives the values of an
    enum; without them these take IRIs only. Raises `ParameterError` for an unknown,
    missing or ill-typed value.
    """
    known = {parameter.name: parameter for parameter in question.parameters}
    for name in values:
        if name not in known:
            raise ParameterError(_unknown(name, question))
    terms = {}
    for name, parameter in known.items():
        default = lang if parameter.type == "lang" else parameter.default
        value = values.get(name, default)
        if value is not None:
            terms[name] = term(parameter, value, find, choose)
        elif parameter.optional:
            terms[name] = "UNDEF"
        else:
            raise ParameterError(_missing(question, parameter, choose))
    _refuse_negative(question, terms)
    return sparql.bind(question.text, terms)


def _unknown(name: str, question: Question) -> str:
    names = [parameter.name for parameter in question.parameters if parameter.type != "lang"]
    if not names:
        return f"{question.name} has no parameters, so -p {name}=… says nothing"
    near = difflib.get_close_matches(name, names, n=1)
    meant = f"; did you mean {near[0]}?" if near else "."
    return f"{question.name} has no parameter {name!r}{meant} It has: {', '.join(names)}"


def _missing(question: Question, parameter: Parameter, choose: Choose | None) -> str:
    listed = f"; one of: {_listed(choose(parameter.of))}" if parameter.of and choose else ""
    return (
        f"{question.name} needs -p {parameter.name}=… ({parameter.titles['en']}, "
        f"{parameter.type}{listed}); for example: {question.example}"
    )


def _refuse_negative(question: Question, terms: Mapping[str, str]) -> None:
    for use in sparql.uses(question.text):
        if use.place in ("LIMIT", "OFFSET") and terms[use.name].startswith("-"):
            raise ParameterError(
                f"{use.name}={terms[use.name]}: {use.place} takes a number from 0 on"
            )


def term(
    parameter: Parameter, value: str, find: Find | None = None, choose: Choose | None = None
) -> str:
    """A value as the SPARQL text of one term of the parameter's type.

    >>> term(Parameter("n", "int", {}), "10")
    '10'
    >>> term(Parameter("s", "string", {}), 'a" } #')
    '"a\\\\" } #"'

    Raises `ParameterError` when the value is not of the type.
    """
    _refuse_surrogates(parameter, value)
    if parameter.type == "enum" and choose:
        return _chosen(parameter, value, choose(parameter.of))
    if parameter.type in ("enum", "iri"):
        return _iri(parameter, value, find)
    return literal(parameter, value)


def literal(parameter: Parameter, value: str) -> str:
    """As `term`, for the types that need no graph."""
    made = _MAKERS[parameter.type](value)
    if made is None:
        raise ParameterError(f"{parameter.name}={value!r} is not {_WANTED[parameter.type]}")
    return made


def _refuse_surrogates(parameter: Parameter, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        fact = "holds half of a surrogate pair, which is no character"
        raise ParameterError(f"{parameter.name}={value!a} {fact}") from None


def _iri(parameter: Parameter, value: str, find: Find | None) -> str:
    prefix, colon, _ = value.partition(":")
    iri = expand(value) if colon and prefix in PREFIXES else value
    if find and not iri.lower().startswith(("http://", "https://")):
        iri = find(value)
    if iri.lower().startswith(("http://", "https://")) or find:
        try:
            return str(NamedNode(iri))
        except ValueError:
            pass
    raise ParameterError(f"{parameter.name}={value!r} is not {_WANTED['iri']}")


def _chosen(parameter: Parameter, value: str, choices: Sequence[Choice]) -> str:
    prefix, colon, _ = value.partition(":")
    iri = expand(value) if colon and prefix in PREFIXES else value
    fits = [c for c in choices if iri == c.term.value or value in c.names]
    if len(fits) == 1:
        return str(fits[0].term)
    if fits:
        listed = ", ".join(choice.term.value for choice in fits)
        raise ParameterError(f"{parameter.name}={value!r} is the name of several values: {listed}")
    shown = [choice.names[0] for choice in choices]
    near = difflib.get_close_matches(value, shown, n=3, cutoff=0.4)
    meant = f"; did you mean {'、'.join(near)}?" if near else ""
    raise ParameterError(
        f"{parameter.name}={value!r} is none of the values of {parameter.of} "
        f"({_listed(choices)}){meant}"
    )


def _listed(choices: Sequence[Choice]) -> str:
    if not choices:
        return "the graph has none"
    names = "、".join(choice.names[0] for choice in choices[:_SHOWN])
    return names if len(choices) <= _SHOWN else f"{names} … ({len(choices)} values)"


def _string(value: str) -> str | None:
    return str(Literal(value))


def _int(value: str) -> str | None:
    return str(int(value)) if re.fullmatch(r"-?[0-9]{1,18}", value) else None


def _date(value: str) -> str | None:
    for form, type_ in _DATES.items():
        if re.fullmatch(form, value) and _is_on_calendar(value):
            return str(Literal(value, datatype=NamedNode(XSD + type_)))
    return None


def _is_on_calendar(value: str) -> bool:
    try:
        datetime.date.fromisoformat(value + "-01-01"[: 10 - len(value)])
    except ValueError:
        return False
    return True


def _lang(value: str) -> str | None:
    form = r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"
    return str(Literal(value)) if re.fullmatch(form, value) else None


_DATES = {
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}": "date",
    r"[0-9]{4}-[0-9]{2}": "gYearMonth",
    r"[0-9]{4}": "gYear",
}
_MAKERS: dict[str, Callable[[str], str | None]] = {
    "string": _string,
    "int": _int,
    "date": _date,
    "lang": _lang,
}
_WANTED = {
    "iri": "the address (http…) of a thing, nor a name that the graph knows",
    "string": "a text",
    "int": "a whole number",
    "date": "a date of the calendar (2019-06-03, 2019-06 or 2019)",
    "lang": "a language tag (zh, en)",
}
TYPES = ("iri", "enum", *_MAKERS)
