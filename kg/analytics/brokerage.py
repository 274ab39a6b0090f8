"""Who stands between whom: the brokerage roles of Gould and Fernandez."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kg.analytics.nodes import groups, shown
from kg.analytics.result import Result, Texts, Values
from kg.network import Linkage
from kg.network.algorithms import brokerage as roles

_ROLES: Mapping[str, Texts] = {
    "coordinator": {"zh": "协调者", "en": "coordinator"},
    "itinerant": {"zh": "巡回中介", "en": "itinerant broker"},
    "representative": {"zh": "代表", "en": "representative"},
    "gatekeeper": {"zh": "守门人", "en": "gatekeeper"},
    "boundary": {"zh": "代表/守门人", "en": "representative or gatekeeper"},
    "liaison": {"zh": "联络者", "en": "liaison"},
}
_TITLES: dict[str, Texts] = {
    "total": {"zh": "中介次数", "en": "times a broker"},
    "across": {"zh": "跨组次数", "en": "of them between groups"},
    "main": {"zh": "主要角色", "en": "main role"},
    **_ROLES,
    **{f"{name}_expected": {"zh": f"{role['zh']}（随机期望）", "en": f"{role['en']}, by chance"}
       for name, role in _ROLES.items()},
    **{f"{name}_z": {"zh": f"{role['zh']}（z）", "en": f"{role['en']}, z"}
       for name, role in _ROLES.items()},
}  # fmt: skip
_NONE: Texts = {"zh": "无", "en": "none"}


def brokerage(
    linkage: Linkage,
    *,
    network: str,
    lang: str = "zh",
    group: str = "street",
    chance: bool = False,
) -> Result:
    """How often each node stands between two that are not tied, by role; brokers only.

    Groups are by street, sector, kind, community or district. ``chance`` adds of each role what
    would be expected if the groups were dealt out at random, and how many standard deviations
    the count is from it.
    """
    graph = linkage.network(network)
    found = groups(linkage, graph, group)
    part = graph.part(found.stated)
    made = roles.brokerage(part, found.labels[found.stated])
    total = made.counts.sum(axis=1)
    within = made.counts[:, made.roles.index("coordinator")]
    columns: dict[str, Values] = {"total": total, "across": total - within}
    columns |= {role: made.counts[:, place] for place, role in enumerate(made.roles)}
    columns["main"] = main_roles(made, lang)
    if chance:
        for place, role in enumerate(made.roles):
            columns[f"{role}_expected"] = made.expected[:, place]
            columns[f"{role}_z"] = made.z[:, place]
    return shown(
        "brokerage",
        linkage,
        part,
        columns,
        _TITLES,
        kept=total > 0,
        lang=lang,
        digits=2,
        network=network,
        parameters={"group": group, "chance": chance},
        notes=_unstated(len(graph) - len(part)),
    )


def main_roles(found: roles.Brokerage, lang: str = "zh") -> list[str]:
    """The most frequent role of each node in words; of equal ones the first.

    >>> from kg.network.graph import ArrayGraph
    >>> star = ArrayGraph.of([0, 0, 0, 0], [1, 2, 3, 4])
    >>> main_roles(roles.brokerage(star, np.array([0, 0, 0, 1, 2], dtype=np.int32)), "en")[:2]
    ['representative or gatekeeper', 'none']
    """
    words = [_ROLES[role][lang] for role in found.roles]
    most, held = np.argmax(found.counts, axis=1), np.count_nonzero(found.counts, axis=1)
    return [
        words[place] if some else _NONE[lang]
        for place, some in zip(most.tolist(), held.tolist(), strict=True)
    ]


def _unstated(count: int) -> list[Texts]:
    if not count:
        return []
    return [
        {
            "zh": f"{count:,} 个点没有载明所在的组，不参加计算。",
            "en": f"{count:,} nodes without a stated group are left out.",
        }
    ]
