"""A change of 1,000 triples in one source, in a store of 1 M and in one of 10 M triples."""

from __future__ import annotations

import argparse
import io
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg import build, reason
from kg.generate import district
from kg.ingest import read_ontology
from kg.store import Store

SEED, RUNS, CHANGED = 1, 5, 1_000


def filled(folder: Path, districts: int) -> Store:
    """A store of so many synthetic districts, each a source, with what follows from them."""
    store = Store(folder / f"kg-{districts}")
    ontology = read_ontology()
    with store.write(command="benchmark") as writer:
        writer.replace(ontology.source, ontology.quads)
        for number in range(1, districts + 1):
            writer.replace(f"synthetic-{SEED}-{number:04}", _quads(list(district(number, SEED))))
        staged = writer.stage(derived=reason.SOURCE)
        staged.revise(reason.SOURCE, (), reason.entail(staged.after))
        writer.commit()
    return store


def _quads(lines: list[str]) -> Iterator[ox.Quad]:
    return ox.parse(io.BytesIO("".join(lines).encode()), format=ox.RdfFormat.N_QUADS)


def changes(folder: Path) -> list[Path]:
    """The first district without one of its last tenths, each time another one."""
    lines = list(district(1, SEED))
    files = []
    for run in range(RUNS):
        (folder / str(run)).mkdir()
        file = folder / str(run) / f"synthetic-{SEED}-0001.nq"
        rest = [
            line for n, line in enumerate(lines) if n % RUNS != run or n // RUNS >= CHANGED // 2
        ]
        file.write_text("".join(rest), encoding="utf-8")
        files.append(file)
    return files


def timed(store: Store, files: list[Path]) -> tuple[float, float]:
    """Median seconds of a whole load that changes 1,000 triples, and of its entailments alone."""
    whole, entailing = [], []
    for file in [files[-1], *files[:-1]]:
        begun: dict[str, float] = {}

        def note(step: str, begun: dict[str, float] = begun) -> None:
            begun[step] = time.perf_counter()

        started = time.perf_counter()
        build.load(
            store,
            [file],
            checking=build.Checking(required=False),
            on_step=note,
        )
        whole.append(time.perf_counter() - started)
        entailing.append(begun["flush"] - begun["reason"])
    # The first one warms the file cache, and changes half as much.
    return statistics.median(whole[1:]), statistics.median(entailing[1:])


def main() -> None:
    """Print how the cost grows from the smaller store to the larger one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--districts", type=int, nargs=2, default=(100, 1_000))
    sizes = parser.parse_args().districts
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = changes(folder)
        for size in sizes:
            store = filled(folder, size)
            held = store.log()[0]
            whole, entailing = timed(store, files)
            found.append((whole, entailing))
            print(
                f"{held.quads:,} quads, {held.triples:,} triples: a load of {CHANGED:,} changed "
                f"triples {whole:.2f} s, its entailments {entailing * 1000:.0f} ms (medians)",
                flush=True,
            )
    (small, few), (large, many) = found
    print(f"ratio {large / small:.2f} of the whole, {many / few:.2f} of the entailments")


if __name__ == "__main__":
    main()
