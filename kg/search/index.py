"""The label index: one SQLite file of a generation, with nothing in it but names.

``label`` holds a name a row. ``names`` (FTS5, without content of its own) holds its tokens, its
readings by syllables and their first letters; ``syllable`` all syllables that occur in it. A name
that is gone leaves ``label`` only: what ``names`` still says of it leads nowhere, until the index
is written anew.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

import pyoxigraph as ox

from kg.exceptions import StoreDamaged, StoreError
from kg.namespace import RDFS, SKOS
from kg.search.keys import spoken, tokens
from kg.search.pinyin import readings
from kg.store import Readable
from kg.store.layout import ADVICE

FILE = "names.sqlite"
PROPERTIES = tuple(
    ox.NamedNode(iri)
    for iri in (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel")
)
"""What gives a thing a name, the foremost first."""
BAR = "|"
# To be raised when other tokens or readings are written: an index of another form is not changed.
_FORM = 1
# Where more than one in so many names is gone, the index is written anew.
_GONE = 4
_SCHEMA = f"""
CREATE TABLE form (text TEXT NOT NULL);
CREATE TABLE label (
    id INTEGER PRIMARY KEY AUTOINCREMENT, thing TEXT NOT NULL, text TEXT NOT NULL,
    lang TEXT NOT NULL, property INTEGER NOT NULL, size INTEGER NOT NULL);
CREATE TABLE syllable (text TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE names USING fts5 (
    words, pinyin, initials, content='', columnsize=0, tokenize="ascii tokenchars '{BAR}'");
"""
_INSERT_LABEL = "INSERT INTO label (thing, text, lang, property, size) VALUES (?, ?, ?, ?, ?)"
_DEFAULT = ox.DefaultGraph()

Name: TypeAlias = tuple[str, ox.Literal, int]
"""The thing, what it is called, and the number of the property that says so."""


def write(
    path: Path, data: Readable, *, before: Path | None = None, changed: Collection[ox.Quad] = ()
) -> None:
    """Write the index of the names in the merge of ``data`` to a new file.

    With the index ``before`` the ``changed`` quads it is a changed copy of that one: apart from
    copying the file it costs what the names of the changed things cost. Raises `StoreError`.
    """
    try:
        if before is not None and _renewed(path, before, data, changed):
            return
        path.unlink(missing_ok=True)
        with closing(_writable(path)) as index:
            fill(index, data)
            index.execute("VACUUM")
    except sqlite3.Error as error:
        raise StoreError(f"{path}: the label index cannot be written ({error})") from error


def in_memory(data: Readable) -> sqlite3.Connection:
    """An index that is no file, for data that has none: O(number of names)."""
    index = sqlite3.connect(":memory:", check_same_thread=False)
    fill(index, data)
    return index


def touches(changed: Iterable[ox.Quad]) -> bool:
    """Whether a change concerns any name."""
    return any(quad.predicate in PROPERTIES for quad in changed)


def is_current(path: Path) -> bool:
    """Whether an index is one that this version of kg would write of the same names."""
    try:
        with reading(path) as index:
            return _has_form(index)
    except StoreDamaged:
        return False


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The index in a file that nobody writes; what cannot be read is `StoreDamaged`."""
    name = f"file:{quote(os.fsencode(path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(name, uri=True)) as index:
            yield index
    except sqlite3.Error as error:
        raise StoreDamaged(path, f"the label index cannot be read ({error})", ADVICE) from error


def fill(index: sqlite3.Connection, data: Readable) -> None:
    """Make the tables and write every name of the merge."""
    index.executescript(_SCHEMA)
    with index:
        index.execute("INSERT INTO form VALUES (?)", [_form()])
        _add(index, _names(data))
        index.execute("INSERT INTO names (names) VALUES ('optimize')")


def _writable(path: Path) -> sqlite3.Connection:
    """A connection without a journal: the whole file is dropped when anything fails."""
    index = sqlite3.connect(path)
    index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    return index


def _renewed(path: Path, before: Path, data: Readable, changed: Collection[ox.Quad]) -> bool:
    """Whether a changed copy was made; of an index of another form or full of holes it is not."""
    shutil.copyfile(before, path)
    renamed = (quad.subject for quad in changed if quad.predicate in PROPERTIES)
    things = {thing for thing in renamed if isinstance(thing, ox.NamedNode)}
    with closing(_writable(path)) as index:
        if not _has_form(index):
            return False
        with index:
            index.execute("CREATE TEMP TABLE gone (thing TEXT PRIMARY KEY)")
            index.executemany("INSERT INTO gone VALUES (?)", [[thing.value] for thing in things])
            index.execute("DELETE FROM label WHERE thing IN gone")
            _add(index, _names(data, sorted(things, key=str)))
        (used,) = index.execute("SELECT seq FROM sqlite_sequence").fetchone()
        (kept,) = index.execute("SELECT count(*) FROM label").fetchone()
    return bool((used - kept) * _GONE <= used)


def _names(data: Readable, things: Iterable[ox.NamedNode | None] = (None,)) -> Iterator[Name]:
    """The names of some things, or of all; what two properties say is told of the first."""
    for thing in things:
        for rank, name in enumerate(PROPERTIES):
            for quad in data.quads(thing, name, None, _DEFAULT):
                if not isinstance(quad.subject, ox.NamedNode):
                    continue
                if isinstance(quad.object, ox.Literal) and not _said(data, quad, rank):
                    yield quad.subject.value, quad.object, rank


def _said(data: Readable, quad: ox.Quad, rank: int) -> bool:
    """Whether a property before this one says the same."""
    found = (data.quads(quad.subject, p, quad.object, _DEFAULT) for p in PROPERTIES[:rank])
    return any(True for quads in found for _ in quads)


def _add(index: sqlite3.Connection, names: Iterable[Name]) -> None:
    syllables: set[str] = set()
    for thing, name, rank in names:
        words, said = tokens(name.value), readings(spoken(name.value))
        if not words:
            continue
        syllables.update(*said)
        row = (thing, name.value, name.language or "", rank, len(words))
        label = index.execute(_INSERT_LABEL, row).lastrowid
        firsts = dict.fromkeys(" ".join(letters(reading)) for reading in said)
        index.execute(
            "INSERT INTO names (rowid, words, pinyin, initials) VALUES (?, ?, ?, ?)",
            (label, " ".join(words), _barred(map(" ".join, said)), _barred(firsts)),
        )
    rows = ([syllable] for syllable in syllables)
    index.executemany("INSERT OR IGNORE INTO syllable VALUES (?)", rows)


def _barred(readings: Iterable[str]) -> str:
    """Several readings in one column; no phrase goes across a bar."""
    return f" {BAR} ".join(readings)


def letters(reading: Iterable[str]) -> list[str]:
    """The first letter of each syllable or word; numbers whole.

    >>> letters(["1", "6", "hong", "se"])
    ['1', '6', 'h', 's']
    """
    return [part if part.isdecimal() else part[0] for part in reading]


def _has_form(index: sqlite3.Connection) -> bool:
    return bool(index.execute("SELECT text FROM form").fetchone() == (_form(),))


def _form() -> str:
    return f"{_FORM} pypinyin {version('pypinyin')} opencc {version('opencc')}"
