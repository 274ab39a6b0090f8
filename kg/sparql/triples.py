"""Triples and paths, made as their rules are recognised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox
from lark import Token, v_args

from kg.namespace import RDF
from kg.sparql import algebra as a
from kg.sparql.expressions import NIL, Expressions, Invalid, Made, anonymous, node, variable

_TYPE, _FIRST = ox.NamedNode(RDF + "type"), ox.NamedNode(RDF + "first")
_REST = ox.NamedNode(RDF + "rest")

Patterns: TypeAlias = tuple[a.TriplePattern, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """A node, and the triples that describe it."""

    triples: Patterns
    node: a.Node


_Properties: TypeAlias = tuple[tuple[a.Path | ox.Variable, _Block], ...]


@v_args(inline=True)
class Triples(Expressions):
    """One method a rule."""

    def template(self, block: Patterns = ()) -> Patterns:
        """Triples to make, in which no path can stand."""
        if any(not isinstance(t.predicate, ox.NamedNode | ox.Variable) for t in block):
            raise Invalid("a path cannot stand in a template")
        return block

    def triples_block(self, *blocks: Patterns) -> Patterns:
        """Triples separated by dots."""
        return tuple(triple for block in blocks for triple in block)

    def triples_same_subject(self, subject: Made, properties: _Properties = ()) -> Patterns:
        """A subject with its properties."""
        block = _block(subject)
        return (*block.triples, *_described(block.node, properties))

    def property_list(self, *lists: _Properties) -> _Properties:
        """Properties separated by semicolons."""
        return tuple(item for one in lists for item in one)

    def verb_objects(self, verb: Made, *objects: Made) -> _Properties:
        """A property and its objects."""
        path = variable(verb) if isinstance(verb, Token) else verb
        return tuple((path, _block(object_)) for object_ in objects)

    def described_node(self, bracket: Token, properties: _Properties) -> _Block:
        """``[ property object ]``."""
        node = anonymous(bracket)
        return _Block(tuple(_described(node, properties)), node)

    def collection(self, bracket: Token, *members: Made) -> _Block:
        """``( node … )``."""
        cells: list[a.Node] = [anonymous(bracket, number) for number in range(len(members))]
        triples: list[a.TriplePattern] = []
        for cell, rest, member in zip(cells, [*cells[1:], NIL], members, strict=True):
            block = _block(member)
            triples += _described(cell, ((_FIRST, block), (_REST, _Block((), rest))))
        return _Block(tuple(triples), cells[0])

    def alternative(self, *paths: a.Path) -> a.Path:
        """``path|path``."""
        return a.Alternative(paths)

    def sequence(self, *paths: a.Path) -> a.Path:
        """``path/path``."""
        return a.Sequence(paths)

    def inverse(self, path: a.Path) -> a.Path:
        """``^path``."""
        return a.Inverse(path)

    def repeat(self, path: a.Path, sign: Token) -> a.Path:
        """``path*``, ``path+``, ``path?``."""
        return a.Repeat(path, str(sign))

    def negated(self, *steps: tuple[bool, ox.NamedNode]) -> a.Path:
        """``!(iri|^iri)``."""
        forward = tuple(iri for backward, iri in steps if not backward)
        return a.Negated(forward, tuple(iri for backward, iri in steps if backward))

    def one_in(self, caret: Token | None, iri: ox.NamedNode) -> tuple[bool, ox.NamedNode]:
        """A step of a negated set, and whether it goes backward."""
        return caret is not None, iri

    def rdf_type(self, _word: Token) -> ox.NamedNode:
        """The word ``a``."""
        return _TYPE


def _block(made: Made) -> _Block:
    return made if isinstance(made, _Block) else _Block((), node(made))


def _described(node: Made, properties: _Properties) -> Iterator[a.TriplePattern]:
    for path, block in properties:
        yield a.TriplePattern(node, path, block.node)
        yield from block.triples
