"""Answers as files: each format read back by a reader that is not ours."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterator
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import export
from kg.evidence import Evidence, Source
from kg.export import Answer, Origin, WrongFormat, sheet, workbook
from kg.export.cells import value_of
from kg.namespace import ID, PBA, XSD

A, B = ox.NamedNode(PBA + "a"), ox.NamedNode("urn:b")
SOURCE = Source("urn:s", "综述", "2019-08-01", "贵港日报", "")
STATED = Evidence("urn:g1", "原话|“引”", "原文第1句", SOURCE, "Stated", "")
INFERRED = Evidence("urn:g1-inferred", "", "原文第1句", SOURCE, "Inferred", "承前")


def typed(value: str, kind: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + kind))


texts = st.text(
    st.one_of(
        st.sampled_from("=+-@＝＋－＠\t\r\n\",|'<\\ "),
        # XML, and with it SPARQL's and Excel's formats, has no control characters.
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]),
    )
)
literals = st.one_of(
    texts.map(ox.Literal),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), texts, st.sampled_from(["zh"])),
    st.builds(typed, texts, st.sampled_from(["integer", "date", "decimal"])),
    st.integers().map(ox.Literal),
    st.booleans().map(ox.Literal),
    st.floats(allow_nan=False).map(ox.Literal),
)
flat = literals | st.sampled_from([A, B, ox.NamedNode(ID + "港北区"), None])
terms = flat | st.builds(ox.Triple, st.just(A), st.just(B), literals)
tables = st.lists(st.tuples(terms, terms), max_size=5)
# In CSV the engine puts the quotes of a triple's text in the middle of the cell.
flat_tables = st.lists(st.tuples(flat, flat), max_size=5)


def asked(rows: list[tuple[Any, ...]]) -> ox.QuerySolutions:
    """The rows from the engine, whose own serialisers are the witness."""
    lines = "\n".join(
        f"({' '.join('UNDEF' if term is None else _written(term) for term in row)})" for row in rows
    )
    results = ox.Store().query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {lines} }} }}")
    assert isinstance(results, ox.QuerySolutions)
    return results


def _written(term: object) -> str:
    return f"<<( {term} )>>" if isinstance(term, ox.Triple) else str(term)


def answer(rows: list[tuple[Any, ...]]) -> Answer:
    return Answer(["a", "b"], [tuple(row) for row in asked(rows)])


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def sheets(answer: Answer) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(export.rows(answer, "xlsx")))


def first_cells(*terms: Any, lang: str = "en") -> list[Any]:
    """The cells that terms become in a workbook, one below the other."""
    book = sheets(Answer(["a"], [(term,) for term in terms], lang=lang))
    return [book.active.cell(row, 1) for row in range(2, len(terms) + 2)]


# CSV and JSON


@given(flat_tables)
def test_csv_is_that_of_the_engine(rows):
    witness = asked(rows).serialize(format=ox.QueryResultsFormat.CSV)
    assert read_csv(export.rows(answer(rows), "csv")) == read_csv(witness)


@given(tables)
def test_json_is_that_of_the_engine(rows):
    witness = asked(rows).serialize(format=ox.QueryResultsFormat.JSON)
    assert json.loads(export.rows(answer(rows), "json")) == json.loads(witness)


@given(tables)
def test_a_reader_of_results_passes_over_the_sources_in_json(rows):
    plain = answer(rows)
    told = Answer(plain.names, plain.rows, {row: [STATED] for row in plain.rows})
    content = export.rows(told, "json")
    read = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    assert [tuple(row) for row in read] == plain.rows
    assert json.loads(content)["why"] == [[export.plain(STATED)]] * len(plain.rows)


@pytest.mark.parametrize(
    ("term", "tree"),
    [
        (ox.BlankNode("x"), {"type": "bnode", "value": "x"}),
        (
            ox.Literal("x", language="ar", direction=ox.BaseDirection.RTL),
            {"type": "literal", "value": "x", "xml:lang": "ar", "its:dir": "rtl"},
        ),
    ],
)
def test_json_of_terms_that_no_query_can_write_down(term, tree):
    content = json.loads(export.rows(Answer(["a"], [(term,)]), "json"))
    assert content["results"]["bindings"] == [{"a": tree}]


def test_csv_with_sources_has_a_last_column_of_their_graphs():
    row = (A, ox.Literal("x"))
    told = Answer(["a", "b"], [row], {row: [STATED, INFERRED, STATED]})
    assert read_csv(export.rows(told, "csv")) == [
        ["a", "b", "why"],
        [A.value, "x", "urn:g1 urn:g1-inferred"],
    ]


@given(tables)
def test_no_cell_of_a_csv_for_excel_begins_a_formula(rows):
    made = answer(rows)
    content = export.rows(made, "excel")
    assert content.startswith(b"\xef\xbb\xbfa,b\r\n")
    for row, cells in zip(made.rows, read_csv(content)[1:], strict=True):
        for term, cell in zip(row, cells, strict=True):
            if cell.startswith(tuple("=+-@＝＋－＠\t\r\n")):
                assert term.datatype != ox.Literal("").datatype
                assert float(cell) <= 0 or cell.startswith("+")
            assert cell.removeprefix("'") == export.text_of(term).removeprefix("'")


@pytest.mark.parametrize(
    ("term", "cell"),
    [
        *((ox.Literal(f"{sign}1"), f"'{sign}1") for sign in "=+-@\t\r＝＋－＠"),
        (ox.Literal(-5), "-5"),
        (typed("-1.50", "decimal"), "-1.50"),
        (typed("+1e3", "double"), "+1e3"),
        (typed("=1+1", "integer"), "'=1+1"),
        (typed("-INF", "double"), "'-INF"),
        (typed("-0044-01-01", "date"), "'-0044-01-01"),
        (ox.Literal("1-1"), "1-1"),
        (None, ""),
    ],
)
def test_only_what_excel_takes_for_a_formula_gets_an_apostrophe(term, cell):
    content = export.rows(Answer(["a", "b"], [(term, A)]), "excel")
    assert content.decode("utf-8-sig").encode().endswith(b"\r\n")
    assert read_csv(content)[1] == [cell, A.value]


@pytest.mark.parametrize("form", ["csv", "excel", "md"])
def test_rows_are_written_as_they_come(form):
    out = io.BytesIO()
    sizes = []

    def rows() -> Iterator[tuple[ox.Literal]]:
        for number in range(3):
            sizes.append(out.tell())
            yield (ox.Literal(number),)

    export.write(Answer(["a"], rows()), form, out)
    assert 0 < sizes[0] < sizes[1] < sizes[2]


# Markdown


def test_markdown_shows_texts_as_they_are_and_the_sources():
    row = (ox.Literal("a|b*c*\n<b>[x](y)&amp;`\\"), A)
    told = Answer(["a", "b"], [row], {row: [STATED, INFERRED]}, {"a": "名称"})
    assert export.rows(told, "md").decode() == (
        "| 名称 | b | 依据 |\n"
        "| --- | --- | --- |\n"
        r"| a\|b\*c\*<br>\<b\>\[x\](y)\&amp;\`\\ | pba:a | "
        r"原文第1句：原话\|“引”<br>原文第1句（推断）：综述 |"
        "\n"
    )


# Workbooks


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (ox.Literal(180), 180.0),
        (typed("007", "int"), 7.0),
        (typed("-1.5", "decimal"), -1.5),
        (ox.Literal(0.1 + 0.2), 0.1 + 0.2),
        (typed("450802198001010011", "integer"), "450802198001010011"),
        (typed("0.1234567890123456", "decimal"), "0.1234567890123456"),
        (typed("10000000000000000000", "integer"), 1e19),
        (typed("NaN", "double"), "NaN"),
        (typed("1e999", "double"), "1e999"),
        (typed("１", "integer"), "１"),
        (typed("=1+1", "integer"), "=1+1"),
        (ox.Literal(True), True),
        (typed("0", "boolean"), False),
        (typed("yes", "boolean"), "yes"),
        (typed("2019-06-03", "date"), datetime.date(2019, 6, 3)),
        (typed("1900-02-28", "date"), "1900-02-28"),
        (typed("2019-06-31", "date"), "2019-06-31"),
        (typed("2019-06-03+08:00", "date"), "2019-06-03+08:00"),
        (typed("2019", "gYear"), "2019"),
        (typed("2019-06", "gYearMonth"), "2019-06"),
        (typed("2019-06-03T08:00:00", "dateTime"), "2019-06-03T08:00:00"),
        (ox.Literal("450802001003"), "450802001003"),
        (A, "pba:a"),
        (None, ""),
    ],
)
def test_a_value_is_typed_where_nothing_of_it_is_lost(term, value):
    assert (value_of(term), type(value_of(term))) == (value, type(value))


def test_a_workbook_has_numbers_dates_truth_values_and_texts():
    number, date, truth, year, code = first_cells(
        ox.Literal(-5),
        typed("2019-06-03", "date"),
        ox.Literal(False),
        typed("2019", "gYear"),
        ox.Literal("00123"),
    )
    assert (number.value, number.data_type) == (-5, "n")
    assert (date.value, date.is_date, date.number_format) == (
        datetime.datetime(2019, 6, 3),
        True,
        "yyyy-mm-dd",
    )
    assert (truth.value, truth.data_type) == (False, "b")
    assert [(cell.value, cell.data_type) for cell in (year, code)] == [
        ("2019", "s"),
        ("00123", "s"),
    ]


@pytest.mark.parametrize("sign", "=+-@\t＝＋－＠")
def test_a_text_in_a_workbook_is_never_a_formula(sign):
    (cell,) = first_cells(ox.Literal(f"{sign}1+1"))
    assert (cell.value, cell.data_type) == (f"{sign}1+1", "s")


@settings(max_examples=25)
@given(st.lists(texts.filter(lambda text: "_x" not in text and "\r" not in text), max_size=5))
def test_a_workbook_gives_texts_back(values):
    cells = first_cells(*map(ox.Literal, values))
    assert [cell.value or "" for cell in cells] == values


def test_addresses_of_the_web_are_links_with_short_texts():
    cells = first_cells(
        ox.NamedNode(ID + "source/gangbei-2019#s25"),
        ox.NamedNode("http://e.org/区?a=1&b=%20"),
        ox.NamedNode("javascript:alert(1)"),
        ox.NamedNode("file:///etc/passwd"),
        ox.NamedNode("http://e.org/" + "a" * 2_100),
    )
    links = [cell.hyperlink and (cell.hyperlink.target, cell.hyperlink.location) for cell in cells]
    assert links == [
        (ID + "source/gangbei-2019", "s25"),
        ("http://e.org/区?a=1&b=%20", None),
        None,
        None,
        None,
    ]
    assert [cell.value for cell in cells[:4]] == [
        "source:gangbei-2019#s25",
        "http://e.org/区?a=1&b=%20",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ]


def test_links_beyond_those_that_excel_takes_are_texts(monkeypatch):
    monkeypatch.setattr(sheet, "_LINKS", 2)
    cells = first_cells(A, A, A)
    assert [bool(cell.hyperlink) for cell in cells] == [True, True, False]
    assert [cell.value for cell in cells] == ["pba:a"] * 3


@pytest.mark.parametrize(
    ("lang", "mark"),
    [
        ("zh", "……〔单元格容不下，共{n}字〕"),
        ("en", "… [more than a cell holds: {n} characters]"),
    ],
)
def test_a_text_too_long_for_a_cell_says_that_it_is_cut(lang, mark):
    # Excel counts a character beyond the basic plane as two.
    for text, kept in (("字" * 32_768, "字"), ("😀" * 20_000, "😀"), ("a" + "😀" * 20_000, "😀")):
        (cell,) = first_cells(ox.Literal(text), lang=lang)
        end = mark.format(n=len(text))
        assert cell.value.endswith(kept + end)
        assert text.startswith(cell.value.removesuffix(end))
        assert 32_766 <= len(cell.value.encode("utf-16-le")) // 2 <= 32_767
    (whole,) = first_cells(ox.Literal("字" * 32_767))
    assert whole.value == "字" * 32_767


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch):
    monkeypatch.setattr(workbook, "LONGEST", 2)
    assert export.rows(Answer(["a"], [(A,)] * 2), "xlsx")
    with pytest.raises(WrongFormat, match="has 2 rows at most; use -f csv"):
        export.rows(Answer(["a"], [(A,)] * 3), "xlsx")
    monkeypatch.setattr(workbook, "_COLUMNS", 1)
    with pytest.raises(WrongFormat, match="has 1 columns at most"):
        export.rows(Answer(["a", "b"], []), "xlsx")


def test_the_same_answer_makes_the_same_workbook():
    row = (A, ox.Literal("x"))
    told = Answer(["a", "b"], [row], {row: [STATED]}, origin=Origin("SELECT *"))
    assert export.rows(told, "xlsx") == export.rows(told, "xlsx")


def test_a_workbook_lists_every_place_once():
    rows = [(A, ox.Literal(number)) for number in range(3)]
    told = Answer(["a", "b"], rows, {row: [STATED, INFERRED] for row in rows}, lang="en")
    first, second = sheets(told).worksheets
    assert first["C1"].value == "why"
    assert first["C4"].value == "原文第1句: 原话|“引”\n原文第1句 (inferred): 综述"
    assert [[cell.value for cell in row] for row in second.iter_rows(min_row=3)] == [
        ["Place", "Words", "Certainty", "Reason", "Source", "Date", "Publisher", "Address"],
        ["原文第1句", "原话|“引”", "stated", None, "综述", "2019-08-01", "贵港日报", "urn:g1"],
        [
            "原文第1句",
            None,
            "inferred",
            "承前",
            "综述",
            "2019-08-01",
            "贵港日报",
            "urn:g1-inferred",
        ],
    ]
