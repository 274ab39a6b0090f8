"""Alliances of very unlike sizes, and the dated memberships in them."""

from __future__ import annotations

from collections.abc import Sequence

from kg.generate import words
from kg.generate.facts import Thing, Value, day, typed, zh
from kg.generate.region import Alliance, Community, Region, Unit

SHEET, MEMBERS = "alliances", "memberships"

# The largest alliance and how many there are: the n-th has a n-th of its members (Zipf's law).
_LARGEST, _COUNT = 40, 20
_TWO_NEW = ("NewEconomicOrganization", "NewSocialOrganization", "TwoNewOrganization")
_SMALL = ("SmallMicroEnterprise", "IndividualBusiness", "SpecializedMarket")
_TIES = ["Awareness", "Cooperation", "Coordination", "Integration"]


def alliances(region: Region) -> None:
    """The alliances of the district and of communities, largest first."""
    draw = region.draw
    communities = [c for c in region.communities if c.great]
    centre = draw.one(communities)
    district = ("pba:covers", region.area)
    initiated = ("pba:initiatedBy", region.named["两新组织工作委员会"])
    for classes, name, kind, of_classes in (
        ("TwoNewAlliance", "两新组织", "两新组织", _TWO_NEW),
        ("SmallIndividualPrivateAlliance", "小个专", "小个专", _SMALL),
        ("EcoTourismAlliance", "生态旅游产业", "", (*_TWO_NEW, *_SMALL)),
        ("IndustryAlliance", "物流产业", "", (*_TWO_NEW, *_SMALL)),
        ("Alliance", "新就业群体", "两新组织", _TWO_NEW),
    ):
        facts = [district, initiated]
        if kind:
            facts.append(("pba:memberKind", region.kind(kind)))
        _alliance(region, classes, f"{region.name}{name}党建联盟", centre, facts, of_classes)
    for community in draw.some(communities, _COUNT - len(region.alliances)):
        _regional(region, community)
    _closed(region, draw.one(communities))
    _great_committees(region, communities)


def _regional(region: Region, community: Community) -> None:
    assert community.great
    facts: list[tuple[str, Value]] = [
        ("pba:covers", community.area),
        ("pba:initiatedBy", community.great),
        ("org:classification", region.kind("区域党建联盟")),
        ("pba:memberKind", region.kind("驻区单位")),
        ("pba:memberKind", region.kind("两新组织")),
    ]
    _alliance(region, "RegionalAlliance", f"{community.name}区域党建联盟", community, facts)


