"""Property paths as formulas: the triples of a way from one end to the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import TypeAlias

import pyoxigraph as ox

from kg.query.why.facts import Fact, Facts, Given
from kg.query.why.formula import ALL, AllOf, Choice, Formula, Scope, Unit, any_of
from kg.sparql import algebra as a

Way: TypeAlias = tuple[Formula, ...]


class Paths:
    """Makes formulas of paths between two terms; what it has made it keeps."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._known: dict[tuple[object, ...], Formula] = {}

    def of(self, ends: tuple[a.Term, a.Term], path: a.Path, graph: ox.NamedNode | None) -> Formula:
        """Some way of the path leads from the first end to the second."""
        key = (ends, path, graph)
        if key not in self._known:
            self._known[key] = self._made(ends, path, graph)
        return self._known[key]

    def _made(
        self, ends: tuple[a.Term, a.Term], path: a.Path, graph: ox.NamedNode | None
    ) -> Formula:
        if isinstance(path, a.Alternative) and all(map(_is_one_step, path.parts)):
            steps = [self._step(ends, part, graph) for part in path.parts]
            return any_of([s for s in steps if s is not None and s.holds], self.facts.rank)
        return Walk(self.facts, ends, path, graph)

    def _step(
        self, ends: tuple[a.Term, a.Term], path: a.Path, graph: ox.NamedNode | None
    ) -> Fact | Given | None:
        (s, o), predicate = ends, path
        if isinstance(path, a.Inverse):
            (o, s), predicate = ends, path.path
        if isinstance(s, ox.Literal) or not isinstance(predicate, ox.NamedNode):
            return None
        if graph is not None and not any(self.facts.quads(s, predicate, o, graph)):
            return None
        return self.facts.triple(s, predicate, o, graph)


def _is_one_step(path: a.Path) -> bool:
    inner = path.path if isinstance(path, a.Inverse) else path
    return isinstance(inner, ox.NamedNode)


class Walk:
    """Some way of a path leads from one term to another.

    A way of no steps needs its node in the data: the engine asks that of named ones, too.
    """

    settled = None
    necessary: frozenset[Unit] = frozenset()

    def __init__(
        self,
        facts: Facts,
        ends: tuple[a.Term, a.Term],
        path: a.Path,
        graph: ox.NamedNode | None,
    ) -> None:
        self._facts = facts
        self._ends = ends
        self._path = path
        self._graph = graph
        self._ways: list[Formula] = []
        self._sought: set[Scope] = set()

    def choose(self, scope: Scope, taken: AbstractSet[Unit]) -> Choice | None:
        """By a known way, else by the first that is found within the scope."""
        for way in self._ways:
            choice = way.choose(scope, taken)
            if choice is not None:
                return choice
        if scope in self._sought:
            return None
        self._sought.add(scope)
        found = self._found(scope)
        if found is None:
            return None
        self._ways.append(found)
        return found.choose(scope, taken)

    def _found(self, scope: Scope) -> Formula | None:
        start, end = self._ends
        if start == end and may_be_empty(self._path):
            # Any way of steps speaks of the node, too.
            mention = Mention(self._facts, start, self._graph)
            return mention if mention.choose(scope, frozenset()) is not None else None
        steps = Steps(self._facts, self._graph, scope)
        return next((AllOf(way) for node, way in steps.of(self._path, start) if node == end), None)


class Mention:
    """A node is in the data."""

    def __init__(self, facts: Facts, node: a.Term, graph: ox.NamedNode | None) -> None:
        self._facts = facts
        self._node = node
        self._graph = graph

    settled = None
    necessary: frozenset[Unit] = frozenset()

    def choose(self, scope: Scope, taken: AbstractSet[Unit]) -> Choice | None:
        """A triple that speaks of the node, one that needs nothing new first."""
        first = None
        for fact in self._triples():
            choice = fact.choose(scope, taken)
            if choice is not None and choice.units <= taken:
                return choice
            first = first or choice
        return first

    def _triples(self) -> Iterator[Formula]:
        if isinstance(self._node, ox.NamedNode | ox.BlankNode):
            for quad in self._facts.quads(self._node, None, None, self._graph):
                yield self._facts.triple(quad.subject, quad.predicate, quad.object, self._graph)
        for quad in self._facts.quads(None, None, self._node, self._graph):
            yield self._facts.triple(quad.subject, quad.predicate, quad.object, self._graph)


