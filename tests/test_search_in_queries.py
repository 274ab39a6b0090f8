"""`search:matches` in SPARQL: answered from the index, as if it were a property of things."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import search, sparql
from kg.exceptions import QueryRefused, Unparsed
from kg.namespace import ID, PREFIXES, SEARCH
from kg.query import run, why
from kg.query.elsewhere import Elsewhere
from kg.query.rewrites import matches as rewriting
from kg.query.rewrites.service import Services
from kg.query.run import evaluate
from kg.remote import Endpoint
from kg.store import View

MATCHES = ox.NamedNode(SEARCH + "matches")


def rewritten(view: View, text: str) -> str:
    return sparql.text(rewriting.matches(sparql.parse(text), view))


def answers(view: View, text: str) -> Counter[tuple[str, ...]]:
    """The rows of a query that is answered from the index."""
    return read(evaluate(view, rewritten(view, text)))


def read(results: ox.QuerySolutions) -> Counter[tuple[str, ...]]:
    return Counter(tuple(str(term) for term in row) for row in results)


def told(view: View, *texts: str) -> ox.Store:
    """The merge, in which `search:matches` is a property that is stated."""
    store = ox.Store()
    store.bulk_extend(view.quads(None, None, None, ox.DefaultGraph()))
    for text in texts:
        for hit in search.find(view, text, limit=None):
            store.add(ox.Quad(ox.NamedNode(hit.thing), MATCHES, ox.Literal(text)))
    return store


QUERIES = [
    'SELECT ?t ?l { ?t search:matches "凤凰" ; rdfs:label ?l }',
    'SELECT ?t { ?t a pba:Community . ?t search:matches "fh" }',
    'SELECT ?c { [] search:matches "鳳凰" ; a ?c . }',
    'SELECT ?c { _:a search:matches "凤凰" . _:b search:matches "fh" ; a ?c . _:a a ?c }',
    'SELECT ?t ?c { ?t a pba:Community OPTIONAL { ?t search:matches "凤凰" . ?t a ?c } }',
    'SELECT ?t { { ?t search:matches "凤凰" } UNION { ?t search:matches "联盟" } }',
    'SELECT ?t ?l { { SELECT ?t { ?t search:matches "联盟" } } ?t rdfs:label ?l }',
    'SELECT ?t { ?t search:matches "凤凰", "fh" MINUS { ?t search:matches "联盟" } }',
    'SELECT ?t { ?t a pba:Community FILTER EXISTS { ?t search:matches "凤凰" } }',
    'SELECT ?t { ?t a pba:Community FILTER NOT EXISTS { ?t search:matches "凤凰" ; a ?c } }',
    'SELECT ?t ?y { ?t pba:within ?a . ?a search:matches "凤凰" BIND(EXISTS { ?t a ?y } AS ?y2) }',
    'SELECT (COUNT(?t) AS ?n) ?c { ?t search:matches "联盟"; a ?c } GROUP BY ?c',
    'SELECT ?x { area:450802001018 search:matches "凤凰" ; a ?x }',
    'SELECT ?x { area:450802001018 search:matches "联盟" ; a ?x }',
    'SELECT ?t { ?t search:matches "" }',
    'SELECT ?t { VALUES ?t { area:450802001018 area:450802 } ?t search:matches "凤凰" }',
]


@pytest.mark.parametrize("query", QUERIES)
def test_the_index_answers_what_the_property_would(query, view):
    stated = told(view, "凤凰", "fh", "鳳凰", "联盟")
    expected = read(stated.query(query, prefixes=PREFIXES))
    assert answers(view, query) == expected
    assert "matches>" not in rewritten(view, query)
    assert bool(expected) == ('""' not in query and '018 search:matches "联' not in query)


def test_other_forms_are_answered_too(view):
    assert evaluate(view, rewritten(view, 'ASK { ?t search:matches "凤凰" }'))
    assert not evaluate(view, rewritten(view, 'ASK { area:450802 search:matches "凤凰" }'))
    made = rewritten(view, 'CONSTRUCT { ?t rdfs:seeAlso ?t } { ?t search:matches "凤凰社区" }')
    assert len(list(evaluate(view, made))) == len(search.find(view, "凤凰社区"))
    shown = rewritten(view, 'DESCRIBE ?t { ?t search:matches "凤凰社区" }')
    assert {str(t.subject) for t in evaluate(view, shown)} >= {f"<{ID}area/450802001018>"}


def test_inside_of_a_graph_the_names_of_all_sources_count(view):
    query = 'SELECT ?g ?t { GRAPH ?g { ?t search:matches "县东社区居委会" ; pba:areaCode ?code } }'
    plain = 'SELECT ?g ?t { GRAPH ?g { ?t pba:areaCode "450802001003" } }'
    assert answers(view, query) == read(evaluate(view, plain))


def test_a_language_tag_asks_for_names_of_that_language(view):
    assert answers(view, 'SELECT ?t { ?t search:matches "community"@zh }') == Counter()
    english = answers(view, 'SELECT ?t { ?t search:matches "community"@en }')
    assert english == answers(view, 'SELECT ?t { ?t search:matches "community" }')
    assert english


def test_a_query_without_the_predicate_is_given_back_as_it_is(view):
    query = sparql.parse("SELECT * { ?s ?p ?o FILTER EXISTS { ?s a ?c } }")
    assert rewriting.matches(query, view) is query
    query = sparql.parse("CONSTRUCT { ?s search:matches ?o } { ?s rdfs:label ?o }")
    assert rewriting.matches(query, view) is query


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("?t search:matches ?x", r"takes a text, such as \"凤凰\", and not \?x"),
        ("?t search:matches pba:Alliance", "and not <https"),
        ('?t rdfs:label/search:matches "x"', "cannot stand in a path"),
        ('?t !search:matches "x"', "cannot stand in a path"),
        ('?t search:matches|rdfs:label "x"', "cannot stand in a path"),
        ('SERVICE <http://e.org/> { ?t search:matches "x" }', "in SERVICE"),
        ('?t search:matches "' + "凤" * 300 + '"', "more than 200"),
    ],
)
def test_what_cannot_be_looked_up_is_refused(pattern, message, view):
    with pytest.raises(QueryRefused, match=message):
        rewriting.matches(sparql.parse(f"SELECT * {{ {pattern} }}"), view)


def test_a_question_is_asked_and_explained_with_names_from_the_index(view, shipped, kg):
    query = 'SELECT ?t ?code { ?t search:matches "xiandong" ; pba:areaCode ?code }'
    row = (ox.NamedNode(ID + "area/450802001003"), ox.Literal("450802001003"))
    assert [tuple(found) for found in run(view, query)] == [row]
    assert {place.source.title for place in why(view, query)[row].evidence} == {
        "港北区村级统计用区划代码（2019-10-31）"
    }
    asked = kg("query", "-f", "csv", "-e", query, store=shipped)
    assert asked.out.splitlines() == ["t,code", f"{ID}area/450802001003,450802001003"]
    refused = kg("query", "-e", "ASK { ?t search:matches ?x }", store=shipped)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == 'Error: search:matches takes a text, such as "凤凰", and not ?x\n'


def test_names_from_several_graphs_are_those_of_the_merge(view):
    graphs = "".join(f"FROM <{ID}source/gangbei_villages_{n}/table> " for n in ("2.3.1", "2.7.0"))
    query = f'SELECT ?t ?code {graphs} {{ ?t search:matches "xiandong" ; pba:areaCode ?code }}'
    assert len(list(run(view, query))) == 1


def test_what_cannot_be_answered_is_not_answered_with_nothing(view):
    elsewhere = Elsewhere(Endpoint("http://localhost:9/"))
    with pytest.raises(QueryRefused, match="an endpoint has none"):
        run(elsewhere, 'ASK { ?t search:matches "凤凰" }')
    services = Services(("http://localhost:9/",))
    with pytest.raises(QueryRefused, match="in SERVICE"):
        run(
            view,
            'ASK { SERVICE <http://localhost:9/> { ?t search:matches "a" } }',
            services=services,
        )
    with pytest.raises(Unparsed, match="line 1"):
        run(view, 'ASK { << ?t ?p ?o >> ?q ?r . ?t search:matches "凤凰" }')


def test_too_many_things_are_refused_and_not_cut_off(view, monkeypatch):
    monkeypatch.setattr(rewriting, "LIMIT", 2)
    with pytest.raises(QueryRefused, match="more than 2 things have a name like '凤凰'"):
        rewriting.matches(sparql.parse('ASK { ?t search:matches "凤凰" }'), view)


TEXTS = st.sampled_from(["凤凰", "社区", "shequ", "fh", "lianmeng", "alliance", "x", "荷城 社区"])
PATTERNS = st.recursive(
    st.builds('?{} search:matches "{}" .'.format, st.sampled_from("tu"), TEXTS)
    | st.sampled_from(["?t a ?c .", "?u a pba:Community .", "?t pba:within ?u ."]),
    lambda inner: st.one_of(
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("{} OPTIONAL {{ {} }}".format, inner, inner),
        st.builds("{} MINUS {{ {} }}".format, inner, inner),
        st.builds("{{ SELECT DISTINCT ?t ?u {{ {} }} }}".format, inner),
        st.builds("{} {}".format, inner, inner),
    ),
    max_leaves=4,
)


@pytest.mark.full
@settings(max_examples=60, deadline=None, derandomize=True)
@given(pattern=PATTERNS)
def test_any_pattern_has_the_solutions_that_the_property_would_give(pattern, few):
    view, stated = few
    counts = "(COUNT(*) AS ?n) (COUNT(DISTINCT ?t) AS ?m) (COUNT(DISTINCT ?u) AS ?k)"
    query = f"SELECT {counts} {{ {pattern} }}"
    assert answers(view, query) == read(stated.query(query, prefixes=PREFIXES))


@pytest.fixture(scope="module")
def few(shipped):
    texts = ("凤凰", "社区", "shequ", "fh", "lianmeng", "alliance", "x", "荷城 社区")
    with shipped.view() as view:
        yield view, told(view, *texts)


def test_a_name_is_asked_for_by_true_or_false(view):
    thing = f"<{ID}area/450802001003>"
    assert run(view, f'ASK {{ {thing} search:matches "xiandong" }}')
    assert not run(view, f'ASK {{ {thing} search:matches "fenghuang" }}')
    rows = run(view, f'SELECT * {{ {thing} search:matches "xiandong" }}')
    assert [tuple(row) for row in rows] == [()]
