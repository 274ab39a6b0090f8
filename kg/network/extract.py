"""From a generation to tables of integers: `read_linkage`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode

from kg.evidence import best_text
from kg.exceptions import BadDate
from kg.namespace import ORG, PBA, RDF, RDFS, SKOS
from kg.network.days import OPEN_END, OPEN_START, first_day, last_day
from kg.network.graph import Ints
from kg.network.tables import FAMILIES, LEVELS, Linkage, Things, Ties
from kg.store import View

LANGUAGES = ("zh", "en")
# The class above all things of a family; where a thing has two, the first counts.
_ROOTS = dict(
    zip(FAMILIES, ("Alliance", "PartyOrganization", "Unit", "Area", "CoBuilding"), strict=True)
)
_BINARY = {
    "subordinate": ORG + "subOrganizationOf",
    "managed": PBA + "managedBy",
    "dispatched": PBA + "dispatchedBy",
    "party": PBA + "partyOrganizationOf",
    "linked": PBA + "linkedWith",
    "within": PBA + "within",
}
# Where a thing is, by the first of these relations to an area that is stated of it.
_PLACES = (PBA + "residentIn", PBA + "locatedIn", PBA + "partyOrganizationOf", PBA + "covers")
# All concepts of these have a number, also those that nothing has.
_SCHEMES = ("CoverageStatuses", "TieLevels", "AuthorityScopes")
_AROUND = {
    "community": ("Community", "Village"),
    "street": ("Subdistrict", "Township"),
    "district": ("District",),
}
_MAP_TIERS = {"DistrictTier": 0, "StreetTier": 1, "CommunityTier": 2, "MemberTier": 3}
# The level of an affiliation (GB/T 12404) by the rank of its concept: the district and what is
# above it, streets and towns, residents and villagers committees.
_AFFILIATED = (*[0] * 4, *[1] * 4, *[2] * 3)
_TEXT = re.compile(r'"(.*)"(?:@([A-Za-z-]+))?(?:\^\^.*)?', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


def read_linkage(view: View) -> Linkage:
    """Everything that joins organisations in a generation; kinds of things are left out.

    O(triples of the relations it reads). `kg.network.linkage` keeps what this gives.
    """
    return _Reader(view).linkage()


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of the ontology that the tables speak of, numbered."""

    names: list[str]
    number: dict[str, int]

    def of(self, term: str) -> int:
        name = term[len(PBA) + 1 : -1] if term.startswith("<" + PBA) else term.strip("<>")
        if name not in self.number:
            self.number[name] = len(self.names)
            self.names.append(name)
        return self.number[name]


