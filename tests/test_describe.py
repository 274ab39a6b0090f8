"""Finding a thing and telling all that is said of it."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg.describe import describe, find
from kg.exceptions import ParameterError, UnknownThing
from kg.namespace import ID, PBA, RDFS, SKOS
from kg.query.binding import Parameter, term
from kg.store import Store, View


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("荷城社区", ID + "area/450802001013"),
        ("县东社区居委会", ID + "area/450802001003"),
        ("area:450802001013", ID + "area/450802001013"),
        ("pba:Alliance", PBA + "Alliance"),
        ("区域党建联盟", ID + "kind/区域党建联盟"),
        ("业务联盟", None),
    ],
)
def test_a_thing_is_found_by_name_old_name_prefixed_name_and_iri(name, iri, view):
    if iri is None:
        with pytest.raises(UnknownThing):
            find(view, name)
    else:
        assert find(view, name) == iri
        assert find(view, iri) == iri


@pytest.mark.parametrize("name", ["pba:No Such", "http://e.org/ x", "area:450802999"])
def test_an_address_that_the_graph_does_not_know_is_refused(name, view):
    with pytest.raises(UnknownThing):
        find(view, name)


def test_a_part_of_a_name_gives_the_names_that_contain_it(view):
    with pytest.raises(UnknownThing, match="凤凰社区"):
        find(view, "凤凰")


def test_a_description_holds_both_directions_with_their_sources(view):
    told = describe(view, find(view, "荷城社区"))
    said = {
        (s.relation, s.outward, s.value): [f"{e.place} {e.source.date[:4]}" for e in s.evidence]
        for s in told.statements
    }
    assert said == {
        ("位于", True, "贵城街道"): ["第12行 2019", "第12行 2023"],
        ("区划代码", True, "450802001013"): ["第12行 2019", "第12行 2023"],
        ("有效日期", True, "2019-10-31"): ["第12行 2019"],
        ("有效日期", True, "2023-06-30"): ["第12行 2023"],
        ("称为", True, "明星社区"): ["原文第29句 2019"],
        ("享有者", False, "全国最美志愿服务社区"): ["原文第29句 2019"],
    }
    assert (told.label, told.kinds, told.names) == ("荷城社区", ("社区",), ("荷城社区",))


def test_what_two_sources_say_shows_both(tmp_path, view):
    iri = find(view, "贵城街道")
    quads = [q for q in view.quads() if q.predicate.value == PBA + "within"]
    graph = ox.NamedNode("https://w3id.org/pba/id/source/other/data")
    store = Store(tmp_path / "two")
    with store.write() as writer:
        table = [q for q in quads if isinstance(q.graph_name, ox.NamedNode)]
        writer.replace("table", table)
        again = [ox.Quad(q.subject, q.predicate, q.object, graph) for q in table]
        writer.replace("other", again)
        writer.commit()
    with store.view() as two:
        (within,) = [s for s in describe(two, iri).statements if s.outward]
    assert [e.graph for e in within.evidence] == [
        "https://w3id.org/pba/id/source/gangbei_streets_2.3.1/table",
        "https://w3id.org/pba/id/source/gangbei_streets_2.7.0/table",
        graph.value,
    ]


def test_a_meeting_is_told_at_its_place(view):
    told = describe(view, find(view, "贵城街道"))
    meeting = [s for s in told.statements if s.value.endswith("专题调研座谈会")]
    assert [e.place for s in meeting for e in s.evidence] == ["原文第9句"]


@pytest.fixture
def other(tmp_path) -> Iterator[View]:
    """A few things whose addresses and names are unlike the shipped ones."""
    graph, knows = ox.NamedNode("urn:g"), ox.NamedNode("urn:knows")
    name = ox.Literal("凤凰广场", language="zh-Hans")
    triples = [
        (ox.NamedNode("urn:foo:1"), knows, ox.NamedNode("urn:foo:2")),
        (ox.NamedNode("urn:foo:1"), ox.NamedNode(SKOS + "altLabel"), name),
        (ox.NamedNode("urn:foo:3"), ox.NamedNode(RDFS + "label"), ox.Literal("kind")),
        (ox.NamedNode("urn:foo:3"), knows, ox.NamedNode("http://e.org/only-object")),
    ]
    store = Store(tmp_path / "other")
    with store.write() as writer:
        writer.replace("s", [ox.Quad(*triple, graph) for triple in triples])
        writer.commit()
    with store.view() as view:
        yield view


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("urn:foo:1", "urn:foo:1"),
        ("urn:foo:2", "urn:foo:2"),
        ("http://e.org/only-object", "http://e.org/only-object"),
        ("凤凰广场", "urn:foo:1"),
        ("kind", "urn:foo:3"),
    ],
)
def test_a_thing_is_found_by_any_iri_and_in_any_language(name, iri, other):
    assert find(other, name) == iri


@pytest.mark.parametrize("name", ["kind", "org", "urn:foo:9", "http://[x"])
def test_a_word_that_is_also_a_prefix_is_a_name(name, view):
    with pytest.raises(UnknownThing, match=r"nothing in the graph is called|is not an IRI"):
        find(view, name)
    with pytest.raises((UnknownThing, ParameterError), match=r"called|is not"):
        term(Parameter("x", "iri", {}), name, lambda name: find(view, name))


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_refused(name, view):
    with pytest.raises(UnknownThing, match="give a name"):
        find(view, name)
