"""Reading subjects and objects of predicates at once, as the engine writes them in TSV."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from kg.evidence import best_text
from kg.namespace import PBA, RDF, RDFS, SKOS
from kg.store import View

# All concepts of these have a number, also those that nothing has.
_SCHEMES = ("CoverageStatuses", "TieLevels", "AuthorityScopes")
_TEXT = re.compile(r'"(.*)"(?:@([A-Za-z-]+))?(?:\^\^.*)?', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


class Rows:
    """Columns of a generation, and numbers for the terms that they name."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.terms: list[str] = []
        self._number: dict[str, int] = {}

    def pairs(self, iri: str) -> tuple[list[str], list[str]]:
        """Subjects and objects of a predicate, in the form of TSV."""
        return self.view.pairs(NamedNode(iri))

    def of_class(self, iri: str) -> list[str]:
        """The things of a class."""
        return self.view.subjects(NamedNode(RDF + "type"), NamedNode(iri))

    def by_subject(self, iri: str) -> dict[str, str]:
        """One object of each subject, the least where there are several."""
        found: dict[str, str] = {}
        for subject, value in zip(*self.pairs(iri), strict=True):
            if subject not in found or value < found[subject]:
                found[subject] = value
        return found

    def number(self, term: str) -> int:
        """The number of a term, which is known by its local name if it is one of pba."""
        found = self._number.get(term)
        if found is None:
            found = self._number[term] = len(self.terms)
            self.terms.append(local(term) if term.startswith("<" + PBA) else term.strip("<>"))
        return found

    def number_schemes(self) -> None:
        """Give the concepts of some schemes numbers, whether something has them or not."""
        for scheme in _SCHEMES:
            of = NamedNode(PBA + scheme)
            for quad in self.view.quads(None, NamedNode(SKOS + "inScheme"), of):
                self.number(str(quad.subject))

    def term_labels(self, lang: str) -> list[str]:
        """What the terms are called, by their numbers."""
        return [self._label(n if ":" in n else PBA + n, lang) for n in self.terms]

    def _label(self, iri: str, lang: str) -> str:
        quads = self.view.quads(NamedNode(iri), NamedNode(RDFS + "label"))
        texts = {quad.object for quad in quads if isinstance(quad.object, Literal)}
        return best_text(sorted(texts, key=str), lang) or iri.rpartition("/")[2]


def local(term: str) -> str:
    """The local name of a term of pba.

    >>> local("<https://w3id.org/pba/ns#Alliance>")
    'Alliance'
    """
    return term[len(PBA) + 1 : -1]


def text(written: str) -> tuple[str, str]:
    r"""The text and the language of a literal.

    >>> text('"联盟"@zh'), text(r'"a\tb"'), text('"2019"^^<urn:gYear>'), text("7")
    (('联盟', 'zh'), ('a\tb', ''), ('2019', ''), ('7', ''))
    """
    # What nearly all labels are like.
    if written.endswith('"@zh') and "\\" not in written:
        return written[1:-4], "zh"
    found = _TEXT.fullmatch(written)
    if found is None:
        return written, ""
    plain = found[1]
    if "\\" in plain:
        plain = _ESCAPED.sub(lambda match: _PLAIN.get(match[1], match[1]), plain)
    return plain, found[2] or ""
