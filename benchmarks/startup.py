"""CPU time of `kg --help` against a bare `import click`, process by process in turn."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

RUNS = 15
KG = [sys.executable, "-m", "kg", "--help"]
CLICK = [sys.executable, "-c", "import click"]


def cpu(command: list[str]) -> float:
    """Seconds of CPU that one process takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the ratio, pair by pair."""
    cpu(KG), cpu(CLICK)
    pairs = [(cpu(KG), cpu(CLICK)) for _ in range(RUNS)]
    ratios = sorted(ours / click for ours, click in pairs)
    ours, click = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    print(f"kg --help {ours:.0f} ms, import click {click:.0f} ms of CPU (medians of {RUNS})")
    print(f"ratio {statistics.median(ratios):.2f} (from {ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main()
