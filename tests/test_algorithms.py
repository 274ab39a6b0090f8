"""Measures in arrays, against plain NetworkX, published values and themselves."""

from __future__ import annotations

import random
import subprocess
import sys
from functools import partial

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network import algorithms
from kg.network.algorithms import groups, paths
from kg.network.compiled import Fallback, _numba, machine_code
from kg.network.graph import ArrayGraph

from .graphs import PLAIN, bipartite, davis, edges, florentine, graphs, karate, permuted

few = settings(max_examples=40)


def equal(ours, theirs) -> bool:
    theirs = list(theirs.values()) if isinstance(theirs, dict) else list(theirs)
    return np.allclose(ours, theirs, rtol=1e-8, atol=1e-12, equal_nan=True)


def weight(weighted: bool) -> str | None:
    return "weight" if weighted else None


# Against plain NetworkX


@given(graphs(), st.booleans())
def test_pagerank_is_networkx_s_and_sums_to_one(graph, weighted):
    ours = algorithms.pagerank(graph, weighted=weighted)
    assert equal(ours, nx.pagerank(graph.to_networkx(), weight=weight(weighted), **PLAIN))
    assert ours.sum() == pytest.approx(1 if len(graph) else 0)


@given(graphs(smallest=1))
def test_pagerank_starts_anew_and_leaves_dead_ends_where_it_is_told(graph):
    towards = np.arange(1.0, len(graph) + 1)
    ours = algorithms.pagerank(graph, personalization=towards, dangling=towards[::-1], alpha=0.7)
    given_names = dict(enumerate(towards.tolist()))
    dangling = dict(enumerate(towards[::-1].tolist()))
    plain = partial(nx.pagerank, graph.to_networkx(), alpha=0.7, personalization=given_names)
    assert equal(ours, plain(dangling=dangling, **PLAIN))


@given(graphs(smallest=1), st.booleans())
def test_eigenvector_centrality_is_networkx_s(graph, weighted):
    def plain() -> dict:
        return nx.eigenvector_centrality(graph.to_networkx(), weight=weight(weighted), **PLAIN)

    try:
        ours = algorithms.eigenvector(graph, weighted=weighted)
    except nx.PowerIterationFailedConvergence:
        with pytest.raises(nx.PowerIterationFailedConvergence):
            plain()
    else:
        assert equal(ours, plain())


@given(graphs(smallest=4, weights=(1, 2, 5)), st.booleans())
def test_the_dominant_eigenvector_is_networkx_s(graph, weighted):
    plain = partial(nx.eigenvector_centrality_numpy, graph.to_networkx(), **PLAIN)
    try:
        ours = algorithms.dominant(graph, weighted=weighted)
    except nx.AmbiguousSolution:
        with pytest.raises(nx.AmbiguousSolution):
            plain()
    else:
        assert np.allclose(ours, list(plain(weight=weight(weighted)).values()), atol=1e-6)


@given(graphs(smallest=2))
def test_hubs_and_authorities_are_singular_vectors(graph):
    hubs, authorities = algorithms.hits(graph, normalized=False)
    matrix = graph.matrix().toarray()
    if not matrix.any():
        assert not hubs.any() and not authorities.any()
        return
    greatest = np.linalg.svd(matrix)[1][0]
    assert np.allclose(matrix.T @ (matrix @ authorities), greatest**2 * authorities, atol=1e-6)
    assert np.allclose(hubs, matrix @ authorities)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_superiors_with_as_many_below_share_the_authority(below):
    superiors = [s for s, count in enumerate(below) for _ in range(count)]
    graph = ArrayGraph.of(range(len(below), len(below) + len(superiors)), superiors, directed=True)
    hubs, authorities = algorithms.hits(graph)
    first = [count == max(below) for count in below]
    assert np.allclose(authorities[: len(below)], np.array(first) / sum(first), atol=1e-15)
    assert not authorities[len(below) :].any() and not hubs[: len(below)].any()
    again = algorithms.hits(graph)
    assert np.array_equal(again, (hubs, authorities))


def test_hits_is_networkx_s_where_the_answer_is_one():
    plain = nx.DiGraph(nx.karate_club_graph()).copy()
    plain.remove_edges_from([(a, b) for a, b in plain.edges if a > b])
    ours = algorithms.hits(ArrayGraph.from_networkx(plain))
    for scores, expected in zip(ours, nx.hits(plain, **PLAIN), strict=True):
        assert np.allclose(scores, list(expected.values()), atol=1e-6)


