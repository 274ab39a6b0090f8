"""Each saved question with the witnesses of its rows against the question alone.

Answers and witnesses are read to the end. Times are medians of CPU time (all work is in one
thread), warm: plans and what was read of the generation are kept, as they are by the engine. The
last column is a first call on a view that has just been opened, which reads all of that.
"""

from __future__ import annotations

import math
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg.build import build
from kg.query import asked, questions, run, why
from kg.query.why import Explanation, Row
from kg.store import Store, View

RUNS = 15
BAR = 5.0
VALUES = {"street": "贵城街道", "thing": "区域党建联盟"}
T = TypeVar("T")


def seconds(work: Callable[[], T]) -> tuple[float, T]:
    """The median of several runs, and what the work gives."""
    times = []
    for _ in range(RUNS):
        started = time.process_time()
        done = work()
        times.append(time.process_time() - started)
    return statistics.median(times), done


def plain(view: View, text: str) -> list[Row]:
    """The rows of the question."""
    results = run(view, text)
    assert isinstance(results, ox.QuerySolutions)
    return [tuple(row) for row in results]


def explained(view: View, text: str) -> dict[Row, Explanation]:
    """The rows and their witnesses, as ``kg query --why`` gets them."""
    return why(view, text, rows=plain(view, text))


def main() -> None:
    """Print a line for each saved question, and how their ratios lie to the bar."""
    ratios = {}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        build(store)
        with store.view() as view:
            for name, question in questions().items():
                values = {p.name: VALUES[p.name] for p in question.parameters if p.name in VALUES}
                text = asked(view, question, values)
                with store.view() as new:
                    started = time.process_time()
                    explained(new, text)
                    first = time.process_time() - started
                alone, rows = seconds(partial(plain, view, text))
                told, found = seconds(partial(explained, view, text))
                assert found.keys() == set(rows), name
                ratios[name] = told / alone
                times = f"{alone * 1000:6.2f} ms → {told * 1000:6.2f} ms, × {told / alone:.1f}"
                print(f"{name:25} {len(rows):4} rows  {times}  (first {first * 1000:.0f} ms)")
    mean = math.exp(statistics.fmean(map(math.log, ratios.values())))
    worst = max(ratios, key=lambda name: ratios[name])
    above = sorted(name for name, ratio in ratios.items() if ratio > BAR)
    print(f"geometric mean × {mean:.2f}, most × {ratios[worst]:.1f} ({worst})")
    print(f"above × {BAR:g}: {', '.join(above) or 'none'}")


if __name__ == "__main__":
    main()
