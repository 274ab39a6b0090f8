"""The store as a network: things and the relations that were said of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeAlias

import networkx as nx
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.describe import label
from kg.evidence import Evidence, Evidences, Source, best_text
from kg.ingest import ONTOLOGY
from kg.namespace import ENTAILED, ID, ORG, PBA, PROV, RDF, RDFS, SKOS, SOURCE
from kg.reason import is_ontology_graph, is_stated_graph
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
_CHANGE = NamedNode(PBA + "AreaChange")
_SIDES = (NamedNode(PBA + "before"), NamedNode(PBA + "after"))
_CHANGE_KIND = NamedNode(PBA + "changeKind")
_CHANGED_AFTER = NamedNode(PBA + "changedAfter")
_OPEN = NamedNode(PBA + "openList")
_FRAGMENT = NamedNode(PBA + "fragmentAsPrinted")
_DEFAULT = DefaultGraph()

_NOT_SHOWN = {RDF + "type", RDFS + "label", PBA + "classOfKind", PBA + "openList"}
_NOT_SHOWN |= {SKOS + name for name in ("prefLabel", "altLabel", "inScheme")}
_NOT_SHOWN |= {PROV + "wasDerivedFrom", PBA + "fragmentAsPrinted"}
_TYPES = NamedNode(ENTAILED + "#types")
_MEMBERS = {PBA + "memberKind", ORG + "hasMember"}
_HAS_MEMBER = NamedNode(ORG + "hasMember")
_MEMBER_OF = NamedNode(ORG + "memberOf")
_ORGANIZATION = NamedNode(ORG + "organization")
_MEMBER = NamedNode(ORG + "member")
_ROLE = NamedNode(ORG + "role")
_SINCE = NamedNode(PBA + "validFrom")
_UNTIL = NamedNode(PBA + "validUntil")

_TEXT = {
    "zh": {
        "title": "{}区域化党建联盟图",
        "several": "{}等 {} 个县级行政区",
        "span": " 至 ",
        "role": "{}（{}）",
        "comma": "、",
        "open": "原文以“等”“一批”收尾，未列全",
        "members": "成员未载明",
        "change": "{0}（{1}之后）",
        "fragment": "原文印刷有误，照录残字：{}",
    },
    "en": {
        "title": "Party-building alliances of {}",
        "several": "{} and others, {} districts in all",
        "span": " to ",
        "role": "{} ({})",
        "comma": ", ",
        "open": "the source's list is open (等, 一批)",
        "members": "members not stated",
        "change": "{0} (after {1})",
        "fragment": "damaged in print, kept as printed: {}",
    },
}

Told: TypeAlias = dict[str, str]
# From and to as written (2019, 2019-05, 2019-05-01); "" for an end that is not stated.
Period: TypeAlias = tuple[str, str]
Network: TypeAlias = "nx.MultiDiGraph[str]"


def read(view: View, *, lang: str = "zh") -> Network:
    """The things of a generation and their relations, for `kg.maps` and for people.

    A node is a thing of a class that the ontology places on the map; its attributes
    are ``label``, ``aliases``, ``kind`` (the class's label), ``classes`` (the local names
    of all its classes), ``family``, ``tier``, ``named`` (False for a kind of thing),
    ``notes``, ``facts``, ``evidence`` and, for an area that changed, ``change``. A fact
    has ``label``, ``value``, ``evidence``, the predicate's IRI as ``key`` and, where the
    value is a term, that term's as ``iri``. An edge has the predicate's IRI as key (a
    membership that of org:hasMember, with the ``roles`` of the member), and ``label``,
    ``certainty``, ``evidence``. ``periods`` of a thing or an edge are (from, to) as written,
    "" for an end that is not stated, and none where nothing is dated. The graph has
    ``title``, ``date``, ``sources``, ``families``, ``tiers``, ``lang`` and ``generation``.
    O(triples of the sources).
    """
    return _Reader(view, lang).network()


class _Reader:
    def __init__(self, view: View, lang: str) -> None:
        self.view = view
        self.lang = lang
        self.evidences = Evidences(view, lang, whole=True)
        ontology = view.manifest.source(ONTOLOGY)
        self.ontology = [NamedNode(graph) for graph in ontology.graphs] if ontology else []
        self.families = self._scheme(_FAMILIES)
        self.tiers = self._scheme(_TIERS)
        self.below = self._subclasses()
        self.family = self._inherited(_FAMILY, self.families)
        self.tier = self._inherited(_TIER, self.tiers)
        self.said_in: dict[Triple, list[NamedNode]] = {}
        self.classes = self._types(_DEFAULT)
        self.entailed = self._types(_TYPES)
        self.names: dict[NamedNode, str] = {}
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
        for quad in quads:
            if quad.predicate in _SIDES:
                self._add_change(net, quad)
        for ends, memberships in _memberships(by_subject).items():
            self._add_memberships(net, ends, memberships)
            _add_periods(net, ends, [by_subject[_iri(quads[0].subject)] for quads in memberships])
        joined = _with_members(by_subject)
        for iri in net:
            self._add_notes(net, iri, by_subject[iri], members_stated=iri in joined)
        net.graph.update(self._about(net))
        return net

    def _said(self) -> list[Quad]:
        """What the sources say of things, each triple once, in order."""
        for source in self.view.manifest.sources:
            for name in source.graphs:
                graph = NamedNode(name)
                said = is_stated_graph(graph) and not is_ontology_graph(graph)
                if said and not name.endswith("/meta"):
                    for quad in self.view.quads(None, None, None, graph):
                        self.said_in.setdefault(quad.triple, []).append(graph)
        return [Quad(t.subject, t.predicate, t.object) for t in sorted(self.said_in, key=str)]

    def _types(self, graph: NamedNode | DefaultGraph) -> dict[object, set[object]]:
        """The classes of each thing by a graph; read at once, as every thing is asked for."""
        found: dict[object, set[object]] = defaultdict(set)
        for quad in self.view.quads(None, _TYPE, None, graph):
            found[quad.subject].add(quad.object)
        return found

    def _add_thing(self, net: Network, iri: str, quads: list[Quad]) -> None:
        is_kind = any(q.predicate == _IN_SCHEME and q.object == _KINDS for q in quads)
        classes = [q for q in quads if q.predicate in (_TYPE, _CLASS_OF_KIND)]
        placed = [
            (q.triple, q.object, place)
            for q in classes
            if isinstance(q.object, NamedNode) and (place := self._place(q.object))
            # A class that follows from a narrower one tells less.
            if q.object not in self.entailed.get(q.subject, ())
        ]
        if not placed or iri.startswith(SOURCE):
            return
        triple, kind, (family, tier) = placed[0]
        net.add_node(
            iri,
            label=_text(quads, _LABEL, self.lang) or self._unnamed(iri, kind),
            aliases=sorted(_texts(quads, _ALIAS)),
            kind=self._name(kind),
            family=family,
            tier=tier,
            named=not is_kind,
            classes=self._classes(quads[0].subject),
            periods=[period] if (period := _period(quads)) != ("", "") else [],
            notes=[],
            facts=[],
            evidence=self._told(triple),
        )

    def _add_statement(self, net: Network, quad: Quad) -> None:
        subject, predicate, target = _iri(quad.subject), quad.predicate.value, quad.object
        if predicate in _NOT_SHOWN or subject not in net:
            return
        told = self._told(quad.triple)
        if isinstance(target, NamedNode | BlankNode) and _iri(target) in net:
            self._add_edge(net, (subject, _iri(target)), quad.predicate, told)
        elif isinstance(target, NamedNode | Literal):
            value = target.value if isinstance(target, Literal) else self._name(target)
            fact = {"label": self._name(quad.predicate), "value": value, "evidence": told}
            term = {"iri": target.value} if isinstance(target, NamedNode) else {}
            net.nodes[subject]["facts"].append({**fact, "key": predicate, **term})

    def _add_edge(
        self, net: Network, ends: tuple[str, str], predicate: NamedNode, told: list[Told]
    ) -> None:
        stated = any(e["certainty"] == "Stated" for e in told)
        net.add_edge(
            *ends,
            key=predicate.value,
            label=self._name(predicate),
            certainty="Stated" if stated else "Inferred",
            evidence=told,
            periods=[],
        )

    def _add_memberships(
        self, net: Network, ends: tuple[str, str], memberships: list[list[Quad]]
    ) -> None:
        """What is said of one member of one organisation, as a relation with the roles."""
        if ends[0] not in net or ends[1] not in net:
            return
        if not net.has_edge(*ends, key=_HAS_MEMBER.value):
            self._add_edge(net, ends, _HAS_MEMBER, [])
        edge = net.edges[(*ends, _HAS_MEMBER.value)]
        told = {tuple(e.values()): e for e in edge["evidence"]}
        for quads in memberships:
            parts = [self._told(quad.triple) for quad in quads]
            told.update((tuple(e.values()), e) for part in parts for e in part)
            if all(any(e["certainty"] == "Stated" for e in part) for part in parts):
                edge["certainty"] = "Stated"
        edge["evidence"] = list(told.values())
        found = (q.object for quads in memberships for q in quads if q.predicate == _ROLE)
        roles = {role for role in found if isinstance(role, NamedNode)}
        edge["roles"] = tuple(sorted(role.value.removeprefix(PBA) for role in roles))
        named = sorted({self._name(role) for role in roles})
        if named:
            edge["label"] = _TEXT[self.lang]["role"].format(
                edge["label"], _TEXT[self.lang]["comma"].join(named)
            )

    def _add_notes(
        self, net: Network, iri: str, quads: list[Quad], *, members_stated: bool
    ) -> None:
        text, notes = _TEXT[self.lang], net.nodes[iri]["notes"]
        if net.nodes[iri]["family"] == "alliance" and not members_stated:
            notes.append(text["members"])
        if "true" in _texts(quads, _OPEN):
            notes.append(text["open"])
        notes += [text["fragment"].format(word) for word in sorted(_texts(quads, _FRAGMENT))]

    def _add_change(self, net: Network, quad: Quad) -> None:
        """What became of an area: a mark that sets it apart, and a fact."""
        iri = quad.object.value if isinstance(quad.object, NamedNode) else ""
        if iri not in net:
            return
        kind, since = (self._of(quad.subject, p) for p in (_CHANGE_KIND, _CHANGED_AFTER))
        net.nodes[iri]["change"] = kind
        value = _TEXT[self.lang]["change"].format(kind, since) if since else kind
        fact = {"label": self._name(_CHANGE), "value": value, "evidence": self._told(quad.triple)}
        net.nodes[iri]["facts"].append(fact)

    def _of(self, node: object, predicate: NamedNode) -> str:
        """The value of a property in words, or nothing."""
        if not isinstance(node, NamedNode):
            return ""
        found = [q.object for q in self.view.quads(node, predicate, None, _DEFAULT)]
        words = [self._words(v) for v in found]
        return min(words, default="")

    def _words(self, term: object) -> str:
        if isinstance(term, NamedNode):
            return self._name(term)
        return term.value if isinstance(term, Literal) else ""

    def _told(self, triple: Triple) -> list[Told]:
        """The places that say a triple; a rule that would give it, too, adds none."""
        found = self.evidences.of_graphs(self.said_in[triple], triple.subject)
        # What a rule gives rests on sources that are named for what they state.
        self.used |= {e.source: None for e in found if e.certainty != "Entailed"}
        return [_plain(evidence) for evidence in found]

    def _classes(self, node: NamedNode | BlankNode | Triple) -> tuple[str, ...]:
        """The local names of all classes of pba that a thing has, entailed ones among them."""
        iris = (c.value for c in self.classes.get(node, ()) if isinstance(c, NamedNode))
        return tuple(sorted(iri.removeprefix(PBA) for iri in iris if iri.startswith(PBA)))

    def _place(self, term: NamedNode) -> tuple[str, int] | None:
        """Family and tier of a class: its own, else of the nearest class above it."""
        if term not in self.family or term not in self.tier:
            return None
        return _family_id(self.family[term]), self.tiers.index(self.tier[term])

    def _inherited(
        self, predicate: NamedNode, concepts: list[NamedNode]
    ) -> dict[NamedNode, NamedNode]:
        """Each class's family or tier, from the classes that name one down to those below."""
        found = self._named(predicate, concepts)
        level = sorted(found, key=str)
        while level:
            reached = {}
            for above in level:
                for below in self.below[above]:
                    if below not in found:
                        found[below] = reached[below] = found[above]
            level = sorted(reached, key=str)
        return found

    def _named(self, predicate: NamedNode, concepts: list[NamedNode]) -> dict[NamedNode, NamedNode]:
        """What classes name themselves; the ontology is heard before the sources."""
        found: dict[NamedNode, NamedNode] = {}
        graphs: list[NamedNode | DefaultGraph] = [*self.ontology, _DEFAULT]
        for graph in graphs:
            for quad in sorted(self.view.quads(None, predicate, None, graph), key=str):
                term, concept = quad.subject, quad.object
                if not isinstance(term, NamedNode) or not isinstance(concept, NamedNode):
                    continue
                if concept in concepts:
                    found.setdefault(term, concept)
        return found

    def _subclasses(self) -> dict[NamedNode, list[NamedNode]]:
        below: dict[NamedNode, list[NamedNode]] = defaultdict(list)
        for quad in self.view.quads(None, _SUBCLASS, None, _DEFAULT):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                below[quad.object].append(quad.subject)
        return below

    def _scheme(self, scheme: NamedNode) -> list[NamedNode]:
        """The concepts of a display scheme that the ontology ranks, by rank."""
        ranks = {
            member.subject: int(quad.object.value)
            for graph in self.ontology
            for member in self.view.quads(None, _IN_SCHEME, scheme, graph)
            for quad in self.view.quads(member.subject, _RANK, None, graph)
            if isinstance(quad.object, Literal)
        }
        ranked = [concept for concept in ranks if isinstance(concept, NamedNode)]
        return sorted(ranked, key=lambda concept: ranks[concept])

    def _name(self, node: NamedNode) -> str:
        if node not in self.names:
            self.names[node] = label(self.view, node, self.lang)
        return self.names[node]

    def _unnamed(self, iri: str, kind: NamedNode) -> str:
        """What to call a thing without a label: the rest of its IRI, else its kind."""
        return self._name(kind) if iri.startswith("_:") else iri.removeprefix(ID)

    def _about(self, net: Network) -> dict[str, Any]:
        sources = sorted(self.used, key=lambda source: (source.date, source.iri))
        dates = sorted(s.date for s in sources if s.date)
        told = [{"title": s.title, "publisher": s.publisher, "date": s.date} for s in sources]
        districts = self.view.quads(None, _TYPE, NamedNode(PBA + "District"), _DEFAULT)
        found = sorted(i for q in districts if (i := _iri(q.subject)) in net)
        names = list(dict.fromkeys(net.nodes[iri]["label"] for iri in found))
        families = [{"id": _family_id(c), "label": self._name(c)} for c in self.families]
        return {
            "title": self._title(names, len(found)),
            "date": _TEXT[self.lang]["span"].join(sorted({*dates[:1], *dates[-1:]})),
            "sources": told,
            "families": families,
            "tiers": [{"label": self._name(c)} for c in self.tiers],
            "lang": self.lang,
            "generation": self.view.manifest.generation,
        }

    def _title(self, names: list[str], districts: int) -> str:
        text = _TEXT[self.lang]
        named = text["comma"].join(names[:3])
        if districts > 3:
            named = text["several"].format(named, districts)
        return text["title"].format(named).strip()


