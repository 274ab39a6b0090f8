"""NetworkX's own functions, called on arrays, against plain NetworkX on a copy."""

from __future__ import annotations

import inspect
import os
import random
import subprocess
import sys
import warnings
from types import GeneratorType

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import backend_info
from kg.network.backend import backend
from kg.network.compiled import Fallback
from kg.network.graph import ArrayGraph
from kg.network.offered import OFFERS

from .graphs import PLAIN, bipartite, davis, edges, graphs, karate

UNDIRECTED, DIRECTED, BOTH = {"directed": False}, {"directed": True}, {}
SAME = {  # name: (the function, what graphs it takes)
    "pagerank": (nx.pagerank, BOTH),
    "pagerank unweighted": (lambda g, **k: nx.pagerank(g, weight=None, **k), BOTH),
    "personal": (lambda g, **k: nx.pagerank(g, personalization={0: 2}, **k), {"smallest": 1}),
    "nstart": (
        lambda g, **k: nx.pagerank(g, nstart={0: 1}, dangling={0: 1}, **k),
        {"smallest": 1},
    ),
    "degree_centrality": (nx.degree_centrality, BOTH),
    "in_degree_centrality": (nx.in_degree_centrality, DIRECTED),
    "out_degree_centrality": (nx.out_degree_centrality, DIRECTED),
    "closeness_centrality": (nx.closeness_centrality, BOTH),
    "closeness of one": (lambda g, **k: nx.closeness_centrality(g, 0, **k), {"smallest": 1}),
    "harmonic_centrality": (nx.harmonic_centrality, BOTH),
    "betweenness_centrality": (nx.betweenness_centrality, BOTH),
    "betweenness sampled": (
        lambda g, **k: nx.betweenness_centrality(g, k=2, normalized=False, seed=5, **k),
        {"smallest": 2},
    ),
    "core_number": (nx.core_number, BOTH),
    "connected_components": (nx.connected_components, UNDIRECTED),
    "number_connected_components": (nx.number_connected_components, UNDIRECTED),
    "is_connected": (nx.is_connected, UNDIRECTED),
    "component of 0": (
        lambda g, **k: nx.node_connected_component(g, 0, **k),
        {"directed": False, "smallest": 1},
    ),
    "weakly_connected_components": (nx.weakly_connected_components, DIRECTED),
    "number_weakly_connected_components": (nx.number_weakly_connected_components, DIRECTED),
    "is_weakly_connected": (nx.is_weakly_connected, DIRECTED),
    "strongly_connected_components": (nx.strongly_connected_components, DIRECTED),
    "number_strongly_connected_components": (nx.number_strongly_connected_components, DIRECTED),
    "is_strongly_connected": (nx.is_strongly_connected, DIRECTED),
    "bridges": (nx.bridges, UNDIRECTED),
    # NetworkX goes through a set of nodes there, so which end is first is an accident.
    "bridges of 0": (
        lambda g, **k: {frozenset(edge) for edge in nx.bridges(g, root=0, **k)},
        {"directed": False, "smallest": 1},
    ),
    "has_bridges": (nx.has_bridges, UNDIRECTED),
    "articulation_points": (nx.articulation_points, UNDIRECTED),
    "triangles": (nx.triangles, UNDIRECTED),
    "clustering": (nx.clustering, UNDIRECTED),
    "constraint": (nx.constraint, {"smallest": 1, "loops": False}),
    "constraint weighted": (
        lambda g, **k: nx.constraint(g, weight="weight", **k),
        {"smallest": 1, "loops": False},
    ),
    "effective_size": (nx.effective_size, {"smallest": 1, "directed": False}),
    "number_of_selfloops": (nx.number_of_selfloops, BOTH),
    "is_empty": (nx.is_empty, BOTH),
    "isolates": (nx.isolates, BOTH),
    "number_of_isolates": (nx.number_of_isolates, BOTH),
    "eigenvector_centrality": (nx.eigenvector_centrality, {"directed": False}),
}


def plain(value):
    """A result without its kind of iterator: sets of nodes as a set, others in a list."""
    if isinstance(value, GeneratorType) or hasattr(value, "__next__"):
        value = list(value)
        return {frozenset(part) if isinstance(part, set) else part for part in value}
    return value


