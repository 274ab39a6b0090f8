# ---
# jupyter:
#   jupytext:
#     custom_cell_magics: kg
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -jupytext.text_representation.jupytext_version
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 中心性、经纪角色与三级联动
#
# *Centrality, brokerage and the linkage of tiers, on the real data and on a generated district.*
#
# 谁居中心，谁在别人之间牵线，区、街道、社区靠什么连在一起。
# 先看港北区的真实数据能算到哪一步（几乎不能），再用**生成的区**说明这些测度怎么算、怎么读、容易怎样误读。
#
# First how far the real data go, which is not far; then a **synthetic** district, to show how the measures are taken and read.

# %%
import matplotlib.pyplot as plt
import networkx as nx
import numpy as np

import kg

import style
from data import real, synthetic

style.use()
g = kg.open(real())
g.told

# %% [markdown]
# ## 真实数据：一条边
#
# “联动”网络的点是全部具名的党组织、单位和联盟，线是载明的隶属、派出、加入联盟等。港北区的资料里只有一条：一家企业和它的党组织。
# 三个联盟都是孤点，因为成员未载明。
#
# One tie is stated in the real data: an enterprise and its Party organisation.

# %%
net = g.network("linkage")
net

# %%
net.edges_df()

# %% [markdown]
# 在这样的网络上照样能算出“PageRank 第一名”。它没有意义，测度会把话说在前面：

# %%
g.measure("strength", network="co-members")

# %% [markdown]
# ## 真实数据：报道说了怎样的联动
#
# 报道写的是**制度**：区委、街道党工委、社区党组织三级之间，责任、组织、制度三种联动。说的是各级组织的类别，不是哪一个街道。
#
# The article states a system of linkage between kinds of organisations, not links of any one street.

# %% tags=["answers-linkage"]
g.saved("linkage")

# %% tags=["answers-tier-links"]
g.saved("tier-links")

# %% [markdown]
# ## 生成的区
#
# 以下全部是**合成数据，其中没有任何真实内容**。它的形状大致像一个区，数值由生成程序的参数决定；换一个种子就是另一组数。
#
# From here on everything is **synthetic**.

# %%
s = kg.open(synthetic())
co_members = s.network("co-members")
co_members

# %% [markdown]
# ## 几种“中心”
#
# 网络本身就是 NetworkX 认得的图：`nx.函数(co_members)` 直接可用。
# `measure` 给出同样的数，另附名称、单位、公式、出处和读法。两边对一下：
#
# A network is a graph to NetworkX. `measure` gives the same numbers, with names and how they are read.

# %%
by_networkx = nx.pagerank(co_members)
by_kg = co_members.measure("pagerank").df().set_index("iri").pagerank
float(max(abs(by_kg[node] - value) for node, value in by_networkx.items())) < 1e-5

# %%
co_members.measure("betweenness")

# %%
names = ["degree", "strength", "pagerank", "harmonic", "betweenness", "core"]
scores = co_members.df().set_index("iri")[["label", "kind"]]
for name in names:
    scores[name] = co_members.measure(name).df().set_index("iri")[name]
scores.sort_values("betweenness", ascending=False).head(8).set_index("label")

# %% [markdown]
# 下图是两两之间的 Spearman 等级相关：接近 1 的几项说的是一回事，不必都报；离得远的才各有各的话要说。
# 在这份数据里分成两群。加入一个大联盟的组织，一下子就有几十个“联系”，联系数、接近中心性、核数都高；
# 联系强度和 PageRank 按联盟大小折算（Newman 加权），看的是加入了几个联盟；中介中心性偏向后一群。
#
# Rank correlations. Joining one large alliance gives many neighbours at once: degree, closeness and core number follow its size, the weighted measures do not.

# %%
titles = {
    "degree": ("联系数", "degree"),
    "strength": ("联系强度", "strength"),
    "pagerank": ("PageRank", "PageRank"),
    "harmonic": ("接近中心性", "harmonic"),
    "betweenness": ("中介中心性", "betweenness"),
    "core": ("核数", "core"),
}
agreement = scores[names].astype(float).rank().corr()
figure, axes = plt.subplots(figsize=(6.8, 5))
image = axes.imshow(agreement, cmap="PuOr", vmin=-1, vmax=1)
labels = [style.says(*titles[name]) for name in names]
axes.set_xticks(range(len(names)), labels, rotation=30, ha="right")
axes.set_yticks(range(len(names)), labels)
for (row, column), value in np.ndenumerate(agreement):
    shade = "white" if abs(value) > 0.6 else "black"
    axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=shade)
figure.colorbar(image, label=style.says("Spearman 等级相关（无单位）", "Spearman correlation"))
axes.set_xlabel(style.says("测度", "measure"))
axes.set_ylabel(style.says("测度", "measure"))
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：测度的名次有多一致",
    "Synthetic district, not real: agreement of ranks",
)

# %% [markdown]
# 联系数和中介中心性放在一起看：右下方的单位联系多，但都在同一个圈子里；上方的单位是圈子之间的桥。

# %%
figure, axes = plt.subplots(figsize=(9, 5))
axes.scatter(scores.degree, scores.betweenness, color=style.BLUE, alpha=0.7)
for _, one in scores.nlargest(4, "betweenness").iterrows():
    axes.annotate(
        style.name(one.label),
        (one.degree, one.betweenness),
        xytext=(-8, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize="small",
    )
axes.set_xlabel(style.says("联系数（个相邻组织）", "degree (neighbours)"))
axes.set_ylabel(
    style.says("中介中心性（最短路径份额，0 至 1）", "betweenness (share of shortest paths)")
)
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：同盟组织的联系数与中介中心性",
    "Synthetic district, not real: degree and betweenness of co-members",
)