@given(graphs())
def test_components_are_networkx_s(graph):
    plain = graph.to_networkx()
    weak = nx.weakly_connected_components if graph.directed else nx.connected_components
    assert parts(algorithms.components(graph)) == {frozenset(p) for p in weak(plain, **PLAIN)}
    if graph.directed:
        strong = nx.strongly_connected_components(plain, **PLAIN)
        assert parts(algorithms.strong_components(graph)) == {frozenset(p) for p in strong}


def parts(labels) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}


@given(graphs())
def test_components_are_numbered_by_their_lowest_nodes(graph):
    for labels in (algorithms.components(graph), algorithms.strong_components(graph)):
        _, first = np.unique(labels, return_index=True)
        assert labels[first].tolist() == sorted(set(labels.tolist()))
        assert (np.diff(first) > 0).all()


@given(graphs(smallest=1))
def test_distances_are_networkx_s(graph):
    expected = dict.fromkeys(range(len(graph)), -1)
    expected |= nx.single_source_shortest_path_length(graph.to_networkx(), 0, **PLAIN)
    assert algorithms.distances(graph, 0).tolist() == list(expected.values())


@given(graphs(), st.booleans())
def test_closeness_and_harmonic_are_networkx_s(graph, improved):
    plain = graph.to_networkx()
    ours = algorithms.closeness(graph, improved=improved)
    assert equal(ours, nx.closeness_centrality(plain, wf_improved=improved, **PLAIN))
    assert equal(algorithms.harmonic(graph), harmonic_in_order(plain))


@given(graphs(), st.booleans(), st.data())
def test_betweenness_is_networkx_s_from_all_sources_and_from_some(graph, normalized, data):
    plain = graph.to_networkx()
    exact = nx.betweenness_centrality(plain, normalized=normalized, **PLAIN)
    assert equal(algorithms.betweenness(graph, normalized=normalized), exact)
    if len(graph):
        count = data.draw(st.integers(1, len(graph)))
        drawn = np.array(random.Random(7).sample(range(len(graph)), count))
        some = partial(nx.betweenness_centrality, plain, k=count, seed=7, **PLAIN)
        ours = algorithms.betweenness(graph, normalized=normalized, sources=drawn)
        assert equal(ours, some(normalized=normalized))


@given(graphs(loops=False))
def test_core_numbers_are_networkx_s(graph):
    plain = nx.core_number(graph.to_networkx(), **PLAIN)
    assert algorithms.core_numbers(graph).tolist() == list(plain.values())


@given(graphs(directed=False))
def test_bridges_and_articulation_points_are_networkx_s(graph):
    plain = graph.to_networkx()
    assert [tuple(pair) for pair in algorithms.bridges(graph).tolist()] == [
        *nx.bridges(plain, **PLAIN)
    ]
    assert set(algorithms.articulation_points(graph).tolist()) == set(
        nx.articulation_points(plain, **PLAIN)
    )


@given(graphs(directed=False))
def test_triangles_and_clustering_are_networkx_s(graph):
    plain = graph.to_networkx()
    assert algorithms.triangles(graph).tolist() == list(nx.triangles(plain, **PLAIN).values())
    assert equal(algorithms.clustering(graph), nx.clustering(plain, **PLAIN))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NetworkX divides by nothing
@given(graphs(smallest=1), st.booleans())
def test_constraint_is_networkx_s(graph, weighted):
    plain = nx.constraint(graph.to_networkx(), weight=weight(weighted), **PLAIN)
    assert equal(algorithms.constraint(graph, weighted=weighted), plain)


@given(graphs(directed=False, loops=False, weights=(1, 2, 5)), st.booleans())
def test_effective_size_is_networkx_s_node_by_node(graph, weighted):
    # Without `nodes`, NetworkX 3.6.1 divides by the weights of another node (#8906).
    plain = graph.to_networkx()
    theirs = nx.effective_size(plain, nodes=list(plain), weight=weight(weighted), **PLAIN)
    assert equal(algorithms.effective_size(graph, weighted=weighted), theirs)


