"""Members and alliances: an alliance joins all its members at once and is no set of pairs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from kg.analytics.result import Result, Texts, Values, numbers, of_things
from kg.network import Linkage
from kg.network.algorithms import paths
from kg.network.graph import ArrayGraph, Floats, Ints
from kg.network.tables import Mask

LEADING = ("LeadMember", "RotatingChair")
_DENSE = 250_000
"""Up to so many cells a matrix of memberships is decomposed as a whole."""
_WHOLES: Mapping[str, Mapping[str, Texts]] = {
    "alliances": {
        "joined": {"zh": "加入的联盟", "en": "alliances joined"},
        "members": {"zh": "载明的成员", "en": "members as stated"},
        "whole": {"zh": "联盟", "en": "alliance"},
        "wholes": {"zh": "联盟数", "en": "alliances"},
        "part": {"zh": "成员", "en": "member"},
        "parts": {"zh": "成员数", "en": "members"},
        "several": {"zh": "加入不止一个的成员", "en": "members of more than one"},
        "elsewhere": {"zh": "也在别的联盟的占比", "en": "share in other alliances, too"},
        "repeated": {
            "zh": "在别的联盟也相遇的成员对占比",
            "en": "share of pairs that meet in another alliance, too",
        },
    },
    "co-building": {
        "joined": {"zh": "参加的共建", "en": "co-buildings taken part in"},
        "members": {"zh": "载明的参加方", "en": "participants as stated"},
        "whole": {"zh": "共建", "en": "co-building"},
        "wholes": {"zh": "共建数", "en": "co-buildings"},
        "part": {"zh": "参加方", "en": "participant"},
        "parts": {"zh": "参加方数", "en": "participants"},
        "several": {"zh": "参加不止一项的参加方", "en": "participants in more than one"},
        "elsewhere": {"zh": "也参加别的共建的占比", "en": "share in other co-buildings, too"},
        "repeated": {
            "zh": "在别的共建也相遇的参加方对占比",
            "en": "share of pairs that meet in another co-building, too",
        },
    },
}
_TITLES: Mapping[str, Texts] = {
    "comembers": {"zh": "共事的组织", "en": "organisations met there"},
    "centrality": {"zh": "二部图度中心性", "en": "bipartite degree centrality"},
    "roles": {"zh": "牵头与轮值", "en": "leads and chairs"},
    "duality": {"zh": "中心性（相对最高者）", "en": "centrality (of the highest)"},
    "side": {"zh": "一侧", "en": "side"},
    "ties": {"zh": "联系数", "en": "ties"},
    "streets": {"zh": "成员所在街道", "en": "subdistricts of members"},
    "no_street": {"zh": "未载明街道的成员", "en": "members without a stated subdistrict"},
}


def membership(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """How many alliances each member is in, and how many others it meets there."""
    graph = linkage.network(network)
    matrix, members, wholes = incidence(graph)
    joined, met = hyperdegree(matrix)
    things = numbers(linkage, graph)[members]
    columns: dict[str, Values] = {
        "joined": joined,
        "comembers": met,
        "centrality": joined / max(len(wholes), 1),
    }
    if network == "alliances":
        columns["roles"] = _roles(linkage, things, lang)
    words = _WHOLES[network]
    several = int(np.count_nonzero(joined > 1))
    return of_things(
        "membership",
        linkage,
        things,
        columns,
        {**_TITLES, **words},
        lang=lang,
        network=network,
        summary=[
            (words["wholes"], len(wholes)),
            (words["parts"], len(members)),
            (words["several"], several),
        ],
    )


def duality(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """Members and alliances in one table: central members are in central alliances, and back."""
    graph = linkage.network(network)
    score, inside = simultaneous(graph)
    degree = np.diff(graph.indptr).astype(np.int32)
    sides = [_WHOLES[network][side][lang] for side in ("part", "whole")]
    words = np.array(sides, dtype=object)[np.asarray(graph.attributes["bipartite"], dtype=int)]
    return of_things(
        "duality",
        linkage,
        numbers(linkage, graph)[inside],
        {"duality": score[inside], "side": words[inside].tolist(), "ties": degree[inside]},
        _TITLES,
        lang=lang,
        network=network,
        notes=_outside(len(graph) - int(np.count_nonzero(inside))),
    )


def alliance_size(linkage: Linkage, *, network: str, lang: str = "zh") -> Result:
    """Each alliance: its members, how far they are in others too, and where they are."""
    graph = linkage.network(network)
    matrix, members, wholes = incidence(graph)
    things = numbers(linkage, graph)
    size = np.asarray(matrix.sum(axis=0)).ravel().astype(np.int32)
    elsewhere, repeated = overlap(matrix)
    street = linkage.things.street[things[members]]
    where, unknown = _places(matrix, street)
    # Of an alliance without stated members nothing is known, which is not 0.
    known = size > 0

    def stated(values: Ints) -> Values:
        pairs = zip(values.tolist(), known.tolist(), strict=True)
        return [value if told else None for value, told in pairs]

    return of_things(
        "alliance-size",
        linkage,
        things[wholes],
        {
            "members": stated(size),
            "elsewhere": elsewhere,
            "repeated": repeated,
            "streets": stated(where),
            "no_street": stated(unknown),
        },
        {**_TITLES, **_WHOLES[network]},
        lang=lang,
        digits=3,
        network=network,
        notes=_silent(int(np.count_nonzero(~known)), _WHOLES[network]),
    )


def incidence(graph: ArrayGraph) -> tuple[sparse.csr_array, Ints, Ints]:
    """Members by alliances: 1 where one is in the other; and the nodes of the rows and columns.

    >>> graph = ArrayGraph.of([0, 1, 1], [2, 2, 3], attributes={"bipartite": [0, 0, 1, 1]})
    >>> incidence(graph)[0].toarray().tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    whole = np.asarray(graph.attributes["bipartite"], dtype=bool)
    members = np.flatnonzero(~whole).astype(np.int32)
    wholes = np.flatnonzero(whole).astype(np.int32)
    return graph.matrix(weighted=False)[members][:, wholes].tocsr(), members, wholes


