"""A path reads the closure where, and only where, that is the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg import reason
from kg.namespace import ONTOLOGY_GRAPH, PREFIXES, expand
from kg.query.plan import plan
from kg.store import Store, View

AXIOMS = """
pba:within rdfs:subPropertyOf pba:withinTransitive .
pba:withinTransitive a owl:TransitiveProperty ."""
# What makes the closure rest on more than one property, and what entails its steps.
MORE = [
    "id:inside rdfs:subPropertyOf pba:within .",
    "id:holds owl:inverseOf pba:withinTransitive .",
]
EDGES = [f"id:{s} pba:within id:{o} ." for s in "abcd" for o in "abcd"]
OTHERS = ["id:a id:inside id:d .", "id:d id:holds id:c .", 'id:c pba:within "text" .']
OTHERS += ["id:b pba:withinTransitive id:d .", "id:p id:at id:a .", "id:q id:at id:c ."]
PATTERNS = [
    "?x pba:within+ ?y",
    "?x pba:within+ ?x",
    "?x pba:within+ id:c",
    "?x pba:within* id:c",
    "id:a pba:within* ?x",
    "?x pba:within* ?y",
    "?x pba:within* id:nowhere",
    "id:a pba:within* id:c",
    '?x pba:within* "text"',
    "id:c ^pba:within+ ?x",
    "?x id:at/pba:within* id:d",
    "?x id:at/pba:within+ ?y",
    "?x pba:withinTransitive+ ?y",
    "?x (pba:within|id:inside)+ ?y",
    "?x id:at ?y OPTIONAL { ?y pba:within* id:d . ?y pba:within+ ?z }",
    "?x id:at ?y FILTER NOT EXISTS { ?y pba:within+ id:d }",
    "?x id:at ?y MINUS { ?y pba:within* id:d }",
    "{ ?x pba:within+ id:b } UNION { ?x pba:within* id:a }",
    "{ SELECT ?x { ?x pba:within+ ?hidden } }",
    "?x pba:within+ ?y . ?y pba:within* id:a",
    "GRAPH ?g { ?x pba:within+ ?y }",
    "GRAPH source:one { ?x pba:within* id:a }",
]


def quads(text: str, graph: str) -> list[ox.Quad]:
    head = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in PREFIXES.items())
    read = ox.parse(head + text, format=ox.RdfFormat.TURTLE)
    return [ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(graph)) for q in read]


def written(path: Path, axioms: str, facts: str, *, entailed: bool = True) -> Store:
    """A store of some facts and of what follows from them."""
    store = Store(path)
    with store.write(command="test") as writer:
        writer.replace("ontology", quads(axioms, ONTOLOGY_GRAPH))
        writer.replace("one", quads(facts, expand("source:one")))
        if entailed:
            staged = writer.stage(derived=reason.SOURCE)
            staged.revise(reason.SOURCE, (), reason.entail(staged.after))
        writer.commit()
    return store


def answers(view: View, text: str) -> Counter[tuple[str, ...]]:
    rows = view.query(text, prefixes=PREFIXES)
    return Counter(tuple(map(str, row)) for row in rows)


@pytest.mark.full
@settings(max_examples=25, deadline=None)
@given(
    st.sets(st.sampled_from(EDGES)), st.sets(st.sampled_from(OTHERS)), st.sampled_from([*MORE, ""])
)
@example(set(EDGES), set(), "")
@example({EDGES[1], EDGES[6]}, {OTHERS[4]}, "")
def test_paths_have_the_same_answers_by_the_closure(
    edges: set[str], others: set[str], more: str
) -> None:
    facts = "\n".join(sorted(edges | others))
    with TemporaryDirectory() as folder:
        store = written(Path(folder) / "store", AXIOMS + more, facts)
        with store.view() as view:
            for pattern in PATTERNS:
                text = f"SELECT * {{ {pattern} }}"
                rewritten = plan(view, text).rewritten
                if rewritten:
                    assert answers(view, rewritten) == answers(view, text), (pattern, rewritten)


def applied(view: View, text: str) -> list[str]:
    return [step.rewrite.name for step in plan(view, text).steps]


PATH = "SELECT ?x { ?x pba:within+ id:c }"


def test_a_path_over_areas_reads_the_closure(tmp_path: Path) -> None:
    with written(tmp_path / "kg", AXIOMS, "id:a pba:within id:b .").view() as view:
        assert applied(view, PATH) == ["closure"]
        assert "within+" not in (plan(view, PATH).rewritten or "")


@pytest.mark.parametrize(
    ("axioms", "facts", "entailed"),
    [
        (AXIOMS, "id:a pba:withinTransitive id:b .", True),
        (AXIOMS + MORE[0], "", True),
        (AXIOMS + MORE[1], "", True),
        ("", "", True),
        (AXIOMS, "", False),
    ],
    ids=["stated", "narrower step", "inverse", "not transitive", "nothing entailed"],
)
def test_a_path_stays_where_the_closure_is_not_just_that(
    tmp_path: Path, axioms: str, facts: str, entailed: bool
) -> None:
    facts = "id:a pba:within id:b ." + facts
    with written(tmp_path / "kg", axioms, facts, entailed=entailed).view() as view:
        assert "closure" not in applied(view, PATH)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x FROM source:one { ?x pba:within+ id:c }",
        "SELECT ?x { GRAPH source:one { ?x pba:within+ id:c } }",
        "SELECT ?x ?y { ?x pba:within* ?y }",
    ],
)
def test_a_path_elsewhere_than_in_the_merge_stays(tmp_path: Path, text: str) -> None:
    with written(tmp_path / "kg", AXIOMS, "id:a pba:within id:b .").view() as view:
        assert "closure" not in applied(view, text)