@given(graphs(), st.booleans())
def test_effective_size_is_burt_s(graph, weighted):
    matrix = graph.matrix(weighted=weighted).toarray()
    mutual = matrix + matrix.T
    own = np.divide(mutual, mutual.sum(axis=1, keepdims=True), where=mutual > 0, out=0 * mutual)
    highest = mutual.max(axis=1, keepdims=True, initial=0)
    theirs = np.divide(mutual, highest, where=mutual > 0, out=0 * mutual)
    expected = ((mutual > 0) * (1 - own @ theirs.T)).sum(axis=1)
    expected[mutual.sum(axis=1) == mutual.diagonal()] = np.nan
    assert equal(algorithms.effective_size(graph, weighted=weighted), expected)


@given(bipartite())
def test_projections_are_networkx_s(joined):
    graph, mask = joined
    plain, nodes = graph.to_networkx(), np.flatnonzero(mask).tolist()
    newman = nx.bipartite.collaboration_weighted_projected_graph(plain, nodes, **PLAIN)
    ours = edges(algorithms.newman(graph, mask))
    assert ours == pytest.approx(edges(newman))
    shared = nx.bipartite.weighted_projected_graph(plain, nodes, **PLAIN)
    assert edges(algorithms.shared(graph, mask)) == edges(shared)


@given(bipartite())
def test_in_newman_s_projection_each_alliance_adds_one_to_the_strength_of_its_members(joined):
    graph, mask = joined
    sizes = np.diff(graph.indptr)
    expected = [
        sum(1 for alliance in graph.row(node) if sizes[alliance] > 1)
        for node in np.flatnonzero(mask)
    ]
    projected = algorithms.newman(graph, mask)
    assert equal(np.bincount(projected.rows, projected.weights, len(projected)), expected)


@given(graphs(smallest=1), st.booleans(), st.floats(0.2, 3))
def test_modularity_is_networkx_s(graph, weighted, resolution):
    labels = np.arange(len(graph)) % 3
    groups = [set(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())]
    ours = algorithms.modularity(graph, labels, weighted=weighted, resolution=resolution)
    plain = partial(nx.community.modularity, graph.to_networkx(), groups, **PLAIN)
    if np.isnan(ours):
        with pytest.raises(ZeroDivisionError):
            plain(weight=weight(weighted))
    else:
        theirs = plain(weight=weight(weighted), resolution=resolution)
        assert ours == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("directed", [False, True])
def test_graphs_of_several_hundred_nodes_are_measured_as_networkx_does(directed):
    plain = nx.gnm_random_graph(300, 420, seed=8, directed=directed)
    graph = ArrayGraph.from_networkx(plain)
    assert equal(algorithms.harmonic(graph), harmonic_in_order(plain))
    assert equal(algorithms.closeness(graph), nx.closeness_centrality(plain, **PLAIN))
    assert equal(algorithms.betweenness(graph), nx.betweenness_centrality(plain, **PLAIN))
    assert equal(algorithms.core_numbers(graph), nx.core_number(plain, **PLAIN))
    assert equal(algorithms.constraint(graph), nx.constraint(plain, **PLAIN))
    if not directed:
        pairs = {frozenset(pair) for pair in algorithms.bridges(graph).tolist()}
        assert pairs == {frozenset(pair) for pair in nx.bridges(plain, **PLAIN)}
        points = set(algorithms.articulation_points(graph).tolist())
        assert points == set(nx.articulation_points(plain, **PLAIN))
        assert equal(algorithms.triangles(graph), nx.triangles(plain, **PLAIN))


def harmonic_in_order(plain: nx.Graph) -> list[float]:
    found = nx.harmonic_centrality(plain, **PLAIN)
    return [found[node] for node in plain]


# Whatever the order of nodes


ORDERLESS = {
    "pagerank": algorithms.pagerank,
    "harmonic": algorithms.harmonic,
    "closeness": algorithms.closeness,
    "betweenness": algorithms.betweenness,
    "triangles": algorithms.triangles,
    "clustering": algorithms.clustering,
    "constraint": partial(algorithms.constraint, weighted=True),
    "effective_size": partial(algorithms.effective_size, weighted=True),
}


@pytest.mark.parametrize("name", ORDERLESS)
@few
@given(permuted())
def test_scores_move_with_their_nodes(name, drawn):
    graph, order, moved = drawn
    assert equal(ORDERLESS[name](moved)[order], ORDERLESS[name](graph))


@few
@given(permuted(directed=False, loops=False))
def test_cores_bridges_and_points_move_with_their_nodes(drawn):
    graph, order, moved = drawn
    assert algorithms.core_numbers(moved)[order].tolist() == algorithms.core_numbers(graph).tolist()
    points = algorithms.articulation_points
    assert set(points(moved).tolist()) == set(order[points(graph)].tolist())
    pairs = {frozenset(pair) for pair in order[algorithms.bridges(graph)].tolist()}
    assert {frozenset(pair) for pair in algorithms.bridges(moved).tolist()} == pairs


