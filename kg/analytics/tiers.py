"""The linkage of the tiers (三级联动): which are joined how, and where a link is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple

import numpy as np

from kg.analytics.coverage import in_alliance
from kg.analytics.result import (
    LABEL,
    NOT_STATED,
    RANK,
    THING,
    Column,
    Result,
    Scores,
    Texts,
    Value,
    told_apart,
)
from kg.network import Linkage, Ties
from kg.network.graph import Ints
from kg.network.tables import TIERS, Mask

_DISTRICT, _STREET, _COMMUNITY, _UNIT = range(4)
_DIRECT = ("subordinate", "managed", "authority", "dispatched", "linked")
_MECHANISMS: dict[str, Texts] = {
    "subordinate": {"zh": "隶属", "en": "subordination"},
    "managed": {"zh": "双重管理", "en": "joint management"},
    "authority": {"zh": "权限", "en": "authority"},
    "dispatched": {"zh": "派出", "en": "dispatch"},
    "linked": {"zh": "载明的联动", "en": "linkage as stated"},
    "alliance": {"zh": "联盟", "en": "alliance"},
    "co-building": {"zh": "共建", "en": "co-building"},
}
_TIERS: tuple[Texts, ...] = (
    {"zh": "区级", "en": "district"},
    {"zh": "街道", "en": "street"},
    {"zh": "社区", "en": "community"},
    {"zh": "驻区单位", "en": "units"},
)


def tiers(linkage: Linkage, *, lang: str = "zh") -> Result:
    """A row a pair of tiers: how many ties of each mechanism join them, and what they reach.

    The tier of an organisation is that of the area it is set up in or covers, else of its
    affiliation, else of its class. An alliance or co-building joins each two tiers of its members
    (an alliance that of the area which it covers, too); it counts once a pair of tiers, however
    many members it has.
    """
    of = linkage.things.tier
    size = [int(np.count_nonzero(linkage.things.organizations & (of == t))) for t in range(4)]
    rows: list[tuple[Value, ...]] = []
    for low, high in combinations_with_replacement(range(len(TIERS)), 2):
        found = [_between(linkage, name, low, high) for name in _MECHANISMS]
        reached = np.unique(np.concatenate([ends for _, ends in found]))
        counts = [count for count, _ in found]
        pair = f"{_TIERS[low][lang]}—{_TIERS[high][lang]}"
        rows.append((pair, *counts, len(reached), size[high]))
    columns = [
        Column("tiers", {"zh": "两级", "en": "tiers"}),
        *(Column(name, title) for name, title in _MECHANISMS.items()),
        Column(
            "joined", {"zh": "联到的下一级组织", "en": "organisations of the lower tier joined"}
        ),
        Column("of", {"zh": "下一级组织", "en": "lower tier"}),
    ]
    without = int(np.count_nonzero(linkage.things.organizations & (of < 0)))
    notes = [_NO_TIER] if without else []
    summary = [({"zh": "分不出层级的组织", "en": "organisations of no tier"}, without)]
    return Result("tiers", columns, rows, linkage, summary=summary, notes=[*notes, _ABSENCE])


def _between(linkage: Linkage, name: str, low: int, high: int) -> tuple[int, Ints]:
    """How many ties of a mechanism join two tiers, and which things of the second they reach."""
    of = linkage.things.tier
    if name in _DIRECT:
        table = linkage.ties[name]
        start, end = of[table.source], of[table.target]
        across = ((start == low) & (end == high)) | ((start == high) & (end == low))
        ends = np.concatenate([table.source[across], table.target[across]])
        return int(across.sum()), ends[of[ends] == high]
    table = linkage.memberships if name == "alliance" else linkage.ties["participant"]
    joins = _joins(linkage, table, low, high)
    return int(joins.sum()), table.source[joins[table.target] & (of[table.source] == high)]


def _joins(linkage: Linkage, table: Ties, low: int, high: int) -> Mask:
    """Which alliances or co-buildings have things of both tiers; of one tier, two things."""
    things = linkage.things
    counts = np.zeros((len(TIERS), len(things)), dtype=np.int64)
    tier = things.tier[table.source]
    np.add.at(counts, (tier[tier >= 0], table.target[tier >= 0]), 1)
    covering = np.flatnonzero(linkage.alliances & (things.area >= 0))
    own = things.tier[things.area[covering]]
    covering, own = covering[own >= 0], own[own >= 0]
    np.add.at(counts, (own, covering), 1)
    taken = np.zeros(len(things), dtype=bool)
    taken[table.target] = True
    joined: Mask = counts[low] >= 2 if low == high else (counts[low] > 0) & (counts[high] > 0)
    return joined & taken


class _Gaps(NamedTuple):
    """What joins a street to its district, and to which of its communities."""

    district: Mapping[str, Mask]
    community: Mapping[str, Mask]


def tier_gaps(linkage: Linkage, *, lang: str = "zh") -> Result:
    """A row a street: which mechanisms join it to the district, and to how many communities.

    A community is joined by subordination, joint management or authority when that leads from
    an organisation of it to one of its street or district (or back), and by an alliance or a
    co-building when an organisation of it is a member, or an alliance covers it.
    """
    things = linkage.things
    streets = np.flatnonzero(things.of_class("Subdistrict") | things.of_class("Township"))
    communities = np.flatnonzero(things.of_class("Community") | things.of_class("Village"))
    gaps = _found(linkage)
    rows: list[tuple[Value, ...]] = []
    missed: list[int] = []
    names = things.labels[lang]
    apart = told_apart(linkage, streets.astype(np.int32), lang)
    for street in streets.tolist():
        within = communities[things.street[communities] == street]
        up = [bool(gaps.district[name][street]) for name in _UPWARD]
        down = [gaps.community[name][within] for name in _DOWNWARD]
        never = within[~np.any(down, axis=0)] if len(within) else within
        missing = up.count(False) + sum(len(within) - int(held.sum()) for held in down)
        missed.append(missing)
        words = ("、" if lang == "zh" else ", ").join(names[c] for c in never.tolist())
        rows.append(
            (
                apart[street],
                missing,
                len(within),
                len(never),
                words,
                *(_YES[lang] if held else NOT_STATED[lang] for held in up),
                *(int(held.sum()) for held in down),
                things.iris[street],
            )
        )
    order = sorted(range(len(rows)), key=lambda n: (-missed[n], streets[n]))
    return Result(
        "tier-gaps",
        _gap_columns(),
        [(place + 1, *rows[n]) for place, n in enumerate(order)],
        linkage,
        scores=Scores(
            streets[order].astype(np.int32) if order else np.zeros(0, dtype=np.int32),
            np.array([missed[n] for n in order], dtype=np.float64),
        ),
        notes=[_ABSENCE],
    )


_UPWARD = ("subordinate", "dispatched", "authority")
_DOWNWARD = ("subordinate", "managed", "authority", "alliance", "co-building")
_YES = {"zh": "有", "en": "yes"}


def _gap_columns() -> Sequence[Column]:
    up: Texts = {"zh": "区—街道", "en": "district–street"}
    down: Texts = {"zh": "街道—社区", "en": "street–community"}

    def titled(pair: Texts, name: str) -> Texts:
        return {lang: f"{pair[lang]} {_MECHANISMS[name][lang]}" for lang in ("zh", "en")}

    return [
        RANK,
        LABEL,
        Column("missing", {"zh": "未载明的联系", "en": "links not stated"}),
        # A narrow screen shows the first columns.
        Column("communities", {"zh": "社区（村）", "en": "communities and villages"}),
        Column("without", {"zh": "没有任何联系的", "en": "joined by nothing"}),
        Column("names", {"zh": "没有任何联系的社区（村）", "en": "communities joined by nothing"}),
        *(Column(f"district_{name}", titled(up, name)) for name in _UPWARD),
        *(Column(f"community_{name}", titled(down, name)) for name in _DOWNWARD),
        THING,
    ]


def _found(linkage: Linkage) -> _Gaps:
    things = linkage.things
    is_street = things.organizations & (things.tier == _STREET)
    district = {}
    for name in _UPWARD:
        table = linkage.ties[name]
        district[name] = np.zeros(len(things), dtype=bool)
        for near, far in ((table.source, table.target), (table.target, table.source)):
            across = is_street[near] & (things.tier[far] == _DISTRICT)
            district[name][_known(things.street[near[across]])] = True
    community = {name: _joined_communities(linkage, name) for name in _DOWNWARD[:3]}
    member = in_alliance(linkage)
    community["alliance"] = _mark(things.community[member], len(things))
    covered = things.area[linkage.alliances]
    community["alliance"] |= _mark(_known(things.community[_known(covered)]), len(things))
    partners = linkage.ties["participant"].source
    community["co-building"] = _mark(things.community[partners], len(things))
    return _Gaps(district, community)


def _joined_communities(linkage: Linkage, name: str) -> Mask:
    """Communities with an organisation that is tied to one of their street, or the district."""
    things, table = linkage.things, linkage.ties[name]
    found = np.zeros(len(things), dtype=bool)
    for near, far in ((table.source, table.target), (table.target, table.source)):
        here = (things.community[near] >= 0) & (things.tier[near] >= _COMMUNITY)
        if name != "managed":
            here &= things.tier[near] == _COMMUNITY
        above = (things.tier[far] == _DISTRICT) | (
            (things.tier[far] == _STREET) & (things.street[far] == things.street[near])
        )
        if name == "managed":
            # A great committee of the community itself brings its units together.
            above |= (things.tier[far] == _COMMUNITY) & (
                things.community[far] == things.community[near]
            )
        found[_known(things.community[near[here & above]])] = True
    return found


def _known(numbers: Ints) -> Ints:
    return numbers[numbers >= 0]


def _mark(numbers: Ints, size: int) -> Mask:
    found = np.zeros(size, dtype=bool)
    found[_known(numbers)] = True
    return found


_NO_TIER: Texts = {
    "zh": "有的组织分不出层级（没有区域、隶属级别，类别也不定级），不计入任何一级。",
    "en": "Some organisations are of no tier: neither area nor affiliation nor class tells one.",
}
_ABSENCE: Texts = {
    "zh": "未载明不等于没有：来源没有说到的联系，这里看不到。",
    "en": "Not stated does not mean none: a link that no source tells is not seen here.",
}
