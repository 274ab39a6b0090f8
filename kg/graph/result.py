"""What a query gives in a notebook: rows, frames, a graph, and what the rows rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from kg.export import WrongFormat
from kg.graph import frames, html
from kg.graph.values import Value, value_of
from kg.query import Unexplained
from kg.query.why import Row, Term

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import rdflib

    from kg.evidence import Evidence
    from kg.graph.door import Graph
    from kg.query import Explanation


class Result:
    """The rows of one query, read whole; ASK has one row, CONSTRUCT a row a triple.

    ``names`` are the variables, ``titles`` what a saved question calls its columns, ``text`` is the
    SPARQL that was run. Made by `Graph.query` and `Graph.saved`.
    """

    def __init__(
        self,
        graph: Graph,
        text: str,
        names: Sequence[str],
        terms: Sequence[Sequence[Term | None]],
        *,
        kind: str = "select",
        titles: Mapping[str, str] | None = None,
        title: str = "",
        none: str = "",
    ) -> None:
        self.text = text
        self.names = list(names)
        self.titles = {name: (titles or {}).get(name, name) for name in names}
        self.title = title
        self.terms = [tuple(row) for row in terms]
        self._graph = graph
        self._kind = kind
        self._none = none

    def __len__(self) -> int:
        return len(self.terms)

    def __bool__(self) -> bool:
        """Whether there is a row; of ASK, the answer."""
        return self.rows()[0][0] is True if self._kind == "ask" else bool(self.terms)

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return iter(self.rows())

    def __repr__(self) -> str:
        return f"Result({len(self):,} rows: {', '.join(self.names)})"

    @cached_property
    def notes(self) -> list[str]:
        """What to know of the answer: that no source says it, terms that may be misspelt."""
        lang = self._graph.lang
        said = [self._none] if self._none and not self.terms else []
        return said + [html.misspelt(one, lang) for one in self._graph.misspelt(self.text)]

    def rows(self, *, short: bool = False) -> list[tuple[Value, ...]]:
        """Rows of Python values (`value_of`); with ``short``, IRIs are prefixed names."""
        return [tuple(value_of(term, short=short) for term in row) for row in self.terms]

    def columns(self, *, short: bool = False) -> dict[str, list[Value]]:
        """The values of each column, by its name."""
        rows = self.rows(short=short)
        return {name: [row[place] for row in rows] for place, name in enumerate(self.names)}

    def df(self, *, short: bool = False, titles: bool = False) -> pd.DataFrame:
        """A pandas frame (`kg.graph.frames.to_pandas`).

        ``titles`` names its columns as the saved question does. Raises `MissingExtra`.
        """
        return frames.to_pandas(self._named(self.columns(short=short), titles))

    def pl(self, *, short: bool = False, titles: bool = False) -> pl.DataFrame:
        """A polars frame (`kg.graph.frames.to_polars`). Raises `MissingExtra`."""
        return frames.to_polars(self._named(self.columns(short=short), titles))

    def graph(self) -> rdflib.Graph:
        """The triples of CONSTRUCT or DESCRIBE as a graph of rdflib.

        Raises `WrongFormat` for rows of another query.
        """
        if self._kind != "construct":
            raise WrongFormat(
                "only CONSTRUCT and DESCRIBE give a graph; df() gives rows as a frame"
            )
        import rdflib

        graph = rdflib.Graph()
        lines = "\n".join(" ".join(map(str, row)) + " ." for row in self.terms)
        graph.parse(data=lines, format="nt")
        return graph

    def why(self) -> Why:
        """What each row rests on. Costs a second run of the query, once.

        Raises `kg.query.Unexplained` where rows cannot be explained.
        """
        return Why(self, self._explained(None))

    def _explained(self, rows: Sequence[Row] | None) -> dict[Row, Explanation]:
        return self._graph.explained(self.text, rows)

    def _named(self, columns: dict[str, list[Value]], titles: bool) -> dict[str, list[Value]]:
        if not titles:
            return columns
        return {self.titles[name]: values for name, values in columns.items()}

    def _repr_html_(self) -> str:
        shown = self.terms[: html.SHOWN]
        told = self._told(shown)
        numbers: dict[Evidence, int] = {}
        rows = []
        for row in shown:
            cells = [self._cell(term) for term in row]
            if told is not None:
                marks = [numbers.setdefault(one, len(numbers) + 1) for one in told.get(row, ())]
                cells.append(html.cell(" ".join(f"[{mark}]" for mark in sorted(set(marks)))))
            rows.append(cells)
        heads = [self.titles[name] for name in self.names] + ([] if told is None else [""])
        lang = self._graph.lang
        body = html.table(heads, rows, caption=self.title) if self.terms else ""
        listed = [(number, one) for one, number in numbers.items()]
        notes = "".join(f"<p>{html.cell(note)}</p>" for note in self.notes)
        below = html.counted(len(shown), len(self), lang) + notes + html.sources(listed, lang)
        return f"{body}{below}{html.cell(self._graph.told)}"

    def _told(self, rows: Sequence[Row]) -> dict[Row, list[Evidence]] | None:
        """The places that the rows shown rest on; None where that cannot be told."""
        if not rows or not self._graph.explains:
            return None
        try:
            return {row: one.evidence for row, one in self._explained(rows).items()}
        except Unexplained:
            return None

    def _cell(self, term: Term | None) -> str:
        value = value_of(term, short=True)
        iri = value_of(term)
        text = "" if value is None else str(value)
        return html.cell(text, iri=str(iri) if text != str(iri) else "")


class Why:
    """The sentences and rows behind the rows of a result, a row a place."""

    def __init__(self, result: Result, explained: Mapping[Row, Explanation]) -> None:
        self._result = result
        self._explained = explained

    def __len__(self) -> int:
        return len(self._places)

    @cached_property
    def _places(self) -> list[tuple[int, Evidence]]:
        found: list[tuple[int, Evidence]] = []
        for number, row in enumerate(self._result.terms):
            if row in self._explained:
                found += [(number, evidence) for evidence in self._explained[row].evidence]
        return found

    def columns(self) -> dict[str, list[Value]]:
        """``row`` (its number from 0), and quote, place, source, date and certainty."""
        places = self._places
        return {
            "row": [number for number, _ in places],
            "quote": [one.quote or None for _, one in places],
            "place": [one.place for _, one in places],
            "source": [one.source.title for _, one in places],
            "date": [one.source.date or None for _, one in places],
            "certainty": [one.certainty for _, one in places],
        }

    def rows(self) -> list[tuple[Value, ...]]:
        """The places as tuples, in the order of `columns`."""
        return list(zip(*self.columns().values(), strict=True))

    def df(self) -> pd.DataFrame:
        """A pandas frame, a row a place. Raises `MissingExtra`."""
        return frames.to_pandas(self.columns())

    def _repr_html_(self) -> str:
        columns = self.columns()
        rows = [
            [html.cell("" if value is None else str(value)) for value in row]
            for row in self.rows()[: html.SHOWN]
        ]
        below = html.counted(len(rows), len(self), self._result._graph.lang)
        return html.table(list(columns), rows) + below
