"""Functions of NetworkX on arrays: its signatures around `kg.network.algorithms`.

Where the arrays cannot say what an argument asks, a function raises `NotImplementedError`, and
`kg.network.backend` has plain NetworkX answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from inspect import Signature, signature
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple, TypeAlias, TypeVar

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.network import algorithms
from kg.network.graph import ArrayGraph, Floats, Ints

Name: TypeAlias = Any
Scores: TypeAlias = dict[Name, float]
Function = TypeVar("Function", bound=Callable[..., Any])


class Offer(NamedTuple):
    """A function, what its parameters must be, and which graphs are worth it."""

    run: Callable[..., Any]
    takes: Signature
    alone: Mapping[str, Any]
    cheap: bool
    arrays_only: bool

    def unsuited(self, *args: object, **kwargs: object) -> str | None:
        """What the arrays do not have of these arguments."""
        given = self.takes.bind(*args, **kwargs).arguments
        for name, value in given.items():
            if name in self.alone and value is not self.alone[name]:
                return f"{name}={value!r}"
        return None


OFFERS: dict[str, Offer] = {}


def offer(
    alone: Mapping[str, Any] | None = None, *, cheap: bool = False, arrays_only: bool = False
) -> Callable[[Function], Function]:
    """Offer a function to NetworkX by its name.

    ``alone`` are parameters with the only values that it takes. A ``cheap`` one costs less than
    the making of arrays, so graphs of NetworkX are not converted unless the backend is named.
    """

    def made(function: Function) -> Function:
        takes = signature(function)
        OFFERS[function.__name__] = Offer(function, takes, dict(alone or {}), cheap, arrays_only)
        return function

    return made


def weighs(graph: ArrayGraph, weight: str | None) -> bool:
    """Whether an attribute of edges means the weights of the arrays; not if it is None."""
    if weight is None or weight == graph.weight_name:
        return weight is not None
    raise NotImplementedError(f"weights {weight!r} (the arrays have {graph.weight_name!r})")


def sets_of(graph: ArrayGraph, labels: Ints) -> list[set[Name]]:
    """The names of the nodes of each label, by label."""
    order = np.argsort(labels, kind="stable")
    ends = np.cumsum(np.bincount(labels)).tolist()
    names = [graph.names[node] for node in order.tolist()]
    return [set(names[a:b]) for a, b in pairwise([0, *ends])]


def _values(graph: ArrayGraph, given: Mapping[Name, float] | None) -> Floats | None:
    if given is None:
        return None
    return np.array([given.get(name, 0) for name in graph.names], dtype=np.float64)


def _degrees(graph: ArrayGraph) -> NDArray[np.int64]:
    """Degrees as NetworkX counts them, a self-loop twice."""
    if graph.directed:
        return np.diff(graph.indptr) + np.diff(graph.reversed.indptr)
    loops = graph.indices[graph.indices == graph.rows]
    return np.diff(graph.indptr) + np.bincount(loops, minlength=len(graph))


# Standing


@offer()
def pagerank(
    G: ArrayGraph,
    alpha: float = 0.85,
    personalization: Mapping[Name, float] | None = None,
    max_iter: int = 100,
    tol: float = 1e-6,
    nstart: Mapping[Name, float] | None = None,
    weight: str | None = "weight",
    dangling: Mapping[Name, float] | None = None,
) -> Scores:
    """`networkx.pagerank` of arrays."""
    ranks = algorithms.pagerank(
        G,
        alpha=alpha,
        personalization=_values(G, personalization),
        dangling=_values(G, dangling),
        start=_values(G, nstart),
        tol=tol,
        max_iter=max_iter,
        weighted=weighs(G, weight),
    )
    return G.by_name(ranks)


@offer({"nstart": None})
def eigenvector_centrality(
    G: ArrayGraph,
    max_iter: int = 100,
    tol: float = 1e-6,
    nstart: None = None,
    weight: str | None = None,
) -> Scores:
    """`networkx.eigenvector_centrality` of arrays."""
    weighted = weighs(G, weight)
    return G.by_name(algorithms.eigenvector(G, max_iter=max_iter, tol=tol, weighted=weighted))


@offer()
def eigenvector_centrality_numpy(
    G: ArrayGraph, weight: str | None = None, max_iter: int = 50, tol: float = 0
) -> Scores:
    """`networkx.eigenvector_centrality_numpy` of arrays."""
    weighted = weighs(G, weight)
    return G.by_name(algorithms.dominant(G, max_iter=max_iter, tol=tol, weighted=weighted))


@offer({"nstart": None})
def hits(
    G: ArrayGraph,
    max_iter: int = 100,
    tol: float = 1e-8,
    nstart: None = None,
    normalized: bool = True,
) -> tuple[Scores, Scores]:
    """`networkx.hits` of arrays, to more digits than ``tol`` asks for, in rounds of its own."""
    if max_iter <= 0 and G.number_of_edges():
        raise nx.PowerIterationFailedConvergence(max_iter)
    if (G.weights < 0).any():
        raise NotImplementedError("weights below 0")
    hubs, authorities = algorithms.hits(G, normalized=normalized)
    return G.by_name(hubs), G.by_name(authorities)


def _degree_centrality(graph: ArrayGraph, degrees: NDArray[np.integer]) -> Scores:
    if len(graph) <= 1:
        return dict.fromkeys(graph.names, 1)
    return graph.by_name(degrees * (1 / (len(graph) - 1)))


@offer(cheap=True)
def degree_centrality(G: ArrayGraph) -> Scores:
    """`networkx.degree_centrality` of arrays."""
    return _degree_centrality(G, _degrees(G))


@offer(cheap=True)
def in_degree_centrality(G: ArrayGraph) -> Scores:
    """`networkx.in_degree_centrality` of arrays."""
    return _degree_centrality(G, np.diff(G.reversed.indptr))


@offer(cheap=True)
def out_degree_centrality(G: ArrayGraph) -> Scores:
    """`networkx.out_degree_centrality` of arrays."""
    return _degree_centrality(G, np.diff(G.indptr))


@offer({"distance": None})
def closeness_centrality(
    G: ArrayGraph, u: Name = None, distance: None = None, wf_improved: bool = True
) -> Scores | float:
    """`networkx.closeness_centrality` of arrays."""
    if u is None:
        return G.by_name(algorithms.closeness(G, improved=wf_improved))
    return algorithms.closeness_of(G, int(G.numbers([u])[0]), improved=wf_improved)


@offer({"nbunch": None, "distance": None, "sources": None})
def harmonic_centrality(
    G: ArrayGraph, nbunch: None = None, distance: None = None, sources: None = None
) -> Scores:
    """`networkx.harmonic_centrality` of arrays."""
    return G.by_name(algorithms.harmonic(G))


@offer({"weight": None, "endpoints": False})
def betweenness_centrality(
    G: ArrayGraph,
    k: int | None = None,
    normalized: bool = True,
    weight: None = None,
    endpoints: bool = False,
    seed: Random | None = None,
) -> Scores:
    """`networkx.betweenness_centrality` of arrays; the same seed draws the same sources."""
    sources = None
    if k is not None and k != len(G):
        assert seed is not None, "NetworkX makes a generator of what it is given"
        sources = np.array(seed.sample(range(len(G)), k), dtype=np.int64)
    return G.by_name(algorithms.betweenness(G, normalized=normalized, sources=sources))


# Cohesion


@offer()
def core_number(G: ArrayGraph) -> dict[Name, int]:
    """`networkx.core_number` of arrays."""
    return G.by_name(algorithms.core_numbers(G))


@offer({"core_number": None}, arrays_only=True)
def k_core(G: ArrayGraph, k: int | None = None, core_number: None = None) -> ArrayGraph:
    """`networkx.k_core` of arrays, in arrays."""
    cores = algorithms.core_numbers(G)
    return G.part(cores >= (cores.max() if k is None else k))


@offer()
def bridges(G: ArrayGraph, root: Name = None) -> Iterator[tuple[Name, Name]]:
    """`networkx.bridges` of arrays."""
    found = algorithms.bridges(G)
    if root is not None:
        labels = algorithms.components(G)
        found = found[labels[found[:, 0]] == labels[G.numbers([root])[0]]]
    return ((G.names[a], G.names[b]) for a, b in found.tolist())


@offer()
def has_bridges(G: ArrayGraph, root: Name = None) -> bool:
    """`networkx.has_bridges` of arrays."""
    return next(bridges(G, root), None) is not None


@offer()
def articulation_points(G: ArrayGraph) -> Iterator[Name]:
    """`networkx.articulation_points` of arrays."""
    return (G.names[node] for node in algorithms.articulation_points(G).tolist())


def _undirected(graph: ArrayGraph) -> None:
    if graph.directed:
        raise NotImplementedError("directions")


@offer({"nodes": None})
def triangles(G: ArrayGraph, nodes: None = None) -> dict[Name, int]:
    """`networkx.triangles` of arrays."""
    return G.by_name(algorithms.triangles(G))


@offer({"nodes": None, "weight": None})
def clustering(G: ArrayGraph, nodes: None = None, weight: None = None) -> Scores:
    """`networkx.clustering` of arrays without directions."""
    _undirected(G)
    return G.by_name(algorithms.clustering(G))


# Structural holes


def _without_negative(graph: ArrayGraph) -> None:
    if graph.is_weighted and graph.weights.min(initial=0) < 0:
        raise NotImplementedError("negative weights")


@offer({"nodes": None})
def constraint(G: ArrayGraph, nodes: None = None, weight: str | None = None) -> Scores:
    """`networkx.constraint` of arrays."""
    _without_negative(G)
    return G.by_name(algorithms.constraint(G, weighted=weighs(G, weight)))


@offer({"nodes": None})
def effective_size(G: ArrayGraph, nodes: None = None, weight: str | None = None) -> Scores:
    """`networkx.effective_size` of arrays, always by Burt's definition."""
    _without_negative(G)
    return G.by_name(algorithms.effective_size(G, weighted=weighs(G, weight)))
