"""`kg query --explain`: what was made of a query, and how long it took."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from kg import sparql
from kg.exceptions import QueryError, QueryRefused, QuerySyntaxError, QueryTimeout
from kg.namespace import PREFIXES
from kg.query import explain, run
from kg.query.plan import REWRITES
from kg.sparql import algebra as a

from .test_rewrites import EX, queries

COMMUNITIES = "SELECT ?x { ?x a pba:Community }"
QUERIES = {
    "matches": 'SELECT ?t ?c { ?t search:matches "凤凰" ; a ?c }',
    "closure": "SELECT ?x { ?x pba:within+ area:450802 }",
    "absent": "SELECT ?x { ?x a pba:Community OPTIONAL { ?x pba:covers ?y } FILTER(!BOUND(?y)) }",
    "pairs": """SELECT ?x ?y (COUNT(*) AS ?n) {
        ?x pba:within ?a . ?y pba:within ?a FILTER(STR(?x) < STR(?y)) } GROUP BY ?x ?y""",
    "groups": """SELECT ?c ?l (COUNT(?x) AS ?n) {
        ?x a ?c . ?c rdfs:label ?l } GROUP BY ?c ?l""",
    "page": """SELECT ?x ?l {
        ?x a pba:Community OPTIONAL { ?x rdfs:label ?l } } ORDER BY ?x LIMIT 5""",
    "sort": "SELECT ?x ?l { ?x rdfs:label ?l } ORDER BY ?l",
    "order": "SELECT ?x ?l { ?x rdfs:label ?l . ?x a pba:Community . ?x pba:within ?y }",
}
FORMS = [
    *QUERIES.values(),
    COMMUNITIES,
    "ASK { area:450802 a ?c }",
    "ASK { area:450802 pba:within+ area:450802 }",
    "CONSTRUCT { ?y pba:contains ?x } { ?x pba:within+ ?y } LIMIT 7",
    "DESCRIBE ?x { ?x a pba:Alliance ; rdfs:label ?l }",
    "SELECT ?x FROM source:ontology { ?x a owl:Class }",
    # What only the engine reads.
    "SELECT ?x ?l { ?x a pba:Community LATERAL { ?x rdfs:label ?l } }",
    "SELECT ?x { ?x a pba:NoSuchThing }",
]


def rows(results):
    """The rows in any order, or the answer of ASK."""
    return bool(results) if hasattr(results, "__bool__") else Counter(map(tuple, results))


@pytest.mark.parametrize("name", [rewrite.name for rewrite in REWRITES])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rewrite_is_told_by_its_title_and_reason(name, lang, kg, shipped):
    rewrite = next(rewrite for rewrite in REWRITES if rewrite.name == name)
    done = kg("--lang", lang, "query", "-e", QUERIES[name], "--explain", store=shipped)
    titles = re.findall(r"^\d\. (.+)\n(.+)$", done.out, re.MULTILINE)
    assert (rewrite.titles[lang], rewrite.reasons[lang]) in titles


@pytest.mark.parametrize("text", FORMS)
def test_the_account_agrees_with_the_answer(text, view):
    done = explain(view, text)
    answer = rows(run(view, text))
    if isinstance(answer, bool):
        assert (done.answer, done.rows) == (answer, None)
    else:
        assert (done.answer, done.rows) == (None, answer.total())


@pytest.mark.parametrize("text", FORMS)
def test_the_times_follow_one_another(text, view):
    done = explain(view, text)
    times = done.times
    assert min(times.guard, times.parse, times.plan, times.first) > 0
    assert times.first <= times.rows
    assert sum(step.seconds for step in done.plan.steps) <= times.plan
    assert times.total == times.guard + times.parse + times.plan + times.rows


@pytest.mark.parametrize("text", FORMS)
def test_the_text_shown_gives_the_answer_when_it_is_run(text, view):
    shown = explain(view, text).rewritten
    assert rows(run(view, shown or text)) == rows(run(view, text))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(queries())
def test_a_query_laid_out_reads_as_the_same_query(text):
    try:
        query = sparql.parse(f"PREFIX ex: <{EX}> {text}")
    except sparql.Unparsed:
        assume(False)
    written = sparql.text(query)
    assert sparql.parse(sparql.pretty(written)) == sparql.parse(written)


@pytest.mark.parametrize(
    "term",
    [
        "<https://w3id.org/pba/id/450802/“1+6”红色服务队>",
        "<https://w3id.org/pba/ns#a.b.>",
        "<https://w3id.org/pba/ns#>",
        "<urn:x>",
        '"3"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"-3"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"3x"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
        '"\\"3"^^<http://www.w3.org/2001/XMLSchema#string>',
        '"<https://w3id.org/pba/ns#x> ^^ { . }"@zh',
    ],
)
def test_a_term_laid_out_is_the_same_term(term):
    text = f"SELECT ?x WHERE {{ ?x <urn:p> {term} . FILTER(?x IN ({term}, {term})) }}"
    assert sparql.parse(sparql.pretty(text)) == sparql.parse(text)


def test_a_query_is_laid_out_a_pattern_a_line():
    text = """SELECT ?x (COUNT(*) AS ?n) { ?x a pba:Community, pba:Place .
        { ?x pba:within area:450802 } UNION { ?x rdfs:label "a.b {"@en }
        OPTIONAL { ?x pba:code ?c FILTER(?c > 3 && EXISTS { ?x ?p 1.5 }) }
        VALUES (?x ?p) { (UNDEF 1) (area:450802 2) } FILTER NOT EXISTS { ?x pba:covers ?x }
        } GROUP BY ?x ORDER BY DESC(?n) LIMIT 3"""
    assert (
        sparql.pretty(sparql.text(sparql.parse(text)))
        == """\
