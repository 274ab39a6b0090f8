"""What a query reads from a focus node, so that a change leads back to the nodes it touches.

The steps from ``?this`` to a triple pattern lead, backwards, from a changed triple to the
focus nodes.
"""

from __future__ import annotations

import functools
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kg.store import Readable
from kg.validate.graph import Term
from kg.validate.patterns import Edge, Everything, Group, groups, skeleton

Step: TypeAlias = tuple[ox.NamedNode, bool]
"""A predicate, and whether it is followed from subject to object."""

_DEFAULT = ox.DefaultGraph()
_IRI = re.compile(r"<[^<>\s]+>")


@dataclass(frozen=True, slots=True)
class Read:
    """A triple pattern: the steps to its nearer end, the last step, and its other end.

    ``other`` is None where any node will do.
    """

    steps: tuple[Step, ...]
    predicate: ox.NamedNode
    forward: bool
    other: Term | None


def reads(text: str) -> frozenset[Read] | None:
    """The reads of a query, None when it reads more than can be told.

    >>> text = "SELECT ?this { ?this <urn:p> ?x . ?y <urn:q> ?x }"
    >>> sorted((len(read.steps), read.predicate.value, read.forward) for read in reads(text))
    [(0, 'urn:p', True), (1, 'urn:q', False)]
    >>> reads("SELECT ?this { ?this <urn:p> ?x . ?y <urn:q> ?z }") is None
    True
    """
    iris: dict[str, str] = {}
    try:
        form = skeleton(text)
        # The IRI of a prefix is part of others.
        if "PREFIX" not in form:
            form = _IRI.sub(lambda m: iris.setdefault(m[0], f"<urn:{len(iris)}>"), form)
        found = _reads_of(form)
    except Everything:
        return None
    known: dict[Term | None, ox.NamedNode] = {
        ox.NamedNode(new[1:-1]): ox.NamedNode(old[1:-1]) for old, new in iris.items()
    }
    return frozenset(_renamed(read, known) for read in found)


def _renamed(read: Read, known: Mapping[Term | None, ox.NamedNode]) -> Read:
    steps = tuple((known.get(predicate, predicate), forward) for predicate, forward in read.steps)
    predicate = known.get(read.predicate, read.predicate)
    return Read(steps, predicate, read.forward, known.get(read.other, read.other))


# Of a form in which IRIs are numbered: most constraints share theirs with others, and parsing a
# form takes more time than all else.
@functools.cache
def _reads_of(skeleton: str) -> frozenset[Read]:
    found = groups(skeleton)
    return frozenset(read for group in found for read in _reads(group, []))


def predicates(text: str, *, generated: bool) -> frozenset[ox.NamedNode] | None:
    """IRIs with the predicates of a query among them, None when it names none somewhere.

    ``generated`` says that the text writes out the IRI of every predicate.
    """
    if generated:
        return mentioned(text)
    try:
        return frozenset(_predicates(groups(skeleton(text), any_length=True)))
    except Everything:
        return None


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


def _reads(group: Group, outer: list[Edge]) -> Iterator[Read]:
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
    for alternatives in group.inner:
        for inner in alternatives:
            yield from _reads(inner, edges)


def _known(steps: dict[str, tuple[Step, ...]], end: str | Term) -> tuple[Step, ...] | None:
    return steps.get(end) if isinstance(end, str) else None


def _constant(end: str | Term) -> Term | None:
    """The IRI that a pattern asks for; a literal is written in several ways."""
    return end if isinstance(end, ox.NamedNode) else None


def _steps(edges: list[Edge]) -> dict[str, tuple[Step, ...]]:
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


def _predicates(found: list[Group]) -> Iterator[ox.NamedNode]:
    for group in found:
        yield from (edge.predicate for edge in group.edges if edge.predicate is not None)
        for inner in group.inner:
            yield from _predicates(inner)
