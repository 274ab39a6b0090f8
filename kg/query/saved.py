"""Saved questions: a folder of SPARQL files whose head comments say what they ask."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg import assets, sparql
from kg.exceptions import ParameterError, UnknownQuestion
from kg.namespace import PREFIXES, XSD, expand

_HEAD = re.compile(r"#\+\s*([\w-]+):\s*(.*?)\s*$")
_PARAMETER = re.compile(r"(\w+)\s+(iri|string|int|date|lang)(?:=(\S+))?\s+(.+?)\s*\|\s*(.+)")
_COLUMN = re.compile(r"(\w+)\s+(.+?)\s*\|\s*(.+)")
_NAME = re.compile(r"[\w\-]{1,64}")
_DATE_TYPES = {
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])": "date",
    r"\d{4}-(0[1-9]|1[0-2])": "gYearMonth",
    r"\d{4}": "gYear",
}

Titles = dict[str, str]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A typed parameter: it stands as ``$name`` in the query.

    Types: ``iri`` (an IRI, a prefixed name, or the name of a thing in the graph),
    ``string``, ``int``, ``date`` (2019-06-03, 2019-06 or 2019) and ``lang``.
    """

    name: str
    type: str
    titles: Titles
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A saved question.

    ``none`` says, where the sources do not answer it, what they do not say.
    """

    name: str
    titles: Titles
    parameters: tuple[Parameter, ...]
    columns: dict[str, Titles]
    example: str
    text: str
    none: Titles | None = None


def questions() -> dict[str, Question]:
    """The saved questions by name, in order of name."""
    files = sorted(assets.folder("queries").glob("*.rq"))
    return {file.stem: _read(file) for file in files}


def question(name: str) -> Question:
    """The saved question of that name.

    Raises `UnknownQuestion` with the nearest names.
    """
    known = assets.folder("queries")
    file = known / f"{name}.rq"
    if _NAME.fullmatch(name) and file.is_file():
        return _read(file)
    names = sorted(path.stem for path in known.glob("*.rq"))
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(near)}?" if near else "`kg queries` lists them"
    raise UnknownQuestion(f"there is no saved question {name!r}; {hint}")


@functools.cache
def _read(file: Path) -> Question:
    text = file.read_text(encoding="utf-8")
    heads = [(m[1], m[2]) for line in text.splitlines() if (m := _HEAD.match(line))]
    single = dict(heads)
    return Question(
        name=file.stem,
        titles={"zh": single["title-zh"], "en": single["title-en"]},
        parameters=tuple(_parameter(v) for k, v in heads if k == "param"),
        columns=dict(_column(v) for k, v in heads if k == "column"),
        example=single["example"],
        text=text,
        none=_both(single["none"]) if "none" in single else None,
    )


def _both(head: str) -> Titles:
    """The Chinese and the English half of a head: ``中文 | English``."""
    zh, bar, en = head.partition(" | ")
    if not bar:
        raise ValueError(f"not in both languages: {head!r}")
    return {"zh": zh, "en": en}


def _parameter(head: str) -> Parameter:
    found = _PARAMETER.fullmatch(head)
    if not found:
        raise ValueError(f"not a parameter: {head!r}")
    name, type_, default, zh, en = found.groups()
    return Parameter(name, type_, {"zh": zh, "en": en}, default)


def _column(head: str) -> tuple[str, Titles]:
    found = _COLUMN.fullmatch(head)
    if not found:
        raise ValueError(f"not a column: {head!r}")
    name, zh, en = found.groups()
    return name, {"zh": zh, "en": en}


def bound(
    question: Question,
    values: Mapping[str, str],
    *,
    lang: str = "zh",
    find: Callable[[str], str] | None = None,
) -> str:
    """The text of the question with its parameters in place.

    ``lang`` fills a parameter ``lang`` that is not given. ``find`` turns the name of
    a thing into its IRI (see `kg.describe.find`). Raises `ParameterError` for an
    unknown, missing or ill-typed value.
    """
    known = {parameter.name: parameter for parameter in question.parameters}
    for name in values:
        if name not in known:
            raise ParameterError(_unknown(name, question))
    terms = {}
    for name, parameter in known.items():
        default = lang if parameter.type == "lang" else parameter.default
        value = values.get(name, default)
        if value is None:
            raise ParameterError(
                f"{question.name} needs -p {name}=… ({parameter.titles['en']}, {parameter.type}); "
                f"for example: {question.example}"
            )
        terms[name] = term(parameter, value, find)
    return sparql.bind(question.text, terms)


def _unknown(name: str, question: Question) -> str:
    names = [parameter.name for parameter in question.parameters if parameter.type != "lang"]
    if not names:
        return f"{question.name} has no parameters, so -p {name}=… says nothing"
    near = difflib.get_close_matches(name, names, n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"{question.name} has no parameter {name!r}{meant} It has: {', '.join(names)}"


def term(parameter: Parameter, value: str, find: Callable[[str], str] | None = None) -> str:
    """A value as the SPARQL text of one term of the parameter's type.

    >>> term(Parameter("n", "int", {}), "10")
    '10'
    >>> term(Parameter("s", "string", {}), 'a" } #')
    '"a\\\\" } #"'

    Raises `ParameterError` when the value is not of the type.
    """
    made = _MAKERS[parameter.type](value, find)
    if made is None:
        raise ParameterError(f"{parameter.name}={value!r} is not {_WANTED[parameter.type]}")
    return made


def _iri(value: str, find: Callable[[str], str] | None) -> str | None:
    prefix, colon, _ = value.partition(":")
    iri = expand(value) if colon and prefix in PREFIXES else value
    if iri.lower().startswith(("http://", "https://")):
        try:
            return str(NamedNode(iri))
        except ValueError:
            return None
    return str(NamedNode(find(value))) if find else None


def _string(value: str, _find: Callable[[str], str] | None) -> str | None:
    return str(Literal(value))


def _int(value: str, _find: Callable[[str], str] | None) -> str | None:
    return str(int(value)) if re.fullmatch(r"-?[0-9]{1,18}", value) else None


def _date(value: str, _find: Callable[[str], str] | None) -> str | None:
    for pattern, datatype in _DATE_TYPES.items():
        if re.fullmatch(pattern, value):
            return str(Literal(value, datatype=NamedNode(XSD + datatype)))
    return None


def _lang(value: str, _find: Callable[[str], str] | None) -> str | None:
    return (
        str(Literal(value)) if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value) else None
    )


_MAKERS: dict[str, Callable[[str, Callable[[str], str] | None], str | None]] = {
    "iri": _iri,
    "string": _string,
    "int": _int,
    "date": _date,
    "lang": _lang,
}
_WANTED = {
    "iri": "the address (http…) of a thing, nor a name that the graph knows",
    "string": "a text",
    "int": "a whole number",
    "date": "a date (2019-06-03, 2019-06 or 2019)",
    "lang": "a language tag (zh, en)",
}
