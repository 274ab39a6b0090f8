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
# # 十分钟认识港北区
#
# *Ten minutes with Gangbei District: what the shipped data say, how to ask, and where each answer was said.*
#
# 这份笔记用 `kg` 自带的真实数据：2019 年关于贵港市港北区城市基层党建的一篇报纸综述（逐句建模），以及国家统计局两个时点的统计用区划代码。
# 读完能做四件事：打开数据、问一个现成的问题、看到答案所依据的原文、把结果变成表和图。
#
# The data are real: a newspaper survey of 2019, modelled sentence by sentence, and the official division codes at two dates.

# %%
import matplotlib.pyplot as plt

import kg

import style
from data import real

style.use()
g = kg.open(real())

# %% [markdown]
# `real()` 在临时文件夹里建好一个库并给出路径；自己的库写 `kg.open("kg-data")`，远程端点写 `kg.open("http://…")`。
# 打开的是某一**代**数据：以后别人再写入，这里看到的也不会变。
#
# A graph stays on the generation it was opened at, whatever others write.

# %%
g.told

# %% [markdown]
# ## 资料从哪里来
#
# 现成的问题有七十多个，`g.questions` 列出名称和标题；`g.saved(名称)` 提问。先问这篇报道本身。
# 年份值得注意：报纸的版面上只有“6 月 3 日”，2019 年是从网页日期推断的，所以分两列写。
#
# The printed date has no year; 2019 is inferred from the page's date, so it has a column of its own.

# %% tags=["answers-report"]
g.saved("report")

# %% [markdown]
# 点开表下的“依据”，就能看到每一行的原文和出处；`[1]` 这样的编号对应其中的句子。

# %% [markdown]
# ## 图谱里有什么
#
# “具名”是资料点了名的事物，如贵城街道；“类别概念”是资料泛指的一类，如“街道党工委”，它不是任何一个具体的党工委。
# 两者分开计数，不能相加。
#
# Named things and kinds are counted apart: a sentence on 街道党工委 speaks of every such committee, not of one.

# %%
g.saved("holdings").df(titles=True).head(12)

# %% [markdown]
# ## 有哪些联盟
#
# 三个具名的联盟，一个泛指的类别（区域党建联盟，由社区大党委发起）。空格是**未载明**：报道没有写这三个联盟由谁发起。

# %% tags=["answers-alliances"]
g.saved("alliances")

# %% [markdown]
# 成员呢？报道一个成员单位也没有点名。答案写“成员未载明”，而不是 0，也不是空表：没有写不等于没有。
#
# No member is named. The answer says so; it is neither 0 nor an empty table.

# %% tags=["answers-alliance-members"]
g.saved("alliance-members")

# %% [markdown]
# ## 数字和它们的界限
#
# “120 多支”“500 多名”是下限，不是确数。读数字时，界限和期间要一起读。
#
# “More than 120” is a lower bound: read a figure with its bound and its period.

# %% tags=["answers-figures"]
g.saved("figures").df(titles=True)

# %% [markdown]
# ## 更短的写法
#
# 装上 `kg.magic` 以后，`%kg 名称` 就能提问，Tab 键补全问题的名称、参数和取值。

# %% tags=["answers-honours"]
# %load_ext kg.magic
# %kg honours

# %% [markdown]
# 参数写作 `名称=值`，值前加 `$` 就取 Python 变量的值。

# %%
place = "贵城街道"
# %kg communities street=$place date=2023-06-30

# %% [markdown]
# ## 按名称找
#
# 名称、旧名、拼音、首字母都能找到；`how` 说明是怎么找到的。

# %%
[(hit.name, hit.how) for hit in g.search("fenghuang")]

# %% [markdown]
# ## 第一张图：各街道、乡镇的社区数
#
# 用 SPARQL 直接数两个时点的社区代码。没有出现在某个时点的代码表里，就是当时没有这个代码；它说的是代码，不是社区何时成立。
#
# A new code says that the table has it at that date; when the community was founded it does not say.

# %% tags=["codes"]
counted = g.query(
    """
    SELECT ?street ?date (COUNT(?c) AS ?communities) {
      ?c a pba:Community ; pba:within ?s ; dcterms:valid ?date .
      ?s pba:areaCode ?code ; rdfs:label ?street .
    } GROUP BY ?street ?code ?date ORDER BY ?code ?date
    """
).df()
by_street = counted.pivot_table(
    index="street", columns="date", values="communities", sort=False, fill_value=0
)
by_street.columns = by_street.columns.strftime("%Y-%m-%d")
by_street.astype("Int64")

# %%
figure, axes = plt.subplots()
shown = by_street.rename(index=style.name)
shown.plot.bar(ax=axes, rot=0, width=0.7, color=[style.SKY, style.BLUE])
for bars in axes.containers:
    axes.bar_label(bars, fmt="%d", padding=2)
axes.set_xlabel(style.says("街道或镇", "subdistrict or town"))
axes.set_ylabel(style.says("社区代码（个）", "codes of communities"))
axes.legend(title=style.says("代码时点", "date of the codes"), frameon=False)
style.frame(
    figure,
    g.told,
    "港北区：有社区的街道和镇，两个时点的社区代码数",
    "Gangbei District: codes of communities at two dates",
)

# %% [markdown]
# 2019 年贵城街道 18 个、港城街道 4 个，合计 22 个，与报道所说的“22 个社区”相符；大圩镇另有 1 个，不在其内。
#
# The two subdistricts had 18 + 4 = 22 in 2019, which agrees with the article; the town had one more.

# %% [markdown]
# ## 联盟图
#
# `g.map()` 给出一个离线网页，在笔记里放进隔离的框架中显示；`save` 存成文件，双击即可打开。
# 点一个圆看它的全部关系和原文。
#
# The map is one offline page, shut off from the notebook; `save` writes it to a file.

# %%
g.map(focus="荷城社区")

# %% [markdown]
# ## 这份笔记不能告诉你什么 / What this cannot tell you
#
# - 报道是一篇综述，说的是它想说的成绩。图谱忠实记下它**说了什么**，不判断说得对不对，也没有第二个来源印证。
# - 联盟的成员、成立时间、牵头单位都未载明，所以真实数据里画不出“谁和谁结盟”的网络；需要网络的笔记用生成的数据，并且写明。
# - 代码表只有两个时点。中间发生了什么、新代码的社区从哪里划出，表里没有。
# - 22 是 2019 年的社区数；2023 年的社区已是 36 个，不能拿 2019 年的数去说今天。
#
# *The survey reports achievements; the graph keeps what it says and judges nothing. Members, founding dates and leads of the alliances are not stated, and between the two dates of the codes nothing is known.*

# %% [markdown]
# ## 引用 / Cite

# %%
g.cite()
