"""The store as a network, on the shipped data."""

from __future__ import annotations

import networkx as nx
import pytest

from kg import network
from kg.build import Checking, build, load
from kg.namespace import ID, ORG, PBA, PROV, RDFS, SKOS
from kg.store import Store

ALLIANCE = ID + "450802/小个专党建联盟"
DISTRICT = ID + "area/450802"


@pytest.fixture
def net(view) -> nx.MultiDiGraph:
    return network.read(view)


def test_things_have_a_kind_a_family_and_a_tier(net):
    assert net.nodes[ALLIANCE] | {"facts": 0, "evidence": 0} == {
        "classes": ("Alliance", "SmallIndividualPrivateAlliance"),
        "label": "小个专党建联盟",
        "aliases": [],
        "kind": "小个专党建联盟",
        "family": "alliance",
        "tier": 3,
        "named": True,
        "notes": ["成员未载明"],
        "facts": 0,
        "evidence": 0,
        "periods": [],
    }
    assert net.nodes[DISTRICT]["tier"] == 0
    assert [tier["label"] for tier in net.graph["tiers"]][:3] == ["区级", "街道", "社区"]


def test_a_fact_has_its_predicate_and_the_term_that_is_its_value(net):
    honour = net.nodes[ID + "450802/全国优秀社区工作者"]
    (level,) = [fact for fact in honour["facts"] if fact["key"] == PBA + "honourLevel"]
    assert (level["value"], level["iri"]) == ("国家级", PBA + "NationalLevel")
    assert all("iri" not in f for f in honour["facts"] if f["key"] == PBA + "holderName")


def test_kinds_are_told_from_named_things(net):
    named = {data["label"]: data["named"] for _, data in net.nodes(data=True)}
    assert named["贵城街道"]
    assert not named["街道党工委"]


def test_a_relation_carries_its_sentence_and_certainty(net):
    relation = net.edges[ALLIANCE, DISTRICT, PBA + "covers"]
    assert (relation["label"], relation["certainty"]) == ("覆盖", "Inferred")
    (told,) = relation["evidence"]
    assert told["place"] == "原文第25句"
    assert told["quote"].startswith("通过组建港北区两新组织党建联盟")
    assert "承前为港北区" in told["reason"]


def test_facts_are_literals_and_concepts(net):
    honour = net.nodes[ID + "450802/全国优秀社区工作者"]
    assert {(fact["label"], fact["value"]) for fact in honour["facts"]} >= {
        ("获得者姓名", "郑益良"),
        ("荣誉级别", "国家级"),
    }


def test_damaged_print_and_open_lists_are_noted(net):
    notes = net.nodes[ID + "450802/先锋集结号行动"]["notes"]
    assert notes == ["原文以“等”“一批”收尾，未列全", "原文印刷有误，照录残字：武"]


@pytest.mark.parametrize(("day", "counts"), [("2019-10-31", [18, 4]), ("2023-06-30", [25, 9])])
def test_the_communities_of_a_date_are_within_their_street(day, counts, net):
    streets = [ID + "area/450802001", ID + "area/450802002"]
    communities = {
        iri
        for iri, data in net.nodes(data=True)
        if data["kind"] == "社区" and day in {fact["value"] for fact in data["facts"]}
    }
    assert [
        sum(u in communities for u, _, k in net.in_edges(s, keys=True) if k == PBA + "within")
        for s in streets
    ] == counts


def test_an_area_with_a_new_code_says_so_and_is_set_apart(net):
    changed = {data["label"] for _, data in net.nodes(data=True) if data.get("change")}
    assert len(changed) == 13
    (fact,) = [
        fact for fact in net.nodes[ID + "area/450802001021"]["facts"] if fact["label"] == "区划变更"
    ]
    assert fact["value"] == "新增代码（2019-10-31之后）"
    assert [e["certainty"] for e in fact["evidence"]] == ["Entailed"]
    assert "change" not in net.nodes[ID + "area/450802001013"]


