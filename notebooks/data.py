"""The stores that the notebooks read, made once in a folder that goes with the kernel.

With data of your own, give `kg.open` the folder that `kg build` made.
"""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.build import build
from kg.generate import generate
from kg.store import Store


@cache
def _folder() -> Path:
    folder = TemporaryDirectory(prefix="kg-notebook-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def real() -> Path:
    """The data that ship with kg: 港北区, from a newspaper and the official codes."""
    store = Store(_folder() / "real")
    build(store)
    return store.path


@cache
def synthetic(districts: int = 1, seed: int = 3) -> Path:
    """Generated districts: nothing in them is real. The same seed makes the same data."""
    folder = _folder() / f"synthetic-{districts}-{seed}"
    generate(folder / "quads", districts, seed)
    store = Store(folder / "store")
    build(store, folder / "quads")
    return store.path
