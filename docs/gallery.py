"""The notebooks: each .ipynb from its .py, and each, run, as a page that needs no network.

``pair`` writes notebooks/*.ipynb, without outputs, from the text of notebooks/*.py;
``render [FOLDER]`` runs them and writes FOLDER/*.html. `tests/test_notebooks.py` fails when the
pairs are not in step.
"""

from __future__ import annotations

import re
import sys
from html import escape
from pathlib import Path

import click
import jupytext
import nbformat
from jinja2 import DictLoader
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
SECONDS = 120
# nbconvert's own page would load RequireJS, MathJax and Mermaid from elsewhere.
TEMPLATE = """{%- extends "lab/index.html.j2" -%}
{%- block html_head_js_requirejs -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
"""


def texts() -> list[Path]:
    """The notebooks as text, in their order."""
    return sorted(NOTEBOOKS.glob("[0-9]*.py"))


def notebook(text: str) -> NotebookNode:
    """The notebook that a text in percent format stands for, the same each time."""
    made = jupytext.reads(text, fmt="py:percent")
    for number, cell in enumerate(made.cells, start=1):
        cell.id = f"cell-{number:02}"
    made.metadata.language_info = {"name": "python"}
    made.nbformat, made.nbformat_minor = 4, 5
    nbformat.validate(made)
    return made


def paired(text: str) -> str:
    """The .ipynb of such a text."""
    return nbformat.writes(notebook(text)).rstrip() + "\n"


def run(made: NotebookNode) -> NotebookNode:
    """Run a notebook from top to bottom on a kernel of its own; raises where a cell does."""
    where = {"metadata": {"path": str(NOTEBOOKS)}}
    return NotebookClient(made, timeout=SECONDS, kernel_name="python3", resources=where).execute()


def page(made: NotebookNode, name: str) -> str:
    """A notebook with its outputs as one HTML page that loads nothing."""
    describe(made)
    exporter = HTMLExporter(
        extra_loaders=[DictLoader({"page.html.j2": TEMPLATE})],
        template_file="page.html.j2",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        language_code="zh",
    )
    return exporter.from_notebook_node(made, {"metadata": {"name": name}})[0]


def describe(made: NotebookNode) -> None:
    """Give each picture, for those who do not see it, the heading that it stands under."""
    heading = ""
    for cell in made.cells:
        found = re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE)
        heading = found[-1] if found and cell.cell_type == "markdown" else heading
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", {}):
                output.metadata["image/png"] = {"alt": f"图 plot: {heading}"}


def title(made: NotebookNode) -> str:
    """The title that a notebook begins with."""
    return made.cells[0].source.splitlines()[0].removeprefix("# ")


def index(titles: dict[str, str]) -> str:
    """A page that leads to the others."""
    lines = [f'<li><a href="{name}.html">{escape(text)}</a></li>' for name, text in titles.items()]
    head = '<!DOCTYPE html><html lang="zh"><meta charset="utf-8"><title>kg: 笔记</title>'
    return f"{head}<h1>笔记 Notebooks</h1><ol>{''.join(lines)}</ol></html>\n"


def pair() -> None:
    """Write every .ipynb."""
    for file in texts():
        target = file.with_suffix(".ipynb")
        target.write_text(paired(file.read_text(encoding="utf-8")), encoding="utf-8")
        click.echo(f"notebooks/{target.name}")


def render(folder: Path) -> None:
    """Run every notebook and write it as a page, and a page that leads to them."""
    folder.mkdir(parents=True, exist_ok=True)
    titles = {}
    for file in texts():
        made = run(notebook(file.read_text(encoding="utf-8")))
        titles[file.stem] = title(made)
        (folder / f"{file.stem}.html").write_text(page(made, titles[file.stem]), encoding="utf-8")
        click.echo(folder / f"{file.stem}.html")
    (folder / "index.html").write_text(index(titles), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["pair"]:
        pair()
    elif sys.argv[1:2] == ["render"]:
        render(Path(*sys.argv[2:3]) if sys.argv[2:] else ROOT / "out" / "notebooks")
    else:
        sys.exit(__doc__)
