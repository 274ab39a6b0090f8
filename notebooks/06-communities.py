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
# # 社群与行政边界
#
# *Communities and administrative borders: do circles of co-operation follow the subdistricts?*
#
# 组织之间的联系自成圈子，这些圈子与街道的边界重合吗？跨街道的联系多，还是各管各的？
# 港北区的资料没有载明成员，问不出来；下面用**生成的区**说明怎么问、怎么检验。
#
# The real data state no members, so the question is put to a **synthetic** district.

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
# ## 真实数据：无从分圈
#
# 三个联盟都没有载明成员，“同盟组织”网络是空的。测度给出空表和原因，不给一个看似合理的数。

# %% tags=["answers-alliance-members"]
g.saved("alliance-members")

# %%
g.measure("communities", network="co-members")

# %% [markdown]
# ## 生成的区：分出的圈子
#
# 以下是**合成数据，并非真实**。点是加入联盟的组织，两个组织同在一个联盟就相连，联盟越小分量越重。
# 社群由 Leiden 算法分出（种子固定），再与街道对照。
#
# Communities by the Leiden algorithm with a fixed seed, against subdistricts. **Synthetic data.**

# %%
s = kg.open(synthetic())
net = s.network("co-members")
found = net.measure("communities")
found

# %%
member = net.measure("community").df().set_index("iri")
crossing = member.groupby(["community", "street"]).size().unstack(fill_value=0)
crossing.head()

# %%
order = crossing.idxmax().sort_values(kind="stable").index
shown = crossing[order]
figure, axes = plt.subplots(figsize=(9, 5))
image = axes.imshow(shown.where(shown > 0), cmap="Blues", vmin=0, aspect="auto")
axes.set_xticks(range(shown.shape[1]), map(style.name, shown.columns), rotation=35, ha="right")
axes.set_yticks(range(shown.shape[0]), shown.index)
for (row, column), value in np.ndenumerate(shown):
    if value:
        shade = "white" if value > shown.to_numpy().max() * 0.6 else "black"
        axes.text(column, row, value, ha="center", va="center", color=shade, fontsize="small")
figure.colorbar(image, label=style.says("组织（个）", "organisations"))
axes.set_xlabel(style.says("街道、乡镇", "subdistricts and townships"))
axes.set_ylabel(style.says("社群（1 为最大）", "community (1 the largest)"))
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：社群由哪些街道的组织组成",
    "Synthetic district, not real: communities by subdistrict",
)

# %% [markdown]
# 上面的两行横跨许多街道，下面的各行多半只占一格：前者靠全区性的联盟连成，后者靠社区的联盟连成（见下文“联盟与联盟”）。
# 一张图里有两种东西，任何单一的“重合度”都会把它们抹平，所以先看图，再看数。
#
# Two rows span the district, the others one or two subdistricts: no single index tells both.

# %% [markdown]
# ## 几个指数，用 NetworkX 再算一遍
#
# 同配系数（是否同街道相连）和 E–I 指数（外部联系减内部联系，除以总数）。公式短，自己算一遍最放心。

# %%
graph = net.to_networkx()
street = member.street.to_dict()
nx.set_node_attributes(graph, street, "street")


def e_i(groups: dict[str, str]) -> float:
    """(external − internal) / all ties."""
    outside = sum(groups[a] != groups[b] for a, b in graph.edges)
    return (2 * outside - graph.number_of_edges()) / graph.number_of_edges()


{
    "assortativity": round(nx.attribute_assortativity_coefficient(graph, "street"), 6),
    "E–I": round(e_i(street), 6),
    "kg": {
        title: value for title, value in found.summary.items() if "同配" in title or "E–I" in title
    },
}

# %% [markdown]
# ## 与偶然相比
#
# E–I 指数是正的，说明跨街道的联系多于街道内的联系。但街道有十几个，就算联系完全不顾街道，多数联系也会跨街道。
# 把街道随机重排 999 次（种子固定），看实际值在什么位置：
#
# With a dozen subdistricts most ties would cross borders by chance. Shuffle the labels 999 times and compare.

# %%
random = np.random.default_rng(7)
nodes = list(graph)
labels = np.array([street[node] for node in nodes])
shuffled = [
    e_i(dict(zip(nodes, random.permutation(labels).tolist(), strict=True))) for _ in range(999)
]
observed = e_i(street)
p = (1 + sum(value <= observed for value in shuffled)) / 1000
observed, float(np.mean(shuffled)), p

