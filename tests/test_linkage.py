"""What joins the organisations of a generation: the tables against SPARQL, by hand, and kept."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from kg import network
from kg.build import Checking, build, load
from kg.exceptions import BadDate, UnknownNetwork
from kg.generate import generate
from kg.namespace import ID, PBA
from kg.network import cache, networks
from kg.network.days import OPEN_END, OPEN_START, as_text
from kg.network.extract import read_linkage
from kg.store import Store

PREFIXES = (
    "PREFIX pba: <https://w3id.org/pba/ns#> PREFIX org: <http://www.w3.org/ns/org#> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)
ORGANIZATION = "VALUES ?{0}_root {{ pba:PartyOrganization pba:Unit }} ?{0} a ?{0}_root ."
LEVEL = {"Awareness": 1, "Cooperation": 2, "Coordination": 3, "Integration": 4}


@pytest.fixture(scope="session")
def district(tmp_path_factory) -> Store:
    """A store of one generated district."""
    folder = tmp_path_factory.mktemp("district")
    generate(folder / "quads", 1, 3)
    store = Store(folder / "store")
    build(store, folder / "quads")
    return store


@pytest.fixture(scope="session")
def tables(district) -> network.Linkage:
    with district.view() as view:
        return read_linkage(view)


def rows(store: Store, text: str) -> list[tuple[str, ...]]:
    with store.view() as view:
        found = view.query(PREFIXES + text)
        return [tuple(cell.value if cell else "" for cell in row) for row in found]


def told(tables: network.Linkage, name: str) -> Counter[tuple[str, str]]:
    table, iris = tables.ties[name], tables.things.iris
    return Counter(
        (iris[s], iris[t])
        for s, t in zip(table.source.tolist(), table.target.tolist(), strict=True)
    )


# Against SPARQL


@pytest.mark.parametrize(
    ("family", "root"),
    [("party", "PartyOrganization"), ("unit", "Unit"), ("alliance", "Alliance"), ("area", "Area")],
)
def test_the_things_of_a_family_are_those_of_its_class(district, tables, family, root):
    wanted = {iri for (iri,) in rows(district, f"SELECT DISTINCT ?x {{ ?x a pba:{root} }}")}
    chosen = np.flatnonzero(tables.things.of(family))
    assert {tables.things.iris[n] for n in chosen} == wanted
    assert len(wanted) > 10


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("subordinate", "org:subOrganizationOf"),
        ("managed", "pba:managedBy"),
        ("dispatched", "pba:dispatchedBy"),
        ("party", "pba:partyOrganizationOf"),
        ("within", "pba:within"),
    ],
)
def test_a_relation_is_what_the_merge_says_between_things(district, tables, name, path):
    known = "VALUES ?{0}_root {{ pba:PartyOrganization pba:Unit pba:Alliance pba:Area }} "
    known += "?{0} a ?{0}_root ."
    text = f"SELECT DISTINCT ?s ?o {{ ?s {path} ?o . {known.format('s')} {known.format('o')} }}"
    wanted = rows(district, text)
    assert told(tables, name) == Counter(wanted)
    assert len(wanted) > 5


def test_a_membership_keeps_its_role_dates_and_level(district, tables):
    wanted = rows(
        district,
        """SELECT ?who ?in ?role ?from ?to ?level {
          ?m a pba:AllianceMembership ; org:member ?who ; org:organization ?in .
          OPTIONAL { ?m org:role ?role } OPTIONAL { ?m pba:validFrom ?from }
          OPTIONAL { ?m pba:validUntil ?to } OPTIONAL { ?m pba:tieLevel ?level } }""",
    )
    table, things = tables.ties["member"], tables.things
    held = [
        (
            things.iris[table.source[n]],
            things.iris[table.target[n]],
            PBA + tables.terms[table.detail[n]],
            as_text(table.since[n]),
            "" if table.until[n] == OPEN_END else as_text(table.until[n]),
            table.level[n],
        )
        for n in range(len(table))
    ]
    ranked = [(*row[:5], LEVEL.get(row[5].removeprefix(PBA), 0)) for row in wanted]
    assert sorted(held) == sorted(ranked)
    assert len(held) > 100


def test_an_authority_leads_from_its_holder_with_its_scope(district, tables):
    wanted = rows(
        district,
        f"""SELECT ?holder ?over ?scope {{ ?a a pba:Authority ; pba:holder ?holder ;
          pba:over ?over ; pba:scope ?scope . {ORGANIZATION.format("holder")}
          {ORGANIZATION.format("over")} }}""",
    )
    table, iris = tables.ties["authority"], tables.things.iris
    pairs = {(iris[s], iris[t]) for s, t in zip(table.source, table.target, strict=True)}
    assert pairs == {row[:2] for row in wanted}
    named = {tables.terms[n] for n in table.detail.tolist()}
    assert named <= {row[2].removeprefix(PBA) for row in wanted}
    assert pairs


def test_the_street_of_a_thing_is_the_one_around_its_area(district, tables):
    wanted = dict(
        rows(
            district,
            """SELECT DISTINCT ?x ?street { ?x a pba:Unit ; pba:locatedIn|pba:residentIn ?area .
              ?area pba:within* ?street . ?street a ?kind .
              VALUES ?kind { pba:Subdistrict pba:Township } }""",
        )
    )
    things = tables.things
    held = {
        things.iris[n]: things.iris[things.street[n]]
        for n in np.flatnonzero(things.of("unit") & (things.street >= 0))
    }
    assert {iri: held.get(iri) for iri in wanted} == wanted
    assert len(wanted) > 100


def test_on_a_date_hold_the_ties_whose_periods_it_is_in(district, tables):
    wanted = rows(
        district,
        """SELECT ?who ?in { ?m a pba:AllianceMembership ; org:member ?who ; org:organization ?in ;
          pba:validFrom ?from . ?in a pba:Alliance .
          OPTIONAL { ?in pba:validUntil ?closed } OPTIONAL { ?m pba:validUntil ?to }
          FILTER(STR(?from) <= "2021-06-30" && (!BOUND(?to) || STR(?to) >= "2021-06-30")
            && (!BOUND(?closed) || STR(?closed) >= "2021-06-30")) }""",
    )
    then = tables.as_of("2021-06")
    iris = then.things.iris
    table = then.memberships
    held = [(iris[s], iris[t]) for s, t in zip(table.source, table.target, strict=True)]
    assert sorted(held) == sorted(wanted)
    assert 0 < len(held) < len(tables.memberships)
    assert len(then.ties["subordinate"]) == len(tables.ties["subordinate"])


def test_sectors_coverage_and_labels_are_those_stated(district, tables):
    things = tables.things
    for path, values in (
        ("pba:sector", [tables.sectors[n] if n >= 0 else None for n in things.sector]),
        ("pba:coverageStatus/rdfs:label", [tables.term(n) or None for n in things.coverage]),
        ("rdfs:label", things.labels["zh"]),
    ):
        wanted = dict(
            rows(district, f"SELECT ?x ?v {{ ?x a pba:Unit ; {path} ?v FILTER(LANG(?v) != 'en') }}")
        )
        held = dict(zip(things.iris, values, strict=True))
        assert {iri: held[iri] for iri in wanted} == wanted
        assert wanted


# By hand


@pytest.fixture
def by_hand(tmp_path):
    """The tables of a few statements in Turtle."""

    def made(text: str) -> network.Linkage:
        file = tmp_path / "hand.ttl"
        head = PREFIXES.replace("PREFIX", "@prefix").replace("> ", "> . ")
        file.write_text(f"{head}\n@base <{ID}> .\n{text}", encoding="utf-8")
        store = Store(tmp_path / "store")
        load(store, [file], checking=Checking(required=False))
        with store.view() as view:
            return read_linkage(view)

    return made


def test_kinds_are_left_out_and_nothing_leads_to_them(by_hand):
    tables = by_hand(
        """<a> a pba:PartyBranch ; pba:managedBy <kind/x> ; org:subOrganizationOf <b> .
        <b> a pba:PartyCommittee . <kind/x> a <http://www.w3.org/2004/02/skos/core#Concept> ;
          pba:classOfKind pba:PartyCommittee ."""
    )
    assert list(tables.things.iris) == [ID + "a", ID + "b"]
    assert len(tables.ties["managed"]) == 0
    assert told(tables, "subordinate") == {(ID + "a", ID + "b"): 1}


def test_a_member_without_a_membership_is_one_without_dates(by_hand):
    tables = by_hand(
        """<u> a pba:Enterprise . <v> a pba:Enterprise . <all> a pba:Alliance ; org:hasMember <u> .
        <m> a pba:AllianceMembership ; org:member <v> ; org:organization <all> ;
          pba:validFrom "2020-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> ;
          pba:validUntil "2021"^^<http://www.w3.org/2001/XMLSchema#gYear> ."""
    )
    table = tables.memberships
    assert list(zip(table.since.tolist(), table.until.tolist(), strict=True)) == [
        (OPEN_START, OPEN_END),
        ((date(2020, 5, 1) - date(1970, 1, 1)).days, (date(2021, 12, 31) - date(1970, 1, 1)).days),
    ]


