"""Graphs in arrays: what they hold, and that NetworkX gets the same graph."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given

from kg.network.graph import ArrayGraph

from .graphs import edges, graphs


def same(one: nx.Graph, two: nx.Graph) -> bool:
    return (
        list(one) == list(two)
        and edges(one) == edges(two)
        and one.is_directed() == two.is_directed()
    )


@given(graphs())
def test_a_graph_goes_to_networkx_and_back(graph):
    plain = graph.to_networkx()
    again = ArrayGraph.from_networkx(plain)
    assert same(plain, again.to_networkx())
    assert again.indptr.tolist() == graph.indptr.tolist()
    assert again.indices.tolist() == graph.indices.tolist()
    assert again.weights.tolist() == graph.weights.tolist()


@given(graphs())
def test_it_counts_as_networkx_counts(graph):
    plain = graph.to_networkx()
    assert len(graph) == len(plain)
    assert graph.number_of_edges() == plain.number_of_edges()
    assert graph.loops == nx.number_of_selfloops(plain)
    assert [sorted(plain[node]) for node in plain] == [
        graph.row(node).tolist() for node in range(len(graph))
    ]


@given(graphs())
def test_rows_are_in_order_and_name_no_neighbour_twice(graph):
    for node in range(len(graph)):
        assert (np.diff(graph.row(node)) > 0).all()
    assert (graph.indptr.dtype, graph.indices.dtype, graph.weights.dtype) == (
        np.int64,
        np.int32,
        np.float64,
    )


@given(graphs())
def test_its_matrix_is_networkx_s(graph):
    expected = nx.to_numpy_array(graph.to_networkx()) if len(graph) else np.zeros((0, 0))
    assert np.array_equal(graph.matrix().toarray(), expected)


@given(graphs(directed=True))
def test_turning_edges_round_twice_gives_them_again(graph):
    assert same(graph.reversed.to_networkx(), graph.to_networkx().reverse())
    assert same(graph.reversed.reversed.to_networkx(), graph.to_networkx())


@given(graphs(directed=True))
def test_without_directions_both_ways_are_summed(graph):
    matrix = graph.matrix().toarray()
    expected = matrix + matrix.T - np.diag(matrix.diagonal())
    assert np.array_equal(graph.undirected.matrix().toarray(), expected)


@given(graphs())
def test_a_simple_graph_has_no_loops_weights_or_directions(graph):
    plain = graph.to_networkx().to_undirected()
    plain.remove_edges_from([*nx.selfloop_edges(plain)])
    assert set(edges(graph.simple)) == set(edges(plain))
    assert set(graph.simple.weights.tolist()) <= {1.0}
    assert not graph.simple.directed


@given(graphs())
def test_a_part_is_the_induced_subgraph(graph):
    mask = np.arange(len(graph)) % 2 == 0
    part, expected = graph.part(mask), graph.to_networkx().subgraph(np.flatnonzero(mask).tolist())
    assert edges(part) == edges(expected)
    assert list(part) == sorted(expected)


def test_parallel_ties_are_one_with_their_sum():
    graph = ArrayGraph.of([0, 0, 1, 1], [1, 1, 0, 1], [1.0, 2.0, 4.0, 8.0])
    assert edges(graph) == {frozenset((0, 1)): 7.0, frozenset((1,)): 8.0}
    assert ArrayGraph.of([0, 1], [1, 0]).weights.tolist() == [2.0, 2.0]
    multi = nx.MultiDiGraph([(0, 1, {"weight": 2}), (0, 1, {}), (1, 0, {"weight": 0})])
    assert edges(ArrayGraph.from_networkx(multi)) == {(0, 1): 3.0, (1, 0): 0.0}


def test_names_attributes_and_the_name_of_weights_go_with_it():
    plain = nx.Graph([("a", "b", {"cost": 3})], title="t")
    plain.add_node("c", kind="alone")
    graph = ArrayGraph.from_networkx(plain, weight="cost")
    assert graph.attributes == {"kind": [None, None, "alone"]}
    again = graph.to_networkx()
    assert list(again.edges(data=True)) == [("a", "b", {"cost": 3.0})]
    assert (again.graph, again.nodes["c"]) == ({"title": "t"}, {"kind": "alone"})
    assert ("b" in graph, "x" in graph, [] in graph, list(graph)) == (True, False, False, [*"abc"])
    with pytest.raises(nx.NodeNotFound, match="x"):
        graph.numbers(["a", "x"])


@pytest.mark.parametrize(
    "function",
    [nx.degree_histogram, nx.draw_networkx, nx.selfloop_edges, lambda g: list(nx.nodes(g))],
)
def test_what_arrays_cannot_give_is_said_with_where_to_find_it(function):
    with pytest.raises(AttributeError, match=r"an ArrayGraph has no \w+: .*to_networkx\(\)"):
        list(function(ArrayGraph.of([0], [1])))
