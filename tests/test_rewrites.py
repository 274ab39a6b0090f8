"""Rewrites give the same answers: on random graphs, and queries of their shapes and near them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import sparql
from kg.query.plan import REWRITES
from kg.query.rewrites import order, sample, sort
from kg.store.readable import Loose

EX = "http://example.org/"
NODES = [ox.NamedNode(f"{EX}{name}") for name in "abcd"] + [ox.BlankNode("e")]
TEXTS = [ox.Literal("甲"), ox.Literal("甲乙", language="zh"), ox.Literal("b", language="en")]
TEXTS += [ox.Literal("a long beginning 1"), ox.Literal("a long beginning 2")]
NUMBERS = [ox.Literal(n) for n in range(3)]
GRAPHS = [ox.NamedNode(f"{EX}g1"), ox.NamedNode(f"{EX}g2")]


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """Thresholds that graphs of some triples reach."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sample, "LEVELS", (2, 5))
        patch.setattr(order, "_READ_PER_LOOK_UP", 5)
        patch.setattr(sort, "_MANY", 2)
        yield


def _possible() -> list[ox.Triple]:
    """Every triple of the graphs: cycles, self-loops, texts of languages, one kind of numbers."""
    values = {"p": NODES, "q": NODES + TEXTS, "in": NODES, "label": TEXTS, "n": NUMBERS}
    return [
        ox.Triple(node, ox.NamedNode(EX + name), value)
        for node in NODES
        for name, listed in values.items()
        for value in listed
    ]


POSSIBLE = _possible()


@st.composite
def stores(draw: st.DrawFn) -> Loose:
    """Triples in two graphs, and their merge."""
    random, share = draw(st.randoms()), draw(st.sampled_from([0.05, 0.1, 0.2]))
    store = ox.Store()
    for triple in POSSIBLE:
        if random.random() < share:
            store.add(ox.Quad(*triple))
            for graph in random.sample(GRAPHS, random.randint(1, 2)):
                store.add(ox.Quad(*triple, graph))
    return Loose(store)


VARIABLES = ["?x", "?y", "?z"]
SUBJECTS = st.sampled_from([*VARIABLES, "?x", "?x", "?x", "?y", "ex:a", "[]", "_:same"])
OBJECTS = st.sampled_from([*VARIABLES, "?y", "?y", "?z", "?z", "ex:a", '"甲"', "[]"])
PATHS = st.sampled_from(
    [
        "ex:p",
        "ex:q",
        "ex:in",
        "?z",
        "^ex:p",
        "ex:p/ex:q",
        "ex:p/^ex:q",
        "ex:p|ex:q",
        "ex:p?",
        "ex:in+",
        "ex:in*",
        "ex:p/ex:in*",
        "!(ex:p|^ex:q)",
        "^(ex:p/ex:in+)",
    ]
)
CONDITIONS = st.sampled_from(
    [
        "?x = ?y",
        "?x != ?y",
        "STR(?x) < STR(?y)",
        "BOUND(?z)",
        "!BOUND(?y)",
        "!BOUND(?z)",
        'LANG(?l) = "zh"',
        "isIRI(?x)",
        "?n > 0",
        "!BOUND(?l) && isIRI(?x)",
        "?x = ex:a || ?n = 1",
    ]
)


def _triple(path: str, s: str, o: str) -> str:
    return f"{s} {path} {o} . "


TRIPLES = st.one_of(
    st.builds(_triple, PATHS, SUBJECTS, OBJECTS),
    st.builds("{} ex:label ?l . ".format, st.sampled_from(VARIABLES)),
    st.builds("{} ex:n ?n . ".format, st.sampled_from(VARIABLES)),
)
BLOCKS = st.lists(TRIPLES, min_size=1, max_size=4).map("".join)


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    more = st.one_of(
        st.builds("OPTIONAL {{ {} }} ".format, inner),
        st.builds("OPTIONAL {{ {} FILTER({}) }} ".format, BLOCKS, CONDITIONS),
        st.builds("MINUS {{ {} }} ".format, inner),
        st.builds("{{ {} }} UNION {{ {} }} ".format, inner, inner),
        st.builds("{{ {} }} ".format, inner),
        st.builds("FILTER NOT EXISTS {{ {} }} ".format, inner),
        st.builds("OPTIONAL {{ {}?x ex:p ?w }} FILTER(!BOUND(?w)) ".format, BLOCKS),
        st.builds("FILTER EXISTS {{ {} }} ".format, BLOCKS),
        st.builds("FILTER({}) ".format, CONDITIONS),
        st.builds("GRAPH {} {{ {} }} ".format, st.sampled_from(["ex:g1", "?g"]), BLOCKS),
        st.builds("{{ SELECT DISTINCT ?x ?y {{ {} }} }} ".format, inner),
        st.just("VALUES (?x ?z) { (ex:a UNDEF) (ex:b ex:c) (UNDEF ex:d) } "),
        st.just("VALUES ?x { ex:a ex:b ex:zz } "),
        BLOCKS,
    )
    return st.lists(more, min_size=1, max_size=3).map("".join)


# A blank node is of one group of triples only, so a label is made anew for each block.
PATTERNS = st.recursive(BLOCKS, _nested, max_leaves=6)
TAILS = st.sampled_from(["", "", "BIND(STR(?x) AS ?v) ", "BIND(?n + 1 AS ?v) "])


