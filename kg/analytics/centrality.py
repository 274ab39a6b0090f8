"""Who is central in a network: a row a thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kg.analytics.result import Result, Texts, Values, numbers, of_things
from kg.exceptions import MeasureError
from kg.network import Linkage
from kg.network.algorithms import cohesion, paths, spectral
from kg.network.graph import ArrayGraph

# Iterating ends when a round changes all scores by less than this in sum: a result shows more
# digits than NetworkX's usual tolerance, which grows with the nodes, leaves right.
_TOLERANCE = 1e-12
_ROUNDS = 100_000
_TITLES: Mapping[str, Texts] = {
    "degree": {"zh": "联系数", "en": "degree"},
    "in_degree": {"zh": "下级数", "en": "in-degree"},
    "strength": {"zh": "联系强度", "en": "strength"},
    "pagerank": {"zh": "PageRank", "en": "PageRank"},
    "eigenvector": {"zh": "特征向量中心性", "en": "eigenvector centrality"},
    "harmonic": {"zh": "接近中心性", "en": "closeness"},
    "betweenness": {"zh": "中介中心性", "en": "betweenness"},
    "core": {"zh": "核数", "en": "core number"},
    "authority": {"zh": "权威值", "en": "authority"},
    "hub": {"zh": "枢纽值", "en": "hub"},
}


def _shown(
    measure: str,
    linkage: Linkage,
    graph: ArrayGraph,
    columns: Mapping[str, Values],
    lang: str,
    **more: Any,  # noqa: ANN401 - fields of Result
) -> Result:
    """The nodes of a network as rows; a co-building is a node, but no one who is central."""
    things = numbers(linkage, graph)
    kept = ~linkage.things.of("work")[things]
    shown = {name: np.asarray(values)[kept] for name, values in columns.items()}
    return of_things(measure, linkage, things[kept], shown, _TITLES, lang=lang, **more)


def degree(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """How many neighbours a node has; in a directed network, those in each direction."""
    graph = linkage.network(network)
    out = np.diff(graph.indptr).astype(np.int32)
    columns: dict[str, Values] = {"degree": out}
    if graph.directed:
        back = np.diff(graph.reversed.indptr).astype(np.int32)
        columns = {"degree": out + back, "in_degree": back}
    return _shown("degree", linkage, graph, columns, lang, network=network)


def strength(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """The sum of the weights of a node's edges."""
    graph = linkage.network(network)
    sums = np.bincount(graph.rows, weights=graph.weights, minlength=len(graph))
    return _shown("strength", linkage, graph, {"strength": sums}, lang, network=network)


def pagerank(linkage: Linkage, *, network: str, lang: str = "zh", alpha: float = 0.85) -> Result:
    """PageRank with teleporting to any node alike, weights of edges counted.

    Raises `MeasureError` for an ``alpha`` below 0, or of 1 and more: without teleporting the
    scores are not determined.
    """
    if not 0 <= alpha < 1:
        raise MeasureError(f"alpha of pagerank is at least 0 and less than 1, not {alpha:g}")
    graph = linkage.network(network)
    tol = _TOLERANCE / max(len(graph), 1)
    scores = spectral.pagerank(graph, alpha=alpha, tol=tol, max_iter=_ROUNDS)
    return _shown(
        "pagerank",
        linkage,
        graph,
        {"pagerank": scores},
        lang,
        network=network,
        parameters={"alpha": alpha},
        digits=6,
    )


def eigenvector(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """Eigenvector centrality on the largest component; nodes elsewhere have 0."""
    graph = linkage.network(network)
    scores = np.zeros(len(graph))
    labels = paths.components(graph)
    if len(labels):
        inside = labels == np.bincount(labels).argmax()
        part = graph.part(inside)
        tol = _TOLERANCE / len(part)
        scores[inside] = spectral.eigenvector(part, weighted=True, tol=tol, max_iter=_ROUNDS)
    return _shown("eigenvector", linkage, graph, {"eigenvector": scores}, lang, network=network)


def harmonic(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """Harmonic closeness by steps, divided by n − 1."""
    graph = linkage.network(network)
    scores = paths.harmonic(graph) / max(len(graph) - 1, 1)
    return _shown("harmonic", linkage, graph, {"harmonic": scores}, lang, network=network)


def betweenness(linkage: Linkage, *, network: str, lang: str = "zh", seed: int = 1) -> Result:
    """Betweenness by steps: exact to 20,000 nodes, else of a sample of sources."""
    graph = linkage.network(network)
    found = paths.betweenness_auto(graph, seed=seed)
    notes: list[Texts] = []
    if found.error:
        notes.append(
            {
                "zh": f"由 {found.samples:,} 个起点抽样估计，"
                f"误差不超过 {found.error:.2g}（95% 的把握）",
                "en": f"estimated from {found.samples:,} sources; the error is at most "
                f"{found.error:.2g} (with 95 %)",
            }
        )
    return _shown(
        "betweenness",
        linkage,
        graph,
        {"betweenness": found.scores},
        lang,
        network=network,
        parameters={"seed": seed} if found.error else {},
        notes=notes,
    )


def core(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """The largest k of which a node is in the k-core, whatever the weights."""
    graph = linkage.network(network)
    found = cohesion.core_numbers(graph.simple)
    return _shown("core", linkage, graph, {"core": found}, lang, network=network)


def hits(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """Authorities first, with their scores as hubs."""
    graph = linkage.network(network)
    hubs, authorities = spectral.hits(graph)
    return _shown(
        "hits",
        linkage,
        graph,
        {"authority": authorities, "hub": hubs},
        lang,
        network=network,
        digits=6,
    )
