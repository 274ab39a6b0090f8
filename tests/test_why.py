"""Why a row is an answer: what witnesses promise, on random data and random queries.

A world is the ontology, some graphs of the data and what follows from them. A witness yields its
row in the world of its graphs, and no proper part of it does.
"""

from __future__ import annotations

import functools
import gc
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, product

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from kg import query
from kg.describe import find
from kg.evidence import Evidence, Evidences
from kg.namespace import ONTOLOGY_GRAPH, OWL, PREFIXES, RDF, RDFS, SOURCE, curie
from kg.query.why import Explanation, Unexplained, explain, planned
from kg.query.why.facts import Facts
from kg.query.why.told import Telling
from kg.query.why.walk import Paths
from kg.reason import entail
from kg.store import Loose, View

TYPE = ox.NamedNode(RDF + "type")
NODES = [ox.NamedNode(f"urn:{name}") for name in "abcd"]
PROPERTIES = [ox.NamedNode(f"urn:{name}") for name in ("p", "q", "part", "whole")]
CLASSES = [ox.NamedNode(f"urn:{name}") for name in ("Narrow", "Wide")]
GRAPHS = [ox.NamedNode(f"urn:g{n}") for n in range(4)]
ONTOLOGY = [
    ox.Quad(s, p, o, ox.NamedNode(ONTOLOGY_GRAPH))
    for s, p, o in (
        (CLASSES[0], ox.NamedNode(RDFS + "subClassOf"), CLASSES[1]),
        (PROPERTIES[0], ox.NamedNode(RDFS + "subPropertyOf"), PROPERTIES[1]),
        (PROPERTIES[2], ox.NamedNode(RDFS + "subPropertyOf"), PROPERTIES[3]),
        (PROPERTIES[3], TYPE, ox.NamedNode(OWL + "TransitiveProperty")),
    )
]

links = st.builds(ox.Quad, *map(st.sampled_from, (NODES, PROPERTIES, NODES, GRAPHS)))
kinds = st.builds(
    ox.Quad, st.sampled_from(NODES), st.just(TYPE), *map(st.sampled_from, (CLASSES, GRAPHS))
)
values = st.builds(
    ox.Quad,
    st.sampled_from(NODES),
    st.just(ox.NamedNode("urn:v")),
    st.sampled_from([ox.Literal(1), ox.Literal(2)]),
    st.sampled_from(GRAPHS),
)
datasets = st.lists(st.one_of(links, links, kinds, values), min_size=2, max_size=9, unique=True)

nodes = st.sampled_from(["?x", "?y", "?z", "?x", "?y", "?z", "<urn:a>", "<urn:b>"])
steps = st.sampled_from([f"<{p.value}>" for p in PROPERTIES])
paths = st.one_of(
    steps,
    steps,
    st.just("?p"),
    st.builds("^{}".format, steps),
    st.builds("{}/{}".format, steps, steps),
    st.builds("({}|{})".format, steps, steps),
    st.builds("({}|^{})+".format, steps, steps),
    st.builds("({}/{})?".format, steps, steps),
    st.builds("{}*".format, steps),
    st.builds("{}+".format, steps),
    st.builds("!({}|{})".format, steps, steps),
)
triples = st.one_of(
    st.builds("{} {} {} .".format, nodes, paths, nodes),
    st.builds("{} a <{}> .".format, nodes, st.sampled_from([c.value for c in CLASSES])),
    st.builds("{} <urn:v> ?n .".format, nodes),
    st.builds("{} {} [ {} {} ] .".format, nodes, steps, steps, nodes),
)
basic = st.lists(triples, min_size=1, max_size=2).map(" ".join)


def growing(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("{} {{ {} }}".format, basic, inner),
        st.builds("{} FILTER(?x != ?y)".format, inner),
        st.builds("{} FILTER EXISTS {{ {} }}".format, basic, basic),
        st.builds("GRAPH ?g {{ {} }}".format, basic),
        st.builds("GRAPH <urn:g1> {{ {} }} {}".format, basic, inner),
        st.builds("{{ SELECT ?x ?y {{ {} }} }} {}".format, inner, basic),
        st.builds("{{ SELECT DISTINCT ?x {{ {} }} }} {}".format, inner, basic),
        st.builds("VALUES (?x ?y) {{ (<urn:a> UNDEF) (UNDEF <urn:b>) }} {}".format, inner),
        st.builds("{} BIND(STR(?x) AS ?s)".format, basic),
    )