def test_a_membership_of_two_organisations_does_not_say_who_joined_which(by_hand):
    tables = by_hand(
        """<u> a pba:Enterprise . <p> a pba:Alliance . <q> a pba:Alliance .
        <m> a pba:AllianceMembership ; org:member <u> ; org:organization <p>, <q> ."""
    )
    # What is entailed from it (org:memberOf) is stated of both, without more.
    assert tables.memberships.detail.tolist() == [-1, -1]


def test_areas_in_a_circle_end_nowhere(by_hand):
    tables = by_hand(
        """<x> a pba:Building ; pba:within <y> . <y> a pba:Building ; pba:within <x> .
        <u> a pba:Enterprise ; pba:locatedIn <x> ."""
    )
    assert tables.things.street.tolist() == [-1, -1, -1]
    assert len(tables.ties["within"]) >= 2


def test_a_thing_is_called_by_its_label_in_each_language_else_by_its_iri(by_hand):
    tables = by_hand(
        r"""<a> a pba:Enterprise ; rdfs:label "甲\t\"乙\""@zh, "A"@en . <b/c> a pba:Enterprise ."""
    )
    assert list(tables.things.labels["zh"]) == ['甲\t"乙"', "c"]
    assert list(tables.things.labels["en"]) == ["A", "c"]


