"""The manifest of a generation: what it holds, and the digest of every file of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from kg.exceptions import StoreDamaged, StoreError
from kg.store.layout import ADVICE, Layout, Pointer

_FORMAT = 2
# The first one had no attached files.
_READABLE = (1, _FORMAT)
# RocksDB's notes to itself; opening works without them and they hold no data.
_UNRECORDED = re.compile(r"LOG.*|LOCK|IDENTITY|OPTIONS-[0-9]+")


@dataclass(frozen=True, slots=True)
class FileRecord:
    """The size and SHA-256 of one file of a generation."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One source: its graphs, a digest of its quads, and the file it came from.

    ``sha256`` is that of the source's file; ``digest`` is `kg.store.digest.quads_digest`.
    """

    id: str
    digest: str
    quads: int
    graphs: tuple[str, ...]
    file_name: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation: counts, sources, files and where it came from.

    ``triples`` counts the default graph (the merge), ``quads`` the named graphs. ``digest``
    depends on the content only: building the same sources twice gives the same digest.
    ``files`` are those of the engine, ``attached`` those that follow from the content.
    """

    generation: int
    parent: int | None
    parent_digest: str | None
    created: str
    command: str
    kg_version: str
    engine: str
    triples: int
    quads: int
    digest: str
    sources: tuple[SourceRecord, ...]
    files: dict[str, FileRecord]
    attached: dict[str, FileRecord] = field(default_factory=dict)

    def source(self, id: str) -> SourceRecord | None:
        """The record of a source, None when the generation does not have it."""
        return next((record for record in self.sources if record.id == id), None)

    def to_json(self) -> bytes:
        """The manifest as it is written: sorted keys, UTF-8."""
        tree = {"format": _FORMAT, **asdict(self)}
        text = json.dumps(tree, ensure_ascii=False, indent=1, sort_keys=True)
        return f"{text}\n".encode()

    @classmethod
    def from_json(cls, content: bytes) -> Manifest:
        """The inverse of `to_json`."""
        tree: dict[str, Any] = json.loads(content)
        if tree.pop("format") not in _READABLE:
            raise StoreError("the store was written by a newer kg; upgrade kg to read it")
        tree["sources"] = tuple(
            SourceRecord(**{**record, "graphs": tuple(record["graphs"])})
            for record in tree["sources"]
        )
        for files in ("files", "attached"):
            held = tree.get(files, {})
            tree[files] = {name: FileRecord(**record) for name, record in held.items()}
        return cls(**tree)


def is_recorded(name: str) -> bool:
    """Whether a file of the RocksDB folder belongs into the manifest."""
    return not _UNRECORDED.fullmatch(name)


def read_manifest(layout: Layout, pointer: Pointer) -> Manifest:
    """The manifest a pointer names, or `StoreDamaged` when it is not what was committed."""
    path = layout.manifest(pointer.generation)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise StoreDamaged(path, "missing", ADVICE) from None
    except OSError as error:
        raise StoreDamaged(path, f"cannot be read ({error})", ADVICE) from error
    if hashlib.sha256(content).hexdigest() != pointer.digest:
        raise StoreDamaged(path, "content differs", ADVICE)
    return Manifest.from_json(content)


def unchained(layout: Layout, number: int) -> tuple[Pointer, Manifest] | None:
    """A generation that no pointer vouches for; None when its manifest does not read as one."""
    try:
        content = layout.manifest(number).read_bytes()
        manifest = Manifest.from_json(content)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, StoreError):
        return None
    if manifest.generation != number:
        return None
    return Pointer(number, hashlib.sha256(content).hexdigest()), manifest


def parent_of(layout: Layout, manifest: Manifest) -> Pointer | None:
    """The generation before this one, None when there is none or it is no longer kept."""
    if manifest.parent is None or manifest.parent_digest is None:
        return None
    if not layout.generation(manifest.parent).exists():
        return None
    return Pointer(manifest.parent, manifest.parent_digest)


def ancestry(layout: Layout, pointer: Pointer | None) -> Iterator[tuple[Pointer, Manifest]]:
    """The kept generations from a pointer back, newest first."""
    first = pointer
    while pointer is not None:
        try:
            manifest = read_manifest(layout, pointer)
        except StoreDamaged:
            # A writer may have pruned an older one since its folder was seen.
            if pointer == first or layout.generation(pointer.generation).exists():
                raise
            return
        yield pointer, manifest
        pointer = parent_of(layout, manifest)
