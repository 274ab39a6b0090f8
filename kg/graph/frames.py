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
# As many as a Decimal of polars has, before and behind the point.
_DIGITS = 38


def to_pandas(columns: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """A frame with a column a name: Int64, Float64, boolean, string, datetime64, else objects.

    Whole numbers are Int64, decimals `decimal.Decimal`, dates datetime64[s]; None is NA, and a
    NaN stays NaN (`isna` tells them apart; pandas' arithmetic may not). Times with a zone are in
    UTC. A column of several types, or of times of which only some have a zone, keeps its values.
    Raises `MissingExtra` without pandas.

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

    Text as well, since no type of polars holds them: whole numbers beyond Int64, decimals that
    together need more than 38 digits before and behind the point, times of which only some have
    a zone. The text is exact: ``col.cast(pl.Float64)`` or `decimal.Decimal` reads it. Times with
    a zone are in UTC. Raises `MissingExtra` without polars.

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
    if types == {datetime.datetime} and len(zoned := _zoned(values)) == 1:
        return pd.to_datetime(pd.Series(values, dtype=object), utc=True in zoned)
    name = _dtype(values, types)
    if name == "Float64":
        # `pd.array` would make a NaN NA, as if it were not bound.
        unbound = pd.Series([value is None for value in values], dtype=bool)
        floats = pd.Series(_floats(values), dtype="float64")
        return pd.arrays.FloatingArray(floats.to_numpy(copy=True), unbound.to_numpy(copy=True))
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


def _zoned(values: Sequence[Any]) -> set[bool]:
    """Whether the values are times with a zone: both, where some are."""
    return {getattr(value, "tzinfo", None) is not None for value in values if value is not None}


def _column(pl: Any, name: str, values: Sequence[Any]) -> Any:  # noqa: ANN401 - a module, a series
    types = _types(values)
    if _are_int64(values, types):
        return pl.Series(name, values, dtype=pl.Int64)
    if float in types and types <= {int, float}:
        return pl.Series(name, _floats(values), dtype=pl.Float64)
    if Decimal in types and types <= {int, Decimal}:
        decimals = [None if v is None else Decimal(v) for v in values]
        if (scale := _scale(decimals)) is not None:
            return pl.Series(name, decimals, dtype=pl.Decimal(_DIGITS, scale))
    plain = len(types) == 1 and types <= {bool, str, datetime.date, datetime.datetime}
    if plain and len(_zoned(values)) == 1:
        return pl.Series(name, values)
    return pl.Series(name, [None if v is None else _text(v) for v in values], dtype=pl.String)


def _scale(decimals: Sequence[Decimal | None]) -> int | None:
    """The places behind the point that all need; None where polars has no room for them."""
    held = [value for value in decimals if value is not None]
    if not all(value.is_finite() for value in held):
        return None
    scale = max(0, *(-int(value.as_tuple().exponent) for value in held))
    whole = max(0, *(value.adjusted() + 1 for value in held))
    return scale if scale + whole <= _DIGITS else None


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime.datetime) else str(value)
