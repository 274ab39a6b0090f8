"""What two registers of one district show when they are laid side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespace import DCTERMS, ID, PBA, PROV, RDF, RDFS, SKOS, SOURCE
from kg.territory.register import About, Record, Register, area, day, texts

_KINDS = {
    "CodeAdded": "新增代码",
    "CodeRemoved": "撤销代码",
    "Rename": "更名",
    "Recode": "换码",
}
_RULE = {
    "zh": "由两个时点的统计用区划代码表逐码比较得出，只说明代码的有无和名称的异同；"
    "表中没有说明新代码的区域从何而来，因此不记为拆分或合并。",
    "en": "Derived by comparing the tables of statistical division codes of two dates, code by "
    "code: it tells which codes are there and whether their names agree. The tables do not say "
    "where the area of a new code came from, so nothing is recorded as a split or a merge.",
}
_READING = {
    "zh": "同一上级之内，一个代码消失、另一个同类代码出现，名称相同且唯一，据此判断为换码。",
    "en": "Within one parent a code is gone and another of the same class is new; the names are "
    "the same and occur once on either side, which is read as a new code for the same area.",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two registers; one side is empty where a code is in one alone."""

    kind: str
    before: Record | None
    after: Record | None

    @property
    def inferred(self) -> bool:
        """Whether it is a reading of the two tables and not what they show."""
        return self.kind == "Recode"

    @property
    def record(self) -> Record:
        """The area as it became, or as it was when it is gone."""
        found = self.after or self.before
        assert found is not None
        return found


def between(before: Register, after: Register) -> list[Change]:
    """The changes from one register to another, by code.

    A code that is in one register alone is added or removed, one whose name differs
    is renamed. A code that is gone and a new one with the same name, class and parent,
    each the only one, are a recode besides. O(n) in the records.
    """
    old, new = ({record.code: record for record in r.records} for r in (before, after))
    added = [Change("CodeAdded", None, new[code]) for code in new.keys() - old.keys()]
    removed = [Change("CodeRemoved", old[code], None) for code in old.keys() - new.keys()]
    renamed = [
        Change("Rename", old[code], new[code])
        for code in old.keys() & new.keys()
        if old[code].name != new[code].name
    ]
    found = [*added, *removed, *renamed, *_recoded(removed, added)]
    return sorted(found, key=lambda change: (change.record.code, change.kind))


def compared(
    source: str, pairs: Iterable[tuple[Register, Register]], about: About
) -> list[ox.Quad]:
    """The changes between pairs of registers as the quads of a source of its own.

    What the tables show is Entailed, in the graph ``changes``; a recode is Inferred,
    in ``changes-inferred``. The source is derived from the tables, each change from
    its rows.
    """
    taken = list(pairs)
    found = [(b, a, change) for b, a in taken for change in between(b, a)]
    quads = [quad for b, a, change in found for quad in _told(source, b, a, change)]
    inferred = {change.inferred for *_, change in found}
    return quads + list(_described(source, taken, about, inferred))


def _recoded(removed: Iterable[Change], added: Iterable[Change]) -> Iterator[Change]:
    old, new = _alike(removed), _alike(added)
    for key in old.keys() & new.keys():
        if len(old[key]) == len(new[key]) == 1:
            yield Change("Recode", old[key][0], new[key][0])


def _alike(changes: Iterable[Change]) -> dict[tuple[str, str, str], list[Record]]:
    found = defaultdict(list)
    for change in changes:
        record = change.record
        found[record.parent, record.kind, record.name].append(record)
    return found


def _graph(source: str, *, inferred: bool) -> ox.NamedNode:
    return ox.NamedNode(f"{SOURCE}{source}/changes{'-inferred' if inferred else ''}")


def _told(source: str, before: Register, after: Register, change: Change) -> Iterator[ox.Quad]:
    """What is said of one change, and from which rows."""
    record, word = change.record, _KINDS[change.kind]
    when = f"{before.date}至{after.date}" if before.date and after.date else after.source
    node = ox.NamedNode(f"{ID}{after.district}/{record.code}{word}{when}")
    name = ox.Literal(f"{record.label}（{record.code}）{word}", language="zh")
    facts: list[tuple[str, ox.NamedNode | ox.Literal | None]] = [
        (RDF + "type", ox.NamedNode(PBA + "AreaChange")),
        (RDFS + "label", name),
        (SKOS + "prefLabel", name),
        (PBA + "changeKind", ox.NamedNode(PBA + change.kind)),
        (PBA + "before", area(change.before.code) if change.before else None),
        (PBA + "after", area(change.after.code) if change.after else None),
        (PBA + "changedAfter", day(before.date) if before.date else None),
        (PBA + "changedNoLaterThan", day(after.date) if after.date else None),
    ]
    graph = _graph(source, inferred=change.inferred)
    for predicate, value in facts:
        if value is not None:
            yield ox.Quad(node, ox.NamedNode(predicate), value, graph)
    meta, derived = ox.NamedNode(f"{SOURCE}{source}/meta"), ox.NamedNode(PROV + "wasDerivedFrom")
    for register, side in ((before, change.before), (after, change.after)):
        if side:
            yield ox.Quad(node, derived, register.row(side), meta)


def _described(
    source: str, pairs: Iterable[tuple[Register, Register]], about: About, inferred: set[bool]
) -> Iterator[ox.Quad]:
    """What is said of the source and of its graphs, with the rule of each."""
    meta, node = ox.NamedNode(f"{SOURCE}{source}/meta"), ox.NamedNode(SOURCE + source)
    derived, described = (ox.NamedNode(PROV + "wasDerivedFrom"), DCTERMS + "description")
    yield ox.Quad(node, ox.NamedNode(RDF + "type"), ox.NamedNode(PROV + "Entity"), meta)
    for table in dict.fromkeys(register.table for pair in pairs for register in pair):
        yield ox.Quad(node, derived, ox.NamedNode(table), meta)
    stated: Mapping[str, Mapping[str, str]] = {
        RDFS + "label": about.title,
        DCTERMS + "title": about.title,
        DCTERMS + "publisher": about.publisher,
        described: _RULE,
    }
    for predicate, by_language in stated.items():
        for text in texts(by_language):
            yield ox.Quad(node, ox.NamedNode(predicate), text, meta)
    for reading in sorted(inferred):
        graph = _graph(source, inferred=reading)
        certainty = ox.NamedNode(PBA + ("Inferred" if reading else "Entailed"))
        yield ox.Quad(graph, derived, node, meta)
        yield ox.Quad(graph, ox.NamedNode(PBA + "certainty"), certainty, meta)
        for text in texts(_READING if reading else _RULE):
            yield ox.Quad(graph, ox.NamedNode(described), text, meta)
