"""Arrays as a backend of NetworkX: ``nx.pagerank(graph)`` on an `ArrayGraph` runs on its arrays."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import FrameType
from typing import Any

import networkx as nx

import kg.network.offered_parts  # noqa: F401 - offers functions
from kg.network.compiled import Fallback
from kg.network.graph import ArrayGraph
from kg.network.offered import OFFERS

# Every function that NetworkX can dispatch, by name; its types do not say so.
_REGISTERED = vars(nx.utils.backends)["_registered_algorithms"]


class Converted(ArrayGraph):
    """Arrays of a graph that NetworkX has, too: what they lack, it does with that."""


class Backend:
    """What NetworkX asks of a backend; each function that it can dispatch is an attribute.

    What the arrays do not offer runs in plain NetworkX on a copy, with a `Fallback` warning.

    >>> graph = ArrayGraph.of([0, 1], [1, 2], names=["a", "b", "c"])
    >>> nx.closeness_centrality(graph, "b")
    1.0
    >>> nx.betweenness_centrality(nx.path_graph(3), backend="kg")
    {0: 0.0, 1: 1.0, 2: 0.0}
    """

    def convert_from_nx(
        self,
        graph: nx.Graph[Any],
        *,
        edge_attrs: Mapping[str, Any] | None = None,
        preserve_edge_attrs: bool = False,
        **_: object,
    ) -> ArrayGraph:
        """The arrays of a graph of NetworkX, with the weights that a function asks for."""
        asked = [*(edge_attrs or (["weight"] if preserve_edge_attrs else []))]
        if graph.is_multigraph() or len(asked) > 1:
            raise NotImplementedError("arrays have no parallel edges, and one weight an edge")
        return Converted.from_networkx(graph, asked[0] if asked else None)

    def convert_to_nx(self, result: object, **_: object) -> object:
        """A graph of NetworkX for arrays, and whatever else as it is."""
        return result.to_networkx() if isinstance(result, ArrayGraph) else result

    def can_run(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool | str:
        """Whether a call can run here: always on arrays alone; if not on other graphs, why."""
        graphs = [*_graphs(name, args, kwargs)]
        arrays = [isinstance(graph, ArrayGraph) for graph in graphs]
        if any(arrays):
            if not all(arrays):
                raise TypeError(
                    f"{name} got an ArrayGraph and a graph of NetworkX: "
                    "give it the to_networkx() of the first"
                )
            return True
        if not graphs or name not in OFFERS or OFFERS[name].arrays_only:
            return "the arrays do not offer it"
        if any(graph.is_multigraph() for graph in graphs):
            return "arrays have no parallel edges"
        lacking = OFFERS[name].unsuited(*args, **kwargs)
        return f"the arrays do not offer {lacking}" if lacking else True

    def should_run(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool | str:
        """Whether a call on graphs of NetworkX is worth making arrays of them."""
        if OFFERS[name].cheap:
            return "making the arrays costs more than the function"
        return True

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in OFFERS:
            return partial(_run, name)
        if name in _REGISTERED:
            return partial(_fall_back, name, "")
        raise AttributeError(name)


def _run(name: str, *args: object, **kwargs: object) -> object:
    """The function on arrays; where they lack what it asks for, NetworkX on a copy."""
    offered = OFFERS[name]
    lacking = offered.unsuited(*args, **kwargs)
    if lacking is None:
        try:
            return offered.run(*args, **kwargs)
        except NotImplementedError as error:
            lacking = str(error)
    if any(isinstance(graph, Converted) for graph in (*args, *kwargs.values())):
        raise NotImplementedError(f"the arrays do not offer {lacking}")
    return _fall_back(name, f" with {lacking}", *args, **kwargs)


def _fall_back(name: str, lacking: str, /, *args: object, **kwargs: object) -> object:
    function = _dispatchable(name)
    if "networkx" not in function.backends:
        raise NotImplementedError(f"neither the arrays nor NetworkX offer {name}{lacking}")
    if function._will_call_mutate_input(args, kwargs):
        raise nx.NetworkXError(
            f"{name} would change its graph, and an ArrayGraph does not change: "
            "call it with the graph's to_networkx()"
        )
    warnings.warn(
        f"the arrays do not offer {name}{lacking}: it runs in plain NetworkX on a copy, slower",
        Fallback,
        stacklevel=_caller(),
    )
    copies = [_copied(value) for value in args]
    named = {key: _copied(value) for key, value in kwargs.items()}
    return function.orig_func(*copies, **named)


def _copied(value: object) -> object:
    if isinstance(value, ArrayGraph):
        return value.to_networkx()
    if isinstance(value, list | tuple) and any(isinstance(part, ArrayGraph) for part in value):
        return [_copied(part) for part in value]
    return value


def _dispatchable(name: str) -> Any:  # noqa: ANN401 - NetworkX has no type for it
    return _REGISTERED[name].__wrapped__


def _graphs(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Iterator[Any]:
    """The graphs among the arguments of a call."""
    function = _dispatchable(name)
    for parameter, place in function.graphs.items():
        value = args[place] if place < len(args) else kwargs.get(parameter)
        if parameter in function.list_graphs:
            yield from value or ()
        elif value is not None:
            yield value


def _caller() -> int:
    """How many frames up the code is that called NetworkX, so that it is what a warning names."""
    level, frame = 2, _above(sys._getframe(1))
    while frame is not None and _within(frame):
        level, frame = level + 1, _above(frame)
    return level


def _above(frame: FrameType | None) -> FrameType | None:
    return None if frame is None else frame.f_back


def _within(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    return module == __name__ or module.partition(".")[0] == "networkx"


backend = Backend()
