"""The ontology files: complete, consistent, and true to the terms that data relies on."""

from __future__ import annotations

import re
from collections import Counter, deque
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import Graph, Literal, URIRef
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


def ancestors(graph: Graph, term: URIRef, predicate: URIRef) -> set[URIRef]:
    parents = graph.objects(term, predicate)
    return {above for parent in parents for above in graph.transitive_objects(parent, predicate)}


@pytest.mark.parametrize("name", FILES)
def test_both_parsers_read_the_same_number_of_triples(name: str) -> None:
    path = folder("ontology") / name
    assert len(set(pyoxigraph.parse(path=path))) == len(Graph().parse(path)) > 30


@pytest.mark.parametrize("name", FILES)
def test_no_file_has_a_blank_node_or_an_import(name: str) -> None:
    quads = list(pyoxigraph.parse(path=folder("ontology") / name))
    ends = [end for quad in quads for end in (quad.subject, quad.object)]
    assert [end for end in ends if isinstance(end, pyoxigraph.BlankNode)] == []
    assert [quad for quad in quads if quad.predicate.value == str(OWL.imports)] == []


def test_the_file_describes_pba_terms_and_the_ontology_alone(pba: Graph) -> None:
    assert [term for term in terms(pba) if term not in PBA] == []


@pytest.mark.parametrize("predicate", [RDFS.label, SKOS.definition])
@pytest.mark.parametrize("file", ["pba", "reused"])
def test_each_term_has_one_text_per_language(
    file: str, predicate: URIRef, request: pytest.FixtureRequest
) -> None:
    graph = request.getfixturevalue(file)
    found = {term: languages(graph, term, predicate) for term in terms(graph)}
    assert {term: tags for term, tags in found.items() if tags != ["en", "zh"]} == {}


@pytest.mark.parametrize("predicate", [SKOS.scopeNote, SKOS.example])
def test_a_note_stands_in_both_languages_or_in_none(pba: Graph, predicate: URIRef) -> None:
    found = {term: languages(pba, term, predicate) for term in terms(pba)}
    assert {term: tags for term, tags in found.items() if tags not in ([], ["en", "zh"])} == {}


def test_definitions_are_single_sentences(pba: Graph) -> None:
    end = {"zh": "。", "en": "."}
    texts = [text for term in terms(pba) for text in pba.objects(term, SKOS.definition)]
    unclosed = [text for text in texts if not text.endswith(end[text.language])]
    several = [text for text in texts if "。" in text[:-1] or ". " in text]
    assert unclosed + several == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_terms_of_a_kind_share_a_label(pba: Graph, kind: str) -> None:
    counts = Counter(
        label for term in of_kind(pba, kind) for label in pba.objects(term, RDFS.label)
    )
    assert [label for label, count in counts.items() if count > 1] == []


def test_each_pba_term_is_defined_by_the_ontology(pba: Graph) -> None:
    found = {term: set(pba.objects(term, RDFS.isDefinedBy)) for term in terms(pba)}
    assert {term for term, by in found.items() if by != {ONTOLOGY}} == set()


def test_each_reused_term_is_defined_by_its_own_vocabulary(reused: Graph) -> None:
    homes = {term: re.match(r".*[#/]", term)[0] for term in terms(reused)}
    found = {term: str(reused.value(term, RDFS.isDefinedBy)) for term in terms(reused)}
    assert found == homes
    assert str(PBA) not in homes.values()


@pytest.mark.parametrize(("name", "kind"), contract())
def test_each_term_of_the_contract_exists(pba: Graph, name: str, kind: str) -> None:
    assert PBA[name] in of_kind(pba, kind)


def test_every_term_is_of_exactly_one_kind(pba: Graph) -> None:
    kinds = {term: [kind for kind in KINDS if term in of_kind(pba, kind)] for term in terms(pba)}
    assert {term: found for term, found in kinds.items() if len(found) != 1} == {}


def test_every_property_is_of_exactly_one_owl_kind(pba: Graph) -> None:
    kinds = {
        term: KINDS["property"] & set(pba.objects(term, RDF.type))
        for term in of_kind(pba, "property")
    }
    assert {term: found for term, found in kinds.items() if len(found) != 1} == {}


@pytest.mark.parametrize(
    ("trait", "bearers"),
    [(OWL.SymmetricProperty, {PBA.coBuildsWith}), (OWL.TransitiveProperty, {PBA.withinTransitive})],
)
def test_only_the_entailed_relations_are_symmetric_or_transitive(
    pba: Graph, trait: URIRef, bearers: set[URIRef]
) -> None:
    assert set(pba.subjects(RDF.type, trait)) == bearers


@pytest.mark.parametrize(
    ("predicate", "kind"), [(RDFS.subClassOf, "class"), (RDFS.subPropertyOf, "property")]
)
def test_every_parent_is_defined_here_or_listed_as_reused(
    pba: Graph, reused: Graph, predicate: URIRef, kind: str
) -> None:
    known = of_kind(pba, kind) | set(reused.subjects())
    assert set(pba.objects(None, predicate)) - known == set()


def test_every_domain_and_range_in_pba_is_a_class(pba: Graph) -> None:
    ends = {end for bound in (RDFS.domain, RDFS.range) for end in pba.objects(None, bound)}
    assert {end for end in ends if end in PBA} - of_kind(pba, "class") == set()


