"""`kg shell`: statements, completion, the prompt, and the whole at a terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from kg.cli.completion import Sources, candidates
from kg.cli.prompt import session, typed
from kg.cli.session import Names
from kg.cli.shell import COMMANDS, Shell
from kg.cli.statements import is_complete, statements
from kg.store import Store

ROOT = Path(__file__).resolve().parent.parent
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c > ?i) }"


# Statements


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", False),
        ("# a note", False),
        ("\\help", True),
        ("honours rank=国家级", True),
        ("SELECT * { ?s ?p ?o }", True),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 3", True),
        ("SELECT *", False),
        ("SELECT * { ?s ?p ?o", False),
        ("SELECT * {\n  ?s ?p ?o\n}", False),
        ("SELECT * {\n  ?s ?p ?o\n}\n", True),
        ("SELECT * {\n  ?s ?p ?o\n} LIMIT 3;", True),
        ("SELECT * {\n  ?s ?p ?o ;\n", False),
        ("PREFIX e: <urn:e#>", False),
        ("PREFIX e: <urn:e#>\n", False),
        ("PREFIX e: <urn:e#>\nASK { ?s e:p ?o }", True),
        ("DESCRIBE", False),
        ("DESCRIBE area:450802", True),
        ("ASK { ?s ?p '} not closed' ", False),
        ("ASK { ?s ?p '''{", False),
        ("ASK { ?s ?p '''{\n''' }\n", True),
        ("ASK { ?s ?p 'x }", True),
        ("ASK { ?s ?p ?o } }", True),
        ("ASK { FILTER(?a<'>') ", True),
    ],
)
def test_an_input_is_whole_when_nothing_can_be_missing(text, whole):
    assert is_complete(text) is whole


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("ASK {}\nASK {}", ["ASK {}", "ASK {}"]),
        ("ASK {};\n\n\nASK {}\n", ["ASK {};", "ASK {}"]),
        (
            "SELECT *\n{\n\n}\nORDER BY ?s\nLIMIT 1\nhonours",
            ["SELECT *\n{\n\n}\nORDER BY ?s\nLIMIT 1", "honours"],
        ),
        ("# all\nASK {}\n# end", ["# all\nASK {}\n# end"]),
        ("\\why on\nhonours\n\\q", ["\\why on", "honours", "\\q"]),
        ("ASK {\n\\help", ["ASK {", "\\help"]),
        (
            "CONSTRUCT { ?s ?p ?o }\nWHERE { ?s ?p ?o }\nPREFIX e: <urn:e>\nASK {}",
            ["CONSTRUCT { ?s ?p ?o }\nWHERE { ?s ?p ?o }", "PREFIX e: <urn:e>\nASK {}"],
        ),
        ("ASK {}\n社区数 区=港北区", ["ASK {}", "社区数 区=港北区"]),
        ("\n# nothing\n", []),
    ],
)
def test_a_script_is_cut_where_statements_end_or_begin(script, found):
    assert list(statements(script.splitlines())) == found


# Scripts


def test_a_script_answers_each_statement_and_goes_on_behind_errors(kg, shipped):
    script = "\\format csv\nASK { ?s ?p }\nhonours rank=地市级\n\\nope\nSELECT (1 AS ?x) {}\n"
    run = kg("shell", store=shipped, stdin=script)
    assert run.out.split() == ["holder,honour,level", "彭少敏,全市优秀党务工作者,地市级", "x", "1"]
    assert run.err.splitlines() == [
        "Error: line 1, column 13: cannot be read from '}' on",
        "  ASK { ?s ?p }",
        "              ^",
        "Error: there is no command \\nope; \\help lists them",
    ]
    assert run.code == 2


def test_a_script_ends_at_q_and_its_code_is_that_of_the_first_error(kg, shipped, tmp_path):
    assert kg("shell", store=shipped, stdin="\\q\nASK {").code == 0
    script = "ASK { ?s ?p }\nASK {}"
    assert kg("--store", tmp_path / "none", "shell", stdin="ASK {}\nhonours x=1 y").code == 1
    assert kg("shell", store=shipped, stdin=script).code == 2


def test_why_explains_the_last_answer_or_each(kg, shipped):
    run = kg("shell", store=shipped, stdin="\\why\nhonours rank=地市级\n\\why")
    assert "nothing has been asked yet" in run.err
    assert run.out.count("彭少敏,") == 0
    assert run.out.count("原文第33句") == 1
    each = kg(
        "shell",
        store=shipped,
        stdin="\\why on\nhonours rank=地市级\n\\why off\nhonours rank=地市级",
    )
    assert (each.out.count("原文第33句"), each.out.count("地市级")) == (1, 2)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("honurs", "there is no saved question 'honurs'; did you mean honours"),
        ("honours rank", "rank: give a parameter as NAME=VALUE"),
        ("honours rank='", "a quote is not closed"),
        ("-", "which the shell reads itself"),
        ("\\format xlsx", "unknown format 'xlsx'; it is one of table"),
        ("\\format pdf", "unknown format 'pdf'; it is one of table"),
        ("\\why maybe", "\\why on or \\why off"),
        ("\\wy", "did you mean \\why?"),
        ("\\describe 无此单位", "nothing in the graph is called 无此单位"),
    ],
)
def test_a_wrong_statement_is_answered_plainly(line, message, kg, shipped):
    run = kg("shell", store=shipped, stdin=line)
    assert message in run.err
    assert (run.code, run.out) == (2, "")


def test_every_command_is_explained_and_works(kg, shipped):
    shell = Shell(shipped, "zh")
    assert set(COMMANDS) == set(shell._commands())
    shown = kg("shell", store=shipped, stdin="\\help").out
    assert all(name in shown for name in COMMANDS)
    assert (
        "PREFIX pba: <https://w3id.org/pba/ns#>"
        in kg("shell", store=shipped, stdin="\\prefixes").out
    )
    assert "-p rank (enum" in kg("shell", store=shipped, stdin="\\queries honours").out
    assert (
        "凤凰社区城市商圈综合党委"
        in kg("shell", store=shipped, stdin="\\describe 凤凰社区城市商圈").out
    )


# Completion


@pytest.fixture
def sources(shipped: Store) -> Sources:
    return Names(Shell(shipped, "zh")).sources()


def texts(before: str, sources: Sources) -> list[str]:
    return [found.text for found in candidates(before, sources)]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("SELECT * { ?x a 联盟", "pba:Alliance"),
        ("SELECT * { ?x a pba:Al", "pba:Alliance"),
        ("SELECT * { ?x a pba:区域党建", "pba:RegionalAlliance"),
        ("SELECT * { ?x a allian", "pba:Alliance"),
        ("SELECT * { ?x 位于", "pba:within"),
        ("SELECT * { ?x pb", "pba:"),
        ("SELECT * { ?x skos:pref", "skos:prefLabel"),
        ("SELECT * { ?x pba:within 贵城", "area:450802001"),
        ("SELECT * { ?x ?y 小个专党建", "id:450802\\/小个专党建联盟"),
        ("SELECT * { ?x ?y id:小个专党建", "id:450802\\/小个专党建联盟"),
        ("SELECT ?street { ?s", "?street"),
        ("SELECT ?street { $s", "$street"),
        ("SELECT * { ?s ?p ?o } ord", "order by"),
        ("SEL", "SELECT"),
        ("comm", "communities"),
        ("荣誉", "honours"),
        ("communities str", "street="),
        ("communities street=贵城", "贵城街道"),
        ("honours ", "rank="),
        ("honours rank=", "国家级"),
        ("honours rank=pref", "地市级"),
        ("\\f", "\\format"),
        ("\\format j", "json"),
        ("\\queries hon", "honours"),
        ("\\describe 凤凰", "凤凰社区"),
    ],
)
def test_what_is_begun_is_completed(before, expected, sources):
    assert expected in texts(before, sources)[:12]


@pytest.mark.parametrize(
    "before",
    [
        "SELECT * { ?x rdfs:label '联盟",
        "SELECT * { ?x a pba:Alliance # 联盟",
        "SELECT * { ?x a <https://w3id.org/联盟",
        "SELECT * { ",
        "honours rank=国家级 rank",
        "nosuch x",
        "\\nope x",
    ],
)
def test_nothing_is_offered_where_nothing_fits(before, sources):
    assert texts(before, sources) == []


def test_what_a_candidate_means_is_shown_beside_it(sources):
    found = {c.text: c.meaning for c in candidates("SELECT * { ?x a pba:Al", sources)}
    assert found["pba:Alliance"] == "党建联盟 · class"


def test_every_completed_name_of_the_graph_is_one_that_the_engine_reads(view, sources):
    from kg import query

    for name, iri in sources.named("党"):
        text = next(
            c.text for c in candidates(f"ASK {{ ?s ?p {name}", sources) if c.meaning == name
        )
        (row,) = query.run(view, f"SELECT ({text} AS ?x) {{}}")
        found = {i for n, i in sources.named(name) if n == name}
        assert row["x"].value in found, iri


def test_completion_needs_no_store(tmp_path):
    sources = Names(Shell(Store(tmp_path / "none"), "en")).sources()
    assert "pba:Alliance" in texts("SELECT * { ?x a 联盟", sources)


# The prompt


def typed_by(keys: str, history: Path | None = None) -> list[str]:
    """What the prompt yields for keys, Ctrl-D being the last."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys + "\x04")
        return list(typed(session(lambda _before: [], lambda: "", history)))


