"""`kg.open`: results, frames, networks, the map and the citation, as a notebook has them."""

from __future__ import annotations

import datetime
import math
import subprocess
import sys
from decimal import Decimal
from html.parser import HTMLParser

import networkx as nx
import pandas as pd
import pyoxigraph as ox
import pytest
import rdflib

import kg
from kg.build import build, load
from kg.exceptions import (
    MissingExtra,
    NeedsStore,
    ParameterError,
    StoreNotFound,
    UnknownNetwork,
    UnknownQuestion,
    UnknownThing,
)
from kg.export import WrongFormat
from kg.graph.values import value_of
from kg.namespace import ID, XSD
from kg.push import Target, push
from kg.remote import Endpoint, GraphStore
from kg.store import Store

from .servers import oxigraph

TYPED = """SELECT ?whole ?exact ?near ?true ?day ?year ?text ?thing {
  VALUES (?whole ?exact ?near ?true ?day ?year ?text ?thing) {
  (1 1.50 1.5e0 true "2019-06-03"^^xsd:date "2019"^^xsd:gYear "甲"@zh area:450802)
  (UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF) } }"""


@pytest.fixture
def g(shipped):
    with kg.open(shipped.path) as graph:
        yield graph


@pytest.fixture(scope="module")
def region(generated):
    """A graph of one generated district."""
    with kg.open(generated.path) as graph:
        yield graph


# The door


def test_the_public_names_are_few():
    assert kg.__all__ == ["Graph", "KGError", "Result", "__version__", "open"]
    assert kg.Graph is not None and kg.Result is not None
    with pytest.raises(AttributeError, match="no attribute 'Grpah'"):
        kg.Grpah  # noqa: B018


