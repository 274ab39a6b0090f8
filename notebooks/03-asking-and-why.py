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
# # 提问与依据
#
# *Asking and why: saved questions, SPARQL, typed frames, and the sentences that each row rests on.*
#
# 三种问法（现成的问题、SPARQL、`%%kg` 单元格），一种答案（`Result`），以及每个答案都能回答的追问：**凭什么**。
# 数据是港北区的真实数据。
#
# Three ways to ask, one kind of answer, and the question that each answer answers in turn: what does it rest on?

# %%
import datetime

import matplotlib.pyplot as plt
import pandas as pd

import kg

import style
from data import real

# %load_ext kg.magic
style.use()
g = kg.open(real())
g.told

# %% [markdown]
# ## 现成的问题
#
# 参数用 Python 的值：名称、日期、数字。名称按 `kg search` 的规则找到对应的事物，找不到就报错并给出相近的名称，不会悄悄给一张空表。

# %%
day = datetime.date(2019, 10, 31)
communities = g.saved("communities", street="贵城街道", date=day)
communities

# %%
try:
    g.saved("communities", street="贵成街道")
except kg.KGError as error:
    print(error)

# %% [markdown]
# ## SPARQL
#
# `g.query(文本, 名称=值)`：文本里的 `$名称` 由值代替，前缀不必声明。
# 值按词项填入，其中的引号、括号都只是文字，不会变成查询的一部分。
#
# Values go in as terms: nothing in them is read as SPARQL.

# %%
by_name = """
SELECT ?circle ?committee {
  ?c a pba:BusinessCircle ; rdfs:label ?circle .
  ?o pba:partyOrganizationOf ?c ; rdfs:label ?committee .
  FILTER(CONTAINS(?circle, $part))
}"""
g.query(by_name, part="凤凰").rows(), g.query(by_name, part='凤凰") || true #').rows()

# %% [markdown]
# 在单元格里直接写 SPARQL，`$place` 取 Python 变量 `place` 的值；没有这个变量就报错。

# %%
place = "港北区"

# %% magic_args="-o levels" language="kg"
# SELECT ?honour ?level {
#   ?h a pba:Honour ; pba:title ?honour ; pba:holder/rdfs:label ?holder ; pba:honourLevel ?l .
#   ?l rdfs:label ?level .
#   FILTER(STR(?holder) = $place && LANG(?level) = "zh")
# }
# ORDER BY ?honour

# %% [markdown]
# 拼错的词不会悄悄变成空表：`notes` 和表下的一行会指出来。

# %%
g.query("SELECT ?a { ?a a pba:Aliance }").notes

# %% [markdown]
# ## 一个答案，几种形状
#
# | 写法 | 得到 |
# |---|---|
# | `.df()` | pandas：整数 Int64、小数 Decimal、日期 datetime64、未载明为 NA |
# | `.pl()` | polars |
# | `.rows()` | Python 元组 |
# | `.graph()` | CONSTRUCT、DESCRIBE 的三元组，rdflib 图 |
# | `.why()` | 每一行的依据 |

# %% tags=["answers-grid-average"]
average = g.saved("grid-average")
average.df()

# %%
average.df().dtypes.astype(str).to_dict(), average.rows()

# %% [markdown]
# 8.18 是算出来的（180 ÷ 22，Decimal，不是浮点数），报道没有写“平均”。它的依据因此是两个数据所在的那一句：

# %%
average.why()

# %% [markdown]
# `describe` 取关于一个事物的全部陈述，`.graph()` 把它们变成 rdflib 的图。有几条三元组：

# %%
len(g.describe("凤凰社区城市商圈").graph())

# %% [markdown]
# ## 凭什么
#
# 谁对谁有什么权？每一行都可以追到原文第 6 句。
#
# Every row leads to the words that say it.

# %% tags=["answers-authority"]
authority = g.saved("authority")
authority

# %%
why = authority.why().df()
why[["row", "place", "quote", "certainty"]]

# %% [markdown]
# `row` 是行号（从 0 数）。行和依据可以像普通表一样连接：

# %%
authority.df().join(why.set_index("row")[["place", "certainty"]])

# %% [markdown]
# ## 有的行靠推断
#
# “联盟属于打造两建红色引擎”没有哪一句直接说：第 24 句是小标题，第 25 句列出联盟，归属由排版读出。依据里标作 `Inferred`。

# %% tags=["answers-alliance-programme"]
programme = g.saved("alliance-programme")
programme.df()

# %%
programme.why().df()[["row", "place", "certainty", "quote"]]

# %% [markdown]
# ## 每句原文撑起多少行答案
#
# 把全部现成的问题问一遍，数每一句出现在多少行的依据里。蓝色是明载，橙色是推断。
# 多少反映问题问了什么，也反映这一句写得多密，不是它的重要程度。
#
# All saved questions that need no value, and how many of their rows rest on each sentence.

# %%
needed = {"communities": {"street": "贵城街道"}, "relations": {"thing": "区域党建联盟"}}
asked = {name: g.saved(name, **needed.get(name, {})) for name in g.questions if name != "measured"}
places = pd.concat(
    result.why().df().assign(question=name) for name, result in asked.items() if result
)
sentences = places[places.place.str.fullmatch(r"原文第\d+句")].copy()
sentences["sentence"] = sentences.place.str.extract(r"(\d+)", expand=False).astype(int)
support = (
    sentences.drop_duplicates(["question", "row", "sentence", "certainty"])
    .groupby(["sentence", "certainty"])
    .size()
    .unstack(fill_value=0)
    .reindex(range(34), fill_value=0)
)
support.sum()

# %%
figure, axes = plt.subplots(figsize=(10, 4))
labels = {
    "Stated": style.says("明载", "stated"),
    "Inferred": style.says("推断", "inferred"),
}
support[["Stated", "Inferred"]].rename(columns=labels).plot.bar(
    ax=axes, stacked=True, width=0.8, rot=0, color=[style.BLUE, style.ORANGE]
)
axes.set_xlabel(style.says("原文第几句（从 0 数）", "sentence of the article, from 0"))
axes.set_ylabel(style.says("答案（行）", "rows"))
axes.legend(frameon=False)
style.frame(
    figure,
    g.told,
    "港北区综述：每句原文支撑的答案行数（全部现成的问题）",
    "Gangbei survey: rows of all saved questions that rest on each sentence",
)

# %% [markdown]
# ## 这份笔记不能告诉你什么 / What this cannot tell you
#
# - 依据说明答案**从哪里来**，不说明它对不对。一句话说错了，依据会忠实地引用这句错话。
# - 依据是“少一处就得不出这一行”的最小一组；另有别的依据时，这里只给出首选的一组（命令行 `--witnesses N` 可看更多）。
# - 没有结果的问题没有依据：依据证明有，证明不了没有。
# - 现成的问题是编写者选的，图上高的句子是问得多的句子。
#
# *Evidence tells where an answer comes from, not whether it is true; and of what is not stated there is no evidence.*

# %% [markdown]
# ## 引用 / Cite

# %%
g.cite()
