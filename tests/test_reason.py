"""What follows from what is stated: each rule, each support, each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import owlrl
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, RDFS, Graph, URIRef

from kg import ingest
from kg.evidence import Evidences
from kg.namespace import ENTAILED, ID, PBA, PREFIXES, PROV, RULE, curie, expand
from kg.reason import RULES, SOURCE, Support, entail, is_stated_graph, supports, update
from kg.store import Loose, View


def named(text: str) -> ox.NamedNode:
    return ox.NamedNode(expand(text))


TYPE = named("rdf:type")
SUBCLASS, SUBPROPERTY = named("rdfs:subClassOf"), named("rdfs:subPropertyOf")
INVERSE = named("owl:inverseOf")
SYMMETRIC, TRANSITIVE = named("owl:SymmetricProperty"), named("owl:TransitiveProperty")
META = ox.NamedNode(ENTAILED + "/meta")
ONTOLOGY = ingest.read_ontology().quads
# Hard cases that the shipped ontology does not have: two names of one class and of one property,
# an inverse of an edge, something above and something beside a closure.
HARD = """
pba:Alliance rdfs:subClassOf org:Organization .
org:Organization rdfs:subClassOf pba:Alliance .
pba:Unit rdfs:subClassOf org:Organization .
id:OfTwo rdfs:subClassOf pba:AllianceMembership .
id:Pact rdfs:subClassOf pba:CoBuilding .
pba:within rdfs:subPropertyOf pba:withinTransitive , geo:sfWithin .
pba:withinTransitive a owl:TransitiveProperty ; rdfs:subPropertyOf geo:sfWithin .
id:contains owl:inverseOf pba:within .
id:containsAny owl:inverseOf pba:withinTransitive .
pba:coBuildsWith a owl:SymmetricProperty ; rdfs:subPropertyOf org:linkedTo .
id:partnerOf owl:inverseOf pba:coBuildsWith .
org:hasMember owl:inverseOf org:memberOf .
org:memberOf rdfs:subPropertyOf org:linkedTo .
id:alike rdfs:subPropertyOf org:memberOf .
org:memberOf rdfs:subPropertyOf id:alike"""


def triples(text: str) -> set[ox.Triple]:
    """Triples in Turtle, with the prefixes of kg and ``:`` for `id:`."""
    head = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in PREFIXES.items())
    quads = ox.parse(f"{head} @prefix : <{ID}> . {text.rstrip(' .')} .", format=ox.RdfFormat.TURTLE)
    return {quad.triple for quad in quads}


def quads_in(graph: str, found: Iterable[ox.Triple]) -> list[ox.Quad]:
    return [ox.Quad(t.subject, t.predicate, t.object, named(graph)) for t in found]


def merged(quads: Iterable[ox.Quad]) -> Loose:
    """The quads, and in the default graph each of their triples once."""
    store = ox.Store()
    for quad in quads:
        store.add(quad)
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    return Loose(store)


def data(text: str) -> Loose:
    return merged([*ONTOLOGY, *quads_in("source:a#s1", triples(text))])


def by_rule(found: Iterable[ox.Quad]) -> dict[str, set[ox.Triple]]:
    """Entailed triples by rule; the description is left out."""
    rules: dict[str, set[ox.Triple]] = {}
    for quad in found:
        graph = quad.graph_name.value
        if graph != ENTAILED + "/meta":
            rules.setdefault(graph.removeprefix(ENTAILED + "#"), set()).add(quad.triple)
    return rules


OF_ONTOLOGY = by_rule(entail(merged(ONTOLOGY)))


def entailed(store: Loose) -> dict[str, set[ox.Triple]]:
    """Entailed triples by rule, without those of the ontology's own individuals."""
    found = by_rule(entail(store))
    rest = {rule: triples - OF_ONTOLOGY.get(rule, set()) for rule, triples in found.items()}
    return {rule: triples for rule, triples in rest.items() if triples}