def test_importing_kg_imports_nothing_heavy():
    code = (
        "import sys, kg; heavy = {'numpy', 'pandas', 'networkx', 'rdflib', 'pyoxigraph', 'click'}"
        "; print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_open_says_what_it_is(g, shipped):
    assert repr(g) == f"Graph({str(shipped.path)!r}, generation 1)"
    assert g.told.startswith("第 1 代，内容摘要 ")


def test_no_store_and_no_language_are_plain_errors(tmp_path):
    with pytest.raises(StoreNotFound, match="`kg build` makes one"):
        kg.open(tmp_path / "none")
    with pytest.raises(ParameterError, match="there are zh and en"):
        kg.open(tmp_path, lang="fr")


def test_it_stays_on_its_generation_until_it_is_refreshed(tmp_path):
    store = Store(tmp_path / "store")
    build(store)
    file = tmp_path / "more.ttl"
    file.write_text(
        f"<{ID}450802/新联盟> a <https://w3id.org/pba/ns#Alliance> ; "
        "<http://www.w3.org/2000/01/rdf-schema#label> '新联盟'@zh .",
        encoding="utf-8",
    )
    with kg.open(store.path) as graph:
        before = len(graph.saved("alliances"))
        assert graph.linkage.alliances.sum() == 3
        load(store, [file])
        assert len(graph.saved("alliances")) == before
        assert len(graph.refresh().saved("alliances")) == before + 1
        assert graph.linkage.alliances.sum() == 4
        with kg.open(store.path, generation=1) as old:
            assert len(old.saved("alliances")) == before


# Values and frames


def test_rows_are_values_of_python(g):
    first, second = g.query(TYPED).rows()
    assert first == (
        1,
        Decimal("1.5"),
        1.5,
        True,
        datetime.date(2019, 6, 3),
        "2019",
        "甲",
        ID + "area/450802",
    )
    assert second == (None,) * 8
    assert g.query(TYPED).rows(short=True)[0][-1] == "area:450802"


def test_a_pandas_frame_loses_nothing(g):
    frame = g.query(TYPED).df()
    assert frame.dtypes.astype(str).to_dict() == {
        "whole": "Int64",
        "exact": "object",
        "near": "Float64",
        "true": "boolean",
        "day": "datetime64[s]",
        "year": "string",
        "text": "string",
        "thing": "string",
    }
    assert frame.exact[0] == Decimal("1.5") and isinstance(frame.exact[0], Decimal)
    assert frame.day[0] == pd.Timestamp(2019, 6, 3)
    assert frame.iloc[1].isna().all()


def test_a_polars_frame_loses_nothing(g):
    frame = g.query(TYPED).pl()
    assert [str(kind).partition("(")[0] for kind in frame.dtypes] == [
        "Int64",
        "Decimal",
        "Float64",
        "Boolean",
        "Date",
        "String",
        "String",
        "String",
    ]
    assert frame["exact"][0] == Decimal("1.5")
    assert frame.row(1) == (None,) * 8


def test_what_no_type_of_a_frame_holds_stays_as_it_is(g):
    huge = g.query("SELECT ?n { VALUES ?n { 99999999999999999999 } }")
    assert huge.df().n[0] == 99999999999999999999
    assert huge.pl()["n"][0] == "99999999999999999999"
    mixed = g.query('SELECT ?v { VALUES ?v { 1 "a" 2.5 } } ORDER BY STR(?v)')
    assert mixed.df().v.tolist() == [1, Decimal("2.5"), "a"]
    assert mixed.pl()["v"].to_list() == ["1", "2.5", "a"]
    wrong = g.query('SELECT ?d { VALUES ?d { "2019-02-30"^^xsd:date "x"^^xsd:integer } }')
    assert wrong.df().d.tolist() == ["2019-02-30", "x"]


def test_decimals_beyond_those_of_polars_are_text(g):
    def column(*decimals: str) -> list[object]:
        return g.query(f"SELECT ?d {{ VALUES ?d {{ {' '.join(decimals)} }} }}").pl()["d"].to_list()

    large, small = "1000000000000000000000.5", "0.000000000000000001"
    assert column(large, small, "UNDEF") == [large, small, None]
    assert column(f"'1.{'1' * 53}'^^xsd:decimal") == [f"1.{'1' * 53}"]
    assert column("1" * 39, "1.5") == ["1" * 39, "1.5"]
    assert column("1" * 37, "1.5") == [Decimal("1" * 37), Decimal("1.5")]
    assert column("1.5", f"'0.{'1' * 38}'^^xsd:decimal") == ["1.5", f"0.{'1' * 38}"]


def test_times_with_and_without_a_zone_are_not_put_into_one_zone(g):
    texts = ["2019-01-02T00:00:00", "2019-01-02T00:00:00+08:00"]
    rows = " ".join(f"'{text}'^^xsd:dateTime" for text in texts)
    found = g.query(f"SELECT ?t {{ VALUES ?t {{ {rows} UNDEF }} }}")
    frame = found.df()
    assert frame.t.dtype == object and frame.t.isna().tolist() == [False, False, True]
    assert frame.t.tolist()[:2] == [datetime.datetime.fromisoformat(text) for text in texts]
    assert found.pl()["t"].to_list() == [*texts, None]
    zoned = g.query("SELECT ?t { VALUES ?t { '2019-01-02T00:00:00+08:00'^^xsd:dateTime } }")
    assert zoned.df().t[0] == zoned.pl()["t"][0] == zoned.rows()[0][0]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "1_000"),
        ("integer", "٣"),
        ("integer", " 7 "),
        ("decimal", "NaN"),
        ("decimal", "1e5"),
        ("double", "1_0.5"),
        ("date", "20190102"),
        ("date", "2019-W01-1"),
        ("dateTime", "2019-01-02 00:00:00"),
        ("dateTime", "2019-01-02T00:00:00.1234567"),
    ],
)
def test_what_xsd_does_not_write_so_stays_text(kind, text, g):
    found = g.query(f"SELECT ?v {{ VALUES ?v {{ '{text}'^^xsd:{kind} }} }}")
    assert found.rows() == [(text,)]


def test_what_xsd_writes_otherwise_than_python_is_read():
    def read(kind: str, text: str) -> object:
        return value_of(ox.Literal(text, datatype=ox.NamedNode(XSD + kind)))

    assert [read("integer", "+07"), read("decimal", ".5"), read("decimal", "-1.")] == [
        7,
        Decimal("0.5"),
        -1,
    ]
    assert [read("double", "-INF"), read("float", "1E2")] == [float("-inf"), 100.0]
    time = datetime.datetime(2019, 1, 2, 3, 4, 5, 120000, datetime.UTC)
    assert read("dateTime", "2019-01-02T03:04:05.12Z") == time


