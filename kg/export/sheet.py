"""One sheet of a workbook, filled line by line within the limits of Excel."""

from __future__ import annotations

import datetime
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.export.cells import value_of
from kg.query.why import Term

if TYPE_CHECKING:
    import xlsxwriter

# Limits of Excel: links of a sheet, UTF-16 units of an address and of a cell.
_LINKS = 65_530
_ADDRESS = 2_079
_TEXT = 32_767
_CUT = {
    "zh": "……〔单元格容不下，共{n}字〕",
    "en": "… [more than a cell holds: {n} characters]",
}

_WIDEST = 60
_MEASURED = 1_000
# An own format, lest Excel shows the date in the manner of the reader's country.
_DATE = "yyyy-mm-dd"


class Sheet:
    """A sheet that is filled line by line."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, lang: str) -> None:
        self.row = 0
        self._sheet: Any = book.add_worksheet(name)
        self._bold = book.add_format({"bold": True, "valign": "top"})
        self._date = book.add_format({"num_format": _DATE, "align": "left"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._widths: Counter[int] = Counter()
        self._links = 0
        self._cut = _CUT[lang]

    def header(self, names: Iterable[str]) -> None:
        """A line in bold that stays in sight."""
        self.titles(names)
        self._sheet.freeze_panes(1, 0)

    def titles(self, names: Iterable[str]) -> None:
        """A line in bold."""
        for column, name in enumerate(names):
            self._text(column, name, self._bold)
        self.row += 1

    def line(self, cells: Iterable[Term | str | None]) -> None:
        """A line of terms by their types, and of texts."""
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                self._text(column, cell, self._wrapped)
            elif cell is not None:
                self._term(column, cell)
        self.row += 1

    def field(self, name: str, cell: Term | str) -> None:
        """A name in bold, and what it is."""
        self._text(0, name, self._bold)
        self.line(["", cell])

    def close(self) -> None:
        """Set the widths of the columns: those of the first lines, within reason."""
        for column, width in self._widths.items():
            self._sheet.set_column(column, column, min(width, _WIDEST) + 2)

    def _term(self, column: int, term: Term) -> None:
        match value_of(term):
            case bool(value):
                self._sheet.write_boolean(self.row, column, value)
            case float(value):
                self._sheet.write_number(self.row, column, value)
                self._measure(column, f"{value:g}")
            case datetime.date() as value:
                self._sheet.write_datetime(self.row, column, value, self._date)
                self._measure(column, _DATE)
            case text if isinstance(term, ox.NamedNode) and self._is_link(term.value):
                self._links += 1
                self._sheet.write_url(self.row, column, term.value, None, text)
                self._measure(column, text)
            case text:
                self._text(column, text)

    def _is_link(self, address: str) -> bool:
        on_web = address.lower().startswith(("http://", "https://"))
        return on_web and _units(address) <= _ADDRESS and self._links < _LINKS

    def _text(self, column: int, text: str, form: object = None) -> None:
        # Nothing is written for an empty text: Excel has no such cell.
        if text:
            self._sheet.write_string(self.row, column, self._fitting(text), form)
            self._measure(column, text)

    def _fitting(self, text: str) -> str:
        """The text, or as much as a cell holds and how much there is of it."""
        if _units(text) <= _TEXT:
            return text
        mark = self._cut.format(n=len(text))
        kept = text.encode("utf-16-le")[: 2 * (_TEXT - len(mark))]
        return kept.decode("utf-16-le", "ignore") + mark

    def _measure(self, column: int, text: str) -> None:
        if self.row < _MEASURED:
            width = max(map(_width, text[: 40 * _WIDEST].split("\n")))
            self._widths[column] = max(self._widths[column], width)


def _units(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text.encode("utf-16-le")) // 2


def _width(text: str) -> int:
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text)
