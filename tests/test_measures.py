"""What holds for every measure, and the values of those of centrality, tiers, coverage and time."""

from __future__ import annotations

import math

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics import measure, measures
from kg.exceptions import BadDate, MeasureError, UnknownMeasure, UnknownNetwork
from kg.network import linkage as read
from kg.network import networks

from .linkages import Tie, linkage, of_bipartite, of_pairs

EVERY = [*measures()]
every_measure = pytest.mark.parametrize("name", EVERY)


def town() -> dict[str, object]:
    """Two streets, three communities, and who does what in them."""
    return {
        "organizations": ["bank", "clinic", "firm", "shop", "school"],
        "party": ["district-party", "east-party", "west-party", "a-party", "b-party", "c-party"],
        "alliances": ["union", "club", "guild"],
        "members": [
            Tie("bank", "union", since="2018", level="Cooperation", role="LeadMember"),
            Tie("clinic", "union", since="2019-03", until="2020-06-30", level="Integration"),
            Tie("firm", "union", since="2020-07-01"),
            ("bank", "club"),
            Tie("school", "club", since="2021", level="Awareness"),
        ],
        "participants": [
            Tie("bank", "fair", level="Coordination"),
            ("school", "fair"),
            ("a-party", "walk"),
            ("b-party", "walk"),
        ],
        "ties": {
            "subordinate": [
                ("east-party", "district-party"),
                ("west-party", "district-party"),
                ("a-party", "east-party"),
                ("c-party", "west-party"),
            ],
            "dispatched": [("east-party", "district-party")],
            "managed": [("shop", "b-party")],
            "party": [("a-party", "bank")],
        },
        "streets": {
            "a": "east",
            "b": "east",
            "c": "west",
            "east": "east",
            "west": "west",
            "east-party": "east",
            "west-party": "west",
            "a-party": "east",
            "b-party": "east",
            "c-party": "west",
            "bank": "east",
            "clinic": "east",
            "shop": "east",
            "firm": "west",
        },
        "communities": {
            "a": "a",
            "b": "b",
            "c": "c",
            "a-party": "a",
            "b-party": "b",
            "c-party": "c",
            "bank": "a",
            "clinic": "a",
            "shop": "b",
        },
        "districts": {"east": "city", "west": "city", "district-party": "city"},
        "sectors": {"bank": "finance", "clinic": "health", "school": "education", "firm": "trade"},
        "kinds": {"firm": "TwoNewOrganization", "shop": "TwoNewOrganization"},
        "tiers": {
            "district-party": "district",
            "east-party": "street",
            "west-party": "street",
            "a-party": "community",
            "b-party": "community",
            "c-party": "community",
            "bank": "unit",
            "clinic": "unit",
            "firm": "unit",
            "shop": "unit",
            "school": "unit",
        },
        "coverage": {"shop": "ToBeEstablished", "clinic": "JointOrganization"},
    }


@pytest.fixture
def made():
    return linkage(**town())


def records(result) -> dict[str, dict[str, object]]:
    return {record["name"]: record for record in result.records()}


# Every measure


@every_measure
def test_a_measure_says_in_both_languages_what_it_is(name):
    found = measures()[name]
    for texts in (found.title, found.unit, found.reading):
        assert set(texts) == {"zh", "en"} and all(texts.values())
    assert found.formula and found.source and found.cost
    assert found.cost.startswith("O(")
    assert set(found.networks) <= set(networks())
    assert found.call.__doc__


@every_measure
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_measure_gives_a_table_in_each_language(made, name, lang):
    result = measure(made, name, lang=lang)
    assert result.measure == name
    assert result.generation == 1
    titles = [column.title for column in result.columns]
    assert all(set(title) == {"zh", "en"} and all(title.values()) for title in titles)
    assert len({column.name for column in result.columns}) == len(titles)
    for row in result.rows:
        assert len(row) == len(titles)
        for value in row:
            assert value is None or isinstance(value, (str, int, float))
            assert not (isinstance(value, float) and math.isnan(value))
    if result.scores is not None:
        assert len(result.scores.things) == len(result.scores.values) == len(result.rows)
        iris = [made.things.iris[n] for n in result.scores.things]
        assert iris == [record["iri"] for record in result.records()]


