"""The commands as a user meets them: what they print, and what they say to wrong use."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest

from kg.store import Store

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def own(shipped: Store, tmp_path: Path) -> Store:
    """A copy of the shipped store that a test may change."""
    shutil.copytree(shipped.path, tmp_path / "own")
    return Store(tmp_path / "own")


def test_build_says_what_it_holds(kg):
    run = kg("build")
    assert run.code == 0, run.err
    assert "kg-data · 第1代" in run.out
    assert "gangbei-2019.trig" in run.out
    assert "社区\N{NO-BREAK SPACE}36" in run.out
    assert "区域党建联盟\N{NO-BREAK SPACE}1" in run.out


@pytest.mark.full
def test_building_twice_gives_the_same_digest(kg):
    digests = [kg("--lang", "en", "build").out.split("digest ")[1].split()[0] for _ in range(2)]
    assert digests[0] == digests[1]


def test_a_question_answers_in_chinese_with_the_sentence_behind(kg, shipped):
    run = kg("query", "alliances", "--why", store=shipped)
    assert run.code == 0
    assert "有哪些党建联盟" in run.out
    assert "原文第25句 · 港北区打造自治区级城市基层党建工作示范区综述 · 2019-08-01" in run.out
    assert "“通过组建港北区两新组织党建联盟、小个专党建联盟" in run.out.replace("\n", "")
    assert "~ 推断: 句中省略的主语承前为港北区" in run.out
    assert run.err.startswith("4 行")


def test_a_question_answers_in_english(kg, shipped):
    run = kg("--lang", "en", "query", "authority", "--why", store=shipped)
    assert "Who has authority over whom" in run.out
    assert "dispatch" in run.out
    assert "sentence 6" in run.out


def test_no_rows_are_said_to_be_none(kg, shipped):
    run = kg("query", "-e", "SELECT * { ?s a pba:Building }", store=shipped)
    assert (run.code, run.err.split(" · ")[0]) == (0, "没有结果：图谱里没有这样的陈述")


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml", "md"])
def test_rows_come_in_every_format(form, kg, shipped):
    run = kg("query", "communities", "-p", "street=港城街道", "-f", form, store=shipped)
    assert run.code == 0
    assert all(name in run.out for name in ("六八社区", "蓝田社区", "棉村社区", "平富社区"))


def test_csv_of_codes_keeps_their_digits(kg, shipped):
    run = kg("query", "communities", "-p", "street=area:450802002", "-f", "csv", store=shipped)
    rows = list(csv.reader(io.StringIO(run.out)))
    assert rows[:2] == [["code", "community"], ["450802002001", "六八社区"]]


def test_json_with_why_carries_the_sentence(kg, shipped):
    run = kg("query", "authority", "--why", "-f", "json", store=shipped)
    told = json.loads(run.out)
    assert told["results"]["bindings"][0]["holder"]["value"] == "街道党工委"
    assert told["why"][0][0]["place"] == "原文第6句"
    assert told["why"][0][0]["quote"].startswith("强化街道党工委区域领导核心地位")


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers(kg, shipped, tmp_path):
    run = kg("query", "figures", "-o", tmp_path / "a.xlsx", store=shipped)
    assert run.code == 0, run.err
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [cell.value for cell in sheet[1]] == [
        "指标",
        "数值",
        "单位",
        "界限",
        "对象",
        "区",
        "期间",
    ]
    assert sheet["B2"].value == 180
    text = "SELECT ('=1+1' AS ?a) ('450802001003' AS ?b) {}"
    kg("query", "-e", text, "-o", tmp_path / "b.xlsx", store=shipped)
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").active
    assert [(c.value, c.data_type) for c in sheet[2]] == [("=1+1", "s"), ("450802001003", "s")]


def test_a_graph_comes_in_every_format_of_rdf(kg, shipped, tmp_path):
    text = "CONSTRUCT { ?s a pba:Honour } { ?s a pba:Honour }"
    formats = {
        "ttl": ox.RdfFormat.TURTLE,
        "nt": ox.RdfFormat.N_TRIPLES,
        "trig": ox.RdfFormat.TRIG,
        "jsonld": ox.RdfFormat.JSON_LD,
    }
    for form, rdf in formats.items():
        file = tmp_path / f"a.{form}"
        assert kg("query", "-e", text, "-o", file, store=shipped).code == 0
        assert len(list(ox.parse(path=file, format=rdf))) == 7


def test_a_query_comes_from_a_file_or_standard_input(kg, shipped, tmp_path):
    text = "SELECT (COUNT(*) AS ?n) { ?s a pba:Honour }"
    (tmp_path / "q.rq").write_text(text)
    for args, stdin in ((("q.rq",), ""), (("-",), text)):
        run = kg("query", *args, "-f", "csv", store=shipped, stdin=stdin)
        assert run.out.split() == ["n", "7"]


def test_ask_answers_true_or_false(kg, shipped):
    assert kg("query", "-e", "ASK { ?s a pba:Honour }", store=shipped).out == "true\n"
    assert kg("query", "-e", "ASK { ?s a pba:Building }", store=shipped).out == "false\n"


def test_questions_are_listed_with_both_titles(kg):
    run = kg("queries")
    assert "谁获得了什么荣誉或称号，是哪一级" in run.out
    assert "Honours and titles, their holders and levels" in run.out
    one = kg("queries", "communities")
    assert "-p street (iri): 街道" in one.out
    assert "kg query communities -p street=贵城街道" in one.out
    assert "SELECT ?code ?community" in one.out


def test_describe_shows_relations_and_their_sources(kg, shipped):
    run = kg("describe", "凤凰社区城市商圈", store=shipped)
    assert run.code == 0
    assert "凤凰社区城市商圈综合党委" in run.out
    assert "第23句" in run.out


@pytest.mark.full
def test_load_takes_files_in_and_replaces_a_source_of_the_same_name(kg, own, tmp_path):
    file = tmp_path / "more.ttl"
    file.write_text("<http://e.org/a> <http://e.org/p> 1, 2 .")
    assert kg("load", "more.ttl", store=own).code == 0
    file.write_text("<http://e.org/a> <http://e.org/p> 3 .")
    run = kg("load", "more.ttl", store=own)
    assert "有变" in run.out
    text = "SELECT ?o { <http://e.org/a> <http://e.org/p> ?o }"
    assert kg("query", "-e", text, "-f", "csv", store=own).out.split() == ["o", "3"]


@pytest.mark.full
def test_build_keeps_what_was_loaded_unless_it_is_fresh(kg, own, tmp_path):
    (tmp_path / "more.ttl").write_text("<http://e.org/a> <http://e.org/p> 1 .")
    kg("load", "more.ttl", store=own)
    assert "more.ttl" in kg("build", store=own).out
    assert "more.ttl" not in kg("build", "--fresh", store=own).out


def test_load_into_a_new_folder_makes_a_store_with_the_ontology(kg, tmp_path):
    (tmp_path / "more.ttl").write_text("<http://e.org/a> a <http://e.org/B> .")
    assert "ontology" in kg("load", "more.ttl").out


def test_a_bad_file_loads_nothing_and_lists_every_problem(kg, own, tmp_path):
    (tmp_path / "good.ttl").write_text("<http://e.org/a> <http://e.org/p> 1 .")
    (tmp_path / "bad.ttl").write_text("<http://e.org/a> <http://e.org/p> 1 .\n<http://e.org/a> ;")
    (tmp_path / "worse.nt").write_text("nonsense")
    run = kg("load", "good.ttl", "bad.ttl", "worse.nt", store=own)
    assert run.code == 3
    assert "bad.ttl:2:" in run.err
    assert "worse.nt:1:" in run.err
    assert "good" not in kg("log", store=own).out
    assert own.log()[0].generation == 1


def test_log_and_undo_go_through_the_generations(kg, own, tmp_path):
    (tmp_path / "more.ttl").write_text("<http://e.org/a> <http://e.org/p> 1 .")
    kg("load", "more.ttl", store=own)
    assert "→ gen-2" in kg("log", store=own).out
    assert kg("undo", store=own).code == 0
    assert "→ gen-1" in kg("log", store=own).out
    again = kg("undo", store=own)
    assert again.code == 1
    assert "keeps no generation before gen-1" in again.err


def test_verify_names_the_damaged_file_and_what_to_do(kg, own):
    sound = kg("verify", store=own)
    assert (sound.code, sound.out[:2]) == (0, "完好")
    table = max((own.path / "gen-1" / "store").glob("*.sst"), key=lambda f: f.stat().st_size)
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    run = kg("verify", store=own)
    assert run.code == 1
    assert table.name in run.err
    assert "kg build --fresh" in run.err


def test_a_damaged_generation_is_named_when_it_is_read(kg, own):
    manifest = next((own.path / "gen-1" / "store").glob("MANIFEST-*"))
    manifest.write_bytes(manifest.read_bytes()[:-20])
    run = kg("query", "alliances", store=own)
    assert run.code == 1
    assert manifest.name in run.err
    assert "kg undo" in run.err


def test_map_writes_one_file(kg, shipped, tmp_path):
    run = kg("map", "-o", tmp_path / "a.html", store=shipped)
    assert run.code == 0, run.err
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "港北区区域化党建联盟图" in page
    assert all(name in page for name in ("小个专党建联盟", "凤凰社区", "港北区委"))


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["query", "aliances"], 2, "there is no saved question 'aliances'; did you mean alliances"),
        (["query", "communities"], 2, "communities needs -p street=…"),
        (["query", "communities", "-p", "street=贵诚街道"], 2, "did you mean 贵城街道"),
        (["query", "communities", "-p", "street"], 2, "give NAME=VALUE"),
        (["query", "alliances", "-p", "x=1"], 2, "alliances has no parameters"),
        (["query"], 2, "give the name of a saved question"),
        (["query", "alliances", "-f", "pdf"], 2, "unknown format 'pdf'; it is one of table, csv"),
        (["query", "alliances", "-f", "ttl"], 2, "as ttl; use csv, tsv, json, xml, md, xlsx\n"),
        (["query", "-e", "ASK {}", "--why", "-f", "csv"], 2, "true or false on the screen"),
        (["query", "-e", "ASK {}", "--why", "-o", "a.json"], 2, "true or false on the screen"),
        (["query", "-e", "ASK {}", "--timeout", "nan"], 2, "nan is no number of seconds"),
        (["query", "-e", "ASK {}", "--timeout", "inf"], 2, "inf is not in the range"),
        (["query", "-e", "ASK {}", "--memory", "9" * 20], 2, "is not in the range"),
        (["push", "http://localhost:9/store", "--timeout", "nan"], 2, "no number of seconds"),
        (["search", "凤凰", "--limit", "9" * 20], 2, "is not in the range"),
        (["query", "-e", "ASK {}", "-f", "md"], 2, "as md; use csv, tsv, json, xml\n"),
        (["query", "alliances", "-f", "table", "-o", "a"], 2, "a table is for the screen"),
        (["query", "-e", "ASK {}", "-f", "table", "-o", "a"], 2, "a table is for the screen"),
        (["query", "alliances", "--excel"], 2, "--excel goes with csv: -f csv, or -o FILE.csv"),
        (["query", "alliances", "--excel", "-o", "a.xlsx"], 2, "--excel goes with csv"),
        (["query", "-e", "ASK {}", "-f", "csv", "--excel"], 2, "for the rows of a SELECT query"),
        (["query", "alliances", "--why", "-f", "xml"], 2, "use csv, json, md, xlsx or a table"),
        (["query", "alliances", "--why", "-f", "tsv"], 2, "use csv, json, md, xlsx or a table"),
        (["query", "-p", "a\x1b[31m", "alliances"], 2, "a\ufffd[31m: give NAME=VALUE"),
        (["describe", "a\x1b]0;x\x07\u202e"], 2, "is called a\ufffd]0;x\ufffd\ufffd"),
        (["describe", ""], 2, "give a name or an IRI"),
        (["describe", "kind"], 2, "nothing in the graph is called kind"),
        (["--store", "http://e.org/sparql", "log"], 2, "this command needs a store folder"),
        (["--store", "a" * 300, "build"], 1, "cannot be written"),
        (["--store", "a" * 300, "log"], 1, "cannot be read"),
        (["query", "alliances", "-o", "/nowhere/a.csv"], 1, "/nowhere/a.csv cannot be written"),
        (["query", "none.rq"], 2, "none.rq: No such file"),
        (["query", "-e", "SELECT * {\n ?s ?p }"], 2, "line 2, column 8: cannot be read"),
        (["query", "-e", "ASK { SERVICE <http://e.org/> {} }"], 2, "SERVICE is refused"),
        (["query", "-e", "SELECT (<urn:f>(1) AS ?x) {}"], 2, "function <urn:f> is not supported"),
        (["query", "-e", "LOAD <http://e.org/>"], 2, "LOAD is refused"),
        (["describe", "无此单位"], 2, "nothing in the graph is called 无此单位"),
        (["describe", "https://w3id.org/pba/id/none"], 2, "the graph says nothing of"),
        (["map", "-o", "/nowhere/a.html"], 1, "/nowhere/a.html cannot be written"),
        (["load", "none.ttl"], 3, "none.ttl: No such file"),
        (["--store", "/nope", "query", "alliances"], 1, "no store at /nope; `kg build` makes one"),
        (["--store", "/usr", "query", "alliances"], 1, "/usr is not a kg store"),
        (["--store", "/usr", "build"], 1, "name an empty or a new folder"),
        (["--lang", "fr", "log"], 2, "'fr' is not one of 'zh', 'en'"),
    ],
)
def test_wrong_use_is_answered_plainly(args, code, message, kg, shipped):
    store = None if "--store" in args else shipped
    run = kg(*args, store=store)
    assert message in run.err
    assert (run.code, run.out) == (code, "")


def test_a_name_that_two_things_share_lists_both(kg, own, tmp_path):
    (tmp_path / "more.ttl").write_text(
        "<http://e.org/a> <http://www.w3.org/2000/01/rdf-schema#label> '凤凰社区'@zh ."
    )
    kg("load", "more.ttl", store=own)
    run = kg("describe", "凤凰社区", store=own)
    assert run.code == 2
    assert "http://e.org/a" in run.err
    assert "area/450802001018" in run.err


def test_a_busy_store_says_who_holds_it(kg, own):
    with own.write(command="load register.ttl"):
        run = kg("build", store=own)
    assert run.code == 75
    assert f"process {os.getpid()}" in run.err
    assert "load register.ttl" in run.err


@pytest.mark.full
def test_a_runaway_query_ends_at_its_deadline(kg_process, shipped):
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c > ?i) }"
    started = time.monotonic()
    run = kg_process("query", "-e", text, "--timeout", "1", store=shipped)
    assert (run.code, run.err) == (
        124,
        "Error: no answer within 1 s; ask for less, or give it more time\n",
    )
    assert time.monotonic() - started < 20


# Rows of it are looked for while the file is written, and there are none.
_RUNAWAY = (
    "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i "
    "FILTER(STRLEN(CONCAT(STR(?c), STR(?f), STR(?i))) > 1000000) }"
)


@pytest.mark.full
def test_explaining_is_part_of_the_time(kg_process, shipped):
    run = kg_process("query", "alliances", "--why", "--timeout", "0.01", store=shipped)
    assert (run.code, run.out) == (124, "")
    run = kg_process("query", "alliances", "--why", "--timeout", "60", store=shipped)
    assert (run.code, run.out) == (0, kg_process("query", "alliances", "--why", store=shipped).out)


@pytest.mark.full
def test_a_query_ends_where_its_memory_does(kg_process, shipped):
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c"
    run = kg_process("query", "-e", text, store=shipped, KG_MEMORY="200")
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("Error: the answer takes more than 200 MB of memory; ask for less")


@pytest.mark.full
def test_a_deadline_leaves_no_temporary_file(kg_process, shipped, tmp_path):
    run = kg_process(
        "query", "-e", _RUNAWAY, "--timeout", "1", "-o", tmp_path / "a.csv", store=shipped
    )
    assert run.code == 124
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "temporary", "number"),
    [
        (["-o", "a.csv"], 1, signal.SIGINT),
        (["-o", "a.xlsx"], 2, signal.SIGINT),
        (["-f", "xlsx"], 1, signal.SIGINT),
        (["-o", "a.csv"], 1, signal.SIGTERM),
    ],
)
def test_an_ended_query_leaves_no_temporary_file(options, temporary, number, shipped, tmp_path):
    command = [sys.executable, "-m", "kg", "--store", str(shipped.path), "query", "-e", _RUNAWAY]
    env = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([*command, *options], cwd=tmp_path, env=env) as process:
        for _ in range(200):
            if len(made := list(tmp_path.iterdir())) == temporary:
                break
            time.sleep(0.1)
        process.send_signal(number)
        assert process.wait(10) == -number
    assert len(made) == temporary
    assert not list(tmp_path.iterdir())


def test_a_query_with_a_limit_that_is_ended_leaves_no_temporary_file(shipped, tmp_path):
    text = "SELECT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    command = [sys.executable, "-m", "kg", "--store", str(shipped.path), "query", "-e", text]
    env = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    options = ["--timeout", "60", "-o", "a.csv"]
    with subprocess.Popen([*command, *options], cwd=tmp_path, env=env) as process:
        for _ in range(200):
            if any(file.name.startswith(".a.csv") for file in tmp_path.iterdir()):
                break
            time.sleep(0.1)
        process.terminate()
        assert process.wait(10) == 128 + signal.SIGTERM
    assert not list(tmp_path.iterdir())


def test_a_less_than_that_could_be_an_iri_is_shown_in_its_line(shipped, kg):
    run = kg("query", "-e", "SELECT * {?x ?y ?z FILTER(?x<?y&&?z>?y)}", store=shipped)
    assert run.code == 2
    lines = ["  SELECT * {?x ?y ?z FILTER(?x<?y&&?z>?y)}", "  " + " " * 28 + "^"]
    assert run.err.splitlines()[1:] == lines


@pytest.mark.full
def test_ctrl_c_ends_a_running_query(shipped):
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c > ?i) }"
    command = [sys.executable, "-m", "kg", "--store", str(shipped.path), "query", "-e", text]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == -signal.SIGINT
        assert b"Traceback" not in process.stderr.read()


def test_control_characters_of_an_answer_do_not_reach_the_terminal(kg, shipped):
    text = r'SELECT ("a\u001B[31mred\u202Eb [bold]x[/bold]" AS ?o) {}'
    run = kg("query", "-e", text, store=shipped)
    assert "\x1b" not in run.out
    assert "\u202e" not in run.out
    assert "[bold]x[/bold]" in run.out


@pytest.mark.full
@pytest.mark.parametrize("utf8", ["0", "1"])
def test_it_works_in_a_posix_locale(utf8, kg_process, shipped, tmp_path):
    env = {"LC_ALL": "C", "PYTHONUTF8": utf8}
    assert kg_process("query", "alliances", "--why", store=shipped, **env).code == 0
    assert kg_process("map", "-o", tmp_path / "c.html", store=shipped, **env).code == 0


def shell(line: str, folder: Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Runs ``kg`` as a shell does."""
    kg = f"{sys.executable} -m kg"
    return subprocess.run(
        ["bash", "-c", line.replace("kg ", f"{kg} ", 1)],
        cwd=folder,
        capture_output=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **env},
        timeout=120,
    )


