"""Saved questions: their heads, a user's own folders, and values bound as terms."""

from __future__ import annotations

import calendar
import os
import re
import shlex
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg import query, sparql
from kg.exceptions import FaultyQuestion, ParameterError, UnknownQuestion
from kg.namespace import PBA, XSD
from kg.query.binding import Parameter, term

TITLES = {"zh": "", "en": ""}
HEADS = "#+ title-zh: 街道\n#+ title-en: Streets\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "own"
    made.mkdir()
    return made


def faults_of(file: Path) -> list[str]:
    """What is wrong with a question, without the folder."""
    with pytest.raises(FaultyQuestion) as error:
        query.question(file.stem, [file.parent])
    return [line.removeprefix(f"{file.parent}/") for line in str(error.value).splitlines()]


def written(folder: Path, text: str, name: str = "mine") -> Path:
    file = folder / f"{name}.rq"
    file.write_text(text, encoding="utf-8")
    return file


# Files


def test_a_question_of_ones_own_needs_no_head_but_its_parameters(folder):
    written(folder, "#+ param: n int=3\nSELECT ?s { ?s a pba:Honour } LIMIT $n", name="荣誉")
    asked = query.question("荣誉", [folder])
    assert asked.titles == {"zh": "荣誉", "en": "荣誉"}
    assert asked.parameters == (Parameter("n", "int", {"zh": "n", "en": "n"}, "3"),)
    assert asked.example == "kg query 荣誉"
    assert asked.own == folder / "荣誉.rq"


def test_one_title_serves_both_languages_and_a_needed_parameter_is_in_the_example(folder):
    head = "\ufeff#+ title: 问\n#+ column: s 主体\n#+ param: of iri\n"
    written(folder, head + "SELECT ?s { ?s ?p $of }")
    asked = query.question("mine", [folder])
    assert asked.titles == {"zh": "问", "en": "问"}
    assert asked.columns == {"s": {"zh": "主体", "en": "主体"}}
    assert asked.example == "kg query mine -p of=…"


def test_hidden_files_are_no_questions(folder):
    written(folder, "ASK {}")
    (folder / "._mine.rq").write_bytes(b"\x00\x05\x16\x07")
    assert query.questions([folder]).keys() - query.questions().keys() == {"mine"}


def test_a_name_that_no_question_can_have_is_not_offered(folder):
    written(folder, "ASK {}", name="a b")
    assert "did you mean" not in str(_unknown("a b", [folder]))


def test_the_first_folder_wins_and_then_what_ships(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    written(folder, "#+ title: 甲\nASK {}", name="honours")
    written(other, "#+ title: 乙\nASK {}", name="honours")
    written(other, "#+ title: 丙\nASK {}", name="more")
    found = query.questions([folder, other])
    assert (found["honours"].titles["zh"], found["more"].titles["zh"]) == ("甲", "丙")
    assert found.keys() - query.questions().keys() == {"more"}
    assert query.question("honours").own is None
    assert "did you mean more, " in str(_unknown("moer", [folder, other]))


def _unknown(name: str, folders: list[Path]) -> UnknownQuestion:
    with pytest.raises(UnknownQuestion) as error:
        query.question(name, folders)
    return error.value


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["mine.rq: there is no query below the head"]),
        (
            "#+ nonsense\nASK {}",
            ["mine.rq:1: a head line is “#+ key: value”, and this is '#+ nonsense'"],
        ),
        (
            "#+ titel: x\nASK {}",
            [
                "mine.rq:1: no head is called 'titel'; did you mean title? "
                "(title-zh, title-en, title, param, column, example, none)"
            ],
        ),
        ("#+ title: a\n#+ title: b\nASK {}", ["mine.rq:2: title stands twice"]),
        (
            "#+ param: n inte\nASK { ?s ?p $n }",
            [
                "mine.rq:1: no type is called 'inte'; did you mean int? "
                "(iri, enum, string, int, date, lang)"
            ],
        ),
        (
            "#+ param: n\nASK {}",
            ["mine.rq:1: a parameter is “name type[?|=default] 中文 | English”, and this is 'n'"],
        ),
        (
            "#+ param: n int=many\nASK { ?s ?p $n }",
            ["mine.rq:1: its default: n='many' is not a whole number"],
        ),
        (
            "#+ param: day date=2019-02-30\nASK { ?s ?p $day }",
            [
                "mine.rq:1: its default: day='2019-02-30' is not a date of the calendar "
                "(2019-06-03, 2019-06 or 2019)"
            ],
        ),
        (
            "#+ param: n int\n#+ param: n int\nASK { ?s ?p $n }",
            ["mine.rq:2: the parameter n stands twice"],
        ),
        (
            "#+ param: kind enum\nASK { ?s ?p $kind }",
            [
                "mine.rq:1: an enum names where its values are, a class, a concept scheme or a "
                "property: enum(pba:honourLevel); other types name nothing"
            ],
        ),
        (
            "#+ param: street iri\n\nASK {\n  ?s ?p $stret }",
            [
                "mine.rq:1: the query has no $street, so the parameter is unused",
                "mine.rq:4: $stret is not declared as a parameter; did you mean street?; "
                "“#+ param: stret string” declares it, and ?stret is a variable",
            ],
        ),
        (
            "#+ param: s iri\nSELECT ?s { $s ?p ?o }",
            ["mine.rq:2: $s and ?s are one variable in SPARQL; give the variable another name"],
        ),
        (
            "#+ param: n string\nSELECT * { ?s ?p ?o } LIMIT $n",
            ["mine.rq:2: LIMIT takes an int, and $n is declared as string"],
        ),
        (
            "#+ param: n string?\nSELECT * { ?s ?p $n }",
            [
                "mine.rq:2: $n may be left out, so it stands in VALUES only: VALUES ?x { $n } "
                "and ?x where it is meant"
            ],
        ),
        ("#+ column: a A\nSELECT ?b {}", ["mine.rq:1: the query has no ?a to head"]),
        (
            "SELECT * { FILTER(?a<'>')SERVICE<urn:u>{} FILTER(?a<'>') }",
            [
                "mine.rq: line 1, column 21: this < could be less-than or begin an IRI; "
                "put a space behind less-than, or write the whole IRI"
            ],
        ),
    ],
)
def test_a_file_with_faults_is_refused_with_each_fault_and_its_line(text, faults, folder):
    assert faults_of(written(folder, text)) == faults


