"""Reading a query into algebra against rdflib's parser: each saved question, and a first query."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

from kg.namespace import PREFIXES
from kg.query import questions
from kg.sparql import parse

RUNS = 7
OURS = "from kg.sparql import parse; parse('ASK {}')"
RDFLIB = "from rdflib.plugins.sparql import prepareQuery; prepareQuery('ASK {}')"


def seconds(work: Callable[[], object]) -> float:
    """The median of several runs."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def cpu(code: str) -> float:
    """Seconds of CPU that one process takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the ratios."""
    from rdflib.plugins.sparql import prepareQuery

    pairs = []
    for question in questions().values():
        text = question.text
        ours = seconds(partial(parse.__wrapped__, text))
        peer = seconds(partial(prepareQuery, text, initNs=PREFIXES))
        pairs.append((ours, peer))
    ours, peer = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    ratio = statistics.geometric_mean(o / p for o, p in pairs)
    print(f"a saved question: {ours:.2f} ms, rdflib {peer:.2f} ms; ratio {ratio:.3f}")
    first = [(cpu(OURS), cpu(RDFLIB)) for _ in range(RUNS)]
    ours, peer = (statistics.median(column) * 1000 for column in zip(*first, strict=True))
    print(f"a process and its first query: {ours:.0f} ms, rdflib {peer:.0f} ms of CPU")


if __name__ == "__main__":
    main()
