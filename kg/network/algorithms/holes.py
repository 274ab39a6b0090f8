"""Structural holes (R. S. Burt): how far a node's neighbours are one another's, too."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kg.network.algorithms.cohesion import Ranked
from kg.network.graph import ArrayGraph, Floats, sums


class Mutual(NamedTuple):
    """Mutual weights a_ij + a_ji: of pairs, of a node with itself, and the sums of their rows."""

    pairs: Ranked
    loops: Floats
    sums: Floats

    @classmethod
    def of(cls, graph: ArrayGraph, weighted: bool) -> Mutual:
        """Those of a graph; of pairs with a weight of zero there is none."""
        size = len(graph)
        start, end, weight = graph.edge_arrays()
        weight = weight if weighted else np.ones(len(weight))
        loop = start == end
        loops = sums(start[loop], 2 * weight[loop], size)
        if graph.directed:
            both = ArrayGraph.of(start[~loop], end[~loop], weight[~loop], size=size)
            start, end, weight = both.edge_arrays()
        else:
            start, end, weight = start[~loop], end[~loop], 2 * weight[~loop]
        tied = weight != 0
        pairs = Ranked(start[tied], end[tied], weight[tied], size)
        return cls(pairs, loops, pairs.both(pairs.weight, pairs.weight) + loops)

    def squares(self, factor: Floats) -> Floats:
        """By node i the sum of m_iq² · factor_q."""
        pairs = self.pairs
        square = pairs.weight**2
        own = self.loops**2 * factor
        return pairs.both(square * factor[pairs.end], square * factor[pairs.start]) + own

    def common(self, factor: Floats) -> Floats:
        """By pair i, j the sum of m_iq · m_jq · factor_q over all q, i and j too."""
        pairs = self.pairs
        own = self.loops * factor
        return pairs.common(factor) + pairs.weight * (own[pairs.start] + own[pairs.end])


def constraint(graph: ArrayGraph, *, weighted: bool = False) -> Floats:
    """Constraint: Σ_j (p_ij + Σ_q p_iq p_qj)², p being shares of a node's mutual weights.

    Without ties it is not a number, where NetworkX says so. Weights are not negative.
    O(m √m), as all triangles are visited once.

    >>> constraint(ArrayGraph.of([0, 1, 2, 2], [1, 2, 0, 3])).round(3).tolist()
    [1.007, 1.007, 0.611, 1.0]
    """
    mutual = Mutual.of(graph, weighted)
    pairs, total = mutual.pairs, mutual.sums
    share = np.divide(1, total, out=np.zeros(len(graph)), where=total > 0)
    # Σ_q m_iq m_qj / s_q is the same for i, j and j, i, so each pair is summed once.
    weight = pairs.weight + mutual.common(share)
    scores = pairs.both((weight * share[pairs.start]) ** 2, (weight * share[pairs.end]) ** 2)
    loops = mutual.loops > 0
    scores[loops] += ((mutual.loops + mutual.squares(share)) * share)[loops] ** 2
    scores[total - 2 * mutual.loops * share == 0] = np.nan
    return scores


def effective_size(graph: ArrayGraph, *, weighted: bool = False) -> Floats:
    """Effective size: Σ_j (1 - Σ_q p_iq m_jq), m being parts of the greatest mutual weight of j.

    Not a number for a node that has no tie to another. Weights are not negative. O(m √m). With
    weights or directions, NetworkX 3.6.1 gives these values only for ``nodes=list(graph)``;
    without, it divides by the greatest weight of q (its pull request 8906).

    >>> effective_size(ArrayGraph.of([0, 1, 2, 2], [1, 2, 0, 3])).round(3).tolist()
    [1.0, 1.0, 2.333, 1.0]
    """
    size = len(graph)
    mutual = Mutual.of(graph, weighted)
    pairs, total = mutual.pairs, mutual.sums
    share = np.divide(1, total, out=np.zeros(size), where=total > 0)
    greatest = mutual.loops.copy()
    np.maximum.at(greatest, pairs.start, pairs.weight)
    np.maximum.at(greatest, pairs.end, pairs.weight)
    part = np.divide(1, greatest, out=np.zeros(size), where=greatest > 0)
    common = mutual.common(np.ones(size))
    start, end = pairs.start, pairs.end
    scores = pairs.both(
        1 - common * share[start] * part[end], 1 - common * share[end] * part[start]
    )
    loops = mutual.loops > 0
    scores[loops] += (1 - mutual.squares(np.ones(size)) * share * part)[loops]
    scores[pairs.both(np.ones(len(start)), np.ones(len(start))) == 0] = np.nan
    return scores