def test_heads_end_where_the_query_begins(folder):
    file = written(folder, "# a note\n\n#+ title: 甲\nASK { ?s ?p '''\n#+ title: 乙\n''' }")
    assert query.question(file.stem, [folder]).titles["zh"] == "甲"


def test_a_file_that_is_no_text_or_too_large_is_refused_with_its_line(folder):
    (folder / "gbk.rq").write_bytes("#+ title: a\n#+ param: x iri 街道".encode("gbk"))
    assert faults_of(folder / "gbk.rq") == ["gbk.rq:2: not UTF-8; save the file as UTF-8"]
    (folder / "large.rq").write_bytes(b"#" * 1_000_000)
    assert faults_of(folder / "large.rq") == ["large.rq: larger than 256,000 bytes"]


def test_links_lead_to_files_and_whatever_is_none_is_refused(folder, tmp_path):
    (folder / "linked.rq").symlink_to(written(tmp_path, "ASK {}"))
    assert query.question("linked", [folder]).text == "ASK {}"
    (folder / "dangling.rq").symlink_to(tmp_path / "nothing.rq")
    (folder / "inner.rq").mkdir()
    os.mkfifo(folder / "pipe.rq")
    for name in ("dangling", "inner", "pipe"):
        assert faults_of(folder / f"{name}.rq") == [f"{name}.rq: not a file that can be read"]


def test_one_bad_file_does_not_hide_the_others(folder):
    written(folder, "ASK {}", name="good")
    written(folder, "", name="bad")
    written(folder, "ASK {}", name="not a name")
    faults: list[FaultyQuestion] = []
    found = query.questions([folder], on_fault=faults.append)
    assert found.keys() - query.questions().keys() == {"good"}
    assert [fault.file.name for fault in faults] == ["bad.rq", "not a name.rq"]
    with pytest.raises(FaultyQuestion):
        query.questions([folder])
    assert "no saved question 'not a name'" in str(_unknown("not a name", [folder]))


def test_a_folder_that_is_not_there_is_named(tmp_path):
    assert str(_unknown("alliances", [tmp_path / "none"])).endswith(
        "none: No such file or directory; --queries and KG_QUERIES name folders of .rq files"
    )


def test_shipped_questions_are_held_to_more(tmp_path):
    from kg.query.heads import read

    file = written(tmp_path, "#+ param: s iri 街道\nSELECT * { $s ?p ?o }")
    with pytest.raises(FaultyQuestion) as error:
        read(file, shipped=True)
    assert [fact for _, fact in error.value.faults] == [
        "a head “#+ title-zh: …” is missing",
        "a head “#+ title-en: …” is missing",
        "a head “#+ example: …” is missing",
        "not in both languages (“中文 | English”): '街道'",
    ]


