"""The quality of the ontology: queries that must find nothing, a file a check."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg import assets, ontology
from kg.ingest import turtle
from kg.namespace import natural

_HEAD = re.compile(r"#\+\s*([\w-]+):\s*(.*?)\s*$", re.MULTILINE)
_REASON = re.compile(r"^# (.*)$", re.MULTILINE)
_LEVELS = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Check:
    """A query for what must not be; its name says what it finds.

    ``level`` is error or warning; ``reason`` says what a finding would lead to.
    """

    name: str
    level: str
    titles: dict[str, str]
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A term in which a check found something; ``detail`` is the text or term at fault."""

    check: Check
    term: str
    detail: str


def checks() -> list[Check]:
    """The checks that ship with kg: errors first, then by name."""
    files = sorted((assets.folder("ontology") / "checks").glob("*.rq"))
    return sorted(map(_check, files), key=lambda check: _LEVELS.index(check.level))


def findings(files: Iterable[Path] | None = None) -> list[Finding]:
    """What the checks find in Turtle files, read as one; in the shipped ontology by default.

    >>> findings()
    []

    Raises `InputError` for files that cannot be read.
    """
    store = ox.Store()
    store.extend(turtle(ontology.files() if files is None else files))
    return [finding for check in checks() for finding in _found(store, check)]


def _check(file: Path) -> Check:
    text = file.read_text(encoding="utf-8")
    heads = dict(_HEAD.findall(text))
    return Check(
        name=file.stem,
        level=heads["level"],
        titles={"zh": heads["title-zh"], "en": heads["title-en"]},
        reason=" ".join(_REASON.findall(text)),
        text=text,
    )


def _found(store: ox.Store, check: Check) -> list[Finding]:
    rows = store.query(check.text)
    assert isinstance(rows, ox.QuerySolutions)
    detailed = any(variable.value == "detail" for variable in rows.variables)
    found = [
        Finding(check, _text(row["term"]), _text(row["detail"]) if detailed else "") for row in rows
    ]
    return sorted(found, key=lambda finding: (natural(finding.term), natural(finding.detail)))


def _text(term: object) -> str:
    """A literal with its language tag, an IRI as it is."""
    if isinstance(term, ox.NamedNode):
        return term.value
    return "" if term is None else str(term)
