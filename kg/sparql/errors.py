"""What is wrong with a query that the engine cannot read, and where."""

from __future__ import annotations

import difflib
import re
from itertools import pairwise

from kg.exceptions import QuerySyntaxError, Unparsed
from kg.sparql.names import prologue, undeclared
from kg.sparql.parse import parse
from kg.sparql.tokens import Token, position, tokens
from kg.sparql.words import CLAUSES, FUNCTIONS

_PAIRS = {"{": "}", "(": ")", "[": "]"}


def syntax_error(error: SyntaxError, text: str) -> QuerySyntaxError:
    """The engine's syntax error, with the line and column where the fault begins.

    The engine reports how far it looked ahead, which is often the end of the text;
    so common faults are looked for in the tokens, and our parser is asked where
    it stopped.

    >>> str(syntax_error(SyntaxError("error at 1:20: expected FILTER"), "ASK { ?s ?p 'x }"))
    'line 1, column 13: a string that begins here is not closed'
    """
    found = list(tokens(text))
    for look in (_open_string, _open_bracket, _undeclared_prefix):
        fault = look(found)
        if fault:
            return QuerySyntaxError(fault[1], *position(text, fault[0].start))
    return _stopped(str(error.msg), text, found)


_Fault = tuple[Token, str] | None


def _open_string(found: list[Token]) -> _Fault:
    quotes = (t for t in found if t.kind == "symbol" and t.text in "'\"")
    return next(((t, "a string that begins here is not closed") for t in quotes), None)


def _open_bracket(found: list[Token]) -> _Fault:
    opened: list[Token] = []
    for token in (t for t in found if t.kind == "symbol"):
        if token.text in _PAIRS:
            opened.append(token)
        elif token.text in _PAIRS.values():
            if not opened or _PAIRS[opened[-1].text] != token.text:
                return token, f"{token.text} closes nothing that is open"
            opened.pop()
    return (opened[-1], f"{opened[-1].text} is never closed") if opened else None


def _undeclared_prefix(found: list[Token]) -> _Fault:
    prefixes = prologue(found).prefixes
    for token in found:
        prefix, colon, _ = token.text.partition(":")
        if token.kind == "name" and colon and f"{prefix}:" not in prefixes:
            return token, undeclared(prefix, prefixes)
    return None


def _stopped(message: str, text: str, found: list[Token]) -> QuerySyntaxError:
    """Where our parser stops, with the engine's own sentence; else where the engine does."""
    sentence = _sentence(message)
    try:
        parse(text)
    except Unparsed as error:
        if error.line:
            fact = str(error).partition(": ")[2] + _word_meant(error, text, found)
            hint = f" ({sentence})" if sentence else ""
            return QuerySyntaxError(fact + hint, error.line, error.column)
    except QuerySyntaxError as error:
        return error
    fault = _bound_before(found)
    if fault and not sentence:
        return QuerySyntaxError(fault[1], *position(text, fault[0].start))
    place = re.match(r"error at (\d+):(\d+)", message)
    where = (int(place[1]), int(place[2])) if place else (None, None)
    return QuerySyntaxError(sentence or message, *where)


def _bound_before(found: list[Token]) -> _Fault:
    """The variable behind AS that has been used before, which the engine refuses speechless."""
    before: set[str] = set()
    for word, token in pairwise(found):
        if word.keyword == "AS" and token.text[1:] in before:
            return token, f"{token.text} has been used before; AS gives a value to a new variable"
        before |= {word.text[1:]} if word.kind == "variable" else set()
    return None


def _sentence(message: str) -> str:
    """The engine's own sentence, where it has one among the tokens that it expects."""
    options = re.sub(r"^error at \d+:\d+: expected (one of )?", "", message).split(", ")
    sentences = (o for o in options if re.fullmatch(r"[A-Z][a-zA-Z]* [a-zA-Z ]+", o))
    return next(sentences, "")


def _word_meant(error: Unparsed, text: str, found: list[Token]) -> str:
    """The word of SPARQL that is nearest to the one at the fault."""
    where = (error.line, error.column)
    at = next((t for t in found if position(text, t.start) == where and t.kind == "word"), None)
    known = [word.upper() for word in (*CLAUSES, *FUNCTIONS)]
    near = difflib.get_close_matches(at.keyword, known, n=1, cutoff=0.7) if at else []
    return f"; did you mean {near[0]}?" if near and at and near[0] != at.keyword else ""
