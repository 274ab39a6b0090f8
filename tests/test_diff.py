"""What `kg diff` and `kg ontology diff` find: exactly what was changed, and its mirror."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import ontology
from kg.diff import (
    Labels,
    Line,
    Release,
    ThingChange,
    compared,
    generations,
    ontologies,
    things,
)
from kg.exceptions import InputError, StoreError
from kg.ingest import turtle
from kg.namespace import ENTAILED, ID, PBA, PREFIXES, RDFS, SKOS, SOURCE
from kg.store import Store

HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


SOURCES = "".join(
    f"@prefix {name}: <{SOURCE}{name}#> .\n" for name in ("news", "old", "same", "a", "entailed")
)


def trig(text: str) -> list[ox.Quad]:
    return list(ox.parse(HEAD + SOURCES + text, format=ox.RdfFormat.TRIG))


def write(store: Store, command: str, /, *gone: str, **sources: list[ox.Quad]) -> None:
    with store.write(command=command) as writer:
        for name, quads in sources.items():
            writer.replace(name, quads)
        for name in gone:
            writer.remove(name)
        writer.commit()


TERMS = """
<https://w3id.org/pba/ns> {
  rdfs:label rdfs:label "名称"@zh , "label"@en .
  pba:basedAt rdfs:label "位于"@zh , "based at"@en .
}"""
FIRST = """
news:s1 { id:a rdfs:label "甲社区"@zh , "Jia"@en . }
news:s2 { id:b rdfs:label "乙公司"@zh ; pba:basedAt id:a . }
news:meta { source:news rdfs:label "报道"@zh . }
"""
# A new name, a place no longer stated, a sentence that counts otherwise, and a new thing.
SECOND = """
news:s1 { id:a rdfs:label "甲村"@zh , "Jia"@en . }
news:s3 { id:b rdfs:label "乙公司"@zh . id:c rdfs:label "丙校"@zh ; pba:basedAt id:a . }
news:meta { source:news rdfs:label "报道"@zh . }
"""
RULES = """
entailed:types { id:c a pba:Unit , pba:Member . }
entailed:inverses { id:a pba:hasSite id:c . }
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two generations of one article, a source that goes and one that comes."""
    store = Store(tmp_path / "kg-data")
    table = trig('old:data { id:d rdfs:label "丁"@zh . }')
    write(
        store,
        "first",
        ontology=trig(TERMS),
        news=trig(FIRST),
        old=table,
        same=trig('same:data { id:e rdfs:label "戊"@zh . }'),
    )
    write(store, "second", "old", news=trig(SECOND), entailed=trig(RULES))
    return store


def test_sources_are_compared_by_their_quads(store):
    with store.view(1) as before, store.view(2) as after:
        found = generations(before, after)
    assert (found.before, found.after) == (1, 2)
    told = {(c.id, c.change, len(c.added), len(c.removed), c.moved) for c in found.sources}
    assert told == {
        ("entailed", "added", 3, 0, 0),
        ("news", "changed", 4, 3, 1),
        ("old", "removed", 0, 1, 0),
    }
    assert found.sources[0].rules == {"inverses": (1, 0), "types": (2, 0)}
    assert found.sources[1].added == frozenset(trig(SECOND)) - frozenset(trig(FIRST))


def test_things_are_told_in_the_readers_language_without_what_only_moved(store):
    with store.view(1) as before, store.view(2) as after:
        news = generations(before, after).sources[1]
        found = things(news, Labels((after, before), "en"))
    named, based = RDFS + "label", PBA + "basedAt"
    assert found == (
        [
            ThingChange(
                ID + "a",
                "Jia",
                added=(Line(named, "label", "", "甲村 (zh)"),),
                removed=(Line(named, "label", "", "甲社区 (zh)"),),
            ),
            ThingChange(
                ID + "b", "乙公司", added=(), removed=(Line(based, "based at", ID + "a", "Jia"),)
            ),
            ThingChange(
                ID + "c",
                "丙校",
                added=(
                    Line(based, "based at", ID + "a", "Jia"),
                    Line(named, "label", "", "丙校 (zh)"),
                ),
                removed=(),
            ),
        ],
        0,
    )


def test_what_was_entailed_is_told_when_asked_for(store):
    with store.view(1) as before, store.view(2) as after:
        entailed, labels = generations(before, after).sources[0], Labels((after,), "zh")
        assert things(entailed, labels) == ([], 0)
        listed, more = things(entailed, labels, limit=1, entailed=True)
    line = Line(PBA + "hasSite", "pba:hasSite", ID + "c", "丙校")
    assert (listed, more) == ([ThingChange(ID + "a", "甲村", (line,), ())], 1)


def test_the_command_tells_by_source_and_thing(kg, store):
    run = kg("diff", store=store)
    assert (run.code, run.err) == (0, "")
    assert (
        run.out
        == """\
