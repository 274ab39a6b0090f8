"""Reading one generation."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pyoxigraph as ox

from kg.exceptions import StoreDamaged
from kg.store.check import require_sound
from kg.store.engine import engine_errors, open_read_only, pairs, subjects
from kg.store.layout import ADVICE, ATTACHED, Layout, Pointer
from kg.store.lock import hold_shared
from kg.store.manifest import Manifest, read_manifest
from kg.store.readable import Graph, Object, Results, Subject


class View:
    """One immutable generation, read-only; later commits are not seen.

    Keep the view open while its results are read: an open view keeps its generation from being
    pruned. Made by `Store.view`.
    """

    def __init__(self, layout: Layout, pointer: Pointer) -> None:
        self._of = layout, pointer
        self._data = layout.data(pointer.generation)
        path = layout.manifest(pointer.generation)
        try:
            handle = hold_shared(path)
        except OSError as error:
            fault = "missing" if isinstance(error, FileNotFoundError) else str(error)
            raise StoreDamaged(path, fault, ADVICE) from error
        self._release = weakref.finalize(self, os.close, handle)
        try:
            self.manifest: Manifest = read_manifest(layout, pointer)
            require_sound(self._data, self.manifest)
            self._store: ox.Store | None = open_read_only(self._data)
        except BaseException:
            self._release()
            raise

    def __reduce__(self) -> tuple[type[View], tuple[Layout, Pointer]]:
        """Pickled, a view is what it reads: in another process it opens the same generation."""
        return View, self._of

    @property
    def data(self) -> Path:
        """The RocksDB folder, for `engine_errors` and for worker processes that open it."""
        return self._data

    def attached(self, name: str) -> Path | None:
        """The file that was attached under a name; None when there was none."""
        return self._data.parent / ATTACHED / name if name in self.manifest.attached else None

    def query(
        self,
        text: str,
        *,
        default_graph: Graph | list[Graph] | None = None,
        named_graphs: list[ox.NamedNode | ox.BlankNode] | None = None,
        prefixes: dict[str, str] | None = None,
    ) -> Results:
        """Evaluate a SPARQL query that the caller trusts or has guarded.

        Raises `SyntaxError` for a text that is not SPARQL and `StoreDamaged` when a file cannot be
        read. Rows come while they are iterated: iterate inside ``engine_errors(view.data)``.
        """
        store = self._open()
        with engine_errors(self._data):
            return store.query(
                text, default_graph=default_graph, named_graphs=named_graphs, prefixes=prefixes
            )

    def quads(
        self,
        s: Subject | None = None,
        p: ox.NamedNode | None = None,
        o: Object | None = None,
        g: Graph | None = None,
    ) -> Iterator[ox.Quad]:
        """The quads that match a pattern: None is anything, ``DefaultGraph()`` the merge only.

        With ``g=None`` a fact appears once in the merge and once in each graph that states it.
        """
        store = self._open()
        return self._quads(store, s, p, o, g)

    def _quads(
        self,
        store: ox.Store,
        s: Subject | None,
        p: ox.NamedNode | None,
        o: Object | None,
        g: Graph | None,
    ) -> Iterator[ox.Quad]:
        with engine_errors(self._data):
            yield from store.quads_for_pattern(s, p, o, g)

    def pairs(self, predicate: ox.NamedNode) -> tuple[list[str], list[str]]:
        """The subjects and the objects of all triples of the merge that have a predicate.

        Terms are as TSV results have them: ``<iri>``, ``"text"@zh``, a number bare, a tab in a
        text ``\\t``. The engine writes them at once, in two thirds of the time that `quads` takes.
        """
        store = self._open()
        with engine_errors(self._data):
            return pairs(store, predicate.value)

    def subjects(self, predicate: ox.NamedNode, value: ox.NamedNode) -> list[str]:
        """The subjects of a predicate and an object in the merge, as in `pairs`."""
        store = self._open()
        with engine_errors(self._data):
            return subjects(store, predicate.value, value.value)

    def close(self) -> None:
        """Let go of the generation; a second call does nothing."""
        self._store = None
        self._release()

    def _open(self) -> ox.Store:
        if self._store is None:
            raise ValueError("the view is closed")
        return self._store

    def __enter__(self) -> View:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
