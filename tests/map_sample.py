"""A network in the form that `kg.maps` takes, drawn from the newspaper survey of 2019.

`network()` is what a leader sees; `hostile()` is the same with markup in every text.
"""

# ruff: noqa: E501 (sentences stay as they are printed, on one line)

from __future__ import annotations

import base64
import json
import random
import re
import zlib
from typing import Any

import networkx as nx

BASE = "https://w3id.org/pba/id/"
TERM = "https://w3id.org/pba/ns#"
ARTICLE = "港北区打造自治区级城市基层党建工作示范区综述"
CODES = "统计用区划代码（2019）"

QUOTES = {
    5: "健全区级、街道、社区联动体系,先后制定下发加强城市基层党建工作“1+3”实施意见,健全区委、街道党工委、社区党组织责任联动、组织联动、制度联动体系;制定抓城市党建工作责任清单,以“双随机”调研和党组织基层党建述职评议考核为主要抓手,确保各负其责、协同用力。",
    6: "强化街道党工委区域领导核心地位,扩大街道党工委对区直部门派驻机构的人、财、事的管理权,明确街道党工委对派出所、司法所等基层司法机关的调度权。",
    8: "探索推进街道事权改革,将城区土地房屋征收项目划为6区,由四家班子领导任片区指挥长,抽调市、区干部500多人投入征拆工作;成立区招商小分队开展驻点招商;清理规范上级职能部门在社区设立的工作机构和加挂牌子,缓解街道党工委和社区党组织在征地拆迁、招商引资等重难点工作的压力,推动街道、社区集中精力抓党建、抓治理、抓服务。",
    9: "港北区委组织部到贵城街道开展落实《关于加强和改进城市基层党的建设工作的意见》相关精神专题调研座谈会。",
    10: "港北区坚持以街道社区党组织为核心,推行街道“大工委”、社区“大党委”制,以党建引领城市各系统各领域互联互动、相融共生,实现“局部相加大于整体之和”的效果。",
    12: "该区开展“先锋集结号”行动,由街道党工委发起,组织所辖党组织围绕城市基层党建焦点问题,开展先锋面对面、大会诊、武等6大行动,形成城市发展合力。",
    13: "在城市社区中全部建立社区“大党委”,由社区“大党委”发起,统筹驻区单位、两新组织结盟,成立区域党建联盟,构建块状式的组织架构,推动区域党建融合,形成块状聚力。",
    14: "实行“点线面结合,功能型聚集”的组织设置模式,将辖区内中、区直驻区机关企事业单位和两新组织党组织纳入“大党委”统一管理。",
    16: "深化网格化管理,将全区22个社区划分成180个网格,区域内所有人、地、物、事、组织等要素和服务事项全部纳入网格,在网格内推行社区党组织领导,联盟成员单位、楼栋党小组参与的管理模式,共同协商解决社区事务、开展组团服务,引领城市党建和社区治理融合,港北区荣获全国法律援助便民服务示范窗口等荣誉称号。",
    18: "整合城区、街道、社区和辖区单位、企业的优势资源,将各类党员活动室、图书阅览室等向辖区党员群众开放,实现硬件资源共享;充分发挥在职党员在经济发展、民生服务、科技文化等各领域的专业特长,组建培育志愿者服务团队120多个。",
    21: "该区在全市率先实现城市小区、移民安置小区、园区企业等多个领域同步建设“红色一家”工程,组建“1+6”红色服务队,积极带动各方力量参与小区建设,以党建引领提升小区治理水平。",
    23: "先后创建红星美凯龙贵港商圈、凤凰社区城市商圈等一批商圈综合党委,在商圈党建的带动下形成“安商、稳商、兴商”的经商氛围;通过党员先锋岗、党员经营户,规范经营行为,打造党建引领诚信经营、诚信服务的标杆。",
    25: "通过组建港北区两新组织党建联盟、小个专党建联盟和生态旅游产业党建联盟,有效整合城市党建、人才、阵地等资源,把党的组织优势转化为经济社会发展优势。",
    26: "依托园区党群服务中心,开展园区综合党委“先锋集结号”行动,对园区内企业党组织、党员实行兜底管理和提供“零距离”服务;成立中国-东盟新能源电动车生产基地党支部,在赛尔康(贵港)有限公司建立外商独资上市企业党组织,以“党建+龙头企业+招商”的模式,推动新能源电动车、电子信息、生物医药三大新兴支柱产业发展。",
    29: "该区按照网格化管理、信息化沟通、智能化服务的标准,全面推进社区党群政务服务中心、城市党建综合体建设,先后打造“全国最美志愿服务社区”荷城社区、“全国民族团结进步创建示范区”石羊塘社区、“全国科普示范社区”港宁社区等一批“明星社区”。",
    31: "近5年来,累计投入财政资金5000万元,城市基层党建基层保障水平全面提升。",
}

