"""Deleting what is no longer needed, so that nothing half-deleted looks like a generation."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from kg.store.layout import Layout
from kg.store.lock import claim

KEPT = 3


def drop(folder: Path) -> None:
    """Delete a folder if it can be deleted now; what is left goes with the next write."""
    shutil.rmtree(folder, ignore_errors=True)


def drop_stale(layout: Layout) -> None:
    """Delete the staging folders of writers that died; the caller holds the lock."""
    for folder in layout.root.glob("staging-*"):
        drop(folder)


def prune(layout: Layout, keep: Collection[int]) -> None:
    """Delete the generations that are not to be kept, except those that are being read.

    Never fails: what cannot be deleted now is tried again after the next commit.
    """
    for number in layout.generations():
        if number not in keep:
            with suppress(OSError):
                _retire(layout, number)


def _retire(layout: Layout, number: int) -> None:
    handle = claim(layout.manifest(number))
    if handle is None:
        return
    try:
        retired = layout.root / f"staging-old-{number}"
        layout.generation(number).rename(retired)
    finally:
        os.close(handle)
    drop(retired)
