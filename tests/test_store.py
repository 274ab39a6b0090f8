"""The store: generations, the merge, who may write, what readers see."""

import json
import os
import runpy
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.exceptions import (
    ForeignFolder,
    NothingToUndo,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreNotFound,
    UnknownThing,
    UnsupportedPlatform,
)
from kg.store import STEPS, Store, engine_errors, staging

CHILD = Path(__file__).with_name("store_child.py")
MERGE = ox.DefaultGraph()
P = ox.NamedNode("urn:p")


def quad(subject: str, value: str, graph: str) -> ox.Quad:
    return ox.Quad(
        ox.NamedNode(f"urn:{subject}"), P, ox.Literal(value), ox.NamedNode(f"urn:{graph}")
    )


def put(store: Store, **sources: list[ox.Quad]):
    """Commit new content for some sources; an empty list removes the source."""
    with store.write(command="put") as writer:
        for source, quads in sources.items():
            if quads:
                writer.replace(source, quads)
            else:
                writer.remove(source)
        return writer.commit()


def rows(store: Store, graph=MERGE) -> list[str]:
    with store.view() as view:
        return sorted(str(found) for found in view.quads(g=graph))


def count(store: Store) -> int:
    with store.view() as view:
        return int(next(view.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))["n"].value)


def files(root: Path) -> dict[Path, tuple[int, int, int]]:
    found = {path: path.stat() for path in [root, *root.rglob("*")]}
    return {path: (s.st_ino, s.st_size, s.st_mtime_ns) for path, s in found.items()}


@contextmanager
def rebuild_share(share: float):
    """Force the way a generation is loaded: −1 rebuilds, a large number changes a clone."""
    before, staging.REBUILD_SHARE = staging.REBUILD_SHARE, share
    try:
        yield
    finally:
        staging.REBUILD_SHARE = before


WAYS = pytest.mark.parametrize("way", [-1, 1e9], ids=["rebuild", "clone"])


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


# The merge


@WAYS
def test_a_fact_in_three_graphs_is_one_row_until_the_last_is_removed(store, way):
    fact = str(quad("a", "x", "g1").triple)
    with rebuild_share(way):
        put(store, s1=[quad("a", "x", "g1"), quad("a", "x", "g2")], s2=[quad("a", "x", "g3")])
        assert (rows(store), count(store)) == ([fact], 1)
        assert len(rows(store, None)) == 4
        put(store, s1=[])
        assert (rows(store), count(store)) == ([fact], 1)
        put(store, s2=[quad("b", "y", "g3")])
        assert rows(store) == [str(quad("b", "y", "g3").triple)]


@WAYS
def test_a_fact_may_move_from_one_source_to_another_in_one_write(store, way):
    put(store, s1=[quad("a", "x", "g1"), quad("b", "x", "g1")], s2=[quad("c", "x", "g2")])
    with rebuild_share(way):
        manifest = put(store, s1=[quad("b", "x", "g1")], s2=[quad("a", "x", "g2")])
    assert rows(store) == [str(quad("a", "x", "g2").triple), str(quad("b", "x", "g1").triple)]
    assert (manifest.triples, manifest.quads) == (2, 2)


@WAYS
def test_a_graph_may_move_from_one_source_to_another_in_one_write(store, way):
    put(store, s1=[quad("a", "x", "g1"), quad("b", "x", "g1")], s3=[quad("c", "x", "g3")])
    with rebuild_share(way):
        manifest = put(store, s1=[], s2=[quad("a", "x", "g1")])
    assert [(r.id, r.quads, r.graphs) for r in manifest.sources] == [
        ("s2", 1, ("urn:g1",)),
        ("s3", 1, ("urn:g3",)),
    ]
    assert count(store) == 2


