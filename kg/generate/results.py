"""Figures that agree with what they count, and honours."""

from __future__ import annotations

from kg.generate import words
from kg.generate.facts import Thing, Value, typed, zh
from kg.generate.region import Region

FIGURES, HONOURS = "figures", "honours"


def figures(region: Region) -> None:
    """How many members alliances have now, how many members branches, and sums for the district."""
    draw = region.draw
    for place, alliance in enumerate(region.alliances[:12]):
        count = len(alliance.members)
        bound, value = [
            ("Exact", count),
            ("AtLeast", count // 10 * 10 or count),
            ("AtMost", count + 1),
            ("Approximate", count),
        ][place % 4]
        name, parent = f"{alliance.thing.name}成员数", alliance.community.full
        facts = (("pba:measure", zh("成员单位数")), ("pba:counts", "pba:MemberCount"))
        _figure(region, alliance.thing, name, parent, value, "家", bound, *facts)
    for unit in draw.some([u for u in region.units if u.party and "支部" in u.party.name], 12):
        assert unit.party
        facts = (("pba:measure", zh("党员数")), ("pba:counts", "pba:PartyMemberCount"))
        name, parent = f"{unit.party.name}党员数", unit.community.full
        _figure(region, unit.party, name, parent, draw.between(3, 45), "人", "Exact", *facts)
    urban = sum(not c.village for c in region.communities)
    grids = sum(len(c.grids) for c in region.communities)
    money = (("pba:period", zh("近5年来")), ("pba:cumulative", typed("true", "boolean")))
    for measure, value, word, bound, *more in (
        ("社区数", urban, "个", "Exact"),
        ("行政村数", len(region.communities) - urban, "个", "Exact"),
        ("网格数", grids, "个", "Exact"),
        ("各类单位数", len(region.units) // 100 * 100, "个", "AtLeast"),
        ("累计投入资金", draw.between(10, 60) * 100, "万元", "Approximate", *money),
    ):
        said = ("pba:measure", zh(measure))
        name = f"{region.name}{measure}"
        _figure(region, region.area, name, "", value, word, bound, said, *more)


def _figure(
    region: Region,
    of: Thing,
    name: str,
    parent: str,
    value: int,
    word: str,
    bound: str,
    *facts: tuple[str, Value],
) -> None:
    region.sheet(FIGURES).record(
        region.thing(name, "数据", parent),
        "Figure",
        ("pba:of", of),
        ("rdf:value", typed(value, "integer")),
        ("pba:unit", zh(word)),
        ("pba:bound", f"pba:{bound}"),
        *facts,
    )


def honours(region: Region) -> None:
    """Titles of places and organisations at each level, and of placeholders for persons."""
    draw = region.draw
    for level, title in (
        ("National", "全国文明社区"),
        ("Province", "全省先进基层党组织"),
        ("Prefecture", "全市和谐社区"),
        ("District", "全区先进党组织"),
        ("Subdistrict", "党建工作优秀社区"),
    ):
        for community in draw.some(region.communities, 2):
            holder = community.party if "党" in title else community.area
            name = f"{holder.name}{title}"
            _honour(region, name, community.full, level, title, ("pba:holder", holder))
    for name, (level, title) in zip(
        words.PLACEHOLDERS,
        (
            ("Prefecture", "全市优秀党务工作者"),
            ("District", "全区优秀社区工作者"),
            ("District", "全区优秀共产党员"),
        ),
        strict=True,
    ):
        kind = ("pba:holderKind", region.kind("先锋支书"))
        _honour(
            region, f"{region.name}{title}", "", level, title, ("pba:holderName", zh(name)), kind
        )


def _honour(
    region: Region, name: str, parent: str, level: str, title: str, *facts: tuple[str, Value]
) -> None:
    region.sheet(HONOURS).record(
        region.thing(name, "荣誉", parent),
        "Honour",
        ("pba:title", zh(title)),
        ("pba:honourLevel", f"pba:{level}Level"),
        *facts,
    )
