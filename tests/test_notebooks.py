"""The gallery: pairs in step, every notebook from top to bottom, its answers and its plots."""

from __future__ import annotations

import ast
import base64
import csv
import importlib.util
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from .chromium import ARGUMENTS, chromium_path

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = ROOT / "tests" / "data" / "answers"
WATCH = (ROOT / "tests" / "notebook_watch.py").read_text(encoding="utf-8")
WATCH += "_watch(get_ipython())\n"
# As on a machine without any Chinese font.
NO_FONT = """
from matplotlib import font_manager
font_manager.fontManager.ttflist = [
    font for font in font_manager.fontManager.ttflist if font.name.startswith("DejaVu")
]
"""
CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")


def gallery():
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs" / "gallery.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GALLERY = gallery()
TEXTS = GALLERY.texts()
every = pytest.mark.parametrize("file", TEXTS, ids=[file.stem for file in TEXTS])


def read(file: Path):
    return GALLERY.notebook(file.read_text(encoding="utf-8"))


def prose(file: Path) -> list[str]:
    return [cell.source for cell in read(file).cells if cell.cell_type == "markdown"]


# As they stand


def test_there_are_seven_with_a_title_and_a_summary_in_english():
    titles = [GALLERY.title(read(file)) for file in TEXTS]
    assert titles == [
        "十分钟认识港北区",
        "本体举例",
        "提问与依据",
        "缺什么",
        "中心性、经纪角色与三级联动",
        "社群与行政边界",
        "随时间的变化",
    ]
    for file in TEXTS:
        _, summary, *_ = prose(file)[0].split("\n\n")
        assert re.fullmatch(r"\*[A-Z][ -~–’]+\.?\??\*", summary), file


@every
def test_a_pair_is_in_step_and_has_no_outputs(file):
    text = file.read_text(encoding="utf-8")
    pair = file.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert pair == GALLERY.paired(text), "run `make format`"
    made = nbformat.reads(pair, as_version=4)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert made.metadata.kernelspec.name == "python3"
    assert jupytext.writes(made, fmt="py:percent") == text, "as JupyterLab would save it"


@every
def test_each_ends_with_what_it_cannot_tell_and_a_citation(file):
    cells = read(file).cells
    assert [part.splitlines()[0] for part in prose(file)][-2:] == [
        "## 这份笔记不能告诉你什么 / What this cannot tell you",
        "## 引用 / Cite",
    ]
    assert re.fullmatch(r"[gs]\.cite\(\)", cells[-1].source)
    assert len(prose(file)[-2].split("\n- ")) > 3


@every
def test_none_needs_a_path_a_seed_of_the_clock_or_a_formula(file):
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"[\"'`(](/\w|~/|[A-Z]:\\)|/(home|root|tmp|Users)/", text)
    assert not re.search(r"default_rng\(\)|random\.seed\(\)|seed=None", text)
    # The pages load no MathJax, so mathematics is written out.
    assert not any(re.search(r"\$\$|\\\(|\\frac", part) for part in prose(file))


@every
def test_what_is_synthetic_is_called_so(file):
    source = "\n\n".join(cell.source for cell in read(file).cells)
    if "synthetic()" in source:
        assert "其中没有任何真实内容" in source or "合成数据，并非真实" in source
        assert re.search("\\*\\*synthetic", source, re.IGNORECASE)


def test_a_page_that_leads_to_the_others_escapes_their_titles():
    page = GALLERY.index({"a": "<题>"})
    assert '<a href="a.html">&lt;题&gt;</a>' in page


# As they run


def cell(source: str):
    made = nbformat.v4.new_code_cell(source)
    made.metadata.tags = ["test"]
    return made


def watched(file: Path, before: str = ""):
    """A notebook that was run, with cells of the tests among its own."""
    made = read(file)
    cells = [cell(before), cell(WATCH)]
    for own in made.cells:
        cells.append(own)
        if tags := own.metadata.get("tags"):
            cells.append(cell(f"import json; print(json.dumps([{tags[0]!r}, _rows(_)]))"))
    cells.append(cell("import json; print(json.dumps(_plots))"))
    made.cells = cells
    return GALLERY.run(made)


RUNS: dict[Path, nbformat.NotebookNode] = {}


@pytest.fixture
def done(file):
    """A notebook after its run; each is run once."""
    import matplotlib.font_manager  # noqa: F401 - its cache is made here, and not in a kernel

    if file not in RUNS:
        RUNS[file] = watched(file)
    return RUNS[file]


def outputs(made, *, tests: bool) -> list:
    """The outputs of the cells of the tests, or of the notebook's own."""
    code = [one for one in made.cells if one.cell_type == "code"]
    chosen = [one for one in code if (one.metadata.get("tags") == ["test"]) is tests]
    return [output for one in chosen for output in one.outputs]


def said(made) -> list:
    """What the cells of the tests printed, the plots last."""
    return [json.loads(output.text) for output in outputs(made, tests=True)]


def pictures(made) -> list[bytes]:
    data = [output.get("data", {}) for output in outputs(made, tests=False)]
    return [base64.b64decode(one["image/png"]) for one in data if "image/png" in one]


