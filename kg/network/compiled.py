"""Inner loops: compiled by numba where it is installed, plain Python, slower, where it is not."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache, wraps
from types import ModuleType
from typing import ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

FAST = 'pip install "party-alliance-kg[fast]"'


class Fallback(UserWarning):
    """Another method than the usual one runs, and the message says which and why."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function, compiled by numba when it is first called.

    It takes arrays and numbers, reads arrays at single places only, changes none that it was
    given, and calls no other compiled function; so without numba the same text runs on lists.
    The machine code is kept beside the module for the next process.

    >>> @compiled
    ... def total(values):
    ...     found = 0.0
    ...     for value in values:
    ...         found += value
    ...     return found
    >>> total(np.array([0.5, 1.5]))
    2.0
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        made = machine_code(function)
        if made is None:
            return function(*(_plain(value) for value in args), **kwargs)  # type: ignore[arg-type]
        found: R = made(*args, **kwargs)
        return found

    return run


@cache
def machine_code(function: Callable[..., R]) -> Callable[..., R] | None:
    """What numba makes of a function, or None where numba is not installed."""
    numba = _numba()
    if numba is None:
        return None
    try:
        made: Callable[..., R] = numba.njit(cache=True)(function)
    except RuntimeError:  # no folder for the machine code may be written, or the text has no file
        made = numba.njit(function)
    return made


@cache
def _numba() -> ModuleType | None:
    try:
        import numba
    except ImportError:
        warnings.warn(
            f"numba is not installed, so networks are measured in plain Python, slower: {FAST}",
            Fallback,
            stacklevel=2,
        )
        return None
    module: ModuleType = numba
    return module


def _plain(value: object) -> object:
    """Python reads single places of a list several times faster than those of an array."""
    return value.tolist() if isinstance(value, np.ndarray) else value
