"""The names of a query: its prefixes, its base, and the IRIs that they stand for."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from kg.exceptions import QuerySyntaxError
from kg.namespace import PREFIXES
from kg.sparql.tokens import Token, position

_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Names:
    """The prefixes that hold at a place of a query (with those of kg), and its base."""

    def __init__(self) -> None:
        self.prefixes = {f"{prefix}:": iri for prefix, iri in PREFIXES.items()}
        self.base = ""

    def iri(self, token: Token, text: str) -> str:
        """The IRI that a token ``<…>`` or ``prefix:name`` of the text stands for.

        Raises `QuerySyntaxError` for a prefix that the query does not declare.
        """
        if token.kind == "iri":
            return _absolute(self.base, unescaped(token.text[1:-1]))
        prefix, _, local = token.text.partition(":")
        if f"{prefix}:" not in self.prefixes:
            fact = f"the prefix {prefix}: is not declared"
            raise QuerySyntaxError(fact, *position(text, token.start))
        return self.prefixes[f"{prefix}:"] + re.sub(r"\\(.)", r"\1", local)


def unescaped(text: str) -> str:
    r"""The text with its code point escapes resolved.

    >>> unescaped(r"\u51e4凰")
    '凤凰'
    """
    return _ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)), text)


def _absolute(base: str, iri: str) -> str:
    joined = urljoin(base, iri) if base else iri
    # urljoin drops an empty fragment, which is how most namespaces end.
    return joined + "#" if iri.endswith("#") and not joined.endswith("#") else joined


def prologue(found: list[Token]) -> Names:
    """The names that hold behind the prologue of a query."""
    names = Names()
    for first, second, third in zip(found, found[1:], found[2:], strict=False):
        if first.keyword == "BASE" and second.kind == "iri":
            names.base = names.iri(second, "")
        if first.keyword == "PREFIX" and third.kind == "iri":
            names.prefixes[second.text] = names.iri(third, "")
    return names
