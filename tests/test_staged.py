"""The next generation before its commit: derived sources, and numbers that follow a change."""

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
