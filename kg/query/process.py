"""Evaluating in a process that can be ended: within a time, and within some memory.

The engine can be neither stopped nor bounded from within, and it takes its process down
when the stack or the memory is exhausted. So what must end is done by `kg.query.worker`,
a process that opens the data read-only and that is killed.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO, ParamSpec, TypeAlias, TypeVar, cast

import pyoxigraph as ox

from kg.exceptions import QueryTimeout, QueryTooLarge
from kg.query import worker

MEMORY = 2 << 30

_P = ParamSpec("_P")
_T = TypeVar("_T")
_PIECE = 1 << 16
_TAIL = 4_000
# What the engine's languages say last on standard error.
_OUT_OF_MEMORY = ("memory allocation of", "bad_alloc", "MemoryError", "Cannot allocate memory")
_OVERFLOW = "overflowed its stack"
_TOO_DEEP = "is nested more deeply than the engine bears; make it of fewer or flatter parts"
_LESS = "ask for less, or allow more (--memory)"


@dataclass(frozen=True, slots=True)
class Limits:
    """Within what to answer: seconds from ``since``, and bytes beyond what the store takes."""

    timeout: float | None = None
    memory: int | None = None
    since: float = field(default_factory=time.monotonic)

    def __bool__(self) -> bool:
        return self.timeout is not None or self.memory is not None

    @property
    def left(self) -> float | None:
        """The seconds that are left."""
        return None if self.timeout is None else self.since + self.timeout - time.monotonic()


class Triples:
    """The triples of a graph that a worker makes, as they come."""

    def __init__(self, answer: Answer) -> None:
        self._quads: Iterator[ox.Quad] = ox.parse(cast("BinaryIO", answer), ox.RdfFormat.N_TRIPLES)

    def __iter__(self) -> Iterator[ox.Triple]:
        return self

    def __next__(self) -> ox.Triple:
        triple: ox.Triple = next(self._quads).triple
        return triple


Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | Triples


class Answer:
    """What a worker sends, as a file: it can be read while the worker works.

    Where the file ends, the answer is whole. Whatever else ends it raises: `QueryTimeout`,
    `QueryTooLarge`, or what was raised in the worker. The worker is killed when this
    object goes.
    """

    def __init__(self, limits: Limits, call: bytes) -> None:
        self._limits = limits
        self._unread = bytearray()
        self._piece = b""
        self._whole = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - until the worker has ended
        self._process = _started(self._errors)
        self._end = weakref.finalize(self, _end, self._process, self._errors)
        try:
            self._send(pickle.dumps(_task(limits)) + call)
            self.kind = self._frame()[0]
        except BaseException:
            self._end()
            raise

    def read(self, size: int = -1) -> bytes:
        """Some bytes of the answer, and none where it ends."""
        while not self._piece and not self._whole:
            kind, self._piece = self._frame()
            self._whole = kind == worker.WHOLE
        if self._whole:
            self._end()
            return b""
        size = len(self._piece) if size < 0 else size
        given, self._piece = self._piece[:size], self._piece[size:]
        return given

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._fault() from None

    def _frame(self) -> tuple[bytes, bytes]:
        kind, length = worker.HEADER.unpack(self._exactly(worker.HEADER.size))
        content = self._exactly(length)
        if kind == worker.FAILED:
            self._end()
            raise pickle.loads(content)
        return kind, content

    def _exactly(self, count: int) -> bytes:
        while len(self._unread) < count:
            self._unread += self._received()
        taken = bytes(self._unread[:count])
        del self._unread[:count]
        return taken

    def _received(self) -> bytes:
        assert self._process.stdout is not None
        left = self._limits.left
        poll = select.poll()
        poll.register(self._process.stdout, select.POLLIN)
        if left is not None and (left <= 0 or not poll.poll(left * 1000)):
            self._end()
            raise QueryTimeout(self._limits.timeout or 0)
        data = os.read(self._process.stdout.fileno(), _PIECE)
        if not data:
            raise self._fault()
        return data

    def _fault(self) -> QueryTimeout | QueryTooLarge:
        """Why the worker ended without an answer."""
        code = self._process.wait()
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - _TAIL))
        said = self._errors.read().decode(errors="replace")
        self._end()
        if code == -signal.SIGALRM:
            return QueryTimeout(self._limits.timeout or 0)
        if code == -signal.SIGSEGV or _OVERFLOW in said:
            return QueryTooLarge(f"the query {_TOO_DEEP}")
        if code == -signal.SIGKILL or any(sign in said for sign in _OUT_OF_MEMORY):
            size = _allowed(self._limits) / 1e6
            return QueryTooLarge(f"the answer takes more than {size:,.0f} MB of memory; {_LESS}")
        ended = signal.strsignal(-code) if code < 0 else f"exit code {code}"
        return QueryTooLarge(f"the engine ended without an answer ({ended}); {_LESS}")


def called(limits: Limits, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """What a function gives, called in a worker with copies of the arguments.

    A view among them reads the same generation there. Raises what the function raises,
    `QueryTimeout` and `QueryTooLarge`.
    """
    answer = Answer(limits, pickle.dumps((function, args, kwargs)))
    value: _T = pickle.loads(b"".join(iter(answer.read, b"")))
    return value


def asked(
    limits: Limits, function: Callable[_P, Results], *args: _P.args, **kwargs: _P.kwargs
) -> Results:
    """The results that a function gives, called in a worker: they come while it evaluates.

    What `called` raises comes here or while the results are read.
    """
    answer = Answer(limits, pickle.dumps((function, args, kwargs)))
    if answer.kind == worker.GRAPH:
        return Triples(answer)
    return ox.parse_query_results(cast("BinaryIO", answer), ox.QueryResultsFormat.JSON)


def _task(limits: Limits) -> worker.Task:
    return {"path": sys.path, "seconds": limits.left, "memory": _allowed(limits)}


def _allowed(limits: Limits) -> int:
    return MEMORY if limits.memory is None else limits.memory


def _started(errors: BinaryIO) -> subprocess.Popen[bytes]:
    # In a session of its own, so that Ctrl-C reaches only the process that asked.
    return subprocess.Popen(
        [sys.executable, "-P", worker.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={**os.environ, "RUST_BACKTRACE": "0"},
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes], errors: BinaryIO) -> None:
    process.kill()
    process.wait()
    for file in (process.stdin, process.stdout, errors):
        if file is not None:
            with suppress(BrokenPipeError):
                file.close()