@WAYS
def test_numbers_that_the_engine_rewrites_are_held_once(store, way):
    number = ox.Literal("01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    given_quad = ox.Quad(ox.NamedNode("urn:a"), P, number, ox.NamedNode("urn:g"))
    first = put(store, s=[given_quad])
    with rebuild_share(way):
        second = put(store, s=[given_quad])
    assert (second.digest, second.triples, second.quads) == (first.digest, 1, 1)


def test_a_source_that_repeats_itself_is_counted_once(store):
    manifest = put(store, s=[quad("a", "x", "g")] * 3)
    assert (manifest.sources[0].quads, manifest.quads, manifest.triples) == (1, 1, 1)


# Digests, and the two ways to load


@WAYS
def test_the_same_content_gives_the_same_digest_in_any_order_and_any_folder(tmp_path, way):
    content = [quad(f"s{i}", str(i), f"g{i % 3}") for i in range(50)]
    first = put(Store(tmp_path / "one"), s=content, t=[quad("t", "t", "t")])
    with rebuild_share(way):
        again = put(Store(tmp_path / "one"), s=content[::-1])
    put(Store(tmp_path / "two"), t=[quad("u", "t", "t")], s=content[:20])
    other = put(Store(tmp_path / "two"), s=content, t=[quad("t", "t", "t")])
    assert first.digest == again.digest == other.digest
    assert first.sources == again.sources == other.sources
    assert put(Store(tmp_path / "two"), s=content[1:]).digest != first.digest


def test_a_renamed_source_changes_the_digest(tmp_path):
    content = [quad("a", "x", "g")]
    assert (
        put(Store(tmp_path / "one"), s=content).digest
        != put(Store(tmp_path / "two"), t=content).digest
    )


SOURCES = st.sampled_from(["a", "b", "c"])
FACTS = st.sets(st.tuples(st.sampled_from("xyz"), st.sampled_from("123"), st.integers(0, 1)))
CHANGES = st.lists(st.dictionaries(SOURCES, FACTS, min_size=1), min_size=1, max_size=4)


@pytest.mark.full
@settings(max_examples=25, deadline=None, derandomize=True)
@given(changes=CHANGES)
def test_both_ways_to_load_agree_with_plain_sets(tmp_path_factory, changes):
    root, model, digests = tmp_path_factory.mktemp("model"), {}, {-1: [], 1e9: []}
    for change in changes:
        model |= {
            source: {quad(s, o, f"{source}{graph}") for s, o, graph in facts}
            for source, facts in change.items()
        }
        model = {source: quads for source, quads in model.items() if quads}
        for way, seen in digests.items():
            with rebuild_share(way), Store(root / str(way)).write() as writer:
                writer.keep_only(model)
                for source in change.keys() & model.keys():
                    writer.replace(source, model[source])
                manifest = writer.commit()
            seen.append(manifest.digest)
            named = set().union(*model.values())
            merge = {found.triple for found in named}
            with Store(root / str(way)).view() as view:
                held = list(view.quads())
            assert len(held) == len(named) + len(merge)
            assert {h for h in held if h.graph_name != MERGE} == named
            assert {h.triple for h in held if h.graph_name == MERGE} == merge
            assert (manifest.triples, manifest.quads) == (len(merge), len(named))
            assert {r.id: r.quads for r in manifest.sources} == {
                source: len(quads) for source, quads in model.items()
            }
    assert digests[-1] == digests[1e9]


def test_unchanged_files_are_shared_with_the_parent_generation(store):
    put(store, a=[quad(f"s{i}", str(i), "a") for i in range(2000)])
    put(store, b=[quad("b", "b", "b")])
    first, second = (store.path / f"gen-{n}" / "store" for n in (1, 2))
    shared = [p.name for p in second.glob("*.sst") if (first / p.name).exists()]
    assert shared
    assert all((first / name).samefile(second / name) for name in shared)
    assert store.verify() == []


# Writing


def test_the_steps_are_announced_in_order(store):
    seen: list[str] = []
    with store.write(on_step=seen.append) as writer:
        writer.replace("s", [quad("a", "x", "g")])
        writer.commit()
    assert tuple(seen) == STEPS == ("staging", "load", "flush", "manifest", "rename", "current")


def test_an_error_while_writing_changes_nothing(store):
    put(store, s=[quad("a", "x", "g")])
    with pytest.raises(ZeroDivisionError), store.write() as writer:
        writer.replace("s", [])
        raise ZeroDivisionError
    assert [m.generation for m in store.log()] == [1]
    assert not list(store.path.glob("staging-*"))
    assert put(store, s=[quad("b", "x", "g")]).generation == 2


@pytest.mark.parametrize("step", STEPS)
def test_an_error_in_any_step_changes_nothing_and_the_next_write_clears_up(store, step):
    def stop(name: str) -> None:
        if name == step:
            raise KeyboardInterrupt

    put(store, s=[quad("a", "x", "g")])
    with pytest.raises(KeyboardInterrupt), store.write(on_step=stop) as writer:
        writer.replace("s", [quad("b", "x", "g")])
        writer.commit()
    assert rows(store) == [str(quad("a", "x", "g").triple)]
    manifest = put(store, s=[quad("c", "x", "g")])
    assert manifest.parent == 1
    assert [m.generation for m in store.log()] == [manifest.generation, 1]
    assert sorted(p.name for p in store.path.iterdir()) == sorted(
        ["CURRENT", "writer.lock", "gen-1", f"gen-{manifest.generation}"]
    )


@pytest.mark.parametrize(
    "stray",
    [
        ox.Quad(ox.NamedNode("urn:a"), P, P),
        ox.Quad(ox.NamedNode("urn:a"), P, P, ox.BlankNode("b")),
        ox.Triple(ox.NamedNode("urn:a"), P, P),
    ],
    ids=["default graph", "blank graph", "triple"],
)
def test_a_quad_outside_a_named_graph_is_refused_and_the_source_stays(store, stray):
    with store.write() as writer:
        writer.replace("s", [quad("a", "x", "g")])
        with pytest.raises(ValueError, match="not in a named graph"):
            writer.replace("s", [quad("b", "x", "g"), stray])
        writer.commit()
    assert rows(store) == [str(quad("a", "x", "g").triple)]


def test_an_error_of_the_given_quads_passes_through(store):
    def broken():
        yield quad("a", "x", "g")
        raise FileNotFoundError("register.csv")

    with store.write() as writer, pytest.raises(FileNotFoundError, match=r"register\.csv"):
        writer.replace("s", broken())


def test_two_sources_cannot_share_a_graph(store):
    put(store, s=[quad("a", "x", "g")])
    with pytest.raises(StoreError, match="<urn:g> belongs to the source 's'"):
        put(store, t=[quad("b", "x", "g")])
    assert rows(store) == [str(quad("a", "x", "g").triple)]


def test_sources_are_recorded_sorted_with_their_files(store):
    with store.write(command="kg load") as writer:
        writer.replace("b", [quad("b", "x", "b2"), quad("b", "x", "b1")], file_name="联盟.xlsx")
        writer.replace("a", [quad("a", "x", "a")], sha256="ab" * 32)
        manifest = writer.commit()
    assert [(r.id, r.quads, r.graphs, r.file_name, r.sha256) for r in manifest.sources] == [
        ("a", 1, ("urn:a",), "", "ab" * 32),
        ("b", 2, ("urn:b1", "urn:b2"), "联盟.xlsx", ""),
    ]
    assert manifest.command == "kg load"
    assert manifest.engine == f"pyoxigraph {ox.__version__}"
    assert store.log() == [manifest]


def test_a_source_may_be_empty(store):
    manifest = put(store, s=iter(()), t=[quad("a", "x", "g")])
    empty = manifest.source("s")
    assert (empty.quads, empty.graphs, empty.digest) == (0, (), "0" * 64)
    assert manifest.source("u") is None


def test_a_store_may_be_empty(store):
    with store.write() as writer:
        manifest = writer.commit()
    assert (manifest.generation, manifest.triples, manifest.sources) == (1, 0, ())
    assert rows(store) == []


def test_keep_only_drops_the_others(store):
    put(store, **{name: [quad(name, "x", name)] for name in "abc"})
    with store.write() as writer:
        writer.keep_only({"b", "unheard-of"})
        manifest = writer.commit()
    assert [record.id for record in manifest.sources] == ["b"]
    assert rows(store) == [str(quad("b", "x", "b").triple)]


def test_removing_an_unknown_source_is_an_error(store):
    with store.write() as writer, pytest.raises(UnknownThing, match="no source 'x'"):
        writer.remove("x")


def test_a_fresh_write_starts_with_no_sources_and_can_be_undone(store):
    put(store, a=[quad("a", "x", "a")])
    with store.write(fresh=True) as writer:
        writer.replace("b", [quad("b", "x", "b")])
        assert writer.commit().parent == 1
    assert rows(store) == [str(quad("b", "x", "b").triple)]
    store.undo()
    assert rows(store) == [str(quad("a", "x", "a").triple)]


def test_a_writer_takes_nothing_after_its_commit(store):
    with store.write() as writer:
        writer.commit()
        with pytest.raises(StoreError, match="closed"):
            writer.commit()
        with pytest.raises(StoreError, match="closed"):
            writer.replace("s", [])


def test_blank_nodes_keep_their_identity_between_graph_and_merge(store):
    node = ox.BlankNode("b1")
    put(store, s=[ox.Quad(node, P, node, ox.NamedNode("urn:g"))])
    with store.view() as view:
        assert {found.subject for found in view.quads()} == {node}


# Reading


def test_an_absent_and_an_empty_folder_hold_no_store(tmp_path):
    for path in (tmp_path / "absent", tmp_path):
        for read in (Store(path).view, Store(path).log, Store(path).undo, Store(path).verify):
            with pytest.raises(StoreNotFound, match="no store at"):
                read()
    assert not list(tmp_path.iterdir())


def test_a_store_without_a_commit_is_not_found(store):
    with store.write():
        pass
    with pytest.raises(StoreNotFound):
        store.view()


def test_a_foreign_folder_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("mine")
    for use in (Store(tmp_path).view, Store(tmp_path).log, Store(tmp_path).write().__enter__):
        with pytest.raises(ForeignFolder, match=r"thesis\.docx"):
            use()
    with pytest.raises(ForeignFolder, match="a file"):
        Store(tmp_path / "thesis.docx").view()
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


@pytest.mark.parametrize("address", ["http://e.org/sparql", "https://e.org", "s3://bucket/x"])
def test_an_address_is_refused_and_makes_no_folder(address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match="kg reads folders"):
        Store(address)
    assert not list(tmp_path.iterdir())


def test_a_path_that_the_system_refuses_is_answered_by_every_use(tmp_path):
    store = Store(tmp_path / ("a" * 300))
    for use in (store.view, store.log, store.undo, store.verify, store.write().__enter__):
        with pytest.raises(StoreError, match="cannot be"):
            use()


@pytest.fixture
def nobody():
    """The rights of an ordinary user: root may do everything."""
    user = os.geteuid()
    os.seteuid(65534 if user == 0 else user)
    yield
    os.seteuid(user)


def test_a_folder_without_permission_is_answered_by_every_use(nobody):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "closed")
        store.path.mkdir(mode=0)
        for use in (store.view, store.log, store.undo, store.verify, store.write().__enter__):
            with pytest.raises(StoreError, match="cannot be"):
                use()
        store.path.chmod(0o700)


