"""Where things are in a store folder, and the pointer to the current generation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kg.exceptions import ForeignFolder, StoreDamaged, StoreError, StoreNotFound
from kg.store.durable import replace_file

ADVICE = (
    "run `kg verify` to see all damage; `kg undo` goes back to an intact generation, "
    "`kg build --fresh` makes a new one"
)
ATTACHED = "attached"
_GENERATION = re.compile(r"gen-([1-9][0-9]*)")
_POINTER = re.compile(r"gen-([1-9][0-9]*) ([0-9a-f]{64})\n")
# Written before the first generation exists, so that a missing CURRENT beside a generation is
# always damage and never a first write that was interrupted.
_NOTHING_YET = "empty\n"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A generation and the SHA-256 of its manifest."""

    generation: int
    digest: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of a store folder."""

    root: Path

    @property
    def current(self) -> Path:
        """The file that names the current generation."""
        return self.root / "CURRENT"

    @property
    def lock(self) -> Path:
        """The writer's lock, which also marks the folder as a store; see `is_marked`."""
        return self.root / "writer.lock"

    def generation(self, number: int) -> Path:
        """The folder of a generation."""
        return self.root / f"gen-{number}"

    def manifest(self, number: int) -> Path:
        """The manifest of a generation."""
        return self.generation(number) / "manifest.json"

    def data(self, number: int) -> Path:
        """The RocksDB folder of a generation."""
        return self.generation(number) / "store"

    def attached(self, number: int) -> Path:
        """The folder of the files that were attached to a generation."""
        return self.generation(number) / ATTACHED

    def generations(self) -> list[int]:
        """The numbers of all generation folders, committed or not, ascending."""
        found = (_GENERATION.fullmatch(entry.name) for entry in self.root.iterdir())
        return sorted(int(match[1]) for match in found if match)

    def is_marked(self) -> bool:
        """Whether the folder is a store: by its lock, or by a pointer beside generations."""
        if self.lock.exists():
            return True
        try:
            pointer = _POINTER.fullmatch(self.current.read_bytes().decode("ascii", "replace"))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False
        return pointer is not None and bool(self.generations())

    def refuse_foreign(self) -> None:
        """Raise `ForeignFolder` unless the path is absent, an empty folder or a store."""
        if not self.root.exists() or self.is_marked():
            return
        if not self.root.is_dir():
            raise ForeignFolder(self.root, "a file")
        # The lock is looked for again: a writer may just have made it.
        names = sorted(entry.name for entry in self.root.iterdir())
        if names and self.lock.name not in names:
            rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
            raise ForeignFolder(self.root, ", ".join(names[:3]) + rest)

    def pointer(self) -> Pointer | None:
        """What CURRENT says; None when nothing was ever committed.

        Raises `StoreDamaged` when CURRENT is missing beside generations, or garbled.
        """
        try:
            text = self.current.read_bytes().decode("ascii", "replace")
        except FileNotFoundError:
            if self.generations():
                raise StoreDamaged(self.current, "missing", ADVICE) from None
            return None
        except OSError as error:
            raise StoreDamaged(self.current, f"cannot be read ({error})", ADVICE) from error
        if text == _NOTHING_YET:
            return None
        match = _POINTER.fullmatch(text)
        if match is None:
            raise StoreDamaged(self.current, "does not name a generation", ADVICE)
        return Pointer(int(match[1]), match[2])

    def committed(self) -> Pointer:
        """The current generation; raises `StoreNotFound`, `ForeignFolder` or `StoreDamaged`."""
        try:
            self.refuse_foreign()
            pointer = self.pointer() if self.is_marked() else None
        except OSError as error:
            raise StoreError(f"{self.root} cannot be read: {error}") from error
        if pointer is None:
            raise StoreNotFound(self.root)
        return pointer

    def point_to(self, pointer: Pointer | None) -> None:
        """Make a generation the current one, durably: the commit point."""
        text = f"gen-{pointer.generation} {pointer.digest}\n" if pointer else _NOTHING_YET
        replace_file(self.current, text.encode("ascii"))
