"""Reading a file as a source: its quads, each in a graph of the source."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from kg import ontology, reason
from kg.exceptions import InputError, Problem
from kg.ingest import checks
from kg.ingest.terms import migrated, relabelled
from kg.namespace import (
    DCTERMS,
    ONTOLOGY_GRAPH,
    PBA,
    PROV,
    RDF,
    RDFS,
    SOURCE,
    local_name,
)

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
}
ONTOLOGY = "ontology"
MEASURED = "measures"
RESERVED = (ONTOLOGY, reason.SOURCE, MEASURED)
"""The names of the sources that no file of a user makes."""

_TYPE = ox.NamedNode(RDF + "type")
_CERTAINTY = ox.NamedNode(PBA + "certainty")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A source that is ready to be stored: every quad is in a graph of the source.

    ``notices`` tell, one a term, which deprecated terms it was found to use.
    """

    source: str
    quads: list[ox.Quad]
    file_name: str
    sha256: str
    notices: tuple[str, ...] = ()


def read(path: Path, source: str | None = None) -> Incoming:
    """Read an RDF file as a source; the name of the source is the file's stem.

    Graphs of the source's own (``…/source/NAME#…``, ``…/source/NAME/…``) are kept;
    triples outside a graph go to ``…/source/NAME/data``, and a foreign graph name is
    nested under the source and kept as ``dcterms:identifier``. Blank nodes get
    labels by order of appearance, so the same file loads the same twice.
    A deprecated term is rewritten to the one that replaces it, with a notice.

    Raises `InputError` with every problem found: unknown kind of file, text that is
    not UTF-8, syntax (line and column), terms that the ontology does not have,
    persons, resident-ID and mobile numbers (masked), control characters.
    """
    name = source or local_name(path.stem)
    content = _content(path)
    rdf = content.removeprefix(codecs.BOM_UTF8)
    text = text_of(path, rdf, "RDF text must be saved as UTF-8")
    refuse([*checks.of_text(path, text)])
    quads = _parsed(path, rdf)
    refuse([*checks.of_name(path, name, RESERVED), *checks.of_quads(path, text, quads)])
    if not quads:
        refuse([Problem(str(path), None, None, "empty", "it holds no triples; nothing was loaded")])
    digest = hashlib.sha256(content).hexdigest()
    quads, notices = migrated(quads)
    # Marked by the source, so that the blank nodes of two sources never collide.
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    file_name = checks.shown(path.name)
    placed = _described(_placed(name, relabelled(quads, mark)), name, file_name, digest)
    return Incoming(name, placed, file_name, digest, notices)


def read_ontology() -> Incoming:
    """The shipped ontology as a source; each file is a graph."""
    quads, digest = [], hashlib.sha256()
    for file in ontology.files():
        own = file.name == "pba.ttl"
        graph = ox.NamedNode(ONTOLOGY_GRAPH if own else f"{ONTOLOGY_GRAPH}/{file.stem}")
        content = file.read_bytes()
        digest.update(content)
        quads += [_in_graph(quad, graph) for quad in _parsed(file, content)]
    return Incoming(ONTOLOGY, quads, "pba.ttl", digest.hexdigest())


def unreadable(path: Path, error: SyntaxError) -> InputError:
    """What the parser found wrong with a file, with its line and column."""
    message = re.sub(r"^Parser error[^:]*: ", "", str(error.msg))
    return InputError([Problem(str(path), error.lineno, error.offset, "syntax", message)])


def refuse(problems: list[Problem]) -> None:
    """Raise `InputError` when there are problems."""
    if problems:
        raise InputError(problems)


def _content(path: Path) -> bytes:
    if path.suffix.lower() not in FORMATS:
        kinds = ", ".join(FORMATS)
        advice = f"kg does not read this kind of file; it reads {kinds}"
        refuse([Problem(str(path), None, None, "format", advice)])
    return content_of(path)


def content_of(path: Path) -> bytes:
    """The bytes of a file; raises `InputError` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError([Problem(str(path), None, None, "file", reason)]) from error


def text_of(path: Path, content: bytes, advice: str) -> str:
    """The text of a file without its byte order mark.

    Raises `InputError` with the line of the first byte that is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"not UTF-8 at byte {error.start}; {advice}"
        raise InputError([Problem(str(path), line, None, "encoding", message)]) from error


def _parsed(path: Path, content: bytes) -> list[ox.Quad]:
    try:
        return list(ox.parse(content, format=FORMATS[path.suffix.lower()]))
    except SyntaxError as error:
        raise unreadable(path, error) from error
    except MemoryError as error:
        message = "a single literal or IRI is longer than 16 MiB; shorten it"
        raise InputError([Problem(str(path), None, None, "size", message)]) from error


def _placed(name: str, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Every quad in a graph of the source."""
    own = (f"{SOURCE}{name}#", f"{SOURCE}{name}/")
    about = ox.NamedNode(f"{SOURCE}{name}/meta")
    placed: dict[ox.Quad, None] = {}
    for quad in quads:
        graph = quad.graph_name
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(own):
            placed[quad] = None
            continue
        inner = ox.NamedNode(own[1] + _nested(graph))
        placed[_in_graph(quad, inner)] = None
        if not isinstance(graph, ox.DefaultGraph):
            identifier = ox.Literal(graph.value)
            placed[ox.Quad(inner, ox.NamedNode(DCTERMS + "identifier"), identifier, about)] = None
    return list(placed)


def _in_graph(quad: ox.Quad, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _nested(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
    return "data" if isinstance(graph, ox.DefaultGraph) else "graph/" + quote(graph.value, safe="")


def _described(quads: list[ox.Quad], name: str, file_name: str, digest: str) -> list[ox.Quad]:
    """With a description of the source, and of each graph that has none."""
    about, node = ox.NamedNode(f"{SOURCE}{name}/meta"), ox.NamedNode(SOURCE + name)
    names = {q.graph_name for q in quads if isinstance(q.graph_name, ox.NamedNode)}
    known = {q.subject for q in quads if q.predicate == _CERTAINTY and q.graph_name == about}
    more = []
    for graph in sorted(names - {about} - known, key=str):
        more.append(ox.Quad(graph, _CERTAINTY, ox.NamedNode(PBA + "Stated"), about))
        more.append(ox.Quad(graph, ox.NamedNode(PROV + "wasDerivedFrom"), node, about))
    if not any(q.subject == node and q.graph_name == about for q in quads):
        facts = {PBA + "fileName": file_name, PBA + "sha256": digest, RDFS + "label": file_name}
        more += [ox.Quad(node, ox.NamedNode(p), ox.Literal(v), about) for p, v in facts.items()]
        more.append(ox.Quad(node, _TYPE, ox.NamedNode(PROV + "Entity"), about))
    return quads + more