FAMILIES = [
    ("alliance", "联盟"),
    ("party", "党组织"),
    ("area", "区域"),
    ("unit", "单位与队伍"),
    ("action", "行动与制度"),
    ("result", "阵地与成效"),
]
TIERS = ["区级", "街道", "社区", "联盟与行动", "成员单位", "成效与资源"]

# name, kind, family, tier, "n" named in the source or "k" a kind, sentence, note
THINGS: list[tuple[str, str, str, int, str, int, str]] = [
    ("港北区", "县级行政区", "area", 0, "n", 16, ""),
    ("港北区委", "地方党委", "party", 0, "n", 5, ""),
    ("港北区委组织部", "党委部门", "party", 0, "n", 9, ""),
    ("四家班子领导", "人员类别", "unit", 0, "k", 8, ""),
    ("“1+3”实施意见", "政策文件", "action", 0, "n", 5, "“1+3”各部分未载明"),
    ("城市党建工作责任清单", "责任清单", "action", 0, "n", 5, ""),
    ("“双随机”调研", "机制", "action", 0, "n", 5, ""),
    ("三级联动体系", "联动体系", "action", 0, "n", 5, ""),
    ("贵城街道", "街道", "area", 1, "n", 9, ""),
    ("港城街道", "街道", "area", 1, "n", -1, ""),
    ("街道党工委", "党工委", "party", 1, "k", 6, ""),
    ("街道“大工委”", "街道大工委", "party", 1, "k", 10, ""),
    ("区直部门派驻机构", "派驻机构", "unit", 1, "k", 6, ""),
    ("派出所", "派出所", "unit", 1, "k", 6, ""),
    ("司法所", "司法所", "unit", 1, "k", 6, ""),
    ("6个征收片区", "片区", "area", 1, "k", 8, ""),
    ("区招商小分队", "招商小分队", "unit", 1, "n", 8, ""),
    ("社区党组织", "党组织", "party", 2, "k", 16, ""),
    ("社区“大党委”", "社区大党委", "party", 2, "k", 13, ""),
    ("楼栋党小组", "楼栋党小组", "party", 2, "k", 16, ""),
    ("网格", "网格", "area", 2, "k", 16, ""),
    ("区域党建联盟", "区域党建联盟", "alliance", 3, "k", 13, "只载明成员类别，未载明具体单位"),
    ("港北区两新组织党建联盟", "两新组织党建联盟", "alliance", 3, "n", 25, "成员未载明"),
    ("小个专党建联盟", "小个专党建联盟", "alliance", 3, "n", 25, "成员未载明"),
    ("生态旅游产业党建联盟", "生态旅游产业党建联盟", "alliance", 3, "n", 25, "成员未载明"),
    ("“先锋集结号”行动", "行动", "action", 3, "n", 12, "六大行动的名称在原文印刷中残缺"),
    ("先锋面对面", "行动", "action", 3, "n", 12, ""),
    ("大会诊", "行动", "action", 3, "n", 12, ""),
    ("“红色一家”小区党建工程", "工程", "action", 3, "n", 21, ""),
    ("商圈综合党委", "商圈综合党委", "party", 3, "k", 23, ""),
    ("园区综合党委", "园区综合党委", "party", 3, "n", 26, ""),
    ("驻区单位", "驻区单位", "unit", 4, "k", 13, ""),
    ("两新组织", "两新组织", "unit", 4, "k", 13, ""),
    ("联盟成员单位", "单位", "unit", 4, "k", 16, ""),
    ("中、区直驻区机关企事业单位", "驻区单位", "unit", 4, "k", 14, ""),
    ("两新组织党组织", "党组织", "party", 4, "k", 14, ""),
    ("红星美凯龙贵港商圈", "商圈", "area", 4, "n", 23, ""),
    ("凤凰社区城市商圈", "商圈", "area", 4, "n", 23, ""),
    ("赛尔康(贵港)有限公司", "企业", "unit", 4, "n", 26, ""),
    ("外商独资上市企业党组织", "党组织", "party", 4, "n", 26, ""),
    ("中国-东盟新能源电动车生产基地党支部", "党支部", "party", 4, "n", 26, ""),
    ("园区内企业党组织", "党组织", "party", 4, "k", 26, ""),
    ("城市小区", "小区", "area", 4, "k", 21, ""),
    ("移民安置小区", "移民安置小区", "area", 4, "k", 21, ""),
    ("园区企业", "企业", "unit", 4, "k", 21, ""),
    ("党员先锋岗", "机制", "action", 4, "k", 23, ""),
    ("党员经营户", "人员类别", "unit", 4, "k", 23, ""),
    ("“1+6”红色服务队", "红色服务队", "unit", 4, "n", 21, ""),
    ("志愿者服务团队", "志愿者服务团队", "unit", 5, "k", 18, ""),
    ("党员活动室", "党员活动室", "result", 5, "k", 18, ""),
    ("图书阅览室", "图书阅览室", "result", 5, "k", 18, ""),
    ("园区党群服务中心", "党群服务中心", "result", 5, "n", 26, ""),
    ("社区党群政务服务中心", "党群服务中心", "result", 5, "k", 29, ""),
    ("城市党建综合体", "城市党建综合体", "result", 5, "k", 29, ""),
    ("全国最美志愿服务社区", "荣誉", "result", 5, "n", 29, ""),
    ("全国民族团结进步创建示范区", "荣誉", "result", 5, "n", 29, ""),
    ("全国科普示范社区", "荣誉", "result", 5, "n", 29, ""),
    ("全国法律援助便民服务示范窗口", "荣誉", "result", 5, "n", 16, ""),
    ("新能源电动车产业", "产业", "result", 5, "n", 26, ""),
    ("电子信息产业", "产业", "result", 5, "n", 26, ""),
    ("生物医药产业", "产业", "result", 5, "n", 26, ""),
    ("财政资金", "资金", "result", 5, "k", 31, ""),
]