monotone = st.recursive(basic, growing, max_leaves=3)
absent = st.one_of(
    st.builds("{} OPTIONAL {{ {} }}".format, monotone, monotone),
    st.builds("{} OPTIONAL {{ {} OPTIONAL {{ {} }} }}".format, basic, basic, basic),
    st.builds("{} FILTER NOT EXISTS {{ {} }}".format, monotone, basic),
    st.builds("{} MINUS {{ {} }}".format, monotone, basic),
    st.builds(
        "{{ {} OPTIONAL {{ {} FILTER(?x != ?z) }} }} UNION {{ {} }}".format, basic, basic, basic
    ),
)
columns = st.sampled_from(["*", "?x ?y", "DISTINCT ?x", "?z (STR(?x) AS ?name)", "?y ?g"])
counts = st.sampled_from(
    [
        "?x (COUNT(?y) AS ?n)",
        "?x (COUNT(DISTINCT ?y) AS ?n)",
        "?x (COUNT(DISTINCT ?y) AS ?k) (COUNT(?z) AS ?m)",
        "?x (MAX(?y) AS ?n)",
        "?x (MIN(STR(?z)) AS ?n)",
        "?x",
    ]
)
totals = st.sampled_from(
    ["(COUNT(*) AS ?m)", "(COUNT(DISTINCT ?x) AS ?m)", "(SUM(?n) AS ?m)", "(MAX(?n) + 1 AS ?m)"]
)


# Random data and queries


@dataclass
class Worlds:
    """The answers of one query in the worlds of some graphs."""

    quads: list[ox.Quad]
    text: str
    known: dict[frozenset[str], set[tuple]] = field(default_factory=dict)

    def store(self, graphs: frozenset[str]) -> Loose:
        stated = [q for q in self.quads if q.graph_name.value in graphs] + ONTOLOGY
        store = ox.Store()
        store.extend(stated)
        store.extend(list(entail(Loose(store))))
        store.extend([ox.Quad(q.subject, q.predicate, q.object) for q in list(store)])
        return Loose(store)

    def rows(self, graphs: frozenset[str]) -> set[tuple]:
        if graphs not in self.known:
            found = self.store(graphs).query(self.text, prefixes=PREFIXES)
            self.known[graphs] = {tuple(row) for row in found}
        return self.known[graphs]

    @property
    def all(self) -> frozenset[str]:
        return frozenset(q.graph_name.value for q in self.quads)

    def why(self, witnesses: int = 30) -> dict[tuple, Explanation]:
        try:
            planned(self.text)
        except Unexplained as error:
            assert "!(…)" in str(error)
            reject()
        data = self.store(self.all)
        facts = Facts(data, Evidences(data))
        telling = Telling(facts, list)

        def ask(text: str) -> Iterator[tuple]:
            return map(tuple, data.query(text))

        return explain(planned(self.text), Paths(facts), ask, telling, witnesses)


def sets(explanation: Explanation) -> Iterator[frozenset[str]]:
    for witness in explanation.witnesses:
        yield frozenset(e.graph for e in witness.evidence)


def assert_minimal(worlds: Worlds, why: dict[tuple, Explanation]) -> None:
    for row, explanation in why.items():
        for graphs in sets(explanation):
            assert row in worlds.rows(graphs), (row, graphs)
            for graph in graphs:
                assert row not in worlds.rows(graphs - {graph}), (row, graphs, graph)


def assert_complete(worlds: Worlds, why: dict[tuple, Explanation]) -> None:
    for row, explanation in why.items():
        if explanation.complete:
            for removed in islice(product(*sets(explanation)), 12):
                assert row not in worlds.rows(worlds.all - set(removed)), (row, removed)


thorough = settings(deadline=None, suppress_health_check=list(HealthCheck))


