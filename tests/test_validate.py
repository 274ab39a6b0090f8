"""Compiled shapes against pyshacl, and what a report says."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.exceptions import InputError
from kg.store import Loose
from kg.validate import of_files, validate

from .shacl_oracle import by_pyshacl, in_memory, verdict

COMPONENTS = Path(__file__).parent / "data" / "shapes" / "components.ttl"
PREFIXES = """
    @prefix : <urn:x:> . @prefix s: <urn:shape:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix pba: <https://w3id.org/pba/ns#> .
    @prefix shape: <https://w3id.org/pba/ns/shape/> .
"""

NODES = st.sampled_from([":a", ":b", ":c", ":d"])
VALUES = st.sampled_from(
    [
        *(":a", ":b", ":c", "1", "2", "3", "1.5", '"x"', '"x"@en', '"y"@en', '"x"@zh-Hans'),
        *('"2019-10-31"^^xsd:date', '"2023-01-01"^^xsd:date', '"2019-13-45"^^xsd:date'),
        *('"one"^^xsd:integer', '"a longer text"', '"2023-01-01T00:00:00"^^xsd:dateTime'),
    ]
)
DAYS = st.sampled_from(
    ['"2019-10-31"^^xsd:date', '"2023-01-01"^^xsd:date', '"2019-13-45"^^xsd:date']
)
TRIPLES = st.one_of(
    st.tuples(NODES, st.just("a"), st.sampled_from([":C", ":C", ":D", "s:D"])),
    st.tuples(NODES, st.just(":p"), VALUES),
    st.tuples(NODES, st.just(":q"), st.one_of(NODES, NODES, st.just('"x"'))),
    st.tuples(NODES, st.sampled_from([":n", ":m"]), st.sampled_from(["1", "2", "2.5", "3"])),
    st.tuples(NODES, st.just(":t"), DAYS),
)
GRAPHS = st.lists(TRIPLES, max_size=25)


def store_of(triples) -> ox.Store:
    return in_memory(PREFIXES + "".join(f"{s} {p} {o} .\n" for s, p, o in triples))


def test_every_constraint_of_the_sample_is_compiled():
    assert of_files([COMPONENTS]).remainder == {}


@pytest.mark.full
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRAPHS)
def test_the_verdict_is_that_of_pyshacl(triples):
    store = store_of(triples)
    found = verdict(validate(Loose(store), of_files([COMPONENTS])))
    assert found == by_pyshacl(store, COMPONENTS)


def test_values_that_cannot_be_compared_violate(tmp_path):
    made = shapes_of(
        tmp_path,
        """shape:order a sh:PropertyShape ; sh:targetClass :C ; sh:path :n ; sh:lessThan :m .
           shape:day a sh:PropertyShape ; sh:targetClass :C ; sh:path :n ;
             sh:minInclusive "2020-01-01"^^xsd:date .""",
    )
    store = store_of([(":a", "a", ":C"), (":a", ":n", "1"), (":a", ":m", '"2"')])
    assert [(r.rule, r.value.value) for r in validate(Loose(store), made)] == [
        ("day", "1"),
        ("order", "1"),
    ]


def shapes_of(tmp_path, text):
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + text, encoding="utf-8")
    return of_files([file])


def test_a_result_says_what_its_shape_or_the_shape_around_it_says(tmp_path):
    made = shapes_of(
        tmp_path,
        """shape:unit a sh:NodeShape ; sh:targetClass :C ; sh:message "单位"@zh, "unit"@en ;
             sh:name "单位规则"@zh ; sh:severity sh:Info ;
             sh:property shape:name, [ sh:path ( :p [ sh:inversePath :q ] ) ; sh:minCount 1 ] ;
             sh:sparql [ sh:message "{?value} at {$this}"@en ;
               sh:select "SELECT $this ?value { $this <urn:x:n> ?value }" ] .
           shape:name sh:path :p ; sh:minCount 1 ; sh:message "名称"@zh ;
             sh:severity sh:Warning .""",
    )
    report = validate(Loose(store_of([(":a", "a", ":C"), (":a", ":n", "7")])), made)
    assert [
        (r.severity, r.rule, r.path, r.value and r.value.value, r.messages, r.titles)
        for r in report
    ] == [
        (
            "Violation",
            "unit",
            "(<urn:x:p>/^(<urn:x:q>))",
            None,
            {"zh": "单位", "en": "unit"},
            {"zh": "单位规则"},
        ),
        ("Warning", "name", "urn:x:p", None, {"zh": "名称"}, {}),
        ("Info", "unit", "", "7", {"en": "7 at urn:x:a"}, {"zh": "单位规则"}),
    ]
    assert not report.conforms
    assert len(report.violations) == 1


STATED = """
    shape:all a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :p ; sh:minCount 1 ] .
    shape:stated a sh:NodeShape ; pba:statedOnly true ; sh:targetClass :C ;
      sh:property [ sh:path :p ; sh:minCount 1 ] .
