"""Measures written back: what is stated of them, what it rests on, and when it is dropped."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import __version__, network, query
from kg.analytics import Result, measure, measures
from kg.analytics.statements import META, graph_of, statements
from kg.build import Checking, build, import_territory, load, measured_state, write_measures
from kg.diff import generations
from kg.evidence import Evidences
from kg.exceptions import InputError, StoreError
from kg.namespace import DCTERMS, MEASURES, PBA, PROV, RDF, RDFS
from kg.reason import is_stated_graph
from kg.store import Manifest, Store, View
from kg.store.digest import pairs_digest
from kg.validate import RulesBroken, shapes, validate

pytestmark = pytest.mark.full

EXTRA = '<urn:x:a> <http://www.w3.org/2000/01/rdf-schema#label> "甲"@zh .\n'


@pytest.fixture
def store(generated: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A copy of it to write to."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(generated.path, tmp_path / "store")
    return Store(tmp_path / "store")


def measured(view: View, *names: str, **parameters: object) -> list[Result]:
    linkage = network.linkage(view)
    return [measure(linkage, name, **parameters) for name in names]


def stated(view: View, results: list[Result]) -> list[ox.Quad]:
    generation, digest = measured_state(view)
    return list(statements(results, generation=generation, digest=digest))


def written(store: Store, *names: str, keep: bool = True, **parameters: object) -> Manifest:
    with store.view() as view:
        results = measured(view, *names, **parameters)
        return write_measures(store, view, stated(view, results), keep=keep)


def rows(store: Store, text: str) -> list[tuple[str, ...]]:
    with store.view() as view:
        found = query.run(view, query.bound(query.question(text), {"measure": "pagerank"}))
        return [tuple(cell.value if cell else "" for cell in row) for row in found]


def test_what_is_written_is_what_was_measured_in_the_same_order(store):
    with store.view() as view:
        (result,) = measured(view, "pagerank")
    written(store, "pagerank")
    found = rows(store, "measured")
    scores = result.scores
    assert len(found) == len(result.rows) > 100
    assert [thing for *_, thing in found] == [
        result.linkage.things.iris[thing] for thing in scores.things.tolist()
    ]
    assert [float(value) for _, _, value, _, _ in found] == scores.values.tolist()
    assert [int(rank) for rank, *_ in found] == [row[0] for row in result.rows]
    assert [name for _, name, *_ in found] == [row[1] for row in result.rows]


def test_whole_numbers_are_integers_and_others_doubles(store):
    written(store, "degree", "pagerank")
    with store.view() as view:
        for name, kind in (("degree", "integer"), ("pagerank", "double")):
            quads = view.quads(None, ox.NamedNode(RDF + "value"), None, graph_of(name))
            assert {q.object.datatype.value.rpartition("#")[2] for q in quads} == {kind}


def test_what_computed_a_number_is_stated_whole(store):
    with store.view() as view:
        before = view.manifest
    written(store, "pagerank", alpha=0.5)
    with store.view() as view:
        (run,) = {
            q.object for q in view.quads(None, ox.NamedNode(PROV + "wasGeneratedBy"), None, META)
        }

        def said(node, iri):
            return {q.object for q in view.quads(node, ox.NamedNode(iri), None, ox.DefaultGraph())}

        assert said(run, RDF + "type") == {ox.NamedNode(PROV + "Activity")}
        assert {text.language for text in said(run, RDFS + "label")} == {"zh", "en"}
        assert said(run, PBA + "networkMeasure") == {ox.Literal("pagerank")}
        assert said(run, PBA + "measuredNetwork") == {ox.Literal("linkage")}
        assert said(run, PBA + "measureParameter") == {ox.Literal("alpha=0.5")}
        (state,) = said(run, PROV + "used")
        assert said(state, PBA + "generationNumber") == {ox.Literal(before.generation)}
        assert said(state, DCTERMS + "identifier") == {ox.Literal(before.digest)}
        (software,) = said(run, PROV + "wasAssociatedWith")
        assert said(software, RDF + "type") == {ox.NamedNode(PROV + "SoftwareAgent")}
        assert {text.value for text in said(software, RDFS + "label")} == {f"kg {__version__}"}
        numbers = view.quads(
            None, ox.NamedNode(RDF + "type"), ox.NamedNode(PBA + "NetworkMeasurement")
        )
        for node in {quad.subject for quad in numbers}:
            assert said(node, PROV + "wasGeneratedBy") == {run}
            assert len(said(node, PBA + "measurementOf")) == 1


def test_a_number_is_as_of_the_date_that_it_was_measured_for(store):
    with store.view() as view:
        linkage = network.linkage(view).as_of("2020")
        quads = stated(view, [measure(linkage, "degree")])
    assert ox.Literal("as-of=2020") in {
        q.object for q in quads if q.predicate.value == PBA + "measureParameter"
    }


def test_writing_the_same_again_changes_nothing(store):
    first = written(store, "pagerank", "degree")
    again = written(store, "pagerank", "degree")
    assert again.generation == first.generation + 1
    assert again.digest == first.digest
    with store.view() as view, store.view(first.generation) as older:
        assert generations(older, view).sources == ()


def test_the_same_generation_gives_the_same_statements(generated):
    with generated.view() as view:
        made = [stated(view, measured(view, "core", "harmonic")) for _ in range(2)]
    assert made[0] == made[1]


def test_a_measure_replaces_its_own_graph_and_keeps_the_others(store):
    written(store, "pagerank", "degree")
    with store.view() as view:
        before = {q for q in view.quads(g=graph_of("degree"))}
    manifest = written(store, "pagerank", network="alliances")
    assert set(manifest.source("measures").graphs) == {
        META.value,
        graph_of("pagerank").value,
        graph_of("degree").value,
    }
    with store.view() as view:
        assert {q for q in view.quads(g=graph_of("degree"))} == before
        networks = {
            q.object.value
            for q in view.quads(None, ox.NamedNode(PBA + "measuredNetwork"), None, None)
        }
        assert networks == {"alliances", "linkage"}
        described = {
            q.subject for q in view.quads(None, ox.NamedNode(PBA + "certainty"), None, META)
        }
        assert described == {graph_of("pagerank"), graph_of("degree")}
    assert set(written(store, "core", keep=False).source("measures").graphs) == {
        META.value,
        graph_of("core").value,
    }


def test_measures_are_of_the_data_without_the_measures(store):
    with store.view() as view:
        before = measured_state(view)
        results = measured(view, *ALL)
    written(store, *ALL)
    with store.view() as view:
        assert measured_state(view) == before
        others = [(s.id, s.digest) for s in view.manifest.sources if s.id != "measures"]
        assert pairs_digest(others) == before[1] != view.manifest.digest
        for first, again in zip(results, measured(view, *ALL), strict=True):
            assert again.rows == first.rows


ALL = ("degree", "pagerank", "core", "hits", "uncovered", "change")


@pytest.mark.parametrize("way", ["load", "build", "territory"])
def test_a_later_change_drops_them_in_the_same_commit_and_says_so(store, tmp_path, way):
    written(store, "pagerank", "degree")
    told: list[str] = []
    (tmp_path / "extra.ttl").write_text(EXTRA, encoding="utf-8")
    if way == "load":
        manifest = load(store, [tmp_path / "extra.ttl"], on_notice=told.append)
    elif way == "build":
        manifest = build(store, on_notice=told.append, checking=Checking(required=False))
    else:
        table = tmp_path / "streets.csv"
        table.write_text("code,name,areaCode\n450802001,甲街道,450802\n", encoding="utf-8")
        manifest = import_territory(store, table, "450802", on_notice=told.append)
    assert manifest.source("measures") is None
    assert len(told) == 1
    assert "degree, pagerank" in told[0]
    assert "kg measure --all --write" in told[0]
    with store.view() as view:
        kind = ox.NamedNode(PBA + "NetworkMeasurement")
        assert not list(view.quads(None, ox.NamedNode(RDF + "type"), kind))
        assert not [g for s in view.manifest.sources for g in s.graphs if g.startswith(MEASURES)]
    # What was undone is there again.
    assert store.undo().source("measures") is not None
    assert len(rows(store, "measured")) > 100
    assert store.verify() == []


def test_what_was_built_fresh_has_no_measures(store):
    written(store, "degree")
    told: list[str] = []
    manifest = build(store, fresh=True, on_notice=told.append)
    assert manifest.source("measures") is None
    assert "`kg measure degree --write`" in told[0]


def test_loading_what_is_there_already_drops_nothing(store, tmp_path):
    (tmp_path / "extra.ttl").write_text(EXTRA, encoding="utf-8")
    load(store, [tmp_path / "extra.ttl"])
    written(store, "pagerank")
    told: list[str] = []
    manifest = load(store, [tmp_path / "extra.ttl"], on_notice=told.append)
    assert manifest.source("measures") is not None
    assert told == []


def test_another_version_of_kg_drops_them(store, tmp_path, monkeypatch):
    (tmp_path / "extra.ttl").write_text(EXTRA, encoding="utf-8")
    load(store, [tmp_path / "extra.ttl"])
    written(store, "pagerank")
    monkeypatch.setattr("kg.build.__version__", "99")
    assert load(store, [tmp_path / "extra.ttl"]).source("measures") is None


def test_a_load_that_is_refused_drops_nothing_and_says_nothing(store, tmp_path):
    written(store, "pagerank")
    bad = tmp_path / "bad.ttl"
    bad.write_text(
        "@prefix pba: <https://w3id.org/pba/ns#> . <urn:x:n> pba:measurementRank 1 ; "
        "a pba:NetworkMeasurement .",
        encoding="utf-8",
    )
    told: list[str] = []
    with pytest.raises(RulesBroken):
        load(store, [bad], on_notice=told.append)
    assert told == []
    with store.view() as view:
        assert view.manifest.source("measures") is not None


def test_what_was_measured_before_another_write_is_not_written(store, tmp_path):
    (tmp_path / "extra.ttl").write_text(EXTRA, encoding="utf-8")
    with store.view() as view:
        quads = stated(view, measured(view, "degree"))
        load(store, [tmp_path / "extra.ttl"])
        with pytest.raises(StoreError, match="measure it again"):
            write_measures(store, view, quads)


def test_no_file_of_a_user_is_the_source_of_measures(store, tmp_path):
    (tmp_path / "measures.ttl").write_text(EXTRA, encoding="utf-8")
    with pytest.raises(InputError, match="kg writes the source"):
        load(store, [tmp_path / "measures.ttl"])


def test_a_result_that_is_a_table_has_no_statements(store):
    with store.view() as view, pytest.raises(ValueError, match="table"):
        stated(view, measured(view, "tiers"))


# Computed, and not said by a source


def test_no_source_says_a_measurement_and_none_is_drawn(store):
    with store.view() as view:
        before = network.read(view)
    written(store, *ALL)
    with store.view() as view:
        after = network.read(view)
        assert dict(after.nodes(data=True)) == dict(before.nodes(data=True))
        assert list(after.edges(keys=True)) == list(before.edges(keys=True))
        assert not any(is_stated_graph(ox.NamedNode(g)) for g in [META.value, MEASURES])
        assert validate(view, shapes()).violations == ()


@pytest.mark.parametrize(("lang", "known"), [("zh", "由 kg"), ("en", "computed by kg")])
def test_why_names_the_computation(store, lang, known):
    written(store, "pagerank")
    with store.view() as view:
        text = query.bound(query.question("measured"), {"measure": "pagerank"})
        explained = query.why(view, text, lang=lang)
        told = explained[next(iter(explained))].evidence
        computed = [e for e in told if e.graph == graph_of("pagerank").value]
        assert len(computed) == 1
        assert computed[0].place == measures()["pagerank"].title[lang]
        assert computed[0].certainty == "Entailed"
        assert computed[0].reason.startswith(known)
        source = Evidences(view, lang).source(META)
        assert source.title == {"zh": "网络测度", "en": "network measures"}[lang]


def test_a_comparison_counts_measures_by_name(store):
    with store.view() as before:
        written(store, "pagerank", "degree")
        with store.view() as after:
            (change,) = generations(before, after).sources
    assert change.id == "measures"
    assert change.rules["pagerank"][0] > 600
    assert set(change.rules) == {"pagerank", "degree", "meta"}
