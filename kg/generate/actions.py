"""Linkage and authority, actions and rules, facilities and teams."""

from __future__ import annotations

from kg.generate import words
from kg.generate.facts import Thing, Value, day, typed, zh
from kg.generate.region import Region, Street

SHEET, FACILITIES = "actions", "facilities"


def linkage(region: Region) -> None:
    """The system that links the tiers, and who has authority over whom."""
    committee = region.named["committee"]
    street, community = region.kind("街道党工委"), region.kind("社区党组织")
    region.sheet("linkage").record(
        region.thing(f"{region.name}三级联动体系", "联动体系"),
        "LinkageSystem",
        *(("pba:tier", tier) for tier in (committee, street, community)),
        *(("pba:mechanism", f"pba:{name}Linkage") for name in _LINKAGES),
        ("pba:core", committee),
        ("pba:carriedOutIn", region.area),
    )
    for place in region.streets:
        region.sheet("linkage").tell(committee, ("pba:linkedWith", place.committee))
        agency = region.named[f"{place.name}派驻机构"]
        _authority(region, place, "派驻机构管理权", agency, ("Personnel", "Finance", "Affairs"))
        station = region.named[f"{place.name}派出所"]
        _authority(region, place, "派出所调度权", station, ("Dispatch",))


_LINKAGES = ["Responsibility", "Organization", "Institution"]


def _authority(
    region: Region, street: Street, word: str, over: Thing, scopes: tuple[str, ...]
) -> None:
    region.sheet("linkage").record(
        region.thing(f"{street.committee.name}{word}", "管理权"),
        "Authority",
        ("pba:holder", street.committee),
        ("pba:over", over),
        *(("pba:scope", f"pba:{scope}") for scope in scopes),
    )


def facilities(region: Region) -> None:
    """A service centre in each community, and other places for activities."""
    draw, sheet = region.draw, region.sheet(FACILITIES)
    public = ("pba:opensTo", region.kind("辖区党员群众"))
    for community in region.communities:
        name = f"{community.name}党群服务中心"
        thing = region.thing(name, "党群服务中心", community.full)
        located = ("pba:locatedIn", community.area)
        sheet.record(thing, "PartyMassServiceCentre", located, ("pba:covers", community.area))
    for classes, kind in (
        ("PartyActivityRoom", "党员活动室"),
        ("ReadingRoom", "图书阅览室"),
        ("Facility", "红色驿站"),
    ):
        for community in draw.some(region.communities, 6):
            thing = region.thing(f"{community.name}{kind}", kind, community.full)
            run = ("pba:establishedBy", community.party)
            sheet.record(thing, classes, ("pba:locatedIn", community.area), public, run)
    complex_ = region.thing(f"{region.name}城市党建综合体", "城市党建综合体")
    region.named["complex"] = sheet.record(
        complex_,
        "PartyBuildingComplex",
        ("pba:locatedIn", region.area),
        ("pba:establishedBy", region.named["committee"]),
        ("pba:provides", region.kind("阵地资源")),
        public,
    )
    sheet.tell(region.kind("阵地资源"), ("pba:resourceOf", region.kind("驻区单位")))


def teams(region: Region) -> None:
    """Service teams of working committees and communities, and those who attract investment."""
    draw, sheet = region.draw, region.sheet("teams")
    for street in region.streets:
        community = draw.one(street.communities)
        thing = region.thing(f"{street.name}红色服务队", "红色服务队")
        facts = (("pba:establishedBy", street.committee), ("pba:serves", street.area))
        sheet.record(thing, "RedServiceTeam", *facts, ("pba:serviceMode", zh("上门服务")))
        name = f"{community.name}志愿者服务团队"
        thing = region.thing(name, "志愿者服务团队", community.full)
        facts = (("pba:establishedBy", community.party), ("pba:serves", community.area))
        sheet.record(
            thing, "VolunteerServiceTeam", *facts, ("pba:field", zh(draw.one(words.THEMES)))
        )
    squad = region.thing(f"{region.name}招商小分队", "招商小分队")
    facts = (("pba:establishedBy", region.named["committee"]), ("pba:assignedTo", region.area))
    sheet.record(squad, "InvestmentSquad", *facts)
    thing = region.thing(f"{region.name}应急服务队", "服务队伍")
    region.named["team"] = sheet.record(thing, "ServiceTeam", ("pba:serves", region.area))


