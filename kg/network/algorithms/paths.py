"""Who reaches whom, and over whom: components, distances, closeness, betweenness."""

from __future__ import annotations

from math import log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph

from kg.network.compiled import compiled
from kg.network.graph import ArrayGraph, Floats, Ints, Offsets

EXACT_TO = 20_000
SAMPLES = 1_000
CONFIDENCE = 0.95


class Betweenness(NamedTuple):
    """Scores by node, how far off any of them may be, and from how many sources they are."""

    scores: Floats
    error: float
    samples: int


def components(graph: ArrayGraph) -> Ints:
    """The component of each node, directions aside, numbered by their lowest nodes. O(n + m).

    >>> components(ArrayGraph.of([0, 3], [2, 1])).tolist()
    [0, 1, 0, 1]
    """
    return _labels(graph, "weak")


def strong_components(graph: ArrayGraph) -> Ints:
    """The strong component of each node, within which each reaches each along directions.

    >>> strong_components(ArrayGraph.of([0, 1, 1], [1, 0, 2], directed=True)).tolist()
    [0, 0, 1]
    """
    return _labels(graph, "strong" if graph.directed else "weak")


def _labels(graph: ArrayGraph, connection: str) -> Ints:
    if not len(graph):
        return np.zeros(0, dtype=np.int32)
    # An explicit zero is an edge here, but to scipy it is none.
    matrix = graph.matrix(weighted=False)
    _, labels = csgraph.connected_components(matrix, graph.directed, connection)
    _, first, place = np.unique(labels, return_index=True, return_inverse=True)
    number = np.empty(len(first), dtype=np.int32)
    number[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return number[place]


def distances(graph: ArrayGraph, source: int) -> Ints:
    """The number of steps from a node to each, along directions; -1 where no path leads.

    >>> distances(ArrayGraph.of([0, 1], [1, 2], size=4), 0).tolist()
    [0, 1, 2, -1]
    """
    return _steps(graph.indptr, graph.indices, source)


def harmonic(graph: ArrayGraph) -> Floats:
    """Harmonic centrality: the sum of 1 / distance of all others to a node. O(n m).

    >>> harmonic(ArrayGraph.of([0, 1], [1, 2])).tolist()
    [1.5, 2.0, 1.5]
    """
    return _nearness(graph.indptr, graph.indices)[2]


def closeness(graph: ArrayGraph, *, improved: bool = True) -> Floats:
    """Closeness: one by the mean distance of those who reach a node.

    ``improved`` multiplies it by the share of nodes that reach it (Wasserman and Faust), so
    that small components stay small. O(n m).

    >>> closeness(ArrayGraph.of([0, 1], [1, 2])).round(3).tolist()
    [0.667, 1.0, 0.667]
    """
    reached, total, _ = _nearness(graph.indptr, graph.indices)
    return _close(reached, total, len(graph), improved)


def closeness_of(graph: ArrayGraph, node: int, *, improved: bool = True) -> float:
    """The closeness of one node. O(n + m).

    >>> closeness_of(ArrayGraph.of([0, 1], [1, 2]), 1)
    1.0
    """
    steps = distances(graph.reversed, node)
    near = steps[steps > 0].astype(np.float64)
    found = _close(np.array([len(near)]), np.array([near.sum()]), len(graph), improved)
    return float(found[0])


def _close(reached: Floats, total: Floats, size: int, improved: bool) -> Floats:
    scores = np.zeros(len(total))
    np.divide(reached, total, out=scores, where=total > 0)
    if improved:
        scores *= reached / max(size - 1, 1)
    return scores


def betweenness(
    graph: ArrayGraph,
    *,
    normalized: bool = True,
    sources: NDArray[np.integer] | None = None,
) -> Floats:
    """Betweenness: the share of shortest paths that lead over a node, its own aside (Brandes).

    With ``sources``, only of paths from these nodes, scaled to all as NetworkX does. O(n m).

    >>> betweenness(ArrayGraph.of([0, 1], [1, 2])).tolist()
    [0.0, 1.0, 0.0]
    """
    size = len(graph)
    chosen = _every(graph) if sources is None else sources.astype(np.int64)
    total, _ = _dependencies(graph.indptr, graph.indices, chosen)
    if size < 3:
        return total
    pairs = size - 2 if normalized else (1 if graph.directed else 2) / (size - 1)
    if len(chosen) == size:
        return total / ((size - 1) * pairs)
    scores = total / (len(chosen) * pairs)
    # A source is seen from the other sources only.
    others = len(chosen) - 1
    scores[chosen] = total[chosen] / (others * pairs) if others else np.nan
    return scores


def betweenness_sampled(
    graph: ArrayGraph, *, seed: int = 0, samples: int = SAMPLES, confidence: float = CONFIDENCE
) -> Betweenness:
    """Normalized betweenness from some sources, drawn independently, with the error it has.

    With that confidence no score is further off than ``error``: the lesser of Hoeffding's
    bound and of the empirical Bernstein bound (A. Maurer and M. Pontil, 2009), each for all
    nodes at once. O(samples m).

    >>> graph = ArrayGraph.of([0, 1, 2], [1, 2, 3])
    >>> betweenness_sampled(graph, seed=1, samples=2000).scores.round(1).tolist()
    [0.0, 0.7, 0.7, 0.0]
    """
    size = len(graph)
    if size < 3:
        return Betweenness(np.zeros(size), 0.0, 0)
    drawn = np.random.default_rng(seed).integers(size, size=samples)
    total, squares = _dependencies(graph.indptr, graph.indices, drawn)
    # What one source says of a node is between 0 and 1; the node itself says 0 of itself.
    mean, square = total / (samples * (size - 2)), squares / (samples * (size - 2) ** 2)
    variance = float(np.maximum(square - mean**2, 0).max()) * samples / max(samples - 1, 1)
    chance = log(4 * size / ((1 - confidence) / 2))
    bernstein = sqrt(2 * variance * chance / samples) + 7 * chance / (3 * max(samples - 1, 1))
    hoeffding = sqrt(chance / (2 * samples))
    own = size / (size - 1)
    return Betweenness(mean * own, min(hoeffding, bernstein, 1) * own, samples)


def betweenness_auto(
    graph: ArrayGraph, *, seed: int = 0, samples: int = SAMPLES, exact_to: int = EXACT_TO
) -> Betweenness:
    """Normalized betweenness, exact to that many nodes, from samples above.

    >>> betweenness_auto(ArrayGraph.of([0, 1], [1, 2]))
    Betweenness(scores=array([0., 1., 0.]), error=0.0, samples=3)
    """
    if len(graph) <= max(exact_to, samples):
        return Betweenness(betweenness(graph), 0.0, len(graph))
    return betweenness_sampled(graph, seed=seed, samples=samples)


def _every(graph: ArrayGraph) -> NDArray[np.int64]:
    return np.arange(len(graph), dtype=np.int64)


@compiled
def _steps(indptr: Offsets, indices: Ints, source: int) -> Ints:
    size = len(indptr) - 1
    depth = np.full(size, -1, dtype=np.int32)
    order = np.empty(size, dtype=np.int32)
    depth[source] = 0
    order[0] = source
    head, count = 0, 1
    while head < count:
        node = order[head]
        head += 1
        for place in range(indptr[node], indptr[node + 1]):
            other = indices[place]
            if depth[other] < 0:
                depth[other] = depth[node] + 1
                order[count] = other
                count += 1
    return depth


@compiled
def _nearness(indptr: Offsets, indices: Ints) -> tuple[Floats, Floats, Floats]:
    """By node: how many others reach it, the sum of their distances, and of 1 / distance.

    64 searches run at once, a bit each (M. Then and others, "The more the merrier", 2014).
    """
    size = len(indptr) - 1
    reached = np.zeros(size)
    total = np.zeros(size)
    inverse = np.zeros(size)
    seen = np.zeros(size, dtype=np.uint64)
    coming = np.zeros(size, dtype=np.uint64)
    here = np.zeros(size, dtype=np.uint64)
    front = np.empty(size, dtype=np.int32)
    touched = np.empty(size, dtype=np.int32)
    one, none = np.uint64(1), np.uint64(0)
    for first in range(0, size, 64):
        count = min(64, size - first)
        seen[:] = none
        for number in range(count):
            front[number] = first + number
            here[first + number] = seen[first + number] = one << np.uint64(number)
        steps = 0
        while count:
            steps += 1
            found = 0
            for at in range(count):
                node = front[at]
                for place in range(indptr[node], indptr[node + 1]):
                    other = indices[place]
                    fresh = here[node] & ~seen[other]
                    if fresh:
                        if not coming[other]:
                            touched[found] = other
                            found += 1
                        coming[other] |= fresh
            count = found
            for at in range(count):
                node = touched[at]
                bits = here[node] = coming[node]
                front[at] = node
                seen[node] |= bits
                coming[node] = none
                # How many bits are set: in pairs, in fours, in bytes, in all.
                bits = bits - ((bits >> one) & np.uint64(0x5555555555555555))
                pairs = np.uint64(0x3333333333333333)
                bits = (bits & pairs) + ((bits >> np.uint64(2)) & pairs)
                bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
                bits += bits >> np.uint64(8)
                bits += bits >> np.uint64(16)
                bits += bits >> np.uint64(32)
                searches = np.int64(bits & np.uint64(127))
                reached[node] += searches
                total[node] += searches * steps
                inverse[node] += searches / steps
    return reached, total, inverse


@compiled
def _dependencies(
    indptr: Offsets, indices: Ints, sources: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """By node: the sum of the dependencies of the sources on it, and the sum of their squares."""
    size = len(indptr) - 1
    total = np.zeros(size)
    squares = np.zeros(size)
    depth = np.full(size, -1, dtype=np.int32)
    order = np.empty(size, dtype=np.int32)
    paths = np.zeros(size)
    share = np.zeros(size)
    for source in sources:
        depth[source] = 0
        paths[source] = 1.0
        order[0] = source
        head, count = 0, 1
        while head < count:
            node = order[head]
            head += 1
            below = depth[node] + 1
            for place in range(indptr[node], indptr[node + 1]):
                other = indices[place]
                if depth[other] < 0:
                    depth[other] = below
                    order[count] = other
                    count += 1
                if depth[other] == below:
                    paths[other] += paths[node]
        for head in range(count - 1, 0, -1):
            node = order[head]
            below = depth[node] + 1
            found = 0.0
            for place in range(indptr[node], indptr[node + 1]):
                if depth[indices[place]] == below:
                    found += share[indices[place]]
            found *= paths[node]
            total[node] += found
            squares[node] += found * found
            share[node] = (1.0 + found) / paths[node]
        for head in range(count):
            depth[order[head]] = -1
            paths[order[head]] = 0.0
    return total, squares
