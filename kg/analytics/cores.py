"""Core and periphery, how centralised a network is, and what is left of it without its hubs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from kg.analytics.nodes import shown
from kg.analytics.result import THING, Column, Result, Texts, Value, numbers
from kg.exceptions import MeasureError
from kg.network import Linkage
from kg.network.algorithms import paths
from kg.network.graph import ArrayGraph, Floats
from kg.network.tables import Mask

RANDOM_ORDERS = 20
_TITLES: Mapping[str, Texts] = {
    "core": {"zh": "核心（1）或边缘（0）", "en": "core (1) or periphery (0)"},
    "degree": {"zh": "联系数", "en": "degree"},
    "core_ties": {"zh": "与核心的联系", "en": "ties to the core"},
}


# Core and periphery


def core_periphery(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """Each node in the core or the periphery, and how well that describes the network."""
    graph = linkage.network(network).simple
    core, cut = core_of(graph)
    fit = fitted(graph, core)
    degree = np.diff(graph.indptr).astype(np.int32)
    core_ties = np.bincount(graph.rows, core[graph.indices], len(graph)).astype(np.int32)
    return shown(
        "core-periphery",
        linkage,
        graph,
        {"core": core.astype(np.int32), "degree": degree, "core_ties": core_ties},
        _TITLES,
        lang=lang,
        network=network,
        summary=[
            ({"zh": "核心点数", "en": "nodes in the core"}, int(core.sum())),
            ({"zh": "点数", "en": "nodes"}, len(graph)),
            ({"zh": "拟合度（相关系数）", "en": "fit (correlation)"}, _known(fit.correlation)),
            ({"zh": "核心内部密度", "en": "density within the core"}, _known(fit.within)),
            ({"zh": "核心与边缘间密度", "en": "density between them"}, _known(fit.between)),
            ({"zh": "边缘内部密度", "en": "density within the periphery"}, _known(fit.outside)),
        ],
        notes=_tied(cut),
    )


def core_of(graph: ArrayGraph) -> tuple[Mask, int]:
    """The best core of a simple graph, and how many nodes of its least degree are outside it.

    Best is where ties missing within the core and ties within the periphery are fewest, those
    between core and periphery aside. That is k nodes of highest degree, for the highest k of
    which each has k ties (S. Lip, 2011). Nodes of one degree are in together where that is as
    good, else the first of them. O(n log n).

    >>> core_of(ArrayGraph.of([0, 0, 0, 1, 1, 2], [1, 2, 3, 2, 4, 5]))
    (array([ True,  True,  True, False, False, False]), 0)
    """
    degree = np.diff(graph.indptr)
    order = np.lexsort((np.arange(len(graph)), -degree))
    falling = degree[order]
    # Node number k in that order takes away its ties and adds k - 1 pairs within the core.
    size = int(np.count_nonzero(falling > np.arange(len(graph))))
    if size and falling[size : size + 1] == size == falling[size - 1]:
        # One more is as good, and keeps those of a degree together if it is the last of them.
        size += int(np.count_nonzero(falling[size:] == size) == 1)
    core = np.zeros(len(graph), dtype=bool)
    core[order[:size]] = True
    cut = int(np.count_nonzero(falling[size:] == falling[size - 1])) if size else 0
    return core, cut


class Fit(NamedTuple):
    """The correlation with the ideal pattern, and the densities; not numbers without pairs."""

    correlation: float
    within: float
    between: float
    outside: float


def fitted(graph: ArrayGraph, core: Mask) -> Fit:
    """How well a core describes a simple graph (Borgatti and Everett, 2000).

    The correlation of ties with the pattern in which all pairs of the core and none of the
    periphery are tied; pairs between the two do not count.

    >>> graph = ArrayGraph.of([0, 0, 0, 1, 1, 2], [1, 2, 3, 2, 4, 5])
    >>> fitted(graph, core_of(graph)[0])
    Fit(correlation=1.0, within=1.0, between=0.3333333333333333, outside=0.0)
    """
    start, end, _ = graph.edge_arrays()
    both = int(np.count_nonzero(core[start] & core[end]))
    neither = int(np.count_nonzero(~core[start] & ~core[end]))
    inner, outer = int(core.sum()), int(np.count_nonzero(~core))
    pairs, rest = inner * (inner - 1) / 2, outer * (outer - 1) / 2
    ones, total = both + neither, pairs + rest
    spread = np.sqrt(pairs * rest * ones * (total - ones)) if total else 0.0
    correlation = (both * total - pairs * ones) / spread if spread else float("nan")
    return Fit(
        float(correlation),
        _share(both, pairs),
        _share(len(start) - ones, inner * outer),
        _share(neither, rest),
    )


# Centralisation


def centralization(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """Freeman's centralisation by degree, betweenness and closeness: a row each."""
    graph = linkage.network(network).simple
    things = numbers(linkage, graph)
    labels = linkage.things.labels[lang]
    rows: list[tuple[Value, ...]] = []
    for name, found in centralized(graph).items():
        hub = things[found.hub] if found.hub >= 0 else -1
        rows.append(
            (
                _MEASURES[name][lang],
                _known(found.value),
                found.size,
                labels[hub] if hub >= 0 else None,
                linkage.things.iris[hub] if hub >= 0 else None,
            )
        )
    columns = [
        Column("measure", {"zh": "按", "en": "by"}),
        Column("centralization", {"zh": "集中度", "en": "centralisation"}, 4),
        Column("nodes", {"zh": "点数", "en": "nodes"}),
        Column("name", {"zh": "最居中的", "en": "most central"}),
        THING,
    ]
    return Result("centralization", columns, rows, linkage, network=network)


