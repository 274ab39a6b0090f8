"""Sources in: RDF files as quads in graphs of their own, checked before anything is stored."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from kg import ontology
from kg.exceptions import InputError, Problem
from kg.namespace import (
    DCTERMS,
    FOAF,
    ONTOLOGY_GRAPH,
    PBA,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SOURCE,
    curie,
    local_name,
)

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
}
ONTOLOGY = "ontology"

_WIDE_DIGITS = str.maketrans("０１２３４５６７８９Ｘ", "0123456789X")
_RESIDENT_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
    r"(?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z元万])")
_PERSON_TERMS = {FOAF + "Person", SCHEMA + "Person", "http://schema.org/Person"}
_PERSON_VOCABULARIES = ("http://www.w3.org/2006/vcard/ns#", FOAF)

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
    labels that depend on the content alone, so the same file loads the same twice.
    A deprecated term is rewritten to the one that replaces it, with a notice.

    Raises `InputError` with every problem found: unknown kind of file, text that is
    not UTF-8, syntax (line and column), terms that the ontology does not have,
    persons, resident-ID and mobile numbers (masked).
    """
    name = source or local_name(path.stem)
    content = _content(path)
    text = _text(path, content)
    refuse(personal_data(path, text))
    quads = _parsed(path, content)
    refuse([*named_wrongly(path, name), *_unknown_terms(path, text, quads), *_persons(path, quads)])
    if not quads:
        refuse([Problem(str(path), None, None, "empty", "it holds no triples; nothing was loaded")])
    digest = hashlib.sha256(content).hexdigest()
    quads, notices = _migrated(quads)
    placed = _described(_placed(name, _relabelled(name, quads)), name, path.name, digest)
    return Incoming(name, placed, path.name, digest, notices)


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
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError([Problem(str(path), None, None, "file", reason)]) from error


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"not UTF-8 at byte {error.start}; RDF text must be saved as UTF-8"
        raise InputError([Problem(str(path), line, None, "encoding", message)]) from error


def _parsed(path: Path, content: bytes) -> list[ox.Quad]:
    try:
        return list(ox.parse(content, format=FORMATS[path.suffix.lower()]))
    except SyntaxError as error:
        raise unreadable(path, error) from error


def named_wrongly(path: Path, name: str) -> Iterator[Problem]:
    """Whether a name cannot stand in the IRI of a source."""
    if not re.fullmatch(r"[\w.()+\-]+", name) or name == ONTOLOGY:
        message = f"{name!r} cannot name a source; rename the file or give --as NAME"
        yield Problem(str(path), None, None, "source-name", message)


def personal_data(path: Path, text: str) -> list[Problem]:
    """Resident-ID and mobile numbers, by line; the values are masked."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.translate(_WIDE_DIGITS)
        for rule, pattern in (("resident-id", _RESIDENT_ID), ("mobile", _MOBILE)):
            for match in pattern.finditer(plain):
                message = f"{_masked(match.group())} looks like a {rule} number; remove it"
                found.append(Problem(str(path), number, match.start() + 1, rule, message))
    return found


def _masked(value: str) -> str:
    return value[:3] + "*" * (len(value) - 5) + value[-2:]


def _unknown_terms(path: Path, text: str, quads: Iterable[ox.Quad]) -> Iterator[Problem]:
    known = ontology.terms()
    used = {term.value for quad in quads for term in quad if isinstance(term, ox.NamedNode)}
    for iri in sorted(term for term in used if term.startswith(PBA) and term not in known):
        near = ontology.nearest(iri)
        hint = f"; did you mean pba:{near}?" if near else ""
        name = iri.removeprefix(PBA)
        message = f"the ontology has no term pba:{name}{hint}"
        yield Problem(str(path), _line(text, name), None, "term", message)


def _persons(path: Path, quads: Iterable[ox.Quad]) -> Iterator[Problem]:
    for quad in quads:
        person = isinstance(quad.object, ox.NamedNode) and quad.object.value in _PERSON_TERMS
        if person or quad.predicate.value.startswith(_PERSON_VOCABULARIES):
            message = f"{quad.subject} describes a person; a name stands only as pba:holderName"
            yield Problem(str(path), None, None, "person", message)


def _line(text: str, name: str) -> int | None:
    """The first line that uses a term of the ontology."""
    uses = re.compile(rf"[:#]{re.escape(name)}(?![\w-])")
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if uses.search(line)), None)


def _migrated(quads: list[ox.Quad]) -> tuple[list[ox.Quad], tuple[str, ...]]:
    """The quads in terms that are current, and a notice for each deprecated term in them."""
    used = {term.value for quad in quads for term in quad.triple if isinstance(term, ox.NamedNode)}
    old = [
        term for iri, term in sorted(ontology.terms().items()) if term.deprecated and iri in used
    ]
    if not old:
        return quads, ()
    new = {ox.NamedNode(t.iri): ox.NamedNode(t.replaced_by) for t in old if t.replaced_by}
    return list(dict.fromkeys(_rewritten(quad, new) for quad in quads)), tuple(map(_notice, old))


def _rewritten(quad: ox.Quad, new: dict[Any, ox.NamedNode]) -> ox.Quad:
    """The quad in other terms; its graph keeps its name."""
    subject, predicate, object_ = quad.subject, quad.predicate, quad.object
    return ox.Quad(
        new.get(subject, subject),
        new.get(predicate, predicate),
        new.get(object_, object_),
        quad.graph_name,
    )


def _notice(term: ontology.Term) -> str:
    if term.replaced_by is None:
        return f"{curie(term.iri)} is deprecated and has no replacement; it was kept"
    return f"{curie(term.iri)} is deprecated; it was read as {curie(term.replaced_by)}"


def _relabelled(name: str, quads: list[ox.Quad]) -> list[ox.Quad]:
    """Blank nodes labelled by content (RDFC-1.0) and source, so they never collide."""
    if not any(isinstance(term, ox.BlankNode) for quad in quads for term in quad):
        return quads
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    return [ox.Quad(*(_marked(term, mark) for term in quad)) for quad in dataset]


def _marked(term: Any, mark: str) -> Any:  # noqa: ANN401 - any term of a quad
    return ox.BlankNode(f"s{mark}{term.value}") if isinstance(term, ox.BlankNode) else term


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
    known = {q.subject for q in quads if q.predicate == _CERTAINTY}
    more = []
    for graph in sorted(names - {about} - known, key=str):
        more.append(ox.Quad(graph, _CERTAINTY, ox.NamedNode(PBA + "Stated"), about))
        more.append(ox.Quad(graph, ox.NamedNode(PROV + "wasDerivedFrom"), node, about))
    if not any(q.subject == node and q.graph_name == about for q in quads):
        facts = {PBA + "fileName": file_name, PBA + "sha256": digest, RDFS + "label": file_name}
        more += [ox.Quad(node, ox.NamedNode(p), ox.Literal(v), about) for p, v in facts.items()]
        more.append(ox.Quad(node, _TYPE, ox.NamedNode(PROV + "Entity"), about))
    return quads + more
