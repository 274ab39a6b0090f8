"""The next generation before its commit: to be read, checked and extended."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.exceptions import StoreError
from kg.store.digest import file_digest
from kg.store.engine import count, merged
from kg.store.layout import ATTACHED
from kg.store.manifest import FileRecord
from kg.store.readable import Loose, Readable
from kg.store.staging import Base, Changes, apply, with_merge


@dataclass(slots=True)
class Revision:
    """What was added to and taken from a source quad by quad."""

    graphs: set[str] = field(default_factory=set)
    removed: set[ox.Quad] = field(default_factory=set)
    added: set[ox.Quad] = field(default_factory=set)


class Staged:
    """The content of the next generation, which nobody else sees yet.

    ``before`` is the current generation (None when there is none or all is written anew), ``after``
    the next one; ``changed`` the quads of named graphs by which they differ, or None when the next
    one was loaded from nothing and they were not compared. Made by `Writer.stage`; usable until
    the writer commits or is left.
    """

    def __init__(
        self, store: ox.Store, base: Base | None, changed: Changes | None, folder: Path
    ) -> None:
        self._base = base
        self._folder = folder
        self.before: Readable | None = Loose(base.store) if base else None
        self._loose = Loose(store)
        self.after: Readable = self._loose
        self.changed = changed
        self.revisions: dict[str, Revision] = {}
        if changed is not None:
            self._triples = apply(store, changed.removed, changed.added)

    @property
    def cloned(self) -> bool:
        """Whether it is a changed clone of the current generation."""
        return self.changed is not None

    @property
    def size(self) -> int:
        """How many quads of named graphs the current generation has."""
        return self._base.manifest.quads if self._base else 0

    def revise(self, source: str, removed: Collection[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Take quads of named graphs from a source and add others; the merge follows.

        ``removed`` must be in the store. For a source that is derived from others: its quads are
        not compared with those of the current generation, and cost what the change costs.
        """
        revision = self.revisions.setdefault(source, Revision())
        if not self.cloned:
            if removed:
                raise StoreError("nothing can be taken from a generation that is loaded anew")
            self._loose.store.bulk_extend(with_merge(_noted(added, revision.graphs)))
            return
        new = set(_noted(added, revision.graphs))
        self._triples += apply(self._loose.store, removed, new)
        revision.removed |= set(removed) - revision.added
        revision.added = (revision.added - set(removed)) | new

    def attached(self, name: str) -> Path | None:
        """The file that is attached to the current generation under a name."""
        if self._base is None or name not in self._records:
            return None
        return self._base.data.parent / ATTACHED / name

    def attach(self, name: str, write: Callable[[Path, Path | None], object]) -> None:
        """Let ``write`` put a file beside the data: it becomes part of the generation.

        It gets the path and that of the file of this name in the current generation, or None when
        there is none that is as it was written.
        """
        before = self.attached(name)
        if before is not None and file_digest(before) != self._records[name].sha256:
            before = None
        self._folder.mkdir(exist_ok=True)
        write(self._folder / name, before)

    def keep(self, name: str) -> None:
        """Attach the file of this name of the current generation as it is, by a hard link."""
        before = self.attached(name)
        if before is None:
            raise StoreError(f"the current generation has no file {name}")
        self._folder.mkdir(exist_ok=True)
        os.link(before, self._folder / name)

    @property
    def _records(self) -> Mapping[str, FileRecord]:
        return self._base.manifest.attached if self._base else {}

    def finish(self, data: Path) -> None:
        """Put the finished content into a folder of its own, and let go of the engine."""
        if not self.cloned:
            # A bulk load leaves overlapping files; queries on them took twice the time.
            self._loose.store.optimize()
        self._loose.store.flush()
        # The copy leaves out the engine's notes and old logs (28 MB after 20,000 quads).
        self._loose.store.backup(data)
        self.close()

    def close(self) -> None:
        """Let go of the engine: its folder is about to be deleted."""
        self._loose.close()
        # A parser of SPARQL leaves cycles that hold every frame below it, and with them results
        # that are read from this store; the engine ends with the last of them.
        gc.collect()

    def counts(self, stored: ox.Store) -> tuple[int, int]:
        """How many triples and quads the finished store has.

        A clone is not counted: what changed is looked up in it, one by one, and the numbers of the
        current generation follow the change. Raises `StoreError` when a quad is not as it was put.
        """
        if self.changed is None or self._base is None:
            return count(stored)
        removed, added = set(self.changed.removed), set(self.changed.added)
        for revision in self.revisions.values():
            removed |= revision.removed
            added |= revision.added
        if any(quad in stored for quad in removed - added) or not all(
            quad in stored and merged(quad) in stored for quad in added
        ):
            raise StoreError("the engine did not give back what was loaded; nothing was changed")
        manifest = self._base.manifest
        return manifest.triples + self._triples, manifest.quads + len(added) - len(removed)


def _noted(quads: Iterable[ox.Quad], graphs: set[str]) -> Iterator[ox.Quad]:
    for quad in quads:
        if not isinstance(quad.graph_name, ox.NamedNode):
            raise ValueError(f"not in a named graph: {quad}")
        graphs.add(quad.graph_name.value)
        yield quad