# Values


def answer(text: str) -> list[tuple[str | None, ...]]:
    return [tuple(t and t.value for t in row) for row in ox.Store().query(text)]


@given(st.text())
@example('" } UNION { ?s ?p ?o } #')
@example("\\u0022 } #")
@example("'''\n\"\"\"\r\\")
@example("\0\x1b\x7f\ufffe")
@example("$x ?x")
def test_any_text_bound_as_a_string_is_one_literal_of_that_value(value):
    made = term(Parameter("s", "string", TITLES), value)
    assert [token.kind for token in sparql.tokens(made)] == ["string"]
    text = 'SELECT ($s AS ?x) ("$s" AS ?y) {} # $s'
    assert answer(sparql.bind(text, {"s": made})) == [(value, "$s")]


@given(st.text(st.characters(exclude_categories=[])))
@example("\ud800")
def test_half_a_surrogate_pair_is_refused_and_nothing_else(value):
    parameter = Parameter("s", "string", TITLES)
    if any("\ud800" <= char <= "\udfff" for char in value):
        with pytest.raises(ParameterError, match="half of a surrogate pair"):
            term(parameter, value)
    else:
        term(parameter, value)


@given(st.text() | st.text().map("http://e.org/{}".format) | st.text().map("pba:{}".format))
@example("http://e.org/> . ?s ?p ?o . <")
@example("HTTP://e.org/\\u003E")
@example("area:450802> <")
def test_any_iri_is_one_token_of_that_value_or_an_error(value):
    try:
        made = term(Parameter("s", "iri", TITLES), value)
    except ParameterError:
        return
    assert [token.kind for token in sparql.tokens(made)] == ["iri"]
    ((found,),) = answer(sparql.bind("SELECT ($s AS ?x) {}", {"s": made}))
    assert found in (value, value.replace("pba:", PBA, 1)) or found.startswith("https://w3id.org")


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_any_whole_number_keeps_its_value_beside_a_sign(value):
    made = term(Parameter("n", "int", TITLES), str(value))
    assert answer(sparql.bind("SELECT (1-$n AS ?x) (1+$n AS ?y) {}", {"n": made})) == [
        (str(1 - value), str(1 + value))
    ]


@given(st.integers(1, 9999), st.integers(0, 13), st.integers(0, 32))
@example(2019, 2, 29)
@example(2020, 2, 29)
def test_a_date_is_one_of_the_calendar(year, month, day):
    value = f"{year:04}-{month:02}-{day:02}"
    real = 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    parameter = Parameter("d", "date", TITLES)
    if real:
        assert term(parameter, value) == f'"{value}"^^<{XSD}date>'
    else:
        with pytest.raises(ParameterError, match="not a date of the calendar"):
            term(parameter, value)


@given(st.text())
@example("zh\n")
@example('zh" } #')
def test_a_language_tag_is_letters_and_digits(value):
    try:
        made = term(Parameter("l", "lang", TITLES), value)
    except ParameterError:
        return
    assert re.fullmatch(r'"[A-Za-z0-9-]+"', made)


@given(st.text(st.sampled_from("'\"\\#<>{}()$s ?\n")))
def test_terms_never_grow_together_with_what_stands_beside_them(value):
    made = term(Parameter("s", "string", TITLES), value)
    rows = answer(sparql.bind("SELECT ?x { VALUES ?x {''$s''} }", {"s": made}))
    assert rows == [("",), (value,), ("",)]


PEOPLE = "".join(f'<urn:{n}> <urn:name> "{n}" ; <urn:knows> <urn:{n + 1}> .\n' for n in range(5))


