"""The triple patterns of a query in groups that hold together.

The query is read from rdflib's algebra (rdflib only parses here, it evaluates nothing).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg import sparql
from kg.exceptions import QueryError
from kg.sparql import Token
from kg.validate.graph import Term

# rdflib's algebra, terms and paths carry no types.
RdflibNode: TypeAlias = Any

_MAX_ALTERNATIVES = 256
_OPENING, _CLOSING = ("(", "{"), (")", "}")


class Everything(Exception):
    """The query reads more than can be reached from a focus node."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A triple pattern; without a predicate, two names of one node."""

    subject: str | Term
    predicate: ox.NamedNode | None
    object: str | Term


@dataclass(slots=True)
class Group:
    """Patterns that hold together, and what is asked within them (OPTIONAL)."""

    edges: list[Edge] = field(default_factory=list)
    inner: list[list[Group]] = field(default_factory=list)

    def joined(self, other: Group) -> Group:
        """Both together."""
        return Group(self.edges + other.edges, self.inner + other.inner)

    def renamed(self, kept: set[str], mark: str) -> Group:
        """With the variables that a sub-query hides under names of their own."""

        def name(end: str | Term) -> str | Term:
            return end + mark if isinstance(end, str) and end not in kept else end

        edges = [Edge(name(e.subject), e.predicate, name(e.object)) for e in self.edges]
        inner = [[group.renamed(kept, mark) for group in groups] for groups in self.inner]
        return Group(edges, inner)


def groups(skeleton: str, *, any_length: bool = False) -> list[Group]:
    """The alternatives of a query, in each of which all patterns hold.

    With ``any_length`` a path p*, p+ or p? counts as one step. Raises `Everything`.
    """
    return _Reader(any_length=any_length).groups(_algebra(skeleton).p)


def skeleton(text: str) -> str:
    """The query with EXISTS as OPTIONAL and no other filter, its variables numbered anew.

    It reads the same triples, and parsing it takes a tenth of the time: expressions are
    what is slow. So many a query has the skeleton of another.
    """
    try:
        found = list(sparql.tokens(text.replace("\x00", " ")))
    except QueryError as error:
        raise Everything from error
    kept = list(_kept(found))
    if any(token.keyword == "EXISTS" for token in kept):
        raise Everything
    names = {"this": "?this", "value": "?value"}
    words: list[str] = []
    end = 0
    for token in kept:
        # A language tag stands at the text that it belongs to.
        words.append("" if token.start == end else " ")
        name = token.text[1:]
        is_variable = token.kind == "variable"
        words.append(names.setdefault(name, f"?n{len(names)}") if is_variable else token.text)
        end = token.end
    return "".join(words)


def _kept(found: Sequence[Token]) -> Iterator[Token]:
    """The tokens without filters, of which the groups of EXISTS become optional ones."""
    at = 0
    while at < len(found):
        if found[at].keyword != "FILTER":
            yield found[at]
            at += 1
            continue
        opening = next(n for n in range(at, len(found)) if found[n].text in ("(", "{"))
        end = _closing(found, opening)
        inside = at
        while inside < end:
            if found[inside].keyword != "EXISTS":
                inside += 1
                continue
            last = _closing(found, inside + 1)
            yield Token("word", "OPTIONAL", found[inside].start)
            yield from _kept(found[inside + 1 : last + 1])
            inside = last + 1
        at = end + 1


def _closing(found: Sequence[Token], at: int) -> int:
    """The place of the bracket that closes the one at a place."""
    depth = 0
    for place in range(at, len(found)):
        depth += (found[place].keyword in _OPENING) - (found[place].keyword in _CLOSING)
        if not depth:
            return place
    raise Everything


def _algebra(text: str) -> RdflibNode:
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import QueryUnit, parseQuery

    try:
        return translateQuery(parseQuery(text)).algebra
    except Exception as error:  # pyparsing and rdflib raise many kinds
        raise Everything from error
    finally:
        # Where a library (matplotlib) has let the parser remember, it keeps errors until it is
        # used again, and by their traces every frame below: a staged store would stay open.
        QueryUnit.reset_cache()


_numbers = itertools.count()
_WRAPPERS = (
    *("Filter", "Extend", "Distinct", "Reduced", "OrderBy", "ToMultiSet"),
    *("Group", "AggregateJoin", "Graph", "Project"),
)


class _Reader:
    """Reads the algebra of a skeleton; paths of any length as if of one step, if asked to."""

    def __init__(self, *, any_length: bool = False) -> None:
        self.any_length = any_length

    def groups(self, node: RdflibNode) -> list[Group]:
        """The alternatives of a pattern; in each, all edges hold."""
        name = getattr(node, "name", "")
        if name in _WRAPPERS:
            return self.wrapped(node)
        if name == "LeftJoin":
            inner = self.groups(node.p2)
            return [Group(g.edges, [*g.inner, inner]) for g in self.groups(node.p1)]
        if name == "BGP":
            patterns = (self.edges(s, p, o) for s, p, o in node.triples)
            return functools.reduce(_joins, patterns, [Group()])
        if name == "Join":
            return _joins(self.groups(node.p1), self.groups(node.p2))
        if name == "Union":
            return self.groups(node.p1) + self.groups(node.p2)
        if name == "values":
            return [Group()]
        raise Everything

    def wrapped(self, node: RdflibNode) -> list[Group]:
        """What a modifier of a pattern does to it: hide variables, or give one another name."""
        found = self.groups(node.p)
        if node.name == "Project":
            kept, mark = {str(variable) for variable in node.PV}, f"~{next(_numbers)}"
            return [group.renamed(kept, mark) for group in found]
        edges = self.same(node) if node.name == "Extend" else []
        return [Group(g.edges + edges, g.inner) for g in found]

    def same(self, node: RdflibNode) -> list[Edge]:
        from rdflib import Variable

        known = isinstance(node.expr, Variable)
        return [Edge(str(node.var), None, str(node.expr))] if known else []

    def edges(self, s: RdflibNode, p: RdflibNode, o: RdflibNode) -> list[Group]:
        """A triple pattern with a path, as alternatives of plain ones."""
        from rdflib import URIRef
        from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

        if isinstance(p, InvPath):
            return self.edges(o, p.arg, s)
        if isinstance(p, AlternativePath):
            return [group for arg in p.args for group in self.edges(s, arg, o)]
        if isinstance(p, SequencePath):
            between = [f"~{next(_numbers)}" for _ in p.args[1:]]
            found = [Group()]
            for start, arg, end in zip([s, *between], p.args, [*between, o], strict=True):
                found = _joins(found, self.edges(start, arg, end))
            return found
        if isinstance(p, MulPath) and self.any_length:
            return self.edges(s, p.path, o)
        if isinstance(p, URIRef):
            return [Group([Edge(_end(s), ox.NamedNode(str(p)), _end(o))])]
        raise Everything


def _joins(left: list[Group], right: list[Group]) -> list[Group]:
    if len(left) * len(right) > _MAX_ALTERNATIVES:
        raise Everything
    return [a.joined(b) for a in left for b in right]


def _end(node: RdflibNode) -> str | Term:
    """A variable as its name, else the term."""
    import rdflib

    if isinstance(node, rdflib.BNode):
        return f"_:{node}"
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.Literal):
        return ox.Literal(str(node))
    return str(node)
