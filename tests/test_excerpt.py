"""Where an error of a query points, and names that the ontology does not have."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from kg import query
from kg.cli.excerpt import excerpt
from kg.store import Store


def test_a_mark_stands_below_the_fault_however_wide_the_characters_before_it(kg, shipped):
    text = "SELECT *\n{ ?联盟 rdfs:label '凤凰社区'@zh ; a pbaa:Alliance }"
    run = kg("query", "-e", text, store=shipped)
    assert run.code == 2
    message, line, mark = run.err.splitlines()
    assert (
        message == "Error: line 2, column 32: the prefix pbaa: is not declared; did you mean pba:?"
    )
    assert line == "  { ?联盟 rdfs:label '凤凰社区'@zh ; a pbaa:Alliance }"
    assert mark == " " * cell_len(line.partition("pbaa")[0]) + "^" * len("pbaa:Alliance")


@pytest.mark.parametrize(
    ("text", "line", "column", "shown"),
    [
        ("ASK {", 1, 5, ["ASK {", "    ^"]),
        ("", 1, 1, ["", "^"]),
        ("ASK", 1, 9, ["ASK", "   ^"]),
        ("ASK\t{ \x1b[31m", 1, 5, ["ASK { \ufffd[31m", "    ^"]),
        ("# " + "宽" * 200 + "}", 1, 203, ["宽" * 50 + "}", " " * 100 + "^"]),
    ],
)
def test_an_excerpt_is_short_and_plain(text, line, column, shown):
    assert excerpt(text, line, column) == shown


def test_a_fault_of_a_refused_query_is_shown_too(kg, shipped):
    run = kg("query", "-e", "ASK { SERVICE <urn:x> {} }", store=shipped)
    assert run.err.splitlines()[1:] == ["  ASK { SERVICE <urn:x> {} }", "        ^^^^^^^"]


def test_a_misspelt_term_is_named_with_the_nearest(kg, shipped):
    text = "SELECT * { ?x a pba:Aliance ; <https://w3id.org/pba/ns#witin> ?y }"
    run = kg("--lang", "en", "query", "-e", text, store=shipped)
    assert run.code == 0
    assert run.err.splitlines()[:2] == [
        "Note: pba:Aliance is not a term of the ontology; did you mean pba:Alliance "
        "(Party-building alliance)?",
        "Note: <https://w3id.org/pba/ns#witin> is not a term of the ontology; "
        "did you mean pba:within (within)?",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX pba: <https://w3id.org/pba/ns#> SELECT * { ?x a pba:Alliance }",
        "SELECT * { ?x a kind:Nothing ; rdfs:lable 'pba:Aliance' } # pba:Aliance",
        "PREFIX pba: <urn:other#> SELECT * { ?x a pba:Aliance }",
        "SELECT * { ?x a nope:Aliance }",
    ],
)
def test_terms_that_are_there_and_names_of_others_are_no_matter(text, view):
    assert query.unknown_terms(view, text) == []


def test_a_term_that_came_after_the_store_is_no_mistake(tmp_path):
    store = Store(tmp_path / "older")
    with store.write() as writer:
        writer.commit()
    with store.view() as view:
        text = "SELECT * { ?x pba:networkMeasure ?y ; pba:networkMeasur ?z }"
        assert [term.written for term in query.unknown_terms(view, text)] == ["pba:networkMeasur"]
