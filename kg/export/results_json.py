"""Rows with their sources as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.export.answer import Answer, plain, text_of, why_column
from kg.namespace import XSD
from kg.query.why import Row, Term


def write_json(answer: Answer, out: BinaryIO) -> None:
    """The W3C's results JSON; where rows are explained, ``why`` has a list for each of them.

    It stands before the rows, where readers of the format pass over it.
    """
    rows = list(answer.explained)
    why = {} if answer.why is None else {"why": [[*map(plain, places)] for _, places in rows]}
    bindings = [_bound(answer.names, row, _term) for row, _ in rows]
    tree = {"head": {"vars": answer.names}, **why, "results": {"bindings": bindings}}
    _dump(tree, out)


def write_records(answer: Answer, out: BinaryIO) -> None:
    """A list of plain objects: what is bound as text by column, and the sources."""
    column = why_column(answer)
    _dump(
        [
            _bound(answer.names, row, text_of) | {key: [*map(plain, why)] for key in column}
            for row, why in answer.explained
        ],
        out,
    )


def _bound(names: list[str], row: Row, value: Callable[[Term], Any]) -> dict[str, Any]:
    return {n: value(term) for n, term in zip(names, row, strict=True) if term is not None}


def _dump(tree: object, out: BinaryIO) -> None:
    out.write((json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode())


def _term(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        return {
            "type": "triple",
            "value": {
                "subject": _term(term.subject),
                "predicate": _term(term.predicate),
                "object": _term(term.object),
            },
        }
    return {"type": "literal", "value": term.value, **_qualified(term)}


def _qualified(literal: ox.Literal) -> dict[str, str]:
    if literal.language:
        direction = {"its:dir": literal.direction.value} if literal.direction else {}
        return {"xml:lang": literal.language, **direction}
    kind = literal.datatype.value
    return {} if kind == XSD + "string" else {"datatype": kind}
