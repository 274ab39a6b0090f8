"""After a change only what it can have touched is looked at, and nothing is missed."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pyoxigraph as ox
import pyparsing
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.store import Loose
from kg.validate import of_files, patterns, validate

from .shacl_oracle import by_pyshacl, verdict
from .test_validate import GRAPHS, PREFIXES, store_of

COMPONENTS = Path(__file__).parent / "data" / "shapes" / "components.ttl"


@pytest.mark.full
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRAPHS, GRAPHS, st.integers(0, 30))
def test_results_after_a_change_are_the_kept_ones_and_those_of_what_was_looked_at(
    triples, added, share
):
    shapes = of_files([COMPONENTS])
    removed = triples[: share % (len(triples) + 1)]
    before, after = store_of(triples), store_of([*triples[len(removed) :], *added])
    changed = set(before) ^ set(after)
    full = validate(Loose(after), shapes)
    again = validate(Loose(after), shapes, changed=changed)
    kept = {r for r in validate(Loose(before), shapes) if not again.covers(r)}
    assert set(again) == {r for r in full if again.covers(r)}
    assert kept == {r for r in full if not again.covers(r)}


def test_a_change_far_from_a_focus_node_leads_back_to_it(tmp_path):
    file = tmp_path / "s.ttl"
    file.write_text(
        PREFIXES
        + """shape:far a sh:NodeShape ; sh:targetClass :C ; sh:property [
            sh:path ( :p [ sh:inversePath :q ] ) ; sh:class :D ] ."""
    )
    store = store_of([(":a", "a", ":C"), (":b", "a", ":C"), (":a", ":p", ":x"), (":y", ":q", ":x")])
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    gone = ox.Quad(ox.NamedNode("urn:x:y"), kind, ox.NamedNode("urn:x:D"))
    (checked,) = validate(Loose(store), of_files([file]), changed=[gone]).checked.values()
    assert checked == {ox.NamedNode("urn:x:a")}


def test_nothing_is_looked_at_when_no_predicate_of_a_shape_changed():
    quad = ox.Quad(ox.NamedNode("urn:x:a"), ox.NamedNode("urn:x:other"), ox.Literal("x"))
    report = validate(Loose(ox.Store()), of_files([COMPONENTS]), changed=[quad])
    assert report.checked == {}


ANY = """shape:any a sh:NodeShape ; sh:targetClass :C ; sh:sparql [
    sh:select "SELECT $this ?value { $this ?p ?value . %s }" ] ."""


@pytest.mark.parametrize("more", ["", "?x <urn:x:q> ?y", "OPTIONAL { $this <urn:x:p> ?x } ?x a ?y"])
def test_what_reads_more_than_can_be_told_is_looked_at_in_full(tmp_path, more):
    file = tmp_path / "s.ttl"
    file.write_text(PREFIXES + ANY % more)
    quad = ox.Quad(ox.NamedNode("urn:x:a"), ox.NamedNode("urn:x:other"), ox.Literal("x"))
    (checked,) = validate(Loose(ox.Store()), of_files([file]), changed=[quad]).checked.values()
    assert checked is None


def parted(stated, entailed) -> ox.Store:
    """A store with triples in a stated and in an entailed graph, and their merge."""
    store = store_of([*stated, *entailed])
    for triples, name in ((stated, "x/data"), (entailed, "entailed#types")):
        graph = ox.NamedNode("https://w3id.org/pba/id/source/" + name)
        store.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in store_of(triples))
    return store


@pytest.fixture(scope="module")
def stated_only(tmp_path_factory):
    """The sample's shapes with targets, of what is stated."""
    text = COMPONENTS.read_text(encoding="utf-8")
    marked = text.replace(" sh:target", " pba:statedOnly true ; sh:target")
    file = tmp_path_factory.mktemp("shapes") / "stated.ttl"
    file.write_text("@prefix pba: <https://w3id.org/pba/ns#> .\n" + marked, encoding="utf-8")
    return file


@pytest.mark.full
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRAPHS, GRAPHS, GRAPHS)
def test_what_is_stated_has_the_verdict_of_pyshacl_and_is_followed_through_changes(
    stated_only, kept, gone, entailed
):
    shapes = of_files([stated_only])
    before, after = parted([*kept, *gone], entailed[:9]), parted(kept, entailed)
    full = validate(Loose(after), shapes)
    assert verdict(full) == by_pyshacl(after, stated_only)
    changed = [q for q in set(before) ^ set(after) if q.graph_name != ox.DefaultGraph()]
    again = validate(Loose(after), shapes, changed=changed)
    left = {r for r in validate(Loose(before), shapes) if not again.covers(r)}
    assert {*again} == {r for r in full if again.covers(r)}
    assert left == {r for r in full if not again.covers(r)}


@pytest.fixture
def remembering():
    """The parser remembers what it tried, as matplotlib has it for the whole process."""
    pyparsing.ParserElement.enable_packrat()
    yield
    pyparsing.ParserElement.disable_memoization()


@pytest.mark.usefixtures("remembering")
def test_a_query_that_was_read_keeps_nothing_of_who_read_it():
    class Held:
        pass

    def reading() -> weakref.ref:
        held = Held()
        patterns._algebra('SELECT * WHERE { ?s ?p "x" FILTER(?s = <urn:a>) }')
        return weakref.ref(held)

    held = reading()
    gc.collect()
    assert held() is None
