"""What leaders ask of the alliances: each answer against SPARQL over the same store."""

from __future__ import annotations

import json
import re

import networkx as nx
import pytest

from kg import assets, network, query
from kg.build import build, load
from kg.generate import generate
from kg.maps.asks import Ask, asks
from kg.maps.page import page
from kg.maps.select import alliances, as_of, last_day
from kg.namespace import ORG, PBA
from kg.store import Store

from .map_sample import unpacked

PREFIXES = f"PREFIX pba: <{PBA}> PREFIX org: <{ORG}> "
PREFIXES += "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "

# HOLDS(?x) and JOINED(?a, ?x) stand for what the date asks of a thing and of a membership.
WITHOUT_ALLIANCE = """SELECT ?x {{ ?x a {} . HOLDS(?x)
    FILTER NOT EXISTS {{ ?a a pba:Alliance ; pba:covers|pba:locatedIn ?place .
        ?place pba:within* ?x . HOLDS(?a) HOLDS(?place) }}
    FILTER NOT EXISTS {{ ?a a pba:Alliance ; pba:initiatedBy ?x . HOLDS(?a) }}
    FILTER NOT EXISTS {{ ?a a pba:Alliance . JOINED(?a, ?x) }} }}"""
SPARQL = {
    "two-alliances": """SELECT ?x { ?a a pba:Alliance . JOINED(?a, ?x) }
        GROUP BY ?x HAVING (COUNT(DISTINCT ?a) > 1)""",
    "alliances-without-members": """SELECT ?x { ?x a pba:Alliance . HOLDS(?x)
        FILTER NOT EXISTS { ?x pba:memberKind ?m . HOLDS(?m) }
        FILTER NOT EXISTS { JOINED(?x, ?u) } }""",
    "alliances-without-lead": """SELECT ?x { ?x a pba:Alliance . HOLDS(?x)
        FILTER NOT EXISTS { ?m org:organization ?x ; org:member ?u ; org:role ?role .
            HOLDS(?u) HOLDS(?m)
            FILTER(?role IN (pba:LeadMember, pba:RotatingChair)) } }""",
    "communities-without": WITHOUT_ALLIANCE.format("pba:Community"),
    "streets-without": WITHOUT_ALLIANCE.format("?c . VALUES ?c { pba:Subdistrict pba:Township }"),
    "in-no-alliance": """SELECT ?x { ?x a pba:ResidentUnit . HOLDS(?x)
        FILTER NOT EXISTS { ?a a pba:Alliance . JOINED(?a, ?x) } }""",
    "two-new-without-party": """SELECT ?x { ?x a pba:TwoNewOrganization . HOLDS(?x)
        FILTER NOT EXISTS { ?p pba:partyOrganizationOf ?x . HOLDS(?p) }
        FILTER NOT EXISTS { ?x pba:coverageStatus pba:OwnOrganization }
        FILTER NOT EXISTS { ?x pba:coverageStatus pba:JointOrganization } }""",
}


def dated(text: str, day: str) -> str:
    """The query about a day, or about any."""
    begun = f"FILTER NOT EXISTS {{ \\1 pba:validFrom ?f FILTER(STR(?f) > '{day}') }}"
    ended = "FILTER NOT EXISTS { \\1 pba:validUntil ?t "
    ended += f"FILTER(CONCAT(STR(?t), '-99-99') < '{day}') }}"
    members = "?m org:organization \\1 ; org:member \\2"
    joined = "\\1 org:hasMember \\2 . HOLDS(\\1) HOLDS(\\2) "
    joined += f"FILTER(NOT EXISTS {{ {members} }} || EXISTS {{ {members} . HOLDS(?m) }})"
    text = re.sub(r"JOINED\((\?\w), (\?\w)\)", joined, text)
    return PREFIXES + re.sub(r"HOLDS\((\?\w+)\)", begun + ended if day else "", text)


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Store:
    """A store of the shipped data and two synthetic districts."""
    folder = tmp_path_factory.mktemp("generated")
    generate(folder / "triples", 2, 6)
    store = Store(folder / "kg-data")
    build(store)
    load(store, sorted((folder / "triples").iterdir()))
    return store


STORES = ["shipped", pytest.param("generated", marks=pytest.mark.full)]


@pytest.fixture(params=STORES)
def asked(request):
    """A view of a store and the answers from its network."""
    with request.getfixturevalue(request.param).view() as view:
        yield view, {ask.id: ask for ask in asks(network.read(view))}


@pytest.mark.parametrize("day", ["", "2021-06-30", "2025-06-30"])
def test_each_answer_is_that_of_sparql_over_the_store(asked, day):
    view, _ = asked
    answers = {ask.id: ask for ask in asks(network.read(view), day)}
    for name, text in SPARQL.items():
        found = {row[0].value for row in view.query(dated(text, day))}
        assert set(answers[name].things) == found, name
        assert len(answers[name].things) == len(found), name


