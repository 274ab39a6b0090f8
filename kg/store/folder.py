"""The store folder: the door to views and writers."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kg.exceptions import NothingToUndo, StoreDamaged, StoreError
from kg.store.check import Damage, damages, require_sound
from kg.store.durable import write_errors
from kg.store.layout import ADVICE, Layout, Pointer
from kg.store.lock import WriterLock
from kg.store.manifest import Manifest, ancestry, parent_of, read_manifest, unchained
from kg.store.view import View
from kg.store.writer import Writer

_TRIES = 5
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class _Unchained(Exception):
    """What should say which generation came before is damaged.

    ``below`` is the number of the current generation, when that is still known.
    """

    def __init__(self, damage: StoreDamaged, below: int | None) -> None:
        self.damage = damage
        self.below = below
        super().__init__(str(damage))


class Store:
    """A folder of generations; making the object touches nothing.

    Raises `StoreError` for an address (``http://…``).

    >>> import pyoxigraph as ox, tempfile
    >>> graph, fact = ox.NamedNode("urn:g"), (ox.NamedNode("urn:a"), ox.NamedNode("urn:p"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(folder)
    ...     with store.write(command="example") as writer:
    ...         writer.replace("register", [ox.Quad(*fact, ox.Literal("x"), graph)])
    ...         manifest = writer.commit()
    ...     with store.view() as view:
    ...         held = [quad.object.value for quad in view.quads(g=ox.DefaultGraph())]
    >>> manifest.generation, manifest.triples, held
    (1, 1, ['x'])
    """

    def __init__(self, path: Path | str) -> None:
        if _ADDRESS.match(str(path)):
            raise StoreError(f"{path}: kg reads folders; `kg query` asks endpoints")
        self.path = Path(path)
        self._layout = Layout(self.path)

    def __repr__(self) -> str:
        return f"Store({str(self.path)!r})"

    def view(self, generation: int | None = None) -> View:
        """Open the current generation, or an older one that is kept, for reading.

        Raises `StoreNotFound`, `ForeignFolder`, `StoreDamaged`, and `StoreError` for a generation
        that is not kept.
        """
        for _ in range(_TRIES):
            pointer = self._layout.committed()
            try:
                return View(self._layout, self._find(pointer, generation))
            except StoreDamaged:
                # A generation that writers have pruned meanwhile looks like a damaged one.
                if self._layout.committed() == pointer:
                    raise
        raise StoreError(f"{self.path} is being rewritten too fast to be read; try again")

    def write(
        self,
        *,
        command: str = "",
        fresh: bool = False,
        on_step: Callable[[str], None] | None = None,
    ) -> Writer:
        """A writer of the next generation; entering it takes the lock.

        It starts with the sources of the current generation, or with none when ``fresh``: that is
        the way to write into a store whose current generation is damaged. ``on_step`` gets each
        of `STEPS` as it begins.

        Entering raises `StoreBusy`, `ForeignFolder`, `StoreDamaged` or `UnsupportedPlatform`.
        """
        return Writer(self._layout, command=command, fresh=fresh, on_step=on_step)

    def log(self) -> list[Manifest]:
        """The current generation and those before it that are kept, newest first."""
        pointer = self._layout.committed()
        return [manifest for _, manifest in ancestry(self._layout, pointer)]

    def undo(
        self,
        *,
        on_step: Callable[[str], None] | None = None,
        on_notice: Callable[[str], None] | None = None,
    ) -> Manifest:
        """Make the generation before the current one current again, and return its manifest.

        The current one need not be sound. When CURRENT or its manifest is damaged, nothing says
        which one came before: then it is the newest lower one (without CURRENT, the newest) of
        which every byte is as its manifest says, and ``on_notice`` gets a sentence about it.

        Raises `NothingToUndo` when no older one is kept, `StoreBusy` while another process
        writes. The next commit deletes what was undone.
        """
        self._require_store()
        with write_errors(self.path), WriterLock(self._layout.lock, "undo"):
            try:
                pointer, manifest = self._before()
            except _Unchained as lost:
                pointer, manifest = self._newest_sound(lost, on_notice or (lambda text: None))
            if on_step:
                on_step("current")
            self._layout.point_to(pointer)
        return manifest

    def verify(self) -> list[Damage]:
        """Read every byte of every kept generation and list what is not as it was written.

        An empty list means sound. Raises `StoreNotFound` and `ForeignFolder`.
        """
        found: list[Damage] = []
        try:
            for pointer, manifest in ancestry(self._layout, self._layout.committed()):
                faults = list(damages(self._layout.data(pointer.generation), manifest, full=True))
                # A generation whose folder is gone was pruned meanwhile, which is no damage.
                if self._layout.generation(pointer.generation).exists():
                    found += faults
        except StoreDamaged as damage:
            found.append(Damage(damage.file, damage.fault, ADVICE))
        return found

    def _require_store(self) -> None:
        """Raise `StoreNotFound` or `ForeignFolder`, and nothing for a store that is damaged."""
        with suppress(StoreDamaged):
            self._layout.committed()

    def _before(self) -> tuple[Pointer, Manifest]:
        """The generation before the current one, by the chain of digests."""
        number = None
        try:
            pointer = self._layout.committed()
            number = pointer.generation
            current = read_manifest(self._layout, pointer)
        except StoreDamaged as damage:
            raise _Unchained(damage, number) from damage
        parent = parent_of(self._layout, current)
        if parent is None:
            raise NothingToUndo(f"{self.path} keeps no generation before gen-{current.generation}")
        manifest = read_manifest(self._layout, parent)
        require_sound(self._layout.data(parent.generation), manifest)
        return parent, manifest

    def _newest_sound(
        self, lost: _Unchained, notice: Callable[[str], None]
    ) -> tuple[Pointer, Manifest]:
        for number in reversed(self._layout.generations()):
            if lost.below is not None and number >= lost.below:
                continue
            found = unchained(self._layout, number)
            if found and not any(damages(self._layout.data(number), found[1], full=True)):
                notice(f"{lost.damage.file}: {lost.damage.fault}; gen-{number} is the newest sound")
                return found
        raise NothingToUndo(
            f"{lost.damage.file}: {lost.damage.fault}, and no other generation is sound; "
            "`kg build --fresh` makes a new one"
        ) from lost.damage

    def _find(self, pointer: Pointer, generation: int | None) -> Pointer:
        if generation is None or generation == pointer.generation:
            return pointer
        kept = []
        for older, _ in ancestry(self._layout, pointer):
            if older.generation == generation:
                return older
            kept.append(str(older.generation))
        raise StoreError(
            f"{self.path} does not keep generation {generation}; it keeps {', '.join(kept)}"
        )
