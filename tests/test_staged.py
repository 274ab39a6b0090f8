"""The next generation before its commit: derived sources, and numbers that follow a change."""

from functools import partial

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.exceptions import StoreError
from kg.store import Store, staging

P, KNOWN = ox.NamedNode("urn:p"), ox.NamedNode("urn:known")
DERIVED = ox.NamedNode("urn:derived")


def quad(subject: str, value: str, graph: str) -> ox.Quad:
    node = ox.NamedNode(f"urn:{subject}")
    return ox.Quad(node, P, ox.Literal(value), ox.NamedNode(f"urn:{graph}"))


def derived(quads) -> set[ox.Quad]:
    """What follows from a set of quads: that their subjects are known."""
    stated = (q for q in quads if q.graph_name not in (DERIVED, ox.DefaultGraph()))
    return {ox.Quad(q.subject, P, KNOWN, DERIVED) for q in stated}


def commit(store: Store, sources: dict[str, list[ox.Quad]]):
    with store.write(command="put") as writer:
        for source, quads in sources.items():
            writer.replace(source, quads)
        staged = writer.stage(derived="derived")
        follows = derived(staged.after.quads())
        if staged.changed is None:
            staged.revise("derived", (), iter(follows))
        else:
            held = set(staged.after.quads(g=DERIVED))
            staged.revise("derived", held - follows, follows - held)
        return writer.commit()


FACTS = st.sets(st.tuples(st.sampled_from("xyz"), st.sampled_from("12"), st.sampled_from("gh")))


@pytest.mark.full
@settings(max_examples=25, deadline=None, derandomize=True)
@given(changes=st.lists(FACTS.filter(bool), min_size=1, max_size=4))
def test_a_derived_source_is_the_same_whether_changed_or_loaded_anew(tmp_path_factory, changes):
    root, digests, share = tmp_path_factory.mktemp("derived"), {-1: [], 1e9: []}, None
    for facts in changes:
        content = [quad(s, o, f"one-{g}") for s, o, g in facts]
        for way, seen in digests.items():
            share, staging.REBUILD_SHARE = staging.REBUILD_SHARE, way
            try:
                manifest = commit(Store(root / str(way)), {"one": content})
            finally:
                staging.REBUILD_SHARE = share
            seen.append((manifest.digest, manifest.triples, manifest.quads, manifest.sources))
            expected = {*content, *derived(content)}
            with Store(root / str(way)).view() as view:
                held = list(view.quads())
            assert {q for q in held if q.graph_name != ox.DefaultGraph()} == expected
            assert len(held) == len(expected) + len({q.triple for q in expected})
            assert (manifest.quads, manifest.triples) == (
                len(expected),
                len({q.triple for q in expected}),
            )
    assert digests[-1] == digests[1e9]


def test_what_differs_is_told_and_both_sides_can_be_read(tmp_path):
    store = Store(tmp_path)
    commit(store, {"one": [quad("a", "1", "g"), quad("b", "1", "g")], "two": [quad("c", "1", "h")]})
    with store.write() as writer:
        writer.replace("one", [quad("a", "1", "g"), quad("a", "2", "g")])
        staged = writer.stage(derived="derived")
        assert staged.changed is not None
        assert staged.changed.removed == {quad("b", "1", "g")}
        assert staged.changed.added == {quad("a", "2", "g")}
        graph = ox.NamedNode("urn:g")
        assert set(staged.before.quads(g=graph)) == {quad("a", "1", "g"), quad("b", "1", "g")}
        assert set(staged.after.quads(g=graph)) == {quad("a", "1", "g"), quad("a", "2", "g")}
    assert store.log()[0].generation == 1


def test_a_staged_write_that_is_left_leaves_nothing(tmp_path):
    store = Store(tmp_path)
    commit(store, {"one": [quad("a", "1", "g")]})
    before = sorted(path.name for path in tmp_path.iterdir())
    with store.write() as writer:
        writer.replace("one", [quad("a", "2", "g")])
        writer.stage().revise("derived", (), [quad("a", "3", "d")])
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_sources_that_are_staged_are_not_replaced_any_more(tmp_path):
    with Store(tmp_path).write() as writer:
        writer.replace("one", [quad("a", "1", "g")])
        writer.stage()
        with pytest.raises(StoreError, match="are staged"):
            writer.replace("one", [quad("a", "2", "g")])
        with pytest.raises(StoreError, match="staged already"):
            writer.stage()


def test_what_is_revised_stands_in_a_named_graph(tmp_path):
    with Store(tmp_path).write() as writer:
        writer.replace("one", [quad("a", "1", "g")])
        staged = writer.stage()
        with pytest.raises(ValueError, match="not in a named graph"):
            staged.revise("derived", (), [ox.Quad(KNOWN, P, KNOWN)])


def attached(store: Store) -> str:
    with store.view() as view:
        return view.attached("notes").read_text()


def test_an_attached_file_is_written_kept_and_left_out(tmp_path):
    store, found = Store(tmp_path), []

    def put(text, path, before):
        found.append(before)
        path.write_text(text)

    for text in ("first", "second"):
        with store.write() as writer:
            writer.replace("one", [quad("a", text, "g")])
            writer.stage().attach("notes", partial(put, text))
            writer.commit()
        assert attached(store) == text
    assert found == [None, tmp_path / "gen-1/attached/notes"]
    with store.write() as writer:
        writer.replace("one", [quad("a", "third", "g"), quad("b", "", "g")])
        staged = writer.stage()
        assert staged.attached("notes") == tmp_path / "gen-2/attached/notes"
        staged.keep("notes")
        writer.commit()
    assert attached(store) == "second"
    assert len({m.attached["notes"].sha256 for m in store.log()[:2]}) == 1
    assert (tmp_path / "gen-3/attached/notes").samefile(tmp_path / "gen-2/attached/notes")
    with store.write() as writer:
        writer.remove("one")
        writer.commit()
    assert store.verify() == []
    with store.view() as view:
        assert view.attached("notes") is None
    store.undo()
    assert attached(store) == "second"


def test_an_attached_file_that_is_damaged_is_not_built_upon(tmp_path):
    store = Store(tmp_path)
    with store.write() as writer:
        writer.replace("one", [quad("a", "1", "g")])
        writer.stage().attach("notes.sqlite", lambda path, _: path.write_text("whole"))
        writer.commit()
    (tmp_path / "gen-1/attached/notes.sqlite").write_text("whale")
    given = []
    with store.write() as writer:
        writer.replace("one", [quad("a", "2", "g")])
        writer.stage().attach("notes.sqlite", lambda path, was: given.append(was) or path.touch())
        writer.commit()
    assert given == [None]


def test_a_file_that_cannot_be_attached_leaves_the_store_as_it_was(tmp_path):
    store = Store(tmp_path)
    commit(store, {"one": [quad("a", "1", "g")]})
    before = sorted(path.name for path in tmp_path.iterdir())

    def fail(path, _):
        path.write_text("half")
        raise StoreError("no")

    with pytest.raises(StoreError, match="no"), store.write() as writer:
        writer.replace("one", [quad("a", "2", "g")])
        writer.stage().attach("notes", fail)
    with pytest.raises(StoreError, match="has no file notes"), store.write() as writer:
        writer.stage().keep("notes")
    assert sorted(path.name for path in tmp_path.iterdir()) == before
