"""Where a triple was said: its graphs, and what stands behind each of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.namespace import DCTERMS, ONTOLOGY_GRAPH, PBA, PROV, RDFS, SOURCE, curie, natural
from kg.reason import Supports, is_measured_graph, is_ontology_graph, is_stated_graph
from kg.store import Readable

_QUOTE = NamedNode(PBA + "quote")
_NUMBER = NamedNode(PBA + "sentenceNumber")
_CERTAINTY = NamedNode(PBA + "certainty")
_ENTAILED = NamedNode(PBA + "Entailed")
_FILE = NamedNode(PBA + "fileName")
_QUOTED_FROM = NamedNode(PROV + "wasQuotedFrom")
_DERIVED_FROM = NamedNode(PROV + "wasDerivedFrom")
_TITLE = NamedNode(DCTERMS + "title")
_PUBLISHER = NamedNode(DCTERMS + "publisher")
_ORIGIN = NamedNode(DCTERMS + "source")
_DATES = (NamedNode(DCTERMS + "issued"), NamedNode(DCTERMS + "valid"))
_REASON = NamedNode(DCTERMS + "description")
_LABEL = NamedNode(RDFS + "label")

_PLACES = {
    "headline": {"zh": "原文标题", "en": "headline"},
    "sentence": {"zh": "原文第{}句", "en": "sentence {}"},
    "row": {"zh": "第{}行", "en": "row {}"},
    "description": {"zh": "来源说明", "en": "description of the source"},
    "rule": {"zh": "规则", "en": "rule"},
    "ontology": {"zh": "本体", "en": "ontology"},
}

Term: TypeAlias = NamedNode | Literal
Facts: TypeAlias = defaultdict[NamedNode, list[Term]]


@dataclass(frozen=True, slots=True)
class Source:
    """An article, table or file that statements come from."""

    iri: str
    title: str
    date: str
    publisher: str
    origin: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place that says a triple.

    ``quote`` is the sentence to the letter, or empty for a table and a file, where
    ``place`` names the row. ``certainty`` is Stated, Inferred or Entailed; an
    inferred reading, a rule and a measure give their ``reason``.
    """

    graph: str
    quote: str
    place: str
    source: Source
    certainty: str
    reason: str

    @property
    def of_ontology(self) -> bool:
        """Whether it is the ontology that says it, not a source."""
        return self.graph.startswith(ONTOLOGY_GRAPH)


@dataclass(frozen=True, slots=True)
class Entailment:
    """One way in which a triple follows: by a rule, from premises that sources state.

    The premises are those of `kg.reason.Support`, each with the places that say it.
    """

    rule: str
    premises: tuple[tuple[Triple, tuple[Evidence, ...]], ...]