COMMUNITIES = {
    "贵城街道": "县东 石羊塘 小江 西五 东湖 三合 登龙桥 震塘 南平 永新 荷城 港宁 龙圣 八一 东港 凤凰 马草江 西江",
    "港城街道": "六八 蓝田 棉村 平富",
}

FACTS = {
    "港北区": ("区划代码", "450802", -1),
    "网格": ("数值", "180 个", 16),
    "志愿者服务团队": ("数值", "120 多个", 18),
    "财政资金": ("累计", "5000 万元（近5年）", 31),
    "6个征收片区": ("抽调干部", "500 多人", 8),
}

# subject, predicate, its label, object, sentence, reason (a reading between the lines) or ""
RELATIONS: list[tuple[str, str, str, str, int, str]] = [
    ("社区“大党委”", "initiates", "发起", "区域党建联盟", 13, ""),
    ("社区“大党委”", "coordinates", "统筹", "区域党建联盟", 13, "统筹结盟者与发起者同一主语"),
    ("社区“大党委”", "coordinates", "统筹", "驻区单位", 13, ""),
    ("社区“大党委”", "coordinates", "统筹", "两新组织", 13, ""),
    ("区域党建联盟", "memberKind", "成员类别", "驻区单位", 13, ""),
    ("区域党建联盟", "memberKind", "成员类别", "两新组织", 13, ""),
    ("区域党建联盟", "memberKind", "成员类别", "联盟成员单位", 16, "“联盟成员单位”指前文的联盟"),
    ("区域党建联盟", "locatedIn", "所在区域", "港北区", 13, "全篇说的是港北区"),
    ("港北区两新组织党建联盟", "memberKind", "成员类别", "两新组织", 25, "由联盟名称推知"),
    ("港北区", "organizes", "组建", "港北区两新组织党建联盟", 25, ""),
    ("港北区", "organizes", "组建", "小个专党建联盟", 25, ""),
    ("港北区", "organizes", "组建", "生态旅游产业党建联盟", 25, ""),
    ("港北区委", "locatedIn", "位于", "港北区", 5, ""),
    ("港北区委组织部", "subOrganizationOf", "隶属", "港北区委", 9, ""),
    ("港北区委组织部", "surveys", "调研", "贵城街道", 9, ""),
    ("港北区委", "establishes", "制定", "“1+3”实施意见", 5, "主语承前省略"),
    ("港北区委", "establishes", "制定", "城市党建工作责任清单", 5, "主语承前省略"),
    ("港北区委", "usesMechanism", "抓手", "“双随机”调研", 5, ""),
    ("三级联动体系", "tier", "层级", "港北区委", 5, ""),
    ("三级联动体系", "tier", "层级", "街道党工委", 5, ""),
    ("三级联动体系", "tier", "层级", "社区党组织", 5, ""),
    ("港北区委", "linkedWith", "联动", "街道党工委", 5, ""),
    ("街道党工委", "linkedWith", "联动", "社区党组织", 5, ""),
    ("街道党工委", "manages", "管理（人财事）", "区直部门派驻机构", 6, ""),
    ("街道党工委", "dispatches", "调度", "派出所", 6, ""),
    ("街道党工委", "dispatches", "调度", "司法所", 6, ""),
    ("四家班子领导", "commands", "任指挥长", "6个征收片区", 8, ""),
    ("港北区", "establishes", "成立", "区招商小分队", 8, ""),
    ("街道“大工委”", "partyOrganizationOf", "设于", "街道党工委", 10, "推行于街道"),
    ("街道党工委", "initiates", "发起", "“先锋集结号”行动", 12, ""),
    ("“先锋集结号”行动", "hasPart", "包括", "先锋面对面", 12, ""),
    ("“先锋集结号”行动", "hasPart", "包括", "大会诊", 12, ""),
    ("社区“大党委”", "manages", "统一管理", "中、区直驻区机关企事业单位", 14, ""),
    ("社区“大党委”", "manages", "统一管理", "两新组织党组织", 14, ""),
    ("社区党组织", "leads", "领导", "网格", 16, ""),
    ("联盟成员单位", "participates", "参与", "网格", 16, ""),
    ("楼栋党小组", "participates", "参与", "网格", 16, ""),
    ("港北区", "honour", "荣誉", "全国法律援助便民服务示范窗口", 16, ""),
    ("驻区单位", "opens", "开放", "党员活动室", 18, ""),
    ("驻区单位", "opens", "开放", "图书阅览室", 18, ""),
    ("港北区", "organizes", "组建", "志愿者服务团队", 18, ""),
    ("“红色一家”小区党建工程", "carriedOutIn", "开展于", "城市小区", 21, ""),
    ("“红色一家”小区党建工程", "carriedOutIn", "开展于", "移民安置小区", 21, ""),
    ("“红色一家”小区党建工程", "carriedOutIn", "开展于", "园区企业", 21, ""),
    ("“红色一家”小区党建工程", "organizes", "组建", "“1+6”红色服务队", 21, ""),
    ("商圈综合党委", "partyOrganizationOf", "设于", "红星美凯龙贵港商圈", 23, ""),
    ("商圈综合党委", "partyOrganizationOf", "设于", "凤凰社区城市商圈", 23, ""),
    ("商圈综合党委", "usesMechanism", "抓手", "党员先锋岗", 23, ""),
    ("商圈综合党委", "usesMechanism", "抓手", "党员经营户", 23, ""),
    ("凤凰社区城市商圈", "within", "位于", "凤凰社区", 23, "由商圈名称推知"),
    ("园区综合党委", "basedAt", "依托", "园区党群服务中心", 26, ""),
    ("园区综合党委", "carriesOut", "开展", "“先锋集结号”行动", 26, ""),
    ("园区综合党委", "serves", "兜底管理", "园区内企业党组织", 26, ""),
    ("外商独资上市企业党组织", "partyOrganizationOf", "建于", "赛尔康(贵港)有限公司", 26, ""),
    ("中国-东盟新能源电动车生产基地党支部", "promotes", "推动", "新能源电动车产业", 26, "同句并举"),
    ("赛尔康(贵港)有限公司", "promotes", "推动", "电子信息产业", 26, "同句并举"),
    ("港北区", "promotes", "推动", "生物医药产业", 26, ""),
    ("荷城社区", "honour", "荣誉", "全国最美志愿服务社区", 29, ""),
    ("石羊塘社区", "honour", "荣誉", "全国民族团结进步创建示范区", 29, ""),
    ("港宁社区", "honour", "荣誉", "全国科普示范社区", 29, ""),
    ("港北区", "invests", "投入", "财政资金", 31, ""),
    ("贵城街道", "within", "位于", "港北区", -1, ""),
    ("港城街道", "within", "位于", "港北区", -1, ""),
]


