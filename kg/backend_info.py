"""What NetworkX asks of its backend ``kg`` when it is imported: a table, and no import."""

from __future__ import annotations

from typing import Any

FUNCTIONS = """
articulation_points betweenness_centrality bridges closeness_centrality clustering
collaboration_weighted_projected_graph connected_components constraint core_number
degree_centrality effective_size eigenvector_centrality eigenvector_centrality_numpy
harmonic_centrality has_bridges hits in_degree_centrality is_connected is_empty
is_strongly_connected is_weakly_connected isolates k_core leiden_communities modularity
node_connected_component number_connected_components number_of_isolates number_of_selfloops
number_strongly_connected_components number_weakly_connected_components out_degree_centrality
pagerank projected_graph strongly_connected_components triangles weakly_connected_components
weighted_projected_graph
"""


def info() -> dict[str, Any]:
    """The backend and its functions, for the documentation of NetworkX.

    >>> "pagerank" in info()["functions"]
    True
    """
    return {
        "backend_name": "kg",
        "project": "party-alliance-kg",
        "package": "kg",
        "short_summary": "Graphs in integer arrays (`kg.network.ArrayGraph`), one core.",
        "functions": {name: {} for name in FUNCTIONS.split()},
    }
