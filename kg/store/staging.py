"""Filling a staging folder: by changing a clone of the current generation, or from nothing.

Both ways end with the same content: each source's quads in its named graphs, and in the default
graph each of their triples once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from kg.namespace import RDF, XSD
from kg.store.engine import engine_errors, graph_quads, merged
from kg.store.manifest import Manifest, SourceRecord

# Above this share of the current generation's quads (added + removed) a rebuild is faster: at
# 200,000 quads in 100 sources, replacing 20 of them by other content took 9.0 s by a clone and
# 12.7 s by a rebuild, replacing 30 took 14.2 s and 11.1 s, replacing one 1.0 s and 12.5 s.
REBUILD_SHARE = 0.5
# A source above this number of quads is not compared but rebuilt: a quad takes 480 bytes of memory.
_LARGE = 1_000_000
_BATCH = 50_000
# Literals of these types are not rewritten by the engine.
_KEPT_TYPES = {XSD + "string", RDF + "langString", RDF + "dirLangString"}


@dataclass(frozen=True, slots=True)
class Spooled:
    """The new content of a source, written out as N-Quads until the commit."""

    path: Path
    graphs: tuple[str, ...]
    file_name: str
    sha256: str


Plan: TypeAlias = Mapping[str, SourceRecord | Spooled]
"""What the next generation holds: a source as it is, or with new content."""


@dataclass(frozen=True, slots=True)
class Base:
    """The current generation, opened for reading."""

    manifest: Manifest
    data: Path
    store: ox.Store

    def quads(self, graphs: Iterable[str]) -> Iterator[ox.Quad]:
        """Read the quads of some named graphs."""
        with engine_errors(self.data):
            for graph in graphs:
                yield from graph_quads(self.store, graph)


@dataclass(frozen=True, slots=True)
class Changes:
    """The quads of named graphs that a clone loses and gains."""

    removed: set[ox.Quad]
    added: set[ox.Quad]


def changes(base: Base, plan: Plan) -> Changes | None:
    """What differs from the current generation; None when a rebuild is faster.

    Holds the differences and one source at a time in memory.
    """
    found = Changes(set(), set())
    limit = min(int(base.manifest.quads * REBUILD_SHARE), _LARGE)
    before = {record.id: record for record in base.manifest.sources}
    for source in sorted(before.keys() | plan.keys()):
        target = plan.get(source)
        if isinstance(target, SourceRecord):
            continue
        record = before.get(source)
        if record and record.quads > _LARGE:
            return None
        old = set(base.quads(record.graphs if record else ()))
        new: set[ox.Quad] = set()
        for quad in _as_stored(_parse(target)):
            new.add(quad)
            if len(new) > len(old) + limit:
                return None
        found.removed.update(old - new)
        found.added.update(new - old)
        if len(found.removed) + len(found.added) > limit:
            return None
    return found


def clone(work: Path, base: Base) -> ox.Store:
    """A copy of the current generation (hard links) that can be changed."""
    base.store.backup(work)
    return ox.Store(work)


def apply(store: ox.Store, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> int:
    """Change the quads of named graphs, and the merge with them.

    Returns by how many triples the merge has grown. Costs what the change costs.
    """
    # Removals come first: a quad may move from one source to another.
    gone, grown = set(), 0
    for quad in removed:
        store.remove(quad)
        gone.add(merged(quad))
    for quad in gone:
        if not _stated(store, quad):
            store.remove(quad)
            grown -= 1
    for batch in _batches(added):
        triples = {merged(quad) for quad in batch}
        grown += sum(triple not in store for triple in triples)
        store.extend([*batch, *triples])
    return grown


def rebuild(work: Path, base: Base | None, plan: Plan) -> ox.Store:
    """Load everything into a new store, reading kept sources from the current generation."""
    store = ox.Store(work)
    store.bulk_extend(with_merge(_all_quads(base, plan)))
    return store


def _all_quads(base: Base | None, plan: Plan) -> Iterator[ox.Quad]:
    for target in plan.values():
        if isinstance(target, Spooled):
            yield from _parse(target)
        elif base is not None:
            yield from base.quads(target.graphs)


def with_merge(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Each quad and its triple in the default graph."""
    for quad in quads:
        yield quad
        yield merged(quad)


def _stated(store: ox.Store, quad: ox.Quad) -> bool:
    found = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    return any(isinstance(other.graph_name, ox.NamedNode) for other in found)


def _parse(target: Spooled | None) -> Iterator[ox.Quad]:
    if target is None:
        return iter(())
    return ox.parse(path=target.path, format=ox.RdfFormat.N_QUADS, lenient=True)


def _as_stored(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads as the engine gives them back: it keeps "01"^^xsd:integer as "1"."""
    written = ox.Store()
    for quad in quads:
        if isinstance(quad.object, ox.Literal):
            kept = quad.object.datatype.value in _KEPT_TYPES
        else:
            kept = not isinstance(quad.object, ox.Triple)
        if kept:
            yield quad
        else:
            written.add(quad)
    yield from written


def _batches(quads: Iterable[ox.Quad]) -> Iterator[list[ox.Quad]]:
    rest = iter(quads)
    while batch := list(islice(rest, _BATCH)):
        yield batch