def expected(**rules: str) -> dict[str, set[ox.Triple]]:
    return {rule.replace("_", "-"): triples(text) for rule, text in rules.items()}


def shown(support: Support) -> tuple[str, ...]:
    terms = [(t.subject, t.predicate, t.object) for t in support.premises]
    return (support.rule, *(" ".join(curie(term.value) for term in ends) for ends in terms))


def why(store: Loose, text: str) -> list[tuple[str, ...]]:
    (triple,) = triples(text)
    return [shown(support) for support in supports(store, triple)]


CASES = {
    "a class of a class": (
        ":a a pba:RegionalAlliance",
        expected(types=":a a pba:Alliance, org:OrganizationalCollaboration"),
    ),
    "a membership": (
        ":x a pba:AllianceMembership ; org:member :m ; org:organization :a",
        expected(
            types=":x a org:Membership",
            memberships=":m org:memberOf :a",
            inverses=":a org:hasMember :m",
        ),
    ),
    "an ended membership of several": (
        ':x a pba:AllianceMembership ; org:member :m, :n, kind:企业, "名" ; org:organization :a ;'
        ' pba:validUntil "2019"',
        expected(
            types=":x a org:Membership",
            memberships=":m org:memberOf :a . :n org:memberOf :a . kind:企业 org:memberOf :a",
            inverses=":a org:hasMember :m, :n, kind:企业",
        ),
    ),
    "a membership of itself": (
        ":x a pba:AllianceMembership ; org:member :a ; org:organization :a",
        expected(
            types=":x a org:Membership",
            memberships=":a org:memberOf :a",
            inverses=":a org:hasMember :a",
        ),
    ),
    "a membership of no alliance": (
        ":x a org:Membership ; org:member :m ; org:organization :a",
        {},
    ),
    "a co-building": (
        ":c a pba:CoBuilding ; pba:participant :a, :b",
        expected(
            co_building=":a pba:coBuildsWith :b . :b pba:coBuildsWith :a",
            sub_properties=":a org:linkedTo :b . :b org:linkedTo :a",
        ),
    ),
    "a co-building of one": (":c a pba:CoBuilding ; pba:participant :a", {}),
    "an action with participants": (":c a pba:Action ; pba:participant :a, :b", {}),
    "stated partners": (
        ":a pba:coBuildsWith :b , :a",
        expected(
            inverses=":b pba:coBuildsWith :a",
            sub_properties=":a org:linkedTo :a , :b . :b org:linkedTo :a",
        ),
    ),
    "areas in areas": (
        ":a pba:within :b . :b pba:within :c",
        expected(
            closures=":a pba:withinTransitive :b, :c . :b pba:withinTransitive :c",
            sub_properties=":a geo:sfWithin :b . :b geo:sfWithin :c",
        ),
    ),
    "areas in a circle": (
        ":a pba:within :b . :b pba:within :a",
        expected(
            closures=":a pba:withinTransitive :a, :b . :b pba:withinTransitive :a, :b",
            sub_properties=":a geo:sfWithin :b . :b geo:sfWithin :a",
        ),
    ),
    "stated steps of a closure": (
        ":a pba:withinTransitive :b . :b pba:withinTransitive :c, :c, :b",
        expected(closures=":a pba:withinTransitive :c"),
    ),
    "subordination": (
        ":a org:subOrganizationOf :b . :b org:subOrganizationOf :c . :c pba:managedBy :d",
        expected(
            closures=":a org:transitiveSubOrganizationOf :b, :c ."
            " :b org:transitiveSubOrganizationOf :c"
        ),
    ),
    "parts": (
        ":a dcterms:hasPart :b . :c dcterms:isPartOf :a . :a dcterms:hasPart '一'",
        expected(inverses=":b dcterms:isPartOf :a . :a dcterms:hasPart :c"),
    ),
}


