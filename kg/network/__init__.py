"""The store as networks: of things for the map, in arrays for measures, and for NetworkX."""

from kg.network.cache import linkage
from kg.network.compiled import Fallback
from kg.network.graph import ArrayGraph
from kg.network.named import Definition, networks
from kg.network.tables import Linkage, Things, Ties
from kg.network.things import Network, Period, Told, read

__all__ = [
    "ArrayGraph",
    "Definition",
    "Fallback",
    "Linkage",
    "Network",
    "Period",
    "Things",
    "Ties",
    "Told",
    "linkage",
    "networks",
    "read",
]