@given(datasets, columns, monotone)
@thorough
def test_a_witness_yields_its_row_no_part_of_it_does_and_there_is_no_other(quads, shown, pattern):
    worlds = Worlds(quads, f"SELECT {shown} WHERE {{ {pattern} }}")
    why = worlds.why()
    assert set(why) == worlds.rows(worlds.all)
    assert_minimal(worlds, why)
    assert_complete(worlds, why)
    assert all(explanation.witnesses for explanation in why.values())


@given(datasets, columns, absent)
@thorough
def test_a_witness_of_a_row_that_holds_by_absence_yields_it(quads, shown, pattern):
    worlds = Worlds(quads, f"SELECT {shown} WHERE {{ {pattern} }}")
    why = worlds.why()
    assert set(why) == worlds.rows(worlds.all)
    for row, explanation in why.items():
        for graphs in sets(explanation):
            assert row in worlds.rows(graphs), (row, graphs)


@given(datasets, counts, monotone)
@thorough
def test_a_witness_of_a_group_gives_the_same_numbers(quads, shown, pattern):
    worlds = Worlds(quads, f"SELECT {shown} WHERE {{ {pattern} }} GROUP BY ?x")
    why = worlds.why()
    assert set(why) == worlds.rows(worlds.all)
    assert_minimal(worlds, why)


@given(datasets, totals, monotone)
@thorough
def test_a_witness_of_a_total_gives_the_same_number(quads, shown, pattern):
    worlds = Worlds(quads, f"SELECT {shown} WHERE {{ {pattern} }}")
    why = worlds.why()
    assert set(why) == worlds.rows(worlds.all)
    assert_minimal(worlds, why)


# The saved questions on the shipped data

NAMED = {"street": "贵城街道", "thing": "区域党建联盟"}


def asked(view: View, name: str) -> str:
    saved = query.question(name)
    values = {p.name: NAMED[p.name] for p in saved.parameters if p.name in NAMED}
    return query.bound(saved, values, find=lambda n: find(view, n))


@pytest.fixture(scope="module")
def rows_of(quads, world, shipped) -> Iterator[Callable[[str, frozenset[str]], set[tuple]]]:
    """The rows of a query where only some places (graph and row, as evidence has them) speak."""
    with shipped.view() as view:
        evidences = Evidences(view)
        said: dict[str, list[ox.Quad]] = {}
        for quad in quads:
            found = evidences.read(quad.graph_name, quad.subject)
            said.setdefault("" if found.of_ontology else place(found), []).append(quad)

    @functools.cache
    def store(places: frozenset[str]) -> ox.Store:
        return world([quad for place in ("", *places) for quad in said[place]])

    yield lambda text, places: {tuple(row) for row in store(places).query(text, prefixes=PREFIXES)}


def place(evidence: Evidence) -> str:
    return f"{evidence.graph} {evidence.place}"


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(query.questions()))
def test_the_witnesses_of_a_saved_question_yield_its_rows_and_no_part_of_them_does(
    name, view, rows_of
):
    text = asked(view, name)
    why = query.why(view, text)
    assert set(why) == {tuple(row) for row in query.run(view, text)}
    for row, explained in islice(why.items(), 12):
        for witness in explained.witnesses:
            places = frozenset(map(place, witness.evidence))
            assert row in rows_of(text, places), (row, places)
            for one in islice(places, 6):
                assert row not in rows_of(text, places - {one}), (row, one)


# What stands in an explanation


def explained(view: View, text: str, row: int = 0) -> Explanation:
    return list(query.why(view, text).values())[row]


def places(explanation: Explanation) -> list[str]:
    return [e.place for e in explanation.evidence]


def test_evidence_is_the_sentence_with_its_place_and_source(view):
    why = query.why(view, asked(view, "authority"))
    (told,) = {e for explanation in why.values() for e in explanation.evidence}
    assert told.place == "原文第6句"
    assert "明确街道党工委对派出所、司法所等基层司法机关的调度权。" in told.quote
    assert told.source.title == "港北区打造自治区级城市基层党建工作示范区综述"
    assert (told.source.date, told.certainty) == ("2019-08-01", "Stated")


def test_a_row_of_a_table_is_evidence_by_its_number(view):
    why = query.why(view, asked(view, "communities"))
    row = next(r for r in why if r[1].value == "凤凰社区")
    (told,) = why[row].evidence
    assert (told.place, told.quote) == ("第17行", "")


