"""Publishing a store: its graphs, put into a graph store elsewhere.

What kg wrote there it notes in a graph of its own (`kg.namespace.PUSHED`), before it writes.
So a push that was interrupted is completed by the next, a graph that has gone here goes there,
and nothing that kg did not write is ever touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import pyoxigraph as ox

from kg import sparql
from kg.exceptions import RemoteError
from kg.namespace import DCTERMS, PUSHED
from kg.remote import Endpoint, GraphStore
from kg.sparql import algebra as a
from kg.store import View

# Triples in one request: some megabytes.
_PIECE = 20_000
# Names of graphs in one query.
_NAMES = 500
_RECORD = ox.NamedNode(PUSHED)
_PART = ox.NamedNode(DCTERMS + "hasPart")
_DEFAULT = ox.Triple(_RECORD, ox.NamedNode(DCTERMS + "identifier"), ox.Literal("DEFAULT"))
_G, _S, _P, _O, _N = (ox.Variable(name) for name in "gspon")
_ALL = a.Bgp((a.TriplePattern(_S, _P, _O),))
_NUMBER = a.Column(_N, a.Aggregate("COUNT", None))

_ADVICE = "push to an empty dataset, or give the merge a name with --default-graph IRI"
_UNION = (
    "; if it shows all graphs as one there, push again with --default-graph IRI, "
    "and ask with the same"
)

Graph: TypeAlias = str | None
Step: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: a graph store, the endpoint that shows what it holds, and the merge's place.

    The merge of all sources goes to the server's default graph, or to the named
    ``default_graph`` on a server that has none of its own.
    """

    graphs: GraphStore
    endpoint: Endpoint
    default_graph: Graph = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a push writes, with the number of triples of each graph, and what it deletes.

    None stands for the server's default graph.
    """

    write: dict[Graph, int]
    delete: tuple[Graph, ...]


def plan(view: View, target: Target) -> Plan:
    """What `push` would do. Writes nothing.

    Raises `RemoteError`, also when a graph that would be written holds what kg did not write.
    """
    write = {**_named(view), target.default_graph: view.manifest.triples}
    known = _recorded(target.graphs)
    foreign = _foreign(target.endpoint, [graph for graph in write if graph not in known])
    if foreign:
        listed = ", ".join(foreign[:3]) + (" …" if len(foreign) > 3 else "")
        fact = f"holds what kg did not write, and does not replace: {listed}"
        raise RemoteError(target.graphs.address, f"{fact}; {_ADVICE}")
    return Plan(write, tuple(sorted(known - write.keys(), key=str)))


def push(view: View, target: Target, on_step: Step | None = None) -> Plan:
    """Put every graph of a generation there, and delete what an earlier push wrote.

    Each graph is replaced; a large one in several requests, between which a reader sees a part of
    it. Blank nodes of a graph go in one request, so that they stay the same there. At the end the
    server is asked how many triples it holds.

    Raises `RemoteError`; after that, push again.
    """
    step = on_step or (lambda name: None)
    made = plan(view, target)
    _record(target.graphs, {*made.write, *made.delete})
    for number, graph in enumerate(made.write, 1):
        step(f"graph {number} of {len(made.write)}")
        for put, piece in _pieces(view, graph, target):
            (target.graphs.put if put else target.graphs.post)(graph, piece)
    for graph in made.delete:
        step("delete")
        target.graphs.delete(graph)
    _record(target.graphs, set(made.write))
    step("verify")
    _verify(target, made.write)
    return made


def _named(view: View) -> dict[Graph, int]:
    """The named graphs of a store and their sizes."""
    rows = view.query(sparql.text(_sizes(a.Graph(_G, _ALL))))
    assert isinstance(rows, ox.QuerySolutions)
    return dict(sorted((row[_G].value, int(row[_N].value)) for row in rows))


def _sizes(pattern: a.Pattern) -> a.Query:
    columns = (a.Column(_G), _NUMBER)
    return a.Query("SELECT", a.Select(columns, pattern, group=(a.Column(_G),)))


def _recorded(graphs: GraphStore) -> set[Graph]:
    """The graphs that kg wrote, or began to write."""
    said = graphs.get(PUSHED)
    parts = (t.object for t in said if t.predicate == _PART)
    named: set[Graph] = {part.value for part in parts if isinstance(part, ox.NamedNode)}
    return named | ({None} if _DEFAULT in said else set())


def _record(graphs: GraphStore, written: set[Graph]) -> None:
    names = sorted(graph for graph in written if graph is not None)
    said = [ox.Triple(_RECORD, _PART, ox.NamedNode(name)) for name in names]
    graphs.put(PUSHED, [*said, *([_DEFAULT] if None in written else [])])


def _foreign(endpoint: Endpoint, graphs: Sequence[Graph]) -> list[str]:
    """Those of the graphs that hold something."""
    found = sorted(str(name) for name in _held(endpoint, graphs))
    if None in graphs and _any(endpoint):
        return ["the default graph", *found]
    return found


def _held(endpoint: Endpoint, graphs: Sequence[Graph]) -> dict[Graph, int]:
    """The sizes of named graphs there; one that is not there is not among them."""
    held: dict[Graph, int] = {}
    names = [ox.NamedNode(graph) for graph in graphs if graph is not None]
    for start in range(0, len(names), _NAMES):
        values = a.Values((_G,), tuple((name,) for name in names[start : start + _NAMES]))
        for row in _rows(endpoint, _sizes(a.Join(values, a.Graph(_G, _ALL)))):
            if row[_G] is not None:
                held[row[_G].value] = int(row[_N].value)
    return held


def _any(endpoint: Endpoint) -> bool:
    return bool(_rows(endpoint, a.Query("SELECT", a.Select((a.Column(_S),), _ALL, limit=1))))


def _rows(endpoint: Endpoint, query: a.Query) -> list[ox.QuerySolution]:
    with endpoint.reading():
        results = endpoint.query(sparql.text(query))
        if not isinstance(results, ox.QuerySolutions):
            raise RemoteError(endpoint.address, "answers without rows, which it was asked for")
        return list(results)


def _verify(target: Target, written: dict[Graph, int]) -> None:
    """Raise `RemoteError` when the server holds other numbers of triples than were written."""
    held = _held(target.endpoint, list(written))
    if None in written:
        (row,) = _rows(target.endpoint, a.Query("SELECT", a.Select((_NUMBER,), _ALL, group=())))
        held[None] = int(row[_N].value)
    for graph, count in written.items():
        if held.get(graph, 0) != count:
            name = "its default graph" if graph is None else graph
            fact = f"holds {held.get(graph, 0):,} triples in {name} in place of {count:,}"
            raise RemoteError(target.endpoint.address, f"{fact}{_UNION if graph is None else ''}")


def _pieces(view: View, graph: Graph, target: Target) -> Iterator[tuple[bool, list[ox.Triple]]]:
    """The triples of a graph in pieces, of which the first is put and the others are added."""
    merge = graph is None or graph == target.default_graph
    node = ox.DefaultGraph() if merge else ox.NamedNode(graph or "")
    blank = [triple for triple in _triples(view, node) if _has_blank(triple)]
    rest = (triple for triple in _triples(view, node) if not _has_blank(triple))
    yield True, [*blank, *islice(rest, max(0, _PIECE - len(blank)))]
    while piece := list(islice(rest, _PIECE)):
        yield False, piece


def _triples(view: View, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Triple]:
    return (quad.triple for quad in view.quads(None, None, None, graph))


def _has_blank(triple: ox.Triple) -> bool:
    return any(
        _has_blank(term) if isinstance(term, ox.Triple) else isinstance(term, ox.BlankNode)
        for term in triple
    )
