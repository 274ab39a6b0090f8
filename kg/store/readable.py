"""What reading code needs of a store, wherever its quads are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeAlias

import pyoxigraph as ox

Graph: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Subject: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
Object: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Quads(Protocol):
    """Quads in named graphs, and in the default graph the merge of them."""

    def quads(
        self,
        s: Subject | None = None,
        p: ox.NamedNode | None = None,
        o: Object | None = None,
        g: Graph | None = None,
    ) -> Iterator[ox.Quad]:
        """The quads that match a pattern: None is anything, ``DefaultGraph()`` the merge only."""


class Readable(Quads, Protocol):
    """Quads that queries read, too."""

    def query(
        self,
        text: str,
        *,
        default_graph: Graph | list[Graph] | None = None,
        named_graphs: list[ox.NamedNode | ox.BlankNode] | None = None,
        prefixes: dict[str, str] | None = None,
    ) -> Results:
        """Evaluate a SPARQL query that the caller trusts or has guarded."""


class Loose:
    """A `Readable` over a store of the engine, such as one in memory, that nobody else guards.

    >>> store = ox.Store()
    >>> fact = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal("x"))
    >>> store.add(fact)
    >>> [quad.object.value for quad in Loose(store).quads(p=ox.NamedNode("urn:p"))]
    ['x']
    """

    def __init__(self, store: ox.Store) -> None:
        self._store: ox.Store | None = store

    def close(self) -> None:
        """Let go of the store, so that the engine ends its work in the background."""
        self._store = None

    def query(
        self,
        text: str,
        *,
        default_graph: Graph | list[Graph] | None = None,
        named_graphs: list[ox.NamedNode | ox.BlankNode] | None = None,
        prefixes: dict[str, str] | None = None,
    ) -> Results:
        """Evaluate a SPARQL query; `SyntaxError` when it is none."""
        return self.store.query(
            text, default_graph=default_graph, named_graphs=named_graphs, prefixes=prefixes
        )

    def quads(
        self,
        s: Subject | None = None,
        p: ox.NamedNode | None = None,
        o: Object | None = None,
        g: Graph | None = None,
    ) -> Iterator[ox.Quad]:
        """The quads that match a pattern."""
        return self.store.quads_for_pattern(s, p, o, g)

    @property
    def store(self) -> ox.Store:
        """The engine's store, while it is open."""
        if self._store is None:
            raise ValueError("the store is closed")
        return self._store
