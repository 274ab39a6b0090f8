"""A network as it is written to files: nodes and edges in words, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeAlias

from kg.analytics.result import numbers
from kg.network import ArrayGraph, Linkage, networks
from kg.network.graph import Ints
from kg.network.told import RELATIONS, dated, present, things, ties
from kg.persons import Names

Value: TypeAlias = str | int | float

_NODE = ("label", "kind", "family", "tier", "street", "sector", "since", "until")
_EDGE = ("label", "relation", "since", "until", "level", "detail")


class Node(NamedTuple):
    """A node: its IRI, and what is known of it; nothing stands for what is not stated."""

    id: str
    told: Mapping[str, Value]


class Edge(NamedTuple):
    """An edge: an id that no other has, its ends, what tells it from a parallel one, and more."""

    id: str
    source: str
    target: str
    key: str
    told: Mapping[str, Value]


@dataclass(frozen=True)
class Net:
    """A network to be written. `whole` and `named` make it.

    ``dated`` says whether a node or an edge has a period. Without names there are none to withhold;
    else a label with the name of a person becomes the kind, and an IRI with one a number.
    """

    linkage: Linkage
    lang: str
    graph: ArrayGraph | None
    chosen: Ints
    info: Mapping[str, Value]
    names: Names = field(default_factory=lambda: Names([]))

    @property
    def directed(self) -> bool:
        """Whether its edges have a direction."""
        return self.graph is None or self.graph.directed

    @property
    def node_columns(self) -> dict[str, type]:
        """What nodes may tell, with the type of it."""
        kinds: dict[str, type] = dict.fromkeys(_NODE, str)
        return kinds | ({"bipartite": int} if self._sides else {})

    @property
    def edge_columns(self) -> dict[str, type]:
        """What edges may tell, with the type of it."""
        return dict.fromkeys(_EDGE, str) if self.graph is None else {"weight": float}

    @property
    def dated(self) -> bool:
        """Whether something in it has a beginning or an end."""
        return dated(self.linkage, self.chosen, with_ties=self.graph is None)

    def nodes(self) -> Iterator[Node]:
        """The nodes, in order of their IRIs."""
        sides = self._sides
        for place, (iri, told) in enumerate(things(self.linkage, self.chosen, self.lang)):
            known: dict[str, Value] = {name: text for name, text in told.items() if text}
            if self.names:
                known = self._clean(known)
            if sides is not None:
                known["bipartite"] = int(sides[place])
            yield Node(self.shown(iri), known)

    def edges(self) -> Iterator[Edge]:
        """The edges, in order."""
        if self.graph is None:
            yield from self._ties()
            return
        ids = [self.shown(iri) for iri in self.graph.names]
        for number, (start, end, weight) in enumerate(zip(*self.graph.edge_arrays(), strict=True)):
            yield Edge(f"e{number}", ids[start], ids[end], "", {"weight": float(weight)})

    def _ties(self) -> Iterator[Edge]:
        for number, tie in enumerate(ties(self.linkage, self.lang)):
            label = RELATIONS[tie.relation][self.lang]
            told = {"label": label, "relation": tie.relation, **tie.told}
            yield Edge(f"e{number}", self.shown(tie.source), self.shown(tie.target), tie.key, told)

    @cached_property
    def _sides(self) -> list[int] | None:
        sides = None if self.graph is None else self.graph.attributes.get("bipartite")
        return None if sides is None else [int(side) for side in sides]

    def _clean(self, told: dict[str, Value]) -> dict[str, Value]:
        kept = {name: text for name, text in told.items() if not self.names.within(str(text))}
        return {"label": kept.get("label", kept.get("kind", "—")), **kept}

    def shown(self, iri: str) -> str:
        """An IRI, or a number in place of one that names a person."""
        if self.names and self.names.within(iri):
            return f"urn:x-withheld:{self._place[iri]}"
        return iri

    @cached_property
    def _place(self) -> dict[str, int]:
        return {iri: number for number, iri in enumerate(self.linkage.things.iris)}


def whole(linkage: Linkage, lang: str = "zh", names: Names | None = None) -> Net:
    """All things and ties of a linkage, as `Linkage.to_networkx` has them."""
    info = _info(linkage, "")
    return Net(linkage, lang, None, present(linkage), info, names or Names([]))


def named(linkage: Linkage, name: str, lang: str = "zh", names: Names | None = None) -> Net:
    """One of `kg.network.networks`, with weights. Raises `UnknownNetwork`."""
    graph = linkage.network(name)
    info = _info(linkage, networks()[name].title[lang])
    return Net(linkage, lang, graph, numbers(linkage, graph), info, names or Names([]))


def _info(linkage: Linkage, title: str) -> dict[str, Value]:
    told: dict[str, Value] = {"generation": linkage.generation, "digest": linkage.digest}
    more = {"date": linkage.date, "network": title}
    return told | {name: text for name, text in more.items() if text}
