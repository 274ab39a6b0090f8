"""The 24 questions of `benchmarks/questions/` asked by kg and by the plain engine.

The plain engine has the same triples, stated and entailed, in one default graph, loaded in
bulk and optimised. Both answer from disk, all rows are read as terms, and the answers are
compared by value: as bags, and in their order where the question sorts.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph as ox
from update import filled

from kg.namespace import PREFIXES
from kg.query import run
from kg.store import Store, View

RUNS = 5
_LONG = 5
QUESTIONS = Path(__file__).parent / "questions"


def stores(folder: Path, districts: int) -> tuple[Store, Path]:
    """The store of so many synthetic districts and the plain one; made where they are not."""
    ours, plain = Store(folder / f"kg-{districts}"), folder / f"plain-{districts}"
    if not (folder / f"kg-{districts}").exists():
        ours = filled(folder, districts)
    if not plain.exists():
        dump = folder / f"plain-{districts}.nt"
        with ours.view() as view:
            quads = view.quads(None, None, None, ox.DefaultGraph())
            ox.serialize((quad.triple for quad in quads), str(dump), ox.RdfFormat.N_TRIPLES)
        store = ox.Store(str(plain))
        store.bulk_load(path=str(dump), format=ox.RdfFormat.N_TRIPLES)
        store.optimize()
        store.flush()
        dump.unlink()
    return ours, plain


def rows(results: object) -> list[tuple[object, ...]]:
    """All rows, as terms."""
    assert isinstance(results, ox.QuerySolutions)
    return [tuple(row) for row in results]


def of_kg(view: View, text: str) -> list[tuple[object, ...]]:
    """The answer of kg."""
    return rows(run(view, text))


def of_engine(store: ox.Store, text: str) -> list[tuple[object, ...]]:
    """The answer of the plain engine."""
    return rows(store.query(text, prefixes=PREFIXES))


def cpu(works: list[Callable[[], object]], runs: int) -> list[float]:
    """Medians of the CPU seconds of each, run in turn."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for work, spent in zip(works, times, strict=True):
            before = time.process_time()
            work()
            spent.append(time.process_time() - before)
    return [statistics.median(spent) for spent in times]


def compared(view: View, plain: ox.Store, file: Path) -> float:
    """Print a line for a question and return the ratio."""
    text = file.read_text(encoding="utf-8")
    before = time.process_time()
    ours = of_kg(view, text)
    first = time.process_time() - before
    before = time.process_time()
    theirs = of_engine(plain, text)
    runs = RUNS if time.process_time() - before < _LONG else 1
    same = (
        ours == theirs if "ORDER BY" in text else sorted(map(str, ours)) == sorted(map(str, theirs))
    )
    assert same, f"{file.stem}: the answers differ"
    quick, slow = cpu([partial(of_kg, view, text), partial(of_engine, plain, text)], runs)
    times = f"{slow * 1000:9.2f} ms → {quick * 1000:9.2f} ms (first {first * 1000:9.2f})"
    print(f"{file.stem:34} {len(ours):7,} rows {times}, × {quick / slow:.3f}", flush=True)
    return quick / slow


def main() -> None:
    """Print a line for each question, and the geometric mean and the worst of each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--districts", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--folder", type=Path, help="where stores are kept between runs")
    parser.add_argument("--only", nargs="*", default=[], help="numbers of questions")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        for districts in options.districts:
            ours, plain = stores(folder, districts)
            print(f"{districts} districts, {ours.log()[0].triples:,} triples")
            store = ox.Store.read_only(str(plain))
            files = sorted(QUESTIONS.glob("*.rq"))
            chosen = [f for f in files if not options.only or f.stem[:2] in options.only]
            with ours.view() as view:
                ratios = [compared(view, store, file) for file in chosen]
            print(
                f"geometric mean {statistics.geometric_mean(ratios):.3f}, worst {max(ratios):.3f}"
            )


if __name__ == "__main__":
    main()
