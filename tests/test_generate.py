"""Synthetic districts: whole, valid, the same everywhere, and faulty only where it is said."""

from __future__ import annotations

import csv
import hashlib
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, SKOS
from stdnum.cn import uscc

from kg import ingest
from kg.assets import folder
from kg.exceptions import GenerationRefused
from kg.generate import FLAWS, KINDS, codes, district, generate, sources
from kg.namespace import ID, ORG, PBA, RDFS, SOURCE, local_name

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = Graph().parse(folder("ontology") / "pba.ttl")
ENTAILED = {"coBuildsWith", "withinTransitive"}
# What `kg measure --write` states.
MEASURED = {
    "NetworkMeasurement",
    "generationNumber",
    "measureParameter",
    "measuredNetwork",
    "measurementOf",
    "measurementRank",
    "networkMeasure",
}
# Noted where something is not stated, which is no fault.
NOTES = {"coverage-not-stated", "members-not-stated"}


def quads(number: int, seed: int) -> list[ox.Quad]:
    return list(ox.parse("".join(district(number, seed)).encode(), format=ox.RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def first() -> list[ox.Quad]:
    return quads(1, 1)


def local(nodes) -> set[str]:
    return {str(node).removeprefix(PBA) for node in nodes if str(node).startswith(PBA)}


def values(data: list[ox.Quad], predicate: str) -> list[ox.Quad]:
    return [quad for quad in data if quad.predicate.value == predicate]


def test_every_class_is_used(first):
    used = local(quad.object.value for quad in values(first, str(RDF.type)))
    assert used == local(ONTOLOGY.subjects(RDF.type, OWL.Class)) - MEASURED


def test_every_property_that_can_be_stated_is_used(first):
    own = {
        *ONTOLOGY.subjects(RDF.type, OWL.ObjectProperty),
        *ONTOLOGY.subjects(RDF.type, OWL.DatatypeProperty),
    }
    used = local(quad.predicate.value for quad in first)
    assert used - {"classOfKind"} == local(own) - ENTAILED - MEASURED


def test_every_concept_is_used_but_those_of_maps_and_of_what_is_entailed(first):
    drawn = (PBA + "MapFamilies", PBA + "MapTiers")
    concepts = {
        concept
        for concept, scheme in ONTOLOGY.subject_objects(SKOS.inScheme)
        if str(scheme) not in drawn
    }
    named = {quad.object.value for quad in first if isinstance(quad.object, ox.NamedNode)}
    assert local(concepts) - local(named) == {"Entailed"}


def test_a_district_is_the_same_bytes_on_every_machine(monkeypatch):
    monkeypatch.setattr(sources, "__version__", "0")
    digest = hashlib.sha256("".join(district(1, 1)).encode()).hexdigest()
    assert digest == "cc95f6fbf905275efcb4a1073a2918e009a3e5bceffc2e4db00315a4c6aa5840"


def test_the_order_of_hashes_has_no_part_in_it():
    code = (
        "import hashlib; from kg.generate import district;"
        "print(hashlib.sha256(''.join(district(3, 2)).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_a_district_is_the_same_however_many_there_are(tmp_path):
    generate(tmp_path / "two", 2, 5)
    generate(tmp_path / "three", 3, 5)
    two = {file.name: file.read_bytes() for file in (tmp_path / "two").iterdir()}
    three = {file.name: file.read_bytes() for file in (tmp_path / "three").iterdir()}
    assert list(three.items() - two.items()) == [
        ("synthetic-5-0003.nq", three["synthetic-5-0003.nq"])
    ]
    assert two.items() < three.items()


@pytest.mark.parametrize(("number", "seed"), [(1, 0), (2, 7), (99, 999_999), (9801, 138_000)])
def test_a_district_is_about_ten_thousand_different_quads(number, seed):
    lines = list(district(number, seed))
    assert 9_000 <= len(lines) <= 11_000
    assert len(set(lines)) == len(lines)
    assert [*map(str, quads(number, seed))] == [line[:-3] for line in lines]


@pytest.mark.parametrize("seed", [0, 138_001, 999_999])
def test_each_file_is_a_source_that_is_taken_as_it_is(tmp_path, seed):
    generate(tmp_path, 2, seed)
    for file in sorted(tmp_path.iterdir()):
        incoming = ingest.read(file)
        assert incoming.source == file.stem
        assert incoming.notices == ()
        assert set(incoming.quads) == set(ox.parse(path=file))
        graphs = {quad.graph_name.value for quad in incoming.quads}
        assert f"{SOURCE}{file.stem}/memberships" in graphs
        assert f"{SOURCE}{file.stem}/meta" in graphs


def test_each_source_says_that_it_is_synthetic(first):
    meta = [q for q in first if q.graph_name.value == f"{SOURCE}synthetic-1-0001/meta"]
    titles = {
        quad.object.value
        for quad in values(meta, "http://purl.org/dc/terms/title")
        if quad.subject.value == f"{SOURCE}synthetic-1-0001"
    }
    assert titles == {
        "合成数据（非真实）：合成一市甲子区",
        "Synthetic data, nothing real: district 990101",
    }


def test_each_graph_is_described_and_each_record_has_a_row_of_its_own(first):
    meta = f"{SOURCE}synthetic-1-0001/meta"
    said = [quad for quad in first if quad.graph_name.value == meta]
    graphs = {quad.graph_name.value for quad in first} - {meta}
    assert {quad.subject.value for quad in values(said, PBA + "certainty")} == graphs
    rows = [q for q in values(said, "http://www.w3.org/ns/prov#wasDerivedFrom") if "#row" in str(q)]
    assert len({quad.object for quad in rows}) == len(rows)
    for graph in (name for name in graphs if "#" not in name):
        own = [quad for quad in rows if quad.object.value.startswith(f"{graph}#row")]
        labelled = [q for q in values(first, RDFS + "label") if q.graph_name.value == graph]
        assert {q.subject for q in own} == {q.subject for q in labelled}
        assert sorted(int(q.object.value.rpartition("row")[2]) for q in own) == list(
            range(2, len(own) + 2)
        )


def test_names_collide_and_addresses_do_not(first):
    names = Counter(quad.object.value for quad in values(first, RDFS + "label"))
    addresses = Counter(quad.subject for quad in values(first, RDFS + "label"))
    collided = {name for name, count in names.items() if count > 1}
    assert any(name.endswith("社区") for name in collided)
    assert any(name.endswith("超市") for name in collided)
    assert {address.value for address, count in addresses.items() if count > 1} == {
        node.value for node in addresses if node.value.startswith(SOURCE) and "#" not in node.value
    }


def test_an_address_is_a_code_or_a_name_with_its_kind_and_place_where_others_have_the_name(first):
    names = {quad.subject: quad.object.value for quad in values(first, RDFS + "label")}
    minted = {s: n for s, n in names.items() if s.value.startswith(ID + "990101/")}
    count = Counter(local_name(name) for name in minted.values())
    for subject, name in minted.items():
        rest = subject.value.removeprefix(f"{ID}990101/{local_name(name)}")
        assert (rest == "") == (count[local_name(name)] == 1), subject
        assert rest == "" or (rest[0], rest[-1]) == ("(", ")")


def test_codes_are_of_a_province_that_does_not_exist(first):
    areas = [quad.object.value for quad in values(first, PBA + "areaCode")]
    assert all(code.startswith("99") for code in areas)
    organizations = [quad.object.value for quad in values(first, PBA + "uscc")]
    assert {code[2:8] for code in organizations} == {"990101"}
    assert {"A", "N", "Y"} < {code[0] for code in organizations}
    assert [c for c in organizations if c[0].isdigit() and not uscc.is_valid(c)] == []
    assert [c for c in organizations if codes.checked(c[:-1]) != c] == []


def test_what_districts_share_is_the_same_in_each(first):
    def shared(data):
        prefixes = (f"{ID}kind/", f"{ID}area/990000", f"{ID}area/990100", f"{ID}9901/")
        said = {
            (quad.subject.value, quad.predicate.value, str(quad.object))
            for quad in data
            if quad.subject.value.startswith(prefixes) and "/meta" not in str(quad.graph_name)
        }
        return said

    assert shared(first) == shared(quads(2, 1)) == shared(quads(50, 8))


def test_a_few_alliances_are_large_and_many_are_small(first):
    sizes = Counter(quad.object for quad in values(first, ORG + "organization"))
    alliances = [size for node, size in sizes.items() if "联盟" in node.value]
    assert max(alliances) >= 5 * statistics.median(alliances)


def test_figures_of_the_district_agree_with_what_is_named(first):
    classes = Counter(quad.object.value for quad in first if quad.predicate.value == str(RDF.type))
    former = {quad.subject for quad in values(first, PBA + "validUntil")}
    grown = [
        quad
        for quad in values(first, str(RDF.type))
        if quad.object.value == PBA + "Community" and quad.subject not in former
    ]
    stated = {
        quad.subject.value.removeprefix(f"{ID}990101/甲子区"): int(quad.object.value)
        for quad in values(first, str(RDF.value))
    }
    assert stated["社区数"] == len(grown)
    assert stated["网格数"] == classes[PBA + "Grid"]


def test_names_of_persons_are_placeholders(first):
    names = {quad.object.value for quad in values(first, PBA + "holderName")}
    assert names == {"某甲", "某乙", "某丙"}


def test_a_folder_with_other_things_is_refused_and_one_of_the_same_run_is_written_again(tmp_path):
    generate(tmp_path / "own", 2, 1)
    before = {file: file.read_bytes() for file in (tmp_path / "own").iterdir()}
    generate(tmp_path / "own", 2, 1)
    with pytest.raises(GenerationRefused, match=r"holds synthetic-1-0002\.nq, which this run"):
        generate(tmp_path / "own", 1, 1)
    assert {file: file.read_bytes() for file in (tmp_path / "own").iterdir()} == before
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    with pytest.raises(GenerationRefused, match=r"holds notes\.txt"):
        generate(tmp_path / "other", 1, 1)
    with pytest.raises(GenerationRefused, match="is a file"):
        generate(tmp_path / "other" / "notes.txt", 1, 1)


@pytest.mark.parametrize(
    ("districts", "seed", "flaws", "message"),
    [
        (0, 1, 0, "there is no district 0"),
        (9802, 1, 0, "they are 1 to 9801"),
        (1, 1_000_000, 0, "a number from 0 to 999999"),
        (2, 1, 2 * len(KINDS) + 1, f"room for {2 * len(KINDS)} faults"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(
    tmp_path, districts, seed, flaws, message
):
    with pytest.raises(GenerationRefused, match=message):
        generate(tmp_path / "new", districts, seed, flaws)
    assert not (tmp_path / "new").exists()


def test_flaws_are_the_same_for_the_same_seed_and_spread_over_the_districts(tmp_path):
    written = generate(tmp_path / "one", 3, 4, 30)
    generate(tmp_path / "two", 3, 4, 30)
    one, two = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
        for name in ("one", "two")
    )
    assert one == two
    listed = rows(tmp_path / "one" / FLAWS)
    assert list(listed[0]) == ["file", "rule", "focus", "detail"]
    assert len(listed) == written.flaws
    faults = {(row["file"], row["rule"], row["detail"]) for row in listed}
    assert Counter(file for file, *_ in faults) == dict.fromkeys(sorted(set(one) - {FLAWS}), 10)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def findings(file: Path) -> Counter[tuple[str, URIRef]]:
    from .test_shapes import findings as found

    triples = ox.serialize((q.triple for q in ox.parse(path=file)), format=ox.RdfFormat.N_TRIPLES)
    by_rule = found(Graph().parse(data=triples, format="nt"))
    return Counter((rule, focus) for rule, foci in by_rule.items() for focus in foci)


@pytest.mark.nightly
def test_a_validation_finds_the_flaws_of_every_kind_and_nothing_else(tmp_path):
    generate(tmp_path, 1, 1, len(KINDS))
    expected = Counter((row["rule"], URIRef(row["focus"])) for row in rows(tmp_path / FLAWS))
    found = findings(tmp_path / "synthetic-1-0001.nq")
    assert {rule for rule, _ in expected} == {rule for rule, _ in KINDS}
    assert Counter({at: n for at, n in found.items() if at[0] not in NOTES}) == expected


@pytest.mark.full
@pytest.mark.parametrize(("districts", "flaws"), [(2, 0), (3, 3 * len(KINDS))])
def test_kg_validate_reports_what_was_planted(kg, shipped, districts, flaws):
    kg("generate", "--districts", str(districts), "--seed", "6", "--flaws", str(flaws), "-o", "out")
    files = sorted(Path("out").glob("*.nq"))
    before, after = (
        Counter((row["name"], row["iri"]) for row in csv.DictReader(run.out.splitlines()))
        for run in (kg("validate", *more, "-f", "csv", store=shipped) for more in ([], files))
    )
    found = Counter({at: n for at, n in (after - before).items() if at[0] not in NOTES})
    listed = rows(Path("out") / FLAWS) if flaws else []
    assert found == Counter((row["rule"], row["focus"]) for row in listed)


@pytest.mark.nightly
@pytest.mark.parametrize(("number", "seed"), [(2, 2), (3, 999_999)])
def test_a_validation_finds_nothing_in_a_district_without_flaws(tmp_path, number, seed):
    generate(tmp_path, number, seed)
    found = findings(tmp_path / f"synthetic-{seed}-{number:04}.nq")
    assert {rule for rule, _ in found} == NOTES


def test_the_command_says_what_it_wrote(kg, tmp_path):
    run = kg("--lang", "en", "generate", "--districts", "2", "--seed", "3", "-o", "out")
    files = sorted((tmp_path / "out").iterdir())
    triples = sum(file.read_bytes().count(b"\n") for file in files)
    assert [file.name for file in files] == ["synthetic-3-0001.nq", "synthetic-3-0002.nq"]
    assert (run.code, run.out) == (0, "")
    assert run.err.startswith(f"out: 2 files, {triples:,} triples, ")
    flawed = kg("generate", "--districts", "1", "--flaws", "3", "-o", "flawed")
    assert flawed.err.splitlines()[1].startswith("flawed/flaws.csv：")
    refused = kg("generate", "--districts", "1", "--flaws", "99", "-o", "more")
    assert (refused.code, "ask for fewer" in refused.err) == (2, True)