def expected(name: str) -> list[list[str]]:
    with (ANSWERS / f"{name}.csv").open(encoding="utf-8") as file:
        return [row[:-1] for row in csv.reader(file)][1:]


@pytest.mark.full
@every
def test_each_runs_from_top_to_bottom_without_a_warning(file, done):
    for output in outputs(done, tests=False):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.text


@pytest.mark.full
@every
def test_answers_are_the_rows_that_the_text_tells(file, done):
    checked = 0
    for tag, rows in said(done)[:-1]:
        name = tag.removeprefix("answers-")
        if tag != name:
            assert sorted(rows) == sorted(expected(name)), name
            checked += 1
    assert checked >= 1


def test_at_least_eight_questions_are_compared_with_their_expected_rows():
    tags = {
        tag for file in TEXTS for one in read(file).cells for tag in one.metadata.get("tags", [])
    }
    assert len({tag for tag in tags if tag.startswith("answers-")}) >= 8


@pytest.mark.full
@pytest.mark.parametrize("file", [TEXTS[3]])
def test_what_the_source_leaves_unsaid_is_found_in_full(file, done):
    (rows,) = [rows for tag, rows in said(done)[:-1] if tag == "unanswered"]
    empty = {file.stem for file in ANSWERS.glob("*.csv") if not expected(file.stem)}
    assert {name for name, *_ in rows} == empty - {"measured"}
    assert all(note for *_, note in rows)


@pytest.mark.full
@pytest.mark.parametrize("file", [TEXTS[0]])
def test_the_codes_are_counted_as_the_tables_have_them(file, done):
    (rows,) = [rows for tag, rows in said(done)[:-1] if tag == "codes"]
    counts = {}
    for place, version in enumerate(("2.3.1", "2.7.0")):
        with (ROOT / "data" / "sources" / f"gangbei_villages_{version}.csv").open() as table:
            for row in csv.DictReader(table):
                if 0 < int(row["code"][9:]) < 200:
                    counts.setdefault(row["code"][:9], [0, 0])[place] += 1
    assert rows == [[str(count) for count in counts[code]] for code in sorted(counts)]


@pytest.mark.full
@every
def test_plots_have_titles_axes_and_something_on_them(file, done):
    from matplotlib.image import imread

    plots, images = said(done)[-1], pictures(done)
    assert len(plots) == len(images) >= 1
    for plot in plots:
        assert re.match("港北区|合成数据（甲子区，并非真实）|本体", plot["title"])
        assert all(plot["axes"]), plot
        assert plot["outside"] == plot["crowded"] == []
    for image in images:
        assert imread(io.BytesIO(image))[..., :3].std() > 0.05


@pytest.mark.full
@every
def test_without_a_chinese_font_plots_are_in_english_and_pinyin(file):
    made = watched(file, NO_FONT)
    printed = [one.text for one in outputs(made, tests=False) if one.get("name") == "stdout"]
    assert printed[0].startswith("没有中文字体")
    assert not [one for one in outputs(made, tests=False) if one.get("name") == "stderr"]
    for plot in said(made)[-1]:
        assert [text for text in plot["texts"] if CHINESE.search(text)] == []
        assert plot["outside"] == plot["crowded"] == []
        assert re.match("Gangbei|Synthetic district, not real|Ontology", plot["title"])


@pytest.mark.full
def test_a_notebook_that_reached_for_the_network_would_fail():
    made = nbformat.v4.new_notebook()
    reach = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)"
    made.cells = [cell(WATCH), cell(reach)]
    with pytest.raises(CellExecutionError, match="the notebook reaches for the network"):
        GALLERY.run(made)


# As pages


class Loads(HTMLParser):
    """What a page would load: addresses of scripts, styles, pictures and frames."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        wanted = {"script": "src", "link": "href", "img": "src", "iframe": "src"}.get(tag)
        self.found += [value for name, value in attrs if name == wanted]


@pytest.mark.full
@every
def test_a_page_has_no_address_to_load_from(file, done):
    page = GALLERY.page(done, GALLERY.title(read(file)))
    loads = Loads()
    loads.feed(page)
    assert [one for one in loads.found if not one.startswith("data:")] == []
    assert not re.search(r"url\(\s*[\"']?(https?:)?//|@import|import\(", page)
    assert f"<title>{GALLERY.title(read(file))}</title>" in page and 'lang="zh"' in page[:300]
    assert re.findall(r'<img (?![^>]*alt="[^"]+")', page) == []


@pytest.mark.full
@every
def test_a_page_makes_no_request_and_no_error_in_a_browser(file, done, tmp_path):
    from playwright.sync_api import sync_playwright

    target = tmp_path / "page.html"
    target.write_text(GALLERY.page(done, "page"), encoding="utf-8")
    asked, wrong = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        tab = browser.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.goto(target.as_uri())
        tab.locator("h1").first.wait_for()
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:", "about:"))] == []
    assert wrong == []


def test_helpers_are_few_and_short():
    for name in ("data", "style"):
        tree = ast.parse((ROOT / "notebooks" / f"{name}.py").read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        assert len(functions) <= 4
        assert all(ast.get_docstring(one) for one in functions if not one.name.startswith("_"))
