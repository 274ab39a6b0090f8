"""Sources in: RDF files as quads in graphs of their own, checked before anything is stored."""

from kg.ingest import checks
from kg.ingest.sources import (
    FORMATS,
    ONTOLOGY,
    Incoming,
    read,
    read_ontology,
    refuse,
    unreadable,
)

__all__ = [
    "FORMATS",
    "ONTOLOGY",
    "Incoming",
    "checks",
    "read",
    "read_ontology",
    "refuse",
    "unreadable",
]
