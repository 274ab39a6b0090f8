"""Groups: parts of a network with more ties within than chance would give (modularity)."""

from __future__ import annotations

import gc
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.network.compiled import FAST, Fallback
from kg.network.graph import ArrayGraph, Ints, sums

ROUNDS = 3


def modularity(
    graph: ArrayGraph,
    labels: NDArray[np.integer],
    *,
    resolution: float = 1.0,
    weighted: bool = True,
) -> float:
    """Modularity of groups: the share of ties within them, less what chance would give.

    Q = Σ_c (L_c / m - γ (k_c / 2m)²), and in a directed graph γ k_c^in k_c^out / m²; not a
    number where nothing is tied. O(m).

    >>> graph = ArrayGraph.of([0, 1, 2, 3, 4, 5, 0], [1, 2, 0, 4, 5, 3, 3])
    >>> round(modularity(graph, np.array([0, 0, 0, 1, 1, 1])), 3)
    0.357
    """
    start, end, weight = graph.edge_arrays()
    weight = weight if weighted else np.ones(len(weight))
    total = float(weight.sum())
    if not total:
        return float("nan")
    within = float(weight[labels[start] == labels[end]].sum())
    count = int(labels.max()) + 1
    out, into = sums(labels[start], weight, count), sums(labels[end], weight, count)
    if not graph.directed:
        out = into = (out + into) / 2
    return within / total - resolution * float(out @ into) / total**2


def leiden(
    graph: ArrayGraph, *, seed: int = 0, resolution: float = 1.0, weighted: bool = True
) -> tuple[Ints, str]:
    """Groups of high modularity, and by which method: that of Leiden, directions aside.

    Groups are numbered by size, the largest first, then by their lowest nodes. The same seed
    gives the same groups: it runs on one thread, since on more they differ from run to run.
    Without networkit it is the method of Louvain (NetworkX), with a `Fallback` warning. Raises
    `ValueError` for a resolution or a seed below 0.

    >>> graph = ArrayGraph.of([0, 1, 2, 3, 4, 5, 0], [1, 2, 0, 4, 5, 3, 3])
    >>> leiden(graph)[0].tolist()
    [0, 0, 0, 1, 1, 1]
    """
    if not (resolution >= 0 and seed >= 0):
        raise ValueError("the resolution and the seed are 0 or more")
    undirected = graph.undirected
    _, _, weight = undirected.edge_arrays()
    if not weight.any() or not len(graph):
        return np.arange(len(graph), dtype=np.int32), "none: no ties"
    networkit = _networkit()
    if networkit is None:
        return _louvain(undirected, seed, resolution, weighted), "louvain (networkx)"
    return _leiden(networkit, undirected, seed, resolution, weighted), "leiden (networkit)"


def by_size(labels: NDArray[np.integer]) -> Ints:
    """The same groups numbered anew: the largest first, then by their lowest nodes.

    >>> by_size(np.array([7, 3, 3, 5])).tolist()
    [1, 0, 0, 2]
    """
    _, first, place, counts = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    number = np.empty(len(counts), dtype=np.int32)
    number[np.lexsort((first, -counts))] = np.arange(len(counts), dtype=np.int32)
    return number[place]


def _leiden(
    networkit: ModuleType, graph: ArrayGraph, seed: int, resolution: float, weighted: bool
) -> Ints:
    start, end, weight = graph.edge_arrays()
    weighs = weighted and graph.is_weighted
    tied = (weight != 0) if weighs else np.ones(len(weight), dtype=np.bool_)
    edges = (weight[tied] if weighs else np.ones(int(tied.sum())), (start[tied], end[tied]))
    threads = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    networkit.setSeed(seed, False)
    try:
        made = networkit.GraphFromCoo(edges, n=len(graph), weighted=weighs)
        method = networkit.community.ParallelLeiden(made, iterations=ROUNDS, gamma=resolution)
        method.run()
        return by_size(np.array(method.getPartition().getVector()))
    finally:
        networkit.setNumberOfThreads(threads)


def _louvain(graph: ArrayGraph, seed: int, resolution: float, weighted: bool) -> Ints:
    weight = "weight" if weighted else None
    numbered = ArrayGraph(graph.indptr, graph.indices, graph.weights).to_networkx()
    groups = nx.community.louvain_communities(
        numbered, weight=weight, resolution=resolution, seed=seed, backend="networkx"
    )
    labels = np.empty(len(graph), dtype=np.int64)
    for number, group in enumerate(groups):
        labels[list(group)] = number
    return by_size(labels)


@cache
def _networkit() -> ModuleType | None:
    try:
        with _unheard():
            import networkit
    except ImportError:
        warnings.warn(
            f"networkit is not installed, so groups are Louvain's, not Leiden's: {FAST}",
            Fallback,
            stacklevel=2,
        )
        return None
    module: ModuleType = networkit
    return module


@contextmanager
def _unheard() -> Iterator[None]:
    """Import networkit in this block: it imports matplotlib, where that is installed.

    Which may look for fonts at first, and say so in its log from a thread; garbage is not to be
    collected there, as results of the store's engine belong to the thread that made them.
    """
    log, collects = logging.getLogger("matplotlib"), gc.isenabled()
    level = log.level
    log.setLevel(logging.ERROR)
    gc.disable()
    try:
        yield
    finally:
        log.setLevel(level)
        if collects:
            gc.enable()
