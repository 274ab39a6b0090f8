"""Holes, cut points, brokers, members and alliances, cores, and what holds without hubs."""

from __future__ import annotations

from itertools import combinations, permutations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from kg.analytics import bipartite, cores, measure
from kg.analytics.holes import bridge_sides, effective
from kg.exceptions import MeasureError
from kg.network.algorithms.brokerage import ROLES, UNDIRECTED_ROLES, brokerage
from kg.network.algorithms.cuts import cuts
from kg.network.graph import ArrayGraph

from .graphs import PLAIN, davis, florentine, graphs, karate, permuted
from .graphs import bipartite as two_sided
from .linkages import Tie, linkage, of_bipartite, of_pairs

few = settings(max_examples=40)


def column(result, name: str) -> dict[str, object]:
    """A column by the names of things."""
    return {record["name"]: record[name] for record in result.records()}


def told(graph: nx.Graph) -> object:
    """A linkage in which co-members are the edges of a graph."""
    return of_pairs(graph.edges())


# Holes


@few
@given(graphs(directed=False, loops=False, weights=()))
def test_constraint_and_effective_size_of_co_members_are_networkx_s(graph):
    plain = nx.relabel_nodes(graph.to_networkx(), str)
    made = told(plain)
    net = nx.Graph(plain.edges())
    if not net:
        assert not measure(made, "constraint").rows
        return
    constraint = column(measure(made, "constraint"), "constraint")
    assert constraint == pytest.approx(nx.constraint(net, **PLAIN))
    assert column(measure(made, "effective-size"), "effective_size") == pytest.approx(
        nx.effective_size(net, **PLAIN)
    )


def test_ties_weigh_where_told_so():
    members = [("a", "x"), ("b", "x"), ("a", "y"), ("b", "y"), ("a", "z"), ("c", "z")]
    made = linkage("abc", "xyz", members)
    plain = nx.Graph()
    plain.add_edge("a", "b", weight=2.0)
    plain.add_edge("a", "c", weight=1.0)
    weighted = measure(made, "constraint", weighted=True)
    assert column(weighted, "constraint") == pytest.approx(
        nx.constraint(plain, weight="weight", **PLAIN)
    )
    assert column(weighted, "constraint")["a"] == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)
    assert column(measure(made, "constraint"), "constraint")["a"] == pytest.approx(1 / 2)


def test_the_least_constrained_comes_first_and_who_has_no_tie_is_counted():
    made = linkage(
        ["hub", "x", "y", "alone"], ["u", "v", "w"],
        [("hub", "u"), ("x", "u"), ("hub", "v"), ("y", "v"), ("alone", "w")],
    )  # fmt: skip
    result = measure(made, "constraint")
    assert [record["name"] for record in result.records()] == ["hub", "x", "y"]
    assert "1 nodes have no tie" in result.notes[0]["en"]


def test_who_ties_to_itself_has_no_hole_by_that():
    graph = ArrayGraph.of([0, 0, 1], [0, 1, 2], size=3).simple
    size, efficiency = effective(graph)
    assert size.tolist() == [1, 2, 1] and efficiency.tolist() == [1, 1, 1]


# What hangs on one tie or one node


@given(graphs(directed=False))
def test_cuts_are_those_of_taking_each_node_away(graph):
    found, plain = cuts(graph), graph.to_networkx()
    for node in plain:
        around = nx.node_connected_component(plain, node)
        rest = nx.connected_components(plain.subgraph(around - {node}))
        sizes = [len(part) for part in rest]
        assert found.component[node] == len(around)
        assert found.parts[node] == len(sizes)
        assert found.away[node] == len(around) - 1 - max(sizes, default=0)


@given(graphs(directed=False))
def test_sides_of_bridges_are_those_of_taking_each_away(graph):
    ends, sides = bridge_sides(graph)
    plain = graph.to_networkx()
    plain.remove_edges_from(list(nx.selfloop_edges(plain)))
    assert {frozenset(pair) for pair in ends.tolist()} == set(
        map(frozenset, nx.bridges(plain, **PLAIN))
    )
    for (one, other), (near, far) in zip(ends.tolist(), sides.tolist(), strict=True):
        plain.remove_edge(one, other)
        assert near == len(nx.node_connected_component(plain, one))
        assert far == len(nx.node_connected_component(plain, other))
        assert (near, one) <= (far, other)
        plain.add_edge(one, other)


