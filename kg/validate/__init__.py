"""Shapes on a store: each constraint as one query, and what does not conform as a report.

The shapes are SHACL, and the verdict is that of pyshacl on the same triples. A constraint
is compiled to SPARQL over all focus nodes; the few that cannot be are left to pyshacl.
After a change only focus nodes that it can have touched are looked at again.
"""

from kg.validate.compiled import Shapes, of_files, shapes
from kg.validate.report import SEVERITIES, Report, Result
from kg.validate.run import validate

__all__ = [
    "SEVERITIES",
    "Report",
    "Result",
    "Shapes",
    "of_files",
    "shapes",
    "validate",
]