@every_measure
def test_a_measure_of_nothing_is_empty_and_no_error(name):
    result = measure(linkage(), name)
    scored = result.scores is not None
    assert not scored or not len(result.rows)


@every_measure
def test_a_measure_of_organisations_without_any_tie_is_no_error(name):
    alone = linkage(organizations=["x", "y"], party=["z"], streets={"x": "s", "s": "s"})
    result = measure(alone, name)
    if result.network and not alone.network(result.network).number_of_edges():
        assert any("没有载明任何联系" in note["zh"] for note in result.notes)


@every_measure
def test_a_measure_can_be_taken_of_the_shipped_data(view, name, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert measure(read(view), name).columns


@every_measure
def test_a_measure_is_the_same_each_time(made, name):
    again = linkage(**town())
    assert measure(made, name).rows == measure(again, name).rows


def turned(name: str) -> str:
    """A name that sorts the other way round."""
    return "".join(chr(ord("z") - ord(c) + ord("a")) if c.isalpha() else c for c in name)


def turned_round(value: object) -> object:
    if isinstance(value, str):
        return turned(value)
    if isinstance(value, Tie):
        return Tie(turned(value.source), turned(value.target), *_rest(value))
    if isinstance(value, tuple):
        return tuple(map(turned, value))
    if isinstance(value, list):
        return [turned_round(one) for one in value]
    return value


def _rest(tie: Tie) -> tuple[str, ...]:
    return tie.since, tie.until, tie.role, tie.level


@pytest.mark.parametrize(
    "name", [name for name in EVERY if measure(linkage(**town()), name).scores is not None]
)
def test_values_do_not_depend_on_how_things_are_numbered(made, name):
    words = town()
    other = {
        key: {turned(k): turned(v) if key in AREAS else v for k, v in value.items()}
        if isinstance(value, dict) and key != "ties"
        else {k: turned_round(v) for k, v in value.items()}
        if key == "ties"
        else turned_round(value)
        for key, value in words.items()
    }
    one, two = measure(made, name), measure(linkage(**other), name)
    labels = made.things.labels["zh"]
    held = {labels[n]: v for n, v in zip(one.scores.things, one.scores.values, strict=True)}
    round_ = linkage(**other).things.labels["zh"]
    back = {turned(round_[n]): v for n, v in zip(two.scores.things, two.scores.values, strict=True)}
    assert back == pytest.approx(held, nan_ok=True)


AREAS = ("streets", "communities", "districts")


def test_what_is_no_measure_network_or_parameter_is_refused(made):
    with pytest.raises(UnknownMeasure, match="there are degree, strength"):
        measure(made, "fame")
    with pytest.raises(MeasureError, match="is not taken of the network 'areas'"):
        measure(made, "pagerank", network="areas")
    with pytest.raises(MeasureError, match="no parameter 'beta'; it takes: alpha"):
        measure(made, "pagerank", beta=1)
    with pytest.raises(MeasureError, match="name none"):
        measure(made, "coverage", network="linkage")
    with pytest.raises(UnknownNetwork):
        made.network("x")


# Centrality


NX = {
    "degree": lambda g: dict(g.degree()),
    "strength": lambda g: dict(g.degree(weight="weight")),
    "pagerank": lambda g: nx.pagerank(g, tol=1e-15, max_iter=1000, backend="networkx"),
    "harmonic": lambda g: {
        n: v / max(len(g) - 1, 1) for n, v in nx.harmonic_centrality(g, backend="networkx").items()
    },
    "betweenness": lambda g: nx.betweenness_centrality(g, backend="networkx"),
    "core": lambda g: nx.core_number(nx.Graph(g.edges()) if g.edges else g, backend="networkx"),
}
pairs = st.sets(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")).filter(
        lambda pair: pair[0] < pair[1]
    ),
    min_size=1,
    max_size=14,
)


