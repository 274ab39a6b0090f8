"""What is wrong with a query that the engine cannot read, and where."""

from __future__ import annotations

import re
from collections.abc import Callable

from kg.exceptions import QuerySyntaxError
from kg.sparql.names import prologue
from kg.sparql.tokens import Token, position, tokens

_PAIRS = {"{": "}", "(": ")", "[": "]"}


def syntax_error(error: SyntaxError, text: str) -> QuerySyntaxError:
    """The engine's syntax error, with the line and column where the fault begins.

    The engine reports how far it looked ahead, which is often the end of the text;
    so common faults are looked for in the tokens, and rdflib's parser is asked where
    it stopped.

    >>> str(syntax_error(SyntaxError("error at 1:20: expected FILTER"), "ASK { ?s ?p 'x }"))
    'line 1, column 13: a string that begins here is not closed'
    """
    found = list(tokens(text))
    for look in (_open_string, _open_bracket, _undeclared_prefix):
        fault = look(found)
        if fault:
            return QuerySyntaxError(fault[1], *position(text, fault[0].start))
    stopped = _stopped(text)
    hint = _hint(str(error.msg))
    if stopped is None:
        place = re.match(r"error at (\d+):(\d+)", str(error.msg))
        where = (int(place[1]), int(place[2])) if place else (None, None)
        return QuerySyntaxError(hint.strip(" ()") or str(error.msg), *where)
    at = next((t for t in found if t.end > stopped), None)
    fact = f"cannot be read from {at.text!r} on" if at else "the query ends too early"
    return QuerySyntaxError(fact + hint, *position(text, at.start if at else len(text)))


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
    names = (t for t in found if t.kind == "name")
    unknown = next((t for t in names if t.text.partition(":")[0] + ":" not in prefixes), None)
    if unknown is None:
        return None
    return unknown, f"the prefix {unknown.text.partition(':')[0]}: is not declared"


def _stopped(text: str) -> int | None:
    """The offset at which rdflib's parser gives up, or None when it reads the text."""
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery

    parse: Callable[[str], object] = parseQuery
    try:
        parse(text)
    except ParseBaseException as error:
        return error.loc
    except RecursionError:
        return None
    return None


def _hint(message: str) -> str:
    """The engine's own sentence, where it has one among the tokens that it expects."""
    options = re.sub(r"^error at \d+:\d+: expected (one of )?", "", message).split(", ")
    sentences = [o for o in options if re.fullmatch(r"[A-Z][a-zA-Z]* [a-zA-Z ]+", o)]
    return f" ({sentences[0]})" if sentences else ""
