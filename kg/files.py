"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

# The files and folders that `ending` deletes when the process ends without unwinding; the lock
# guards new names.
_unfinished: set[str] = set()
_naming = threading.Lock()
# The name of a temporary file must not be longer than a file system allows.
_SHOWN = 40


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """A binary file that takes the place of ``target`` when the block ends well.

    Until then an older file of that name stays as it is; the new one gets its mode. A
    symbolic link stays and the file that it names is replaced; what is no file (a device,
    a FIFO) is written to as it is. Raises `OSError`.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(Path(folder) / "a.txt") as file:
    ...         _ = file.write(b"whole")
    ...     (Path(folder) / "a.txt").read_bytes()
    b'whole'
    """
    mode = _mode(target)
    if mode is not None and not stat.S_ISREG(mode):
        with target.open("wb") as file:
            yield file
        return
    permissions = 0o666 & ~_umask() if mode is None else stat.S_IMODE(mode)
    with _whole(Path(os.path.realpath(target)), permissions) as file:
        yield file


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """A folder to fill with files, which takes the place of ``target`` when the block ends well.

    Until then an older folder of that name stays as it is. Whoever calls has made sure that it
    may go. A symbolic link stays, and the folder that it names is replaced. Raises `OSError`.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing_folder(Path(folder) / "a") as place:
    ...         _ = (place / "b.txt").write_text("whole")
    ...     [path.name for path in (Path(folder) / "a").iterdir()]
    ['b.txt']
    """
    target = Path(os.path.realpath(target))
    made = _beside(target)
    try:
        with _naming:
            _unfinished.add(str(made))
            made.mkdir(0o700)
        yield made
        for path in [*made.rglob("*"), made]:
            _sync(path)
        made.chmod(0o777 & ~_umask())
        with _naming:
            _exchange(made, target)
            _unfinished.discard(str(made))
        _sync(target.parent)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    finally:
        _unfinished.discard(str(made))


def _beside(target: Path) -> Path:
    """A path that is not there yet, in the folder of another.

    It is known before anything is made of it: whoever is ended meanwhile knows what to delete.
    """
    return target.with_name(f".{target.name[:_SHOWN]}.{secrets.token_hex(6)}")


def _exchange(made: Path, target: Path) -> None:
    """Put a new folder in the place of the old one; the old one comes back where that fails."""
    if not target.exists():
        made.rename(target)
        return
    old = _beside(target)
    try:
        target.rename(old)
        made.rename(target)
    except BaseException:
        if not target.exists():
            old.rename(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def ending() -> Iterator[None]:
    """End the process in this block: nothing unfinished is left, and nothing new is begun."""
    with _naming:
        for name in list(_unfinished):
            with suppress(OSError):
                _delete(Path(name))
        yield


@contextmanager
def scratch() -> Iterator[Path]:
    """A temporary folder for one's own use, which is gone after the block.

    >>> with scratch() as folder:
    ...     _ = (folder / "a").write_text("draft")
    >>> folder.exists()
    False
    """
    made = _beside(Path(tempfile.gettempdir()) / "kg")
    try:
        with _naming:
            _unfinished.add(str(made))
            made.mkdir(0o700)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        _unfinished.discard(str(made))


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


@contextmanager
def _whole(target: Path, permissions: int) -> Iterator[BinaryIO]:
    made = _beside(target)
    try:
        with _naming:
            _unfinished.add(str(made))
            handle = os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        made.chmod(permissions)
        made.replace(target)
    except BaseException:
        with suppress(OSError):
            made.unlink()
        raise
    finally:
        _unfinished.discard(str(made))


def _mode(target: Path) -> int | None:
    """The type and the permissions of what a path leads to; None where nothing is."""
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None


def _umask() -> int:
    """The process's mask: the system tells it only when it is set."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def cache_folder() -> Path | None:
    """The user's folder for what kg can make again, after the XDG specification.

    None where there is none, or where others could put something into it.
    """
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        folder = base / "kg"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except (OSError, RuntimeError):
        return None
    return folder if found.st_uid == os.getuid() and not found.st_mode & 0o022 else None