def test_the_shipped_source_states_alliances_and_no_member(view):
    tables = read_linkage(view)
    assert tables.alliances.sum() == 3
    assert len(tables.ties["member"]) == 0
    assert tables.network("alliances").number_of_edges() == 0


# Networks


def test_an_alliance_is_a_node_and_its_members_are_no_clique(tables):
    net = tables.network("alliances").to_networkx()
    side = {node for node, data in net.nodes(data=True) if data["bipartite"]}
    assert nx.is_bipartite(net)
    assert side == {tables.things.iris[n] for n in np.flatnonzero(tables.alliances)}
    assert all((a in side) != (b in side) for a, b in net.edges)
    assert net.nodes[next(iter(side))].keys() == {"label", "kind", "family", "bipartite"}


def test_co_members_are_newmans_projection(tables):
    two = tables.network("alliances").to_networkx()
    members = [node for node, data in two.nodes(data=True) if not data["bipartite"]]
    wanted = nx.bipartite.collaboration_weighted_projected_graph(two, members, backend="networkx")
    made = tables.network("co-members").to_networkx()
    assert {frozenset(edge[:2]): pytest.approx(edge[2]) for edge in made.edges(data="weight")} == {
        frozenset(edge[:2]): edge[2] for edge in wanted.edges(data="weight")
    }


def test_shared_members_are_counted(tables):
    two = tables.network("alliances").to_networkx()
    alliances = [node for node, data in two.nodes(data=True) if data["bipartite"]]
    wanted = nx.bipartite.weighted_projected_graph(two, alliances, backend="networkx")
    made = tables.network("shared-members").to_networkx()
    assert {frozenset(edge[:2]): edge[2] for edge in made.edges(data="weight")} == {
        frozenset(edge[:2]): edge[2] for edge in wanted.edges(data="weight")
    }


