"""`kg query`: from what was asked to rows on the screen or in a file."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import click
import pyoxigraph as ox

from kg import export
from kg.cli import show
from kg.cli.excerpt import misspelt, quoting
from kg.cli.terminal import is_standard_output, native, plain
from kg.evidence import Evidence
from kg.export import Answer
from kg.files import ending, replacing
from kg.query import (
    Elsewhere,
    Explanation,
    Limits,
    Question,
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


@contextmanager
def interruptible(*, writes: bool = False) -> Iterator[None]:
    """Let Ctrl-C end a query that the engine evaluates in this process.

    The engine neither stops nor lets Python's signal handlers run, so it ends the
    process; a query only reads, so nothing is lost. ``writes`` says that a file is being
    written, of which nothing must be left.
    """
    with _cleared_by_interrupt() if writes else _ended_by_interrupt():
        yield


@contextmanager
def _ended_by_interrupt() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _cleared_by_interrupt() -> Iterator[None]:
    """End the process by SIGINT, from a thread that clears up first.

    The signal is blocked wherever the engine runs, so it waits for that thread.
    """
    done = threading.Event()
    watch = threading.Thread(target=_end_by_interrupt, args=[done], daemon=True)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    with _ended_by_interrupt():
        with _uncollected():
            watch.start()
        try:
            yield
        finally:
            with _uncollected():
                done.set()
                signal.pthread_kill(watch.ident or 0, signal.SIGINT)
                watch.join()
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Run another thread without collecting garbage in it: the engine's results forbid that."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _end_by_interrupt(done: threading.Event) -> None:
    signal.sigwait({signal.SIGINT})
    if not done.is_set():
        with ending():
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            os.kill(os.getpid(), signal.SIGINT)


class _Read:
    """The rows of an answer as they are read: how many, and the engine's time for them."""

    def __init__(self, results: ox.QuerySolutions, started: float) -> None:
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
    witnesses: int,
    excel: bool = False,
) -> None:
    """Run what is asked and print it, or write it to the file.

    ``witnesses`` is how many a row is explained by; with none it is not explained.

    ``form`` is one of `export.FORMATS`; without it the file's suffix decides, else it
    is a table (for a graph: Turtle). ``excel`` makes a CSV fit for opening in Excel.
    """
    output = None if output is None or is_standard_output(output) else output
    form = _format(form, output, excel=excel)
    text, saved = asked.read(view)
    if isinstance(view, View):
        misspelt(view, text, asked.lang)
    started = time.perf_counter()
    with quoting(text):
        limits = asked.limits
        results = run(
            view,
            text,
            services=asked.services,
            timeout=limits.timeout,
            memory=limits.memory,
        )
    if not isinstance(results, ox.QuerySolutions):
        if excel:
            raise click.UsageError("--excel is for the rows of a SELECT query")
        if witnesses and isinstance(view, View):
            _explained_whole(view, results, text, asked, form, output, witnesses)
        else:
            _whole(view, results, form, output)
        return
    read = _Read(results, started)
    with evaluating(view):
        if not witnesses and export.streams(form):
            _write(output, lambda out: export.stream(results, form, out))
            return
        made, told = _answered(results, read, asked.lang, saved), None
        if witnesses and isinstance(view, View):
            rows = list(read)
            told = _why(view, text, asked, form, witnesses, rows)
            made = replace(made, rows=rows, why=None if told is None else places(told))
        made = replace(made, origin=_origin(view, text, saved, asked.lang))
        _give(made, form, output, told, witnesses)
        _tell(read, saved, asked.lang)


def _whole(
    view: View | Elsewhere,
    results: ox.QueryBoolean | ox.QueryTriples | Triples,
    form: str,
    output: Path | None,
) -> None:
    with evaluating(view):
        if isinstance(results, ox.QueryBoolean) and form == "table":
            click.echo("true" if results else "false")
        else:
            written = "ttl" if form == "table" else form
            _write(output, lambda out: export.stream(results, written, out))


def _explained_whole(
    view: View,
    results: ox.QueryBoolean | ox.QueryTriples | Triples,
    text: str,
    asked: Asked,
    form: str,
    output: Path | None,
    witnesses: int,
) -> None:
    """True or false with what it rests on; of a graph a table of its triples."""
    told = _why(view, text, asked, form, witnesses) if form == "table" else None
    if form != "table":
        click.echo(f"--why: {form} cannot carry it; use a table", err=True)
    if told is None or isinstance(results, ox.QueryBoolean):
        _whole(view, results, form, output)
    if told is not None and isinstance(results, ox.QueryBoolean):
        show.truth(told, asked.lang, witnesses)
    elif told is not None:
        made = Answer(["subject", "predicate", "object"], list(told), places(told), lang=asked.lang)
        show.answer(made, told, witnesses)


def places(told: Mapping[Row, Explanation]) -> dict[Row, list[Evidence]]:
    """The evidence of each row's preferred witness."""
    return {row: explanation.evidence for row, explanation in told.items()}


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
    results: ox.QuerySolutions,
    rows: _Read,
    lang: str,
    saved: Question | None,
) -> Answer:
    names = [variable.value for variable in results.variables]
    titles = {name: by[lang] for name, by in saved.columns.items()} if saved else {}
    return Answer(names, rows, None, titles, lang)


def _origin(view: View | Elsewhere, text: str, saved: Question | None, lang: str) -> export.Origin:
    query = "\n".join(line for line in text.splitlines() if not line.startswith("#+"))
    title = saved.titles[lang] if saved else ""
    if isinstance(view, Elsewhere):
        return export.Origin(query, title, endpoint=str(view.endpoint.address))
    return export.Origin(query, title, view.manifest)


def _why(
    view: View,
    text: str,
    asked: Asked,
    form: str,
    witnesses: int,
    rows: Collection[Row] | None = None,
) -> dict[Row, Explanation] | None:
    """The witnesses that are shown and a few more, so that it can be said how many others are."""
    if form != "table":
        export.require_sources(form)
    several = witnesses + _OTHERS
    try:
        if asked.limits:
            return called(
                asked.limits, why, view, text, lang=asked.lang, witnesses=several, rows=rows
            )
        return why(view, text, lang=asked.lang, witnesses=several, rows=rows)
    except Unexplained as error:
        click.echo(plain(f"--why: {error}"), err=True)
        return None


def _give(
    made: Answer,
    form: str,
    output: Path | None,
    told: Mapping[Row, Explanation] | None,
    witnesses: int,
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
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    try:
        with replacing(output) as file:
            write(file)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from error
