"""Questions to real servers elsewhere: the answers are those of the store."""

from __future__ import annotations

import shlex
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pyoxigraph as ox
import pytest

from kg.describe import find
from kg.exceptions import QueryRefused, RemoteError, UnknownThing
from kg.namespace import ID, PBA, RDFS
from kg.push import Target, push
from kg.query import Elsewhere, Question, evaluating, questions, run
from kg.query import asked as filled
from kg.query.elsewhere import over
from kg.remote import Credentials, Endpoint, GraphStore
from kg.sparql import parse
from kg.store import Store, View

from .faulty import serving
from .servers import oxigraph, virtuoso

MERGED = ID + "merged"


def oxigraph_target(url: str, default_graph: str | None = None) -> Target:
    return Target(GraphStore(f"{url}/store"), Endpoint(f"{url}/query"), default_graph)


@pytest.fixture(scope="module")
def plain(shipped: Store) -> Iterator[Elsewhere]:
    """A server whose default graph is one of its own."""
    with oxigraph() as url, shipped.view() as view:
        push(view, oxigraph_target(url))
        yield Elsewhere(Endpoint(f"{url}/query"))


@pytest.fixture(scope="module")
def union(shipped: Store) -> Iterator[Elsewhere]:
    """A server whose default graph is all graphs, and repeats what several of them say."""
    with oxigraph("--union-default-graph") as url, shipped.view() as view:
        push(view, oxigraph_target(url, MERGED))
        yield Elsewhere(Endpoint(f"{url}/query"), MERGED)


def asked(question: Question, place: View | Elsewhere) -> Counter[tuple]:
    """The rows of a saved question's example."""
    words = shlex.split(question.example)
    values = dict(b.split("=", 1) for a, b in pairwise(words) if a == "-p")

    with evaluating(place):
        return Counter(map(tuple, run(place, filled(place, question, values))))


@pytest.mark.full
@pytest.mark.parametrize("question", questions().values(), ids=lambda q: q.name)
def test_a_saved_question_has_the_same_answer_on_a_server(question, view, plain, union):
    here = asked(question, view)
    assert asked(question, plain) == here
    assert asked(question, union) == here


# What Virtuoso 7.2.5 answers otherwise, whoever asks.
VIRTUOSO = {
    "alliance-aims": "p* behind an alternative misses the path of no step",
    "alliance-initiators": "the same",
    "alliance-kinds": "an error of its compiler (SP031)",
    "funding": "true comes as 1",
    "grid-average": "the ratio of two integers is an integer",
}


@pytest.mark.nightly
def test_saved_questions_have_the_same_answers_on_virtuoso(view, tmp_path):
    with virtuoso(tmp_path) as url:
        credentials = Credentials("dba", "dba")
        graphs = GraphStore(f"{url}/sparql-graph-crud-auth", credentials=credentials)
        endpoint = Endpoint(f"{url}/sparql")
        push(view, Target(graphs, endpoint, MERGED))
        place = Elsewhere(endpoint, MERGED)
        assert {q.name for q in questions().values() if _differs(q, view, place)} == {*VIRTUOSO}


def _differs(question: Question, view: View, place: Elsewhere) -> bool:
    try:
        return asked(question, place) != asked(question, view)
    except RemoteError:
        return True


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?g { GRAPH ?g { ?s a pba:Alliance } }",
        "SELECT ?g { ?s a pba:Alliance GRAPH ?g { ?s ?p ?o FILTER EXISTS { ?s rdfs:label ?l } } }",
        "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c HAVING EXISTS { ?c a owl:Class }",
        "SELECT ?s { ?s a pba:Alliance } ORDER BY EXISTS { ?s pba:validFrom ?o } ?s",
        "SELECT (EXISTS { ?s a ?c } AS ?e) { VALUES ?s { pba:Alliance } }",
        "SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?s a pba:Honour } } }",
        "SELECT ?c { pba:RegionalAlliance rdfs:subClassOf* ?c }",
        "SELECT ?s { ?s a pba:Alliance MINUS { ?s pba:initiatedBy ?o } }",
    ],
)
def test_a_query_reads_the_merge_that_has_a_name_as_it_reads_the_default_graph(query, view, union):
    with evaluating(view):
        here = Counter(map(tuple, run(view, query)))
    assert here
    with evaluating(union):
        assert Counter(map(tuple, run(union, query))) == here


def test_true_and_false_and_graphs_come_from_a_server(view, plain, union):
    for place in (plain, union):
        with evaluating(place):
            assert bool(run(place, "ASK { ?s a pba:Alliance }"))
            query = "CONSTRUCT { ?s a pba:Alliance } WHERE { ?s a pba:Alliance }"
            assert set(run(place, query)) == set(run(view, query))


