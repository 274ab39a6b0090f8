"""Answers as bytes: rows as csv, tsv, json, xml, md or xlsx; graphs as ttl, nt or jsonld."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import pyoxigraph as ox

from kg.evidence import Evidence
from kg.exceptions import QueryError
from kg.namespace import PREFIXES, XSD, curie
from kg.query import Results, Triples
from kg.query.why import Row, Term

GRAPHS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_STREAMS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
# Names below id: and source: have slashes, which a prefixed name would have to escape.
_TURTLE_PREFIXES = {p: iri for p, iri in PREFIXES.items() if p not in ("id", "source")}
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "int", "long")}


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a SELECT query, and for each row the places that say why."""

    names: list[str]
    rows: list[Row]
    why: dict[Row, list[Evidence]] | None = None
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> list[str]:
        """The titles of the columns, where they have any."""
        return [self.titles.get(name, name) for name in self.names]


class WrongFormat(QueryError):
    """The format cannot carry this kind of answer."""


def stream(results: Results, form: str, out: BinaryIO) -> None:
    """Write the results as the engine gives them, row by row, in bounded memory.

    Rows and ASK go to csv, tsv, json and xml by the W3C's formats; graphs to `GRAPHS`.
    Raises `WrongFormat`.
    """
    if isinstance(results, ox.QueryTriples | Triples):
        if form not in GRAPHS:
            raise WrongFormat(f"a graph cannot be written as {form}; use {', '.join(GRAPHS)}")
        prefixes = _TURTLE_PREFIXES if form == "ttl" else None
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


def text_of(term: Term | None) -> str:
    """A term as a cell: the text of a literal, the whole IRI, nothing when unbound."""
    if isinstance(term, ox.NamedNode | ox.Literal):
        return term.value
    return "" if term is None else str(term)


def short(term: Term | None) -> str:
    """A term as people read it: an IRI as a prefixed name.

    >>> short(ox.NamedNode("https://w3id.org/pba/ns#Alliance"))
    'pba:Alliance'
    """
    return curie(term.value) if isinstance(term, ox.NamedNode) else text_of(term)


def _csv(answer: Answer) -> bytes:
    return _separated(answer, ",")


def _tsv(answer: Answer) -> bytes:
    return _separated(answer, "\t")


def _separated(answer: Answer, separator: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    column = _why_column(answer)
    writer.writerow([*answer.names, *column])
    for row, why in _explained(answer):
        graphs = " ".join(dict.fromkeys(e.graph for e in why))
        writer.writerow([*map(text_of, row), *(graphs for _ in column)])
    return out.getvalue().encode()


def _json(answer: Answer) -> bytes:
    column = _why_column(answer)
    listed = [
        {
            **{n: text_of(t) for n, t in zip(answer.names, row, strict=True) if t is not None},
            **{key: [plain(e) for e in why] for key in column},
        }
        for row, why in _explained(answer)
    ]
    return (json.dumps(listed, ensure_ascii=False, indent=1) + "\n").encode()


def _markdown(answer: Answer) -> bytes:
    column = _why_column(answer)
    headers = [*answer.headers, *column]
    lines = [headers, ["---"] * len(headers)]
    for row, why in _explained(answer):
        lines.append([*map(short, row), *("; ".join(map(told, why)) for _ in column)])
    return "".join("| " + " | ".join(map(_cell, line)) + " |\n" for line in lines).encode()


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "<br>")


def _xlsx(answer: Answer) -> bytes:
    """A workbook whose texts are texts: no cell of the data is taken for a formula."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for column, header in enumerate([*answer.headers, *_why_column(answer)]):
            sheet.write_string(0, column, header, bold)
        for number, (row, why) in enumerate(_explained(answer), 1):
            for column, term in enumerate(row):
                if isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS:
                    sheet.write_number(number, column, float(term.value))
                else:
                    sheet.write_string(number, column, short(term))
            if answer.why is not None:
                sheet.write_string(number, len(row), "\n".join(map(told, why)))
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return out.getvalue()


ROWS = {"csv": _csv, "tsv": _tsv, "json": _json, "md": _markdown, "xlsx": _xlsx}
FORMATS = ("table", "csv", "tsv", "json", "xml", "md", "xlsx", *GRAPHS)


def rows(answer: Answer, form: str) -> bytes:
    """All rows at once, with their evidence where there is some.

    Raises `WrongFormat` for a format that cannot carry it.
    """
    if form not in ROWS:
        raise WrongFormat(f"{form} cannot carry sources; use {', '.join(ROWS)} or a table")
    return ROWS[form](answer)


def _why_column(answer: Answer) -> list[str]:
    """The name of the column of sources, which no other has; no name when there is none.

    >>> _why_column(Answer(["a"], [], {})), _why_column(Answer(["why"], [], {}))
    (['why'], ['why2'])
    """
    if answer.why is None:
        return []
    taken = {*answer.names, *answer.headers}
    names = ("why", *(f"why{n}" for n in range(2, len(taken) + 3)))
    return [next(name for name in names if name not in taken)]


def _explained(answer: Answer) -> Iterator[tuple[Row, list[Evidence]]]:
    why = answer.why or {}
    return ((row, why.get(row, [])) for row in answer.rows)


def told(evidence: Evidence) -> str:
    """A piece of evidence as one line of text."""
    mark = "" if evidence.certainty == "Stated" else f" ({evidence.certainty})"
    return f"{evidence.place}{mark}：{evidence.quote or evidence.source.title}"


def plain(evidence: Evidence) -> dict[str, str]:
    """A piece of evidence as plain data."""
    return {
        "graph": evidence.graph,
        "quote": evidence.quote,
        "place": evidence.place,
        "source": evidence.source.title,
        "date": evidence.source.date,
        "certainty": evidence.certainty,
        "reason": evidence.reason,
    }
