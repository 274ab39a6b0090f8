"""The names of a query: its prefixes, its base, and the IRIs that they stand for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

import pyoxigraph as ox

from kg.exceptions import QuerySyntaxError
from kg.namespace import PREFIXES
from kg.sparql.tokens import Token, position

# Of prefixes that are in wide use and not among those of kg, what they stand for.
_WELL_KNOWN = {
    "bibo": "http://purl.org/ontology/bibo/",
    "dbo": "http://dbpedia.org/ontology/",
    "dbr": "http://dbpedia.org/resource/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "geof": "http://www.opengis.net/def/function/geosparql/",
    "gn": "http://www.geonames.org/ontology#",
    "p": "http://www.wikidata.org/prop/",
    "qb": "http://purl.org/linked-data/cube#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sdo": "https://schema.org/",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Names:
    """The prefixes that hold at a place of a query (with those of kg), and its base."""

    def __init__(self) -> None:
        self.prefixes = {f"{prefix}:": iri for prefix, iri in PREFIXES.items()}
        self.base = ""

    def iri(self, token: Token, text: str) -> str:
        """The IRI that a token ``<…>`` or ``prefix:name`` of the text stands for.

        Raises `QuerySyntaxError` for a prefix that the query does not declare.
        """
        if token.kind == "iri":
            return _absolute(self.base, token.text)
        prefix, _, local = token.text.partition(":")
        if f"{prefix}:" not in self.prefixes:
            fact = undeclared(prefix, self.prefixes)
            raise QuerySyntaxError(fact, *position(text, token.start))
        return self.prefixes[f"{prefix}:"] + re.sub(r"\\(.)", r"\1", local)


def undeclared(prefix: str, prefixes: Iterable[str]) -> str:
    """What to do about a prefix that is not declared, beside those that are.

    >>> undeclared("pbaa", ["pba:"])
    'the prefix pbaa: is not declared; did you mean pba:?'
    >>> undeclared("dbo", ["pba:"])
    'the prefix dbo: is not declared; put above the query: PREFIX dbo: <http://dbpedia.org/ontology/>'
    """
    near = difflib.get_close_matches(f"{prefix}:", prefixes, n=1, cutoff=0.7)
    if prefix in _WELL_KNOWN:
        hint = f"put above the query: PREFIX {prefix}: <{_WELL_KNOWN[prefix]}>"
    elif near:
        hint = f"did you mean {near[0]}?"
    else:
        hint = f"put above the query: PREFIX {prefix}: <its address>"
    return f"the prefix {prefix}: is not declared; {hint}"


def unescaped(text: str) -> str:
    r"""The text with its code point escapes resolved.

    >>> unescaped(r"\u51e4凰")
    '凤凰'
    """
    return _ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)), text)


def _absolute(base: str, written: str) -> str:
    """The IRI that ``<…>`` stands for, resolved as the engine does."""
    iri = unescaped(written[1:-1])
    if not base:
        return iri
    try:
        quads = list(ox.parse(f"{written} a 1 .", ox.RdfFormat.TURTLE, base_iri=base))
    except (SyntaxError, ValueError):
        # It stays as it is, which the engine refuses.
        return iri
    return str(quads[0].subject)[1:-1]


def prologue(found: list[Token]) -> Names:
    """The names that hold behind the prologue of a query."""
    names = Names()
    for first, second, third in zip(found, found[1:], found[2:], strict=False):
        if first.keyword == "BASE" and second.kind == "iri":
            names.base = names.iri(second, "")
        if first.keyword == "PREFIX" and third.kind == "iri":
            names.prefixes[second.text] = names.iri(third, "")
    return names