@pytest.mark.full
def test_the_page_asks_of_the_date_of_its_data_or_of_the_date_that_it_opens_at(generated):
    with generated.view() as view:
        net = network.read(view)
    ever, now, before = (
        {ask.id: set(ask.things) for ask in asks(net, day)} for day in ("", "2025-06-30", "2019")
    )
    assert ever["communities-without"] - now["communities-without"]
    assert in_page(net) == in_page(net, date="2025-06") == {n: len(t) for n, t in now.items()}
    assert in_page(net, date="2019", compare="2025") == {n: len(t) for n, t in before.items()}


def in_page(net, **start):
    """How many answers a page has for each question."""
    found = unpacked(page(net, **start))["asks"]
    day = start.get("date", "2025-06")
    assert all(last_day(day) in ask["about"] for ask in found)
    return {ask["id"]: len(ask["things"]) for ask in found}


@pytest.mark.full
def test_with_synthetic_districts_each_question_has_an_answer(generated):
    with generated.view() as view:
        empty = {ask.id for ask in asks(network.read(view)) if not ask.things}
    assert empty == set()


def test_the_alliances_with_most_members_have_no_fewer_than_the_others(asked):
    view, answers = asked
    text = "SELECT ?x (COUNT(DISTINCT ?m) AS ?n) { ?x a pba:Alliance ; org:hasMember ?m }"
    count = {x.value: int(n.value) for x, n in view.query(f"{PREFIXES}{text} GROUP BY ?x") if x}
    most = answers["most-members"]
    assert [count[thing] for thing in most.things] == [int(note) for note in most.notes]
    assert list(most.notes) == sorted(most.notes, key=int, reverse=True)
    left = [n for thing, n in count.items() if thing not in most.things]
    assert len(most.things) >= min(10, len(count))
    assert all(n < int(most.notes[-1]) for n in left)


@pytest.mark.full
@pytest.mark.parametrize("day", ["2021-06-30", "2023-12-31"])
def test_as_of_a_day_members_are_those_whose_memberships_hold(day, generated):
    text = f"""{PREFIXES} SELECT DISTINCT ?a ?m {{
        ?a a pba:Alliance . ?x org:organization ?a ; org:member ?m .
        OPTIONAL {{ ?x pba:validFrom ?since }} OPTIONAL {{ ?x pba:validUntil ?until }}
        FILTER(!BOUND(?since) || SUBSTR(STR(?since), 1, 10) <= "{day}")
        FILTER(!BOUND(?until) || CONCAT(STR(?until), "-99-99") >= "{day}")
        FILTER NOT EXISTS {{ ?a pba:validFrom ?f FILTER(STR(?f) > "{day}") }}
        FILTER NOT EXISTS {{ ?a pba:validUntil ?t FILTER(CONCAT(STR(?t), "-99-99") < "{day}") }}
    }}"""
    with generated.view() as view:
        found = {(a.value, m.value) for a, m in view.query(text)}
        net = network.read(view)
    known = alliances(net)
    joined = [(a, m) for a, m, key in as_of(net, day).edges if key == HAS and a in known]
    assert set(joined) == found
    assert 0 < len(joined) < sum(key == HAS and a in known for a, _, key in net.edges)


def saved(view, name):
    """The rows of a saved question, as texts."""
    text = query.bound(query.question(name), {})
    return {tuple(term.value for term in row) for row in view.query(text)}


def test_saved_questions_say_the_same_of_members_and_leads(asked):
    view, answers = asked
    data = dict(network.read(view).nodes(data=True))
    named = {d["label"] for d in data.values() if d["family"] == "alliance" and d["named"]}

    def labels(name):
        return {data[thing]["label"] for thing in answers[name].things}

    unsaid = {a for a, member in saved(view, "alliance-members") if member == "成员未载明"}
    assert labels("alliances-without-members") == unsaid & named
    led = {alliance for alliance, *_ in saved(view, "alliance-leads")}
    assert labels("alliances-without-lead") == named - led


def test_what_the_survey_of_2019_leaves_open(view):
    net = network.read(view)
    found = {ask.id: [net.nodes[thing]["label"] for thing in ask.things] for ask in asks(net)}
    unsaid = ["小个专党建联盟", "港北区两新组织党建联盟", "生态旅游产业党建联盟"]
    areas = {name: found.pop(name) for name in ("communities-without", "streets-without")}
    assert found == {
        "two-alliances": [],
        "most-members": [],
        "alliances-without-members": unsaid,
        "alliances-without-lead": unsaid,
        "in-no-alliance": [],
        "two-new-without-party": [],
    }
    assert "荷城社区" in areas["communities-without"] and "贵城街道" in areas["streets-without"]
    notes = {ask.notes for ask in asks(net) if ask.id in areas}
    assert {note for each in notes for note in each} == {"、".join(unsaid)}


