"""Describing a finished staging folder by reading it back, never from what was put in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox

from kg.exceptions import StoreError
from kg.store.digest import file_digest, quads_digest
from kg.store.engine import graph_quads
from kg.store.manifest import FileRecord, SourceRecord, is_recorded
from kg.store.staging import Plan, Spooled


def read_sources(store: ox.Store, plan: Plan, *, cloned: bool) -> tuple[SourceRecord, ...]:
    """A record of every source of the plan, sorted by name.

    Sources that a clone took over as they were keep their record. Where they were copied quad by
    quad instead, their digest must come out the same: `StoreError` otherwise.
    """
    return tuple(
        target
        if cloned and isinstance(target, SourceRecord)
        else _read_source(store, source, target)
        for source, target in sorted(plan.items())
    )


def _read_source(store: ox.Store, source: str, target: SourceRecord | Spooled) -> SourceRecord:
    stored = (quad for graph in target.graphs for quad in graph_quads(store, graph))
    quads, digest = quads_digest(stored)
    if isinstance(target, SourceRecord) and target.digest != digest:
        raise StoreError(f"the source {source!r} changed while it was copied; run `kg verify`")
    return SourceRecord(source, digest, quads, target.graphs, target.file_name, target.sha256)


def read_files(data: Path, before: Path, known: Mapping[str, FileRecord]) -> dict[str, FileRecord]:
    """A record of every file of a RocksDB folder.

    A file that is a hard link to the one of the same name in ``before`` keeps its ``known`` record
    and is not read again.
    """
    return {
        path.name: _same_file(path, before / path.name, known.get(path.name))
        or FileRecord(file_digest(path), path.stat().st_size)
        for path in sorted(data.iterdir())
        if is_recorded(path.name)
    }


def _same_file(path: Path, before: Path, known: FileRecord | None) -> FileRecord | None:
    if known is not None and known.size == path.stat().st_size:
        with suppress(FileNotFoundError):
            return known if before.samefile(path) else None
    return None
