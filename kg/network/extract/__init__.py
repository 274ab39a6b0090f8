"""From a generation to tables of integers: `read_linkage`."""

from __future__ import annotations

from kg.network.extract.classes import Classes
from kg.network.extract.rows import Rows
from kg.network.extract.things import things
from kg.network.extract.ties import Relations
from kg.network.tables import Linkage
from kg.store import View

LANGUAGES = ("zh", "en")


def read_linkage(view: View) -> Linkage:
    """Everything that joins organisations in a generation; kinds of things are left out.

    O(triples of the relations it reads). `kg.network.linkage` keeps what this gives.
    """
    rows = Rows(view)
    classes = Classes(rows)
    relations = Relations(rows, classes.iris)
    ties = relations.all()
    table, sectors = things(rows, classes, relations, LANGUAGES)
    rows.number_schemes()
    return Linkage(
        things=table,
        ties=ties,
        terms=rows.terms,
        term_labels={lang: rows.term_labels(lang) for lang in LANGUAGES},
        sectors=sectors,
        generation=view.manifest.generation,
        digest=view.manifest.digest,
    )