def test_an_inferred_reading_is_told_apart_with_its_reason(view):
    why = query.why(view, asked(view, "alliances"))
    row = next(r for r in why if r[0].value == "小个专党建联盟")
    inferred = [e for e in why[row].evidence if e.certainty == "Inferred"]
    assert [e.place for e in inferred] == ["原文第25句"]
    assert "承前为港北区" in inferred[0].reason


def test_an_entailed_match_goes_down_to_what_is_stated_with_its_rule(view):
    text = "SELECT ?a { ?a a pba:Alliance ; rdfs:label '小个专党建联盟'@zh }"
    (witness,) = explained(view, text).witnesses
    assert [e.place for e in witness.evidence] == ["原文第25句"]
    assert [(rule.source.title, rule.certainty) for rule in witness.rules] == [
        ("类型推导", "Entailed")
    ]
    assert [curie(d.triple.object.value) for d in witness.derived] == ["pba:Alliance"]


def test_what_nothing_matches_is_told_with_the_sources_where_it_was_sought(view):
    text = (
        "SELECT ?n ?m { VALUES ?n { '小个专党建联盟'@zh } ?a a pba:Alliance ; rdfs:label ?n "
        "OPTIONAL { ?a pba:memberKind ?m } }"
    )
    (witness,) = explained(view, text).witnesses
    assert [e.place for e in witness.evidence] == ["原文第25句"]
    (absence,) = witness.absences
    assert (absence.operator, absence.labels) == ("OPTIONAL", ("成员类别",))
    assert {s.iri for s in absence.sources} == {
        SOURCE + s.id for s in view.manifest.sources if s.id not in ("ontology", "entailed")
    }


@pytest.mark.parametrize(
    ("part", "operator"),
    [
        ("FILTER NOT EXISTS { ?a a pba:EcoTourismAlliance }", "NOT EXISTS"),
        ("FILTER(!EXISTS { ?a a pba:EcoTourismAlliance })", "NOT EXISTS"),
        ("MINUS { ?a a pba:EcoTourismAlliance }", "MINUS"),
    ],
)
def test_negation_is_told_as_absence(part, operator, view):
    text = f"SELECT ?a {{ ?a a pba:Alliance ; rdfs:label '小个专党建联盟'@zh {part} }}"
    (witness,) = explained(view, text).witnesses
    assert [e.place for e in witness.evidence] == ["原文第25句"]
    assert [(a.operator, a.labels) for a in witness.absences] == [
        (operator, ("生态旅游产业党建联盟",))
    ]


def test_choosing_the_narrowest_class_is_no_absence(view):
    for explanation in query.why(view, asked(view, "party-organizations")).values():
        assert not [a for a in explanation.witnesses[0].absences if a.operator != "OPTIONAL"]


def test_a_count_is_told_with_the_number_of_its_contributors(view):
    why = query.why(view, asked(view, "honours-by-level"), lang="en")
    told = {row[0].value: (e.contributors, places(e)) for row, e in why.items()}
    assert told["国家级"] == (5, ["sentence 16", "sentence 29", "sentence 33"])


def test_a_count_of_nothing_is_told_by_absence(view):
    explanation = explained(view, "SELECT (COUNT(*) AS ?n) { ?x a pba:Building }")
    (witness,) = explanation.witnesses
    assert (witness.evidence, explanation.complete) == ((), True)
    assert [(a.operator, a.labels) for a in witness.absences] == [("SELECT", ("楼宇",))]


def test_the_ontology_is_given(view):
    explanation = explained(view, "SELECT ?l { pba:Alliance rdfs:label ?l }")
    assert [(w.evidence, w.rules, w.absences) for w in explanation.witnesses] == [((), (), ())]


def test_stated_evidence_is_preferred_and_the_others_are_counted(view):
    text = "SELECT ?a { ?a rdfs:label '港北区'@zh }"
    many = next(iter(query.why(view, text, witnesses=50).values()))
    few = explained(view, text)
    assert (len(few.witnesses), few.complete) == (3, False)
    assert many.complete
    assert many.witnesses[:3] == few.witnesses
    assert places(few) == ["原文标题"]


