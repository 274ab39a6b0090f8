"""How deep an answer nests: its parser recurses, and the stack of a process is not endless."""

from __future__ import annotations

import re

# Measured: a term of 100,000 triple terms in each other ends the process, not with an error.
MAX_DEPTH = 200

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class JsonDepth:
    r"""Follows the brackets of a JSON text that comes in pieces.

    >>> depth = JsonDepth()
    >>> [depth.feed(piece) for piece in (b'{"a":["{{\\', b'"[[",{', b"}]")]
    [2, 3, 1]
    """

    def __init__(self) -> None:
        self._depth = 0
        self._open = b""

    def feed(self, piece: bytes) -> int:
        """The depth behind the piece."""
        bare = _STRING.sub(b"", self._open + piece)
        bare, quote, inside = bare.partition(b'"')
        backslashes = len(inside) - len(inside.rstrip(b"\\"))
        self._open = quote + (b"\\" if backslashes % 2 else b"")
        self._depth += sum(map(bare.count, (b"{", b"["))) - sum(map(bare.count, (b"}", b"]")))
        return self._depth


class TripleDepth:
    """Follows the triple terms (``<<( … )>>``) of Turtle or N-Triples, roughly: strings count, too.

    No string can stand between the beginnings of terms in each other, so what strings hold
    hides none of them; the angles of an IRI cancel out.

    >>> depth = TripleDepth()
    >>> [depth.feed(piece) for piece in (b"<urn:a> <urn:p> <<( <", b"urn:a> <urn:p> <<(", b")>>")]
    [3, 4, 2]
    """

    def __init__(self) -> None:
        self._depth = 0

    def feed(self, piece: bytes) -> int:
        """The depth behind the piece."""
        self._depth = max(0, self._depth + piece.count(b"<") - piece.count(b">"))
        return self._depth
