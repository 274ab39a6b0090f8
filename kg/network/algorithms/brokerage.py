"""Brokerage between groups (R. V. Gould and R. M. Fernandez, 1989), and what chance would give."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kg.network.compiled import compiled
from kg.network.graph import ArrayGraph, Floats, Ints, Offsets, sums

ROLES = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison")
UNDIRECTED_ROLES = ("coordinator", "itinerant", "boundary", "liaison")
Longs = NDArray[np.int64]


class Brokerage(NamedTuple):
    """By node (a row) and role (a column): how often, how often by chance, how far from it.

    ``z`` is (counts − expected) / standard deviation; not a number where chance has no say.
    """

    roles: tuple[str, ...]
    counts: Longs
    expected: Floats
    z: Floats


def brokerage(graph: ArrayGraph, groups: Ints) -> Brokerage:
    """How often each node v stands between two others, a → v → b without a → b, by their groups.

    All three of one group: coordinator; a and b of one group, v of another: itinerant; only a of
    v's group: representative; only b: gatekeeper; three groups: liaison. In an undirected graph
    a pair counts once, and representative and gatekeeper are one role, ``boundary``. Weights and
    self-loops do not count. ``expected`` and ``z`` are exact for groups dealt out at random: the
    network, the sizes of groups and the group of v stay, the other groups change places.
    O(Σ d_in d_out), so the sum of the pairs of neighbours.

    >>> graph = ArrayGraph.of([0, 1, 1, 4], [1, 2, 3, 1], directed=True)
    >>> found = brokerage(graph, np.array([0, 0, 0, 1, 2], dtype=np.int32))
    >>> dict(zip(found.roles, found.counts[1].tolist()))
    {'coordinator': 1, 'itinerant': 0, 'representative': 1, 'gatekeeper': 1, 'liaison': 1}
    >>> found.expected[1].round(2).tolist()
    [0.67, 0.0, 1.33, 1.33, 0.67]
    """
    start, end, _ = graph.edge_arrays()
    apart = start != end
    plain = ArrayGraph.of(start[apart], end[apart], size=len(graph), directed=graph.directed)
    open_ = _open(plain, plain, groups)
    paths = _paths(plain, open_)
    expected, variance = _moments(paths, groups)
    counts = open_.counts
    if not graph.directed:
        # Each pair was met in both orders: as a, b and as b, a.
        counts = np.delete(counts, 3, axis=1)
        counts[:, [0, 1, 3]] //= 2
        expected, variance = _undirected(paths, groups)
    spread = np.sqrt(variance)
    z = np.full(expected.shape, np.nan)
    np.divide(counts - expected, spread, out=z, where=spread > 1e-9)
    return Brokerage(ROLES if graph.directed else UNDIRECTED_ROLES, counts, expected, z)


class _Open(NamedTuple):
    """Open paths a → v → b: by v and role, and by tie how many begin or end with it."""

    counts: Longs
    tails: Longs
    heads: Longs


class _Paths(NamedTuple):
    """By v: how many open paths, and how many (ordered) pairs of them share ends, and which."""

    total: Floats
    turned: Floats
    tails: Floats
    heads: Floats
    chains: Floats

    @property
    def apart(self) -> Floats:
        """Pairs of open paths that share no end."""
        met = self.total + self.turned + self.tails + self.heads + self.chains
        return self.total**2 - met


def _open(graph: ArrayGraph, closing: ArrayGraph, groups: Ints) -> _Open:
    counts, tails, heads = _walk(
        graph.indptr, graph.indices, closing.indptr, closing.indices, groups
    )
    return _Open(counts.reshape(len(graph), len(ROLES)), tails, heads)


def _paths(graph: ArrayGraph, open_: _Open) -> _Paths:
    size = len(graph)
    shape = (size, size)
    total = open_.counts.sum(axis=1).astype(np.float64)
    tails, heads = open_.tails.astype(np.float64), open_.heads.astype(np.float64)
    begun = sums(graph.indices, tails * (tails - 1), size)
    ended = sums(graph.rows, heads * (heads - 1), size)
    if graph.directed:
        either = graph.undirected
        there, back = graph.matrix(weighted=False), graph.reversed.matrix(weighted=False)
        both = (there * back).tocoo()
        mutual = ArrayGraph.of(both.row, both.col, size=size, directed=True)
        turned = _open(mutual, either, np.zeros(size, dtype=np.int32)).counts.sum(axis=1)
        turned = turned.astype(np.float64)
    else:
        turned = total
    first = sparse.csr_array((tails, graph.indices, graph.indptr), shape=shape).T
    second = sparse.csr_array((heads, graph.indices, graph.indptr), shape=shape)
    chained = np.asarray((first * second).sum(axis=1)).ravel() if size else np.zeros(0)
    return _Paths(total, turned, begun, ended, 2 * (chained - turned))


def _moments(paths: _Paths, groups: Ints) -> tuple[Floats, Floats]:
    """Means and variances of the five roles of a directed graph."""
    chance = _Chance.of(groups)
    own, out = chance.own, chance.out
    crossing = own * out / chance.ways(2)
    tails = own * out * (out - 1) / chance.ways(3)
    heads = own * (own - 1) * out / chance.ways(3)
    apart = own * (own - 1) * out * (out - 1) / chance.ways(4)
    none = np.zeros(len(own))
    return _stacked(
        paths,
        [
            chance.coordinator(),
            chance.itinerant(),
            (crossing, none, tails, heads, none, apart),
            (crossing, none, heads, tails, none, apart),
            chance.liaison(),
        ],
    )


def _undirected(paths: _Paths, groups: Ints) -> tuple[Floats, Floats]:
    """Means and variances of the four roles of an undirected graph, a pair counted once."""
    chance = _Chance.of(groups)
    own, out = chance.own, chance.out
    pair = 2 * own * out / chance.ways(2)
    joined = own * out * (own + out - 2) / chance.ways(3)
    apart = 4 * own * (own - 1) * out * (out - 1) / chance.ways(4)
    boundary = (pair, pair, joined, joined, joined, apart)
    mean, variance = _stacked(
        paths, [chance.coordinator(), chance.itinerant(), boundary, chance.liaison()]
    )
    return mean / 2, variance / 4


_Shares = tuple[Floats, Floats, Floats, Floats, Floats, Floats]


def _stacked(paths: _Paths, roles: list[_Shares]) -> tuple[Floats, Floats]:
    means, variances = [], []
    for pair, turned, tails, heads, chains, apart in roles:
        mean = paths.total * pair
        square = mean + paths.turned * turned + paths.tails * tails + paths.heads * heads
        square += paths.chains * chains + paths.apart * apart
        means.append(mean)
        # What is left of sums that cancel is no variance.
        rest = square - mean**2
        variances.append(np.where(rest > 1e-9 * np.maximum(square, 1), rest, 0))
    return np.stack(means, axis=1), np.stack(variances, axis=1)


class _Chance(NamedTuple):
    """The chances of two, three or four others of v being of certain groups, by v.

    ``own`` are the others of v's group, ``out`` those of other groups; ``pairs``, ``threes`` and
    ``fours`` count ordered choices within one of the other groups, ``two_pairs`` of a pair within
    one and another pair within one (the same or not), ``apart`` of one of a group and two others
    that are not of it.
    """

    own: Floats
    out: Floats
    pairs: Floats
    threes: Floats
    two_pairs: Floats
    apart: Floats

    @classmethod
    def of(cls, groups: Ints) -> _Chance:
        size = np.bincount(groups).astype(np.float64) if len(groups) else np.zeros(0)
        here = size[groups]
        out = len(groups) - here
        pair = _falling(size, 2)
        pairs = pair.sum() - pair[groups]
        two_pairs = (
            _falling(size, 4).sum()
            - _falling(here, 4)
            + pairs**2
            - ((pair**2).sum() - pair[groups] ** 2)
        )
        # Σ n (out - n)(out - n - 1) over the other groups, by powers of n.
        powers = [(size**k).sum() - here**k for k in (1, 2, 3)]
        apart = powers[0] * out * (out - 1) - powers[1] * (2 * out - 1) + powers[2]
        threes = _falling(size, 3).sum() - _falling(here, 3)
        return cls(here - 1, out, pairs, threes, two_pairs, apart)

    def ways(self, count: int) -> Floats:
        """In how many orders so many others can be chosen; at least one, to divide by."""
        return np.maximum(_falling(self.own + self.out, count), 1)

    def coordinator(self) -> _Shares:
        return self._alike(*(_falling(self.own, count) for count in (2, 3, 4)))

    def itinerant(self) -> _Shares:
        return self._alike(self.pairs, self.threes, self.two_pairs)

    def liaison(self) -> _Shares:
        out = self.out
        four = _falling(out, 4) - 2 * self.pairs * (out - 2) * (out - 3) + self.two_pairs
        return self._alike(_falling(out, 2) - self.pairs, self.apart, four)

    def _alike(self, two: Floats, three: Floats, four: Floats) -> _Shares:
        """Of a role that is the same in both directions."""
        pair, joined = two / self.ways(2), three / self.ways(3)
        return pair, pair, joined, joined, joined, four / self.ways(4)


def _falling(values: Floats, count: int) -> Floats:
    """n (n − 1) … of so many factors, 0 where n is less."""
    made = np.ones(len(values))
    for step in range(count):
        made = made * np.maximum(values - step, 0)
    return made


@compiled
def _walk(
    indptr: Offsets, indices: Ints, closing_indptr: Offsets, closing: Ints, groups: Ints
) -> tuple[Longs, Longs, Longs]:
    size = len(indptr) - 1
    counts = np.zeros(size * 5, dtype=np.int64)
    tails = np.zeros(len(indices), dtype=np.int64)
    heads = np.zeros(len(indices), dtype=np.int64)
    joined = np.full(size, -1, dtype=np.int64)
    for first in range(size):
        joined[first] = first
        for place in range(closing_indptr[first], closing_indptr[first + 1]):
            joined[closing[place]] = first
        for place in range(indptr[first], indptr[first + 1]):
            broker = indices[place]
            for further in range(indptr[broker], indptr[broker + 1]):
                last = indices[further]
                if joined[last] == first:
                    continue
                tails[place] += 1
                heads[further] += 1
                from_own = groups[first] == groups[broker]
                to_own = groups[last] == groups[broker]
                if from_own and to_own:
                    role = 0
                elif from_own:
                    role = 2
                elif to_own:
                    role = 3
                elif groups[first] == groups[last]:
                    role = 1
                else:
                    role = 4
                counts[broker * 5 + role] += 1
    return counts, tails, heads
