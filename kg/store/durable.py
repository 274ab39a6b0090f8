"""Writing that survives a power cut: fsync of files and folders, atomic replacement."""

from __future__ import annotations

import errno
import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.exceptions import StoreError


def sync(path: Path) -> None:
    """Wait until a file or the entries of a folder are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        _sync_handle(handle)
    finally:
        os.close(handle)


def _sync_handle(handle: int) -> None:
    # On macOS fsync leaves data in the drive's cache; F_FULLFSYNC does not.
    try:
        fcntl = importlib.import_module("fcntl")
        fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
    except (ImportError, AttributeError, OSError):
        os.fsync(handle)


def sync_tree(folder: Path) -> None:
    """`sync` every file under a folder, then the folders, inner ones first."""
    for place, _, files in os.walk(folder, topdown=False):
        for name in files:
            sync(Path(place, name))
        sync(Path(place))


def write_file(path: Path, content: bytes) -> None:
    """Write a file and `sync` it."""
    path.write_bytes(content)
    sync(path)


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file whole or not at all, durably."""
    fresh = path.with_name(path.name + ".tmp")
    write_file(fresh, content)
    fresh.replace(path)
    sync(path.parent)


@contextmanager
def write_errors(root: Path) -> Iterator[None]:
    """Turn the errors of the disk and the engine into a `StoreError` that names the folder."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        hint = "; run `kg verify`" if "Corruption" in str(error) else ""
        raise StoreError(f"{root} cannot be written: {error}{hint}") from error


@contextmanager
def disk_full(root: Path) -> Iterator[None]:
    """Turn only a full disk into a `StoreError`: other errors belong to the caller's quads."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StoreError(f"{root} cannot be written: {error}") from error