@pytest.mark.parametrize("text,follows", CASES.values(), ids=CASES)
def test_each_rule_entails_no_more_and_no_less(text, follows):
    assert entailed(data(text)) == follows


@dataclass(frozen=True)
class World:
    """An ontology, and predicates that statements under it are made with."""

    name: str
    axioms: tuple[ox.Quad, ...]
    predicates: tuple[str, ...]

    def __repr__(self) -> str:
        return self.name

    def known(self) -> set[ox.Triple]:
        return {quad.triple for quad in self.axioms}


def axioms(quads: list[ox.Quad]) -> tuple[ox.Quad, ...]:
    return tuple(
        q
        for q in quads
        if q.predicate in (SUBCLASS, SUBPROPERTY, INVERSE) or q.object in (SYMMETRIC, TRANSITIVE)
    )


WORLDS = (
    World(
        "shipped",
        axioms(ONTOLOGY),
        (
            *("pba:within", "pba:withinTransitive", "geo:sfWithin"),
            *("org:subOrganizationOf", "org:transitiveSubOrganizationOf"),
            *("org:memberOf", "org:hasMember", "pba:coBuildsWith", "org:linkedTo"),
            *("dcterms:hasPart", "dcterms:isPartOf"),
        ),
    ),
    World(
        "hard",
        axioms(quads_in("https://w3id.org/pba/ns/hard", triples(HARD))),
        (
            *("pba:within", "pba:withinTransitive", "geo:sfWithin", "id:contains"),
            *("id:containsAny", "org:memberOf", "org:hasMember", "id:alike"),
            *("pba:coBuildsWith", "id:partnerOf", "org:linkedTo"),
        ),
    ),
)
RELATION_KINDS = ("pba:AllianceMembership", "pba:CoBuilding", "id:OfTwo", "id:Pact")
KINDS = (*RELATION_KINDS, "pba:Alliance", "pba:RegionalAlliance", "pba:Unit", "org:Organization")
NODES = [named(f"id:{name}") for name in "abc"]
RELATIONS = [named("id:x"), named("id:y")]
# The second is stated: its name only looks like that of the entailed graphs.
GRAPHS = [named("source:a#s1"), named("source:entailed-2#types")]


def one_of(names: Iterable[str]) -> st.SearchStrategy[ox.NamedNode]:
    return st.sampled_from([named(name) for name in names])


def quads(world: World) -> st.SearchStrategy[set[ox.Quad]]:
    """Statements over a handful of things, many of which bear on each other."""
    node, relation = st.sampled_from(NODES), st.sampled_from(RELATIONS)
    part, graph = (
        one_of(("org:member", "org:organization", "pba:participant")),
        st.sampled_from(GRAPHS),
    )
    quad = st.one_of(
        st.builds(ox.Quad, node, one_of(world.predicates), node, graph),
        st.builds(ox.Quad, relation, part, node, graph),
        st.builds(ox.Quad, relation, st.just(TYPE), one_of(RELATION_KINDS), graph),
        st.builds(ox.Quad, node, st.just(TYPE), one_of(KINDS), graph),
    )
    return st.sets(quad, max_size=14)


def model(stated: set[ox.Triple], axioms: set[ox.Triple]) -> set[ox.Triple]:
    """All that follows, applying the rules until nothing is new."""
    kinds = {(c.subject, c.object) for c in axioms if c.predicate == SUBCLASS}
    supers = [(c.subject, c.object) for c in axioms if c.predicate == SUBPROPERTY]
    inverse = [(c.subject, c.object) for c in axioms if c.predicate == INVERSE]
    inverse += [(o, s) for s, o in inverse]
    inverse += [(c.subject, c.subject) for c in axioms if c.object == SYMMETRIC]
    transitive = {c.subject for c in axioms if c.object == TRANSITIVE}
    found = set(stated)
    while True:
        new = {
            ox.Triple(t.subject, b, t.object) for t in found for a, b in supers if t.predicate == a
        }
        new |= {
            ox.Triple(t.object, b, t.subject) for t in found for a, b in inverse if t.predicate == a
        }
        new |= {
            ox.Triple(t.subject, TYPE, b)
            for t in found
            for a, b in kinds
            if t.predicate == TYPE and t.object == a
        }
        steps = [t for t in found if t.predicate in transitive]
        new |= {
            ox.Triple(t.subject, t.predicate, u.object)
            for t in steps
            for u in steps
            if t.predicate == u.predicate and t.object == u.subject
        }
        new |= set(joined(stated, found))
        if new <= found:
            return found
        found |= new


