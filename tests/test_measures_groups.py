"""Communities against borders, and linkage between sectors."""

from __future__ import annotations

import igraph
import leidenalg
import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_mutual_info_score

from kg.analytics import measure
from kg.analytics.communities import (
    adjusted_mutual_information,
    assortativity,
    ei_index,
    expected_information,
)
from kg.analytics.grouping import grouped
from kg.analytics.sectors import mixing
from kg.network.algorithms import modularity
from kg.network.graph import ArrayGraph

from .graphs import PLAIN, graphs, karate, permuted
from .linkages import linkage, of_pairs

CLIQUES = ["ab", "bc", "ca", "de", "ef", "fd"]
"""Two triangles."""


@st.composite
def labelled(draw, **options):
    graph = draw(graphs(**options))
    labels = st.lists(st.integers(0, 3), min_size=len(graph), max_size=len(graph))
    return graph, np.array(draw(labels), dtype=np.int32)


@st.composite
def two_groupings(draw):
    size = draw(st.integers(1, 25))
    label = st.integers(0, draw(st.integers(0, 6)))
    one, two = (draw(st.lists(label, min_size=size, max_size=size)) for _ in range(2))
    return np.array(one, dtype=np.int32), np.array(two, dtype=np.int32)


def summary(result) -> dict[str, object]:
    return {title["en"]: value for title, value in result.summary}


# Assortativity and the E–I index


@given(labelled(smallest=1))
def test_assortativity_is_networkx_s(drawn):
    graph, labels = drawn
    plain = graph.to_networkx()
    nx.set_node_attributes(plain, dict(enumerate(labels.tolist())), "group")
    ours = assortativity(graph, labels)
    mix = nx.attribute_mixing_matrix(plain, "group", **PLAIN) if plain.edges else np.zeros((0, 0))
    if not plain.edges or mix.sum(0) @ mix.sum(1) > 1 - 1e-12:
        assert np.isnan(ours)
    else:
        theirs = nx.attribute_assortativity_coefficient(plain, "group", **PLAIN)
        assert ours == pytest.approx(theirs)


def test_assortativity_of_couples_by_ethnicity():
    # Newman (2003), table I: couples of San Francisco, rounded to thousandths, and r = 0.621.
    couples = [[258, 16, 35, 13], [12, 157, 58, 19], [13, 23, 306, 35], [5, 7, 24, 16]]
    women = [row for row, counts in enumerate(couples) for n in counts for _ in range(n)]
    men = [column for counts in couples for column, n in enumerate(counts) for _ in range(n)]
    count = len(women)
    graph = ArrayGraph.of(range(count), range(count, 2 * count), size=2 * count, directed=True)
    labels = np.array([*women, *men], dtype=np.int32)
    assert assortativity(graph, labels) == pytest.approx(0.621, abs=3e-3)


@given(labelled())
def test_the_e_i_index_counts_ties_between_and_within(drawn):
    graph, labels = drawn
    plain = graph.to_networkx()
    ties = [(a, b) for a, b in plain.edges() if a != b]
    between = sum(labels[a] != labels[b] for a, b in ties)
    ours = ei_index(graph, labels)
    if ties:
        assert ours == pytest.approx((between - (len(ties) - between)) / len(ties))
        assert -1 <= ours <= 1
    else:
        assert np.isnan(ours)


def test_the_two_factions_of_the_karate_club():
    graph = karate()
    clubs = [graph.attributes["club"][n] for n in range(len(graph))]
    labels = np.array([club == "Officer" for club in clubs], dtype=np.int32)
    assert ei_index(graph, labels) == pytest.approx((11 - 67) / 78)
    # All but one went where the network parts (Zachary 1977); with him there the
    # cut is of ten ties, and the modularity 0.371.
    labels[8] = 1
    assert ei_index(graph, labels) == pytest.approx((10 - 68) / 78)
    assert modularity(graph, labels, weighted=False) == pytest.approx(0.371, abs=6e-4)


# Adjusted mutual information


def test_adjusted_mutual_information_of_the_authors_program():
    # The values that the MATLAB program of Vinh, Epps and Bailey gives, to five places.
    one = np.array([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3], dtype=np.int32)
    two = np.array([1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 3, 3, 3, 2, 2], dtype=np.int32)
    sizes = [np.bincount(labels)[1:].astype(float) for labels in (one, two)]
    assert expected_information(*sizes) == pytest.approx(0.15042, abs=5e-6)
    assert adjusted_mutual_information(one, two) == pytest.approx(0.27821, abs=5e-6)


@given(two_groupings())
def test_adjusted_mutual_information_is_scikit_learn_s(drawn):
    one, two = drawn
    theirs = adjusted_mutual_info_score(one, two)
    assert adjusted_mutual_information(one, two) == pytest.approx(theirs, abs=1e-9)