class Evidences:
    """Reads evidence from one store; what it has read it keeps.

    A graph is described by its own source alone: by the source's ``/meta`` graph, and
    the source itself by any graph of it. What another file says of them is not read.
    A look-up costs a few index look-ups a graph, whatever the size of the store; whoever
    asks for everything reads the rows of a table as a ``whole``.
    """

    def __init__(self, view: Readable, lang: str = "zh", *, whole: bool = False) -> None:
        self.view = view
        self.lang = lang
        self.whole = whole
        self._sources: dict[tuple[str, str], Source] = {}
        self._evidence: dict[tuple[str, str], Evidence] = {}
        self._rows: dict[tuple[str, str], str] = {}
        self._origins: dict[NamedNode, dict[object, list[str]]] = {}
        self._described_graphs: dict[str, Facts] = {}

    def of(self, triple: Triple) -> list[Evidence]:
        """Every place that says the triple: stated, inferred, entailed, then by graph."""
        return self.of_graphs(self.graphs(triple), triple.subject)

    def of_graphs(self, graphs: Iterable[NamedNode], subject: object) -> list[Evidence]:
        """What stands behind graphs that say something of a subject, in the order of `of`."""
        found = {self.read(graph, subject) for graph in graphs}
        if len(found) < 2:
            return [*found]
        return sorted(found, key=lambda e: (_rank(e), natural(e.graph), e.place))

    def behind(self, triple: Triple) -> Iterator[Entailment]:
        """The ways in which the triple is entailed, down to the places that say the premises."""
        for support in self.supports.of(triple):
            yield Entailment(
                support.rule,
                tuple((premise, self._said(premise)) for premise in support.premises),
            )

    def _said(self, premise: Triple) -> tuple[Evidence, ...]:
        return tuple(e for e in self.of(premise) if is_stated_graph(NamedNode(e.graph)))

    @cached_property
    def supports(self) -> Supports:
        """What finds the stated triples that an entailed one follows from."""
        return Supports(self.view)

    def graphs(self, triple: Triple) -> list[NamedNode]:
        """The named graphs that hold the triple."""
        quads = self.view.quads(triple.subject, triple.predicate, triple.object)
        return [q.graph_name for q in quads if isinstance(q.graph_name, NamedNode)]

    def read(self, graph: NamedNode, subject: object = None) -> Evidence:
        """What stands behind a graph; a table's row is that of the subject."""
        return self.at(graph, self.row(graph, subject))

    def at(self, graph: NamedNode, row: str = "") -> Evidence:
        """What stands behind a graph, or behind a row of a table's graph."""
        key = (graph.value, row)
        if key not in self._evidence:
            self._evidence[key] = self._read(graph, row)
        return self._evidence[key]

    def label(self, iri: str) -> str:
        """The label of a term of the ontology in the reader's language, else its short name."""
        quads = self.view.quads(NamedNode(iri), _LABEL)
        labels = (q.object for q in quads if is_ontology_graph(q.graph_name))
        text = best_text((v for v in labels if isinstance(v, Literal)), self.lang)
        return text or curie(iri)

    def _read(self, graph: NamedNode, row: str) -> Evidence:
        said = self._said_of(graph)
        source = _least(said, _QUOTED_FROM) or _least(said, _DERIVED_FROM)
        certainty = _least(said, _CERTAINTY)
        return Evidence(
            graph=graph.value,
            quote=self._text(said, _QUOTE),
            place=self._place(graph, said, row),
            source=self._source(source, graph),
            certainty=certainty.value[len(PBA) :] if isinstance(certainty, NamedNode) else "Stated",
            reason=self._text(said, _REASON),
        )

    def _said_of(self, graph: NamedNode) -> Facts:
        """What describes a graph; of a table it is the same for each row."""
        if graph.value not in self._described_graphs:
            quads = self.view.quads(graph, None, None, _meta(graph))
            self._described_graphs[graph.value] = _facts(quads)
        return self._described_graphs[graph.value]

    def source(self, graph: NamedNode) -> Source:
        """The source that a graph belongs to."""
        return self._source(None, graph)

    def _source(self, node: Term | None, graph: NamedNode) -> Source:
        """What the source of a graph says of the node that the graph is derived from."""
        own = _source_of(graph)
        # A source cannot pass for another one of the store.
        if not isinstance(node, NamedNode) or node.value.startswith(SOURCE):
            node = NamedNode(own)
        key = (own, node.value)
        if key not in self._sources:
            self._sources[key] = self._described(node, own)
        return self._sources[key]

    def _described(self, node: NamedNode, own: str) -> Source:
        quads = self.view.quads(node, None, None, None)
        said = _facts(q for q in quads if _is_within(q.graph_name, own))
        title = self._text(said, _LABEL) or self._text(said, _TITLE) or self._text(said, _FILE)
        return Source(
            iri=node.value,
            title=title or curie(node.value),
            date=next((t for p in _DATES if (t := self._text(said, p))), ""),
            publisher=self._text(said, _PUBLISHER),
            origin=self._text(said, _ORIGIN),
        )

    def _place(self, graph: NamedNode, said: Facts, row: str) -> str:
        number = self._text(said, _NUMBER)
        if graph.value.startswith(ONTOLOGY_GRAPH):
            return _PLACES["ontology"][self.lang]
        if number == "0":
            return _PLACES["headline"][self.lang]
        if number:
            return _PLACES["sentence"][self.lang].format(number)
        if row:
            return _PLACES["row"][self.lang].format(row)
        name = graph.value.rpartition("/")[2]
        if _ENTAILED in said[_CERTAINTY]:
            measure = is_measured_graph(graph) and self._text(said, _LABEL)
            return measure or _PLACES["rule"][self.lang]
        return _PLACES["description"][self.lang] if name == "meta" else name

    def row(self, graph: NamedNode, subject: object) -> str:
        """The row of a table's graph that says what it says of a subject; else nothing."""
        if not isinstance(subject, NamedNode) or not graph.value.startswith(SOURCE):
            return ""
        key = (graph.value, subject.value)
        if key not in self._rows:
            prefix = graph.value + "#row"
            origins = self._derived_from(subject, _meta(graph))
            rows = (iri[len(prefix) :] for iri in origins if iri.startswith(prefix))
            self._rows[key] = min(rows, key=natural, default="")
        return self._rows[key]

    def _derived_from(self, subject: NamedNode, meta: NamedNode) -> list[str]:
        """What the description of a source derives a subject from."""
        if not self.whole:
            quads = self.view.quads(subject, _DERIVED_FROM, None, meta)
            return [q.object.value for q in quads if isinstance(q.object, NamedNode)]
        if meta not in self._origins:
            found: dict[object, list[str]] = defaultdict(list)
            for quad in self.view.quads(None, _DERIVED_FROM, None, meta):
                if isinstance(quad.object, NamedNode):
                    found[quad.subject].append(quad.object.value)
            self._origins[meta] = found
        return self._origins[meta].get(subject, [])

    def _text(self, said: Facts, predicate: NamedNode) -> str:
        """The text in the reader's language, else in Chinese, else in none."""
        return best_text((v for v in said[predicate] if isinstance(v, Literal)), self.lang)


