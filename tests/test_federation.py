"""SERVICE, answered by kg: what is sent where, what comes back, and what the engine never sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build import Checking, load
from kg.exceptions import QueryRefused, RemoteError
from kg.generate import generate
from kg.namespace import ID, ORG, PBA
from kg.push import Target, push
from kg.query import Elsewhere, Services, evaluating, run
from kg.query.rewrites import service
from kg.query.rewrites.service import federated
from kg.remote import Endpoint, GraphStore, Limits
from kg.sparql import refuse_network
from kg.store import Store, View

from .faulty import JSON, ROWS, serving
from .servers import oxigraph
from .test_sparql import SPELLINGS

UNCHECKED = Checking(required=False)
MEMBERS = """{ ?seat org:organization ?alliance ; org:member ?member .
  ?alliance pba:covers/pba:within* ?district . ?district a pba:District }"""


def rows(view: View | Elsewhere, text: str, *allowed: str, **limits) -> Counter[tuple]:
    with evaluating(view):
        results = run(view, text, services=Services(allowed, Limits(**limits)))
        return Counter(map(tuple, results))


def answer(*terms: str) -> bytes:
    """Results with one column ``x``."""
    bindings = ",".join(f'{{"x":{term}}}' if term else "{}" for term in terms)
    return f'{{"head":{{"vars":["x"]}},"results":{{"bindings":[{bindings}]}}}}'.encode()


def literal(value: str) -> str:
    return f'{{"type":"literal","value":"{value}"}}'


def test_the_rows_of_a_service_are_joined_with_what_is_here(view):
    with serving(lambda h: h.give(answer(literal("区域党建联盟"), literal("y"), ""))) as server:
        query = f"SELECT ?a {{ ?a a pba:Alliance . SERVICE <{server.url}> {{ ?o <urn:p> ?x }} BIND(STR(?x) AS ?s) }}"  # noqa: E501
        alliances = rows(view, "SELECT ?a { ?a a pba:Alliance }")
        assert rows(view, query, server.url) == Counter({k: 3 * n for k, n in alliances.items()})
    (request,) = server.requests
    assert request.body == b"query=SELECT+%3Fx+WHERE+%7B+%3Fo+%3Curn%3Ap%3E+%3Fx+.+%7D"
    assert "authorization" not in request.headers


def test_an_unbound_cell_joins_with_everything(view):
    with serving(lambda h: h.give(answer(""))) as server:
        query = f"SELECT ?x {{ VALUES ?x {{ 1 2 }} SERVICE <{server.url}> {{ ?o <urn:p> ?x }} }}"
        assert sum(rows(view, query, server.url).values()) == 2


def test_a_service_is_asked_from_the_inside_out(view):
    """A FILTER or VALUES around it narrows the join, not what is asked there."""
    with serving(lambda h: h.give(answer(literal("a"), literal("b")))) as server:
        part = f"SERVICE <{server.url}> {{ ?o <urn:p> ?x }}"
        kept = rows(view, f'SELECT ?x {{ {part} FILTER(?x = "a") }}', server.url)
        assert kept == Counter({(ox.Literal("a"),): 1})
        left = f'SELECT ?x ?y {{ VALUES ?y {{ "z" }} OPTIONAL {{ {part} FILTER(?x = ?y) }} }}'
        assert rows(view, left, server.url) == Counter({(None, ox.Literal("z")): 1})
        minus = f'SELECT ?x {{ VALUES ?x {{ "a" "c" }} MINUS {{ {part} }} }}'
        assert rows(view, minus, server.url) == Counter({(ox.Literal("c"),): 1})


def test_what_is_sent_needs_no_prefix_and_names_each_variable_once(view):
    with serving() as server:
        query = f"SELECT * {{ SERVICE <{server.url}> {{ ?a a pba:Alliance ; a ?b }} }}"
        rows(view, query, server.url)
        query = f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{server.url}> {{ ?a ?b ?c }} }}"
        assert rows(view, query, server.url) == Counter({(ox.Literal(1),): 1})
    first, second = (request.body.decode() for request in server.requests)
    assert first.startswith("query=SELECT+%3Fa+%3Fb+WHERE")
    assert "pba%3A" not in first
    assert second.startswith("query=SELECT+%3Fa+WHERE")


def test_a_service_that_fails_is_an_error_unless_it_is_silent(view):
    with serving(lambda h: h.give(b"no", 500, Content_Type="text/plain")) as server:
        query = f"SELECT * {{ SERVICE <{server.url}> {{ ?s ?p ?o }} }}"
        with pytest.raises(RemoteError, match="failed"):
            rows(view, query, server.url)
        silent = query.replace("SERVICE", "SERVICE SILENT")
        assert rows(view, silent, server.url) == Counter({(None, None, None): 1})


@pytest.mark.parametrize(
    ("term", "told"),
    [
        ('{"type":"bnode","value":"b0"}', "answers with a blank node for ?x"),
        ('{"type":"triple","value":{"subject":{"type":"uri","value":"urn:a"},"predicate":{"type":"uri","value":"urn:b"},"object":{"type":"uri","value":"urn:c"}}}', "answers with a triple for ?x"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_term_that_means_nothing_here_is_an_error(term, told, view):
    with serving(lambda h: h.give(answer(term))) as server:
        query = f"SELECT ?x {{ SERVICE <{server.url}> {{ ?x ?p ?o }} }}"
        with pytest.raises(RemoteError) as caught:
            rows(view, query, server.url)
    assert told in str(caught.value)


def test_more_rows_than_a_query_can_hold_are_an_error(view, monkeypatch):
    monkeypatch.setattr(service, "MAX_ROWS", 3)
    with serving(lambda h: h.give(answer(*(literal("a") for _ in h.server.requests)))) as server:
        query = f"SELECT ?x {{ SERVICE <{server.url}> {{ ?x ?p ?o }} }}"
        found = [sum(rows(view, query, server.url).values()) for _ in range(3)]
        with pytest.raises(RemoteError, match="answers with more than 3 rows; ask it for less"):
            rows(view, query, server.url)
    assert found == [1, 2, 3]


@pytest.mark.full
def test_a_hundred_thousand_rows_are_joined(view):
    terms = [literal(f"x{number}") for number in range(100_000)]
    with serving(lambda h: h.give(answer(*terms))) as server:
        query = f"SELECT (COUNT(?x) AS ?n) {{ SERVICE <{server.url}> {{ ?s ?p ?x }} }}"
        assert rows(view, query, server.url) == Counter({(ox.Literal(100_000),): 1})


def test_a_value_that_looks_like_a_query_stays_a_value(view):
    hostile = literal('\\" } SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } #')
    with serving(lambda h: h.give(answer(hostile))) as server:
        query = f"SELECT ?x {{ SERVICE <{server.url}> {{ ?s ?p ?x }} }}"
        ((value,),) = rows(view, query, server.url)
        assert value.value == '" } SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } #'
        refuse_network(federated(query, Services((server.url,))))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_address_is_asked_that_is_not_allowed(spelling, view):
    with serving() as server, serving() as other:
        for allowed in ((), (other.url,), (server.url + "/",), (server.url.upper(),)):
            with pytest.raises(QueryRefused):
                rows(view, spelling.format(u=server.url), *allowed)
        assert server.requests == other.requests == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE ?x { ?s ?p ?o } VALUES ?x { <URL> } }",
        "PREFIX x: <URL> SELECT * { SERVICE x: { ?s ?p ?o } }",
        "SELECT * { SERVICE <URL> { SERVICE <URL> { ?s ?p ?o } } }",
        "SELECT * { SERVICE <URL> { ?s ?p ?o FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } } }",
        "BASE <URL> SELECT * { SERVICE <> { ?s ?p ?o } }",
        r"SELECT * { SERVICE <\u0068ttp://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT ?x { ?s ?p ?o } }",
        "SELECT * { SERVICE <URL> { ?s ?p ?o } SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } SERVICE <URL> { ?s ?p ?o } }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { ?s ?p <<( ?a ?b ?c )>> SERVICE <URL> { ?s ?p ?o } }",
    ],
)
def test_only_an_address_written_out_is_allowed_and_not_in_another(query, view):
    with serving() as server:
        with pytest.raises(QueryRefused):
            rows(view, query.replace("URL", server.url), server.url)
        assert server.requests == []


def test_a_service_that_redirects_elsewhere_is_not_followed(view):
    with serving() as other:
        with serving(lambda h: h.give(b"", 307, Location=other.url)) as server:
            query = f"SELECT * {{ SERVICE <{server.url}> {{ ?s ?p ?o }} }}"
            with pytest.raises(RemoteError, match="another server"):
                rows(view, query, server.url)
        assert other.requests == []


def test_kg_query_asks_the_services_that_are_allowed(kg, shipped, monkeypatch):
    monkeypatch.setenv("KG_ENDPOINT_TOKEN", "geheim")
    with serving(lambda h: h.give(answer(literal("x")), Content_Type=JSON)) as server:
        query = f"SELECT ?x {{ SERVICE <{server.url}> {{ ?s ?p ?x }} }}"
        assert kg("query", "-e", query, store=shipped).code == 2
        assert server.requests == []
        done = kg("query", "-e", query, "--allow-service", server.url, "-f", "csv", store=shipped)
        assert (done.code, done.out) == (0, "x\nx\n")
        (request,) = server.requests
        assert "authorization" not in request.headers
        with serving(lambda h: h.give(ROWS)) as store:
            done = kg("--store", store.url, "query", "-e", query, "--allow-service", server.url)
            assert done.code == 0
        assert b"SERVICE" not in store.requests[0].body


@pytest.fixture(scope="module")
def districts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[str]]]:
    """Three districts: merged in one store, and each on a server of its own."""
    folder = tmp_path_factory.mktemp("districts")
    generate(folder / "files", 3, 0, 0)
    files = sorted((folder / "files").glob("*.nq"))
    bridges = [_bridges(*pair, folder) for pair in zip(files, files[1:] + files[:1], strict=True)]
    merged = Store(folder / "merged")
    load(merged, [*files, *bridges], checking=UNCHECKED)
    with ExitStack() as stack:
        urls = []
        for number, pair in enumerate(zip(files, bridges, strict=True)):
            store = Store(folder / str(number))
            load(store, pair, checking=UNCHECKED)
            url = stack.enter_context(oxigraph())
            with store.view() as view:
                push(view, Target(GraphStore(f"{url}/store"), Endpoint(f"{url}/query")))
            urls.append(f"{url}/query")
        yield merged, urls


def _bridges(here: Path, there: Path, folder: Path) -> Path:
    """Memberships of some organisations of one district in alliances of another."""
    alliances = _ends(here, PBA + "covers", 0) & _ends(here, ORG + "organization", 2)
    members = _ends(there, ORG + "member", 2)
    file = folder / f"bridges-{here.stem}.ttl"
    pairs = enumerate(zip(sorted(alliances)[:5], sorted(members)[:5], strict=True))
    lines = (
        f"<{ID}{here.stem}/{n}> <{ORG}organization> {alliance} ; <{ORG}member> {member} ."
        for n, (alliance, member) in pairs
    )
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def _ends(file: Path, predicate: str, end: int) -> set[str]:
    """The subjects or the objects of a predicate."""
    quads = ox.parse(path=file, format=ox.RdfFormat.N_QUADS)
    return {str(tuple(q.triple)[end]) for q in quads if q.predicate.value == predicate}


BRIDGES = """SELECT ?member (COUNT(DISTINCT ?district) AS ?districts) { PATTERN }
GROUP BY ?member HAVING (COUNT(DISTINCT ?district) > 1)"""


@pytest.mark.full
def test_organisations_in_alliances_of_two_districts_are_those_of_the_merged_store(
    districts, view, kg, shipped
):
    merged, urls = districts
    with merged.view() as whole:
        here = rows(whole, BRIDGES.replace("PATTERN", MEMBERS))
    assert len(here) > 5
    union = " UNION ".join(f"{{ SERVICE <{url}> {MEMBERS} }}" for url in urls)
    query = BRIDGES.replace("PATTERN", union)
    assert rows(view, query, *urls) == here
    assert rows(Elsewhere(Endpoint(urls[0])), query, *urls) == here
    pair = f"""SELECT DISTINCT ?member {{
      SERVICE <{urls[0]}> {MEMBERS.replace("?", "?one_").replace("?one_member", "?member")}
      SERVICE <{urls[1]}> {MEMBERS.replace("?", "?two_").replace("?two_member", "?member")} }}"""
    allowed = [word for url in urls for word in ("--allow-service", url)]
    done = kg("query", "-e", pair, *allowed, "-f", "csv", store=shipped)
    assert done.code == 0
    found = {ox.NamedNode(line) for line in done.out.split()[1:]}
    assert found
    assert found <= {member for member, _ in here}
