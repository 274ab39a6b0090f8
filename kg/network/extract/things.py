"""The things of a generation as columns: what they are called, where they are, of what tier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal

from kg.evidence import best_text
from kg.namespace import PBA, RDFS
from kg.network.extract.classes import Classes
from kg.network.extract.rows import Rows, local, text
from kg.network.extract.ties import Relations, looked_up
from kg.network.graph import Ints
from kg.network.tables import FAMILIES, Things

# Where a thing is, by the first of these relations to an area that is stated of it.
_PLACES = (PBA + "residentIn", PBA + "locatedIn", PBA + "partyOrganizationOf", PBA + "covers")
_AROUND = {
    "community": ("Community", "Village"),
    "street": ("Subdistrict", "Township"),
    "district": ("District",),
}
# The tier of an affiliation (GB/T 12404) by the rank of its concept: the district and what is
# above it, streets and towns, residents and villagers committees.
_AFFILIATED = (*[0] * 4, *[1] * 4, *[2] * 3)
# A tree of areas has few levels; a circle must not be gone round for ever.
_LEVELS = 16


def things(
    rows: Rows, classes: Classes, relations: Relations, languages: Sequence[str]
) -> tuple[Things, list[str]]:
    """The table of things, and the names of the sectors that it numbers."""
    family = classes.each(classes.family)
    area = _areas(relations, family)
    sectors, sector = _sectors(rows, classes.iris)
    coverage = rows.by_subject(PBA + "coverageStatus")
    statuses = {thing: rows.number(term) for thing, term in coverage.items()}
    since, until = relations.periods(classes.iris)
    made = Things(
        iris=[iri[1:-1] if iri.startswith("<") else iri for iri in classes.iris],
        labels=_labels(rows, relations, classes.iris, languages),
        family=family,
        kind=classes.each(classes.kind),
        tier=_tiers(rows, classes, relations, family),
        area=area,
        **_around(classes, relations, area),
        sector=sector,
        coverage=looked_up(statuses, classes.iris, -1),
        since=since,
        until=until,
        classes=classes.by_class(),
    )
    return made, sectors


def _areas(relations: Relations, family: Ints) -> Ints:
    """The area of each thing; of a Party organisation, else that of its unit."""
    is_area = family == FAMILIES.index("area")
    area = np.where(is_area, np.arange(len(family), dtype=np.int32), np.int32(-1))
    for iri in _PLACES:
        start, end = _known(*relations.ends(iri))
        fits = is_area[end] & (area[start] < 0)
        start, end = start[fits], end[fits]
        # The last one written stays: the first in order of IRIs where several are stated.
        order = np.lexsort((end, start))[::-1]
        area[start[order]] = end[order]
    party = relations.plain("party")
    still = area[party.source] < 0
    area[party.source[still]] = area[party.target[still]]
    return area


def _around(classes: Classes, relations: Relations, area: Ints) -> dict[str, Ints]:
    """The community, street and district around each thing's area."""
    within = relations.plain("within")
    parent = np.full(len(area), -1, dtype=np.int32)
    parent[within.source] = within.target
    return {name: _nearest(area, parent, classes.among(names)) for name, names in _AROUND.items()}


def _nearest(area: Ints, parent: Ints, wanted: NDArray[np.bool_]) -> Ints:
    """Going up from each thing's area, the first that is wanted; -1 where there is none."""
    at = area.copy()
    for _ in range(_LEVELS):
        rest = (at >= 0) & ~wanted[at]
        if not rest.any():
            return at
        at[rest] = parent[at[rest]]
    at[(at >= 0) & ~wanted[at]] = -1
    return at


def _tiers(rows: Rows, classes: Classes, relations: Relations, family: Ints) -> Ints:
    """District, street, community or unit: of what it is set up in, its affiliation, its class.

    Alliances and works are of no tier.
    """
    tier = classes.each(classes.tier)
    affiliated = _affiliations(rows, relations, len(family))
    tier[affiliated >= 0] = affiliated[affiliated >= 0]
    by_area, is_area = tier.copy(), family == FAMILIES.index("area")
    party, is_party = relations.plain("party"), family == FAMILIES.index("party")
    for ends in (relations.ends(PBA + "covers"), (party.source, party.target)):
        start, end = _known(*ends)
        fits = is_area[end] & is_party[start]
        tier[start[fits]] = by_area[end[fits]]
    tier[np.isin(family, [FAMILIES.index("alliance"), FAMILIES.index("work")])] = -1
    return tier


def _affiliations(rows: Rows, relations: Relations, size: int) -> Ints:
    """The tier that a thing's affiliation says, -1 for none."""
    ranks = {
        subject: int(rank)
        for subject, rank in rows.by_subject(PBA + "rank").items()
        if rank.isdigit() and local(subject).endswith("Affiliation")
    }
    found = np.full(size, -1, dtype=np.int32)
    for thing, level in rows.by_subject(PBA + "affiliationLevel").items():
        rank = ranks.get(level, len(_AFFILIATED))
        if thing in relations.place and rank < len(_AFFILIATED):
            found[relations.place[thing]] = _AFFILIATED[rank]
    return found


def _sectors(rows: Rows, iris: Sequence[str]) -> tuple[list[str], Ints]:
    stated = {thing: text(value)[0] for thing, value in rows.by_subject(PBA + "sector").items()}
    names = sorted({*stated.values()})
    number = {name: n for n, name in enumerate(names)}
    numbers = {thing: number[name] for thing, name in stated.items()}
    return names, looked_up(numbers, iris, -1)


def _labels(
    rows: Rows, relations: Relations, iris: Sequence[str], languages: Sequence[str]
) -> dict[str, list[str]]:
    """What each thing is called in each language; the end of its IRI where nothing calls it."""
    texts: dict[int, list[tuple[str, str]]] = defaultdict(list)
    called = [iri.strip("<>").rpartition("/")[2] for iri in iris]
    things, labels = rows.pairs(RDFS + "label")
    for number, written in zip(relations.places(things).tolist(), labels, strict=True):
        if number >= 0:
            texts[number].append(text(written))
            called[number] = texts[number][0][0]
    several = {number: _literals(found) for number, found in texts.items() if len(found) > 1}
    by_language = {lang: [*called] for lang in languages}
    for number, literals in several.items():
        for lang, names in by_language.items():
            names[number] = best_text(literals, lang)
    return by_language


def _literals(texts: Sequence[tuple[str, str]]) -> list[Literal]:
    return [Literal(words, language=tag) if tag else Literal(words) for words, tag in texts]


def _known(start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """The pairs both of whose ends are things."""
    kept = (start >= 0) & (end >= 0)
    return start[kept], end[kept]
