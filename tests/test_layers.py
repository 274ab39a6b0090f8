"""The drawing in CONTRIBUTING.md against the imports."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {
    "click": {"cli"},
    "rich": {"cli"},
    "networkx": {"network", "analytics", "maps"},
    "numpy": {"network", "analytics"},
    "scipy": {"network", "analytics"},
    "numba": {"network"},
    "networkit": {"network"},
    "pyvis": {"maps"},
    "jinja2": {"maps"},
    "markupsafe": {"maps"},
    "xlsxwriter": {"export"},
    "rdflib": {"query", "validate", "graph"},
    "IPython": {"magic"},
    "pandas": {"graph"},
    "polars": {"graph", "export"},
    "pyshacl": {"validate"},
    "SPARQLWrapper": {"remote"},
    "prompt_toolkit": {"cli"},
    "pygments": {"cli"},
    "lark": {"sparql"},
    "pypinyin": {"search"},
    "opencc": {"search"},
}
EVERYWHERE = {"pyoxigraph"}


def drawing() -> dict[str, int]:
    """Module → layer, read from the drawing."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawn = re.search(r"```layers\n(.*?)```", text, re.DOTALL)[1]
    lines = re.findall(r"^(\d) \w+ +(.+)$", drawn, re.MULTILINE)
    return {module: int(layer) for layer, modules in lines for module in modules.split()}


def imports(file: Path) -> set[str]:
    """The modules that a file imports, also within functions; for kg its rooms."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            if node.module == "kg":
                found |= {f"kg.{alias.name}" for alias in node.names}
            else:
                found.add(node.module)
    return found


def room(file: Path) -> str:
    return file.relative_to(ROOT / "kg").parts[0].removesuffix(".py")


FILES = [f for f in sorted((ROOT / "kg").rglob("*.py")) if f != ROOT / "kg" / "__init__.py"]


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_imports_point_to_the_same_layer_or_a_lower_one(file):
    layers = drawing()
    here = room(file)
    assert here in layers, f"{here} is not in the drawing of CONTRIBUTING.md"
    for name in imports(file):
        parts = name.split(".")
        if parts[0] == "kg" and len(parts) > 1 and parts[1] in layers:
            assert layers[parts[1]] <= layers[here], f"{here} imports {name}"


def test_every_room_of_the_drawing_exists():
    assert set(drawing()) == {room(file) for file in FILES}


def test_rooms_do_not_import_each_other_in_a_circle():
    import networkx as nx

    layers = drawing()
    graph = nx.DiGraph()
    for file in FILES:
        for name in imports(file):
            parts = name.split(".")
            if (
                parts[0] == "kg"
                and len(parts) > 1
                and parts[1] in layers
                and parts[1] != room(file)
            ):
                graph.add_edge(room(file), parts[1])
    assert not list(nx.simple_cycles(graph))


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_outside_libraries_stay_in_their_rooms(file):
    for name in {name.partition(".")[0] for name in imports(file)}:
        if name in ("kg", "__future__") or name in sys.stdlib_module_names:
            continue
        assert name in EVERYWHERE or room(file) in ROOMS.get(name, set()), f"{file} imports {name}"
