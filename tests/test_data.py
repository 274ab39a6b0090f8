"""The shipped triples against their sources, and the three rules of provenance."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import re
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import assets
from kg.namespace import DCTERMS, ID, PBA, PROV, RDF, RDFS, SKOS, SOURCE, local_name

KINDS_OF_KINDS = ("PersonKind", "ResourceKind", "ElementKind")
KINDS_OF_KINDS = ("PersonKind", "ResourceKind", "ElementKind")
ARTICLE = SOURCE + "gangbei-2019#"
META = SOURCE + "gangbei-2019/meta"


def quads(stem: str) -> list[ox.Quad]:
    return list(ox.parse(path=assets.folder("triples") / f"{stem}.trig"))


@pytest.fixture(scope="module")
def article() -> list[ox.Quad]:
    return quads("gangbei-2019")


def sentences(text: str) -> list[str]:
    """Split at line breaks, without blank lines, then behind every 。"""
    lines = [line for line in text.splitlines() if line.strip()]
    return [s.strip() for line in lines for s in re.split("(?<=。)", line) if s.strip()]


def values(found: list[ox.Quad], predicate: str, graph: str | None = None) -> dict[str, list[str]]:
    out = defaultdict(list)
    for q in found:
        if q.predicate.value == predicate and graph in (None, q.graph_name.value):
            out[q.subject.value].append(q.object.value)
    return out


@pytest.fixture(scope="module")
def printed(root: Path) -> dict[int, str]:
    """The SHA-256 of each sentence of the article, kept apart from it: it may be removed."""
    lines = (root / "tests" / "data" / "gangbei-2019.sha256").read_text().splitlines()
    return {int(number): digest for number, digest in (line.split() for line in lines)}


def digest(sentence: str) -> str:
    return hashlib.sha256(sentence.encode()).hexdigest()


def test_every_quote_is_the_sentence_of_its_number_to_the_letter(article, printed):
    quotes = values(article, PBA + "quote", META)
    numbers = values(article, PBA + "sentenceNumber", META)
    assert len(quotes) > 40
    for graph, (quote,) in quotes.items():
        number = re.fullmatch(r"s(\d+)(-inferred)?", graph.removeprefix(ARTICLE))[1]
        assert numbers[graph] == [number]
        assert digest(quote) == printed[int(number)]


def test_the_article_where_it_is_kept_has_these_sentences_and_is_the_one_described(
    article, printed, root
):
    file = root / "data" / "sources" / "gangbei-2019.txt"
    (described,) = values(article, PBA + "sha256")[SOURCE + "gangbei-2019"]
    content = file.read_bytes() if file.exists() else None
    assert content is None or hashlib.sha256(content).hexdigest() == described
    found = enumerate(sentences(content.decode("utf-8"))) if content else ()
    assert content is None or {n: digest(s) for n, s in found} == printed


def test_every_graph_of_the_article_is_a_sentence_with_quote_and_certainty(article):
    graphs = {q.graph_name.value for q in article} - {META}
    certainty = values(article, PBA + "certainty", META)
    reasons = values(article, DCTERMS + "description", META)
    for graph in graphs:
        inferred = graph.endswith("-inferred")
        assert certainty[graph] == [PBA + ("Inferred" if inferred else "Stated")]
        assert bool(reasons[graph]) == inferred, "an inferred graph gives its reason"
    assert set(certainty) == graphs


def test_labels_are_printed_in_the_sentence_that_states_them(article):
    quotes = values(article, PBA + "quote", META)
    composed = {  # from the words of their sentence, which do not stand side by side there
        "街道党工委对区直部门派驻机构的管理权",
        "街道党工委对基层司法机关的调度权",
        "城区土地房屋征收项目片区",
        "街道党工委所辖党组织",
        "中、区直驻区机关企事业单位党组织",
        "红星美凯龙贵港商圈综合党委",
        "凤凰社区城市商圈综合党委",
        "城市党建资源",
        "人才资源",
        "阵地资源",
        "园区内党员",
        "赛尔康(贵港)有限公司党组织",
        "党建+龙头企业+招商模式",
        "新能源电动车产业",
        "电子信息产业",
        "生物医药产业",
    }
    missing = {
        q.object.value
        for q in article
        if q.predicate.value == RDFS + "label"
        and q.graph_name.value != META
        and q.object.value not in re.sub("[“”《》]", "", quotes[q.graph_name.value][0])
    }
    assert missing == composed


def test_each_thing_has_one_label_and_it_is_its_preferred_name(article):
    found = [q for q in article if q.graph_name.value != META]
    labels, preferred = (values(found, p) for p in (RDFS + "label", SKOS + "prefLabel"))
    for thing, names in labels.items():
        assert len(set(names)) == 1, thing
        assert set(preferred[thing]) == set(names), thing


def test_kinds_are_concepts_and_never_classes_or_individuals(article):
    types = values(article, RDF + "type")
    in_scheme = values(article, SKOS + "inScheme")
    for thing, kinds in types.items():
        is_kind = PBA + "OrganizationKinds" in in_scheme.get(thing, [])
        assert thing.startswith(ID + "kind/") == is_kind
        if is_kind:
            assert set(kinds) <= {SKOS + "Concept", *(PBA + name for name in KINDS_OF_KINDS)}
        else:
            assert SKOS + "Concept" not in kinds


def test_minted_names_are_readable_and_normal(article):
    for q in article:
        for term in (q.subject, q.object):
            if isinstance(term, ox.NamedNode) and re.match(ID + r"(\d+|kind)/", term.value):
                name = term.value.rpartition("/")[2]
                assert name == local_name(name)


def test_a_membership_is_never_claimed_for_a_kind(article):
    claimed = {q.predicate.value for q in article}
    org = "http://www.w3.org/ns/org#"
    assert not claimed & {org + "member", org + "memberOf", org + "hasMember"}


def test_damaged_print_is_kept_and_flagged_not_repaired(article):
    fragments = [q for q in article if q.predicate.value == PBA + "fragmentAsPrinted"]
    assert sorted((q.subject.value.rpartition("/")[2], q.object.value) for q in fragments) == [
        ("gangbei-2019", "综"),
        ("先锋集结号行动", "武"),
    ]
    parts = [
        q.subject.value.rpartition("/")[2]
        for q in article
        if q.predicate.value == DCTERMS + "isPartOf" and q.object.value.endswith("/先锋集结号行动")
    ]
    assert sorted(parts) == ["先锋面对面", "大会诊"]


def test_lower_bounds_are_bounds(article):
    bounds = values(article, PBA + "bound")
    at_least = {f.rpartition("/")[2] for f, (b,) in bounds.items() if b == PBA + "AtLeast"}
    assert at_least == {"抽调干部500多人", "志愿者服务团队120多个"}


def test_the_date_of_the_report_is_stated_without_a_year(article):
    dated = {
        (q.graph_name.value.removeprefix(ARTICLE), q.object.value)
        for q in article
        if q.predicate.value in (DCTERMS + "date", DCTERMS + "issued")
        and q.graph_name.value != META
    }
    assert dated == {("s1", "2019-08-01"), ("s2", "--06-03"), ("s2-inferred", "2019-06-03")}


def test_names_of_people_stand_only_on_published_honours(article):
    named = [q for q in article if q.predicate.value == PBA + "holderName"]
    types = values(article, RDF + "type")
    assert {q.object.value for q in named} == {"郑益良", "彭少敏"}
    assert all(types[q.subject.value] == [PBA + "Honour"] for q in named)
    elsewhere = [
        q
        for q in article
        if q.predicate.value not in (PBA + "holderName", PBA + "quote")
        and re.search("郑益良|彭少敏", str(q.object) + str(q.subject))
    ]
    assert not elsewhere


REGISTERS = {
    ("streets", "2.3.1"): ("2019-10-31", "areaCode", 8),
    ("streets", "2.7.0"): ("2023-06-30", "areaCode", 8),
    ("villages", "2.3.1"): ("2019-10-31", "streetCode", 124),
    ("villages", "2.7.0"): ("2023-06-30", "streetCode", 137),
}


def records(root: Path, level: str, version: str) -> dict[int, dict[str, str]]:
    """The rows of a table by number; the header is row 1."""
    file = root / "data" / "sources" / f"gangbei_{level}_{version}.csv"
    with file.open(encoding="utf-8") as rows:
        return dict(enumerate(csv.DictReader(rows), 2))


@pytest.mark.parametrize(("level", "version"), REGISTERS)
def test_areas_are_those_of_the_official_table_row_by_row(level, version, root):
    day, parent, expected = REGISTERS[level, version]
    stem = f"gangbei_{level}_{version}"
    table, meta = f"{SOURCE}{stem}/table", f"{SOURCE}{stem}/meta"
    found, rows = quads(stem), records(root, level, version)
    assert len(rows) == expected
    assert {q.graph_name.value for q in found} == {table, meta}
    assert values(found, PBA + "sha256")[SOURCE + stem] == [
        hashlib.sha256((root / "data" / "sources" / f"{stem}.csv").read_bytes()).hexdigest()
    ]
    codes, within = values(found, PBA + "areaCode", table), values(found, PBA + "within", table)
    official, labels = values(found, SKOS + "altLabel"), values(found, RDFS + "label", table)
    valid = values(found, DCTERMS + "valid")
    origin = values(found, PROV + "wasDerivedFrom", meta)
    for number, record in rows.items():
        area = f"{ID}area/{record['code']}"
        assert codes[area] == [record["code"]]
        assert within[area] == [f"{ID}area/{record[parent]}"]
        (label,) = labels[area]
        assert official.get(area, labels[area]) == [record["name"]]
        assert record["name"].startswith(label)
        assert origin[area] == [f"{table}#row{number}"]
        assert valid[area] == [day]
    assert valid[SOURCE + stem] == [day]
    assert set(within) == {f"{ID}area/{r['code']}" for r in rows.values()}


def test_classes_of_areas_are_those_of_their_segments():
    kinds = values(quads("gangbei_villages_2.7.0"), RDF + "type")
    for area, (kind,) in kinds.items():
        if len(area) == len(f"{ID}area/450802001001") and area.startswith(ID + "area/"):
            assert kind == PBA + ("Community" if area[-3:] < "200" else "Village")
        elif area.startswith(ID + "area/"):
            assert kind == PBA + "Area", "the streets around them are areas, of some class"
    kinds = values(quads("gangbei_streets_2.7.0"), RDF + "type")
    streets = {a for a, (kind,) in kinds.items() if kind == PBA + "Subdistrict"}
    assert streets == {f"{ID}area/450802001", f"{ID}area/450802002"}


def test_changes_are_the_codes_that_are_in_one_table_alone(root):
    found = quads("gangbei_area_changes")
    before, after = (
        {r["code"]: r["name"] for level in ("streets", "villages") for r in rows(level).values()}
        for rows in (
            lambda level: records(root, level, "2.3.1"),
            lambda level: records(root, level, "2.7.0"),
        )
    )
    assert not before.keys() - after.keys()
    assert all(after[code] == name for code, name in before.items())
    changed = values(found, PBA + "after")
    assert sorted(area for (area,) in changed.values()) == [
        f"{ID}area/{code}" for code in sorted(after.keys() - before.keys())
    ]
    assert set(values(found, PBA + "changeKind")) == set(changed)
    assert {kind for (kind,) in values(found, PBA + "changeKind").values()} == {PBA + "CodeAdded"}
    assert not values(found, PBA + "before")


def test_changes_say_by_which_rule_and_from_which_tables_they_follow():
    found, source = quads("gangbei_area_changes"), SOURCE + "gangbei_area_changes"
    assert values(found, PBA + "certainty") == {f"{source}/changes": [PBA + "Entailed"]}
    assert len(values(found, DCTERMS + "description")[f"{source}/changes"]) == 2
    derived = values(found, PROV + "wasDerivedFrom")
    assert derived[f"{source}/changes"] == [source]
    assert set(derived[source]) == {
        f"{SOURCE}gangbei_{level}_{version}/table" for level, version in REGISTERS
    }


def test_no_validity_is_invented():
    for file in assets.folder("triples").glob("gangbei_*.trig"):
        said = {quad.predicate.value for quad in ox.parse(path=file)}
        assert not said & {PBA + "validFrom", PBA + "validUntil"}, file


def test_triples_of_tables_are_what_the_tables_give(root):
    spec = importlib.util.spec_from_file_location("generate", root / "data" / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for name, text in generate.pages().items():
        shipped = (assets.folder("triples") / name).read_text(encoding="utf-8")
        assert shipped == text, "run `make triples`"


def test_no_shipped_triple_needs_a_blank_node():
    for file in assets.folder("triples").glob("*.trig"):
        for quad in ox.parse(path=file):
            assert not any(isinstance(term, ox.BlankNode) for term in quad), file
