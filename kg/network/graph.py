"""A graph in integer arrays: rows of neighbours, as compressed sparse rows (CSR)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Ints: TypeAlias = NDArray[np.int32]
Floats: TypeAlias = NDArray[np.float64]
Offsets: TypeAlias = NDArray[np.int64]


class ArrayGraph:
    """A graph that nobody changes: nodes 0…n-1 with names, and each node's row of neighbours.

    The algorithms of NetworkX take it as a graph: ``nx.pagerank(graph)`` runs on the arrays, and
    a function that the arrays do not have runs on a copy made by `to_networkx`, with a
    `Fallback` warning. Parallel edges are one edge with the sum of their weights; a self-loop
    stands once in its row. In an undirected graph each edge stands in the rows of both its ends.

    >>> graph = ArrayGraph.of([0, 1, 1], [1, 2, 2], names=["a", "b", "c"])
    >>> graph
    ArrayGraph(3 nodes, 2 edges, undirected)
    >>> graph.row(1).tolist(), graph.weights.tolist()
    ([0, 2], [1.0, 1.0, 2.0, 2.0])
    >>> graph.to_networkx().edges(data="weight")
    EdgeDataView([('a', 'b', 1.0), ('b', 'c', 2.0)])
    """

    __networkx_backend__ = "kg"
    weight_name = "weight"
    """The attribute of edges in NetworkX that weights come from and go to."""

    def __init__(
        self,
        indptr: Offsets,
        indices: Ints,
        weights: Floats | None = None,
        *,
        directed: bool = False,
        names: Sequence[Any] | None = None,
        attributes: Mapping[str, Sequence[Any] | NDArray[Any]] | None = None,
        info: Mapping[str, Any] | None = None,
    ) -> None:
        """Take arrays that are in order: neighbours ascend in each row, and none is there twice.

        ``weights`` None means that each weighs 1. ``attributes`` are columns by node, ``info``
        is what `to_networkx` gives the graph. `ArrayGraph.of` orders edges.
        """
        self.indptr = indptr
        self.indices = indices
        self._weights = weights
        self.directed = directed
        self.names: Sequence[Any] = range(len(indptr) - 1) if names is None else names
        self.attributes = dict(attributes or {})
        self.graph = dict(info or {})

    @classmethod
    def of(
        cls,
        sources: Iterable[int],
        targets: Iterable[int],
        weights: Iterable[float] | None = None,
        *,
        size: int | None = None,
        directed: bool = False,
        names: Sequence[Any] | None = None,
        attributes: Mapping[str, Sequence[Any] | NDArray[Any]] | None = None,
        info: Mapping[str, Any] | None = None,
    ) -> ArrayGraph:
        """The graph of a list of edges, each from a source to the target at its place.

        ``size`` is the number of nodes, else that of the names, else one more than the highest
        end. Without weights, edges that are there once each keep none. O(edges).
        """
        start, end = _array(sources, np.int32), _array(targets, np.int32)
        if size is None:
            highest = max(start.max(initial=-1), end.max(initial=-1))
            size = len(names) if names is not None else int(highest) + 1
        weight = None if weights is None else _array(weights, np.float64)
        if not directed:
            apart = start != end
            start, end = np.concatenate([start, end[apart]]), np.concatenate([end, start[apart]])
            weight = None if weight is None else np.concatenate([weight, weight[apart]])
        indptr, indices, summed = _compressed(start, end, weight, size)
        return cls(
            indptr,
            indices,
            summed,
            directed=directed,
            names=names,
            attributes=attributes,
            info=info,
        )

    @classmethod
    def from_networkx(cls, graph: nx.Graph[Any], weight: str | None = "weight") -> ArrayGraph:
        """The arrays of a graph of NetworkX; names are its nodes, in its order.

        Edges without that attribute weigh 1, those of a multigraph are summed.
        """
        names = list(graph)
        place = {name: number for number, name in enumerate(names)}
        count = graph.number_of_edges()
        start = np.fromiter((place[edge[0]] for edge in graph.edges()), np.int32, count)
        end = np.fromiter((place[edge[1]] for edge in graph.edges()), np.int32, count)
        values = None
        if weight is not None:
            given = [data.get(weight) for *_, data in graph.edges(data=True)]
            if any(value is not None for value in given):
                values = [1 if value is None else value for value in given]
        keys = sorted({key for _, data in graph.nodes(data=True) for key in data})
        columns = {key: [data.get(key) for _, data in graph.nodes(data=True)] for key in keys}
        made = cls.of(
            start,
            end,
            values,
            size=len(names),
            directed=graph.is_directed(),
            names=names,
            attributes=columns,
            info=graph.graph,
        )
        made.weight_name = weight or cls.weight_name
        return made

    def to_networkx(self) -> nx.Graph[Any]:
        """A `networkx.Graph` or `networkx.DiGraph` of it with names, attributes and weights.

        Every edge has a ``weight`` where some edge does not weigh 1.
        """
        made: nx.Graph[Any] = nx.DiGraph() if self.directed else nx.Graph()
        made.graph.update(self.graph)
        keys = [*self.attributes]
        columns = zip(*(_listed(self.attributes[key]) for key in keys), strict=True) if keys else ()
        if keys:
            rows = (dict(zip(keys, values, strict=True)) for values in columns)
            made.add_nodes_from(zip(self.names, rows, strict=True))
        else:
            made.add_nodes_from(self.names)
        start, end, weight = self.edge_arrays()
        names = self.names
        pairs = ((names[s], names[t]) for s, t in zip(start.tolist(), end.tolist(), strict=True))
        if self._weights is None:
            made.add_edges_from(pairs)
        else:
            ends = zip(pairs, weight.tolist(), strict=True)
            made.add_weighted_edges_from(
                ((*pair, value) for pair, value in ends), weight=self.weight_name
            )
        return made

    # What NetworkX asks a graph

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __iter__(self) -> Iterator[Any]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        try:
            return name in self.places
        except TypeError:
            return False

    def __repr__(self) -> str:
        kind = "directed" if self.directed else "undirected"
        return f"ArrayGraph({len(self):,} nodes, {self.number_of_edges():,} edges, {kind})"

    def is_directed(self) -> bool:
        """Whether an edge leads from one end to the other only."""
        return self.directed

    def is_multigraph(self) -> bool:
        """Never: parallel edges are summed."""
        return False

    # To a type checker any attribute would be there.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            if hasattr(nx.DiGraph, name):
                raise AttributeError(
                    f"an ArrayGraph has no {name}: drawing, writing and changing take a graph of "
                    "NetworkX, which its to_networkx() gives"
                )
            raise AttributeError(name)

    def number_of_nodes(self) -> int:
        """How many nodes it has."""
        return len(self)

    order = number_of_nodes

    def number_of_edges(self) -> int:
        """How many edges it has; an undirected one counts once, a self-loop too."""
        if self.directed:
            return len(self.indices)
        return (len(self.indices) + self.loops) // 2

    size = number_of_edges

    # The arrays

    @cached_property
    def places(self) -> Mapping[Any, int]:
        """The number of the node of each name."""
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def rows(self) -> Ints:
        """The node at whose row each entry of `indices` stands."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.indptr))

    @property
    def is_weighted(self) -> bool:
        """Whether some edge may weigh something else than 1."""
        return self._weights is not None

    @property
    def weights(self) -> Floats:
        """The weight of each entry of `indices`."""
        return np.ones(len(self.indices)) if self._weights is None else self._weights

    @cached_property
    def loops(self) -> int:
        """How many nodes are joined to themselves."""
        return int(np.count_nonzero(self.indices == self.rows))

    def row(self, node: int) -> Ints:
        """The neighbours of a node by number; of a directed graph those that it leads to."""
        return self.indices[self.indptr[node] : self.indptr[node + 1]]

    def edge_arrays(self) -> tuple[Ints, Ints, Floats]:
        """Each edge once: sources, targets, weights; undirected ones with source ≤ target."""
        start, end, weight = self.rows, self.indices, self.weights
        if self.directed:
            return start, end, weight
        once = start <= end
        return start[once], end[once], weight[once]

    def matrix(self, *, weighted: bool = True) -> sparse.csr_array:
        """The adjacency matrix: what row i has at column j is the weight from i to j."""
        values = self.weights if weighted else np.ones(len(self.indices))
        size = len(self)
        return sparse.csr_array((values, self.indices, self.indptr), shape=(size, size))

    @cached_property
    def reversed(self) -> ArrayGraph:
        """The graph with each edge turned round; an undirected graph is its own."""
        if not self.directed:
            return self
        indptr, indices, weights = _compressed(self.indices, self.rows, self._weights, len(self))
        return ArrayGraph(indptr, indices, weights, directed=True, names=self.names)

    @cached_property
    def undirected(self) -> ArrayGraph:
        """Without directions: weights of an edge and of the one that leads back are summed."""
        if not self.directed:
            return self
        return ArrayGraph.of(
            self.rows,
            self.indices,
            self._weights,
            size=len(self),
            names=self.names,
            attributes=self.attributes,
            info=self.graph,
        )

    @cached_property
    def simple(self) -> ArrayGraph:
        """Undirected, unweighted, without self-loops."""
        graph = self.undirected
        if not graph.loops and not graph.is_weighted:
            return graph
        apart = graph.rows != graph.indices
        counts = np.bincount(graph.rows[apart], minlength=len(self))
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return ArrayGraph(
            indptr,
            graph.indices[apart],
            names=self.names,
            attributes=self.attributes,
            info=self.graph,
        )

    def part(self, nodes: NDArray[np.bool_] | Ints) -> ArrayGraph:
        """The graph of some nodes and the edges among them.

        ``nodes`` is a mask, or the numbers of nodes, ascending.
        """
        kept = np.flatnonzero(nodes) if nodes.dtype == np.bool_ else nodes
        place = np.full(len(self), -1, dtype=np.int32)
        place[kept] = np.arange(len(kept), dtype=np.int32)
        inside = (place[self.rows] >= 0) & (place[self.indices] >= 0)
        start, end = place[self.rows[inside]], place[self.indices[inside]]
        counts = np.bincount(start, minlength=len(kept))
        return ArrayGraph(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            end,
            None if self._weights is None else self._weights[inside],
            directed=self.directed,
            names=[self.names[number] for number in kept.tolist()],
            attributes={
                key: [column[number] for number in kept.tolist()]
                for key, column in self.attributes.items()
            },
            info=self.graph,
        )

    def by_name(self, values: NDArray[Any]) -> dict[Any, Any]:
        """A value a node, by name, as functions of NetworkX give it."""
        return dict(zip(self.names, values.tolist(), strict=True))

    def numbers(self, names: Iterable[Any]) -> Ints:
        """The numbers of some nodes; `networkx.NodeNotFound` for a name that is none."""
        try:
            return np.fromiter((self.places[name] for name in names), dtype=np.int32)
        except (KeyError, TypeError) as error:
            raise nx.NodeNotFound(f"the graph has no node {error}") from error