class Steps:
    """Walks paths over the triples of a scope, breadth first."""

    def __init__(self, facts: Facts, graph: ox.NamedNode | None, scope: Scope) -> None:
        self._facts = facts
        self._graph = graph
        self._scope = scope

    def of(self, path: a.Path, start: a.Term) -> Iterator[tuple[a.Term, Way]]:
        """Where a path leads from a term, each with the triples of a way."""
        match path:
            case ox.NamedNode():
                yield from self._forward(start, path)
            case a.Inverse(ox.NamedNode() as predicate):
                yield from self._backward(start, predicate)
            case a.Inverse(inner):
                yield from self.of(inverted(inner), start)
            case a.Alternative(parts):
                for part in parts:
                    yield from self.of(part, start)
            case a.Sequence(parts):
                yield from self._through(parts, start)
            case a.Repeat(inner, sign):
                yield from self._repeated(inner, sign, start)
            case a.Negated():
                yield from self._others(path, start)

    def _forward(
        self, start: a.Term, predicate: ox.NamedNode | None
    ) -> Iterator[tuple[a.Term, Way]]:
        if not isinstance(start, ox.Literal):
            for quad in self._facts.quads(start, predicate, None, self._graph):
                yield from self._step(quad, quad.object)

    def _backward(
        self, start: a.Term, predicate: ox.NamedNode | None
    ) -> Iterator[tuple[a.Term, Way]]:
        for quad in self._facts.quads(None, predicate, start, self._graph):
            yield from self._step(quad, quad.subject)

    def _step(self, quad: ox.Quad, to: object) -> Iterator[tuple[a.Term, Way]]:
        fact = self._facts.triple(quad.subject, quad.predicate, quad.object, self._graph)
        if isinstance(to, ox.Triple):
            return
        if self._scope == ALL or fact.choose(self._scope, frozenset()) is not None:
            yield to, (fact,)  # type: ignore[misc]  # a term of a quad that is no triple

    def _through(self, parts: tuple[a.Path, ...], start: a.Term) -> Iterator[tuple[a.Term, Way]]:
        if not parts:
            yield start, ()
            return
        for node, way in self.of(parts[0], start):
            for end, rest in self._through(parts[1:], node):
                yield end, (*way, *rest)

    def _repeated(self, path: a.Path, sign: str, start: a.Term) -> Iterator[tuple[a.Term, Way]]:
        reached: set[a.Term] = set()
        waiting: deque[tuple[a.Term, Way]] = deque([(start, ())])
        if sign != "+":
            reached.add(start)
            yield start, ()
        while waiting:
            at, way = waiting.popleft()
            for node, step in self.of(path, at):
                if node not in reached:
                    reached.add(node)
                    yield node, (*way, *step)
                    waiting.append((node, (*way, *step)))
            if sign == "?":
                return

    def _others(self, path: a.Negated, start: a.Term) -> Iterator[tuple[a.Term, Way]]:
        if path.forward or not path.backward:
            for quad in self._any(start, forward=True):
                if quad.predicate not in path.forward:
                    yield from self._step(quad, quad.object)
        if path.backward:
            for quad in self._any(start, forward=False):
                if quad.predicate not in path.backward:
                    yield from self._step(quad, quad.subject)

    def _any(self, start: a.Term, *, forward: bool) -> Iterator[ox.Quad]:
        if not forward:
            yield from self._facts.quads(None, None, start, self._graph)
        elif not isinstance(start, ox.Literal):
            yield from self._facts.quads(start, None, None, self._graph)


def inverted(path: a.Path) -> a.Path:
    """The path from end to start, with ``^`` before properties only.

    >>> p, q = ox.NamedNode("urn:p"), ox.NamedNode("urn:q")
    >>> inverted(a.Sequence((p, a.Inverse(q)))) == a.Sequence((q, a.Inverse(p)))
    True
    """
    match path:
        case a.Inverse(inner):
            return inner
        case a.Sequence(parts):
            return a.Sequence(tuple(inverted(part) for part in reversed(parts)))
        case a.Alternative(parts):
            return a.Alternative(tuple(map(inverted, parts)))
        case a.Repeat(inner, sign):
            return a.Repeat(inverted(inner), sign)
        case a.Negated(forward, backward):
            return a.Negated(backward, forward)
    return a.Inverse(path)


def may_be_empty(path: a.Path) -> bool:
    """Whether a path has a way of no steps.

    >>> may_be_empty(a.Repeat(ox.NamedNode("urn:p"), "*"))
    True
    """
    match path:
        case a.Repeat(inner, sign):
            return sign != "+" or may_be_empty(inner)
        case a.Sequence(parts):
            return all(map(may_be_empty, parts))
        case a.Alternative(parts):
            return any(map(may_be_empty, parts))
        case a.Inverse(inner):
            return may_be_empty(inner)
    return False
