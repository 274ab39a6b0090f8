"""The store as networks: of things for the map, in arrays for measures, and for NetworkX."""

from kg.network.graph import ArrayGraph
from kg.network.things import Network, Period, Told, read

__all__ = ["ArrayGraph", "Network", "Period", "Told", "read"]
