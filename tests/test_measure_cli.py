"""`kg measure`: on the screen, in files, by group, and what is wrong use."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import statistics
import warnings
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pyoxigraph as ox
import pytest
from rich.cells import cell_len

from kg import network
from kg.analytics import Column, Result, measure, measures
from kg.analytics.grouping import grouped, ranks, score_column
from kg.analytics.parameters import find, parsed
from kg.analytics.result import LABEL, NOT_STATED, THING, Scores
from kg.cli.wide import fitted
from kg.exceptions import MeasureError, StoreError
from kg.export import measured
from kg.files import replacing_folder
from kg.namespace import SOURCE
from kg.network.compiled import Fallback
from kg.store import Store

HOSTILE = "=cmd|' /C calc'!A0\x1b[31m\u202e|<b>`"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def copy(generated, tmp_path) -> Store:
    shutil.copytree(generated.path, tmp_path / "copy")
    return Store(tmp_path / "copy")


@pytest.fixture
def linkage(generated) -> network.Linkage:
    with generated.view() as view:
        return network.linkage(view)


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# The screen


def test_without_a_name_the_measures_are_listed_in_both_languages(kg):
    run = kg("measure")
    assert run.code == 0
    for name, known in measures().items():
        line = next(line for line in run.out.splitlines() if line.split()[:1] == [name])
        assert known.title["zh"] in line
        assert known.title["en"] in line


def test_a_table_has_twenty_rows_and_says_of_how_many(kg, generated, linkage):
    result = measure(linkage, "pagerank")
    run = kg("measure", "pagerank", store=generated)
    shown = [line.split() for line in run.out.splitlines() if line.split()[:1][:1] != []]
    rows = [cells for cells in shown if cells[0].isdecimal()]
    assert len(rows) == 20
    assert rows[0][1] == result.rows[0][1]
    assert rows[0][-1] == f"{result.scores.values[0]:.6f}"
    assert f"前 20 行，共 {len(result.rows)} 行" in run.err
    assert "http" not in run.out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_an_official_needs_stands_beside_the_table(kg, generated, lang):
    run = kg("measure", "degree", "--network", "alliances", "--lang", lang, store=generated)
    known = measures()["degree"]
    for text in (
        known.title[lang],
        known.unit[lang],
        known.reading[lang],
        network.networks()["alliances"].title[lang],
    ):
        assert text in run.err
        assert text not in run.out.splitlines()[0:1]
    assert {"zh": "第1代", "en": "generation 1"}[lang] in run.err


def test_totals_stand_below_the_table_on_standard_output(kg, generated, linkage):
    result = measure(linkage, "change")
    run = kg("measure", "change", store=generated)
    for title, value in result.summary:
        assert f"{title['zh']}: {measured.shown(value)}" in run.out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_parameters_stand_beside_the_table_as_in_files(kg, generated, linkage, lang):
    word = {"zh": "参数：", "en": "parameters: "}[lang]
    for name, *given in (["change"], ["pagerank", "-p", "alpha=0.5"], ["degree"]):
        run = kg("measure", name, *given, "--lang", lang, store=generated)
        told = kg("measure", name, *given, "-f", "json", store=generated)
        parameters = json.loads(told.out)["measures"][0]["parameters"]
        head = run.err.splitlines()[0]
        assert (word in head) == bool(parameters) == (name != "degree")
        assert ", ".join(f"{key}={value}" for key, value in parameters.items()) in head


def test_a_row_with_names_has_no_addresses_on_the_screen(kg, generated):
    assert "https://" not in kg("measure", "bridges", store=generated).out
    told = records(kg("measure", "bridges", "-f", "csv", store=generated).out)
    assert told[0]["other_iri"].startswith("https://")


@pytest.mark.parametrize("name", ["tier-gaps", "coverage", "change", "communities"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wide_table_breaks_no_word_and_says_what_it_leaves_out(kg, generated, name, lang):
    run = kg("measure", name, "--lang", lang, store=generated)
    lines = run.out.splitlines()
    assert all(cell_len(line) <= 120 for line in lines)
    head = lines[: next(n for n, line in enumerate(lines) if "──" in line)]
    told = [line for line in run.err.splitlines() if line.endswith(("写出）", "has all)"))]
    left_out = [line for line in told if line.startswith(("放不下的列", "no room"))]
    assert bool(left_out) == (name in {"tier-gaps", "coverage"})
    columns = json.loads(kg("measure", name, "-f", "json", store=generated).out)["measures"][0]
    titles = {column["title"][lang] for column in columns["columns"] if column["name"] != "iri"}
    words = {word for title in titles for word in re.split(r"(?<=–)|\s", title)}
    if lang == "en":
        assert {word for line in head for word in re.split(r"(?<=–)|\s", line)} <= words | {""}
    shown = "".join("".join(line.split()) for line in head)
    for title in titles:
        assert all(c in shown for c in title if not c.isspace()) or title in left_out[0]


def test_columns_get_the_room_that_they_want_and_the_first_is_always_there():
    rows = [["1", "党" * 20, "0.5"]]
    titles = ["rank", "name", "share of those stated"]
    widths = [column.width for column in fitted(titles, rows, 200).table.columns]
    assert widths == [4, 40, 21]
    # Each word of a heading on a line of its own, and eight Chinese characters of a name.
    narrow = fitted(titles, rows, 1 + 4 + 16 + 6 + 9)
    assert [column.width for column in narrow.table.columns] == [4, 16, 6]
    assert fitted(titles, rows, 36 - 8).left_out == []
    assert fitted(titles, rows, 36 - 9).left_out == titles[2:]
    assert fitted(titles, rows, 1).left_out == titles[1:]


def test_top_says_how_many_rows_everywhere(kg, generated):
    for form in ("csv", "json"):
        run = kg("measure", "degree", "--top", "3", "-f", form, store=generated)
        rows = records(run.out) if form == "csv" else json.loads(run.out)["measures"][0]["rows"]
        assert len(rows) == 3


@pytest.mark.parametrize("name", [*measures()])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_measure_is_is_explained_without_a_store(kg, name, lang):
    run = kg("measure", name, "--explain", "--lang", lang)
    assert run.code == 0
    known, words = measures()[name], "".join(run.out.split())
    for text in (known.formula, known.source, known.cost, known.unit[lang], known.reading[lang]):
        assert "".join(text.split()) in words
    assert all(taken in run.out for taken in (*known.networks, *known.parameters))


@pytest.mark.parametrize("name", [*measures()])
def test_every_measure_is_shown_as_a_table_and_in_files(kg, copy, shipped, name):
    for store in (copy, shipped):
        run = kg("measure", name, store=store)
        assert run.code == 0, run.err
        run = kg("measure", name, "-f", "json", store=store)
        (told,) = json.loads(run.out)["measures"]
        assert told["measure"] == name
        assert [c["name"] for c in told["columns"]] == [*records_header(kg, name, store)]


def records_header(kg, name, store) -> list[str]:
    return next(csv.reader(io.StringIO(kg("measure", name, "-f", "csv", store=store).out)))


def test_another_method_is_said_in_one_line(kg, generated, monkeypatch):
    def slow(*args: object, **kwargs: object) -> Result:
        for _ in range(2):
            warnings.warn("numba is not installed", Fallback, stacklevel=1)
        return measure(*args, **kwargs)

    monkeypatch.setattr("kg.analytics.parameters.measure", slow)
    run = kg("measure", "core", store=generated)
    assert run.err.count("Note: numba is not installed\n") == 1
    assert "Warning" not in run.err


# Files


def test_files_have_all_rows_with_all_digits(kg, generated, linkage, tmp_path):
    result = measure(linkage, "pagerank")
    for suffix in ("csv", "json", "xlsx"):
        run = kg("measure", "pagerank", "-o", f"p.{suffix}", store=generated)
        assert run.code == 0, run.err
        assert run.out == ""
    found = records((tmp_path / "p.csv").read_text(encoding="utf-8"))
    tree = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    sheet, overview = openpyxl.load_workbook(tmp_path / "p.xlsx").worksheets
    cells = [*sheet.iter_rows(min_row=2, values_only=True)]
    place = [column.name for column in result.columns].index("pagerank")
    values = [row[place] for row in result.rows]
    assert [float(row["pagerank"]) for row in found] == values
    assert [row["pagerank"] for row in tree["measures"][0]["rows"]] == values
    assert [row[place] for row in cells] == pytest.approx(values, rel=1e-15)
    assert [row["iri"] for row in found] == [row[-1] for row in result.rows]
    assert (tree["generation"], tree["digest"]) == (1, linkage.digest)
    told = {row[0]: row[1] for row in overview.iter_rows(values_only=True) if row[0]}
    assert told["摘要"] == linkage.digest
    assert told["公式"] == measures()["pagerank"].formula


def test_two_workbooks_of_one_result_are_the_same_bytes(kg, generated, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        kg("measure", "degree", "-o", name, store=generated)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_date_is_said_with_the_result(kg, generated):
    told = json.loads(kg("measure", "degree", "--as-of", "2020", "-f", "json", store=generated).out)
    assert told["measures"][0]["as_of"] == "2020"
    assert "2020" in kg("measure", "degree", "--as-of", "2020", store=generated).err


def test_a_parameter_is_taken_and_told(kg, generated, linkage):
    run = kg("measure", "pagerank", "-p", "alpha=0.5", "-f", "json", store=generated)
    (told,) = json.loads(run.out)["measures"]
    assert told["parameters"] == {"alpha": 0.5}
    assert told["rows"] == measure(linkage, "pagerank", alpha=0.5).records()


# By group


@pytest.mark.parametrize("by", ["street", "kind"])
def test_groups_sum_up_the_rows(kg, generated, linkage, by):
    groups = defaultdict(list)
    for row in measure(linkage, "pagerank").records():
        groups[row[by]].append((row["pagerank"], row["name"]))
    run = kg("measure", "pagerank", "--by", by, "-f", "csv", store=generated)
    found = {row[by]: row for row in records(run.out)}
    assert found.keys() == groups.keys()
    assert len(groups) > 5
    for name, held in groups.items():
        values, row = [value for value, _ in held], found[name]
        assert int(row["count"]) == len(values)
        assert float(row["sum"]) == pytest.approx(sum(values))
        assert float(row["mean"]) == pytest.approx(statistics.mean(values))
        assert float(row["median"]) == pytest.approx(statistics.median(values))
        # By kind, the highest of several namesakes bears its place.
        highest = pytest.approx(float(row["highest"]))
        assert any(highest == value and row["of"].startswith(of) for value, of in held)
        assert float(row["highest"]) == pytest.approx(max(values))
    means = [float(row["mean"]) for row in records(run.out)]
    assert means == sorted(means, reverse=True)


def test_by_alliance_each_member_counts_once(kg, generated, linkage):
    table, iris = linkage.memberships, linkage.things.iris
    result = measure(linkage, "degree")
    value = dict(zip(result.scores.things.tolist(), result.scores.values.tolist(), strict=True))
    members = defaultdict(set)
    for member, alliance in zip(table.source.tolist(), table.target.tolist(), strict=True):
        members[iris[alliance]].add(member)
    run = kg("measure", "degree", "--by", "alliance", "-f", "csv", store=generated)
    found = {row["iri"]: row for row in records(run.out)}
    assert found.keys() == members.keys()
    for name, held in members.items():
        assert int(found[name]["count"]) == len(held)
        assert float(found[name]["sum"]) == sum(value[member] for member in held)
    assert "各计一次" in run.err


def test_what_is_not_stated_is_a_group(linkage):
    result = measure(linkage, "degree")
    unplaced = int((linkage.things.street[result.scores.things] < 0).sum())
    for lang in ("zh", "en"):
        rows = {row[0]: row for row in grouped(result, "street", lang=lang).rows}
        assert rows[NOT_STATED[lang]][1] == unplaced > 0


def test_a_group_leaves_out_what_has_no_number(linkage):
    scores = Scores(np.array([0, 1], dtype=np.int32), np.array([2.0, np.nan]))
    rows = [(1, "a", 2.0), (2, "b", None)]
    columns = [Column("rank", {}), LABEL, Column("x", {}, 4)]
    result = Result("degree", columns, rows, linkage, scores=scores)
    assert sum(row[1] for row in grouped(result, "kind").rows) == 1


def test_where_no_membership_is_stated_there_is_no_row_and_it_is_said(kg, shipped):
    run = kg("measure", "degree", "--by", "alliance", store=shipped)
    assert run.code == 0
    assert run.out == ""
    assert "没有载明成员关系" in run.err


def test_a_measure_that_goes_by_something_itself_takes_by(kg, generated):
    run = kg("measure", "coverage", "--by", "kind", "-f", "json", store=generated)
    assert json.loads(run.out)["measures"][0]["parameters"]["by"] == "kind"


def test_the_column_of_the_scores_is_found_and_ranks_are_shared(linkage):
    assert score_column(measure(linkage, "degree")).name == "degree"
    assert score_column(measure(linkage, "hits")).name == "authority"
    result = Result(
        "x",
        [LABEL],
        [("a",), ("b",), ("c",)],
        linkage,
        scores=Scores(np.arange(3, dtype=np.int32), np.array([3.0, 3.0, 1.0])),
    )
    assert ranks(result) == [1, 1, 3]
    assert score_column(result) is None


# Reports


def test_a_report_has_every_measure_and_says_what_each_is(kg, generated, linkage, tmp_path):
    run = kg("measure", "--all", "-o", "report", store=generated)
    assert run.code == 0, run.err
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert names == {f"{name}.csv" for name in measures()} | {"README.md"}
    text = (tmp_path / "report" / "README.md").read_text(encoding="utf-8")
    assert linkage.digest in text
    for known in measures().values():
        assert known.title["zh"] in text
        assert known.reading["zh"].replace("_", r"\_") in text
    found = records((tmp_path / "report" / "degree.csv").read_text(encoding="utf-8-sig"))
    assert len(found) == len(measure(linkage, "degree").rows)
    assert kg("measure", "--all", "-o", "report", store=generated).code == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_report_as_a_workbook_or_as_json(kg, generated, tmp_path):
    for name in ("r.xlsx", "r.json"):
        assert kg("measure", "--all", "-o", name, "--lang", "en", store=generated).code == 0
    book = openpyxl.load_workbook(tmp_path / "r.xlsx", read_only=True)
    assert book.sheetnames == ["Overview", *measures()]
    tree = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert [told["measure"] for told in tree["measures"]] == [*measures()]


def test_a_folder_that_is_no_report_is_left_alone(kg, generated, tmp_path):
    for name, held in (("mine", "notes.txt"), ("other", "README.md")):
        (tmp_path / name).mkdir()
        (tmp_path / name / held).write_text("mine", encoding="utf-8")
        run = kg("measure", "--all", "-o", name, store=generated)
        assert run.code == 2
        assert held in run.err
        assert (tmp_path / name / held).read_text(encoding="utf-8") == "mine"
    kg("measure", "--all", "-o", "report", store=generated)
    (tmp_path / "report" / "mine.csv").write_text("mine", encoding="utf-8")
    assert kg("measure", "--all", "-o", "report", store=generated).code == 2
    assert (tmp_path / "report" / "mine.csv").exists()


def test_a_report_is_written_whole_or_not_at_all(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "old").write_text("old", encoding="utf-8")
    with pytest.raises(OSError, match="full"), replacing_folder(tmp_path / "a") as place:
        (place / "new").write_text("new", encoding="utf-8")
        raise OSError("full")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["old"]
    with replacing_folder(tmp_path / "a") as place:
        (place / "new").write_text("new", encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["new"]


def test_the_old_folder_comes_back_when_the_new_one_cannot_take_its_place(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "old").write_text("old", encoding="utf-8")
    rename, calls = Path.rename, []

    def failing(path: Path, target: Path) -> Path:
        calls.append(path)
        if len(calls) == 2:
            raise OSError("no")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="no"), replacing_folder(tmp_path / "a") as place:
        (place / "new").write_text("new", encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["old"]


def test_a_measure_that_cannot_be_taken_is_left_out_and_that_is_said(kg, generated, monkeypatch):
    def refusing(linkage: object, name: str, **kwargs: object) -> Result:
        if name == "pagerank":
            raise MeasureError("it has no end")
        return measure(linkage, name, **kwargs)

    monkeypatch.setattr("kg.analytics.parameters.measure", refusing)
    run = kg("measure", "--all", "-o", "r.json", store=generated)
    assert "Note: pagerank is left out: it has no end" in run.err
    tree = json.loads(Path("r.json").read_text(encoding="utf-8"))
    assert tree["left_out"] == {"pagerank": "it has no end"}
    assert "degree" in {told["measure"] for told in tree["measures"]}


# Hostile names


@pytest.fixture
def hostile(linkage) -> Result:
    made = measure(linkage, "degree")
    place = [column.name for column in made.columns].index("name")
    rows = [(*row[:place], HOSTILE, *row[place + 1 :]) for row in made.rows[:2]]
    notes = [{"zh": HOSTILE, "en": HOSTILE}]
    return replace(made, rows=rows, scores=None, notes=notes)


def test_a_hostile_name_is_a_text_in_every_file(hostile, generated, tmp_path):
    with generated.view() as view:
        report = measured.Report([hostile], view.manifest)
        for form in ("csv", "excel", "json", "xlsx"):
            (tmp_path / f"a.{form}").write_bytes(measured.content(report, form))
        measured.write_folder(report, tmp_path / "report")
    assert records((tmp_path / "a.csv").read_text(encoding="utf-8"))[0]["name"] == HOSTILE
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert tree["measures"][0]["rows"][0]["name"] == HOSTILE
    shown = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].cell(2, 2)
    assert shown.data_type == "s"
    assert shown.value.startswith("=cmd")
    for file in (tmp_path / "a.excel", tmp_path / "report" / "degree.csv"):
        safe = records(file.read_text(encoding="utf-8-sig"))[0]["name"]
        assert safe.startswith("'=cmd")
    text = (tmp_path / "report" / "README.md").read_text(encoding="utf-8")
    assert not set("\x1b\u202e") & set(text)
    assert r"\<b\>" in text


def test_a_hostile_name_does_nothing_to_a_terminal(kg, copy):
    with copy.write() as writer:
        graph = ox.NamedNode(SOURCE + "x/data")
        alliance = ox.NamedNode("urn:x:alliance")
        texts = {
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": ox.NamedNode(
                "https://w3id.org/pba/ns#Alliance"
            ),
            "http://www.w3.org/2000/01/rdf-schema#label": ox.Literal(HOSTILE, language="zh"),
        }
        writer.replace(
            "x", [ox.Quad(alliance, ox.NamedNode(p), o, graph) for p, o in texts.items()]
        )
        writer.commit()
    run = kg("measure", "degree", "--top", "1000", store=copy)
    assert "=cmd" in run.out
    assert not set("\x1b\u202e") & set(run.out + run.err)


# Back into the store


def test_written_measures_answer_a_saved_question(kg, copy, linkage):
    run = kg("measure", "pagerank", "--write", store=copy)
    assert (run.code, run.out) == (0, "")
    assert "第2代：pagerank" in run.err
    asked = kg("query", "measured", "-p", "measure=pagerank", "-f", "csv", store=copy)
    wanted = measure(linkage, "pagerank").scores.values.tolist()
    assert [float(row["value"]) for row in records(asked.out)] == wanted


@pytest.mark.full
def test_all_are_written_back_but_tables(kg, copy):
    run = kg("measure", "--all", "--write", store=copy)
    assert run.code == 0
    tables = next(line for line in run.err.splitlines() if line.startswith("Note: these are"))
    with copy.view() as view:
        graphs = view.manifest.source("measures").graphs
    names = {graph.rpartition("#")[2] for graph in graphs if "#" in graph}
    assert names | set(tables.rpartition(": ")[2].split(", ")) == set(measures())
    assert "tiers" in tables
    assert "degree" in names


def test_a_later_load_says_that_the_measures_are_dropped(kg, copy, tmp_path):
    kg("measure", "pagerank", "--write", store=copy)
    (tmp_path / "x.ttl").write_text(
        '<urn:x:a> <http://www.w3.org/2000/01/rdf-schema#label> "甲"@zh .\n', encoding="utf-8"
    )
    run = kg("load", "x.ttl", store=copy)
    assert run.code == 0
    assert run.err.count("`kg measure pagerank --write`") == 1
    asked = kg("query", "measured", "-p", "measure=pagerank", "-f", "csv", store=copy)
    assert records(asked.out) == []


def test_a_store_that_was_written_to_meanwhile_is_told(kg, copy, monkeypatch):
    def refusing(*_: object, **__: object) -> None:
        raise StoreError("it was written to while it was measured; measure it again")

    monkeypatch.setattr("kg.build.write_measures", refusing)
    run = kg("measure", "degree", "--write", store=copy)
    assert run.code == 1
    assert "measure it again" in run.err


# Wrong use


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["nonsense"], "no measure 'nonsense'"),
        (["degree", "--network", "nonsense"], "is not taken of the network 'nonsense'"),
        (["pagerank", "--network", "areas"], "it is of linkage"),
        (["degree", "-p", "alpha=1"], "takes no parameter 'alpha'"),
        (["pagerank", "-p", "alpha=x"], "alpha of pagerank is a number, and 'x' is none"),
        (["pagerank", "-p", "alpha=nan"], "is a number"),
        (["pagerank", "-p", "alpha=7"], "at least 0 and less than 1, not 7"),
        (["pagerank", "-p", "alpha=-0.1"], "at least 0 and less than 1, not -0.1"),
        (["communities", "-p", "resolution=-1"], "cannot be taken with resolution=-1.0: the reso"),
        (["communities", "-p", "seed=-1"], "the resolution and the seed are 0 or more"),
        (["betweenness", "-p", "seed=1.5"], "seed of betweenness is a whole number"),
        (["constraint", "-p", "weighted=perhaps"], "true or false"),
        (["pagerank", "-p", "alpha"], "NAME=VALUE"),
        (["degree", "--as-of", "someday"], "is no date"),
        (["tiers", "--by", "street"], "has no row a thing"),
        (["degree", "--network", "shared-members", "--by", "alliance"], "is a member"),
        (["tiers", "--write"], "cannot be written back"),
        (["degree", "--write", "--by", "street"], "omit --by and --top"),
        (["degree", "-o", "degree.pdf"], "unknown format 'pdf'"),
        (["degree", "-f", "table", "-o", "degree.csv"], "a table is for the screen"),
        (["degree", "--excel"], "--excel goes with csv"),
        (["--all"], "-o FOLDER"),
        (["--all", "-o", "r.csv"], "a report is a folder"),
        (["--all", "-o", "r.csv", "-f", "table"], "a report is a folder"),
        (["--all", "-o", "-"], "a report goes to a folder"),
        (["degree", "--all", "-o", "r"], "name none"),
        (["--by", "street"], "name a measure"),
        (["degree", "--explain", "--top", "3"], "no other option"),
    ],
)
def test_wrong_use_is_told_and_ends_with_two(kg, generated, args, told, tmp_path):
    run = kg("measure", *args, store=generated)
    assert run.code == 2
    assert told in run.err
    assert run.out == ""
    assert not [path for path in tmp_path.iterdir() if path.name != "cache"]


def test_without_a_store_it_ends_with_one(kg):
    run = kg("measure", "degree")
    assert run.code == 1
    assert "no store" in run.err


def test_a_place_that_cannot_be_written_is_told(kg, generated):
    for args in (["degree", "-o", "no/such.csv"], ["--all", "-o", "no/such"]):
        run = kg("measure", *args, store=generated)
        assert run.code == 1
        assert "cannot be written" in run.err


def test_parameters_are_read_as_the_types_that_a_measure_takes():
    assert parsed(find("betweenness"), {"seed": " 7 "}) == {"seed": 7}
    assert parsed(find("constraint"), {"weighted": "True"}) == {"weighted": True}
    assert parsed(find("coverage"), {"by": "kind"}) == {"by": "kind"}
    assert parsed(find("degree"), {"unknown": "x"}) == {"unknown": "x"}


@pytest.mark.full
def test_it_says_nothing_of_python_in_a_process_of_its_own(kg_process, generated, tmp_path):
    run = kg_process(
        "measure", "pagerank", "-f", "csv", store=generated, XDG_CACHE_HOME=str(tmp_path / "c")
    )
    assert run.code == 0
    assert "Warning" not in run.err
    assert records(run.out)[0][THING.name].startswith("https://")


def test_more_rows_than_a_sheet_has_are_refused(kg, generated, monkeypatch, tmp_path):
    monkeypatch.setattr(measured, "LONGEST", 2)
    run = kg("measure", "degree", "-o", "degree.xlsx", store=generated)
    assert run.code == 2
    assert "2 rows at most" in run.err
    assert not (tmp_path / "degree.xlsx").exists()
