"""Functions of NetworkX on arrays: groups, parts, counts and projections."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from random import Random

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.network import algorithms
from kg.network.graph import ArrayGraph
from kg.network.offered import Name, offer, sets_of, weighs


def _count(labels: NDArray[np.integer]) -> int:
    return int(labels.max(initial=-1)) + 1


def _is_one(graph: ArrayGraph, labels: NDArray[np.integer]) -> bool:
    if not len(graph):
        raise nx.NetworkXPointlessConcept("Connectivity is undefined for the null graph.")
    return _count(labels) == 1


@offer(cheap=True)
def connected_components(G: ArrayGraph) -> Iterator[set[Name]]:
    """`networkx.connected_components` of arrays."""
    return iter(sets_of(G, algorithms.components(G)))


@offer(cheap=True)
def number_connected_components(G: ArrayGraph) -> int:
    """`networkx.number_connected_components` of arrays."""
    return _count(algorithms.components(G))


@offer(cheap=True)
def is_connected(G: ArrayGraph) -> bool:
    """`networkx.is_connected` of arrays."""
    return _is_one(G, algorithms.components(G))


@offer(cheap=True)
def node_connected_component(G: ArrayGraph, n: Name) -> set[Name]:
    """`networkx.node_connected_component` of arrays."""
    reached = np.flatnonzero(algorithms.distances(G, int(G.numbers([n])[0])) >= 0)
    return {G.names[node] for node in reached.tolist()}


@offer(cheap=True)
def weakly_connected_components(G: ArrayGraph) -> Iterator[set[Name]]:
    """`networkx.weakly_connected_components` of arrays."""
    return iter(sets_of(G, algorithms.components(G)))


@offer(cheap=True)
def number_weakly_connected_components(G: ArrayGraph) -> int:
    """`networkx.number_weakly_connected_components` of arrays."""
    return _count(algorithms.components(G))


@offer(cheap=True)
def is_weakly_connected(G: ArrayGraph) -> bool:
    """`networkx.is_weakly_connected` of arrays."""
    return _is_one(G, algorithms.components(G))


@offer()
def strongly_connected_components(G: ArrayGraph) -> Iterator[set[Name]]:
    """`networkx.strongly_connected_components` of arrays."""
    return iter(sets_of(G, algorithms.strong_components(G)))


@offer()
def number_strongly_connected_components(G: ArrayGraph) -> int:
    """`networkx.number_strongly_connected_components` of arrays."""
    return _count(algorithms.strong_components(G))


@offer()
def is_strongly_connected(G: ArrayGraph) -> bool:
    """`networkx.is_strongly_connected` of arrays."""
    return _is_one(G, algorithms.strong_components(G))


@offer(cheap=True)
def number_of_selfloops(G: ArrayGraph) -> int:
    """`networkx.number_of_selfloops` of arrays."""
    return G.loops


@offer(cheap=True)
def is_empty(G: ArrayGraph) -> bool:
    """`networkx.is_empty` of arrays."""
    return not len(G.indices)


@offer(cheap=True)
def isolates(G: ArrayGraph) -> Iterator[Name]:
    """`networkx.isolates` of arrays."""
    alone = np.diff(G.indptr) + np.diff(G.reversed.indptr) == 0
    return (G.names[node] for node in np.flatnonzero(alone).tolist())


@offer(cheap=True)
def number_of_isolates(G: ArrayGraph) -> int:
    """`networkx.number_of_isolates` of arrays."""
    return sum(1 for _ in isolates(G))


# Projections


def _mask(graph: ArrayGraph, nodes: Collection[Name]) -> NDArray[np.bool_]:
    mask = np.zeros(len(graph), dtype=np.bool_)
    mask[graph.numbers(nodes)] = True
    if graph.directed:
        raise NotImplementedError("directions")
    if not algorithms.is_bipartite(graph, mask):
        raise NotImplementedError("edges within the given nodes or within the others")
    return mask


@offer({"multigraph": False})
def projected_graph(B: ArrayGraph, nodes: Collection[Name], multigraph: bool = False) -> ArrayGraph:
    """`networkx.bipartite.projected_graph` of arrays, in arrays."""
    made = algorithms.shared(B, _mask(B, nodes))
    return ArrayGraph(
        made.indptr, made.indices, names=made.names, attributes=made.attributes, info=made.graph
    )


@offer({"ratio": False})
def weighted_projected_graph(
    B: ArrayGraph, nodes: Collection[Name], ratio: bool = False
) -> ArrayGraph:
    """`networkx.bipartite.weighted_projected_graph` of arrays, in arrays."""
    mask = _mask(B, nodes)
    if len(nodes) >= len(B):
        raise nx.NetworkXAlgorithmError("there are no others than the nodes to project onto")
    return algorithms.shared(B, mask)


@offer()
def collaboration_weighted_projected_graph(B: ArrayGraph, nodes: Collection[Name]) -> ArrayGraph:
    """`networkx.bipartite.collaboration_weighted_projected_graph` (Newman) of arrays, in arrays."""
    return algorithms.newman(B, _mask(B, nodes))


# Groups


@offer()
def modularity(
    G: ArrayGraph,
    communities: Iterable[Collection[Name]],
    weight: str | None = "weight",
    resolution: float = 1,
) -> float:
    """`networkx.community.modularity` of arrays."""
    groups = [*communities]
    labels = np.full(len(G), -1, dtype=np.int32)
    for number, group in enumerate(groups):
        labels[G.numbers(name for name in group if name in G)] = number
    if sum(len(group) for group in groups) != len(G) or (labels < 0).any():
        raise nx.NetworkXError(f"{groups} is not a partition of the nodes of {G}")
    weighted = weighs(G, weight)
    if not len(G) or not (G.weights.any() if weighted else len(G.indices)):
        raise ZeroDivisionError("no modularity without edges")
    return algorithms.modularity(G, labels, resolution=resolution, weighted=weighted)


@offer({"max_level": None})
def leiden_communities(
    G: ArrayGraph,
    weight: str | None = "weight",
    resolution: float = 1,
    max_level: None = None,
    seed: Random | None = None,
) -> list[set[Name]]:
    """`networkx.community.leiden_communities` of arrays: the largest first."""
    assert seed is not None, "NetworkX makes a generator of what it is given"
    drawn = seed.randint(0, 2**31 - 1)
    labels, _ = algorithms.leiden(G, seed=drawn, resolution=resolution, weighted=weighs(G, weight))
    return sets_of(G, labels)