def _rank(evidence: Evidence) -> int:
    order = ("Stated", "Inferred")
    return order.index(evidence.certainty) if evidence.certainty in order else len(order)


def _source_of(graph: NamedNode) -> str:
    """The IRI of the source that a graph belongs to; of the ontology each graph is one."""
    name = graph.value.removeprefix(SOURCE)
    return graph.value if name == graph.value else SOURCE + re.split("[#/]", name, maxsplit=1)[0]


def _meta(graph: NamedNode) -> NamedNode:
    """The one graph that may describe a graph."""
    own = _source_of(graph)
    return NamedNode(f"{own}/meta") if own.startswith(SOURCE) else graph


def _is_within(graph: object, source: str) -> bool:
    return isinstance(graph, NamedNode) and _source_of(graph) == source


def _facts(quads: Iterable[Quad]) -> Facts:
    found: Facts = defaultdict(list)
    for quad in quads:
        if isinstance(quad.object, NamedNode | Literal):
            found[quad.predicate].append(quad.object)
    return found


def _least(said: Facts, predicate: NamedNode) -> Term | None:
    return min(said[predicate], key=lambda v: v.value, default=None)


def best_text(texts: Iterable[Literal], lang: str) -> str:
    """Of some literals the one in ``lang``, else the Chinese one, else any.

    >>> best_text([Literal("街道", language="zh"), Literal("street", language="en")], "en")
    'street'
    """
    order = {lang: 0, "zh": 1}
    ranked = sorted(texts, key=lambda t: (order.get(t.language or "", 2), t.value))
    return ranked[0].value if ranked else ""


def smallest(choices: list[list[Evidence]]) -> list[Evidence]:
    """A small set of evidence that covers every triple, chosen greedily.

    ``choices`` lists for each triple the places that say it. A place that is the
    only one for some triple is taken; then whatever a taken place does not cover
    takes its first choice.
    """
    taken = {options[0]: None for options in choices if len(options) == 1}
    for options in choices:
        if options and not any(option in taken for option in options):
            taken[options[0]] = None
    return sorted(taken, key=lambda e: (natural(e.graph), e.place))
