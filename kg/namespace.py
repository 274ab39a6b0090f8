"""Prefixes and the one place where an IRI base is written."""

from __future__ import annotations

import re
import unicodedata

PBA = "https://w3id.org/pba/ns#"
ID = "https://w3id.org/pba/id/"
SOURCE = ID + "source/"
ONTOLOGY_GRAPH = "https://w3id.org/pba/ns"
SHAPE = ONTOLOGY_GRAPH + "/shape/"
RULE = ONTOLOGY_GRAPH + "/rule/"
SEARCH = ONTOLOGY_GRAPH + "/search/"
ENTAILED = SOURCE + "entailed"
MEASURES = SOURCE + "measures"
PUSHED = ID + "pushed"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
ORG = "http://www.w3.org/ns/org#"
GEO = "http://www.opengis.net/ont/geosparql#"
SCHEMA = "https://schema.org/"
FOAF = "http://xmlns.com/foaf/0.1/"
SH = "http://www.w3.org/ns/shacl#"

PREFIXES: dict[str, str] = {
    "pba": PBA,
    "area": ID + "area/",
    "kind": ID + "kind/",
    "source": SOURCE,
    "id": ID,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "prov": PROV,
    "org": ORG,
    "geo": GEO,
    "schema": SCHEMA,
    "foaf": FOAF,
    "sh": SH,
    "shape": SHAPE,
    "rule": RULE,
    "search": SEARCH,
}

_QUOTES = dict.fromkeys(map(ord, "“”‘’\"'「」『』《》"))


def expand(name: str) -> str:
    """The IRI of a prefixed name; an IRI is given back as it is.

    >>> expand("area:450802")
    'https://w3id.org/pba/id/area/450802'
    >>> expand("https://example.org/x")
    'https://example.org/x'

    Raises `KeyError` for a prefix that kg does not know.
    """
    prefix, colon, local = name.partition(":")
    if not colon or local.startswith("//"):
        return name
    return PREFIXES[prefix] + local


def curie(iri: str) -> str:
    """The shortest prefixed name of an IRI, or the IRI itself.

    >>> curie("https://w3id.org/pba/ns#Alliance")
    'pba:Alliance'
    >>> curie("urn:x")
    'urn:x'
    """
    fits = [(base, prefix) for prefix, base in PREFIXES.items() if iri.startswith(base)]
    if not fits:
        return iri
    base, prefix = max(fits, key=lambda fit: len(fit[0]))
    return f"{prefix}:{iri[len(base) :]}"


def local_name(label: str) -> str:
    """The readable last step of a minted IRI: NFKC, no spaces, quotes dropped.

    >>> local_name("“1+6”红色服务队")
    '1+6红色服务队'
    >>> local_name("赛尔康（贵港）有限公司")
    '赛尔康(贵港)有限公司'
    """
    kept = unicodedata.normalize("NFKC", label).translate(_QUOTES)
    return "".join(kept.split())


def natural(text: str) -> tuple[tuple[str, int, str], ...]:
    """A sort key in which s9 comes before s12.

    >>> sorted(["s12", "s9", "s9-inferred"], key=natural)
    ['s9', 's9-inferred', 's12']
    """
    parts = re.findall(r"([^0-9]*)([0-9]*)", text)
    return tuple((word, len(digits := number.lstrip("0")), digits) for word, number in parts)
