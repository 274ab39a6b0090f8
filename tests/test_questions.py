"""The competency questions: what the first source tells, row by row, and what it does not.

`tests/data/answers/NAME.csv` holds the expected rows of a question, written from the text; the
last column names the sentences that say a row (N~ is an inferred reading of sentence N).
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import assets, query
from kg.describe import find
from kg.ingest import read
from kg.namespace import PREFIXES, SOURCE
from kg.store import View

ANSWERS = Path(__file__).parent / "data" / "answers"
ARTICLE = SOURCE + "gangbei-2019#"
VALUES = {"street": "贵城街道", "thing": "区域党建联盟"}
# Their answers are counts and tables of everything; tests of their own look at them.
OTHERS = {"holdings", "communities", "inferred"}
UNANSWERED = sorted(name for name, asked in query.questions().items() if asked.none)
ANSWERED = sorted(query.questions().keys() - set(UNANSWERED) - OTHERS)


def bound(view: View, name: str) -> str:
    asked = query.question(name)
    values = {p.name: VALUES[p.name] for p in asked.parameters if p.name in VALUES}
    return query.bound(asked, values, find=lambda n: find(view, n))


def expected(name: str) -> list[dict[str, str]]:
    with (ANSWERS / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cells(row: tuple) -> tuple[str, ...]:
    return tuple(term.value if term else "" for term in row)


def sentences(evidence: list) -> set[str]:
    """The sentences of the article among the evidence: 13, or 13~ for an inferred reading."""
    found = (re.fullmatch(re.escape(ARTICLE) + r"s(\d+)(-inferred)?", e.graph) for e in evidence)
    return {m[1] + ("~" if m[2] else "") for m in found if m}


def test_there_are_forty_questions_and_eight_that_the_source_does_not_answer():
    assert len(ANSWERED) >= 40
    assert len(UNANSWERED) >= 8
    assert {file.stem for file in ANSWERS.glob("*.csv")} == {*ANSWERED, *UNANSWERED}


@pytest.mark.parametrize("name", ANSWERED)
def test_a_question_answers_what_the_text_says(name, view):
    rows = [cells(tuple(row)) for row in query.run(view, bound(view, name))]
    told = [tuple(row.values())[:-1] for row in expected(name)]
    assert told, "a question of this kind has an answer"
    assert sorted(rows) == sorted(told)


@pytest.mark.parametrize("name", ANSWERED)
def test_every_row_rests_on_the_sentences_that_say_it(name, view):
    why = query.why(view, bound(view, name), witnesses=50)
    found = {cells(row): explained for row, explained in why.items()}
    for row in expected(name):
        *values, said = row.values()
        told = {s for s in said.split() if ":" not in s}
        explained = found[tuple(values)]
        anywhere = {s for w in explained.witnesses for s in sentences(w.evidence)}
        assert sentences(explained.evidence) <= told <= anywhere, values


@pytest.mark.parametrize("name", UNANSWERED)
def test_what_the_source_does_not_say_is_answered_by_nothing_and_that_is_said(name, kg, shipped):
    assert expected(name) == []
    for lang in ("zh", "en"):
        run = kg("--lang", lang, "query", name, store=shipped)
        assert run.code == 0
        assert query.question(name).none[lang] in run.err
        assert run.out == f"{query.question(name).titles[lang]}\n"


def test_inferred_statements_are_listed_with_their_reasons(view):
    rows = [cells(tuple(row)) for row in query.run(view, bound(view, "inferred"))]
    source = read(assets.folder("triples") / "gangbei-2019.trig")
    graphs = [q.graph_name.value for q in source.quads]
    stated = [g for g in graphs if g.endswith("-inferred")]
    assert len(rows) == len(stated)
    assert all(reason for *_, reason in rows)


@pytest.fixture(scope="module")
def texts(shipped) -> dict[str, str]:
    with shipped.view() as view:
        return {name: bound(view, name) for name in ANSWERED}


def answers(store: ox.Store, texts: dict[str, str]) -> dict[str, set]:
    return {
        name: {cells(tuple(row)) for row in store.query(text, prefixes=PREFIXES)}
        for name, text in texts.items()
    }


@pytest.fixture(scope="module")
def whole(quads, texts, world) -> dict[str, set]:
    return answers(world(quads), texts)


def modelled() -> list[int]:
    file = assets.folder("triples") / "gangbei-2019.trig"
    graphs = {q.graph_name.value for q in ox.parse(path=file)}
    found = (re.fullmatch(re.escape(ARTICLE) + r"s(\d+)(-inferred)?", g) for g in graphs)
    return sorted({int(m[1]) for m in found if m})


@pytest.mark.full
@pytest.mark.parametrize("number", modelled())
def test_without_a_sentence_some_answer_is_another(number, quads, texts, whole, world):
    graphs = {f"{ARTICLE}s{number}", f"{ARTICLE}s{number}-inferred"}
    without = world([q for q in quads if q.graph_name.value not in graphs])
    changed = [name for name, rows in answers(without, texts).items() if rows != whole[name]]
    assert changed


def test_every_sentence_is_modelled_or_listed_with_a_reason(root):
    with (root / "data" / "sources" / "gangbei-2019.coverage.csv").open(encoding="utf-8") as file:
        listed = {int(row["sentence"]): row for row in csv.DictReader(file)}
    assert all(row["reason_zh"] and row["reason_en"] for row in listed.values())
    count = len((root / "tests" / "data" / "gangbei-2019.sha256").read_text().splitlines())
    assert sorted([*modelled(), *listed]) == list(range(count))