@pytest.mark.parametrize("predicate", [RDFS.subClassOf, RDFS.subPropertyOf])
def test_the_hierarchies_have_no_cycle(pba: Graph, predicate: URIRef) -> None:
    assert [term for term in terms(pba) if term in ancestors(pba, term, predicate)] == []


@pytest.mark.parametrize("predicate", [RDFS.subClassOf, RDFS.subPropertyOf])
def test_no_stated_parent_follows_from_another(pba: Graph, predicate: URIRef) -> None:
    redundant = [
        (term, parent)
        for term, parent in pba.subject_objects(predicate)
        for other in pba.objects(term, predicate)
        if parent in ancestors(pba, other, predicate)
    ]
    assert redundant == []


def test_party_organizations_and_units_have_no_class_in_common(pba: Graph) -> None:
    party, units = (
        {term for term in pba.transitive_subjects(RDFS.subClassOf, top)}
        for top in (PBA.PartyOrganization, PBA.Unit)
    )
    assert party & units == set()
    assert min(len(party), len(units)) > 10


def test_every_concept_is_in_exactly_one_scheme_that_exists(pba: Graph) -> None:
    schemes = of_kind(pba, "scheme")
    found = {term: set(pba.objects(term, SKOS.inScheme)) for term in of_kind(pba, "concept")}
    assert {term for term, of in found.items() if len(of) != 1 or not of <= schemes} == set()


def test_only_the_scheme_of_kinds_is_left_for_data_to_fill(pba: Graph) -> None:
    assert of_kind(pba, "scheme") - set(pba.objects(None, SKOS.inScheme)) == {PBA.OrganizationKinds}


def test_ranks_count_every_concept_of_an_ordered_scheme_from_zero(pba: Graph) -> None:
    ordered = {pba.value(term, SKOS.inScheme) for term in pba.subjects(PBA["rank"])}
    for scheme in ordered:
        concepts = list(pba.subjects(SKOS.inScheme, scheme))
        ranks = [int(rank) for concept in concepts for rank in pba.objects(concept, PBA["rank"])]
        assert sorted(ranks) == list(range(len(concepts))), scheme
    assert {PBA.MapFamilies, PBA.MapTiers} <= ordered


@pytest.mark.parametrize(
    ("predicate", "scheme"), [(PBA.mapFamily, PBA.MapFamilies), (PBA.mapTier, PBA.MapTiers)]
)
def test_every_class_has_its_place_on_a_map(pba: Graph, predicate: URIRef, scheme: URIRef) -> None:
    places = {term: inherited(pba, term, predicate) for term in of_kind(pba, "class")}
    assert {term for term, place in places.items() if place is None} == NOT_ON_MAPS
    used = {place for place in places.values() if place is not None}
    assert used == set(pba.subjects(SKOS.inScheme, scheme))


def test_family_and_tier_are_stated_together_and_once(pba: Graph) -> None:
    families = Counter(pba.subjects(PBA.mapFamily))
    assert families == Counter(pba.subjects(PBA.mapTier))
    assert set(families.values()) == {1}


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


def test_a_deprecated_term_leads_to_at_most_one_current_term_of_its_kind(pba: Graph) -> None:
    deprecated = set(pba.subjects(OWL.deprecated, Literal(True)))
    assert set(pba.subjects(DCTERMS.isReplacedBy)) <= deprecated
    for term in deprecated:
        successors = set(pba.objects(term, DCTERMS.isReplacedBy))
        assert len(successors) <= 1, term
        assert successors & deprecated == set(), term
        kinds = [kind for kind in KINDS if term in of_kind(pba, kind)]
        assert successors <= {t for kind in kinds for t in of_kind(pba, kind)}, term


def test_matches_lead_from_our_terms_to_those_of_the_six_vocabularies(
    pba: Graph, align: Graph
) -> None:
    matches = [match for kind in MATCHES for match in align.subject_objects(kind)]
    assert {ours for ours, _ in matches} - set(terms(pba)) == set()
    assert {re.match(r".*[#/]", theirs)[0] for _, theirs in matches} == ALIGNED
    assert len(set(matches)) == len(matches) > 50


def test_every_match_has_its_reason_in_both_languages(align: Graph) -> None:
    stated = {(s, p, o) for p in MATCHES for s, o in align.subject_objects(p)}
    reasoned = {}
    for name in align.subjects(RDF.type, OWL.Axiom):
        s, p, o = (
            align.value(name, end)
            for end in (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
        )
        assert languages(align, name, RDFS.comment) == ["en", "zh"], name
        prefix, local = align.namespace_manager.compute_qname(o)[::2]
        assert str(name) == f"{ONTOLOGY}/align/{s.removeprefix(PBA)}-{prefix}-{local}"
        reasoned[name] = (s, p, o)
    assert set(reasoned.values()) == stated
    assert len(reasoned) == len(stated)


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


def test_the_version_iri_carries_the_date_of_the_last_change(pba: Graph) -> None:
    modified = pba.value(ONTOLOGY, DCTERMS.modified)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", modified)
    assert list(pba.objects(ONTOLOGY, OWL.versionIRI)) == [URIRef(f"{ONTOLOGY}/{modified}")]


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