@pytest.mark.parametrize("name", NX)
@settings(max_examples=25)
@given(edges=pairs)
def test_centrality_is_that_of_networkx(name, edges):
    plain = nx.Graph()
    plain.add_weighted_edges_from((*sorted(edge), 1.0) for edge in edges)
    result = measure(of_pairs(sorted(edges)), name, network="co-members")
    held = {record["iri"]: record[result.columns[4].name] for record in result.records()}
    assert held == pytest.approx(NX[name](plain), abs=1e-9)


def test_medici_stands_between_the_families_of_florence():
    graph = nx.florentine_families_graph()
    result = measure(of_pairs(graph.edges()), "betweenness", network="co-members")
    first, second = result.records()[:2]
    # Published: Medici 0.522, Guadagni 0.255 (Wasserman & Faust 1994, table 5.1 is of this graph).
    assert (first["name"], round(first["betweenness"], 3)) == ("Medici", 0.522)
    assert (second["name"], round(second["betweenness"], 3)) == ("Guadagni", 0.255)


def test_the_circles_of_the_karate_club():
    graph = nx.karate_club_graph()
    of = of_pairs(graph.edges())
    core = measure(of, "core", network="co-members").records()
    assert sum(record["core"] == 4 for record in core) == 10
    between = records(measure(of, "betweenness", network="co-members"))
    assert round(between["0"]["betweenness"], 4) == 0.4376
    assert round(between["33"]["betweenness"], 4) == 0.3041


def test_events_and_women_of_the_south():
    graph = nx.davis_southern_women_graph()
    events = [n for n, data in graph.nodes(data=True) if data["bipartite"] == 1]
    degree = records(measure(of_bipartite(graph, events), "degree", network="alliances"))
    assert {name: degree[name]["degree"] for name in ("E8", "E9", "E5")} == {
        "E8": 14,
        "E9": 12,
        "E5": 8,
    }
    assert degree["Evelyn Jefferson"]["degree"] == 8


def test_equal_values_share_a_rank_and_the_next_counts_on():
    result = measure(of_pairs([("a", "b"), ("b", "c"), ("c", "d")]), "degree", network="co-members")
    assert [(r["rank"], r["name"]) for r in result.records()] == [
        (1, "b"),
        (1, "c"),
        (3, "a"),
        (3, "d"),
    ]


def test_a_superior_of_many_is_an_authority(made):
    result = measure(made, "hits")
    assert result.records()[0]["name"] == "district-party"
    degree = records(measure(made, "degree", network="subordination"))
    assert degree["district-party"] | {"iri": 0, "kind": 0, "street": 0} == {
        "rank": 1,
        "name": "district-party",
        "kind": 0,
        "street": 0,
        "degree": 2,
        "in_degree": 2,
        "iri": 0,
    }


# Tiers


MECHANISMS = ("subordinate", "managed", "authority", "dispatched", "linked", "alliance")
MECHANISMS += ("co-building",)


def joined(result) -> dict[str, dict[str, int]]:
    """Of each pair of tiers the mechanisms that join it."""
    rows = {row["tiers"]: row for row in result.records()}
    return {
        pair: {name: row[name] for name in MECHANISMS if row[name]}
        for pair, row in rows.items()
        if any(row[name] for name in MECHANISMS)
    }


def test_tiers_are_joined_by_mechanisms(made):
    result = measure(made, "tiers", lang="en")
    assert joined(result) == {
        "district—street": {"subordinate": 2, "dispatched": 1},
        "street—community": {"subordinate": 2},
        "community—units": {"managed": 1},
        "community—community": {"co-building": 1},
        "units—units": {"alliance": 2, "co-building": 1},
    }
    reached = {row["tiers"]: (row["joined"], row["of"]) for row in result.records()}
    assert reached["district—street"] == (2, 2)
    assert reached["street—community"] == (2, 3)
    assert reached["units—units"] == (4, 5)
    assert reached["district—units"] == (0, 5)
    assert len(reached) == 10


