"""The nodes of a network as rows, and the groups that they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from kg.analytics.coverage import group_namer, group_of
from kg.analytics.result import Result, Texts, Values, numbers, of_things
from kg.network import Linkage
from kg.network.graph import ArrayGraph, Ints
from kg.network.tables import Mask


def shown(
    measure: str,
    linkage: Linkage,
    graph: ArrayGraph,
    columns: Mapping[str, Values],
    titles: Mapping[str, Texts],
    *,
    kept: Mask | None = None,
    **more: Any,  # noqa: ANN401 - of `of_things` and fields of Result
) -> Result:
    """The nodes of a network, those ``kept``, as rows; a co-building is no one to be ranked."""
    things = numbers(linkage, graph)
    rows = ~linkage.things.of("work")[things]
    if kept is not None:
        rows &= kept
    cut = {name: _where(values, rows) for name, values in columns.items()}
    return of_things(measure, linkage, things[rows], cut, titles, **more)


class Groups(NamedTuple):
    """The group of each node, from 0, -1 where none is stated, and the groups' names."""

    labels: Ints
    names: Sequence[str]

    @property
    def stated(self) -> Mask:
        """Of which nodes a group is stated."""
        known: Mask = self.labels >= 0
        return known


def groups(linkage: Linkage, graph: ArrayGraph, by: str, lang: str = "zh") -> Groups:
    """The groups of the nodes of a network by street, sector, kind, …; raises `MeasureError`.

    Namesakes are told apart by the name of the district, in one district by that of the street.
    """
    of = group_of(linkage, by)[numbers(linkage, graph)]
    found, place = np.unique(of, return_inverse=True)
    missing = int(np.count_nonzero(found < 0))
    names = [*map(group_namer(linkage, by, lang), found[missing:].tolist())]
    return Groups(place.astype(np.int32) - missing, names)


def _where(values: Values, rows: Mask) -> Values:
    """Those in some rows; a list stays one, since its values may be texts or none."""
    if isinstance(values, np.ndarray):
        return values[rows]
    return [value for value, kept in zip(values, rows.tolist(), strict=True) if kept]
