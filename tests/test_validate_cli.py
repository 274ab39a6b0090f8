"""`kg validate`: what is printed and written, and how it ends."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from kg import assets

from .shacl_oracle import in_memory

TERMS = """
@prefix pba: <https://w3id.org/pba/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shape: <https://w3id.org/pba/ns/shape/> .
@prefix e: <https://example.org/> .
"""
DATA = (
    TERMS
    + """
e:甲 a org:Organization ; rdfs:label "甲公司"@zh ; org:subOrganizationOf e:街道 .
e:街道 a pba:Subdistrict ; rdfs:label "某街道"@zh .
"""
)
SHAPES = (
    TERMS
    + """
shape:own a sh:NodeShape ; sh:targetClass org:Organization ; sh:severity sh:Warning ;
  rdfs:label "企业"@zh, "enterprise"@en ; sh:sparql [
    sh:message "{?value} 不可"@zh ; sh:select "SELECT $this ?value { $this a ?value }" ] .
"""
)


@pytest.fixture
def bad(tmp_path):
    file = tmp_path / "bad.ttl"
    file.write_text(DATA, encoding="utf-8")
    return file


def test_data_that_conforms_is_said_to_in_one_sentence(kg, tmp_path):
    file = tmp_path / "good.ttl"
    file.write_text(DATA.replace("org:subOrganizationOf e:街道 ", ""), encoding="utf-8")
    done = kg("validate", file)
    assert (done.code, done.out, done.err) == (0, "全部规则均已满足。\n", "")
    assert kg("--lang", "en", "validate", file).out == "Every rule is satisfied.\n"


def test_the_table_gives_rule_thing_and_who_said_it(kg, bad):
    done = kg("validate", bad)
    assert done.code == 3
    words = done.out.split()
    assert words[:3] == ["违反", "·", "“隶属于”所指（object-of-sub-organization-of）"]
    assert [*words[words.index("甲公司") :]][:4] == ["甲公司", "隶属于", "某街道", "[1]"]
    assert done.out.endswith("[1] data · bad.ttl\n1 处违反，涉及 1 条规则、1 个事物\n")


def test_rows_are_the_same_in_every_format(kg, bad, tmp_path):
    args = ("--lang", "en", "validate", bad)
    message = (
        "“Sub-organisation of” is to lead to an organisation. Correct the class of what it leads "
        "to, or use the property that fits."
    )
    row = {
        "severity": "violation",
        "rule": "object of “sub-organisation of”",
        "name": "object-of-sub-organization-of",
        "thing": "甲公司",
        "iri": "https://example.org/甲",
        "path": "sub-organisation of",
        "value": "某街道",
        "message": message,
    }
    graph = "https://w3id.org/pba/id/source/bad/data"
    (read,) = csv.DictReader(io.StringIO(kg(*args, "-f", "csv").out))
    assert read == {**row, "why": graph}
    (told,) = json.loads(kg(*args, "-f", "json").out)
    assert {**told, "why": [e["graph"] for e in told["why"]]} == {**row, "why": [graph]}
    assert kg(*args, "-o", tmp_path / "out.xlsx").code == 3
    _, cells = openpyxl.load_workbook(tmp_path / "out.xlsx").active.values
    assert cells == (*row.values(), "data: bad.ttl")


def test_turtle_is_the_report_of_shacl(kg, bad):
    done = kg("validate", bad, "-f", "ttl")
    asked = "ASK { ?r a sh:ValidationReport ; sh:conforms false ; sh:result [ sh:focusNode ?f ] }"
    assert in_memory(done.out).query(asked, prefixes={"sh": "http://www.w3.org/ns/shacl#"})


def test_a_user_s_shapes_are_looked_at_too_and_warnings_do_not_fail(kg, bad, tmp_path):
    shapes = tmp_path / "own.ttl"
    shapes.write_text(SHAPES, encoding="utf-8")
    bad.write_text(DATA.replace("org:subOrganizationOf e:街道 ", ""), encoding="utf-8")
    done = kg("validate", bad, "--shapes", shapes, "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert done.code == 0
    assert {(row["severity"], row["rule"], row["thing"]) for row in rows} == {
        ("警告", "企业", "甲公司")
    }
    assert "http://www.w3.org/ns/org#Organization 不可" in {row["message"] for row in rows}


def test_shapes_that_are_none_are_refused_with_their_line(kg, bad, tmp_path):
    shapes = tmp_path / "own.ttl"
    shapes.write_text(SHAPES.replace("sh:severity", "sh:sevrity"), encoding="utf-8")
    done = kg("validate", bad, "--shapes", shapes)
    assert (done.code, done.out) == (3, "")
    said = "own: SHACL has no sh:sevrity; did you mean sh:severity? [shacl]"
    assert done.err == f"Error: {shapes}:9: {said}\n"
    assert "it holds no SHACL shape" in kg("validate", bad, "--shapes", bad).err


def test_a_format_that_is_unknown_or_for_the_screen_is_refused(kg, bad, tmp_path):
    assert kg("validate", bad, "-f", "md").code == 2
    assert kg("validate", bad, "-f", "table", "-o", tmp_path / "x.csv").code == 2


def test_the_store_is_looked_at_without_a_file(kg, shipped):
    done = kg("validate", "-f", "json", store=shipped)
    assert done.code == 0
    assert {row["name"] for row in json.loads(done.out)} == {"members-not-stated"}
    assert kg("validate", store=None).code == 1


def test_what_a_terminal_would_obey_is_not_printed(kg, bad):
    bad.write_text(DATA.replace("某街道", "某\\u202E街道"), encoding="utf-8")
    done = kg("validate", bad)
    assert "\u202e" not in done.out


@pytest.mark.parametrize("name", ["gangbei-2019", "gangbei_area_changes", "gangbei_villages_2.7.0"])
def test_a_source_may_come_before_the_one_that_describes_what_it_names(kg, name):
    done = kg("load", assets.folder("triples") / f"{name}.trig")
    assert done.code == 0, done.err


@pytest.mark.full
def test_a_file_is_looked_at_the_same_before_and_after_it_is_loaded(kg, tmp_path):
    file = tmp_path / "membership.ttl"
    file.write_text("<http://e.org/m> a <https://w3id.org/pba/ns#AllianceMembership> .")
    kg("build")
    before = kg("validate", file, "-f", "csv")
    assert kg("load", file).code == 3
    assert kg("load", "--unchecked", file).code == 0
    assert kg("validate", file, "-f", "csv") == before
    assert before.code == 3


def test_a_refusal_tells_the_rule_the_thing_and_the_source(kg, tmp_path):
    file = tmp_path / "register.nq"
    graph = "https://w3id.org/pba/id/source/register#g"
    file.write_text(
        f"<http://e.org/a> <https://w3id.org/pba/ns#coBuildsWith> <http://e.org/b> <{graph}> ."
    )
    kg("build")
    done = kg("load", file)
    assert (done.code, done.out) == (3, "")
    for part in ("partnership-is-entailed", "http://e.org/a", "[1]", "register.nq", "--unchecked"):
        assert part in done.err
    assert "http://e.org/a" not in kg("query", "-e", "SELECT ?s { ?s ?p ?o }", "-f", "csv").out


def test_a_wrong_class_is_refused_beside_a_thing_that_is_not_described_yet(kg, tmp_path):
    file = tmp_path / "both.ttl"
    file.write_text(
        "@prefix pba: <https://w3id.org/pba/ns#> . <http://e.org/a> a pba:Park, pba:Enterprise ; "
        "<http://www.w3.org/2000/01/rdf-schema#label> '甲园区'@zh ; pba:within <http://e.org/b> ."
    )
    kg("build")
    done = kg("load", file)
    assert done.code == 3
    assert "area-is-not-an-organization" in done.err
    assert "area-is-within-an-area" not in done.err
