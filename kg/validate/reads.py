"""What a query reads from a focus node, so that a change leads back to the nodes it touches.

The query is read from rdflib's algebra (rdflib only parses here, it evaluates nothing).
Its triple patterns are put into groups that hold together; the steps from ``?this`` to
a pattern lead, backwards, from a changed triple to the focus nodes.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg import sparql
from kg.sparql import Token
from kg.store import Readable
from kg.validate.graph import Term

# rdflib's algebra, terms and paths carry no types.
RdflibNode: TypeAlias = Any
Step: TypeAlias = tuple[ox.NamedNode, bool]
"""A predicate, and whether it is followed from subject to object."""

_MAX_ALTERNATIVES = 256
_OPENING, _CLOSING = ("(", "{"), (")", "}")
_DEFAULT = ox.DefaultGraph()


class Everything(Exception):
    """The query reads more than can be reached from a focus node."""


@dataclass(frozen=True, slots=True)
class Read:
    """A triple pattern: the steps to its nearer end, the last step, and its other end.

    ``other`` is None where any node will do.
    """

    steps: tuple[Step, ...]
    predicate: ox.NamedNode
    forward: bool
    other: Term | None


@dataclass(frozen=True, slots=True)
class _Edge:
    """A triple pattern; without a predicate, two names of one node."""

    subject: str | Term
    predicate: ox.NamedNode | None
    object: str | Term


@dataclass(slots=True)
class _Group:
    """Patterns that hold together, and what is asked within them (OPTIONAL)."""

    edges: list[_Edge] = field(default_factory=list)
    inner: list[list[_Group]] = field(default_factory=list)

    def joined(self, other: _Group) -> _Group:
        return _Group(self.edges + other.edges, self.inner + other.inner)

    def renamed(self, kept: set[str], mark: str) -> _Group:
        """With the variables that a sub-query hides under names of their own."""

        def name(end: str | Term) -> str | Term:
            return end + mark if isinstance(end, str) and end not in kept else end

        edges = [_Edge(name(e.subject), e.predicate, name(e.object)) for e in self.edges]
        inner = [[group.renamed(kept, mark) for group in groups] for groups in self.inner]
        return _Group(edges, inner)


def reads(text: str) -> frozenset[Read] | None:
    """The reads of a query, None when it reads more than can be told.

    >>> text = "SELECT ?this { ?this <urn:p> ?x . ?y <urn:q> ?x }"
    >>> sorted((len(read.steps), read.predicate.value, read.forward) for read in reads(text))
    [(0, 'urn:p', True), (1, 'urn:q', False)]
    >>> reads("SELECT ?this { ?this <urn:p> ?x . ?y <urn:q> ?z }") is None
    True
    """
    try:
        return _reads_of(_skeleton(text))
    except Everything:
        return None


@functools.cache
def _reads_of(skeleton: str) -> frozenset[Read]:
    groups = _Reader().groups(_algebra(skeleton).p)
    return frozenset(read for group in groups for read in _reads(group, []))


def predicates(text: str) -> frozenset[ox.NamedNode] | None:
    """The predicates of a query's patterns, None when it names none somewhere."""
    try:
        groups = _Reader(any_length=True).groups(_algebra(_skeleton(text)).p)
        return frozenset(_predicates(groups))
    except Everything:
        return None


def _skeleton(text: str) -> str:
    """The query with EXISTS as OPTIONAL and no other filter, its variables numbered anew.

    It reads the same triples, and parsing it takes a tenth of the time: expressions are
    what is slow. So many a query has the skeleton of another.
    """
    found = list(sparql.tokens(text.replace("\x00", " ")))
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


def affected(
    text: str,
    changed: Mapping[ox.NamedNode, Sequence[ox.Quad]],
    data: Readable,
    *,
    generated: bool,
) -> frozenset[Term] | None:
    """The focus nodes for which a change can matter, None when that may be any.

    ``generated`` says that the text writes out the IRI of every predicate.

    Found on the data after the change: of a path that was cut, the part before the cut
    is still there, and the triple that was cut is a change itself.
    """
    names = {predicate for predicate, quads in changed.items() if quads}
    if not names or (generated and not names & mentioned(text)):
        return frozenset()
    found = reads(text)
    if found is None:
        return None
    nodes: set[Term] = set()
    known: dict[tuple[tuple[Step, ...], Term], set[Term]] = {}
    for read in found:
        for quad in changed.get(read.predicate, ()):
            ends: tuple[Term, Term] = (quad.subject, quad.object)
            near, far = ends if read.forward else ends[::-1]
            if read.other is None or read.other == far:
                nodes |= _back(read.steps, near, data, known)
    return frozenset(nodes)


def around(text: str, focus: Iterable[Term], data: Readable) -> Iterator[ox.Quad]:
    """All quads that a query can read from some focus nodes, in the graphs that hold them."""
    starts = set(focus)
    for read in reads(text) or ():
        nodes = starts
        for predicate, forward in read.steps:
            nodes = {
                quad.object if forward else quad.subject
                for node in nodes
                for quad in _at(node, predicate, data, _DEFAULT, forward=forward)
            }
        for node in nodes:
            yield from _at(node, read.predicate, data, None, forward=read.forward)


def _at(
    node: Term,
    predicate: ox.NamedNode,
    data: Readable,
    graph: ox.DefaultGraph | None,
    *,
    forward: bool,
) -> Iterator[ox.Quad]:
    """The quads that lead on from a node, or that lead to it."""
    if not forward:
        return data.quads(None, predicate, node, graph)
    return iter(()) if isinstance(node, ox.Literal) else data.quads(node, predicate, None, graph)