def test_a_query_with_from_says_itself_what_it_reads():
    query = parse("SELECT * FROM <urn:a> { ?s ?p ?o }")
    assert over(query, ox.NamedNode("urn:b")) is query


def test_a_thing_is_found_by_its_name_on_a_server(view, plain):
    for name in ("贵城街道", "Guicheng Subdistrict", "党建联盟"):
        try:
            here = find(view, name)
        except UnknownThing as error:
            with pytest.raises(UnknownThing, match=str(error).partition(";")[0]):
                plain.find(name)
        else:
            assert plain.find(name) == here
    for hostile in ('a"} INSERT', "\\", "a\nb", "?x"):
        with pytest.raises(UnknownThing):
            plain.find(hostile)


def test_quads_are_those_of_the_store(view, plain, union):
    label, merge = ox.NamedNode(RDFS + "label"), ox.DefaultGraph()
    alliance = ox.NamedNode(PBA + "Alliance")
    graph = next(q.graph_name for q in view.quads(None, label) if q.graph_name != merge)
    name = next(q.object for q in view.quads(alliance, label, None, merge))
    patterns = [
        (alliance, None, None, None),
        (alliance, label, name, merge),
        (None, label, None, graph),
        (None, None, alliance, merge),
        (ox.NamedNode("urn:none"), None, None, None),
        (ox.BlankNode(), None, None, None),
    ]
    for pattern in patterns:
        here = set(view.quads(*pattern))
        assert set(plain.quads(*pattern)) == here
        assert set(union.quads(*pattern)) == here


def test_a_query_for_a_server_passes_the_guard_first(plain):
    for text_ in ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "LOAD <urn:a>"):
        with pytest.raises(QueryRefused):
            run(plain, text_)


def test_kg_query_answers_from_a_server(kg, plain, shipped):
    url = plain.endpoint.address.url
    for form in ("csv", "json", "md", "tsv", "xml", "table"):
        words = ("query", "communities", "-p", "street=贵城街道", "-f", form)
        there, here = kg("--store", url, *words), kg(*words, store=shipped)
        assert (there.code, there.out) == (0, here.out)
    assert kg("--store", url, "query", "-e", "ASK { ?s a pba:Alliance }").out == "true\n"


@pytest.mark.parametrize(
    "command",
    [
        "build",
        "verify",
        "log",
        "undo",
        "validate",
        "describe x",
        "map -o a.html",
        "push http://x/store",
    ],
)
def test_a_command_that_needs_a_folder_refuses_a_server(command, kg):
    with serving() as server:
        done = kg("--store", server.url, *command.split())
        assert server.requests == []
    assert done.code == 2
    assert "this command needs a store folder" in done.err


def test_options_that_do_not_go_together_are_refused(kg, shipped):
    ask = ("query", "-e", "ASK {}")
    for words in (("--why",), ("--why", "--allow-service", "http://e.org/")):
        done = kg("--store", "http://127.0.0.1:1/", *ask, *words)
        assert (done.code, "--why reads the sources" in done.err) == (2, True)
    done = kg(*ask, "--default-graph", "id:merged", store=shipped)
    assert (done.code, "--default-graph is for an endpoint" in done.err) == (2, True)
    done = kg("--store", "http://127.0.0.1:1/", *ask, "--default-graph", "no iri")
    assert (done.code, "is not the IRI of a graph" in done.err) == (2, True)


def test_what_a_server_says_is_shown_as_plain_text(kg):
    with serving(lambda h: h.give(b"\x1b[31mred", 400, Content_Type="text/plain")) as server:
        done = kg("--store", server.url, "query", "-e", "ASK {}")
    assert (done.code, done.out) == (1, "")
    assert "\N{REPLACEMENT CHARACTER}[31mred" in done.err


def test_credentials_of_the_environment_are_sent_and_not_shown(kg, monkeypatch):
    monkeypatch.setenv("KG_ENDPOINT_USER", "user")
    monkeypatch.setenv("KG_ENDPOINT_PASSWORD", "geheim")
    with serving(lambda h: h.give(b"", 401)) as server:
        done = kg("--store", server.url, "query", "-e", "ASK {}")
        assert server.requests[0].headers["authorization"].startswith("Basic ")
    assert done.code == 1
    assert "does not accept the credentials" in done.err
    assert "geheim" not in done.err


def test_a_server_that_takes_too_long_gives_exit_code_124(kg):
    with serving(lambda h: time.sleep(2)) as server:
        done = kg("--store", server.url, "query", "-e", "ASK {}", "--timeout", "0.2")
    assert (done.code, "no answer within 0.2 s" in done.err) == (124, True)
