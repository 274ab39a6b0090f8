"""Communities found in a network against the borders that administration draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from kg.analytics.nodes import Groups, groups, shown
from kg.analytics.result import Column, Result, Texts, Value, numbers
from kg.network import Linkage
from kg.network.algorithms.groups import leiden, modularity
from kg.network.graph import ArrayGraph, Floats, Ints, sums

_TITLES: Mapping[str, Texts] = {
    "community": {"zh": "社群", "en": "community"},
    "size": {"zh": "社群点数", "en": "nodes of it"},
    "degree": {"zh": "联系数", "en": "degree"},
}


def communities(
    linkage: Linkage,
    *,
    network: str,
    lang: str = "zh",
    by: str = "street",
    resolution: float = 1.0,
    seed: int = 1,
) -> Result:
    """The communities of two and more, and how far they follow the borders of streets."""
    graph = linkage.network(network)
    labels, method = leiden(graph, seed=seed, resolution=resolution)
    found = groups(linkage, graph, by, lang)
    sizes = np.bincount(labels)
    described = _Described(linkage, numbers(linkage, graph), np.diff(graph.indptr), found, lang)
    rows = [
        described.row(number, np.flatnonzero(labels == number))
        for number in np.flatnonzero(sizes > 1).tolist()
    ]
    return Result(
        "communities",
        _columns(by),
        rows,
        linkage,
        network=network,
        parameters={"by": by, "resolution": resolution, "seed": seed},
        summary=[
            ({"zh": "社群（两个点以上）", "en": "communities of two or more"}, len(rows)),
            ({"zh": "单独的点", "en": "single nodes"}, int(np.count_nonzero(sizes == 1))),
            ({"zh": "方法", "en": "method"}, f"{method}, seed {seed}"),
            (
                {"zh": "社群的模块度", "en": "modularity of the communities"},
                _known(modularity(graph, labels)) if len(labels) else None,
            ),
            *bordered(graph, labels, found),
        ],
        notes=_unstated(int(np.count_nonzero(~found.stated))),
    )


def community(
    linkage: Linkage,
    *,
    network: str,
    lang: str = "zh",
    resolution: float = 1.0,
    seed: int = 1,
) -> Result:
    """The community of each node, by the numbers of `communities`; single nodes are left out."""
    graph = linkage.network(network)
    labels, method = leiden(graph, seed=seed, resolution=resolution)
    sizes = np.bincount(labels, minlength=1)[labels].astype(np.int32)
    return shown(
        "community",
        linkage,
        graph,
        {
            "community": labels + 1,
            "size": sizes,
            "degree": np.diff(graph.simple.indptr).astype(np.int32),
        },
        _TITLES,
        kept=sizes > 1,
        lang=lang,
        ascending=True,
        network=network,
        parameters={"resolution": resolution, "seed": seed},
        summary=[({"zh": "方法", "en": "method"}, f"{method}, seed {seed}")],
    )


def bordered(graph: ArrayGraph, labels: Ints, found: Groups) -> list[tuple[Texts, Value]]:
    """How far ties and communities follow given groups, among the nodes that have one."""
    part = graph.part(found.stated)
    given, ours = found.labels[found.stated], labels[found.stated]
    tied = bool(len(part)) and part.number_of_edges() > 0
    values = Borders(
        modularity(part, given) if tied else float("nan"),
        assortativity(part, given) if tied else float("nan"),
        ei_index(part, given),
        adjusted_mutual_information(ours, given) if tied else float("nan"),
    )
    return [
        ({"zh": "参加对照的点", "en": "nodes compared"}, len(part)),
        *((title, _known(value)) for title, value in zip(_BORDERS, values, strict=True)),
    ]


class Borders(NamedTuple):
    """What says how far ties follow given groups."""

    modularity: float
    assortativity: float
    ei: float
    information: float


_BORDERS: Sequence[Texts] = (
    {"zh": "以所选分组计的模块度", "en": "modularity of the given groups"},
    {"zh": "同组相联程度（同配系数）", "en": "assortativity by the given groups"},
    {"zh": "E–I 指数", "en": "E–I index"},
    {"zh": "社群与所选分组的一致度（AMI）", "en": "adjusted mutual information"},
)


def assortativity(graph: ArrayGraph, labels: Ints) -> float:
    """Assortativity by groups: 1 where all ties are within, 0 as by chance (M. Newman, 2003).

    r = (Σ e_ii − Σ a_i b_i) / (1 − Σ a_i b_i), whatever the weights; not a number where nothing
    is tied, or all is one group. O(m).

    >>> graph = ArrayGraph.of([0, 1, 2, 3, 4, 5, 0], [1, 2, 0, 4, 5, 3, 3])
    >>> round(assortativity(graph, np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)), 3)
    0.714
    """
    count, total = int(labels.max(initial=-1)) + 1, len(graph.indices)
    if not total:
        return float("nan")
    start, end = labels[graph.rows], labels[graph.indices]
    ones = np.full(total, 1 / total)
    within = float(np.count_nonzero(start == end)) / total
    chance = float(sums(start, ones, count) @ sums(end, ones, count))
    return (within - chance) / (1 - chance) if chance < 1 - 1e-12 else float("nan")


def ei_index(graph: ArrayGraph, labels: Ints) -> float:
    """The E–I index: ties between groups less those within, by all (Krackhardt and Stern, 1988).

    From −1, all within, to 1, all between; not a number without ties. Self-loops and weights do
    not count.

    >>> graph = ArrayGraph.of([0, 1, 2, 3], [1, 2, 3, 0])
    >>> ei_index(graph, np.array([0, 0, 0, 1], dtype=np.int32))
    0.0
    """
    start, end, _ = graph.edge_arrays()
    apart = start != end
    within = int(np.count_nonzero(labels[start[apart]] == labels[end[apart]]))
    total = int(np.count_nonzero(apart))
    return (total - 2 * within) / total if total else float("nan")


def adjusted_mutual_information(first: Ints, second: Ints) -> float:
    """How far two ways to group the same things agree: 1 the same, 0 as by chance.

    (I − E) / (mean of the entropies − E), E being the mutual information that is expected when
    both keep the sizes of their groups (N. Vinh, J. Epps and J. Bailey, 2010). 1 where both have
    one group only, or each thing is one. O(pairs of different sizes × sizes).

    >>> one = np.array([0, 0, 1, 1, 2, 2], dtype=np.int32)
    >>> adjusted_mutual_information(one, np.array([2, 2, 0, 0, 1, 1], dtype=np.int32))
    1.0
    >>> round(adjusted_mutual_information(one, np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)), 4)
    0.2988
    """
    rows, columns = _sizes(first), _sizes(second)
    total = len(first)
    if total == 0 or (len(rows) == len(columns) and len(rows) in {1, total}):
        return 1.0
    met = np.unique(np.stack([first, second]), axis=1, return_counts=True)
    (left, right), together = met[0], met[1].astype(np.float64)
    sizes = np.bincount(first)[left] * np.bincount(second)[right].astype(np.float64)
    shared = float((together / total * np.log(total * together / sizes)).sum())
    expected = expected_information(rows, columns)
    mean = (_entropy(rows) + _entropy(columns)) / 2
    if abs(mean - expected) < 1e-15:
        return 0.0
    found = float((shared - expected) / (mean - expected))
    return 1.0 if abs(found - 1) < 1e-12 else found


def expected_information(rows: Floats, columns: Floats) -> float:
    """The mutual information of two random groupings with groups of these sizes, in nats.

    >>> round(expected_information(np.array([2.0, 2, 2]), np.array([3.0, 3])), 4)
    0.2773
    """
    total = float(rows.sum())
    expected = 0.0
    for one, often in zip(*np.unique(rows, return_counts=True), strict=True):
        for other, times in zip(*np.unique(columns, return_counts=True), strict=True):
            expected += int(often * times) * _expected_cell(float(one), float(other), total)
    return expected


def _expected_cell(one: float, other: float, total: float) -> float:
    """Of a group of each grouping: Σ over how many they share, by the hypergeometric chance."""
    shared = np.arange(max(1.0, one + other - total), min(one, other) + 1)
    chance = (
        _log_factorial(one)
        + _log_factorial(other)
        + _log_factorial(total - one)
        + _log_factorial(total - other)
        - _log_factorial(total)
        - _log_factorial(shared)
        - _log_factorial(one - shared)
        - _log_factorial(other - shared)
        - _log_factorial(total - one - other + shared)
    )
    information = shared / total * np.log(total * shared / (one * other))
    return float((information * np.exp(chance)).sum())


def _log_factorial(values: float | Floats) -> NDArray[np.float64]:
    return np.asarray(gammaln(np.asarray(values) + 1), dtype=np.float64)


def _sizes(labels: Ints) -> Floats:
    return np.unique(labels, return_counts=True)[1].astype(np.float64)


def _entropy(sizes: Floats) -> float:
    share = sizes / sizes.sum()
    return float(-(share * np.log(share)).sum())


class _Described(NamedTuple):
    """What a row says of a community: its size, its most common group, who is best connected."""

    linkage: Linkage
    things: Ints
    degree: NDArray[np.int64]
    groups: Groups
    lang: str

    def row(self, number: int, nodes: NDArray[np.int64]) -> tuple[Value, ...]:
        labels = self.groups.labels[nodes]
        counts = np.bincount(labels[labels >= 0], minlength=1)
        most, stated = int(counts.argmax()), int(counts.sum())
        first = nodes[np.lexsort((nodes, -self.degree[nodes]))[:3]]
        names = self.linkage.things.labels[self.lang]
        return (
            number + 1,
            len(nodes),
            self.groups.names[most] if stated else None,
            int(counts[most]) if stated else None,
            float(counts[most] / stated) if stated else None,
            int(np.count_nonzero(counts)) if stated else None,
            len(nodes) - stated,
            ("、" if self.lang == "zh" else ", ").join(
                names[n] for n in self.things[first].tolist()
            ),
        )


_COMMON: Mapping[str, Texts] = {
    "street": {"zh": "最多的街道", "en": "most common subdistrict"},
    "community": {"zh": "最多的社区（村）", "en": "most common neighbourhood"},
    "district": {"zh": "最多的区县", "en": "most common district"},
    "sector": {"zh": "最多的行业", "en": "most common sector"},
    "kind": {"zh": "最多的类型", "en": "most common kind"},
}


def _columns(by: str) -> Sequence[Column]:
    return (
        Column("community", {"zh": "社群", "en": "community"}),
        Column("size", {"zh": "点数", "en": "nodes"}),
        Column("most_common", _COMMON[by]),
        Column("in_it", {"zh": "其中点数", "en": "nodes in it"}),
        Column("share", {"zh": "占已载明的", "en": "share of those stated"}, 3),
        Column("groups", {"zh": "涉及几个", "en": "how many of these it spans"}),
        Column("not_stated", {"zh": "未载明的点", "en": "nodes not stated"}),
        Column("names", {"zh": "联系最多的几个", "en": "best connected"}),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 6)


def _unstated(count: int) -> list[Texts]:
    if not count:
        return []
    return [
        {
            "zh": f"{count:,} 个点没有载明所在的组，找社群时算在内，与所选分组对照时不算。",
            "en": f"{count:,} nodes without a stated group count in finding communities, and not "
            "in comparing them with the given groups.",
        }
    ]
