"""Why a row is an answer: the smallest sets of sources that alone yield it.

- `expand` rewrites the query's pattern so that a solution shows all that it rests on;
- `asking` and `restrict` make of it what the engine is asked, once for all rows;
- `facts`, `walk` and `explain` turn each solution into a `formula` over pieces of evidence;
- `minimal` lists the minimal sets of pieces that make it hold, and `told` says what they are.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg import ingest, sparql
from kg.evidence import Evidences
from kg.query.plan import plan
from kg.query.rewrites.matches import matches
from kg.query.run import evaluate, evaluating
from kg.query.why.asking import Plan
from kg.query.why.expand import Unexplained, refuse_volatile
from kg.query.why.explain import Ask, Explaining
from kg.query.why.facts import Facts
from kg.query.why.formula import Derived
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
_REWRITTEN = 10_000
_NOT_SOURCES = ingest.RESERVED


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
    with evaluating(view):
        kept = _kept.setdefault(view, Kept())
        asked = kept.asked(view, text)
        if rows is None and asked.is_sliced:
            rows = list(_rows(view, text))
        paths, telling = kept.reading(view, lang, asked)
        ask = functools.partial(_rows, view)
        return explain(asked, paths, ask, telling, witnesses, rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that was read, and its plan."""

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


def planned(text: str, view: View | None = None) -> Asked:
    """The query and its plan; names that are sought on a view are those that the index finds.

    Raises `Unexplained` and `QuerySyntaxError`.
    """
    query = sparql.parse(text)
    if view is not None:
        query = matches(query, view)
    refuse_volatile(query)
    if query.form == "DESCRIBE":
        raise Unexplained("what DESCRIBE gives cannot be explained; `kg describe` names sources")
    if any(isinstance(node, ox.BlankNode) for node in a.walk(query.template)):
        raise Unexplained("a blank node of CONSTRUCT cannot be explained: it is new each time")
    return Asked(query, Plan(query, query.select))


def explain(
    asked: Asked,
    paths: Paths,
    ask: Ask,
    telling: Telling,
    witnesses: int = _WITNESSES,
    rows: Collection[Row] | None = None,
) -> dict[Row, Explanation]:
    """`why` on any data: ``paths`` and ``telling`` read it, and ``ask`` runs a query on it.

    ``rows`` must be known where only some are shown.
    """
    explaining = Explaining(ask, paths)
    if asked.query.form == "SELECT":
        formulas = explaining.rows(asked.plan, rows if asked.is_sliced else None)
    elif asked.query.form == "ASK":
        formulas = explaining.any_row(asked.plan)
    else:
        formulas = explaining.triples(asked.plan, asked.query.template)
    return {row: telling.told(formula, witnesses) for row, formula in formulas.items()}


def _rows(view: View, text: str) -> Iterator[Row]:
    """The rows of a query that was made, or of one that has passed the guard."""
    # With many rows as VALUES it is asked once, and reading it would cost more than it saves.
    rewritten = plan(view, text).rewritten if len(text) < _REWRITTEN else None
    # What was made declares its prefixes; without FROM the engine needs no help.
    made = rewritten or text
    results = evaluate(view, made) if "FROM" in made else view.query(made)
    assert isinstance(results, ox.QuerySolutions)
    return map(tuple, results)


class Kept:
    """What was read of a view, and the plans of its last queries: a generation does not change."""

    def __init__(self) -> None:
        self._asked: dict[str, Asked] = {}
        self._reading: dict[tuple[str, frozenset[str] | None], tuple[Paths, Telling]] = {}

    def asked(self, view: View, text: str) -> Asked:
        """The query, guarded, and its plan."""
        if text not in self._asked:
            sparql.guard(text)
            while len(self._asked) >= _PLANS:
                del self._asked[next(iter(self._asked))]
            self._asked[text] = planned(text, view)
        return self._asked[text]

    def reading(self, view: View, lang: str, asked: Asked) -> tuple[Paths, Telling]:
        """What reads the graphs that the query asks, and tells of them in a language."""
        key = (lang, asked.graphs)
        if key not in self._reading:
            facts = Facts(weakref.proxy(view), Evidences(weakref.proxy(view), lang), asked.graphs)
            graphs = functools.partial(_graphs, weakref.proxy(view))
            self._reading[key] = (Paths(facts), Telling(facts, graphs))
        return self._reading[key]


# What is kept holds its view by a proxy only, lest it keep the view.
_kept: weakref.WeakKeyDictionary[View, Kept] = weakref.WeakKeyDictionary()


def _graphs(view: View) -> list[str]:
    """One graph of each source."""
    found = (s.graphs for s in view.manifest.sources if s.id not in _NOT_SOURCES)
    return [graphs[0] for graphs in found if graphs]
