"""Rows as a table of Markdown (GFM)."""

from __future__ import annotations

import re
from typing import BinaryIO

from kg.export.answer import Answer, short, told, why_header

_MARKUP = re.compile(r"[\\`*_\[\]<>&|~]")
_BREAK = re.compile(r"\r\n|[\r\n]")
# What a terminal would obey, or a reader of Markdown not show.
_HOSTILE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def write_markdown(answer: Answer, out: BinaryIO) -> None:
    """A table with the titles of the columns; texts stay texts, whatever is in them."""
    column = why_header(answer)
    headers = [*answer.headers, *column]
    out.write(_line([cell(header) for header in headers]))
    out.write(_line(["---"] * len(headers)))
    for row, why in answer.explained:
        places = "\n".join(told(place, answer.lang) for place in why)
        out.write(_line([cell(text) for text in (*map(short, row), *(places for _ in column))]))


def _line(cells: list[str]) -> bytes:
    return f"| {' | '.join(cells)} |\n".encode()


def cell(text: str) -> str:
    r"""A text that Markdown shows as it is.

    >>> cell("a|b <i>\nc")
    'a\\|b \\<i\\><br>c'
    """
    return _BREAK.sub("<br>", _MARKUP.sub(r"\\\g<0>", text))


def harmless(text: str) -> str:
    r"""A text on one line that Markdown and a terminal show as it is.

    >>> harmless("a|b\x1b\n")
    'a\\|b\ufffd\ufffd'
    """
    return cell(_HOSTILE.sub("\N{REPLACEMENT CHARACTER}", text))