# %%
figure, axes = plt.subplots(figsize=(9, 4))
axes.hist(shuffled, bins=30, color=style.GREY)
axes.axvline(observed, color=style.VERMILION, lw=2)
axes.annotate(
    style.says(f"实际值 {observed:.3f}", f"observed {observed:.3f}"),
    (observed, axes.get_ylim()[1] * 0.9),
    xytext=(6, 0),
    textcoords="offset points",
    color=style.VERMILION,
)
axes.set_xlabel(
    style.says("E–I 指数（−1 全在街道内，1 全跨街道）", "E–I index (−1 within, 1 across)")
)
axes.set_ylabel(style.says("重排（次）", "shuffles"))
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：E–I 指数与随机重排街道 999 次相比",
    "Synthetic district, not real: E–I index against 999 shuffles",
)

# %% [markdown]
# 读法：实际值低于全部或几乎全部重排，说明联系**比偶然更偏向**同一街道，尽管绝对数仍以跨街道为多。两句话都对，报告时要一起说。
# 这个检验保持网络不变、只换标签；它不考虑街道大小以外的原因（比如同一街道的单位行业相近）。

# %% [markdown]
# ## 分辨率：圈子有多大，由参数说了算
#
# 社群没有唯一的“正确答案”。分辨率参数小，分得粗；大，分得细。看结论是否随它改变：
#
# There is no one right partition. See whether the reading holds as the resolution changes.

# %%
steps = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0]
count, ami = [], []
for resolution in steps:
    summary = net.measure("communities", resolution=resolution).summary
    count.append(summary["社群（两个点以上）"])
    ami.append(summary["社群与所选分组的一致度（AMI）"])
figure, axes = plt.subplots(figsize=(9, 4))
axes.plot(steps, ami, "o-", color=style.BLUE)
for x, y, number in zip(steps, ami, count, strict=True):
    axes.annotate(
        style.says(f"{number} 个社群", f"{number} communities"),
        (x, y),
        xytext=(0, 8),
        textcoords="offset points",
        ha="center",
        fontsize="small",
    )
axes.set_ylim(0, 1)
axes.set_xlabel(style.says("分辨率（无单位）", "resolution (no unit)"))
axes.set_ylabel(style.says("一致度 AMI（0 如偶然，1 重合）", "agreement AMI (0 chance, 1 same)"))
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：社群与街道的一致度随分辨率变化",
    "Synthetic district, not real: agreement of communities and subdistricts",
)

# %% [markdown]
# ## 联盟与联盟
#
# 换一个角度：两个联盟有共同成员就相连。`g.network` 给出的网络转成 NetworkX 的图，就能用它的全部函数。
# 下面按连通部分排列，格子里是共同成员数，对角线是联盟载明的成员数；没有共同成员的联盟不列。
#
# Alliances joined by members in common, with plain NetworkX; the diagonal has the members of each.

# %%
shared = s.network("shared-members").to_networkx()
parts = sorted((part for part in nx.connected_components(shared) if len(part) > 1), key=len)[::-1]
order = [
    alliance
    for part in parts
    for alliance in sorted(part, key=lambda one: (-shared.degree(one, weight="weight"), one))
]
common = nx.to_numpy_array(shared, nodelist=order)
members = s.measure("alliance-size").df().set_index("iri").members
np.fill_diagonal(common, members[order].astype(float))
[len(part) for part in parts]

# %%
figure, axes = plt.subplots(figsize=(10, 6.4))
image = axes.imshow(np.where(common > 0, common, np.nan), cmap="Blues", vmin=0, aspect="auto")
labels = [f"{style.name(shared.nodes[one]['label'])}  {row}" for row, one in enumerate(order, 1)]
axes.set_xticks(range(len(order)), range(1, len(order) + 1), fontsize="small")
axes.set_yticks(range(len(order)), labels, fontsize="small")
for (row, column), value in np.ndenumerate(common):
    if value:
        shade = "white" if value > common.max() * 0.6 else "black"
        axes.text(column, row, f"{value:.0f}", ha="center", va="center", color=shade, fontsize=9)
figure.colorbar(image, label=style.says("共同成员（个）", "members in common"))
axes.set_xlabel(style.says("联盟（编号同左）", "alliance, by its number"))
axes.set_ylabel(style.says("联盟", "alliance"))
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：联盟之间的共同成员",
    "Synthetic district, not real: members that alliances share",
)

# %% [markdown]
# ## 这份笔记不能告诉你什么 / What this cannot tell you
#
# - 真实的港北区有没有跨街道的圈子，这里**没有答案**；以上的数全部来自生成的数据。
# - 社群是按联系疏密**算出来的**，不是谁成立的组织；换算法、换分辨率，分法就不同。
# - 圈子与街道重合，可能因为联盟本来就按街道组建，谈不上“壁垒”；不重合，也不等于联动得好。
# - 街道未载明的组织不参加对照；这样的组织多，结论就只适用于其余的部分。
#
# *Whether circles cross borders in the real district has no answer here. Communities are computed, not founded; agreement with borders is neither a fault nor a merit.*

# %% [markdown]
# ## 引用 / Cite

# %%
g.cite()

# %%
s.cite()
