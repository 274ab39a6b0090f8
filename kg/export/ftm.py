"""Organisations and their links as FollowTheMoney entities, one JSON object a line.

Alliances and Party organisations are ``Organization``, public bodies ``PublicBody``, enterprises
``Company``, sole traders ``LegalEntity``, works ``Project``, areas ``Address``; membership is
``Membership``, taking part ``ProjectParticipant``, any other tie ``UnknownLink`` with its name as
the role. There is no ``Person``. Each source is a ``Document`` that things point to as proof.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, BinaryIO, TypeAlias

import pyoxigraph as ox

from kg.evidence import Evidences, Source
from kg.export.net import whole
from kg.namespace import ORG, PBA, RDF, SKOS, SOURCE
from kg.network import Linkage
from kg.network.extract.ties import PLAIN
from kg.network.told import RELATIONS, Tie, ties
from kg.persons import Names
from kg.reason import is_ontology_graph, is_stated_graph
from kg.store import View

Entity: TypeAlias = dict[str, Any]
Properties: TypeAlias = Mapping[str, Sequence[str]]

# The first that a unit is of counts; others are organisations.
_OF_CLASS = (
    ("Enterprise", "Company"),
    ("IndividualBusiness", "LegalEntity"),
    ("PublicBody", "PublicBody"),
    ("PublicInstitution", "PublicBody"),
    ("DispatchedAgency", "PublicBody"),
    ("JudicialOffice", "PublicBody"),
    ("PoliceStation", "PublicBody"),
)
_OF_FAMILY = {"area": "Address", "work": "Project"}
_ORGANIZATIONS = {"Organization", "PublicBody", "Company"}
_LEGAL = _ORGANIZATIONS | {"LegalEntity"}
_TYPE, _ALIAS = ox.NamedNode(RDF + "type"), ox.NamedNode(SKOS + "altLabel")
_USCC = ox.NamedNode(PBA + "uscc")
# What a record of its own says of the two ends of a tie: of the source, of the target.
_RECORDS = {
    "member": (ox.NamedNode(ORG + "member"), ox.NamedNode(ORG + "organization")),
    "authority": (ox.NamedNode(PBA + "holder"), ox.NamedNode(PBA + "over")),
}
_TRIPLES = {name: ox.NamedNode(iri) for name, iri in PLAIN.items()} | {
    "member": ox.NamedNode(ORG + "memberOf")
}
_PARTICIPANT = ox.NamedNode(PBA + "participant")


def write_ftm(
    view: View, linkage: Linkage, out: BinaryIO, lang: str = "zh", names: Names | None = None
) -> None:
    """Write sources, things and ties, one after the other; with names, none of them is told."""
    for entity in _Entities(view, linkage, lang, names or Names([])).all():
        out.write(f"{json.dumps(entity, ensure_ascii=False)}\n".encode())


def entity_id(iri: str) -> str:
    """The id of the entity of a thing: the model takes no IRIs, which stand in ``notes``.

    >>> entity_id("https://w3id.org/pba/id/area/450802")
    'kg-825db3eae22751a62fd5254c7c6aebc55fb2d6e8'
    """
    return f"kg-{hashlib.sha1(iri.encode(), usedforsecurity=False).hexdigest()}"


class _Entities:
    """Makes the entities of a generation."""

    def __init__(self, view: View, linkage: Linkage, lang: str, names: Names) -> None:
        self._view, self._linkage, self._lang, self._names = view, linkage, lang, names
        self._evidences = Evidences(view, lang)
        self._sources: dict[str, Source] = {}
        self._net = whole(linkage, lang, names)
        self._schema: dict[str, str] = {}

    def all(self) -> Iterator[Entity]:
        """The documents first, as things point to them, then things and ties."""
        for record in self._view.manifest.sources:
            yield from self._documents(record.id, record.graphs, record.file_name)
        yield from self._things()
        for tie in ties(self._linkage, self._lang):
            yield self._tie(tie)

    def _documents(self, id: str, graphs: Sequence[str], file: str) -> Iterator[Entity]:
        nodes = [ox.NamedNode(graph) for graph in graphs]
        stated = [node for node in nodes if is_stated_graph(node) and not is_ontology_graph(node)]
        if not stated:
            return
        source = self._sources[SOURCE + id] = self._evidences.source(stated[0])
        yield self._entity(
            SOURCE + id,
            "Document",
            {
                "fileName": [file or id],
                "title": [source.title],
                "date": [source.date],
                **_published([source]),
            },
        )

    def _things(self) -> Iterator[Entity]:
        known = self._linkage.things
        for number, node in zip(self._net.chosen.tolist(), self._net.nodes(), strict=True):
            iri, family = known.iris[number], str(node.told["family"])
            schema = self._schema[iri] = self._schema_of(number, family)
            said = self._said(self._graphs(_node(iri), _TYPE))
            label, area = str(node.told["label"]), int(known.area[number])
            is_placed = family not in ("area", "party") and area in self._present
            yield self._entity(
                node.id,
                schema,
                {
                    "name": [label],
                    "alias": sorted(self._aliases(number, iri) - {label}),
                    **self._of_schema(schema, iri, node.told),
                    "addressEntity": [self._id(known.iris[area])] if is_placed else [],
                    "notes": [node.id],
                    **_published(said),
                    "proof": [entity_id(source.iri) for source in said],
                },
            )

    def _of_schema(self, schema: str, iri: str, told: Mapping[str, Any]) -> Properties:
        kind = [str(told["kind"])]
        if schema == "Address":
            return {"full": [str(told["label"])], "keywords": kind}
        if schema == "Project":
            dates = {"startDate": [told.get("since", "")], "endDate": [told.get("until", "")]}
            return {"keywords": kind, **dates}
        return {
            "legalForm": kind,
            "sector": [told.get("sector", "")],
            "registrationNumber": self._texts(iri, _USCC),
        }

    def _tie(self, tie: Tie) -> Entity:
        detail, title = tie.told.get("detail", ""), RELATIONS[tie.relation][self._lang]
        start, end = self._schema[tie.source], self._schema[tie.target]
        if tie.relation == "member" and start in _LEGAL and end in _ORGANIZATIONS:
            schema, ends, role = "Membership", ("member", "organization"), detail
        elif tie.relation == "participant" and start in _LEGAL and end == "Project":
            schema, ends, role = "ProjectParticipant", ("participant", "project"), detail
        else:
            schema, ends = "UnknownLink", ("subject", "object")
            role = f"{title} ({detail})" if detail else title
        return self._entity(
            f"{tie.source} {tie.key} {tie.target}",
            schema,
            {
                ends[0]: [self._id(tie.source)],
                ends[1]: [self._id(tie.target)],
                "role": [role],
                "startDate": [tie.told.get("since", "")],
                "endDate": [tie.told.get("until", "")],
                "summary": [tie.told.get("level", "")],
                **_published(self._said(self._graphs_of(tie))),
            },
        )

    def _graphs_of(self, tie: Tie) -> Iterator[ox.NamedNode]:
        """The graphs that state a tie."""
        start, end = _node(tie.source), _node(tie.target)
        if tie.relation in _TRIPLES:
            yield from self._graphs(start, _TRIPLES[tie.relation], end)
        if tie.relation == "participant":
            yield from self._graphs(end, _PARTICIPANT, start)
        if tie.relation in _RECORDS:
            of_start, of_end = _RECORDS[tie.relation]
            records = {quad.subject for quad in self._view.quads(None, of_end, end)}
            for quad in self._view.quads(None, of_start, start):
                if quad.subject in records and isinstance(quad.graph_name, ox.NamedNode):
                    yield quad.graph_name

    def _graphs(
        self,
        subject: ox.NamedNode | ox.BlankNode,
        predicate: ox.NamedNode,
        value: ox.NamedNode | ox.BlankNode | None = None,
    ) -> Iterator[ox.NamedNode]:
        for quad in self._view.quads(subject, predicate, value):
            if isinstance(quad.graph_name, ox.NamedNode):
                yield quad.graph_name

    def _said(self, graphs: Iterator[ox.NamedNode]) -> list[Source]:
        """The sources that graphs belong to, those of what kg computed left out."""
        found = {self._evidences.source(graph).iri for graph in graphs if is_stated_graph(graph)}
        return [self._sources[iri] for iri in sorted(found & self._sources.keys())]

    def _aliases(self, number: int, iri: str) -> set[str]:
        labels = {texts[number] for texts in self._linkage.things.labels.values()}
        return labels | {*self._texts(iri, _ALIAS)}

    def _texts(self, iri: str, predicate: ox.NamedNode) -> list[str]:
        quads = self._view.quads(_node(iri), predicate, None, ox.DefaultGraph())
        return sorted({q.object.value for q in quads if isinstance(q.object, ox.Literal)})

    def _schema_of(self, number: int, family: str) -> str:
        for name, schema in _OF_CLASS:
            if family == "unit" and number in self._of_class[name]:
                return schema
        return _OF_FAMILY.get(family, "Organization")

    @cached_property
    def _of_class(self) -> dict[str, set[int]]:
        classes = self._linkage.things.classes
        return {
            name: {*classes[name].tolist()} if name in classes else set() for name, _ in _OF_CLASS
        }

    @cached_property
    def _present(self) -> set[int]:
        return {*self._net.chosen.tolist()}

    def _id(self, iri: str) -> str:
        return entity_id(self._net.shown(iri))

    def _entity(self, iri: str, schema: str, properties: Properties) -> Entity:
        told = {name: self._kept(values) for name, values in properties.items()}
        stated = {name: values for name, values in told.items() if values}
        return {"id": entity_id(iri), "schema": schema, "properties": stated}

    def _kept(self, values: Sequence[str]) -> list[str]:
        return [text for text in values if text and not self._names.within(text)]


def _published(sources: Sequence[Source]) -> Properties:
    origins = {source.origin for source in sources}
    urls = sorted(url for url in origins if url.startswith(("http://", "https://")))
    return {"publisher": sorted({s.publisher for s in sources}), "sourceUrl": urls}


def _node(iri: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(iri[2:]) if iri.startswith("_:") else ox.NamedNode(iri)
