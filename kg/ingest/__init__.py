"""Sources in: RDF files as quads in graphs of their own, checked before anything is stored."""

from kg.ingest import checks
from kg.ingest.sources import (
    FORMATS,
    MEASURED,
    ONTOLOGY,
    RESERVED,
    Incoming,
    content_of,
    read,
    read_ontology,
    refuse,
    text_of,
    unreadable,
)
from kg.ingest.turtle import turtle

__all__ = [
    "FORMATS",
    "MEASURED",
    "ONTOLOGY",
    "RESERVED",
    "Incoming",
    "checks",
    "content_of",
    "read",
    "read_ontology",
    "refuse",
    "text_of",
    "turtle",
    "unreadable",
]