@given(two_groupings(), st.randoms(use_true_random=False))
def test_agreement_does_not_depend_on_names_order_or_side(drawn, random):
    one, two = drawn
    ours = adjusted_mutual_information(one, two)
    assert adjusted_mutual_information(two, one) == pytest.approx(ours, abs=1e-9)
    assert adjusted_mutual_information(6 - one, two) == pytest.approx(ours, abs=1e-9)
    order = list(range(len(one)))
    random.shuffle(order)
    assert adjusted_mutual_information(one[order], two[order]) == pytest.approx(ours, abs=1e-9)
    assert ours <= 1
    assert adjusted_mutual_information(one, one) == 1


def test_expected_information_is_the_mean_over_random_groupings():
    draw = np.random.default_rng(3)
    one = np.repeat([0, 1, 2], [5, 3, 4])
    two = np.repeat([0, 1], [7, 5])
    values = []
    for _ in range(4000):
        mixed = draw.permutation(two)
        share = np.zeros((3, 2))
        np.add.at(share, (one, mixed), 1 / 12)
        outer = np.outer(share.sum(1), share.sum(0))
        held = share > 0
        values.append((share[held] * np.log(share[held] / outer[held])).sum())
    expected = expected_information(np.array([5.0, 3, 4]), np.array([7.0, 5]))
    error = np.std(values) / np.sqrt(len(values))
    assert abs(np.mean(values) - expected) < 4 * error


# Communities


def test_communities_that_keep_to_their_streets():
    made = of_pairs(CLIQUES, streets=dict.fromkeys("abc", "east") | dict.fromkeys("def", "west"))
    result = measure(made, "communities", lang="en")
    assert [record["most_common"] for record in result.records()] == ["east", "west"]
    assert [(r["size"], r["in_it"], r["share"], r["groups"]) for r in result.records()] == [
        (3, 3, 1, 1),
        (3, 3, 1, 1),
    ]
    found = summary(result)
    assert found["communities of two or more"] == 2
    assert found["single nodes"] == 0
    assert found["modularity of the communities"] == 0.5
    assert found["modularity of the given groups"] == 0.5
    assert found["assortativity by the given groups"] == 1
    assert found["E–I index"] == -1
    assert found["adjusted mutual information"] == 1
    assert "seed 1" in found["method"]
    assert not result.notes


def test_communities_across_borders():
    made = of_pairs(
        [*CLIQUES, "ad"],
        streets={"a": "east", "b": "west", "c": "west", "d": "east", "e": "west"},
        alone=["lonely"],
    )
    result = measure(made, "communities", lang="en")
    first, second = result.records()
    assert first["names"].split(", ")[0] == "a" and second["names"].split(", ")[0] == "d"
    assert (first["most_common"], first["in_it"], first["groups"]) == ("west", 2, 2)
    assert first["share"] == pytest.approx(2 / 3)
    assert (second["not_stated"], second["in_it"], second["share"]) == (1, 1, 0.5)
    found = summary(result)
    assert found["nodes compared"] == 5
    # Of the ties a-b, b-c, c-a, d-e and a-d of the five, b-c and a-d are within a street.
    assert found["E–I index"] == pytest.approx(1 / 5)
    assert "1 nodes without a stated group" in result.notes[0]["en"]


def test_who_is_in_which_community():
    made = of_pairs([*CLIQUES, "cd"])
    table = measure(made, "community").records()
    assert {r["name"]: r["community"] for r in table} == dict.fromkeys("abc", 1) | dict.fromkeys(
        "def", 2
    )
    assert table[0]["name"] == "c"
    sizes = [r["size"] for r in measure(made, "communities").records()]
    assert sizes == [3, 3]


def test_the_same_seed_gives_the_same_communities():
    made = of_pairs(nx.karate_club_graph().edges())
    one, two = (measure(made, "communities", seed=7) for _ in range(2))
    assert one.rows == two.rows and one.summary == two.summary
    assert summary(one)["modularity of the communities"] > 0.4


@pytest.mark.parametrize("seed", range(3))
def test_communities_are_as_good_as_those_of_leidenalg(seed):
    plain = nx.planted_partition_graph(6, 12, 0.5, 0.03, seed=seed)
    ours = measure(of_pairs(plain.edges()), "communities")
    other = igraph.Graph(n=len(plain), edges=list(plain.edges()))
    theirs = leidenalg.find_partition(other, leidenalg.ModularityVertexPartition, seed=seed)
    found = summary(ours)["modularity of the communities"]
    assert found >= 0.98 * theirs.modularity


def test_without_streets_there_is_nothing_to_compare_with():
    found = summary(measure(of_pairs(CLIQUES), "communities"))
    assert found["nodes compared"] == 0
    assert found["adjusted mutual information"] is None
    assert found["E–I index"] is None


