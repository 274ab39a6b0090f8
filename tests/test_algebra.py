"""Queries as algebra: what is read is what the engine means, and written again it is the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import assets
from kg.exceptions import QuerySyntaxError
from kg.namespace import PREFIXES
from kg.sparql import Unparsed, bind, parameters, parse, text
from kg.sparql import algebra as a

E = "http://e.org/"
DATA = """
@prefix e: <http://e.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:a e:p e:b, e:c ; e:q 1, 2.5, "x"@en ; e:r e:d . e:b e:p e:c ; e:q 3 ; e:n "b" .
e:c e:p e:a ; e:n "c"@zh, "c" . e:d e:r e:a, e:d ; e:q "2019-06-03"^^xsd:date ; e:n "d\\"\\n" .
e:l e:list ( 1 e:a ( ) ) . _:x e:p e:a . e:b a e:K . e:c a e:K .
"""
QUERIES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT ?s ?o { ?s e:p ?o . ?o e:p ?s }",
    "SELECT DISTINCT ?s { ?s e:p/e:p ?o }",
    "SELECT REDUCED ?s { ?s e:p+ e:a } ORDER BY ?s",
    "SELECT ?s ?o { ?s e:p* ?o }",
    "SELECT ?s ?o { ?s (e:p|^e:r)? ?o }",
    "SELECT ?s ?o { ?s ^(e:p/e:r) ?o }",
    "SELECT ?s ?o { ?s !(e:p|^e:q|a) ?o }",
    "SELECT ?s ?o { ?s !e:p ?o }",
    "SELECT ?s ?o { ?s !^e:p ?o }",
    "SELECT ?s ?o { ?s e:p+ ?o . ?o e:q +1 , ?n }",
    "SELECT ?s { ?s e:q 1, 2.5 ; e:r e:d ; . }",
    "SELECT ?s { ?s e:q 25.0e-1 }",
    "SELECT ?x { e:l e:list ( 1 ?x () ) }",
    "SELECT ?x { ?l e:list [ ] . [ e:p ?x ] e:q ?y . [ e:r [ e:r ?x ] ] }",
    "SELECT ?x { _:b e:p ?x . _:b e:q ?y FILTER(?y > 0) _:b e:r ?z }",
    "SELECT ?s ?n { ?s a e:K OPTIONAL { ?s e:n ?n FILTER(LANG(?n) = 'zh') } }",
    "SELECT ?s ?n { ?s a e:K OPTIONAL { { ?s e:n ?n FILTER(LANG(?n) = 'zh') } } }",
    "SELECT ?s ?n { ?s a e:K OPTIONAL { { ?s e:n ?n } FILTER(?s = e:c) } }",
    "SELECT ?s ?n ?m { ?s a e:K OPTIONAL { ?s e:n ?n OPTIONAL { ?s e:q ?m } } }",
    "SELECT * { { ?s e:p ?o } UNION { ?o e:r ?s } UNION { ?s e:q ?o FILTER(?o < 3) } }",
    "SELECT * { ?s e:p ?o { ?s e:q ?n } { ?o e:p ?t } ?t e:p ?u }",
    "SELECT * { { ?s e:p ?o FILTER(?s != e:a) } ?s e:q ?n FILTER(?n = 3) }",
    "SELECT * { FILTER(?o = e:c) ?s e:p ?o }",
    "SELECT * { ?s e:p ?o MINUS { ?s e:q ?n . FILTER(?n = 1) } }",
    "SELECT * { ?s e:p ?o MINUS { ?x e:q ?n } }",
    "SELECT * { ?s e:p ?o FILTER NOT EXISTS { ?s e:q ?n FILTER(?n = 1 || ?o = e:b) } }",
    "SELECT * { ?s e:p ?o FILTER(EXISTS { ?o e:p ?s } || !EXISTS { ?o e:n ?n }) }",
    "SELECT * { ?s e:q ?n BIND(?n + 1 AS ?m) FILTER(?m > 2) }",
    "SELECT * { BIND(1 AS ?x) ?s e:q ?x }",
    "SELECT * { { BIND(1 AS ?x) } ?s e:q ?x }",
    "SELECT * { ?s e:q ?n } VALUES (?s ?n) { (e:a 1) (UNDEF 3) }",
    "SELECT * { VALUES ?s { e:a e:b } ?s e:p ?o VALUES (?o) { (e:c) } }",
    "SELECT * { VALUES () { () () } }",
    "SELECT * { ?s e:q ?n } VALUES ?z { 1 2 }",
    "DESCRIBE * { ?s a e:K } VALUES ?z { e:a }",
    "BASE <http://e.org/x/y?z#f> SELECT ?s { ?s <../p> <../a> . ?s <http:/p> ?o }",
    "BASE <http://e.org/x/> SELECT ?s { ?s ?p <?q> } VALUES ?q { <#f> <> <//f.org/> <./../c> }",
    "SELECT * { VALUES ?x { } }",
    "SELECT (COUNT(*) AS ?n) { ?s e:p ?o }",
    "SELECT ?s (COUNT(DISTINCT ?o) AS ?n) { ?s e:p ?o } GROUP BY ?s HAVING(COUNT(?o) > 1)",
    "SELECT ?k (SUM(?n) + 1 AS ?t) (GROUP_CONCAT(STR(?n); SEPARATOR=', ') AS ?l) "
    "{ ?s e:q ?n FILTER(ISNUMERIC(?n)) } GROUP BY (STR(?s) AS ?k) ORDER BY DESC(?t)",
    "SELECT (AVG(?n) AS ?m) (MIN(?n) AS ?l) (MAX(?n) AS ?h) (COUNT(SAMPLE(?n)) AS ?x) "
    "{ e:a e:q ?n }",
    "SELECT (COUNT(?s) AS ?n) { ?s e:p ?o } GROUP BY STR(?o) (?o) ORDER BY ?n",
    "SELECT ?s ?n { { SELECT ?s (MAX(?q) AS ?n) { ?s e:q ?q } GROUP BY ?s } ?s e:p ?o }",
    "SELECT ?s { { SELECT ?s { ?s e:p ?o } ORDER BY ?s LIMIT 2 OFFSET 1 } }",
    "SELECT ?s { { SELECT * { ?s e:p ?o } VALUES ?o { e:c } } }",
    "SELECT (?n * 2 AS ?m) (-?n AS ?k) (!BOUND(?z) AS ?u) { ?s e:q ?n } ORDER BY DESC(?n) ASC(?s)",
    "SELECT ?s { ?s e:q ?n FILTER(?n -1 > 0 && ?n-1*2<3) }",
    "SELECT ?s { ?s e:q ?n FILTER(1+?n*2-3/4 >= -?n) }",
    "SELECT ?s { ?s e:q ?n FILTER(?n IN (1, 3, 'x'@en) || ?n NOT IN ()) }",
    "SELECT ?s { ?s e:q ?n FILTER(<http://www.w3.org/2001/XMLSchema#string>(?n) = '1') }",
    "SELECT ?s { ?s e:n ?n FILTER regex(?n, '^[B-D]', 'i') }",
    "SELECT (IF(?n = 'b', CONCAT(?n, '!'), COALESCE(?n, 1)) AS ?x) { ?s e:n ?n }",
    "SELECT (STRLANG('a', 'zh') AS ?x) (STRDT('1', <urn:t>) AS ?y) (SUBSTR('abc', 2, 1) AS ?z) {}",
    "SELECT ?s { ?s e:n 'd\\u0022\\n' }",
    "SELECT ?s { ?s e:n '''d\"\n''' }",
    'SELECT ?s { ?s e:n """c""" }',
    "ASK { ?s e:p ?s }",
    "ASK WHERE { e:a e:p ?x } ",
    "CONSTRUCT { ?o e:of ?s . [] e:x 'y' } WHERE { ?s e:r ?o } LIMIT 1",
    "CONSTRUCT WHERE { ?s e:r ?o ; e:q ?n }",
    "DESCRIBE e:b",
    "DESCRIBE ?s e:a { ?s a e:K }",
    "DESCRIBE * { ?s a e:K }",
    "SELECT $s { $s a ?k }",
    "PREFIX f: <http://e.org/> SELECT ?s { ?s f:p f:c }",
    "BASE <http://e.org/> SELECT ?s { ?s <p> <c> }",
    "BASE <http://e.org/x/> PREFIX : <../> SELECT ?s { ?s :p :c }",
    "select ?s where { ?s a e:K } order by ?s limit 1 offset 1",
    "SELECT ?s { ?s e:q ?n FILTER(?n<3) }",
    "SELECT ?g ?s { GRAPH ?g { ?s e:p ?o } }",
    "SELECT ?s { GRAPH <urn:g> { ?s e:p ?o FILTER(?o = e:b) } }",
    "SELECT ?s FROM <urn:g> { ?s e:p ?o }",
    "SELECT ?s FROM NAMED <urn:g> { GRAPH ?g { ?s e:p ?o } }",
]


@pytest.fixture(scope="module")
def data() -> ox.Store:
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
    store.add(ox.Quad(*(ox.NamedNode(E + n) for n in "apb"), ox.NamedNode("urn:g")))
    return store


def answer(data: ox.Store, query: str) -> object:
    found = data.query(query, prefixes={**PREFIXES, "e": E})
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QueryTriples):
        # New blank nodes are made each time.
        return Counter(str(t) for t in found if not str(t).startswith("_:"))
    names = [v.value for v in found.variables]
    # Rows may differ in what a blank node is called and SAMPLE and DESCRIBE are free.
    return names, Counter(tuple(str(term) for term in row) for row in found)


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_read_gives_the_engines_answer(data, query):
    query = f"PREFIX e: <{E}> {query}"
    again = text(parse(query))
    assert answer(data, again) == answer(data, query), again


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_written_reads_the_same(query):
    algebra = parse(f"PREFIX e: <{E}> {query}")
    assert parse(text(algebra)) == algebra


def files() -> list[str]:
    shipped = [*assets.folder("queries").glob("*.rq"), *assets.folder("ontology").rglob("*.rq")]
    return [file.read_text(encoding="utf-8") for file in sorted(shipped)]


def test_every_shipped_query_is_read_and_written_the_same():
    for file in files():
        query = bind(file, dict.fromkeys(parameters(file), "<urn:x>"))
        algebra = parse(query)
        assert parse(text(algebra)) == algebra, query


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s ?p }",
        "SELECT { ?s ?p ?o }",
        "SELECT ?s { ?s ?p ?o ",
        "SELECT ?s { ?s ?p ?o } LIMIT x",
        "SELECT ?s { ?s ?p ?o } LIMIT 1 LIMIT 2",
        "SELECT ?s { ?s ?p ?o } LIMIT 1.5",
        "SELECT ?s { ?s nope:p ?o }",
        "SELECT ?s { FILTER ?s }",
        "SELECT ?s { VALUES (?a ?b) { (1) } }",
        "SELECT (SUM(*) AS ?n) { ?s ?p ?o }",
        "SELECT (STR(1, 2) AS ?n) {}",
        "CONSTRUCT { ?s e:p+ ?o } { ?s ?p ?o }",
        "SELECT ?s { ?s ?p ?o } }",
        "ASK { ?s ?p 'x }",
        "",
        "INSERT DATA { <urn:a> <urn:b> 1 }",
    ],
)
def test_what_the_engine_refuses_is_not_read(data, query):
    query = f"PREFIX e: <{E}> {query}"
    with pytest.raises(SyntaxError):
        data.query(query, prefixes=PREFIXES)
    with pytest.raises(QuerySyntaxError):
        parse(query)


def test_a_name_that_is_resolved_when_the_query_runs_is_left_to_the_engine():
    with pytest.raises(Unparsed):
        parse("BASE <http://e.org/> SELECT (IRI('x') AS ?x) { }")
    assert parse("SELECT (IRI('urn:x') AS ?x) { }").form == "SELECT"


def test_the_place_is_told_where_reading_stops():
    with pytest.raises(Unparsed) as told:
        parse("SELECT ?s {\n  ?s 凤凰 ?o }")
    assert (told.value.line, told.value.column) == (2, 6)
    assert "凤凰" in str(told.value)


def test_a_deep_or_long_query_does_not_exhaust_the_stack():
    deep = "{ " * 99 + "?s ?p ?o" + " }" * 99
    assert a.in_scope(parse(f"SELECT * {deep}").select.where) == tuple(map(ox.Variable, "spo"))
    long = " ".join(f"?s{n} ?p ?o ." for n in range(5_000))
    where = parse(f"SELECT ?p {{ {long} }}").select.where
    assert isinstance(where, a.Bgp)
    assert len(where.triples) == 5_000


@pytest.mark.parametrize("spoilt", ["nothing", "a broken file", "no folder", "a folder of others"])
def test_queries_are_read_whatever_is_in_the_cache(tmp_path, spoilt):
    home, folder = tmp_path / "home", tmp_path / "home" / "kg"
    if spoilt == "no folder":
        home.write_text("a file")
    else:
        folder.mkdir(parents=True)
    if spoilt == "a broken file":
        (folder / "sparql.tables").write_bytes(b"no tables")
    if spoilt == "a folder of others":
        folder.chmod(0o777)
    code = "from kg.sparql import parse; print(parse('ASK {}').form)"
    env = {**os.environ, "XDG_CACHE_HOME": str(home)}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        assert (done.stdout, done.stderr) == ("ASK\n", "")
    kept = [file.name for file in home.rglob("*") if file.is_file()] if home.is_dir() else []
    assert kept == (["sparql.tables"] if spoilt in ("nothing", "a broken file") else [])


variables = st.sampled_from([ox.Variable(name) for name in "xyz"])
iris = st.sampled_from([ox.NamedNode(E + name) for name in "abcpqr"])
literals = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=4).map(ox.Literal),
    st.integers(-3, 3).map(ox.Literal),
    st.sampled_from([ox.Literal("凤", language="zh"), ox.Literal(2.5)]),
)
paths = st.recursive(
    iris,
    lambda path: st.one_of(
        path.map(a.Inverse),
        st.lists(path, min_size=2, max_size=3).map(lambda p: a.Sequence(tuple(p))),
        st.lists(path, min_size=2, max_size=3).map(lambda p: a.Alternative(tuple(p))),
        st.builds(a.Repeat, path, st.sampled_from("*+?")),
        st.builds(
            lambda f, b: a.Negated(tuple(f), tuple(b)),
            st.lists(iris, min_size=1, max_size=2),
            st.lists(iris, max_size=2),
        ),
    ),
    max_leaves=4,
)
triples = st.builds(
    a.TriplePattern, variables | iris, variables | paths, variables | iris | literals
)
bgps = st.lists(triples, min_size=1, max_size=3).map(lambda found: a.Bgp(tuple(found)))
values = st.builds(
    lambda rows: a.Values(tuple(map(ox.Variable, "xy")), tuple(rows)),
    st.lists(st.tuples(*[st.none() | iris | literals] * 2), max_size=3),
)


def expressions(patterns: st.SearchStrategy[a.Pattern]) -> st.SearchStrategy[a.Expression]:
    signs = st.sampled_from(["=", "!=", "<", ">=", "+", "-", "*", "/", "&&", "||"])
    return st.recursive(
        variables | iris | literals,
        lambda e: st.one_of(
            st.builds(lambda s, x, y: a.Call(s, (x, y)), signs, e, e),
            st.builds(lambda s, x: a.Call(s, (x,)), st.sampled_from(["!", "-", "STR"]), e),
            st.builds(lambda x, y: a.Call("NOT IN", (x, *y)), e, st.lists(e, max_size=2)),
            st.builds(lambda x, y: a.Call(x, (y,)), iris, e),
            st.builds(a.Exists, patterns, st.booleans()),
        ),
        max_leaves=4,
    )


def pattern_of(inner: st.SearchStrategy[a.Pattern]) -> st.SearchStrategy[a.Pattern]:
    conditions = expressions(inner)
    return st.one_of(
        st.builds(a.Join, inner, inner),
        st.builds(a.LeftJoin, inner, inner, st.none() | conditions),
        st.builds(a.Union, inner, inner),
        st.builds(a.Minus, inner, inner),
        st.builds(a.Filter, inner, conditions),
        st.builds(a.Graph, variables | iris, inner),
        st.builds(a.Service, variables | iris, inner, st.booleans()),
        st.builds(a.Extend, inner, variables, conditions),
        st.builds(
            lambda p, d, n: a.Select((a.Column(ox.Variable("x")),), p, distinct=d, limit=n),
            inner,
            st.booleans(),
            st.none() | st.integers(0, 9),
        ),
    )


patterns = st.recursive(bgps | values, pattern_of, max_leaves=6)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(patterns)
def test_any_algebra_is_written_and_read_the_same(pattern):
    query = a.Query("SELECT", a.Select((a.Column(ox.Variable("x")),), pattern))
    assert parse(text(query)) == query, text(query)
