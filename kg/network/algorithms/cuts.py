"""How a network falls apart where one tie or one node is taken away."""

from __future__ import annotations

from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.network.compiled import compiled
from kg.network.graph import ArrayGraph, Ints, Offsets


class Cuts(NamedTuple):
    """What each node, and the tie to its parent in a depth-first search, holds together.

    ``parent`` (-1 at a root) and ``bridge``, whether the tie to it is one, then ``below`` nodes
    hang on it and the others of its ``component`` (a size) are on the other side. Without the
    node its component is in ``parts``, and ``away`` nodes are not in the largest of them.
    """

    parent: Ints
    bridge: NDArray[np.bool_]
    below: Ints
    component: Ints
    parts: Ints
    away: Ints


def cuts(graph: ArrayGraph) -> Cuts:
    """What each bridge and each node holds together, from one search (R. Tarjan). O(n + m).

    Of undirected graphs; a self-loop changes nothing.

    >>> found = cuts(ArrayGraph.of([0, 1, 2, 2, 3], [1, 2, 0, 3, 4]))
    >>> found.bridge.tolist(), found.below[3:].tolist()
    ([False, False, False, True, True], [2, 1])
    >>> found.parts.tolist(), found.away.tolist()
    ([1, 1, 2, 2, 1], [0, 0, 2, 1, 0])
    """
    if graph.directed:
        raise nx.NetworkXNotImplemented("not for directed graphs: take graph.undirected")
    parent, order, bridge, below, parts, largest, parted = _search(graph.indptr, graph.indices)
    component, parts, away = _parts(parent, order, below, parts, largest, parted)
    return Cuts(parent, bridge, below, component, parts, away)


@compiled
def _search(
    indptr: Offsets, indices: Ints
) -> tuple[Ints, Ints, NDArray[np.bool_], Ints, Ints, Ints, Ints]:
    size = len(indptr) - 1
    parent = np.full(size, -1, dtype=np.int32)
    found = np.full(size, -1, dtype=np.int32)
    low = np.zeros(size, dtype=np.int32)
    at = np.zeros(size, dtype=np.int64)
    stack = np.empty(size, dtype=np.int32)
    order = np.empty(size, dtype=np.int32)
    bridge = np.zeros(size, dtype=np.bool_)
    below = np.ones(size, dtype=np.int32)
    parts = np.zeros(size, dtype=np.int32)
    largest = np.zeros(size, dtype=np.int32)
    parted = np.zeros(size, dtype=np.int32)  # how many nodes are in the parts below a node
    time = 0
    for root in range(size):
        if found[root] >= 0:
            continue
        found[root] = low[root] = time
        order[time] = root
        time += 1
        at[root] = indptr[root]
        stack[0] = root
        height = 1
        while height:
            node = stack[height - 1]
            if at[node] < indptr[node + 1]:
                other = indices[at[node]]
                at[node] += 1
                if found[other] < 0:
                    parent[other] = node
                    found[other] = low[other] = time
                    order[time] = other
                    time += 1
                    at[other] = indptr[other]
                    stack[height] = other
                    height += 1
                elif other != parent[node]:
                    low[node] = min(low[node], found[other])
                continue
            height -= 1
            above = parent[node]
            if above >= 0:
                below[above] += below[node]
                low[above] = min(low[above], low[node])
                bridge[node] = low[node] > found[above]
                if low[node] >= found[above]:
                    parts[above] += 1
                    parted[above] += below[node]
                    largest[above] = max(largest[above], below[node])
    return parent, order, bridge, below, parts, largest, parted


@compiled
def _parts(
    parent: Ints, order: Ints, below: Ints, under: Ints, largest: Ints, parted: Ints
) -> tuple[Ints, Ints, Ints]:
    """The size of each node's component, its parts without the node, and how many are away."""
    size = len(parent)
    component = np.zeros(size, dtype=np.int32)
    parts = np.zeros(size, dtype=np.int32)
    away = np.zeros(size, dtype=np.int32)
    for step in range(size):
        node = order[step]
        component[node] = below[node] if parent[node] < 0 else component[parent[node]]
        rest = component[node] - 1 - parted[node]  # the part that the search came from
        parts[node] = under[node] + 1 if rest > 0 else under[node]
        away[node] = component[node] - 1 - max(largest[node], rest)
    return component, parts, away
