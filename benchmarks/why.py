"""Each saved question with the sources of its rows against the question alone."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kg.build import build
from kg.describe import find
from kg.query import Unexplained, bound, questions, run, why
from kg.store import Store, View

RUNS = 15
VALUES = {"street": "贵城街道", "thing": "区域党建联盟"}


def seconds(work: Callable[[], object]) -> float:
    """The median of several runs."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def plain(view: View, text: str) -> None:
    """Run the question and read its rows."""
    for _ in run(view, text):  # type: ignore[union-attr]
        pass


def main() -> None:
    """Print a line for each question that can be explained."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        build(store)
        with store.view() as view:
            for name, question in questions().items():
                values = {p.name: VALUES[p.name] for p in question.parameters if p.name in VALUES}
                text = bound(question, values, find=partial(find, view))
                try:
                    why(view, text)
                except Unexplained as error:
                    print(f"{name:22} {error}")
                    continue
                alone, explained = (
                    seconds(partial(plain, view, text)),
                    seconds(partial(why, view, text)),
                )
                times = f"{alone * 1000:6.1f} ms → {explained * 1000:6.1f} ms"
                print(f"{name:22} {times}, × {explained / alone:.1f}")


if __name__ == "__main__":
    main()