第1代 → 第2代

entailed · 新增 (+3 −0)
  推导: inverses +1 −0, types +2 −0

news · 有变 (+4 −3)
  甲村  id:a
    + 名称: 甲村
    − 名称: 甲社区
  乙公司  id:b
    − 位于: 甲村
  丙校  id:c
    + 位于: 甲村
    + 名称: 丙校
  另有 1 条陈述换了出处，内容未变

old · 删除 (+0 −1)
  丁  id:d
    − 名称: 丁
"""
    )


def test_the_command_stops_at_the_limit_and_counts_the_rest(kg, store):
    run = kg("--lang", "en", "diff", "2", "1", "--limit", "1", store=store)
    assert (
        run.out
        == """\
generation 2 → generation 1

entailed · removed (+0 −3)
  entailed: inverses +0 −1, types +0 −2

news · changed (+3 −4)
  Jia  id:a
    + label: 甲社区 (zh)
    − label: 甲村 (zh)
  things that changed, too: 2 (--limit 0 lists all)
  statements that moved to another place of the source: 1

old · added (+1 −0)
  丁  id:d
    + label: 丁 (zh)
"""
    )


def test_csv_and_json_are_complete(kg, store):
    rows = list(csv.DictReader(io.StringIO(kg("diff", "-f", "csv", store=store).out)))
    assert rows[2] == {
        "source": "news",
        "change": "removed",
        "thing": ID + "b",
        "label": "乙公司",
        "property": PBA + "basedAt",
        "relation": "位于",
        "object": ID + "a",
        "value": "甲村",
    }
    assert len(rows) == 6
    tree = json.loads(kg("diff", "-f", "json", "--entailed", store=store).out)
    assert (tree["before"], tree["after"]) == (1, 2)
    assert [(s["source"], len(s["things"]), s["more"]) for s in tree["sources"]] == [
        ("entailed", 2, 0),
        ("news", 3, 0),
        ("old", 1, 0),
    ]
    assert tree["sources"][0]["entailed"]["types"] == {"added": 2, "removed": 0}


def test_a_generation_does_not_differ_from_itself(kg, store):
    assert kg("diff", "2", "2", store=store).out == "第2代 → 第2代\n没有差别\n"


def test_a_generation_that_is_not_kept_is_named(kg, store, tmp_path):
    run = kg("diff", "7", store=store)
    assert (run.code, run.out) == (1, "")
    assert "does not keep generation 7; it keeps 2, 1" in run.err
    alone = Store(tmp_path / "alone")
    write(alone, "first", news=trig(FIRST))
    run = kg("diff", store=alone)
    assert (run.code, run.out) == (1, "")
    assert run.err == f"Error: {alone.path} keeps generation 1 alone; there is none before it\n"
    assert compared(alone, 1) == (1, 1)
    with pytest.raises(StoreError):
        compared(alone)


def test_text_that_a_terminal_would_obey_is_harmless(kg, tmp_path):
    store = Store(tmp_path / "kg-data")
    write(store, "first", a=trig('a:data { id:a rdfs:label "甲"@zh . }'))
    write(store, "second", a=trig('a:data { id:a rdfs:label "甲\\u001b[31m\\n乙"@zh . }'))
    assert "\n    + rdfs:label: 甲\N{REPLACEMENT CHARACTER}[31m 乙\n" in kg("diff", store=store).out


QUADS = st.builds(
    lambda s, p, o, g: ox.Quad(
        ox.NamedNode(ID + s), ox.NamedNode(PBA + p), ox.Literal(o), ox.NamedNode(g)
    ),
    st.sampled_from("abc"),
    st.sampled_from(["code", "theme"]),
    st.sampled_from(["1", "2"]),
    st.sampled_from([f"{SOURCE}NAME#s1", f"{SOURCE}NAME#s2", f"{ENTAILED}#types"]),
)
CONTENTS = st.dictionaries(
    st.sampled_from(["news", "table", "entailed"]), st.sets(QUADS, min_size=1), max_size=3
)


def placed(contents: dict[str, set[ox.Quad]]) -> dict[str, list[ox.Quad]]:
    """Stated quads in graphs of their source, entailed ones where they are."""
    return {
        name: sorted(
            (
                ox.Quad(*q.triple, ox.NamedNode(q.graph_name.value.replace("NAME", name)))
                for q in quads
                if q.graph_name.value.startswith(ENTAILED) == (name == "entailed")
            ),
            key=str,
        )
        for name, quads in contents.items()
    }


@pytest.mark.full
@settings(max_examples=20, deadline=None)
@given(CONTENTS, CONTENTS)
def test_a_difference_leads_from_one_generation_to_the_other_and_back(first, second):
    one, two = ({n: q for n, q in placed(c).items() if q} for c in (first, second))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "kg-data")
        write(store, "first", **one)
        write(store, "second", *(one.keys() - two.keys()), **two)
        with store.view(1) as before, store.view(2) as after:
            there, back = generations(before, after), generations(after, before)
    held = {name: frozenset(quads) for name, quads in one.items()}
    for change in there.sources:
        assert change.removed <= held.get(change.id, frozenset())
        held[change.id] = held.get(change.id, frozenset()) - change.removed | change.added
    assert {n: q for n, q in held.items() if q} == {n: frozenset(q) for n, q in two.items()}
    mirror = {"added": "removed", "removed": "added", "changed": "changed"}
    assert [(c.id, mirror[c.change], c.removed, c.added) for c in there.sources] == [
        (c.id, c.change, c.added, c.removed) for c in back.sources
    ]


# Versions of the ontology

OLD = """
<https://w3id.org/pba/ns> a owl:Ontology ; owl:versionInfo "1.0.0" ;
    dcterms:modified "2026-01-01"^^xsd:date .
