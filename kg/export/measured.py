"""What was measured as files: a measure as csv, json or xlsx, and a report of many.

A report is a folder (a CSV a measure and a README), a workbook (a sheet a measure) or one JSON
file. Values keep all their digits. Nothing tells the time at which it was written.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg import __version__
from kg.analytics import Measure, Result, measures
from kg.analytics.result import THING, Value
from kg.exceptions import MeasureError
from kg.export.answer import Answer, WrongFormat
from kg.export.formats import rows as written
from kg.export.markdown import harmless
from kg.export.sheet import Sheet
from kg.export.workbook import LONGEST, book
from kg.files import replacing_folder
from kg.namespace import XSD
from kg.network import networks
from kg.store import Manifest

README = "README.md"
_DOUBLE = ox.NamedNode(XSD + "double")
_MARK = re.compile(r"<!-- kg measure --all: (.*) -->")


_WORDS = {
    "zh": {
        "report": "联动测度报告",
        "overview": "说明",
        "measure": "测度",
        "title": "名称",
        "formula": "公式",
        "source": "出处",
        "cost": "计算量",
        "unit": "单位",
        "reading": "怎么读",
        "network": "网络",
        "nodes": "点",
        "edges": "线",
        "direction": "方向",
        "weight": "权重",
        "period": "时间",
        "date": "时点",
        "parameters": "参数",
        "summary": "总计",
        "notes": "说明",
        "rows": "行数",
        "generation": "数据",
        "number": "第{n}代",
        "created": "提交时间",
        "digest": "摘要",
        "software": "软件",
        "left out": "未列入",
        "files": "文件",
        "csv": "CSV 以 UTF-8 保存并带签名，可直接用 Excel 打开；"
        "以 = + - @ 开头的文字前加撇号，以免被当作公式。",
    },
    "en": {
        "report": "Measures of linkage: a report",
        "overview": "Overview",
        "measure": "Measure",
        "title": "Title",
        "formula": "Formula",
        "source": "Source",
        "cost": "Cost",
        "unit": "Unit",
        "reading": "How to read it",
        "network": "Network",
        "nodes": "Nodes",
        "edges": "Edges",
        "direction": "Direction",
        "weight": "Weight",
        "period": "Period",
        "date": "As of",
        "parameters": "Parameters",
        "summary": "In all",
        "notes": "Notes",
        "rows": "Rows",
        "generation": "Data",
        "number": "generation {n}",
        "created": "Committed",
        "digest": "Digest",
        "software": "Software",
        "left out": "Left out",
        "files": "Files",
        "csv": "The CSV files are UTF-8 with a mark, so that Excel opens them; a text that begins "
        "with = + - @ has an apostrophe before it, lest it be taken for a formula.",
    },
}


@dataclass(frozen=True, slots=True)
class Report:
    """Results on one generation, and which measures are left out and why."""

    results: Sequence[Result]
    manifest: Manifest
    lang: str = "zh"
    left_out: Mapping[str, str] = field(default_factory=dict)


def answer(result: Result, lang: str = "zh") -> Answer:
    """The rows of a result as terms: numbers with all their digits, things as IRIs."""
    names = [column.name for column in result.columns]
    titles = {column.name: column.title[lang] for column in result.columns}
    things = [column.name == THING.name for column in result.columns]
    rows = (
        tuple(_term(value, thing=thing) for value, thing in zip(row, things, strict=True))
        for row in result.rows
    )
    return Answer(names, rows, titles=titles, lang=lang)


def definition(known: Measure, lang: str = "zh") -> list[tuple[str, str]]:
    """What a measure is, as titles and texts; the name and title of it in both languages first."""
    words = _WORDS[lang]
    both = dict.fromkeys(known.title.values())
    return [
        (words["measure"], known.name),
        (words["title"], " · ".join(both)),
        (words["formula"], known.formula),
        (words["source"], known.source),
        (words["cost"], known.cost),
        (words["unit"], known.unit[lang]),
        (words["reading"], known.reading[lang]),
    ]


def network(name: str, lang: str = "zh") -> list[tuple[str, str]]:
    """What a network is, as titles and texts."""
    words, known = _WORDS[lang], networks()[name]
    parts = ("nodes", "edges", "direction", "weight", "period")
    titled = [(words["network"], f"{name} · {known.title[lang]}")]
    return titled + [(words[part], getattr(known, part)[lang]) for part in parts]


def findings(result: Result, lang: str = "zh") -> list[tuple[str, str]]:
    """Of what and how a result was taken, what is said of the whole, and notes."""
    words = _WORDS[lang]
    told = [(words["date"], result.linkage.date), (words["parameters"], given(result))]
    told += [(title[lang], shown(value)) for title, value in result.summary]
    told += [(words["notes"], note[lang]) for note in result.notes]
    return [(name, text) for name, text in told if text]


def given(result: Result) -> str:
    """The parameters that a result was taken with, chosen ones and usual ones; or nothing."""
    return ", ".join(f"{name}={value}" for name, value in result.parameters.items())


def shown(value: Value, digits: int | None = None) -> str:
    """A value on the screen: rounded to so many digits, else to four that count.

    >>> shown(0.123456, 3), shown(0.000123456), shown(1234), shown(None)
    ('0.123', '0.0001235', '1234', '')
    """
    if isinstance(value, float):
        return f"{value:.4g}" if digits is None else f"{value:.{digits}f}"
    return "" if value is None else str(value)


def write(report: Report, form: str, out: BinaryIO) -> None:
    """Write one result (csv, excel, json, xlsx), or several (json, xlsx).

    Raises `WrongFormat` for more rows than a sheet has.
    """
    if form in ("csv", "excel"):
        (result,) = report.results
        out.write(written(answer(result, report.lang), form))
    elif form == "json":
        text = json.dumps(tree(report), ensure_ascii=False, indent=1, allow_nan=False)
        out.write(f"{text}\n".encode())
    else:
        _write_book(report, out)


def tree(report: Report) -> dict[str, Any]:
    """A report as plain data; what is no number is null."""
    manifest = report.manifest
    return {
        "generation": manifest.generation,
        "digest": manifest.digest,
        "committed": manifest.created,
        "software": _software(),
        "measures": [_tree(result) for result in report.results],
        "left_out": dict(report.left_out),
    }


def _tree(result: Result) -> dict[str, Any]:
    known = measures()[result.measure]
    return {
        "measure": known.name,
        "title": dict(known.title),
        "formula": known.formula,
        "source": known.source,
        "cost": known.cost,
        "unit": dict(known.unit),
        "reading": dict(known.reading),
        "network": result.network,
        "as_of": result.linkage.date or None,
        "parameters": {name: _plain(value) for name, value in result.parameters.items()},
        "summary": [
            {"title": dict(title), "value": _plain(value)} for title, value in result.summary
        ],
        "notes": [dict(note) for note in result.notes],
        "columns": [{"name": c.name, "title": dict(c.title)} for c in result.columns],
        "rows": [{n: _plain(value) for n, value in row.items()} for row in result.records()],
    }


def write_folder(report: Report, folder: Path) -> Path:
    """Write a report as a folder, whole or not at all: a CSV a measure, and a README.

    It takes the place of an earlier report. Raises `MeasureError` for a folder that holds anything
    else, and `OSError`.
    """
    _refuse_foreign(folder)
    with replacing_folder(folder) as place:
        for result in report.results:
            content = written(answer(result, report.lang), "excel")
            (place / f"{result.measure}.csv").write_bytes(content)
        (place / README).write_text(readme(report), encoding="utf-8")
    return folder


def readme(report: Report) -> str:
    """What a report holds: of which data, and what each measure is."""
    words = _WORDS[report.lang]
    files = [f"{result.measure}.csv" for result in report.results]
    lines = [f"<!-- kg measure --all: {' '.join(files)} -->", f"# {words['report']}", ""]
    lines += _listed(_about(report))
    lines += ["", words["csv"], ""]
    for result in report.results:
        known = measures()[result.measure]
        lines += [f"## {harmless(known.title[report.lang])}", ""]
        lines += _listed([(words["files"], f"{result.measure}.csv"), *_told(result, report.lang)])
        lines += [""]
    if report.left_out:
        lines += [f"## {words['left out']}", "", *_listed(report.left_out.items()), ""]
    return "\n".join(lines)


def _refuse_foreign(folder: Path) -> None:
    """Raise `MeasureError` for what no earlier report can have written."""
    if not folder.exists():
        return
    other = f"{folder} is there and is no report of kg measure"
    if not folder.is_dir():
        raise MeasureError(f"{other}; name another folder, or a file .xlsx or .json")
    held = {path.name for path in folder.iterdir()}
    own = _marked(folder / README) if README in held else set()
    foreign = sorted(held - own)
    if foreign:
        raise MeasureError(f"{other} (it holds {foreign[0]}); name a new folder")


def _marked(file: Path) -> set[str]:
    """The files that a report says it holds."""
    try:
        with file.open(encoding="utf-8") as lines:
            found = _MARK.fullmatch(lines.readline().rstrip("\n"))
    except (OSError, UnicodeDecodeError):
        return set()
    return {README, *found[1].split()} if found else set()


def _about(report: Report) -> list[tuple[str, str]]:
    words, manifest = _WORDS[report.lang], report.manifest
    return [
        (words["generation"], words["number"].format(n=manifest.generation)),
        (words["created"], manifest.created),
        (words["digest"], manifest.digest),
        (words["software"], _software()),
    ]


def _told(result: Result, lang: str) -> list[tuple[str, str]]:
    """All that is said of a result but its rows."""
    known = network(result.network, lang) if result.network else []
    parts = [*definition(measures()[result.measure], lang), *known, *findings(result, lang)]
    return [*parts, (_WORDS[lang]["rows"], str(len(result.rows)))]


def _write_book(report: Report, out: BinaryIO) -> None:
    """One result: its rows, then what it is. Several: what they are, then the rows of each."""
    several = len(report.results) != 1
    with book(out, report.manifest) as made:
        if several:
            _overview(Sheet(made, _WORDS[report.lang]["overview"], report.lang), report)
        for result in report.results:
            _fill(Sheet(made, result.measure[:31], report.lang), result, report.lang)
        if not several:
            _overview(Sheet(made, _WORDS[report.lang]["overview"], report.lang), report)


def _fill(sheet: Sheet, result: Result, lang: str) -> None:
    if len(result.rows) > LONGEST:
        raise WrongFormat(f"a sheet of Excel has {LONGEST:,} rows at most; use csv")
    made = answer(result, lang)
    sheet.header(made.headers)
    for row in made.rows:
        sheet.line(row)
    sheet.close()


def _overview(sheet: Sheet, report: Report) -> None:
    for name, text in _about(report):
        sheet.field(name, text)
    for result in report.results:
        sheet.line([])
        for name, text in _told(result, report.lang):
            sheet.field(name, text)
    if report.left_out:
        sheet.line([])
        sheet.titles([_WORDS[report.lang]["left out"]])
        for name, why in report.left_out.items():
            sheet.field(name, why)
    sheet.close()


def _listed(fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in fields:
        yield f"- {harmless(name)}: {harmless(text)}"


def _term(value: Value, *, thing: bool = False) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
    if value is None or value == "":
        return None
    if isinstance(value, float):
        return ox.Literal(repr(value), datatype=_DOUBLE)
    if thing and isinstance(value, str) and not value.startswith("_:"):
        return ox.NamedNode(value)
    return ox.Literal(value)


def _plain(value: Value) -> Value:
    return None if isinstance(value, float) and not isfinite(value) else value


def _software() -> str:
    return f"kg {__version__}"


def content(report: Report, form: str) -> bytes:
    """What `write` writes."""
    out = io.BytesIO()
    write(report, form, out)
    return out.getvalue()
