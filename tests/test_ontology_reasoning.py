"""The ontology under OWL 2 RL: in the profile, consistent, every class can have a member."""

from __future__ import annotations

from collections import defaultdict

import owlrl
import pyoxigraph
import pytest
from owlrl.Namespaces import ERRNS
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, XSD

from kg.assets import folder

pytestmark = pytest.mark.full

PBA = Namespace("https://w3id.org/pba/ns#")
SOME = Namespace("http://example.org/some/")
AXIOMS = {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.disjointWith}
TRAITS = {OWL.SymmetricProperty, OWL.TransitiveProperty}
KINDS = {
    OWL.Ontology,
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    SKOS.Concept,
    SKOS.ConceptScheme,
    URIRef("http://www.w3.org/ns/org#Role"),
}
# Annotations and assertions; no other predicate may stand in the ontology.
SAID = {
    *(RDFS.label, RDFS.isDefinedBy),
    *(SKOS.definition, SKOS.scopeNote, SKOS.example),
    *(SKOS.inScheme, SKOS.notation, SKOS.broader),
    *(DCTERMS.title, DCTERMS.description, DCTERMS.source, DCTERMS.license),
    *(DCTERMS.issued, DCTERMS.modified, DCTERMS.isReplacedBy),
    *(OWL.versionIRI, OWL.versionInfo, OWL.priorVersion, OWL.deprecated),
    *(VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri),
    *(PBA.mapFamily, PBA.mapTier, PBA["rank"]),
}
# The datatypes that are used as ranges; OWL 2 RL has them, and has no xsd:date.
DATATYPES = {XSD.string, XSD.boolean, XSD.integer}

# What the vocabularies above ours say of the terms that ours rest on.
UPPER = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

org:Organization a owl:Class ; rdfs:subClassOf foaf:Agent .
org:OrganizationalCollaboration a owl:Class ; rdfs:subClassOf org:Organization .
org:Membership a owl:Class .
org:Role a owl:Class ; rdfs:subClassOf skos:Concept .
org:Site a owl:Class .
org:ChangeEvent a owl:Class ; rdfs:subClassOf prov:Activity .
prov:Activity a owl:Class ; owl:disjointWith prov:Entity .
prov:Entity a owl:Class .
skos:Concept a owl:Class ; owl:disjointWith skos:ConceptScheme .
skos:ConceptScheme a owl:Class .
geo:Feature a owl:Class ; rdfs:subClassOf geo:SpatialObject .
geo:SpatialObject a owl:Class .
skos:inScheme a owl:ObjectProperty ; rdfs:range skos:ConceptScheme .
"""

BROKEN = """
@prefix pba: <https://w3id.org/pba/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
pba:PartyAlliance a owl:Class ; rdfs:subClassOf pba:PartyOrganization , pba:Alliance .
"""


@pytest.fixture(scope="module")
def pba() -> Graph:
    return Graph().parse(folder("ontology") / "pba.ttl")


def axioms(pba: Graph) -> Graph:
    """The ontology without its texts, on which no axiom bears, and what it rests on."""
    graph = Graph().parse(data=UPPER, format="turtle")
    for predicate in (*AXIOMS, RDF.type, SKOS.inScheme, SKOS.broader):
        for subject, object_ in pba.subject_objects(predicate):
            graph.add((subject, predicate, object_))
    return graph


def classes(graph: Graph) -> list[URIRef]:
    return sorted(term for term in graph.subjects(RDF.type, OWL.Class) if term in PBA)


def with_members(graph: Graph) -> Graph:
    """With one individual a class, stated of that class alone.

    No rule of the ontology joins two individuals, so one graph tells as much as a graph each,
    and an error names the individual.
    """
    for term in classes(graph):
        graph.add((SOME[term.removeprefix(PBA)], RDF.type, term))
    return graph


def errors(graph: Graph) -> list[str]:
    """What the closure finds contradictory."""
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return sorted(str(text) for _, text in graph.subject_objects(ERRNS.error))


def test_only_constructs_of_owl_2_rl_are_used(pba: Graph) -> None:
    assert set(pba.predicates()) - AXIOMS - SAID == {RDF.type}
    assert set(pba.objects(None, RDF.type)) - KINDS == TRAITS


def test_classes_in_axioms_are_named(pba: Graph) -> None:
    ends = [end for axiom in AXIOMS for pair in pba.subject_objects(axiom) for end in pair]
    assert [end for end in ends if not isinstance(end, URIRef)] == []
    tops = {OWL.Thing, OWL.Nothing}
    assert tops & set(ends) == set()


def test_ranges_are_classes_of_things_or_datatypes_of_the_profile(pba: Graph) -> None:
    ranges = {
        kind: {
            end for term in pba.subjects(RDF.type, kind) for end in pba.objects(term, RDFS.range)
        }
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    }
    assert ranges[OWL.DatatypeProperty] <= DATATYPES
    assert ranges[OWL.ObjectProperty] <= {*classes(pba), SKOS.Concept}
    assert ranges[OWL.AnnotationProperty] == set()


def test_the_data_that_ships_has_nothing_in_two_disjoint_classes(pba: Graph) -> None:
    kinds = defaultdict(set)
    for file in folder("triples").glob("*.trig"):
        for quad in pyoxigraph.parse(path=file):
            if quad.predicate.value == str(RDF.type):
                classes_above = pba.transitive_objects(URIRef(quad.object.value), RDFS.subClassOf)
                kinds[quad.subject.value].update(classes_above)
    pairs = list(pba.subject_objects(OWL.disjointWith))
    assert [node for node, found in kinds.items() for a, b in pairs if {a, b} <= found] == []
    assert len(kinds) > 100


def test_the_ontology_is_consistent(pba: Graph) -> None:
    assert errors(axioms(pba)) == []


def test_every_class_can_have_a_member(pba: Graph) -> None:
    graph = with_members(axioms(pba))
    assert errors(graph) == []
    assert (SOME.BuildingPartyGroup, RDF.type, PBA.PartyOrganization) in graph


def test_a_class_that_can_have_no_member_is_found(pba: Graph) -> None:
    graph = axioms(pba).parse(data=BROKEN, format="turtle")
    found = errors(with_members(graph))
    assert found
    assert [text for text in found if str(SOME.PartyAlliance) not in text] == []
