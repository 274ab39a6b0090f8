"""Structural holes, and where a network hangs on one tie or one node."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kg.analytics.nodes import shown
from kg.analytics.result import (
    KIND,
    NOT_STATED,
    RANK,
    THING,
    Column,
    Result,
    Texts,
    Value,
    numbers,
    told_apart,
)
from kg.network import Linkage
from kg.network.algorithms import cuts as falling
from kg.network.algorithms import holes
from kg.network.graph import ArrayGraph, Floats, Ints

_TITLES: Mapping[str, Texts] = {
    "constraint": {"zh": "约束度", "en": "constraint"},
    "effective_size": {"zh": "有效规模", "en": "effective size"},
    "efficiency": {"zh": "效率", "en": "efficiency"},
    "degree": {"zh": "联系数", "en": "degree"},
    "cut_off": {"zh": "被隔开的点数", "en": "nodes cut off"},
    "parts": {"zh": "分成几块", "en": "parts"},
}


def constraint(
    linkage: Linkage, *, network: str, lang: str = "zh", weighted: bool = False
) -> Result:
    """Burt's constraint, the least first; nodes without ties have none and are left out."""
    graph = _ties(linkage.network(network), weighted)
    degree = np.diff(graph.indptr).astype(np.int32)
    scores = holes.constraint(graph, weighted=weighted)
    tied = ~np.isnan(scores)
    return shown(
        "constraint",
        linkage,
        graph,
        {"constraint": scores, "degree": degree},
        _TITLES,
        kept=tied,
        lang=lang,
        ascending=True,
        network=network,
        parameters={"weighted": weighted},
        notes=_left_out(int(np.count_nonzero(~tied))),
    )


def effective_size(
    linkage: Linkage, *, network: str, lang: str = "zh", weighted: bool = False
) -> Result:
    """Burt's effective size, and efficiency, which is that by the number of ties."""
    graph = _ties(linkage.network(network), weighted)
    degree = np.diff(graph.indptr).astype(np.int32)
    size, efficiency = effective(graph, weighted=weighted)
    tied = ~np.isnan(size)
    return shown(
        "effective-size",
        linkage,
        graph,
        {"effective_size": size, "efficiency": efficiency, "degree": degree},
        _TITLES,
        kept=tied,
        lang=lang,
        network=network,
        parameters={"weighted": weighted},
        notes=_left_out(int(np.count_nonzero(~tied))),
    )


def effective(graph: ArrayGraph, *, weighted: bool = False) -> tuple[Floats, Floats]:
    """Effective size and efficiency by node; not numbers where a node has no tie.

    >>> size, efficiency = effective(ArrayGraph.of([0, 1, 2, 2], [1, 2, 0, 3]))
    >>> size.round(3).tolist(), efficiency.round(3).tolist()
    ([1.0, 1.0, 2.333, 1.0], [0.5, 0.5, 0.778, 1.0])
    """
    size = holes.effective_size(graph, weighted=weighted)
    degree = np.diff(graph.indptr)
    return size, np.divide(size, degree, out=np.full(len(graph), np.nan), where=degree > 0)


def bridges(linkage: Linkage, *, network: str, lang: str = "zh", least: int = 1) -> Result:
    """The ties without which a component falls apart, those that part most first.

    Bridges with fewer than ``least`` nodes on one side are left out, and counted.
    """
    graph = linkage.network(network).simple
    ends, sides = bridge_sides(graph)
    kept = sides[:, 0] >= least
    things = numbers(linkage, graph)[ends[kept]]
    sides = sides[kept]
    order = np.lexsort((things[:, 1], things[:, 0], -sides[:, 0]))
    at, labels = linkage.things, linkage.things.labels[lang]
    streets = told_apart(linkage, at.street, lang)
    rows: list[tuple[Value, ...]] = []
    for (near, far), (less, more) in zip(
        things[order].tolist(), sides[order].tolist(), strict=True
    ):
        rank = rows[-1][0] if rows and rows[-1][6] == less else len(rows) + 1
        rows.append(
            (
                rank,
                labels[near],
                linkage.term(int(at.kind[near]), lang),
                streets.get(int(at.street[near]), NOT_STATED[lang]),
                labels[far],
                linkage.term(int(at.kind[far]), lang),
                less,
                more,
                at.iris[near],
                at.iris[far],
            )
        )
    return Result(
        "bridges",
        _BRIDGE,
        rows,
        linkage,
        network=network,
        parameters={"least": least},
        summary=[({"zh": "桥", "en": "bridges"}, len(ends))],
        notes=_small(int(np.count_nonzero(~kept)), least),
    )