@given(graphs())
def test_scores_stay_within_their_bounds(graph):
    for scores in (algorithms.betweenness(graph), algorithms.clustering(graph)):
        assert ((scores >= 0) & (scores <= 1 + 1e-9)).all()
    assert (algorithms.harmonic(graph) <= max(len(graph) - 1, 0)).all()


# What is refused


def test_what_has_no_meaning_is_refused():
    loop, towards = ArrayGraph.of([0, 0], [0, 1]), ArrayGraph.of([0], [1], directed=True)
    with pytest.raises(nx.NetworkXNotImplemented, match=r"graph\.simple"):
        algorithms.core_numbers(loop)
    for function in (algorithms.bridges, algorithms.articulation_points):
        with pytest.raises(nx.NetworkXNotImplemented, match=r"graph\.undirected"):
            function(towards)
    with pytest.raises(nx.NetworkXAlgorithmError, match="mask"):
        algorithms.newman(loop, np.array([True, False]))
    with pytest.raises(nx.NetworkXPointlessConcept):
        algorithms.eigenvector(ArrayGraph.of([], []))
    with pytest.raises(ZeroDivisionError):
        algorithms.pagerank(towards, personalization=np.zeros(2))


# Published values


def test_zachary_s_karate_club():
    graph = karate()
    between = algorithms.betweenness(graph)
    assert between[[0, 33, 32]].round(4).tolist() == [0.4376, 0.3041, 0.1452]
    assert algorithms.core_numbers(graph).max() == 4
    assert algorithms.triangles(graph).sum() / 3 == 45
    split = np.array([club == "Officer" for club in graph.attributes["club"]], dtype=np.int64)
    assert algorithms.modularity(graph, split, weighted=False) == pytest.approx(0.3582, abs=1e-4)
    labels, method = algorithms.leiden(graph, seed=1, weighted=False)
    assert method == "leiden (networkit)"
    assert algorithms.modularity(graph, labels, weighted=False) >= 0.4197


def test_the_families_of_florence():
    graph = florentine()
    between = graph.by_name(algorithms.betweenness(graph).round(4))
    assert (between["Medici"], between["Guadagni"], between["Strozzi"]) == (0.5220, 0.2546, 0.1026)
    closest = graph.by_name(algorithms.closeness(graph).round(2))
    assert (closest["Medici"], closest["Ridolfi"], closest["Ginori"]) == (0.56, 0.5, 0.33)


def test_the_women_of_the_south():
    graph, women = davis()
    assert (len(graph), graph.number_of_edges()) == (32, 89)
    shared = edges(algorithms.shared(graph, women))
    # The matrix of Breiger (1974): Evelyn and Theresa were at seven events together.
    assert shared[frozenset(("Evelyn Jefferson", "Theresa Anderson"))] == 7
    assert shared[frozenset(("Evelyn Jefferson", "Laura Mandeville"))] == 6
    assert len(shared) == 139
    newman = algorithms.newman(graph, women)
    strength = newman.by_name(np.bincount(newman.rows, newman.weights, len(newman)))
    assert strength["Evelyn Jefferson"] == pytest.approx(8)
    assert strength["Flora Price"] == pytest.approx(2)


# Groups, and what is drawn


@few
@given(graphs())
def test_leiden_gives_each_node_a_group_numbered_by_size(graph):
    labels, _ = algorithms.leiden(graph, seed=3)
    sizes = np.bincount(labels, minlength=1)
    assert len(labels) == len(graph)
    assert (np.diff(sizes) <= 0).all()
    for label, after in zip(range(len(sizes)), range(1, len(sizes)), strict=False):
        if sizes[label] == sizes[after]:
            assert np.argmax(labels == label) < np.argmax(labels == after)


def clumps(count: int = 30, size: int = 20) -> ArrayGraph:
    """Groups that are dense within and thin between, with some chance."""
    plain = nx.planted_partition_graph(count, size, 0.4, 0.01, seed=5)
    return ArrayGraph.from_networkx(plain)


