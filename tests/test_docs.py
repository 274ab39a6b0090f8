"""What the docs show is what happens."""

from __future__ import annotations

import datetime
import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import kg
from kg import ontology, query
from kg.cli import main
from kg.namespace import PBA

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("*/README.md")),
    *sorted(ROOT.glob("data/*/README.md")),
]


def blocks(page: Path, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def shell_lines() -> list[tuple[str, str]]:
    """Every `kg …` line of a shell block, and every complete `kg …` in backquotes."""
    found = {}
    for page in PAGES:
        for block in blocks(page, "sh"):
            found |= {line.split("#")[0].strip(): page.name for line in block.splitlines()}
        for code in re.findall(r"`(kg [^`…]+)`", page.read_text(encoding="utf-8")):
            found[code] = page.name
    return [(line, page) for line, page in found.items() if is_complete(line)]


def is_complete(line: str) -> bool:
    """Whether it can be run as it stands: not a mere mention, no placeholder such as NAME."""
    bare = "query|describe|export|map|load|generate|search|push|queries NAME"
    mention = re.fullmatch(rf"kg ({bare})", line)
    words = ("FILE", "DIR", "OLD NEW", "URL", "http", "地址", "NAME")
    placeholder = any(word in line for word in words)
    return line.startswith("kg ") and not mention and not placeholder


def generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["cli.md", "questions.md", "measures.md"])
def test_generated_pages_are_up_to_date(name):
    expected = generator().PAGES[name]()
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == expected, "run `make docs`"


@pytest.mark.full
def test_the_term_page_has_every_term_with_its_chinese_label(tmp_path):
    subprocess.run([sys.executable, ROOT / "docs" / "terms.py", tmp_path], check=True)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    shown = re.findall(r'id="(\w+)">\s*<h3>([^<\n]+).*?<code>(.*?)</code>', page, flags=re.DOTALL)
    terms = {iri: term for iri, term in ontology.terms().items() if iri.startswith(PBA)}
    expected = {
        (iri.removeprefix(PBA), f"{term.labels['zh']} {term.labels['en']}", iri)
        for iri, term in terms.items()
    }
    assert {(anchor, label.strip(), iri) for anchor, label, iri in shown} == expected
    assert ("Subdistrict", "街道 subdistrict", PBA + "Subdistrict") in expected
    assert re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="http', page) == []


@pytest.mark.full
@pytest.mark.parametrize(("line", "page"), shell_lines())
def test_a_command_that_the_docs_show_works(line, page, kg, shipped):
    args = shlex.split(line)[1:]
    builds = args[0] in ("build", "diff", "undo", "--help") or "--write" in args
    if builds:
        kg("build")
        kg("build")
    run = kg(*args, store=None if builds else shipped)
    assert run.code == 0, f"{page}: {line}\n{run.err}"


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_output_that_a_readme_shows_is_printed(page, kg, shipped):
    (block,) = blocks(ROOT / page, "console")
    command, *lines = (line for line in block.splitlines() if line.strip() != "…")
    run = kg(*shlex.split(command)[2:], store=shipped)
    printed = [" ".join(line.split()) for line in run.out.splitlines()]
    positions = [printed.index(" ".join(line.split())) for line in lines]
    assert positions == sorted(positions)


def test_the_readmes_begin_with_two_commands_and_a_picture():
    for name in ("README.md", "README.zh.md"):
        page = ROOT / name
        first = blocks(page, "sh")[0]
        assert [line.split("#")[0].strip() for line in first.splitlines()] == [
            "make demo",
            "make test",
        ]
        picture = re.search(r"!\[.+\]\((.+)\)", page.read_text(encoding="utf-8"))
        assert (ROOT / picture[1]).stat().st_size > 10_000


def test_every_command_stands_in_both_readmes():
    for name in ("README.md", "README.zh.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for command in main.commands:
            assert f"`kg {command}" in text or f"\nkg {command}" in text, f"{name}: {command}"


def test_links_between_the_pages_lead_somewhere():
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_make_file_asks_five_questions_that_exist():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    asked = re.search(r"^QUESTIONS := (.+)$", text, re.MULTILINE)[1].split()
    assert len(asked) == 5
    assert set(asked) <= set(query.questions())


@pytest.mark.parametrize("name", ["notebooks.md", "coming-from.md"])
def test_the_python_that_a_page_shows_runs(name, shipped, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kg-data").symlink_to(shipped.path)
    (block,) = blocks(ROOT / "docs" / name, "python")
    held: dict[str, object] = {}
    exec(block, held)
    assert "alliance.html" not in block or (tmp_path / "alliance.html").stat().st_size > 10_000
    held["g"].close()


NEWCOMERS = ROOT / "docs" / "coming-from.md"


def queries_for_newcomers() -> list[str]:
    """The SPARQL, whole queries and patterns, in the page for those who know other tools."""
    page = NEWCOMERS.read_text(encoding="utf-8")
    found = re.findall(r"`(SELECT [^`]+|(?:OPTIONAL|FILTER NOT EXISTS) \{[^`]+)`", page)
    patterns = [text for text in found if "…" not in text]
    return [
        text if text.startswith("SELECT") else f"SELECT * {{ ?u a pba:Unit {text} }}"
        for text in patterns
    ]


@pytest.mark.parametrize("text", queries_for_newcomers())
def test_the_sparql_for_newcomers_finds_something(text, shipped, generated):
    counts = []
    for store in (shipped, generated):
        with kg.open(store.path) as graph:
            found = graph.query(text)
            assert found.notes == []
            counts.append(len(found))
    assert any(counts)


def test_newcomers_are_shown_some_queries():
    assert len(queries_for_newcomers()) >= 5


def test_the_members_on_a_day_are_those_that_the_network_of_that_day_has(generated):
    (text,) = blocks(NEWCOMERS, "sparql")
    day = datetime.date(2024, 12, 8)  # on which a membership ends
    with kg.open(generated.path) as graph:
        counts = graph.query(text, day=day).df().members
        net = graph.network("alliances", as_of=f"{day}")
        assert counts.sum() == net.number_of_edges() > 0
        assert counts.is_monotonic_decreasing
