"""The algebra of a query, after section 18.2 of SPARQL 1.1.

Patterns are those of the standard, with two differences: a basic graph pattern keeps
its property paths, and one node `Select` stands for a query's and a sub-query's
grouping, projection, order and slice, which is how all that reads them needs them.
Everything is frozen and compares by value; terms are those of pyoxigraph.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

import pyoxigraph as ox

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
Node: TypeAlias = Term | ox.Variable


@dataclass(frozen=True, slots=True)
class Inverse:
    """``^path``."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """``path/path``, of two or more."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """``path|path``, of two or more."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``path*``, ``path+`` or ``path?``; the sign says which."""

    path: Path
    sign: str


@dataclass(frozen=True, slots=True)
class Negated:
    """``!(iri|^iri)``: one step by any other property, forward or backward."""

    forward: tuple[ox.NamedNode, ...]
    backward: tuple[ox.NamedNode, ...]


Path: TypeAlias = ox.NamedNode | Inverse | Sequence | Alternative | Repeat | Negated


@dataclass(frozen=True, slots=True)
class Call:
    """An operator, a built-in or a function applied to its arguments.

    ``name`` is the sign (``=``, ``&&``, ``!``, ``IN`` and ``NOT IN`` with the list behind
    the first argument), the built-in in upper case, or the IRI of a function or cast.
    A sign ``-`` with one argument is the unary one.
    """

    name: str | ox.NamedNode
    arguments: tuple[Expression, ...]
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """``EXISTS { … }`` or ``NOT EXISTS { … }``."""

    pattern: Pattern
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``COUNT(DISTINCT ?x)`` and its like; no argument is ``*``."""

    name: str
    argument: Expression | None
    distinct: bool = False
    separator: str | None = None


Expression: TypeAlias = ox.Variable | ox.NamedNode | ox.Literal | Call | Exists | Aggregate


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """A triple whose places may be variables, and whose predicate may be a path."""

    subject: Node
    predicate: ox.Variable | Path
    object: Node


@dataclass(frozen=True, slots=True)
class Bgp:
    """Triple patterns that all hold; none is the empty group, which has one solution."""

    triples: tuple[TriplePattern, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """Both hold."""

    left: Pattern
    right: Pattern


@dataclass(frozen=True, slots=True)
class Lateral:
    """The right pattern, evaluated for each solution of the left one.

    The engine's own ``LATERAL``, which no query of SPARQL 1.1 has: only a rewriting makes
    it, to say in which order a join is evaluated.
    """

    left: Pattern
    right: Pattern


@dataclass(frozen=True, slots=True)
class LeftJoin:
    """``OPTIONAL``; the filters directly in it are its condition."""

    left: Pattern
    right: Pattern
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Union:
    """Either holds."""

    left: Pattern
    right: Pattern


@dataclass(frozen=True, slots=True)
class Minus:
    """``MINUS``."""

    left: Pattern
    right: Pattern


@dataclass(frozen=True, slots=True)
class Filter:
    """The filters of a group, as one condition."""

    pattern: Pattern
    condition: Expression


@dataclass(frozen=True, slots=True)
class Graph:
    """``GRAPH name { … }``."""

    name: ox.NamedNode | ox.Variable
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Service:
    """``SERVICE name { … }``."""

    name: ox.NamedNode | ox.Variable
    pattern: Pattern
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Extend:
    """``BIND(expression AS ?variable)`` behind a pattern."""

    pattern: Pattern
    variable: ox.Variable
    expression: Expression


@dataclass(frozen=True, slots=True)
class Values:
    """``VALUES``; nothing stands for UNDEF."""

    variables: tuple[ox.Variable, ...]
    rows: tuple[tuple[ox.NamedNode | ox.Literal | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """An item of SELECT or GROUP BY: a variable, and the expression that makes it.

    Of GROUP BY, an expression may have no variable.
    """

    variable: ox.Variable | None
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A condition of ORDER BY."""

    expression: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT query or sub-query; ``*`` is written out.

    ``group`` is None where nothing is grouped, and empty where aggregates are of all
    solutions. ``values`` is the VALUES clause behind the query.
    """

    columns: tuple[Column, ...]
    where: Pattern
    group: tuple[Column, ...] | None = None
    having: tuple[Expression, ...] = ()
    order: tuple[Order, ...] = ()
    distinct: bool = False
    reduced: bool = False
    limit: int | None = None
    offset: int = 0
    values: Values | None = None


Pattern: TypeAlias = (
    Bgp
    | Join
    | Lateral
    | LeftJoin
    | Union
    | Minus
    | Filter
    | Graph
    | Service
    | Extend
    | Values
    | Select
)


@dataclass(frozen=True, slots=True)
class Query:
    """A query. ``select`` holds the pattern and the modifiers of any form.

    Of ASK, CONSTRUCT and DESCRIBE its columns are all variables in scope. ``default``
    and ``named`` are the FROM and FROM NAMED clauses.
    """

    form: str
    select: Select
    template: tuple[TriplePattern, ...] = ()
    described: tuple[ox.NamedNode | ox.Variable, ...] = ()
    default: tuple[ox.NamedNode, ...] = ()
    named: tuple[ox.NamedNode, ...] = ()


def join(left: Pattern, right: Pattern) -> Pattern:
    """Both patterns; the empty one adds nothing.

    >>> join(Bgp(), Values((), ()))
    Values(variables=(), rows=())
    """
    if left == Bgp():
        return right
    return left if right == Bgp() else Join(left, right)


def in_scope(pattern: Pattern) -> tuple[ox.Variable, ...]:
    """The variables that a pattern can bind (18.2.1), in order of appearance.

    >>> x, y = ox.Variable("x"), ox.Variable("y")
    >>> in_scope(Filter(Bgp((TriplePattern(x, y, x),)), x))
    (<Variable value=x>, <Variable value=y>)
    """
    return tuple(dict.fromkeys(_bound(pattern)))


def _bound(pattern: Pattern) -> Iterator[ox.Variable]:
    match pattern:
        case Bgp(triples):
            nodes = (n for t in triples for n in (t.subject, t.predicate, t.object))
            yield from (n for n in nodes if isinstance(n, ox.Variable))
        case Join(left, right) | Lateral(left, right) | LeftJoin(left, right) | Union(left, right):
            yield from _bound(left)
            yield from _bound(right)
        case Minus(left, _) | Filter(left, _):
            yield from _bound(left)
        case Graph(name, inner) | Service(name, inner):
            if isinstance(name, ox.Variable):
                yield name
            yield from _bound(inner)
        case Extend(inner, variable, _):
            yield from _bound(inner)
            yield variable
        case Values(variables, _):
            yield from variables
        case Select(columns):
            yield from (c.variable for c in columns if c.variable is not None)


def walk(node: object) -> Iterator[object]:
    """The node and all below it that are of this algebra or a term, outermost first.

    >>> [type(n).__name__ for n in walk(Filter(Bgp(), ox.Variable("x")))]
    ['Filter', 'Bgp', 'Variable']
    """
    if isinstance(node, tuple):
        for item in node:
            yield from walk(item)
    elif hasattr(node, "__dataclass_fields__"):
        yield node
        for field in fields(node):  # type: ignore[arg-type]  # a dataclass, as just seen
            yield from walk(getattr(node, field.name))
    elif isinstance(node, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Variable):
        yield node
