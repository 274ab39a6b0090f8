"""What the comparing commands print: findings of checks, versions of terms, generations."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import groupby

import click
import pyoxigraph as ox

from kg import export
from kg.checks import Finding
from kg.cli import versions
from kg.cli.terminal import plain
from kg.diff import GenerationsDiff, Labels, OntologyDiff, SourceChange, ThingChange, things
from kg.export import Answer
from kg.namespace import curie

_TEXT = {
    "zh": {
        "sound": "本体通过全部检查",
        "found": "{errors} 处错误，{warnings} 处警告",
        "error": "错误",
        "warning": "警告",
        "same": "没有差别",
        "generation": "第{n}代",
        "added": "新增",
        "removed": "删除",
        "changed": "有变",
        "more": "另有 {n} 个事物有变（--limit 0 全部列出）",
        "moved": "另有 {n} 条陈述换了出处，内容未变",
        "rules": "推导",
    },
    "en": {
        "sound": "the ontology passes every check",
        "found": "errors: {errors}, warnings: {warnings}",
        "error": "error",
        "warning": "warning",
        "same": "no difference",
        "generation": "generation {n}",
        "added": "added",
        "removed": "removed",
        "changed": "changed",
        "more": "things that changed, too: {n} (--limit 0 lists all)",
        "moved": "statements that moved to another place of the source: {n}",
        "rules": "entailed",
    },
}
_COLUMNS = ["source", "change", "thing", "label", "property", "relation", "object", "value"]


def findings(found: list[Finding], lang: str) -> None:
    """The findings by check, or that there are none."""
    text = _TEXT[lang]
    for check, group in groupby(found, key=lambda finding: finding.check):
        click.echo(f"{text[check.level]} {check.name}: {check.titles[lang]}")
        for finding in group:
            detail = f"  {_line(curie(finding.detail))}" if finding.detail else ""
            click.echo(f"  {_line(curie(finding.term))}{detail}")
    errors = sum(finding.check.level == "error" for finding in found)
    line = text["found"].format(errors=errors, warnings=len(found) - errors)
    click.echo(line if found else text["sound"])


def ontologies(found: OntologyDiff, form: str, lang: str) -> None:
    """Two versions of the ontology: as text, as lines for its change log, or as JSON."""
    if form == "json":
        _json(versions.tree(found))
    elif found.before == found.after and not found.terms:
        click.echo(_TEXT[lang]["same"])
    else:
        write = versions.markdown if form == "md" else versions.text
        for line in write(found, lang):
            click.echo(plain(line))


def generations(
    found: GenerationsDiff, labels: Labels, form: str, lang: str, *, limit: int, entailed: bool
) -> None:
    """Two generations by source and thing: as text, JSON or CSV."""

    def told(change: SourceChange) -> tuple[list[ThingChange], int]:
        return things(change, labels, limit=limit, entailed=entailed)

    if form == "json":
        _json(_tree(found, told))
    elif form == "csv":
        sys.stdout.buffer.write(_table(found, told))
        sys.stdout.buffer.flush()
    else:
        for line in _lines(found, told, lang):
            click.echo(plain(line))


Told = Callable[[SourceChange], tuple[list[ThingChange], int]]


def _lines(found: GenerationsDiff, told: Told, lang: str) -> Iterator[str]:
    text = _TEXT[lang]
    yield " → ".join(text["generation"].format(n=n) for n in (found.before, found.after))
    if not found.sources:
        yield text["same"]
    for change in found.sources:
        yield f"\n{change.id} · {text[change.change]} ({_count(change)})"
        listed, more = told(change)
        for thing in listed:
            short = _line(curie(thing.iri))
            yield f"  {_line(thing.label)}" + (f"  {short}" if short != thing.label else "")
            yield from (f"    + {_line(f'{s.relation}: {s.value}')}" for s in thing.added)
            yield from (f"    − {_line(f'{s.relation}: {s.value}')}" for s in thing.removed)
        if more:
            yield "  " + text["more"].format(n=more)
        if change.moved:
            yield "  " + text["moved"].format(n=change.moved)
        if change.rules:
            counts = (f"{rule} +{came} −{went}" for rule, (came, went) in change.rules.items())
            yield f"  {text['rules']}: {', '.join(counts)}"


def _count(change: SourceChange) -> str:
    return f"+{len(change.added)} −{len(change.removed)}"


def _tree(found: GenerationsDiff, told: Told) -> object:
    sources = []
    for change in found.sources:
        listed, more = told(change)
        sources.append(
            {
                "source": change.id,
                "change": change.change,
                "added": len(change.added),
                "removed": len(change.removed),
                "moved": change.moved,
                "entailed": {
                    rule: {"added": came, "removed": went}
                    for rule, (came, went) in change.rules.items()
                },
                "things": [asdict(thing) for thing in listed],
                "more": more,
            }
        )
    return {"before": found.before, "after": found.after, "sources": sources}


def _table(found: GenerationsDiff, told: Told) -> bytes:
    rows = [
        (change.id, sign, thing.iri, thing.label, s.predicate, s.relation, s.iri, s.value)
        for change in found.sources
        for thing in told(change)[0]
        for sign, said in (("added", thing.added), ("removed", thing.removed))
        for s in said
    ]
    return export.rows(Answer(_COLUMNS, [tuple(map(ox.Literal, row)) for row in rows]), "csv")


def _json(tree: object) -> None:
    sys.stdout.buffer.write((json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode())
    sys.stdout.buffer.flush()


def _line(text: str) -> str:
    return plain(" ".join(text.split()))
