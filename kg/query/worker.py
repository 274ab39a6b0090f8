"""Evaluating in a process of its own: this file is that process.

It is run by its path and does the one call that it is given. `kg.query.process` starts it.

- In, on standard input: two pickles, the `Task` and the function with its arguments.
  Standard input stays open: when it ends, whoever asked is gone, and this process goes, too.
- Out, on standard output: frames of a letter, a length and so many bytes. The last says
  that the answer is whole, or what went wrong; an answer without it is none.
"""

from __future__ import annotations

import io
import os
import pickle
import resource
import signal
import struct
import sys
import threading
from pathlib import Path
from typing import Any, TypedDict

import pyoxigraph as ox

HEADER = struct.Struct(">cI")
ROWS, GRAPH, VALUE, DATA, WHOLE, FAILED = b"R", b"G", b"V", b"D", b"W", b"F"

_FRAME = 1 << 16
_PAGES = Path("/proc/self/statm")


class Task(TypedDict):
    """Within what to work.

    ``path`` is where modules are, ``seconds`` what is left of the time, ``memory`` the
    bytes that may be taken beyond what the modules and the arguments (the opened store) take.
    """

    path: list[str]
    seconds: float | None
    memory: int


class Frames(io.RawIOBase):
    """A file whose bytes leave in frames."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer, a type of Python 3.12
        """Send a piece of the answer."""
        content = bytes(data)
        self.send(DATA, content)
        return len(content)

    def send(self, kind: bytes, content: bytes = b"") -> None:
        """Send one frame."""
        rest = memoryview(HEADER.pack(kind, len(content)) + content)
        while rest:
            rest = rest[os.write(self.descriptor, rest) :]


def main() -> None:
    """Do the task that stands on standard input, and end."""
    frames = Frames(os.dup(1))
    os.dup2(2, 1)  # whatever else is printed is no part of the answer
    try:
        _work(pickle.load(sys.stdin.buffer), frames)
    except MemoryError:
        # Told as the engine tells it: there may be no memory to send more.
        os.write(2, b"MemoryError")
        os.abort()
    except Exception as error:
        frames.send(FAILED, pickle.dumps(error))
    # Not by returning: that would wait for the thread that reads.
    os._exit(0)


def _work(task: Task, frames: Frames) -> None:
    _end_in_time(task["seconds"])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path[:] = task["path"]
    function, args, kwargs = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit(task["memory"])
    _send(function(*args, **kwargs), frames)
    frames.send(WHOLE)


def _end_in_time(seconds: float | None) -> None:
    """Let the system end this process, whatever the engine is doing."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if seconds is not None:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6))


def _end_with_parent() -> None:
    os.read(0, 1)
    os._exit(1)


def _limit(memory: int) -> None:
    """Let the process take so many bytes more than now, where the system can tell (Linux)."""
    if _PAGES.exists():
        size = int(_PAGES.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))


def _send(made: object, frames: Frames) -> None:
    """Results in formats in which every term survives, and anything else as a pickle."""
    out = io.BufferedWriter(frames, _FRAME)
    if isinstance(made, ox.QueryTriples):
        frames.send(GRAPH)
        ox.serialize(made, out, format=ox.RdfFormat.N_TRIPLES)
    elif isinstance(made, ox.QuerySolutions | ox.QueryBoolean):
        frames.send(ROWS)
        made.serialize(out, format=ox.QueryResultsFormat.JSON)
    else:
        frames.send(VALUE)
        # An algebra that could be read can be pickled, which takes more calls a level.
        sys.setrecursionlimit(50_000)
        pickle.dump(made, out)
    out.flush()


if __name__ == "__main__":
    main()
