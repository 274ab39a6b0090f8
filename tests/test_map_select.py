"""Parts of a network: as of a date, around a thing, by name, and without persons."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import maps, network
from kg.exceptions import MapError, UnknownThing
from kg.maps.persons import without_persons
from kg.maps.select import around, as_of, find, holds, last_day
from kg.namespace import PBA

from .map_sample import network as sample
from .map_sample import unpacked

SOURCES = [{"title": "甲报", "publisher": "甲", "date": ""}, {"title": "乙表", "date": ""}]


def said(quote="", source="甲报", place="原文第1句", reason=""):
    return {
        "quote": quote,
        "place": place,
        "source": source,
        "certainty": "Stated",
        "reason": reason,
    }


def small(things, relations=()):
    """A network of (id, attributes) and (source, target, attributes); labels are the ids."""
    net = nx.MultiDiGraph(title="图", sources=SOURCES, families=[], tiers=[], lang="zh")
    for thing, data in things:
        given = {"label": thing, "kind": "单位", "family": "unit", "tier": 0, "evidence": []}
        net.add_node(thing, **(given | data))
    for n, (source, target, data) in enumerate(relations):
        net.add_edge(
            source, target, key=data.pop("key", str(n)), **({"label": "有", "evidence": []} | data)
        )
    return net


def content(net):
    return copy.deepcopy(
        (dict(net.graph), dict(net.nodes(data=True)), list(net.edges(keys=True, data=True)))
    )


# Dates


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2019", "2019-12-31"),
        ("2019-02", "2019-02-28"),
        ("2020-02", "2020-02-29"),
        ("2019-06-03", "2019-06-03"),
        ("0001", "0001-12-31"),
    ],
)
def test_a_year_and_a_month_end_with_their_last_day(written, day):
    assert last_day(written) == day


@pytest.mark.parametrize(
    "written",
    [
        *("", "19", "2019-13", "2019-00", "2019-02-29", "2019-6-3", "2019年", "0000"),
        *(
            "2019-05-01T00:00",
            "２０１９",
            "2019\n",
            " 2019",
            "-2019",
            "20190503",
            "2019-",
            "2019-05-",
        ),
    ],
)
def test_what_is_no_date_is_refused_with_what_to_write(written):
    with pytest.raises(MapError, match="is no date; write 2019, 2019-05 or 2019-05-31"):
        last_day(written)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (("2019", "2019"), "2019-01-01", "2019-12-31"),
        (("2019-05", "2019-06"), "2019-05-01", "2019-06-30"),
        (("2019-05-03", "2019-05-03"), "2019-05-03", "2019-05-03"),
        (("2019-05", ""), "2019-05-01", None),
        (("", "2019"), None, "2019-12-31"),
        (("2019Z", "2020-02+08:00"), "2019-01-01", "2020-02-29"),
        (("2019-08:00", "2019-11-30Z"), "2019-01-01", "2019-11-30"),
        (("", ""), None, None),
        (("某年", "其后"), None, None),
    ],
)
def test_a_period_holds_from_its_first_day_to_its_last(period, first, last):
    def around_it(day, days):
        return (date.fromisoformat(day) + timedelta(days)).isoformat()

    inside = [first or "0001-01-01", last or "9999-12-31"]
    outside = [around_it(first, -1)] if first else []
    outside += [around_it(last, 1)] if last else []
    assert [holds([period], day) for day in inside] == [True, True]
    assert not any(holds([period], day) for day in outside)


def test_as_of_a_date_undated_things_hold_and_dated_ones_go_with_their_relations():
    net = small(
        [
            ("盟", {}),
            ("旧", {"periods": [("2018", "2019")]}),
            ("断", {"periods": [("2017", "2018"), ("2021", "")]}),
            ("新", {"periods": [("2021-06", "")]}),
            ("常", {"periods": []}),
        ],
        [
            ("盟", "旧", {}),
            ("盟", "断", {"periods": []}),
            ("盟", "新", {"periods": [("2022", "")]}),
            ("盟", "常", {"periods": [("", "2020-06")]}),
            ("盟", "盟", {}),
        ],
    )
    before = content(net)
    held = {
        day: (list(as_of(net, day)), [v for _, v, _ in as_of(net, day).edges])
        for day in ("2019", "2021-05-31", "2021", "2022")
    }
    assert held == {
        "2019": (["盟", "旧", "常"], ["旧", "常", "盟"]),
        "2021-05-31": (["盟", "断", "常"], ["断", "盟"]),
        "2021": (["盟", "断", "新", "常"], ["断", "盟"]),
        "2022": (["盟", "断", "新", "常"], ["断", "新", "盟"]),
    }
    assert as_of(net, "2021-05").graph == net.graph | {"as_of": "2021-05"}
    assert content(net) == before


def test_parallel_relations_are_of_their_own_dates():
    net = small([("甲", {}), ("乙", {})])
    net.add_edge("甲", "乙", key="a", label="一", periods=[("2019", "2019")], evidence=[])
    net.add_edge("甲", "乙", key="b", label="二", periods=[("2020", "")], evidence=[])
    assert [d["label"] for *_, d in as_of(net, "2020").edges(data=True)] == ["二"]


# Around a thing


def test_around_a_thing_are_its_neighbours_either_way_and_what_relates_them():
    net = small(
        [(t, {"evidence": [said(source=s)]}) for t, s in zip("盟内外远", "甲甲甲乙", strict=True)],
        [("盟", "内", {}), ("外", "盟", {}), ("内", "外", {}), ("外", "远", {})],
    )
    for _, data in net.nodes(data=True):
        data["evidence"][0]["source"] += "报" if data["evidence"][0]["source"] == "甲" else "表"
    before = content(net)
    near = around(net, "盟")
    assert list(near) == ["盟", "内", "外"]
    assert [(u, v) for u, v, _ in near.edges] == [("盟", "内"), ("内", "外"), ("外", "盟")]
    assert near.graph == net.graph | {"sources": SOURCES[:1], "part": True}
    assert list(around(net, "盟", 0)) == ["盟"]
    far = around(net, "盟", 2)
    assert list(far) == ["盟", "内", "外", "远"]
    assert far.graph["sources"] == SOURCES
    assert content(net) == before


def test_a_source_that_only_a_fact_or_a_relation_cites_stays():
    fact = {"label": "数", "value": "1", "evidence": [said(source="乙表")]}
    assert around(small([("甲", {"facts": [fact]})]), "甲").graph["sources"] == SOURCES[1:]
    net = small([("甲", {}), ("乙", {})], [("甲", "乙", {"evidence": [said(source="乙表")]})])
    assert around(net, "甲").graph["sources"] == SOURCES[1:]


# By name


NAMED = small(
    [
        ("http://e.org/1", {"label": "荷城社区", "kind": "社区"}),
        ("http://e.org/2", {"label": "荷城社区联盟", "kind": "联盟", "aliases": ["荷盟"]}),
        ("http://e.org/3", {"label": "荷盟", "kind": "品牌"}),
        ("http://e.org/4", {"label": "荷 Bank", "kind": "企业", "aliases": ["荷行"]}),
        *((f"http://e.org/甲{n}", {"label": f"甲厂{n}", "kind": "企业"}) for n in range(10)),
    ]
)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("http://e.org/2", "2"),
        ("荷城社区", "1"),
        ("荷盟", "3"),
        ("荷行", "4"),
        ("区联", "2"),
        ("bank", "4"),
    ],
)
def test_a_thing_is_found_by_iri_label_alias_or_part_of_its_label(name, number):
    assert find(NAMED, name) == f"http://e.org/{number}"


def test_a_prefixed_name_is_an_iri():
    net = small([(PBA + "x", {"label": "乙"})])
    assert find(net, "pba:x") == PBA + "x"


def test_of_several_things_at_most_eight_are_listed_with_their_kinds():
    with pytest.raises(UnknownThing) as told:
        find(NAMED, "甲厂")
    lines = str(told.value).splitlines()
    assert lines[0] == "10 things on the map fit 甲厂; say which:"
    assert lines[1:] == [
        *(f"  甲厂{n} (企业) http://e.org/甲{n}" for n in range(8)),
        "  and 2 more",
    ]


def test_for_no_thing_those_are_named_whose_labels_are_alike():
    with pytest.raises(UnknownThing) as told:
        find(NAMED, "荷城街区")
    assert str(told.value) == (
        "nothing on the map is called “荷城街区”; "
        "did you mean 荷城社区 (社区), 荷城社区联盟 (联盟)?"
    )
    for name in ("", " ", "zzz"):
        with pytest.raises(UnknownThing, match=f"nothing on the map is called “{name}”$"):
            find(NAMED, name)


# Without persons


def test_a_person_goes_with_relations_and_every_text_that_has_the_name():
    quote, row = "郑益良等获表彰", "12,某单位,13900000000"
    net = small(
        [
            (
                "人",
                {"label": "郑益良", "aliases": ["老郑"], "person": True, "evidence": [said(row)]},
            ),
            (
                "http://e.org/郑益良工作室",
                {
                    "label": "郑益良工作室",
                    "kind": "工作室",
                    "aliases": ["老郑工作室", "一号工作室"],
                    "notes": ["由老郑主持", "未载明"],
                    "facts": [
                        {"label": "负责人", "value": "郑 益良", "evidence": [said("一句")]},
                        {
                            "label": "数",
                            "value": 3,
                            "evidence": [said(quote, reason="由郑益良知")],
                        },
                    ],
                    "evidence": [said(quote, place="原文第28句"), said("别的话")],
                },
            ),
            ("会", {"evidence": [said(row, source="乙表", place="第12行")]}),
        ],
        [
            ("会", "人", {"evidence": [said("会上的话")]}),
            ("会", "http://e.org/郑益良工作室", {"evidence": [said("会上的话"), said("又一句")]}),
        ],
    )
    before = content(net)
    clean = without_persons(net)
    assert content(net) == before
    assert list(clean) == ["urn:x-withheld:1", "会"]
    assert clean.nodes["urn:x-withheld:1"] == net.nodes["http://e.org/郑益良工作室"] | {
        "label": "工作室",
        "aliases": ["一号工作室"],
        "notes": ["未载明"],
        "facts": [{"label": "数", "value": 3, "evidence": [said("")]}],
        "evidence": [said("", place="原文第28句"), said("别的话")],
    }
    assert clean.nodes["会"]["evidence"] == [said("", source="乙表", place="第12行")]
    assert list(clean.edges(data=True)) == [
        ("会", "urn:x-withheld:1", {"label": "有", "evidence": [said(""), said("又一句")]})
    ]
    assert clean.graph == net.graph


def test_a_name_is_known_in_another_case_width_and_in_an_encoded_iri():
    net = small(
        [
            ("人", {"label": "Li Lei", "person": True}),
            ("http://e.org/LI%20LEI", {}),
            ("会", {"notes": ["ＬＩＬＥＩ主持", "Lili 主持"]}),
        ]
    )
    clean = without_persons(net)
    assert list(clean.nodes(data="label")) == [("urn:x-withheld:1", "单位"), ("会", "会")]
    assert clean.nodes["会"]["notes"] == ["Lili 主持"]


def test_a_published_name_and_what_a_persons_facts_rest_on_go_however_short_the_name():
    name = {"key": PBA + "holderName", "label": "姓名", "value": "甲", "evidence": [said("他获奖")]}
    fact = {"label": "岁", "value": "50", "evidence": [said("他五十岁")]}
    net = small(
        [
            ("人", {"label": "乙", "person": True, "facts": [fact]}),
            ("奖", {"facts": [name], "evidence": [said("他获奖"), said("他五十岁"), said("会")]}),
        ]
    )
    prize = without_persons(net).nodes["奖"]
    assert prize["facts"] == []
    assert [told["quote"] for told in prize["evidence"]] == ["", "", "会"]


def test_a_network_without_persons_is_the_same_but_in_another_object():
    net = sample()
    clean = without_persons(net)
    assert content(clean) == content(net)
    assert clean is not net


TEXTS = st.text("郑益良赵钱孙 李Aaｚ％%É́", max_size=8)
EVIDENCE = st.lists(st.builds(said, TEXTS, TEXTS, TEXTS, TEXTS), max_size=2)
FACTS = st.lists(
    st.fixed_dictionaries(
        {"label": TEXTS, "value": TEXTS, "evidence": EVIDENCE},
        optional={"key": st.sampled_from([PBA + "holderName", PBA + "title"])},
    ),
    max_size=2,
)
THING = st.fixed_dictionaries(
    {"label": TEXTS, "kind": TEXTS, "evidence": EVIDENCE, "facts": FACTS},
    optional={
        "aliases": st.lists(TEXTS, max_size=2),
        "notes": st.lists(TEXTS, max_size=2),
        "person": st.booleans(),
        "change": TEXTS,
    },
)


@st.composite
def networks(draw):
    things = draw(st.dictionaries(TEXTS, THING, min_size=1, max_size=5))
    ends = st.sampled_from(sorted(things))
    told = st.fixed_dictionaries({"label": TEXTS, "evidence": EVIDENCE})
    net = small(things.items(), draw(st.lists(st.tuples(ends, ends, told), max_size=5)))
    net.graph["title"] = draw(TEXTS)
    net.graph["sources"] = [{"title": draw(TEXTS)}]
    return net


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in texts(one))
    elif isinstance(value, list | tuple):
        yield from (text for one in value for text in texts(one))


@given(networks())
def test_no_name_of_a_person_is_anywhere_in_what_is_left(net):
    before = content(net)
    persons = [d for _, d in net.nodes(data=True) if d.get("person")]
    names = {n for d in persons for n in (d["label"], *d.get("aliases", []))}
    for _, data in net.nodes(data=True):
        names |= {f["value"] for f in data["facts"] if f.get("key") == PBA + "holderName"}
    clean = without_persons(net)
    left = [*texts(clean.graph), *clean, *texts([d for _, d in clean.nodes(data=True)])]
    left += texts([d for *_, d in clean.edges(data=True)])
    names = {name for name in names if len("".join(name.split())) > 1}
    assert not [(name, text) for name in names for text in left if name in text]
    assert clean.number_of_nodes() == net.number_of_nodes() - len(persons)
    assert content(net) == before


def test_the_shipped_map_has_no_name_where_none_is_wanted(view):
    net = network.read(view)
    pages = maps.page(net), maps.page(without_persons(net))
    assert [[name in page for name in ("郑益良", "彭少敏")] for page in pages] == [
        [True, True],
        [False, False],
    ]


# What the page starts with


def test_the_page_starts_where_it_is_told():
    page = maps.page(sample(), focus="https://w3id.org/pba/id/450802/荷城社区", compare="2019-05")
    assert unpacked(page)["start"] == {"at": "荷城社区", "with": "2019-05"}
    page = maps.page(sample(), date="2023", compare="2019")
    assert unpacked(page)["start"] == {"date": "2023", "with": "2019"}
    assert unpacked(maps.page(sample()))["start"] == {}


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ({"focus": "x:none"}, "the page cannot open at x:none: the network has no such thing"),
        ({"date": "heute"}, "'heute' is no date"),
        ({"compare": "2019-02-30"}, "'2019-02-30' is no date"),
    ],
)
def test_a_page_that_cannot_start_so_is_refused(start, message):
    with pytest.raises(MapError, match=message):
        maps.page(sample(), **start)


def test_a_part_of_a_network_says_of_nothing_that_it_is_missing():
    net = sample()
    alliance = next(n for n, family in net.nodes("family") if family == "alliance")
    assert unpacked(maps.page(net))["asks"]
    known = unpacked(maps.page(around(net, alliance)))
    assert (known["part"], known["asks"]) == (True, [])
