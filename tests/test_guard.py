"""Hostile queries: each ends by its deadline and leaves nothing, and the machine stands."""

from __future__ import annotations

import gc
import tempfile
import time

import pyoxigraph as ox
import pytest

from kg.exceptions import QueryError, QueryRefused, QueryTimeout, QueryTooLarge
from kg.query import Limits, run
from kg.query.process import asked
from kg.query.run import evaluate
from kg.sparql import guard
from kg.sparql.guard import MAX_PARTS

from .test_worker import children

ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
DOUBLING = "BIND('aaaaaaaaaaaaaaaa' AS ?x0) " + " ".join(
    f"BIND(CONCAT(?x{n}, ?x{n}, ?x{n}, ?x{n}, ?x{n}, ?x{n}, ?x{n}, ?x{n}) AS ?x{n + 1})"
    for n in range(10)
)
SPENT = (QueryTimeout, QueryTooLarge)
# How each ends: by its deadline or its memory, or before that with rows or a refusal.
HOSTILE = {
    "product counted": (f"SELECT (COUNT(*) AS ?n) {{ {ALL} }}", SPENT),
    "product sorted": (f"SELECT * {{ {ALL} }} ORDER BY ?c", SPENT),
    "product distinct": (f"SELECT DISTINCT * {{ {ALL} }}", SPENT),
    "product grouped": (f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {ALL} }} GROUP BY ?a ?d ?g", SPENT),
    "product sampled": (f"SELECT (GROUP_CONCAT(?c) AS ?n) {{ {ALL} }}", SPENT),
    "product filtered": (
        f"SELECT * {{ {ALL} FILTER(STRLEN(CONCAT(STR(?c), STR(?l))) > 99999) }}",
        SPENT,
    ),
    "product with a limit": (
        f"SELECT * {{ {ALL} FILTER(CONCAT(STR(?a), STR(?l)) = 'x') }} LIMIT 1",
        SPENT,
    ),
    "product streamed": (f"SELECT * {{ {ALL} }}", SPENT),
    "product constructed": (f"CONSTRUCT {{ ?a ?b ?l }} WHERE {{ {ALL} }}", SPENT),
    "product described": (f"DESCRIBE * {{ {ALL} }}", SPENT),
    "product of lists": (
        "SELECT (SUM(?a * ?b * ?c * ?d) AS ?n) { "
        + " ".join(f"VALUES ?{v} {{ {' '.join(map(str, range(300)))} }}" for v in "abcd")
        + " }",
        SPENT,
    ),
    "union of products": (f"SELECT (COUNT(*) AS ?n) {{ {{ {ALL} }} UNION {{ {ALL} }} }}", SPENT),
    "nested optionals": (
        "SELECT (COUNT(*) AS ?n) { ?s0 ?p0 ?o0 "
        + "".join(f"OPTIONAL {{ ?s{n} ?p{n} ?o{n} " for n in range(1, 30))
        + "}" * 29
        + "}",
        SPENT,
    ),
    "negated product": (
        f"SELECT * {{ ?s ?p ?o FILTER NOT EXISTS {{ {ALL} FILTER(?a = 1) }} }}",
        SPENT,
    ),
    "exists in a product": (
        f"SELECT (COUNT(*) AS ?n) {{ {ALL} FILTER EXISTS {{ ?c ?f ?i FILTER(?l = ?a) }} }}",
        SPENT,
    ),
    "difference of products": (f"SELECT (COUNT(*) AS ?n) {{ {ALL} MINUS {{ ?a ?d ?g }} }}", SPENT),
    "products in sub-queries": (
        f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT ?a {{ {ALL} }} }} {{ SELECT ?x {{ ?x ?y ?z }} }} }}",
        SPENT,
    ),
    "every path": ("SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b }", SPENT),
    "path of paths": (
        "SELECT (COUNT(*) AS ?n) { ?a ((!<urn:x>)*/(^!<urn:x>)*)+ ?b . ?c (!<urn:x>)* ?d }",
        SPENT,
    ),
    "doubling": (f"SELECT (STRLEN(?x10) AS ?n) {{ {DOUBLING} }}", SPENT),
    "doubling replaced": (
        "SELECT (REPLACE(?x10, 'a', 'bbbbbbbbbbbbbbbb') AS ?n) { " + DOUBLING + " }",
        SPENT,
    ),
    "regular expression": (
        f"SELECT * {{ {ALL} FILTER REGEX(CONCAT(STR(?c), STR(?f), STR(?i)), '(a+)+(b+)+$x') }}",
        SPENT,
    ),
    "as many triples as pass": (
        "SELECT * { " + " . ".join(f"?a{n} ?p{n} ?a{n + 1}" for n in range(MAX_PARTS - 10)) + " }",
        SPENT,
    ),
    "as many groups as pass": ("SELECT * { " + "{ ?s ?p ?o } " * (MAX_PARTS - 10) + "}", SPENT),
    "deep groups": ("ASK " + "{" * 3000 + "}" * 3000, QueryRefused),
    "deep negation": ("ASK { FILTER(" + "!" * 20_000 + "true) }", QueryRefused),
    "long alternatives": ("ASK { {} " + "UNION {} " * 20_000 + "}", QueryRefused),
}
QUICK = {"product sorted", "every path", "doubling", "deep groups"}


