"""Fixtures that several tests share: the store of the shipped data, the command, a browser."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from kg import assets
from kg.build import build
from kg.cli import main
from kg.generate import generate
from kg.ingest import read, read_ontology
from kg.reason import entail
from kg.store import Loose, Store, View

from .chromium import ARGUMENTS, chromium_path

# No absolute time in a test: a loaded machine is slower, and right all the same.
ANEW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("anew", ANEW)
# A commit passes or fails whoever asks; `make quick` and `make nightly` draw examples anew.
settings.register_profile("same", ANEW, derandomize=True)
settings.load_profile("same")


@pytest.fixture(scope="module", autouse=True)
def _set_aside() -> None:
    """Set what is there aside from what is collected: each write to a store collects."""
    gc.collect()
    gc.freeze()


ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of the shipped ontology and triples; tests only read it."""
    store = Store(tmp_path_factory.mktemp("shipped") / "kg-data")
    build(store)
    return store


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of one generated district, which has alliances and members; tests only read it."""
    folder = tmp_path_factory.mktemp("generated")
    generate(folder / "quads", 1, 3)
    store = Store(folder / "store")
    build(store, folder / "quads")
    return store


@pytest.fixture
def view(shipped: Store) -> Iterator[View]:
    with shipped.view() as view:
        yield view


def merged(quads: list[ox.Quad]) -> ox.Store:
    """A store in memory of the quads, what follows from them, and the merge."""
    store = ox.Store()
    store.bulk_extend(quads)
    quads = [*quads, *entail(Loose(store))]
    store.bulk_extend(quads)
    store.bulk_extend([ox.Quad(q.subject, q.predicate, q.object) for q in quads])
    return store


@pytest.fixture(scope="session")
def world() -> Callable[[list[ox.Quad]], ox.Store]:
    """Makes a store in memory of the quads, what follows from them, and the merge."""
    return merged


@pytest.fixture(scope="session")
def quads() -> list[ox.Quad]:
    """Everything that ships, in its named graphs."""
    sources = [read(file) for file in sorted(assets.folder("triples").glob("*.trig"))]
    return [q for source in [read_ontology(), *sources] for q in source.quads]


@dataclass
class Run:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def kg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs `kg` in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*args: str | Path, store: Store | None = None, stdin: str = "") -> Run:
        done = CliRunner().invoke(main, _arguments(args, store), input=stdin, prog_name="kg")
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        return Run(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def kg_process(tmp_path: Path):
    """Runs `kg` as a process of its own, in an empty folder."""

    def run(*args: str | Path, store: Store | None = None, **env: str) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "kg", *_arguments(args, store)],
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **env},
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Run(done.returncode, done.stdout, done.stderr)

    return run


def _arguments(args: tuple[str | Path, ...], store: Store | None) -> list[str]:
    where = [] if store is None else ["--store", str(store.path)]
    return [*where, *map(str, args)]


@pytest.fixture(scope="module")
def playwright():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright):
    opened = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
    yield opened
    opened.close()