@pytest.mark.full
@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (r"kg query -e $'ASK {}\xff'", 2, "Error: not UTF-8: ASK {}\ufffd"),
        (r"kg describe $'\xff'", 2, "Error: not UTF-8: \ufffd"),
        (r"kg query communities -p street=$'\xff'", 2, "Error: not UTF-8: street=\ufffd"),
        (r"kg query - < <(printf '\xff')", 2, "Error: standard input: not UTF-8 at byte 0"),
        ("kg query - <&-", 2, "Error: standard input is closed"),
        ("kg query alliances >&-", 1, "Error: standard output is closed"),
        *(
            (f"kg {command} >/dev/full", 1, "Error: standard output cannot be written: No space")
            for command in (
                "queries",
                "--help",
                "query alliances",
                "query alliances -f csv",
                "query -e 'SELECT * { ?s ?p ?o }' -f json",
                "query -e 'CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }'",
                "map -o -",
            )
        ),
        ("kg query alliances -f csv -o /dev/full", 1, "Error: /dev/full cannot be written: No"),
    ],
)
def test_a_stream_or_byte_that_cannot_be_used_is_answered_plainly(
    line, code, message, shipped, tmp_path
):
    run = shell(line, tmp_path, KG_STORE=str(shipped.path))
    assert (run.returncode, run.stdout) == (code, b"")
    assert run.stderr.decode().splitlines()[-1].startswith(message)
    assert b"Traceback" not in run.stderr
    assert run.stderr.count(b"Error") == 1