def test_the_same_seed_gives_the_same_groups_and_the_same_sample():
    graph = clumps()
    for seed in range(3):
        first, again = (algorithms.leiden(graph, seed=seed)[0] for _ in range(2))
        assert first.tolist() == again.tolist()
    first, again = (algorithms.betweenness_sampled(graph, seed=4, samples=90) for _ in range(2))
    assert first.scores.tolist() == again.scores.tolist()
    assert (first.error, first.samples) == (again.error, 90)
    other = algorithms.betweenness_sampled(graph, seed=5, samples=90)
    assert other.scores.tolist() != first.scores.tolist()


def test_leiden_finds_planted_groups_and_leaves_the_threads_as_they_were():
    import networkit

    before = networkit.getMaxNumberOfThreads()
    labels, _ = algorithms.leiden(clumps(10, 30), seed=1)
    assert parts(labels) == {frozenset(range(at, at + 30)) for at in range(0, 300, 30)}
    assert networkit.getMaxNumberOfThreads() == before


def test_sampled_betweenness_is_no_further_off_than_it_says():
    graph = clumps()
    exact = algorithms.betweenness(graph)
    for seed in range(10):
        for samples in (50, 400):
            found = algorithms.betweenness_sampled(graph, seed=seed, samples=samples)
            assert np.abs(found.scores - exact).max() <= found.error < 1
    assert algorithms.betweenness_auto(graph).error == 0
    sampled = algorithms.betweenness_auto(graph, seed=1, samples=50, exact_to=100)
    assert (sampled.samples, sampled.error > 0) == (50, True)


def test_sampled_betweenness_is_right_in_the_mean():
    graph = florentine()
    exact = algorithms.betweenness(graph)
    found = algorithms.betweenness_sampled(graph, seed=1, samples=60_000)
    assert np.abs(found.scores - exact).max() < 0.01


def test_nothing_comes_of_nothing():
    empty, one = ArrayGraph.of([], []), ArrayGraph.of([], [], size=1)
    for graph in (empty, one):
        for function in (algorithms.leiden, algorithms.hits):
            assert len(function(graph)[0]) == len(graph)
        assert algorithms.betweenness_sampled(graph).scores.tolist() == [0.0] * len(graph)
        assert algorithms.bridges(graph).tolist() == []
        assert np.isnan(algorithms.modularity(graph, np.zeros(len(graph), dtype=np.int64)))


# Without numba, without networkit


@pytest.fixture
def without(monkeypatch):
    """Neither numba nor networkit, as far as imports can tell."""
    caches = (_numba, machine_code, groups._networkit)
    for cached in caches:
        cached.cache_clear()
    for name in ("numba", "networkit"):
        monkeypatch.setitem(sys.modules, name, None)
    yield
    for cached in caches:
        cached.cache_clear()


KERNELS = {
    **ORDERLESS,
    "cores": algorithms.core_numbers,
    "bridges": lambda graph: algorithms.bridges(graph).ravel(),
    "points": algorithms.articulation_points,
    "distances": lambda graph: algorithms.distances(graph, 0),
    "sampled": lambda graph: algorithms.betweenness_sampled(graph, samples=40).scores,
}


@pytest.mark.filterwarnings("ignore::kg.network.compiled.Fallback")
def test_without_numba_the_answers_are_the_same(without):
    graph = ArrayGraph.from_networkx(nx.les_miserables_graph())
    plain = {name: function(graph) for name, function in KERNELS.items()}
    assert machine_code(paths._steps.__wrapped__) is None
    sys.modules.pop("numba")
    for cached in (_numba, machine_code):
        cached.cache_clear()
    for name, function in KERNELS.items():
        assert equal(function(graph), plain[name]), name
    assert machine_code(paths._steps.__wrapped__) is not None


def test_without_numba_it_says_so_once(without):
    with pytest.warns(Fallback, match=r"numba.*plain Python.*\[fast\]") as told:
        algorithms.harmonic(karate())
        algorithms.core_numbers(karate())
    assert len(told) == 1


def test_without_networkit_groups_are_louvain_s_and_it_says_so(without):
    with pytest.warns(Fallback, match=r"networkit.*Louvain.*\[fast\]"):
        labels, method = algorithms.leiden(karate(), seed=2, weighted=False)
    assert method == "louvain (networkx)"
    assert algorithms.modularity(karate(), labels, weighted=False) > 0.4
    assert labels.tolist() == algorithms.leiden(karate(), seed=2, weighted=False)[0].tolist()


def test_networks_are_imported_without_numba_and_networkit():
    code = "import sys, kg.network.algorithms, kg.network.backend; " + (
        "print([name for name in ('numba', 'networkit') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