def test_cuts_are_not_for_directed_graphs():
    with pytest.raises(nx.NetworkXNotImplemented):
        cuts(ArrayGraph.of([0], [1], directed=True))


@given(graphs(directed=False, weights=()))
def test_cuts_without_numba_are_the_same(graph):
    fast = cuts(graph)
    plain = _plainly(cuts, graph)
    for one, other in zip(fast, plain, strict=True):
        assert np.array_equal(one, other)


def _plainly(function, *arguments):
    """What a function gives where numba is not installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.network.compiled.machine_code", lambda _: None)
        return function(*arguments)


def test_bridges_that_part_most_come_first():
    # Two triangles and a tail: x-a ties the triangles, c-tail only the tail.
    pairs = ["xy", "yz", "zx", "xa", "ab", "bc", "ca", "ct"]
    result = measure(of_pairs(pairs), "bridges", network="co-members")
    assert [
        (r["name"], r["other"], r["side"], r["other_side"], r["rank"]) for r in result.records()
    ] == [("x", "a", 3, 4, 1), ("t", "c", 1, 6, 2)]
    assert result.summary[0][1] == 2
    large = measure(of_pairs(pairs), "bridges", network="co-members", least=2)
    assert [r["name"] for r in large.records()] == ["x"]
    assert "1 bridges" in large.notes[0]["en"]


def test_cut_points_say_whom_they_cut_off():
    pairs = ["xy", "yz", "zx", "xa", "ab", "bc", "ca", "ct", "xs"]
    result = measure(of_pairs(pairs), "cut-points", network="co-members")
    assert [(r["name"], r["cut_off"], r["parts"]) for r in result.records()] == [
        ("x", 3, 3),
        ("a", 3, 2),
        ("c", 1, 2),
    ]


def test_the_families_of_florence_hang_on_the_medici():
    result = measure(told(nx.florentine_families_graph()), "cut-points", network="co-members")
    assert column(result, "cut_off") == {"Medici": 3, "Albizzi": 1, "Guadagni": 1, "Salviati": 1}
    assert column(result, "parts")["Medici"] == 3


# Brokerage


def counted(graph: nx.Graph, groups: list[int]) -> np.ndarray:
    """Brokerage by its definition, one triple at a time."""
    directed = graph.is_directed()
    roles = ROLES if directed else UNDIRECTED_ROLES
    counts = np.zeros((len(graph), len(roles)), dtype=int)
    for v in graph:
        if directed:
            pairs = [(a, b) for a in graph.predecessors(v) for b in graph.successors(v)]
        else:
            pairs = list(combinations(graph[v], 2))
        for a, b in pairs:
            if len({a, b, v}) == 3 and not graph.has_edge(a, b):
                name = _role(groups[a], groups[v], groups[b], directed)
                counts[v, roles.index(name)] += 1
    return counts


def _role(a: int, v: int, b: int, directed: bool) -> str:
    if a == v == b:
        return "coordinator"
    if a == b:
        return "itinerant"
    if a == v:
        return "representative" if directed else "boundary"
    if b == v:
        return "gatekeeper" if directed else "boundary"
    return "liaison"


@st.composite
def grouped(draw, **options):
    graph = draw(graphs(**options))
    labels = st.lists(st.integers(0, 3), min_size=len(graph), max_size=len(graph))
    return graph, np.array(draw(labels), dtype=np.int32)


@given(grouped())
def test_brokerage_is_counted_by_its_definition(drawn):
    graph, groups = drawn
    assert brokerage(graph, groups).counts.tolist() == (
        counted(graph.to_networkx(), groups.tolist()).tolist()
    )


@given(grouped())
def test_brokerage_without_numba_is_the_same(drawn):
    fast, plain = brokerage(*drawn), _plainly(brokerage, *drawn)
    assert np.array_equal(fast.counts, plain.counts)
    assert np.allclose(fast.expected, plain.expected)
    assert np.allclose(fast.z, plain.z, equal_nan=True)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.booleans(), st.integers(3, 6))
def test_chance_is_the_mean_over_all_ways_to_deal_out_the_groups(seed, directed, size):
    draw = np.random.default_rng(seed)
    plain = nx.gnp_random_graph(size, float(draw.uniform(0.2, 0.8)), seed=seed, directed=directed)
    groups = draw.integers(0, 3, size).astype(np.int32)
    found = brokerage(ArrayGraph.from_networkx(plain), groups)
    for v in range(size):
        others = [node for node in range(size) if node != v]
        drawn = []
        for dealt in permutations(groups[others].tolist()):
            labels = groups.copy()
            labels[others] = dealt
            drawn.append(counted(plain, labels.tolist())[v])
        mean, spread = np.mean(drawn, axis=0), np.std(drawn, axis=0)
        assert found.expected[v] == pytest.approx(mean)
        sure = spread < 1e-9
        assert np.isnan(found.z[v][sure]).all()
        z = (found.counts[v] - mean)[~sure] / spread[~sure]
        assert found.z[v][~sure] == pytest.approx(z)


def test_each_role_worked_out_by_hand():
    # Groups A = {a, b, v}, B = {p, q}, C = {r}. Ties into v from a, p; out of v to b, q, r.
    names = ["a", "b", "v", "p", "q", "r"]
    groups = np.array([0, 0, 0, 1, 1, 2], dtype=np.int32)
    start = [names.index(x) for x in "apvvv"]
    end = [names.index(x) for x in "vvbqr"]
    graph = ArrayGraph.of(start, end, size=6, directed=True)
    counts = dict(zip(ROLES, brokerage(graph, groups).counts[2].tolist(), strict=True))
    assert counts == {
        "coordinator": 1,  # a → v → b
        "itinerant": 1,  # p → v → q
        "representative": 2,  # a → v → q, a → v → r
        "gatekeeper": 1,  # p → v → b
        "liaison": 1,  # p → v → r
    }
    # A tie a → q closes that pair: one representative less.
    closed = ArrayGraph.of([*start, 0], [*end, 4], size=6, directed=True)
    assert brokerage(closed, groups).counts[2].tolist() == [1, 1, 1, 1, 1]
    # Without directions v stands between all ten pairs of its five neighbours.
    loose = brokerage(graph.undirected, groups)
    counts = dict(zip(UNDIRECTED_ROLES, loose.counts[2].tolist(), strict=True))
    assert counts == {"coordinator": 1, "itinerant": 1, "boundary": 6, "liaison": 2}


def test_an_example_of_the_documentation_of_cograph():
    # cograph 2.7 documents that sna::brokerage gives no coordinator in it:
    # adj <- matrix(c(0,1,1,0, 0,0,1,1, 0,0,0,1, 1,0,0,0), 4, byrow = TRUE), groups 1, 1, 2, 2.
    matrix = sparse.csr_array([[0, 1, 1, 0], [0, 0, 1, 1], [0, 0, 0, 1], [1, 0, 0, 0]])
    start, end = matrix.nonzero()
    graph = ArrayGraph.of(start, end, size=4, directed=True)
    found = brokerage(graph, np.array([0, 0, 1, 1], dtype=np.int32))
    assert found.counts[:, 0].tolist() == [0, 0, 0, 0]


@given(permuted())
def test_brokerage_moves_with_its_nodes(drawn):
    graph, order, moved = drawn
    groups = (np.arange(len(graph)) % 3).astype(np.int32)
    there = np.empty(len(graph), dtype=np.int32)
    there[order] = groups
    one, two = brokerage(graph, groups), brokerage(moved, there)
    assert np.array_equal(one.counts, two.counts[order])
    assert np.allclose(one.expected, two.expected[order])


def test_brokers_between_streets():
    # hub joins a and b of its street, and c of another; d's street is not stated.
    made = of_pairs(
        [("hub", x) for x in "abcd"],
        streets={"hub": "east", "a": "east", "b": "east", "c": "west"},
    )
    result = measure(made, "brokerage", lang="en", chance=True)
    (record,) = result.records()
    assert record["name"] == "hub"
    assert (record["total"], record["across"]) == (3, 2)
    assert (record["coordinator"], record["boundary"]) == (1, 2)
    assert record["main"] == "representative or gatekeeper"
    # Two of the other three are of the hub's street: 1 of 3 pairs is within it, always.
    assert record["coordinator_expected"] == 1 and record["coordinator_z"] is None
    assert "1 nodes without" in result.notes[0]["en"]
    by_kind = measure(made, "brokerage", group="kind")
    assert [r["total"] for r in by_kind.records()] == [6]


def test_brokerage_in_a_directed_network_knows_directions():
    made = linkage(
        party=["low", "mid", "top"],
        ties={"subordinate": [("low", "mid"), ("mid", "top")]},
        streets={"low": "east", "mid": "east", "top": "west"},
    )
    (record,) = measure(made, "brokerage", network="subordination").records()
    assert (record["name"], record["representative"], record["gatekeeper"]) == ("mid", 1, 0)


def test_an_unknown_group_is_refused():
    with pytest.raises(MeasureError, match="no group 'colour'"):
        measure(of_pairs(["ab"]), "brokerage", group="colour")


# Members and alliances


def southern():
    graph, women = davis()
    plain = graph.to_networkx()
    return of_bipartite(
        plain, [name for name, woman in zip(plain, women, strict=True) if not woman]
    )


def test_the_women_of_the_south_and_their_events():
    # Degrees as published by Davis, Gardner and Gardner (1941), table of participation.
    result = measure(southern(), "membership")
    joined = column(result, "joined")
    assert {name.split()[0]: n for name, n in joined.items() if n > 6} == {
        "Evelyn": 8,
        "Laura": 7,
        "Theresa": 8,
        "Brenda": 7,
        "Sylvia": 7,
        "Nora": 8,
    }
    assert sum(joined.values()) == 89
    assert column(result, "centrality")["Nora Fayette"] == pytest.approx(8 / 14)
    assert dict((t["en"], v) for t, v in result.summary)["alliances"] == 14
    sizes = column(measure(southern(), "alliance-size"), "members")
    assert [sizes[f"E{n}"] for n in range(1, 15)] == [3, 3, 6, 4, 8, 8, 10, 14, 12, 5, 4, 6, 3, 3]


def test_bipartite_centrality_is_networkx_s():
    graph, _ = davis()
    plain = graph.to_networkx()
    theirs = nx.bipartite.degree_centrality(plain, graph.graph["top"])
    ours = column(measure(southern(), "membership"), "centrality")
    assert ours == pytest.approx({name: theirs[name] for name in graph.graph["top"]})


def test_central_women_go_to_central_events():
    result = measure(southern(), "duality")
    ours = column(result, "duality")
    graph, _ = davis()
    plain = graph.to_networkx()
    # The first singular vectors are, on each side, the eigenvector centrality of the whole.
    vector = nx.eigenvector_centrality_numpy(plain)
    for side in (graph.graph["top"], graph.graph["bottom"]):
        highest = max(vector[name] for name in side)
        assert {name: ours[name] for name in side} == pytest.approx(
            {name: vector[name] / highest for name in side}
        )
    # E8, to which most went, is first of the events.
    assert [name for name, value in ours.items() if value == pytest.approx(1)] == [
        "E8",
        "Theresa Anderson",
    ]


@few
@given(two_sided())
def test_each_side_is_central_by_the_other(joined):
    graph, organisations = joined
    graph.attributes["bipartite"] = (~organisations).astype(int)
    score, inside = bipartite.simultaneous(graph)
    matrix, members, wholes = bipartite.incidence(graph)
    for rows, near, far in ((matrix, members, wholes), (matrix.T, wholes, members)):
        reached = rows @ np.where(inside[far], score[far], 0)
        reached = reached[inside[near]]
        if len(reached):
            assert score[near][inside[near]] == pytest.approx(reached / reached.max(), abs=1e-6)


def test_large_matrices_are_decomposed_alike(monkeypatch):
    graph, women = davis()
    graph.attributes["bipartite"] = (~women).astype(int)
    whole = bipartite.simultaneous(graph)[0]
    monkeypatch.setattr(bipartite, "_DENSE", 0)
    assert bipartite.simultaneous(graph)[0] == pytest.approx(whole, abs=1e-6)


@given(two_sided())
def test_memberships_add_up_to_sizes(joined):
    graph, organisations = joined
    graph.attributes["bipartite"] = (~organisations).astype(int)
    matrix, _, _ = bipartite.incidence(graph)
    degree, met = bipartite.hyperdegree(matrix)
    assert degree.sum() == matrix.sum()
    plain = graph.to_networkx()
    members = np.flatnonzero(organisations).tolist()
    theirs = nx.bipartite.projected_graph(plain, members).degree(members)
    assert met.tolist() == [theirs[node] for node in members]
    elsewhere, repeated = bipartite.overlap(matrix)
    for values in (elsewhere, repeated):
        assert np.all(np.isnan(values) | ((values >= 0) & (values <= 1)))


def test_an_alliance_is_described_by_its_stated_members():
    made = linkage(
        ["a", "b", "c", "d"],
        ["union", "club", "silent"],
        [("a", "union"), ("b", "union"), ("c", "union"), ("a", "club"), ("b", "club"),
         Tie("a", "union", since="2020")],
        streets={"a": "east", "b": "west"},
    )  # fmt: skip
    union, club, silent = measure(made, "alliance-size").records()
    assert (union["name"], union["members"], union["streets"], union["no_street"]) == (
        "union", 3, 2, 1,
    )  # fmt: skip
    assert union["elsewhere"] == pytest.approx(2 / 3) and union["repeated"] == pytest.approx(1 / 3)
    assert (club["elsewhere"], club["repeated"]) == (1, 1)
    # No member is stated, which is not a size of 0.
    assert [silent[name] for name in ("members", "elsewhere", "repeated", "streets")] == [None] * 4


def test_leads_and_chairs_are_told_once_an_alliance():
    made = linkage(
        ["a", "b"],
        ["union", "club"],
        [
            Tie("a", "union", role="LeadMember", since="2019"),
            Tie("a", "union", role="LeadMember", since="2021"),
            Tie("a", "club", role="RotatingChair"),
            Tie("b", "club", role="OrdinaryMember"),
        ],
    )
    result = measure(made, "membership")
    assert column(result, "roles") == {"a": "LeadMember 1、RotatingChair 1", "b": ""}
    assert column(result, "joined") == {"a": 2, "b": 1}
    assert column(result, "comembers") == {"a": 1, "b": 1}


def test_co_buildings_have_participants():
    made = linkage(["a", "b"], participants=[("a", "fair"), ("b", "fair"), ("a", "walk")])
    result = measure(made, "membership", network="co-building")
    assert column(result, "joined") == {"a": 2, "b": 1}
    assert "roles" not in result.records()[0]
    sizes = measure(made, "alliance-size", network="co-building")
    assert column(sizes, "members") == {"fair": 2, "walk": 1}


# Core and periphery


def misfits(graph: nx.Graph, core: set[int]) -> int:
    """Ties missing within a core, and ties within the periphery."""
    return sum(
        (a in core) != graph.has_edge(a, b)
        for a, b in combinations(graph, 2)
        if (a in core) == (b in core)
    )


@few
@given(graphs(directed=False, loops=False, weights=()))
def test_no_core_fits_better(graph):
    graph = graph.part(np.arange(min(len(graph), 7), dtype=np.int32)).simple
    plain = graph.to_networkx()
    plain = nx.convert_node_labels_to_integers(plain)
    core, _ = cores.core_of(graph)
    best = min(
        misfits(plain, set(some)) for k in range(len(plain) + 1) for some in combinations(plain, k)
    )
    assert misfits(plain, set(np.flatnonzero(core).tolist())) == best


@given(permuted(directed=False, loops=False, weights=()))
def test_the_core_moves_with_its_nodes_unless_it_cuts_through_equals(drawn):
    graph, order, moved = (drawn[0].simple, drawn[1], drawn[2].simple)
    core, cut = cores.core_of(graph)
    other, again = cores.core_of(moved)
    assert cut == again
    assert core.sum() == other.sum()
    if not cut:
        assert np.array_equal(core, other[order])


@given(graphs(directed=False, loops=False, weights=()))
def test_the_fit_is_a_correlation(graph):
    graph = graph.simple
    core, _ = cores.core_of(graph)
    fit = cores.fitted(graph, core)
    ties = graph.matrix().toarray()
    low, high = np.triu_indices(len(graph), 1)
    told = core[low] == core[high]
    ideal, there = core[low][told].astype(float), ties[low, high][told]
    if len(there) and np.ptp(ideal) and np.ptp(there):
        assert fit.correlation == pytest.approx(np.corrcoef(ideal, there)[0, 1])
    else:
        assert np.isnan(fit.correlation)
    if np.isfinite(fit.within):
        assert fit.within == pytest.approx(there[ideal == 1].mean())


def test_the_core_of_the_karate_club():
    core, cut = cores.core_of(karate().simple)
    # Two leaders and those of most ties; numbers from 1, as Zachary has them.
    assert (np.flatnonzero(core) + 1).tolist() == [1, 2, 3, 4, 32, 33, 34] and cut == 0
    assert misfits(karate().to_networkx(), set(np.flatnonzero(core).tolist())) == 10 + 13


def test_of_equals_that_do_not_all_fit_the_first_are_in_the_core():
    ring = ArrayGraph.of([0, 1, 2, 3, 4], [1, 2, 3, 4, 0])
    core, cut = cores.core_of(ring)
    assert core.tolist() == [True, True, False, False, False] and cut == 3
    made = told(nx.cycle_graph(["a", "b", "c", "d", "e"]))
    result = measure(made, "core-periphery")
    assert "3 nodes outside the core" in result.notes[0]["en"]


def test_core_and_periphery_of_co_members():
    result = measure(of_pairs(["ab", "bc", "ca", "ax", "by", "cz"]), "core-periphery", lang="en")
    assert column(result, "core") == {"a": 1, "b": 1, "c": 1, "x": 0, "y": 0, "z": 0}
    assert column(result, "core_ties") == {"a": 2, "b": 2, "c": 2, "x": 1, "y": 1, "z": 1}
    assert {title["en"]: value for title, value in result.summary} == {
        "nodes in the core": 3,
        "nodes": 6,
        "fit (correlation)": 1,
        "density within the core": 1,
        "density between them": pytest.approx(1 / 3, abs=1e-6),
        "density within the periphery": 0,
    }


# Centralisation


def test_centralisation_of_the_families_of_florence():
    # Wasserman and Faust (1994), chapter 5: degree .267 and betweenness .383 of all sixteen
    # families, closeness .322 of the fifteen that are connected.
    plain = nx.florentine_families_graph()
    plain.add_node("Pucci")
    found = cores.centralized(ArrayGraph.from_networkx(plain).simple)
    assert {name: round(one.value, 3) for name, one in found.items()} == {
        "degree": 0.267,
        "betweenness": 0.383,
        "closeness": 0.322,
    }
    assert found["closeness"].size == 15
    names = list(plain)
    assert {names[one.hub] for one in found.values()} == {"Medici"}


def test_centralisation_of_the_karate_club():
    # The sums of Freeman's index from NetworkX's centralities.
    plain = nx.karate_club_graph()
    n, found = len(plain), cores.centralized(karate().simple)
    star = {"degree": n - 2, "betweenness": n - 1, "closeness": (n - 1) * (n - 2) / (2 * n - 3)}
    of = {
        "degree": nx.degree_centrality(plain),
        "betweenness": nx.betweenness_centrality(plain, **PLAIN),
        "closeness": nx.closeness_centrality(plain, **PLAIN),
    }
    for name, values in of.items():
        top = max(values.values())
        expected = sum(top - value for value in values.values()) / star[name]
        assert found[name].value == pytest.approx(expected)


@given(permuted(directed=False, loops=False, weights=()))
def test_centralisation_is_between_nothing_and_a_star(drawn):
    graph, _, moved = drawn
    one, two = cores.centralized(graph.simple), cores.centralized(moved.simple)
    for name, found in one.items():
        if name != "closeness":  # of several largest components it takes the first
            assert found.value == pytest.approx(two[name].value, nan_ok=True)
        if found.size >= 3:
            assert -1e-9 <= found.value <= 1 + 1e-9
        else:
            assert np.isnan(found.value)


def test_where_all_are_alike_nobody_is_most_central():
    result = measure(told(nx.cycle_graph(["a", "b", "c", "d"])), "centralization")
    assert {(r["centralization"], r["name"]) for r in result.records()} == {(0.0, None)}


# Robustness


def test_a_star_falls_apart_without_its_middle():
    result = measure(told(nx.Graph([("hub", x) for x in "abcd"])), "robustness",
                     network="co-members", steps=3)  # fmt: skip
    first, second = result.records()
    assert (first["share"], first["components"], first["name"]) == (1, 1, "（无人退出）")
    # Nobody has ties after the hub, so nobody is a hub.
    assert (second["name"], second["degree"], second["components"]) == ("hub", 4, 4)
    assert second["share"] == pytest.approx(1 / 5)
    assert second["share"] < second["random"] < 1


def test_hubs_are_found_anew_after_each_that_leaves():
    # 2 is between two stars of 0 and 1, and after it has left the stars are on their own.
    plain = nx.Graph([(0, 2), (1, 2), (0, 3), (0, 4), (1, 5), (1, 6), (1, 7)])
    graph = ArrayGraph.from_networkx(plain)
    free = np.ones(len(graph), dtype=bool)
    by_degree = cores.hubs(graph, free, steps=2)
    assert [graph.names[n] for n in by_degree.order] == [1, 0] and by_degree.degree == [4, 3]
    between = cores.hubs(graph, free, steps=1, by="betweenness")
    top = max(nx.betweenness_centrality(plain, **PLAIN).items(), key=lambda item: item[1])
    assert graph.names[between.order[0]] == top[0] == 1


@few
@given(graphs(directed=False, loops=False, weights=()), st.sampled_from(["degree", "betweenness"]))
def test_what_is_left_is_that_of_networkx(graph, by):
    graph = graph.simple
    gone = cores.hubs(graph, np.ones(len(graph), dtype=bool), steps=4, by=by)
    shares, counts = cores.dismantled(graph, gone.order)
    plain = graph.to_networkx()
    for step, (share, count) in enumerate(zip(shares, counts, strict=True)):
        if step:
            node = gone.order[step - 1]
            assert plain.degree(node) == gone.degree[step - 1]
            if by == "degree":
                assert plain.degree(node) == max(degree for _, degree in plain.degree())
            plain.remove_node(node)
        sizes = [len(part) for part in nx.connected_components(plain)]
        assert count == len(sizes)
        if len(graph):
            assert share == pytest.approx(max(sizes, default=0) / len(graph))


def test_random_leaving_is_the_same_with_the_same_seed():
    graph = florentine().simple
    free = np.ones(len(graph), dtype=bool)
    runs = [cores.at_random(graph, free, steps=5, seed=seed) for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]
    assert all(a >= b for a, b in zip(runs[0], runs[0][1:], strict=False))


def test_co_buildings_do_not_leave_by_themselves():
    made = linkage(["a", "b", "c"], participants=[(x, "fair") for x in "abc"])
    result = measure(made, "robustness", network="linkage", steps=5)
    assert "fair" not in [record["name"] for record in result.records()]


@pytest.mark.parametrize("wrong", [{"by": "luck"}, {"steps": -1}])
def test_robustness_refuses_what_it_does_not_know(wrong):
    with pytest.raises(MeasureError, match="robustness"):
        measure(of_pairs(["ab"]), "robustness", **wrong)
