"""The guard, the binder and the rewrites, on tokens."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time

import pyoxigraph as ox
import pytest

from kg import sparql
from kg.exceptions import QueryRefused, QuerySyntaxError

SPELLINGS = [
    "SELECT * {{ SERVICE <{u}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ service<{u}>{{ ?s ?p ?o }} }}",
    "SELECT * {{ SeRvIcE\t<{u}>\n{{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{u}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICESILENT<{u}> {{ ?s ?p ?o }} }}",
    "PREFIX x: <{u}> SELECT * {{ SERVICEx: {{ ?s ?p ?o }} }}",
    "PREFIX : <{u}> SELECT * {{ SERVICE: {{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p true.SERVICE <{u}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ OPTIONAL {{ ?s ?p trueSERVICE<{u}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ #\rSERVICE <{u}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ FILTER EXISTS {{ SERVICE <{u}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ {{}}SERVICE<{u}>{{}} }}",
    "ASK {{ {{ SELECT * {{ SERVICE <{u}> {{}} }} }} }}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{u}> {{ ?s ?p ?o }} }}",
]


@pytest.fixture
def listener():
    """An address on this machine that counts who calls."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        calls: list[None] = []

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    calls.append(None)
                    connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x", calls
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_service_is_refused_in_every_spelling_that_the_engine_obeys(spelling, listener):
    address, calls = listener
    query = spelling.format(u=address)
    with pytest.raises(QueryRefused, match="SERVICE is refused"):
        sparql.guard(query)
    assert not calls


HIDDEN = [
    "SELECT * {{ VALUES ?a {{1}} FILTER(?a<2)SERVICE#>\n<{u}>{{?x ?y ?z}} }}",
    "SELECT * {{ VALUES ?a {{'1'}} FILTER(?a<'>')SERVICE<{u}>{{?x ?y ?z}} FILTER(?a<'>') }}",
    "PREFIX ex: <urn:> SELECT * {{ ?s ?p ?a FILTER(?a<ex:b#>'''\n)SERVICE <{u}>{{}} #'''\n }}",
    "SELECT * {{ ?s ?p ?a FILTER(?a<<{u}#>)SERVICE<{u}>{{}}\n }}",
    "PREFIX http: <urn:> SELECT * {{ ?s ?p ?a FILTER(?a<http:b#>)SERVICE<{u}>{{}}\n) }}",
    "BASE <urn:x> SELECT * {{ VALUES (?a ?b) {{ (<a> <it's>) }} SERVICE<{u}>{{}} ?s ?p 'x' }}",
]


@pytest.mark.parametrize("query", HIDDEN)
def test_a_comparison_that_could_begin_an_iri_hides_nothing(query, listener):
    address, calls = listener
    with pytest.raises(QueryRefused, match=r"put a space|SERVICE"):
        sparql.guard(query.format(u=address))
    assert not calls


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?a FILTER(?a < 2 && ?a > 1 && ?a <= 3) }",
        "SELECT * { VALUES (?a ?b) { (<http://e.org/a> <http://e.org/it's>) } }",
        "SELECT * { VALUES (?a ?b) { (<urn:a> <urn:b#c>) } FILTER(?a IN (<urn:a>, <b>)) }",
        "SELECT * { ?s (<urn:p>|^<q>)/<r>* ?o . ?s <p> (?a <http://e.org/x#y>) }",
        "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a <x> FILTER(?n < <urn:y>) }",
        "SELECT * { << ?s ?p ?o >> <p> 1 }",
    ],
)
def test_plain_comparisons_and_iris_pass(query):
    sparql.guard(query)


def test_nesting_cannot_be_hidden_behind_a_comparison():
    query = "SELECT * { ?s ?p ?a FILTER(?a<'>') " + "{" * 5000 + "}" * 5000 + " FILTER(?a<'>') }"
    with pytest.raises(QueryRefused):
        sparql.guard(query)


def test_the_engine_alone_would_call(listener):
    address, calls = listener
    store = ox.Store()
    with contextlib.suppress(OSError, RuntimeError):
        list(store.query(SPELLINGS[5].format(u=address)))
    time.sleep(0.1)
    assert calls, "the guard's reason is gone: the engine no longer calls"