def test_linkage_weighs_how_many_relations_join_two(tables):
    net = tables.network("linkage")
    names = ("member", "participant", "subordinate", "managed", "authority", "dispatched", "party")
    wanted: Counter[frozenset[str]] = Counter()
    held = set(net.names)
    for name in names:
        for pair, count in told(tables, name).items():
            if set(pair) <= held:
                wanted[frozenset(pair)] += count
    made = {frozenset(edge[:2]): edge[2] for edge in net.to_networkx().edges(data="weight")}
    assert made == wanted


@pytest.mark.parametrize("name", [*networks()])
def test_each_network_is_made_described_and_made_once(tables, name):
    assert tables.network(name) is tables.network(name)
    assert tables.network(name).graph == {"generation": 1, "date": ""}
    described = networks()[name]
    parts = ("title", "nodes", "edges", "direction", "weight", "period")
    assert all({"zh", "en"} == set(getattr(described, part)) for part in parts)


def test_for_people_each_tie_is_an_edge_with_what_is_stated_of_it(by_hand):
    net = by_hand(
        """<u> a pba:Enterprise ; rdfs:label "甲厂"@zh ; pba:sector "制造业" .
        <all> a pba:Alliance .
        <m> a pba:AllianceMembership ; org:member <u> ; org:organization <all> ;
          org:role pba:LeadMember ; pba:tieLevel pba:Cooperation ;
          pba:validFrom "2020-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> .
        <n> a pba:AllianceMembership ; org:member <u> ; org:organization <all> ;
          pba:validFrom "2022"^^<http://www.w3.org/2001/XMLSchema#gYear> ."""
    ).to_networkx()
    assert net.nodes[ID + "u"] == {
        "label": "甲厂",
        "kind": "企业",
        "family": "unit",
        "tier": "unit",
        "street": "",
        "sector": "制造业",
    }
    assert list(net.edges(keys=True, data=True)) == [
        (
            ID + "u",
            ID + "all",
            "member",
            {"since": "2020-05-01", "level": "合作", "detail": "牵头单位"},
        ),
        (ID + "u", ID + "all", "member 2", {"since": "2022-01-01"}),
    ]


def test_for_people_there_are_as_many_edges_as_ties(tables):
    net = tables.to_networkx("en")
    assert net.number_of_edges() == sum(len(table) for table in tables.ties.values())
    assert len(net) == len(tables.things)


def test_a_network_of_a_date_is_not_that_of_another(tables):
    now, then = tables.network("alliances"), tables.as_of("2016").network("alliances")
    assert then.number_of_edges() < now.number_of_edges()
    assert then.graph["date"] == "2016"


def test_a_word_that_is_no_network_or_no_date_is_refused(tables):
    with pytest.raises(UnknownNetwork, match="there are alliances, co-building"):
        tables.network("friends")
    for word in ("2019-13", "yesterday", "2019-02-30", ""):
        with pytest.raises(BadDate, match="write 2019"):
            tables.as_of(word)


# Kept


def same(one: network.Linkage, other: network.Linkage) -> bool:
    return cache.packed(one) == cache.packed(other)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "kg"


def test_a_generation_is_read_once(district, tables, folder, monkeypatch):
    with district.view() as view:
        assert same(network.linkage(view), tables)
        monkeypatch.setattr(type(view), "pairs", None)
        assert same(network.linkage(view), tables)
    assert [path.suffix for path in folder.iterdir()] == [".npz"]


@pytest.mark.parametrize(
    "damage", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b[:99] + b"\0" * 9 + b[108:]]
)
def test_a_damaged_file_is_read_anew(district, tables, folder, damage):
    with district.view() as view:
        network.linkage(view)
        (path,) = folder.iterdir()
        path.write_bytes(damage(path.read_bytes()))
        assert same(network.linkage(view), tables)


def test_only_the_last_generations_are_kept_and_they_can_be_forgotten(district, folder):
    folder.mkdir(parents=True, mode=0o700)
    for number in range(cache.KEPT + 2):
        (folder / f"linkage-old-{number}.npz").write_bytes(b"")
    with district.view() as view:
        network.linkage(view)
    assert len(list(folder.iterdir())) == cache.KEPT
    cache.forget()
    assert not list(folder.iterdir())


def test_without_a_folder_for_it_nothing_is_kept(district, tables, monkeypatch):
    monkeypatch.setattr(cache, "cache_folder", lambda: None)
    with district.view() as view:
        assert same(network.linkage(view), tables)