def test_what_has_ended_or_not_begun_on_the_date_is_in_no_answer():
    net = made(
        ALLIANCES | each("old new town", "Community") | each("x y", "ResidentUnit"),
        [
            ("A", HAS, "x"),
            ("B", HAS, "x"),
            ("B", HAS, "y"),
            ("C", HAS, "y"),
            ("A", "covers", "town"),
        ],
    )
    net.nodes["old"]["periods"] = [("", "2021-01-03")]
    net.nodes["new"]["periods"] = [("2025", "")]
    net.nodes["A"]["periods"] = [("2019", "2023")]
    net.edges["C", "y", HAS]["periods"] = [("2019", "2020-06")]

    def found(name, *date):
        (ask,) = [ask for ask in asks(net, *date) if ask.id == name]
        return ask.things

    assert found("communities-without") == ("new", "old")
    assert found("communities-without", "2021-01-03") == ("old",)
    assert found("communities-without", "2024") == ("town",)
    assert found("two-alliances") == ("x", "y")
    assert found("two-alliances", "2021") == ("x",) and found("two-alliances", "2024") == ()
    assert found("most-members", "2024") == ("B",)
    assert found("alliances-without-members", "2024") == ("C",)


# Each by hand


def made(things, relations):
    """A network of things (id: classes) and relations (source, term, target)."""
    net = nx.MultiDiGraph(lang="en")
    for thing, classes in things.items():
        family = "alliance" if "Alliance" in classes else "unit"
        net.add_node(thing, label=thing, family=family, classes=tuple(classes), facts=[])
    for source, term, target, *roles in relations:
        key = term if term.startswith("http") else PBA + term
        net.add_edge(source, target, key=key, roles=tuple(roles))
    return net


def answered(net, name):
    (ask,) = [ask for ask in asks(net) if ask.id == name]
    return ask


def each(names, *classes):
    return dict.fromkeys(names.split(), classes)


ALLIANCES = each("A B C", "Alliance")
HAS, MEMBER_OF = ORG + "hasMember", ORG + "memberOf"


def test_members_of_two_alliances_come_by_their_number_of_alliances():
    net = made(
        ALLIANCES | each("x y z kind", "Unit"),
        [
            *(("A", HAS, unit) for unit in ("x", "y", "z", "kind")),
            *((unit, MEMBER_OF, "B") for unit in ("x", "z", "kind")),
            ("x", MEMBER_OF, "A"),
            ("C", HAS, "z"),
            ("y", HAS, "x"),
        ],
    )
    net.nodes["kind"]["named"] = False
    assert answered(net, "two-alliances") == Ask("two-alliances", ("z", "x"), ("A, B, C", "A, B"))
    assert answered(net, "most-members") == Ask("most-members", ("A", "B", "C"), ("3", "2", "1"))


def test_alliances_that_tie_with_the_tenth_are_among_those_with_most_members():
    many = {f"A{n:02}": ["Alliance"] for n in range(14)}
    units = {f"u{n}": ["Unit"] for n in range(5)}
    sizes = {a: 5 if n == 7 else 1 if n > 11 else 2 for n, a in enumerate(many)}
    pairs = [(a, HAS, f"u{n}") for a, size in sizes.items() for n in range(size)]
    most = answered(made(many | units, pairs), "most-members")
    assert most.things == ("A07", *(a for a, size in sizes.items() if size == 2))
    assert most.notes == ("5", *["2"] * 11)


def test_a_kind_of_member_is_a_statement_of_members_and_a_lead_is_a_role():
    net = made(
        ALLIANCES | {"D": ["Alliance"], "u": ["Unit"], "kind": ["Unit"]},
        [
            ("A", HAS, "u", "LeadMember"),
            ("B", HAS, "u", "OrdinaryMember", "RotatingChair"),
            ("C", "memberKind", "kind"),
            ("C", "initiatedBy", "u"),
        ],
    )
    net.add_node("K", label="K", family="alliance", named=False)
    assert answered(net, "alliances-without-members").things == ("D",)
    assert answered(net, "alliances-without-lead").things == ("C", "D")
    net.nodes["D"]["facts"] = [{"key": HAS, "label": "has", "value": "not on the map"}]
    assert answered(net, "alliances-without-members").things == ()


