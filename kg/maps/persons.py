"""A network without the names of persons, for a page that is handed on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

import networkx as nx

from kg.maps.fold import Net
from kg.namespace import PBA
from kg.persons import Names

# The values of these are names of persons, as a node with ``person`` is one.
_NAMES_OF_PERSONS = frozenset({PBA + "holderName"})
_VOCABULARY = frozenset({"family", "tier", "classes", "periods", "certainty", "id", "key", "roles"})


def without_persons(net: Net) -> Net:
    """The network without the names of persons, and without the sentences that name them.

    Persons go with their relations, and so does each fact, note and alias with a name in
    it; a label with one becomes the kind. Of a sentence or row that names a person, or
    on which a statement of a person rests, the place and the source stay. Names of one
    character are not looked for. O(length of all texts).
    """
    persons = {thing for thing, data in net.nodes(data=True) if data.get("person")}
    clean = _Cleaner(Names(_names(net, persons)), _quotes(net, persons))
    found: Net = nx.MultiDiGraph(**clean.values(net.graph))
    ids = {t: clean.iri(t, n) for n, t in enumerate(net) if t not in persons}
    for thing, iri in ids.items():
        found.add_node(iri, **clean.thing(net.nodes[thing]))
    for source, target, key, data in net.edges(keys=True, data=True):
        if source in ids and target in ids:
            found.add_edge(ids[source], ids[target], key=key, **clean.values(data))
    return found


def _names(net: Net, persons: Collection[str]) -> Iterator[str]:
    for thing, data in net.nodes(data=True):
        if thing in persons:
            yield from (data["label"], *data.get("aliases", ()))
        yield from (str(f["value"]) for f in data.get("facts", ()) if _is_name(f))


def _quotes(net: Net, persons: Collection[str]) -> set[str]:
    """The sentences and rows on which statements of persons rest."""
    told = [net.nodes[person].get("evidence", ()) for person in persons]
    told += [f.get("evidence", ()) for p in persons for f in net.nodes[p].get("facts", ())]
    for ends in (net.in_edges, net.out_edges):
        told += [data.get("evidence", ()) for *_, data in ends(persons, data=True)]
    for _, data in net.nodes(data=True):
        told += [f.get("evidence", ()) for f in data.get("facts", ()) if _is_name(f)]
    return {one["quote"] for evidence in told for one in evidence}


def _is_name(fact: Mapping[str, Any]) -> bool:
    return fact.get("key") in _NAMES_OF_PERSONS


class _Cleaner:
    """Copies values without the names in them."""

    def __init__(self, names: Names, quotes: set[str]) -> None:
        self._within = cache(names.within)
        self._quotes = quotes

    def iri(self, iri: str, number: int) -> str:
        return f"urn:x-withheld:{number}" if self._within(iri) else iri

    def thing(self, data: Mapping[str, Any]) -> dict[str, Any]:
        facts = [f for f in data.get("facts", ()) if not _is_name(f) and not self._named(f)]
        found = self.values({**data, "facts": facts})
        return found | {
            "label": found["label"] or found["kind"] or "—",
            "kind": found["kind"] or "—",
        }

    def _named(self, fact: Mapping[str, Any]) -> bool:
        return self._within(fact["label"]) or self._within(str(fact["value"]))

    def values(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {k: v if k in _VOCABULARY else self._value(v, k) for k, v in data.items()}

    def _value(self, value: Any, key: str = "") -> Any:  # noqa: ANN401 - whatever a network holds
        if isinstance(value, str):
            gone = self._within(value) or (key == "quote" and value in self._quotes)
            return "" if gone else value
        if isinstance(value, Mapping):
            return self.values(value)
        if isinstance(value, list | tuple):
            kept = (one for one in value if not (isinstance(one, str) and self._within(one)))
            return type(value)(self._value(one) for one in kept)
        return value
