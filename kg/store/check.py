"""Comparing the files of a generation with its manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.exceptions import StoreDamaged
from kg.store.digest import file_digest
from kg.store.layout import ADVICE, ATTACHED
from kg.store.manifest import FileRecord, Manifest, is_recorded

_LARGE = (".sst", ".sqlite")


@dataclass(frozen=True, slots=True)
class Damage:
    """One file that is not what was written."""

    file: Path
    fault: str
    advice: str = ADVICE


def damages(data: Path, manifest: Manifest, *, full: bool) -> Iterator[Damage]:
    """Every difference between the files of a generation and its manifest.

    ``data`` is its RocksDB folder. The quick check reads the small files only and compares the
    sizes of the large ones; the full one reads every byte.
    """
    # RocksDB would replay a write-ahead log that somebody put beside the generation's files.
    yield from _differences(data, manifest.files, full=full)
    yield from _differences(data.parent / ATTACHED, manifest.attached, full=full)


def _differences(
    folder: Path, records: Mapping[str, FileRecord], *, full: bool
) -> Iterator[Damage]:
    try:
        present = {entry.name for entry in folder.iterdir()}
    except OSError:
        present = set()
    for name, record in sorted(records.items()):
        fault = _fault(folder / name, record, read=full or not name.endswith(_LARGE))
        if fault:
            yield Damage(folder / name, fault)
    for name in sorted(present - records.keys()):
        if is_recorded(name):
            yield Damage(folder / name, "not part of the generation")


def _fault(path: Path, record: FileRecord, *, read: bool) -> str | None:
    try:
        size = path.stat().st_size
        if size != record.size:
            return f"size {size} instead of {record.size}"
        if read and file_digest(path) != record.sha256:
            return "content differs"
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return f"cannot be read ({error})"
    return None


def require_sound(data: Path, manifest: Manifest) -> None:
    """Raise `StoreDamaged` for the first thing the quick check finds."""
    for damage in damages(data, manifest, full=False):
        raise StoreDamaged(damage.file, damage.fault, damage.advice)
