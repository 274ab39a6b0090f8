"""From two kinds of nodes to one: organisations joined by the alliances that they share."""

from __future__ import annotations

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.network.graph import ArrayGraph, Floats


def newman(graph: ArrayGraph, mask: NDArray[np.bool_]) -> ArrayGraph:
    """The nodes of a mask, joined by Σ 1 / (n_k - 1) over all k that two of them share.

    n_k is how many k joins, so each node spreads the weight 1 for each k that it shares
    (M. E. J. Newman, 2001). Weights of the given graph do not count. O(Σ n_k²).

    >>> graph = ArrayGraph.of([0, 1, 2, 0, 1], [3, 3, 3, 4, 4])
    >>> newman(graph, np.array([True, True, True, False, False])).to_networkx().edges.data("weight")
    EdgeDataView([(0, 1, 1.5), (0, 2, 0.5), (1, 2, 0.5)])
    """
    others = np.diff(graph.indptr) - 1.0
    share = np.divide(1, others, out=np.zeros(len(graph)), where=others > 0)
    return _projected(graph, mask, share)


def shared(graph: ArrayGraph, mask: NDArray[np.bool_]) -> ArrayGraph:
    """The nodes of a mask, joined by the number of others that two of them share.

    >>> graph = ArrayGraph.of([0, 1, 2, 0, 1], [3, 3, 3, 4, 4])
    >>> shared(graph, np.array([True, True, True, False, False])).weights.tolist()
    [2.0, 1.0, 2.0, 1.0, 1.0, 1.0]
    """
    return _projected(graph, mask, np.ones(len(graph)))


def is_bipartite(graph: ArrayGraph, mask: NDArray[np.bool_]) -> bool:
    """Whether each edge joins a node of the mask with one that is not in it.

    >>> is_bipartite(ArrayGraph.of([0, 1], [2, 2]), np.array([True, True, False]))
    True
    """
    return bool((mask[graph.rows] != mask[graph.indices]).all())


def _projected(graph: ArrayGraph, mask: NDArray[np.bool_], factor: Floats) -> ArrayGraph:
    if graph.directed or not is_bipartite(graph, mask):
        raise nx.NetworkXAlgorithmError("edges must join a node of the mask with one outside it")
    nodes = graph.part(mask)
    one = graph.matrix(weighted=False)[mask]
    several = one.copy()
    several.data = factor[one.indices]
    made = (several @ one.T).tocsr()
    made.sort_indices()
    rows = np.repeat(np.arange(len(nodes)), np.diff(made.indptr))
    apart = rows != made.indices
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows[apart], minlength=len(nodes)))])
    return ArrayGraph(
        indptr.astype(np.int64),
        made.indices[apart].astype(np.int32, copy=False),
        made.data[apart],
        names=nodes.names,
        attributes=nodes.attributes,
        info=graph.graph,
    )