def test_an_alliance_joins_the_tier_of_its_area_however_many_members_it_has():
    made = linkage(
        organizations=["x", "y", "z"],
        alliances=["union"],
        members=[("x", "union"), ("y", "union"), ("z", "union")],
        streets={"union": "s", "s": "s"},
        tiers={"x": "unit", "y": "unit", "z": "community", "s": "street"},
    )
    assert joined(measure(made, "tiers", lang="en")) == {
        "street—community": {"alliance": 1},
        "street—units": {"alliance": 1},
        "community—units": {"alliance": 1},
        "units—units": {"alliance": 1},
    }


def test_missing_links_are_named_by_street():
    words = town()
    words["kinds"] |= {"east": "Subdistrict", "west": "Township"}
    words["kinds"] |= dict.fromkeys("abc", "Community")
    held = records(measure(linkage(**words), "tier-gaps", lang="en"))
    keys = ("district_subordinate", "district_dispatched", "district_authority", "communities")
    assert [held["east"][key] for key in keys] == ["yes", "yes", "not stated", 2]
    assert [held["west"][key] for key in keys] == ["yes", "not stated", "not stated", 1]
    down = ("subordinate", "managed", "authority", "alliance", "co-building")
    # a: by its party, as members in union, in the fair and the walk; b: by the walk and the shop.
    assert [held["east"][f"community_{name}"] for name in down] == [1, 1, 0, 1, 2]
    assert [held["west"][f"community_{name}"] for name in down] == [1, 0, 0, 0, 0]
    assert held["east"]["missing"] == 1 + (1 + 1 + 2 + 1 + 0)
    assert (held["east"]["names"], held["east"]["without"]) == ("", 0)


def test_a_community_that_nothing_joins_is_named():
    made = linkage(
        streets={"a": "s", "s": "s"},
        communities={"a": "a"},
        kinds={"s": "Subdistrict", "a": "Community"},
    )
    (row,) = measure(made, "tier-gaps").records()
    assert (row["without"], row["names"], row["missing"]) == (1, "a", 8)


# Nodes that are no rows


def test_nodes_that_are_not_listed_are_counted_by_what_they_are():
    made = linkage(
        ["a", "b", "c"],
        ["union", "empty"],
        [("a", "union"), ("b", "union")],
        participants=[("b", "work"), ("c", "work")],
    )
    nodes = len(made.network("linkage"))
    (note,) = measure(made, "pagerank", network="linkage").notes
    assert note == {
        "zh": f"网络有 {nodes} 个点，其中 1 个共建事项没有列出。",
        "en": f"Of the {nodes} nodes of the network these are not listed: co-buildings (1).",
    }
    (note,) = measure(made, "membership", network="alliances").notes
    assert "其中 2 个联盟没有列出" in note["zh"]
    (note,) = measure(made, "alliance-size", network="co-building").notes
    assert "not listed: other nodes (2)." in note["en"]
    assert measure(made, "pagerank", network="co-members").notes == []


# Coverage


def test_coverage_counts_units_of_each_street(made):
    held = {row["street"]: row for row in measure(made, "coverage", lang="en").records()}
    keys = ("units", "in_alliance", "two_new", "two_new_without", "with_party", "no_status")
    assert {street: tuple(row[key] for key in keys) for street, row in held.items()} == {
        # bank, clinic, shop; the bank has a-party, the clinic a joint one.
        "east": (3, 2, 1, 1, 2, 1),
        "west": (1, 1, 1, 1, 0, 1),
        "not stated": (1, 1, 0, 0, 0, 1),
    }
    assert held["east"]["ToBeEstablished"] == held["east"]["JointOrganization"] == 1
    assert [row["share"] for row in held.values()] == [pytest.approx(2 / 3), 1.0, 1.0]


