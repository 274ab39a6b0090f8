"""Measures of any `ArrayGraph`: functions from arrays to arrays by node number.

Each means what the NetworkX function of that name means: the same formula, direction, use of
weights and of self-loops; tests hold the two together.
"""

from kg.network.algorithms.cohesion import (
    articulation_points,
    bridges,
    clustering,
    core_numbers,
    triangles,
)
from kg.network.algorithms.groups import leiden, modularity
from kg.network.algorithms.holes import constraint, effective_size
from kg.network.algorithms.paths import (
    Betweenness,
    betweenness,
    betweenness_auto,
    betweenness_sampled,
    closeness,
    closeness_of,
    components,
    distances,
    harmonic,
    strong_components,
)
from kg.network.algorithms.projection import is_bipartite, newman, shared
from kg.network.algorithms.spectral import dominant, eigenvector, hits, pagerank

__all__ = [
    "Betweenness",
    "articulation_points",
    "betweenness",
    "betweenness_auto",
    "betweenness_sampled",
    "bridges",
    "closeness",
    "closeness_of",
    "clustering",
    "components",
    "constraint",
    "core_numbers",
    "distances",
    "dominant",
    "effective_size",
    "eigenvector",
    "harmonic",
    "hits",
    "is_bipartite",
    "leiden",
    "modularity",
    "newman",
    "pagerank",
    "shared",
    "strong_components",
    "triangles",
]
