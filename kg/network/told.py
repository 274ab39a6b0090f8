"""Things and ties in words: what a network says to people, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from kg.network.days import OPEN_END, OPEN_START, as_text, last_day
from kg.network.graph import Ints
from kg.network.tables import FAMILIES, LEVELS, TIERS, Linkage, Ties

RELATIONS: Mapping[str, Mapping[str, str]] = {
    "member": {"zh": "加入", "en": "member of"},
    "participant": {"zh": "参加共建", "en": "takes part in"},
    "subordinate": {"zh": "隶属于", "en": "subordinate to"},
    "managed": {"zh": "双重管理方为", "en": "managed beside that by"},
    "authority": {"zh": "管理权及于", "en": "has authority over"},
    "dispatched": {"zh": "派出方为", "en": "dispatched by"},
    "party": {"zh": "建于", "en": "set up in"},
    "linked": {"zh": "联动", "en": "linked with"},
    "within": {"zh": "位于", "en": "within"},
}
"""What the ties of `Linkage` say, read from their source to their target."""


class Tie(NamedTuple):
    """A tie: its ends by IRI, the relation, a key that is its own between the two, and more."""

    source: str
    target: str
    relation: str
    key: str
    told: dict[str, str]


def present(linkage: Linkage) -> Ints:
    """The numbers of the things that there are on the date of a linkage."""
    things = linkage.things
    if not linkage.date:
        return np.arange(len(things), dtype=np.int32)
    day = last_day(linkage.date)
    return np.flatnonzero((things.since <= day) & (things.until >= day)).astype(np.int32)


def dated(linkage: Linkage, chosen: Ints, *, with_ties: bool) -> bool:
    """Whether some of these things, or of the ties, have a beginning or an end."""
    known = linkage.things
    columns = [(known.since[chosen], known.until[chosen])]
    if with_ties:
        columns += [(table.since, table.until) for table in linkage.ties.values()]
    return any(
        bool(np.any(since != OPEN_START) or np.any(until != OPEN_END)) for since, until in columns
    )


def things(linkage: Linkage, chosen: Ints, lang: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each of some things by its IRI, with what is known of it in words.

    That is ``label``, ``kind``, ``family``, ``tier``, ``street`` and ``sector``, empty where
    nothing is stated, and ``since`` and ``until`` where they are.
    """
    known, labels, terms = linkage.things, linkage.things.labels[lang], linkage.term_labels[lang]
    for number in chosen.tolist():
        tier, street = int(known.tier[number]), int(known.street[number])
        sector = int(known.sector[number])
        yield (
            known.iris[number],
            {
                "label": labels[number],
                "kind": terms[int(known.kind[number])],
                "family": FAMILIES[int(known.family[number])],
                "tier": TIERS[tier] if tier >= 0 else "",
                "street": labels[street] if street >= 0 else "",
                "sector": linkage.sectors[sector] if sector >= 0 else "",
                **_period(int(known.since[number]), int(known.until[number])),
            },
        )


def ties(linkage: Linkage, lang: str) -> Iterator[Tie]:
    """Every tie, with ``since``, ``until``, ``level`` and ``detail`` where they are stated.

    The key is the relation, with a number from 2 where it joins the same two again.
    """
    iris = linkage.things.iris
    for relation, table in linkage.ties.items():
        again: Counter[tuple[int, int]] = Counter()
        for row in range(len(table)):
            ends = int(table.source[row]), int(table.target[row])
            again[ends] += 1
            key = relation if again[ends] == 1 else f"{relation} {again[ends]}"
            yield Tie(iris[ends[0]], iris[ends[1]], relation, key, _told(linkage, table, row, lang))


def _told(linkage: Linkage, table: Ties, row: int, lang: str) -> dict[str, str]:
    """What is stated of a tie."""
    level, detail = LEVELS[table.level[row]], int(table.detail[row])
    told = {
        **_period(int(table.since[row]), int(table.until[row])),
        "level": linkage.titles(level)[lang] if level else "",
        "detail": linkage.term(detail, lang),
    }
    return {name: value for name, value in told.items() if value}


def _period(since: int, until: int) -> dict[str, str]:
    started = {} if since == OPEN_START else {"since": as_text(since)}
    return started if until == OPEN_END else {**started, "until": as_text(until)}
