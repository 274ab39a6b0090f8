"""The body of an answer: read once, counted, and whole."""

from __future__ import annotations

import http.client
from typing import Protocol

from kg.exceptions import RemoteError
from kg.remote.address import Address
from kg.remote.depth import MAX_DEPTH

# What comes at once; nesting is looked at between pieces.
_PIECE = 1024


class Depth(Protocol):
    """Follows how deep a text nests, piece by piece."""

    def feed(self, piece: bytes) -> int:
        """The depth behind the piece."""


class Body:
    """What a parser reads an answer from.

    Raises `RemoteError` for an answer that is too large, cut off, nested too deep or encoded.
    """

    def __init__(self, response: http.client.HTTPResponse, address: Address, size: int) -> None:
        self.type = response.headers.get_content_type()
        self.depth: Depth | None = None
        self._response = response
        self._address = address
        self._limit = size
        self._told = response.length
        self._read = 0
        encoding = response.headers.get("Content-Encoding", "identity").lower()
        if encoding != "identity":
            self.close()
            raise RemoteError(address, f"answers in {encoding}, which kg did not ask for")

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; a negative size reads all."""
        if size < 0:
            return b"".join(iter(lambda: self._piece(_PIECE), b""))
        return self._piece(min(size, _PIECE))

    def close(self) -> None:
        """Let go of the connection."""
        self._response.close()

    def _piece(self, size: int) -> bytes:
        piece = self._response.read(size)
        self._read += len(piece)
        if self._read > self._limit:
            fact = f"its answer is larger than {self._limit:,} bytes; ask for less"
            raise self._refused(f"{fact}, or set KG_ENDPOINT_MAX_MB")
        if not piece and size and self._told is not None and self._read < self._told:
            raise self._refused(f"its answer ends after {self._read:,} of {self._told:,} bytes")
        if self.depth and self.depth.feed(piece) > MAX_DEPTH:
            raise self._refused("its answer nests too deep to be read")
        return piece

    def _refused(self, fact: str) -> RemoteError:
        self.close()
        return RemoteError(self._address, fact)
