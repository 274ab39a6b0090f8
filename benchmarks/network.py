"""Networks in arrays against NetworkX, and, with --large, against networkit and scipy alone.

All on one core and one thread, on generated graphs with skewed degrees; each answer is compared
with the other side's before its ratio counts. Compiled code is compiled before.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeAlias

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))  # read when numpy is imported

import networkit as nk  # noqa: E402
import networkx as nx  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from scipy import sparse  # noqa: E402
from scipy.sparse import csgraph  # noqa: E402

from kg.network import algorithms  # noqa: E402
from kg.network.algorithms.groups import ROUNDS  # noqa: E402
from kg.network.graph import ArrayGraph  # noqa: E402

NODES, EDGES, LARGE = 100_000, 550_000, 10
ORGANISATIONS, ALLIANCES = 75_000, 25_000
LARGE_BAR, MEGABYTES = 2.0, 200
PLAIN: Any = {"backend": "networkx"}
Ends: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32]]


class Step(NamedTuple):
    """One measured thing: the least ratio, both sides, and whether their answers agree."""

    name: str
    bar: int
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    agree: Callable[[Any, Any], bool]


def skewed(nodes: int, edges: int, seed: int = 1) -> Ends:
    """Distinct pairs of which the first nodes have many, the last few."""
    draw = np.random.default_rng(seed)
    chance = np.cumsum((np.arange(nodes) + 10.0) ** -0.6)
    found = np.zeros(0, dtype=np.int64)
    while len(found) < edges:
        ends = np.searchsorted(chance, draw.random((2, edges)) * chance[-1])
        ends.sort(axis=0)
        apart = ends[:, ends[0] < ends[1]]
        found = np.unique(np.concatenate([found, apart[0] * nodes + apart[1]]))
    found = draw.permutation(found)[:edges]
    mixed = draw.permutation(nodes).astype(np.int32)
    return mixed[found // nodes], mixed[found % nodes]


def memberships(seed: int = 1) -> Ends:
    """Who is in which alliance: sizes from 3 to 150, half under 8; some are in many."""
    draw = np.random.default_rng(seed)
    sizes = np.clip(draw.lognormal(np.log(8), 0.7, ALLIANCES), 3, 150).astype(np.int64)
    chance = np.cumsum((np.arange(ORGANISATIONS) + 50.0) ** -0.4)
    members = np.searchsorted(chance, draw.random(sizes.sum()) * chance[-1])
    alliances = np.repeat(np.arange(ALLIANCES), sizes)
    pairs = np.unique(members * ALLIANCES + alliances)
    return (
        (pairs // ALLIANCES).astype(np.int32),
        (pairs % ALLIANCES + ORGANISATIONS).astype(np.int32),
    )


def plain(ends: Ends, nodes: int) -> nx.Graph[int]:
    """NetworkX's graph of the same edges."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(zip(ends[0].tolist(), ends[1].tolist(), strict=True))
    return graph


def close(ours: dict[int, float], theirs: dict[int, float]) -> bool:
    """Whether two scores by node are equal, up to rounding."""
    return list(ours) == list(theirs) and np.allclose(
        [*ours.values()], [*theirs.values()], rtol=1e-8, atol=1e-12, equal_nan=True
    )


def same(ours: list[tuple[int, int]], theirs: list[tuple[int, int]]) -> bool:
    """Whether two lists have the same pairs."""
    return {frozenset(pair) for pair in ours} == {frozenset(pair) for pair in theirs}


def same_edges(ours: ArrayGraph, theirs: nx.Graph[Any]) -> bool:
    """Whether two graphs have the same edges and, up to rounding, weights."""
    again = ArrayGraph.from_networkx(theirs)
    return (
        np.array_equal(ours.indptr, again.indptr)
        and np.array_equal(ours.indices, again.indices)
        and np.allclose(ours.weights, again.weights)
    )