@pytest.mark.full
def test_a_closed_standard_error_is_no_error(tmp_path):
    run = shell("kg build 2>&-", tmp_path)
    assert (run.returncode, "第1代" in run.stdout.decode()) == (0, True)


@pytest.mark.full
def test_chinese_arguments_and_paths_work_in_a_posix_locale(tmp_path):
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert shell("kg --store 库 build", tmp_path, **env).stderr == b""
    line = "kg --store 库 query communities -p street=贵城街道 -o 社区.csv"
    run = shell(line, tmp_path, **env)
    assert run.returncode == 0, run.stderr
    assert "县东社区" in (tmp_path / "社区.csv").read_text(encoding="utf-8")
    assert (tmp_path / "库" / "CURRENT").exists()


@pytest.mark.parametrize("output", ["-", "/dev/stdout"])
def test_a_dash_is_standard_output(output, kg, shipped, tmp_path):
    run = kg(
        "query", "communities", "-f", "csv", "-p", "street=港城街道", "-o", output, store=shipped
    )
    assert "六八社区" in run.out
    assert kg("map", "-o", output, store=shipped).out.startswith("<!DOCTYPE html>")
    assert not list(tmp_path.iterdir())


def test_true_is_told_with_what_it_rests_on(kg, shipped):
    text = "ASK { ?s a pba:Honour ; pba:honourLevel pba:PrefectureLevel }"
    run = kg("--lang", "en", "query", "-e", text, "--why", store=shipped)
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("true\nwhy: [1]\n")
    assert "[1] sentence 33" in run.out


