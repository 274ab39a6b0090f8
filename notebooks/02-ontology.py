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
# # 本体举例
#
# *The ontology by example: classes, kinds, named graphs, dates and memberships, each shown on a case.*
#
# 本体 `pba` 规定了图谱里能说什么、怎么说。这份笔记不逐条讲术语，只用例子说明几个容易弄错的地方：
# 类与类别概念、一句话一个图、明载与推断、代码的时点、成员关系。
# 全部术语的定义见 `make docs` 生成的术语页。
#
# Things that are easily mistaken, each on an example. The examples are real except the last, which is synthetic and says so.

# %%
import matplotlib.pyplot as plt
import networkx as nx

import kg

import style
from data import real, synthetic

# %load_ext kg.magic
style.use()
g = kg.open(real())
g.told

# %% [markdown]
# ## 一、联盟分几类
#
# 本体就在图谱里，和数据一样可以查询。下面取“党建联盟”及其全部下位类。
#
# The ontology is in the graph and is queried like the data.

# %% language="kg"
# SELECT ?term ?label ?definition {
#   ?class rdfs:subClassOf* pba:Alliance ; rdfs:label ?label ; skos:definition ?definition .
#   FILTER(LANG(?label) = "zh" && LANG(?definition) = "zh")
#   BIND(?class AS ?term)
# }
# ORDER BY ?label

# %%
above = g.query(
    """
    SELECT ?narrow ?wide {
      ?c rdfs:subClassOf+ pba:Alliance ; rdfs:subClassOf ?d ; rdfs:label ?narrow .
      ?d rdfs:label ?wide
      FILTER(LANG(?narrow) = $lang && LANG(?wide) = $lang && ?d != org:OrganizationalCollaboration)
    } ORDER BY ?narrow
    """,
    lang=style.says("zh", "en"),
).rows()
tree = nx.DiGraph((wide, narrow) for narrow, wide in above)
root = next(node for node, degree in tree.in_degree() if degree == 0)
order = list(nx.dfs_preorder_nodes(tree, root))
depth = nx.single_source_shortest_path_length(tree, root)

figure, axes = plt.subplots(figsize=(9, 3.2))
for row, label in enumerate(order):
    axes.text(depth[label] + 0.05, row, label, va="center")
    axes.plot(depth[label], row, "o", color=style.BLUE)
    for parent in tree.predecessors(label):
        corner = [depth[parent], depth[parent], depth[label]]
        axes.plot(corner, [order.index(parent), row, row], color=style.GREY, zorder=0)
axes.set(xlim=(-0.2, 4), ylim=(len(order) - 0.4, -0.6), xticks=range(3), yticks=[])
axes.spines["left"].set_visible(False)
axes.set_xlabel(style.says("层次（0 为党建联盟）", "depth (0 is the alliance)"))
axes.set_ylabel(style.says("类（按层次缩进）", "classes, indented by depth"))
style.frame(figure, g.told, "本体 pba：党建联盟的下位类", "Ontology pba: the classes of alliances")

# %% [markdown]
# ## 二、类、类别概念、个体
#
# 报道第 13 句说“区域党建联盟”由社区大党委发起。它说的不是哪一个联盟，而是**一类**联盟：图谱里这是一个类别概念，没有名字、没有成员。
# 第 25 句点了三个联盟的名字，它们才是个体。下面的 `named` 和 `kinds` 分开计数。
#
# Sentence 13 speaks of a kind of alliance, sentence 25 names three. A kind is never counted as a thing.

# %% tags=["answers-alliance-kinds"]
g.saved("alliance-kinds")

# %% [markdown]
# 街道“大工委”、社区“大党委”也是类别概念：制度说的是每个街道、每个社区，没有点任何一个的名。

# %% tags=["answers-great-committees"]
g.saved("great-committees")

# %% [markdown]
# ## 三、一句话一个图
#
# 每个陈述都放在一个具名图里，一句原文一个图，图上记着原文。所以“这是谁说的”不必另外去查：问的时候把图一起取出来即可。
#
# Each statement stands in the named graph of the sentence that says it.

# %%
alliance = "小个专党建联盟"

# %% language="kg"
# SELECT ?sentence ?certainty ?relation ?object {
#   GRAPH ?graph { ?alliance ?p ?o }
#   ?alliance a pba:Alliance ; rdfs:label ?name .
#   ?graph pba:sentenceNumber ?sentence ; pba:certainty ?c .
#   ?c rdfs:label ?certainty .
#   OPTIONAL { ?p rdfs:label ?relation FILTER(LANG(?relation) = "zh") }
#   OPTIONAL { ?o rdfs:label ?label FILTER(LANG(?label) = "zh") }
#   BIND(COALESCE(?label, STR(?o)) AS ?object)
#   FILTER(STR(?name) = $alliance && LANG(?certainty) = "zh")
# }
# ORDER BY ?certainty ?relation

