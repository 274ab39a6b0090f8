"""The tables of a generation, read from the store once and kept in the user's cache folder."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from kg import __version__
from kg.files import cache_folder, replacing
from kg.network.extract import read_linkage
from kg.network.tables import Linkage, Things, Ties
from kg.store import View

KEPT = 8
"""How many generations are kept; the one that was made first goes."""
_FORM = 1
_COLUMNS = [field.name for field in fields(Ties)]
_INTEGERS = [field.name for field in fields(Things) if field.type == "Ints"]


def linkage(view: View) -> Linkage:
    """What joins the organisations of a generation: `kg.network.Linkage`.

    It is read from the store the first time and kept under the digest of the content, in the
    folder that XDG_CACHE_HOME says. A file that is damaged, or of another version of kg, is
    passed over. O(triples of the relations) at first, then O(size of the tables).
    """
    folder = cache_folder()
    if folder is None:
        return read_linkage(view)
    manifest = view.manifest
    path = folder / f"linkage-{_FORM}-{__version__}-{manifest.digest[:40]}.npz"
    with suppress(OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, EOFError):
        # The same content may be another generation's, of this store or another.
        return replace(unpacked(path.read_bytes()), generation=manifest.generation)
    made = read_linkage(view)
    with suppress(OSError):
        with replacing(path) as file:
            file.write(packed(made))
        kept = sorted(folder.glob("linkage-*.npz"), key=lambda one: one.stat().st_mtime)
        for old in kept[:-KEPT]:
            old.unlink()
    return made


def packed(made: Linkage) -> bytes:
    """The tables as a file of NumPy (npz), whose parts have checksums."""
    things = made.things
    arrays: dict[str, Any] = {name: getattr(things, name) for name in _INTEGERS}
    for name, rows in things.classes.items():
        arrays[f"class/{name}"] = rows
    for name, ties in made.ties.items():
        arrays[f"ties/{name}"] = np.stack([getattr(ties, column) for column in _COLUMNS])
    words = {
        "iris": list(things.iris),
        "labels": {lang: list(labels) for lang, labels in things.labels.items()},
        "terms": list(made.terms),
        "term_labels": {lang: list(labels) for lang, labels in made.term_labels.items()},
        "sectors": list(made.sectors),
        "generation": made.generation,
        "digest": made.digest,
    }
    arrays["words"] = np.frombuffer(json.dumps(words).encode(), dtype=np.uint8)
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def unpacked(content: bytes) -> Linkage:
    """The inverse of `packed`."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        words = json.loads(arrays["words"].tobytes())
        ties = {
            name.removeprefix("ties/"): Ties(*arrays[name])
            for name in arrays.files
            if name.startswith("ties/")
        }
        classes = {
            name.removeprefix("class/"): arrays[name]
            for name in arrays.files
            if name.startswith("class/")
        }
        things = Things(
            iris=words.pop("iris"),
            labels=words.pop("labels"),
            classes=classes,
            **{name: arrays[name] for name in _INTEGERS},
        )
    return Linkage(things=things, ties=ties, **words)


def forget(folder: Path | None = None) -> None:
    """Delete what is kept, such as after something was taken out of a store for good."""
    place = folder or cache_folder()
    for path in place.glob("linkage-*.npz") if place else ():
        path.unlink(missing_ok=True)
