"""Territory: from the province down to buildings, and the changes of its codes."""

from __future__ import annotations

from collections.abc import Sequence

from kg.generate import words
from kg.generate.codes import PROVINCE, numeral
from kg.generate.facts import Thing, Value, day, text, zh
from kg.generate.region import AS_OF, Community, Region, Street, area_iri

_VALID = ("dcterms:valid", day(AS_OF))


def areas(region: Region) -> None:
    """The administrative areas, and what lies in communities."""
    sheet = region.sheet("areas")
    province = Thing("合成省", iri=area_iri(PROVINCE))
    sheet.record(province, "Province", _code(PROVINCE), _VALID)
    inside = ("pba:within", province)
    sheet.record(region.prefecture, "Prefecture", _code(region.place.prefecture), _VALID, inside)
    inside = ("pba:within", region.prefecture)
    sheet.record(region.area, "District", _code(region.place.district), _VALID, inside)
    _streets(region)
    for street, count in zip(region.streets, _shares(region, len(region.streets)), strict=True):
        _communities(region, street, count)
    _quarters(region)
    _zones(region)


def changes(region: Region) -> None:
    """Changes of each kind, with the areas of codes that are no longer valid."""
    communities = [c for c in region.communities if not c.village]
    renamed, recoded, split, added, *_ = region.draw.some(communities, 4)
    street = region.draw.one([s for s in region.streets if not s.town])
    merged = region.draw.one([c for c in region.communities if c.village])
    old = f"原{renamed.name}"
    region.sheet("areas").tell(renamed.area, ("skos:altLabel", zh(old)))
    _change(region, "Rename", "更名", [renamed.area], [renamed.area])
    former = _former(region, recoded, recoded.code[:9] + "190", f"老{recoded.name}")
    _change(region, "Recode", "换码", [former], [recoded.area])
    former = _former(region, split, split.code[:9] + "191", f"大{split.name}")
    others = [c.area for c in split.street.communities if c is not split and not c.village]
    _change(region, "Split", "拆分", [former], [split.area, *others[:1]])
    place = merged.code[:9]
    gone = [
        _former(region, merged, place + f"39{n}", f"{w}{merged.name}")
        for n, w in ((1, "东"), (2, "西"))
    ]
    _change(region, "Merge", "合并", gone, [merged.area])
    _change(region, "CodeAdded", "新增代码", [], [added.area])
    former = _former(region, added, added.code[:9] + "192", f"旧{added.name}")
    _change(region, "CodeRemoved", "撤销代码", [former], [])
    code = f"{region.place.district}190"
    town = region.coded(code, street.name.replace("街道", "镇"))
    until = ("pba:validUntil", day("2019-12-31"))
    region.sheet("changes").record(
        town, "Township", _code(code), ("pba:within", region.area), until
    )
    _change(region, "LevelChange", "撤镇设街道", [town], [street.area])


def _code(code: str) -> tuple[str, Value]:
    return ("pba:areaCode", text(code))


def _streets(region: Region) -> None:
    draw = region.draw
    count = draw.between(8, 14)
    towns = draw.between(2, 3)
    names = [f"{name}街道" for name in draw.some(words.STREETS, count - towns)]
    names += [*draw.some(words.TOWNS, towns - 1), draw.one(words.TOWNSHIPS)]
    for number, name in enumerate(names, 1):
        town = not name.endswith("街道")
        segment = number if not town else 99 + number - (count - towns)
        code = f"{region.place.district}{segment:03}"
        area = region.coded(code, name)
        facts = (_code(code), _VALID, ("pba:within", region.area))
        region.sheet("areas").record(area, "Township" if town else "Subdistrict", *facts)
        region.streets.append(Street(area, code, town))


def _shares(region: Region, streets: int) -> list[int]:
    """How many communities each street has: four or more, all together always as many."""
    shares = [3] * streets
    for _ in range(_COMMUNITIES - 3 * streets):
        shares[region.draw.below(streets)] += 1
    return shares


_COMMUNITIES = 50


