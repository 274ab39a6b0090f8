"""What a file must not hold: unknown terms, persons, their numbers, control characters."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import accumulate, islice
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox

from kg import ontology
from kg.exceptions import Problem
from kg.ingest.terms import Term, depth, distinct, triples
from kg.namespace import FOAF, PBA, SCHEMA

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
# Digits that are not ASCII, and what stands between digits and is no hyphen or space.
_WIDE = re.compile(
    r"(?![0-9])\d|[Ｘｘ＋\u2010-\u2015\u2212－\u00a0\u2000-\u200d\u202f\u3000\ufeff]"
)
_WIDE_SIGNS = dict(zip("Ｘｘ＋－\u2212", "Xx+--", strict=True))

_RESIDENT_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9](?:[ -]?\d){5}[ -]?(?:1[ -]?9|2[ -]?0)(?:[ -]?\d){2}[ -]?"
    r"(?:0[ -]?[1-9]|1[ -]?[0-2])[ -]?(?:0[ -]?[1-9]|[12][ -]?\d|3[ -]?[01])"
    r"(?:[ -]?\d){3}[ -]?[\dXx](?![0-9A-Za-z])"
)
# Separators only where people put them: anywhere, and lists of figures would be numbers.
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:\+|00)?86[ -]?)?(?:1[3-9](?:\d{9}|\d[ -]\d{8}|\d[ -]\d{4}[ -]\d{4}"
    r"|\d{5}[ -]\d{4}|\d[ -]\d{3}[ -]\d{5}|\d\d[ -]\d{3}[ -]?\d{4}|\d{3}[ -]\d{6})"
    r"|1[ -][3-9](?:[ -]\d){9})(?![0-9A-Za-z])(?! ?[元万亿])"
)
_NUMBERS = (("resident-id", _RESIDENT_ID), ("mobile", _MOBILE))

_PERSON_CLASSES = {FOAF + "Person", SCHEMA + "Person", "http://schema.org/Person"}
_ABOUT_PERSONS = """
    name givenName givenname familyName family_name firstName lastName surname nick img
    mbox mbox_sha1sum phone birthday age gender knows account holdsAccount accountName
    openid jabberID skypeID aimChatID icqChatID msnChatID yahooChatID geekcode plan
    workplaceHomepage workInfoHomepage schoolHomepage