def said(sentence: int, reason: str = "", row: str = "") -> dict[str, str]:
    """One piece of evidence: a sentence of the article, or (-1) a row of the register."""
    article = sentence >= 0
    return {
        "quote": QUOTES[sentence] if article else row,
        "place": f"原文第{sentence}句" if article else "第12行",
        "source": ARTICLE if article else CODES,
        "certainty": "Inferred" if reason else "Stated",
        "reason": reason,
    }


def _facts(name: str) -> list[dict[str, Any]]:
    if name not in FACTS:
        return []
    label, value, sentence = FACTS[name]
    return [{"label": label, "value": value, "evidence": [said(sentence)]}]


def _nodes() -> list[tuple[str, dict[str, Any]]]:
    nodes = [
        (BASE + "450802/" + name, _node(name, kind, family, tier, named == "n", sentence, note))
        for name, kind, family, tier, named, sentence, note in THINGS
    ]
    for name in (n + "社区" for names in COMMUNITIES.values() for n in names.split()):
        nodes.append((BASE + "450802/" + name, _node(name, "社区", "area", 2, True, -1, "")))
    return nodes


def _node(
    name: str, kind: str, family: str, tier: int, named: bool, sentence: int, note: str
) -> dict[str, Any]:
    return {
        "label": name,
        "kind": kind,
        "family": family,
        "tier": tier,
        "named": named,
        "notes": [note] if note else [],
        "facts": _facts(name),
        "evidence": [said(sentence, row=f"450802001000 {name}")],
    }


