"""Writing the next generation."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256 as sha256_of
from itertools import count, islice
from pathlib import Path
from types import TracebackType

import pyoxigraph as ox

from kg import __version__
from kg.exceptions import StoreDamaged, StoreError, UnknownThing
from kg.store.check import require_sound
from kg.store.digest import pairs_digest
from kg.store.durable import disk_full, sync, sync_tree, write_errors, write_file
from kg.store.engine import ENGINE, open_read_only
from kg.store.layout import ATTACHED, Layout, Pointer
from kg.store.lock import WriterLock
from kg.store.manifest import Manifest, SourceRecord, ancestry, read_manifest
from kg.store.prune import KEPT, drop, drop_stale, prune
from kg.store.readback import read_files, read_sources
from kg.store.staged import Staged
from kg.store.staging import Base, Changes, Spooled, changes, clone, rebuild

STEPS = ("staging", "load", "flush", "manifest", "rename", "current")
"""The steps of a write, in order, as ``on_step`` gets them."""
# Free space asked for, as a multiple of what is loaded: the engine sorts and compacts.
_ROOM = 3
_TRIES = 20
_NUMBERS = count(1)


class Writer:
    """A generation in the making; it holds the writer's lock from entering to leaving.

    Leaving without `commit`, or by an error, drops everything. Made by `Store.write`.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        command: str = "",
        fresh: bool = False,
        on_step: Callable[[str], None] | None = None,
    ) -> None:
        self._layout = layout
        self._command = command
        self._fresh = fresh
        self._step = on_step or (lambda name: None)
        self._lock = WriterLock(layout.lock, command)
        self._staging: Path | None = None
        self._parent: Pointer | None = None
        self._unread = False
        self._spools = 0
        self._staged: Staged | None = None
        self._plan: dict[str, SourceRecord | Spooled] = {}
        self.base: Manifest | None = None

    def __enter__(self) -> Writer:
        self._step("staging")
        with write_errors(self._layout.root):
            self._layout.refuse_foreign()
            self._layout.root.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            try:
                self._begin()
            except BaseException:
                self._lock.release()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._staged is not None:
            self._staged.close()
            self._staged = None
        if self._staging is not None:
            drop(self._staging)
            self._staging = None
        self._lock.release()

    def replace(
        self,
        source: str,
        quads: Iterable[ox.Quad],
        *,
        file_name: str = "",
        sha256: str = "",
    ) -> None:
        """Make these quads the whole content of a source, in its own named graphs.

        The quads are read at once and spooled to disk. Raises `ValueError` for a quad outside a
        named graph; the source is then as it was before the call.
        """
        graphs: set[str] = set()
        self._spools += 1
        path = self._unstaged() / "spool" / f"{self._spools}.nq"
        with path.open("wb") as stream, disk_full(self._layout.root):
            ox.serialize(_named_only(quads, graphs), stream, ox.RdfFormat.N_QUADS)
        self._plan[source] = Spooled(path, tuple(sorted(graphs)), file_name, sha256)

    def remove(self, source: str) -> None:
        """Drop a source; raises `UnknownThing` when there is none of that name."""
        self._unstaged()
        if self._plan.pop(source, None) is None:
            raise UnknownThing(f"the store has no source {source!r}")

    def keep_only(self, sources: Collection[str]) -> None:
        """Drop every source that is not among these; names of no source are passed over."""
        self._unstaged()
        self._plan = {name: self._plan[name] for name in self._plan if name in sources}

    @property
    def sources(self) -> frozenset[str]:
        """The names of the sources that the next generation is to have."""
        return frozenset(self._plan)

    def stage(self, derived: str | None = None, lapsing: str | None = None) -> Staged:
        """Load the sources as planned; after that they can only be read and revised.

        ``derived`` names a source that follows from the others and is written by `Staged.revise`:
        where everything is loaded anew, it is left out. ``lapsing`` names one that holds of the
        others as they were: where any of them changes and it is not written itself, it is dropped,
        which `sources` shows. Raises `StoreError` when two sources claim
        one graph or the disk has too little room.
        """
        work = self._open() / "work"
        if self._staged is not None:
            raise StoreError("the sources are staged already")
        self._step("load")
        self._refuse_shared_graphs()
        with write_errors(self._layout.root):
            self._staged = self._load(work, derived, lapsing)
        return self._staged

    def commit(self) -> Manifest:
        """Make the new generation the current one, and return when it is safely on the disk.

        Stages first when that was not done; raises as `stage` does. Then nothing has changed.
        Afterwards the writer takes nothing more.
        """
        staging, root = self._open(), self._layout.root
        staged = self._staged or self.stage()
        self._step("flush")
        with write_errors(root):
            staged.finish(staging / "store")
            _delete_unused(staging / "work")
            shutil.rmtree(staging / "spool")
            sync_tree(staging)
        self._step("manifest")
        with write_errors(root):
            manifest = self._describe(staging / "store", staged)
            content = manifest.to_json()
            pointer = Pointer(manifest.generation, sha256_of(content).hexdigest())
            write_file(staging / "manifest.json", content)
            sync(staging)
        self._step("rename")
        with write_errors(root):
            staging.rename(self._layout.generation(manifest.generation))
            sync(root)
        self._step("current")
        with write_errors(root):
            self._layout.point_to(pointer)
        self._staging = self._staged = None
        self._prune(pointer)
        return manifest

    def _begin(self) -> None:
        drop_stale(self._layout)
        self._parent, self.base = self._read_parent()
        if not self._layout.current.exists() and not self._layout.generations():
            self._layout.point_to(None)
        if self.base is not None and not self._fresh:
            self._plan = {record.id: record for record in self.base.sources}
        # A folder of its own each time: an engine that something still holds, such as a result that
        # another thread collected, keeps the lock of the folder in which it was opened.
        self._staging = self._layout.root / f"staging-{os.getpid()}-{next(_NUMBERS)}"
        (self._staging / "spool").mkdir(parents=True)

    def _read_parent(self) -> tuple[Pointer | None, Manifest | None]:
        # The engine opens some damaged stores without a word, so nothing is cloned unchecked.
        try:
            pointer = self._layout.pointer()
            if pointer is None:
                return None, None
            manifest = read_manifest(self._layout, pointer)
            require_sound(self._layout.data(pointer.generation), manifest)
        except StoreDamaged:
            if not self._fresh:
                raise
            self._unread = True
            return None, None
        return pointer, manifest

    def _open(self) -> Path:
        if self._staging is None:
            raise StoreError("this writer is closed; `Store.write` makes a new one")
        return self._staging

    def _unstaged(self) -> Path:
        if self._staged is not None:
            raise StoreError("the sources are staged; revise them, or begin another write")
        return self._open()

    def _refuse_shared_graphs(self) -> None:
        owners: dict[str, str] = {}
        for source, target in sorted(self._plan.items()):
            for graph in target.graphs:
                owner = owners.setdefault(graph, source)
                if owner != source:
                    raise StoreError(
                        f"the graph <{graph}> belongs to the source {owner!r}; "
                        f"{source!r} must use graphs of its own"
                    )

    def _load(self, work: Path, derived: str | None, lapsing: str | None) -> Staged:
        base = self._open_base()
        found = changes(base, self._plan) if base else None
        if base and isinstance(self._plan.get(lapsing or ""), SourceRecord):
            found = self._without(base, found, lapsing or "")
        if base and found:
            self._require_space(0)
            return Staged(clone(work, base), base, found, work.parent / ATTACHED)
        if derived is not None:
            self._plan.pop(derived, None)
        self._require_space(sum(file.size for file in base.manifest.files.values()) if base else 0)
        return Staged(rebuild(work, base, self._plan), base, None, work.parent / ATTACHED)

    def _without(self, base: Base, found: Changes | None, lapsing: str) -> Changes | None:
        """The changes, with those of dropping a source that holds only where there are none."""
        if found and not found.removed and not found.added:
            return found
        del self._plan[lapsing]
        return changes(base, self._plan) if found else None

    def _open_base(self) -> Base | None:
        if self.base is None or self._fresh:
            return None
        data = self._layout.data(self.base.generation)
        return Base(self.base, data, open_read_only(data))

    def _require_space(self, kept: int) -> None:
        spooled = sum(file.stat().st_size for file in (self._open() / "spool").iterdir())
        need = _ROOM * (spooled + kept)
        try:
            free = shutil.disk_usage(self._layout.root).free
        except OSError:
            return
        if free < need:
            raise StoreError(
                f"{self._layout.root} has {free:,} bytes free and the write may need {need:,}; "
                "make room or use another disk"
            )

    def _describe(self, data: Path, staged: Staged) -> Manifest:
        store = open_read_only(data)
        sources = read_sources(store, self._plan, staged)
        triples, quads = staged.counts(store)
        if quads != sum(record.quads for record in sources):
            raise StoreError("the engine did not give back what was loaded; nothing was changed")
        parent, base = self._parent.generation if self._parent else 0, self.base
        return Manifest(
            generation=1 + max([parent, *self._layout.generations()]),
            parent=parent or None,
            parent_digest=self._parent.digest if self._parent else None,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            command=self._command,
            kg_version=__version__,
            engine=ENGINE,
            triples=triples,
            quads=quads,
            digest=pairs_digest((record.id, record.digest) for record in sources),
            sources=sources,
            files=read_files(data, self._layout.data(parent), base.files if base else {}),
            attached=read_files(
                data.parent / ATTACHED,
                self._layout.attached(parent),
                base.attached if base else {},
            ),
        )

    def _prune(self, pointer: Pointer) -> None:
        # When the parent could not be read, the older generations are all there is to recover
        # from; they stay until the commit after this one.
        if self._unread:
            return
        with suppress(StoreDamaged):
            kept = islice(ancestry(self._layout, pointer), KEPT)
            prune(self._layout, {older.generation for older, _ in kept})


def _delete_unused(folder: Path) -> None:
    """Delete a folder of the engine, which may itself be deleting files of it in the background."""
    for _ in range(_TRIES):
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)
            return
    shutil.rmtree(folder)


def _named_only(quads: Iterable[ox.Quad], graphs: set[str]) -> Iterator[ox.Quad]:
    for quad in quads:
        if not isinstance(quad, ox.Quad) or not isinstance(quad.graph_name, ox.NamedNode):
            raise ValueError(f"not in a named graph: {quad}")
        graphs.add(quad.graph_name.value)
        yield quad