class Centralized(NamedTuple):
    """A centralisation, the number of nodes that it is of, and the most central one.

    That is the first of several, and -1 where all are alike.
    """

    value: float
    size: int
    hub: int


def centralized(graph: ArrayGraph) -> Mapping[str, Centralized]:
    """Centralisations of a simple graph, 0 where all are alike, 1 for a star (L. Freeman, 1979).

    Closeness is of the component with most nodes, as it has no meaning between components. Not a
    number for fewer than three nodes. O(n m).

    >>> star = centralized(ArrayGraph.of([0, 0, 0], [1, 2, 3]))
    >>> [(name, round(found.value, 3), found.hub) for name, found in star.items()]
    [('degree', 1.0, 0), ('betweenness', 1.0, 0), ('closeness', 1.0, 0)]
    """
    degree = np.diff(graph.indptr).astype(np.float64)
    between = paths.betweenness_auto(graph).scores if len(graph) else np.zeros(0)
    inside, place = graph, np.arange(len(graph))
    if len(graph):
        labels = paths.components(graph)
        place = np.flatnonzero(labels == np.bincount(labels).argmax())
        inside = graph.part(place.astype(np.int32))
    near = paths.closeness(inside)
    return {
        "degree": _centralized(degree, lambda n: (n - 1) * (n - 2), np.arange(len(graph))),
        "betweenness": _centralized(between, lambda n: n - 1, np.arange(len(graph))),
        "closeness": _centralized(near, lambda n: (n - 1) * (n - 2) / (2 * n - 3), place),
    }


def _centralized(scores: Floats, most: Callable[[int], float], place: np.ndarray) -> Centralized:
    size = len(scores)
    if size < 3:
        return Centralized(float("nan"), size, -1)
    value = float((scores.max() - scores).sum()) / most(size)
    return Centralized(value, size, int(place[scores.argmax()]) if value > 1e-12 else -1)


_MEASURES: Mapping[str, Texts] = {
    "degree": {"zh": "联系数", "en": "degree"},
    "betweenness": {"zh": "中介中心性", "en": "betweenness"},
    "closeness": {"zh": "接近中心性（最大连通部分）", "en": "closeness (largest component)"},
}


# Without its hubs


def robustness(
    linkage: Linkage,
    *,
    network: str,
    lang: str = "zh",
    steps: int = 10,
    by: str = "degree",
    seed: int = 1,
) -> Result:
    """What is left when hubs leave one after another, against leaving at random.

    After each the next hub is found anew, by ``by`` (degree or betweenness) in what is left.
    Co-buildings do not leave by themselves.
    """
    graph = linkage.network(network).simple
    things = numbers(linkage, graph)
    may = ~linkage.things.of("work")[things]
    gone = hubs(graph, may, steps=steps, by=by, seed=seed)
    left = dismantled(graph, gone.order)
    chance = at_random(graph, may, steps=len(gone.order), seed=seed)
    at, labels = linkage.things, linkage.things.labels[lang]
    rows: list[tuple[Value, ...]] = []
    for step, (share, count, random) in enumerate(zip(*left, chance, strict=True)):
        thing = things[gone.order[step - 1]] if step else -1
        rows.append(
            (
                step,
                labels[thing] if step else _NOBODY[lang],
                linkage.term(int(at.kind[thing]), lang) if step else None,
                gone.degree[step - 1] if step else None,
                _known(share),
                count,
                _known(random),
                at.iris[thing] if step else None,
            )
        )
    return Result(
        "robustness",
        _STEPS,
        rows,
        linkage,
        network=network,
        parameters={"steps": steps, "by": by, "seed": seed},
        summary=[({"zh": "点数", "en": "nodes"}, len(graph))],
        notes=[_random(seed)],
    )


class Hubs(NamedTuple):
    """The nodes that leave, in order, and how many ties each had left when it did."""

    order: Sequence[int]
    degree: Sequence[int]


