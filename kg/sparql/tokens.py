"""The tokens of a query: the terminals of the SPARQL 1.1 grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.exceptions import QueryRefused
from kg.namespace import PREFIXES

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
  | (?P<number>(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+|\d*\.\d+|\d+)
  | (?P<word>[^\W\d]\w*)
  | (?P<symbol>\^\^|&&|\|\||<<|>>|!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_SCHEME = re.compile(r"<([A-Za-z][A-Za-z0-9+.\-]*):(//)?")


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

    Raises `QueryRefused` for a ``<`` that could begin an IRI or be less-than.
    """
    reader = _Reader(text)
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "symbol"
        if kind not in ("space", "comment"):
            yield reader.read(Token(kind, match.group(), match.start()))


class Brackets:
    """Which brackets are open; those of the rows of VALUES, where nothing is computed, apart."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self._values = False

    def see(self, token: Token) -> None:
        """Go on by one token."""
        if token.kind == "symbol" and token.text in ("(", "[", "{", "<<"):
            self.open.append("VALUES" if self._values and token.text == "{" else token.text)
        if token.kind == "symbol" and token.text in (")", "]", "}", ">>") and self.open:
            self.open.pop()
        # VALUES ?x { or VALUES (?x ?y) {, and nothing else.
        self._values = token.keyword == "VALUES" or (
            self._values and (token.kind == "variable" or token.text in ("(", ")"))
        )

    @property
    def in_rows(self) -> bool:
        """Whether this is among the rows of VALUES, or in one of them."""
        return "VALUES" in self.open[-2:]


class _Reader:
    """Follows brackets and prefixes, for the one place where tokens depend on them.

    ``?a<2)SERVICE#>`` is an IRI to the tokens and a comparison to a parser: whoever
    reads the other way misses what the engine sees. A comparison only stands within
    parentheses, behind an operand, and not in a row of VALUES; there a ``<…>`` passes
    only when the engine cannot read it as less-than, because what follows is no
    prefixed name.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.prefixes = set(PREFIXES)
        self.brackets = Brackets()
        self.last = Token("symbol", "", 0)

    def read(self, token: Token) -> Token:
        if token.kind == "iri" or token.text == "<<":
            self.refuse_ambiguous(token)
        if token.kind == "name" and self.last.keyword == "PREFIX":
            self.prefixes.add(token.text.partition(":")[0])
        self.brackets.see(token)
        self.last = token
        return token

    def refuse_ambiguous(self, token: Token) -> None:
        behind_operand = self.last.kind != "symbol" or self.last.text in (")", "]", ">>")
        inside = self.brackets.open[-1:] == ["("] and not self.brackets.in_rows
        if not inside or not behind_operand or self.is_iri(token):
            return
        fact = "this < could be less-than or begin an IRI"
        way = "put a space behind less-than, or write the whole IRI"
        raise QueryRefused(f"{fact}; {way}", *position(self.text, token.start))

    def is_iri(self, token: Token) -> bool:
        scheme = _SCHEME.match(token.text)
        return scheme is not None and (bool(scheme[2]) or scheme[1] not in self.prefixes)


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset.

    >>> position("a\\nbc", 3)
    (2, 2)
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