def test_every_thing_has_evidence_and_every_relation_a_source(net):
    assert all(data["evidence"] for _, data in net.nodes(data=True))
    assert all(data["evidence"] for *_, data in net.edges(data=True))


def test_sources_and_terms_are_no_things(net):
    assert not [iri for iri in net if iri.startswith((PBA, ID + "source/"))]


def test_the_graph_says_what_it_is_and_of_when(net):
    assert net.graph["title"] == "港北区区域化党建联盟图"
    assert net.graph["date"] == "2019-08-01 至 2023-06-30"
    dates = [s["date"] for s in net.graph["sources"]]
    assert dates == ["2019-08-01", *["2019-10-31"] * 2, *["2023-06-30"] * 2]
    assert net.graph["generation"] == 1


def test_it_is_the_same_each_time(view):
    one, two = network.read(view), network.read(view)
    assert list(one.nodes(data=True)) == list(two.nodes(data=True))
    assert list(one.edges(keys=True, data=True)) == list(two.edges(keys=True, data=True))


def test_labels_come_in_english_where_there_are_any(view):
    net = network.read(view, lang="en")
    assert net.nodes[ALLIANCE]["notes"] == ["members not stated"]
    assert net.nodes[DISTRICT]["kind"].lower().startswith("district")


HEAD = f"""@prefix e: <http://e.org/> . @prefix pba: <{PBA}> . @prefix org: <{ORG}> .
@prefix rdfs: <{RDFS}> . @prefix skos: <{SKOS}> . @prefix prov: <{PROV}> .
"""


@pytest.fixture
def drawn(tmp_path):
    """Draws the shipped data with a file beside it."""

    def draw(text: str, name: str = "a.trig") -> nx.MultiDiGraph:
        store = Store(tmp_path / "kg-data")
        build(store)
        (tmp_path / name).write_text(HEAD + text, encoding="utf-8")
        load(store, [tmp_path / name], checking=Checking(required=False))
        with store.view() as view:
            return network.read(view)

    return draw


MEMBER = "e:f a pba:Enterprise ; rdfs:label '甲'@zh . e:u a pba:Alliance ; rdfs:label '乙'@zh . "


@pytest.mark.full
@pytest.mark.parametrize(
    "text",
    [
        "e:u pba:memberKind <https://w3id.org/pba/id/kind/驻区单位> .",
        "e:u org:hasMember e:f .",
        "e:u org:hasMember e:untyped .",
        "e:f org:memberOf e:u .",
        "[] a pba:AllianceMembership ; org:organization e:u ; org:member e:f .",
    ],
)
def test_members_that_are_stated_in_any_way_are_not_missed(text, drawn):
    assert drawn(MEMBER + text).nodes["http://e.org/u"]["notes"] == []


def test_an_alliance_without_members_says_so(drawn):
    assert drawn(MEMBER).nodes["http://e.org/u"]["notes"] == ["成员未载明"]


def test_a_membership_is_a_relation_to_the_member_with_its_roles_and_evidence(drawn):
    source = "https://w3id.org/pba/id/source/a"
    net = drawn(f"""{MEMBER}
        <{source}#s1> {{ e:m a pba:AllianceMembership ; org:organization e:u ; org:member e:f }}
        <{source}#s2> {{ e:m org:role pba:LeadMember }}
        <{source}/meta> {{ <{source}#s1> pba:quote "一" . <{source}#s2> pba:quote "二" }}""")
    (edge,) = net.get_edge_data("http://e.org/u", "http://e.org/f").values()
    assert (edge["label"], edge["certainty"]) == ("成员有（牵头单位）", "Stated")
    assert edge["roles"] == ("LeadMember",)
    assert [e["quote"] for e in edge["evidence"]] == ["一", "二"]