def test_an_orphan_of_a_first_write_is_no_damage(store):
    def stop(name: str) -> None:
        if name == "current":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), store.write(on_step=stop) as writer:
        writer.commit()
    assert (store.path / "gen-1").exists()
    with pytest.raises(StoreNotFound):
        store.view()


def test_reading_writes_nothing(store):
    put(store, s=[quad("a", "x", "g")])
    before = files(store.path)
    with store.view() as view:
        assert list(view.quads())
        assert view.query("ASK { ?s ?p ?o }")
    store.log()
    store.verify()
    assert files(store.path) == before


def test_a_view_sees_its_generation_and_a_new_view_the_new_one(store):
    put(store, s=[quad("a", "x", "g")])
    with store.view() as old:
        put(store, s=[quad("b", "x", "g")])
        assert [str(found.subject) for found in old.quads(g=MERGE)] == ["<urn:a>"]
        with store.view() as new:
            assert [str(found.subject) for found in new.quads(g=MERGE)] == ["<urn:b>"]
        with store.view(1) as again:
            assert again.manifest == old.manifest


def test_a_generation_that_is_not_kept_is_an_error(store):
    put(store, s=[quad("a", "x", "g")])
    with pytest.raises(StoreError, match="does not keep generation 7; it keeps 1"):
        store.view(7)