def test_a_nan_is_not_taken_for_unbound(g):
    found = g.query("SELECT ?x { VALUES ?x { 'NaN'^^xsd:double 1.5e0 UNDEF } }")
    column = found.df().x
    assert column.dtype == "Float64" and column.isna().tolist() == [False, False, True]
    assert math.isnan(column[0]) and column[1] == 1.5
    assert found.pl()["x"].is_null().to_list() == [False, False, True]


def test_an_empty_result_is_an_empty_frame(g):
    empty = g.query("SELECT ?a ?b { ?a <urn:none> ?b }")
    assert (len(empty), bool(empty), list(empty.df().columns)) == (0, False, ["a", "b"])
    assert empty.pl().shape == (0, 2)
    assert "没有结果" in empty._repr_html_()


def test_what_no_source_says_is_said_where_there_are_no_rows(g):
    empty = g.saved("four-focuses")
    (note,) = empty.notes
    assert note == "来源没有列出四个聚焦的题目" and note in empty._repr_html_()
    assert g.saved("alliances").notes == []


def test_a_term_that_may_be_misspelt_is_named(g):
    found = g.query("SELECT ?a { ?a a pba:Aliance }")
    assert found.notes == ["pba:Aliance 不是本体里的词；是否指 pba:Alliance（党建联盟）？"]
    assert found.notes[0] in found._repr_html_()


def test_columns_may_have_the_titles_of_a_saved_question(g):
    assert g.saved("alliances").df(titles=True).columns[0] == "联盟"


def test_without_pandas_or_polars_it_says_what_to_install(g, monkeypatch):
    for name, call in (("pandas", "df"), ("polars", "pl")):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(MissingExtra, match=rf"needs {name}.*party-alliance-kg\[notebook\]"):
            getattr(g.saved("alliances"), call)()


# Asking


def test_a_saved_question_takes_values_of_python(g):
    day = datetime.date(2023, 6, 30)
    assert len(g.saved("communities", street="贵城街道", date=day)) == 25
    assert len(g.saved("communities", street=ox.NamedNode(ID + "area/450802001"))) == 18
    with pytest.raises(UnknownQuestion, match="did you mean"):
        g.saved("aliances")
    with pytest.raises(ParameterError):
        g.saved("communities", strete="贵城街道")
    assert g.questions["alliances"]


def test_values_are_terms_and_never_sparql(g):
    text = "SELECT ?x { ?x rdfs:label ?l FILTER(STR(?l) = $name) }"
    assert g.query(text, name="贵城街道").rows(short=True) == [("area:450802001",)]
    assert len(g.query(text, name='" || true) } #')) == 0
    least = g.query("SELECT ?n { VALUES ?n { 1 2 3 } FILTER(?n > $least) }", least=1)
    assert [n for (n,) in least] == [2, 3]
    day = g.query("ASK { FILTER($d = '2019-06-03'^^xsd:date) }", d=datetime.date(2019, 6, 3))
    assert day
    assert g.query("ASK { FILTER($d = 1.5) }", d=Decimal("1.50"))
    first = g.query("SELECT ?n { VALUES ?n { 1 2 3 } } ORDER BY ?n LIMIT $rows", rows=2)
    assert [n for (n,) in first] == [1, 2]
    with pytest.raises(ParameterError, match=r"the query has no \$most"):
        g.query(text, most=1)
    with pytest.raises(ParameterError, match="is a list"):
        g.query(text, name=["贵城街道"])