def hubs(graph: ArrayGraph, may: Mask, *, steps: int, by: str = "degree", seed: int = 1) -> Hubs:
    """The highest node of those that may leave, then the highest of what is left, and so on.

    Of equal ones that of more ties, then the lowest; one without ties is no hub. Betweenness is
    of a sample of sources above 2,000 nodes. O(steps × (n + m)), by betweenness O(steps × n m).

    >>> graph = ArrayGraph.of([0, 0, 0, 1, 1, 5], [1, 2, 3, 4, 5, 6])
    >>> hubs(graph, np.ones(7, dtype=bool), steps=2)
    Hubs(order=[0, 1], degree=[3, 2])
    >>> hubs(graph, np.ones(7, dtype=bool), steps=2, by="betweenness").order
    [1, 0]
    """
    if by not in {"degree", "betweenness"}:
        raise MeasureError(f"robustness is by degree or betweenness, not by {by!r}")
    if steps < 0:
        raise MeasureError("the steps of robustness are 0 or more")
    there = np.ones(len(graph), dtype=bool)
    order: list[int] = []
    degrees: list[int] = []
    for _ in range(min(steps, int(may.sum()))):
        kept = np.flatnonzero(there)
        part = graph.part(there)
        degree = np.diff(part.indptr)
        score = degree.astype(np.float64)
        if by == "betweenness":
            score = paths.betweenness_auto(part, seed=seed, exact_to=2_000).scores
        allowed = may[kept]
        best = np.lexsort((kept, -degree, -score.round(12), ~allowed))[0]
        if not degree[best]:
            break
        order.append(int(kept[best]))
        degrees.append(int(degree[best]))
        there[kept[best]] = False
    return Hubs(order, degrees)


def dismantled(graph: ArrayGraph, order: Sequence[int]) -> tuple[list[float], list[int]]:
    """What is left after nobody left, the first of some nodes, the second, …: the share of all
    nodes of the graph that are in the largest component, and the number of components.

    From the end, each node joins the components that it is tied to (M. Newman and R. Ziff, 2001).
    O(n + m).

    >>> dismantled(ArrayGraph.of([0, 0, 0], [1, 2, 3]), [0])
    ([1.0, 0.25], [1, 3])
    """
    there = np.ones(len(graph), dtype=bool)
    there[list(order)] = False
    component = np.full(len(graph), -1, dtype=np.int64)
    component[there] = paths.components(graph.part(there))
    sizes = np.bincount(component[there]).tolist()
    above = list(range(len(sizes)))
    largest, count = [max(sizes, default=0)], [len(sizes)]
    for node in reversed(order):
        joined = {_top(above, c) for c in component[graph.row(node)].tolist() if c >= 0}
        component[node] = len(sizes)
        above.append(len(sizes))
        sizes.append(1 + sum(sizes[one] for one in joined))
        for one in joined:
            above[one] = int(component[node])
        largest.append(max(largest[-1], sizes[-1]))
        count.append(count[-1] + 1 - len(joined))
    return [_share(size, len(graph)) for size in reversed(largest)], count[::-1]


def _top(above: list[int], one: int) -> int:
    """The component that one has become part of; the way there is made shorter."""
    while above[one] != one:
        above[one] = above[above[one]]
        one = above[one]
    return one


def at_random(graph: ArrayGraph, may: Mask, *, steps: int, seed: int = 1) -> list[float]:
    """The mean share of the largest component after 0, 1, … nodes left in 20 random orders.

    >>> ring = ArrayGraph.of([0, 1, 2], [1, 2, 0])
    >>> [round(share, 3) for share in at_random(ring, np.ones(3, dtype=bool), steps=2)]
    [1.0, 0.667, 0.333]
    """
    draw = np.random.default_rng(seed)
    free = np.flatnonzero(may)
    runs = [
        dismantled(graph, draw.permutation(free)[:steps].tolist())[0] for _ in range(RANDOM_ORDERS)
    ]
    means: list[float] = np.mean(runs, axis=0).tolist()
    return means


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 6)


def _tied(cut: int) -> list[Texts]:
    if not cut:
        return []
    return [
        {
            "zh": f"另有 {cut:,} 个点与核心末位的联系数相同，都放入核心反而不合，按 IRI 顺序取舍。",
            "en": f"{cut:,} nodes outside the core have as many ties as the last within; with all "
            "of them it would fit worse, so the first by IRI are in it.",
        }
    ]


def _random(seed: int) -> Texts:
    return {
        "zh": f"随机退出为 {RANDOM_ORDERS} 次随机次序的平均（种子 {seed}）；"
        "每退出一个，重新找当时的枢纽。",
        "en": f"Leaving at random is the mean of {RANDOM_ORDERS} random orders (seed {seed}); "
        "after each that leaves the hub is found anew.",
    }


_NOBODY: Texts = {"zh": "（无人退出）", "en": "(nobody)"}
_STEPS = (
    Column("step", {"zh": "退出个数", "en": "left"}),
    Column("name", {"zh": "退出者", "en": "who leaves"}),
    Column("kind", {"zh": "类型", "en": "kind"}),
    Column("degree", {"zh": "退出时的联系数", "en": "its ties then"}),
    Column("share", {"zh": "最大连通部分占比", "en": "share in the largest component"}, 3),
    Column("components", {"zh": "连通部分数", "en": "components"}),
    Column("random", {"zh": "随机退出时的占比", "en": "share if they left at random"}, 3),
    THING,
)
