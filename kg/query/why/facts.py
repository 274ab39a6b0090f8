"""Triples as formulas: the places that state one, and what it follows from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

import pyoxigraph as ox

from kg.evidence import Evidences
from kg.namespace import ENTAILED, RDF, natural
from kg.query.why.formula import NOTHING, AllOf, Choice, Derived, Formula, Rank, Scope, Unit
from kg.reason import (
    Support,
    Supports,
    is_measured_graph,
    is_ontology_graph,
    is_stated_graph,
)
from kg.store import Readable
from kg.store.readable import Object, Subject

_TYPE = ox.NamedNode(RDF + "type")
_RULE = ENTAILED + "#"
_META = ENTAILED + "/meta"
_EMPTY: frozenset[Unit] = frozenset()
_KEPT = 200_000


class Given:
    """Holds by itself: the ontology says it."""

    settled = NOTHING
    necessary = _EMPTY
    holds = True

    def choose(self, scope: Scope, taken: AbstractSet[Unit]) -> Choice:
        """Nothing is needed."""
        return NOTHING


GIVEN = Given()


class Fact:
    """A triple that pieces of evidence state, each alone, or that follows."""

    def __init__(self, units: Sequence[Unit], entailed: Formula | None) -> None:
        self.holds = bool(units or entailed)
        self._choices = {unit: Choice(frozenset((unit,))) for unit in units}
        self._entailed = entailed
        alone = entailed is None and len(self._choices) == 1
        self._alone = next(iter(self._choices.values())) if alone else None

    @property
    def settled(self) -> Choice | None:
        """The piece that alone states it, or the only way in which it follows."""
        if not self._choices:
            return self._entailed.settled if self._entailed else None
        return self._alone

    @cached_property
    def necessary(self) -> frozenset[Unit]:
        """The piece that alone states it, or what it must follow from."""
        if len(self._choices) > 1:
            return _EMPTY
        said = frozenset(self._choices)
        if self._entailed is None:
            return said
        return self._entailed.necessary & said if said else self._entailed.necessary

    def choose(self, scope: Scope, taken: AbstractSet[Unit]) -> Choice | None:
        """A piece that is taken already, else the first, else what it follows from."""
        inside = [unit for unit in self._choices if unit in scope]
        if inside:
            return self._choices[next((unit for unit in inside if unit in taken), inside[0])]
        return self._entailed.choose(scope, taken) if self._entailed else None


class Entailed:
    """A triple that follows, by some rules."""

    def __init__(self, facts: Facts, triple: ox.Triple, rules: AbstractSet[str]) -> None:
        self._facts = facts
        self._triple = triple
        self._rules = rules
        self._sought: set[Scope] = set()

    @cached_property
    def _ways(self) -> list[Formula]:
        found = self._facts.supports.of(self._triple)
        return [self._way(support) for support in found if support.rule in self._rules]

    @property
    def settled(self) -> Choice | None:
        """That of the only way, where all are known: those of types."""
        known = self._triple.predicate == _TYPE and len(self._ways) == 1
        return self._ways[0].settled if known else None

    @property
    def necessary(self) -> frozenset[Unit]:
        """What all ways need, where all are known."""
        if self._triple.predicate != _TYPE or not self._ways:
            return _EMPTY
        return frozenset.intersection(*(way.necessary for way in self._ways))

    def choose(self, scope: Scope, taken: AbstractSet[Unit]) -> Choice | None:
        """By a known way; else what follows from the scope alone is asked of the rules."""
        for way in self._ways:
            choice = way.choose(scope, taken)
            if choice is not None:
                return choice
        if scope.is_all or scope in self._sought or self._triple.predicate == _TYPE:
            return None
        self._sought.add(scope)
        within = Supports(Within(self._facts, scope), self._facts.supports.axioms)
        for support in within.of(self._triple):
            if support.rule in self._rules:
                self._ways.append(self._way(support))
                return self._ways[-1].choose(scope, taken)
        return None

    def _way(self, support: Support) -> Formula:
        note = Derived(self._triple, support.rule)
        return AllOf(map(self._facts.stated, support.premises), [note])


class Within:
    """A store as far as a scope goes: what is stated there, and the ontology."""

    def __init__(self, facts: Facts, scope: Scope) -> None:
        self._facts = facts
        self._scope = scope

    def quads(
        self,
        s: Subject | None = None,
        p: ox.NamedNode | None = None,
        o: Object | None = None,
        g: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """The quads of the scope that match a pattern."""
        for quad in self._facts.data.quads(s, p, o, g):
            graph = quad.graph_name
            if isinstance(graph, ox.NamedNode) and self._holds(graph, quad.subject):
                yield quad

    def _holds(self, graph: ox.NamedNode, subject: object) -> bool:
        if is_given(graph):
            return True
        return is_stated_graph(graph) and self._facts.unit(graph, subject) in self._scope


class Facts:
    """Makes formulas of triples from index look-ups; what it has read it keeps.

    ``default`` names the graphs of FROM clauses; None is the merge of all.
    """

    def __init__(
        self, data: Readable, evidences: Evidences, default: AbstractSet[str] | None = None
    ) -> None:
        self.data = data
        self.evidences = evidences
        self.default = default
        self._known: dict[tuple[object, ...], Fact | Given] = {}
        self._ranks: dict[Unit, Rank] = {}

    @property
    def supports(self) -> Supports:
        """What finds the stated triples behind an entailed one."""
        return self.evidences.supports

    def rank(self, unit: Unit) -> Rank:
        """Stated before inferred, then by graph and row."""
        if unit not in self._ranks:
            inferred = self.evidences.read(ox.NamedNode(unit[0])).certainty != "Stated"
            self._ranks[unit] = (int(inferred), natural(unit[0]), natural(unit[1]))
        return self._ranks[unit]

    def unit(self, graph: ox.NamedNode, subject: object) -> Unit:
        """The piece of evidence that a graph is for what it says of a subject."""
        return graph.value, self.evidences.row(graph, subject)

    def triple(
        self, s: Subject, p: ox.NamedNode, o: Object, graph: ox.NamedNode | None = None
    ) -> Fact | Given:
        """A triple of the merge, or of one graph."""
        key = (s, p, o, graph)
        found = self._known.get(key)
        if found is None:
            if len(self._known) > _KEPT:
                self._known.clear()
            graphs = [graph] if graph else self._graphs(s, p, o)
            found = self._known[key] = self._fact(ox.Triple(s, p, o), graphs)
        return found

    def stated(self, triple: ox.Triple) -> Formula:
        """A triple as far as it is stated, wherever."""
        found = self.data.quads(triple.subject, triple.predicate, triple.object)
        graphs = (q.graph_name for q in found if is_stated_graph(q.graph_name))
        return self._fact(triple, [g for g in graphs if isinstance(g, ox.NamedNode)])

    def quads(
        self,
        s: Subject | None,
        p: ox.NamedNode | None,
        o: Object | None,
        graph: ox.NamedNode | None,
    ) -> Iterator[ox.Quad]:
        """The quads that a pattern of the query can match, in the merge or in one graph."""
        if graph is not None or self.default is None:
            yield from self.data.quads(s, p, o, graph or ox.DefaultGraph())
            return
        for quad in self.data.quads(s, p, o):
            if isinstance(quad.graph_name, ox.NamedNode) and self.reads(quad.graph_name):
                yield quad

    def reads(self, graph: ox.NamedNode) -> bool:
        """Whether the merge that the query reads has the triples of a graph."""
        return self.default is None or graph.value in self.default

    def _graphs(self, s: Subject, p: ox.NamedNode, o: Object) -> list[ox.NamedNode]:
        found = (quad.graph_name for quad in self.data.quads(s, p, o))
        return [g for g in found if isinstance(g, ox.NamedNode) and self.reads(g)]

    def _fact(self, triple: ox.Triple, graphs: Iterable[ox.NamedNode]) -> Fact | Given:
        units, rules = [], set()
        for graph in graphs:
            if is_given(graph):
                return GIVEN
            # A measurement follows by no rule; what computed it is all there is to show.
            if is_stated_graph(graph) or is_measured_graph(graph):
                units.append(self.unit(graph, triple.subject))
            else:
                rules.add(graph.value.removeprefix(_RULE))
        if len(units) > 1:
            units.sort(key=self.rank)
        return Fact(units, Entailed(self, triple, rules) if rules else None)


def is_given(graph: ox.NamedNode) -> bool:
    """Whether what a graph says is taken for granted: the ontology, and what describes rules."""
    return is_ontology_graph(graph) or graph.value == _META