def read(results) -> None:
    if not isinstance(results, ox.QueryBoolean):
        for _ in results:
            pass


@pytest.mark.parametrize(
    "name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.full) for n in HOSTILE]
)
def test_a_hostile_query_ends_by_its_deadline_and_leaves_nothing(name, view, tmp_path, monkeypatch):
    text, ends = HOSTILE[name]
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before, started = children(), time.monotonic()
    with pytest.raises(ends):
        read(run(view, text, timeout=2, memory=1_000_000_000))
    assert time.monotonic() - started < 2 + 3
    gc.collect()
    assert children() == before
    assert not list(tmp_path.iterdir())


def test_after_them_the_store_answers(view):
    assert run(view, "ASK { ?s ?p ?o }", timeout=60)


def test_what_is_too_long_to_be_rewritten_is_answered_all_the_same(view):
    text = "SELECT * { { ?s ?p ?o } " + "UNION { ?s ?p ?o } " * 1_200 + "} LIMIT 3"
    assert len(list(run(view, text))) == 3


# For each construct, as much of it as the guard lets through.
LARGEST = {
    "triples": ("ASK { ", "?s ?p ?o . ", " }"),
    "properties": ("ASK { ?s ?p ?o ", "; ?p ?o ", " }"),
    "objects": ("ASK { ?s ?p 1 ", ", 1 ", " }"),
    "union": ("ASK { {?s ?p ?o} ", "UNION {?s ?p ?o} ", " }"),
    "optional": ("ASK { ", "OPTIONAL {?s ?p ?o} ", " }"),
    "minus": ("ASK { ?s ?p ?o ", "MINUS {?s ?p 1} ", " }"),
    "filter": ("ASK { ?s ?p ?o ", "FILTER(?o = 1) ", " }"),
    "exists": ("ASK { ?s ?p ?o ", "FILTER EXISTS {?s ?p ?o} ", " }"),
    "bind": ("ASK { ", "BIND(1 AS {v}) ", " }"),
    "values": ("ASK { ", "VALUES ?x {1} ", " }"),
    "graph": ("ASK { ", "GRAPH ?g {?s ?p ?o} ", " }"),
    "sub-queries": ("ASK { ", "{SELECT ?s {?s ?p ?o}} ", " }"),
    "or": ("ASK { ?s ?p ?o FILTER(?o=1", "||?o=1", ") }"),
    "and": ("ASK { ?s ?p ?o FILTER(?o=?o", "&&?o=?o", ") }"),
    "sum": ("ASK { FILTER(1", "+1", ") }"),
    "difference": ("ASK { FILTER(1", " - 1", ") }"),
    "path": ("ASK { ?s <urn:p>", "/<urn:p>", " ?o }"),
    "closures": ("ASK { ?s <urn:p>*", "/<urn:p>*", " ?o }"),
    "alternatives": ("ASK { ?s <urn:p>", "|<urn:p>", " ?o }"),
    "list": ("ASK { ?s ?p (", "1 ", ") }"),
    "list of lists": ("ASK { ?s ?p (", "(1) ", ") }"),
    "list of nodes": ("ASK { ?s ?p (", "[] ", ") }"),
    "nodes": ("ASK { ", "[ ?p ?o ] . ", " }"),
    "columns": ("SELECT ", "(1 AS {v}) ", " { ?s ?p ?o }"),
    "counts": ("SELECT ", "(COUNT(?s) AS {v}) ", " { ?s ?p ?o }"),
    "mixed": (
        "ASK { ?s ?p ?o ",
        "OPTIONAL {?s ?p ?o} MINUS {?s ?p 1} BIND(1 AS {v}) FILTER(?o=?o||?s=?s&&1+1=2) "
        "{?s ?p ?o . ?s ?p ?o} UNION {?s (<urn:p>/<urn:q>*)|<urn:r> (1 2 [])} VALUES ?x {1} ",
        " }",
    ),
}


def largest(first: str, part: str, last: str) -> str:
    """As many parts as the guard lets through."""
    low, high = 1, 2 * MAX_PARTS
    while low < high:
        middle = (low + high + 1) // 2
        text = first + "".join(part.replace("{v}", f"?v{n}") for n in range(middle)) + last
        try:
            guard(text)
            low = middle
        except QueryRefused:
            high = middle - 1
    return first + "".join(part.replace("{v}", f"?v{n}") for n in range(low)) + last


@pytest.mark.full
@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_query_that_passes_does_not_end_the_engine(name, view):
    try:
        read(asked(Limits(5), evaluate, view, largest(*LARGEST[name])))
    except QueryTimeout:
        pass
    except QueryError as error:
        pytest.fail(f"{name}: {error}")