SELECT ?x (COUNT(*) AS ?n) WHERE {
  ?x rdf:type pba:Community .
  ?x rdf:type pba:Place .
  {
    ?x pba:within area:450802 .
  } UNION {
    ?x rdfs:label "a.b {"@en .
  }
  OPTIONAL {
    ?x pba:code ?c .
    FILTER((?c > 3) && EXISTS {
      ?x ?p "1.5"^^xsd:decimal .
    })
  }
  VALUES (?x ?p) { (UNDEF 1) (area:450802 2) }
  FILTER NOT EXISTS {
    ?x pba:covers ?x .
  }
}
GROUP BY ?x
ORDER BY DESC(?n)
LIMIT 3"""
    )


def test_the_tree_has_a_line_for_every_node():
    text = """SELECT DISTINCT ?x (COUNT(?y) AS ?n) FROM <urn:g> {
        ?x pba:within+ ?y ; a pba:Community .
        { SELECT REDUCED ?y { VALUES ?y { 1 2 3 4 5 } } OFFSET 2 }
        { ?x ?p 1 } UNION { GRAPH ?g { ?x ?p 2 } }
        OPTIONAL { ?x rdfs:label ?l FILTER(LANG(?l) = "zh") }
        MINUS { ?x pba:covers ?x }
        BIND(?n + 1 AS ?m) FILTER(?m > 1 && NOT EXISTS { ?x pba:leads [] })
        } GROUP BY ?x (STR(?y) AS ?s) HAVING(COUNT(?y) > 1) ORDER BY ?x DESC(?n) LIMIT 5"""
    lines = sparql.tree(sparql.parse(text))
    blank = re.search(r"pba:leads (_:\S+)", "\n".join(lines))[1]
    assert lines == [
        "Select ?x (COUNT(?y) AS ?n) · Distinct · Group ?x (STR(?y) AS ?s) · Having COUNT(?y) > 1"
        " · OrderBy ?x DESC(?n) · Limit 5 · From <urn:g>",
        "  ?x pba:within+ ?y",
        "  ?x a pba:Community",
        "  Join",
        "    Select ?y · Reduced · Offset 2",
        "      Values ?y { (1) (2) (3) (4) … (5 rows) }",
        "  Join",
        "    ?x ?p 1",
        "    Union",
        "      Graph ?g",
        "        ?x ?p 2",
        '  LeftJoin on LANG(?l) = "zh"',
        "    ?x rdfs:label ?l",
        "  Minus",
        "    ?x pba:covers ?x",
        "  Extend ?m := ?n + 1",
        "  Filter ?m > 1",
        "  Filter NOT EXISTS",
        f"    ?x pba:leads {blank}",
    ]


def test_thousands_of_patterns_side_by_side_are_a_tree():
    pattern: a.Pattern = a.Bgp()
    for _ in range(5_000):
        pattern = a.Join(pattern, a.Values((), ()))
    lines = sparql.tree(a.Query("ASK", a.Select((), pattern)))
    assert lines == ["Ask", *["  Join", "    Values  {  }"] * 5_000]


def test_only_what_changed_is_shown_of_each_step(kg, shipped):
    done = kg("--lang", "en", "query", "-e", QUERIES["closure"], "--explain", store=shipped)
    assert done.out.splitlines()[done.out.splitlines().index("Read as") :] == [
        "Read as",
        "  Select ?x",
        "    ?x pba:within+ area:450802",
        "",
        "1. A path reads the closure",
        "the steps of the path are entailed as a property of their own",
        "  …",
        "    Select ?x",
        "  -   ?x pba:within+ area:450802",
        "  +   ?x pba:withinTransitive area:450802",
        "",
        "Run as",
        "  Select ?x",
        "    ?x pba:withinTransitive area:450802",
        "",
        "The SPARQL that ran",
        "  SELECT ?x WHERE {",
        "    ?x pba:withinTransitive area:450802 .",
        "  }",
    ]


def test_a_query_without_rewrites_says_so_in_both_languages(kg, shipped):
    for lang, sentence in (
        ("zh", "没有适用的改写，按原样运行。"),
        ("en", "No rewrite applies; it ran as it is."),
    ):
        done = kg("--lang", lang, "query", "-e", COMMUNITIES, "--explain", store=shipped)
        assert done.out.splitlines()[-1] == sentence


def test_what_only_the_engine_reads_ran_as_it_was(view, kg, shipped):
    text = "SELECT ?x { LATERAL { ?x a pba:Community } }"
    done = explain(view, text)
    assert (done.read, done.changes, done.rewritten) == (None, [], None)
    assert done.plan.unread == "line 1, column 13: cannot be read from 'LATERAL' on"
    told = kg("--lang", "en", "query", "-e", text, "--explain", store=shipped)
    assert told.out.splitlines()[-1] == (
        "kg does not rewrite this query, and the engine ran it as it is: " + done.plan.unread
    )


def test_a_saved_question_is_explained_with_its_title_and_parameters(kg, shipped):
    done = kg("--lang", "en", "query", "communities", "-p", "street=贵城街道", "--explain",
              store=shipped)  # fmt: skip
    plain = kg("query", "communities", "-p", "street=贵城街道", "-f", "csv", store=shipped)
    number = len(plain.out.splitlines()) - 1
    assert done.out.startswith("The communities of a subdistrict or township as of a date")
    assert re.search(rf"^  all rows: {number} ", done.out, re.MULTILINE)


KEYS = ["query", "algebra", "unread", "rewrites", "sparql", "apart", "rows", "answer", "seconds"]
STEPS = ["guard", "parse", "rewrite", "first_row", "all_rows", "total"]


@pytest.mark.parametrize("text", FORMS)
def test_as_json_it_has_the_same_keys_for_every_query(text, kg, shipped):
    told = json.loads(kg("query", "-e", text, "--explain", "-f", "json", store=shipped).out)
    assert list(told) == KEYS
    assert list(told["seconds"]) == STEPS
    for step in told["rewrites"]:
        assert list(step) == ["name", "title", "reason", "seconds", "algebra"]
    assert told["query"] == text
    assert (told["sparql"] is None) == (told["rewrites"] == [])


def test_with_a_limit_a_process_of_its_own_evaluates(kg, shipped):
    done = kg("query", "-e", QUERIES["page"], "--explain", "--timeout", "60", "-f", "json",
              store=shipped)  # fmt: skip
    told = json.loads(done.out)
    assert (told["apart"], told["rows"]) == (True, 5)


def test_what_is_nested_as_deep_as_can_be_read_is_told_by_another_process_too(view):
    text = "ASK { { ?s ?p ?o } " + "UNION { ?s ?p ?o } " * 400 + "}"
    done = explain(view, text, timeout=60)
    assert (done.answer, done.read) == (True, explain(view, text).read)


def test_what_takes_too_long_ends_in_time(view):
    with pytest.raises(QueryTimeout):
        explain(view, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout=0.5)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT * { ?s ?p 'x }", QuerySyntaxError),
        ("INSERT DATA { <urn:s> <urn:p> 1 }", QueryRefused),
        ("ASK { SERVICE <http://example.org/> { } }", QueryRefused),
    ],
)
def test_it_refuses_what_a_query_is_refused_for(text, error, view):
    with pytest.raises(error):
        explain(view, text)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--why"], "--explain takes neither --why nor --witnesses, --excel or -o"),
        (["--witnesses", "2"], "--explain takes neither --why nor --witnesses, --excel or -o"),
        (["-o", "x.json"], "--explain takes neither --why nor --witnesses, --excel or -o"),
        (["-f", "csv"], "--explain has the formats table and json, not csv"),
        (["--allow-service", "http://localhost:1/"], "--explain shows what kg does on a store"),
    ],
)
def test_what_does_not_go_with_it_is_wrong_use(options, sentence, kg, shipped):
    done = kg("query", "-e", COMMUNITIES, "--explain", *options, store=shipped)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err


def test_an_endpoint_is_not_explained(kg):
    done = kg("--store", "http://localhost:1/query", "query", "-e", COMMUNITIES, "--explain")
    assert (done.code, done.out) == (2, "")
    assert "--explain shows what kg does on a store folder" in done.err


def test_what_the_data_says_cannot_command_the_terminal(kg, shipped):
    text = 'SELECT ?x { ?x rdfs:label "a\x1b[31mb" }'
    assert "\x1b" not in kg("query", "-e", text, "--explain", store=shipped).out


def test_a_long_text_is_left_to_json(kg, shipped):
    values = " ".join(f"area:{n}" for n in range(800))
    text = f"SELECT ?x {{ VALUES ?x {{ {values} }} ?x pba:within+ area:450802 }}"
    done = kg("--lang", "en", "query", "-e", text, "--explain", store=shipped)
    told = json.loads(kg("query", "-e", text, "--explain", "-f", "json", store=shipped).out)
    assert f"({len(told['sparql']):,} characters; -f json has them all)" in done.out
    assert len(done.out) < 3_000


def test_the_shell_explains_the_last_query(kg, shipped):
    script = f"\\explain\n{QUERIES['closure']}\n\\explain\n\\explain on\n"
    done = kg("--lang", "en", "shell", store=shipped, stdin=script)
    assert "1. A path reads the closure\n" in done.out
    assert "nothing has been asked yet" in done.err
    assert "\\explain says how the last query ran; nothing follows it" in done.err


# The examples of docs/rewrites.md

PAGE = (Path(__file__).parent.parent / "docs" / "rewrites.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^### (.+?)\n.*?```sparql\n(.*?)\n# becomes[^\n]*\n(.*?)```", re.M | re.S)
EXAMPLES = {title: (before, after) for title, before, after in SECTION.findall(PAGE)}


def test_the_page_has_every_rewrite_in_order():
    titles = [f"{rewrite.titles['en']} {rewrite.titles['zh']}" for rewrite in REWRITES]
    assert list(EXAMPLES) == titles


@pytest.mark.parametrize(
    ("rewrite", "example"),
    [
        pytest.param(*pair, id=pair[0].name)
        for pair in zip(REWRITES, EXAMPLES.values(), strict=True)
    ],
)
def test_an_example_of_the_page_is_rewritten_and_has_the_same_answer(rewrite, example, view):
    before, after = example
    assert rewrite in [step.rewrite for step in explain(view, before).plan.steps]
    assert rows(run(view, before)) == rows(run(view, after))


@pytest.mark.parametrize(
    "query",
    [
        # The engine refuses these, and they could be read again once they are rewritten.
        "SELECT ?x { ?x pba:within+ area:450802 BIND(1 AS ?x) }",
        "SELECT ?x (COUNT(*) AS ?n) { ?x pba:within+ ?y } GROUP BY ?y",
    ],
)
def test_what_the_engine_refuses_stays_refused_where_a_rewrite_applies(query, shipped):
    with shipped.view() as view:
        with pytest.raises(SyntaxError):
            view.query(query, prefixes=PREFIXES)
        with pytest.raises(QueryError):
            list(run(view, query))
