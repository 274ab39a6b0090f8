"""Finding things by their names."""

from __future__ import annotations

import difflib
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from kg.exceptions import QueryRefused
from kg.search.index import FILE, PROPERTIES, in_memory, reading
from kg.search.phrases import Part, any_way, by_rank, parts, resembling, sounding
from kg.store import View

_SELECT = """
SELECT thing, text, lang, property FROM names JOIN label ON label.id = names.rowid
WHERE names MATCH ? ORDER BY size, length(text), property, text, thing, lang
"""
_THINGS = """
SELECT DISTINCT thing FROM names JOIN label ON label.id = names.rowid
WHERE names MATCH ? AND lang BETWEEN ? AND ? ORDER BY thing LIMIT ?
"""
# So many names are compared letter by letter with one that is not found.
_COMPARED = 1_000
_in_memory: weakref.WeakKeyDictionary[View, sqlite3.Connection] = weakref.WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing and the name by which it was found.

    ``how`` is ``words``, ``pinyin``, ``initials`` or ``mixed``; ``property`` the IRI of the
    relation between the two.
    """

    thing: str
    name: str
    lang: str
    property: str
    how: str


def find(view: View, text: str, *, limit: int | None = 20) -> list[Hit]:
    """The things with a name like the text, the likest first, each once by its likest name.

    Like is: as written (a phrase; letters may be the beginning of a word), as pinyin, as first
    letters of pinyin. At the beginning comes before within, shorter before longer. Parts with a
    space between may stand anywhere. Raises `QueryRefused` for more than a name, `StoreDamaged`.
    """
    with opened(view) as index:
        found = parts(index, text)
        return list(islice(_hits(index, found), limit)) if found else []


def named(view: View, name: str) -> list[str]:
    """The things that have exactly this name, in whatever language."""
    with opened(view) as index:
        found = parts(index, name)
        ranked = by_rank(found) if found else ()
        rows = (row for _, words in islice(ranked, 1) for row in index.execute(_SELECT, [words]))
        return sorted({thing for thing, text, _, _ in rows if text == name})


def things(view: View, text: str, lang: str = "", *, limit: int) -> list[str]:
    """All things that `find` finds, unranked; with ``lang`` by names of that language only.

    Raises `QueryRefused` for more than ``limit``, too.
    """
    with opened(view) as index:
        found = parts(index, text)
        if not found:
            return []
        tags = [lang, lang] if lang else ["", "\U0010ffff"]
        rows = index.execute(_THINGS, [any_way(found), *tags, limit + 1]).fetchall()
    if len(rows) > limit:
        raise QueryRefused(f"more than {limit:,} things have a name like {text!r}; say more of it")
    return [thing for (thing,) in rows]


@contextmanager
def opened(view: View) -> Iterator[sqlite3.Connection]:
    """The index of a generation; for one that has none (of an older kg) one in memory."""
    path = view.attached(FILE)
    if path is not None:
        with reading(path) as index:
            yield index
        return
    if view not in _in_memory:
        _in_memory[view] = in_memory(view)
        weakref.finalize(view, _in_memory[view].close)
    yield _in_memory[view]


def _hits(index: sqlite3.Connection, found: Sequence[Part]) -> Iterator[Hit]:
    seen: set[str] = set()
    for how, expression in by_rank(found):
        for thing, name, lang, rank in index.execute(_SELECT, [expression]):
            if thing not in seen:
                seen.add(thing)
                yield Hit(thing, name, lang, PROPERTIES[rank].value, how)


def near(view: View, text: str, *, limit: int = 3) -> list[str]:
    """Names for a text that is not found: that sound like it, else that look like it."""
    with opened(view) as index:
        return _names(index, sounding(text), limit) or difflib.get_close_matches(
            text, _names(index, resembling(text), _COMPARED), n=limit, cutoff=0.5
        )


def _names(index: sqlite3.Connection, expression: str, limit: int) -> list[str]:
    """The first different names that an expression finds; none for an empty one."""
    rows = index.execute(_SELECT, [expression]) if expression else ()
    return list(islice(dict.fromkeys(name for _, name, _, _ in rows), limit))
