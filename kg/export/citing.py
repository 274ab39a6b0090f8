"""How to cite what was read: software, generation, sources and their rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from pyoxigraph import DefaultGraph, Literal, NamedNode

from kg.evidence import best_text
from kg.ingest import RESERVED
from kg.namespace import DCTERMS, SOURCE
from kg.store import SourceRecord, View

_TITLE, _PUBLISHER = NamedNode(DCTERMS + "title"), NamedNode(DCTERMS + "publisher")
_RIGHTS = (NamedNode(DCTERMS + "rights"), NamedNode(DCTERMS + "license"))
_DATES = (NamedNode(DCTERMS + "issued"), NamedNode(DCTERMS + "valid"))
_TEXT: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "software": "party-alliance-kg {version} 版（Apache-2.0；本体 CC BY 4.0）。",
        "data": "数据：第 {generation} 代，{created} 写入，{triples:,} 条三元组，"
        "内容摘要 {digest}。",
        "sources": "来源：",
        "unstated": "许可未载明",
    },
    "en": {
        "software": "party-alliance-kg, version {version} (Apache-2.0; ontology CC BY 4.0).",
        "data": "Data: generation {generation}, written {created}, {triples:,} triples, "
        "digest {digest}.",
        "sources": "Sources:",
        "unstated": "no licence stated",
    },
}


@dataclass(frozen=True, slots=True)
class Cited:
    """A source: its name in the store, what it says of itself, and the digest of its content.

    ``rights`` are its dcterms:rights, else its dcterms:license.
    """

    id: str
    title: str
    publisher: str
    date: str
    rights: str
    digest: str


@dataclass(frozen=True, slots=True)
class Citation:
    """What a paper needs to say; ``str()`` gives it as text.

    The digest depends on the content alone: who builds the same sources gets the same one.
    """

    version: str
    generation: int
    digest: str
    created: str
    triples: int
    sources: Sequence[Cited]
    lang: str = "zh"

    @classmethod
    def of(cls, view: View, lang: str, version: str) -> Self:
        """The citation of a generation."""
        held = view.manifest
        sources = [_cited(view, one, lang) for one in held.sources if one.id not in RESERVED]
        return cls(version, held.generation, held.digest, held.created, held.triples, sources, lang)

    @property
    def head(self) -> tuple[str, str]:
        """The software and the data, a sentence each."""
        words = _TEXT[self.lang]
        data = words["data"].format(
            generation=self.generation,
            created=self.created,
            triples=self.triples,
            digest=self.digest,
        )
        return words["software"].format(version=self.version), data

    def __str__(self) -> str:
        lines = [*self.head, _TEXT[self.lang]["sources"]]
        for one in self.sources:
            rights = one.rights or _TEXT[self.lang]["unstated"]
            said = (one.title or one.id, one.publisher, one.date, rights)
            lines.append("- " + " · ".join(filter(None, said)))
        return "\n".join(lines)


def _cited(view: View, record: SourceRecord, lang: str) -> Cited:
    source = NamedNode(SOURCE + record.id)
    rights = [text for predicate in _RIGHTS for text in _texts(view, source, predicate, lang)]
    dates = [text for predicate in _DATES for text in _texts(view, source, predicate, lang)]
    return Cited(
        id=record.id,
        title="".join(_texts(view, source, _TITLE, lang)),
        publisher="".join(_texts(view, source, _PUBLISHER, lang)),
        date=min(dates, default=""),
        rights=next(iter(rights), ""),
        digest=record.digest,
    )


def _texts(view: View, source: NamedNode, predicate: NamedNode, lang: str) -> list[str]:
    """What a source says of itself, in the reader's language."""
    quads = view.quads(source, predicate, None, DefaultGraph())
    objects = [quad.object for quad in quads]
    found = best_text((term for term in objects if isinstance(term, Literal)), lang)
    iris = sorted(term.value for term in objects if isinstance(term, NamedNode))
    return [found] if found else iris[:1]
