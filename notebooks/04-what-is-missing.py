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
# # 缺什么
#
# *What is missing: what the source does not answer, lists left open, damaged print, and coverage.*
#
# “表里没有”有三种意思，分不清就会得出错误的结论：
#
# 1. **载明没有**：资料说了“没有”。例如登记表写明“无党员”。
# 2. **未载明**：资料没有说。这是最常见的一种。
# 3. **没有建模**：资料说了，图谱没有记。
#
# 前半部分用港北区的真实资料，后半部分用生成的区演示覆盖测度。
#
# “Not in the table” can mean stated as none, not stated, or not modelled. The first half is real, the second synthetic.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import kg

import style
from data import real, synthetic

style.use()
g = kg.open(real())
g.told

# %% [markdown]
# ## 原文没有回答的问题
#
# 有些问题是特意为“没有答案”而设的：“四个聚焦”是哪四个、三个联盟的成员是谁、何时成立。
# 问了没有行，`notes` 说明原文怎样没有说；下面把它们找全。
#
# Some questions are there because the source does not answer them; `notes` says what it leaves unsaid.

# %% tags=["unanswered"]
needed = {"communities": {"street": "贵城街道"}, "relations": {"thing": "区域党建联盟"}}
asked = {name: g.saved(name, **needed.get(name, {})) for name in g.questions if name != "measured"}
unanswered = pd.DataFrame(
    [(name, g.questions[name], *result.notes) for name, result in asked.items() if not result],
    columns=["name", "question", "not stated"],
)
unanswered

# %% [markdown]
# （`measured` 不在其列：它问的是写回库中的测度，这个库没有写过。）
#
# ## 未列全的清单
#
# “等”“一批”表示后面还有。图谱给这样的事物打上未列全的标记；对它们计数，得到的只是下限。
#
# A list that ends in 等 is open: what is counted from it is a lower bound.

# %% tags=["answers-open-lists"]
g.saved("open-lists")

# %% [markdown]
# ## 印坏的字
#
# 原文第 12 句印作“大会诊、武等6大行动”：六项行动，只认得出两个名称和一个残字。残字照录，不补；所以能列出的是两项，数目是六项。
#
# Six actions, two clean names and a fragment. The fragment is kept as printed and not repaired.

# %% tags=["answers-campaign-parts"]
g.saved("campaign-parts")

# %% tags=["answers-damaged-print"]
g.saved("damaged-print").df(titles=True)

# %% [markdown]
# ## 答了多少，没答多少
#
# 把现成的问题分成有答案和没有答案两类。这张图说的是**这篇报道**与**这些问题**，换一批问题，比例就不同。

# %%
answered = pd.Series({name: bool(result) for name, result in asked.items()})
counts = answered.value_counts().reindex([True, False])
figure, axes = plt.subplots(figsize=(9, 2.2))
bars = axes.barh(
    [style.says("有答案", "answered"), style.says("原文未载明", "not stated")],
    counts,
    color=[style.BLUE, style.GREY],
)
axes.bar_label(bars, fmt="%d", padding=3)
axes.invert_yaxis()
axes.set_xlabel(style.says("问题（个）", "questions"))
axes.set_ylabel(style.says("答案", "answer"))
style.frame(figure, g.told, "港北区数据：现成的问题有没有答案", "Gangbei data: saved questions")

# %% [markdown]
# ## 真实数据的覆盖：几乎无从测起
#
# 覆盖测度要有单位名单。港北区的资料只点了一家企业的名，所以结果只有一行。`tier-gaps` 一行一个街道：与区级、与社区的联系一律未载明。
# 这不是说没有联系，而是这些资料里没有写。
#
# Coverage needs a register of units. The real data name one enterprise; this table is about the data, not about the district.

# %%
g.measure("coverage")

# %%
gaps = g.measure("tier-gaps").df()
gaps[
    ["name", "district_subordinate", "district_dispatched", "district_authority", "communities"]
].rename(
    columns={
        "name": "街道（乡镇）",
        "district_subordinate": "与区级：隶属",
        "district_dispatched": "与区级：派出",
        "district_authority": "与区级：权限",
        "communities": "社区和村（个）",
    }
)

# %% [markdown]
# ## 生成的区：覆盖测度怎么读
#
# 以下数据是**生成的，其中没有任何真实内容**。区名“甲子区”不存在，数值只用来说明读法。
#
# From here on the data are **synthetic**: nothing in them is real.

# %%
s = kg.open(synthetic())
covered = s.measure("coverage")
covered