@pytest.mark.parametrize(
    "query",
    [
        "LOAD <http://example.org/>",
        "PREFIX e: <urn:e:> INSERT DATA { e:a e:b e:c }",
        "DELETE WHERE { ?s ?p ?o }",
        "# comment\nCLEAR ALL",
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_refused(query):
    with pytest.raises(QueryRefused, match="only reads"):
        sparql.guard(query)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s rdfs:label "SERVICE <http://x> {}" }',
        "SELECT * { ?s <http://x/SERVICE> ?o } # SERVICE <http://x>",
        "SELECT * { ?s ex:SERVICE ?load . ?s a ex:Load }",
        "SELECT ?load ?insert { ?load ?insert ?service }",
        "SELECT * { ?s ?p '''LOAD <http://x>\nINSERT''' }",
    ],
)
def test_words_in_strings_names_and_comments_are_no_matter(query):
    sparql.guard(query)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("ASK " + "{" * 3000 + "}" * 3000, "line 1, column 105: query too complex: nesting 101"),
        ("ASK { FILTER(" + "!" * 60 + "true) }", "more than 50 signs"),
        ("ASK { FILTER(" + "- " * 60 + "1 > 0) }", "more than 50 signs"),
        ("ASK { {} " + "UNION {} " * 3001 + "}", "more than 3,000 parts"),
        ("ASK { ?s " + "/".join(["<urn:p>"] * 3100) + " ?o }", "parts at '/'"),
        ("ASK { " + "?s ?p ?o . " * 3001 + "}", "parts at '.'"),
        ("ASK { ?s a " + ",".join(["<urn:x>"] * 3100) + " }", "parts at ','"),
        ("ASK { " + "VALUES ?x {1} " * 3100 + "}", "parts at 'VALUES'"),
        ("ASK { " + "GRAPH ?g {} " * 3100 + "}", "parts at '{'"),
        ("ASK { ?s ?p 1 " + "MINUS {} " * 1001 + "}", "parts at '{'"),
        ("ASK { ?s ?p (" + "1 " * 1600 + ") }", "parts at '1'"),
        ("ASK { ?s ?p (" + "[] " * 1600 + ") }", "parts at '['"),
        ("ASK { ?s ?p (" + "(1) " * 3100 + ") }", "parts at '('"),
        ("ASK { FILTER(" + "+".join(["1"] * 3100) + ") }", "parts at '+'"),
        ("ASK { FILTER(1" + "+1" * 3100 + ") }", "parts at "),
        ("ASK { FILTER(1" + " -1" * 3100 + ") }", "parts at "),
        ("ASK { VALUES ?x {1} " + "FILTER(?x) " * 3100 + "}", "parts at "),
        ("# " + "x" * 256_000, "longer than 256,000 bytes"),
    ],
)
def test_what_would_exhaust_the_parser_is_refused(query, message):
    with pytest.raises(QueryRefused) as refused:
        sparql.guard(query)
    assert message in str(refused.value)


@pytest.mark.parametrize("condition", ["?x<?a&&?b>?y", "?a<=2&&?b>=3", "1<a:b#>2"])
def test_what_is_an_iri_by_the_standard_and_less_than_to_the_engine_is_refused(condition):
    with pytest.raises(QueryRefused, match="could be less-than or begin an IRI; put a space"):
        sparql.guard(f"PREFIX a: <urn:> ASK {{ ?s ?p ?a FILTER({condition}) }}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { VALUES ?x { " + " ".join(f"-{n}" for n in range(20_000)) + " } }",
        "SELECT * { VALUES (?x ?y) { " + " ".join(f"(-{n} <b>)" for n in range(10_000)) + " } }",
        "SELECT * { } VALUES (?x ?y) { " + "(UNDEF 'a'@zh) " * 10_000 + " }",
        "SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join(["-1"] * 20_000) + ")) }",
        "SELECT * { ?s ?p ?o FILTER(?o NOT IN (" + ", ".join(["<x>"] * 20_000) + ")) }",
        "SELECT (CONCAT(" + ", ".join(["'a'"] * 20_000) + ") AS ?x) { }",
        "ASK { " + "?s ?p ?o . " * 2_900 + "}",
        "ASK { ?s ?p ?o " + "; ?p ?o " * 2_900 + "}",
        "ASK { {} " + "UNION {} " * 2_900 + "}",
        "SELECT " + " ".join(f"?v{n}" for n in range(20_000)) + " { }",
        "SELECT " + " ".join(f"(?x AS ?v{n})" for n in range(1_400)) + " { }",
        "ASK { ?s ?p ?o FILTER(" + " || ".join(["(?o = 1 && ?s < 2)"] * 900) + ") }",
        "ASK { ?s ?p (" + "1 " * 1_400 + ") }",
        "ASK { VALUES (?a ?b) { (<a> <it's>) (1 <b>) (UNDEF <pba:c>) } }",
        "ASK { ?s ?p ?a FILTER(?a<2) FILTER(?a<?s) FILTER (?a<5 && ?b>3) FILTER(?a<3||?b>2) }",
        "ASK { ?s ?p ?a FILTER(?a<-2) FILTER(?a<'x') FILTER(?a<(1)) FILTER(2<?a) FILTER(1<2) }",
        "ASK { ?s ?p ?a FILTER(?a<=2 && ?b>=3) FILTER(STR(?a)<STR(?s)) BIND(?a<?b AS ?c) }",
        "SELECT (?a<?b AS ?c) { } GROUP BY (?a<?b) HAVING(COUNT(?a)<3) ORDER BY (?a<?b)",
    ],
    ids=range(18),
)
def test_valid_queries_of_moderate_size_pass(query):
    sparql.guard(query)