@pytest.mark.full
def test_three_generations_are_kept_and_one_that_is_read_besides(store):
    with rebuild_share(1e9):
        for name in "abcd":
            put(store, **{name: [quad(f"{name}{i}", "x", name) for i in range(9)]})
    view = store.view(3)
    tables = list((store.path / "gen-3" / "store").glob("*.sst"))
    assert len(tables) > 16, "the engine opens up to 16 tables at once, the others when asked"
    for name in "efgh":
        put(store, **{name: [quad(name, "x", name)]})
    assert [m.generation for m in store.log()] == [8, 7, 6]
    assert sorted(p.name for p in store.path.glob("gen-*")) == ["gen-3", "gen-6", "gen-7", "gen-8"]
    assert len(list(view.quads(g=MERGE))) == 27
    view.close()
    put(store, i=[quad("i", "x", "i")])
    assert sorted(p.name for p in store.path.glob("gen-*")) == ["gen-7", "gen-8", "gen-9"]


@pytest.mark.full
def test_readers_beside_a_writer_always_see_one_whole_generation(store):
    def content(version: int) -> list[ox.Quad]:
        return [quad(f"{i}", str(version), "g") for i in range(version * 10)]

    def read() -> list[int]:
        seen = []
        while not seen or seen[-1] < 40:
            with store.view() as view:
                held = {found.object.value for found in view.quads()}
                assert held == {str(view.manifest.generation)}
                assert view.manifest.triples == view.manifest.generation * 10
                seen.append(view.manifest.generation)
            assert store.verify() == []
            assert store.log()[0].generation >= seen[-1]
        return seen

    put(store, s=content(1))
    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for version in range(2, 41):
            put(store, s=content(version))
        for reader in readers:
            assert reader.result() == sorted(reader.result())