def test_an_area_has_an_alliance_that_covers_it_or_a_place_in_it_or_that_it_takes_part_in():
    areas = {
        "district": ["District", "Area"],
        **each("street other-street", "Subdistrict", "Area"),
        "town": ["Township", "Area"],
        **each("covered circled home joins starts", "Community", "Area"),
        **each("left far", "Community", "Area"),
        **each("circle stall", "BusinessCircle", "Area"),
    }
    within = [(c, "within", "street") for c in ("covered", "circled", "home", "joins")]
    within += [("starts", "within", "other-street"), ("left", "within", "other-street")]
    within += [(s, "within", "district") for s in ("street", "other-street", "town")]
    within += [
        ("far", "within", "town"),
        ("circle", "within", "circled"),
        ("stall", "within", "circle"),
    ]
    net = made(
        ALLIANCES | areas | {"centre": ["Facility"]},
        [
            *within,
            *(("A", "covers", area) for area in ("covered", "stall", "district")),
            ("A", HAS, "joins"),
            ("B", "locatedIn", "home"),
            ("B", "initiatedBy", "starts"),
            ("C", "covers", "other-street"),
            ("centre", "covers", "left"),
            ("centre", "covers", "far"),
        ],
    )
    left = answered(net, "communities-without")
    assert left == Ask("communities-without", ("left", "far"), ("A, C", "A"))
    assert answered(net, "streets-without") == Ask("streets-without", ("town",), ("A",))


def test_areas_within_each_other_in_a_circle_are_answered():
    circle = [("a", "within", "b"), ("b", "within", "a"), ("A", "covers", "c")]
    areas = each("a b c", "Community")
    assert answered(made(ALLIANCES | areas, circle), "communities-without").things == ("b", "a")


def test_a_resident_unit_in_no_alliance():
    units = each("in out", "ResidentUnit", "Unit") | {"firm": ["Unit"]}
    net = made(ALLIANCES | units, [("A", HAS, "in")])
    assert answered(net, "in-no-alliance") == Ask("in-no-alliance", ("out",))


def test_a_two_new_organisation_of_which_neither_a_party_organisation_nor_its_coverage_is_said():
    units = {
        thing: ["TwoNewOrganization", "Unit"] for thing in ("with", "own", "joint", "to", "un")
    }
    net = made(units | {"branch": []}, [("branch", "partyOrganizationOf", "with")])
    status = {"own": "OwnOrganization", "joint": "JointOrganization", "to": "ToBeEstablished"}
    for thing, term in status.items():
        fact = {"key": PBA + "coverageStatus", "iri": PBA + term, "value": term}
        net.nodes[thing]["facts"] = [fact]
    expected = Ask("two-new-without-party", ("to", "un"), ("ToBeEstablished", ""))
    assert answered(net, "two-new-without-party") == expected


def test_that_nothing_is_missing_is_not_that_nothing_is_stated():
    net = made(
        each("A", "Alliance") | each("street", "Subdistrict") | each("x", "ResidentUnit"),
        [("A", HAS, "x", "LeadMember"), ("A", "covers", "street")],
    )
    gaps = {ask.id: ask.complete for ask in asks(net) if not ask.things}
    assert gaps == {
        "two-alliances": False,
        "alliances-without-members": True,
        "alliances-without-lead": True,
        "communities-without": False,
        "streets-without": True,
        "in-no-alliance": True,
        "two-new-without-party": False,
    }
    for node in net:
        net.nodes[node].update(kind="k", tier=0)
    for *_, data in net.edges(data=True):
        data.update(label="has", certainty="Stated")
    found = unpacked(page(net, lang="en"))["asks"]
    said = {ask["id"]: (ask["said"], ask["none"].partition(":")[0]) for ask in found}
    assert said.pop("most-members")[0] == "1"
    assert said.pop("two-alliances")[0] == "none stated"
    assert {name: text[0] == "none" for name, text in said.items()} == {
        name: gaps[name] for name in said
    }
    assert {text[1] == "There is none" for text in said.values() if text[0] == "none"} == {True}
    assert said["communities-without"] == ("none stated", "The sources name no community.")


def test_a_network_without_any_of_it_is_asked_in_vain():
    net = nx.MultiDiGraph()
    net.add_node("x", label="x", kind="x", family="unit", tier=0)
    assert {(ask.things, ask.notes, ask.complete) for ask in asks(net)} == {((), (), False)}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_question_has_its_words_in_both_languages(lang):
    text = (assets.folder("templates") / f"map.{lang}.json").read_text(encoding="utf-8")
    words = json.loads(text)["asks"]
    assert list(words) == [ask.id for ask in asks(nx.MultiDiGraph())]
    for word in words.values():
        assert word.keys() == {"phrase", "none", "complete", "about", "note"}
        assert word["phrase"] and word["none"] and word["about"]
        assert word["note"].replace("{note}", "").isprintable()
    noted = {name for name, word in words.items() if "{note}" in word["note"]}
    assert noted == {
        *("two-alliances", "most-members", "two-new-without-party"),
        *("communities-without", "streets-without"),
    }
