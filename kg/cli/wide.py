"""Tables of many columns: headings break between words, and what has no room is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from rich.cells import cell_len
from rich.table import Table

from kg.cli import show
from kg.cli.terminal import plain

# Eight Chinese characters of a text stand on a line, fewer where that gives all columns room.
_TEXTS = (16, 12, 10, 8)
# Four of a heading.
_HEADING = 8
_CHINESE = r"\u4e00-\u9fff"
# The edge of a table, and what a column takes beside its text: margins and the next edge.
_EDGE, _BESIDE = 1, 3


class Fitted(NamedTuple):
    """A table no wider than the screen, and the titles of the columns that had no room."""

    table: Table
    left_out: Sequence[str]


def fitted(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Fitted:
    """The first columns that have room: numbers and words whole, long texts in lines.

    >>> fitted(["rank", "links not stated"], [["1", "21"]], 80).left_out
    []
    >>> fitted(["rank", "links not stated"], [["1", "21"]], 15).left_out
    ['links not stated']
    """
    titles = [plain(title) for title in titles]
    cells = [[cell_len(plain(row[n])) for row in rows] for n in range(len(titles))]
    longest = [max(of, default=0) for of in cells]
    words = [*map(_widest_word, titles)]
    tried = [
        [max(min(n, least), word) for n, word in zip(longest, words, strict=True)]
        for least in _TEXTS
    ]
    needs = next((of for of in tried if _EDGE + sum(of) + _BESIDE * len(of) <= width), tried[0])
    rooms = accumulate(needs, lambda room, need: room + need + _BESIDE, initial=_EDGE)
    kept = max(1, sum(room <= width for room in [*rooms][1:]))
    room = width - _EDGE - _BESIDE * kept
    widths = _filled(needs[:kept], longest, room)
    widths = _filled(widths, [cell_len(title) for title in titles], room)
    heads = [
        title if cell_len(title) <= wide else _broken(title)
        for title, wide in zip(titles[:kept], widths, strict=True)
    ]
    made = show.table(heads, [row[:kept] for row in rows])
    for column, wide in zip(made.columns, widths, strict=True):
        column.width = wide
    return Fitted(made, titles[kept:])


def _filled(widths: Sequence[int], wanted: Sequence[int], room: int) -> list[int]:
    """What is left of the room, cell by cell to the narrowest column that wants more."""
    found = list(widths)
    for _ in range(room - sum(found)):
        short = [n for n, width in enumerate(found) if width < wanted[n]]
        if not short:
            break
        found[min(short, key=found.__getitem__)] += 1
    return found


def _widest_word(title: str) -> int:
    """Chinese has no spaces and breaks between any two characters."""
    return max(
        min(cell_len(word), _HEADING) if re.search(f"[{_CHINESE}]", word) else cell_len(word)
        for word in [*_broken(title).split(), ""]
    )


def _broken(title: str) -> str:
    """With a line's end where one may be and is no space: after a dash, before （."""
    return re.sub(rf"(?<=[a-z{_CHINESE}][–—])(?=[a-z{_CHINESE}])|(?=（)", "\n", title)