def test_a_syntax_error_of_a_query_passes_through(store):
    put(store, s=[quad("a", "x", "g")])
    with store.view() as view, pytest.raises(SyntaxError):
        view.query("SELECT nothing")


def test_a_function_the_engine_lacks_is_not_called_damage(store):
    put(store, s=[quad("a", "x", "g")])
    with (
        store.view() as view,
        pytest.raises(RuntimeError, match="urn:f"),
        engine_errors(view.data),
    ):
        list(view.query("SELECT (<urn:f>(?s) AS ?x) { ?s ?p ?o }"))


def test_a_query_may_name_its_graphs(store):
    put(store, s=[quad("a", "x", "g1"), quad("b", "x", "g2")])
    with store.view() as view:
        found = view.query("SELECT ?s { ?s ?p ?o }", default_graph=ox.NamedNode("urn:g2"))
        assert [row["s"].value for row in found] == ["urn:b"]
        found = view.query("SELECT ?g { GRAPH ?g {} }", named_graphs=[ox.NamedNode("urn:g1")])
        assert [row["g"].value for row in found] == ["urn:g1"]


def test_a_closed_view_says_so(store):
    put(store, s=[quad("a", "x", "g")])
    view = store.view()
    view.close()
    view.close()
    with pytest.raises(ValueError, match="closed"):
        view.query("ASK {}")
    with pytest.raises(ValueError, match="closed"):
        view.quads()


def test_engine_errors_name_the_table_that_cannot_be_read(tmp_path):
    with pytest.raises(StoreDamaged) as caught, engine_errors(tmp_path):
        raise OSError("Corruption: block checksum mismatch in elsewhere/000012.sst offset 3")
    assert caught.value.file == tmp_path / "000012.sst"


# Undo