def actions(region: Region) -> None:
    """Campaigns and programmes, their parts, goals and effects; meetings and documents."""
    committee, here = region.named["committee"], ("pba:carriedOutIn", region.area)
    goal = _plain(region, "Goal", "提升城市基层党建工作水平", "目标")
    effect = _plain(region, "Effect", "共建共治共享的治理格局", "成效")
    idea = _plain(region, "Idea", "党建引领、区域统筹", "理念")
    aims = [("pba:aimsAt", goal), ("pba:resultsIn", effect), ("pba:guidedBy", idea)]
    campaign = _act(
        region,
        "Campaign",
        f"{region.name}先锋行动",
        here,
        *aims,
        ("pba:initiatedBy", committee),
        ("pba:field", zh("基层治理")),
        ("pba:claimedFirst", zh("在全市率先开展")),
        *(("pba:carriedOutBy", street.committee) for street in region.streets),
        *(("pba:participant", alliance.thing) for alliance in region.alliances[:3]),
    )
    for part in ("先锋面对面", "先锋大走访", "先锋送岗位"):
        _act(region, "Campaign", f"{region.name}{part}", ("dcterms:isPartOf", campaign))
    street = region.draw.one(region.streets)
    programme = _act(
        region,
        "Programme",
        f"{region.name}红色小区工程",
        here,
        *aims[:1],
        ("pba:serves", region.area),
        ("pba:basedAt", region.named["complex"]),
        ("pba:carriedOutBy", region.named["team"]),
    )
    _initiatives(region, programme)
    _rules(region, goal)
    _meetings(region, street)


def _act(region: Region, classes: str, name: str, *facts: tuple[str, Value]) -> Thing:
    thing = region.thing(name, classes)
    return region.sheet(SHEET).record(thing, classes, *facts)


def _plain(region: Region, classes: str, name: str, kind: str) -> Thing:
    return region.sheet(SHEET).record(region.thing(name, kind), classes)


def _initiatives(region: Region, programme: Thing) -> None:
    mechanism = _act(
        region,
        "Mechanism",
        f"{region.name}社区干部全责制",
        ("pba:appliesTo", region.kind("社区干部")),
        ("pba:carriedOutIn", region.area),
    )
    _act(
        region,
        "Initiative",
        f"{region.name}资源下沉",
        ("dcterms:isPartOf", programme),
        ("pba:byMeansOf", mechanism),
        ("pba:integrates", region.kind("人才资源")),
        *(("pba:concerns", region.kind(name)) for name in ("人力", "物力", "财力")),
        ("pba:openList", typed("true", "boolean")),
        ("pba:dimension", "pba:ResourceSharing"),
    )
    industries = []
    for name in ("生态旅游产业", "现代物流产业", "电子信息产业"):
        industry = _plain(region, "Industry", f"{region.name}{name}", "产业")
        region.sheet(SHEET).tell(industry, ("pba:position", zh("支柱产业")))
        industries.append(("pba:promotesIndustry", industry))
    name = f"{region.name}党建+龙头企业+招商模式"
    _act(region, "Model", name, ("pba:carriedOutIn", region.area), *industries)


def _rules(region: Region, goal: Thing) -> None:
    department = region.named["组织部"]
    document = _act(
        region,
        "PolicyDocument",
        f"{region.name}加强城市基层党建工作实施意见",
        ("pba:carriedOutIn", region.area),
        ("pba:initiatedBy", department),
        ("pba:aimsAt", goal),
        ("dcterms:issued", day(region.draw.date(2018, 2020))),
    )
    duties = (("dcterms:isPartOf", document), ("pba:carriedOutIn", region.area))
    _act(region, "ResponsibilityList", f"{region.name}抓基层党建工作责任清单", *duties)
    region.named["document"] = document


def _meetings(region: Region, first: Street) -> None:
    sheet, document = region.sheet(SHEET), region.named["document"]
    for street in (first, *region.draw.some([s for s in region.streets if s is not first], 5)):
        held = (
            ("dcterms:date", day(region.draw.date(2021, 2024))),
            ("pba:carriedOutIn", street.area),
            ("dcterms:references", document),
        )
        meeting = _act(region, "Meeting", f"{street.name}党建联席会议", *held)
        sheet.tell(street.committee, ("pba:organizes", meeting))
