"""A `Linkage` from plain Python lists, without a store.

Every thing is named once: its name is its IRI and its label in both languages.

    made = linkage(
        organizations=["bank", "school"],
        alliances=["union"],
        members=[Tie("bank", "union", role="LeadMember"), ("school", "union")],
        streets={"bank": "east"},
        sectors={"bank": "金融业"},
    )
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from kg.network import Linkage
from kg.network.days import OPEN_END, OPEN_START, first_day, last_day
from kg.network.graph import ArrayGraph, Ints
from kg.network.tables import FAMILIES, LEVELS, TIERS, Things, Ties

RELATIONS = ("subordinate", "managed", "authority", "dispatched", "party", "linked", "within")
KINDS = {"alliance": "Alliance", "party": "PartyOrganization", "unit": "Unit", "work": "CoBuilding"}


@dataclass(frozen=True)
class Tie:
    """A relation with what may be stated of it; a pair of names is one without."""

    source: str
    target: str
    since: str = ""
    until: str = ""
    role: str = ""
    level: str = ""


Written = Tie | tuple[str, str]


class _Terms:
    def __init__(self) -> None:
        self.names: list[str] = []

    def number(self, name: str | None) -> int:
        if not name:
            return -1
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)


def linkage(
    organizations: Iterable[str] = (),
    alliances: Iterable[str] = (),
    members: Iterable[Written] = (),
    *,
    party: Iterable[str] = (),
    participants: Iterable[Written] = (),
    ties: Mapping[str, Iterable[Written]] | None = None,
    streets: Mapping[str, str] | None = None,
    communities: Mapping[str, str] | None = None,
    districts: Mapping[str, str] | None = None,
    sectors: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
    tiers: Mapping[str, str] | None = None,
    coverage: Mapping[str, str] | None = None,
    periods: Mapping[str, tuple[str, str]] | None = None,
    generation: int = 1,
) -> Linkage:
    """Units (``organizations``), Party organisations (``party``), alliances, and their relations.

    ``members`` join alliances, ``participants`` are (organisation, co-building) and make the
    co-buildings; ``ties`` has the other relations by name (`RELATIONS`). ``streets``,
    ``communities`` and ``districts`` say where a thing is and make the areas (give a street its
    district in ``districts``, too). ``periods`` has the first and last date of alliances and
    co-buildings.
    """
    streets, communities, districts = streets or {}, communities or {}, districts or {}
    participants = [_tie(tie) for tie in participants]
    family = dict.fromkeys(organizations, "unit") | dict.fromkeys(party, "party")
    family |= dict.fromkeys(alliances, "alliance")
    family |= {tie.target: "work" for tie in participants}
    area = {"Subdistrict": streets, "Community": communities, "District": districts}
    area_class = {name: kind for kind, places in area.items() for name in places.values()}
    family |= dict.fromkeys(area_class, "area")
    iris = sorted(family)
    place = {iri: number for number, iri in enumerate(iris)}
    terms = _Terms()
    kind_of = {iri: KINDS.get(family[iri]) for iri in iris} | area_class | dict(kinds or {})

    def numbers(of: Mapping[str, str]) -> Ints:
        return np.array([place[of[iri]] if iri in of else -1 for iri in iris], dtype=np.int32)

    def table(rows: Iterable[Written]) -> Ties:
        return _ties([_tie(row) for row in rows], place, terms)

    names = sorted(set((sectors or {}).values()))
    near = [numbers(places) for places in (communities, streets, districts)]
    nearest = near[0]
    for wider in near[1:]:
        nearest = np.where(nearest < 0, wider, nearest)
    things = Things(
        iris=iris,
        labels={"zh": iris, "en": iris},
        family=_array(FAMILIES.index(family[iri]) for iri in iris),
        kind=_array(terms.number(kind_of[iri]) for iri in iris),
        tier=_array(TIERS.index(tiers[iri]) if tiers and iri in tiers else -1 for iri in iris),
        area=nearest,
        community=near[0],
        street=near[1],
        district=near[2],
        sector=_array(names.index(sectors[i]) if sectors and i in sectors else -1 for i in iris),
        coverage=_array(terms.number((coverage or {}).get(iri)) for iri in iris),
        since=_array(_first((periods or {}).get(iri, ("", ""))[0]) for iri in iris),
        until=_array(_last((periods or {}).get(iri, ("", ""))[1]) for iri in iris),
        classes={
            kind: _array(place[iri] for iri in iris if kind_of[iri] == kind)
            for kind in set(kind_of.values())
        },
    )
    given = dict(ties or {})
    if unknown := given.keys() - set(RELATIONS):
        raise ValueError(f"no relations: {unknown}")
    tables = {name: table(given.get(name, ())) for name in RELATIONS}
    tables |= {"member": table(members), "participant": table(participants)}
    return Linkage(
        things=things,
        ties=tables,
        terms=terms.names,
        term_labels={"zh": terms.names, "en": terms.names},
        sectors=names,
        generation=generation,
        digest="",
    )


def of_pairs(pairs: Iterable[tuple[str, str]], **more: object) -> Linkage:
    """Organisations of which each pair is an alliance of its own, so co-members are the pairs."""
    edges = [tuple(map(str, pair)) for pair in pairs]
    names = [f"{a}+{b}" for a, b in edges]
    members = [(end, name) for edge, name in zip(edges, names, strict=True) for end in edge]
    organizations = {end for edge in edges for end in edge} | set(more.pop("alone", ()))
    return linkage(sorted(organizations), names, members, **more)


def of_bipartite(graph: nx.Graph, alliances: Iterable[str], **more: object) -> Linkage:
    """The members and alliances of a bipartite graph of NetworkX."""
    wholes = [str(name) for name in alliances]
    members = [(str(b), str(a)) if str(a) in wholes else (str(a), str(b)) for a, b in graph.edges()]
    return linkage([str(n) for n in graph if str(n) not in wholes], wholes, members, **more)


def renamed(graph: ArrayGraph, order: Sequence[int]) -> ArrayGraph:
    """The same graph with its node ``order[i]`` in place i."""
    place = np.empty(len(graph), dtype=np.int32)
    place[list(order)] = np.arange(len(graph), dtype=np.int32)
    start, end, weight = graph.edge_arrays()
    return ArrayGraph.of(
        place[start],
        place[end],
        weight if graph.is_weighted else None,
        directed=graph.directed,
        names=[graph.names[node] for node in order],
    )


def _tie(written: Written) -> Tie:
    return written if isinstance(written, Tie) else Tie(*written)


def _ties(rows: Sequence[Tie], place: Mapping[str, int], terms: _Terms) -> Ties:
    made = Ties(
        _array(place[tie.source] for tie in rows),
        _array(place[tie.target] for tie in rows),
        _array(_first(tie.since) for tie in rows),
        _array(_last(tie.until) for tie in rows),
        _array(LEVELS.index(tie.level) for tie in rows),
        _array(terms.number(tie.role) for tie in rows),
    )
    return made.where(np.lexsort((made.detail, made.since, made.target, made.source)))


def _first(date: str) -> int:
    return first_day(date) if date else OPEN_START


def _last(date: str) -> int:
    return last_day(date) if date else OPEN_END


def _array(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int32)
