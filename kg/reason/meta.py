"""What the source `entailed` says of itself and of its graphs."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.namespace import DCTERMS, ENTAILED, PBA, PROV, RDFS, RULE, SKOS
from kg.reason.stated import TYPE, is_ontology_graph
from kg.store import Readable

RULES = ("types", "memberships", "co-building", "closures", "sub-properties", "inverses")
META = ox.NamedNode(ENTAILED + "/meta")

_SOURCE = ox.NamedNode(ENTAILED)
_ENTITY = ox.NamedNode(PROV + "Entity")
_LABEL = ox.NamedNode(RDFS + "label")
_DEFINITION = ox.NamedNode(SKOS + "definition")
_DESCRIPTION = ox.NamedNode(DCTERMS + "description")
_CERTAINTY = ox.NamedNode(PBA + "certainty")
_ENTAILED = ox.NamedNode(PBA + "Entailed")
_DERIVED_FROM = ox.NamedNode(PROV + "wasDerivedFrom")
_NAMES = (ox.Literal("推导", language="zh"), ox.Literal("entailed", language="en"))


def graph_of(rule: str) -> ox.NamedNode:
    """The graph that holds what a rule entails."""
    return ox.NamedNode(f"{ENTAILED}#{rule}")


def described(data: Readable) -> Iterator[ox.Quad]:
    """The quads of the graph that describes the source and the graph of each rule.

    Labels and definitions are those that the ontology has in the store.
    """
    yield ox.Quad(_SOURCE, TYPE, _ENTITY, META)
    for name in _NAMES:
        yield ox.Quad(_SOURCE, _LABEL, name, META)
    for rule in RULES:
        graph, node = graph_of(rule), ox.NamedNode(RULE + rule)
        yield ox.Quad(graph, _CERTAINTY, _ENTAILED, META)
        yield ox.Quad(graph, _DERIVED_FROM, node, META)
        for text in _texts(data, node, _LABEL):
            yield ox.Quad(graph, _LABEL, text, META)
            yield ox.Quad(node, _LABEL, text, META)
        for text in _texts(data, node, _DEFINITION):
            yield ox.Quad(graph, _DESCRIPTION, text, META)


def _texts(data: Readable, node: ox.NamedNode, predicate: ox.NamedNode) -> set[ox.Literal]:
    quads = data.quads(node, predicate)
    said = (quad.object for quad in quads if is_ontology_graph(quad.graph_name))
    return {text for text in said if isinstance(text, ox.Literal)}
