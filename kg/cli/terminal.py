"""What the command line and its user exchange: arguments, streams, and text that is safe to show.

Nothing heavy is imported here: every command starts with it.
"""

from __future__ import annotations

import codecs
import io
import math
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

_HOSTILE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_STANDARD_OUTPUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


def plain(value: str) -> str:
    r"""Text of the data without what a terminal would obey or cannot be given.

    >>> plain("a\x1b[31mb")
    'a�[31mb'
    """
    return _HOSTILE.sub("\N{REPLACEMENT CHARACTER}", value)


class Screen(io.RawIOBase):
    """Standard output as a terminal, as a file for bytes: what it would obey is not sent."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer, a type of Python 3.12
        """Show a piece of an answer."""
        content = bytes(data)
        lines = self._decoder.decode(content).replace("\r\n", "\n").split("\n")
        sys.stdout.write("\n".join(map(plain, lines)))
        return len(content)


def is_standard_output(output: Path) -> bool:
    """Whether ``-o`` means standard output, which is written to and never replaced."""
    return str(output) in _STANDARD_OUTPUT


def decoded(arguments: Sequence[str]) -> list[str]:
    """The arguments as the UTF-8 that they were typed in, also in a locale without it.

    Raises `click.UsageError` for bytes that are no UTF-8.
    """
    return [_decoded(argument) for argument in arguments]


def _decoded(argument: str) -> str:
    try:
        argument.encode()
    except UnicodeEncodeError:
        # Python hands over bytes that the locale cannot read as lone surrogates.
        try:
            return os.fsencode(argument).decode()
        except UnicodeError:
            raise click.UsageError(f"not UTF-8: {plain(argument)}") from None
    return argument


def pairs(values: Sequence[str]) -> dict[str, str]:
    """What ``-p NAME=VALUE`` gives, by name; raises `click.UsageError`.

    >>> pairs(["a=1", "b=x=y"])
    {'a': '1', 'b': 'x=y'}
    """
    found: dict[str, str] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals:
            raise click.UsageError(f"-p {value}: give NAME=VALUE")
        if name in found:
            raise click.UsageError(f"-p {name} is given twice")
        found[name] = text
    return found


def native(path: str) -> str:
    """A decoded path as the system calls of this locale want it: the inverse of `decoded`."""
    try:
        return os.fsdecode(path.encode())
    except UnicodeEncodeError:
        return path


class NativePath(click.Path):
    """A path argument, in any locale."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """The path, as the system wants it."""
        return super().convert(native(os.fspath(value)), param, ctx)


class Seconds(click.FloatRange):
    """A time limit that clocks and sockets take: a week at most, and a number."""

    def __init__(self) -> None:
        super().__init__(min=0.001, max=7 * 24 * 3600)

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """The seconds; NaN is in no range, which the comparisons of the base do not see."""
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(f"{value} is no number of seconds", param, ctx)
        return seconds


def open_streams() -> None:
    """Let Chinese out in an ASCII locale, and no stream end a command with a trace.

    Raises `click.ClickException` when standard output is closed.
    """
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for good
    if sys.stdout is None:
        raise click.ClickException("standard output is closed")
    if sys.stdout is sys.__stdout__ and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout = _told(sys.stdout)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            ascii_only = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if ascii_only else None, errors="replace")


class _Output(io.FileIO):
    """A file descriptor that says in words why it cannot be written."""

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - as io has it
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            # What is buffered still would fail again, as noise at the end of the process.
            with Path(os.devnull).open("wb") as nothing:
                os.dup2(nothing.fileno(), self.fileno())
            raise click.ClickException(
                f"standard output cannot be written: {error.strerror}"
            ) from error


def _told(stream: io.TextIOWrapper[Any]) -> io.TextIOWrapper[Any]:
    stream.flush()
    raw = _Output(stream.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
    )
