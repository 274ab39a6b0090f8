"""What each source says of itself: that it is synthetic, of what seed, and what its graphs are."""

from __future__ import annotations

import hashlib

from kg import __version__
from kg.generate.facts import Fact, Sheet, Thing, day, text, typed, zh
from kg.generate.region import AS_OF, Region

_TITLES = {
    "areas": ("区域", "areas"),
    "party-organizations": ("党组织", "Party organisations"),
    "units": ("单位", "units"),
    "alliances": ("联盟", "alliances"),
    "memberships": ("成员关系", "memberships"),
    "co-building": ("共建", "co-building"),
    "lists": ("三张清单", "the three lists"),
    "linkage": ("联动与管理权", "linkage and authority"),
    "actions": ("行动与制度", "actions and rules"),
    "facilities": ("阵地", "facilities"),
    "teams": ("服务队伍", "service teams"),
    "figures": ("数据", "figures"),
    "honours": ("荣誉", "honours"),
    "changes": ("区划变更", "area changes"),
    "kinds": ("类别", "kinds"),
}


def briefing(region: Region) -> None:
    """A made-up briefing of three sentences, each in a graph of its own, with a reading."""
    largest = region.alliances[0]
    sentences = (
        f"{region.name}党建工作简报（合成文本）",
        f"{region.name}推行红色管家机制,由街道党工委、社区党组织等实施。",
        f"{largest.thing.name}牵头单位为{largest.members[0].thing.name},共同议",
    )
    source = region.facts.source
    text_ = Thing(f"{region.name}党建工作简报", iri=f"{source.iri[:-1]}#briefing>")
    meta = region.sheet("meta")
    digest = hashlib.sha256("\n".join(sentences).encode()).hexdigest()
    meta.tell(
        text_,
        ("rdf:type", "prov:Entity"),
        ("rdfs:label", zh(text_.name)),
        ("pba:fileName", text(f"{source.name}-briefing.txt")),
        ("pba:sha256", text(digest)),
    )
    mechanism = region.thing(f"{region.name}红色管家机制", "机制")
    told: tuple[list[Fact], ...] = (
        [],
        [
            (mechanism, "rdf:type", "pba:Mechanism"),
            (mechanism, "rdfs:label", zh(mechanism.name)),
            (mechanism, "skos:prefLabel", zh(mechanism.name)),
            (mechanism, "pba:carriedOutBy", region.kind("街道党工委")),
            (mechanism, "pba:carriedOutBy", region.kind("社区党组织")),
            (mechanism, "pba:openList", typed("true", "boolean")),
        ],
        [(text_, "pba:fragmentAsPrinted", zh("共同议"))],
    )
    for number, (sentence, facts) in enumerate(zip(sentences, told, strict=True)):
        if facts:
            _sentence(region, text_, number, sentence, "").facts += facts
    reading = _sentence(region, text_, 1, sentences[1], "-inferred")
    reading.tell(mechanism, ("pba:carriedOutIn", region.area))


def _sentence(region: Region, of: Thing, number: int, sentence: str, mark: str) -> Sheet:
    """The graph of a sentence, or of a reading of it, described in the source."""
    sheet = region.sheet(f"#s{number}{mark}")
    graph = Thing("", iri=sheet.graph)
    meta = region.sheet("meta")
    meta.tell(
        graph,
        ("pba:quote", zh(sentence)),
        ("pba:sentenceNumber", typed(number, "integer")),
        ("prov:wasQuotedFrom", of),
        ("pba:certainty", "pba:Inferred" if mark else "pba:Stated"),
    )
    if mark:
        meta.tell(
            graph,
            ("dcterms:description", zh("实施的区域由简报的标题读出。")),
            ("dcterms:description", text("Where it is done is read from the heading.", "en")),
        )
    return sheet


def described(region: Region, seed: int) -> None:
    """The source, each of its sheets, and the row of each record."""
    source, meta, number = region.facts.source, region.sheet("meta"), region.place.number
    name = f"{region.place.prefecture_name}{region.name}"
    titles = (
        zh(f"合成数据（非真实）：{name}"),
        text(f"Synthetic data, nothing real: district {region.place.district}", "en"),
    )
    how = f"kg {__version__}, seed {seed}, district {number}"
    meta.tell(
        source,
        ("rdf:type", "prov:Entity"),
        *(("rdfs:label", title) for title in titles),
        *(("dcterms:title", title) for title in titles),
        ("dcterms:description", zh(f"由程序生成，供测试和演示；名称、代码和数字均非真实。{how}。")),
        ("dcterms:description", text(f"Made by a program; no name or code is real. {how}.", "en")),
        ("dcterms:source", text(f"kg generate, {how}")),
        ("dcterms:valid", day(AS_OF)),
        ("pba:fileName", text(f"{source.name}.nq")),
    )
    for sheet_name, sheet in region.facts.sheets.items():
        if sheet_name in _TITLES:
            _described(meta, sheet, source, *_TITLES[sheet_name])


def _described(meta: Sheet, sheet: Sheet, source: Thing, chinese: str, english: str) -> None:
    graph = Thing("", iri=sheet.graph)
    meta.tell(
        graph,
        ("rdfs:label", zh(f"合成登记表：{chinese}")),
        ("rdfs:label", text(f"Synthetic register: {english}", "en")),
        ("pba:certainty", "pba:Stated"),
        ("prov:wasDerivedFrom", source),
    )
    for row, record in enumerate(sheet.records, 2):
        meta.tell(record, ("prov:wasDerivedFrom", Thing("", iri=f"{sheet.graph[:-1]}#row{row}>")))
