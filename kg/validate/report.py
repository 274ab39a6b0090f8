"""What a validation found: results in order, and the W3C's report of them in Turtle."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.namespace import PREFIXES, RDF, SH, XSD
from kg.validate.graph import Term

SEVERITIES = ("Violation", "Warning", "Info")
# Names below id: and source: have slashes, which a prefixed name would have to escape.
_PREFIXES = {p: iri for p, iri in PREFIXES.items() if p not in ("id", "source")}


@dataclass(frozen=True, slots=True)
class Result:
    """One focus node that does not conform, for one value or for none.

    ``path`` is an IRI, the text of a longer path in SPARQL, or empty. ``rule`` is the
    short name of ``shape``, or of the part of it that says the ``messages``; these and
    the ``titles`` are by language. ``constraint`` tells the constraint from all others
    of the same shapes.
    """

    focus: Term
    path: str
    value: Term | None
    rule: str
    shape: str
    severity: str
    component: str
    constraint: str
    messages: Mapping[str, str] = field(compare=False)
    titles: Mapping[str, str] = field(compare=False)


class Report:
    """The results, by severity, rule, focus node and value.

    ``checked`` says of each constraint which focus nodes were looked at, None being
    all; a constraint that is not in it was not looked at.
    """

    def __init__(
        self,
        results: Iterable[Result],
        checked: Mapping[str, Set[Term] | None],
        paths: Mapping[str, tuple[Term, tuple[ox.Triple, ...]]],
    ) -> None:
        self.results = tuple(sorted(set(results), key=_order))
        self.checked = checked
        self._paths = paths

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    @property
    def violations(self) -> tuple[Result, ...]:
        """The results of the gravest severity."""
        return tuple(result for result in self.results if result.severity == SEVERITIES[0])

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return not self.violations

    def covers(self, result: Result) -> bool:
        """Whether this validation looked at the constraint and focus node of a result."""
        focus = self.checked.get(result.constraint, frozenset())
        return focus is None or result.focus in focus

    def to_turtle(self) -> str:
        """A ``sh:ValidationReport``; as SHACL has it, it conforms when there is no result."""
        out = io.BytesIO()
        triples = dict.fromkeys(self._triples())
        ox.serialize(triples, out, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES)
        return out.getvalue().decode()

    def _triples(self) -> Iterator[ox.Triple]:
        report = ox.BlankNode("report")
        yield _triple(report, RDF + "type", ox.NamedNode(SH + "ValidationReport"))
        truth = ox.Literal("false" if self.results else "true", datatype=_BOOLEAN)
        yield _triple(report, SH + "conforms", truth)
        nodes = [ox.BlankNode(f"result{number}") for number in range(1, len(self) + 1)]
        yield from (_triple(report, SH + "result", node) for node in nodes)
        for node, result in zip(nodes, self.results, strict=True):
            yield _triple(node, RDF + "type", ox.NamedNode(SH + "ValidationResult"))
            yield from self._told(node, result)
        for result in self.results:
            yield from self._path(result)[1] if result.path else ()

    def _path(self, result: Result) -> tuple[Term, tuple[ox.Triple, ...]]:
        """The node of a path; one that a query shows is an IRI."""
        return self._paths.get(result.path) or (ox.NamedNode(result.path), ())

    def _told(self, node: ox.BlankNode, result: Result) -> Iterator[ox.Triple]:
        yield _triple(node, SH + "resultSeverity", ox.NamedNode(SH + result.severity))
        yield _triple(node, SH + "focusNode", result.focus)
        if result.path:
            head, _ = self._path(result)
            yield _triple(node, SH + "resultPath", head)
        if result.value is not None:
            yield _triple(node, SH + "value", result.value)
        if result.shape:
            yield _triple(node, SH + "sourceShape", ox.NamedNode(result.shape))
        component = ox.NamedNode(SH + result.component)
        yield _triple(node, SH + "sourceConstraintComponent", component)
        for language, text in sorted(result.messages.items()):
            message = ox.Literal(text, language=language) if language else ox.Literal(text)
            yield _triple(node, SH + "resultMessage", message)


_BOOLEAN = ox.NamedNode(XSD + "boolean")


def _triple(subject: ox.BlankNode, predicate: str, object_: Term) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), object_)


def _order(result: Result) -> tuple[int, str, str, str, str]:
    grave = SEVERITIES.index(result.severity) if result.severity in SEVERITIES else len(SEVERITIES)
    return (grave, result.rule, str(result.focus), str(result.value or ""), result.constraint)