"""
_PERSON_PROPERTIES = {FOAF + name for name in _ABOUT_PERSONS.split()}
_VCARD = "http://www.w3.org/2006/vcard/ns#"

_CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_NAME = re.compile(r"[:#]([^\s:#<>\"'{}()\[\],;]*[^\s:#<>\"'{}()\[\],;.])")
_DEEPEST = 32
# Searching the text, and the ontology for a like name, takes time: for so many of a file only.
_LOCATED = 100


def shown(value: str) -> str:
    r"""A text whose control characters and half characters are written as escapes.

    >>> shown("a\x1bb")
    'a\\u001Bb'
    """
    harmless = value.encode("utf-8", "backslashreplace").decode()
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04X}", harmless)


def of_name(path: Path, name: str, reserved: Collection[str]) -> Iterator[Problem]:
    """Whether a source can have the name."""
    if name in reserved:
        reason = "kg writes the source of that name itself"
    elif not re.fullmatch(r"[^\W_][\w.()+\-]*", name):
        reason = "a letter or digit comes first"
    else:
        return
    message = f"{name!r} cannot name a source ({reason}); rename the file or give --as NAME"
    yield Problem(str(path), None, None, "source-name", message)


def of_text(path: Path, text: str) -> Iterator[Problem]:
    """Resident-ID and mobile numbers anywhere in a file, comments too; they are masked."""
    for number, line in enumerate(text.split("\n"), 1):
        plain = _plain(_unescaped(line))
        for rule, found in _personal(plain):
            column = found.start() + 1 if "\\" not in line else None
            yield _numbered(path, number, column, rule, found[0])


def of_quads(path: Path, text: str, quads: list[ox.Quad]) -> list[Problem]:
    """What is wrong with the parsed content: terms, persons, numbers, control characters."""
    deep = [quad for quad in quads if depth(quad) > _DEEPEST]
    if deep:
        message = f"triple terms are nested more than {_DEEPEST} deep"
        return [Problem(str(path), None, None, "nesting", message)]
    values = list(dict.fromkeys(_values(distinct(quads))))
    where = _Lines(text)
    return [
        *_unknown_terms(path, text, values),
        *_persons(path, quads),
        *_hidden_numbers(path, where, values),
        *_control(path, where, values),
    ]


def _values(terms: Iterable[Term]) -> Iterator[tuple[str, bool]]:
    """Each text that the terms hold, and whether it is an IRI."""
    for term in terms:
        if isinstance(term, ox.Literal):
            yield term.value, False
            yield term.datatype.value, True
        elif isinstance(term, ox.NamedNode):
            yield term.value, True


class _Lines:
    """The text of a file with its escapes resolved, to find the line of a value."""

    def __init__(self, text: str) -> None:
        self._left = _LOCATED
        self._raw = text

    def line(self, fragment: str) -> int | None:
        """The first line that holds the fragment; None for the rest of a long list."""
        self._left -= 1
        place = self._text.find(fragment) if self._left >= 0 else -1
        return bisect_right(self._starts, place) if place >= 0 else None

    @cached_property
    def _text(self) -> str:
        return "\n".join(map(_unescaped, self._raw.split("\n")))

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self._text.split("\n"))]


def _unescaped(line: str) -> str:
    """A line in which escapes are the characters they stand for; white space is a space."""
    return _ESCAPE.sub(_character, line) if "\\" in line else line


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    if code:
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else " "
    return " " if escape[3] in "tbnrf" else escape[3]


def _plain(text: str) -> str:
    """A text of the same length in which all digits, signs and spaces are ASCII."""
    return text if text.isascii() else _WIDE.sub(_narrow, text)


def _narrow(found: re.Match[str]) -> str:
    sign = found[0]
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return _WIDE_SIGNS.get(sign, "-" if "\u2010" <= sign <= "\u2015" else " ")


def _personal(plain: str) -> Iterator[tuple[str, re.Match[str]]]:
    return ((rule, found) for rule, pattern in _NUMBERS for found in pattern.finditer(plain))


def _numbered(path: Path, line: int | None, column: int | None, rule: str, value: str) -> Problem:
    masked = value[:3] + "*" * (len(value) - 5) + value[-2:]
    message = f"{masked} looks like a {rule} number; remove it"
    return Problem(str(path), line, column, rule, message)


def _hidden_numbers(
    path: Path, where: _Lines, values: Iterable[tuple[str, bool]]
) -> Iterator[Problem]:
    """Numbers that only the parsed values show, such as percent-encoded ones."""
    for value, is_iri in values:
        read = unquote(value) if is_iri and "%" in value else value
        for rule, found in _personal(_plain(read)):
            fragment = value if is_iri else read[found.start() : found.end()]
            yield _numbered(path, where.line(fragment), None, rule, found[0])


def _control(path: Path, where: _Lines, values: Iterable[tuple[str, bool]]) -> Iterator[Problem]:
    for value, is_iri in values:
        found = _CONTROL.search(value)
        if found:
            begin = max(0, found.start() - 20)
            before = value[begin : found.start()].rpartition("\n")[2]
            line = where.line(before + found[0])
            part = shown(before + value[found.start() : found.start() + 20])
            kind = "an IRI" if is_iri else "a text"
            message = f"{kind} holds a control character: “{part}”; remove it"
            yield Problem(str(path), line, None, "control", message)


def _unknown_terms(path: Path, text: str, values: Iterable[tuple[str, bool]]) -> Iterator[Problem]:
    known = ontology.terms()
    unknown = sorted(v for v, is_iri in values if is_iri and v.startswith(PBA) and v not in known)
    lines = _lines_of_names(text) if unknown else {}
    hints = {iri: near for iri in islice(unknown, _LOCATED) if (near := _nearest(iri))}
    for iri in unknown:
        hint = f"; did you mean pba:{hints[iri]}?" if iri in hints else ""
        name = iri.removeprefix(PBA)
        message = f"the ontology has no term pba:{shown(name)}{hint}"
        yield Problem(str(path), lines.get(name), None, "term", message)


def _nearest(iri: str) -> str:
    return ontology.nearest(iri) if len(iri) < len(PBA) + _LOCATED else ""


def _lines_of_names(text: str) -> dict[str, int]:
    """The first line of each local name, in one pass over the text."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        for name in _NAME.findall(line):
            found.setdefault(name, number)
    return found


def _persons(path: Path, quads: Iterable[ox.Quad]) -> Iterator[Problem]:
    for triple in (triple for quad in quads for triple in triples(quad)):
        if _is_personal(triple):
            message = (
                f"{shown(str(triple.subject))} describes a person; "
                "a name stands only as pba:holderName"
            )
            yield Problem(str(path), None, None, "person", message)


def _is_personal(triple: ox.Triple) -> bool:
    kind, predicate = triple.object, triple.predicate.value
    if isinstance(kind, ox.NamedNode) and kind.value in _PERSON_CLASSES:
        return True
    return predicate in _PERSON_PROPERTIES or predicate.startswith(_VCARD)
