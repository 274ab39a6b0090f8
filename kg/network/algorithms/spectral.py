"""Standing from the standing of neighbours: PageRank, eigenvectors, hubs and authorities."""

from __future__ import annotations

import networkx as nx
import numpy as np
from scipy import sparse
from scipy.sparse.linalg import ArpackNoConvergence, eigs, svds

from kg.network.algorithms.paths import strong_components
from kg.network.graph import ArrayGraph, Floats


def pagerank(
    graph: ArrayGraph,
    *,
    alpha: float = 0.85,
    personalization: Floats | None = None,
    dangling: Floats | None = None,
    start: Floats | None = None,
    tol: float = 1e-6,
    max_iter: int = 100,
    weighted: bool = True,
) -> Floats:
    """PageRank, in sum 1: where a walk along edges is that starts anew with chance 1 - alpha.

    ``personalization`` says where it starts anew, ``dangling`` where it goes from a node that
    leads nowhere (else as it starts anew), ``start`` is the first guess. O(m) a round.

    >>> pagerank(ArrayGraph.of([0, 1], [2, 2], directed=True)).round(3).tolist()
    [0.213, 0.213, 0.574]
    """
    size = len(graph)
    if not size:
        return np.zeros(0)
    matrix = graph.matrix(weighted=weighted)
    # An undirected graph's matrix is its own transpose, and rows are read faster than columns.
    moved = matrix.T.tocsr() if graph.directed else matrix
    leaving = np.asarray(matrix.sum(axis=1)).ravel()
    share = np.divide(alpha, leaving, out=np.zeros(size), where=leaving != 0)
    nowhere = np.flatnonzero(leaving == 0)
    anew = _distribution(personalization, size)
    lost = anew if dangling is None else _distribution(dangling, size)
    ranks = _distribution(start, size)
    for _ in range(max_iter):
        before = ranks
        ranks = np.asarray(moved @ (before * share), dtype=np.float64)
        ranks += alpha * before[nowhere].sum() * lost + (1 - alpha) * anew
        if np.abs(ranks - before).sum() < size * tol:
            return ranks
    raise nx.PowerIterationFailedConvergence(max_iter)


def _distribution(values: Floats | None, size: int) -> Floats:
    if values is None:
        return np.full(size, 1 / size)
    if not values.sum():
        raise ZeroDivisionError("the values of all nodes are 0 in sum")
    return np.asarray(values / values.sum(), dtype=np.float64)


def eigenvector(
    graph: ArrayGraph, *, tol: float = 1e-6, max_iter: int = 100, weighted: bool = False
) -> Floats:
    """Eigenvector centrality: a node's is as the sum of its predecessors', the length is 1.

    By power iteration of A + 1, as NetworkX does it. O(m) a round.

    >>> eigenvector(ArrayGraph.of([0, 1], [1, 2])).round(3).tolist()
    [0.5, 0.707, 0.5]
    """
    size = len(graph)
    if not size:
        raise nx.NetworkXPointlessConcept("cannot compute centrality for the null graph")
    moved = _incoming(graph, weighted)
    scores = np.full(size, 1 / size)
    for _ in range(max_iter):
        before = scores
        scores = before + np.asarray(moved @ before, dtype=np.float64)
        scores /= float(np.linalg.norm(scores)) or 1
        if np.abs(scores - before).sum() < size * tol:
            return scores
    raise nx.PowerIterationFailedConvergence(max_iter)


def dominant(
    graph: ArrayGraph, *, tol: float = 0, max_iter: int = 50, weighted: bool = False
) -> Floats:
    """Eigenvector centrality of a (strongly) connected graph, by ARPACK, to machine precision.

    >>> dominant(ArrayGraph.of([0, 1], [1, 2])).round(3).tolist()
    [0.5, 0.707, 0.5]
    """
    size = len(graph)
    if not size:
        raise nx.NetworkXPointlessConcept("cannot compute centrality for the null graph")
    if strong_components(graph).any():
        raise nx.AmbiguousSolution("a graph that is not connected has several such vectors")
    moved = _incoming(graph, weighted)
    if size < 3:  # ARPACK takes no smaller matrix
        values, vectors = np.linalg.eig(moved.toarray())
        found = vectors[:, np.argmax(values.real)]
    else:
        start = np.ones(size)
        _, found = eigs(moved, k=1, which="LR", v0=start, maxiter=max_iter, tol=tol)
    scores = found.ravel().real
    return np.asarray(scores * (np.sign(scores.sum()) / np.linalg.norm(scores)), dtype=np.float64)


def hits(
    graph: ArrayGraph,
    *,
    max_iter: int = 100,
    tol: float = 1e-8,
    normalized: bool = True,
    weighted: bool = True,
) -> tuple[Floats, Floats]:
    """Hubs and authorities (J. Kleinberg): who leads to authorities, and to whom hubs lead.

    The first singular vectors of the matrix, from a fixed start; ``normalized`` makes each in
    sum 1. All 0 where no edge weighs anything. O(m) a round.

    >>> hubs, authorities = hits(ArrayGraph.of([0, 1, 1], [2, 2, 3], directed=True))
    >>> (hubs.round(3) + 0).tolist(), (authorities.round(3) + 0).tolist()
    ([0.382, 0.618, 0.0, 0.0], [0.0, 0.0, 0.618, 0.382])
    """
    size = len(graph)
    matrix = graph.matrix(weighted=weighted)
    if not matrix.data.any():
        return np.zeros(size), np.zeros(size)
    if max_iter <= 0:
        raise nx.PowerIterationFailedConvergence(max_iter)
    if size == 1:
        authorities = np.ones(1)
    else:
        try:
            start = np.ones(size)
            _, _, found = svds(matrix, k=1, v0=start, maxiter=max_iter, tol=tol)
        except ArpackNoConvergence as error:
            raise nx.PowerIterationFailedConvergence(max_iter) from error
        authorities = found.ravel()
    hubs = np.asarray(matrix @ authorities)
    if normalized:
        return hubs / hubs.sum(), authorities / authorities.sum()
    return hubs, authorities


def _incoming(graph: ArrayGraph, weighted: bool) -> sparse.csr_array:
    matrix = graph.matrix(weighted=weighted)
    return matrix.T.tocsr() if graph.directed else matrix
