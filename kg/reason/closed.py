"""Which property holds the whole transitive closure of which other."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.reason.axioms import Axioms
from kg.reason.stated import CO_BUILDS_WITH, MEMBER_OF, is_stated_graph
from kg.store import Readable


def closures(data: Readable, graphs: Iterable[str]) -> dict[ox.NamedNode, ox.NamedNode]:
    """By property the one whose triples in the merge are exactly its closure (``p+``).

    That is so when the closure rests on no other property and no graph states it itself.
    ``graphs`` are those of the store, whose entailed ones must be those of `entail`. O(graphs).
    """
    axioms = Axioms.of(data)
    stated = [g for g in map(ox.NamedNode, graphs) if is_stated_graph(g)]
    found = {closure: closure for closure in axioms.edges}
    for closure in axioms.edges:
        step = _step(axioms, closure)
        if step is not None and not any(_has(data, closure, graph) for graph in stated):
            found[step] = closure
    return found


def _step(axioms: Axioms, closure: ox.NamedNode) -> ox.NamedNode | None:
    """The one property whose stated triples a closure is made of, if nothing entails it."""
    routes = [route for route in axioms.edges[closure] if route.source != closure]
    if len(routes) != 1 or routes[0].flips:
        return None
    step = routes[0].source
    entailed = step in axioms.to_target or step in (MEMBER_OF, CO_BUILDS_WITH)
    return None if entailed else step


def _has(data: Readable, predicate: ox.NamedNode, graph: ox.NamedNode) -> bool:
    return any(True for _ in data.quads(p=predicate, g=graph))
