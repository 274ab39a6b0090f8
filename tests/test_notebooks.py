"""The notebooks: paired with their text, run on real kernels, and what they show is so."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import re
from base64 import b64decode
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "notebooks").glob("[0-9]*.py"))
NAMES = [file.stem for file in FILES]
each = pytest.mark.parametrize("name", NAMES)
# Asks in the kernel that has run the notebook; the rows as the answers of tests/data have them.
ASK = """
import json as _json, kg as _kg
from data import real as _real
with _kg.open(_real()) as _g:
    _rows = {name: [["" if t is None else t.value for t in row] for row in _g.saved(name).terms]
             for name in %s}
print("ANSWERS " + _json.dumps(_rows))
"""


@cache
def gallery():
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs" / "gallery.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text(name: str) -> str:
    return (ROOT / "notebooks" / f"{name}.py").read_text(encoding="utf-8")


def answers(question: str) -> list[list[str]] | None:
    """The literal rows that a question is to give, without the sentences that say so."""
    file = ROOT / "tests" / "data" / "answers" / f"{question}.csv"
    if not file.exists():
        return None
    rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    return sorted(row[:-1] for row in rows[1:])


def asked(name: str) -> list[str]:
    """The questions without values that a notebook asks, as far as their answers are written."""
    found = re.findall(r'saved\("([\w-]+)"\)|%kg ([\w-]+)$', text(name), re.MULTILINE)
    names = {question for pair in found for question in pair if question}
    return sorted(question for question in names if answers(question) is not None)


@cache
def ran(name: str) -> nbformat.NotebookNode:
    """A notebook that has run from top to bottom, with one more cell that asks its questions."""
    made = gallery().notebook(text(name))
    made.cells.append(nbformat.v4.new_code_cell(ASK % asked(name)))
    return gallery().run(made)


def outputs(name: str) -> list[nbformat.NotebookNode]:
    return [out for cell in ran(name).cells for out in cell.get("outputs", ())]


# As they are kept


def test_there_are_seven_in_order():
    assert [name[:2] for name in NAMES] == [f"0{number}" for number in range(1, 8)]


@each
def test_a_notebook_is_what_its_text_says_without_outputs(name):
    kept = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    assert kept == gallery().paired(text(name)), "run `make format`"
    cells = json.loads(kept)["cells"]
    assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in cells)


@each
def test_a_notebook_begins_in_both_languages_and_ends_with_what_it_cannot_tell(name):
    cells = json.loads(gallery().paired(text(name)))["cells"]
    first = "".join(cells[0]["source"])
    assert re.match(r"# .*[\u4e00-\u9fff]", first)
    assert re.search(r"[A-Za-z]{3,} [a-z]+", first)
    prose = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    (last,) = (words for words in prose if "不能告诉你" in words)
    assert "annot tell you" in last
    assert prose.index(last) >= len(prose) - 2
    code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    assert code[-1].rstrip().endswith(".cite()")


@each
def test_a_notebook_says_of_made_data_that_it_is_made_and_names_no_place_of_a_machine(name):
    if "synthetic(" in text(name):
        assert re.search(r"生成的|合成|不是真实|并非真实", text(name))
        assert re.search(r"synthetic|not real|generated", text(name), re.IGNORECASE)
    assert not re.search(r"/(home|tmp|root|Users)/|[A-Z]:\\", text(name))


# On a kernel


@pytest.mark.full
@each
def test_a_notebook_runs_and_warns_of_nothing(name):
    said = [out for out in outputs(name) if out.output_type == "stream" and out.name == "stderr"]
    assert said == []
    assert not [out for out in outputs(name) if out.output_type == "error"]


@pytest.mark.full
@each
def test_the_questions_of_a_notebook_have_their_literal_answers(name):
    (line,) = (out.text for out in outputs(name) if out.get("text", "").startswith("ANSWERS "))
    held = json.loads(line.removeprefix("ANSWERS "))
    assert {question: sorted(rows) for question, rows in held.items()} == {
        question: answers(question) for question in asked(name)
    }


def test_the_gallery_asks_at_least_twelve_questions_whose_answers_are_written():
    assert len({question for name in NAMES for question in asked(name)}) >= 12


@pytest.mark.full
@each
def test_the_plots_of_a_notebook_are_drawn(name):
    pictures = [
        np.asarray(Image.open(io.BytesIO(b64decode(out.data["image/png"]))).convert("L"))
        for out in outputs(name)
        if "image/png" in out.get("data", {})
    ]
    drawn = len(re.findall(r"plt\.subplots|\.plot\.?\w*\(", text(name)))
    assert not drawn or pictures
    for pixels in pictures:
        assert min(pixels.shape) > 200
        assert np.unique(pixels).size > 20


@pytest.mark.full
@each
def test_a_notebook_as_a_page_loads_nothing(name):
    page = gallery().page(ran(name), name)
    heads = re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", page)
    assert not [head for head in heads if re.search(r"(?:src|href)=[\"']?(?:https?:)?//", head)]
    assert 'lang="zh"' in page[:300]