def _edges() -> list[tuple[str, str, str, dict[str, Any]]]:
    edges = [
        (s, o, TERM + key, _edge(label, said(sentence, reason, f"{s},{o}")))
        for s, key, label, o, sentence, reason in RELATIONS
    ]
    for street, names in COMMUNITIES.items():
        for name in (n + "社区" for n in names.split()):
            row = f"{name},{street}"
            edges.append((name, street, TERM + "within", _edge("位于", said(-1, row=row))))
    return [(BASE + "450802/" + s, BASE + "450802/" + o, k, a) for s, o, k, a in edges]


def _edge(label: str, evidence: dict[str, str]) -> dict[str, Any]:
    return {"label": label, "certainty": evidence["certainty"], "evidence": [evidence]}


def network(shuffle: int | None = None) -> nx.MultiDiGraph:
    """The realistic network; `shuffle` seeds another insertion order of the same things."""
    nodes, edges = _nodes(), _edges()
    if shuffle is not None:
        random.Random(shuffle).shuffle(nodes)
        random.Random(shuffle + 1).shuffle(edges)
    net = nx.MultiDiGraph()
    net.graph.update(_about())
    net.add_nodes_from(nodes)
    for subject, target, key, attributes in edges:
        net.add_edge(subject, target, key=key, **attributes)
    return net