pba:Unit a owl:Class ; rdfs:label "单位"@zh , "unit"@en .
pba:Firm a owl:Class ; rdfs:label "公司"@zh , "firm"@en ; rdfs:subClassOf pba:Unit .
pba:Shop a owl:Class ; rdfs:label "商店"@zh , "shop"@en ; rdfs:subClassOf pba:Firm .
pba:worksFor a owl:ObjectProperty ; rdfs:label "任职于"@zh , "works for"@en .
"""
NEW = """
pba:Shop a owl:Class ; rdfs:label "商铺"@zh , "shop"@en ; rdfs:subClassOf pba:Unit .
pba:Firm a owl:Class ; rdfs:label "公司"@zh , "firm"@en ; rdfs:subClassOf pba:Unit ;
    owl:deprecated true ; dcterms:isReplacedBy pba:Unit .
pba:Park a owl:Class ; rdfs:label "园区"@zh , "park"@en ; rdfs:subClassOf pba:Unit ;
    skos:definition "供企业聚集的单位。"@zh , "A unit in which firms are."@en .
pba:Unit a owl:Class ; rdfs:label "unit"@en , "单位"@zh .
<https://w3id.org/pba/ns> a owl:Ontology ; owl:versionInfo "1.1.0" ;
    dcterms:modified "2026-02-01"^^xsd:date .
"""


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    """A file, and a folder of two."""
    old, new = tmp_path / "old.ttl", tmp_path / "new"
    new.mkdir()
    old.write_text(HEAD + OLD, encoding="utf-8")
    parts = NEW.partition("pba:Park")
    (new / "b.ttl").write_text(HEAD + parts[0], encoding="utf-8")
    (new / "a.ttl").write_text(HEAD + parts[1] + parts[2], encoding="utf-8")
    return old, new


def test_versions_are_compared_by_term_and_property(versions):
    found = ontologies(*(turtle([version]) for version in versions))
    assert (found.before, found.after) == (
        Release("1.0.0", "2026-01-01"),
        Release("1.1.0", "2026-02-01"),
    )
    assert [(c.iri.removeprefix(PBA), c.kind, c.change) for c in found.terms] == [
        ("https://w3id.org/pba/ns", "ontology", "changed"),
        ("Firm", "class", "deprecated"),
        ("Park", "class", "added"),
        ("Shop", "class", "changed"),
        ("worksFor", "property", "removed"),
    ]
    shop = found.terms[3]
    assert [(p.predicate, p.language, p.before, p.after) for p in shop.properties] == [
        (
            RDFS + "label",
            "zh",
            (ox.Literal("商店", language="zh"),),
            (ox.Literal("商铺", language="zh"),),
        ),
        (RDFS + "subClassOf", "", (ox.NamedNode(PBA + "Firm"),), (ox.NamedNode(PBA + "Unit"),)),
    ]


def test_the_difference_of_versions_is_read_in_either_language(kg, versions):
    assert (
        kg("ontology", "diff", *versions).out
        == """\
1.0.0 (2026-01-01) → 1.1.0 (2026-02-01)

类
  † 弃用: 公司  pba:Firm，由 pba:Unit 替代
  + 新增: 园区  pba:Park
      定义: 供企业聚集的单位。
      上位类: pba:Unit
  ~ 有变: 商铺  pba:Shop
      名称: 商店 → 商铺
      上位类: pba:Firm → pba:Unit

属性
  − 已删除（术语只应弃用，不应删除）: 任职于  pba:worksFor
