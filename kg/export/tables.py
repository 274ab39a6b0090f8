"""Networks as two tables, of nodes and of edges: CSV, which Gephi reads, too, and Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from kg.exceptions import MissingExtra
from kg.export.answer import Answer
from kg.export.formats import write
from kg.export.net import Net, Value
from kg.namespace import XSD

if TYPE_CHECKING:
    from polars import DataFrame

Row: TypeAlias = tuple[Value | None, ...]

_DOUBLE = ox.NamedNode(XSD + "double")


def node_columns(net: Net) -> dict[str, type]:
    """The columns of the table of nodes."""
    return {"id": str, **net.node_columns}


def edge_columns(net: Net) -> dict[str, type]:
    """The columns of the table of edges, by the names that Gephi knows.

    ``type`` is the direction, ``kind`` tells parallel edges apart.
    """
    known = dict.fromkeys(("id", "source", "target", "type", "kind"), str)
    return {**known, **net.edge_columns}


def node_rows(net: Net) -> Iterator[Row]:
    """The rows of the table of nodes."""
    for node in net.nodes():
        yield (node.id, *(node.told.get(name) for name in net.node_columns))


def edge_rows(net: Net) -> Iterator[Row]:
    """The rows of the table of edges."""
    direction, columns = "Directed" if net.directed else "Undirected", [*net.edge_columns]
    for edge in net.edges():
        told = (edge.told.get(name) for name in columns)
        yield (edge.id, edge.source, edge.target, direction, edge.key or None, *told)


def write_csv(net: Net, folder: Path, *, excel: bool = False) -> None:
    """Write ``nodes.csv`` and ``edges.csv``, row by row; ``excel`` as `kg.export.write` has it."""
    form = "excel" if excel else "csv"
    for name, columns, rows in _both(net):
        terms = (tuple(map(_term, row)) for row in rows)
        with (folder / f"{name}.csv").open("wb") as out:
            write(Answer([*columns], terms), form, out)


def write_parquet(net: Net, folder: Path) -> None:
    """Write ``nodes.parquet`` and ``edges.parquet``. Raises `MissingExtra` without polars."""
    for name, columns, rows in _both(net):
        _frame(columns, rows).write_parquet(folder / f"{name}.parquet")


def _both(net: Net) -> Iterator[tuple[str, dict[str, type], Iterable[Row]]]:
    yield "nodes", node_columns(net), node_rows(net)
    yield "edges", edge_columns(net), edge_rows(net)


def _frame(columns: dict[str, type], rows: Iterable[Row]) -> DataFrame:
    try:
        import polars as pl
    except ImportError as error:
        raise MissingExtra("polars", "notebook") from error
    kinds = {str: pl.String, int: pl.Int64, float: pl.Float64}
    schema = {name: kinds[kind] for name, kind in columns.items()}
    return pl.DataFrame([*rows], schema=schema, orient="row")


def _term(value: Value | None) -> ox.Literal | None:
    if value is None:
        return None
    if isinstance(value, float):
        return ox.Literal(repr(value), datatype=_DOUBLE)
    return ox.Literal(value)
