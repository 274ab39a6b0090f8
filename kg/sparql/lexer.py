"""The tokens of a query as terminals of the grammar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lark import Token as Terminal
from lark.lexer import Lexer

from kg.exceptions import Unparsed
from kg.sparql.names import Names
from kg.sparql.tokens import Token, position, tokens

if TYPE_CHECKING:
    from lark.common import LexerConf

AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))
# Built-in calls of the form NAME(expression, …), with the numbers of arguments they take.
BUILT_INS = {
    "STR": (1,), "LANG": (1,), "LANGMATCHES": (2,), "DATATYPE": (1,), "BOUND": (1,), "IRI": (1,),
    "URI": (1,), "BNODE": (0, 1), "RAND": (0,), "ABS": (1,), "CEIL": (1,), "FLOOR": (1,),
    "ROUND": (1,), "CONCAT": range(1_000_000), "STRLEN": (1,), "UCASE": (1,), "LCASE": (1,),
    "ENCODE_FOR_URI": (1,), "CONTAINS": (2,), "STRSTARTS": (2,), "STRENDS": (2,),
    "STRBEFORE": (2,), "STRAFTER": (2,), "YEAR": (1,), "MONTH": (1,), "DAY": (1,),
    "HOURS": (1,), "MINUTES": (1,), "SECONDS": (1,), "TIMEZONE": (1,), "TZ": (1,), "NOW": (0,),
    "UUID": (0,), "STRUUID": (0,), "MD5": (1,), "SHA1": (1,), "SHA256": (1,), "SHA384": (1,),
    "SHA512": (1,), "COALESCE": range(1_000_000), "IF": (3,), "STRLANG": (2,), "STRDT": (2,),
    "SAMETERM": (2,), "ISIRI": (1,), "ISURI": (1,), "ISBLANK": (1,), "ISLITERAL": (1,),
    "ISNUMERIC": (1,), "REGEX": (2, 3), "SUBSTR": (2, 3), "REPLACE": (3, 4),
}  # fmt: skip
_KINDS = {"variable": "VAR", "string": "STRING", "language": "LANGUAGE", "blank": "BLANK"}
_COMPARISONS = {"!=", "<=", ">="}
_SIGNS = {"+", "-"}


class Terminals(Lexer):
    """Feeds the parser: words are keywords, names are the IRIs that they stand for."""

    def __init__(self, conf: LexerConf) -> None:
        self.fixed = {t.pattern.value: t.name for t in conf.terminals if t.pattern is not None}

    # lark hands the text alone to a lexer of this form.
    def lex(self, text: str) -> Iterator[Terminal]:  # type: ignore[override]
        """Yield the terminals of a text. Raises `QuerySyntaxError` for an undeclared prefix."""
        return _Reader(self.fixed, text).read()


class _Reader:
    def __init__(self, fixed: dict[str, str], text: str) -> None:
        self.fixed = fixed
        self.text = text
        self.names = Names()
        # What a PREFIX or BASE clause has said of itself so far.
        self.clause: list[Token] = []

    def read(self) -> Iterator[Terminal]:
        found = list(tokens(self.text))
        skip = False
        for index, token in enumerate(found):
            if skip:
                skip = False
                continue
            after = found[index + 1] if index + 1 < len(found) else None
            skip = self._is_signed(token, after)
            if skip and after:
                yield Terminal("SIGNED", token.text + after.text, start_pos=token.start)
            else:
                yield self.terminal(token)

    def _is_signed(self, token: Token, after: Token | None) -> bool:
        """Whether a sign and a number stand together, which the standard reads as one."""
        if token.kind != "symbol" or token.text not in _SIGNS or after is None:
            return False
        return after.kind == "number" and after.start == token.end

    def terminal(self, token: Token) -> Terminal:
        kind, value = token.kind, token.text
        if kind == "word":
            kind, value = self.word(token)
        elif kind == "symbol":
            kind = "COMPARISON" if value in _COMPARISONS else self.fixed.get(value, "")
        elif kind in ("iri", "name"):
            kind, value = self.name(token)
        elif kind == "number":
            kind = "NUMBER"
        else:
            kind = _KINDS[kind]
        if not kind:
            raise unread(self.text, token)
        return Terminal(kind, value, start_pos=token.start)

    def word(self, token: Token) -> tuple[str, str]:
        word = token.text.upper()
        if token.text == "a":
            return "A", "a"
        if word in ("IRI", "URI") and self.names.base:
            # It is resolved when the query runs, and the base is not part of the algebra.
            raise unread(self.text, token)
        if word in BUILT_INS:
            return "BUILT_IN", word
        if word in AGGREGATES:
            return "AGGREGATE", word
        if word in ("TRUE", "FALSE"):
            return "BOOLEAN", word.lower()
        if word in ("BASE", "PREFIX"):
            self.clause = [token]
        return self.fixed.get(word, ""), word

    def name(self, token: Token) -> tuple[str, str]:
        keyword = self.clause[0].keyword if self.clause else ""
        if keyword == "PREFIX" and len(self.clause) == 1 and token.kind == "name":
            self.clause.append(token)
            return "PNAME_NS", token.text
        iri = self.names.iri(token, self.text)
        if keyword == "BASE":
            self.names.base = iri
        elif keyword == "PREFIX":
            self.names.prefixes[self.clause[-1].text] = iri
        self.clause = []
        return "IRI", iri


def unread(text: str, token: Token | None) -> Unparsed:
    """The error that says from where on the text cannot be read."""
    if token is None:
        return Unparsed("the query ends too early", *position(text, len(text)))
    return Unparsed(f"cannot be read from {token.text!r} on", *position(text, token.start))
