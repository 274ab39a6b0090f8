"""Random and published graphs for the tests of measures, in arrays and in NetworkX."""

from __future__ import annotations

import hypothesis.strategies as st
import networkx as nx
import numpy as np

from kg.network.graph import ArrayGraph

PLAIN = {"backend": "networkx"}


@st.composite
def graphs(draw, *, directed=None, loops=True, weights=(0, 1, 2, 5), smallest=0):
    """Graphs with isolates, parallel ties (summed), self-loops and weights of zero."""
    size = draw(st.integers(smallest, 9))
    towards = draw(st.booleans()) if directed is None else directed
    node = st.integers(0, max(size - 1, 0))
    ends = draw(st.lists(st.tuples(node, node), max_size=24 if size else 0))
    ends = [(a, b) for a, b in ends if loops or a != b]
    given_weights = None
    if weights and draw(st.booleans()):
        given_weights = [draw(st.sampled_from(weights)) for _ in ends]
    return ArrayGraph.of(
        [a for a, _ in ends], [b for _, b in ends], given_weights, size=size, directed=towards
    )


@st.composite
def permuted(draw, **options):
    """A graph, a permutation of its nodes, and the graph with them in that order."""
    graph = draw(graphs(**options))
    order = np.array(draw(st.permutations(range(len(graph)))), dtype=np.int64)
    start, end, weight = graph.edge_arrays()
    return (
        graph,
        order,
        ArrayGraph.of(
            order[start],
            order[end],
            weight if graph.is_weighted else None,
            size=len(graph),
            directed=graph.directed,
        ),
    )


@st.composite
def bipartite(draw):
    """Organisations and alliances, and who is an organisation."""
    organisations, alliances = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    pair = st.tuples(st.integers(0, organisations - 1), st.integers(0, alliances - 1))
    joined = draw(st.lists(pair, max_size=20, unique=True))
    graph = ArrayGraph.of(
        [a for a, _ in joined],
        [organisations + b for _, b in joined],
        size=organisations + alliances,
    )
    return graph, np.arange(len(graph)) < organisations


def karate() -> ArrayGraph:
    return ArrayGraph.from_networkx(nx.karate_club_graph())


def florentine() -> ArrayGraph:
    return ArrayGraph.from_networkx(nx.florentine_families_graph())


def davis() -> tuple[ArrayGraph, np.ndarray]:
    graph = nx.davis_southern_women_graph()
    women = graph.graph["top"]
    return ArrayGraph.from_networkx(graph), np.array([name in women for name in graph])


def edges(graph) -> dict:
    """The weight of each edge of a graph of either kind, ends in order if it is undirected."""
    plain = graph.to_networkx() if isinstance(graph, ArrayGraph) else graph
    found = plain.edges(data="weight", default=1)
    return {(a, b) if plain.is_directed() else frozenset((a, b)): w for a, b, w in found}
