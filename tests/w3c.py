"""The cases of the W3C's SPARQL suites, read from their manifests."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph as ox

SUITES = Path(__file__).parent / "data" / "w3c"
BASE = "http://www.w3.org/tests/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

Row = tuple[object, ...]


@dataclass(frozen=True)
class Case:
    """A test of a suite. Files are IRIs below `BASE`."""

    id: str
    kind: str
    query: str
    data: tuple[str, ...]
    graphs: tuple[tuple[str, str], ...]
    result: str | None

    @property
    def text(self) -> str:
        """The query, with the base that the suite gives it."""
        return f"BASE <{self.query}> {content(self.query).decode()}"

    def fill(self, store: ox.Store) -> None:
        """Load the data: graphs have the name of their file."""
        for file in self.data:
            load(store, file, None)
        for name, file in self.graphs:
            load(store, file, ox.NamedNode(name))
        froms = content(self.query).decode() if self.result else ""
        for name in dict.fromkeys(re.findall(r"FROM\s+(?:NAMED\s+)?<(.*?)>", froms)):
            load(store, file := urljoin(self.query, name), ox.NamedNode(file))


def cases(suite: str) -> Iterator[Case]:
    """All cases of all manifests of a suite."""
    for name in sorted(archive(suite).namelist()):
        if name.count("/") == 1 and name.endswith("/manifest.ttl"):
            yield from _cases(f"{BASE}{suite}/{name}")


@cache
def archive(suite: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(SUITES / f"{suite}.zip")


def content(iri: str) -> bytes:
    suite, _, name = iri.removeprefix(BASE).partition("/")
    return archive(suite).read(name)


def load(store: ox.Store, iri: str, graph: ox.NamedNode | None) -> None:
    form = ox.RdfFormat.RDF_XML if iri.endswith(".rdf") else ox.RdfFormat.TURTLE
    store.load(content(iri), form, base_iri=iri, to_graph=graph)


class _Manifest:
    def __init__(self, iri: str) -> None:
        self.store = ox.Store()
        load(self.store, iri, None)

    def all(self, subject, name: str) -> list:
        pattern = self.store.quads_for_pattern(subject, ox.NamedNode(name), None)
        return [quad.object for quad in pattern]

    def one(self, subject, name: str):
        return next(iter(self.all(subject, name)), None)

    def listed(self, node) -> Iterator:
        while node is not None and node.value != RDF + "nil":
            yield self.one(node, RDF + "first")
            node = self.one(node, RDF + "rest")


def _cases(iri: str) -> Iterator[Case]:
    manifest = _Manifest(iri)
    folder = "/".join(iri.removeprefix(BASE).split("/")[:-1])
    for entries in manifest.all(None, MF + "entries"):
        for entry in manifest.listed(entries):
            kind = manifest.one(entry, RDF + "type")
            if kind is not None:
                yield _case(manifest, entry, folder, kind.value.removeprefix(MF))


def _case(manifest: _Manifest, entry, folder: str, kind: str) -> Case:
    action, result = manifest.one(entry, MF + "action"), manifest.one(entry, MF + "result")
    query = action if isinstance(action, ox.NamedNode) else manifest.one(action, QT + "query")
    name = entry.value.rpartition("#")[2]
    graphs = []
    for graph in manifest.all(action, QT + "graphData"):
        file = manifest.one(graph, QT + "graph") or graph
        label = manifest.one(graph, RDFS + "label")
        graphs.append((label.value if label else file.value, file.value))
    return Case(
        f"{folder}/{name}",
        kind,
        query.value if query is not None else "",
        tuple(file.value for file in manifest.all(action, QT + "data")),
        tuple(graphs),
        result.value if isinstance(result, ox.NamedNode) else None,
    )


@dataclass(frozen=True)
class Expected:
    """What a result file says: true or false, a graph, or rows."""

    truth: bool | None = None
    graph: frozenset[ox.Triple] | None = None
    names: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


_FORMS = {
    "srx": ox.QueryResultsFormat.XML,
    "srj": ox.QueryResultsFormat.JSON,
    "tsv": ox.QueryResultsFormat.TSV,
}


def expected(iri: str) -> Expected:
    suffix = iri.rpartition(".")[2]
    if suffix in _FORMS:
        return told(ox.parse_query_results(content(iri), _FORMS[suffix]))
    if suffix == "csv":
        names, *rows = csv.reader(io.StringIO(content(iri).decode()))
        return Expected(names=tuple(names), rows=tuple(map(tuple, rows)))
    manifest = _Manifest(iri)
    kind, results = ox.NamedNode(RDF + "type"), ox.NamedNode(RS + "ResultSet")
    found = [quad.subject for quad in manifest.store.quads_for_pattern(None, kind, results)]
    if not found:
        return Expected(graph=frozenset(quad.triple for quad in manifest.store))
    truth = manifest.one(found[0], RS + "boolean")
    if truth is not None:
        return Expected(truth=truth.value == "true")
    names = tuple(n.value for n in manifest.all(found[0], RS + "resultVariable"))
    rows = []
    for solution in manifest.all(found[0], RS + "solution"):
        row = {
            manifest.one(b, RS + "variable").value: manifest.one(b, RS + "value")
            for b in manifest.all(solution, RS + "binding")
        }
        rows.append(tuple(row.get(name) for name in names))
    return Expected(names=names, rows=tuple(rows))


def told(results) -> Expected:
    """Results of the engine, or of kg, as a value."""
    if isinstance(results, ox.QueryBoolean):
        return Expected(truth=bool(results))
    if isinstance(results, ox.QuerySolutions):
        names = tuple(variable.value for variable in results.variables)
        return Expected(names=names, rows=tuple(tuple(row) for row in results))
    return Expected(graph=frozenset(results))


def same(one: Expected, other: Expected) -> bool:
    """Whether two results are the same but for the labels of blank nodes and the order."""
    if (one.truth, set(one.names), len(one.rows)) != (
        other.truth,
        set(other.names),
        len(other.rows),
    ) or (one.graph is None) != (other.graph is None):
        return False
    return _shape(one) == _shape(other)


def _shape(result: Expected) -> object:
    data = ox.Dataset()
    if result.graph is not None:
        for t in result.graph:
            data.add(ox.Quad(t.subject, t.predicate, t.object))
    plain: Counter = Counter()
    for row in result.rows:
        cells = {n: term for n, term in zip(result.names, row, strict=True) if term is not None}
        if not any(isinstance(term, ox.BlankNode) for term in cells.values()):
            plain[frozenset(cells.items())] += 1
            continue
        node = ox.BlankNode()
        for name, term in cells.items():
            data.add(ox.Quad(node, ox.NamedNode(f"urn:name:{name}"), term))
    data.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return plain, frozenset(data)
