"""`kg export`: what is written is read again by others, and says the same."""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import polars as pl
import pyoxigraph as ox
import pytest

import kg as kg_package
from kg import network, trig
from kg.analytics import measure
from kg.analytics.statements import statements
from kg.build import load, measured_state, write_measures
from kg.cli.export import FORMS as SAID
from kg.exceptions import ExportError, MissingExtra, UnknownNetwork
from kg.export.ftm import entity_id
from kg.export.quads import HOLDER_NAME
from kg.export.whole import FORMS, Options, export, form_of
from kg.network import networks
from kg.store import Store
from kg.store.digest import quads_digest

pytestmark = pytest.mark.full

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = '=1+1<script>alert("1")</script> \']]> &amp; \t|`\\'
ALLIANCE = "https://w3id.org/pba/id/990101/联盟"
MEMBERS = f"""
@prefix pba: <https://w3id.org/pba/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix x: <https://w3id.org/pba/id/990101/> .
<{ALLIANCE}> a pba:RegionalAlliance ; rdfs:label "联盟"@zh, "alliance"@en ;
    pba:validFrom "2018"^^xsd:gYear .
x:ended a pba:RegionalAlliance ; rdfs:label "旧联盟"@zh ;
    pba:validUntil "2019-03-31"^^xsd:date .
x:unit a pba:Enterprise ; rdfs:label {json.dumps(HOSTILE, ensure_ascii=False)}@zh .
x:trader a pba:IndividualBusiness ; rdfs:label "商户"@zh .
x:m1 a org:Membership ; org:member x:unit ; org:organization <{ALLIANCE}> ;
    pba:validFrom "2018-05"^^xsd:gYearMonth ; pba:validUntil "2019-01-01"^^xsd:date .
x:m2 a org:Membership ; org:member x:unit ; org:organization <{ALLIANCE}> ;
    pba:validFrom "2020-01-01"^^xsd:date ; pba:tieLevel pba:Cooperation .
x:m3 a org:Membership ; org:member x:trader ; org:organization x:ended .
x:某甲商户 a pba:IndividualBusiness ; rdfs:label "某甲商户"@zh ; pba:validFrom "2017"^^xsd:gYear .
x:m4 a org:Membership ; org:member x:某甲商户 ; org:organization <{ALLIANCE}> .
x:h a pba:Honour ; rdfs:label "先进个人"@zh ; pba:title "先进个人"@zh ; pba:holderName "某甲"@zh .
x:note a pba:Effect ; rdfs:label "某 甲等人获奖"@zh .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A store with two memberships of one unit, dates, and a label that means harm."""
    folder = tmp_path_factory.mktemp("small")
    file = folder / "members.ttl"
    file.write_text(MEMBERS, encoding="utf-8")
    store = Store(folder / "store")
    load(store, [file])
    return store


@pytest.fixture(params=["shipped", "generated", "small"])
def store(request):
    return request.getfixturevalue(request.param)


def write(store: Store, target: Path, form: str | None = None, **options) -> Path:
    with store.view() as view:
        return export(view, target, form, Options(**options))


def named_quads(store: Store) -> list[ox.Quad]:
    with store.view() as view:
        return [quad for quad in view.quads() if quad.graph_name != ox.DefaultGraph()]


def parsed(file: Path) -> list[ox.Quad]:
    return list(ox.parse(path=file))


