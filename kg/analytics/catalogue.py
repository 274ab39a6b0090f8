"""The measures by name: their texts, from ``measures/*.toml``, and their functions."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from kg.analytics.result import Result, Texts
from kg.exceptions import MeasureError, UnknownMeasure
from kg.network import Linkage

_NO_EDGES: Texts = {
    "zh": "这个网络里没有载明任何联系，数值都没有意义。",
    "en": "No link is stated in this network, so its numbers mean nothing.",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: texts in both languages, and its function ``(linkage, *, lang, …) → Result``.

    ``formula``, ``source``, ``cost``, ``unit`` and ``reading`` say how it is defined, by whom, what
    it costs, in what it counts and how an official reads it. ``networks`` are those that it can be
    taken of, the usual one first; none where it reads all relations.
    """

    name: str
    function: str
    title: Texts
    formula: str
    source: str
    cost: str
    unit: Texts
    reading: Texts
    networks: Sequence[str] = ()

    @property
    def call(self) -> Callable[..., Result]:
        """The function."""
        module, _, name = self.function.partition(":")
        found: Callable[..., Result] = getattr(import_module(f"kg.analytics.{module}"), name)
        return found

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The names of its parameters and what each is when not given."""
        given = inspect.signature(self.call).parameters.values()
        known = ("linkage", "lang", "network")
        return {p.name: p.default for p in given if p.name not in known}


@cache
def measures() -> Mapping[str, Measure]:
    """All measures, in the order of the files."""
    files = sorted(Path(__file__).with_name("measures").glob("*.toml"))
    texts = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    return {name: Measure(name, **parts) for text in texts for name, parts in text.items()}


def measure(
    linkage: Linkage,
    name: str,
    *,
    network: str | None = None,
    lang: str = "zh",
    **parameters: Any,  # noqa: ANN401 - each measure has its own
) -> Result:
    """Take a measure by name.

    ``network`` is one of those that the measure can be taken of; without it, the usual one. Raises
    `UnknownMeasure`, and `MeasureError` for a network or parameter that it does not take.
    """
    if name not in measures():
        raise UnknownMeasure(name, list(measures()))
    found = measures()[name]
    unknown = parameters.keys() - found.parameters.keys()
    if unknown:
        takes = ", ".join(found.parameters) or "none"
        raise MeasureError(f"{name} takes no parameter {min(unknown)!r}; it takes: {takes}")
    if network is not None and network not in found.networks:
        takes = ", ".join(found.networks) or "all relations at once, so name none"
        raise MeasureError(f"{name} is not taken of the network {network!r}; it is of {takes}")
    if found.networks:
        parameters["network"] = network or found.networks[0]
    made = found.call(linkage, lang=lang, **parameters)
    if made.network and not linkage.network(made.network).number_of_edges():
        return replace(made, notes=[*made.notes, _NO_EDGES])
    return made