MEMBER, ORGANIZATION = named("org:member"), named("org:organization")
PARTICIPANT = named("pba:participant")
JOINS = (
    (named("pba:AllianceMembership"), (MEMBER, ORGANIZATION), named("org:memberOf")),
    (named("pba:CoBuilding"), (PARTICIPANT, PARTICIPANT), named("pba:coBuildsWith")),
)


def joined(stated: set[ox.Triple], found: set[ox.Triple]) -> Iterator[ox.Triple]:
    """What the two rules of the domain entail; their premises are stated, types may be entailed."""
    for t in stated:
        for u in stated:
            if t.subject != u.subject or (t.object == u.object and t.predicate == u.predicate):
                continue
            for kind, parts, predicate in JOINS:
                typed = ox.Triple(t.subject, TYPE, kind) in found
                if typed and (t.predicate, u.predicate) == parts:
                    yield ox.Triple(t.object, predicate, u.object)


def follows(stated: set[ox.Triple], axioms: set[ox.Triple]) -> set[ox.Triple]:
    """The triples that follow from others than themselves."""
    every = model(stated, axioms)
    new = every - stated
    return new | {t for t in stated if t in model(stated - {t}, axioms)}


@pytest.mark.parametrize("world", WORLDS, ids=repr)
@settings(deadline=None)
@given(draw=st.data())
def test_what_is_entailed_is_what_follows_and_each_support_is_minimal(world, draw):
    said = draw.draw(quads(world))
    store = merged([*world.axioms, *said])
    stated, known = {quad.triple for quad in said}, world.known()
    found = by_rule(entail(store))
    expected = follows(stated, known)
    assert set().union(*found.values()) == expected
    for triple in model(stated, known):
        reasons = list(supports(store, triple))
        assert {reason.rule for reason in reasons} == {r for r in found if triple in found[r]}
        assert len(set(reasons)) == len(reasons)
        for reason in reasons:
            premises = set(reason.premises) & stated
            assert set(reason.premises) <= premises | known
            assert triple in model(premises, known) - premises
            for fewer in combinations(premises, len(premises) - 1):
                assert triple not in model(set(fewer), known)


@pytest.mark.full
@pytest.mark.parametrize("world", WORLDS, ids=repr)
@settings(deadline=None)
@given(draw=st.data())
def test_a_change_leads_to_what_entailing_anew_gives(world, draw):
    said: set[ox.Quad] = set()
    held = {*world.axioms, *entail(merged(world.axioms))}
    for _ in range(4):
        drawn = draw.draw(quads(world))
        # The whole of it, or a small change.
        after = drawn if draw.draw(st.booleans()) else said ^ set(sorted(drawn, key=str)[:3])
        gone, new = said - after, after - said
        stale = (held - gone) | new
        removed, added = update(merged(held), merged(stale), gone, new)
        assert removed <= stale
        assert added & stale == set()
        said, held = after, {*world.axioms, *after, *entail(merged([*world.axioms, *after]))}
        assert (stale - removed) | added == held


