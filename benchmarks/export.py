"""A million rows as CSV: the whole `kg query` against a bare script with the engine's serialiser.

The two run in turn as processes of their own, on one store, into a file each; the peak of
memory is that of the process. ``--excel`` is shown beside them, without a bar.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.namespace import ID, PBA, RDFS, XSD
from kg.store import Store

ROWS = 1_000_000
RUNS = 5
BAR = 0.8
TEXT = "SELECT ?s ?p ?o { ?s ?p ?o }"
BARE = """
import sys
import pyoxigraph as ox
results = ox.Store.read_only(sys.argv[1]).query(sys.argv[2])
with open(sys.argv[3], "wb") as out:
    results.serialize(out, format=ox.QueryResultsFormat.CSV)
"""
PREDICATES = (ox.NamedNode(RDFS + "label"), ox.NamedNode(PBA + "code"))


def quads() -> Iterator[ox.Quad]:
    """Units with a Chinese name and a code: half a million of them, two triples each."""
    graph = ox.NamedNode(ID + "source/many/table")
    kind = ox.NamedNode(XSD + "integer")
    for number in range(ROWS // 2):
        unit = ox.NamedNode(f"{ID}450802/单位{number}")
        values = (
            ox.Literal(f"港北区第{number}网格党支部", language="zh"),
            ox.Literal(str(number), datatype=kind),
        )
        for predicate, value in zip(PREDICATES, values, strict=True):
            yield ox.Quad(unit, predicate, value, graph)


def build(folder: str) -> None:
    """Make the store; in a process of its own, as what it needs of memory is inherited."""
    with Store(Path(folder)).write() as writer:
        writer.replace("many", quads())
        writer.commit()


def measured(command: list[str]) -> tuple[float, float]:
    """The seconds of CPU that a process takes, and its peak of memory in MB."""
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    assert status == 0, command
    # Linux counts in KB, macOS in bytes.
    unit = 1_000_000 if sys.platform == "darwin" else 1_000
    return used.ru_utime + used.ru_stime, used.ru_maxrss / unit


def main() -> None:
    """Print times of CPU, memory and the ratios, pair by pair."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        measured([sys.executable, __file__, str(store.path)])
        with store.view() as view:
            data = str(view.data)
        kg = [sys.executable, "-m", "kg", "--store", str(store.path), "query", "-e", TEXT]
        commands = {
            "engine": [sys.executable, "-c", BARE, data, TEXT, f"{folder}/bare.csv"],
            "kg": [*kg, "-o", f"{folder}/kg.csv"],
            "kg --excel": [*kg, "--excel", "-o", f"{folder}/excel.csv"],
        }
        runs = [{name: measured(line) for name, line in commands.items()} for _ in range(RUNS)]
        same = Path(folder, "bare.csv").read_bytes() == Path(folder, "kg.csv").read_bytes()
    report(runs, same=same)


def report(runs: list[dict[str, tuple[float, float]]], *, same: bool) -> None:
    """Print the medians, and each one's speed as a share of the engine's."""
    print(f"{ROWS:,} rows of 3 columns, medians of {RUNS}; the same bytes: {same}")
    for name in runs[0]:
        seconds = statistics.median(run[name][0] for run in runs)
        memory = max(run[name][1] for run in runs)
        speed = sorted(run["engine"][0] / run[name][0] for run in runs)
        spread = f"(from {speed[0]:.2f} to {speed[-1]:.2f})"
        bar = f", bar {BAR}" if name == "kg" else ""
        shown = (
            f"{seconds:6.2f} s of CPU, {memory:6.0f} MB, speed {statistics.median(speed):.2f} of it"
        )
        print(f"{name:10} {shown} {spread}{bar}")


if __name__ == "__main__":
    build(sys.argv[1]) if sys.argv[1:] else main()
