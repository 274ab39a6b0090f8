"""Generating synthetic districts against the engine's writing of the same quads as N-Quads."""

from __future__ import annotations

import statistics
import time

import pyoxigraph as ox

from kg.generate import district

RUNS, DISTRICTS, SEED = 9, 5, 1


def ours() -> tuple[float, list[str]]:
    """Seconds for kg: everything that is told of the districts, as lines."""
    started = time.perf_counter()
    lines = [line for number in range(1, DISTRICTS + 1) for line in district(number, SEED)]
    return time.perf_counter() - started, lines


def engine(quads: list[ox.Quad]) -> float:
    """Seconds for the engine, which has the quads already and only writes them."""
    started = time.perf_counter()
    ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    return time.perf_counter() - started


def main() -> None:
    """Print the ratio, pair by pair."""
    _, lines = ours()
    quads = list(ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS))
    pairs = [(ours()[0], engine(quads)) for _ in range(RUNS)]
    ratios = sorted(a / b for a, b in pairs)
    kg, raw = (statistics.median(column) for column in zip(*pairs, strict=True))
    rate = len(lines) / kg
    print(f"{len(lines):,} triples: kg {kg:.2f} s ({rate:,.0f} triples/s), engine {raw:.2f} s")
    print(f"ratio {statistics.median(ratios):.2f} (from {ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main()
