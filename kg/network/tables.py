"""What joins the organisations of a generation, as tables of integers, and the networks of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.network.days import last_day
from kg.network.graph import ArrayGraph, Ints

FAMILIES = ("alliance", "party", "unit", "area", "work")
TIERS = ("district", "street", "community", "unit")
LEVELS = ("", "Awareness", "Cooperation", "Coordination", "Integration")
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ties:
    """One relation: who is joined to whom (numbers of `Things`), from when until when, how closely.

    Days count from 1970; ``level`` is 0 where none is stated, else from 1 (awareness) to
    4 (integration); ``detail`` is the number of a term (a role, scope or dimension), or -1.
    """

    source: Ints
    target: Ints
    since: Ints
    until: Ints
    level: Ints
    detail: Ints

    def __len__(self) -> int:
        return len(self.source)

    def where(self, rows: Mask | Ints) -> Ties:
        """Some of the ties."""
        columns = (self.source, self.target, self.since, self.until, self.level, self.detail)
        return Ties(*(column[rows] for column in columns))

    def at(self, day: int) -> Ties:
        """The ties that hold on a day; one without dates always does."""
        return self.where((self.since <= day) & (self.until >= day))

    @staticmethod
    def none() -> Ties:
        """No tie."""
        empty = np.zeros(0, dtype=np.int32)
        return Ties(empty, empty, empty, empty, empty, empty)


@dataclass(frozen=True)
class Things:
    """The organisations, areas and works of a generation, a row each, in order of their IRIs.

    ``family`` is a place in `FAMILIES`, ``kind`` the number of the term of the narrowest class,
    ``tier`` a place in `TIERS`; ``area``, ``community``, ``street`` and ``district`` are numbers
    of things; ``sector`` and ``coverage`` numbers of a sector and a term. -1 is not stated.
    ``classes`` has of each class of the ontology, by its local name, the things of it.
    """

    iris: Sequence[str]
    labels: Mapping[str, Sequence[str]]
    family: Ints
    kind: Ints
    tier: Ints
    area: Ints
    community: Ints
    street: Ints
    district: Ints
    sector: Ints
    coverage: Ints
    since: Ints
    until: Ints
    classes: Mapping[str, Ints]

    def __len__(self) -> int:
        return len(self.iris)

    def of(self, *families: str) -> Mask:
        """Which things are of one of these families."""
        return np.isin(self.family, [FAMILIES.index(family) for family in families])

    def of_class(self, name: str) -> Mask:
        """Which things are of a class, given by its local name, or of one below it."""
        found = np.zeros(len(self), dtype=bool)
        found[self.classes.get(name, np.zeros(0, dtype=np.int32))] = True
        return found

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The number of the thing of each IRI."""
        return {iri: number for number, iri in enumerate(self.iris)}

    @cached_property
    def organizations(self) -> Mask:
        """Which things are Party organisations or units."""
        return self.of("party", "unit")