def seconds(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """The least CPU time of several runs, garbage left lying, and what the last gave."""
    spent, result = [], None
    for _ in range(runs):
        result = None
        gc.collect()
        gc.disable()
        started = time.process_time()
        result = work()
        spent.append(time.process_time() - started)
        gc.enable()
    return min(spent), result


def told(step: Step, runs: int = 3) -> bool:
    """Print one ratio; whether its bar is met."""
    step.ours()
    ours, our_answer = seconds(step.ours, runs)
    theirs, their_answer = seconds(step.theirs, 1)
    agree = step.agree(our_answer, their_answer)
    again, _ = seconds(step.ours, runs)  # in turn, so that a busy moment is not one side's alone
    ratio = theirs / min(ours, again)
    print(
        f"{step.name:12} networkx {theirs * 1e3:9.1f} ms, arrays {min(ours, again) * 1e3:7.1f} ms:"
        f" 1/{ratio:.0f} (bar: 1/{step.bar})"
        f"{'' if agree else ', AND THE ANSWERS DIFFER'}{'' if ratio >= step.bar else ', MISSED'}",
        flush=True,
    )
    return agree and ratio >= step.bar


def steps() -> list[Step]:
    """Everything that has a bar against NetworkX."""
    ends, joined, places = skewed(NODES, EDGES), memberships(), ORGANISATIONS + ALLIANCES
    g: Any = ArrayGraph.of(*ends, size=NODES)
    two: Any = ArrayGraph.of(*joined, size=places)
    h, h2 = plain(ends, NODES), plain(joined, places)
    degrees, sizes = np.diff(g.indptr), np.diff(two.indptr)[ORGANISATIONS:]
    print(f"{g}, degrees up to {degrees.max()}, median {int(np.median(degrees))}")
    print(
        f"{ORGANISATIONS:,} organisations in {ALLIANCES:,} alliances of {sizes.min()} to"
        f" {sizes.max()}, {sizes.mean():.0f} in the mean: {two.number_of_edges():,} memberships"
    )
    made, built = partial(ArrayGraph.of, *ends, size=NODES), partial(plain, ends, NODES)
    newman = partial(
        nx.bipartite.collaboration_weighted_projected_graph, nodes=range(ORGANISATIONS)
    )
    return [
        Step("build", 15, made, built, same_edges),
        Step("PageRank", 8, lambda: nx.pagerank(g), lambda: nx.pagerank(h, **PLAIN), close),
        Step("core", 30, lambda: nx.core_number(g), lambda: nx.core_number(h, **PLAIN), close),
        Step("bridges", 20, lambda: [*nx.bridges(g)], lambda: [*nx.bridges(h, **PLAIN)], same),
        Step("constraint", 8, lambda: nx.constraint(g), lambda: nx.constraint(h, **PLAIN), close),
        Step("Newman", 50, lambda: newman(two), lambda: newman(h2, **PLAIN), same_edges),
    ]


# A million nodes


def power_iteration(matrix: sparse.csr_array) -> NDArray[np.float64]:
    """PageRank as one writes it with scipy alone, with NetworkX's tolerance."""
    size = matrix.shape[0]
    leaving = np.asarray(matrix.sum(axis=1)).ravel()
    share = np.divide(0.85, leaving, out=np.zeros(size), where=leaving > 0)
    nowhere = leaving == 0
    ranks = np.full(size, 1 / size)
    while True:
        before = ranks
        ranks = matrix @ (before * share) + (0.85 * before[nowhere].sum() + 0.15) / size
        if np.abs(ranks - before).sum() < size * 1e-6:
            return np.asarray(ranks)


def symmetric(ends: Ends, nodes: int) -> sparse.csr_array:
    """The matrix of an undirected graph as one makes it with scipy alone."""
    both = np.concatenate(ends), np.concatenate(ends[::-1])
    return sparse.coo_array((np.ones(len(both[0])), both), shape=(nodes, nodes)).tocsr()


def run(method: Any) -> Any:  # noqa: ANN401 - networkit has no types
    """A method of networkit that has run."""
    method.run()
    return method


def found_groups(graph: Any) -> Any:  # noqa: ANN401 - networkit has no types
    """Leiden's groups by networkit, as many rounds as ours."""
    nk.setSeed(1, False)
    return run(nk.community.ParallelLeiden(graph, iterations=ROUNDS)).getPartition().getVector()


class Part(NamedTuple):
    """A step of the large run: as NetworkX calls it, each library's own, whether they agree."""

    name: str
    ours: Callable[[], Any]
    theirs: dict[str, Callable[[], Any]]
    agree: Callable[[Any, Any], bool]


def parts(ends: Ends, nodes: int) -> tuple[ArrayGraph, list[Part]]:
    """The graph in arrays and the steps on it, with what networkit and scipy have built of it."""
    g: Any = ArrayGraph.of(*ends, size=nodes)
    edges = (np.ones(len(ends[0])), ends)
    built = partial(nk.GraphFromCoo, edges, n=nodes, weighted=False)
    other, matrix = built(), symmetric(ends, nodes)

    def quality(groups: Any) -> float:  # noqa: ANN401 - sets of nodes, or a label each
        labels = np.array(groups) if isinstance(groups[0], int) else np.zeros(nodes, dtype=int)
        for number, group in enumerate(groups if isinstance(groups[0], set) else ()):
            labels[[*group]] = number
        return algorithms.modularity(g, labels)

    return g, [
        Part(
            "build",
            partial(ArrayGraph.of, *ends, size=nodes),
            {"networkit": built, "scipy": partial(symmetric, ends, nodes)},
            lambda a, b: np.array_equal(a.indices, b.indices),
        ),
        Part(
            "PageRank",
            lambda: nx.pagerank(g),
            {
                "networkit": lambda: run(nk.centrality.PageRank(other)).scores(),
                "scipy": lambda: power_iteration(matrix),
            },
            lambda a, b: np.allclose([*a.values()], b, rtol=1e-8),
        ),
        Part(
            "components",
            lambda: [*nx.connected_components(g)],
            {
                "networkit": lambda: run(nk.components.ConnectedComponents(other)).getPartition(),
                "scipy": lambda: csgraph.connected_components(matrix, directed=False)[1],
            },
            lambda a, b: sorted(map(len, a)) == sorted(np.bincount(b).tolist()),
        ),
        Part(
            "Leiden",
            lambda: nx.community.leiden_communities(g, seed=1, backend="kg"),
            {"networkit": lambda: found_groups(other)},
            lambda a, b: quality(a) >= quality(b) - 1e-3,
        ),
    ]


def told_large() -> bool:
    """Print the four steps at a million nodes, their sum, and the size of the arrays."""
    graph, steps = parts(skewed(NODES * LARGE, EDGES * LARGE), NODES * LARGE)
    print(f"{graph}; networkit has its graph before Leiden, ours is made into one", flush=True)
    ours = theirs = 0.0
    right = True
    for step in steps:
        spent, answer = seconds(step.ours, 2)
        each = {library: seconds(work, 2) for library, work in step.theirs.items()}
        agree = step.agree(answer, [*each.values()][-1][1])
        listed = ", ".join(f"{library} {took:.2f} s" for library, (took, _) in each.items())
        told = "" if agree else ", AND THE ANSWERS DIFFER"
        print(f"{step.name:12} arrays {spent:.2f} s, {listed}{told}", flush=True)
        ours, theirs = ours + spent, theirs + min(took for took, _ in each.values())
        right &= agree
    ratio = ours / theirs
    size = (graph.indptr.nbytes + graph.indices.nbytes + graph.weights.nbytes) / 1e6
    print(f"sum: arrays {ours:.2f} s, the best of them {theirs:.2f} s: {ratio:.2f}", end="")
    print(f" (bar: {LARGE_BAR:g}){'' if ratio <= LARGE_BAR else ', MISSED'}")
    missed = "" if size <= MEGABYTES else ", MISSED"
    print(f"arrays with weights: {size:.0f} MB (bar: {MEGABYTES}){missed}")
    return right and ratio <= LARGE_BAR and size <= MEGABYTES


def main() -> int:
    """Print each ratio with its bar; 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="a million nodes, five million edges")
    large = parser.parse_args().large
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    nk.setNumberOfThreads(1)
    small: Any = ArrayGraph.of([0, 1, 2], [1, 2, 0])
    for measure in (nx.core_number, nx.constraint, nx.bridges):
        measure(small)
    met = [told_large()] if large else [*map(told, steps())]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
