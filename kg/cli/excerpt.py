"""An error as the user sees it: the sentence, and the place in the query that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import plain
from kg.exceptions import KGError, QueryError
from kg.namespace import curie

if TYPE_CHECKING:
    from kg.store import Readable

_WIDTH = 100


def tell(error: KGError) -> None:
    """Print an error to standard error, with the line of the query and a mark below the fault."""
    click.echo(f"Error: {plain(str(error))}", err=True)
    if isinstance(error, QueryError) and error.text and error.line and error.column:
        for line in excerpt(error.text, error.line, error.column):
            click.echo(f"  {line}", err=True)


@contextmanager
def quoting(text: str) -> Iterator[None]:
    """Let errors of a query in this block carry its text."""
    try:
        yield
    except QueryError as error:
        error.text = text
        raise


def misspelt(view: Readable, text: str, lang: str) -> None:
    """Say on standard error which names of a query the ontology does not have."""
    from kg.query import unknown_terms

    for unknown in unknown_terms(view, text):
        near, hint = unknown.nearest, ""
        if near:
            hint = f"; did you mean {curie(near.iri)} ({near.labels.get(lang, '')})?"
        sentence = f"{unknown.written} is not a term of the ontology{hint}"
        click.echo(f"Note: {plain(sentence)}", err=True)


def excerpt(text: str, line: int, column: int) -> list[str]:
    """The line of a text and a mark below the token that begins at the column.

    >>> print(*excerpt("SELECT *\\n{ ?s a 联盟:Aliance }", 2, 8), sep="\\n")
    { ?s a 联盟:Aliance }
           ^^^^^^^^^^^^
    """
    from rich.cells import cell_len

    lines = text.splitlines() or [""]
    whole = lines[line - 1] if line <= len(lines) else ""
    start = max(0, column - 1 - _WIDTH // 2)
    shown = plain(whole[start : start + _WIDTH]).replace("\t", " ")
    before = shown[: column - 1 - start]
    fault = shown[len(before) : len(before) + _length(text, line, column)]
    return [shown, " " * cell_len(before) + "^" * max(1, cell_len(fault))]


def _length(text: str, line: int, column: int) -> int:
    """How long the token is that begins there."""
    from kg import sparql

    # A text with a < that could be two things has no tokens from there on.
    with suppress(QueryError):
        for token in sparql.tokens(text):
            if sparql.position(text, token.start) == (line, column):
                return len(token.text.partition("\n")[0])
    return 1