def test_the_triples_of_a_graph_are_told_in_a_table(kg, shipped):
    text = "CONSTRUCT { ?h rdfs:label ?t } { ?h pba:title ?t ; pba:honourLevel pba:ProvinceLevel }"
    run = kg("query", "-e", text, "--why", store=shipped)
    assert run.code == 0
    assert "rdfs:label" in run.out
    assert "[1] 原文第3句" in run.out
    run = kg("query", "-e", text, "--why", "-f", "nt", store=shipped)
    assert (run.code, run.out) == (2, "")
    assert "nt cannot carry sources" in run.err


def test_what_cannot_be_explained_is_answered_all_the_same(kg, shipped):
    run = kg("query", "-e", "DESCRIBE pba:Honour", "--why", store=shipped)
    assert run.code == 0
    assert run.out
    assert run.err.startswith("--why: what DESCRIBE gives cannot be explained")


def test_rows_that_cannot_be_explained_have_no_column_for_it(kg, shipped):
    text = "SELECT ?n (RAND() AS ?r) { ?s a pba:Honour ; pba:holderName ?n }"
    run = kg("query", "-e", text, "--why", "-f", "csv", store=shipped)
    assert run.out.splitlines()[0] == "n,r"
    assert "cannot be explained" in run.err
    told = json.loads(kg("query", "-e", text, "--why", "-f", "json", store=shipped).out)
    assert [*told] == ["head", "results"]


