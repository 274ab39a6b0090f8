"""Writing whole graphs by the SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

import urllib.parse
import urllib.request
from collections.abc import Iterable
from contextlib import closing

import pyoxigraph as ox

from kg.exceptions import RemoteError
from kg.remote.address import Address, Credentials
from kg.remote.endpoint import AGENT, triples
from kg.remote.http import Client, Limits

# N-Triples is Turtle, too, and that every graph store reads.
_TYPE = "text/turtle; charset=utf-8"
_MISSING = 404


class GraphStore:
    """A graph store; ``graph`` is the IRI of a named graph, or None for the default graph.

    Each request raises `RemoteError` for what goes wrong.
    """

    def __init__(
        self, url: str, *, credentials: Credentials | None = None, limits: Limits | None = None
    ) -> None:
        self.address = Address(url)
        self._client = Client(self.address, credentials or Credentials(), limits or Limits())

    def get(self, graph: str | None) -> set[ox.Triple]:
        """The triples of a small graph; none where it is not there."""
        try:
            body = self._client.send(self._request("GET", graph))
        except RemoteError as error:
            if error.status == _MISSING:
                return set()
            raise
        with closing(body), self._client.errors():
            return {quad.triple for quad in triples(body, self.address)}

    def put(self, graph: str | None, content: Iterable[ox.Triple]) -> None:
        """Put triples in the place of a graph."""
        self._write("PUT", graph, content)

    def post(self, graph: str | None, content: Iterable[ox.Triple]) -> None:
        """Add triples to a graph."""
        self._write("POST", graph, content)

    def delete(self, graph: str | None) -> None:
        """Drop a graph; one that is not there is dropped already."""
        try:
            self._client.send(self._request("DELETE", graph)).close()
        except RemoteError as error:
            if error.status != _MISSING:
                raise

    def _write(self, method: str, graph: str | None, content: Iterable[ox.Triple]) -> None:
        data = ox.serialize(content, format=ox.RdfFormat.N_TRIPLES)
        self._client.send(self._request(method, graph, data)).close()

    def _request(
        self, method: str, graph: str | None, data: bytes | None = None
    ) -> urllib.request.Request:
        query = "default" if graph is None else f"graph={urllib.parse.quote(graph, safe='')}"
        headers = {"User-Agent": AGENT}
        if method == "GET":
            headers["Accept"] = "application/n-triples, text/turtle;q=0.8"
        if data is not None:
            headers["Content-Type"] = _TYPE
        url = self.address.with_query(query).url
        return urllib.request.Request(url, data=data, headers=headers, method=method)
