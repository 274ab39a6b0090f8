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
# # 随时间的变化
#
# *Change over time: official codes at two dates, memberships that begin and end, and generations of the data.*
#
# 有三种“时间”，不要混用：事情**发生**的时间（成员何时加入），资料**说到**的时间（代码表的时点、见报日期），数据**写入**的时间（代）。
#
# Three times that must not be mixed: when a thing happened, of when a source tells, and when the data were written.

# %%
import matplotlib.pyplot as plt
import pandas as pd

import kg
from kg.exceptions import KGError

import style
from data import real, synthetic

style.use()
g = kg.open(real())
g.told

# %% [markdown]
# ## 真实数据：两个时点的代码
#
# 2019-10-31 和 2023-06-30 两张表之间，多了 13 个社区代码，没有减少，没有改名。
# `after` 和 `until` 是一个区间：新增发生在前一张表**之后**、后一张表**之前**（含当日），哪一天未载明。
#
# Thirteen codes are new. The change lies somewhere between the two dates; the day is not stated.

# %% tags=["answers-area-changes"]
changes = g.saved("area-changes")
changes.df()

# %%
added = changes.df().groupby("within", sort=False).size().sort_values()
figure, axes = plt.subplots(figsize=(9, 2.6))
bars = axes.barh(added.index.map(style.name), added, color=style.BLUE)
axes.bar_label(bars, fmt="%d", padding=3)
axes.set_xlabel(style.says("新增代码（个）", "codes added"))
axes.set_ylabel(style.says("街道或镇", "subdistrict or town"))
style.frame(
    figure,
    g.told,
    "港北区：2019-10-31 之后、2023-06-30 为止新增的社区代码",
    "Gangbei District: codes added after 2019-10-31, no later than 2023-06-30",
)

# %% [markdown]
# 同一个问题，换一个时点问，就是另一个答案。差集说明多了谁：

# %%
then = g.saved("communities", street="贵城街道", date="2019-10-31").df()
now = g.saved("communities", street="贵城街道", date="2023-06-30").df()
now[~now.code.isin(then.code)]

# %% [markdown]
# 报道见报于 2019 年 6 月 3 日（年份是推断的），说有 22 个社区。要核对它，得用 2019 年的代码，不是 2023 年的：

# %% tags=["answers-grids"]
g.saved("grids").df()

# %%
{
    day: sum(len(g.saved("communities", street=one, date=day)) for one in ("贵城街道", "港城街道"))
    for day in ("2019-10-31", "2023-06-30")
}

# %% [markdown]
# ## 真实数据没有的时间
#
# 联盟何时成立，报道没有写。所以真实数据里画不出联盟的时间线。

# %%
g.saved("alliance-founding")

# %% [markdown]
# ## 生成的区：成员的进出
#
# 以下是**合成数据，并非真实**。成员关系有起止日期，`as_of` 取某一天有效的部分。
# 没有载明起始的按一直有效计，没有载明终止的按至今有效计——这是约定，不是事实。
#
# From here on **synthetic**. What has no date is counted as holding: a convention, not a fact.

# %%
s = kg.open(synthetic())
days = pd.date_range("2020-01-01", "2025-01-01", freq="QS")
size = pd.DataFrame(
    {
        "memberships": [
            s.network("alliances", as_of=f"{day:%Y-%m-%d}").number_of_edges() for day in days
        ],
        "organisations": [len(s.network("co-members", as_of=f"{day:%Y-%m-%d}")) for day in days],
    },
    index=days,
)
size.iloc[[0, 4, 8, 12, 16, 20]]

# %%
figure, axes = plt.subplots()
axes.step(
    size.index,
    size.memberships,
    where="post",
    color=style.BLUE,
    label=style.says("有效的成员关系（个）", "memberships that hold"),
)
axes.step(
    size.index,
    size.organisations,
    where="post",
    color=style.ORANGE,
    linestyle="--",
    label=style.says("至少加入一个联盟的组织（个）", "organisations in at least one alliance"),
)
axes.set_ylim(bottom=0)
axes.set_xlabel(style.says("日期（年）", "date (years)"))
axes.set_ylabel(style.says("个数", "number"))
axes.legend(frameon=False, loc="lower right")
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：联盟成员随时间的变化（每季度首日）",
    "Synthetic district, not real: members over time, first day of each quarter",
)

# %% [markdown]
# ## 两个日期之间，谁进谁出
#
# 稳定度是前后都在的成员占前后任一时点在册成员的比例（Jaccard）：1 没有变化，0 全部换过。

# %%
changed = s.measure("change", before="2021-12-31", after="2024-12-31")
changed

# %%
table = changed.df().sort_values(["turnover", "after"]).tail(10)
figure, axes = plt.subplots(figsize=(9, 4.8))
rows = range(len(table))
joined = style.says("加入", "joined")
left = style.says("退出", "left")
axes.barh(rows, table.joined.astype(int), color=style.BLUE, label=joined)
axes.barh(rows, -table.left.astype(int), color=style.ORANGE, hatch="xx", label=left)
axes.axvline(0, color=style.BLACK, lw=0.8)
# Names may be the same, so rows go by number.
axes.set_yticks(rows, map(style.name, table.name))
axes.set_xlabel(style.says("成员（个；退出向左）", "members (left of 0: left)"))
axes.set_ylabel(style.says("联盟", "alliance"))
axes.legend(frameon=False, loc="lower right")
style.frame(
    figure,
    s.told,
    "合成数据（甲子区，并非真实）：2021 年末至 2024 年末各联盟的进出（变动最多的十个）",
    "Synthetic district, not real: joined and left, end of 2021 to end of 2024",
)

# %% [markdown]
# 日期写错或前后颠倒，会直接报错，不会给出一个数：

# %%
try:
    s.measure("change", before="2024", after="2021")
except KGError as error:
    print(error)

# %% [markdown]
# ## 第三种时间：数据的代
#
# 写入一次就多一代，旧的代不变。`kg.open(…, generation=1)` 打开旧的一代，`refresh()` 换到最新的一代，`kg diff` 列出两代之间说法的增减。
# 论文里写下内容摘要，别人用同样的资料建库会得到同样的摘要：
#
# Each write is a generation. Cite the digest: the same sources give the same one.

# %%
(g.cite().generation, g.cite().digest)

# %% [markdown]
# ## 这份笔记不能告诉你什么 / What this cannot tell you
#
# - 两张代码表之间的变化只有头尾：中间是否有增有减、新代码的社区从哪里划出，未载明。代码新增不等于社区新设。
# - 港北区的联盟何时成立、成员何时进出，未载明。
# - 生成的区里，前几年只增不减是生成程序的设定，不是规律。
# - “没有日期的一直计入”会让早期的网络偏大。真实数据里没有日期的多，时间线就不可信，先数一数有多少没有日期（`change` 的摘要里有）。
# - 退出的日期常常比加入的日期漏记得多，近期的数因此偏大。
#
# *Between two tables only the ends are known. That undated memberships always hold makes early networks too large, and exits are recorded less well than entries.*

# %% [markdown]
# ## 引用 / Cite

# %%
g.cite()

# %%
s.cite()