# %% [markdown]
# ## 经纪角色
#
# Gould 与 Fernandez 把“在两个互不相连的组织之间牵线”按三方所在的组（这里是街道）分成几种：
# 协调者（三方同组）、巡回中介（两端同在别的组）、代表或守门人（一端同组）、联络者（三方各在一组）。
# 加上 `chance=True`，每个角色另给随机分组时的期望和 z 值。
#
# Brokerage roles by subdistrict. Counts grow with degree, so the comparison with chance matters more than the count.

# %%
brokers = co_members.measure("brokerage", chance=True).df()
roles = {
    "coordinator": ("协调者", "coordinator"),
    "itinerant": ("巡回中介", "itinerant broker"),
    "boundary": ("代表/守门人", "representative or gatekeeper"),
    "liaison": ("联络者", "liaison"),
}
brokers[["name", "street", "total", *roles, *(f"{role}_z" for role in roles)]].head(8).round(2)

# %%
top = brokers.head(10).iloc[::-1]
rows = range(len(top))
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.8), sharey=True, width_ratios=[3, 2])
start = np.zeros(len(top))
colours = (style.BLUE, style.ORANGE, style.GREEN, style.PURPLE)
marks = ("o", "s", "^", "D")
for (role, words), colour, mark in zip(roles.items(), colours, marks, strict=True):
    count = top[role].to_numpy(dtype=float)
    left.barh(rows, count, left=start, color=colour, label=style.says(*words))
    start += count
    right.plot(top[f"{role}_z"], rows, mark, color=colour, alpha=0.9)
right.axvspan(-2, 2, color=style.GREY, alpha=0.3, lw=0)
right.text(0, -0.9, style.says("与随机无异", "as by chance"), ha="center", fontsize="small")
right.set_ylim(-1.2, len(top) - 0.4)
left.set_yticks(rows, map(style.name, top.name))
left.set_title(style.says("次数", "how often"))
right.set_title(style.says("与随机分组相比", "against chance"))
left.set_xlabel(style.says("中介次数（对）", "pairs brokered"))
right.set_xlabel(style.says("z（标准差的倍数）", "z (standard deviations)"))
left.set_ylabel(style.says("组织", "organisation"))
left.legend(frameon=False, fontsize="small", loc="lower right")
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：中介次数最多的十个组织",
    "Synthetic district, not real: the ten most frequent brokers",
)

# %% [markdown]
# 左图的长短多半随联系数走；右图才说明角色是否超出偶然。落在灰带里的，不宜解读为“枢纽”。
# 同时检验许多单位，总有几个会碰巧出界。

# %% [markdown]
# ## 三级联动
#
# 把组织按层级（区级、街道、社区、驻区单位）归并，数每一种方式在每两级之间有多少条载明的联系。
#
# Ties between tiers, by mechanism. A 0 is none in the data, which need not be none.

# %%
tiers = s.measure("tiers").df(titles=True).set_index("两级")
tiers

# %%
table = tiers.drop(columns=["联到的下一级组织", "下一级组织"]).astype(int)
english = {
    "隶属": "subordination",
    "双重管理": "joint management",
    "权限": "authority",
    "派出": "dispatch",
    "载明的联动": "stated linkage",
    "联盟": "alliance",
    "共建": "co-building",
    "区级": "district",
    "街道": "subdistrict",
    "社区": "community",
    "驻区单位": "units",
}


def told(words: str) -> str:
    """The words of a pair of tiers or of a mechanism."""
    return style.says(words, " – ".join(english[word] for word in words.split("—")))


figure, axes = plt.subplots(figsize=(9, 5.4))
image = axes.imshow(table, cmap="Blues", aspect="auto")
axes.set_xticks(range(table.shape[1]), map(told, table.columns), rotation=20, ha="right")
axes.set_yticks(range(table.shape[0]), map(told, table.index))
for (row, column), value in np.ndenumerate(table):
    shade = "white" if value > table.to_numpy().max() * 0.6 else "black"
    axes.text(column, row, f"{value}", ha="center", va="center", color=shade, fontsize="small")
figure.colorbar(
    image, label=style.says("联系（条；联盟、共建按个数）", "ties (alliances count once)")
)
axes.set_xlabel(style.says("联系方式", "mechanism"))
axes.set_ylabel(style.says("哪两级之间", "between which tiers"))
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：各级之间载明的联系",
    "Synthetic district, not real: stated ties between tiers",
)

# %% [markdown]
# 同样的表在真实数据上全是 0——不是没有联动，而是报道说的是类别之间的联动，没有点名任何一对组织。

# %%
g.measure("tiers").df(titles=True).set_index("两级")[table.columns].sum().to_dict()

# %% [markdown]
# ## 这份笔记不能告诉你什么 / What this cannot tell you
#
# - 真实的港北区谁居中心，这里**没有答案**：资料没有载明成员和隶属。本文的排名全部来自生成的数据，不能移用到任何地方。
# - 居中心不等于作用大。网络只知道“有没有联系”，不知道联系有没有用、有没有人去用。
# - 同在一个联盟不等于彼此往来：成员越多的联盟，两两相连的假定越勉强（Newman 加权只是减轻，没有消除）。
# - 名次之间的差可能只是一条漏记的联系；名单有缺时，不要解读相邻名次。
# - 经纪角色取决于怎么分组，这里是街道；换成行业，角色就变了。
#
# *Who is central in the real district has no answer here. A place in a network is not influence, members of one alliance need not meet, and a rank may hang on one tie that was left out.*

# %% [markdown]
# ## 引用 / Cite

# %%
g.cite()

# %%
s.cite()