@pytest.mark.parametrize(
    ("text", "values", "rows"),
    [
        ("SELECT ?n { $x <urn:name> ?n }", {"x": "<urn:3>"}, [("3",)]),
        (
            "SELECT ?n { { SELECT ?n { $x <urn:name> ?n } LIMIT $k } }",
            {"x": "<urn:2>", "k": "1"},
            [("2",)],
        ),
        (
            "SELECT ?n { ?s <urn:name> ?n } ORDER BY ?n LIMIT $k OFFSET $o",
            {"k": "2", "o": "3"},
            [("3",), ("4",)],
        ),
        ("SELECT (COUNT($x) AS ?c) { ?s ?p $x }", {"x": "<urn:1>"}, [("1",)]),
        ("SELECT (SUM($k) AS ?c) { ?s <urn:name> ?n }", {"k": "2"}, [("10",)]),
        (
            "SELECT ?s { VALUES ?n { $a $b } ?s <urn:name> ?n } ORDER BY ?s",
            {"a": '"1"', "b": '"2"'},
            [("urn:1",), ("urn:2",)],
        ),
        (
            "SELECT ?n { ?s <urn:name> ?n FILTER(?n IN ($a, $b)) } ORDER BY ?n",
            {"a": '"1"', "b": '"2"'},
            [("1",), ("2",)],
        ),
        ("SELECT ?o { <urn:0> $p/$p|<urn:none> ?o }", {"p": "<urn:knows>"}, [("urn:2",)]),
        ("SELECT ?o { <urn:0> ($p)+ ?o } ORDER BY ?o LIMIT 1", {"p": "<urn:knows>"}, [("urn:1",)]),
        ("SELECT ?o { <urn:0> ^$p?/$p ?o }", {"p": "<urn:knows>"}, [("urn:1",)]),
        (
            "SELECT (?n AS ?m) { ?s <urn:name> ?n FILTER(?n>$a) } ORDER BY ?n",
            {"a": '"3"'},
            [("4",)],
        ),
        ("SELECT ?n { ?s <urn:name> ?n BIND($a AS ?b) FILTER(?n=?b) }", {"a": '"3"'}, [("3",)]),
        ("SELECT ?n { ?s <urn:name> ?n } GROUP BY ?n HAVING(MAX(?n)>$a)", {"a": '"3"'}, [("4",)]),
        (
            "SELECT ?n { $x <urn:name> ?n FILTER EXISTS { $x <urn:knows> $y } }",
            {"x": "<urn:1>", "y": "<urn:2>"},
            [("1",)],
        ),
    ],
)
def test_a_parameter_holds_wherever_a_term_may_stand(text, values, rows):
    store = ox.Store()
    store.load(PEOPLE.encode(), format=ox.RdfFormat.TURTLE)
    found = store.query(sparql.bind(text, values))
    assert [tuple(t.value for t in row) for row in found] == rows


def test_a_parameter_holds_in_the_template_of_construct_and_in_describe():
    store = ox.Store()
    store.load(PEOPLE.encode(), format=ox.RdfFormat.TURTLE)
    made = store.query(
        sparql.bind(
            "CONSTRUCT { $x ?p $n } { $x ?p ?o } LIMIT $k", {"x": "<urn:1>", "n": '"é"', "k": "1"}
        )
    )
    assert {(t.subject.value, t.object.value) for t in made} == {("urn:1", "é")}
    told = store.query(sparql.bind("DESCRIBE $x", {"x": "<urn:1>"}))
    assert {t.subject.value for t in told} == {"urn:1"}


@pytest.mark.parametrize("place", ["LIMIT", "OFFSET"])
def test_a_negative_limit_is_refused_before_the_engine(place, folder):
    written(folder, f"#+ param: n int\nSELECT * {{ {{ SELECT * {{ ?s ?p ?o }} {place} $n }} }}")
    asked = query.question("mine", [folder])
    query.bound(asked, {"n": "0"})
    with pytest.raises(ParameterError, match=f"n=-1: {place} takes a number from 0 on"):
        query.bound(asked, {"n": "-1"})


# Enums


def rows_of(view, name: str, values: dict[str, str], lang: str = "zh") -> list[tuple[str, ...]]:
    results = query.ask(view, name, values, lang=lang)
    with query.evaluating(view):
        return [tuple(t.value if t else "" for t in row) for row in results]


MODEL_WORKER = ("彭少敏", "全市优秀党务工作者")


@pytest.mark.parametrize(
    "value",
    [
        "地市级",
        "prefecture level",
        "PrefectureLevel",
        "pba:PrefectureLevel",
        PBA + "PrefectureLevel",
    ],
)
def test_a_value_of_an_enum_goes_by_its_names_in_both_languages_and_its_iri(value, view):
    assert rows_of(view, "honours", {"rank": value}) == [(*MODEL_WORKER, "地市级")]


def test_an_optional_parameter_that_is_left_out_narrows_nothing(view):
    assert len(rows_of(view, "honours", {})) == 7
    assert len(rows_of(view, "honours", {"rank": "国家级"})) == 5


