"""How a query is run: what was made of it, and how long each step took."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import ParamSpec, TypeVar

import pyoxigraph as ox

from kg import sparql
from kg.query.plan import Plan, planned
from kg.query.process import Limits, called
from kg.query.run import carried_out, evaluating
from kg.store import View

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of the steps, one after another; ``rows`` include those up to the ``first``."""

    guard: float
    parse: float
    plan: float
    first: float
    rows: float

    @property
    def total(self) -> float:
        """All steps together."""
        return self.guard + self.parse + self.plan + self.rows


@dataclass(frozen=True, slots=True)
class Execution:
    """How a query ran.

    ``rows`` (of a graph: triples) is None for ASK, and ``answer`` for all others. ``apart``
    says that a process of its own did all of it; what its start took is in none of the times.
    """

    plan: Plan
    times: Times
    rows: int | None
    answer: bool | None
    apart: bool

    @property
    def read(self) -> list[str] | None:
        """The algebra as it was read (`sparql.tree`), if kg could read it."""
        if self.plan.query is None or self.plan.unread:
            return None
        return sparql.tree(self.plan.query)

    @property
    def changes(self) -> list[list[str]]:
        """The algebra behind each rewrite; the last of them is what ran."""
        return [sparql.tree(step.query) for step in self.plan.steps]

    @property
    def rewritten(self) -> str | None:
        """The text that the engine got, if a rewrite applied, laid out for reading."""
        return self.plan.rewritten and sparql.pretty(self.plan.rewritten)


def explain(
    view: View, text: str, *, timeout: float | None = None, memory: int | None = None
) -> Execution:
    """Run a query as `run` does, with all of its rows, and account for it.

    The times are those of a query that is asked for the first time by a process that has
    read others: nothing kept from an earlier run of it is used, and reading the grammar is
    not counted. Rows are counted, not kept. Raises as `run` does.
    """
    if limits := Limits(timeout, memory):
        return replace(called(limits, _executed, view, text), apart=True)
    return _executed(view, text)


def _executed(view: View, text: str) -> Execution:
    sparql.parse("ASK {}")
    _, guard = _timed(sparql.guard, text)
    _, parse = _timed(_parsed_anew, text)
    made, plan = _timed(planned, view, text)
    with evaluating(view):
        (first, rows, answer), all_rows = _timed(_drained, view, made)
    return Execution(made, Times(guard, parse, plan, first, all_rows), rows, answer, apart=False)


def _timed(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> tuple[_T, float]:
    started = perf_counter()
    return function(*args, **kwargs), perf_counter() - started


def _parsed_anew(text: str) -> None:
    """Read the text though its algebra may be kept."""
    with suppress(sparql.Unparsed):
        sparql.parse.__wrapped__(text)


def _drained(view: View, made: Plan) -> tuple[float, int | None, bool | None]:
    """The seconds up to the first row, the number of rows, and the answer of ASK."""
    started = perf_counter()
    results = carried_out(view, made)
    if isinstance(results, ox.QueryBoolean):
        return perf_counter() - started, None, bool(results)
    some = sum(1 for _ in islice(results, 1))
    first = perf_counter() - started
    return first, some + sum(1 for _ in results), None