def test_the_deepest_query_that_passes_does_not_hurt_the_engine():
    depth = sparql.MAX_NESTING
    query = "ASK " + "{" * depth + "}" * depth
    sparql.guard(query)
    assert ox.Store().query(query)
    sparql.guard("ASK { FILTER(" + "(" * (depth - 2) + "true" + ")" * (depth - 2) + ") }")


@pytest.mark.parametrize(
    "value",
    [
        '" } UNION { ?s ?p ?o } #',
        "\\",
        "a\nb\r",
        "'''",
        "$name",
        "?x . ?s ?p ?o",
        "\N{RIGHT-TO-LEFT OVERRIDE}x",
    ],
)
def test_a_bound_string_is_one_term_whatever_it_holds(value):
    store = ox.Store()
    text = sparql.bind("SELECT ($name AS ?x) {}", {"name": str(ox.Literal(value))})
    assert [row["x"].value for row in store.query(text)] == [value]


def test_binding_reaches_subselects_and_leaves_variables_strings_and_comments():
    text = "SELECT ?a { { SELECT * { $a ?p ?a } } FILTER('$a' != \"$a\") } # $a"
    assert (
        sparql.bind(text, {"a": "<urn:x>"})
        == "SELECT ?a { { SELECT * { <urn:x> ?p ?a } } FILTER('$a' != \"$a\") } # $a"
    )


def test_from_clauses_are_read_with_prefixes_base_and_escapes():
    text = (
        "BASE <http://e.org/a/> PREFIX e: <http://e.org/> PREFIX r: <r#> "
        "SELECT * FROM <b> FROM e:c\\+d FROM <b> FROM r:x FROM NAMED area:450802 "
        "WHERE { ?s ?p 'FROM <no>' }"
    )
    data = sparql.dataset(text)
    assert data.default == ("http://e.org/a/b", "http://e.org/c+d", "http://e.org/a/r#x")
    assert data.named == ("https://w3id.org/pba/id/area/450802",)
    assert "FROM" not in data.text.partition("WHERE")[0]
    assert "'FROM <no>'" in data.text


def test_an_undeclared_prefix_in_from_is_located():
    with pytest.raises(QuerySyntaxError, match="line 2, column 6: the prefix no: is not declared"):
        sparql.dataset("SELECT *\nFROM no:x { }")


@pytest.mark.parametrize(
    ("text", "all_"),
    [
        ("SELECT ?a { ?a ?b ?c }", "SELECT ?a ?b ?c { ?a ?b ?c }"),
        ("SELECT * { ?a ?b ?c } LIMIT 1 OFFSET 2", "SELECT * { ?a ?b ?c }    "),
        ("select distinct (?a AS ?x) { ?a ?b 1 }", "select  (?a AS ?x) ?a ?b { ?a ?b 1 }"),
        (
            "SELECT ?a { { SELECT ?a { ?a ?b ?c } LIMIT 1 } }",
            "SELECT ?a ?b ?c { { SELECT ?a { ?a ?b ?c } LIMIT 1 } }",
        ),
    ],
)
def test_select_all_shows_every_variable(text, all_):
    assert sparql.select_all(text) == all_


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {\n ?s ?p }", "line 2, column 8: cannot be read from '}' on"),
        ("SELECT * { ?s a pba:Honour", "line 1, column 10: { is never closed"),
        ("SELECT * { ?s a nope:X }", "line 1, column 17: the prefix nope: is not declared"),
        ("SELCT * {}", "line 1, column 1: cannot be read from 'SELCT' on; did you mean SELECT?"),
        ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", "line 1, column 41: The SELECT contains a"),
        ("ASK { ?s ?p ?o } }", "line 1, column 18: } closes nothing"),
        ("", "line 1, column 1: the query ends too early"),
        (
            "SELECT * { ?s ?p ?o BIND(1 AS ?s) }",
            "line 1, column 31: ?s has been used before; AS gives a value to a new variable",
        ),
        ("SELECT * { ?s a pbaa:X }", "line 1, column 17: the prefix pbaa: is not declared; did "),
        (
            "SELECT * { ?s a dbo:X }",
            "line 1, column 17: the prefix dbo: is not declared; "
            "put above the query: PREFIX dbo: <http://dbpedia.org/ontology/>",
        ),
        ("ASK { ?s ?p ?o FILTRE(?s) }", "line 1, column 16: cannot be read from 'FILTRE' on; did"),
    ],
)
def test_a_syntax_error_says_line_column_and_what_stands_there(text, message, view):
    from kg.query import run

    with pytest.raises(QuerySyntaxError) as error:
        run(view, text)
    assert str(error.value).startswith(message)


def test_locating_a_fault_needs_no_other_parser():
    code = (
        "import sys\nfrom kg import sparql\n"
        "print(sparql.syntax_error(SyntaxError(''), 'ASK { ?s ?p }'), 'rdflib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "line 1, column 13: cannot be read from '}' on False\n"