def hyperdegree(matrix: sparse.csr_array) -> tuple[Ints, Ints]:
    """Of each row of an incidence matrix, its ones, and the other rows that share one with it.

    >>> hyperdegree(sparse.csr_array([[1.0, 1.0], [1.0, 0.0], [1.0, 1.0]]))
    (array([2, 1, 2], dtype=int32), array([2, 2, 2], dtype=int32))
    """
    joined = np.diff(matrix.indptr).astype(np.int32)
    met = np.diff((matrix @ matrix.T).tocsr().indptr).astype(np.int32)
    return joined, met - (joined > 0)


def simultaneous(graph: ArrayGraph) -> tuple[Floats, Mask]:
    """Centralities of both sides at once, each 1 at its highest, and the nodes that have one.

    The first singular vectors of the incidence matrix (P. Bonacich, 1991) of the component with
    most nodes; of equal ones, that of the lowest node.

    >>> graph = ArrayGraph.of([0, 1, 1], [2, 2, 3], attributes={"bipartite": [0, 0, 1, 1]})
    >>> simultaneous(graph)[0].round(3).tolist()
    [0.618, 1.0, 1.0, 0.618]
    """
    score = np.zeros(len(graph))
    if not graph.number_of_edges():
        return score, np.zeros(len(graph), dtype=bool)
    labels = paths.components(graph)
    inside: Mask = labels == np.bincount(labels).argmax()
    matrix, members, wholes = incidence(graph.part(inside))
    place = np.flatnonzero(inside)
    first = _leading(matrix)
    second = np.asarray(matrix.T @ first)
    score[place[members]], score[place[wholes]] = first / first.max(), second / second.max()
    return score, inside


