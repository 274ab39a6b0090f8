"""Running a query on a view, behind the guard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import pyoxigraph as ox

from kg import sparql
from kg.exceptions import QueryError, QuerySyntaxError
from kg.namespace import PREFIXES
from kg.query.elsewhere import Elsewhere
from kg.query.rewrites.search import matched
from kg.query.rewrites.service import NO_SERVICES, Services, federated
from kg.store import View, engine_errors

Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


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


def run(view: View | Elsewhere, text: str, *, services: Services = NO_SERVICES) -> Results:
    """Guard the query and evaluate it over the merge of all sources.

    ``FROM`` several graphs is their merge, too: a triple that is in two of them is
    one triple. (The engine would give it twice, so a query with ``FROM`` runs on a
    copy in memory of those graphs: O(their size).)

    The prefixes of kg (`kg.namespace.PREFIXES`) need no declaration.

    ``?thing search:matches "…"`` is answered from the index of names (`docs/search.md`), and
    ``SERVICE`` is answered by kg, for the addresses of ``services``, and refused for any other.

    Raises `QueryRefused`, `QuerySyntaxError`, `QueryError`, `StoreDamaged` and, for what is
    elsewhere, `RemoteError`; read the results within `evaluating`.
    """
    sparql.guard(text, services.allowed)
    text = federated(matched(view, text), services)
    return view.ask(text) if isinstance(view, Elsewhere) else evaluate(view, text)


def evaluate(view: View, text: str) -> Results:
    """`run` without the guard, for a rewriting of a query that has passed it."""
    data = sparql.dataset(text)
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
