"""Columns of values as data frames of pandas and polars, typed so that nothing is lost."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kg.exceptions import MissingExtra

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from kg.graph.values import Value

_EXTRA = "notebook"


def to_pandas(columns: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """A frame with a column a name: Int64, Float64, boolean, string, datetime64, else objects.

    Whole numbers are Int64, decimals `decimal.Decimal`, dates datetime64[s]; None is NA. A
    column of several types keeps its values. Raises `MissingExtra` without pandas.

    >>> to_pandas({"n": [1, None], "name": ["甲", "乙"]}).dtypes.astype(str).to_dict()
    {'n': 'Int64', 'name': 'string'}
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtra("pandas", _EXTRA) from error
    return pd.DataFrame({name: _series(pd, values) for name, values in columns.items()})


def to_polars(columns: Mapping[str, Sequence[Value]]) -> pl.DataFrame:
    """A frame with a column a name; None is null, a column of several types is text.

    Raises `MissingExtra` without polars.

    >>> [str(kind) for kind in to_polars({"n": [1, None], "name": ["甲", "乙"]}).dtypes]
    ['Int64', 'String']
    """
    try:
        import polars as pl
    except ImportError as error:
        raise MissingExtra("polars", _EXTRA) from error
    return pl.DataFrame([_column(pl, name, values) for name, values in columns.items()])


def _types(values: Sequence[Any]) -> set[type]:
    return {type(value) for value in values if value is not None}


def _are_int64(values: Sequence[Any], types: set[type]) -> bool:
    return types == {int} and all(v is None or -(2**63) <= v < 2**63 for v in values)


def _floats(values: Sequence[Any]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def _series(pd: Any, values: Sequence[Any]) -> Any:  # noqa: ANN401 - a module, a series
    types = _types(values)
    if types == {datetime.date}:
        return pd.Series(
            [None if v is None else v.isoformat() for v in values], dtype="datetime64[s]"
        )
    if types == {datetime.datetime}:
        return pd.to_datetime(pd.Series(values, dtype=object), utc=_are_zoned(values))
    name = _dtype(values, types)
    if name == "Float64":
        return pd.array(_floats(values), dtype=name)
    kept = [pd.NA if value is None else value for value in values]
    return pd.Series(kept, dtype=object) if name == "object" else pd.array(kept, dtype=name)


def _dtype(values: Sequence[Any], types: set[type]) -> str:
    if _are_int64(values, types):
        return "Int64"
    if float in types and types <= {int, float}:
        return "Float64"
    if types == {bool}:
        return "boolean"
    return "string" if types <= {str} else "object"


def _are_zoned(values: Sequence[Any]) -> bool:
    return any(value is not None and value.tzinfo is not None for value in values)


def _column(pl: Any, name: str, values: Sequence[Any]) -> Any:  # noqa: ANN401 - a module, a series
    types = _types(values)
    if _are_int64(values, types):
        return pl.Series(name, values, dtype=pl.Int64)
    if float in types and types <= {int, float}:
        return pl.Series(name, _floats(values), dtype=pl.Float64)
    if Decimal in types and types <= {int, Decimal}:
        return pl.Series(name, [None if v is None else Decimal(v) for v in values])
    if len(types) == 1 and types <= {bool, str, datetime.date, datetime.datetime}:
        return pl.Series(name, values)
    return pl.Series(name, [None if v is None else str(v) for v in values], dtype=pl.String)
