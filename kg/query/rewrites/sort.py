"""Names are sorted by their beginnings first, which the engine has at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import pyoxigraph as ox

from kg.namespace import RDF, XSD
from kg.query.rewrites.sample import count
from kg.query.rewrites.scope import certain, fresh, in_query, variables
from kg.sparql import algebra as a
from kg.sparql import text
from kg.store import Readable

# The engine holds a text of so many bytes in place of a reference to the disk.
_INLINE = 15
_TRIED = 50
# Fewer are sorted as fast as they are.
_MANY = 200
_TEXTS = (ox.NamedNode(XSD + "string"), ox.NamedNode(RDF + "langString"))


def sort(query: a.Query, view: Readable) -> a.Query:
    """`ORDER BY` on names and IRIs compares short pieces of them before the whole.

    The engine reads both terms from disk each time that it compares them. What comes of it
    is the same order: pieces are compared as the whole is, and the whole decides at last.
    """
    if query.default or query.named:
        return query
    names = fresh(query)

    def change(pattern: a.Pattern) -> a.Pattern:
        return _sorted(pattern, view, names) if isinstance(pattern, a.Select) else pattern

    return in_query(query, change)


def _sorted(select: a.Select, data: Readable, names: Iterator[ox.Variable]) -> a.Select:
    if not select.order or select.group is not None:
        return select
    # What comes second is compared only where the first is equal.
    first, *rest = select.order
    key = isinstance(first.expression, ox.Variable) and _key(first.expression, select.where, data)
    if not key:
        return select
    where, order = select.where, list[a.Order]()
    for expression in key.pieces():
        name = next(names)
        where = a.Extend(where, name, expression)
        order.append(replace(first, expression=name))
    return replace(select, where=where, order=(*order, first, *rest))


@dataclass(frozen=True, slots=True)
class _Key:
    """How to tell the values of a variable apart by short pieces."""

    variable: ox.Variable
    iris: bool
    common: str
    starts: Sequence[int]
    width: int

    def pieces(self) -> Iterator[a.Expression]:
        """What to compare in turn, each unbound for values of another kind."""
        name = a.Call("STR", (self.variable,))
        start = ox.Literal(self.common)
        alike = a.Call("STRSTARTS", (name, start))
        kind = a.Call("ISIRI", (self.variable,)) if self.iris else self.is_text
        if self.common:
            before = a.Call("IF", (a.Call("<", (name, start)), ox.Literal(-1), ox.Literal(1)))
            yield self.only(kind, a.Call("IF", (alike, ox.Literal(0), before)))
            kind = a.Call("&&", (kind, alike))
        for at in self.starts:
            place = ox.Literal(len(self.common) + at + 1)
            yield self.only(kind, a.Call("SUBSTR", (name, place, ox.Literal(self.width))))

    @property
    def is_text(self) -> a.Expression:
        return a.Call("IN", (a.Call("DATATYPE", (self.variable,)), *_TEXTS))

    def only(self, condition: a.Expression, value: a.Expression) -> a.Expression:
        """The value where the condition holds, else an error, which binds nothing."""
        return a.Call("IF", (condition, value, a.Call("ABS", (ox.Literal(""),))))


def _key(variable: ox.Variable, where: a.Pattern, data: Readable) -> _Key | None:
    """A key for the values of a variable, if they are many, and names or IRIs."""
    best = _place(variable, where)
    if best is None or count(data, best, _MANY) < _MANY:
        return None
    s, p, o = (None if isinstance(n, ox.Variable) else n for n in _nodes(best))
    quads = islice(data.quads(s, p, o, ox.DefaultGraph()), _TRIED)  # type: ignore[arg-type]
    is_subject = best.subject == variable
    terms = [quad.subject if is_subject else quad.object for quad in quads]
    iris = all(isinstance(term, ox.NamedNode) for term in terms)
    texts = all(isinstance(term, ox.Literal) and term.datatype in _TEXTS for term in terms)
    # A literal sorts behind every IRI, so IRIs are told apart only where no literal can be.
    if not (texts or (iris and is_subject)) or (texts and _has_other_literal(variable, best, data)):
        return None
    return _told_apart(variable, iris, sorted({term.value for term in terms}))  # type: ignore[union-attr]


def _has_other_literal(variable: ox.Variable, place: a.TriplePattern, data: Readable) -> bool:
    """Whether a date, say, is among the names, which the engine sorts by its text, too."""
    is_text = a.Call("IN", (a.Call("DATATYPE", (variable,)), *_TEXTS))
    where = a.Filter(a.Bgp((place,)), a.Call("!", (is_text,)))
    return bool(data.query(text(a.Query("ASK", a.Select((), where)))))


def _told_apart(variable: ox.Variable, iris: bool, values: list[str]) -> _Key:
    common = _common(values[0], values[-1])
    width = _INLINE if all(value[len(common) :].isascii() for value in values) else _INLINE // 3
    starts: list[int] = []
    while len(starts) < 3 and len({v[: len(common) + width * len(starts)] for v in values}) < len(
        values
    ):
        starts.append(width * len(starts))
    return _Key(variable, iris, common, starts, width)


def _common(first: str, last: str) -> str:
    """What two texts begin with alike; so do those between them in order."""
    ends = (n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(ends, min(len(first), len(last)))]


def _place(variable: ox.Variable, where: a.Pattern) -> a.TriplePattern | None:
    """The narrowest triple pattern that binds the variable for certain."""
    if variable not in certain(where):
        return None
    found = [t for t in _required(where) if variable in (t.subject, t.object)]

    def narrow(triple: a.TriplePattern) -> tuple[bool, int]:
        constants = sum(not isinstance(node, ox.Variable) for node in _nodes(triple))
        return triple.subject == variable, constants

    return max(found, key=narrow, default=None)


def _nodes(triple: a.TriplePattern) -> tuple[object, ...]:
    return triple.subject, triple.predicate, triple.object


def _required(pattern: a.Pattern) -> Iterator[a.TriplePattern]:
    """Triple patterns without blank nodes or paths that hold in every solution."""
    match pattern:
        case a.Bgp(triples):
            yield from (t for t in triples if _is_plain(t))
        case a.Join(left, right) | a.Lateral(left, right):
            yield from _required(left)
            yield from _required(right)
        case a.LeftJoin(left) | a.Minus(left) | a.Filter(left) | a.Extend(left):
            yield from _required(left)
        case a.Select():
            shown = {c.variable for c in pattern.columns if c.expression is None}
            yield from (t for t in _required(pattern.where) if variables(t) <= shown)


def _is_plain(triple: a.TriplePattern) -> bool:
    path = not isinstance(triple.predicate, ox.NamedNode | ox.Variable)
    return not path and not any(isinstance(n, ox.BlankNode) for n in _nodes(triple))
