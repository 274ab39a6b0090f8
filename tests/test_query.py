"""Saved questions on the shipped data, the merge, and why a row is an answer."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import assets, query, sparql
from kg.describe import find
from kg.exceptions import ParameterError, QueryRefused, QuerySyntaxError, UnknownQuestion
from kg.namespace import PBA
from kg.store import Store, View

VALUES = {"street": "贵城街道", "thing": "区域党建联盟"}


def text_of(view: View, name: str) -> str:
    asked = query.question(name)
    values = {p.name: VALUES[p.name] for p in asked.parameters if p.name in VALUES}
    return query.bound(asked, values, find=lambda n: find(view, n))


def answers(view: View, name: str) -> list[tuple[str | None, ...]]:
    rows = query.run(view, text_of(view, name))
    return [tuple(term.value if term else None for term in row) for row in rows]


def test_the_communities_of_a_street_are_those_of_the_official_codes(view):
    rows = answers(view, "communities")
    assert len(rows) == 18
    assert rows[0] == ("450802001003", "县东社区")
    assert ("450802001018", "凤凰社区") in rows


@pytest.mark.parametrize(
    ("street", "day", "count"),
    [
        ("贵城街道", "2019-10-31", 18),
        ("港城街道", "2019-10-31", 4),
        ("贵城街道", "2023-06-30", 25),
        ("港城街道", "2023-06-30", 9),
        ("根竹镇", "2019-10-31", 0),
        ("根竹镇", "2023-06-30", 1),
        ("贵城街道", "2021-01-01", 0),
    ],
)
def test_the_communities_of_a_street_are_those_of_the_date_asked_for(street, day, count, view):
    asked = query.question("communities")
    text = query.bound(asked, {"street": street, "date": day}, find=lambda n: find(view, n))
    assert len(list(query.run(view, text))) == count


def test_a_place_is_told_by_the_sentence_that_names_it_and_its_row_of_the_date(view):
    why = query.why(view, text_of(view, "place-codes"))
    told = {
        (row[0].value, row[2].value): {(e.place, e.source.date) for e in explained.evidence}
        for row, explained in why.items()
    }
    assert told["荷城社区", "2019-10-31"] == {
        ("原文第29句", "2019-08-01"),
        ("第12行", "2019-10-31"),
    }
    assert told["凤凰社区", "2023-06-30"] == {
        ("原文第23句", "2019-08-01"),
        ("第17行", "2023-06-30"),
    }


def test_holdings_count_named_things_and_kinds_apart(view):
    rows = {row[0]: row[1:] for row in answers(view, "holdings")}
    assert rows["社区"] == ("36", "3")
    assert rows["行政村"] == ("101", "0")
    assert rows["区划变更"] == ("13", "0")
    assert rows["区域党建联盟"] == ("0", "1")
    assert rows["小个专党建联盟"] == ("1", "0")


def test_every_question_is_described_in_both_languages_and_has_an_example():
    found = query.questions()
    assert len(found) >= 10
    for name, question in found.items():
        assert question.titles["zh"]
        assert question.titles["en"]
        assert question.example.startswith(f"kg query {name}")
        assert {p.name for p in question.parameters} == sparql.parameters(question.text)
        projected = {v.value for v in _variables(question)}
        assert set(question.columns) == projected, name


def _variables(question: query.Question) -> list[ox.Variable]:
    sample = {
        "iri": "<urn:x>",
        "string": '"x"',
        "lang": '"zh"',
        "date": '"2019-10-31"',
        "enum": "<urn:x>",
    }
    text = sparql.bind(question.text, {p.name: sample[p.type] for p in question.parameters})
    results = ox.Store().query(text)
    assert isinstance(results, ox.QuerySolutions)
    return results.variables


SCOPES = {(word, "en") for word in ("personnel", "finance", "affairs", "dispatch")}


def test_questions_are_in_chinese_or_english(view):
    asked = query.question("authority")
    english = query.run(view, query.bound(asked, {}, lang="en"))
    assert {(row["scope"].value, row["scope"].language) for row in english} == SCOPES


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("communities", {}, "communities needs -p street="),
        ("communities", {"stret": "x"}, "did you mean street?"),
        ("alliances", {"x": "y"}, "has no parameters"),
        ("communities", {"street": "https://w3id.org/x y"}, "is not the address"),
        ("communities", {"street": "javascript:alert(1)"}, "is not the address"),
    ],
)
def test_a_wrong_parameter_is_named(name, values, message):
    with pytest.raises(ParameterError, match=None) as error:
        query.bound(query.question(name), values)
    assert message in str(error.value)


def test_an_unknown_question_names_the_nearest():
    with pytest.raises(UnknownQuestion, match="did you mean alliances"):
        query.question("aliances")


@pytest.mark.parametrize("name", ["../saved", "a/b", "..", "alliances.rq", "a" * 65])
def test_a_name_of_a_question_is_no_path(name):
    with pytest.raises(UnknownQuestion):
        query.question(name)


@pytest.mark.parametrize(
    ("type_", "value", "term"),
    [
        ("int", "007", "7"),
        ("int", "1 } #", None),
        ("date", "2019-06-03", '"2019-06-03"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("date", "2019-06", '"2019-06"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        ("date", "2019-13-01", None),
        ("lang", "zh-Hans", '"zh-Hans"'),
        ("lang", 'zh"', None),
        ("iri", "area:450802", "<https://w3id.org/pba/id/area/450802>"),
        ("iri", "http://e.org/> . ?s", None),
    ],
)
def test_a_value_becomes_one_term_of_its_type(type_, value, term):
    from kg.query.binding import Parameter
    from kg.query.binding import term as make

    parameter = Parameter("p", type_, {"zh": "", "en": ""})
    if term is None:
        with pytest.raises(ParameterError):
            make(parameter, value)
    else:
        assert make(parameter, value) == term


# The merge


@pytest.fixture
def thrice(tmp_path: Path) -> Store:
    """One fact that three graphs say, and one that two say."""
    store = Store(tmp_path / "thrice")
    a, p, b, c = (ox.NamedNode(f"urn:{name}") for name in "apbc")
    with store.write() as writer:
        for number in range(3):
            graph = ox.NamedNode(f"urn:g{number}")
            quads = [ox.Quad(a, p, b, graph)]
            quads += [ox.Quad(b, p, c, graph)] if number else []
            writer.replace(f"source{number}", quads)
        writer.commit()
    return store


@pytest.mark.parametrize(
    "dataset",
    [
        "",
        "FROM <urn:g0> FROM <urn:g1> FROM <urn:g2>",
        "FROM <urn:g1>FROM <urn:g2>",
        "FROM <urn:g1>",
    ],
)
def test_one_fact_in_three_graphs_is_one_row_and_count_1(thrice, dataset):
    with thrice.view() as view:
        rows = list(query.run(view, f"SELECT * {dataset} {{ <urn:a> ?p ?o }}"))
        assert len(rows) == 1
        count = f"SELECT (COUNT(*) AS ?n) {dataset} WHERE {{ <urn:a> ?p ?o }}"
        assert [row["n"].value for row in query.run(view, count)] == ["1"]
        join = f"SELECT * {dataset} {{ ?a ?p ?b . ?b ?q ?c }}"
        assert len(list(query.run(view, join))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(*) AS ?n) FROM <urn:g1> FROM <urn:g1> { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) FROM <urn:g\\u0031> FROM <urn:g2> { ?s ?p ?o }",
        "CONSTRUCT { <urn:x> <urn:n> ?n } FROM <urn:g1> FROM <urn:g2> "
        "{ SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }",
        "SELECT (IF(EXISTS { ?s ?p ?o }, 2, 0) AS ?n) FROM <urn:g1> FROM <urn:g2> {}",
    ],
)
def test_the_merge_holds_wherever_from_stands(text, thrice):
    with thrice.view() as view:
        (row,) = query.run(view, text)
        found = row["n"] if "CONSTRUCT" not in text else row.object
        assert found.value == "2"


def test_from_takes_absolute_iris_only(thrice):
    with thrice.view() as view, pytest.raises(QuerySyntaxError, match="not an absolute IRI"):
        query.run(view, "SELECT * FROM <urn:a> FROM <b> { ?s ?p ?o }")


def test_from_named_keeps_the_graphs_apart(thrice):
    text = (
        "SELECT ?g FROM <urn:g0> FROM <urn:g1> FROM NAMED <urn:g1> FROM NAMED <urn:g2> "
        "{ <urn:a> ?p ?o GRAPH ?g { ?s ?p ?o } }"
    )
    with thrice.view() as view:
        assert {row["g"].value for row in query.run(view, text)} == {"urn:g1"} | {"urn:g2"}


def test_a_query_reads_only(view):
    with pytest.raises(QueryRefused):
        query.run(view, "CLEAR ALL")


def test_no_sparql_stands_outside_the_saved_questions():
    package = assets.folder("queries").parent
    for file in package.rglob("*.py"):
        # The compiler of shapes is what writes queries.
        if file.parent.name not in ("sparql", "validate"):
            text = file.read_text(encoding="utf-8")
            code = text.split("_COUNT_")[0] if file.name == "engine.py" else text
            assert "WHERE {" not in code, file
    assert PBA