def test_namesakes_of_several_districts_are_told_apart():
    made = linkage(
        ["a", "b"],
        ["union"],
        [("a", "union"), ("b", "union")],
        streets={"a": "s1", "b": "s2"},
        districts={"s1": "north", "s2": "south"},
    )
    labels = ["main" if name in {"s1", "s2"} else name for name in made.things.iris]
    made.things.labels["zh"][:] = labels
    made.things.labels["en"][:] = labels
    rows = measure(made, "sectors", by="street", lang="en").records()
    assert {(r["street"], r["other"]) for r in rows} == {("main (north)", "main (south)")}
    streets = {"main (north)", "main (south)"}
    degree = measure(made, "degree", network="alliances", lang="en")
    tables = [
        measure(made, "coverage", lang="en"),
        measure(made, "uncovered", lang="en"),
        degree,
        grouped(degree, "street", lang="en"),
    ]
    for table in tables:
        found = {row["street"] for row in table.records()} - {"not stated"}
        assert found == (streets if table.rows else set())
    gaps = measure(made, "tier-gaps", lang="en").records()
    assert {row["name"] for row in gaps} == streets


def test_namesakes_of_one_district_are_told_apart_by_the_street():
    made = linkage(
        ["a", "b"],
        streets={"a": "s1", "b": "s2", "c1": "s1", "c2": "s2"},
        communities={"a": "c1", "b": "c2"},
        districts={"c1": "north", "c2": "north"},
    )
    labels = ["first" if name in {"c1", "c2"} else name for name in made.things.iris]
    for lang, names in {
        "en": {"first (s1, north)", "first (s2, north)"},
        "zh": {"first（norths1）", "first（norths2）"},
    }.items():
        made.things.labels[lang][:] = labels
        rows = measure(made, "coverage", by="community", lang=lang).records()
        assert {row["community"] for row in rows} == names


# Linkage between sectors


@given(labelled(directed=False, loops=False, weights=()))
def test_mixing_adds_up_to_the_ties(drawn):
    graph, labels = drawn
    graph = graph.simple
    mixed = mixing(graph, labels)
    assert mixed.ties.sum() == graph.number_of_edges()
    assert mixed.expected.sum() == pytest.approx(graph.number_of_edges())
    assert (mixed.first <= mixed.second).all()
    plain = graph.to_networkx()
    nx.set_node_attributes(plain, dict(enumerate(labels.tolist())), "group")
    groups = range(int(labels.max(initial=-1)) + 1)
    if not plain.edges:
        return
    mapping = {group: group for group in groups}
    theirs = nx.attribute_mixing_matrix(plain, "group", mapping=mapping, normalized=False, **PLAIN)
    for first, second, ties, _ in zip(*mixed, strict=True):
        # NetworkX counts a tie at both its ends.
        assert ties == theirs[first, second] / (2 if first == second else 1)


@given(permuted(directed=False, loops=False, weights=()))
def test_mixing_does_not_depend_on_the_order_of_nodes(drawn):
    graph, order, moved = drawn
    labels = (np.arange(len(graph)) % 3).astype(np.int32)
    there = np.empty(len(graph), dtype=np.int32)
    there[order] = labels
    one, two = mixing(graph.simple, labels), mixing(moved.simple, there)
    assert one.ties.tolist() == two.ties.tolist()
    assert one.expected == pytest.approx(two.expected)


def test_sectors_that_are_tied_less_than_by_chance():
    made = of_pairs(
        ["ab", "bc", "ca", "de", "ef", "fd", "ag"],
        sectors=dict.fromkeys("abc", "banks") | dict.fromkeys("def", "schools"),
    )
    result = measure(made, "sectors", lang="en")
    rows = {(r["sector"], r["other"]): r for r in result.records()}
    assert {pair: row["ties"] for pair, row in rows.items()} == {
        ("banks", "banks"): 3,
        ("schools", "schools"): 3,
        ("banks", "not stated"): 1,
        ("banks", "schools"): 0,  # seven ends and six, so three by chance
    }
    assert rows["banks", "schools"]["expected"] == 3 and rows["banks", "schools"]["ratio"] == 0
    assert rows["banks", "banks"]["expected"] == pytest.approx(7 * 7 / 28)
    assert rows["banks", "not stated"]["other_nodes"] == 1
    assert summary(result)["assortativity, stated nodes"] == 1
    assert "2 pairs of groups without a tie" in result.notes[0]["en"]


def test_the_matrix_is_by_kind_or_street_where_told_so():
    made = of_pairs(CLIQUES, kinds={"a": "Bank"}, streets={"b": "east"})
    by_kind = measure(made, "sectors", by="kind").records()
    assert {(r["kind"], r["other"], r["ties"]) for r in by_kind} == {
        ("Bank", "Unit", 2),
        ("Unit", "Unit", 4),
    }
    by_street = measure(made, "sectors", by="street").records()
    assert {(r["street"], r["other"], r["ties"]) for r in by_street} == {
        ("east", "未载明", 2),
        ("未载明", "未载明", 4),
    }
