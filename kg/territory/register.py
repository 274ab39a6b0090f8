"""A table of statistical division codes (统计用区划代码), read and checked row by row."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from pathlib import Path

import pyoxigraph as ox

from kg import ingest
from kg.exceptions import Problem
from kg.ingest import Incoming
from kg.namespace import DCTERMS, ID, PBA, PROV, RDF, RDFS, SKOS, SOURCE, XSD, local_name

# Of the second segment and of the third: first and last code, and the class. The rules name the
# first ranges; 400–599 are units run as a township or a village is, for which there is no class.
_SEGMENTS = {
    9: ((1, 99, "Subdistrict"), (100, 399, "Township"), (400, 599, "Area")),
    12: ((1, 199, "Community"), (200, 399, "Village"), (400, 599, "Area")),
}
_COMMITTEE = re.compile(r"(?<=社区)(?:居民委员会|居委会)$|(?<=村)(?:民委员会|委会)$")
_NEEDED = ("code", "name", "areaCode")


@dataclass(frozen=True, slots=True)
class Record:
    """An area as a register has it; ``row`` counts from the header, which is row 1."""

    row: int
    code: str
    name: str
    kind: str

    @property
    def parent(self) -> str:
        """The code of the area that it is directly within."""
        return self.code[:9] if len(self.code) == 12 else self.code[:6]

    @property
    def label(self) -> str:
        """The name without the word for its committee, which is an organisation.

        >>> Record(2, "450802001003", "县东社区居委会", "Community").label
        '县东社区'
        >>> Record(25, "450802002201", "龙井村委会", "Village").label
        '龙井村'
        """
        return _COMMITTEE.sub("", self.name)


@dataclass(frozen=True, slots=True)
class Register:
    """The areas of one district in one table, as of a date."""

    source: str
    district: str
    date: Date | None
    records: tuple[Record, ...]
    file_name: str
    sha256: str

    @property
    def table(self) -> str:
        """The IRI of the graph of the table."""
        return f"{SOURCE}{self.source}/table"

    def row(self, record: Record) -> ox.NamedNode:
        """The IRI of a row of the table."""
        return ox.NamedNode(f"{self.table}#row{record.row}")


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a register beside its rows; texts by language."""

    title: Mapping[str, str] = field(default_factory=dict)
    publisher: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""


def read(path: Path, district: str, date: Date | None = None) -> Register:
    """Read the areas of a district from a CSV table of streets or of communities.

    The columns are those of the package china-division: ``code``, ``name``,
    ``areaCode`` and, for communities and villages, ``streetCode``; others are not
    read. Rows of other districts are passed over, so a table may hold a whole country.

    Raises `InputError` with every problem found, by row and column: text that is not
    UTF-8, a missing column, a code of a wrong length or alphabet, outside its parent,
    in no known segment or given twice, an empty name, personal numbers.
    """
    source = local_name(path.stem)
    content = ingest.content_of(path)
    text = ingest.text_of(path, content, "save the table as CSV UTF-8")
    named = ingest.checks.of_name(path, source, ingest.RESERVED)
    problems = [*named, *ingest.checks.of_text(path, text)]
    if not re.fullmatch(r"[1-9][0-9]{5}", district):
        message = f"{district!r} is not a district's code: six digits, as 450802"
        problems.append(Problem(str(path), None, None, "district", message))
    ingest.refuse(problems)
    records = _Table(path, district).records(text)
    digest = hashlib.sha256(content).hexdigest()
    return Register(source, district, date, records, path.name, digest)


def as_source(register: Register, about: About | None = None) -> Incoming:
    """A register as a source: its table as one graph, described row by row in another."""
    quads = [*_said(register), *_described(register, about or About())]
    return Incoming(register.source, quads, register.file_name, register.sha256)


def area(code: str) -> ox.NamedNode:
    """The IRI of the area of a code."""
    return ox.NamedNode(f"{ID}area/{code}")


def day(date: Date) -> ox.Literal:
    """A date as a literal."""
    return ox.Literal(date.isoformat(), datatype=ox.NamedNode(XSD + "date"))


def texts(by_language: Mapping[str, str]) -> list[ox.Literal]:
    """Texts as literals with their language."""
    return [ox.Literal(text, language=lang) for lang, text in by_language.items()]