# %%
frame = covered.df().sort_values("units")
figure, axes = plt.subplots(figsize=(9, 5))
names = frame.street.map(style.name)
rest = frame.units - frame.in_alliance
stated = style.says("载明加入联盟", "stated as members")
unknown = style.says("未载明", "not stated")
axes.barh(names, frame.in_alliance.astype(int), color=style.BLUE, label=stated)
bars = axes.barh(
    names, rest.astype(int), left=frame.in_alliance.astype(int), color=style.GREY, label=unknown
)
axes.bar_label(bars, labels=[f"{share:.0%}" for share in frame.share], padding=3)
axes.set_xlabel(style.says("单位（个）；右侧为载明的占比", "units; on the right the share stated"))
axes.set_ylabel(style.says("街道、乡镇", "subdistricts and townships"))
axes.legend(frameon=False, loc="lower right")
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：各街道、乡镇的单位有多少载明加入联盟",
    "Synthetic district, not real: units stated as members of an alliance",
)

# %% [markdown]
# 灰色是“未载明”，不是“没有加入”。登记了覆盖情况的单位可以分得更细：有自己的党组织、联合建立、派了指导员、**载明没有党员**、待建、不明；最后一列是连登记都没有的。

# %%
statuses = {
    "OwnOrganization": ("单独建立", "own organisation"),
    "JointOrganization": ("联合建立", "joint organisation"),
    "InstructorSent": ("派指导员", "instructor sent"),
    "NoMembers": ("载明无党员", "stated: no members"),
    "ToBeEstablished": ("待建", "to be established"),
    "Unknown": ("载明不明", "stated: unknown"),
    "no_status": ("未载明", "not stated"),
}
totals = covered.df()[list(statuses)].sum()
figure, axes = plt.subplots(figsize=(9, 3.2))
colours = [style.BLUE] * 3 + [style.ORANGE] * 3 + [style.GREY]
bars = axes.barh([style.says(*words) for words in statuses.values()], totals, color=colours)
axes.bar_label(bars, fmt="%d", padding=3)
axes.invert_yaxis()
axes.set_xlabel(style.says("单位（个）", "units"))
axes.set_ylabel(style.says("登记的情况", "status in the register"))
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：单位的党组织覆盖情况",
    "Synthetic district, not real: status of Party coverage of units",
)

# %% [markdown]
# ## 下一步找谁
#
# `uncovered` 给出没有载明加入联盟的单位，其中两新组织又没有载明党组织的排在前面。这是一份待核实的名单，不是问题清单。
#
# A list to be verified, not a list of failings.

# %%
s.measure("uncovered").df().drop(columns="iri").head(8)

# %% [markdown]
# ## 三级联动缺口
#
# 每个街道的社区，有多少与街道之间有某种载明的联系。浅色的格子是资料里联系少的地方。

# %%
ways = {
    "community_subordinate": ("隶属", "subordinate"),
    "community_managed": ("双重管理", "joint management"),
    "community_authority": ("权限", "authority"),
    "community_alliance": ("联盟", "alliance"),
    "community_co-building": ("共建", "co-building"),
}
gaps = s.measure("tier-gaps").df()
gaps = gaps[gaps.communities > 0].set_index("name")
share = gaps[list(ways)].div(gaps.communities, axis=0).astype(float)
figure, axes = plt.subplots(figsize=(8, 5.2))
image = axes.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
labels = [style.says(*words) for words in ways.values()]
axes.set_xticks(range(len(ways)), labels, rotation=20, ha="right")
axes.set_yticks(range(len(share)), [style.name(name) for name in share.index])
for (row, column), value in np.ndenumerate(share):
    dark = "white" if value > 0.6 else "black"
    axes.text(column, row, f"{value:.0%}", ha="center", va="center", color=dark, fontsize="small")
figure.colorbar(
    image,
    label=style.says("有载明联系的社区占比（0 至 1）", "share of communities with a stated link"),
)
axes.set_xlabel(style.says("联系方式", "kind of link"))
axes.set_ylabel(style.says("街道、乡镇", "subdistricts and townships"))
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：街道与社区的载明联系",
    "Synthetic district, not real: stated links of streets and communities",
)

# %% [markdown]
# ## 这份笔记不能告诉你什么 / What this cannot tell you
#
# - 未载明的单位实际加入了没有，这里不知道；要知道，得去问，或者找别的来源。
# - 覆盖率的分母是**资料列出的**单位。名单不全，覆盖率就不可比：名单越短，占比可能越好看。
# - 没有建模的内容，图谱自己看不出来；这篇报道逐句核对过（见 `data/sources/gangbei-2019.coverage.csv`），别的来源要另外核对。
# - 生成的区只用来说明读法，它的比例是生成程序定的，不反映任何地方。
#
# *Whether a unit that is not stated has joined is unknown here. Shares are of the units that the data list. The synthetic shares reflect no place.*

# %% [markdown]
# ## 引用 / Cite

# %%
g.cite()

# %%
s.cite()
