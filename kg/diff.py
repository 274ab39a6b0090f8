"""What changed: between two versions of the ontology, and between two generations of a store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pyoxigraph as ox

from kg import ontology
from kg.describe import label
from kg.exceptions import InputError, Problem, StoreError
from kg.ingest.terms import walk
from kg.namespace import DCTERMS, ENTAILED, MEASURES, OWL, SOURCE, curie, natural
from kg.reason import is_measured_graph, is_stated_graph
from kg.store import SourceRecord, Store, View

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Change: TypeAlias = Literal["added", "removed", "deprecated", "changed"]

_KINDS = ("ontology", "class", "property", "concept", "scheme", "other")


@dataclass(frozen=True, slots=True)
class Release:
    """The version of an ontology and its date, as it states them; empty where it does not."""

    version: str
    date: str


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """The values of one property that only one version has, and in which language they are."""

    predicate: str
    language: str
    before: tuple[Node, ...]
    after: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class TermChange:
    """What happened to a term: added, removed, deprecated (and perhaps changed), or changed."""

    iri: str
    kind: str
    change: Change
    before: ontology.Term | None
    after: ontology.Term | None
    properties: tuple[PropertyChange, ...]


@dataclass(frozen=True, slots=True)
class OntologyDiff:
    """Two versions of the ontology, and the terms that differ by kind and then by name."""

    before: Release
    after: Release
    terms: tuple[TermChange, ...]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A source that differs: the quads that only the later and only the earlier generation has."""

    id: str
    change: Change
    added: frozenset[ox.Quad]
    removed: frozenset[ox.Quad]

    @property
    def moved(self) -> int:
        """How many triples are stated by another graph of the source than before."""
        return len({q.triple for q in self.added} & {q.triple for q in self.removed})

    @property
    def rules(self) -> dict[str, tuple[int, int]]:
        """By rule or measure, how many computed quads came and went."""
        came, went = (
            Counter(rule for quad in quads if (rule := _rule(quad)))
            for quads in (self.added, self.removed)
        )
        return {rule: (came[rule], went[rule]) for rule in sorted(came | went)}


