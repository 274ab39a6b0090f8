"""The head of a saved question: comments ``#+ key: value`` above its SPARQL."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg import sparql
from kg.exceptions import FaultyQuestion, ParameterError, QueryRefused
from kg.query.binding import TYPES, Parameter, literal
from kg.sparql.guard import MAX_BYTES

Titles = dict[str, str]

_HEAD = re.compile(r"#\+\s*([\w-]+)\s*:\s*(.*?)\s*$")
_PARAMETER = re.compile(
    r"(?P<name>\w+)\s+(?P<type>\w+)(?:\((?P<of>[^()]*)\))?"
    r"(?:(?P<optional>\?)|=(?P<default>\"[^\"]*\"|\S+))?(?:\s+(?P<title>.+))?"
)
_COLUMN = re.compile(r"(\w+)(?:\s+(.+))?")
_KEYS = ("title-zh", "title-en", "title", "param", "column", "example", "none")


@dataclass(frozen=True, slots=True)
class Question:
    """A saved question.

    ``none`` says, where the sources do not answer it, what they do not say. ``own`` is
    the user's file; a question that ships with kg has none.
    """

    name: str
    titles: Titles
    parameters: tuple[Parameter, ...]
    columns: dict[str, Titles]
    example: str
    text: str
    none: Titles | None = None
    own: Path | None = None


def read(file: Path, *, shipped: bool = False) -> Question:
    """The question of a file.

    A question that ships with kg has titles in both languages, and an example. In a user's
    file one title may serve both, and where there is none the name is shown.

    Raises `FaultyQuestion` with all that is wrong, each fault with its line.
    """
    text = _text(file)
    head = _Head(file.stem, strict=shipped)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            break
        if line.startswith("#+"):
            head.read(number, line)
    head.check(text)
    if head.faults:
        raise FaultyQuestion(file, sorted(head.faults, key=lambda fault: fault[0] or 0))
    return head.question(text, None if shipped else file)


def _text(file: Path) -> str:
    if not file.is_file():
        raise FaultyQuestion(file, [(None, "not a file that can be read")])
    try:
        with file.open("rb") as content:
            data = content.read(MAX_BYTES + 1)
    except OSError as error:
        raise FaultyQuestion(file, [(None, f"cannot be read: {error.strerror}")]) from error
    if len(data) > MAX_BYTES:
        raise FaultyQuestion(file, [(None, f"larger than {MAX_BYTES:,} bytes")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FaultyQuestion(file, [(line, "not UTF-8; save the file as UTF-8")]) from error


class _Head:
    """Reads head lines and keeps what is wrong with them."""

    def __init__(self, name: str, *, strict: bool) -> None:
        self.name = name
        self.strict = strict
        self.faults: list[tuple[int | None, str]] = []
        self.single: dict[str, str] = {}
        self.parameters: dict[str, tuple[int, Parameter]] = {}
        self.columns: dict[str, tuple[int, Titles]] = {}

    def read(self, number: int, line: str) -> None:
        found = _HEAD.match(line)
        if not found:
            self.faults.append((number, f"a head line is “#+ key: value”, and this is {line!r}"))
            return
        key, value = found.groups()
        if key not in _KEYS:
            known = ", ".join(_KEYS)
            self.faults.append((number, f"no head is called {key!r}{_meant(key, _KEYS)} ({known})"))
        elif key == "param":
            self._parameter(number, value)
        elif key == "column":
            self._column(number, value)
        elif key in self.single:
            self.faults.append((number, f"{key} stands twice"))
        else:
            self.single[key] = value
            self._both(number, value, needed=key == "none" and self.strict)

    def _parameter(self, number: int, value: str) -> None:
        found = _PARAMETER.fullmatch(value)
        if not found:
            form = "name type[?|=default] 中文 | English"
            self.faults.append((number, f"a parameter is “{form}”, and this is {value!r}"))
            return
        name, type_, of = found["name"], found["type"], found["of"]
        default = found["default"].strip('"') if found["default"] is not None else None
        titles = self._both(number, found["title"] or name, needed=self.strict)
        made = Parameter(name, type_, titles, default, bool(found["optional"]), (of or "").strip())
        if name in self.parameters:
            self.faults.append((number, f"the parameter {name} stands twice"))
        self.parameters[name] = (number, made)
        self.faults += ((number, fact) for fact in _wrong(made))

    def _column(self, number: int, value: str) -> None:
        found = _COLUMN.fullmatch(value)
        if not found:
            form = "name 中文 | English"
            self.faults.append((number, f"a column is “{form}”, and this is {value!r}"))
            return
        titles = self._both(number, found[2] or found[1], needed=self.strict)
        self.columns[found[1]] = (number, titles)

    def _both(self, number: int, value: str, *, needed: bool) -> Titles:
        """The halves of ``中文 | English``; where one is enough it serves both."""
        zh, bar, en = (half.strip() for half in value.partition("|"))
        if needed and not (bar and zh and en):
            self.faults.append((number, f"not in both languages (“中文 | English”): {value!r}"))
        return {"zh": zh or en, "en": en or zh}

    def check(self, text: str) -> None:
        """What the heads say against the query below them."""
        needed = ("title-zh", "title-en", "example") if self.strict else ()
        self.faults += (
            (None, f"a head “#+ {key}: …” is missing") for key in needed if key not in self.single
        )
        try:
            self._check(text)
        except QueryRefused as error:
            self.faults.append((None, str(error)))

    def _check(self, text: str) -> None:
        found = list(sparql.tokens(text))
        if not found:
            self.faults.append((None, "there is no query below the head"))
        variables = {t.text[1:] for t in found if t.kind == "variable" and t.text[0] == "?"}
        used = list(sparql.uses(text))
        for use in used:
            line, _ = sparql.position(text, use.start)
            self.faults += ((line, fact) for fact in self._misused(use, variables))
        for name, (number, _) in self.parameters.items():
            if name not in {use.name for use in used}:
                self.faults.append(
                    (number, f"the query has no ${name}, so the parameter is unused")
                )
        for name, (number, _) in self.columns.items():
            if name not in variables:
                self.faults.append((number, f"the query has no ?{name} to head"))

    def _misused(self, use: sparql.Use, variables: set[str]) -> Iterator[str]:
        name = use.name
        if name not in self.parameters:
            hint = f"“#+ param: {name} string” declares it, and ?{name} is a variable"
            meant = _meant(name, tuple(self.parameters))
            yield f"${name} is not declared as a parameter{meant}; {hint}"
            return
        parameter = self.parameters[name][1]
        if name in variables:
            yield f"${name} and ?{name} are one variable in SPARQL; give the variable another name"
        if use.place in ("LIMIT", "OFFSET") and parameter.type != "int":
            yield f"{use.place} takes an int, and ${name} is declared as {parameter.type}"
        if parameter.optional and use.place != "VALUES":
            yield (
                f"${name} may be left out, so it stands in VALUES only: VALUES ?x {{ ${name} }} "
                f"and ?x where it is meant"
            )

    def question(self, text: str, own: Path | None) -> Question:
        parameters = tuple(parameter for _, parameter in self.parameters.values())
        title = self._both(0, self.single.get("title", self.name), needed=False)
        none = self.single.get("none")
        needed = "".join(f" -p {p.name}=…" for p in parameters if p.needed)
        return Question(
            name=self.name,
            titles={lang: self.single.get(f"title-{lang}") or title[lang] for lang in title},
            parameters=parameters,
            columns={name: titles for name, (_, titles) in self.columns.items()},
            example=self.single.get("example") or f"kg query {self.name}{needed}",
            text=text,
            none=None if none is None else self._both(0, none, needed=False),
            own=own,
        )


def _wrong(parameter: Parameter) -> Iterator[str]:
    if parameter.type not in TYPES:
        meant = _meant(parameter.type, TYPES)
        yield f"no type is called {parameter.type!r}{meant} ({', '.join(TYPES)})"
    elif (parameter.type == "enum") != bool(parameter.of):
        yield (
            "an enum names where its values are, a class, a concept scheme or a property: "
            "enum(pba:honourLevel); other types name nothing"
        )
    elif parameter.default is not None and parameter.type not in ("iri", "enum"):
        try:
            literal(parameter, parameter.default)
        except ParameterError as error:
            yield f"its default: {error}"


def _meant(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