def _alliance(
    region: Region,
    classes: str,
    name: str,
    community: Community,
    facts: Sequence[tuple[str, Value]],
    of_classes: Sequence[str] = (),
) -> None:
    """An alliance of units of some classes, or of all in reach: of the street before others."""
    draw = region.draw
    founded = f"{draw.between(2016, 2019)}"
    began = ("pba:validFrom", typed(founded, "gYear"))
    thing = region.thing(name, "联盟", community.full)
    region.sheet(SHEET).record(thing, classes, began, *facts)
    size = max(3, _LARGEST // (len(region.alliances) + 1))
    fit = [
        unit
        for unit in region.units
        if not of_classes or any(name in of_classes for name in unit.classes.split())
    ]
    members = draw.some([u for u in fit if u.community.street is community.street], size)
    far = [u for u in fit if u.community.street is not community.street]
    members += draw.some(far, size - len(members))
    alliance = Alliance(thing, community, [])
    for place, unit in enumerate(members):
        role = "LeadMember" if place == 0 else "RotatingChair" if place == 1 else "OrdinaryMember"
        left = place > 1 and draw.chance(10)
        _member(region, thing, unit, role, left=left)
        if not left:
            alliance.members.append(unit)
    region.alliances.append(alliance)


def _member(region: Region, alliance: Thing, unit: Unit, role: str, *, left: bool = False) -> None:
    draw = region.draw
    name = f"{unit.thing.name}加入{alliance.name}"
    thing = region.thing(name, "成员关系", f"{alliance.parent},{unit.community.full}")
    facts: list[tuple[str, Value]] = [
        ("org:member", unit.thing),
        ("org:organization", alliance),
        ("org:role", f"pba:{role}"),
        ("pba:validFrom", day(draw.date(2020, 2022))),
    ]
    if left:
        facts.append(("pba:validUntil", day(draw.date(2023, 2024))))
    if draw.chance(40):
        facts.append(("pba:tieLevel", f"pba:{draw.one(_TIES)}"))
    region.sheet(MEMBERS).record(thing, "AllianceMembership", *facts)


def _closed(region: Region, community: Community) -> None:
    """An alliance that ended, with its memberships, and one whose members are not stated."""
    thing = region.thing(f"{community.full}创城党建联盟", "联盟")
    dated = [
        ("pba:validFrom", typed("2016-05", "gYearMonth")),
        ("pba:validUntil", day("2025-01-31")),
    ]
    region.sheet(SHEET).record(thing, "Alliance", ("pba:covers", community.area), *dated)
    for unit in region.draw.some(region.units, 4):
        _member(region, thing, unit, "OrdinaryMember", left=True)
    unstated = region.thing(f"{community.full}商户党建联盟", "联盟")
    kind = ("pba:memberKind", region.kind("小个专"))
    region.sheet(SHEET).record(unstated, "SmallIndividualPrivateAlliance", kind)


def _great_committees(region: Region, communities: list[Community]) -> None:
    """Units whose Party organisation has a part-time seat in a great committee."""
    for community in communities[:12]:
        assert community.great
        seated = [u for u in region.units if u.party and u.community is community]
        for unit in seated[:2]:
            assert unit.party
            seat = Unit(unit.party, community, "")
            _member(region, community.great, seat, "PartTimeCommitteeMember")


def co_building(region: Region) -> None:
    """Joint work of members of one alliance over the years, two to six at a time."""
    draw = region.draw
    for number in range(44):
        alliance, theme, year, name = _agreed(region)
        status = draw.one(_STATUSES) if year > 2022 else "Completed"
        partners = draw.some(alliance.members, draw.between(2, 6))
        facts: list[tuple[str, Value]] = [
            ("pba:dimension", f"pba:{_DIMENSIONS[number % 3]}"),
            ("pba:theme", zh(theme)),
            ("pba:status", f"pba:{status}"),
            ("pba:tieLevel", f"pba:{draw.one(_TIES)}"),
            ("pba:validFrom", day(draw.date(year, year))),
            *(("pba:participant", unit.thing) for unit in partners),
        ]
        if status in ("Completed", "Terminated"):
            facts.append(("pba:validUntil", day(draw.date(year + 1, year + 1))))
        if draw.chance(30):
            facts.append(("pba:period", zh(f"{year}年")))
        if draw.chance(50):
            facts.append(("pba:carriedOutIn", alliance.community.area))
        thing = region.thing(name, "共建", alliance.community.full)
        region.sheet("co-building").record(thing, "CoBuilding", *facts)


def _agreed(region: Region) -> tuple[Alliance, str, int, str]:
    """An alliance, larger ones more often, with a theme that it has not had that year."""
    draw = region.draw
    while True:
        count = len(region.alliances)
        alliance = region.alliances[min(draw.below(count), draw.below(count))]
        theme, year = draw.one(words.THEMES), draw.between(2019, 2024)
        name = f"{alliance.thing.name}{year}年{theme}共建"
        if region.is_free(name, alliance.community):
            return alliance, theme, year, name


_DIMENSIONS = ["OrganizationCoBuilding", "AffairsCoManagement", "ResourceSharing"]
_STATUSES = ["Planned", "UnderWay", "Completed", "Terminated"]


def lists(region: Region) -> None:
    """The three lists: needs of communities, offers of members that match, projects."""
    draw, sheet = region.draw, region.sheet("lists")
    needs: dict[str, list[Thing]] = {}
    for community in draw.some(region.communities, 24):
        name, category = draw.one(words.NEEDS)
        thing = region.thing(f"{community.name}{name}需求", "需求清单项", community.full)
        by = draw.one([community.area, community.party])
        facts = (("pba:neededBy", by), ("pba:category", region.kind(category)))
        needs.setdefault(category, []).append(sheet.record(thing, "ResourceNeed", *facts))
    for unit in draw.some(region.units, 30):
        _offer(region, unit, needs)
    for place, (category, found) in enumerate(needs.items()):
        for need in found[:2]:
            team = draw.one(draw.one(region.alliances).members).thing
            thing = region.thing(f"{need.name.removesuffix('需求')}项目", "项目清单项", need.parent)
            sheet.record(
                thing,
                "CoBuildingProject",
                ("pba:fulfils", need),
                ("pba:category", region.kind(category)),
                ("pba:status", f"pba:{_STATUSES[place % 4]}"),
                ("pba:participant", team),
                ("pba:carriedOutBy", team),
            )


def _offer(region: Region, unit: Unit, needs: dict[str, list[Thing]]) -> None:
    draw = region.draw
    name, category = draw.one(words.OFFERS)
    thing = region.thing(f"{unit.thing.name}{name}", "资源清单项", unit.community.full)
    facts: list[tuple[str, Value]] = [
        ("pba:offeredBy", unit.thing),
        ("pba:category", region.kind(category)),
        ("pba:opensTo", region.kind("辖区党员群众")),
    ]
    facts += [("pba:matches", need) for need in draw.some(needs.get(category, []), 1)]
    if draw.chance(30):
        facts.append(("pba:assignedTo", unit.community.area))
    region.sheet("lists").record(thing, "ResourceOffer", *facts)
