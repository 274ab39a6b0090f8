"""Asking a SPARQL 1.1 endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, TypeAlias, cast

import pyoxigraph as ox
from SPARQLWrapper import JSON, POST, SELECT, SPARQLWrapper

from kg import __version__
from kg.exceptions import RemoteError
from kg.remote.address import Address, Credentials
from kg.remote.body import Body
from kg.remote.depth import JsonDepth, TripleDepth
from kg.remote.http import Client, Limits

AGENT = f"kg/{__version__}"

Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | Iterator[ox.Quad]

_ROWS = ("application/sparql-results+json", "application/json")
_GRAPHS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
}
_ACCEPTED = f"{_ROWS[0]}, application/n-triples, text/turtle;q=0.8, application/json;q=0.5"


class Endpoint:
    """A SPARQL endpoint that answers queries.

    The text that goes there is what is given: nothing is guarded, declared or rewritten here
    (see `kg.query.elsewhere`). Credentials go to this address alone.
    """

    def __init__(
        self, url: str, *, credentials: Credentials | None = None, limits: Limits | None = None
    ) -> None:
        self.address = Address(url)
        self._client = Client(self.address, credentials or Credentials(), limits or Limits())
        self._bodies: list[Body] = []

    def query(self, text: str) -> Results:
        """Evaluate a query there: rows, true or false, or the triples of a graph.

        They come while they are iterated: iterate within `reading`. Raises `RemoteError`.
        """
        body: Any = _Wrapper(self._client, text).query().response
        self._bodies.append(body)
        try:
            with self._errors():
                results = _parsed(body, self.address)
        except RemoteError:
            body.close()
            raise
        if isinstance(results, ox.QueryBoolean):
            body.close()
        return results

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Iterate results in this block: what is wrong with them becomes `RemoteError`.

        Behind it nothing more can be read.
        """
        try:
            with self._errors():
                yield
        finally:
            while self._bodies:
                self._bodies.pop().close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            with self._client.errors():
                yield
        except SyntaxError as error:
            fact = f"its answer cannot be read ({error.msg})"
            raise RemoteError(self.address, fact) from None


class _Wrapper(SPARQLWrapper):
    """SPARQLWrapper makes the request; the client sends it in place of ``urlopen``."""

    def __init__(self, client: Client, text: str) -> None:
        super().__init__(client.address.url, returnFormat=JSON, agent=AGENT)
        self._client = client
        self.setMethod(POST)
        self.setOnlyConneg(True)
        self.addCustomHttpHeader("Accept", _ACCEPTED)
        # Not by `setQuery`, which guesses the form by a regular expression, an update among them.
        self.queryString, self.queryType = text, SELECT

    def _query(self) -> tuple[Any, str]:
        return self._client.send(self._createRequest()), self.returnFormat


def _parsed(body: Body, address: Address) -> Results:
    if body.type in _ROWS:
        body.depth = JsonDepth()
        return ox.parse_query_results(cast("IO[bytes]", body), ox.QueryResultsFormat.JSON)
    return triples(body, address)


def triples(body: Body, address: Address) -> Iterator[ox.Quad]:
    """The triples of an answer that is a graph. Raises `RemoteError` for any other."""
    if body.type not in _GRAPHS:
        body.close()
        fact = f"answers with {body.type}, no results of a query; is it the address of an endpoint?"
        raise RemoteError(address, fact)
    body.depth = TripleDepth()
    return ox.parse(cast("IO[bytes]", body), format=_GRAPHS[body.type], base_iri=address.url)
