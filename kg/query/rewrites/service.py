"""SERVICE, answered by kg itself: the engine never sees it.

Each pattern goes to its address as a query of its own, and the rows that come back stand in
its place as VALUES. That is how SPARQL reads a query, from the inside out: nothing that is
bound around it narrows what is asked there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from kg import sparql
from kg.exceptions import QueryRefused, RemoteError
from kg.query.rewrites.matches import MATCHES
from kg.sparql import algebra as a

if TYPE_CHECKING:
    from kg.remote import Endpoint, Limits

MAX_ROWS = 100_000

_Row: TypeAlias = tuple[ox.NamedNode | ox.Literal | None, ...]


@dataclass(frozen=True, slots=True)
class Services:
    """The addresses, to the letter, that SERVICE may ask, and what each request may cost."""

    allowed: tuple[str, ...] = ()
    limits: Limits | None = None


NO_SERVICES = Services()


def federated(text: str, services: Services) -> str:
    """The text of a guarded query in which every SERVICE has been answered.

    What leaves the machine is the pattern, without credentials and without anything that the
    store holds. Only the variables are asked for that the rest of the query mentions.

    Raises `QueryRefused` for a SERVICE that is not allowed, or in another one, and
    `RemoteError` for a server that does not answer, unless SILENT.
    """
    if not services.allowed:
        return text
    try:
        query = sparql.parse(text)
    except sparql.Unparsed:
        sparql.refuse_network(text)
        return text
    answered = answer(query, services)
    if answered is query:
        return text
    text = sparql.text(answered)
    sparql.refuse_network(text)
    return text


def answer(query: a.Query, services: Services) -> a.Query:
    """The query with the rows of each SERVICE in its place. Raises as `federated` does."""
    asked = [node for node in a.walk(query) if isinstance(node, a.Service)]
    for service in asked:
        _require_plain(service, services.allowed)

    def change(node: object) -> object:
        if not isinstance(node, a.Service):
            return node
        return _answered(node, _wanted(node, query), services.limits)

    return sparql.mapped(query, change)


def _require_plain(service: a.Service, allowed: Collection[str]) -> None:
    if isinstance(service.name, ox.Variable):
        raise QueryRefused(f"SERVICE {service.name} is refused: name an address that is allowed")
    if service.name.value not in allowed:
        raise QueryRefused(f"SERVICE {service.name} is refused: --allow-service does not name it")
    if MATCHES in a.walk(service.pattern):
        raise QueryRefused("search:matches in SERVICE: the index is that of this store only")
    if any(isinstance(node, a.Service) for node in a.walk(service.pattern)):
        raise QueryRefused(f"SERVICE in SERVICE {service.name} is refused: ask each for itself")


def _wanted(service: a.Service, query: a.Query) -> tuple[ox.Variable, ...]:
    """The variables of a pattern that stand elsewhere in the query, or the first of them."""
    inside = a.in_scope(service.pattern)
    rest = sparql.mapped(query, lambda node: a.Bgp() if node is service else node)
    elsewhere = {node for node in a.walk(rest) if isinstance(node, ox.Variable)}
    return tuple(name for name in inside if name in elsewhere) or inside[:1]


def _answered(
    service: a.Service, wanted: tuple[ox.Variable, ...], limits: Limits | None
) -> a.Values | a.Bgp:
    from kg.remote import Endpoint

    assert isinstance(service.name, ox.NamedNode)
    asked = a.Query("SELECT", a.Select(tuple(map(a.Column, wanted)), service.pattern))
    try:
        rows = _rows(Endpoint(service.name.value, limits=limits), sparql.text(asked))
    except RemoteError:
        if service.silent:
            return a.Bgp()
        raise
    return a.Values(wanted, tuple(_row(service.name, wanted, row) for row in rows))


def _rows(endpoint: Endpoint, text: str) -> list[ox.QuerySolution]:
    """All solutions, if they are not too many."""
    with endpoint.reading():
        results = endpoint.query(text)
        if not isinstance(results, ox.QuerySolutions):
            raise RemoteError(endpoint.address, "answers without rows, which it was asked for")
        rows: list[ox.QuerySolution] = []
        for row in results:
            if len(rows) == MAX_ROWS:
                fact = f"answers with more than {MAX_ROWS:,} rows"
                raise RemoteError(endpoint.address, f"{fact}; ask it for less")
            rows.append(row)
    return rows


def _row(name: ox.NamedNode, wanted: tuple[ox.Variable, ...], row: ox.QuerySolution) -> _Row:
    return tuple(_term(name, variable, row[variable]) for variable in wanted)


def _term(
    name: ox.NamedNode, variable: ox.Variable, term: object
) -> ox.NamedNode | ox.Literal | None:
    """A term that means the same here as there."""
    if term is None or isinstance(term, ox.NamedNode | ox.Literal):
        return term
    kind = "a blank node" if isinstance(term, ox.BlankNode) else "a triple"
    fact = f"answers with {kind} for {variable}, which cannot be written into a query here"
    raise RemoteError(name.value, f"{fact}; use {variable} within SERVICE only")
