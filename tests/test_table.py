"""Rows on the screen: aligned, whole, and in bounded memory."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg.cli import show
from kg.export import Answer


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def printed(answer: Answer, monkeypatch, *, columns: int | None = None) -> list[str]:
    """The lines of a table in a terminal of so many columns, else in a pipe."""
    screen = io.StringIO() if columns is None else Screen()
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "stdout", screen)
    show.answer(answer)
    return re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue()).splitlines()


def width(text: str) -> int:
    """Columns of a terminal that a text of ASCII and Chinese takes."""
    return sum(1 if ord(character) < 0x2500 else 2 for character in text)


def rows(*lines: str) -> list[tuple[ox.Literal, ...]]:
    return [tuple(map(ox.Literal, line.split("/"))) for line in lines]


def test_columns_are_aligned_whatever_the_script(monkeypatch):
    answer = Answer(["单位", "n"], rows("凤凰社区/1", "abc/2", "贵城 Street/3"))
    lines = [line for line in printed(answer, monkeypatch) if line.strip()]
    ends = [line.rstrip() for line in lines if "─" not in line]
    assert [width(line[:-1]) for line in ends] == [width(ends[0][:-1])] * 4


@pytest.mark.parametrize("columns", [40, 80, None])
def test_long_cells_are_wrapped_within_the_width_and_nothing_is_cut(columns, monkeypatch):
    text, word = "区域化党建联盟" * 40, "w" * 300
    lines = printed(Answer(["a", "b"], rows(f"{text}/{word}")), monkeypatch, columns=columns)
    rules = [line for line in lines if set(line.strip()) == {"─"}]
    assert len(rules) == 1
    assert all(width(ln) <= (columns or 120) for ln in lines if "─" not in ln)
    shown = "".join(lines).replace(" ", "")
    assert (shown.count("w"), shown.count("区"), shown.count("盟")) == (300, 40, 40)


@pytest.mark.parametrize("columns", [60, None])
def test_with_many_columns_the_table_is_wide_and_nothing_vanishes(columns, monkeypatch):
    names = [f"c{number}" for number in range(40)]
    answer = Answer(names, rows("/".join(f"第{number}格" for number in range(40))))
    lines = printed(answer, monkeypatch, columns=columns)
    shown = "".join(lines).replace(" ", "")
    assert (shown.count("第"), shown.count("格")) == (40, 40)
    assert all(f"c{number}" in shown for number in range(40))


def test_a_long_answer_is_printed_in_blocks_as_it_comes(monkeypatch):
    sizes = []

    def many() -> Iterator[tuple[ox.Literal]]:
        for number in range(5):
            sizes.append(len(sys.stdout.getvalue()))
            yield (ox.Literal(number),)

    monkeypatch.setattr(show, "_BLOCK", 2)
    lines = [line.strip() for line in printed(Answer(["n"], many()), monkeypatch)]
    assert sizes[0] == sizes[1] == 0 < sizes[2] == sizes[3] < sizes[4]
    assert [line for line in lines if line and "─" not in line] == [*"n01n23n4"]
