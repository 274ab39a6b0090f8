"""The rows of an answer, the places that say why, and both as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.evidence import Evidence
from kg.exceptions import QueryError
from kg.namespace import curie
from kg.query.why import Row, Term
from kg.store import Manifest

_WORDS = {
    "zh": {"why": "依据", "Inferred": "推断", "Entailed": "推导"},
    "en": {"why": "why", "Inferred": "inferred", "Entailed": "entailed"},
}
_VALUED = (ox.NamedNode, ox.Literal)


@dataclass(frozen=True, slots=True)
class Origin:
    """What was asked, and the generation of the store or the endpoint that answered."""

    text: str
    title: str = ""
    manifest: Manifest | None = None
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a SELECT query, and for each row the places that say why.

    ``rows`` may be read only once: they can come straight from the engine.
    """

    names: list[str]
    rows: Iterable[Row]
    why: dict[Row, list[Evidence]] | None = None
    titles: dict[str, str] = field(default_factory=dict)
    lang: str = "zh"
    origin: Origin | None = None

    @property
    def headers(self) -> list[str]:
        """The titles of the columns, where they have any."""
        return [self.titles.get(name, name) for name in self.names]

    @property
    def explained(self) -> Iterator[tuple[Row, list[Evidence]]]:
        """Each row with its places."""
        why = self.why or {}
        return ((row, why.get(row, [])) for row in self.rows)


class WrongFormat(QueryError):
    """The format cannot carry this kind of answer."""


def text_of(term: Term | None) -> str:
    """A term as a cell: the text of a literal, the whole IRI, nothing when unbound.

    >>> text_of(ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal("x")))
    'urn:a urn:p x'
    """
    if isinstance(term, _VALUED):
        return term.value
    if isinstance(term, ox.Triple):
        return " ".join(map(text_of, (term.subject, term.predicate, term.object)))
    return "" if term is None else str(term)


def short(term: Term | None) -> str:
    """A term as people read it: an IRI as a prefixed name.

    >>> short(ox.NamedNode("https://w3id.org/pba/ns#Alliance"))
    'pba:Alliance'
    """
    return curie(term.value) if isinstance(term, ox.NamedNode) else text_of(term)


def why_column(answer: Answer) -> list[str]:
    """The name of the column of sources, which no variable has; no name when there is none.

    >>> why_column(Answer(["a"], [], {})), why_column(Answer(["why"], [], {}))
    (['why'], ['why2'])
    """
    return [] if answer.why is None else [_free("why", answer.names)]


def why_header(answer: Answer) -> list[str]:
    """The title of the column of sources, which no other has; no title when there is none.

    >>> why_header(Answer(["a"], [], {})), why_header(Answer(["a"], []))
    (['依据'], [])
    """
    return [] if answer.why is None else [_free(_WORDS[answer.lang]["why"], answer.headers)]


def _free(name: str, taken: list[str]) -> str:
    names = (name, *(f"{name}{n}" for n in range(2, len(taken) + 3)))
    return next(free for free in names if free not in taken)


def certainty(evidence: Evidence, lang: str) -> str:
    """How a place is known other than by its words: inferred or entailed, else nothing."""
    return _WORDS[lang].get(evidence.certainty, "")


def told(evidence: Evidence, lang: str) -> str:
    """A piece of evidence as one line of text."""
    known = certainty(evidence, lang)
    said = evidence.quote or evidence.source.title
    if lang == "zh":
        return f"{evidence.place}{f'（{known}）' if known else ''}：{said}"
    return f"{evidence.place}{f' ({known})' if known else ''}: {said}"


def plain(evidence: Evidence) -> dict[str, str]:
    """A piece of evidence as plain data."""
    return {
        "graph": evidence.graph,
        "quote": evidence.quote,
        "place": evidence.place,
        "source": evidence.source.title,
        "date": evidence.source.date,
        "certainty": evidence.certainty,
        "reason": evidence.reason,
    }