def test_a_count_is_told_by_a_sample_of_what_was_counted(kg, shipped):
    text = "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a pba:Village }"
    run = kg("--lang", "en", "query", "-e", text, "--why", store=shipped)
    assert re.search(r"(\d+) counted: \[1\] \[2\] \[3\] \[4\] \[5\] … \(\1 places", run.out)
    assert "[6]" not in run.out


def test_other_witnesses_are_counted_or_shown(kg, shipped):
    one = kg("--lang", "en", "query", "tier-links", "--why", store=shipped)
    assert "[1] [2]~ (or another 2)" in one.out
    three = kg("--lang", "en", "query", "tier-links", "--witnesses", "3", store=shipped)
    assert three.out.count(" / ") == 4


def test_what_holds_by_absence_names_the_sources(kg, shipped):
    run = kg("query", "alliances", "--why", store=shipped)
    assert re.search(r"\[\d\]∅", run.out)
    assert "无此陈述：发起方\n" in run.out
    assert "∅ 查遍6个来源：港北区打造自治区级城市基层党建工作示范区综述 · " in run.out


def test_a_variable_called_why_keeps_its_value(kg, shipped):
    text = "SELECT ?why { ?why a pba:Honour }"
    told = json.loads(kg("query", "-e", text, "--why", "-f", "json", store=shipped).out)
    assert told["results"]["bindings"][0]["why"]["value"].startswith("https://w3id.org/pba/id/")
    assert told["why"][0][0]["quote"]
    run = kg("query", "-e", text, "--why", "-f", "csv", store=shipped)
    assert run.out.splitlines()[0] == "why,why2"


