"""Public bodies and institutions, committees of residents, and units of higher levels."""

from __future__ import annotations

from kg.generate import words
from kg.generate.facts import Thing, Value, zh
from kg.generate.party import SHEET as PARTY
from kg.generate.region import Community, Region, Street, Unit

SHEET = "units"

_STATE = ("pba:sector", zh(words.SECTOR_OF_STATE))
_OF_STREET = {"街道": "Street", "镇": "Town", "乡": "Township"}


def units(region: Region) -> None:
    """The public ones, and those of higher levels that are resident in the district."""
    _organs(region)
    for street in region.streets:
        _of_street(region, street)
        for community in street.communities:
            _committee(region, community)
    _schools(region)
    _resident(region)


def sector(name: str) -> tuple[str, Value]:
    """The fact of a sector of the economy."""
    return ("pba:sector", zh(name))


def covered(status: str) -> tuple[str, Value]:
    """The fact of a state of Party organisation."""
    return ("pba:coverageStatus", f"pba:{status}")


def affiliated(level: str) -> tuple[str, Value]:
    """The fact of the level that a unit belongs to."""
    return ("pba:affiliationLevel", f"pba:{level}Affiliation")


def owned(ownership: str) -> tuple[str, Value]:
    """The fact of a type of ownership."""
    return ("pba:ownership", zh(ownership))


def register(
    region: Region,
    classes: str,
    code: str,
    name: str,
    community: Community,
    *facts: tuple[str, Value],
) -> Unit:
    """A unit with a social credit code, located in a community."""
    thing, uscc = region.registered(code, name)
    located = ("pba:locatedIn", community.area)
    region.sheet(SHEET).record(thing, classes, uscc, located, *facts)
    unit = Unit(thing, community, classes)
    region.units.append(unit)
    return unit


def uncoded(
    region: Region,
    classes: str,
    name: str,
    kind: str,
    community: Community,
    *facts: tuple[str, Value],
) -> Unit:
    """A unit whose code the register does not have."""
    thing = region.thing(name, kind, community.full)
    region.sheet(SHEET).record(thing, classes, ("pba:locatedIn", community.area), *facts)
    unit = Unit(thing, community, classes)
    region.units.append(unit)
    return unit


def branch(region: Region, unit: Unit, above: Thing, form: str = "党支部") -> None:
    """A branch of its own, subordinate to ``above`` and managed by the place's great committee."""
    classes = {"党支部": "PartyBranch", "党组": "LeadingPartyGroup", "党总支": "GeneralPartyBranch"}
    great = unit.community.great
    unit.party = region.sheet(PARTY).record(
        region.thing(f"{unit.thing.name}{form}", form, unit.community.full),
        classes[form],
        ("org:subOrganizationOf", above),
        ("pba:partyOrganizationOf", unit.thing),
        *([("pba:managedBy", great)] if great and form != "党组" else []),
    )


def _organs(region: Region) -> None:
    """The bodies of the district: each has a leading Party group and a branch."""
    district = affiliated("District")
    for name in words.BUREAUS:
        community = region.draw.one(region.communities)
        kind = ("org:classification", region.kind("区直部门"))
        unit = register(
            region, "PublicBody", "11", f"{region.name}{name}", community, district, kind, _STATE
        )
        branch(region, unit, region.named["committee"], "党组")
        branch(region, unit, region.named["机关党委"])
        region.named[name] = unit.thing
    community = region.draw.one(region.communities)
    military = register(region, "PublicBody", "A1", f"{region.name}人民武装部", community, _STATE)
    region.sheet(SHEET).tell(military.thing, ("pba:residentIn", community.area))
    for name in ("总工会", "妇女联合会"):
        thing = f"{region.name}{name}"
        unit = register(region, "MassOrganization", "81", thing, community, district, _STATE)
        region.named[name] = unit.thing


