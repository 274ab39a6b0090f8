"""The ontology files: complete, consistent, and true to the terms that data relies on."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, ORG, OWL, PROV, RDF, RDFS, SKOS, Namespace

from kg.assets import folder
from kg.namespace import RULE
from kg.reason import RULES

PBA = Namespace("https://w3id.org/pba/ns#")
ONTOLOGY = URIRef("https://w3id.org/pba/ns")
FILES = ("align.ttl", "pba.ttl", "reused.ttl", "rules.ttl")
CONTRACT = Path(__file__).parent / "data" / "contract_terms.txt"

KINDS = {
    "class": {OWL.Class},
    "property": {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty},
    "concept": {SKOS.Concept},
    "scheme": {SKOS.ConceptScheme},
}
# What an alignment may match with: ORG, PROV-O, SKOS, schema.org, CPOV, GeoSPARQL.
ALIGNED = {
    "http://www.w3.org/ns/org#",
    "http://www.w3.org/ns/prov#",
    "http://www.w3.org/2004/02/skos/core#",
    "https://schema.org/",
    "http://data.europa.eu/m8g/",
    "http://www.opengis.net/ont/geosparql#",
}
MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch)
# Structure that a map draws as an edge or a date, never as a node.
# What is told in the panel of the thing that has it, and structure that is no thing.
NOT_ON_MAPS = {
    PBA[name]
    for name in (
        "AllianceMembership",
        "AreaChange",
        "Effect",
        "ElementKind",
        "Goal",
        "Idea",
        "NetworkMeasurement",
        "ResourceKind",
    )
}


@pytest.fixture(scope="module")
def pba() -> Graph:
    return Graph().parse(folder("ontology") / "pba.ttl")


@pytest.fixture(scope="module")
def reused() -> Graph:
    return Graph().parse(folder("ontology") / "reused.ttl")


@pytest.fixture(scope="module")
def align() -> Graph:
    return Graph().parse(folder("ontology") / "align.ttl")


@pytest.fixture(scope="module")
def rules() -> Graph:
    return Graph().parse(folder("ontology") / "rules.ttl")


def terms(graph: Graph) -> list[URIRef]:
    return sorted(set(graph.subjects()) - {ONTOLOGY})


def of_kind(graph: Graph, kind: str) -> set[URIRef]:
    return {term for type_ in KINDS[kind] for term in graph.subjects(RDF.type, type_)}


def languages(graph: Graph, term: URIRef, predicate: URIRef) -> list[str | None]:
    return sorted(text.language for text in graph.objects(term, predicate))


def contract() -> list[tuple[str, str]]:
    lines = CONTRACT.read_text(encoding="utf-8").splitlines()
    pairs = [line.split() for line in lines if not line.startswith("#")]
    return [(name, kind) for name, kind in pairs]


def inherited(graph: Graph, term: URIRef, predicate: URIRef) -> URIRef | None:
    """The value at the nearest annotated superclass, the term itself first."""
    waiting, seen = deque([term]), set()
    while waiting:
        current = waiting.popleft()
        if current in seen:
            continue
        seen.add(current)
        if (value := graph.value(current, predicate)) is not None:
            return value
        waiting.extend(sorted(graph.objects(current, RDFS.subClassOf)))
    return None


@pytest.mark.parametrize("name", FILES)
def test_both_parsers_read_the_same_number_of_triples(name: str) -> None:
    path = folder("ontology") / name
    assert len(set(pyoxigraph.parse(path=path))) == len(Graph().parse(path)) > 30


@pytest.mark.parametrize("name", FILES)
def test_no_file_imports_another(name: str) -> None:
    quads = pyoxigraph.parse(path=folder("ontology") / name)
    assert [quad for quad in quads if quad.predicate.value == str(OWL.imports)] == []


def test_the_file_describes_pba_terms_and_the_ontology_alone(pba: Graph) -> None:
    assert [term for term in terms(pba) if term not in PBA] == []


@pytest.mark.parametrize(("name", "kind"), contract())
def test_each_term_of_the_contract_exists(pba: Graph, name: str, kind: str) -> None:
    assert PBA[name] in of_kind(pba, kind)


@pytest.mark.parametrize(
    ("trait", "bearers"),
    [(OWL.SymmetricProperty, {PBA.coBuildsWith}), (OWL.TransitiveProperty, {PBA.withinTransitive})],
)
def test_only_the_entailed_relations_are_symmetric_or_transitive(
    pba: Graph, trait: URIRef, bearers: set[URIRef]
) -> None:
    assert set(pba.subjects(RDF.type, trait)) == bearers


def test_only_the_scheme_of_kinds_is_left_for_data_to_fill(pba: Graph) -> None:
    assert of_kind(pba, "scheme") - set(pba.objects(None, SKOS.inScheme)) == {PBA.OrganizationKinds}


def test_the_families_and_tiers_of_maps_are_ordered(pba: Graph) -> None:
    ordered = {pba.value(term, SKOS.inScheme) for term in pba.subjects(PBA["rank"])}
    assert {PBA.MapFamilies, PBA.MapTiers} <= ordered


@pytest.mark.parametrize(
    ("predicate", "scheme"), [(PBA.mapFamily, PBA.MapFamilies), (PBA.mapTier, PBA.MapTiers)]
)
def test_every_class_has_its_place_on_a_map(pba: Graph, predicate: URIRef, scheme: URIRef) -> None:
    places = {term: inherited(pba, term, predicate) for term in of_kind(pba, "class")}
    assert {term for term, place in places.items() if place is None} == NOT_ON_MAPS
    used = {place for place in places.values() if place is not None}
    assert used == set(pba.subjects(SKOS.inScheme, scheme))


@pytest.mark.parametrize(
    "top", [PBA.Area, PBA.PartyOrganization, PBA.Alliance, PBA.CoBuilding, PBA.Figure, PBA.Honour]
)
def test_the_main_classes_have_an_example(pba: Graph, top: URIRef) -> None:
    assert languages(pba, top, SKOS.example) == ["en", "zh"]


def test_affiliation_levels_carry_the_codes_of_the_standard(pba: Graph) -> None:
    codes = {str(code): term for term, code in pba.subject_objects(SKOS.notation)}
    assert " ".join(sorted(codes)) == "10 20 40 50 60 61 62 63 70 71 72 90"
    assert set(codes.values()) == set(pba.subjects(SKOS.inScheme, PBA.AffiliationLevels))
    sources = {str(source) for t in codes.values() for source in pba.objects(t, DCTERMS.source)}
    assert sources == {"GB/T 12404-1997"}
    broader = {code: pba.value(term, SKOS.broader) for code, term in codes.items()}
    within = {code: codes.get(f"{code[0]}0") for code in codes if code[1] != "0"}
    assert {code: term for code, term in broader.items() if term is not None} == within


def test_two_classes_that_overlap_in_fact_are_not_disjoint(pba: Graph) -> None:
    assert set(pba.subject_objects(OWL.disjointWith)) == {
        (PBA.Area, PBA.PartyOrganization),
        (PBA.Area, PBA.Alliance),
        (PBA.PartyOrganization, PBA.Alliance),
        (PBA.PartyOrganization, PBA.Unit),
    }


def test_matches_lead_from_our_terms_to_those_of_the_six_vocabularies(
    pba: Graph, align: Graph
) -> None:
    matches = [match for kind in MATCHES for match in align.subject_objects(kind)]
    assert {ours for ours, _ in matches} - set(terms(pba)) == set()
    assert {re.match(r".*[#/]", theirs)[0] for _, theirs in matches} == ALIGNED
    assert len(set(matches)) == len(matches) > 50


def test_a_reason_is_named_after_its_match(align: Graph) -> None:
    for name in align.subjects(RDF.type, OWL.Axiom):
        ours, theirs = (
            align.value(name, end) for end in (OWL.annotatedSource, OWL.annotatedTarget)
        )
        prefix, local = align.namespace_manager.compute_qname(theirs)[::2]
        assert str(name) == f"{ONTOLOGY}/align/{ours.removeprefix(PBA)}-{prefix}-{local}"


def test_no_party_organization_is_matched_with_a_public_body(pba: Graph, align: Graph) -> None:
    public = URIRef("http://data.europa.eu/m8g/PublicOrganisation")
    matched = {term for kind in MATCHES for term in align.subjects(kind, public)}
    party = set(pba.transitive_subjects(RDFS.subClassOf, PBA.PartyOrganization))
    assert matched & party == set()
    assert PBA.PublicBody in matched


def test_each_rule_has_its_texts_and_is_named_by_the_reasoner(rules: Graph) -> None:
    described = set(rules.subjects(RDF.type, PROV.Plan))
    assert described == {URIRef(RULE + name) for name in RULES}
    for rule in described:
        assert languages(rules, rule, RDFS.label) == ["en", "zh"]
        assert languages(rules, rule, SKOS.definition) == ["en", "zh"]
        assert set(rules.objects(rule, RDFS.isDefinedBy)) == {ONTOLOGY}


def test_the_axioms_beside_the_rules_are_about_listed_terms_of_other_vocabularies(
    rules: Graph, reused: Graph
) -> None:
    axioms = {triple for triple in rules if not triple[0].startswith(RULE)}
    assert axioms == {
        (ORG.subOrganizationOf, RDFS.subPropertyOf, ORG.transitiveSubOrganizationOf),
        (ORG.transitiveSubOrganizationOf, RDF.type, OWL.TransitiveProperty),
        (ORG.hasMember, OWL.inverseOf, ORG.memberOf),
        (DCTERMS.hasPart, OWL.inverseOf, DCTERMS.isPartOf),
    }
    assert {s for s, _, _ in axioms} <= set(reused.subjects())


def test_the_change_log_opens_with_the_version_and_its_date(pba: Graph) -> None:
    version = pba.value(ONTOLOGY, OWL.versionInfo)
    modified = pba.value(ONTOLOGY, DCTERMS.modified)
    text = (folder("ontology") / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (.*)$", text, re.MULTILINE)[1] == f"{version} – {modified}"


def test_the_ontology_states_its_licence_and_is_titled_in_both_languages(pba: Graph) -> None:
    assert pba.value(ONTOLOGY, DCTERMS.license) == URIRef(
        "https://creativecommons.org/licenses/by/4.0/"
    )
    for predicate in (DCTERMS.title, DCTERMS.description):
        assert languages(pba, ONTOLOGY, predicate) == ["en", "zh"]