def test_a_quoted_sentence_is_one_line_where_no_terminal_wraps_it(kg, shipped):
    quoted = [
        evidence["quote"]
        for places in json.loads(
            kg("query", "alliances", "--why", "-f", "json", store=shipped).out
        )["why"]
        for evidence in places
    ]
    lines = kg("query", "alliances", "--why", store=shipped).out.splitlines()
    assert max(map(len, quoted)) > 60
    assert all(f"    “{quote}”" in lines for quote in quoted)


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("term", "silent"), [("dumb", True), ("xterm", False)])
def test_the_progress_line_is_cleared_when_a_step_fails(term, silent, monkeypatch):
    from kg.cli import show

    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with pytest.raises(ZeroDivisionError), show.progress() as step:
        step("load")
        raise ZeroDivisionError
    said = terminal.getvalue()
    assert (said == "") if silent else said.endswith("load …\r\x1b[K")


def test_undo_says_that_it_fell_back(kg, own):
    kg("build", store=own)
    (own.path / "CURRENT").unlink()
    run = kg("undo", store=own)
    assert run.code == 0
    assert "Note: " in run.err
    assert "CURRENT: missing; gen-2 is the newest sound" in run.err


@pytest.mark.full
@pytest.mark.parametrize(
    "line",
    [
        "-f csv -e 'SELECT * { ?s ?p ?o . ?a ?b ?c }'",
        "-f csv --excel -e 'SELECT * { ?s ?p ?o . ?a ?b ?c }'",
        "-f json -e 'SELECT * { ?s ?p ?o . ?a ?b ?c }'",
        "-f md -e 'SELECT * { ?s ?p ?o . ?a ?b ?c }'",
        "-e 'SELECT * { ?s ?p ?o . ?a ?b ?c }'",
        "-f nt -e 'CONSTRUCT { ?s ?p ?c } { ?s ?p ?o . ?a ?b ?c }'",
    ],
)
def test_a_pipe_that_closes_early_is_no_error(line, shipped, tmp_path):
    run = shell(f"kg query {line} | head -c 9", tmp_path, KG_STORE=str(shipped.path))
    assert (run.returncode, len(run.stdout), run.stderr) == (0, 9, b"")