def content(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


# Which format


def test_the_command_knows_the_formats_of_the_library():
    assert SAID == FORMS


def test_the_suffix_says_the_format_and_a_folder_is_an_appendix(tmp_path):
    given = ("a.ttl", "a.trig", "a.NQ", "a.graphml", "a.gexf", "a.ftm", "a.ftm.json", "a", "a.zip")
    found = [form_of(Path(name), None) for name in given]
    assert found == ["ttl", "trig", "nq", "graphml", "gexf", "ftm", "ftm", "appendix", "appendix"]
    assert form_of(tmp_path, None) == "appendix"
    assert form_of(Path("a.ttl"), "nq") == "nq"


@pytest.mark.parametrize(
    ("target", "form", "fact"),
    [
        (None, None, "name a format, one of ttl"),
        ("a.csv", None, "a folder or a .zip"),
        ("a.xlsx", None, "does not say a format"),
        ("a", "xlsx", "unknown format 'xlsx'"),
    ],
)
def test_what_says_no_format_is_refused(target, form, fact):
    with pytest.raises(ExportError, match=fact):
        form_of(target and Path(target), form)


@pytest.mark.parametrize(
    ("form", "options", "fact"),
    [
        ("nq", {"network": "areas"}, "a network is written as graphml"),
        ("appendix", {"network": "areas"}, "a network is written as graphml"),
        ("ttl", {"as_of": "2019"}, "has all statements, with their dates"),
        ("gexf", {"excel": True}, "goes with csv"),
        ("gexf", {"lang": "fr"}, "zh or en"),
        ("gexf", {"persons": "some"}, "show or none"),
    ],
)
def test_what_does_not_fit_together_is_refused_and_nothing_written(
    small, tmp_path, form, options, fact
):
    with pytest.raises(ExportError, match=fact):
        write(small, tmp_path / "a", form, **options)
    assert list(tmp_path.iterdir()) == []


# RDF


def test_nquads_and_trig_are_the_named_graphs(store, tmp_path):
    expected = named_quads(store)
    for form in ("nq", "trig"):
        found = parsed(write(store, tmp_path / f"a.{form}"))
        assert quads_digest(found) == quads_digest(expected)


def test_the_nquads_of_a_source_have_its_digest(store, tmp_path):
    by_graph = Counter()
    quads = parsed(write(store, tmp_path / "a.nq"))
    with store.view() as view:
        for record in view.manifest.sources:
            own = [quad for quad in quads if quad.graph_name.value in record.graphs]
            assert quads_digest(own) == (record.quads, record.digest)
            by_graph.update(record.graphs)
    assert max(by_graph.values()) == 1


def test_turtle_is_the_merge_with_prefixes(store, tmp_path):
    file = write(store, tmp_path / "a.ttl")
    with store.view() as view:
        expected = {q.triple for q in view.quads(None, None, None, ox.DefaultGraph())}
        assert len(expected) == view.manifest.triples
    assert {quad.triple for quad in parsed(file)} == expected
    assert b"@prefix pba: <https://w3id.org/pba/ns#> ." in file.read_bytes()


def test_without_persons_no_name_is_left_in_any_form(shipped, small, tmp_path):
    for store, name in ((shipped, "郑益良"), (small, "某甲")):
        with store.view() as view:
            names = {q.object.value for q in view.quads(None, HOLDER_NAME)}
        assert name in names
        for form in ("ttl", "trig", "nq"):
            shown = write(store, tmp_path / f"shown.{form}")
            none = write(store, tmp_path / f"none.{form}", persons="none")
            assert name in shown.read_text(encoding="utf-8")
            text = "".join(none.read_text(encoding="utf-8").split())
            assert not any(one in text for one in names)
            assert 0 < len(parsed(shown)) - len(parsed(none)) < 20
        for form in ("graphml", "gexf", "ftm", "csv"):
            none = write(store, tmp_path / f"none-{form}.{form}", form, persons="none")
            held = content(none).values() if none.is_dir() else [none.read_bytes()]
            assert not any(one in text.decode() for one in names for text in held), form
        folder = write(store, tmp_path / name, persons="none")
        for file, held in content(folder).items():
            text = "".join(held.decode().split())
            assert not any(one in text for one in names), file
        gone = len(named_quads(store)) - sum(len(parsed(f)) for f in folder.rglob("*.trig"))
        assert f"are left out, {gone} in all" in (folder / "README.md").read_text(encoding="utf-8")


def test_who_is_named_after_a_person_is_a_thing_of_its_kind_without_persons(small, tmp_path):
    shown = nx.read_graphml(write(small, tmp_path / "a.graphml"))
    none = nx.read_graphml(write(small, tmp_path / "b.graphml", persons="none"))
    assert (len(none), none.number_of_edges()) == (len(shown), shown.number_of_edges())
    (withheld,) = set(none) - set(shown)
    assert withheld.startswith("urn:x-withheld:")
    assert none.nodes[withheld]["label"] == none.nodes[withheld]["kind"] == "个体工商户"
    assert none.has_edge(withheld, ALLIANCE)
    assert ftm_faults(entities(small, tmp_path, persons="none")) == []


# Networks


def multigraph(store: Store, lang: str = "zh", as_of: str | None = None) -> nx.MultiDiGraph:
    with store.view() as view:
        found = network.linkage(view)
        return (found.as_of(as_of) if as_of else found).to_networkx(lang)


def stated(told: dict) -> dict:
    return {name: value for name, value in told.items() if value != ""}


def ties(graph: nx.MultiDiGraph) -> Counter:
    """Edges as `Linkage.to_networkx` has them."""
    return Counter(
        (source, target, key.split(" ")[0], tuple(sorted(told.items())))
        for source, target, key, told in graph.edges(keys=True, data=True)
    )


def read_ties(graph: nx.Graph) -> Counter:
    """Edges as a reader has them."""
    found = Counter()
    for source, target, data in graph.edges(data=True):
        told = {{"start": "since", "end": "until"}.get(k, k): v for k, v in data.items()}
        kept = {k: told[k] for k in ("since", "until", "level", "detail") if k in told}
        found[source, target, told["relation"], tuple(sorted(kept.items()))] += 1
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("as_of", [None, "2019-06"])
def test_graphml_read_again_is_the_network(store, tmp_path, lang, as_of):
    expected = multigraph(store, lang, as_of)
    file = write(store, tmp_path / "a.graphml", lang=lang, as_of=as_of)
    found = nx.read_graphml(file, force_multigraph=True)
    assert {n: stated(told) for n, told in expected.nodes(data=True)} == dict(
        found.nodes(data=True)
    )
    assert read_ties(found) == ties(expected)
    assert found.is_directed()
    assert found.graph["generation"] == 1 and found.graph.get("date") == as_of
    assert [key for *_, key in found.edges(keys=True)] == list(
        dict.fromkeys(key for *_, key in found.edges(keys=True))
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("as_of", [None, "2019-06"])
def test_gexf_read_again_is_the_network(store, tmp_path, lang, as_of):
    expected = multigraph(store, lang, as_of)
    file = write(store, tmp_path / "a.gexf", lang=lang, as_of=as_of)
    found = nx.MultiDiGraph(nx.read_gexf(file))
    renamed = {
        node: {{"start": "since", "end": "until"}.get(k, k): v for k, v in told.items()}
        for node, told in found.nodes(data=True)
    }
    assert {n: stated(told) for n, told in expected.nodes(data=True)} == renamed
    assert read_ties(found) == ties(expected)


@pytest.mark.parametrize("name", networks())
@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_named_network_read_again_has_its_weights_and_labels(generated, tmp_path, name, form):
    with generated.view() as view:
        linkage = network.linkage(view)
        graph = linkage.network(name)
        plain = graph.to_networkx()
    found = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[form](
        write(generated, tmp_path / f"a.{form}", network=name)
    )
    assert len(plain.edges) and found.is_directed() == plain.is_directed()
    assert {n: told["label"] for n, told in found.nodes(data=True)} == dict(plain.nodes("label"))
    assert {n: told["kind"] for n, told in found.nodes(data=True)} == {
        n: linkage.term(linkage.things.kind[linkage.things.iris.index(n)]) for n in plain
    }
    expected = {
        frozenset((u, v)) if not graph.directed else (u, v): w or 1.0
        for u, v, w in plain.edges(data="weight")
    }
    assert expected == {
        frozenset((u, v)) if not graph.directed else (u, v): w
        for u, v, w in found.edges(data="weight")
    }
    if name == "alliances":
        assert dict(found.nodes("bipartite")) == dict(plain.nodes("bipartite"))


# Of GEXF 1.3 (gexf.rnc): what stands in what, with which attributes; ! is required.
GEXF = {
    "gexf": ({"version!"}, ["meta", "graph"]),
    "meta": ({"lastmodifieddate"}, ["creator", "description"]),
    "creator": (set(), []),
    "description": (set(), []),
    "graph": (
        {"defaultedgetype", "mode", "timeformat", "timerepresentation"},
        ["attributes", "attributes", "nodes", "edges"],
    ),
    "attributes": ({"class!", "mode"}, ["attribute"]),
    "attribute": ({"id!", "title!", "type!"}, []),
    "nodes": (set(), ["node"]),
    "edges": (set(), ["edge"]),
    "node": ({"id!", "label", "start", "end"}, ["attvalues"]),
    "edge": (
        {"id", "source!", "target!", "label", "weight", "kind", "start", "end"},
        ["attvalues"],
    ),
    "attvalues": (set(), ["attvalue"]),
    "attvalue": ({"for!", "value!"}, []),
}
SPACE = "{http://gexf.net/1.3}"


def schema_faults(element: ElementTree.Element) -> list[str]:
    name = element.tag.removeprefix(SPACE)
    allowed, children = GEXF[name]
    required = {one[:-1] for one in allowed if one.endswith("!")}
    wrong = [f"{name} {k}" for k in {*element.keys()} - {one.rstrip("!") for one in allowed}]
    wrong += [f"{name} without {k}" for k in required - {*element.keys()}]
    order = [child.tag.removeprefix(SPACE) for child in element]
    if order != sorted(order, key=children.index):
        wrong.append(f"{name}: {order}")
    return wrong + [fault for child in element for fault in schema_faults(child)]


@pytest.mark.parametrize("options", [{}, {"network": "co-members"}, {"network": "subordination"}])
def test_gexf_is_what_gephi_opens(store, tmp_path, options):
    root = ElementTree.parse(write(store, tmp_path / "a.gexf", **options)).getroot()
    assert schema_faults(root) == []
    nodes, edges = root.iter(f"{SPACE}node"), [*root.iter(f"{SPACE}edge")]
    labels = {node.get("id"): node.get("label") for node in nodes}
    assert len(labels) == len([*root.iter(f"{SPACE}node")]) and all(labels.values())
    assert len({edge.get("id") for edge in edges}) == len(edges)
    assert {e.get(end) for e in edges for end in ("source", "target")} <= labels.keys()
    kinds = Counter((e.get("source"), e.get("target"), e.get("kind")) for e in edges)
    assert max(kinds.values(), default=1) == 1
    (graph,) = root.iter(f"{SPACE}graph")
    days = [e.get(k) for e in root.iter() for k in ("start", "end") if e.get(k)]
    assert [datetime.date.fromisoformat(day).isoformat() for day in days] == days
    assert (graph.get("mode"), graph.get("timeformat")) == (
        ("dynamic", "date") if days else ("static", None)
    )
    declared = {a.get("id"): a.get("type") for a in root.iter(f"{SPACE}attribute")}
    assert {v.get("for") for v in root.iter(f"{SPACE}attvalue")} <= declared.keys()
    assert set(declared.values()) <= {"string", "integer", "double"}


def test_parallel_edges_stay_apart_with_their_periods(small, tmp_path):
    root = ElementTree.parse(write(small, tmp_path / "a.gexf")).getroot()
    unit = ALLIANCE.replace("联盟", "unit")
    found = [e for e in root.iter(f"{SPACE}edge") if e.get("source") == unit]
    assert [(e.get("id"), e.get("kind"), e.get("start"), e.get("end")) for e in found] == [
        ("e1", "member", "2018-05-01", "2019-01-01"),
        ("e2", "member 2", "2020-01-01", None),
    ]
    later = nx.read_graphml(write(small, tmp_path / "a.graphml", as_of="2020"))
    assert later.number_of_edges(unit, ALLIANCE) == 1
    assert ALLIANCE.replace("联盟", "ended") not in later


def test_a_label_that_means_harm_is_a_label(small, tmp_path):
    unit = ALLIANCE.replace("联盟", "unit")
    assert nx.read_graphml(write(small, tmp_path / "a.graphml")).nodes[unit]["label"] == HOSTILE
    assert nx.read_gexf(write(small, tmp_path / "a.gexf")).nodes[unit]["label"] == HOSTILE
    for excel, label in ((False, HOSTILE), (True, f"'{HOSTILE}")):
        folder = write(small, tmp_path / f"csv{excel}", "csv", excel=excel)
        with (folder / "nodes.csv").open(encoding="utf-8-sig", newline="") as file:
            (row,) = [row for row in csv.DictReader(file) if row["id"] == unit]
        assert row["label"] == label
    lines = write(small, tmp_path / "a.ftm").read_text(encoding="utf-8").splitlines()
    (entity,) = [e for e in map(json.loads, lines) if e["id"] == entity_id(unit)]
    assert entity["properties"]["name"] == [HOSTILE]


def test_two_files_of_a_generation_are_the_same_bytes(generated, tmp_path):
    for form in FORMS:
        one = write(generated, tmp_path / f"one-{form}.zip", form)
        two = write(generated, tmp_path / f"two-{form}.zip", form)
        assert one.read_bytes() == two.read_bytes(), form


# Tables


def test_tables_are_the_network(store, tmp_path):
    expected = multigraph(store)
    folder = write(store, tmp_path / "csv", "csv")
    assert sorted(content(folder)) == ["README.md", "SHA256SUMS", "edges.csv", "nodes.csv"]
    nodes = rows(folder / "nodes.csv")
    assert {n["id"]: n["label"] for n in nodes} == dict(expected.nodes("label"))
    edges = rows(folder / "edges.csv")
    assert Counter((e["source"], e["target"], e["kind"]) for e in edges) == Counter(
        [*expected.edges(keys=True)]
    )
    assert {e["type"] for e in edges} == {"Directed"}
    assert len({e["id"] for e in edges}) == len(edges)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [*csv.DictReader(lines)]


def test_parquet_has_the_rows_of_csv_typed(generated, tmp_path):
    options = {"network": "co-members", "as_of": "2024"}
    folder = write(generated, tmp_path / "csv", "csv", **options)
    packed = write(generated, tmp_path / "a.zip", "parquet", **options)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "parquet")
    edges = pl.read_parquet(tmp_path / "parquet" / "edges.parquet")
    assert edges["weight"].dtype == pl.Float64
    plain = rows(folder / "edges.csv")
    assert edges["weight"].to_list() == [float(row["weight"]) for row in plain]
    assert edges["source"].to_list() == [row["source"] for row in plain]
    assert {row["type"] for row in plain} == {"Undirected"}
    nodes = pl.read_parquet(tmp_path / "parquet" / "nodes.parquet")
    assert nodes["label"].to_list() == [row["label"] for row in rows(folder / "nodes.csv")]
    assert nodes["since"].null_count() > 0


def test_parquet_needs_the_extra(small, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingExtra, match=r"party-alliance-kg\[notebook\]"):
        write(small, tmp_path / "a", "parquet")
    assert list(tmp_path.iterdir()) == []


# FollowTheMoney

# Of the model's schemata (followthemoney 3.8.2 and 4.11.2, MIT), what is used here: ranges of
# what leads to entities, else the type; what a schema requires; what it extends.
FTM = {
    "Thing": {
        "name!": "name",
        "alias": "name",
        "keywords": "string",
        "notes": "text",
        "publisher": "string",
        "sourceUrl": "url",
        "addressEntity": "Address",
        "proof": "Document",
    },
    "LegalEntity": {
        "legalForm": "string",
        "sector": "string",
        "registrationNumber": "identifier",
    },
    "Address": {"full": "address"},
    "Project": {"startDate": "date", "endDate": "date"},
    "Document": {"fileName!": "string", "title": "string", "date": "date"},
    "Interest": {
        "role": "string",
        "startDate": "date",
        "endDate": "date",
        "summary": "text",
        "publisher": "string",
        "sourceUrl": "url",
    },
    "Membership": {"member!": "LegalEntity", "organization!": "Organization"},
    "ProjectParticipant": {"participant": "LegalEntity", "project": "Project"},
    "UnknownLink": {"subject!": "Thing", "object!": "Thing"},
}
EXTENDS = {
    "LegalEntity": "Thing",
    "Organization": "LegalEntity",
    "PublicBody": "Organization",
    "Company": "Organization",
    "Address": "Thing",
    "Project": "Thing",
    "Document": "Thing",
    "Membership": "Interest",
    "ProjectParticipant": "Interest",
    "UnknownLink": "Interest",
}


def lineage(schema: str) -> list[str]:
    above = EXTENDS.get(schema)
    return [schema, *(lineage(above) if above else [])]


def ftm_faults(entities: list[dict]) -> list[str]:
    schemata = {entity["id"]: entity["schema"] for entity in entities}
    wrong = [] if len(schemata) == len(entities) else ["ids are not unique"]
    for entity in entities:
        kinds: dict[str, str] = {}
        for schema in lineage(entity["schema"]):
            kinds |= FTM.get(schema, {})
        if entity["schema"] == "Document":
            kinds["name"] = kinds.pop("name!")
        known = {name.rstrip("!"): kind for name, kind in kinds.items()}
        given = entity["properties"]
        if not re_id(entity["id"]):
            wrong.append(entity["id"])
        wrong += [f"{entity['schema']}.{name}" for name in given.keys() - known.keys()]
        missing = {name[:-1] for name in kinds if name.endswith("!")} - given.keys()
        wrong += [f"{entity['schema']} without {name}" for name in missing]
        for name, values in given.items():
            wrong += [
                f"{entity['schema']}.{name} {value}"
                for value in values
                if not fits(known.get(name, ""), value, schemata)
            ]
    return wrong


def re_id(text: str) -> bool:
    return text.replace("-", "").isalnum() and text.isascii()


def fits(kind: str, value: str, schemata: dict[str, str]) -> bool:
    if kind and kind[0].isupper():
        return kind in lineage(schemata.get(value, ""))
    if kind == "date":
        return datetime.date.fromisoformat(value).isoformat() == value
    return isinstance(value, str) and value != "" and (kind != "url" or "://" in value)


def entities(store: Store, tmp_path: Path, **options) -> list[dict]:
    file = write(store, tmp_path / "a.ftm.json", **options)
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_entities_are_of_the_model_of_followthemoney(store, tmp_path):
    found = entities(store, tmp_path)
    assert ftm_faults(found) == []
    assert not any(entity["schema"] == "Person" for entity in found)
    graph, by_schema = multigraph(store), Counter(entity["schema"] for entity in found)
    links = sum(n for schema, n in by_schema.items() if "Interest" in lineage(schema))
    assert links == graph.number_of_edges()
    assert by_schema.total() - links - by_schema["Document"] == len(graph)


def test_entities_of_a_date_are_those_of_the_network_then(small, tmp_path):
    found = entities(small, tmp_path, as_of="2019-06")
    assert ftm_faults(found) == []
    ids, then = {entity["id"] for entity in found}, multigraph(small, as_of="2019-06")
    assert len(then) < len(multigraph(small))
    assert {entity_id(node) for node in then} <= ids
    assert entity_id(ALLIANCE.replace("联盟", "ended")) not in ids


def test_the_check_of_entities_finds_faults(generated, tmp_path):
    found = entities(generated, tmp_path)
    (link, *_) = [entity for entity in found if entity["schema"] == "Membership"]
    (area, *_) = [entity for entity in found if entity["schema"] == "Address"]
    link["properties"]["member"] = [area["id"]]
    del area["properties"]["name"]
    area["properties"]["birthDate"] = ["2019"]
    assert len(ftm_faults(found)) == 3


def test_memberships_have_ends_dates_and_a_source(small, tmp_path):
    found = {entity["id"]: entity for entity in entities(small, tmp_path)}
    links = [e["properties"] for e in found.values() if e["schema"] == "Membership"]
    unit, alliance = entity_id(ALLIANCE.replace("联盟", "unit")), entity_id(ALLIANCE)
    assert {
        "member": [unit],
        "organization": [alliance],
        "startDate": ["2018-05-01"],
        "endDate": ["2019-01-01"],
    } in links
    assert found[unit]["schema"] == "Company"
    assert found[entity_id(ALLIANCE.replace("联盟", "trader"))]["schema"] == "LegalEntity"
    (document,) = [e for e in found.values() if e["schema"] == "Document"]
    assert document["properties"]["fileName"] == ["members.ttl"]
    assert found[unit]["properties"]["proof"] == [document["id"]]
    assert found[alliance]["properties"]["alias"] == ["alliance"]


def test_links_say_who_published_them(shipped, tmp_path):
    found = entities(shipped, tmp_path)
    within = [e["properties"] for e in found if e["schema"] == "UnknownLink"]
    told = Counter(publisher for link in within for publisher in link.get("publisher", ()))
    assert told["国家统计局"] > 100


# The appendix


@pytest.fixture(scope="module")
def measured(tmp_path_factory, generated):
    """A store with a measure written back."""
    folder = tmp_path_factory.mktemp("measured")
    with generated.view() as view:
        names = [record.id for record in view.manifest.sources]
        (name,) = [one for one in names if one.startswith("synthetic")]
        source = [q for q in named_quads(generated) if f"/source/{name}" in q.graph_name.value]
    (folder / f"{name}.trig").write_text(trig.text(source), encoding="utf-8")
    store = Store(folder / "store")
    load(store, [folder / f"{name}.trig"])
    with store.view() as view:
        result = measure(network.linkage(view), "degree")
        number, digest = measured_state(view)
        quads = statements([result], generation=number, digest=digest)
        write_measures(store, view, quads)
    return store


def test_an_appendix_holds_everything_with_checksums(measured, tmp_path):
    folder = write(measured, tmp_path / "appendix")
    held = content(folder)
    (source,) = (folder / "triples").iterdir()
    assert sorted(held) == [
        "README.md",
        "SHA256SUMS",
        "entailed.trig",
        "measures.trig",
        "network.gexf",
        "network.graphml",
        "ontology.trig",
        f"triples/{source.name}",
    ]
    found = [quad for file in folder.rglob("*.trig") for quad in parsed(file)]
    assert quads_digest(found) == quads_digest(named_quads(measured))
    sums = dict(reversed(line.split("  ")) for line in held.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(text).hexdigest() for name, text in held.items()}
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout
    for name in ("entailed", "measures", "ontology"):
        graphs = {quad.graph_name.value for quad in parsed(folder / f"{name}.trig")}
        with measured.view() as view:
            assert graphs == set(view.manifest.source(name).graphs)


def test_its_triples_are_canonical_and_depend_on_the_content_alone(generated, tmp_path):
    first = content(write(generated, tmp_path / "first"))
    (source,) = [Path(name).name for name in first if name.startswith("triples/")]
    again = Store(tmp_path / "store")
    load(again, [tmp_path / "first" / "triples" / source])
    second = content(write(again, tmp_path / "second"))
    for name, text in first.items():
        if name.endswith(".trig"):
            assert second[name] == text, name
            assert trig.canonical(Path(name), text) == text.decode()


def test_what_is_loaded_again_is_the_same_generation(shipped, measured, tmp_path):
    for store in (shipped, measured):
        folder = write(store, tmp_path / store.path.parent.name)
        again = Store(tmp_path / f"again-{folder.name}")
        manifest = load(again, sorted((folder / "triples").iterdir()))
        with store.view() as view:
            before = {r.id: r.digest for r in view.manifest.sources if r.id != "measures"}
        assert {record.id: record.digest for record in manifest.sources} == before
        text = (folder / "README.md").read_text(encoding="utf-8")
        assert text.count(f"`{manifest.digest}`") == 2
        assert ("Measures are not loaded with it" in text) == (store is measured)


def test_blank_nodes_are_told_to_get_other_labels(tmp_path):
    file = tmp_path / "blank.ttl"
    file.write_text(
        MEMBERS + f"[] a org:Membership ; org:member x:trader ; org:organization <{ALLIANCE}> .",
        encoding="utf-8",
    )
    store = Store(tmp_path / "store")
    load(store, [file])
    folder = write(store, tmp_path / "appendix")
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "Blank nodes get new labels" in text and "Loaded with kg" not in text
    again = Store(tmp_path / "again")
    load(again, [folder / "triples" / "blank.trig"])
    assert (
        content(write(again, tmp_path / "second"))["triples/blank.trig"]
        == content(folder)["triples/blank.trig"]
    )


def test_its_readme_says_how_to_cite_it_in_both_languages(shipped, tmp_path):
    text = (write(shipped, tmp_path / "a") / "README.md").read_text(encoding="utf-8")
    with kg_package.open(shipped.path) as zh, kg_package.open(shipped.path, lang="en") as en:
        for graph in (zh, en):
            cited = graph.cite()
            for line in cited.head:
                assert line in text
            for source in cited.sources:
                assert source.digest in text and source.rights in text and source.title in text
    assert text.startswith("<!-- kg export -->\n")
    assert "kg --store again load triples/*.trig" in text


def test_an_export_takes_the_place_of_an_older_one_but_of_nothing_else(small, tmp_path):
    folder = write(small, tmp_path / "a")
    (tmp_path / "empty").mkdir()
    assert write(small, folder, persons="none") and write(small, tmp_path / "empty")
    assert "left out" in (folder / "README.md").read_text(encoding="utf-8")
    held = content(folder)
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match=r"it holds mine.txt"):
        write(small, folder)
    (folder / "mine.txt").unlink()
    (folder / "README.md").write_text("<!-- kg export -->\nmine", encoding="utf-8")
    with pytest.raises(ExportError, match=r"README.md was changed since"):
        write(small, folder)
    (folder / "README.md").write_bytes(held["README.md"])
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="name a new folder"):
        write(small, tmp_path / "file", "appendix")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "SHA256SUMS").write_text("", encoding="utf-8")
    with pytest.raises(ExportError, match="it holds SHA256SUMS"):
        write(small, foreign)
    assert content(folder) == held


