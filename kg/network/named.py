"""The networks by name: what each is, from ``networks.toml``, and how it is made of the tables."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import networkx as nx
import numpy as np

from kg.exceptions import UnknownNetwork
from kg.network import told
from kg.network.algorithms.projection import newman, shared
from kg.network.graph import ArrayGraph
from kg.network.tables import Linkage, Mask

Made: TypeAlias = Callable[[Linkage], ArrayGraph]
Projection: TypeAlias = Callable[[ArrayGraph, Mask], ArrayGraph]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a network is, in both languages: nodes, edges, direction, weight, period."""

    name: str
    title: Mapping[str, str]
    nodes: Mapping[str, str]
    edges: Mapping[str, str]
    direction: Mapping[str, str]
    weight: Mapping[str, str]
    period: Mapping[str, str]


@cache
def networks() -> Mapping[str, Definition]:
    """The networks that `Linkage.network` gives, by name.

    >>> [*networks()]
    ['alliances', 'co-building', 'subordination', 'areas', 'co-members', 'shared-members', \
'partners', 'linkage']
    """
    text = Path(__file__).with_name("networks.toml").read_text(encoding="utf-8")
    return {name: Definition(name, **parts) for name, parts in tomllib.loads(text).items()}


def made(linkage: Linkage, name: str) -> ArrayGraph:
    """A network of that name; raises `UnknownNetwork`."""
    if name not in _MADE:
        raise UnknownNetwork(name, list(_MADE))
    return _MADE[name](linkage)


def _alliances(linkage: Linkage) -> ArrayGraph:
    table = linkage.memberships
    kept = linkage.alliances.copy()
    kept[table.source] = True
    graph, chosen = linkage.graph(kept, [table], directed=False, weights=False)
    graph.attributes["bipartite"] = linkage.alliances[chosen].astype(int).tolist()
    return graph


def _co_building(linkage: Linkage) -> ArrayGraph:
    table = linkage.ties["participant"]
    works = linkage.things.of("work")
    kept = np.zeros(len(works), dtype=bool)
    kept[table.source] = kept[table.target] = True
    graph, chosen = linkage.graph(kept, [table], directed=False, weights=False)
    graph.attributes["bipartite"] = works[chosen].astype(int).tolist()
    return graph


def _subordination(linkage: Linkage) -> ArrayGraph:
    kept = linkage.things.organizations
    return linkage.graph(kept, [linkage.ties["subordinate"]], directed=True, weights=False)[0]


def _areas(linkage: Linkage) -> ArrayGraph:
    kept = linkage.things.of("area")
    return linkage.graph(kept, [linkage.ties["within"]], directed=True, weights=False)[0]


def _projected(name: str, *, onto_works: bool, weigh: Projection) -> Made:
    """One side of a network of two, joined through the other side."""

    def made(linkage: Linkage) -> ArrayGraph:
        graph = linkage.network(name)
        side = np.array(graph.attributes["bipartite"], dtype=bool)
        projected = weigh(graph, side if onto_works else ~side)
        projected.attributes.pop("bipartite")
        return projected

    return made


def _linkage(linkage: Linkage) -> ArrayGraph:
    names = ("member", "participant", "subordinate", "managed", "authority", "dispatched", "party")
    kept = linkage.things.organizations | linkage.alliances
    tables = [linkage.ties[name] for name in names]
    kept[linkage.ties["participant"].target] = True
    return linkage.graph(kept, tables, directed=False)[0]


_MADE: dict[str, Made] = {
    "alliances": _alliances,
    "co-building": _co_building,
    "subordination": _subordination,
    "areas": _areas,
    "co-members": _projected("alliances", onto_works=False, weigh=newman),
    "shared-members": _projected("alliances", onto_works=True, weigh=shared),
    "partners": _projected("co-building", onto_works=False, weigh=newman),
    "linkage": _linkage,
}


def multigraph(linkage: Linkage, lang: str) -> nx.MultiDiGraph[str]:
    """What `Linkage.to_networkx` gives."""
    net: nx.MultiDiGraph[str] = nx.MultiDiGraph(generation=linkage.generation, date=linkage.date)
    for iri, known in told.things(linkage, told.present(linkage), lang):
        net.add_node(iri, **known)
    for tie in told.ties(linkage, lang):
        net.add_edge(tie.source, tie.target, key=tie.key, **tie.told)
    return net
