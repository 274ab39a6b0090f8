"""Rows as a workbook of Excel: typed cells, links, and a sheet that says what was asked."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pyoxigraph as ox

from kg.evidence import Evidence
from kg.export.answer import Answer, WrongFormat, certainty, told, why_header
from kg.export.sheet import Sheet
from kg.files import scratch
from kg.store import Manifest

if TYPE_CHECKING:
    import xlsxwriter

# Limits of Excel, the first without the header.
LONGEST = 1_048_575
_COLUMNS = 16_384

_WORDS = {
    "zh": {
        "results": "结果",
        "query": "查询",
        "title": "问题",
        "text": "查询语句",
        "generation": "数据",
        "endpoint": "端点",
        "number": "第{n}代",
        "created": "提交时间",
        "digest": "摘要",
        "rows": "行数",
        "source": "来源",
        "file": "文件",
        "statements": "陈述",
        "place": "位置",
        "certainty": "性质",
        "quote": "原文",
        "reason": "理由",
        "date": "日期",
        "publisher": "发布者",
        "address": "地址",
        "Stated": "陈述",
    },
    "en": {
        "results": "Results",
        "query": "Query",
        "title": "Question",
        "text": "Query",
        "generation": "Data",
        "endpoint": "Endpoint",
        "number": "generation {n}",
        "created": "Committed",
        "digest": "Digest",
        "rows": "Rows",
        "source": "Source",
        "file": "File",
        "statements": "Statements",
        "place": "Place",
        "certainty": "Certainty",
        "quote": "Words",
        "reason": "Reason",
        "date": "Date",
        "publisher": "Publisher",
        "address": "Address",
        "Stated": "stated",
    },
}


def write_workbook(answer: Answer, out: BinaryIO) -> None:
    """Two sheets: the rows, and what was asked of which data with the sources.

    A text is never a formula. Two workbooks of one answer are the same, byte for byte.
    Memory is bounded: the rows wait in a temporary file. Raises `WrongFormat` for more
    rows or columns than a sheet has.
    """
    with book(out, answer.origin.manifest if answer.origin else None) as made:
        _fill(made, answer)


@contextmanager
def book(out: BinaryIO, manifest: Manifest | None) -> Iterator[xlsxwriter.Workbook]:
    """A workbook to fill, which is written when the block ends well.

    Its date is that of the data, so that two of one content are the same bytes.
    """
    with scratch() as folder:
        path = folder / "answer.xlsx"
        with _book(path, manifest) as made:
            yield made
        with path.open("rb") as content:
            shutil.copyfileobj(content, out)


@contextmanager
def _book(path: Path, manifest: Manifest | None) -> Iterator[xlsxwriter.Workbook]:
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    book = Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)})
    book.use_zip64()
    book.set_properties({"created": _created(manifest)})
    try:
        try:
            yield book
        finally:
            book.close()
    except FileCreateError as error:
        raise error.args[0] from error


def _created(manifest: Manifest | None) -> datetime.datetime:
    """When the data was committed: a workbook does not tell the time at which it was made."""
    return datetime.datetime.fromisoformat(manifest.created if manifest else "1980-01-01T00:00:00Z")


def _fill(book: xlsxwriter.Workbook, answer: Answer) -> None:
    words = _WORDS[answer.lang]
    headers = [*answer.headers, *why_header(answer)]
    if len(headers) > _COLUMNS:
        raise WrongFormat(f"a sheet of Excel has {_COLUMNS:,} columns at most; use -f csv")
    sheet = Sheet(book, words["results"], answer.lang)
    sheet.header(headers)
    told_of: dict[Evidence, None] = {}
    for row, why in answer.explained:
        if sheet.row > LONGEST:
            raise WrongFormat(f"a sheet of Excel has {LONGEST:,} rows at most; use -f csv")
        told_of.update(dict.fromkeys(why))
        places = "\n".join(told(place, answer.lang) for place in why)
        sheet.line(row if answer.why is None else [*row, places])
    sheet.close()
    _describe(Sheet(book, words["query"], answer.lang), answer, sheet.row - 1, told_of)


def _describe(sheet: Sheet, answer: Answer, rows: int, places: Iterable[Evidence]) -> None:
    """What was asked, of which data, how many rows it has, and the sources."""
    words, origin = _WORDS[answer.lang], answer.origin
    if origin and origin.title:
        sheet.field(words["title"], origin.title)
    if origin:
        sheet.field(words["text"], origin.text.strip())
    if origin and origin.endpoint:
        sheet.field(words["endpoint"], origin.endpoint)
    if origin and origin.manifest:
        manifest = origin.manifest
        sheet.field(words["generation"], words["number"].format(n=manifest.generation))
        sheet.field(words["created"], manifest.created)
        sheet.field(words["digest"], manifest.digest)
    sheet.field(words["rows"], ox.Literal(rows))
    sheet.line([])
    if answer.why is not None:
        _list_places(sheet, places, answer.lang)
    elif origin and origin.manifest:
        sheet.titles([words["source"], words["file"], words["statements"]])
        for source in origin.manifest.sources:
            sheet.line([source.id, source.file_name, ox.Literal(source.quads)])
    sheet.close()


def _list_places(sheet: Sheet, places: Iterable[Evidence], lang: str) -> None:
    words = _WORDS[lang]
    columns = ("place", "quote", "certainty", "reason", "source", "date", "publisher", "address")
    sheet.titles(words[name] for name in columns)
    for place in places:
        known = certainty(place, lang) or words["Stated"]
        source = place.source
        words_of = (place.place, place.quote, known, place.reason, source.title, source.date)
        sheet.line([*words_of, source.publisher, ox.NamedNode(place.graph)])
