"""Why a row is an answer: the smallest sets of sources that alone yield it.

- `expand` rewrites the query's pattern so that a solution shows all that it rests on;
- `plan` and `restrict` make of it what the engine is asked, once for all rows;
- `facts`, `walk` and `explain` turn each solution into a `formula` over pieces of evidence;
- `minimal` lists the minimal sets of pieces that make it hold, and `told` says what they are.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from kg import reason, sparql
from kg.evidence import Evidences
from kg.query.run import evaluate, evaluating
from kg.query.why.expand import Unexplained, refuse_volatile
from kg.query.why.explain import Ask, Explaining
from kg.query.why.facts import Facts
from kg.query.why.formula import Derived
from kg.query.why.plan import Plan
from kg.query.why.restrict import Row, Term
from kg.query.why.told import Absence, Explanation, Telling, Witness
from kg.query.why.walk import Paths
from kg.sparql import algebra as a
from kg.store import View

__all__ = [
    "Absence",
    "Derived",
    "Explanation",
    "Row",
    "Term",
    "Unexplained",
    "Witness",
    "why",
]

_WITNESSES = 3
_PLANS = 256
_NOT_SOURCES = ("ontology", reason.SOURCE)


def why(
    view: View,
    text: str,
    *,
    lang: str = "zh",
    witnesses: int = _WITNESSES,
    rows: Collection[Row] | None = None,
) -> dict[Row, Explanation]:
    """For each row of a query why it is an answer, with up to so many witnesses.

    The row of ASK has no columns; the rows of CONSTRUCT are its triples. ``rows`` are
    those that are shown, when they are known: a query with a LIMIT is not run again for
    them. Costs a second run of the query with more columns, and an index look-up for
    each triple that a row rests on.

    Raises `Unexplained` for what has no evidence that stays: see ``docs/why.md``.
    """
    sparql.guard(text)
    asked = planned(text)
    paths = _paths(view, lang, asked)
    with evaluating(view):
        return explain(asked, paths, functools.partial(_rows, view), _graphs(view), witnesses, rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that was read, and its plan."""

    text: str
    query: a.Query
    plan: Plan

    @property
    def is_sliced(self) -> bool:
        """Whether only some of the rows are shown."""
        return self.query.select.limit is not None or self.query.select.offset > 0

    @property
    def graphs(self) -> frozenset[str] | None:
        """The graphs of FROM clauses; None for the merge of all."""
        if self.query.default or self.query.named:
            return frozenset(graph.value for graph in self.query.default)
        return None


@functools.lru_cache(_PLANS)
def planned(text: str) -> Asked:
    """The query and its plan, kept by text. Raises `Unexplained` and `QuerySyntaxError`."""
    query = sparql.parse(text)
    refuse_volatile(query)
    if query.form == "DESCRIBE":
        raise Unexplained("what DESCRIBE gives cannot be explained; `kg describe` names sources")
    if any(isinstance(node, ox.BlankNode) for node in a.walk(query.template)):
        raise Unexplained("a blank node of CONSTRUCT cannot be explained: it is new each time")
    return Asked(text, query, Plan(query, query.select))


def explain(
    asked: Asked,
    paths: Paths,
    ask: Ask,
    graphs: Sequence[str],
    witnesses: int = _WITNESSES,
    rows: Collection[Row] | None = None,
) -> dict[Row, Explanation]:
    """`why` on any data: ``paths`` reads it, and ``ask`` runs a query on it.

    ``graphs`` are one of each of its sources.
    """
    explaining = Explaining(ask, paths)
    if asked.query.form == "SELECT":
        shown = (list(ask(asked.text)) if rows is None else rows) if asked.is_sliced else None
        formulas = explaining.rows(asked.plan, shown)
    elif asked.query.form == "ASK":
        formulas = explaining.any_row(asked.plan)
    else:
        formulas = explaining.triples(asked.plan, asked.query.template)
    telling = Telling(paths.facts, graphs)
    return {row: telling.told(formula, witnesses) for row, formula in formulas.items()}


def _rows(view: View, text: str) -> Iterator[Row]:
    results = evaluate(view, text)
    assert isinstance(results, ox.QuerySolutions)
    return map(tuple, results)


_kept: WeakKeyDictionary[View, dict[tuple[object, ...], Paths]] = WeakKeyDictionary()


def _paths(view: View, lang: str, asked: Asked) -> Paths:
    """What was read of a view stays with it: a generation does not change."""
    known = _kept.setdefault(view, {})
    key = (lang, asked.graphs)
    if key not in known:
        known[key] = Paths(Facts(view, Evidences(view, lang), asked.graphs))
    return known[key]


def _graphs(view: View) -> list[str]:
    """One graph of each source."""
    found = (s.graphs for s in view.manifest.sources if s.id not in _NOT_SOURCES)
    return [graphs[0] for graphs in found if graphs]
