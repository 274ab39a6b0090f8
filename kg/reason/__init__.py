"""What follows from what is stated, by which rule and from what, and how it changes.

Premises are stated triples: those of named graphs that are not entailed ones; the default graph,
what was entailed before and what was measured are never read. The axioms are those of the
ontology's own graphs. ``ontology/rules.ttl`` describes the rules:

- ``types``: what is of a class is of the classes above it;
- ``memberships``: the member of an alliance membership is ``org:memberOf`` the alliance;
- ``co-building``: the participants of a co-building are partners, each of each other;
- ``closures``: a transitive property leads on along the triples of its sub-properties;
- ``sub-properties`` and ``inverses``: a triple holds for a wider property and the other way round,
  also when a rule above gave it.
"""

from kg.reason.bulk import entail
from kg.reason.change import update
from kg.reason.closed import closures
from kg.reason.meta import RULES, graph_of
from kg.reason.stated import is_measured_graph, is_ontology_graph, is_stated_graph
from kg.reason.support import Support, Supports, supports

SOURCE = "entailed"
"""The name of the source that holds what is entailed."""

__all__ = [
    "RULES",
    "SOURCE",
    "Support",
    "Supports",
    "closures",
    "entail",
    "graph_of",
    "is_measured_graph",
    "is_ontology_graph",
    "is_stated_graph",
    "supports",
    "update",
]
