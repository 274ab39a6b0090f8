"""Standing from the standing of neighbours: PageRank, eigenvectors, hubs and authorities."""

from __future__ import annotations

import networkx as nx
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import eigs

from kg.network.algorithms.paths import strong_components
from kg.network.graph import ArrayGraph, Floats

# Parts whose first singular values differ by less, in proportion, have the same.
_EQUAL = 1e-9


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
    max_iter: int = 100_000,
    tol: float = 1e-12,
    normalized: bool = True,
    weighted: bool = True,
) -> tuple[Floats, Floats]:
    """Hubs and authorities (J. Kleinberg): who leads to authorities, and to whom hubs lead.

    The first singular vectors of the matrix. Where it has several, as where two superiors have as
    many below them, the scores are what iterating from equal ones leads to: every part of the
    graph whose first singular value is the greatest has its share, and all others have exactly 0.
    ``normalized`` makes each in sum 1; otherwise the authorities are of length 1. All 0 where no
    edge weighs anything. O(m) a round.

    >>> hubs, authorities = hits(ArrayGraph.of([0, 1, 1], [2, 2, 3], directed=True))
    >>> hubs.round(3).tolist(), authorities.round(3).tolist()
    ([0.382, 0.618, 0.0, 0.0], [0.0, 0.0, 0.618, 0.382])
    >>> hits(ArrayGraph.of([0, 1, 3, 4], [2, 2, 5, 5], directed=True))[1].tolist()
    [0.0, 0.0, 0.5, 0.0, 0.0, 0.5]
    """
    size = len(graph)
    matrix = graph.matrix(weighted=weighted).copy()
    matrix.eliminate_zeros()
    if not matrix.nnz:
        return np.zeros(size), np.zeros(size)
    back = matrix.T.tocsr()
    # Those who share a hub share a part, within which the vector is one and positive.
    _, parts = connected_components(sparse.block_array([[None, matrix], [back, None]]), False)
    parts = np.unique(parts[size:], return_inverse=True)[1]
    scores = np.ones(size)
    for _ in range(max_iter):
        before = scores / np.bincount(parts, scores)[parts]
        scores = np.asarray(back @ (matrix @ before), dtype=np.float64)
        sums = np.bincount(parts, scores)
        # A part without edges has no scores, and nothing to wait for.
        scores = np.where(sums[parts] > 0, scores, before)
        grown = np.bincount(parts, scores)
        if np.bincount(parts, np.abs(scores / grown[parts] - before)).max() < tol:
            break
    else:
        raise nx.PowerIterationFailedConvergence(max_iter)
    unit = scores / np.sqrt(np.bincount(parts, scores**2))[parts]
    shares = np.where(sums >= sums.max() * (1 - _EQUAL), np.bincount(parts, unit), 0)
    authorities = unit * shares[parts]
    authorities /= authorities.sum() if normalized else np.linalg.norm(authorities)
    hubs = np.asarray(matrix @ authorities, dtype=np.float64)
    return (hubs / hubs.sum() if normalized else hubs), authorities


def _incoming(graph: ArrayGraph, weighted: bool) -> sparse.csr_array:
    matrix = graph.matrix(weighted=weighted)
    return matrix.T.tocsr() if graph.directed else matrix