"""
    )
    assert (
        kg("--lang", "en", "ontology", "diff", "-f", "md", *versions).out
        == """\
## 1.1.0 – 2026-02-01

Added:

- Class `Park` (park): definition: A unit in which firms are.; subclass of: pba:Unit

Changed:

- Class `Shop` (shop): label (zh): 商店 → 商铺; subclass of: pba:Firm → pba:Unit

Deprecated:

- Class `Firm` (firm), replaced by pba:Unit

Removed (terms are deprecated, never removed):

- Property `worksFor` (works for)
"""
    )


def test_the_difference_of_versions_comes_as_data(kg, versions):
    tree = json.loads(kg("ontology", "diff", "-f", "json", *versions).out)
    assert tree["after"] == {"version": "1.1.0", "date": "2026-02-01"}
    assert tree["terms"][1] == {
        "term": PBA + "Firm",
        "kind": "class",
        "change": "deprecated",
        "labels": {"zh": "公司", "en": "firm"},
        "definitions": {},
        "replaced_by": PBA + "Unit",
        "properties": [
            {
                "property": PREFIXES["dcterms"] + "isReplacedBy",
                "language": "",
                "before": [],
                "after": [PBA + "Unit"],
            },
            {
                "property": PREFIXES["owl"] + "deprecated",
                "language": "",
                "before": [],
                "after": ["true"],
            },
        ],
    }


def test_the_order_of_statements_and_files_plays_no_role(kg, tmp_path):
    quads = [quad for file in ontology.files() for quad in ox.parse(path=file)]
    (tmp_path / "all.ttl").write_bytes(
        ox.serialize((quad.triple for quad in reversed(quads)), format=ox.RdfFormat.TURTLE)
    )
    shipped = ontology.files()[0].parent
    run = kg("ontology", "diff", shipped, tmp_path / "all.ttl")
    assert (run.code, run.out) == (0, "没有差别\n")


def test_blank_nodes_are_refused_and_not_guessed_at(kg, tmp_path, versions):
    (tmp_path / "blank.ttl").write_text(HEAD + "pba:Unit rdfs:seeAlso [] , [] .")
    run = kg("ontology", "diff", versions[0], tmp_path / "blank.ttl")
    assert (run.code, run.out) == (3, "")
    assert run.err == (
        "Error: NEW: 2 statements with blank nodes, which cannot be compared; name them"
        " [blank-node]\n"
    )
    with pytest.raises(InputError):
        ontologies([ox.Quad(ox.BlankNode(), ox.NamedNode(RDFS + "label"), ox.Literal("a"))], [])


STATEMENTS = st.sets(
    st.builds(
        lambda s, p, o: ox.Quad(ox.NamedNode(PBA + s), ox.NamedNode(p), o),
        st.sampled_from(["A", "B", "c"]),
        st.sampled_from([RDFS + "label", SKOS + "definition", RDFS + "subClassOf"]),
        st.sampled_from(
            [ox.NamedNode(PBA + "A"), ox.Literal("甲", language="zh"), ox.Literal("a")]
        ),
    )
)


@given(STATEMENTS, STATEMENTS)
def test_the_terms_that_differ_are_those_of_which_a_statement_does(old, new):
    found, back = ontologies(old, new), ontologies(new, old)
    for side, mine, theirs in (("before", old, new), ("after", new, old)):
        said = {
            ox.Quad(ox.NamedNode(change.iri), ox.NamedNode(p.predicate), value)
            for change in found.terms
            for p in change.properties
            for value in getattr(p, side)
        }
        assert said == mine - theirs
    mirror = {"added": "removed", "removed": "added", "changed": "changed"}
    assert [(c.iri, mirror[c.change]) for c in found.terms] == [
        (c.iri, c.change) for c in back.terms
    ]


def test_check_names_the_term_and_fails_on_errors_alone(kg, tmp_path):
    sound = kg("ontology", "check")
    assert (sound.code, sound.out) == (0, "本体通过全部检查\n")
    for file in ontology.files():
        shutil.copy(file, tmp_path)
    examples = Path(__file__).parent / "data" / "checks"
    warned = kg(
        "--lang", "en", "ontology", "check", tmp_path, examples / "english-label-in-title-case.ttl"
    )
    assert (warned.code, warned.out) == (
        0,
        "warning english-label-in-title-case: an English label in title case\n"
        '  pba:Trial  "Trial of Party Members"@en\n'
        "errors: 0, warnings: 1\n",
    )
    broken = kg("ontology", "check", tmp_path, examples / "missing-zh-label.ttl")
    assert (broken.code, broken.out) == (
        3,
        "错误 missing-zh-label: 缺中文名称\n  pba:Trial\n1 处错误，0 处警告\n",
    )