def test_numbers_of_frames_are_values(g):
    def taken(value: object) -> object:
        return g.query("SELECT ?x { BIND($n AS ?x) }", n=value).rows()[0][0]

    frame = g.query("SELECT ?n { VALUES ?n { 1 2 3 } }").df()
    assert taken(frame.n.max()) == 3 and type(taken(frame.n.max())) is int
    assert taken((frame.n > 1).iloc[1]) is True and taken(frame.n.mean()) == 2.0
    assert taken(frame.n.to_numpy(dtype="float32")[0]) == 1.0
    first = g.query("SELECT ?n { VALUES ?n { 1 2 3 } } LIMIT $rows", rows=frame.n.min())
    assert len(first) == 1
    for missing in (pd.NA, pd.NaT, None):
        with pytest.raises(ParameterError, match=r"n is missing \(.*\); a query takes a value"):
            taken(missing)
    with pytest.raises(ParameterError, match="is a timedelta64"):
        taken(pd.Timedelta(days=1).to_timedelta64())
    with pytest.raises(ParameterError, match="is a Decimal"):
        taken(Decimal("NaN"))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x { ?x a pba:Alliance FILTER(?x = $n) }",
        "SELECT ?x { BIND($n AS ?x) }",
        "SELECT ?x { VALUES ?x { 1 2 } OPTIONAL { ?x ?p ?o FILTER(?o = $n) } }",
        "CONSTRUCT { ?x rdfs:label $n } { ?x a pba:Alliance }",
        "DESCRIBE $n",
    ],
)
def test_a_forgotten_value_is_asked_for(text, g):
    message = r"there is no value of \$n: give n=…; a variable of the query is written \?n"
    with pytest.raises(ParameterError, match=message):
        g.query(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $n { $n a pba:Alliance }",
        "SELECT * { $n a pba:Alliance FILTER(STRLEN(STR($n)) > 1) }",
        "SELECT (COUNT(*) AS ?x) { ?n a pba:Alliance FILTER(STRLEN(STR($n)) > 1) }",
        "SELECT (COUNT(*) AS $n) { ?x a pba:Alliance } ORDER BY $n",
        "SELECT ?x { ?x a pba:Alliance BIND(STR(?x) AS $n) FILTER(STRLEN($n) > 1) }",
        "SELECT ?x { VALUES $n { 1 } BIND($n AS ?x) }",
        "SELECT DISTINCT ?x { GRAPH $n { ?x a pba:Alliance } }",
        "SELECT (COUNT(*) AS ?x) { ?a a pba:Alliance } GROUP BY (STR(?a) AS $n) HAVING($n > '')",
        "SELECT $n { FILTER(!BOUND($n)) }",
        "ASK { ?x a pba:Alliance FILTER('$n' != ?x) } # $n",
    ],
)
def test_a_variable_of_the_query_may_be_written_with_a_dollar(text, g):
    assert g.query(text)


def test_ask_is_true_or_false(g):
    assert g.query("ASK { ?s a pba:Alliance }")
    no = g.query("ASK { ?s a <urn:none> }")
    assert not no and no.rows() == [(False,)]


def test_construct_is_a_graph_of_rdflib(g):
    made = g.query("CONSTRUCT { ?a rdfs:label ?l } WHERE { ?a a pba:Alliance ; rdfs:label ?l }")
    graph = made.graph()
    assert isinstance(graph, rdflib.Graph) and len(graph) == len(made) > 2
    assert (None, rdflib.RDFS.label, rdflib.Literal("小个专党建联盟", lang="zh")) in graph
    with pytest.raises(WrongFormat, match=r"df\(\) gives rows"):
        g.saved("alliances").graph()


def test_search_and_describe(g):
    assert g.search("guicheng")[0].thing == ID + "area/450802001"
    assert any(row[2] == "贵城街道" for row in g.describe("贵城街道"))
    with pytest.raises(UnknownThing):
        g.describe("无此处")


def test_a_query_can_be_ended(g):
    from kg.exceptions import QueryTimeout

    with pytest.raises(QueryTimeout):
        g.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout=0.5)


# Why


def test_each_row_has_the_sentences_that_it_rests_on(g):
    frame = g.saved("alliances").why().df()
    assert list(frame.columns) == ["row", "quote", "place", "source", "date", "certainty"]
    assert set(frame.certainty) == {"Stated", "Inferred"}
    assert set(frame.row) == {0, 1, 2, 3}
    assert frame.quote.str.contains("联盟").any()


def test_a_table_in_a_notebook_links_names_and_shows_sources(g):
    page = g.query("SELECT ?a ?l { ?a a pba:Alliance ; rdfs:label ?l }")._repr_html_()
    assert f'<a href="{ID}450802/小个专党建联盟" target="_blank" rel="noopener noreferrer">' in page
    assert "<details><summary>依据" in page and "原文第25句" in page
    assert "[1]" in page


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.refs: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)
        self.refs += [value for name, value in attrs if name == "href"]


HOSTILE = '</td><script>alert(1)</script>"onload="x'


def test_hostile_text_stays_text(g):
    query = "SELECT ($v AS ?x) (IRI($i) AS ?y) { }"
    page = g.query(query, v=HOSTILE, i="javascript:alert(1)")._repr_html_()
    tags = Tags()
    tags.feed(page)
    assert "script" not in tags.found and tags.refs == []
    assert "&lt;script&gt;" in page


