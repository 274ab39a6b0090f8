"""What holds a network together: cores, bridges, articulation points, triangles."""

from __future__ import annotations

import networkx as nx
import numpy as np

from kg.network.algorithms.cuts import cuts
from kg.network.compiled import compiled
from kg.network.graph import ArrayGraph, Floats, Ints, Offsets, sums


def core_numbers(graph: ArrayGraph) -> Ints:
    """By node the highest k of a part in which each has k neighbours (Batagelj and Zaveršnik).

    In a directed graph edges count at both ends. Self-loops are refused: `graph.simple` has
    none. O(n + m).

    >>> core_numbers(ArrayGraph.of([0, 1, 2, 2], [1, 2, 0, 3])).tolist()
    [2, 2, 2, 1]
    """
    if graph.loops:
        raise nx.NetworkXNotImplemented("core numbers have no self-loops: take graph.simple")
    if graph.directed:
        back = graph.reversed
        return _cores(graph.indptr, graph.indices, back.indptr, back.indices)
    return _cores(graph.indptr, graph.indices, np.zeros_like(graph.indptr), graph.indices[:0])


def bridges(graph: ArrayGraph) -> Ints:
    """The edges without which a component falls apart, a row each, low end first, in order.

    Of undirected graphs. O(n + m).

    >>> bridges(ArrayGraph.of([0, 1, 2, 2], [1, 2, 0, 3])).tolist()
    [[2, 3]]
    """
    found = cuts(graph)
    below = np.flatnonzero(found.bridge).astype(np.int32)
    pairs = np.sort(np.column_stack([below, found.parent[below]]), axis=1)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def articulation_points(graph: ArrayGraph) -> Ints:
    """The nodes without which a component falls apart, ascending. Of undirected graphs. O(n + m).

    >>> articulation_points(ArrayGraph.of([0, 1, 2, 2], [1, 2, 0, 3])).tolist()
    [2]
    """
    return np.flatnonzero(cuts(graph).parts > 1).astype(np.int32)


def triangles(graph: ArrayGraph) -> Ints:
    """How many triangles each node is in, directions, weights and self-loops aside. O(m √m).

    >>> triangles(ArrayGraph.of([0, 1, 2, 2], [1, 2, 0, 3])).tolist()
    [1, 1, 1, 0]
    """
    ranked = Ranked.of(graph.simple)
    common = ranked.common(np.ones(len(graph)))
    return (ranked.both(common, common) / 2).astype(np.int32)


def clustering(graph: ArrayGraph) -> Floats:
    """By node the share of pairs of its neighbours that are neighbours themselves. O(m √m).

    >>> clustering(ArrayGraph.of([0, 1, 2, 2], [1, 2, 0, 3])).round(3).tolist()
    [1.0, 1.0, 0.333, 0.0]
    """
    degree = np.diff(graph.simple.indptr)
    pairs = degree * (degree - 1) / 2
    scores = np.zeros(len(graph))
    np.divide(triangles(graph), pairs, out=scores, where=pairs > 0)
    return scores


class Ranked:
    """Pairs of an undirected graph, each once, from the end of lesser degree to the other.

    So no node has many pairs of its own, and triangles are found in O(m √m) (Chiba and
    Nishizeki; Latapy).
    """

    def __init__(self, start: Ints, end: Ints, weight: Floats, size: int) -> None:
        degree = np.bincount(start, minlength=size) + np.bincount(end, minlength=size)
        turned = (degree[start] > degree[end]) | ((degree[start] == degree[end]) & (start > end))
        low, high = np.where(turned, end, start), np.where(turned, start, end)
        order = np.argsort(low, kind="stable")
        self.start, self.end, self.weight = low[order], high[order], weight[order]
        counts = np.bincount(low, minlength=size)
        self.indptr: Offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    @classmethod
    def of(cls, graph: ArrayGraph) -> Ranked:
        """The pairs of an undirected graph without self-loops."""
        return cls(*graph.edge_arrays(), len(graph))

    def common(self, factor: Floats) -> Floats:
        """By pair i, j the sum of w_iq · w_jq · factor_q over all that both know."""
        return _common(self.indptr, self.end, self.weight, factor)

    def both(self, at_start: Floats, at_end: Floats) -> Floats:
        """By node the sum of what its pairs say of their ends."""
        size = len(self.indptr) - 1
        return sums(self.start, at_start, size) + sums(self.end, at_end, size)


@compiled
def _common(indptr: Offsets, indices: Ints, weights: Floats, factor: Floats) -> Floats:
    size = len(indptr) - 1
    sums = np.zeros(len(indices))
    seen = np.full(size, -1, dtype=np.int64)
    for node in range(size):
        for place in range(indptr[node], indptr[node + 1]):
            seen[indices[place]] = place
        for first in range(indptr[node], indptr[node + 1]):
            other = indices[first]
            for second in range(indptr[other], indptr[other + 1]):
                third = seen[indices[second]]
                if third >= 0:
                    a, b, c = weights[first], weights[second], weights[third]
                    sums[first] += b * c * factor[indices[second]]
                    sums[second] += a * c * factor[node]
                    sums[third] += a * b * factor[other]
        for place in range(indptr[node], indptr[node + 1]):
            seen[indices[place]] = -1
    return sums


@compiled
def _cores(indptr: Offsets, indices: Ints, indptr2: Offsets, indices2: Ints) -> Ints:
    size = len(indptr) - 1
    core = np.zeros(size, dtype=np.int32)
    highest = 0
    for node in range(size):
        core[node] = indptr[node + 1] - indptr[node] + indptr2[node + 1] - indptr2[node]
        highest = max(highest, core[node])
    start = np.zeros(highest + 2, dtype=np.int64)  # where the nodes of a degree begin in order
    for node in range(size):
        start[core[node] + 1] += 1
    for degree in range(highest + 1):
        start[degree + 1] += start[degree]
    order = np.empty(size, dtype=np.int32)
    place = np.empty(size, dtype=np.int64)
    for node in range(size):
        place[node] = start[core[node]]
        order[place[node]] = node
        start[core[node]] += 1
    for degree in range(highest, 0, -1):
        start[degree] = start[degree - 1]
    start[0] = 0
    for step in range(size):
        node = order[step]
        for side in range(2):
            first = indptr[node] if side == 0 else indptr2[node]
            last = indptr[node + 1] if side == 0 else indptr2[node + 1]
            for at in range(first, last):
                other = indices[at] if side == 0 else indices2[at]
                degree = core[other]
                if degree > core[node]:
                    swapped = order[start[degree]]
                    order[start[degree]], order[place[other]] = other, swapped
                    place[swapped], place[other] = place[other], start[degree]
                    start[degree] += 1
                    core[other] -= 1
    return core