@pytest.mark.parametrize("options", [["-f", "csv"], ["-f", "csv", "--excel"], ["-f", "xlsx"]])
def test_damage_that_is_found_while_rows_are_read_leaves_no_file(options, kg, own, tmp_path):
    for table in (own.path / "gen-1" / "store").glob("*.sst"):
        content = bytearray(table.read_bytes())
        middle, length = len(content) // 2, len(content) // 4
        content[middle : middle + length] = bytes(length)
        table.write_bytes(content)
    text = "SELECT * { ?s ?p ?o . ?s ?q ?x }"
    run = kg("query", "-e", text, *options, "-o", tmp_path / "a", store=own)
    assert (run.code, "kg build --fresh" in run.err) == (1, True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["own"]


def test_a_csv_for_excel_has_a_mark_of_utf_8_and_no_formulas(kg, shipped, tmp_path):
    text = "SELECT ('=1+1' AS ?a) (-5 AS ?b) ('-5' AS ?c) ('＝贵港' AS ?d) {}"
    for options, expected in (
        (["-f", "csv"], "a,b,c,d\r\n=1+1,-5,-5,＝贵港\r\n"),
        (["-f", "csv", "--excel"], "\ufeffa,b,c,d\r\n'=1+1,-5,'-5,'＝贵港\r\n"),
    ):
        file = tmp_path / "a.csv"
        assert kg("query", "-e", text, *options, "-o", file, store=shipped).code == 0
        assert file.read_bytes().decode() == expected


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_workbook_says_what_was_asked_of_which_data(lang, kg, shipped, tmp_path):
    words = {"zh": ["结果", "查询"], "en": ["Results", "Query"]}[lang]
    for options in ((), ("--why",)):
        file = tmp_path / "a.xlsx"
        kg("--lang", lang, "query", "alliances", *options, "-o", file, store=shipped)
        book = openpyxl.load_workbook(file)
        assert book.sheetnames == words
        rows = [[cell.value for cell in row] for row in book[words[1]].iter_rows()]
        manifest = shipped.log()[0]
        assert "SELECT ?alliance" in rows[1][1]
        assert rows[3][1:2] + rows[4][1:2] == [manifest.created, manifest.digest]
        assert rows[5][1] == book[words[0]].max_row - 1 == 4
        if not options:
            listed = [(source.id, source.quads) for source in manifest.sources]
            assert [(row[0], row[2]) for row in rows[8:]] == listed
        else:
            assert {row[7] for row in rows[8:]} == {
                f"source:gangbei-2019#{name}" for name in ("s13", "s25", "s25-inferred")
            }
        assert book.properties.created.isoformat() in manifest.created


def test_a_workbook_is_not_written_to_a_terminal(kg, shipped, monkeypatch):
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    run = kg("query", "alliances", "-f", "xlsx", store=shipped)
    assert (run.code, run.out) == (2, "")
    assert "write it with -o FILE.xlsx" in run.err


@pytest.mark.parametrize("form", ["csv", "tsv", "xml", "md", "json"])
def test_no_format_sends_control_characters_to_a_terminal(form, shipped):
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "kg", "--store", str(shipped.path), "query", "-f", form]
    text = 'SELECT ("a\\u001B[31m\\u202Eb\\u0007" AS ?x) {}'
    subprocess.run([*command, "-e", text], stdout=follower, stderr=subprocess.PIPE, check=True)
    os.close(follower)
    shown = b""
    while piece := _read(leader):
        shown += piece
    os.close(leader)
    assert b"[31m" in shown
    assert not set(shown.decode()) & set("\x1b\x07\u202e")


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 4096)
    except OSError:  # the other end is closed
        return b""