def test_undo_goes_back_one_generation_at_a_time_to_the_oldest(store):
    for name in "abc":
        put(store, s=[quad(name, "x", "g")])
    seen: list[str] = []
    assert store.undo(on_step=seen.append).generation == 2
    assert seen == ["current"]
    assert rows(store) == [str(quad("b", "x", "g").triple)]
    assert [m.generation for m in store.log()] == [2, 1]
    assert store.undo().generation == 1
    with pytest.raises(NothingToUndo, match="no generation before gen-1"):
        store.undo()
    assert store.verify() == []


def test_a_write_after_undo_drops_what_was_undone_and_takes_a_new_number(store):
    put(store, s=[quad("a", "x", "g")])
    put(store, s=[quad("b", "x", "g")])
    store.undo()
    manifest = put(store, t=[quad("c", "x", "h")])
    assert (manifest.generation, manifest.parent) == (3, 1)
    assert sorted(p.name for p in store.path.glob("gen-*")) == ["gen-1", "gen-3"]
    assert rows(store) == [str(quad("a", "x", "g").triple), str(quad("c", "x", "h").triple)]


# Who may write


@contextmanager
def holder(root: Path):
    """Another process that holds the writer's lock."""
    process = subprocess.Popen(
        [sys.executable, str(CHILD), "hold", str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "step held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_second_writer_is_told_who_writes_and_gets_in_when_that_one_is_killed(store):
    put(store, s=[quad("a", "x", "g")])
    with holder(store.path) as process:
        host = json.loads((store.path / "writer.lock").read_bytes())["host"]
        for use in (store.write().__enter__, store.undo):
            with pytest.raises(StoreBusy, match=f"process {process.pid} on {host} since 2") as busy:
                use()
            assert "(kg build)" in str(busy.value)
            assert busy.value.exit_code == 75
        assert rows(store) == [str(quad("a", "x", "g").triple)]
    assert list(store.path.glob("staging-*"))
    assert put(store, s=[quad("b", "x", "g")]).generation == 2
    assert not list(store.path.glob("staging-*"))


@pytest.mark.parametrize("text", ["", '{"pid": 1', "[]", '{"pid": 1}', "null", "\xff"])
def test_a_busy_store_is_named_busy_whatever_the_lock_says(store, text):
    with store.write():
        (store.path / "writer.lock").write_bytes(text.encode("latin-1"))
        with pytest.raises(StoreBusy, match="being written by another process"):
            store.write().__enter__()


def test_a_system_without_file_locks_is_told_so(store, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(UnsupportedPlatform, match="WSL"):
        store.write().__enter__()


@pytest.mark.full
def test_the_child_of_the_kill_test_writes_what_it_says(store):
    child = runpy.run_path(str(CHILD))
    for number in (1, 2, 3):
        child["write"](store, number)
        facts = {str(q) for quads in child["expected"](number).values() for q in quads}
        with store.view() as view:
            assert {str(q) for q in view.quads() if q.graph_name != MERGE} == facts


# A disk of its own: needs the right to mount


@pytest.fixture
def small_disk(tmp_path):
    """A file system of four megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    tried = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if tried.returncode:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_store_on_a_read_only_disk_is_read_and_not_written(small_disk):
    store = Store(small_disk / "store")
    put(store, s=[quad("a", "x", "g")])
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert rows(store) == [str(quad("a", "x", "g").triple)]
    assert store.verify() == []
    with pytest.raises(StoreError, match=r"cannot be written.*Read-only file system"):
        put(store, s=[quad("b", "x", "g")])


@pytest.mark.parametrize("size", [9_000, 40_000], ids=["too little for 3 times", "none"])
def test_a_full_disk_is_said_and_changes_nothing(small_disk, size):
    store = Store(small_disk / "store")
    put(store, s=[quad("a", "x", "g")])
    many = (quad(f"{i}", "x" * 100, "g") for i in range(size))
    with pytest.raises(StoreError, match=r"bytes free|No space left"):
        put(store, s=many)
    assert rows(store) == [str(quad("a", "x", "g").triple)]
    assert not list(store.path.glob("staging-*"))
    assert store.verify() == []
    assert put(store, s=[quad("b", "x", "g")]).generation == 2