@dataclass(frozen=True, slots=True)
class GenerationsDiff:
    """Two generations by number, and the sources that differ by name."""

    before: int
    after: int
    sources: tuple[SourceChange, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A statement of a thing in the reader's language; ``iri`` is empty where it is a literal."""

    predicate: str
    relation: str
    iri: str
    value: str


@dataclass(frozen=True, slots=True)
class ThingChange:
    """What a source says of a thing since, and what it no longer says."""

    iri: str
    label: str
    added: tuple[Line, ...]
    removed: tuple[Line, ...]


def ontologies(old: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> OntologyDiff:
    """The terms that differ between two versions, whatever the order of their files.

    Raises `InputError` for blank nodes: they have no name by which to compare them.
    """
    before, after = _named("OLD", old), _named("NEW", new)
    was, now = ontology.read(before), ontology.read(after)
    only: defaultdict[str, tuple[list[ox.Quad], list[ox.Quad]]] = defaultdict(lambda: ([], []))
    for side, quads in enumerate((set(before) - set(after), set(after) - set(before))):
        for quad in quads:
            only[_text(quad.subject)][side].append(quad)
    subjects = tuple({_text(quad.subject) for quad in quads} for quads in (before, after))
    changes = []
    for iri, (gone, come) in only.items():
        known = iri in subjects[0], iri in subjects[1]
        term, new_term = was.get(iri), now.get(iri)
        kind = next((t.kind for t in (new_term, term) if t), "other")
        change = _change(known, term, new_term)
        changes.append(TermChange(iri, kind, change, term, new_term, _properties(gone, come)))
    order = sorted(changes, key=lambda c: (_KINDS.index(c.kind), natural(c.iri)))
    return OntologyDiff(_release(before, was), _release(after, now), tuple(order))


def compared(store: Store, a: int | None = None, b: int | None = None) -> tuple[int, int]:
    """The numbers of two generations: by default the one before the current one, and this.

    Raises `StoreError` when ``a`` is not given and only one generation is kept.
    """
    kept = [manifest.generation for manifest in store.log()]
    if a is None and len(kept) == 1:
        raise StoreError(f"{store.path} keeps generation {kept[0]} alone; there is none before it")
    return (kept[1] if a is None else a), (kept[0] if b is None else b)


def generations(before: View, after: View) -> GenerationsDiff:
    """The sources that differ between two generations, with the quads that do.

    Sources of equal digests are not read: the cost follows those that changed. A blank node is
    the same where its label is.
    """
    old = {record.id: record for record in before.manifest.sources}
    new = {record.id: record for record in after.manifest.sources}
    changes = []
    for id in sorted(old | new, key=natural):
        was, now = old.get(id), new.get(id)
        if was and now and was.digest == now.digest:
            continue
        gone, come = _quads(before, was), _quads(after, now)
        change: Change = "added" if was is None else "removed" if now is None else "changed"
        changes.append(SourceChange(id, change, come - gone, gone - come))
    return GenerationsDiff(before.manifest.generation, after.manifest.generation, tuple(changes))


class Labels:
    """What things are called: by the first of some views that has a label for them."""

    def __init__(self, views: Sequence[View], lang: str) -> None:
        self._views = views
        self._lang = lang
        self._known: dict[ox.NamedNode, str] = {}

    def of(self, term: Node) -> str:
        """The label of a thing; the text of a literal, with its language unless the reader's."""
        if isinstance(term, ox.NamedNode):
            if term not in self._known:
                self._known[term] = self._read(term)
            return self._known[term]
        if isinstance(term, ox.Literal):
            foreign = term.language and term.language != self._lang
            return f"{term.value} ({term.language})" if foreign else term.value
        return str(term)

    def _read(self, node: ox.NamedNode) -> str:
        short = curie(node.value)
        found = (label(view, node, self._lang) for view in self._views)
        return next((text for text in found if text != short), short)


def things(
    change: SourceChange, labels: Labels, *, limit: int = 0, entailed: bool = False
) -> tuple[list[ThingChange], int]:
    """What a source says of things since, and how many more there are beyond the limit.

    Things come by IRI, descriptions of sources last; a limit of 0 is none. A statement that
    moved from one graph of the source to another is on neither side.
    """
    come, went = (
        {quad.triple for quad in quads if entailed or not _rule(quad)}
        for quads in (change.added, change.removed)
    )
    by: defaultdict[Node, tuple[list[ox.Triple], list[ox.Triple]]] = defaultdict(lambda: ([], []))
    for side, triples in enumerate((come - went, went - come)):
        for triple in triples:
            by[triple.subject][side].append(triple)
    order = sorted(by, key=lambda node: (_text(node).startswith(SOURCE), natural(_text(node))))
    shown = order[:limit] if limit else order
    told = [
        ThingChange(_text(node), labels.of(node), *(_lines(side, labels) for side in by[node]))
        for node in shown
    ]
    return told, len(order) - len(shown)


def _named(side: str, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Each quad once and in one order, so that the order of files plays no role."""
    found = sorted(set(quads), key=str)
    blank = [q for q in found if any(isinstance(t, ox.BlankNode) for t in walk([q.triple]))]
    if blank:
        message = f"{len(blank)} statements with blank nodes, which cannot be compared; name them"
        raise InputError([Problem(side, None, None, "blank-node", message)])
    return found


def _change(
    known: tuple[bool, bool], old: ontology.Term | None, new: ontology.Term | None
) -> Change:
    if not known[0]:
        return "added"
    if not known[1]:
        return "removed"
    newly = new is not None and new.deprecated and not (old and old.deprecated)
    return "deprecated" if newly else "changed"


def _properties(gone: Iterable[ox.Quad], come: Iterable[ox.Quad]) -> tuple[PropertyChange, ...]:
    values: defaultdict[tuple[str, str], tuple[list[Node], list[Node]]] = defaultdict(
        lambda: ([], [])
    )
    for side, quads in enumerate((gone, come)):
        for quad in quads:
            language = quad.object.language if isinstance(quad.object, ox.Literal) else None
            values[quad.predicate.value, language or ""][side].append(quad.object)
    return tuple(
        PropertyChange(predicate, language, *(tuple(sorted(v, key=str)) for v in sides))
        for (predicate, language), sides in sorted(values.items())
    )


def _release(quads: Sequence[ox.Quad], terms: dict[str, ontology.Term]) -> Release:
    said = {
        quad.predicate.value: quad.object.value
        for quad in quads
        if isinstance(quad.object, ox.Literal)
        and (term := terms.get(_text(quad.subject)))
        and term.kind == "ontology"
    }
    return Release(said.get(OWL + "versionInfo", ""), said.get(DCTERMS + "modified", ""))


def _quads(view: View, record: SourceRecord | None) -> frozenset[ox.Quad]:
    graphs = record.graphs if record else ()
    return frozenset(quad for graph in graphs for quad in view.quads(g=ox.NamedNode(graph)))


def _rule(quad: ox.Quad) -> str:
    """The rule or measure by which a quad was computed; empty for a stated one."""
    graph = quad.graph_name
    if is_stated_graph(graph):
        return ""
    return _text(graph)[len(MEASURES if is_measured_graph(graph) else ENTAILED) + 1 :]


def _lines(triples: Iterable[ox.Triple], labels: Labels) -> tuple[Line, ...]:
    lines = {
        Line(
            triple.predicate.value,
            labels.of(triple.predicate),
            triple.object.value if isinstance(triple.object, ox.NamedNode) else "",
            labels.of(triple.object),
        )
        for triple in triples
    }
    return tuple(sorted(lines, key=lambda line: (line.relation, natural(line.value), line.iri)))


def _text(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)