class _Table:
    """Checks a table and keeps what is wrong with it."""

    def __init__(self, path: Path, district: str) -> None:
        self.path = path
        self.district = district
        self.header: list[str] = []
        self.problems: list[Problem] = []
        self.rows: dict[str, int] = {}

    def records(self, text: str) -> tuple[Record, ...]:
        """The records of the district, or every problem as an error."""
        rows = self._rows(text)
        self.header = [name.strip() for name in next(rows, (1, []))[1]]
        lacking = [name for name in _NEEDED if self.header.count(name) != 1]
        if lacking:
            message = f"it needs one column {', '.join(lacking)}; it has {', '.join(self.header)}"
            self._wrong(1, None, "column", message)
            ingest.refuse(self.problems)
        found = [record for row, cells in rows if (record := self._record(row, cells))]
        if not found and not self.problems:
            self._wrong(None, None, "empty", f"no row is of the district {self.district}")
        ingest.refuse(self.problems)
        return tuple(found)

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """The rows with their numbers; blank ones count and are passed over."""
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        row = 0
        try:
            for row, cells in enumerate(reader, 1):
                if any(cell.strip() for cell in cells):
                    yield row, cells
        except csv.Error as error:
            self._wrong(row + 1, None, "csv", f"not CSV: {error}")

    def _record(self, row: int, cells: list[str]) -> Record | None:
        """A row of the district, if nothing is wrong with it."""
        if len(cells) != len(self.header):
            message = f"{len(cells)} cells under {len(self.header)} headings"
            self._wrong(row, None, "cells", message)
            return None
        values = {name: cell.strip() for name, cell in zip(self.header, cells, strict=True)}
        code, name = values["code"], values["name"]
        if values["areaCode"] != self.district and not code.startswith(self.district):
            return None
        before = len(self.problems)
        if not name:
            self._wrong(row, "name", "name", f"{code} has no name")
        kind = self._kind(row, code)
        if kind:
            self._check_parents(row, code, values)
            self._check_unique(row, code)
        return Record(row, code, name, kind) if len(self.problems) == before else None

    def _kind(self, row: int, code: str) -> str:
        """The class that the last segment of a code stands for, or nothing."""
        length = 12 if "streetCode" in self.header else 9
        if not re.fullmatch(rf"[0-9]{{{length}}}", code):
            self._wrong(row, "code", "code", f"{code!r} is not a code of {length} digits")
            return ""
        segment = code[-3:]
        for first, last, kind in _SEGMENTS[length]:
            if first <= int(segment) <= last:
                return kind
        message = f"{code} ends with {segment}, which no rule for such codes names"
        self._wrong(row, "code", "segment", message)
        return ""

    def _check_parents(self, row: int, code: str, values: Mapping[str, str]) -> None:
        for column, length in (("areaCode", 6), ("streetCode", 9)):
            parent = values.get(column, code[:length])
            if parent != code[:length]:
                message = f"{code} begins with {code[:length]}, its {column} is {parent!r}"
                self._wrong(row, column, "parent", message)

    def _check_unique(self, row: int, code: str) -> None:
        first = self.rows.setdefault(code, row)
        if first != row:
            self._wrong(row, "code", "duplicate", f"{code} again; row {first} has it")

    def _wrong(self, row: int | None, column: str | None, rule: str, message: str) -> None:
        number = self.header.index(column) + 1 if column else None
        self.problems.append(Problem(str(self.path), row, number, rule, message))


def _said(register: Register) -> Iterator[ox.Quad]:
    """What the table states."""
    graph = ox.NamedNode(register.table)

    def said(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(area(subject), ox.NamedNode(predicate), value, graph)

    for record in register.records:
        name = ox.Literal(record.label, language="zh")
        yield said(record.code, RDF + "type", ox.NamedNode(PBA + record.kind))
        yield said(record.code, RDFS + "label", name)
        yield said(record.code, SKOS + "prefLabel", name)
        if record.label != record.name:
            full = ox.Literal(record.name, language="zh")
            yield said(record.code, SKOS + "altLabel", full)
        yield said(record.code, PBA + "within", area(record.parent))
    for code in _codes(register):
        yield said(code, PBA + "areaCode", ox.Literal(code))
        if register.date:
            yield said(code, DCTERMS + "valid", day(register.date))


def _codes(register: Register) -> dict[str, Record]:
    """The codes that the table holds; a table of streets has the district's, too."""
    codes = {record.code: record for record in register.records}
    first = register.records[0]
    return codes if len(first.code) == 12 else {**codes, register.district: first}


def _described(register: Register, about: About) -> Iterator[ox.Quad]:
    """What is said of the source, of its graph, and of the row of each area."""
    graph = ox.NamedNode(f"{SOURCE}{register.source}/meta")
    source, table = ox.NamedNode(SOURCE + register.source), ox.NamedNode(register.table)
    titles = texts(about.title)
    facts: dict[str, list[ox.NamedNode | ox.Literal]] = {
        RDF + "type": [ox.NamedNode(PROV + "Entity")],
        RDFS + "label": [*(titles or [ox.Literal(register.file_name)])],
        DCTERMS + "title": [*titles],
        DCTERMS + "publisher": [*texts(about.publisher)],
        DCTERMS + "source": [ox.Literal(about.origin)] if about.origin else [],
        DCTERMS + "valid": [day(register.date)] if register.date else [],
        PBA + "fileName": [ox.Literal(register.file_name)],
        PBA + "sha256": [ox.Literal(register.sha256)],
    }
    for predicate, values in facts.items():
        yield from (ox.Quad(source, ox.NamedNode(predicate), value, graph) for value in values)
    derived = ox.NamedNode(PROV + "wasDerivedFrom")
    yield ox.Quad(table, derived, source, graph)
    yield ox.Quad(table, ox.NamedNode(PBA + "certainty"), ox.NamedNode(PBA + "Stated"), graph)
    for code, record in _codes(register).items():
        yield ox.Quad(area(code), derived, register.row(record), graph)
