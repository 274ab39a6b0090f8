"""The tokens of a query: the terminals of the SPARQL 1.1 grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>\#[^\n\r]*)
  | (?P<iri><(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
             | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<blank>_:[\w.\-]+)
  | (?P<name>(?:[^\W\d_](?:[\w\-]|\.(?=[\w\-.:]))*)?:
      (?:[\w:\-]|%[0-9A-Fa-f]{2}|\\.|\.(?=[\w:\-%.\\]))*)
  | (?P<number>\d*\.?\d+(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<symbol>\^\^|&&|\|\||<<|>>|!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token and where it begins in the text."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the token."""
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """The token in upper case when it is a word or a symbol, else nothing."""
        return self.text.upper() if self.kind in ("word", "symbol") else ""


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query, without white space and comments.

    >>> [t.text for t in tokens('SELECT ?s { ?s a <urn:x> } # end')]
    ['SELECT', '?s', '{', '?s', 'a', '<urn:x>', '}']
    """
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "symbol"
        if kind not in ("space", "comment"):
            yield Token(kind, match.group(), match.start())


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset.

    >>> position("a\\nbc", 3)
    (2, 2)
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
