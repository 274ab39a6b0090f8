"""Sources in: RDF files as quads in graphs of their own, checked before anything is stored."""

from kg.ingest.sources import FORMATS, ONTOLOGY, Incoming, read, read_ontology, unreadable

__all__ = ["FORMATS", "ONTOLOGY", "Incoming", "read", "read_ontology", "unreadable"]