@pytest.mark.parametrize(
    ("keys", "statements"),
    [
        ("ASK {}\r", ["ASK {}"]),
        ("ASK {\r?s ?p ?o\r}\r\r", ["ASK {\n  ?s ?p ?o\n  }"]),
        ("ASK {\r}\rLIMIT 1;\r", ["ASK {\n  }\nLIMIT 1;"]),
        ("ASK { oops\x03ASK {}\r", ["ASK {}"]),
        ("\r\r\\help\rhonours\r", ["\\help", "honours"]),
    ],
)
def test_enter_runs_what_is_whole_and_else_goes_on(keys, statements):
    assert typed_by(keys) == statements


def test_the_history_is_private_and_kept(tmp_path):
    file = tmp_path / "state" / "kg" / "history"
    typed_by("ASK { }\r", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    assert typed_by("\x1b[A\r", file) == ["ASK { }"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_history_that_cannot_be_kept_is_said(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert typed_by("ASK {}\r", tmp_path / "file" / "history") == ["ASK {}"]
    assert capsys.readouterr().err.startswith("Note: no history: ")


def test_without_the_extra_the_prompt_says_what_to_install(shipped, tmp_path):
    code = (
        "import sys; sys.modules['prompt_toolkit'] = None; sys.stdin.isatty = lambda: True\n"
        "from kg.cli import main; main(prog_name='kg')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--store", str(shipped.path), "shell"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 1
    assert "pip install 'party-alliance-kg[shell]'" in done.stderr
    assert "Traceback" not in done.stderr


# At a terminal


class Terminal:
    """`kg shell` at a pseudo-terminal."""

    def __init__(self, store: Store, state: Path) -> None:
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            env = {
                "PATH": "/usr/bin:/bin",
                "PYTHONPATH": str(ROOT),
                "TERM": "xterm",
                "XDG_STATE_HOME": str(state),
                "LC_ALL": "C.UTF-8",
                "PROMPT_TOOLKIT_NO_CPR": "1",
            }
            os.chdir(state)
            args = [sys.executable, "-m", "kg", "--store", str(store.path), "shell"]
            os.execve(sys.executable, args, env)
        self.seen = ""

    def send(self, keys: str) -> None:
        os.write(self.end, keys.encode())

    def until(self, text: str, seconds: float = 60) -> str:
        """What is shown up to a text; what is behind it is left for later."""
        last = time.monotonic() + seconds
        while text not in self.seen:
            ready, _, _ = select.select([self.end], [], [], max(0, last - time.monotonic()))
            assert ready, f"no {text!r} in {self.seen!r}"
            self.seen += plain(os.read(self.end, 65536).decode(errors="replace"))
        before, found, self.seen = self.seen.partition(text)
        return before + found

    def code(self, seconds: float = 20) -> int:
        """How the process ended, which is read from until then so that it can."""
        last = time.monotonic() + seconds
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.end)
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < last, f"still running: {self.seen!r}"
            if select.select([self.end], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):
                    self.seen += os.read(self.end, 65536).decode(errors="replace")


def plain(shown: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]", "", shown)


@pytest.mark.full
def test_a_session_at_a_terminal(shipped, tmp_path):
    terminal = Terminal(shipped, tmp_path)
    terminal.until("kg>")
    terminal.send("SELECT ?x { ?x a 区域党建")
    terminal.until("pba:RegionalAlliance")
    terminal.send("\t")
    time.sleep(0.5)
    terminal.send("\x03")
    terminal.until("kg>")
    terminal.send("\\format csv\r")
    terminal.until("kg>")
    terminal.send("SELECT ?n {\r?s pba:title ?n ;\rpba:honourLevel pba:PrefectureLevel }\r;\r")
    terminal.until("全市优秀党务工作者")
    terminal.send("ASK { ?s pbaa:x ?o }\r")
    terminal.until("the prefix pbaa: is not declared; did you mean pba:?")
    terminal.until("^^^^^^")
    terminal.send("\\format table\r")
    terminal.send("honours rank=地市级\r")
    terminal.until("彭少敏")
    terminal.send("\\why\r")
    terminal.until("原文第33句")
    terminal.send(RUNAWAY + "\r")
    time.sleep(3)
    started = time.monotonic()
    terminal.send("\x03")
    terminal.until("kg>")
    terminal.send("SELECT (40 + 2 AS ?answer) {}\r")
    terminal.until(" 42 ")
    assert time.monotonic() - started < 20
    terminal.until("kg>")
    terminal.send("\x04")
    assert terminal.code() == 0
    history = tmp_path / "kg" / "shell-history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert "honours rank=地市级" in history.read_text(encoding="utf-8")


@pytest.mark.full
def test_a_query_that_runs_apart_answers_the_same_however_long_it_is(shipped, capfd):
    shell = Shell(shipped, "zh", form="csv", apart=True)
    long = f"SELECT (STRLEN('{'x' * 200_000}') AS ?n) {{}}"
    assert shell.run([long, "honours rank=地市级", "--help", "ASK { ?s ?p }"]) == 2
    shown = capfd.readouterr()
    assert shown.out.split() == [
        "n",
        "200000",
        "holder,honour,level",
        "彭少敏,全市优秀党务工作者,地市级",
    ]
    assert "there is no saved question '--help'" in shown.err
    assert "line 1, column 13: cannot be read from '}' on" in shown.err


@pytest.mark.full
def test_an_interrupt_from_elsewhere_ends_the_query_and_not_the_shell(shipped, tmp_path):
    terminal = Terminal(shipped, tmp_path)
    terminal.until("kg>")
    terminal.send(RUNAWAY + "\r")
    time.sleep(3)
    os.kill(terminal.pid, signal.SIGINT)
    terminal.until("interrupted")
    terminal.until("kg>")
    terminal.send("\x04")
    assert terminal.code() == 0