def _memberships(by_subject: dict[str, list[Quad]]) -> dict[tuple[str, str], list[list[Quad]]]:
    """Of each organisation and member: the triples of each membership that joins them.

    A membership is of one organisation; of several it would not say who joined which.
    """
    found: dict[tuple[str, str], list[list[Quad]]] = defaultdict(list)
    for subject in sorted(by_subject):
        quads = by_subject[subject]
        sides = [q for q in quads if q.predicate == _ORGANIZATION]
        roles = [q for q in quads if q.predicate == _ROLE]
        for quad in quads if len(sides) == 1 else ():
            if quad.predicate == _MEMBER:
                ends = _iri(sides[0].object), _iri(quad.object)
                found[ends].append([sides[0], quad, *roles])
    return found


def _add_periods(net: Network, ends: tuple[str, str], memberships: list[list[Quad]]) -> None:
    """When a member belonged; a membership without dates may hold at any time."""
    periods = {_period(quads) for quads in memberships}
    if net.has_edge(*ends, key=_HAS_MEMBER.value) and ("", "") not in periods:
        net.edges[(*ends, _HAS_MEMBER.value)]["periods"] = sorted(periods)


def _period(quads: list[Quad]) -> Period:
    """From when and until when something is said to hold."""
    since = min(_texts(quads, _SINCE), default="")
    return since, max(_texts(quads, _UNTIL), default="")


def _with_members(by_subject: dict[str, list[Quad]]) -> set[str]:
    """The things of which some member, or kind of member, is stated."""
    found = {organization for organization, _ in _memberships(by_subject)}
    for quads in by_subject.values():
        found.update(_iri(q.subject) for q in quads if q.predicate.value in _MEMBERS)
        found.update(_iri(q.object) for q in quads if q.predicate == _MEMBER_OF)
    return found


def _family_id(concept: NamedNode) -> str:
    """``alliance`` for pba:AllianceFamily."""
    return concept.value.removeprefix(PBA).removesuffix("Family").lower()


def _plain(evidence: Evidence) -> Told:
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


def _iri(node: NamedNode | BlankNode | Literal | Triple) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)
