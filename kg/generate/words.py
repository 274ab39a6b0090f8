"""The words that names are made of; short lists, so that names collide as real ones do."""

from __future__ import annotations


def _several(names: str) -> list[str]:
    return names.split()


STREETS = _several(
    "新华 解放 人民 建设 东风 和平 中山 胜利 城东 城西 城南 城北 江滨 湖滨 红旗 文化 "
    "长安 青山 开发 站前"
)
TOWNS = _several("石桥镇 龙泉镇 大塘镇 清溪镇 双河镇 平安镇")
TOWNSHIPS = _several("三江乡 高坡乡")
COMMUNITIES = _several(
    "第一 第二 第三 和平 新华 幸福 光明 向阳 团结 友谊 朝阳 长青 东湖 西湖 南苑 北苑 花园 桥头 "
    "河东 河西 民主 民生 文明 康乐 平安 永安 胜利 红星 前进 振兴"
)
VILLAGES = _several("石桥 大塘 龙井 上坝 下坝 高岭 三合 双龙 平山 长岭 竹林 新塘 古井 桃源")
COMPOUNDS = _several(
    "阳光花园 和平小区 金桂苑 锦绣家园 幸福里 东湖名居 翠竹苑 新华小区 康乐花园 学府家园"
)
TOWERS = _several("金融大厦 商务中心 国际大厦 创业大厦 时代广场 财富中心")

FIRMS = _several(
    "兴旺 宏达 鑫源 永兴 恒通 瑞丰 天成 金桥 顺达 万家 百姓 东方 新世纪 大众 利民 诚信 四海 联众"
)
# What an enterprise does, as its name and the standard of sectors (GB/T 4754) have it.
TRADES = (
    ("商贸有限公司", "批发和零售业"),
    ("食品有限公司", "制造业"),
    ("电子科技有限公司", "制造业"),
    ("机械制造有限公司", "制造业"),
    ("软件技术有限公司", "信息传输、软件和信息技术服务业"),
    ("建筑工程有限公司", "建筑业"),
    ("物业服务有限公司", "房地产业"),
    ("人力资源有限公司", "租赁和商务服务业"),
    ("物流有限公司", "交通运输、仓储和邮政业"),
    ("酒店管理有限公司", "住宿和餐饮业"),
    ("农业发展有限公司", "农、林、牧、渔业"),
    ("文化传媒有限公司", "文化、体育和娱乐业"),
)
SHOPS = (
    ("超市", "批发和零售业"),
    ("便利店", "批发和零售业"),
    ("药店", "批发和零售业"),
    ("五金店", "批发和零售业"),
    ("水果店", "批发和零售业"),
    ("快餐店", "住宿和餐饮业"),
    ("早餐店", "住宿和餐饮业"),
    ("理发店", "居民服务、修理和其他服务业"),
    ("洗衣店", "居民服务、修理和其他服务业"),
    ("家电维修部", "居民服务、修理和其他服务业"),
)
OWNERSHIPS = _several("私营企业 有限责任公司 股份有限公司 外商投资企业 港澳台商投资企业 集体企业")
SOCIETIES = (
    ("志愿服务协会", "51"),
    ("餐饮行业协会", "51"),
    ("商会", "51"),
    ("书画协会", "51"),
    ("社会工作服务中心", "52"),
    ("养老服务中心", "52"),
    ("慈善基金会", "53"),
)

BUREAUS = _several(
    "公安分局 教育局 民政局 司法局 财政局 卫生健康局 市场监督管理局 城市管理局 文化体育和旅游局"
)
AGENCIES = _several("城市管理执法中队 市场监督管理所 自然资源所")
SECTOR_OF_STATE = "公共管理、社会保障和社会组织"

# The kinds that districts speak of: the class of their individuals, or what sort of concept
# they are themselves.
KINDS = {
    "街道党工委": "PartyWorkingCommittee",
    "社区党组织": "PartyOrganization",
    "街道大工委": "GreatWorkingCommittee",
    "社区大党委": "GreatPartyCommittee",
    "两新组织党组织": "PartyOrganization",
    "商圈综合党委": "BusinessCirclePartyCommittee",
    "驻区单位": "ResidentUnit",
    "两新组织": "TwoNewOrganization",
    "小个专": "SmallIndividualPrivate",
    "区直部门": "PublicBody",
    "派出所": "PoliceStation",
    "司法所": "JudicialOffice",
    "社区党群服务中心": "PartyMassServiceCentre",
    "区域党建联盟": "RegionalAlliance",
    "四家班子领导": "+PersonKind",
    "社区干部": "+PersonKind",
    "先锋支书": "+PersonKind",
    "在职党员": "+PersonKind",
    "辖区党员群众": "+PersonKind",
    "人才资源": "+ResourceKind",
    "阵地资源": "+ResourceKind",
    "人力": "+ResourceKind",
    "物力": "+ResourceKind",
    "财力": "+ResourceKind",
    "人": "+ElementKind",
    "地": "+ElementKind",
    "事": "+ElementKind",
    "物": "+ElementKind",
    "组织": "+ElementKind",
}
CATEGORIES = _several("场地 培训 法律咨询 医疗健康 就业服务 志愿服务 助老服务 文体活动")

THEMES = _several(
    "基层治理 环境整治 助老助残 就业帮扶 文化惠民 平安建设 青少年关爱 营商环境 便民服务"
)
OFFERS = (
    ("会议室开放", "场地"),
    ("停车场错时开放", "场地"),
    ("法律咨询", "法律咨询"),
    ("健康义诊", "医疗健康"),
    ("职业技能培训", "培训"),
    ("招聘岗位", "就业服务"),
    ("志愿者队伍", "志愿服务"),
    ("运动场开放", "文体活动"),
)
NEEDS = (
    ("老年人助餐", "助老服务"),
    ("议事场地", "场地"),
    ("法律咨询", "法律咨询"),
    ("健康体检", "医疗健康"),
    ("下岗职工培训", "培训"),
    ("求职登记", "就业服务"),
    ("暑期托管", "志愿服务"),
    ("文艺演出", "文体活动"),
)
PLACEHOLDERS = _several("某甲 某乙 某丙")