# %% [markdown]
# ## 四、明载、推断、推导
#
# - **明载**：原文就是这么说的。
# - **推断**：字里行间读出来的，写明理由，比如“属于打造两建红色引擎”是由上一句的小标题读出的。
# - **推导**：由规则从前两种得出，比如小个专党建联盟是一个党建联盟。
#
# Stated, inferred (with a reason), entailed (by a rule): three kinds of graphs, never mixed.

# %%
certainty = g.query(
    """
    SELECT ?certainty (COUNT(DISTINCT ?g) AS ?graphs) (COUNT(*) AS ?triples) {
      ?g pba:certainty ?c . ?c rdfs:label ?certainty . GRAPH ?g { ?s ?p ?o }
      FILTER(LANG(?certainty) = $lang)
    } GROUP BY ?certainty ORDER BY DESC(?triples)
    """,
    lang=style.says("zh", "en"),
).df()
certainty

# %%
figure, axes = plt.subplots(figsize=(9, 2.6))
bars = axes.barh(
    certainty.certainty, certainty.triples, color=[style.BLUE, style.SKY, style.ORANGE]
)
axes.bar_label(bars, fmt="{:,.0f}", padding=3)
axes.invert_yaxis()
axes.set_xlabel(style.says("三元组（条）", "triples"))
axes.set_ylabel(style.says("确定性", "certainty"))
style.frame(
    figure, g.told, "港北区数据：三元组按确定性", "Gangbei data: triples by how they are known"
)

# %% [markdown]
# 推断的陈述连同理由，`inferred` 一问就有。

# %%
g.saved("inferred").df(titles=True).head(6)

# %% [markdown]
# ## 五、代码只对一定时点有效
#
# 同一个地方在两张代码表里各出现一次，时点写在 `dcterms:valid` 上。
# 连接数据要用代码**加时点**，不能只用名称：名称可以重复，也可以改。
#
# Join on the code and its date, never on the name alone.

# %% tags=["answers-place-codes"]
g.saved("place-codes").df(titles=True)

# %% [markdown]
# ## 六、成员关系是一个节点（生成的数据）
#
# 谁在什么时候以什么身份加入联盟，一条边装不下，所以成员关系自己是一个节点：成员、联盟、起止、角色、联系程度。
# 港北区的资料没有载明任何成员，下面用**生成的区**举例。其中没有任何真实内容：99 不是任何省的代码，名称都是造出来的。
#
# A membership is a node of its own. 港北区 has none that is stated, so this example is **synthetic: nothing in it is real**.

# %%
s = kg.open(synthetic())
s.query(
    """
    SELECT ?member ?alliance ?role ?level ?since ?until {
      ?m a pba:AllianceMembership ; org:member ?a ; org:organization ?b .
      ?a rdfs:label ?member . ?b a pba:Alliance ; rdfs:label ?alliance .
      OPTIONAL { ?m org:role/rdfs:label ?role FILTER(LANG(?role) = "zh") }
      OPTIONAL { ?m pba:tieLevel/rdfs:label ?level FILTER(LANG(?level) = "zh") }
      OPTIONAL { ?m pba:validFrom ?since } OPTIONAL { ?m pba:validUntil ?until }
    } ORDER BY DESC(BOUND(?until)) ?since ?member LIMIT 8
    """
).df()

# %% [markdown]
# 这样一来，“某年某月有哪些成员”“牵头的是谁”都能问；表里的 `<NA>` 是未载明，不是没有期限，也不是没有角色。

# %% [markdown]
# ## 这份笔记不能告诉你什么 / What this cannot tell you
#
# - 本体规定词义，不规定事实。有“轮值主席”这个词，不等于哪个联盟有轮值主席。
# - 类别概念上的陈述不能分摊到个体：说“街道党工委有调度权”，推不出贵城街道党工委实际调度过什么。
# - 推断是读者的判断，理由写在图上；不同意的可以去掉 `#sN-inferred` 这些图再算一遍。
# - 三元组的多少说明建模的细密程度，不说明事情的重要程度。
#
# *An ontology fixes words, not facts. What is said of a kind is not shared out among things, and how many triples there are says how finely a text was modelled, not how much it matters.*

# %% [markdown]
# ## 引用 / Cite

# %%
g.cite()

# %%
s.cite()
