"""Comparing the files of a generation with its manifest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.exceptions import StoreDamaged
from kg.store.digest import file_digest
from kg.store.layout import ADVICE
from kg.store.manifest import FileRecord, Manifest, is_recorded


@dataclass(frozen=True, slots=True)
class Damage:
    """One file that is not what was written."""

    file: Path
    fault: str
    advice: str = ADVICE


def damages(data: Path, manifest: Manifest, *, full: bool) -> Iterator[Damage]:
    """Every difference between a RocksDB folder and its manifest.

    The quick check reads the small files only and compares the sizes of the large ones (.sst);
    the full one reads every byte.
    """
    try:
        present = {entry.name for entry in data.iterdir()}
    except OSError:
        present = set()
    for name, record in sorted(manifest.files.items()):
        fault = _fault(data / name, record, read=full or not name.endswith(".sst"))
        if fault:
            yield Damage(data / name, fault)
    # RocksDB would replay a write-ahead log that somebody put beside the generation's files.
    for name in sorted(present - manifest.files.keys()):
        if is_recorded(name):
            yield Damage(data / name, "not part of the generation")


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
