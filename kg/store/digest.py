"""Digests of files and of sets of quads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

_MODULUS = 1 << 256


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def quads_digest(quads: Iterable[ox.Quad]) -> tuple[int, str]:
    """How many quads there are and a digest of them that does not depend on their order.

    The digest is the sum modulo 2²⁵⁶ of the SHA-256 of each quad's N-Quads line. It depends on
    the labels of blank nodes.

    >>> a = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal("1"))
    >>> b = ox.Quad(ox.NamedNode("urn:b"), ox.NamedNode("urn:p"), ox.Literal("2"))
    >>> quads_digest([a, b]) == quads_digest([b, a])
    True
    """
    count, total = _total(quads)
    return count, f"{total % _MODULUS:064x}"


def revised(digest: str, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> str:
    """The digest of a set of quads after a change of it.

    >>> a = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal("1"))
    >>> b = ox.Quad(ox.NamedNode("urn:b"), ox.NamedNode("urn:p"), ox.Literal("2"))
    >>> revised(quads_digest([a])[1], [a], [b]) == quads_digest([b])[1]
    True
    """
    total = int(digest, 16) - _total(removed)[1] + _total(added)[1]
    return f"{total % _MODULUS:064x}"


def _total(quads: Iterable[ox.Quad]) -> tuple[int, int]:
    count, total = 0, 0
    for quad in quads:
        line = f"{quad} .\n".encode()
        total += int.from_bytes(hashlib.sha256(line).digest(), "big")
        count += 1
    return count, total


def pairs_digest(pairs: Iterable[tuple[str, str]]) -> str:
    """The SHA-256 of (source, digest of its quads) pairs, sorted."""
    text = json.dumps(sorted(pairs), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
