"""The tree of Party organisations of the areas; those of units come with the units."""

from __future__ import annotations

from kg.generate.facts import Thing, Value, zh
from kg.generate.region import Community, Region, Street
from kg.namespace import ID

SHEET = "party-organizations"


def party(region: Region) -> None:
    """From the district committee down to groups in buildings."""
    sheet = region.sheet(SHEET)
    city = f"{region.place.prefecture_name}委"
    above = Thing(city, iri=f"<{ID}{region.place.prefecture[:4]}/{city}>")
    sheet.record(above, "LocalPartyCommittee", ("pba:covers", region.prefecture))
    committee = region.thing(f"{region.name}委", "地方党委")
    region.named["committee"] = sheet.record(
        committee,
        "LocalPartyCommittee",
        _under(above),
        ("skos:altLabel", zh(f"中共{region.name}委员会")),
        ("pba:covers", region.area),
        ("pba:partyLeadershipOf", region.area),
    )
    for name in ("组织部", "宣传部", "统一战线工作部"):
        department = region.thing(f"{region.name}委{name}", "党委部门")
        region.named[name] = sheet.record(
            department, "PartyDepartment", ("org:unitOf", committee), _under(committee)
        )
    _fields(region, committee)
    for street in region.streets:
        _street(region, street, committee)
        for community in street.communities:
            _community(region, community)
    _quarters(region)


def _under(above: Thing) -> tuple[str, Value]:
    return ("org:subOrganizationOf", above)


def _fields(region: Region, committee: Thing) -> None:
    """Working committees and committees of a field instead of an area."""
    sheet = region.sheet(SHEET)
    for name in ("两新组织工作委员会", "区直机关工作委员会"):
        thing = region.thing(f"{region.name}委{name}", "党工委")
        facts = (_under(committee), ("pba:dispatchedBy", committee))
        region.named[name] = sheet.record(thing, "PartyWorkingCommittee", *facts)
    new = region.named["两新组织工作委员会"]
    sheet.tell(new, ("pba:coordinates", region.kind("两新组织党组织")))
    for name in ("餐饮行业", "物流行业"):
        thing = region.thing(f"{region.name}{name}党委", "行业性党组织")
        park = region.draw.one(region.parks)
        spread = (("pba:basedAt", park), ("pba:covers", region.area))
        sheet.record(thing, "IndustryPartyOrganization", _under(new), *spread)
    thing = region.thing(f"{region.name}个体私营经济综合党委", "综合党委")
    region.named["综合党委"] = sheet.record(thing, "ComprehensivePartyCommittee", _under(new))
    thing = region.thing(f"{region.name}区直机关党委", "党委")
    above = region.named["区直机关工作委员会"]
    region.named["机关党委"] = sheet.record(thing, "PartyCommittee", _under(above))


def _street(region: Region, street: Street, district: Thing) -> None:
    sheet = region.sheet(SHEET)
    facts = [
        _under(district),
        ("pba:covers", street.area),
        ("pba:partyOrganizationOf", street.area),
    ]
    if street.town:
        thing = region.thing(f"{street.name}党委", "基层党委")
        street.committee = sheet.record(thing, "PrimaryPartyCommittee", *facts)
        return
    facts += [("pba:dispatchedBy", district), ("org:classification", region.kind("街道党工委"))]
    thing = region.thing(f"{street.name}党工委", "党工委")
    street.committee = sheet.record(thing, "PartyWorkingCommittee", *facts)
    sheet.record(
        region.thing(f"{street.name}大工委", "大工委"),
        "GreatWorkingCommittee",
        ("org:classification", region.kind("街道大工委")),
        ("pba:partyOrganizationOf", street.area),
        ("pba:core", street.committee),
        ("pba:coordinates", region.kind("驻区单位")),
    )


def _community(region: Region, community: Community) -> None:
    """A committee, general branch or branch, its groups, and the great committee around it."""
    draw, sheet = region.draw, region.sheet(SHEET)
    form, classes = draw.one(
        [
            ("党委", "PrimaryPartyCommittee"),
            ("党总支", "GeneralPartyBranch"),
            ("党支部", "PartyBranch"),
        ]
    )
    here = ("pba:partyOrganizationOf", community.area)
    community.party = sheet.record(
        region.thing(f"{community.name}{form}", "社区党组织", community.full),
        classes,
        _under(community.street.committee),
        ("org:classification", region.kind("社区党组织")),
        here,
        *(("pba:partyLeadershipOf", grid) for grid in community.grids),
    )
    above = community.party
    if form != "党支部":
        first = region.thing(f"{community.name}第一党支部", "党支部", community.full)
        above = sheet.record(first, "PartyBranch", _under(above), here)
    for place in community.places[1:2]:
        thing = region.thing(f"{place.name}党小组", "党小组", community.full)
        facts = (_under(above), ("pba:partyOrganizationOf", place))
        sheet.record(thing, "BuildingPartyGroup", *facts)
    if draw.chance(15):
        thing = region.thing(f"{community.name}老党员党小组", "党小组", community.full)
        sheet.record(thing, "PartyGroup", _under(above))
    if not community.village and draw.chance(60):
        community.great = sheet.record(
            region.thing(f"{community.name}大党委", "大党委", community.full),
            "GreatPartyCommittee",
            ("org:classification", region.kind("社区大党委")),
            ("pba:core", community.party),
            ("pba:covers", community.area),
            here,
        )


def _quarters(region: Region) -> None:
    """Comprehensive committees of business circles and parks."""
    new = region.named["两新组织工作委员会"]
    classified = ("org:classification", region.kind("商圈综合党委"))
    for places, classes, facts in (
        (region.circles, "BusinessCirclePartyCommittee", [classified]),
        (region.parks, "ParkPartyCommittee", []),
    ):
        for place in places:
            thing = region.thing(f"{place.name}综合党委", "综合党委")
            here = [("pba:partyOrganizationOf", place), ("pba:covers", place)]
            region.sheet(SHEET).record(thing, classes, _under(new), *here, *facts)
            region.named[place.name] = thing
