"""A path over a property whose closure is entailed reads the closure."""

from __future__ import annotations

from dataclasses import replace
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from kg.query.rewrites.scope import fresh, in_query, stepwise
from kg.reason import SOURCE, closures
from kg.sparql import algebra as a
from kg.store import View

_DEFAULT = ox.DefaultGraph()
_known: WeakKeyDictionary[View, dict[ox.NamedNode, ox.NamedNode]] = WeakKeyDictionary()


def closure(query: a.Query, view: View) -> a.Query:
    """``p+`` as the property that is its closure, and ``p*`` where one end is a constant.

    Only over the merged graph, where the entailed triples are. A generation without the
    source of what is entailed has no closures.
    """
    if query.default or query.named or not any(isinstance(n, a.Repeat) for n in a.walk(query)):
        return query
    by = _closures(view)
    names = fresh(query)

    def change(pattern: a.Pattern) -> a.Pattern:
        if not isinstance(pattern, a.Bgp):
            return pattern
        steps = tuple(stepwise(pattern.triples, names))
        return _read(steps, by, view) if any(_closed(t, by) for t in steps) else pattern

    return in_query(query, change)


def _closures(view: View) -> dict[ox.NamedNode, ox.NamedNode]:
    if view not in _known:
        graphs = (graph for record in view.manifest.sources for graph in record.graphs)
        _known[view] = closures(view, graphs) if view.manifest.source(SOURCE) else {}
    return _known[view]


def _closed(t: a.TriplePattern, by: dict[ox.NamedNode, ox.NamedNode]) -> ox.NamedNode | None:
    path = t.predicate
    if (
        not isinstance(path, a.Repeat)
        or path.sign == "?"
        or not isinstance(path.path, ox.NamedNode)
    ):
        return None
    if path.sign == "*" and _ends(t) is None:
        return None
    return by.get(path.path)


def _ends(t: a.TriplePattern) -> tuple[ox.Variable, ox.NamedNode] | None:
    """The open and the constant end of a pattern that has one of each."""
    s, o = t.subject, t.object
    if isinstance(s, ox.Variable) and isinstance(o, ox.NamedNode):
        return s, o
    if isinstance(o, ox.Variable) and isinstance(s, ox.NamedNode):
        return o, s
    return None


def _read(
    steps: tuple[a.TriplePattern, ...], by: dict[ox.NamedNode, ox.NamedNode], view: View
) -> a.Pattern:
    plain: list[a.TriplePattern] = []
    made: a.Pattern = a.Bgp()
    for t in steps:
        closed, ends = _closed(t, by), _ends(t)
        direct = t if closed is None else replace(t, predicate=closed)
        if closed and ends and _is_optional(t) and _is_node(view, ends[1]):
            made = a.join(made, _or_equal(direct, *ends))
        else:
            plain.append(direct)
    return a.join(a.Bgp(tuple(plain)), made)


def _is_optional(t: a.TriplePattern) -> bool:
    return isinstance(t.predicate, a.Repeat) and t.predicate.sign == "*"


def _is_node(view: View, term: ox.NamedNode) -> bool:
    """Whether a path of no steps leads from a term to itself: for the engine it must be there."""
    found = (view.quads(s=term, g=_DEFAULT), view.quads(o=term, g=_DEFAULT))
    return any(True for quads in found for _ in quads)


def _or_equal(direct: a.TriplePattern, variable: ox.Variable, end: ox.NamedNode) -> a.Pattern:
    """The closure, in which nothing need be related to itself, and the constant itself."""
    other = a.Call("!", (a.Call("SAMETERM", (variable, end)),))
    return a.Union(a.Filter(a.Bgp((direct,)), other), a.Values((variable,), ((end,),)))
