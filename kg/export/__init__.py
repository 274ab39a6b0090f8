"""Answers as files: rows as csv, tsv, json, xml, md or xlsx; graphs as ttl, nt, trig or jsonld."""

from kg.export.answer import Answer, Origin, WrongFormat, plain, short, text_of, told, why_header
from kg.export.formats import FORMATS, GRAPHS, ROWS, require_sources, rows, stream, streams, write

__all__ = [
    "FORMATS",
    "GRAPHS",
    "ROWS",
    "Answer",
    "Origin",
    "WrongFormat",
    "plain",
    "require_sources",
    "rows",
    "short",
    "stream",
    "streams",
    "text_of",
    "told",
    "why_header",
    "write",
]
