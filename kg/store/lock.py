"""Who may write, and which generations are being read.

One writer holds ``writer.lock`` exclusively. A reader holds its generation's manifest shared: the
engine opens the files of a large store only when it needs them, so a generation that is being read
must not be deleted. Both are advisory locks that the system drops when the process ends.
"""

from __future__ import annotations

import errno
import importlib
import json
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType, TracebackType

from kg.exceptions import StoreBusy, UnsupportedPlatform

_OPEN = os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0)


def _fcntl() -> ModuleType:
    try:
        return importlib.import_module("fcntl")
    except ImportError:
        raise UnsupportedPlatform(
            "kg writes a store only on a system with POSIX file locks (Linux, macOS); "
            "on Windows, run it inside WSL"
        ) from None


class WriterLock:
    """The writer's lock of one store folder, with the holder's name in it."""

    def __init__(self, path: Path, command: str) -> None:
        self.path = path
        self.command = command
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock or raise `StoreBusy`, which says who has it."""
        fcntl = _fcntl()
        handle = os.open(self.path, _OPEN, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(handle, 0)
            os.write(handle, self._holder())
        except OSError as error:
            os.close(handle)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise StoreBusy(self.path.parent, describe_holder(self.path)) from None
            raise
        self._handle = handle

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            with suppress(OSError):
                os.ftruncate(handle, 0)
            os.close(handle)

    def __enter__(self) -> WriterLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _holder(self) -> bytes:
        return json.dumps(
            {
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "since": datetime.now(UTC).isoformat(timespec="seconds"),
                "command": self.command,
            },
            ensure_ascii=False,
        ).encode()


def describe_holder(path: Path) -> str:
    """Who holds a writer's lock, in words; the text in it may be empty or cut off."""
    try:
        holder = json.loads(path.read_bytes())
        words = f"process {holder['pid']} on {holder['host']} since {holder['since']}"
        command = holder["command"]
    except (OSError, ValueError, LookupError, TypeError):
        return "another process"
    return f"{words} ({command})" if command else words


def hold_shared(path: Path) -> int:
    """Open a file and hold it against deletion by the writer until it is closed.

    Raises `FileNotFoundError` when the file is being deleted or was replaced meanwhile. On a file
    system without locks the file is only opened.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        if not _lock(handle, exclusive=False):
            raise FileNotFoundError(errno.ENOENT, "is being deleted", str(path))
        if not os.path.samestat(os.fstat(handle), path.stat()):
            raise FileNotFoundError(errno.ENOENT, "was replaced", str(path))
    except BaseException:
        os.close(handle)
        raise
    return handle


def claim(path: Path) -> int | None:
    """Open a file and keep new readers from holding it; None while one of them does."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    if _lock(handle, exclusive=True):
        return handle
    os.close(handle)
    return None


def _lock(handle: int, *, exclusive: bool) -> bool:
    try:
        fcntl = _fcntl()
        kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except UnsupportedPlatform:
        return True
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True
