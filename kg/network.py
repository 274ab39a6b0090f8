"""The store as a network: things and the relations that were said of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeAlias

import networkx as nx
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.describe import label
from kg.evidence import Evidence, Evidences, Source, best_text
from kg.namespace import ID, ONTOLOGY_GRAPH, ORG, PBA, PROV, RDF, RDFS, SKOS, SOURCE
from kg.store import View

_TYPE = NamedNode(RDF + "type")
_LABEL = NamedNode(RDFS + "label")
_ALIAS = NamedNode(SKOS + "altLabel")
_SUBCLASS = NamedNode(RDFS + "subClassOf")
_IN_SCHEME = NamedNode(SKOS + "inScheme")
_KINDS = NamedNode(PBA + "OrganizationKinds")
_CLASS_OF_KIND = NamedNode(PBA + "classOfKind")
_FAMILY = NamedNode(PBA + "mapFamily")
_TIER = NamedNode(PBA + "mapTier")
_RANK = NamedNode(PBA + "rank")
_FAMILIES = NamedNode(PBA + "MapFamilies")
_TIERS = NamedNode(PBA + "MapTiers")
_OPEN = NamedNode(PBA + "openList")
_FRAGMENT = NamedNode(PBA + "fragmentAsPrinted")
_DEFAULT = DefaultGraph()

_NOT_SHOWN = {RDF + "type", RDFS + "label", PBA + "classOfKind", PBA + "openList"}
_NOT_SHOWN |= {SKOS + name for name in ("prefLabel", "altLabel", "inScheme")}
_NOT_SHOWN |= {PROV + "wasDerivedFrom", PBA + "fragmentAsPrinted"}
_MEMBERS = {PBA + "memberKind", ORG + "hasMember"}

_TEXT = {
    "zh": {
        "title": "{}区域化党建联盟图",
        "span": " 至 ",
        "open": "原文以“等”“一批”收尾，未列全",
        "members": "成员未载明",
        "fragment": "原文印刷有误，照录残字：{}",
    },
    "en": {
        "title": "Party-building alliances of {}",
        "span": " to ",
        "open": "the source's list is open (等, 一批)",
        "members": "members not stated",
        "fragment": "damaged in print, kept as printed: {}",
    },
}

Network: TypeAlias = "nx.MultiDiGraph[str]"


def read(view: View, *, lang: str = "zh") -> Network:
    """The things of a generation and their relations, for `kg.maps` and for people.

    A node is a thing of a class that the ontology places on the map; its attributes
    are ``label``, ``aliases``, ``kind`` (the class's label), ``family``, ``tier``,
    ``named`` (False for a kind of thing), ``notes``, ``facts`` and ``evidence``. An
    edge has the predicate's IRI as key, and ``label``, ``certainty``, ``evidence``.
    The graph has ``title``, ``date``, ``sources``, ``families``, ``tiers``, ``lang``
    and ``generation``. O(triples of the sources).
    """
    return _Reader(view, lang).network()


class _Reader:
    def __init__(self, view: View, lang: str) -> None:
        self.view = view
        self.lang = lang
        self.evidences = Evidences(view, lang)
        self.families = self._scheme(_FAMILIES)
        self.tiers = self._scheme(_TIERS)
        self.places: dict[str, tuple[str, int] | None] = {}
        self.used: dict[Source, None] = {}

    def network(self) -> Network:
        quads = self._said()
        by_subject: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            by_subject[_iri(quad.subject)].append(quad)
        net: Network = nx.MultiDiGraph()
        for iri in sorted(by_subject):
            self._add_thing(net, iri, by_subject[iri])
        for quad in quads:
            self._add_statement(net, quad)
        for iri in net:
            self._add_notes(net, iri, by_subject[iri])
        net.graph.update(self._about(net))
        return net

    def _said(self) -> list[Quad]:
        """What the sources say of things, each triple once, in order."""
        triples: dict[Triple, None] = {}
        for source in self.view.manifest.sources:
            for graph in source.graphs:
                if not graph.startswith(ONTOLOGY_GRAPH) and not graph.endswith("/meta"):
                    quads = self.view.quads(None, None, None, NamedNode(graph))
                    triples.update((quad.triple, None) for quad in quads)
        return [Quad(t.subject, t.predicate, t.object) for t in sorted(triples, key=str)]

    def _add_thing(self, net: Network, iri: str, quads: list[Quad]) -> None:
        is_kind = any(q.predicate == _IN_SCHEME and q.object == _KINDS for q in quads)
        classes = [q for q in quads if q.predicate in (_TYPE, _CLASS_OF_KIND)]
        placed = [(q, place) for q in classes if (place := self._place(q.object))]
        if not placed or iri.startswith(SOURCE):
            return
        quad, (family, tier) = placed[0]
        net.add_node(
            iri,
            label=_text(quads, _LABEL, self.lang) or iri.removeprefix(ID),
            aliases=sorted(_texts(quads, _ALIAS)),
            kind=self._name(quad.object),
            family=family,
            tier=tier,
            named=not is_kind,
            notes=[],
            facts=[],
            evidence=self._told(quad.triple),
        )

    def _add_statement(self, net: Network, quad: Quad) -> None:
        subject, predicate, target = _iri(quad.subject), quad.predicate.value, quad.object
        if predicate in _NOT_SHOWN or subject not in net:
            return
        told = self._told(quad.triple)
        if isinstance(target, NamedNode) and target.value in net:
            stated = any(e["certainty"] == "Stated" for e in told)
            net.add_edge(
                subject,
                target.value,
                key=predicate,
                label=self._name(quad.predicate),
                certainty="Stated" if stated else "Inferred",
                evidence=told,
            )
        elif isinstance(target, NamedNode | Literal):
            value = target.value if isinstance(target, Literal) else self._name(target)
            fact = {"label": self._name(quad.predicate), "value": value, "evidence": told}
            net.nodes[subject]["facts"].append(fact)

    def _add_notes(self, net: Network, iri: str, quads: list[Quad]) -> None:
        text, notes = _TEXT[self.lang], net.nodes[iri]["notes"]
        alliance = net.nodes[iri]["family"] == "alliance"
        members = any(key in _MEMBERS for _, _, key in net.out_edges(iri, keys=True))
        if alliance and not members:
            notes.append(text["members"])
        if "true" in _texts(quads, _OPEN):
            notes.append(text["open"])
        notes += [text["fragment"].format(word) for word in sorted(_texts(quads, _FRAGMENT))]

    def _told(self, triple: Triple) -> list[dict[str, str]]:
        found = self.evidences.of(triple)
        for evidence in found:
            self.used[evidence.source] = None
        return [_plain(evidence) for evidence in found]

    def _place(self, term: object) -> tuple[str, int] | None:
        """Family and tier of a class: its own, else of the nearest class above it."""
        if not isinstance(term, NamedNode):
            return None
        if term.value not in self.places:
            self.places[term.value] = self._climb(term)
        return self.places[term.value]

    def _climb(self, term: NamedNode) -> tuple[str, int] | None:
        family, tier = (self._nearest(term, p) for p in (_FAMILY, _TIER))
        if family is None or tier is None:
            return None
        order = [concept.value for concept in self.tiers]
        return _family_id(family), order.index(tier.value)

    def _nearest(self, term: NamedNode, predicate: NamedNode) -> NamedNode | None:
        queue = [term]
        for node in queue:
            for quad in self.view.quads(node, predicate, None, _DEFAULT):
                if isinstance(quad.object, NamedNode):
                    return quad.object
            above = self.view.quads(node, _SUBCLASS, None, _DEFAULT)
            more = (q.object for q in above if isinstance(q.object, NamedNode))
            queue += sorted((n for n in more if n not in queue), key=str)
        return None

    def _scheme(self, scheme: NamedNode) -> list[NamedNode]:
        """The concepts of a display scheme, by rank."""
        members = self.view.quads(None, _IN_SCHEME, scheme, _DEFAULT)
        concepts = [q.subject for q in members if isinstance(q.subject, NamedNode)]
        return sorted(concepts, key=self._rank)

    def _rank(self, concept: NamedNode) -> int:
        ranks = self.view.quads(concept, _RANK, None, _DEFAULT)
        return min(int(q.object.value) for q in ranks if isinstance(q.object, Literal))

    def _name(self, node: object) -> str:
        return label(self.view, node, self.lang) if isinstance(node, NamedNode) else str(node)

    def _about(self, net: Network) -> dict[str, Any]:
        sources = sorted(self.used, key=lambda source: (source.date, source.iri))
        dates = sorted(s.date for s in sources if s.date)
        told = [{"title": s.title, "publisher": s.publisher, "date": s.date} for s in sources]
        districts = self.view.quads(None, _TYPE, NamedNode(PBA + "District"), _DEFAULT)
        names = sorted(net.nodes[i]["label"] for q in districts if (i := _iri(q.subject)) in net)
        families = [{"id": _family_id(c), "label": self._name(c)} for c in self.families]
        return {
            "title": _TEXT[self.lang]["title"].format("、".join(names[:3])).strip(),
            "date": _TEXT[self.lang]["span"].join(sorted({*dates[:1], *dates[-1:]})),
            "sources": told,
            "families": families,
            "tiers": [{"label": self._name(c)} for c in self.tiers],
            "lang": self.lang,
            "generation": self.view.manifest.generation,
        }


def _family_id(concept: NamedNode) -> str:
    """``alliance`` for pba:AllianceFamily."""
    return concept.value.removeprefix(PBA).removesuffix("Family").lower()


def _plain(evidence: Evidence) -> dict[str, str]:
    return {
        "quote": evidence.quote,
        "place": evidence.place,
        "source": evidence.source.title,
        "certainty": evidence.certainty,
        "reason": evidence.reason,
    }


def _texts(quads: Iterable[Quad], predicate: NamedNode) -> set[str]:
    found = (q.object for q in quads if q.predicate == predicate)
    return {term.value for term in found if isinstance(term, Literal)}


def _text(quads: Iterable[Quad], predicate: NamedNode, lang: str) -> str:
    texts = [q.object for q in quads if q.predicate == predicate and isinstance(q.object, Literal)]
    return best_text(texts, lang)


def _iri(node: NamedNode | BlankNode | Triple) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)
