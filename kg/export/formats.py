"""Which format is written by what."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

import pyoxigraph as ox

from kg.export.answer import Answer, WrongFormat
from kg.export.markdown import write_markdown
from kg.export.results_json import write_json, write_records
from kg.export.separated import write_csv, write_excel
from kg.export.workbook import write_workbook
from kg.namespace import PREFIXES
from kg.query import Results, Triples

GRAPHS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_STREAMS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
# Names below id: and source: have slashes, which a prefixed name would have to escape.
SHORT = {p: iri for p, iri in PREFIXES.items() if p not in ("id", "source")}
_ABBREVIATED = ("ttl", "trig")

ROWS: dict[str, Callable[[Answer, BinaryIO], None]] = {
    "csv": write_csv,
    "json": write_json,
    "md": write_markdown,
    "xlsx": write_workbook,
}
# Kinds of csv and json.
_WRITERS = ROWS | {"excel": write_excel, "records": write_records}
FORMATS = ("table", "csv", "tsv", "json", "xml", "md", "xlsx", *GRAPHS)


def stream(results: Results, form: str, out: BinaryIO) -> None:
    """Write the results as the engine gives them, row by row, in bounded memory.

    Rows and ASK go to csv, tsv, json and xml by the W3C's formats; graphs to `GRAPHS`.
    Raises `WrongFormat`.
    """
    if isinstance(results, ox.QueryTriples | Triples):
        if form not in GRAPHS:
            raise WrongFormat(f"a graph cannot be written as {form}; use {', '.join(GRAPHS)}")
        prefixes = SHORT if form in _ABBREVIATED else None
        ox.serialize(results, out, format=GRAPHS[form], prefixes=prefixes)
        return
    if form not in _STREAMS:
        truth = isinstance(results, ox.QueryBoolean)
        what, forms = ("true or false", _STREAMS) if truth else ("rows", _STREAMS | ROWS)
        raise WrongFormat(f"{what} cannot be written as {form}; use {', '.join(forms)}")
    results.serialize(out, format=_STREAMS[form])


def streams(form: str) -> bool:
    """Whether `stream` writes rows or graphs of the format."""
    return form in _STREAMS or form in GRAPHS


def write(answer: Answer, form: str, out: BinaryIO) -> None:
    """Write the rows with their evidence where there is some, reading the rows once.

    ``form`` is one of `ROWS`, ``excel`` (CSV for opening in Excel) or ``records`` (JSON as
    a list of plain objects). All but xlsx and JSON go out row by row; xlsx keeps its rows
    in a temporary file. Raises `WrongFormat` for a format that cannot carry the answer.
    """
    require_sources(form)
    _WRITERS[form](answer, out)


def require_sources(form: str) -> None:
    """Raise `WrongFormat` for a format that cannot carry rows with their sources."""
    if form not in _WRITERS:
        raise WrongFormat(f"{form} cannot carry sources; use {', '.join(ROWS)} or a table")


def rows(answer: Answer, form: str) -> bytes:
    """What `write` writes."""
    out = io.BytesIO()
    write(answer, form, out)
    return out.getvalue()
