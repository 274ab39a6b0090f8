"""What is typed into `kg shell`, cut into statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg import sparql
from kg.exceptions import QueryRefused

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_STARTS = (*FORMS, "PREFIX", "BASE")
_CONTINUING = ("WHERE", "FROM", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_WORD = re.compile(r"[^\W\d][\w\-]*(?=\s|\{|$)")
_OPENING, _CLOSING = ("{", "(", "["), ("}", ")", "]")


def is_sparql(text: str) -> bool:
    """Whether it is a query, and no command or saved question.

    >>> [is_sparql(t) for t in ("# all\\nask {}", "SELCT * {}", "honours", "\\\\help")]
    [True, True, False, False]
    """
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    word = first.split(maxsplit=1)[0].upper() if first else ""
    return word.partition("{")[0] in _STARTS or (not first.startswith("\\") and "{" in text)


def is_complete(text: str, *, alone: bool = True) -> bool:
    """Whether an input says all that it has to.

    A command or a saved question is one line. A query has its brackets closed, and ends
    with ``;`` or an empty line; where it stands ``alone`` in one line, that line is all.

    >>> is_complete("SELECT * { ?s ?p ?o }"), is_complete("SELECT * { ?s ?p ?o")
    (True, False)
    >>> is_complete("SELECT *\\n{ ?s ?p ?o }"), is_complete("SELECT *\\n{ ?s ?p ?o }\\n")
    (False, True)
    """
    if not is_sparql(text):
        return bool(text.strip()) and not _is_comment(text)
    last = text.rpartition("\n")[2].strip()
    if not alone and last and not last.endswith(";"):
        return False
    state = _state(text)
    if state.is_ended or state.is_broken:
        return True
    if state.depth > 0 or not state.form:
        return False
    if not last:
        return True
    return alone and state.has_pattern and "\n" not in text[state.start :]


def statements(lines: Iterable[str]) -> Iterator[str]:
    """Cut a script into its statements.

    They end as they do when they are typed, or where the next begins.

    >>> list(statements(["SELECT *", "{ ?s ?p ?o }", "LIMIT 1", "ASK {}", "honours"]))
    ['SELECT *\\n{ ?s ?p ?o }\\nLIMIT 1', 'ASK {}', 'honours']
    """
    held: list[str] = []
    for line in lines:
        if held and _begins(line, "\n".join(held)):
            yield "\n".join(held)
            held = []
        if held or line.strip():
            held.append(line)
        if held and is_complete("\n".join(held), alone=False):
            yield "\n".join(held).rstrip()
            held = []
    if held and not _is_comment("\n".join(held)):
        yield "\n".join(held).rstrip()


def stripped(text: str) -> str:
    """A query without the ``;`` that ends it.

    >>> stripped("ASK {} ; ")
    'ASK {}'
    """
    return text.rstrip().removesuffix(";").rstrip() if _state(text).is_ended else text


def depth(text: str) -> int:
    """How many brackets are open at the end of a text.

    >>> depth("SELECT * { { ?s ?p")
    2
    """
    return max(0, _state(text).depth)


def _begins(line: str, before: str) -> bool:
    """Whether the line begins a statement behind what stands before it."""
    if line.startswith("\\"):
        return True
    word = _WORD.match(line)
    if word is None or word[0].upper() in _CONTINUING:
        return False
    state = _state(before)
    return state.depth <= 0 and state.has_pattern


def _is_comment(text: str) -> bool:
    return all(line.lstrip().startswith("#") for line in text.splitlines() if line.strip())


@dataclass(slots=True)
class _State:
    """How far a query has come: open brackets, where its form begins, what it has."""

    depth: int = 0
    form: str = ""
    start: int = 0
    has_pattern: bool = False
    is_ended: bool = False
    is_broken: bool = False


def _state(text: str) -> _State:
    state, before = _State(), None
    try:
        for token in sparql.tokens(text):
            state.is_ended = token.keyword == ";" and state.depth == 0
            if token.keyword in FORMS and not state.form:
                state.form, state.start = token.keyword, token.start
            state.depth += (token.keyword in _OPENING) - (token.keyword in _CLOSING)
            described = state.form == "DESCRIBE" and token.kind in ("iri", "name", "variable")
            state.has_pattern |= token.keyword == "{" or described
            if token.keyword in ("'", '"'):
                # One that three quotes open goes on; another is never closed by a later line.
                goes_on = before is not None and before.text == token.text * 2
                state.depth += goes_on
                state.is_broken |= not goes_on
                break
            state.is_broken |= state.depth < 0
            before = token
    except QueryRefused:
        state.is_broken = True
    return state