def bridge_sides(graph: ArrayGraph) -> tuple[Ints, Ints]:
    """The bridges of an undirected graph, and how many nodes of the component are at each end.

    The end with fewer nodes is first; of equal ones, the lower.

    >>> ends, sides = bridge_sides(ArrayGraph.of([0, 1, 2, 2, 3], [1, 2, 0, 3, 4]))
    >>> ends.tolist(), sides.tolist()
    ([[3, 2], [4, 3]], [[2, 3], [1, 4]])
    """
    found = falling.cuts(graph)
    child = np.flatnonzero(found.bridge).astype(np.int32)
    ends = np.column_stack([child, found.parent[child]])
    sides = np.column_stack([found.below[child], found.component[child] - found.below[child]])
    turned = (sides[:, 0] > sides[:, 1]) | (
        (sides[:, 0] == sides[:, 1]) & (ends[:, 0] > ends[:, 1])
    )
    ends[turned], sides[turned] = ends[turned][:, ::-1], sides[turned][:, ::-1]
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    return ends[order], sides[order]


def cut_points(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """The nodes without which a component falls apart: into how many parts, cutting off whom."""
    graph = linkage.network(network).simple
    found = falling.cuts(graph)
    cutting = found.parts > 1
    return shown(
        "cut-points",
        linkage,
        graph,
        {
            "cut_off": found.away,
            "parts": found.parts,
            "degree": np.diff(graph.indptr).astype(np.int32),
        },
        _TITLES,
        kept=cutting,
        lang=lang,
        network=network,
        summary=[({"zh": "割点", "en": "cut points"}, int(cutting.sum()))],
    )


def _ties(graph: ArrayGraph, weighted: bool) -> ArrayGraph:
    """Without self-loops, and weights only where they count."""
    if not weighted:
        return graph.simple
    start, end, weight = graph.undirected.edge_arrays()
    apart = start != end
    return ArrayGraph.of(start[apart], end[apart], weight[apart], names=graph.names)


def _left_out(count: int) -> list[Texts]:
    if not count:
        return []
    return [
        {
            "zh": f"另有 {count:,} 个点没有载明的联系，无从计算，没有列出。",
            "en": f"{count:,} nodes have no tie that is stated, so no value, and are not listed.",
        }
    ]


def _small(count: int, least: int) -> list[Texts]:
    if not count:
        return []
    return [
        {
            "zh": f"另有 {count:,} 座桥有一侧不足 {least} 个点，没有列出。",
            "en": f"{count:,} bridges with fewer than {least} nodes on a side are not listed.",
        }
    ]


_BRIDGE = (
    RANK,
    Column("name", {"zh": "一端（点少的一侧）", "en": "one end (the side with fewer nodes)"}),
    KIND,
    Column("street", {"zh": "街道（乡镇）", "en": "subdistrict or township"}),
    Column("other", {"zh": "另一端", "en": "the other end"}),
    Column("other_kind", {"zh": "另一端类型", "en": "its kind"}),
    Column("side", {"zh": "一侧点数", "en": "nodes on the one side"}),
    Column("other_side", {"zh": "另一侧点数", "en": "nodes on the other side"}),
    THING,
    Column("other_iri", {"zh": "另一端 IRI", "en": "IRI of the other end"}),
)
