"""Describing a finished staging folder by reading it back, never from what was put in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from kg.exceptions import StoreError
from kg.store.digest import file_digest, quads_digest, revised
from kg.store.engine import graph_quads
from kg.store.manifest import FileRecord, SourceRecord, is_recorded
from kg.store.staged import Revision, Staged
from kg.store.staging import Plan, Spooled


def read_sources(store: ox.Store, plan: Plan, staged: Staged) -> tuple[SourceRecord, ...]:
    """A record of every source, sorted by name.

    Sources that a clone took over as they were keep their record; one that was revised in it gets
    a digest that follows the change. Where they were copied quad by quad instead, their digest
    must come out the same: `StoreError` otherwise.
    """
    names = sorted(plan.keys() | staged.revisions.keys())
    return tuple(_read_source(store, name, plan.get(name), staged) for name in names)


def _read_source(
    store: ox.Store, name: str, target: SourceRecord | Spooled | None, staged: Staged
) -> SourceRecord:
    revision = staged.revisions.get(name)
    if staged.cloned and not isinstance(target, Spooled):
        before = target or SourceRecord(name, quads_digest(())[1], 0, ())
        return _revised(before, revision) if revision else before
    graphs = {*(target.graphs if target else ()), *(revision.graphs if revision else ())}
    stored = (quad for graph in graphs for quad in graph_quads(store, graph))
    quads, digest = quads_digest(stored)
    if isinstance(target, SourceRecord) and target.digest != digest:
        raise StoreError(f"the source {name!r} changed while it was copied; run `kg verify`")
    file_name, sha256 = (target.file_name, target.sha256) if target else ("", "")
    return SourceRecord(name, digest, quads, tuple(sorted(graphs)), file_name, sha256)


def _revised(before: SourceRecord, revision: Revision) -> SourceRecord:
    return replace(
        before,
        digest=revised(before.digest, revision.removed, revision.added),
        quads=before.quads + len(revision.added) - len(revision.removed),
        graphs=tuple(sorted({*before.graphs, *revision.graphs})),
    )


def read_files(data: Path, before: Path, known: Mapping[str, FileRecord]) -> dict[str, FileRecord]:
    """A record of every file of a folder; none of a folder that is not there.

    A file that is a hard link to the one of the same name in ``before`` keeps its ``known`` record
    and is not read again.
    """
    return {
        path.name: _same_file(path, before / path.name, known.get(path.name))
        or FileRecord(file_digest(path), path.stat().st_size)
        for path in sorted(data.glob("*"))
        if is_recorded(path.name)
    }


def _same_file(path: Path, before: Path, known: FileRecord | None) -> FileRecord | None:
    if known is not None and known.size == path.stat().st_size:
        with suppress(FileNotFoundError):
            return known if before.samefile(path) else None
    return None
