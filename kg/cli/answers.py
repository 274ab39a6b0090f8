"""`kg query`: from what was asked to rows on the screen or in a file."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, cast

import click
import pyoxigraph as ox

from kg import export
from kg.cli import show
from kg.cli.excerpt import misspelt, quoting
from kg.cli.terminal import Screen, is_standard_output, native, plain
from kg.export import Answer
from kg.files import replacing
from kg.query import (
    Elsewhere,
    Explanation,
    Limits,
    Question,
    Results,
    Services,
    Triples,
    Unexplained,
    called,
    evaluating,
    question,
    run,
    why,
)
from kg.query import asked as filled
from kg.query.rewrites.service import NO_SERVICES
from kg.query.why import Row
from kg.store import View

_OTHERS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    question: str | None
    text: str | None
    values: dict[str, str]
    lang: str
    folders: tuple[Path, ...] = ()
    services: Services = NO_SERVICES
    limits: Limits = field(default_factory=Limits)

    def read(self, view: View | Elsewhere) -> tuple[str, Question | None]:
        """The SPARQL text, and the saved question when it is one."""
        name = self.question or ""
        if self.text is not None:
            return self._free(self.text), None
        if name == "-":
            return self._free(_standard_input()), None
        if name.endswith((".rq", ".sparql")) or os.sep in name:
            return self._free(_file(Path(name))), None
        saved = question(name, self.folders)
        return filled(view, saved, self.values, lang=self.lang), saved

    def _free(self, text: str) -> str:
        if self.values:
            raise click.UsageError("-p goes with a saved question")
        return text


def _file(path: Path) -> str:
    try:
        return _text(str(path), Path(native(str(path))).read_bytes())
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from error


def _standard_input() -> str:
    if sys.stdin is None:
        raise click.UsageError("standard input is closed")
    return _text("standard input", sys.stdin.buffer.read())


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{name}: not UTF-8 at byte {error.start}") from error


class _Read:
    """The rows of an answer as they are read: how many, and the engine's time for them."""

    def __init__(
        self, results: ox.QuerySolutions | ox.QueryTriples | Triples, started: float
    ) -> None:
        self._results = results
        self.seconds = time.perf_counter() - started
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        while True:
            before = time.perf_counter()
            row = next(self._results, None)
            self.seconds += time.perf_counter() - before
            if row is None:
                return
            self.count += 1
            yield tuple(row)


