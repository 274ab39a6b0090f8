"""Who is covered: units in no alliance, and how far Party organisations are set up in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

import numpy as np

from kg.analytics.result import (
    NOT_STATED,
    THING,
    Column,
    Result,
    Texts,
    Value,
    of_things,
    told_apart,
)
from kg.exceptions import MeasureError
from kg.network import Linkage
from kg.network.graph import Ints
from kg.network.tables import Mask

GROUPS = ("street", "kind", "community", "district", "sector")
_GROUP: dict[str, Texts] = {
    "street": {"zh": "街道（乡镇）", "en": "subdistrict or township"},
    "kind": {"zh": "类型", "en": "kind"},
    "community": {"zh": "社区（村）", "en": "community or village"},
    "district": {"zh": "区县", "en": "district"},
    "sector": {"zh": "行业", "en": "sector"},
}
_STATUSES = (
    "OwnOrganization",
    "JointOrganization",
    "InstructorSent",
    "NoMembers",
    "ToBeEstablished",
    "Unknown",
)


def group_of(linkage: Linkage, by: str) -> Ints:
    """The number of each thing's group: an area, a term (kind) or a sector; -1 is not stated.

    Raises `MeasureError` for a word that is no group.
    """
    if by not in GROUPS:
        raise MeasureError(f"no group {by!r}; there are {', '.join(GROUPS)}")
    found: Ints = getattr(linkage.things, by)
    return found


def group_namer(linkage: Linkage, by: str, lang: str) -> Callable[[int], str]:
    """What gives a group in words; an area or alliance is told apart from its namesakes."""
    if by == "kind":
        return lambda number: linkage.term(number, lang) if number >= 0 else NOT_STATED[lang]
    if by == "sector":
        return lambda number: linkage.sectors[number] if number >= 0 else NOT_STATED[lang]
    alliances = np.flatnonzero(linkage.alliances).astype(np.int32)
    among = alliances if by == "alliance" else group_of(linkage, by)
    names = told_apart(linkage, among, lang)
    return lambda number: names.get(number, NOT_STATED[lang])


def is_thing(by: str) -> bool:
    """Whether groups are things, with IRIs, and not terms or texts."""
    return by not in ("kind", "sector")


def in_alliance(linkage: Linkage) -> Mask:
    """Which things are stated as members of an alliance, on the date."""
    found = np.zeros(len(linkage.things), dtype=bool)
    found[linkage.memberships.source] = True
    return found


def has_party(linkage: Linkage) -> Mask:
    """Which units have a Party organisation: one is set up in it, or its status says so."""
    things = linkage.things
    own, joint = (linkage.term_number(name) for name in _STATUSES[:2])
    found: Mask = np.isin(things.coverage, [own, joint])
    found[linkage.ties["party"].target] = True
    return found & things.of("unit")


def coverage(linkage: Linkage, *, lang: str = "zh", by: str = "street") -> Result:
    """A row a group of units: in how many an alliance is stated, and a Party organisation."""
    things = linkage.things
    group, units = group_of(linkage, by), things.of("unit")
    joined, party = in_alliance(linkage), has_party(linkage)
    two_new = things.of_class("TwoNewOrganization")
    statuses = [linkage.term_number(name) for name in _STATUSES]
    name = group_namer(linkage, by, lang)
    rows: list[tuple[Value, ...]] = []
    for number in np.unique(group[units]).tolist():
        of = units & (group == number)
        counts = [int(np.count_nonzero(of & (things.coverage == status))) for status in statuses]
        stated = int(np.count_nonzero(of & (things.coverage >= 0)))
        rows.append(
            (
                name(number),
                size := int(of.sum()),
                inside := int((of & joined).sum()),
                inside / size,
                int((of & two_new).sum()),
                int((of & two_new & ~party).sum()),
                int((of & party).sum()),
                *counts,
                size - stated,
                *([things.iris[number] if number >= 0 else None] if is_thing(by) else []),
            )
        )
    rows.sort(key=itemgetter(3, 0))
    columns = [
        Column(by, _GROUP[by]),
        Column("units", {"zh": "单位", "en": "units"}),
        Column("in_alliance", {"zh": "载明加入联盟", "en": "stated in an alliance"}),
        Column("share", {"zh": "占比", "en": "share"}, 3),
        Column("two_new", {"zh": "两新组织", "en": "two-new organisations"}),
        Column(
            "two_new_without",
            {"zh": "其中未载明党组织", "en": "of them no Party organisation stated"},
        ),
        Column("with_party", {"zh": "载明党组织", "en": "Party organisation stated"}),
        *(Column(name, linkage.titles(name)) for name in _STATUSES),
        Column("no_status", {"zh": "没有覆盖状态", "en": "no coverage status"}),
        *([THING] if is_thing(by) else []),
    ]
    total = int(units.sum())
    summary: Sequence[tuple[Texts, Value]] = [
        ({"zh": "单位", "en": "units"}, total),
        ({"zh": "载明加入联盟", "en": "stated in an alliance"}, int((units & joined).sum())),
        ({"zh": "载明党组织", "en": "Party organisation stated"}, int(party.sum())),
    ]
    return Result(
        "coverage",
        columns,
        rows,
        linkage,
        summary=summary,
        notes=[_ABSENCE],
        parameters={"by": by},
    )


def uncovered(linkage: Linkage, *, lang: str = "zh") -> Result:
    """A row a unit of which no alliance is stated, two-new organisations without Party first."""
    things = linkage.things
    units = things.of("unit")
    open_ = np.flatnonzero(units & ~in_alliance(linkage)).astype(np.int32)
    missing = things.of_class("TwoNewOrganization") & ~has_party(linkage)
    words = {
        status: linkage.term(status, lang) or NOT_STATED[lang]
        for status in np.unique(things.coverage).tolist()
    }
    return of_things(
        "uncovered",
        linkage,
        open_,
        {
            "missing": 1 + missing[open_].astype(np.int32),
            "coverage": [words[status] for status in things.coverage[open_].tolist()],
        },
        {
            "missing": {"zh": "缺几项", "en": "how many things are not stated"},
            "coverage": {"zh": "组织覆盖", "en": "Party coverage"},
        },
        lang=lang,
        summary=[
            ({"zh": "单位", "en": "units"}, int(units.sum())),
            ({"zh": "其中未载明加入联盟", "en": "of them in no alliance as stated"}, len(open_)),
        ],
        notes=[_ABSENCE],
    )


_ABSENCE: Texts = {
    "zh": "未载明不等于没有：来源没有说到的，这里按未载明计。",
    "en": "Not stated does not mean none: what no source says counts as not stated here.",
}
