"""Results by street, kind or alliance: how many things of each, and their numbers together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kg.analytics.coverage import group_namer, is_thing
from kg.analytics.result import RANK, THING, Column, Result, Scores, Texts, Value, told_apart
from kg.exceptions import MeasureError
from kg.network import Linkage
from kg.network.graph import Ints

Pairs: TypeAlias = tuple[NDArray[np.int64], Ints]
"""Places in the scores, and the group of each; -1 where none is stated."""
_NAMES: Mapping[str, Texts] = {
    "street": {"zh": "街道（乡镇）", "en": "subdistrict or township"},
    "kind": {"zh": "类型", "en": "kind"},
    "alliance": {"zh": "联盟", "en": "alliance"},
}
GROUPS = tuple(_NAMES)
_NO_MEMBERS = {
    "zh": "现有资料没有载明成员关系，因此不能按联盟汇总。",
    "en": "No membership is stated in the data, so there is nothing to sum up by alliance.",
}
_SEVERAL = {
    "zh": "一个组织可属多个联盟，在每个联盟中各计一次。",
    "en": "An organisation may be a member of several alliances and counts in each.",
}


def grouped(result: Result, by: str, *, lang: str = "zh") -> Result:
    """A row a group of the things of a result, the highest mean first.

    ``by`` is one of `GROUPS`: the street that a thing is in, its kind, or each alliance that it is
    a member of. A row has how many of the group have a number, their sum, mean and median, the
    highest and what has it. Of what is not stated there is a row, too. Raises `MeasureError` for a
    result that is a table, and by alliance where nothing measured is a member of one.
    """
    if by not in _NAMES:
        raise MeasureError(f"results go by {', '.join(GROUPS)}, not by {by!r}")
    if result.scores is None:
        raise MeasureError(f"{result.measure} has no row a thing, so it does not go by {by}")
    known = ~np.isnan(result.scores.values)
    scores = Scores(result.scores.things[known], result.scores.values[known])
    members, group = _PAIRS[by](result.linkage, scores.things)
    if by == "alliance" and len(scores.things) and not len(members):
        if len(result.linkage.memberships):
            fact = f"nothing that {result.measure} was taken of is a member of an alliance"
            raise MeasureError(f"{fact}; group it by street or kind, or name another --network")
        return _made(result, by, [], notes=[_NO_MEMBERS])
    name = group_namer(result.linkage, by, lang)
    iris = result.linkage.things.iris
    # A row of a street says where its highest is.
    labels = (
        result.linkage.things.labels[lang]
        if by == "street"
        else told_apart(result.linkage, scores.things, lang)
    )
    rows: list[tuple[Any, ...]] = []
    for number in np.unique(group).tolist():
        places = members[group == number]
        values = scores.values[places]
        best = int(places[np.argmax(values)])
        rows.append(
            (
                name(number),
                len(values),
                _number(values.sum()),
                float(values.mean()),
                float(np.median(values)),
                _number(values.max()),
                labels[int(scores.things[best])],
                *([iris[number] if number >= 0 else None] if is_thing(by) else []),
            )
        )
    rows.sort(key=lambda row: (-row[3], row[0], row[-1] or ""))
    return _made(result, by, rows, notes=[_SEVERAL] if by == "alliance" else [])


def score_column(result: Result) -> Column | None:
    """The column that shows the scores; None where there are none, or none that shows them.

    >>> score_column(Result("tiers", [], [], None)) is None
    True
    """
    if result.scores is None:
        return None
    first = [(row, value) for row, value in zip(result.rows, result.scores.values, strict=True)]
    for place, column in enumerate(result.columns):
        if column.name != RANK.name and all(_shows(row[place], value) for row, value in first):
            return column
    return None


def ranks(result: Result) -> list[int]:
    """The rank of each row: as the result has it, else by place, equal numbers sharing one."""
    names = [column.name for column in result.columns]
    if RANK.name in names:
        place = names.index(RANK.name)
        return [int(row[place] or 0) for row in result.rows]
    found: list[int] = []
    values = result.scores.values.tolist() if result.scores else []
    for place, value in enumerate(values):
        tied = bool(found) and value == values[place - 1]
        found.append(found[-1] if tied else place + 1)
    return found


def _shows(cell: Value, value: float) -> bool:
    if cell is None:
        return bool(np.isnan(value))
    return not isinstance(cell, str) and abs(cell - value) <= 1e-9 * max(1.0, abs(value))


def _made(
    result: Result, by: str, rows: Iterable[tuple[Value, ...]], notes: Iterable[Texts]
) -> Result:
    column = score_column(result)
    digits = column.digits if column else 4
    some = 2 if digits is None else digits
    columns = [
        Column(by, _NAMES[by]),
        Column("count", {"zh": "个数", "en": "how many"}),
        Column("sum", {"zh": "合计", "en": "sum"}, digits),
        Column("mean", {"zh": "平均", "en": "mean"}, some),
        Column("median", {"zh": "中位数", "en": "median"}, some),
        Column("highest", {"zh": "最高", "en": "highest"}, digits),
        Column("of", {"zh": "最高者", "en": "highest is"}),
        *([THING] if is_thing(by) else []),
    ]
    return Result(
        result.measure,
        columns,
        list(rows),
        result.linkage,
        network=result.network,
        parameters=result.parameters,
        summary=result.summary,
        notes=[*result.notes, *notes],
    )


def _by_column(name: str) -> Callable[[Linkage, Ints], Pairs]:
    def pairs(linkage: Linkage, things: Ints) -> Pairs:
        return np.arange(len(things)), getattr(linkage.things, name)[things]

    return pairs


def _by_alliance(linkage: Linkage, things: Ints) -> Pairs:
    """Each thing once an alliance, however many memberships say so."""
    place = np.full(len(linkage.things), -1, dtype=np.int64)
    place[things] = np.arange(len(things))
    table = linkage.memberships
    joined = np.unique(np.stack([place[table.source], table.target]), axis=1)
    joined = joined[:, joined[0] >= 0]
    return joined[0], joined[1].astype(np.int32)


_PAIRS: Mapping[str, Callable[[Linkage, Ints], Pairs]] = {
    "street": _by_column("street"),
    "kind": _by_column("kind"),
    "alliance": _by_alliance,
}


def _number(value: np.float64) -> int | float:
    """A whole number as such."""
    return int(value) if float(value).is_integer() else float(value)
