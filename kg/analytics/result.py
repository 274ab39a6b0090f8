"""What a measure gives: a table, where its numbers come from, and a score a thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kg.network import Linkage
from kg.network.graph import ArrayGraph, Floats, Ints

Value: TypeAlias = str | int | float | None
Values: TypeAlias = NDArray[Any] | Sequence[Value]
Texts: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its title in both languages, and whether it says how many digits to show.

    ``digits`` None is for texts and whole numbers.
    """

    name: str
    title: Texts
    digits: int | None = None

    @property
    def is_address(self) -> bool:
        """Whether it has IRIs: files keep them, and whoever reads names needs none."""
        return self.name == "iri" or self.name.endswith("_iri")


@dataclass(frozen=True, slots=True)
class Scores:
    """A number a thing, for grouping, writing back and drawing: numbers of things, values."""

    things: Ints
    values: Floats


@dataclass(frozen=True)
class Result:
    """A measure's answer on one generation.

    ``rows`` are in the order in which an official reads them, the most telling first. ``summary``
    has what is said of the whole (a title by language and a value), ``notes`` what a reader must
    know (a sample's error, a method that was not there), by language. Where each row is a thing,
    ``scores`` has its number among the things and the measure's number of it, row by row.
    """

    measure: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    linkage: Linkage
    network: str | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)
    summary: Sequence[tuple[Texts, Value]] = ()
    notes: Sequence[Texts] = ()
    scores: Scores | None = None

    @property
    def generation(self) -> int:
        """The generation that was measured."""
        return self.linkage.generation

    def records(self) -> list[dict[str, Value]]:
        """The rows by the names of columns."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


THING = Column("iri", {"zh": "IRI", "en": "IRI"})
LABEL = Column("name", {"zh": "名称", "en": "name"})
KIND = Column("kind", {"zh": "类型", "en": "kind"})
STREET = Column("street", {"zh": "街道（乡镇）", "en": "subdistrict or township"})
RANK = Column("rank", {"zh": "位次", "en": "rank"})
NOT_STATED = {"zh": "未载明", "en": "not stated"}


def of_things(
    measure: str,
    linkage: Linkage,
    things: Ints,
    columns: Mapping[str, Values],
    titles: Mapping[str, Texts],
    *,
    lang: str = "zh",
    digits: int | None = 4,
    ascending: bool = False,
    network: str | None = None,
    notes: Sequence[Texts] = (),
    **more: Any,  # noqa: ANN401 - fields of Result
) -> Result:
    """A result with a row a thing: rank, name, kind, street, the columns, and the IRI.

    The first of the columns is the score; rows go down by it (up if ``ascending``), those of
    equal rank by the other columns of numbers, then by IRI. Floats that are not numbers are
    shown as none. A note says which nodes of the network are no rows.
    """
    main = _rounded(np.asarray(next(iter(columns.values())), dtype=np.float64))
    key = main if ascending else -main
    others = [np.asarray(values) for values in [*columns.values()][1:]]
    fall = [-other for other in others if other.dtype.kind in "if"]
    order = np.lexsort((things, *reversed(fall), np.where(np.isnan(key), np.inf, key)))
    things, main = things[order], main[order]
    lists = [np.asarray(values, dtype=object)[order].tolist() for values in columns.values()]
    at = linkage.things
    labels, streets = at.labels[lang], told_apart(linkage, at.street, lang)
    rows = [
        (
            rank,
            labels[thing],
            linkage.term(int(at.kind[thing]), lang),
            street,
            *values,
            at.iris[thing],
        )
        for rank, thing, street, values in zip(
            _ranks(main),
            things.tolist(),
            (streets.get(s, NOT_STATED[lang]) for s in at.street[things].tolist()),
            zip(*(map(_value, values) for values in lists), strict=True),
            strict=True,
        )
    ]
    measured = [
        Column(name, titles[name], digits if _is_float(values) else None)
        for name, values in columns.items()
    ]
    heads = (RANK, LABEL, KIND, STREET, *measured, THING)
    notes = [*notes, *(_not_listed(linkage, network, things) if network else [])]
    scores = Scores(things, main)
    return Result(
        measure, heads, rows, linkage, network=network, notes=notes, scores=scores, **more
    )


def _not_listed(linkage: Linkage, network: str, listed: Ints) -> list[Texts]:
    """How many nodes of a network are not listed, and what they are."""
    nodes = numbers(linkage, linkage.network(network))
    others = nodes[~np.isin(nodes, listed)]
    if not len(others):
        return []
    of = [linkage.things.of(family)[others] for family in ("work", "alliance")]
    counts = [int(np.count_nonzero(held)) for held in of]
    counts.append(len(others) - sum(counts))
    parts = [(title, n) for title, n in zip(_UNLISTED, counts, strict=True) if n]
    zh = "、".join(f"{n:,} 个{title['zh']}" for title, n in parts)
    en = ", ".join(f"{title['en']} ({n:,})" for title, n in parts)
    return [
        {
            "zh": f"网络有 {len(nodes):,} 个点，其中 {zh}没有列出。",
            "en": f"Of the {len(nodes):,} nodes of the network these are not listed: {en}.",
        }
    ]


_UNLISTED: Sequence[Texts] = (
    {"zh": "共建事项", "en": "co-buildings"},
    {"zh": "联盟", "en": "alliances"},
    {"zh": "其他点", "en": "other nodes"},
)


def told_apart(linkage: Linkage, among: Ints, lang: str) -> dict[int, str]:
    """The names of things by their numbers, -1 left aside.

    Namesakes bear the name of their district, and those of one district that of the street, too.
    """
    at, labels = linkage.things, linkage.things.labels[lang]
    names = {number: labels[number] for number in np.unique(among[among >= 0]).tolist()}
    for around in ((at.district,), (at.district, at.street)):
        several = {name for name, count in Counter(names.values()).items() if count > 1}
        for number in [number for number, name in names.items() if name in several]:
            places = [labels[area[number]] for area in around if area[number] not in (-1, number)]
            names[number] = _placed(labels[number], places, lang)
    return names


def _placed(name: str, places: Sequence[str], lang: str) -> str:
    if not places:
        return name
    return f"{name}（{''.join(places)}）" if lang == "zh" else f"{name} ({', '.join(places[::-1])})"


def numbers(linkage: Linkage, graph: ArrayGraph) -> Ints:
    """The numbers of the things that are the nodes of a network of the linkage."""
    places = linkage.things.places
    return np.fromiter((places[iri] for iri in graph.names), np.int32, len(graph))


def _rounded(values: Floats) -> Floats:
    """To twelve digits, so that what is equal but for the order of additions is equal."""
    return np.array([float(f"{value:.12g}") for value in values.tolist()], dtype=np.float64)


def _ranks(values: Floats) -> list[int]:
    """1 for the first, equal values have one rank."""
    ranks: list[int] = []
    for place, value in enumerate(values.tolist()):
        tied = bool(ranks) and value == values[place - 1]
        ranks.append(ranks[-1] if tied else place + 1)
    return ranks


def _value(value: Any) -> Value:  # noqa: ANN401 - of an array of objects
    if isinstance(value, float):
        return None if np.isnan(value) else value
    return value if isinstance(value, str) or value is None else int(value)


def _is_float(values: object) -> bool:
    if isinstance(values, np.ndarray):
        return bool(np.issubdtype(values.dtype, np.floating))
    return any(isinstance(value, float) for value in values)  # type: ignore[attr-defined]
