"""Folders of an export, whole or not at all, with the checksum of each file; also packed (.zip)."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.exceptions import ExportError
from kg.files import replacing, replacing_folder, scratch
from kg.store.digest import file_digest

README, SUMS = "README.md", "SHA256SUMS"
MARK = "<!-- kg export -->"
_SUM = re.compile(r"([0-9a-f]{64})  (.+)")
# A packed file tells no time: two of the same content are the same bytes.
_TIME = (1980, 1, 1, 0, 0, 0)


@contextmanager
def exported(target: Path) -> Iterator[Path]:
    """A folder to fill, which takes the place of ``target`` when the block ends well.

    Its first line of ``README.md`` has to be `MARK`; ``SHA256SUMS`` is added. A target that ends
    in ``.zip`` is one packed file. Raises `ExportError` for a folder that holds anything but an
    export as it was written, and `OSError`.
    """
    if target.suffix.lower() == ".zip":
        with scratch() as place:
            yield place
            _add_sums(place)
            with replacing(target) as out:
                _pack(place, out)
        return
    _refuse_foreign(target)
    with replacing_folder(target) as place:
        yield place
        _add_sums(place)


def files(folder: Path) -> list[str]:
    """The files below a folder by their names from there, in order."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _add_sums(folder: Path) -> None:
    lines = [f"{file_digest(folder / name)}  {name}\n" for name in files(folder)]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _pack(folder: Path, out: BinaryIO) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files(folder):
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with (folder / name).open("rb") as content, archive.open(info, "w") as packed:
                shutil.copyfileobj(content, packed)


def _refuse_foreign(folder: Path) -> None:
    """Raise `ExportError` for what no earlier export can have written, or was changed since."""
    if not folder.exists():
        return
    other = f"{folder} is there and is no export of kg"
    if not folder.is_dir():
        raise ExportError(f"{other}; name a new folder")
    held = files(folder)
    sums = _sums(folder) if {README, SUMS} <= {*held} else {}
    for name in held:
        if not sums or (name not in sums and name != SUMS):
            raise ExportError(f"{other} (it holds {name}); name a new folder")
    for name in held:
        if name != SUMS and file_digest(folder / name) != sums[name]:
            fact = f"{folder} is an export in which {name} was changed since"
            raise ExportError(f"{fact}; name a new folder, or delete that one")


def _sums(folder: Path) -> dict[str, str]:
    """The checksums that an export says it has, by file."""
    try:
        with (folder / README).open(encoding="utf-8") as readme:
            marked = readme.readline().rstrip("\n") == MARK
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    read = [_SUM.fullmatch(line) for line in lines]
    return {found[2]: found[1] for found in read if found} if marked else {}
