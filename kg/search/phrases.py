"""What is typed as expressions of FTS5; nothing that is typed is ever its syntax."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.exceptions import QueryRefused
from kg.search.index import letters
from kg.search.keys import is_han, spoken, tokens, toneless
from kg.search.pinyin import readings

# Names are shorter, and FTS5 compares every token of a phrase.
LONGEST = 200
# More letters than these are not read as pinyin.
_SPELLED = 100
# `anananan…` falls into syllables in very many ways; of so many words none is meant.
_MOST_SPLITS = 64
# A word that is not found may be right in its first letters.
_BEGUN = 2
_LETTERS = re.compile("[0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Part:
    """What stands between two spaces: its tokens, and what it can be as pinyin."""

    words: list[str]
    pinyin: list[list[str]]
    initials: list[str]


def parts(index: sqlite3.Connection, text: str) -> list[Part]:
    """The parts of what is typed; a name has to have all of them.

    Raises `QueryRefused` for a text that is too long.
    """
    found = [words for part in text.split() if (words := tokens(part))]
    if sum(map(len, found)) > LONGEST or len(text) > LONGEST * 10:
        raise QueryRefused(f"a name of more than {LONGEST} words or characters is not looked for")
    return [_part(index, words) for words in found]


def _part(index: sqlite3.Connection, words: list[str]) -> Part:
    spelled = toneless("".join(words))
    if not _LETTERS.fullmatch(spelled) or len(spelled) > _SPELLED:
        return Part(words, [], [])
    typed = letters(re.findall("[0-9]+|[a-z]", spelled))
    return Part(words, splits(index, spelled), typed if len(spelled) > 1 else [])


def splits(index: sqlite3.Connection, spelled: str) -> list[list[str]]:
    """The ways to read letters as syllables of the index, of which the last may be begun only."""
    ends: dict[int, list[list[str]]] = {len(spelled): []}
    known = _known(index, spelled)
    for start in reversed(range(len(spelled))):
        rest = spelled[start:]
        found = [[rest]] if _begins(index, rest) else []
        for stop in range(start + 1, len(spelled)):
            if spelled[start:stop] in known:
                found += [[spelled[start:stop], *more] for more in ends[stop]]
        ends[start] = sorted(found, key=len)[:_MOST_SPLITS]
    return ends[0] if spelled else []


def _known(index: sqlite3.Connection, spelled: str) -> set[str]:
    size = range(len(spelled) + 1)
    pieces = {spelled[start:stop] for start in size for stop in size[start + 1 : start + 33]}
    asked = "SELECT text FROM syllable WHERE text = ?"
    return {piece for piece in pieces if index.execute(asked, [piece]).fetchone()}


def _begins(index: sqlite3.Connection, letters: str) -> bool:
    asked = "SELECT text FROM syllable WHERE text >= ? ORDER BY text LIMIT 1"
    row = index.execute(asked, [letters]).fetchone()
    return row is not None and row[0].startswith(letters)


def any_way(parts: Sequence[Part]) -> str:
    """Names that have all parts, each as it is written, as pinyin or as first letters."""
    ways = ([*_words(p, ""), *_pinyin(p, ""), *_initials(p, "")] for p in parts)
    return " AND ".join(f"({' OR '.join(way)})" for way in ways)


def by_rank(parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """The same names in falling order of likeness, with how they are like; they may come again.

    As written, as pinyin, as first letters, each first at the beginning; then mixed.
    """
    for how, way in (("words", _words), ("pinyin", _pinyin), ("initials", _initials)):
        for first in ("^ ", ""):
            found = [way(part, "" if n else first) for n, part in enumerate(parts)]
            if all(found):
                yield how, " AND ".join(f"({' OR '.join(each)})" for each in found)
    if len(parts) > 1:
        yield "mixed", any_way(parts)


def sounding(text: str) -> str:
    """Names that sound like the text; nothing for a text without Chinese characters."""
    said = readings(spoken(text[:LONGEST]))
    return " OR ".join(f"pinyin : {_quoted(reading)}" for reading in said)


def resembling(text: str) -> str:
    """Names that have two characters in a row of the text, or first two letters of a word."""
    words = tokens(text[:LONGEST])
    pairs = [_quoted(pair) for pair in pairwise(words) if all(map(is_han, pair))]
    begun = [f"{_quoted([word[:_BEGUN]])} *" for word in words if len(word) > _BEGUN]
    return " OR ".join(f"words : {piece}" for piece in [*pairs, *begun])


def _words(part: Part, first: str) -> list[str]:
    return [f"words : {first}{_phrase(part.words)}"]


def _pinyin(part: Part, first: str) -> list[str]:
    return [f"pinyin : {first}{_phrase(split)}" for split in part.pinyin]


def _initials(part: Part, first: str) -> list[str]:
    return [f"initials : {first}{_quoted(part.initials)}"] if part.initials else []


def _phrase(tokens: Sequence[str]) -> str:
    """A phrase whose last token may be only begun where it is no Chinese character."""
    return _quoted(tokens) + ("" if is_han(tokens[-1]) else " *")


def _quoted(tokens: Sequence[str]) -> str:
    return '"' + " ".join(tokens) + '"'
