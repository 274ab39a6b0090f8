"""Enterprises, social organisations and small businesses."""

from __future__ import annotations

from collections.abc import Sequence

from kg.generate import words
from kg.generate.facts import Value
from kg.generate.party import SHEET as PARTY
from kg.generate.region import Community, Region
from kg.generate.units import affiliated, branch, covered, owned, register, sector, uncoded

_NO_BRANCH = ("ToBeEstablished", "NoMembers", "NoMembers", "InstructorSent", "Unknown")


def firms(region: Region) -> None:
    """All but the shops that fill the district up."""
    _enterprises(region)
    _small(region)
    _societies(region)
    _joint_branches(region)


def shop(region: Region) -> None:
    """One more individual business, in any community."""
    name, trade, community = _firm(region, words.SHOPS)
    status = "Unknown" if region.draw.chance(20) else "NoMembers"
    register(region, "IndividualBusiness", "92", name, community, sector(trade), covered(status))


def _firm(
    region: Region, trades: Sequence[tuple[str, str]], community: Community | None = None
) -> tuple[str, str, Community]:
    """A name that others may have elsewhere, but none in its community; its sector, its place."""
    while True:
        place = community or region.draw.one(region.communities)
        word, trade = region.draw.one(trades)
        name = f"{region.draw.one(words.FIRMS)}{word}"
        if region.is_free(name, place):
            return name, trade, place


def _enterprises(region: Region) -> None:
    """Larger firms, most of them new economic organisations."""
    draw, new = region.draw, region.named["两新组织工作委员会"]
    for _ in range(30):
        name, trade, community = _firm(region, words.TRADES)
        ownership = draw.one(words.OWNERSHIPS)
        classes = "Enterprise" if ownership == "集体企业" else "Enterprise NewEconomicOrganization"
        own = draw.chance(45)
        status = "OwnOrganization" if own else draw.one(_NO_BRANCH)
        facts = (owned(ownership), sector(trade), affiliated("Other"), covered(status))
        unit = register(region, classes, "91", name, community, *facts)
        if own:
            branch(region, unit, community.party if draw.chance(40) else new)


def _small(region: Region) -> None:
    """Small firms, shops and markets; a few of no narrower class."""
    draw, committee = region.draw, region.named["综合党委"]
    for _ in range(24):
        name, trade, community = _firm(region, words.TRADES)
        facts = (owned("私营企业"), sector(trade), covered(draw.one(_NO_BRANCH)))
        register(region, "SmallMicroEnterprise", "91", name, community, *facts)
    for _ in range(16):
        shop(region)
    for name in ("农贸市场", "建材市场"):
        community = draw.one(region.communities)
        sold, own = sector("批发和零售业"), covered("OwnOrganization")
        unit = uncoded(region, "SpecializedMarket", name, "专业市场", community, sold, own)
        branch(region, unit, committee)
    community = draw.one(region.communities)
    kind = ("org:classification", region.kind("小个专"))
    uncoded(region, "SmallIndividualPrivate", "夜市经营点", "小个专", community, kind)
    uncoded(region, "TwoNewOrganization", "直播电商孵化基地", "两新组织", community)


def _societies(region: Region) -> None:
    """Social organisations, a law firm among the new ones."""
    draw, new = region.draw, region.named["两新组织工作委员会"]
    for place, (name, code) in enumerate(words.SOCIETIES * 2):
        community = draw.one(region.streets[place % len(region.streets)].communities)
        own = draw.chance(40)
        status = covered("OwnOrganization" if own else draw.one(_NO_BRANCH))
        classes = "SocialOrganization" if place % 2 else "SocialOrganization NewSocialOrganization"
        full = f"{community.street.name}{name}"
        unit = register(region, classes, code, full, community, status, sector("卫生和社会工作"))
        if own:
            branch(region, unit, new)
    facts = (sector("租赁和商务服务业"), covered("OwnOrganization"))
    name = f"{draw.one(words.FIRMS)}律师事务所"
    firm = register(
        region, "NewSocialOrganization", "31", name, draw.one(region.communities), *facts
    )
    branch(region, firm, new)


def _joint_branches(region: Region) -> None:
    """Branches that firms of one tower or market street share, two to five each."""
    draw = region.draw
    for number in range(5):
        community = draw.one(region.communities)
        shared: list[tuple[str, Value]] = []
        for _ in range(draw.between(2, 4)):
            name, trade, _ = _firm(region, words.SHOPS, community)
            facts = (sector(trade), covered("JointOrganization"))
            unit = register(region, "IndividualBusiness", "92", name, community, *facts)
            shared.append(("pba:partyOrganizationOf", unit.thing))
        name = f"{community.full}第{'一二三四五'[number]}联合党支部"
        above = ("org:subOrganizationOf", region.named["综合党委"])
        thing = region.thing(name, "联合党支部", community.full)
        region.sheet(PARTY).record(thing, "JointPartyBranch", above, *shared)
    thing = region.thing(f"{region.name}网约车司机党组织", "党组织")
    above = ("org:subOrganizationOf", region.named["两新组织工作委员会"])
    region.sheet(PARTY).record(thing, "PartyOrganization", above, ("pba:covers", region.area))