class _Reader:
    def __init__(self, view: View) -> None:
        self.view = view
        self.terms = _Terms([], {})
        self.above = self._superclasses()
        self.classes = self._classes()
        self.iris = sorted(self.classes)
        self.place = {iri: number for number, iri in enumerate(self.iris)}

    def linkage(self) -> Linkage:
        ties = {name: self._binary(iri) for name, iri in _BINARY.items()}
        ties["member"] = self._memberships()
        ties["participant"] = self._participants()
        ties["authority"] = self._authorities()
        things, sectors = self._things(ties["within"], ties["party"])
        for scheme in _SCHEMES:
            for quad in self.view.quads(
                None, NamedNode(SKOS + "inScheme"), NamedNode(PBA + scheme)
            ):
                self.terms.of(str(quad.subject))
        names = [NamedNode(n if ":" in n else PBA + n) for n in self.terms.names]
        return Linkage(
            things=things,
            ties=ties,
            terms=self.terms.names,
            term_labels={lang: [self._label(n, lang) for n in names] for lang in LANGUAGES},
            sectors=sectors,
            generation=self.view.manifest.generation,
            digest=self.view.manifest.digest,
        )

    # Things

    def _superclasses(self) -> dict[str, set[str]]:
        """All classes above each class of pba, by local names."""
        direct: dict[str, set[str]] = defaultdict(set)
        for below, above in zip(*self._pairs(RDFS + "subClassOf"), strict=True):
            if below.startswith("<" + PBA) and above.startswith("<" + PBA):
                direct[_local(below)].add(_local(above))
        found: dict[str, set[str]] = {}
        for name, nearest in direct.items():
            found[name], rest = set(), list(nearest)
            while rest:
                if (one := rest.pop()) not in found[name]:
                    found[name].add(one)
                    rest += direct.get(one, ())
        return found

    def _classes(self) -> dict[str, list[str]]:
        """The classes of each thing that belongs to a family."""
        roots = set(_ROOTS.values())
        wanted = {name: f"<{PBA}{name}>" for name in self.above.keys() | roots}
        wanted = {
            written: name
            for name, written in wanted.items()
            if name in roots or self.above.get(name, set()) & roots
        }
        found: dict[str, list[str]] = defaultdict(list)
        for thing, kind in zip(*self._pairs(RDF + "type"), strict=True):
            if kind in wanted:
                found[thing].append(wanted[kind])
        return found

    def _things(self, within: Ties, party: Ties) -> tuple[Things, list[str]]:
        size = len(self.iris)
        family = self._numbers(self._family(iri) for iri in self.iris)
        kinds = [self._narrowest(self.classes[iri]) for iri in self.iris]
        area = self._areas(family, party)
        around = {}
        parent = np.full(size, -1, dtype=np.int32)
        parent[within.source] = within.target
        for name, classes in _AROUND.items():
            of = np.array([any(c in classes for c in self.classes[iri]) for iri in self.iris], bool)
            around[name] = _nearest(area, parent, of)
        by_class: dict[str, list[int]] = defaultdict(list)
        for number, iri in enumerate(self.iris):
            for name in self.classes[iri]:
                by_class[name].append(number)
        sectors, sector = self._sectors()
        since, until = self._periods(self.iris)
        things = Things(
            iris=[iri.strip("<>") for iri in self.iris],
            labels=self._labels(),
            family=family,
            kind=self._numbers(self.terms.of(kind) for kind in kinds),
            tier=self._tiers(family, kinds, party),
            area=area,
            **around,
            sector=sector,
            coverage=self._one(PBA + "coverageStatus"),
            since=since,
            until=until,
            classes={name: _array(rows) for name, rows in by_class.items()},
        )
        return things, sectors

    def _family(self, iri: str) -> int:
        classes = set(self.classes[iri])
        above = classes.union(*(self.above.get(name, set()) for name in classes))
        return next(n for n, name in enumerate(FAMILIES) if _ROOTS[name] in above)

    def _narrowest(self, classes: Sequence[str]) -> str:
        """The class that tells most: the one with most classes above it, by name among equals."""
        return min(classes, key=lambda name: (-len(self.above.get(name, ())), name))

    def _areas(self, family: Ints, party: Ties) -> Ints:
        """The area of each thing; of a Party organisation, else that of its unit."""
        is_area = family == FAMILIES.index("area")
        area = np.where(is_area, np.arange(len(family), dtype=np.int32), np.int32(-1))
        for iri in _PLACES:
            start, end = self._ends(iri)
            fits = (start >= 0) & (end >= 0)
            start, end = start[fits], end[fits]
            fits = is_area[end] & (area[start] < 0)
            # The first in order of IRIs where several are stated.
            order = np.lexsort((end[fits], start[fits]))[::-1]
            area[start[fits][order]] = end[fits][order]
        open_ = area[party.source] < 0
        area[party.source[open_]] = area[party.target[open_]]
        return area

    def _tiers(self, family: Ints, kinds: Sequence[str], party: Ties) -> Ints:
        """District, street, community or unit: of what it is set up in, its affiliation, its class.

        Alliances and works are of no tier.
        """
        of_class = {name: self._map_tier(name) for name in set(kinds)}
        tier = self._numbers(of_class[kind] for kind in kinds)
        rank = self._affiliations()
        tier[rank >= 0] = rank[rank >= 0]
        is_area = family == FAMILIES.index("area")
        by_area = tier.copy()
        is_party = family == FAMILIES.index("party")
        for start, end in (self._ends(PBA + "covers"), (party.source, party.target)):
            fits = (start >= 0) & (end >= 0) & is_area[end] & is_party[start]
            tier[start[fits]] = by_area[end[fits]]
        tier[np.isin(family, [FAMILIES.index("alliance"), FAMILIES.index("work")])] = -1
        return tier

    def _map_tier(self, name: str) -> int:
        """The tier of a class: its own on the map, else that of the nearest class above it."""
        level = [name]
        while level:
            for one in level:
                for quad in self.view.quads(NamedNode(PBA + one), NamedNode(PBA + "mapTier")):
                    if isinstance(quad.object, NamedNode):
                        return _MAP_TIERS.get(quad.object.value.removeprefix(PBA), -1)
            above = set(chain.from_iterable(self.above.get(one, ()) for one in level))
            nearest = above.difference(*(self.above.get(one, set()) for one in above))
            level = sorted(nearest or above)
        return -1

    def _affiliations(self) -> Ints:
        ranks = {
            f"<{PBA}{name}>": int(rank)
            for name, rank in self._values(PBA + "rank").items()
            if rank.isdigit()
        }
        found = np.full(len(self.iris), -1, dtype=np.int32)
        for thing, level in zip(*self._pairs(PBA + "affiliationLevel"), strict=True):
            rank = ranks.get(level, len(_AFFILIATED))
            if thing in self.place and rank < len(_AFFILIATED):
                found[self.place[thing]] = _AFFILIATED[rank]
        return found

    def _sectors(self) -> tuple[list[str], Ints]:
        found = {t: _text(v)[0] for t, v in zip(*self._pairs(PBA + "sector"), strict=True)}
        names = sorted(set(found.values()))
        number = {name: n for n, name in enumerate(names)}
        sector = self._numbers(number.get(found.get(iri, ""), -1) for iri in self.iris)
        return names, sector

    def _labels(self) -> dict[str, list[str]]:
        texts: dict[str, list[Literal]] = defaultdict(list)
        for thing, written in zip(*self._pairs(RDFS + "label"), strict=True):
            if thing in self.place:
                text, lang = _text(written)
                texts[thing].append(Literal(text, language=lang) if lang else Literal(text))
        bare = {iri: iri.strip("<>").rpartition("/")[2] for iri in self.iris}
        return {
            lang: [best_text(texts[iri], lang) or bare[iri] for iri in self.iris]
            for lang in LANGUAGES
        }

    # Ties

    def _binary(self, iri: str) -> Ties:
        start, end = self._ends(iri)
        return self._ties(start, end)

    def _memberships(self) -> Ties:
        """Each membership as a tie, and the members that are stated without one."""
        of: dict[str, list[str]] = defaultdict(list)
        for membership, whole in zip(*self._pairs(ORG + "organization"), strict=True):
            of[membership].append(whole)
        records, members = self._pairs(ORG + "member")
        # A membership is of one organisation; of several it would not say who joined which.
        rows = [(r, m, of[r][0]) for r, m in zip(records, members, strict=True) if len(of[r]) == 1]
        told = {(m, whole) for _, m, whole in rows}
        pairs = zip(*self._pairs(ORG + "memberOf"), strict=True)
        rows += [("", m, whole) for m, whole in sorted(set(pairs) - told)]
        return self._records(rows, detail=ORG + "role")

    def _participants(self) -> Ties:
        works, ends = self._pairs(PBA + "participant")
        rows = [(work, end, work) for work, end in zip(works, ends, strict=True)]
        return self._records(rows, detail=PBA + "dimension")

    def _authorities(self) -> Ties:
        holders: dict[str, list[str]] = defaultdict(list)
        for record, holder in zip(*self._pairs(PBA + "holder"), strict=True):
            holders[record].append(holder)
        rows = [
            (record, holder, over)
            for record, over in zip(*self._pairs(PBA + "over"), strict=True)
            for holder in holders[record]
        ]
        return self._records(rows, detail=PBA + "scope")

    def _records(self, rows: Sequence[tuple[str, str, str]], detail: str) -> Ties:
        """Ties that a thing of its own states: (record, source, target), with what it says more."""
        records = [record for record, _, _ in rows]
        details = self._by_subject(detail)
        levels = {f"<{PBA}{name}>": number for number, name in enumerate(LEVELS)}
        level = self._by_subject(PBA + "tieLevel")
        return self._ties(
            self._places([source for _, source, _ in rows]),
            self._places([target for _, _, target in rows]),
            *self._periods(records),
            self._numbers(levels.get(level.get(r, ""), 0) for r in records),
            self._numbers(self.terms.of(details[r]) if r in details else -1 for r in records),
        )

    def _ties(
        self,
        source: Ints,
        target: Ints,
        since: Ints | None = None,
        until: Ints | None = None,
        level: Ints | None = None,
        detail: Ints | None = None,
    ) -> Ties:
        """The ties between things of the table, in order; what leads to a kind is none."""
        size = len(source)
        made = Ties(
            source,
            target,
            np.full(size, OPEN_START, dtype=np.int32) if since is None else since,
            np.full(size, OPEN_END, dtype=np.int32) if until is None else until,
            np.zeros(size, dtype=np.int32) if level is None else level,
            np.full(size, -1, dtype=np.int32) if detail is None else detail,
        )
        made = made.where((source >= 0) & (target >= 0))
        order = np.lexsort((made.detail, made.since, made.target, made.source))
        return made.where(order.astype(np.int32))

    def _periods(self, records: Sequence[str]) -> tuple[Ints, Ints]:
        if not hasattr(self, "_since"):
            self._since = self._days(PBA + "validFrom", first=True)
            self._until = self._days(PBA + "validUntil", first=False)
        return (
            self._numbers(self._since.get(record, OPEN_START) for record in records),
            self._numbers(self._until.get(record, OPEN_END) for record in records),
        )

    def _days(self, iri: str, *, first: bool) -> dict[str, int]:
        """The day of each thing: the earliest beginning, or the latest end, that is stated."""
        found: dict[str, int] = {}
        for thing, written in zip(*self._pairs(iri), strict=True):
            text = _text(written)[0]
            try:
                day = first_day(text) if first else last_day(text)
            except BadDate:
                # Data may have times, too; what is no date says nothing here.
                continue
            known = found.get(thing, day)
            found[thing] = min(day, known) if first else max(day, known)
        return found

    # Reading

    def _pairs(self, iri: str) -> tuple[list[str], list[str]]:
        return self.view.pairs(NamedNode(iri))

    def _ends(self, iri: str) -> tuple[Ints, Ints]:
        start, end = self._pairs(iri)
        return self._places(start), self._places(end)

    def _places(self, terms: Sequence[str]) -> Ints:
        get = self.place.get
        return np.fromiter((get(term, -1) for term in terms), np.int32, len(terms))

    def _by_subject(self, iri: str) -> dict[str, str]:
        """One object of each subject, the least where there are several."""
        found: dict[str, str] = {}
        for subject, value in zip(*self._pairs(iri), strict=True):
            found[subject] = min(value, found.get(subject, value))
        return found

    def _values(self, iri: str) -> dict[str, str]:
        """The bare values of terms of pba, by local name."""
        return {
            _local(subject): value.strip('"')
            for subject, value in self._by_subject(iri).items()
            if subject.startswith("<" + PBA)
        }

    def _one(self, iri: str) -> Ints:
        """The number of the term that each thing has."""
        values = self._by_subject(iri)
        return self._numbers(self.terms.of(values[i]) if i in values else -1 for i in self.iris)

    def _label(self, term: NamedNode, lang: str) -> str:
        quads = self.view.quads(term, NamedNode(RDFS + "label"))
        texts = {quad.object for quad in quads if isinstance(quad.object, Literal)}
        return best_text(sorted(texts, key=str), lang) or term.value.rpartition("/")[2]

    def _numbers(self, values: Iterable[int]) -> Ints:
        return np.fromiter(values, np.int32)


def _nearest(area: Ints, parent: Ints, wanted: NDArray[np.bool_]) -> Ints:
    """Going up from each thing's area, the first that is wanted; -1 where there is none."""
    at = area.copy()
    # A tree of areas has few levels; a circle must not be gone round for ever.
    for _ in range(16):
        rest = (at >= 0) & ~wanted[at]
        if not rest.any():
            return at
        at[rest] = parent[at[rest]]
    at[(at >= 0) & ~wanted[at]] = -1
    return at


def _array(rows: Sequence[int]) -> Ints:
    return np.array(rows, dtype=np.int32)


def _local(term: str) -> str:
    return term[len(PBA) + 1 : -1]


def _text(written: str) -> tuple[str, str]:
    """The text and the language of a literal in TSV."""
    found = _TEXT.fullmatch(written)
    if found is None:
        return written, ""
    text = found[1]
    if "\\" in text:
        text = _ESCAPED.sub(lambda match: _PLAIN.get(match[1], match[1]), text)
    return text, found[2] or ""
