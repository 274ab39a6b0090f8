"""Explanations: the minimal choices of a formula as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.evidence import Evidence, Source
from kg.query.why.facts import Facts
from kg.query.why.formula import Choice, Counted, Derived, Formula, Missing
from kg.query.why.minimal import minimal
from kg.reason import graph_of

_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Absence:
    """A part of the query that nothing matches, where that makes the row what it is.

    ``operator`` is the word that asks for it (OPTIONAL, NOT EXISTS, MINUS, or SELECT for a
    count of nothing); ``labels`` name the properties and classes that were sought, ``text``
    is the pattern, and ``sources`` are those in which it was sought.
    """

    operator: str
    labels: tuple[str, ...]
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """Evidence that alone, with the ontology, yields the row, and no part of it does.

    ``derived`` are triples that the query matched and that follow from the evidence, and
    ``rules`` are the rules by which they do. Where there is no evidence the ontology says
    all, or the row holds by absence.
    """

    evidence: tuple[Evidence, ...]
    rules: tuple[Evidence, ...] = ()
    derived: tuple[Derived, ...] = ()
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a row is an answer: its witnesses, the preferred one first.

    ``complete`` says that there is no other. ``contributors`` counts what an aggregate is
    made of; its one witness holds all of it.
    """

    witnesses: tuple[Witness, ...]
    complete: bool
    contributors: int | None = None

    @property
    def evidence(self) -> list[Evidence]:
        """That of the preferred witness."""
        return list(self.witnesses[0].evidence) if self.witnesses else []


class Telling:
    """Reads the evidence of choices; ``graphs`` gives one of each source of the store."""

    def __init__(self, facts: Facts, graphs: Callable[[], Sequence[str]]) -> None:
        self._facts = facts
        self._graphs = graphs
        self._witnesses: dict[Choice, Witness] = {}
        self._absences: dict[Missing, Absence] = {}

    def told(self, formula: Formula, limit: int) -> Explanation:
        """Up to ``limit`` witnesses of a formula."""
        contributors = formula.contributors if isinstance(formula, Counted) else None
        # What a hundred things are counted from can be exchanged piece by piece.
        wanted = limit if contributors is None else 1
        choices, complete = minimal(formula, self._facts.rank, wanted)
        return Explanation(tuple(map(self._witness, choices)), complete, contributors)

    def _witness(self, choice: Choice) -> Witness:
        if choice not in self._witnesses:
            if len(self._witnesses) > _KEPT:
                self._witnesses.clear()
            self._witnesses[choice] = self._read(choice)
        return self._witnesses[choice]

    def _read(self, choice: Choice) -> Witness:
        evidences = self._facts.evidences
        units = sorted(choice.units, key=lambda unit: self._facts.rank(unit)[1:])
        notes = choice.notes
        derived = [note for note in notes if isinstance(note, Derived)]
        rules = {evidences.at(graph_of(note.rule)) for note in derived}
        absent = (note for note in notes if isinstance(note, Missing) and not note.of_ontology)
        return Witness(
            tuple(evidences.at(ox.NamedNode(graph), row) for graph, row in units),
            tuple(sorted(rules, key=lambda rule: rule.graph)),
            tuple(sorted(derived, key=lambda d: (d.rule, str(d.triple)))),
            tuple(sorted(map(self._absence, absent), key=lambda absence: absence.text)),
        )

    def _absence(self, note: Missing) -> Absence:
        if note not in self._absences:
            graphs = self._graphs() if note.graphs is None else note.graphs
            sources = self._sources(graphs)
            labels = tuple(map(self._facts.evidences.label, note.names))
            self._absences[note] = Absence(note.operator, labels, note.text, sources)
        return self._absences[note]

    def _sources(self, graphs: Iterable[str]) -> tuple[Source, ...]:
        found = (self._facts.evidences.source(ox.NamedNode(graph)) for graph in graphs)
        return tuple(dict.fromkeys(found))
