"""Finding the names of persons in texts, for what is handed on without them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from urllib.parse import unquote

_SHORTEST_NAME = 2


class Names:
    """Finds names in texts, whatever the spaces and the width and case of letters.

    Names of one character are not looked for.

    >>> names = Names(["某甲"])
    >>> names.within("记者 某 甲"), names.within("某乙"), bool(Names([]))
    (True, False, False)
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_start: dict[str, set[str]] = defaultdict(set)
        for name in map(_squeezed, names):
            if len(name) >= _SHORTEST_NAME:
                self._by_start[name[:_SHORTEST_NAME]].add(name)

    def __bool__(self) -> bool:
        return bool(self._by_start)

    def within(self, text: str) -> bool:
        """Whether a name is in a text, or in what it is with its percent codes read."""
        return any(self._found(_squeezed(reading)) for reading in {text, unquote(text)})

    def _found(self, text: str) -> bool:
        starts = range(len(text) - _SHORTEST_NAME + 1)
        return any(
            text.startswith(name, at)
            for at in starts
            for name in self._by_start.get(text[at : at + _SHORTEST_NAME], ())
        )


def _squeezed(text: str) -> str:
    # A character at a time: a name is then a part of the text before and after.
    return "".join(map(_folded, text))


@cache
def _folded(character: str) -> str:
    return "".join(unicodedata.normalize("NFKC", character).casefold().split())