def outcome(function, *args, **kwargs):
    """What a call gives, or the kind of its error."""
    try:
        return plain(function(*args, **kwargs))
    except nx.NetworkXException as error:
        return type(error)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NetworkX divides by nothing
@pytest.mark.parametrize("name", SAME)
@settings(max_examples=50)
@given(data=st.data())
def test_a_call_on_arrays_gives_what_networkx_gives(name, data):
    function, kind = SAME[name]
    graph = data.draw(graphs(**kind))
    ours = outcome(function, graph)
    theirs = outcome(function, graph.to_networkx(), **PLAIN)
    if isinstance(theirs, dict):
        assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-12, nan_ok=True)
    else:
        assert ours == pytest.approx(theirs) if isinstance(theirs, float) else ours == theirs


def test_every_function_offered_has_networkx_s_parameters_and_is_announced():
    assert set(backend_info.FUNCTIONS.split()) == set(OFFERS)
    for name, offer in OFFERS.items():
        theirs = inspect.signature(nx.utils.backends._registered_algorithms[name].orig_func)
        ours = inspect.signature(offer.run)
        assert [(p.name, p.default) for p in ours.parameters.values()] == [
            (p.name, p.default) for p in theirs.parameters.values()
        ], name


def test_importing_networkx_imports_nothing_heavy_of_kg():
    code = "import sys, networkx as nx; assert 'kg' in nx.config.backends; " + (
        "heavy = {'numpy', 'scipy', 'numba', 'networkit', 'pyoxigraph', 'kg.network', 'kg.store'}; "
        "print('kg.backend_info' in sys.modules, *(m for m in sys.modules if m in heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
    assert "kg : Graphs in integer arrays" in nx.pagerank.__doc__


def test_names_are_those_of_the_graph():
    graph = ArrayGraph.of([0, 1, 1], [1, 2, 3], names=["a", "b", "c", "d"])
    assert nx.degree_centrality(graph) == {"a": 1 / 3, "b": 1.0, "c": 1 / 3, "d": 1 / 3}
    assert sorted(nx.bridges(graph)) == [("a", "b"), ("b", "c"), ("b", "d")]
    assert nx.node_connected_component(graph, "c") == {*"abcd"}
    with pytest.raises(nx.NodeNotFound):
        nx.closeness_centrality(graph, "x")


# Graphs that come out


def test_a_core_is_in_arrays():
    core = nx.k_core(karate())
    assert isinstance(core, ArrayGraph)
    expected = nx.k_core(nx.karate_club_graph(), **PLAIN)
    assert dict(core.to_networkx().nodes(data=True)) == dict(expected.nodes(data=True))
    assert edges(core) == edges(expected)


@settings(max_examples=40)
@given(bipartite())
def test_projections_are_in_arrays(joined):
    graph, mask = joined
    nodes = np.flatnonzero(mask).tolist()
    for function in (
        nx.bipartite.projected_graph,
        nx.bipartite.weighted_projected_graph,
        nx.bipartite.collaboration_weighted_projected_graph,
    ):
        ours, theirs = function(graph, nodes), function(graph.to_networkx(), nodes, **PLAIN)
        assert isinstance(ours, ArrayGraph)
        assert list(ours) == list(theirs)
        assert edges(ours) == pytest.approx(edges(theirs))


def test_the_projection_of_what_is_not_bipartite_is_networkx_s():
    graph = ArrayGraph.of([0, 1, 2], [1, 2, 0])
    with pytest.warns(Fallback, match="edges within the given nodes"):
        found = nx.bipartite.weighted_projected_graph(graph, [0, 1])
    assert type(found) is nx.Graph


# Groups


def test_leiden_is_there_for_arrays_and_for_graphs_of_networkx():
    groups = nx.community.leiden_communities(karate(), weight=None, seed=1)
    assert set().union(*groups) == set(range(34))
    assert sum(len(group) for group in groups) == 34
    assert nx.community.modularity(karate(), groups, weight=None) >= 0.4197
    plain_graph = nx.karate_club_graph()
    again = nx.community.leiden_communities(plain_graph, weight=None, seed=1, backend="kg")
    assert again == groups
    with pytest.raises(NotImplementedError, match="leiden_communities"):
        nx.community.leiden_communities(karate(), max_level=2, seed=1)


def test_modularity_is_of_a_partition():
    graph, club = karate(), nx.karate_club_graph()
    groups = [set(range(17)), set(range(17, 34))]
    for options in ({}, {"weight": None}, {"resolution": 0.5}):
        ours = nx.community.modularity(graph, groups, **options)
        assert ours == pytest.approx(nx.community.modularity(club, groups, **options, **PLAIN))
    for wrong in ([{0}], [set(range(34)), {0}], [set(range(33)), {"x"}]):
        with pytest.raises(nx.NetworkXError, match="not a partition"):
            nx.community.modularity(graph, wrong)
    with pytest.raises(ZeroDivisionError):
        nx.community.modularity(ArrayGraph.of([], [], size=1), [{0}])


# What the arrays do not have


def test_what_is_lacking_runs_on_a_copy_and_says_so_where_it_was_called():
    with pytest.warns(Fallback, match="do not offer transitivity: it runs in plain") as told:
        found = nx.transitivity(karate())
    assert found == nx.transitivity(nx.karate_club_graph(), **PLAIN)
    assert [warning.filename for warning in told] == [__file__]


def test_a_warning_is_said_once_for_each_function_and_place():
    graph = karate()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        for _ in range(3):
            nx.transitivity(graph)
            nx.radius(graph)
    assert len(told) == 2


LACKING = {
    "weight='capacity'": lambda g, **k: nx.pagerank(g, weight="capacity", **k),
    "weights": lambda g, **k: nx.betweenness_centrality(g, weight="weight", **k),
    "endpoints": lambda g, **k: nx.betweenness_centrality(g, endpoints=True, **k),
    "distance": lambda g, **k: nx.closeness_centrality(g, distance="weight", **k),
    "sources": lambda g, **k: nx.harmonic_centrality(g, sources=[0, 1], **k),
    "nodes": lambda g, **k: nx.constraint(g, nodes=[0, 1], **k),
    "nstart": lambda g, **k: nx.eigenvector_centrality(g, nstart=dict.fromkeys(g, 2), **k),
    "average": nx.average_clustering,
    "square": nx.square_clustering,
    "generator": lambda g, **k: dict(nx.all_pairs_shortest_path_length(g, **k))[0],
    "list of graphs": lambda g, **k: edges(nx.compose_all([g, g], **k)),
}


@pytest.mark.parametrize("name", LACKING)
def test_arguments_that_are_lacking_are_networkx_s_to_answer(name):
    graph = karate()
    with pytest.warns(Fallback, match="do not offer"):
        ours = LACKING[name](graph)
    club = graph.to_networkx()
    if name == "list of graphs":
        assert ours == edges(club)
    else:
        assert ours == pytest.approx(LACKING[name](club, **PLAIN))


def test_directions_that_are_lacking_are_networkx_s_to_answer():
    graph = ArrayGraph.of([0, 1, 2], [1, 2, 0], directed=True)
    with pytest.warns(Fallback, match="clustering with directions"):
        assert nx.clustering(graph) == {0: 0.5, 1: 0.5, 2: 0.5}
    negative = ArrayGraph.of([0, 1], [1, 2], [-1.0, 2.0])
    with pytest.warns(Fallback, match="negative weights"):
        nx.constraint(negative)


def test_a_function_that_would_change_its_graph_is_refused():
    graph = karate()
    for call in (
        lambda: nx.set_node_attributes(graph, 1, "x"),
        lambda: nx.relabel_nodes(graph, {0: "a"}, copy=False),
        lambda: nx.double_edge_swap(graph, seed=1),
    ):
        with pytest.raises(nx.NetworkXError, match=r"does not change.*to_networkx"):
            call()
    with pytest.warns(Fallback):
        assert "a" in nx.relabel_nodes(graph, {0: "a"})
    assert "a" not in graph


def test_arrays_and_a_graph_of_networkx_do_not_mix():
    with pytest.raises(TypeError, match="'kg'"):
        nx.compose(karate(), nx.karate_club_graph())
    with (
        nx.config(backend_priority={"generators": ["kg"]}),
        pytest.raises(TypeError, match=r"compose got an ArrayGraph.*to_networkx"),
    ):
        nx.compose(karate(), nx.karate_club_graph())
    assert nx.density(karate()) == nx.density(nx.karate_club_graph())  # not a dispatched one


def test_plain_networkx_can_be_asked_for_and_says_nothing():
    assert nx.transitivity(karate(), **PLAIN) == nx.transitivity(nx.karate_club_graph(), **PLAIN)


# Graphs of NetworkX


@settings(max_examples=40)
@given(graphs(smallest=1))
def test_graphs_of_networkx_run_on_arrays_where_the_backend_is_named(graph):
    ours = nx.pagerank(graph.to_networkx(), backend="kg")
    assert ours == pytest.approx(nx.pagerank(graph.to_networkx(), **PLAIN))


def test_the_weights_that_a_call_names_are_those_that_count():
    plain_graph = nx.karate_club_graph()
    for number, (a, b) in enumerate(plain_graph.edges):
        plain_graph.edges[a, b]["cost"] = number % 5
    for weight in ("weight", "cost", "none of that name", None):
        plain_graph.__networkx_cache__.clear()
        ours = nx.pagerank(plain_graph, weight=weight, backend="kg")
        assert ours == pytest.approx(nx.pagerank(plain_graph, weight=weight, **PLAIN))


def test_what_the_backend_lacks_is_an_error_where_it_is_named():
    club = nx.karate_club_graph()
    for call in (
        lambda: nx.diameter(club, backend="kg"),
        lambda: nx.betweenness_centrality(club, weight="weight", backend="kg"),
        lambda: nx.pagerank(nx.MultiGraph(club), backend="kg"),
        lambda: nx.k_core(club, backend="kg"),
        lambda: nx.path_graph(3, backend="kg"),
    ):
        with pytest.raises(NotImplementedError, match="kg"):
            call()


def test_with_priority_networkx_does_the_rest_without_a_word(monkeypatch):
    club, multi = nx.karate_club_graph(), nx.MultiGraph([(0, 1), (0, 1), (1, 2)])
    ran = []
    for name in ("betweenness_centrality", "degree_centrality", "pagerank"):
        offer = OFFERS[name]

        def run(*args, _offer=offer, _name=name, **kwargs):
            ran.append(_name)
            return _offer.run(*args, **kwargs)

        monkeypatch.setitem(OFFERS, name, offer._replace(run=run))
    with nx.config(backend_priority=["kg"]):
        nx.betweenness_centrality(club)
        assert ran == ["betweenness_centrality"]
        nx.degree_centrality(club)  # costs less than making arrays
        nx.betweenness_centrality(club, endpoints=True)
        nx.pagerank(multi)
        nx.diameter(club)
        nx.path_graph(3)
        club.add_edge(0, 33)
        assert nx.set_node_attributes(club, 1, "x") is None
        assert ran == ["betweenness_centrality"]
        with pytest.warns(Fallback):
            nx.diameter(karate())
    assert club.nodes[0]["x"] == 1


def test_it_can_be_first_by_an_environment_variable():
    code = (
        "import networkx as nx; club = nx.karate_club_graph(); "
        "ours = nx.betweenness_centrality(club); "
        "cached = club.__networkx_cache__['backends']['kg']; "
        "print(type(next(iter(cached.values()))).__name__, round(ours[0], 4))"
    )
    environment = {**os.environ, "NETWORKX_BACKEND_PRIORITY": "kg"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "Converted 0.4376"


def test_the_same_seed_draws_what_networkx_draws():
    graph = karate()
    for seed in (3, random.Random(3), np.random.RandomState(3)):
        again = random.Random(3) if isinstance(seed, random.Random) else seed
        if isinstance(seed, np.random.RandomState):
            again = np.random.RandomState(3)
        ours = nx.betweenness_centrality(graph, k=9, seed=seed)
        theirs = nx.betweenness_centrality(graph.to_networkx(), k=9, seed=again, **PLAIN)
        assert ours == pytest.approx(theirs)


def test_a_backend_has_only_what_networkx_dispatches():
    assert not hasattr(backend, "no_such_function")
    assert not hasattr(backend, "__wrapped__")
    graph, women = davis()
    names = [name for name, is_woman in zip(graph, women, strict=True) if is_woman]
    with pytest.warns(Fallback):
        assert nx.bipartite.degree_centrality(graph, names)["Evelyn Jefferson"] == 8 / 14


def test_weights_below_nothing_are_left_to_networkx():
    graph = ArrayGraph.of([0, 1], [1, 2], [-1.0, 2.0], directed=True)
    with pytest.warns(Fallback, match="do not offer hits with weights below 0"):
        nx.hits(graph)
