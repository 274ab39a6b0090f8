"""Questions to a SPARQL endpoint in place of a store folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from kg import sparql
from kg.describe import LABELS, the_one
from kg.exceptions import RemoteError
from kg.namespace import PREFIXES
from kg.sparql import algebra as a
from kg.store.readable import Graph, Object, Subject

if TYPE_CHECKING:
    from kg.remote import Endpoint

Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

_S, _P, _O, _G = (ox.Variable(name) for name in "spog")
_ALL = a.TriplePattern(_S, _P, _O)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An endpoint that holds a graph of kg, or any other.

    ``default_graph`` names the graph that a query reads outside of GRAPH, for a server whose
    own default graph is none or a union that repeats triples (`kg.push`).
    """

    endpoint: Endpoint
    default_graph: str | None = None

    def ask(self, text: str) -> Results:
        """Evaluate a guarded query there; read the results within ``endpoint.reading()``.

        Raises `RemoteError`, and `Unparsed` for a text that is not SPARQL 1.1 where a default
        graph is named.
        """
        results = self.endpoint.query(self.sent(text))
        if isinstance(results, ox.QuerySolutions | ox.QueryBoolean):
            return results
        return _graph(results, self.endpoint)

    def sent(self, text: str) -> str:
        """What is sent: with the prefixes that it needs, over the default graph.

        >>> from kg.remote import Endpoint
        >>> Elsewhere(Endpoint("http://localhost/")).sent("ASK { ?s a pba:Model }")
        'PREFIX pba: <https://w3id.org/pba/ns#> ASK { ?s a pba:Model }'
        """
        if self.default_graph is None:
            return sparql.with_prologue(text)
        return sparql.text(over(sparql.parse(text), ox.NamedNode(self.default_graph)))

    def quads(
        self,
        s: Subject | None = None,
        p: ox.NamedNode | None = None,
        o: Object | None = None,
        g: Graph | None = None,
    ) -> Iterator[ox.Quad]:
        """The quads that match a pattern, by one request; a blank node from here is in none."""
        given = {name: term for name, term in ((_S, s), (_P, p), (_O, o)) if term is not None}
        known = [term for term in given.values() if isinstance(term, ox.NamedNode | ox.Literal)]
        if len(known) < len(given) or isinstance(g, ox.BlankNode):
            return
        triples = a.join(a.Values(tuple(given), (tuple(known),)), a.Bgp((_ALL,)))
        for row in self._rows(_within(triples, g), (_S, _P, _O, _G)):
            graph = row[_G] or g or ox.DefaultGraph()
            yield ox.Quad(row[_S], row[_P], row[_O], graph)

    def find(self, name: str) -> str:
        """The IRI of the thing of that name. Raises `UnknownThing`, as `kg.describe.find` does."""
        texts = [ox.Literal(name, language=tag) for tag in ("zh", "en")] + [ox.Literal(name)]
        same = a.Values((_O,), tuple((text,) for text in texts))
        plain = a.Call("=", (a.Call("STR", (_O,)), ox.Literal(name)))
        labels = a.Join(a.Values((_P,), tuple((label,) for label in LABELS)), a.Bgp((_ALL,)))
        named = self._things(a.Join(same, labels)) or self._things(a.Filter(labels, plain))
        return the_one(name, named)

    def _things(self, pattern: a.Pattern) -> set[str]:
        found = (row[_S] for row in self._rows(pattern, (_S,)))
        return {term.value for term in found if isinstance(term, ox.NamedNode)}

    def _rows(self, pattern: a.Pattern, names: tuple[ox.Variable, ...]) -> list[ox.QuerySolution]:
        asked = a.Query("SELECT", a.Select(tuple(map(a.Column, names)), pattern, distinct=True))
        with self.endpoint.reading():
            rows = self.ask(sparql.text(asked))
            if not isinstance(rows, ox.QuerySolutions):
                raise RemoteError(
                    self.endpoint.address, "answers without rows, which it was asked for"
                )
            return list(rows)


def _within(triples: a.Pattern, graph: Graph | None) -> a.Pattern:
    """Triples of one graph, or of the default graph and every named one."""
    if isinstance(graph, ox.DefaultGraph):
        return triples
    if isinstance(graph, ox.NamedNode):
        return a.Graph(graph, triples)
    return a.Union(triples, a.Graph(_G, triples))


def over(query: a.Query, graph: ox.NamedNode) -> a.Query:
    """The query over a named graph where it would read the default graph.

    ``GRAPH ?g`` does not find that graph. A query with FROM says itself what it reads.
    """
    if query.default or query.named:
        return query

    def other(node: object) -> object:
        if isinstance(node, a.Graph) and isinstance(node.name, ox.Variable):
            return a.Filter(node, a.Call("!=", (node.name, graph)))
        return node

    def outside(node: object) -> object:
        """Of what stands behind the pattern, what reads the default graph itself."""
        if isinstance(node, a.Exists):
            return replace(node, pattern=a.Graph(graph, node.pattern))
        return node

    where = a.Graph(graph, sparql.mapped(query.select.where, other))
    behind = sparql.mapped(replace(query.select, where=a.Bgp()), outside)
    return replace(query, select=replace(behind, where=where))


def _graph(quads: Iterator[ox.Quad], endpoint: Endpoint) -> ox.QueryTriples:
    """Triples as the engine gives them. In memory: O(their number)."""
    store = ox.Store()
    with endpoint.reading():
        store.bulk_extend(quads)
    template = a.Query("CONSTRUCT", a.Select((), a.Bgp((_ALL,))), template=(_ALL,))
    results = store.query(sparql.text(template), prefixes=PREFIXES)
    assert isinstance(results, ox.QueryTriples)
    return results