"""


def test_a_shape_of_stated_triples_does_not_see_the_entailed_ones(tmp_path):
    kind, entailed = (":a", "a", ":C"), (":a", ":p", "1")
    store = store_of([kind, entailed])
    for fact, graph in ((kind, "x/data"), (entailed, "entailed#types")):
        (quad,) = store_of([fact])
        name = ox.NamedNode("https://w3id.org/pba/id/source/" + graph)
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object, name))
    report = validate(Loose(store), shapes_of(tmp_path, STATED))
    assert [result.rule for result in report] == ["stated"]


@pytest.mark.parametrize(
    "text",
    [
        "sh:closed true ; sh:property [ sh:path :p ]",
        "sh:property [ sh:path :q ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:in () ] ]",
        "sh:property [ sh:path :p ; sh:pattern '^(?!x)' ]",
        "sh:not [ sh:path :p ; sh:maxCount 9 ]",
    ],
)
def test_what_no_query_says_is_left_to_pyshacl(tmp_path, text):
    made = shapes_of(
        tmp_path,
        f"shape:rest a sh:NodeShape ; sh:targetClass :C ; {text} ."
        "shape:own a sh:PropertyShape ; sh:targetClass :C ; sh:path :p ; sh:minCount 1 .",
    )
    assert [str(node) for node in made.remainder] == ["<https://w3id.org/pba/ns/shape/rest>"]
    triples = [(":a", "a", ":C"), (":a", ":p", '"x"'), (":a", ":q", ":b"), (":b", "a", ":C")]
    store = store_of(triples)
    found = verdict(validate(Loose(store), made))
    assert found == by_pyshacl(store, tmp_path / "shapes.ttl")
    assert {rule.rpartition("/")[2] for _, rule, _ in found} == {"rest", "own"}


FAULTS = {
    "sh:property [ ]": "what sh:property leads to needs one sh:path",
    "sh:path :p": "a node shape has no sh:path; make it a sh:PropertyShape",
    "sh:property [ sh:path :p ; sh:minCount -1 ]": (
        "sh:minCount takes a whole number that is not negative"
    ),
    "sh:property [ sh:path :p ; sh:minCuont 1 ]": (
        "SHACL has no sh:minCuont; did you mean sh:minCount?"
    ),
    "sh:property [ sh:path :p ; sh:in :a ]": "sh:in: a list ( … ) was expected",
    "sh:property [ sh:path :p ; sh:maxCount 1, 2 ]": (
        "sh:maxCount is given 2 times; SHACL takes one"
    ),
    "sh:minCount 1": "sh:minCount needs a shape with sh:path",
    "sh:class 'x'": "sh:class takes an IRI",
    "sh:nodeKind :a": (
        "sh:nodeKind takes one of sh:IRI, sh:BlankNode, sh:Literal, sh:BlankNodeOrIRI, "
        "sh:BlankNodeOrLiteral, sh:IRIOrLiteral"
    ),
    "sh:sparql [ sh:select 'SELECT $this { $this <urn:p }' ]": None,
    "sh:sparql [ sh:select 'SELECT ?x { ?x ?y ?z }' ]": "sh:select: every SELECT must show $this",
    "sh:sparql [ sh:select 'SELECT $this { $this x:p ?y }' ]": (
        "sh:select: line 4, column 22: the prefix x: is not declared; "
        "put above the query: PREFIX x: <its address>"
    ),
    "sh:sparql [ sh:select 'SELECT $this { $this ?p ?o MINUS { $this a ?o } }' ]": (
        "sh:select: SHACL allows no MINUS"
    ),
    "pba:statedOnly true ; sh:sparql [ sh:select 'SELECT $this { GRAPH ?g { $this a ?c } }' ]": (
        "pba:statedOnly: sh:select is of the merge, without GRAPH"
    ),
    "sh:sparql [ sh:select 'SELECT $this { $this a ?c FILTER(<urn:f>(?c)) }' ]": (
        "sh:select: The custom function <urn:f> is not supported"
    ),
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_mistake_in_a_shape_is_named_with_its_line(tmp_path, text):
    with pytest.raises(InputError) as caught:
        shapes_of(tmp_path, f"\nshape:x a sh:NodeShape ; sh:targetClass :C ;\n {text} .")
    (problem,) = caught.value.problems
    line = PREFIXES.count("\n") + 2
    assert (problem.file, problem.line) == (str(tmp_path / "shapes.ttl"), line)
    assert FAULTS[text] is None or problem.message == f"x: {FAULTS[text]}"


def test_a_file_that_is_no_turtle_or_holds_no_shape_is_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        shapes_of(tmp_path, "\nshape:x a ")
    assert caught.value.problems[0].rule == "syntax"
    with pytest.raises(InputError) as caught:
        shapes_of(tmp_path, ":a :b :c .")
    assert caught.value.problems[0].message == "it holds no SHACL shape"


def test_the_report_in_turtle_says_what_the_results_say():
    store = store_of([(":a", "a", ":C"), (":a", ":p", ":b"), (":a", ":p", "1"), (":b", ":q", ":a")])
    report = validate(Loose(store), of_files([COMPONENTS]))
    again = in_memory(report.to_turtle())
    rows = again.query(
        """PREFIX sh: <http://www.w3.org/ns/shacl#>
           SELECT ?focus ?shape ?value { ?report sh:conforms false ; sh:result ?result .
             ?result a sh:ValidationResult ; sh:focusNode ?focus ; sh:sourceShape ?shape ;
               sh:resultSeverity sh:Violation ; sh:sourceConstraintComponent ?component
             OPTIONAL { ?result sh:value ?value } }"""
    )
    told = {(str(r["focus"]), r["shape"].value, str(r["value"] or "")) for r in rows}
    assert told == verdict(report)
    assert report.to_turtle() == validate(Loose(store), of_files([COMPONENTS])).to_turtle()
