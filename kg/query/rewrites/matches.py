"""``?thing search:matches "凤凰"``: the things with such a name, from the label index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import pyoxigraph as ox

from kg import search, sparql
from kg.exceptions import QueryRefused
from kg.namespace import SEARCH
from kg.sparql import algebra as a
from kg.store import View

MATCHES = ox.NamedNode(SEARCH + "matches")
LIMIT = 10_000
_SPELLED = ("search:matches", str(MATCHES))
_NONE, _ONE = a.Values((), ()), a.Values((), ((),))


def is_asked(text: str) -> bool:
    """Whether the property is among the tokens of a query, as kg spells it.

    >>> is_asked('ASK { ?t search:matches "凤凰" }'), is_asked('ASK { ?t ?p "search:matches" }')
    (True, False)
    """
    return "matches" in text and any(t.text in _SPELLED for t in sparql.tokens(text))


def matched(view: View, text: str) -> str:
    """The text of a query with what `matches` makes of it. Raises as that, and `Unparsed`."""
    return sparql.text(matches(sparql.parse(text), view)) if is_asked(text) else text


def matches(query: a.Query, view: View) -> a.Query:
    """The query with the things in place of each pattern of ``search:matches``.

    What matches is what `kg.search.find` finds; a text with a language tag is looked for in names
    of that language. The names are those of all sources, also inside of GRAPH and with FROM.
    Raises `QueryRefused` where the object is no text, where the property stands in a path or in
    SERVICE, and for more than `LIMIT` things.
    """
    if not _mentions(query.select):
        return query
    if any(_mentions(node) for node in a.walk(query) if isinstance(node, a.Service)):
        raise QueryRefused("search:matches in SERVICE: the index is that of this store only")
    patterns = _Patterns(query, view)
    return sparql.mapped(query, lambda n: patterns.rewritten(n) if isinstance(n, a.Bgp) else n)


class _Patterns:
    """Basic graph patterns rewritten, with the things that were looked up and the names given."""

    def __init__(self, query: a.Query, view: View) -> None:
        self._view = view
        self._found: dict[ox.Literal, list[ox.NamedNode]] = {}
        self._taken = {node.value for node in a.walk(query) if isinstance(node, ox.Variable)}

    def rewritten(self, pattern: a.Bgp) -> a.Pattern:
        if not _mentions(pattern):
            return pattern
        asked = [t for t in pattern.triples if t.predicate == MATCHES]
        rest = a.Bgp(tuple(t for t in pattern.triples if t.predicate != MATCHES))
        if _mentions(rest):
            raise QueryRefused(
                "search:matches cannot stand in a path; give it a pattern of its own"
            )
        # A blank node is a variable without a name, and VALUES needs the name.
        blank = dict.fromkeys(t.subject for t in asked if isinstance(t.subject, ox.BlankNode))
        names: dict[Any, ox.Variable] = {node: self._fresh() for node in blank}
        made: a.Pattern | None = None
        for triple in asked:
            values = self._values(names.get(triple.subject, triple.subject), triple.object)
            made = a.Join(made, values) if made else values
        assert made is not None
        return a.Join(made, _renamed(rest, names)) if rest.triples else made

    def _values(self, subject: a.Node, text: a.Node) -> a.Values:
        if not isinstance(text, ox.Literal):
            raise QueryRefused(f'search:matches takes a text, such as "凤凰", and not {text}')
        things = self._things(text)
        if isinstance(subject, ox.Variable):
            return a.Values((subject,), tuple((thing,) for thing in things))
        return _ONE if subject in things else _NONE

    def _things(self, text: ox.Literal) -> list[ox.NamedNode]:
        if text not in self._found:
            iris = search.things(self._view, text.value, text.language or "", limit=LIMIT)
            self._found[text] = [ox.NamedNode(iri) for iri in iris]
        return self._found[text]

    def _fresh(self) -> ox.Variable:
        name = next(name for n in count() if (name := f"matched{n}") not in self._taken)
        self._taken.add(name)
        return ox.Variable(name)


def _mentions(node: object) -> bool:
    return any(term == MATCHES for term in a.walk(node) if isinstance(term, ox.NamedNode))


def _renamed(pattern: a.Bgp, names: Mapping[Any, ox.Variable]) -> a.Bgp:
    triples = (
        replace(t, subject=names.get(t.subject, t.subject), object=names.get(t.object, t.object))
        for t in pattern.triples
    )
    return a.Bgp(tuple(triples))
