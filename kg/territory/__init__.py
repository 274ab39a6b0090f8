"""Official division codes in: a table of one date as a source, and what two dates show.

A code is valid for a date: a table says of each area that its code was in the register
then (``dcterms:valid``), never since when or until when.
"""

from kg.territory.changes import Change, between, compared
from kg.territory.register import About, Record, Register, as_source, read

__all__ = ["About", "Change", "Record", "Register", "as_source", "between", "compared", "read"]