@pytest.mark.parametrize("graph", [ENTAILED, f"{ENTAILED}#types", f"{ENTAILED}/meta"])
def test_what_is_entailed_or_only_in_the_merge_is_no_premise(graph):
    facts = triples(":a a pba:RegionalAlliance ; pba:within :b . :b pba:within :c")
    store = merged([*ONTOLOGY, *quads_in(graph, facts)])
    assert entailed(store) == {}
    assert why(store, ":a a pba:Alliance") == why(store, ":a pba:withinTransitive :c") == []


def test_a_triple_of_two_graphs_and_two_types_is_entailed_once():
    facts = triples(":a a pba:RegionalAlliance, pba:PartyBuildingAlliance")
    store = merged([*ONTOLOGY, *quads_in("source:a#s1", facts), *quads_in("source:b#s1", facts)])
    found = [quad for quad in entail(store) if quad.subject == named("id:a")]
    assert len(found) == len(set(found))
    assert {quad.triple for quad in found} == triples(
        ":a a pba:Alliance, org:OrganizationalCollaboration"
    )


def test_axioms_are_those_of_the_ontology_alone():
    facts = triples(
        ":A rdfs:subClassOf :B . :a a :A . :p a owl:SymmetricProperty, owl:TransitiveProperty ;"
        " rdfs:subPropertyOf :q ; owl:inverseOf :r . :a :p :b . :b :p :c"
    )
    for graph in ("source:a#s1", "https://w3id.org/pba/nsother", "https://w3id.org/pba/ns#x"):
        assert entailed(merged([*ONTOLOGY, *quads_in(graph, facts)])) == {}
    own = merged([*ONTOLOGY, *quads_in("https://w3id.org/pba/ns/own", facts)])
    assert set(entailed(own)) == {"types", "closures", "sub-properties", "inverses"}


def test_a_support_names_its_rule_its_premises_and_the_axioms():
    store = data(
        ":x a pba:AllianceMembership ; org:member :m ; org:organization :a ."
        ":y a pba:AllianceMembership ; org:member :m ; org:organization :a ."
        ":z a pba:AllianceMembership ; org:member :m ; org:organization :b ."
        ":a org:hasMember :m ."
    )
    inverse = ("org:hasMember owl:inverseOf org:memberOf",)
    memberships = {
        (
            "memberships",
            f"id:{x} rdf:type pba:AllianceMembership",
            f"id:{x} org:member id:m",
            f"id:{x} org:organization id:a",
        )
        for x in "xy"
    }
    reasons = why(store, ":m org:memberOf :a")
    assert reasons[0] == ("inverses", "id:a org:hasMember id:m", *inverse)
    assert set(reasons[1:]) == memberships
    assert set(why(store, ":a org:hasMember :m")) == {
        ("inverses", *premises, *inverse) for _, *premises in memberships
    }


def test_of_the_paths_of_a_closure_a_shortest_one_is_told():
    store = data(":a pba:within :b . :b pba:within :c, :d . :c pba:within :d . :d pba:within :a")
    steps = "pba:within rdfs:subPropertyOf pba:withinTransitive"
    closed = "pba:withinTransitive rdf:type owl:TransitiveProperty"
    assert why(store, ":a pba:withinTransitive :b") == [("closures", "id:a pba:within id:b", steps)]
    assert why(store, ":a pba:withinTransitive :d") == [
        ("closures", "id:a pba:within id:b", "id:b pba:within id:d", steps, closed)
    ]
    assert why(store, ":a pba:withinTransitive :a") == [
        (
            *("closures", "id:a pba:within id:b", "id:b pba:within id:d", "id:d pba:within id:a"),
            *(steps, closed),
        )
    ]


def test_partners_of_two_co_buildings_have_two_supports():
    store = data(
        ":c a pba:CoBuilding ; pba:participant :a, :b .:d a pba:CoBuilding ; pba:participant :a, :b"
    )
    reasons = why(store, ":a org:linkedTo :b")
    assert {reason[0] for reason in reasons} == {"sub-properties"}
    assert {reason[1] for reason in reasons} == {
        "id:c rdf:type pba:CoBuilding",
        "id:d rdf:type pba:CoBuilding",
    }
    assert len(reasons) == 2