def test_a_wrong_value_of_an_enum_is_answered_with_the_nearest_and_all(view):
    with pytest.raises(ParameterError) as error:
        rows_of(view, "honours", {"rank": "市级"})
    assert str(error.value) == (
        "rank='市级' is none of the values of pba:honourLevel (国家级、地市级、省级); "
        "did you mean 地市级、省级、国家级?"
    )


def test_values_come_from_a_class_a_scheme_or_a_property(view):
    def names(of: str) -> list[str]:
        return [choice.names[0] for choice in query.choices(view, of)]

    assert names("pba:Subdistrict") == ["贵城街道", "港城街道"] or set(
        names("pba:Subdistrict")
    ) >= {"贵城街道", "港城街道"}
    assert "地市级" in names("pba:HonourLevels")
    assert names("pba:honourLevel") == ["国家级", "地市级", "省级"]
    assert names("dcterms:valid") == ["2019-10-31", "2023-06-30"]
    assert names("pba:Nothing") == []


def test_a_literal_of_an_enum_is_bound_with_its_type(view, folder):
    text = "SELECT (DATATYPE($day) AS ?t) { ?s dcterms:valid $day } LIMIT 1"
    written(folder, f"#+ param: day enum(dcterms:valid)\n{text}")
    results = query.ask(view, "mine", {"day": "2019-10-31"}, folders=[folder])
    assert [row["t"].value for row in results] == [XSD + "date"]
    with pytest.raises(ParameterError) as error:
        query.ask(view, "mine", folders=[folder])
    assert str(error.value) == (
        "mine needs -p day=… (day, enum; one of: 2019-10-31、2023-06-30); "
        "for example: kg query mine -p day=…"
    )


# The command


def test_own_questions_are_listed_and_asked_from_folders_of_the_option(kg, shipped, folder):
    written(folder, f"{HEADS}SELECT ?s {{ ?s a pba:Subdistrict }}", name="streets")
    written(folder, "#+ title: 我的\nASK {}", name="honours")
    listing = " ".join(kg("--queries", folder, "queries").out.split())
    assert "streets 街道 Streets (自有)" in listing
    assert "honours 我的 (自有，取代同名的现成问题)" in listing
    shown = kg("--queries", folder, "queries", "streets").out
    assert f"文件: {folder / 'streets.rq'}" in shown
    run = kg("--queries", folder, "query", "streets", "-f", "csv", store=shipped)
    assert run.out.split()[0] == "s"
    assert kg("--queries", folder, "query", "honours", store=shipped).out == "true\n"


def test_own_questions_come_from_folders_of_the_environment(kg, folder, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    written(folder, "ASK {}", name="first")
    written(other, "ASK {}", name="second")
    monkeypatch.setenv("KG_QUERIES", os.pathsep.join(map(str, (folder, other))))
    listing = kg("queries").out
    assert "first" in listing
    assert "second" in listing
    monkeypatch.setenv("KG_QUERIES", "")
    assert kg("queries").code == 0


def test_a_listing_names_the_files_that_cannot_be_used(kg, folder):
    written(folder, "#+ tite: x\nASK {}", name="bad")
    run = kg("--queries", folder, "queries")
    assert run.code == 2
    assert "honours" in run.out
    assert run.err.startswith(f"Error: {folder / 'bad.rq'}:1: no head is called 'tite'")


def test_the_values_of_an_enum_are_shown_where_there_is_a_store(kg, shipped):
    assert "国家级  pba:NationalLevel" in kg("queries", "honours", store=shipped).out
    assert "国家级" not in kg("queries", "honours").out


def test_own_questions_are_guarded_like_any_text(kg, shipped, folder):
    written(folder, "ASK { SERVICE <http://e.org/> {} }", name="calls")
    run = kg("--queries", folder, "query", "calls", store=shipped)
    assert (run.code, "SERVICE is refused" in run.err) == (2, True)


def test_the_question_that_the_docs_show_works(kg, shipped, folder, root):
    page = (root / "docs" / "own-questions.md").read_text(encoding="utf-8")
    written(folder, re.search(r"```sparql\n(.*?)```", page, re.DOTALL)[1], name="某街道社区")
    args = shlex.split(re.search(r"^\$ kg (query .*)$", page, re.MULTILINE)[1])
    run = kg("--queries", folder, *args, "-f", "csv", store=shipped)
    assert run.out.splitlines() == [
        "code,name",
        "450802001003,县东社区",
        "450802001004,石羊塘社区",
        "450802001005,小江社区",
    ]
