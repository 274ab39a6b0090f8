"""Running a query on a view, behind the guard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import pyoxigraph as ox

from kg import sparql
from kg.exceptions import QueryError, QueryRefused, QuerySyntaxError
from kg.namespace import PREFIXES
from kg.query.elsewhere import Elsewhere
from kg.query.plan import Plan, plan
from kg.query.process import Limits, Results, asked
from kg.query.rewrites.matches import is_asked
from kg.query.rewrites.service import NO_SERVICES, Services, federated
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
    return asked(limits, _planned, view, text) if limits else _planned(view, text)


def _planned(view: View, text: str) -> Results:
    """The results of a query that has passed the guard, as `plan` has it run."""
    return carried_out(view, plan(view, text))


def carried_out(view: View, made: Plan) -> Results:
    """What a plan of a query that has passed the guard gives. Raises as `run` does."""
    if made.rewritten is None or (made.query and made.query.default):
        return evaluate(view, made.rewritten or made.text)
    with evaluating(view):
        return view.query(made.rewritten)


def evaluate(view: View, text: str) -> Results:
    """`run` without the guard and as it is, for what was made of a query that has passed it."""
    data = _dataset(text)
    try:
        with evaluating(view):
            if data.default:
                return _merge(view, data).query(data.text, prefixes=PREFIXES)
            return view.query(text, prefixes=PREFIXES)
    except SyntaxError as error:
        raise sparql.syntax_error(error, text) from error


def _merge(view: View, data: sparql.Dataset) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(_copied(view, data))
    return store


def _copied(view: View, data: sparql.Dataset) -> Iterator[ox.Quad]:
    for name in data.default:
        for quad in view.quads(None, None, None, _graph(name)):
            yield ox.Quad(quad.subject, quad.predicate, quad.object)
    for name in data.named:
        yield from view.quads(None, None, None, _graph(name))


def _graph(name: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(name)
    except ValueError as error:
        raise QuerySyntaxError(f"FROM <{name}>: not an absolute IRI") from error