def answer(
    view: View | Elsewhere,
    asked: Asked,
    *,
    form: str | None,
    output: Path | None,
    witnesses: int = 0,
    excel: bool = False,
) -> None:
    """Run what is asked and print it, or write it to the file.

    ``witnesses`` is how many a row is shown with; with none it is not explained.

    ``form`` is one of `export.FORMATS`; without it the file's suffix decides, else it
    is a table (for a graph: Turtle). ``excel`` makes a CSV fit for opening in Excel.
    """
    output = None if output is None or is_standard_output(output) else output
    form = _format(form, output, excel=excel)
    if witnesses and form != "table":
        export.require_sources(form)
    text, saved = asked.read(view)
    with quoting(text):
        if isinstance(view, View):
            misspelt(view, text, asked.lang)
        started = time.perf_counter()
        limits = asked.limits
        results = run(
            view,
            text,
            services=asked.services,
            timeout=limits.timeout,
            memory=limits.memory,
        )
    if excel and not isinstance(results, ox.QuerySolutions):
        raise click.UsageError("--excel is for the rows of a SELECT query")
    if witnesses and isinstance(view, View):
        _explained(view, text, asked, _Shown(results, saved, form, output, started), witnesses)
    elif isinstance(results, ox.QuerySolutions) and not export.streams(form):
        read = _Read(results, started)
        with evaluating(view):
            made = _answered(results, read, asked.lang, saved)
            _give(replace(made, origin=_origin(view, text, saved, asked.lang)), form, output)
        _tell(read, saved, asked.lang)
    else:
        _whole(view, results, form, output)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is to be shown, how and where."""

    results: Results
    saved: Question | None
    form: str
    output: Path | None
    started: float


def _explained(view: View, text: str, asked: Asked, shown: _Shown, witnesses: int) -> None:
    """All rows at once, with what they rest on."""
    results, form = shown.results, shown.form
    if isinstance(results, ox.QueryBoolean):
        if form != "table":
            raise click.UsageError("--why explains true or false on the screen; omit -f and -o")
        click.echo("true" if results else "false")
        show.truth(_why(view, text, asked, witnesses), asked.lang, witnesses)
        return
    read = _Read(results, shown.started)
    with evaluating(view):
        rows = list(read)
    told = _why(view, text, asked, witnesses, rows)
    made = _answered(results, rows, asked.lang, shown.saved)
    if told is not None:
        made = replace(made, why={row: e.evidence for row, e in told.items()})
    made = replace(made, origin=_origin(view, text, shown.saved, asked.lang))
    _give(made, form, shown.output, told, witnesses)
    _tell(read, shown.saved, asked.lang)


def _whole(view: View | Elsewhere, results: Results, form: str, output: Path | None) -> None:
    """What is written as the engine gives it."""
    with evaluating(view):
        if isinstance(results, ox.QueryBoolean) and form == "table":
            click.echo("true" if results else "false")
        else:
            written = "ttl" if form == "table" else form
            _write(output, lambda out: export.stream(results, written, out))


def _format(form: str | None, output: Path | None, *, excel: bool) -> str:
    form = form or (output.suffix.lstrip(".").lower() if output else "table")
    if form not in export.FORMATS:
        listed = ", ".join(export.FORMATS)
        raise click.UsageError(f"unknown format {form or '(no suffix)'!r}; it is one of {listed}")
    if form == "table" and output is not None:
        listed = ", ".join(export.FORMATS[1:])
        raise click.UsageError(f"a table is for the screen; -o takes -f {listed}")
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("a workbook is not for the screen; write it with -o FILE.xlsx")
    if excel and form != "csv":
        raise click.UsageError("--excel goes with csv: -f csv, or -o FILE.csv")
    return "excel" if excel else form


def _answered(
    results: ox.QuerySolutions | ox.QueryTriples | Triples,
    rows: Iterable[Row],
    lang: str,
    saved: Question | None,
) -> Answer:
    if not isinstance(results, ox.QuerySolutions):
        return Answer(["subject", "predicate", "object"], rows, lang=lang)
    names = [variable.value for variable in results.variables]
    titles = {name: by[lang] for name, by in saved.columns.items()} if saved else {}
    return Answer(names, rows, titles=titles, lang=lang)


def _origin(view: View | Elsewhere, text: str, saved: Question | None, lang: str) -> export.Origin:
    query = "\n".join(line for line in text.splitlines() if not line.startswith("#+"))
    title = saved.titles[lang] if saved else ""
    if isinstance(view, Elsewhere):
        return export.Origin(query, title, endpoint=str(view.endpoint.address))
    return export.Origin(query, title, view.manifest)


def _why(
    view: View, text: str, asked: Asked, witnesses: int, rows: Collection[Row] | None = None
) -> dict[Row, Explanation] | None:
    """What is shown and a few more, so that it can be said that there are others."""
    number = witnesses + _OTHERS
    try:
        if asked.limits:
            return called(
                asked.limits, why, view, text, lang=asked.lang, witnesses=number, rows=rows
            )
        return why(view, text, lang=asked.lang, witnesses=number, rows=rows)
    except Unexplained as error:
        click.echo(plain(f"--why: {error}"), err=True)
        return None


def _give(
    made: Answer,
    form: str,
    output: Path | None,
    told: dict[Row, Explanation] | None = None,
    witnesses: int = 1,
) -> None:
    if form == "table":
        show.answer(made, told, witnesses)
    else:
        _write(output, lambda out: export.write(made, form, out))


def _tell(read: _Read, saved: Question | None, lang: str) -> None:
    line = show.words(lang)["rows" if read.count else "none"].format(n=f"{read.count:,}")
    if not read.count and saved and saved.none:
        line = f"{line}（{saved.none[lang]}）" if lang == "zh" else f"{line} ({saved.none[lang]})"
    click.echo(f"{line} · {read.seconds * 1000:,.0f} ms", err=True)


def _write(output: Path | None, write: Callable[[BinaryIO], object]) -> None:
    if output is None:
        write(cast("BinaryIO", Screen()) if sys.stdout.isatty() else sys.stdout.buffer)
        sys.stdout.flush()
        return
    try:
        with replacing(output) as file:
            write(file)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from error
