"""Where a triple was said: its graphs, and what stands behind each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from kg.namespace import DCTERMS, ONTOLOGY_GRAPH, PBA, PROV, RDFS, SOURCE, curie, natural
from kg.store import View

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
_DEFAULT = DefaultGraph()

_PLACES = {
    "headline": {"zh": "原文标题", "en": "headline"},
    "sentence": {"zh": "原文第{}句", "en": "sentence {}"},
    "row": {"zh": "第{}行", "en": "row {}"},
    "description": {"zh": "来源说明", "en": "description of the source"},
    "rule": {"zh": "规则", "en": "rule"},
    "ontology": {"zh": "本体", "en": "ontology"},
}

Term = NamedNode | Literal


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
    inferred reading gives its ``reason``.
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


class Evidences:
    """Reads evidence from one view; what it has read it keeps.

    A look-up costs a few index look-ups a graph, whatever the size of the store.
    """

    def __init__(self, view: View, lang: str = "zh") -> None:
        self.view = view
        self.lang = lang
        self._sources: dict[str, Source] = {}
        self._evidence: dict[tuple[str, str], Evidence] = {}

    def of(self, triple: Triple) -> list[Evidence]:
        """Every place that says the triple, stated ones first, then by graph."""
        graphs = self.graphs(triple)
        found = {self.read(graph, triple.subject) for graph in graphs}
        return sorted(found, key=lambda e: (e.certainty != "Stated", natural(e.graph), e.place))

    def graphs(self, triple: Triple) -> list[NamedNode]:
        """The named graphs that hold the triple."""
        quads = self.view.quads(triple.subject, triple.predicate, triple.object)
        return [q.graph_name for q in quads if isinstance(q.graph_name, NamedNode)]

    def read(self, graph: NamedNode, subject: object = None) -> Evidence:
        """What stands behind a graph; a table's row is that of the subject."""
        row = self._row(graph, subject)
        key = (graph.value, row)
        if key not in self._evidence:
            self._evidence[key] = self._read(graph, row)
        return self._evidence[key]

    def _read(self, graph: NamedNode, row: str) -> Evidence:
        quote = self._text(graph, _QUOTE)
        source = self._value(graph, _QUOTED_FROM) or self._value(graph, _DERIVED_FROM)
        certainty = self._value(graph, _CERTAINTY)
        return Evidence(
            graph=graph.value,
            quote=quote,
            place=self._place(graph, row),
            source=self.source(source if isinstance(source, NamedNode) else graph),
            certainty=certainty.value[len(PBA) :] if isinstance(certainty, NamedNode) else "Stated",
            reason=self._text(graph, _REASON),
        )

    def source(self, node: NamedNode) -> Source:
        """The source that a node describes."""
        if node.value not in self._sources:
            title = self._text(node, _LABEL) or self._text(node, _TITLE)
            self._sources[node.value] = Source(
                iri=node.value,
                title=title or self._text(node, _FILE) or curie(node.value),
                date=next((t for p in _DATES if (t := self._text(node, p))), ""),
                publisher=self._text(node, _PUBLISHER),
                origin=self._text(node, _ORIGIN),
            )
        return self._sources[node.value]

    def _place(self, graph: NamedNode, row: str) -> str:
        if graph.value.startswith(ONTOLOGY_GRAPH):
            return _PLACES["ontology"][self.lang]
        number = self._text(graph, _NUMBER)
        if number == "0":
            return _PLACES["headline"][self.lang]
        if number:
            return _PLACES["sentence"][self.lang].format(number)
        if row:
            return _PLACES["row"][self.lang].format(row)
        if self._value(graph, _CERTAINTY) == _ENTAILED:
            return _PLACES["rule"][self.lang]
        name = graph.value.rpartition("/")[2]
        return _PLACES["description"][self.lang] if name == "meta" else name

    def _row(self, graph: NamedNode, subject: object) -> str:
        if not isinstance(subject, NamedNode) or not graph.value.startswith(SOURCE):
            return ""
        prefix = graph.value + "#row"
        for value in self._values(subject, _DERIVED_FROM):
            if value.value.startswith(prefix):
                return value.value[len(prefix) :]
        return ""

    def _values(self, subject: NamedNode, predicate: NamedNode) -> Iterator[Term]:
        for quad in self.view.quads(subject, predicate, None, _DEFAULT):
            if isinstance(quad.object, NamedNode | Literal):
                yield quad.object

    def _value(self, subject: NamedNode, predicate: NamedNode) -> Term | None:
        return min(self._values(subject, predicate), key=lambda v: v.value, default=None)

    def _text(self, subject: NamedNode, predicate: NamedNode) -> str:
        """The text in the reader's language, else in Chinese, else in none."""
        texts = [v for v in self._values(subject, predicate) if isinstance(v, Literal)]
        return best_text(texts, self.lang)


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