@pytest.mark.parametrize("target", ["a", "a.zip", "a.nq"])
def test_what_fails_while_it_is_written_leaves_what_was(small, tmp_path, monkeypatch, target):
    before = write(small, tmp_path / target)
    held = before.read_bytes() if before.is_file() else content(before)

    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kg.export.appendix.write_gexf", broken)
    monkeypatch.setattr("kg.export.quads.ox.serialize", broken)
    with pytest.raises(OSError, match="No space"):
        write(small, tmp_path / target)
    assert [path.name for path in tmp_path.iterdir()] == [target]
    assert held == (before.read_bytes() if before.is_file() else content(before))


# The command and the door


def test_the_command_writes_to_standard_output_what_it_writes_to_a_file(
    kg_process, small, tmp_path
):
    for form in ("ttl", "nq", "graphml", "gexf", "ftm"):
        assert kg_process("export", "-o", f"a.{form}", store=small).code == 0
        run = kg_process("export", "-f", form, store=small)
        assert (run.code, run.err) == (0, "")
        assert run.out == (tmp_path / f"a.{form}").read_text(encoding="utf-8")
        assert kg_process("export", "-f", form, "-o", "-", store=small).out == run.out


@pytest.mark.parametrize(
    ("args", "code", "fact"),
    [
        (["export"], 2, "name a format"),
        (["export", "-o", "a.xlsx"], 2, "does not say a format"),
        (["export", "-f", "csv"], 2, "csv is several files: -o FOLDER, or -o FILE.zip"),
        (["export", "-f", "nq", "--network", "areas"], 2, "a network is written as"),
        (["export", "-f", "gexf", "--network", "none"], 2, "no network 'none'"),
        (["export", "-f", "gexf", "--as-of", "soon"], 2, "'soon' is no date"),
        (["export", "-o", "no/such/a.nq"], 1, "cannot be written: No such file or directory"),
        (["export", "-o", "."], 2, "is there and is no export of kg"),
    ],
)
def test_what_goes_wrong_is_said_without_a_trace(kg, small, tmp_path, args, code, fact):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    run = kg(*args, store=small)
    assert run.code == code
    assert fact in run.err and "Traceback" not in run.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_no_store_and_an_endpoint_are_plain_errors(kg, tmp_path):
    run = kg("export", "-o", "a.nq", store=Store(tmp_path / "none"))
    assert run.code == 1 and "no store at" in run.err
    run = kg("--store", "http://localhost:1/query", "export", "-o", "a.nq")
    assert run.code == 2 and "needs a store folder" in run.err
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_leaves_ends_it_quietly(generated):
    command = f"'{sys.executable}' -m kg --store '{generated.path}' export -f nq | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, check=False)
    assert done.stdout.count(b"\n") == 1 and b"Traceback" not in done.stderr


@pytest.mark.full
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_of_an_export_that_is_ended(generated, tmp_path, number):
    command = [sys.executable, "-m", "kg", "--store", str(generated.path), "export", "-o", "a"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE)
    while not list(tmp_path.iterdir()) and run.poll() is None:
        time.sleep(0.002)
    run.send_signal(number)
    _, said = run.communicate(timeout=60)
    assert run.returncode != 0 and b"Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_the_door_exports_what_it_reads(small, tmp_path):
    with kg_package.open(small.path, lang="en") as graph:
        path = graph.export(tmp_path / "a.graphml", as_of="2018-12")
        assert path == tmp_path / "a.graphml"
        assert nx.read_graphml(path).nodes[ALLIANCE]["label"] == "alliance"
        folder = graph.export(str(tmp_path / "tables"), "csv", network="alliances", lang="zh")
        assert {row["label"] for row in rows(folder / "nodes.csv")} >= {"联盟", "旧联盟"}
        with pytest.raises(UnknownNetwork):
            graph.export(tmp_path / "b.gexf", network="none")
