"""Division codes in: what a table says, what is refused and where, what two dates show."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kg import territory
from kg.exceptions import InputError
from kg.namespace import DCTERMS, ID, PBA, PROV, RDF, RDFS, SKOS, SOURCE
from kg.territory import Change, Record

STREETS = "code,name,areaCode,provinceCode,cityCode\n"
VILLAGES = "code,name,streetCode,provinceCode,cityCode,areaCode\n"


def written(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder, text, day=None, name="codes.csv"):
    return territory.read(written(folder, name, text), "450802", day)


def problems(folder, text, district="450802"):
    with pytest.raises(InputError) as refused:
        territory.read(written(folder, "codes.csv", text), district)
    return [str(p).removeprefix(f"{folder}/") for p in refused.value.problems]


def village(code, name):
    return f'{code},"{name}",{code[:9]},45,4508,450802\n'


def test_a_segment_says_what_an_area_is(tmp_path):
    streets = "".join(
        f"450802{segment},{name},450802,45,4508\n"
        for segment, name in (
            ("001", "贵城街道"),
            ("101", "大圩镇"),
            ("201", "中里乡"),
            ("400", "农场"),
        )
    )
    kinds = [r.kind for r in read(tmp_path, STREETS + streets).records]
    assert kinds == ["Subdistrict", "Township", "Township", "Area"]
    villages = "".join(
        village(f"450802002{n}", "某地") for n in ("001", "199", "200", "399", "500")
    )
    kinds = [r.kind for r in read(tmp_path, VILLAGES + villages).records]
    assert kinds == ["Community", "Community", "Village", "Village", "Area"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("县东社区居委会", "县东社区"),
        ("县东社区居民委员会", "县东社区"),
        ("东湖社区", "东湖社区"),
        ("水口居委会", "水口居委会"),
        ("龙井村委会", "龙井村"),
        ("龙井村民委员会", "龙井村"),
        ("樟村村委会", "樟村村"),
        ("港城街道中山社区", "港城街道中山社区"),
    ],
)
def test_a_label_leaves_out_the_committee_and_nothing_else(name, label):
    assert Record(2, "450802001003", name, "Community").label == label


def test_a_table_says_of_each_area_that_its_code_was_valid_at_its_date(tmp_path):
    text = VILLAGES + "\n" + village("450802001003", "县东社区居委会")
    incoming = territory.as_source(read(tmp_path, text, date(2019, 10, 31)))
    area, table = f"{ID}area/450802001003", f"{SOURCE}codes/table"
    said = {(q.predicate.value, q.object.value) for q in incoming.quads if q.subject.value == area}
    assert said == {
        (RDF + "type", PBA + "Community"),
        (RDFS + "label", "县东社区"),
        (SKOS + "prefLabel", "县东社区"),
        (SKOS + "altLabel", "县东社区居委会"),
        (PBA + "areaCode", "450802001003"),
        (PBA + "within", f"{ID}area/450802001"),
        (DCTERMS + "valid", "2019-10-31"),
        (PROV + "wasDerivedFrom", f"{table}#row3"),
    }
    graphs = {q.graph_name.value for q in incoming.quads}
    assert graphs == {table, f"{SOURCE}codes/meta"}


def test_without_a_date_nothing_is_said_of_validity(tmp_path):
    incoming = territory.as_source(read(tmp_path, STREETS + "450802001,贵城街道,450802,45,4508\n"))
    assert not [q for q in incoming.quads if q.predicate.value == DCTERMS + "valid"]


def test_rows_of_other_districts_are_passed_over_and_rows_keep_their_number(tmp_path):
    text = STREETS + "450803001,桥圩镇,450803,45,4508\n450802001,贵城街道,450802,45,4508\n"
    assert read(tmp_path, "\ufeff" + text).records == (
        Record(3, "450802001", "贵城街道", "Subdistrict"),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "codes.csv:1: it needs one column code, name, areaCode; it has  [column]"),
        (
            "code,areaCode\n450802001,450802\n",
            "codes.csv:1: it needs one column name; it has code, areaCode [column]",
        ),
        (STREETS, "codes.csv: no row is of the district 450802 [empty]"),
        (
            STREETS + "45080200,贵城街道,450802,45,4508\n",
            "codes.csv:2:1: '45080200' is not a code of 9 digits [code]",
        ),
        (
            STREETS + "４50802001,贵城街道,450802,45,4508\n",
            "codes.csv:2:1: '４50802001' is not a code of 9 digits [code]",
        ),
        (
            VILLAGES + "450802001003,县东社区,450802002,45,4508,450802\n",
            "codes.csv:2:3: 450802001003 begins with 450802001, its streetCode is '450802002' "
            "[parent]",
        ),
        (
            STREETS + "450802001,贵城街道,450803,45,4508\n",
            "codes.csv:2:3: 450802001 begins with 450802, its areaCode is '450803' [parent]",
        ),
        (
            VILLAGES + village("450802001003", "县东社区") * 2,
            "codes.csv:3:1: 450802001003 again; row 2 has it [duplicate]",
        ),
        (
            VILLAGES + village("450802001600", "县东社区"),
            "codes.csv:2:1: 450802001600 ends with 600, which no rule for such codes names "
            "[segment]",
        ),
        (
            VILLAGES + village("450802001000", "县东社区"),
            "codes.csv:2:1: 450802001000 ends with 000, which no rule for such codes names "
            "[segment]",
        ),
        (
            VILLAGES + village("450802001003", " "),
            "codes.csv:2:2: 450802001003 has no name [name]",
        ),
        (
            STREETS + "450802001,贵城街道,450802\n",
            "codes.csv:2: 3 cells under 5 headings [cells]",
        ),
        (
            STREETS + '450802001,"贵城"街道,450802,45,4508\n',
            "codes.csv:2: not CSV: ',' expected after '\"' [csv]",
        ),
        (
            STREETS.encode() + "450802001,贵城街道,450802,45,4508\n".encode("gb18030"),
            "codes.csv:2: not UTF-8 at byte 51; save the table as CSV UTF-8 [encoding]",
        ),
        (
            VILLAGES + village("450802001003", "13812345678"),
            "codes.csv:2:15: 138******78 looks like a mobile number; remove it [mobile]",
        ),
    ],
)
def test_what_is_wrong_with_a_table_is_told_by_row_and_column(text, found, tmp_path):
    assert problems(tmp_path, text) == [found]


def test_every_problem_is_told_at_once(tmp_path):
    text = VILLAGES + village("450802001003", "") + village("450802001700", "") + "1\n"
    assert [p.rpartition("[")[2] for p in problems(tmp_path, text)] == [
        "name]",
        "name]",
        "segment]",
        "cells]",
    ]


@pytest.mark.parametrize("district", ["45080", "４50802", "港北区", "050802"])
def test_a_district_is_six_digits(district, tmp_path):
    (found,) = problems(tmp_path, STREETS, district)
    assert "is not a district's code" in found


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        territory.read(tmp_path / "none.csv", "450802")


@pytest.fixture
def two(tmp_path):
    """A register and a later one: one code is new, one gone, one renamed, one recoded."""
    old = [("450802001003", "县东社区"), ("450802001004", "石羊塘社区"), ("450802001005", "小江")]
    new = [("450802001003", "县东社区"), ("450802001004", "石羊社区"), ("450802001006", "小江")]
    old, new = [*old, ("450802001007", "东湖社区")], [*new, ("450802001008", "新城社区")]
    tables = zip(("a", "b"), (old, new), (date(2019, 10, 31), date(2023, 6, 30)), strict=True)
    return [
        read(tmp_path, VILLAGES + "".join(village(*row) for row in rows), day, f"{name}.csv")
        for name, rows, day in tables
    ]


def sides(change: Change) -> tuple[str, str | None, str | None]:
    codes = [side.code[-3:] if side else None for side in (change.before, change.after)]
    return change.kind, codes[0], codes[1]


def test_two_registers_show_codes_added_removed_renamed_and_recoded(two):
    assert [sides(change) for change in territory.between(*two)] == [
        ("Rename", "004", "004"),
        ("CodeRemoved", "005", None),
        ("CodeAdded", None, "006"),
        ("Recode", "005", "006"),
        ("CodeRemoved", "007", None),
        ("CodeAdded", None, "008"),
    ]


def test_a_name_that_occurs_twice_or_elsewhere_is_no_recode(tmp_path):
    before = read(tmp_path, VILLAGES + village("450802001003", "新城"), name="a.csv")
    rows = village("450802001004", "新城") + village("450802001005", "新城")
    twice = read(tmp_path, VILLAGES + rows, name="b.csv")
    moved = read(tmp_path, VILLAGES + village("450802002003", "新城"), name="c.csv")
    for after in (twice, moved):
        assert "Recode" not in {change.kind for change in territory.between(before, after)}


def test_what_tables_show_is_entailed_and_a_recode_is_inferred_with_its_reason(two):
    quads = territory.compared("changes", [tuple(two)], territory.About({"zh": "变更"}))
    certainty = {
        q.subject.value.removeprefix(SOURCE): q.object.value.removeprefix(PBA)
        for q in quads
        if q.predicate.value == PBA + "certainty"
    }
    assert certainty == {
        "changes/changes": "Entailed",
        "changes/changes-inferred": "Inferred",
    }
    recode = {
        (q.predicate.value.removeprefix(PBA), q.object.value.removeprefix(ID))
        for q in quads
        if q.graph_name.value.endswith("-inferred") and q.predicate.value.startswith(PBA)
    }
    assert recode == {
        ("changeKind", PBA + "Recode"),
        ("before", "area/450802001005"),
        ("after", "area/450802001006"),
        ("changedAfter", "2019-10-31"),
        ("changedNoLaterThan", "2023-06-30"),
    }
    rows = {
        q.object.value.removeprefix(SOURCE)
        for q in quads
        if q.predicate.value == PROV + "wasDerivedFrom" and "换码" in q.subject.value
    }
    assert rows == {"a/table#row4", "b/table#row4"}


def test_the_command_loads_a_table_as_a_source_and_replaces_it(kg, tmp_path):
    table = written(tmp_path, "codes.csv", VILLAGES + village("450802001003", "县东社区居委会"))
    args = ("import", "territory", table, "--district", "450802", "--date", "2019-10-31")
    for _ in range(2):
        done = kg(*args)
        assert done.code == 0, done.err
    answer = kg("query", "communities", "-p", "street=area:450802001", "--why", "-f", "json")
    told = json.loads(answer.out)
    assert "县东社区" in [row["community"]["value"] for row in told["results"]["bindings"]]
    assert "第2行" in [place["place"] for places in told["why"] for place in places]


def test_the_command_says_what_is_wrong_and_loads_nothing(kg, tmp_path):
    table = written(tmp_path, "codes.csv", STREETS + "1,x,450802,45,4508\n")
    done = kg("import", "territory", table, "--district", "450802")
    assert (done.code, done.out) == (3, "")
    assert "codes.csv:2:1: '1' is not a code of 9 digits [code]" in done.err
    assert kg("log").code == 1
    assert kg("import", "territory", table, "--district", "450802", "--date", "2019").code == 2
