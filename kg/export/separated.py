"""Rows as CSV: to the letter, or made safe for opening in Excel."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable
from typing import BinaryIO

from kg.evidence import Evidence
from kg.export.answer import Answer, text_of, why_column
from kg.export.cells import is_number
from kg.query.why import Term

# What Excel, asked to open a CSV, reads as the beginning of a formula, and line breaks before it.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def write_csv(answer: Answer, out: BinaryIO) -> None:
    """The W3C's CSV; where rows are explained, a last column has the graphs that say them."""
    _write(answer, out, text_of)


def write_excel(answer: Answer, out: BinaryIO) -> None:
    """The same with a byte order mark, and no cell that Excel would take for a formula."""
    out.write(codecs.BOM_UTF8)
    _write(answer, out, _safe)


def _write(answer: Answer, out: BinaryIO, cell: Callable[[Term | None], str]) -> None:
    writer = csv.writer(codecs.getwriter("utf-8")(out), lineterminator="\r\n")
    column = why_column(answer)
    writer.writerow([*answer.names, *column])
    for row, why in answer.explained:
        writer.writerow([*map(cell, row), *(_graphs(why) for _ in column)])


def _safe(term: Term | None) -> str:
    """A cell with an apostrophe before what only looks like a formula; a number stays.

    >>> import pyoxigraph as ox
    >>> [_safe(term) for term in (ox.Literal("-5"), ox.Literal(-5))]
    ["'-5", '-5']
    """
    text = text_of(term)
    return f"'{text}" if text.startswith(_FORMULA) and not is_number(term) else text


def _graphs(why: list[Evidence]) -> str:
    return " ".join(dict.fromkeys(evidence.graph for evidence in why))