@functools.cache
def mentioned(text: str) -> frozenset[ox.NamedNode]:
    """The IRIs that a text writes out."""
    return frozenset(map(ox.NamedNode, re.findall(r"<([^<>\s]+)>", text)))


def _back(
    steps: tuple[Step, ...],
    node: Term,
    data: Readable,
    known: dict[tuple[tuple[Step, ...], Term], set[Term]],
) -> set[Term]:
    """The nodes from which the steps lead to a node."""
    if not steps:
        return {node}
    if (steps, node) not in known:
        predicate, forward = steps[-1]
        quads = _at(node, predicate, data, _DEFAULT, forward=not forward)
        before = [quad.subject if forward else quad.object for quad in quads]
        found = (_back(steps[:-1], other, data, known) for other in before)
        known[steps, node] = set().union(*found)
    return known[steps, node]


def _reads(group: _Group, outer: list[_Edge]) -> Iterator[Read]:
    edges = outer + group.edges
    steps = _steps(edges)
    for edge in group.edges:
        if edge.predicate is None:
            continue
        subject, object_ = (_known(steps, end) for end in (edge.subject, edge.object))
        if subject is not None and (object_ is None or len(subject) <= len(object_)):
            yield Read(subject, edge.predicate, True, _constant(edge.object))
        elif object_ is not None:
            yield Read(object_, edge.predicate, False, _constant(edge.subject))
        else:
            raise Everything
    for groups in group.inner:
        for inner in groups:
            yield from _reads(inner, edges)


def _known(steps: dict[str, tuple[Step, ...]], end: str | Term) -> tuple[Step, ...] | None:
    return steps.get(end) if isinstance(end, str) else None


def _constant(end: str | Term) -> Term | None:
    """The IRI that a pattern asks for; a literal is written in several ways."""
    return end if isinstance(end, ox.NamedNode) else None


def _steps(edges: list[_Edge]) -> dict[str, tuple[Step, ...]]:
    """The shortest way from the focus node to each variable."""
    found: dict[str, tuple[Step, ...]] = {"this": ()}
    waiting = deque(["this"])
    while waiting:
        here = waiting.popleft()
        for edge in edges:
            for near, far, forward in (
                (edge.subject, edge.object, True),
                (edge.object, edge.subject, False),
            ):
                if near == here and isinstance(far, str) and far not in found:
                    step = () if edge.predicate is None else ((edge.predicate, forward),)
                    found[far] = (*found[here], *step)
                    waiting.append(far)
    return found


def _predicates(groups: list[_Group]) -> Iterator[ox.NamedNode]:
    for group in groups:
        yield from (edge.predicate for edge in group.edges if edge.predicate is not None)
        for inner in group.inner:
            yield from _predicates(inner)


def _algebra(text: str) -> RdflibNode:
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        return translateQuery(parseQuery(text)).algebra
    except Exception as error:  # pyparsing and rdflib raise many kinds
        raise Everything from error


_numbers = itertools.count()
_WRAPPERS = (
    *("Filter", "Extend", "Distinct", "Reduced", "OrderBy", "ToMultiSet"),
    *("Group", "AggregateJoin", "Graph", "Project"),
)


class _Reader:
    """Reads the algebra of a skeleton; paths of any length as if of one step, if asked to."""

    def __init__(self, *, any_length: bool = False) -> None:
        self.any_length = any_length

    def groups(self, node: RdflibNode) -> list[_Group]:
        """The alternatives of a pattern; in each, all edges hold."""
        name = getattr(node, "name", "")
        if name in _WRAPPERS:
            return self.wrapped(node)
        if name == "LeftJoin":
            inner = self.groups(node.p2)
            return [_Group(g.edges, [*g.inner, inner]) for g in self.groups(node.p1)]
        if name == "BGP":
            patterns = (self.edges(s, p, o) for s, p, o in node.triples)
            return functools.reduce(_joins, patterns, [_Group()])
        if name == "Join":
            return _joins(self.groups(node.p1), self.groups(node.p2))
        if name == "Union":
            return self.groups(node.p1) + self.groups(node.p2)
        if name == "values":
            return [_Group()]
        raise Everything

    def wrapped(self, node: RdflibNode) -> list[_Group]:
        """What a modifier of a pattern does to it: hide variables, or give one another name."""
        found = self.groups(node.p)
        if node.name == "Project":
            kept, mark = {str(variable) for variable in node.PV}, f"~{next(_numbers)}"
            return [group.renamed(kept, mark) for group in found]
        edges = self.same(node) if node.name == "Extend" else []
        return [_Group(g.edges + edges, g.inner) for g in found]

    def same(self, node: RdflibNode) -> list[_Edge]:
        from rdflib import Variable

        known = isinstance(node.expr, Variable)
        return [_Edge(str(node.var), None, str(node.expr))] if known else []

    def edges(self, s: RdflibNode, p: RdflibNode, o: RdflibNode) -> list[_Group]:
        """A triple pattern with a path, as alternatives of plain ones."""
        from rdflib import URIRef
        from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

        if isinstance(p, InvPath):
            return self.edges(o, p.arg, s)
        if isinstance(p, AlternativePath):
            return [group for arg in p.args for group in self.edges(s, arg, o)]
        if isinstance(p, SequencePath):
            between = [f"~{next(_numbers)}" for _ in p.args[1:]]
            found = [_Group()]
            for start, arg, end in zip([s, *between], p.args, [*between, o], strict=True):
                found = _joins(found, self.edges(start, arg, end))
            return found
        if isinstance(p, MulPath) and self.any_length:
            return self.edges(s, p.path, o)
        if isinstance(p, URIRef):
            return [_Group([_Edge(_end(s), ox.NamedNode(str(p)), _end(o))])]
        raise Everything


def _joins(left: list[_Group], right: list[_Group]) -> list[_Group]:
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
