"""Ctrl-C, which the engine does not hear."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from kg.files import ending

_ENDING = {signal.SIGINT, signal.SIGTERM}


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
def unwound() -> Iterator[None]:
    """Let SIGTERM end work of another process as Ctrl-C does, so that it clears up."""
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)


@contextmanager
def _ended_by_interrupt() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _cleared_by_interrupt() -> Iterator[None]:
    """End the process by SIGINT or SIGTERM, from a thread that clears up first.

    The signals are blocked wherever the engine runs, so they wait for that thread.
    """
    done = threading.Event()
    watch = threading.Thread(target=_end_by_interrupt, args=[done], daemon=True)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
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
    number = signal.sigwait(_ENDING)
    if not done.is_set():
        with ending():
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
            os.kill(os.getpid(), number)