def _leading(matrix: sparse.csr_array) -> Floats:
    """The first left singular vector of a matrix of a connected network, all above 0."""
    if min(matrix.shape) < 3 or matrix.shape[0] * matrix.shape[1] <= _DENSE:
        vector = np.linalg.svd(matrix.toarray(), full_matrices=False)[0][:, 0]
    else:
        start = np.ones(min(matrix.shape))
        vector = svds(matrix, k=1, v0=start, return_singular_vectors="u")[0].ravel()
    return np.abs(np.asarray(vector, dtype=np.float64))


def overlap(matrix: sparse.csr_array) -> tuple[Floats, Floats]:
    """Of each alliance, the share of members, and of pairs of members, who share another, too.

    Not a number without members, or pairs of them. O(Σ size²) of the alliances.

    >>> elsewhere, repeated = overlap(sparse.csr_array([[1.0, 1], [1, 1], [1, 0]]))
    >>> elsewhere.round(3).tolist(), repeated.round(3).tolist()
    ([0.667, 1.0], [0.333, 1.0])
    """
    size = np.asarray(matrix.sum(axis=0)).ravel()
    several = np.diff(matrix.indptr) > 1
    shared = np.asarray(matrix.T @ several.astype(np.float64))
    common = (matrix @ matrix.T).tocoo()
    twice = (common.data > 1.5) & (common.row != common.col)
    meeting = sparse.csr_array(
        (np.ones(int(twice.sum())), (common.row[twice], common.col[twice])), shape=common.shape
    )
    pairs = np.asarray(((meeting @ matrix) * matrix).sum(axis=0)).ravel()
    return _share(shared, size), _share(pairs, size * (size - 1))


def _share(part: Floats, whole: Floats) -> Floats:
    made = np.full(len(whole), np.nan)
    np.divide(part, whole, out=made, where=whole > 0)
    return made


def _places(matrix: sparse.csr_array, street: Ints) -> tuple[Ints, Ints]:
    """Of each alliance: how many streets its members are in, and of how many none is stated."""
    told = matrix.tocoo()
    of = street[told.row]
    pairs = np.unique(np.stack([told.col, of])[:, of >= 0], axis=1)
    count = matrix.shape[1]
    places = np.bincount(pairs[0], minlength=count).astype(np.int32)
    return places, np.bincount(told.col[of < 0], minlength=count).astype(np.int32)


def _roles(linkage: Linkage, things: Ints, lang: str) -> list[str]:
    """In words how often each thing leads or chairs an alliance."""
    table = linkage.memberships
    said: dict[int, list[str]] = {}
    for name in LEADING:
        number = linkage.term_number(name)
        held = table.where(table.detail == number)
        pairs = np.unique(np.stack([held.source, held.target]), axis=1)
        for thing, count in zip(*np.unique(pairs[0], return_counts=True), strict=True):
            said.setdefault(int(thing), []).append(f"{linkage.term(number, lang)} {count}")
    joint = "、" if lang == "zh" else ", "
    return [joint.join(said.get(thing, ())) for thing in things.tolist()]


def _outside(count: int) -> list[Texts]:
    if not count:
        return []
    return [
        {
            "zh": f"只比较最大的连通部分；另有 {count:,} 个成员和联盟不在其中，没有列出。",
            "en": f"Only the largest connected part is compared; {count:,} members and alliances "
            "outside it are not listed.",
        }
    ]


def _silent(count: int, words: Mapping[str, Texts]) -> list[Texts]:
    if not count:
        return []
    return [
        {
            "zh": f"{count:,} 个{words['whole']['zh']}没有载明任何{words['part']['zh']}，"
            "各项留空；未载明不等于没有。",
            "en": f"{count:,} {words['wholes']['en']} state no {words['part']['en']}, so nothing "
            "is shown of them; not stated does not mean none.",
        }
    ]