@pytest.mark.parametrize("by", ["street", "kind", "community", "district", "sector"])
def test_coverage_by_any_group_has_each_unit_once(made, by):
    rows = measure(made, "coverage", by=by).records()
    assert sum(row["units"] for row in rows) == 5
    assert sum(row["in_alliance"] for row in rows) == 4


def test_coverage_by_an_unknown_group_is_refused(made):
    with pytest.raises(MeasureError, match="no group 'colour'; there are street, kind"):
        measure(made, "coverage", by="colour")


def test_who_is_in_no_alliance_is_listed(made):
    (row,) = measure(made, "uncovered", lang="en").records()
    assert (row["name"], row["missing"], row["coverage"]) == ("shop", 2, "ToBeEstablished")


def test_on_a_date_only_members_of_then_are_covered(made):
    then = measure(made.as_of("2019-12"), "uncovered").records()
    assert [row["name"] for row in then] == ["firm", "shop", "school"]


# Change


def test_change_between_two_dates(made):
    result = measure(made, "change", before="2019", after="2021")
    keys = ("before", "joined", "left", "after", "stability")
    held = {name: [row[key] for key in keys] for name, row in records(result).items()}
    assert held == {
        "union": [2, 1, 1, 2, pytest.approx(1 / 3)],
        "club": [1, 1, 0, 2, 0.5],
    }
    assert [value for _, value in result.summary] == [3, 2, 1, 4, 1]
    assert result.parameters == {"before": "2019-12-31", "after": "2021-12-31"}


def test_change_without_dates_is_of_the_last_year(made):
    result = measure(made, "change")
    assert result.parameters == {"before": "2020-01-02", "after": "2021-01-01"}


def test_change_up_to_a_date_is_of_all_members_on_two_dates(made):
    then, named = measure(made.as_of("2020"), "change"), measure(made, "change", after="2020")
    assert (then.rows, then.summary) == (named.rows, named.summary)
    assert then.parameters == named.parameters == {"before": "2020-01-01", "after": "2020-12-31"}
    later = measure(made.as_of("2019"), "change", before="2019", after="2021")
    assert later.rows == measure(made, "change", before="2019", after="2021").rows


def test_change_of_members_without_dates_cannot_be_seen():
    undated = linkage(["x"], ["union"], [("x", "union")])
    result = measure(undated, "change")
    assert (result.parameters, result.records()[0]["turnover"]) == ({}, 0)
    assert [note["en"] for note in result.notes] == [
        "No membership has a date, so no change can be seen."
    ]


def test_dates_in_the_wrong_order_or_none_are_refused(made):
    with pytest.raises(MeasureError, match="2021-12-31 is later than 2019-12-31"):
        measure(made, "change", before="2021", after="2019")
    with pytest.raises(BadDate):
        measure(made, "change", before="then")


# Levels


def test_levels_are_the_mean_of_what_is_stated(made):
    result = measure(made, "tie-levels", lang="en")
    keys = ("mean", "ties", "highest", "close", "without")
    held = {name: [row[key] for key in keys] for name, row in records(result).items()}
    assert held == {
        "clinic": [4.0, 1, "Integration", 1.0, 0],
        "bank": [2.5, 2, "Coordination", 0.5, 1],
        "school": [1.0, 1, "Awareness", 0.0, 1],
    }
    assert [value for _, value in result.summary] == [9, 1, 1, 1, 1, 5]


def test_a_level_of_a_co_building_counts_once_a_participant_and_that_is_said():
    levels = [Tie("a", "work", level="Integration"), Tie("b", "work", level="Integration")]
    result = measure(linkage(["a", "b"], participants=levels), "tie-levels")
    found = {title["en"]: value for title, value in result.summary}
    ties = "ties (each member of an alliance and participant in a co-building counts once)"
    assert (found[ties], found["of them Integration"]) == (2, 2)
    assert "每个参与方各计一次" in result.summary[0][0]["zh"]