@pytest.mark.full
@pytest.mark.parametrize(
    ("dates", "periods"),
    [
        (["pba:validFrom '2019' ; pba:validUntil '2021-03'"], [("2019", "2021-03")]),
        (
            ["pba:validFrom '2019'", "pba:validUntil '2018-05-01'"],
            [("", "2018-05-01"), ("2019", "")],
        ),
        (["pba:validFrom '2019'", "org:role pba:LeadMember"], []),
    ],
)
def test_a_relation_has_the_periods_of_its_memberships(dates, periods, drawn):
    each = " ".join(
        f"[] a pba:AllianceMembership ; org:organization e:u ; org:member e:f ; {d} ."
        for d in dates
    )
    net = drawn(f"{MEMBER} {each} e:u pba:validFrom '2018-06' .")
    (edge,) = net.get_edge_data("http://e.org/u", "http://e.org/f").values()
    assert edge["periods"] == periods
    assert net.nodes["http://e.org/u"]["periods"] == [("2018-06", "")]
    assert net.nodes["http://e.org/f"]["periods"] == []


@pytest.mark.full
def test_a_membership_is_as_certain_as_its_least_certain_part(drawn):
    source = "https://w3id.org/pba/id/source/a"
    net = drawn(f"""{MEMBER}
        <{source}#s1> {{ e:m org:organization e:u }}
        <{source}#s1-inferred> {{ e:m org:member e:f }}
        <{source}/meta> {{ <{source}#s1-inferred> pba:certainty pba:Inferred }}""")
    (edge,) = net.get_edge_data("http://e.org/u", "http://e.org/f").values()
    assert edge["certainty"] == "Inferred"


@pytest.mark.full
def test_a_direct_member_and_a_membership_are_one_relation(drawn):
    net = drawn(
        MEMBER + "e:u org:hasMember e:f . [] org:organization e:u ; org:member e:f ;"
        " org:role pba:LeadMember . [] org:organization e:u ; org:member e:f ."
    )
    (edge,) = net.get_edge_data("http://e.org/u", "http://e.org/f").values()
    assert edge["label"] == "成员有（牵头单位）"
    assert len(edge["evidence"]) == 1


@pytest.mark.full
def test_relations_of_things_without_an_iri_are_drawn(drawn):
    net = drawn(MEMBER + "e:u pba:initiatedBy [ a pba:Enterprise ; org:linkedTo e:f ] .")
    (blank,) = [node for node in net if node.startswith("_:")]
    assert net.nodes[blank]["label"] == net.nodes[blank]["kind"] != ""
    assert net.has_edge("http://e.org/u", blank)
    assert net.has_edge(blank, "http://e.org/f")


@pytest.mark.full
def test_a_source_adds_no_family_or_tier_and_moves_no_class(drawn, net):
    changed = drawn("""
        e:f skos:inScheme pba:MapFamilies . e:t skos:inScheme pba:MapTiers ; pba:rank 0 .
        pba:DistrictTier pba:rank 9 . e:t pba:rank "no number" .
        pba:Alliance pba:mapTier e:nowhere, pba:DistrictTier ; pba:mapFamily e:f .
        e:C pba:mapTier e:t ; pba:mapFamily pba:UnitFamily . e:c a e:C .""")
    assert changed.graph["families"] == net.graph["families"]
    assert changed.graph["tiers"] == net.graph["tiers"]
    assert "http://e.org/c" not in changed
    for iri in net:
        old, new = net.nodes[iri], changed.nodes[iri]
        assert (old["family"], old["tier"]) == (new["family"], new["tier"])


@pytest.mark.full
@pytest.mark.timeout(120)
def test_a_long_chain_of_classes_is_placed_in_one_pass(drawn):
    chain = "".join(f"e:C{n} rdfs:subClassOf e:C{n + 1} ." for n in range(3000))
    net = drawn(f"{chain} e:C3000 rdfs:subClassOf pba:Alliance . e:x a e:C0 .")
    assert net.nodes["http://e.org/x"]["family"] == "alliance"
