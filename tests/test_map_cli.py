"""`kg map`: which part of the store is drawn, and where the page opens."""

from __future__ import annotations

import json
import shutil

import pytest

from kg.store import Store

from .map_sample import unpacked

HONOURED = ("郑益良", "彭少敏")


@pytest.fixture
def own(shipped, tmp_path) -> Store:
    """A copy of the shipped store that a test may change."""
    shutil.copytree(shipped.path, tmp_path / "own")
    return Store(tmp_path / "own")


@pytest.fixture
def drawn(kg, shipped, tmp_path):
    """Draws the shipped store and gives what the command says and the page."""

    def draw(*options: str) -> tuple[str, str]:
        run = kg("map", "-o", "a.html", *options, store=shipped)
        assert (run.code, run.err) == (0, "")
        return run.out, (tmp_path / "a.html").read_text(encoding="utf-8")

    return draw


def start(page: str) -> dict[str, str]:
    return unpacked(page)["start"]


@pytest.mark.parametrize(
    "name",
    ["荷城社区", "https://w3id.org/pba/id/area/450802001013", "area:450802001013", "hcsq", "荷城"],
)
def test_focus_opens_the_whole_map_at_a_thing(name, drawn):
    said, page = drawn("--focus", name)
    assert start(page) == {"at": "450802001013"}
    assert said.startswith("a.html (282 things, 312 relations, ")


@pytest.mark.parametrize("name", ["小个专党建联盟", "小个专", "xiaogezhuan"])
def test_alliance_draws_it_and_what_is_one_step_from_it(name, drawn):
    said, page = drawn("--alliance", name)
    assert said.startswith("a.html (4 things, 3 relations, ")
    assert "<title>小个专党建联盟</title>" in page and "港北区委" not in page
    assert "成员未载明" in page
    assert page.count("<tbody") < 20
    assert start(page) == {"at": "小个专党建联盟", "steps": "1"}


def test_the_page_of_an_alliance_can_open_at_another_thing_of_it(drawn):
    page = drawn("--alliance", "小个专", "--focus", "港北区")[1]
    assert start(page) == {"at": "450802", "steps": "1"}


def test_an_alliance_comes_before_other_things_of_that_name(kg, own, tmp_path):
    (tmp_path / "more.ttl").write_text(
        "@prefix e: <http://e.org/> . @prefix pba: <https://w3id.org/pba/ns#> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        "e:a a pba:Alliance ; rdfs:label '同名'@zh . e:b a pba:Enterprise ; rdfs:label '同名'@zh ."
    )
    kg("load", "--unchecked", "more.ttl", store=own)
    assert kg("map", "-o", "a.html", "--alliance", "同名", store=own).code == 0
    run = kg("map", "-o", "a.html", "--focus", "同名", store=own)
    assert run.code == 2
    assert run.err.splitlines()[0] == "Error: 2 things on the map fit 同名; say which:"


def test_a_name_of_a_person_stays_out_when_none_is_wanted(kg, shipped, drawn):
    for options, named in ((), True), (("--persons", "none"), False):
        page = drawn(*options)[1]
        texts = page, json.dumps(unpacked(page), ensure_ascii=False)
        assert {name in text for name in HONOURED for text in texts} == {named}
        assert all("全国优秀社区工作者" in text for text in texts)
    run = kg("map", "-o", "a.html", "--persons", "none", "--focus", HONOURED[0], store=shipped)
    assert (run.code, run.err) == (2, "Error: nothing on the map is called “郑益良”\n")


DATED = """
@prefix e: <http://e.org/> . @prefix pba: <https://w3id.org/pba/ns#> .
@prefix org: <http://www.w3.org/ns/org#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:a a pba:Alliance ; rdfs:label "新盟"@zh .
e:u a pba:Enterprise ; rdfs:label "旧厂"@zh .
e:v a pba:Enterprise ; rdfs:label "新厂"@zh .
e:m a pba:AllianceMembership ; org:organization e:a ; org:member e:u ;
    pba:validFrom "2018"^^xsd:gYear ; pba:validUntil "2019-06"^^xsd:gYearMonth .
e:n a pba:AllianceMembership ; org:organization e:a ; org:member e:v ;
    pba:validFrom "2020-05-01"^^xsd:date .
"""