@st.composite
def queries(draw: st.DrawFn) -> str:
    """A query, some of them grouped."""
    where = draw(BLOCKS) + draw(PATTERNS) + draw(TAILS)
    shape = draw(st.integers(0, 5))
    if shape == 0:
        return f"SELECT DISTINCT ?x ?l {{ {where} }}"
    if shape == 1:
        return f"ASK {{ {where} }}"
    if shape == 2:
        return f"CONSTRUCT {{ ?x ex:made ?y }} {{ {where} }}"
    return f"SELECT ?x ?y ?z ?l ?n {{ {where} }}"


@st.composite
def grouped(draw: st.DrawFn) -> str:
    """A query that counts, names what is grouped by, and may compare it."""
    keys = draw(st.lists(st.sampled_from(["?x", "?y", "?l"]), min_size=1, unique=True))
    counted = st.sampled_from(["?x ex:p ?y . ", "?x ex:q ?y . ?y ex:in ?z . ", "?z ex:p ?x, ?y . "])
    block = draw(st.one_of(counted, counted, BLOCKS))
    named = draw(
        st.sampled_from(
            ["", "?x ex:label ?l . ", "?x ex:q ?w . ?w ex:label ?l . ", "?y ex:label ?l . "]
        )
    )
    optional = draw(
        st.sampled_from(
            [
                "",
                "OPTIONAL { ?x ex:label ?l } ",
                "OPTIONAL { ?y ex:q/ex:label ?l } ",
                "OPTIONAL { ?x ex:p|ex:in ?l } ",
                "OPTIONAL { ?x ex:q ?w . ?w ex:label ?l } ",
            ]
        )
    )
    condition = draw(st.one_of(st.sampled_from(["true", "STR(?x) < STR(?y)"]), CONDITIONS))
    count = draw(st.sampled_from(["COUNT(*)", "COUNT(?y)", "COUNT(DISTINCT ?z)", "MAX(?n)"]))
    having = draw(st.sampled_from(["", f"HAVING({count} > 1)", 'HAVING(LANG(?l) = "zh")']))
    more = draw(PATTERNS) if draw(st.integers(0, 3)) == 0 else ""
    where = f"{block}{named}{optional}{more}"
    listed = " ".join(keys)
    pattern = f"{{ {where} FILTER({condition}) }}"
    return f"SELECT {listed} ({count} AS ?c) {pattern} GROUP BY {listed} {having}"


@st.composite
def pages(draw: st.DrawFn) -> tuple[str, list[str], str]:
    """A query without its slice, what it is ordered by, and the slice."""
    where = draw(BLOCKS) + draw(st.one_of(st.just(""), PATTERNS))
    more = ["OPTIONAL { ?x ex:label ?l } ", "OPTIONAL { ?x ex:q ?z . ?z ex:label ?l } ", ""]
    more += ["OPTIONAL { ?x ex:n ?n } FILTER(!BOUND(?n)) ", "OPTIONAL { ?y ex:in+ ?z } "]
    where += "".join(draw(st.lists(st.sampled_from(more), max_size=3)))
    by = draw(st.lists(st.sampled_from(["?x", "?l", "?n", "?y"]), min_size=1, unique=True))
    terms = [draw(st.sampled_from(["{}", "DESC({})"])).format(name) for name in by]
    limit, offset = draw(st.integers(0, 5)), draw(st.integers(0, 3))
    ordered = f"SELECT ?x ?y ?z ?l ?n {{ {where} }} ORDER BY {' '.join(terms)}"
    return ordered, by, f" LIMIT {limit} OFFSET {offset}"


def _distinct_labels(text: str) -> str:
    """The query with `_:same` standing for one node in each block of triples only."""
    parts = text.split("{")
    return "{".join(part.replace("_:same", f"_:n{n}") for n, part in enumerate(parts))


def answers(data: Loose, text: str, prefixes: dict[str, str] | None = None) -> Counter[tuple]:
    results = data.query(text, prefixes=prefixes)
    if isinstance(results, ox.QueryBoolean):
        return Counter([(bool(results),)])
    return Counter(tuple(map(str, row)) for row in results)


def both(data: Loose, text: str) -> tuple[str, str] | None:
    """The text in the engine's terms, and rewritten; None where it is no query."""
    text = f"PREFIX ex: <{EX}> {_distinct_labels(text)}"
    try:
        query = sparql.parse(text)
        data.query(text)
    except (sparql.Unparsed, SyntaxError):
        return None
    for rewrite in REWRITES:
        # What is entailed is in no store here; the closure has a test of its own.
        if rewrite.name != "closure":
            query = rewrite.function(query, data)
    return text, sparql.text(query)


ARBITRARY = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.mark.full
@ARBITRARY
@given(stores(), queries())
def test_any_query_has_the_same_answers_when_rewritten(data: Loose, text: str) -> None:
    texts = both(data, text)
    if texts:
        assert answers(data, texts[1]) == answers(data, texts[0]), texts[1]


@pytest.mark.full
@ARBITRARY
@given(stores(), grouped())
def test_groups_are_the_same_when_names_are_looked_up_behind_them(data: Loose, text: str) -> None:
    texts = both(data, text)
    if texts:
        assert answers(data, texts[1]) == answers(data, texts[0]), texts[1]


@pytest.mark.full
@ARBITRARY
@given(stores(), pages())
def test_a_page_has_rows_of_the_whole_in_the_order_asked_for(
    data: Loose, asked: tuple[str, list[str], str]
) -> None:
    ordered, by, slice_ = asked
    texts = both(data, ordered + slice_)
    if texts is None:
        return
    whole = answers(data, texts[0].removesuffix(slice_))
    before, after = (list(data.query(text)) for text in texts)
    assert Counter(tuple(map(str, row)) for row in after) <= whole, texts[1]
    names = [name[1:] for name in by]
    assert [[row[n] for n in names] for row in after] == [[row[n] for n in names] for row in before]