def sums(numbers: NDArray[np.integer], values: Floats, size: int) -> Floats:
    """By number, of 0…size-1, the sum of the values at its places.

    >>> sums(np.array([0, 2, 0]), np.array([1.0, 5.0, 2.0]), 3).tolist()
    [3.0, 0.0, 5.0]
    """
    return np.bincount(numbers, values, size).astype(np.float64, copy=False)


def _array(values: Iterable[Any], kind: type[np.generic]) -> NDArray[Any]:
    listed = values if isinstance(values, np.ndarray) else [*values]
    return np.ascontiguousarray(listed, dtype=kind)


def _listed(column: Sequence[Any] | NDArray[Any]) -> Sequence[Any]:
    return column.tolist() if isinstance(column, np.ndarray) else column


def _compressed(
    start: Ints, end: Ints, weight: Floats | None, size: int
) -> tuple[Offsets, Ints, Floats | None]:
    """Rows in order; edges that are there more than once are summed."""
    values = np.ones(len(start)) if weight is None else weight
    made = sparse.coo_array((values, (start, end)), shape=(size, size)).tocsr()
    made.sum_duplicates()
    plain = weight is None and (made.nnz == len(start))
    return (
        made.indptr.astype(np.int64, copy=False),
        made.indices.astype(np.int32, copy=False),
        None if plain else made.data,
    )
