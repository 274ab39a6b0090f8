"""Running a query on a view, behind the guard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

import pyoxigraph as ox

from kg import sparql
from kg.exceptions import QueryError, QueryRefused, QuerySyntaxError
from kg.namespace import PREFIXES
from kg.query.elsewhere import Elsewhere
from kg.query.plan import plan
from kg.query.process import Limits, Results, evaluated
from kg.query.rewrites.matches import is_asked
from kg.query.rewrites.service import NO_SERVICES, Services, federated
from kg.query.worker import merged
from kg.store import View, engine_errors

# A page or a program asks the same again, and for a look-up reading the text costs most.
_guard = lru_cache(256)(sparql.guard)
_dataset = lru_cache(256)(sparql.dataset)


@contextmanager
def evaluating(view: View | Elsewhere) -> Iterator[None]:
    """Iterate results in this block: what the engine finds wrong becomes an error of kg.

    Raises `StoreDamaged` for a file that cannot be read, and `QueryError` for, say, a
    function that the engine does not have. Of an endpoint: `RemoteError`.
    """
    if isinstance(view, Elsewhere):
        with view.endpoint.reading():
            yield
        return
    try:
        with engine_errors(view.data):
            yield
    except RuntimeError as error:
        raise QueryError(str(error)) from error


def run(
    view: View | Elsewhere,
    text: str,
    *,
    services: Services = NO_SERVICES,
    timeout: float | None = None,
    memory: int | None = None,
) -> Results:
    """Guard the query and evaluate it over the merge of all sources.

    ``FROM`` several graphs is their merge, too: a triple that is in two of them is
    one triple. (The engine would give it twice, so a query with ``FROM`` runs on a
    copy in memory of those graphs: O(their size).)

    The prefixes of kg (`kg.namespace.PREFIXES`) need no declaration.

    ``?thing search:matches "…"`` is answered from the index of names (`docs/search.md`), and
    ``SERVICE`` is answered by kg, for the addresses of ``services``, and refused for any other.

    With ``timeout`` (seconds, which reading the results is part of) or ``memory`` (bytes)
    another process evaluates, and is ended. Rows are the same; the triples of a graph
    come as `process.Triples`. Keep the view open while they are read.

    Raises `QueryRefused`, `QuerySyntaxError`, `QueryError`, `StoreDamaged`, `QueryTimeout`,
    `QueryTooLarge` and, for what is elsewhere, `RemoteError`; read the results within
    `evaluating`.
    """
    limits = Limits(timeout, memory)
    _guard(text, services.allowed)
    text = federated(text, services)
    if isinstance(view, Elsewhere):
        if is_asked(text):
            raise QueryRefused("search:matches needs the index of a store; an endpoint has none")
        return view.ask(text)
    made = plan(view, text)
    if made.rewritten is None or limits or (made.query and made.query.default):
        return evaluate(view, made.rewritten or text, limits)
    with evaluating(view):
        return view.query(made.rewritten)


def evaluate(view: View, text: str, limits: Limits | None = None) -> Results:
    """`run` without the guard and as it is, for what was made of a query that has passed it."""
    data = _dataset(text)
    default, named = map(_iris, (data.default, data.named))
    text_or_rest = data.text if default else text
    try:
        with evaluating(view):
            if limits:
                return evaluated(view.data, text_or_rest, limits, default, named)
            if default:
                store = merged(default, named, lambda name: view.quads(None, None, None, name))
                return store.query(text_or_rest, prefixes=PREFIXES)
            return view.query(text, prefixes=PREFIXES)
    except SyntaxError as error:
        raise sparql.syntax_error(error, text) from error


def _iris(names: Sequence[str]) -> Sequence[str]:
    for name in names:
        _graph(name)
    return names


def _graph(name: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(name)
    except ValueError as error:
        raise QuerySyntaxError(f"FROM <{name}>: not an absolute IRI") from error