def test_a_changed_axiom_asks_for_entailing_anew():
    before = data(":a a pba:Alliance")
    new = quads_in("https://w3id.org/pba/ns", triples(":A rdfs:subClassOf :B"))
    foreign = quads_in("source:a#s1", triples(":A rdfs:subClassOf :B"))
    assert update(before, merged([*before.quads(), *new]), [], new) is None
    assert update(merged([*before.quads(), *new]), before, new, []) is None
    assert update(before, merged([*before.quads(), *foreign]), [], foreign) is not None


def test_a_change_of_the_text_of_a_rule_changes_the_description_alone():
    held = [*ONTOLOGY, *entail(merged(ONTOLOGY))]
    (old,) = (
        q
        for q in ONTOLOGY
        if q.subject == named("rule:types")
        and q.predicate == named("rdfs:label")
        and q.object.language == "en"
    )
    new = ox.Quad(old.subject, old.predicate, ox.Literal("kinds", language="en"), old.graph_name)
    stale = [quad for quad in held if quad != old] + [new]
    removed, added = update(merged(held), merged(stale), [old], [new])
    assert {(q.object.value, q.graph_name) for q in removed} == {("types", META)}
    assert {(q.object.value, q.graph_name) for q in added} == {("kinds", META)}


class Counting:
    """A store that counts the quads that are read from it."""

    def __init__(self, store: Loose) -> None:
        self._store, self.read = store, 0
        self.query = store.query

    def quads(self, *pattern: object, **named: object) -> Iterator[ox.Quad]:
        for quad in self._store.quads(*pattern, **named):
            self.read += 1
            yield quad


CHANGES = {
    "a type of many": ":new a pba:Enterprise",
    "a unit in a street of many": ":new pba:residentIn :street",
    "an area in a street of many": ":new pba:within :street",
    "a member of an alliance of many": (
        ":x a pba:AllianceMembership ; org:member :new ; org:organization :alliance"
    ),
    "a partner of one of many": ":c a pba:CoBuilding ; pba:participant :new, :popular",
}


def crowd(size: int) -> str:
    one = (
        ":u{0} a pba:Enterprise ; pba:residentIn :street . :n{0} pba:within :street ."
        ":m{0} a pba:AllianceMembership ; org:member :u{0} ; org:organization :alliance ."
        ":c{0} a pba:CoBuilding ; pba:participant :u{0}, :popular ."
    )
    return ":street pba:within :district ." + "".join(one.format(n) for n in range(size))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_reads_no_more_of_a_large_store_than_of_a_small_one(change):
    def read(size: int) -> int:
        held = [*data(crowd(size)).quads()]
        held = [quad for quad in held if quad.graph_name != ox.DefaultGraph()]
        held += entail(merged(held))
        new = quads_in("source:b#s1", triples(change))
        before, after = Counting(merged(held)), Counting(merged([*held, *new]))
        assert update(before, after, [], new) is not None
        gone = Counting(merged([*held, *new])), Counting(merged(held))
        assert update(*gone, new, []) is not None
        return sum(store.read for store in (before, after, *gone))

    assert read(100) == read(10)


def test_the_classes_of_the_shipped_things_are_those_of_a_plain_reasoner(view: View):
    graph = Graph()
    for quad in (quad for predicate in (TYPE, SUBCLASS) for quad in view.quads(p=predicate)):
        if is_stated_graph(quad.graph_name) and isinstance(quad.subject, ox.NamedNode):
            graph.add(tuple(URIRef(term.value) for term in quad.triple))
    said = set(graph.subject_objects(RDF.type))
    owlrl.DeductiveClosure(owlrl.RDFS_Semantics).expand(graph)
    things = {subject for subject, _ in said}
    closed = {
        (s, o) for s, o in graph.subject_objects(RDF.type) if s in things and o != RDFS.Resource
    }
    ours = {
        (URIRef(t.subject.value), URIRef(t.object.value)) for t in by_rule(entail(view))["types"]
    }
    assert closed - said == ours - said
    assert len(ours) > 300