@pytest.mark.parametrize(
    ("options", "opening", "relations"),
    [
        ([], {}, 2),
        (["--as-of", "2019-06"], {"date": "2019-06"}, 1),
        (["--as-of", "2019"], {"date": "2019"}, 0),
        (["--as-of", "2020-05-01"], {"date": "2020-05-01"}, 1),
        (["--compare", "2019-06"], {"with": "2019-06"}, 2),
        (["--as-of", "2023", "--compare", "2019"], {"date": "2023", "with": "2019"}, 2),
    ],
)
def test_as_of_a_date_is_drawn_what_holds_then_and_a_comparison_keeps_all(
    options, opening, relations, kg, own, tmp_path
):
    (tmp_path / "d.ttl").write_text(DATED, encoding="utf-8")
    kg("load", "--unchecked", "d.ttl", store=own)
    run = kg("map", "-o", "a.html", "--alliance", "新盟", *options, store=own)
    assert f" {relations} relations" in run.out, run.err
    shown = start((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert shown == {"at": "a", "steps": "1", **opening}


def test_a_name_of_then_is_not_in_a_map_of_now_without_persons(kg, own, tmp_path):
    honour = (
        "@prefix e: <http://e.org/> . @prefix pba: <https://w3id.org/pba/ns#> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
        "e:h a pba:Honour ; rdfs:label '先进个人'@zh ; pba:holderName '李四海' ;"
        " pba:validUntil '2019'^^xsd:gYear . e:u a pba:Enterprise ; rdfs:label '李四海工作室'@zh ."
    )
    (tmp_path / "h.ttl").write_text(honour, encoding="utf-8")
    kg("load", "--unchecked", "h.ttl", store=own)
    for options, named in ((), True), (("--persons", "none"), False):
        run = kg("map", "-o", "a.html", "--as-of", "2023", *options, store=own)
        page = (tmp_path / "a.html").read_text(encoding="utf-8")
        assert run.code == 0
        assert ("李四海" in json.dumps(unpacked(page), ensure_ascii=False) + page) is named


@pytest.mark.parametrize("option", ["--alliance", "--focus"])
def test_what_is_of_another_time_is_said_to_be(option, kg, own, tmp_path):
    ended = DATED.replace("e:a a pba:Alliance ;", "e:a a pba:Alliance ; pba:validFrom '2018' ;")
    (tmp_path / "d.ttl").write_text(ended, encoding="utf-8")
    kg("load", "--unchecked", "d.ttl", store=own)
    run = kg("map", "-o", "b.html", option, "新盟", "--as-of", "2017", store=own)
    assert (run.code, run.out) == (2, "")
    assert "新盟 (党建联盟) does not hold on 2017; name another date" in run.err
    assert kg("map", "-o", "b.html", option, "新盟", "--as-of", "2018", store=own).code == 0


def test_the_language_of_the_map_can_be_said_on_either_side(kg, shipped, drawn):
    page = drawn("--lang", "en")[1]
    assert '<html lang="en">' in page
    other = kg("--lang", "en", "map", "-o", "-", store=shipped).out
    assert other == page
    assert (
        '<html lang="zh-Hans">'
        in kg("--lang", "en", "map", "--lang", "zh", "-o", "-", store=shipped).out
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--alliance", "荷城社区"], "荷城社区 (社区) is no alliance; the focus opens"),
        (["--alliance", "联盟"], "4 things on the map fit 联盟; say which:\n  区域党建联盟 ("),
        (["--alliance", "无此联"], "nothing on the map is called “无此联”"),
        (["--alliance", ""], "nothing on the map is called “”"),
        (["--focus", "凤凰"], "3 things on the map fit 凤凰; say which:\n  凤凰社区 (社区) http"),
        (["--focus", "凤皇社去"], "called “凤皇社去”; did you mean "),
        (["--focus", "a\x1b[31m"], "called “a\ufffd[31m”"),
        (["--as-of", "2019-13"], "'2019-13' is no date; write 2019, 2019-05 or 2019-05-31"),
        (["--as-of", ""], "'' is no date"),
        (["--compare", "去年"], "'去年' is no date"),
        (["--persons", "some"], "'some' is not one of 'show', 'none'"),
        (["--lang", "fr"], "'fr' is not one of 'zh', 'en'"),
    ],
)
def test_what_cannot_be_drawn_is_wrong_use_and_writes_nothing(args, message, kg, shipped, tmp_path):
    run = kg("map", "-o", "a.html", *args, store=shipped)
    assert message in run.err
    assert (run.code, run.out) == (2, "")
    assert not (tmp_path / "a.html").exists()