@dataclass(frozen=True)
class Linkage:
    """The things of a generation and the relations between them, read once.

    ``ties`` are by name: ``member`` (organisation → alliance or great committee), ``participant``
    (organisation → co-building), ``subordinate`` (→ superior, 隶属), ``managed`` (→ who manages it
    beside that), ``authority`` (holder → over), ``dispatched`` (→ who sends it out), ``party``
    (Party organisation → unit or area that it is set up in), ``linked`` (tier → tier as stated)
    and ``within`` (area → area around it). ``terms`` have labels by language.
    Made by `kg.network.linkage`; see `networks` for what it can be looked at as.
    """

    things: Things
    ties: Mapping[str, Ties]
    terms: Sequence[str]
    term_labels: Mapping[str, Sequence[str]]
    sectors: Sequence[str]
    generation: int
    digest: str
    date: str = ""
    whole: Linkage | None = None
    """What this was before it was cut to a date."""
    _made: dict[str, ArrayGraph] = field(default_factory=dict, init=False, repr=False)

    def as_of(self, date: str) -> Linkage:
        """What holds on a date (a year or month: on its last day); undated ties always hold.

        Alliances and works that have ended, or not begun, are left out with their ties. Raises
        `BadDate` for what is no date.
        """
        day = last_day(date)
        things = self.things
        alive = (things.since <= day) & (things.until >= day)
        ties = {}
        for name, table in self.ties.items():
            held = table.at(day)
            ties[name] = held.where(alive[held.source] & alive[held.target])
        return replace(self, ties=ties, date=date, whole=self.whole or self)

    def network(self, name: str) -> ArrayGraph:
        """A network by name, as `networks` lists them; raises `UnknownNetwork`.

        It is made once. Names of nodes are IRIs, attributes the label, kind and family. O(ties)
        for those of stated relations; a projection costs the sum of the squares of the sizes of
        what it is projected through.
        """
        from kg.network.named import made

        if name not in self._made:
            self._made[name] = made(self, name)
        return self._made[name]

    def to_networkx(self, lang: str = "zh") -> nx.MultiDiGraph[str]:
        """The things and ties of the date for people: labels, kinds and families, an edge a tie.

        Nodes are IRIs with ``label``, ``kind``, ``family``, ``tier``, ``street`` and ``sector``,
        and ``since`` and ``until`` (dates) where they are stated. The key of an edge is the
        relation, with a number where it joins the same two again; an edge has ``since`` and
        ``until`` (dates), ``level`` and ``detail`` (role, scope or dimension) where they are
        stated.
        """
        from kg.network.named import multigraph

        return multigraph(self, lang)

    def graph(
        self, kept: Mask, tables: Sequence[Ties], *, directed: bool, weights: bool = True
    ) -> tuple[ArrayGraph, Ints]:
        """The graph of the things kept and the ties among them, and the numbers of its things.

        With ``weights`` an edge weighs the number of ties, else 1.
        """
        chosen = np.flatnonzero(kept).astype(np.int32)
        place = np.full(len(self.things), -1, dtype=np.int32)
        place[chosen] = np.arange(len(chosen), dtype=np.int32)
        start = place[np.concatenate([t.source for t in tables])]
        end = place[np.concatenate([t.target for t in tables])]
        held = (start >= 0) & (end >= 0)
        start, end = start[held], end[held]
        if not weights:
            ends = np.stack(
                [start, end] if directed else [np.minimum(start, end), np.maximum(start, end)]
            )
            start, end = np.unique(ends, axis=1)
        return ArrayGraph.of(
            start,
            end,
            names=[self.things.iris[i] for i in chosen.tolist()],
            directed=directed,
            attributes=self.columns(chosen),
            info={"generation": self.generation, "date": self.date},
        ), chosen

    def columns(self, chosen: Ints, lang: str = "zh") -> dict[str, list[str]]:
        """Label, kind and family of some things, in words."""
        things, labels, terms = self.things, self.things.labels[lang], self.term_labels[lang]
        return {
            "label": [labels[i] for i in chosen.tolist()],
            "kind": [terms[k] for k in things.kind[chosen].tolist()],
            "family": [FAMILIES[f] for f in things.family[chosen].tolist()],
        }

    def term(self, number: int, lang: str = "zh") -> str:
        """A term in words; nothing for -1."""
        return self.term_labels[lang][number] if number >= 0 else ""

    def term_number(self, name: str) -> int:
        """The number of a term by its local name; -2, which nothing has, when it has none."""
        return self.terms.index(name) if name in self.terms else -2

    def titles(self, name: str) -> dict[str, str]:
        """A term by its local name, in each language; the name itself where there is none."""
        number = self.term_number(name)
        known = number >= 0
        return {lang: words[number] if known else name for lang, words in self.term_labels.items()}

    @cached_property
    def alliances(self) -> Mask:
        """Which things are alliances that hold on the date."""
        found = self.things.of("alliance")
        if self.date:
            day = last_day(self.date)
            found = found & (self.things.since <= day) & (self.things.until >= day)
        return found

    @cached_property
    def memberships(self) -> Ties:
        """The ties ``member`` to alliances; a seat in a great committee is none."""
        table = self.ties["member"]
        return table.where(self.alliances[table.target])

    @cached_property
    def seats(self) -> Ties:
        """The ties ``member`` to what is no alliance: seats in great committees."""
        table = self.ties["member"]
        return table.where(~self.things.of("alliance")[table.target])
