"""Linkage between sectors: how many ties each two have, and how many chance would give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analytics.communities import assortativity, ei_index
from kg.analytics.nodes import groups
from kg.analytics.result import NOT_STATED, Column, Result, Texts, Value
from kg.network import Linkage
from kg.network.graph import ArrayGraph, Floats, Ints, sums

FEWEST = 1.0
"""Two groups without a tie are shown where chance would give them so many."""
_FIRST: Mapping[str, Texts] = {
    "sector": {"zh": "行业", "en": "sector"},
    "kind": {"zh": "类型", "en": "kind"},
    "street": {"zh": "街道（乡镇）", "en": "subdistrict or township"},
    "community": {"zh": "社区（村）", "en": "community or village"},
    "district": {"zh": "区县", "en": "district"},
}


def sectors(linkage: Linkage, *, network: str, lang: str = "zh", by: str = "sector") -> Result:
    """A row two groups (or one with itself): their ties, against random mixing.

    Those of which none is stated are a group of their own.
    """
    graph = linkage.network(network).simple
    found = groups(linkage, graph, by, lang)
    names = [*found.names, NOT_STATED[lang]]
    labels = np.where(found.stated, found.labels, len(found.names)).astype(np.int32)
    mixed = mixing(graph, labels)
    # Without a tie and without much chance of one there is nothing to say.
    told = (mixed.ties > 0) | (mixed.expected >= FEWEST)
    order = np.lexsort((mixed.second, mixed.first, -mixed.expected, -mixed.ties))
    sizes = np.bincount(labels, minlength=len(names)).tolist()
    rows: list[tuple[Value, ...]] = []
    for place in order[told[order]].tolist():
        first, second = int(mixed.first[place]), int(mixed.second[place])
        ties, expected = int(mixed.ties[place]), float(mixed.expected[place])
        rows.append(
            (
                names[first],
                names[second],
                ties,
                expected,
                ties / expected if expected else None,
                sizes[first],
                sizes[second],
            )
        )
    part, given = graph.part(found.stated), found.labels[found.stated]
    return Result(
        "sectors",
        _columns(by),
        rows,
        linkage,
        network=network,
        parameters={"by": by},
        summary=[
            ({"zh": "点数", "en": "nodes"}, len(graph)),
            ({"zh": "其中已载明的", "en": "of them stated"}, len(part)),
            (
                {
                    "zh": "已载明的点之间：同组相联程度（同配系数）",
                    "en": "assortativity, stated nodes",
                },
                _known(assortativity(part, given)),
            ),
            (
                {"zh": "已载明的点之间：E–I 指数", "en": "E–I index, stated nodes"},
                _known(ei_index(part, given)),
            ),
        ],
        notes=_silent(int(np.count_nonzero(~told))),
    )


class Mixing(NamedTuple):
    """Each two groups, the first not after the second: their ties, and those expected."""

    first: Ints
    second: Ints
    ties: NDArray[np.int64]
    expected: Floats


def mixing(graph: ArrayGraph, labels: Ints) -> Mixing:
    """The ties of each two groups of a simple graph, and what random mixing would give.

    Expected are K_r K_s / 2m of two groups, K_r² / 4m within one, K being the sums of degrees:
    the configuration model, in which the ends of ties are joined at random (so that a node may
    meet itself). Both add up to m. O(m + groups²).

    >>> graph = ArrayGraph.of([0, 1, 2, 3], [1, 2, 3, 0])
    >>> mixed = mixing(graph, np.array([0, 0, 0, 1], dtype=np.int32))
    >>> for row in zip(*(column.tolist() for column in mixed)): print(*row)
    0 0 2 2.25
    0 1 2 1.5
    1 1 0 0.25
    """
    count = int(labels.max(initial=-1)) + 1
    start, end, _ = graph.edge_arrays()
    low = np.minimum(labels[start], labels[end]).astype(np.int64)
    high = np.maximum(labels[start], labels[end])
    met = np.bincount(low * count + high, minlength=count * count).reshape(count, count)
    first, second = np.triu_indices(count)
    degrees = sums(labels, np.diff(graph.indptr).astype(np.float64), count)
    ends = max(float(degrees.sum()), 1.0)
    expected = degrees[first] * degrees[second] / np.where(first == second, 2 * ends, ends)
    return Mixing(first.astype(np.int32), second.astype(np.int32), met[first, second], expected)


def _columns(by: str) -> Sequence[Column]:
    other = {"zh": f"与哪个{_FIRST[by]['zh']}", "en": f"with {_FIRST[by]['en']}"}
    return (
        Column(by, _FIRST[by]),
        Column("other", other),
        Column("ties", {"zh": "联系", "en": "ties"}),
        Column("expected", {"zh": "随机时的期望", "en": "expected by chance"}, 1),
        Column("ratio", {"zh": "实际/期望", "en": "observed / expected"}, 2),
        Column("nodes", {"zh": "前者点数", "en": "nodes of the first"}),
        Column("other_nodes", {"zh": "后者点数", "en": "nodes of the second"}),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 6)


def _silent(count: int) -> list[Texts]:
    if not count:
        return []
    return [
        {
            "zh": f"{count:,} 对组之间没有联系，随机时期望也不足 {FEWEST:g} 条，没有列出。",
            "en": f"{count:,} pairs of groups without a tie, of which chance would give fewer than "
            f"{FEWEST:g}, are not listed.",
        }
    ]
