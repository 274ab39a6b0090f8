"""The shapes as a graph in memory: its lists and paths, and where a shape stands in its file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from kg import assets
from kg.exceptions import InputError, Problem
from kg.ingest import content_of, text_of, unreadable
from kg.namespace import RDF, SH

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Node: TypeAlias = ox.NamedNode | ox.BlankNode

_TYPE, _FIRST, _REST, _NIL = (RDF + name for name in ("type", "first", "rest", "nil"))
_PREFIX = re.compile(rb"(?im)^\s*(?:@prefix|PREFIX)\s+([\w-]*):\s*<([^>]*)>")
_STEPS = {
    SH + "inversePath": "^({})",
    SH + "zeroOrMorePath": "({})*",
    SH + "oneOrMorePath": "({})+",
    SH + "zeroOrOnePath": "({})?",
}


class Malformed(Exception):
    """A part of a shape that SHACL does not allow."""


@dataclass(slots=True)
class ShapesGraph:
    """The triples of shape files, by subject and predicate, with the files' texts."""

    facts: dict[Term, dict[str, list[Term]]] = field(default_factory=dict)
    parents: dict[Term, Term] = field(default_factory=dict)
    texts: dict[Path, bytes] = field(default_factory=dict)
    subjects: dict[Path, set[Term]] = field(default_factory=dict)

    def add(self, triple: ox.Triple) -> None:
        """Take a triple in."""
        by_predicate = self.facts.setdefault(triple.subject, defaultdict(list))
        by_predicate[triple.predicate.value].append(triple.object)
        self.parents.setdefault(triple.object, triple.subject)

    def objects(self, node: Term, predicate: str) -> list[Term]:
        """The objects of a node's property, in the order of their text."""
        found = self.facts.get(node, {}).get(predicate, [])
        return sorted(found, key=str) if len(found) > 1 else found

    def instances(self, kind: ox.NamedNode) -> list[Term]:
        """The nodes of a type."""
        return [node for node, facts in self.facts.items() if kind in facts.get(_TYPE, ())]

    def one(self, node: Term, predicate: str) -> Term | None:
        """The only object; raises `Malformed` when there are several."""
        found = self.objects(node, predicate)
        if len(found) > 1:
            raise Malformed(f"{_local(predicate)} is given {len(found)} times; SHACL takes one")
        return found[0] if found else None

    def items(self, head: Term) -> list[Term]:
        """The members of a list; raises `Malformed` when it is none."""
        found: list[Term] = []
        seen = set()
        while not (isinstance(head, ox.NamedNode) and head.value == _NIL):
            first, rest = self.one(head, _FIRST), self.one(head, _REST)
            if first is None or rest is None or head in seen:
                raise Malformed("a list ( … ) was expected")
            seen.add(head)
            found.append(first)
            head = rest
        return found

    def path(self, node: Term) -> str:
        """The text of a property path in SPARQL; raises `Malformed` when it is none.

        >>> ShapesGraph().path(ox.NamedNode("urn:p"))
        '<urn:p>'
        """
        if isinstance(node, ox.NamedNode):
            return str(node)
        for predicate, form in _STEPS.items():
            if (inner := self.one(node, predicate)) is not None:
                return form.format(self.path(inner))
        either = self.one(node, SH + "alternativePath")
        members = [self.path(step) for step in self.items(node if either is None else either)]
        if len(members) < 2:
            raise Malformed("a path of several steps needs two at least")
        return "(" + ("/" if either is None else "|").join(members) + ")"

    def closure(self, node: Term) -> Iterator[ox.Triple]:
        """The triples of a blank node and of the blank nodes below it."""
        if isinstance(node, ox.BlankNode):
            for predicate, objects in self.facts.get(node, {}).items():
                for other in objects:
                    yield ox.Triple(node, ox.NamedNode(predicate), other)
                    yield from self.closure(other)

    def ancestry(self, node: Term) -> list[Term]:
        """The node and, up to the first that has an IRI, the nodes that it is a part of."""
        chain = [node]
        while isinstance(chain[-1], ox.BlankNode) and chain[-1] in self.parents:
            chain.append(self.parents[chain[-1]])
        return chain

    def problem(self, node: Term, message: str) -> Problem:
        """A fault in a shape, at the line where its nearest IRI is first written."""
        named = self.ancestry(node)[-1]
        iri = named.value if isinstance(named, ox.NamedNode) else ""
        for path, content in self.texts.items():
            line = _line(content, iri) if iri else None
            if line is not None or (not iri and len(self.texts) == 1):
                about = f"{_local(iri)}: " if iri else ""
                return Problem(str(path), line, None, "shacl", about + message)
        return Problem(str([*self.texts][-1]), None, None, "shacl", message)


def _local(iri: str) -> str:
    return re.split("[#/]", iri)[-1] or iri


def _line(content: bytes, iri: str) -> int | None:
    """The first line that writes an IRI, whole or by a prefix of the file."""
    forms = [f"<{re.escape(iri)}>".encode()]
    for prefix, base in _PREFIX.findall(content):
        if iri.startswith(base.decode()) and iri != base.decode():
            name = prefix.decode() + ":" + iri[len(base.decode()) :]
            forms.append(re.escape(name).encode() + rb"(?![\w-])")
    # A shape is defined where its IRI begins a line; elsewhere it is only mentioned.
    for start in (rb"(?m)^(?:%b)", rb"(?:%b)"):
        if found := re.search(start % b"|".join(forms), content):
            return content[: found.start()].count(b"\n") + 1
    return None


def shipped_files() -> list[Path]:
    """The shape files that ship with kg."""
    return sorted((assets.folder("ontology") / "shapes").glob("*.ttl"))


def read(files: Sequence[Path]) -> ShapesGraph:
    """The graph of some Turtle files; raises `InputError` with the line of what is no Turtle."""
    graph, problems = ShapesGraph(), []
    for number, file in enumerate(files):
        try:
            content = content_of(file)
            text_of(file, content, "Turtle must be saved as UTF-8")
            quads = list(ox.parse(content, format=ox.RdfFormat.TURTLE))
        except SyntaxError as error:
            problems += unreadable(file, error).problems
            continue
        except InputError as error:
            problems += error.problems
            continue
        graph.texts[file] = content
        names: dict[Term, ox.BlankNode] = {}
        triples = [_apart(quad.triple, number, names) for quad in quads]
        graph.subjects[file] = {triple.subject for triple in triples}
        for triple in triples:
            graph.add(triple)
    if problems:
        raise InputError(problems)
    return graph


def _apart(triple: ox.Triple, file: int, names: dict[Term, ox.BlankNode]) -> ox.Triple:
    """The triple with blank nodes that no other file has, named by order of appearance."""
    subject, object_ = triple.subject, triple.object
    if isinstance(subject, ox.BlankNode):
        subject = names.setdefault(subject, ox.BlankNode(f"f{file}b{len(names)}"))
    if isinstance(object_, ox.BlankNode):
        object_ = names.setdefault(object_, ox.BlankNode(f"f{file}b{len(names)}"))
    return ox.Triple(subject, triple.predicate, object_)
