"""Networks and measures for notebooks: what NetworkX takes, and results as frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kg.analytics import Result as Taken
from kg.analytics import measure, measures
from kg.analytics.result import numbers
from kg.graph import frames, html
from kg.network import ArrayGraph, Linkage, networks

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from kg.graph.values import Value


class Net(ArrayGraph):
    """A named network: a graph to NetworkX, with frames of its nodes and edges.

    Nodes are IRIs, their attributes ``label``, ``kind`` and ``family``. Made by `Graph.network`.
    """

    name: str
    linkage: Linkage
    lang: str

    @classmethod
    def named(cls, linkage: Linkage, name: str, lang: str) -> Net:
        """The network of that name; raises `UnknownNetwork`."""
        of = linkage.network(name)
        chosen = numbers(linkage, of)
        made = cls(
            of.indptr,
            of.indices,
            of.weights if of.is_weighted else None,
            directed=of.directed,
            names=of.names,
            attributes={**of.attributes, **linkage.columns(chosen, lang)},
            info=of.graph,
        )
        made.name, made.linkage, made.lang = name, linkage, lang
        return made

    def measure(self, name: str, **parameters: object) -> Measured:
        """Take a measure of this network. Raises as `kg.analytics.measure` does."""
        return Measured.of(self.linkage, name, self.lang, self.name, parameters)

    def df(self) -> pd.DataFrame:
        """The nodes as a pandas frame: ``iri`` and the attributes. Raises `MissingExtra`."""
        return frames.to_pandas({"iri": [*self.names], **_lists(self.attributes)})

    def edges_df(self) -> pd.DataFrame:
        """The edges as a pandas frame: ``source``, ``target`` (IRIs), ``weight``."""
        start, end, weight = self.edge_arrays()
        return frames.to_pandas(
            {
                "source": [self.names[node] for node in start.tolist()],
                "target": [self.names[node] for node in end.tolist()],
                "weight": weight.tolist(),
            }
        )

    def _repr_html_(self) -> str:
        found, lang = networks()[self.name], self.lang
        rows = [
            [html.cell(getattr(found, part)[lang])]
            for part in ("nodes", "edges", "direction", "weight", "period")
        ]
        return html.table([f"{found.title[lang]} · {self!r}"], rows)


class Measured:
    """What a measure gave, as rows and frames, with how it is read. Made by `Graph.measure`."""

    def __init__(self, taken: Taken, lang: str) -> None:
        self.taken = taken
        self.lang = lang

    @classmethod
    def of(
        cls,
        linkage: Linkage,
        name: str,
        lang: str,
        network: str | None,
        parameters: Mapping[str, object],
    ) -> Measured:
        """Take a measure of a linkage. Raises as `kg.analytics.measure` does."""
        return cls(measure(linkage, name, network=network, lang=lang, **parameters), lang)

    def __len__(self) -> int:
        return len(self.taken.rows)

    def __repr__(self) -> str:
        return f"Measured({self.taken.measure!r}, {len(self):,} rows)"

    def columns(self, *, titles: bool = False) -> dict[str, list[Value]]:
        """The values of each column, by its name or, with ``titles``, by its title."""
        found = self.taken.columns
        names = [column.title[self.lang] if titles else column.name for column in found]
        return {name: [row[place] for row in self.taken.rows] for place, name in enumerate(names)}

    def rows(self) -> list[tuple[Value, ...]]:
        """The rows as tuples, the most telling first."""
        return [tuple(row) for row in self.taken.rows]

    def df(self, *, titles: bool = False) -> pd.DataFrame:
        """A pandas frame; ``titles`` names its columns in words. Raises `MissingExtra`."""
        return frames.to_pandas(self.columns(titles=titles))

    def pl(self, *, titles: bool = False) -> pl.DataFrame:
        """A polars frame; ``titles`` names its columns in words. Raises `MissingExtra`."""
        return frames.to_polars(self.columns(titles=titles))

    @property
    def summary(self) -> dict[str, Value]:
        """What is said of the whole, by its title."""
        return {title[self.lang]: value for title, value in self.taken.summary}

    def _repr_html_(self) -> str:
        found, lang = measures()[self.taken.measure], self.lang
        shown = self.taken.rows[: html.SHOWN]
        columns = self.taken.columns
        rows = [
            [
                html.cell(_shown(value, column.digits), title=str(value) if column.digits else "")
                for value, column in zip(row, columns, strict=True)
                if not column.is_address
            ]
            for row in shown
        ]
        heads = [column.title[lang] for column in columns if not column.is_address]
        told = [found.reading[lang]]
        told += [f"{title}: {_shown(value, 4) or '–'}" for title, value in self.summary.items()]
        told += [note[lang] for note in self.taken.notes]
        below = "".join(f"<p>{html.cell(line)}</p>" for line in told)
        caption = f"{found.title[lang]} ({found.unit[lang]})"
        body = html.table(heads, rows, caption=caption)
        return body + html.counted(len(shown), len(self), lang) + below


def _shown(value: Value, digits: int | None) -> str:
    if value is None:
        return ""
    return f"{value:.{digits}f}" if isinstance(value, float) and digits is not None else str(value)


def _lists(attributes: Mapping[str, Any]) -> dict[str, list[Value]]:
    return {name: [*column] for name, column in attributes.items()}