def test_a_long_result_says_how_much_is_shown(g):
    result = g.query("SELECT ?s { ?s a pba:Area } ORDER BY ?s")
    page = result._repr_html_()
    assert f"显示 20 / {len(result):,} 行" in page
    assert page.count("<tr>") == 21


# Networks, measures, map


def test_networkx_takes_a_network(region):
    net = region.network("co-members")
    assert isinstance(net, nx.Graph) is False
    # A measure is taken to more digits than NetworkX usually gives.
    scores = nx.pagerank(net, tol=1e-12, max_iter=1000)
    assert sum(scores.values()) == pytest.approx(1)
    frame = net.measure("pagerank").df()
    held = dict(zip(frame.iri, frame.pagerank, strict=True))
    assert held == pytest.approx(scores)
    assert len(net.df()) == len(net) and len(net.edges_df()) == net.number_of_edges()
    assert set(net.df().columns) == {"iri", "label", "kind", "family"}
    with pytest.raises(UnknownNetwork):
        region.network("friends")


def test_a_network_and_a_measure_are_of_a_date(region):
    now, then = region.network("alliances"), region.network("alliances", as_of="2017")
    assert then.number_of_edges() < now.number_of_edges()
    held = region.measure("coverage", as_of="2017", by="kind")
    assert held.summary["载明加入联盟"] < region.measure("coverage").summary["载明加入联盟"]


def test_a_measure_says_how_it_is_read(region):
    page = region.measure("coverage")._repr_html_()
    assert "占比低的排在前面" in page and "未载明不等于没有" in page
    assert region.measure("coverage").pl().height == len(region.measure("coverage"))
    assert "linkage" not in region.measure("uncovered").columns()


def test_what_cannot_be_computed_is_a_dash(g):
    page = g.measure("communities", network="co-members")._repr_html_()
    assert "<p>E–I 指数: –</p>" in page and "<p>参加对照的点: 0</p>" in page


def test_the_columns_of_a_measure_may_have_titles(region):
    taken = region.measure("tiers")
    assert taken.df(titles=True)["隶属"].tolist() == taken.df().subordinate.tolist()
    assert taken.pl(titles=True).columns[0] == "两级"


def test_the_map_is_shut_off_from_the_notebook_and_saved(g, tmp_path):
    page = g.map(focus="荷城社区")
    frame = page._repr_html_()
    assert frame.startswith('<iframe sandbox="allow-scripts allow-downloads allow-modals"')
    assert "allow-same-origin" not in frame
    tags = Tags()
    tags.feed(frame)
    assert tags.found == ["iframe"]
    assert page.save(tmp_path / "a.html").read_text(encoding="utf-8") == page.html
    with pytest.raises(UnknownThing, match="is no alliance"):
        g.map(alliance="荷城社区")
    none = g.map(persons="none").html
    assert "郑益良" in g.map().html and "郑益良" not in none


def test_a_citation_names_version_digest_sources_and_rights(g):
    cited = g.cite()
    text = str(cited)
    assert kg.__version__ in text and g.view.manifest.digest in text
    assert "港北区打造自治区级城市基层党建工作示范区综" in text
    assert "不在本项目许可之内" in text and "国家统计局 · 2019-10-31 · 许可未载明" in text
    assert {one.id for one in cited.sources} >= {"gangbei-2019", "gangbei_villages_2.7.0"}
    assert all(len(one.digest) == 64 for one in cited.sources)
    assert "<table" in cited._repr_html_()


def test_a_measure_shows_names_and_no_addresses(region):
    bridges = region.measure("bridges")
    assert {"iri", "other_iri"} <= {column.name for column in bridges.taken.columns}
    assert "IRI" not in bridges._repr_html_() and "w3id.org" not in bridges._repr_html_()


# Elsewhere


@pytest.mark.full
def test_an_endpoint_answers_and_says_what_needs_a_store(g):
    with oxigraph() as server:
        url = f"{server}/query"
        push(g.view, Target(GraphStore(f"{server}/store"), Endpoint(url)))
        there = kg.open(url)
        assert there.saved("alliances").rows() == g.saved("alliances").rows()
        assert repr(there) == f"Graph({url!r})"
        assert url in there.saved("alliances")._repr_html_()
        for call in (lambda: there.linkage, there.map, there.cite, lambda: there.search("x")):
            with pytest.raises(NeedsStore, match="is an endpoint; this needs a store folder"):
                call()
