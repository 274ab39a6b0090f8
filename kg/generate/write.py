"""Synthetic districts as files, one a source, and the list of their faults."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path

from kg.exceptions import GenerationRefused
from kg.files import replacing
from kg.generate.districts import check, region, stem
from kg.generate.flaws import Flaw, plant, spread

FLAWS = "flaws.csv"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written; ``flaws`` counts the results that a validation finds."""

    files: int
    triples: int
    size: int
    flaws: int


def generate(
    folder: Path,
    districts: int,
    seed: int,
    flaws: int = 0,
    on_file: Callable[[Path], object] | None = None,
) -> Written:
    """Write districts 1 to ``districts`` as N-Quads, each when it is made, and ``flaws.csv``.

    The files are the same bytes for the same arguments and version of kg; without flaws
    a district is the same however many there are. Files of an earlier run with the same
    names are replaced.

    Raises `GenerationRefused` when the folder holds anything else, or for numbers that are
    out of range, before anything is written, and `OSError`.
    """
    check(districts, seed)
    kinds = spread(flaws, districts)
    names = [f"{stem(number, seed)}.nq" for number in range(1, districts + 1)]
    _prepare(folder, {*names, *([FLAWS] if flaws else [])})
    triples = size = 0
    found: list[tuple[str, Flaw]] = []
    for number, (name, planted) in enumerate(zip(names, kinds, strict=True), 1):
        made = region(number, seed)
        found += [(name, flaw) for flaw in plant(made, planted, seed)]
        lines = list(made.facts.lines())
        content = "".join(lines).encode()
        with replacing(folder / name) as file:
            file.write(content)
        triples, size = triples + len(lines), size + len(content)
        if on_file:
            on_file(folder / name)
    if flaws:
        with replacing(folder / FLAWS) as file:
            file.write(_table(found))
    return Written(districts, triples, size, len(found))


def _prepare(folder: Path, names: set[str]) -> None:
    """A folder in which nothing will lie but what this run writes."""
    if folder.exists() and not folder.is_dir():
        raise GenerationRefused(f"{folder} is a file; name a new or an empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    others = sorted(path.name for path in folder.iterdir() if path.name not in names)
    if others:
        raise GenerationRefused(
            f"{folder} holds {others[0]}, which this run would not write; "
            "name a new or an empty folder"
        )


def _table(found: list[tuple[str, Flaw]]) -> bytes:
    """The faults as CSV, one a result that a validation finds."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["file", "rule", "focus", "detail"])
    rows.writerows((name, *astuple(flaw)) for name, flaw in found)
    return text.getvalue().encode()
