"""The shapes: each finds what it is for and nothing else, and the shipped data holds to them."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, URIRef
from rdflib.namespace import ORG, RDF, RDFS, SH, Namespace
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse
from rdflib.plugins.sparql.parserutils import CompValue
from stdnum.cn import uscc

from kg.assets import folder
from kg.namespace import PREFIXES, SHAPE

PBA = Namespace("https://w3id.org/pba/ns#")
EXAMPLES = Path(__file__).parent / "data" / "shapes"
PASSES, FAILS = "http://example.org/passes/", "http://example.org/fails/"
FILES = sorted((folder("ontology") / "shapes").glob("*.ttl"))
# Each closure with the relation that it follows.
CLOSURES = {
    ORG.subOrganizationOf: ORG.transitiveSubOrganizationOf,
    PBA.within: PBA.withinTransitive,
}
# What the compiler of the shapes and incremental validation can do.
PARTS = frozenset(
    re.findall(
        r"\w+",
        """
    NodeShape PropertyShape targetClass targetSubjectsOf targetObjectsOf targetNode property
    path inversePath minCount maxCount datatype nodeKind class in hasValue pattern flags
    minLength maxLength minInclusive maxInclusive minExclusive maxExclusive uniqueLang
    languageIn lessThan lessThanOrEquals equals disjoint not or and xone node sparql select
    prefixes declare prefix namespace message severity Violation Warning Info IRI Literal
    BlankNodeOrIRI
        """,
    )
)
Findings = dict[str, set[URIRef]]


@functools.cache
def shapes() -> Graph:
    graph = Graph()
    for file in FILES:
        graph.parse(file)
    return graph


@functools.cache
def ontology() -> Graph:
    graph = Graph()
    for file in folder("ontology").glob("*.ttl"):
        graph.parse(file)
    return graph


def rules() -> list[str]:
    """The names of the shapes that have a message."""
    return sorted({str(shape).removeprefix(SHAPE) for shape in shapes().subjects(SH.message)})


def graphs(file: Path) -> dict[str, Graph]:
    """The graphs of a TriG file by name; the default graph has none."""
    triples = defaultdict(list)
    for quad in ox.parse(path=file):
        name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        triples[name].append(quad.triple)
    return {
        name: Graph().parse(data=ox.serialize(found, format=ox.RdfFormat.N_TRIPLES), format="nt")
        for name, found in triples.items()
    }


@functools.cache
def examples() -> dict[str, Graph]:
    found: dict[str, Graph] = defaultdict(Graph)
    for file in sorted(EXAMPLES.glob("*.trig")):
        for name, graph in graphs(file).items():
            found[name] += graph
    return found


def example(verdict: str, rule: str) -> Graph:
    return examples()[verdict + rule]


def expected(rule: str) -> set[URIRef]:
    """What the failing example of a rule says it is found on."""
    return set(examples()[""].objects(URIRef(FAILS + rule), SH.focusNode))


def with_entailments(stated: Graph) -> Graph:
    """With what the shapes read of the entailed triples: the two closures, types, membership."""
    graph = ontology() + stated
    for relation, closure in CLOSURES.items():
        for start in set(graph.subjects(relation)):
            for parent in list(graph.objects(start, relation)):
                for above in graph.transitive_objects(parent, relation):
                    graph.add((start, closure, above))
    for subject, kind in list(stated.subject_objects(RDF.type)):
        for above in ontology().transitive_objects(kind, RDFS.subClassOf):
            graph.add((subject, RDF.type, above))
    for membership, alliance in list(graph.subject_objects(ORG.organization)):
        for member in graph.objects(membership, ORG.member):
            graph.add((member, ORG.memberOf, alliance))
    return graph


def with_targets(*, stated_only: bool) -> Graph:
    """The shapes without the targets of those that are for the other graph."""
    graph = Graph() + shapes()
    marked = set(graph.subjects(PBA.statedOnly))
    for predicate in (SH.targetClass, SH.targetSubjectsOf):
        for shape in set(graph.subjects(predicate)):
            if (shape in marked) != stated_only:
                graph.remove((shape, predicate, None))
    return graph


def findings(stated: Graph) -> Findings:
    """What pyshacl finds, by rule."""
    found: Findings = defaultdict(set)
    for stated_only in (False, True):
        data = ontology() + stated if stated_only else with_entailments(stated)
        _, report, _ = pyshacl.validate(data, shacl_graph=with_targets(stated_only=stated_only))
        for result in report.objects(None, SH.result):
            rule = str(report.value(result, SH.sourceShape)).removeprefix(SHAPE)
            found[rule].add(report.value(result, SH.focusNode))
    return dict(found)


@functools.cache
def all_findings(verdict: str) -> Findings:
    """What is found in all examples together; no two share an individual."""
    together = Graph()
    for rule in rules():
        together += example(verdict, rule)
    return findings(together)


@pytest.mark.full
def test_no_shape_finds_anything_in_the_passing_examples() -> None:
    assert all_findings(PASSES) == {}


@pytest.mark.full
@pytest.mark.parametrize("rule", rules())
def test_the_failing_example_is_found_by_its_rule_alone(rule: str) -> None:
    own = set(example(FAILS, rule).subjects())
    found = {name: at & own for name, at in all_findings(FAILS).items() if at & own}
    assert found == {rule: expected(rule)}


@pytest.mark.full
def test_the_failing_examples_are_found_on_nothing_else() -> None:
    assert all_findings(FAILS) == {rule: expected(rule) for rule in rules()}


@pytest.mark.parametrize("verdict", [PASSES, FAILS])
def test_no_two_examples_share_an_individual(verdict: str) -> None:
    seen: dict[URIRef, str] = {}
    for rule in rules():
        for subject in set(example(verdict, rule).subjects()):
            assert seen.setdefault(subject, rule) == rule, subject


def test_each_rule_has_its_examples_in_the_file_of_its_family() -> None:
    for file in FILES:
        graph = Graph().parse(file)
        own = {str(shape).removeprefix(SHAPE) for shape in graph.subjects(SH.message)}
        if not own:
            continue
        held = set(graphs(EXAMPLES / f"{file.stem}.trig")) - {""}
        assert held == {verdict + rule for verdict in (PASSES, FAILS) for rule in own}, file.name
        assert all(expected(rule) for rule in own)


def test_each_rule_has_one_severity_and_a_message_and_a_label_in_each_language() -> None:
    graph = shapes()
    for rule in rules():
        shape = URIRef(SHAPE + rule)
        assert len(set(graph.objects(shape, SH.severity))) == 1, rule
        for predicate in (SH.message, RDFS.label):
            tags = sorted(text.language for text in graph.objects(shape, predicate))
            assert tags == ["en", "zh"], (rule, predicate)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule)


def test_no_two_rules_share_a_label_or_a_message() -> None:
    for predicate in (SH.message, RDFS.label):
        texts = list(shapes().objects(None, predicate))
        assert len(texts) == len(set(texts))


def test_whatever_has_a_severity_or_is_a_named_part_of_a_shape_has_a_message() -> None:
    graph = shapes()
    named = {s for s in graph.objects(None, SH.property) if isinstance(s, URIRef)}
    assert (named | set(graph.subjects(SH.severity))) - set(graph.subjects(SH.message)) == set()


def test_only_the_agreed_parts_of_shacl_are_used() -> None:
    terms = {term for triple in shapes() for term in triple if term in SH}
    assert {str(term).removeprefix(str(SH)) for term in terms} - PARTS == set()


@pytest.mark.parametrize("select", sorted(map(str, shapes().objects(None, SH.select))))
def test_the_queries_are_plain(select: str) -> None:
    """Fixed predicates, no path that repeats, and nothing that SHACL-SPARQL forbids."""
    bare = re.sub(r'"[^"]*"', '""', select)
    assert not re.search(r"\b(MINUS|VALUES|SERVICE|GRAPH)\b", bare)
    assert bare.count("SELECT") == 1
    assert re.match(r"\s*SELECT (DISTINCT )?\$this( \?value)? WHERE", bare)
    predicates: set[object] = set()

    def collect(node: object) -> None:
        if isinstance(node, CompValue) and "triples" in node:
            predicates.update(predicate for _, predicate, _ in node.triples)

    traverse(prepareQuery(select, initNs=PREFIXES).algebra, collect)
    assert predicates
    assert {type(predicate) for predicate in predicates} == {URIRef}


def test_the_files_import_nothing_and_define_only_shapes() -> None:
    for file in FILES:
        quads = list(ox.parse(path=file))
        assert not [q for q in quads if q.predicate.value.endswith("owl#imports")]
        named = {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}
        assert {iri for iri in named if not iri.startswith(SHAPE)} == set(), file.name


def test_each_term_of_ours_that_the_shapes_name_exists() -> None:
    known = set(ontology().subjects())
    used = {term for triple in shapes() for term in triple if isinstance(term, URIRef)}
    for select in shapes().objects(None, SH.select):
        used |= {PBA[name] for name in re.findall(r"pba:(\w+)", select)}
    assert {term for term in used if term in PBA} - known == set()


@pytest.mark.full
def test_the_shipped_data_has_no_violation_and_no_warning() -> None:
    stated = Graph()
    for file in folder("triples").glob("*.trig"):
        for graph in graphs(file).values():
            stated += graph
    found = findings(stated)
    assert {rule: len(at) for rule, at in found.items()} == {"members-not-stated": 3}


# The unified social credit code, against an implementation that is not ours.

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
body = st.text(ALPHABET, min_size=9, max_size=9)
digits = st.text("0123456789", min_size=6, max_size=6)


@functools.cache
def credit_code_rules() -> tuple[str, list[str]]:
    """The query of the check character, and the patterns."""
    query = shapes().value(
        shapes().value(URIRef(SHAPE + "uscc-check-character"), SH.sparql), SH.select
    )
    named = ("uscc-has-18-characters", "uscc-registering-department")
    patterns = [str(shapes().value(URIRef(SHAPE + name), SH.pattern)) for name in named]
    return str(query), patterns


def accepted(codes: Iterable[str]) -> set[str]:
    """The codes that no shape refuses, in one query an example."""
    query, patterns = credit_code_rules()
    store, given_ = ox.Store(), set(codes)
    predicate = ox.NamedNode(PBA.uscc)
    for number, code in enumerate(sorted(given_)):
        subject = ox.NamedNode(f"http://example.org/{number}")
        store.add(ox.Quad(subject, predicate, ox.Literal(code)))
    refused = {row["value"].value for row in store.query(query, prefixes=PREFIXES)}
    return {c for c in given_ - refused if all(re.search(pattern, c) for pattern in patterns)}


def check_character(front: str) -> str:
    """By the definition of GB 32100-2015, without the table of weights."""
    total, weight = 0, 1
    for character in front:
        total += ALPHABET.index(character) * weight
        weight = weight * 3 % 31
    return ALPHABET[(31 - total % 31) % 31]


@given(st.lists(st.builds("{}{}{}".format, st.sampled_from("123456789"), digits, body), min_size=5))
@settings(deadline=None, max_examples=50)
def test_codes_of_digit_prefixes_are_judged_as_python_stdnum_judges_them(stems: list[str]) -> None:
    fronts = [stem[0] + "1" + stem[1:] for stem in stems]
    codes = {front + last for front in fronts for last in ALPHABET}
    assert accepted(codes) == {code for code in codes if uscc.is_valid(code)}


@given(st.lists(st.text(ALPHABET + "IOSVZa-", min_size=16, max_size=20), min_size=5))
@settings(deadline=None, max_examples=50)
def test_what_python_stdnum_refuses_is_refused(codes: list[str]) -> None:
    ours = {code for code in accepted(codes) if code[0].isdigit() and code[1].isdigit()}
    assert ours == {c for c in codes if uscc.is_valid(c) and uscc.compact(c) == c and c[0] != "0"}


@given(st.sampled_from("ANY"), st.sampled_from("1239A"), digits, body)
@settings(deadline=None, max_examples=50)
def test_codes_of_the_letters_a_n_and_y_are_judged_by_the_standard(
    department: str, category: str, division: str, number: str
) -> None:
    """python-stdnum takes digits alone here, so the check character is computed anew."""
    front = department + category + division + number
    codes = {front + last for last in ALPHABET}
    assert accepted(codes) == {front + check_character(front)}
