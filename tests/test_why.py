"""Why a row is an answer: what witnesses promise, on random data and random queries.

A world is the ontology, some graphs of the data and what follows from them. A witness yields its
row in the world of its graphs, and no proper part of it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product

import pyoxigraph as ox
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from kg.evidence import Evidences
from kg.namespace import ONTOLOGY_GRAPH, OWL, PREFIXES, RDF, RDFS
from kg.query.why import Explanation, Unexplained, explain, planned
from kg.query.why.facts import Facts
from kg.query.why.walk import Paths
from kg.reason import entail
from kg.store import Loose

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
        paths = Paths(Facts(data, Evidences(data)))
        return explain(
            planned(self.text), paths, lambda t: map(tuple, data.query(t)), [], witnesses
        )


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