def _of_street(region: Region, street: Street) -> None:
    """The office of a street, what is under it, and what is stationed there."""
    draw = region.draw
    centre = street.communities[0]
    suffix = "街道" if not street.town else street.name[-1]
    office = "办事处" if not street.town else "人民政府"
    unit = register(
        region,
        "PublicBody",
        "11",
        f"{street.name}{office}",
        centre,
        affiliated("District"),
        _STATE,
    )
    street.office = unit.thing
    branch(region, unit, street.committee)
    service = f"{street.name}综合服务中心"
    level = affiliated(_OF_STREET[suffix])
    register(region, "PublicInstitution", "12", service, centre, level, _STATE)
    for classes, name, chief in (
        ("PoliceStation", "派出所", "公安分局"),
        ("JudicialOffice", "司法所", "司法局"),
    ):
        dispatched = ("pba:dispatchedBy", region.named[chief])
        kind = ("org:classification", region.kind(name))
        facts = (dispatched, kind, affiliated("District"))
        full = f"{street.name}{name}"
        agency = uncoded(region, classes, full, name, centre, *facts)
        region.named[full] = agency.thing
    agency_name = draw.one(words.AGENCIES)
    bureau = region.named["市场监督管理局" if "市场" in agency_name else "城市管理局"]
    sent, managed = ("pba:dispatchedBy", bureau), ("pba:managedBy", street.committee)
    full = f"{street.name}{agency_name}"
    agency = uncoded(region, "DispatchedAgency", full, "派驻机构", centre, sent, managed)
    region.named[f"{street.name}派驻机构"] = agency.thing


def _committee(region: Region, community: Community) -> None:
    """The residents or villagers committee of a place, and what it owns."""
    if not community.village:
        register(region, "ResidentsCommittee", "54", f"{community.name}居民委员会", community)
        return
    register(
        region,
        "VillagersCommittee",
        "54",
        f"{community.name}村民委员会".replace("村村", "村"),
        community,
    )
    name = f"{community.name}股份经济合作联合社"
    facts = (affiliated("VillagersCommittee"), owned("集体企业"), sector("农、林、牧、渔业"))
    register(region, "Unit", "N2", name, community, *facts)


def _schools(region: Region) -> None:
    """Schools and hospitals with names that are nearly or wholly the same."""
    draw, above = region.draw, region.named["机关党委"]
    for name in ("第一中学", "第二中学", "第三中学", "第一小学", "第二小学", "人民医院", "中医院"):
        field = sector("卫生和社会工作" if "医院" in name else "教育")
        community = draw.one(region.communities)
        district = affiliated("District")
        full = f"{region.name}{name}"
        unit = register(region, "PublicInstitution", "12", full, community, district, field)
        branch(region, unit, above, "党总支")
    for street in draw.some(region.streets, 5):
        community = draw.one(street.communities)
        facts = (affiliated("Subdistrict"), sector("教育"))
        uncoded(region, "PublicInstitution", "中心幼儿园", "幼儿园", community, *facts)
    community = draw.one(region.communities)
    facts = (affiliated("ResidentsCommittee"), owned("集体企业"))
    register(
        region,
        "Enterprise",
        "91",
        "便民服务社",
        community,
        *facts,
        sector("居民服务、修理和其他服务业"),
    )
    facts = (affiliated("Committee"), sector("卫生和社会工作"))
    register(region, "Unit", "Y1", "社区卫生室", community, *facts)


def _resident(region: Region) -> None:
    """Units of higher levels that are resident in the district and not under it."""
    draw, above = region.draw, region.named["区直机关工作委员会"]
    city = region.place.prefecture_name
    for name, classes, code, level, trade in (
        (f"合成银行{region.name}支行", "Enterprise", "91", "Central", "金融业"),
        (
            f"合成电信{region.name}分公司",
            "Enterprise",
            "91",
            "Central",
            "信息传输、软件和信息技术服务业",
        ),
        (f"合成电网{region.name}供电公司", "Enterprise", "91", "Provincial", "制造业"),
        ("合成省第一地质队", "PublicInstitution", "12", "Provincial", "租赁和商务服务业"),
        ("合成职业技术学院", "PublicInstitution", "12", "Provincial", "教育"),
        (f"{city}税务局第一分局", "PublicBody", "11", "Prefectural", words.SECTOR_OF_STATE),
        (f"{city}第一人民医院", "PublicInstitution", "12", "Prefectural", "卫生和社会工作"),
        (f"{city}博物馆", "PublicInstitution", "12", "Prefectural", "文化、体育和娱乐业"),
    ):
        community = draw.one([c for c in region.communities if not c.village])
        resident = ("pba:residentIn", community.area)
        kind = ("org:classification", region.kind("驻区单位"))
        facts = (affiliated(level), sector(trade), resident, kind, covered("OwnOrganization"))
        unit = register(region, f"{classes} ResidentUnit", code, name, community, *facts)
        branch(region, unit, above)
