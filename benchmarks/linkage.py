"""Reading a generation into tables: to the engine's own handing out of the same columns.

One store of 100,000 units with 550,000 ties in co-buildings of five. The bar is three seconds a
million ties, on one core; it is printed beside what the engine alone takes to write the columns.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyoxigraph as ox

from kg.namespace import ID, PBA, RDF, RDFS, SOURCE
from kg.network import ArrayGraph
from kg.network.cache import packed, unpacked
from kg.network.extract import read_linkage
from kg.store import Store, View

UNITS, PARTS, WORKS, SEED = 100_000, 5, 110_000, 7
RUNS, BAR = 3, 3.0
GRAPH = ox.NamedNode(SOURCE + "made/sheet")
TYPE, LABEL = ox.NamedNode(RDF + "type"), ox.NamedNode(RDFS + "label")
PARTICIPANT = ox.NamedNode(PBA + "participant")


def statements() -> Iterator[ox.Quad]:
    """Units with labels, and works with the units that take part: some take part in many."""
    unit, work = ox.NamedNode(PBA + "Unit"), ox.NamedNode(PBA + "CoBuilding")
    units = [ox.NamedNode(f"{ID}990101/单位{number}") for number in range(UNITS)]
    for number, one in enumerate(units):
        yield ox.Quad(one, TYPE, unit, GRAPH)
        yield ox.Quad(one, LABEL, ox.Literal(f"单位{number}", language="zh"), GRAPH)
    chosen = np.random.default_rng(SEED).beta(0.6, 3, (WORKS, PARTS)) * UNITS
    for number, parts in enumerate(chosen.astype(int).tolist()):
        one = ox.NamedNode(f"{ID}990101/共建{number}")
        yield ox.Quad(one, TYPE, work, GRAPH)
        for part in parts:
            yield ox.Quad(one, PARTICIPANT, units[part], GRAPH)


def columns(view: View) -> int:
    """Have the engine write the columns that hold anything here; how many rows they have."""
    return sum(len(view.pairs(predicate)[0]) for predicate in (TYPE, LABEL, PARTICIPANT))


def main() -> None:
    """Build the store, then read it in turn."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        with store.write(command="benchmark") as writer:
            writer.replace("made", statements())
            writer.commit()
        with store.view() as view:
            times: list[tuple[float, float]] = []
            for _ in range(RUNS):
                started = time.process_time()
                rows = columns(view)
                between = time.process_time()
                made = read_linkage(view)
                times.append((between - started, time.process_time() - between))
        engine, ours = (sorted(column)[RUNS // 2] for column in zip(*times, strict=True))
        ties = sum(len(table) for table in made.ties.values())
        kept = packed(made)
        started = time.process_time()
        unpacked(kept)
        again = time.process_time() - started
        started = time.process_time()
        graph: ArrayGraph = made.network("co-building")
        build = time.process_time() - started
    a_million = ours / ties * 1e6
    print(f"{len(made.things):,} things, {ties:,} ties, {rows:,} rows of the engine")
    print(f"  read in {a_million:.1f} s a million ties (bar {BAR}), {ours / engine:.2f} times")
    print(f"  what the engine takes to write the columns ({engine / rows * 1e6:.1f} µs a row)")
    print(f"  kept tables: {len(kept) / 1e6:.0f} MB, read again in {again / ours:.3f} of that")
    print(f"  {graph!r} made of them in {build / ours:.3f} of that")
    raise SystemExit(0 if a_million <= BAR else 1)


if __name__ == "__main__":
    main()