@pytest.mark.parametrize(
    ("lang", "place", "title", "source"),
    [("zh", "规则", "类型推导", "推导"), ("en", "rule", "types", "entailed")],
)
def test_the_evidence_of_an_entailed_triple_names_the_rule(lang, place, title, source):
    said = [*ONTOLOGY, *quads_in("source:a#s1", triples(":a a pba:RegionalAlliance"))]
    evidences = Evidences(merged([*said, *entail(merged(said))]), lang)
    (triple,) = triples(":a a pba:Alliance")
    (found,) = evidences.of(triple)
    (definition,) = (
        q.object.value
        for q in ONTOLOGY
        if q.subject == named("rule:types")
        and q.predicate == named("skos:definition")
        and q.object.language == lang
    )
    assert (found.certainty, found.place, found.quote) == ("Entailed", place, "")
    assert (found.source.iri, found.source.title) == (RULE + "types", title)
    assert found.reason == definition
    assert evidences.read(META).source.title == source


def test_behind_an_entailed_triple_are_the_places_that_say_its_premises():
    facts = triples(":x a pba:AllianceMembership ; org:member :m ; org:organization :a")
    said = [*ONTOLOGY, *quads_in("source:a#s1", facts), *quads_in("source:b#s9", facts)]
    evidences = Evidences(merged([*said, *entail(merged(said))]))
    (triple,) = triples(":a org:hasMember :m")
    (found,) = evidences.behind(triple)
    assert found.rule == "inverses"
    assert [[curie(place.graph) for place in places] for _, places in found.premises] == [
        ["source:a#s1", "source:b#s9"],
        ["source:a#s1", "source:b#s9"],
        ["source:a#s1", "source:b#s9"],
        ["https://w3id.org/pba/ns/rules"],
    ]
    assert list(evidences.behind(next(iter(facts)))) == []


def test_every_rule_and_its_graph_are_described_in_both_languages():
    described = {q.triple for q in entail(merged(ONTOLOGY)) if q.graph_name == META}
    texts = Counter((t.subject, t.predicate) for t in described if isinstance(t.object, ox.Literal))
    graphs = {ox.NamedNode(f"{ENTAILED}#{rule}"): named(f"rule:{rule}") for rule in RULES}
    label, definition = named("rdfs:label"), named("dcterms:description")
    assert texts == {
        (named(f"source:{SOURCE}"), label): 2,
        **{(node, label): 2 for pair in graphs.items() for node in pair},
        **{(graph, definition): 2 for graph in graphs},
    }
    origins = {
        (t.subject, t.object) for t in described if t.predicate.value == PROV + "wasDerivedFrom"
    }
    assert origins == set(graphs.items())
    certainty = {(t.subject, t.object) for t in described if t.predicate.value == PBA + "certainty"}
    assert certainty == {(graph, named("pba:Entailed")) for graph in graphs}


def test_evidence_comes_stated_first_then_inferred_then_entailed():
    (triple,) = triples(":a a pba:Alliance")
    about = triples(f"<{ID}source/z#s1-inferred> pba:certainty pba:Inferred")
    said = [
        *ONTOLOGY,
        *quads_in("source:b#s1", triples(":a a pba:RegionalAlliance")),
        *quads_in("source:z#s1-inferred", [triple]),
        *quads_in("source:z/meta", about),
        *quads_in("source:zz#s1", [triple]),
    ]
    found = Evidences(merged([*said, *entail(merged(said))])).of(triple)
    assert [(e.certainty, curie(e.graph)) for e in found] == [
        ("Stated", "source:zz#s1"),
        ("Inferred", "source:z#s1-inferred"),
        ("Entailed", "source:entailed#types"),
    ]
