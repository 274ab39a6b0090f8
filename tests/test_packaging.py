"""The wheel and the sdist: they hold what they should, and work away from the checkout."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def tracked(folder: str, *suffixes: str) -> set[str]:
    """The files of a folder that git tracks or that are new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = {line for line in listed.splitlines() if (ROOT / line).is_file()}
    return {f for f in found if not suffixes or f.endswith(suffixes)}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the wheel and the sdist, built from a copy of the tracked files."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in tracked("."):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "build", "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=280)
    return out


@pytest.mark.full
def test_the_wheel_holds_the_package_and_its_files_and_nothing_else(built):
    (wheel,) = built.glob("*.whl")
    assert wheel.name.startswith("party_alliance_kg-")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == tracked(
        "kg", ".py", ".rq", ".toml", ".lark", ".j2", ".css", ".js", ".json", "py.typed"
    ) | {f"kg/_assets/{name}" for name in tracked("ontology", ".ttl", ".md", ".rq")} | {
        f"kg/_assets/triples/{Path(name).name}" for name in tracked("data/triples", ".trig")
    }


@pytest.mark.full
def test_the_sdist_builds_the_same_wheel(built, tmp_path):
    (sdist,) = built.glob("*.tar.gz")
    subprocess.run(["tar", "-xzf", sdist, "-C", tmp_path], check=True)
    (folder,) = tmp_path.iterdir()
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--outdir",
        str(tmp_path / "o"),
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=280)
    (again,) = (tmp_path / "o").glob("*.whl")
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(again) as one, zipfile.ZipFile(wheel) as two:
        assert sorted(one.namelist()) == sorted(two.namelist())


@pytest.mark.full
@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_it_works_in_an_empty_folder_and_environment(kind, built, tmp_path):
    (package,) = built.glob(kind)
    venv.create(tmp_path / "env", with_pip=True)
    bin_ = tmp_path / "env" / "bin"
    empty = tmp_path / "empty"
    empty.mkdir()
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            command,
            check=True,
            capture_output=True,
            encoding="utf-8",
            cwd=empty,
            env=env | {"PYTHONUTF8": "1"},
            timeout=280,
        )
        return done.stdout

    run(bin_ / "pip", "install", "--quiet", package)
    assert "社区\N{NO-BREAK SPACE}36" in run(bin_ / "kg", "build")
    assert "原文第25句" in run(bin_ / "kg", "query", "alliances", "--why")
    run(bin_ / "kg", "map", "-o", "a.html")
    assert "小个专党建联盟" in (empty / "a.html").read_text(encoding="utf-8")


def test_setup_cfg_carries_everything_and_pyproject_only_the_build_backend():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(pyproject) == {"build-system"}
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    assert setup["metadata"]["name"] == "party-alliance-kg"
    assert setup["options.entry_points"]["console_scripts"].strip() == "kg = kg.cli:main"
    requires = setup["options"]["install_requires"].lower()
    assert all(
        name in requires for name in ("networkx", "rdflib", "sparqlwrapper", "pyvis", "click")
    )


def test_every_package_folder_is_listed():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = {name for name in setup["options"]["packages"].split() if "_assets" not in name}
    folders = {f.parent.relative_to(ROOT).as_posix() for f in (ROOT / "kg").rglob("__init__.py")}
    assert listed == {folder.replace("/", ".") for folder in folders}


def test_the_project_speaks_of_itself_alone():
    """No path of a machine, and nothing of how it is built or staffed."""
    for name in tracked("."):
        content = (ROOT / name).read_bytes()
        if name != "tests/test_packaging.py":
            assert b"/work" + b"/" not in content, name
            assert b"/root" + b"/" not in content, name
