"""Publishing to a real graph store, with what can come between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import push as module
from kg.build import build, load
from kg.exceptions import RemoteError
from kg.namespace import ENTAILED, ID, PUSHED
from kg.push import Target, plan, push
from kg.remote import Endpoint, GraphStore
from kg.store import Store

from .servers import oxigraph

pytestmark = pytest.mark.full

OTHER = "urn:of:others"
THING = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c"))
LINES = "<urn:a> <urn:b> _:x . _:x <urn:c> _:y . _:y <urn:d> 1 , 2 , 3 .\n"


@pytest.fixture
def server() -> Iterator[str]:
    with oxigraph() as url:
        yield url


def target(url: str, default_graph: str | None = None) -> Target:
    return Target(GraphStore(f"{url}/store"), Endpoint(f"{url}/query"), default_graph)


def held(url: str) -> set[ox.Quad]:
    """All that a server holds; blank nodes by content."""
    endpoint = Endpoint(f"{url}/query")
    with endpoint.reading():
        rows = endpoint.query("SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
        quads = [ox.Quad(r["s"], r["p"], r["o"], r["g"] or ox.DefaultGraph()) for r in rows]
    return canonical(q for q in quads if q.graph_name != ox.NamedNode(PUSHED))


def canonical(quads) -> set[ox.Quad]:
    """By graph, since the same blank node in two graphs is two on a server."""
    found: set[ox.Quad] = set()
    quads = list(quads)
    for graph in {q.graph_name for q in quads}:
        data = ox.Dataset(q for q in quads if q.graph_name == graph)
        data.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        found |= set(data)
    return found


def small(tmp_path: Path, **sources: str) -> Store:
    """A store with sources of a few triples."""
    store = Store(tmp_path / "small")
    for name, lines in sources.items():
        file = tmp_path / f"{name}.ttl"
        file.write_text(lines, encoding="utf-8")
        load(store, [file])
    return store


def test_a_server_holds_what_the_store_holds_also_after_a_second_push(tmp_path, server):
    store = small(tmp_path, one=LINES, two="<urn:a> <urn:b> '贵', 'x\\n\"y'@zh .")
    with store.view() as view:
        for _ in range(2):
            made = push(view, target(server))
            assert held(server) == canonical(view.quads())
    assert made.write[None] == view.manifest.triples
    assert sum(made.write.values()) == view.manifest.triples + view.manifest.quads
    assert made.delete == ()


def test_a_large_graph_goes_in_pieces_and_keeps_its_blank_nodes(tmp_path, server, monkeypatch):
    monkeypatch.setattr(module, "_PIECE", 3)
    more = "".join(f"<urn:s{n}> <urn:p> {n} .\n" for n in range(10))
    with small(tmp_path, one=LINES + more).view() as view:
        push(view, target(server))
        assert held(server) == canonical(view.quads())


def test_a_graph_that_has_gone_is_deleted_and_what_others_wrote_is_not(tmp_path, server):
    GraphStore(f"{server}/store").put(OTHER, [THING])
    store = small(tmp_path, one="<urn:a> <urn:b> 1 .", two="<urn:a> <urn:b> 2 .")
    with store.view() as view:
        push(view, target(server))
    build(store, tmp_path_with(tmp_path, "one"), fresh=True)
    with store.view() as view:
        assert plan(view, target(server)).delete == (f"{ID}source/two/data", f"{ID}source/two/meta")
        push(view, target(server))
        foreign = ox.Quad(*THING, ox.NamedNode(OTHER))
        assert held(server) == canonical(view.quads()) | {foreign}


def tmp_path_with(tmp_path: Path, name: str) -> Path:
    """A folder with one of the files."""
    folder = tmp_path / "only"
    folder.mkdir()
    (tmp_path / f"{name}.ttl").rename(folder / f"{name}.ttl")
    return folder


def test_the_default_graph_that_others_wrote_is_not_replaced(tmp_path, server):
    graphs = GraphStore(f"{server}/store")
    graphs.put(None, [THING])
    store = small(tmp_path, one="<urn:a> <urn:b> 1 .")
    with store.view() as view:
        with pytest.raises(RemoteError, match="does not replace: the default graph; push to an em"):
            push(view, target(server))
        assert held(server) == {ox.Quad(*THING)}
        push(view, target(server, ID + "merged"))
        assert graphs.get(None) == {THING}


def test_a_named_graph_that_others_wrote_is_not_replaced(tmp_path, server):
    name = f"{ID}source/one/data"
    GraphStore(f"{server}/store").put(name, [THING])
    refused = pytest.raises(RemoteError, match=f"does not replace: {name}")
    with small(tmp_path, one="<urn:a> <urn:b> 1 .").view() as view, refused:
        push(view, target(server))
    assert held(server) == {ox.Quad(*THING, ox.NamedNode(name))}


class Interrupted(Exception):
    """Stands for a connection that breaks."""


def test_a_push_that_was_interrupted_is_completed_by_the_next(tmp_path, server):
    with small(tmp_path, one=LINES, two="<urn:a> <urn:b> 2 .").view() as view:
        for stop in range(1, 5):

            def step(name: str, stop: int = stop) -> None:
                if name.startswith(f"graph {stop} "):
                    raise Interrupted

            with pytest.raises(Interrupted):
                push(view, target(server), step)
        push(view, target(server))
        assert held(server) == canonical(view.quads())


def test_a_merge_that_moves_leaves_nothing_in_its_old_place(tmp_path, server):
    with small(tmp_path, one="<urn:a> <urn:b> 1 .").view() as view:
        push(view, target(server))
        push(view, target(server, ID + "merged"))
        assert GraphStore(f"{server}/store").get(None) == set()
        push(view, target(server))
        assert held(server) == canonical(view.quads())


def test_a_server_that_shows_all_graphs_as_one_is_said_to_do_so(tmp_path):
    with (
        oxigraph("--union-default-graph") as url,
        small(tmp_path, one="<urn:a> <urn:b> 1 .").view() as view,
    ):
        with pytest.raises(RemoteError, match="if it shows all graphs as one there, push again"):
            push(view, target(url))
        push(view, target(url, ID + "merged"))


def test_kg_push_tells_what_it_would_do_and_what_it_did(kg, shipped, server):
    url = f"{server}/store"
    planned = kg("--lang", "en", "push", url, "--dry-run", store=shipped)
    assert planned.code == 0
    assert held(server) == set()
    lines = planned.out.splitlines()
    with shipped.view() as view:
        total = view.manifest.triples + view.manifest.quads
        assert lines[-1] == (
            f"write the default graph (the merge of all sources) {view.manifest.triples:,}"
        )
    assert any(line.startswith(f"write {ENTAILED}") for line in lines)
    done = kg("--lang", "en", "push", url, store=shipped)
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        f"{url}: wrote {len(lines)} graphs, {total:,} triples; deleted 0 graphs; counted there\n"
    )
    assert kg("push", f"{server}/other", store=shipped).code == 2
    assert "--query-url" in kg("push", f"{server}/other", store=shipped).err
    again = kg("push", url, "--query-url", f"{server}/query", store=shipped)
    assert (again.code, "80" in again.err) == (0, len(lines) == 80)
    assert kg("push", "http://127.0.0.1:1/store", store=shipped).code == 1
