"""`kg query`: from what was asked to rows on the screen or in a file."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import click
import pyoxigraph as ox

from kg import export
from kg.cli import show
from kg.cli.terminal import is_standard_output, native, plain
from kg.describe import find
from kg.export import Answer
from kg.files import ending, replacing
from kg.query import Explanation, Question, Unexplained, bound, evaluating, question, run, why
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

    def read(self, view: View) -> tuple[str, Question | None]:
        """The SPARQL text, and the saved question when it is one."""
        name = self.question or ""
        if self.text is not None:
            return self._free(self.text), None
        if name == "-":
            return self._free(_standard_input()), None
        if name.endswith((".rq", ".sparql")) or os.sep in name:
            return self._free(_file(Path(name))), None
        saved = question(name)
        text = bound(saved, self.values, lang=self.lang, find=lambda name: find(view, name))
        return text, saved

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
def interruptible(timeout: float | None, *, writes: bool = False) -> Iterator[None]:
    """Let Ctrl-C and the deadline end a running query.

    The engine neither stops nor lets Python's signal handlers run, so both end the
    process; a query only reads, so nothing is lost. ``writes`` says that a file is being
    written, of which nothing must be left.
    """
    timer = threading.Timer(timeout or 0, _give_up, [timeout])
    timer.daemon = True
    if timeout:
        timer.start()
    try:
        with _cleared_by_interrupt() if writes else _ended_by_interrupt():
            yield
    finally:
        timer.cancel()


def _give_up(seconds: float) -> None:
    with ending():
        sys.stderr.write(f"Error: no answer within {seconds:g} s\n")
        sys.stderr.flush()
        os._exit(124)


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


def answer(
    view: View, asked: Asked, *, form: str | None, output: Path | None, witnesses: int
) -> None:
    """Run what is asked and print it, or write it to the file.

    ``witnesses`` is how many a row is shown with; with none it is not explained.

    ``form`` is one of `export.FORMATS`; without it the file's suffix decides, else it
    is a table (for a graph: Turtle).
    """
    output = None if output is None or is_standard_output(output) else output
    form = _format(form, output)
    text, saved = asked.read(view)
    started = time.perf_counter()
    results = run(view, text)
    with evaluating(view):
        if isinstance(results, ox.QueryBoolean) and form == "table":
            click.echo("true" if results else "false")
            if witnesses:
                show.truth(_why(view, text, asked.lang, witnesses), asked.lang, witnesses)
        elif isinstance(results, ox.QueryTriples) and form == "table" and not witnesses:
            _write(None, lambda out: export.stream(results, "ttl", out))
        elif not isinstance(results, ox.QueryBoolean) and (witnesses or not export.streams(form)):
            made = _answered(results, saved, asked.lang)
            spent = time.perf_counter() - started
            told = _why(view, text, asked.lang, witnesses, made.rows) if witnesses else None
            if told is not None:
                made = replace(made, why={row: e.evidence for row, e in told.items()})
            _give(made, form, output, saved, asked.lang, told, witnesses)
            _tell(made, spent, saved, asked.lang)
        else:
            _write(output, lambda out: export.stream(results, form, out))


def _format(form: str | None, output: Path | None) -> str:
    form = form or (output.suffix.lstrip(".").lower() if output else "table")
    if form not in export.FORMATS:
        listed = ", ".join(export.FORMATS)
        raise click.UsageError(f"unknown format {form or '(no suffix)'!r}; it is one of {listed}")
    if form == "table" and output is not None:
        listed = ", ".join(export.FORMATS[1:])
        raise click.UsageError(f"a table is for the screen; -o takes -f {listed}")
    return form


def _answered(
    results: ox.QuerySolutions | ox.QueryTriples, saved: Question | None, lang: str
) -> Answer:
    if isinstance(results, ox.QueryTriples):
        return Answer(["subject", "predicate", "object"], [tuple(triple) for triple in results])
    names = [variable.value for variable in results.variables]
    titles = {name: by[lang] for name, by in saved.columns.items()} if saved else {}
    return Answer(names, [tuple(row) for row in results], titles=titles)


def _why(
    view: View, text: str, lang: str, witnesses: int, rows: Collection[Row] | None = None
) -> dict[Row, Explanation] | None:
    """What is shown and a few more, so that it can be said that there are others."""
    try:
        return why(view, text, lang=lang, witnesses=witnesses + _OTHERS, rows=rows)
    except Unexplained as error:
        click.echo(plain(f"--why: {error}"), err=True)
        return None


def _give(
    made: Answer,
    form: str,
    output: Path | None,
    saved: Question | None,
    lang: str,
    told: dict[Row, Explanation] | None,
    witnesses: int,
) -> None:
    if form == "table" and output is None:
        show.answer(made, saved.titles[lang] if saved else "", lang, told, witnesses)
    else:
        data = export.rows(made, form)
        _write(output, lambda out: out.write(data))


def _tell(made: Answer, seconds: float, saved: Question | None, lang: str) -> None:
    line = show.words(lang)["rows" if made.rows else "none"].format(n=len(made.rows))
    if not made.rows and saved and saved.none:
        line = f"{line}（{saved.none[lang]}）" if lang == "zh" else f"{line} ({saved.none[lang]})"
    click.echo(f"{line} · {seconds * 1000:.0f} ms", err=True)


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
