"""What stands behind a statement: each source describes its own graphs only."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from kg.build import Checking, build, load
from kg.evidence import Evidence, Evidences
from kg.namespace import DCTERMS, PBA, PROV, RDFS, SOURCE
from kg.store import Store

pytestmark = pytest.mark.full

SURVEY = SOURCE + "gangbei-2019"
STREETS = SOURCE + "gangbei_streets_2.3.1"
PREFIXES = f"@prefix pba: <{PBA}> . @prefix dcterms: <{DCTERMS}> . @prefix prov: <{PROV}> .\n"
FORGED = f"""
<{SURVEY}#s25> pba:quote "A 假引文"@zh, "A forged quote"@en ;
    pba:sentenceNumber 1 ; pba:certainty pba:Inferred ;
    dcterms:description "A 假理由"@zh ; prov:wasQuotedFrom <{SOURCE}a> .
<{SURVEY}#s25-inferred> pba:certainty pba:Inferred ; dcterms:description "A 假理由"@zh .
<{SURVEY}> dcterms:title "A假标题"@zh ; <{RDFS}label> "A假标题"@zh ; dcterms:issued "1999-01-01" ;
    dcterms:publisher "A假" .
<https://w3id.org/pba/id/area/450802001> prov:wasDerivedFrom <{STREETS}/table#row1> .
<https://w3id.org/pba/ns> dcterms:title "A假本体"@zh ; <{RDFS}label> "A假本体"@zh .
"""


def told(store: Store, lang: str = "zh") -> set[Evidence]:
    """The evidence of every statement of the shipped sources."""
    with store.view() as view:
        evidences = Evidences(view, lang)
        return {
            evidences.read(quad.graph_name, quad.subject)
            for source in ("ontology", "gangbei-2019", "gangbei_streets_2.3.1")
            for graph in view.manifest.source(source).graphs
            for quad in view.quads(None, None, None, NamedNode(graph))
        }


@pytest.fixture
def own(tmp_path) -> Store:
    store = Store(tmp_path / "kg-data")
    build(store)
    return store


@pytest.mark.parametrize("form", ["a.ttl", "a.trig"])
def test_no_file_changes_what_stands_behind_the_statements_of_another(form, own, shipped, tmp_path):
    body = FORGED if form == "a.ttl" else f"<{SOURCE}a/meta> {{ {FORGED} }}"
    (tmp_path / form).write_text(PREFIXES + body, encoding="utf-8")
    load(own, [tmp_path / form], checking=Checking(required=False))
    for lang in ("zh", "en"):
        assert told(own, lang) == told(shipped, lang)


def test_no_source_passes_for_another(own, tmp_path):
    text = f"""{PREFIXES}
    <{SOURCE}liar#s1> {{ <http://e.org/a> <http://e.org/p> "x" }}
    <{SOURCE}liar/meta> {{
        <{SOURCE}liar#s1> pba:quote "q" ; prov:wasQuotedFrom <{SURVEY}> .
        <{SOURCE}liar> dcterms:title "a liar's" .
    }}"""
    (tmp_path / "liar.trig").write_text(text, encoding="utf-8")
    load(own, [tmp_path / "liar.trig"], checking=Checking(required=False))
    with own.view() as view:
        found = Evidences(view).read(NamedNode(SOURCE + "liar#s1"))
    assert (found.quote, found.source.iri, found.source.title) == ("q", SOURCE + "liar", "a liar's")


def test_what_any_graph_of_a_source_says_of_the_source_is_read(view):
    survey = Evidences(view).read(NamedNode(SURVEY + "#s25")).source
    assert (survey.iri, survey.date) == (SURVEY, "2019-08-01")
    assert survey.title


def test_a_graph_without_a_description_is_that_of_its_file(own, tmp_path):
    (tmp_path / "a.ttl").write_text("<http://e.org/a> <http://e.org/p> 'x' .", encoding="utf-8")
    load(own, [tmp_path / "a.ttl"])
    with own.view() as view:
        found = Evidences(view).read(NamedNode(SOURCE + "a/data"))
    assert (found.certainty, found.place, found.source.title) == ("Stated", "data", "a.ttl")


def test_the_row_of_a_thing_is_looked_up_once(view, monkeypatch):
    evidences, asked = Evidences(view), []
    real = view.quads
    monkeypatch.setattr(view, "quads", lambda *terms: asked.append(terms) or real(*terms))
    subject = NamedNode("https://w3id.org/pba/id/area/450802001")
    places = [evidences.read(NamedNode(STREETS + "/table"), subject).place for _ in range(50)]
    assert set(places) == {"第2行"}
    assert len(asked) <= 3