def _about() -> dict[str, Any]:
    return {
        "title": "港北区城市基层党建 · 区域党建联盟关系图",
        "subtitle": "贵港市港北区",
        "date": "2019-08-01",
        "lang": "zh",
        "sources": [
            {"title": ARTICLE, "publisher": "贵港日报", "date": "2019-08-01"},
            {"title": CODES, "publisher": "国家统计局", "date": "2019-10-31"},
        ],
        "families": [{"id": i, "label": label} for i, label in FAMILIES],
        "tiers": [{"label": label} for label in TIERS],
    }


MARKUP = (
    "</script><img src=x onerror=window.__pwned=1>",
    '"><svg onload=window.__pwned=2>',
    "</style><script>window.__pwned=3</script>",
    "{{7*7}}{% raw %}<!--\u2028\u2029-->",
    "javascript:window.__pwned=4//",
    "' onfocus=alert(5) autofocus x='",
)


def _spoil(value: Any, seed: int) -> Any:
    if isinstance(value, str):
        return value + MARKUP[(seed + len(value)) % len(MARKUP)]
    if isinstance(value, list):
        return [_spoil(v, seed + i) for i, v in enumerate(value)]
    if isinstance(value, dict):
        keep = {"certainty", "id"}
        return {
            k: v if k in keep else _spoil(v, seed + i) for i, (k, v) in enumerate(value.items())
        }
    return value


def _spoil_id(node: str, number: int) -> str:
    return f"javascript:alert({number})" if number % 3 == 0 else node + MARKUP[number % 6]


def hostile(*, families_too: bool = True) -> nx.MultiDiGraph:
    """The same network with markup in every text, ids and the family names among them.

    With the families spared, alliances are still known as such, and the overview is drawn.
    """
    net = network()
    ids = {node: _spoil_id(node, number) for number, node in enumerate(net)}
    families = {f: f + MARKUP[i] * families_too for i, (f, _) in enumerate(FAMILIES)}
    bad = nx.MultiDiGraph()
    bad.graph.update(_spoil(net.graph, 0))
    for family in bad.graph["families"]:
        family["id"] = families[family["id"]]
    for number, (node, data) in enumerate(net.nodes(data=True)):
        spoiled = _spoil({k: v for k, v in data.items() if k != "family"}, number)
        bad.add_node(ids[node], family=families[data["family"]], **spoiled)
    for number, (s, o, key, data) in enumerate(net.edges(keys=True, data=True)):
        bad.add_edge(ids[s], ids[o], key=key + MARKUP[number % 6], **_spoil(data, number))
    return bad


def unpacked(page: str) -> dict[str, Any]:
    """What the page knows: its data block, which is nothing but letters."""
    block = page.split('<script type="text/plain" id="data">')[1].split("</script>", maxsplit=1)[0]
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", block)
    return json.loads(zlib.decompress(base64.b64decode(block)))
