"""The shipped shapes on the shipped data, as it is and spoilt at random."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pyoxigraph as ox
import pytest

from kg import assets, ingest
from kg.reason import entail
from kg.store import Loose
from kg.validate import shapes, validate
from kg.validate.graph import shipped_files

from .shacl_oracle import by_pyshacl, verdict

NIGHTLY = pytest.mark.nightly


def world(quads: Iterable[ox.Quad]) -> ox.Store:
    """A store as a commit leaves it: stated and entailed graphs, and their merge."""
    store = ox.Store()
    for more in (lambda: quads, lambda: entail(Loose(store))):
        found = list(more())
        store.bulk_extend(found)
        store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in found)
    return store


@pytest.fixture(scope="module")
def stated() -> list[ox.Quad]:
    files = sorted(assets.folder("triples").glob("*.trig"))
    return [*ingest.read_ontology().quads, *(q for f in files for q in ingest.read(f).quads)]


def spoilt(quads: list[ox.Quad], seed: int) -> list[ox.Quad]:
    """The quads, some of them gone, some with another's predicate or object."""
    rnd = random.Random(seed)
    left = [quad for quad in quads if rnd.random() > 0.02]
    for _ in range(150):
        a, b = rnd.choice(quads), rnd.choice(quads)
        predicate, object_ = rnd.choice([(a.predicate, b.object), (b.predicate, a.object)])
        left.append(ox.Quad(a.subject, predicate, object_, a.graph_name))
    return left


def test_the_shipped_data_conforms_without_a_warning(stated):
    report = validate(Loose(world(stated)), shapes())
    assert {result.severity for result in report} <= {"Info"}


def test_the_shipped_shapes_need_no_pyshacl():
    assert (len(shapes().checks) > 0, shapes().remainder) == (True, {})


@pytest.mark.full
@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=NIGHTLY) for n in range(1, 12))])
def test_spoilt_data_gets_the_verdict_of_pyshacl(stated, seed):
    store = world(spoilt(stated, seed))
    found = verdict(validate(Loose(store), shapes()))
    assert found == by_pyshacl(store, *shipped_files())
    assert found


@pytest.mark.parametrize("seed", range(3))
def test_a_change_of_the_data_is_seen_whole(stated, seed):
    before, after = world(spoilt(stated, seed)), world(spoilt(stated, seed + 1))
    changed = [q for q in set(before) ^ set(after) if q.graph_name != ox.DefaultGraph()]
    again = validate(Loose(after), shapes(), changed=changed)
    full, first = (validate(Loose(store), shapes()) for store in (after, before))
    assert {*again, *(r for r in first if not again.covers(r))} == {*full}
    assert {*again} == {r for r in full if again.covers(r)}
