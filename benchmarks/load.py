"""A whole commit of 100,000 statements against the engine's bulk load of the same quads."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox

from kg.store import Store

RUNS, STATEMENTS, GRAPHS = 3, 100_000, 100


def quads() -> list[ox.Quad]:
    """Statements in graphs of one source, shaped like relations."""
    relation = [ox.NamedNode(f"https://example.org/p{n}") for n in range(20)]
    thing = [ox.NamedNode(f"https://example.org/thing/{n}") for n in range(STATEMENTS // 5)]
    graph = [ox.NamedNode(f"https://example.org/g{n}") for n in range(GRAPHS)]
    return [
        ox.Quad(thing[n // 5], relation[n % 20], thing[n * 7919 % len(thing)], graph[n % GRAPHS])
        for n in range(STATEMENTS)
    ]


def ours(data: list[ox.Quad]) -> float:
    """Seconds for kg: load, merge, flush, digests, fsync, commit."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with Store(Path(folder) / "store").write() as writer:
            writer.replace("source", data)
            writer.commit()
        return time.perf_counter() - started


def engine(data: list[ox.Quad]) -> float:
    """Seconds for the engine alone: quads and their merge, flushed."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        store = ox.Store(folder)
        store.bulk_extend(data)
        store.bulk_extend([ox.Quad(q.subject, q.predicate, q.object) for q in data])
        store.flush()
        return time.perf_counter() - started


def main() -> None:
    """Print the ratio, pair by pair."""
    data = quads()
    pairs = [(ours(data), engine(data)) for _ in range(RUNS)]
    ratios = sorted(a / b for a, b in pairs)
    kg, raw = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{STATEMENTS:,} statements: kg {kg:.2f} s, the engine alone {raw:.2f} s (medians)")
    print(f"ratio {statistics.median(ratios):.2f} (from {ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main()