def _communities(region: Region, street: Street, count: int) -> None:
    villages = (count + 1) // 2 if street.town else 0
    names = [f"{name}社区" for name in region.draw.some(words.COMMUNITIES, count - villages)]
    names += [f"{name}村" for name in region.draw.some(words.VILLAGES, villages)]
    for number, name in enumerate(names, 1):
        village = name.endswith("村")
        segment = number if not village else 199 + number - (count - villages)
        code = f"{street.code}{segment:03}"
        area = region.coded(code, name)
        facts = (_code(code), _VALID, ("pba:within", street.area))
        region.sheet("areas").record(area, "Village" if village else "Community", *facts)
        community = Community(area, code, street, village)
        for ordinal in range(1, region.draw.between(2, 3) + 1):
            grid = f"{name}第{numeral(ordinal)}网格"
            community.grids.append(_inside(region, community, "Grid", grid, "网格"))
        street.communities.append(community)
        region.communities.append(community)


def _inside(region: Region, community: Community, classes: str, name: str, kind: str) -> Thing:
    thing = region.thing(name, kind, community.full)
    return region.sheet("areas").record(thing, classes, ("pba:within", community.area))


def _quarters(region: Region) -> None:
    """Compounds with their buildings, towers, business circles and parks."""
    draw = region.draw
    urban = [c for c in region.communities if not c.village]
    for community in draw.some(urban, 22):
        classes = "ResettlementCompound" if draw.chance(15) else "ResidentialCompound"
        name = draw.one(words.COMPOUNDS)
        compound = _inside(region, community, classes, name, "小区")
        community.places.append(compound)
        block = region.thing(f"{name}{draw.between(1, 4)}栋", "楼栋", community.full)
        region.sheet("areas").record(block, "Building", ("pba:within", compound))
        community.places.append(block)
    for community in draw.some(urban, 8):
        tower = _inside(region, community, "Building", draw.one(words.TOWERS), "楼宇")
        region.towers.append(tower)
    for community in draw.some(urban, 3):
        name = f"{community.street.name.removesuffix('街道')}{community.name}商圈"
        region.circles.append(_inside(region, community, "BusinessCircle", name, "商圈"))
    for community, name in zip(
        draw.some(region.communities, 2), ("工业园区", "科技园区"), strict=True
    ):
        region.parks.append(_inside(region, community, "Park", f"{region.name}{name}", "园区"))


def _zones(region: Region) -> None:
    """Work zones, and a stretch of land that is of no narrower class."""
    sheet, inside = region.sheet("areas"), ("pba:within", region.area)
    sheet.record(region.thing(f"{region.name}新区起步区", "区域"), "Area", inside)
    leaders = ("pba:commander", region.kind("四家班子领导"))
    for number in range(1, 4):
        zone = region.thing(f"{region.name}旧城改造第{numeral(number)}片区", "片区")
        sheet.record(zone, "WorkZone", inside, leaders)
    elements = [("pba:includes", region.kind(name)) for name in ["人", "地", "事", "物", "组织"]]
    for community in region.draw.some(region.communities, 5):
        sheet.tell(community.grids[0], *elements)


def _former(region: Region, near: Community, code: str, name: str) -> Thing:
    """An area whose code was given up."""
    area = region.coded(code, name)
    facts = (
        _code(code),
        ("pba:within", near.street.area),
        ("pba:validUntil", day(region.draw.date(2019, 2022))),
    )
    region.sheet("changes").record(area, "Village" if near.village else "Community", *facts)
    return area


def _change(
    region: Region, kind: str, word: str, before: Sequence[Thing], after: Sequence[Thing]
) -> None:
    subject = (after or before)[0]
    code = subject.iri.rpartition("/")[2][:-1]
    name = f"{subject.name}（{code}）{word}"
    thing = region.thing(name, "区划变更")
    region.sheet("changes").record(
        thing,
        "AreaChange",
        ("pba:changeKind", f"pba:{kind}"),
        *(("pba:before", area) for area in before),
        *(("pba:after", area) for area in after),
        ("pba:changedAfter", day("2019-10-31")),
        ("pba:changedNoLaterThan", day("2023-06-30")),
    )