def test_limit_distinct_and_expressions_keep_their_evidence(view):
    text = (
        "SELECT DISTINCT (STR(?t) AS ?title) { ?h a pba:Honour ; pba:title ?t ; "
        "pba:honourLevel pba:PrefectureLevel } ORDER BY ?t LIMIT 1"
    )
    (row,) = [tuple(row) for row in query.run(view, text)]
    assert places(query.why(view, text)[row]) == ["原文第33句"]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s ?t { ?s ?p ?o . ?t ?q ?z } LIMIT 2",
        "SELECT ?t (COUNT(?s) AS ?n) { ?s a ?t OPTIONAL { ?s rdfs:label ?l } } GROUP BY ?t "
        "HAVING(COUNT(?s) < 9) ORDER BY ?n LIMIT 3 OFFSET 2",
        "SELECT DISTINCT ?p { ?s ?p ?o } LIMIT 4",
    ],
)
def test_only_the_rows_that_a_limit_shows_are_explained(text, view):
    rows = {tuple(row) for row in query.run(view, text)}
    assert set(query.why(view, text)) == rows
    assert set(query.why(view, text, rows=rows)) == rows


def test_what_is_kept_of_a_view_goes_with_it(shipped):
    with shipped.view() as view:
        query.why(view, "ASK { ?h a pba:Honour }")
        gone = weakref.ref(view)
    del view
    gc.collect()
    assert gone() is None


def test_what_is_asked_of_one_graph_is_told_by_that_graph(view):
    text = (
        "SELECT ?g { ?a rdfs:label '贵城街道'@zh GRAPH ?g { ?a rdfs:label ?n } "
        "FILTER(STRENDS(STR(?g), 'table')) }"
    )
    told = {
        row[0].value.rpartition("source/")[2]: {(e.place, e.source.date) for e in why.evidence}
        for row, why in query.why(view, text).items()
    }
    assert told["gangbei_streets_2.7.0/table"] >= {("第2行", "2023-06-30")}
    assert told["gangbei_streets_2.3.1/table"] >= {("第2行", "2019-10-31")}


def test_of_from_clauses_only_their_graphs_are_evidence(view):
    ask = f"SELECT ?n FROM <{SOURCE}gangbei-2019#s3> FROM <{SOURCE}gangbei-2019#s4> "
    text = ask + "{ ?a rdfs:label ?n FILTER(?n = '港北区'@zh) }"
    explanation = explained(view, text)
    assert explanation.complete
    assert [places(Explanation((w,), True)) for w in explanation.witnesses] == [
        ["原文第3句"],
        ["原文第4句"],
    ]


def test_true_is_told_by_a_witness_and_false_by_none(view):
    assert places(query.why(view, "ASK { ?h a pba:Honour ; pba:holderName ?n }")[()])
    assert query.why(view, "ASK { ?x a pba:Building }") == {}


def test_each_triple_of_a_construct_is_explained(view):
    text = (
        "CONSTRUCT { ?h a pba:Title ; rdfs:label ?t } "
        "{ ?h a pba:Honour ; pba:title ?t ; pba:honourLevel pba:PrefectureLevel }"
    )
    why = query.why(view, text)
    assert set(why) == {tuple(triple) for triple in query.run(view, text)}
    assert [places(explanation) for explanation in why.values()] == [["原文第33句"]] * 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT * { ?s a pba:Honour BIND(EXISTS { ?s ?p ?o } AS ?e) }", "let it stand alone"),
        ("SELECT * { ?s a pba:Honour FILTER(EXISTS { ?s ?p 1 } || true) }", "let it stand alone"),
        ("SELECT ?s (UUID() AS ?u) { ?s a pba:Honour }", r"UUID\(\).*new each time"),
        ("SELECT (COUNT(*) AS ?n) { ?s !pba:holder ?o }", "count DISTINCT things"),
        ("DESCRIBE pba:Alliance", "kg describe"),
        ("CONSTRUCT { [] a ?c } { ?s a ?c }", "blank node"),
    ],
)
def test_what_cannot_be_explained_says_why_and_what_to_do(text, reason, view):
    with pytest.raises(Unexplained, match=reason):
        query.why(view, text)
