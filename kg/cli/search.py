"""`kg search`: things by their names."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import plain
from kg.namespace import curie

if TYPE_CHECKING:
    from kg.cli import Settings
    from kg.search import Hit
    from kg.store import View

_TEXT = {
    "zh": {
        "headers": ("名称", "类型", "匹配的名称", "地址"),
        "rows": "{n} 行",
        "more": "只列出前 {n} 行，更多请用 --limit",
        "none": "没有这样的名称",
        "near": "；是否要找 {names}？",
    },
    "en": {
        "headers": ("name", "type", "found by", "IRI"),
        "rows": "rows: {n}",
        "more": "the first {n} rows; --limit gives more",
        "none": "nothing has such a name",
        "near": "; did you mean {names}?",
    },
}
_COLUMNS = ["iri", "name", "type", "matched", "lang", "property", "how"]
_LIMIT = 20
_BETWEEN = {"zh": "、", "en": ", "}


@click.command()
@click.argument("text")
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=1_000_000),
    default=_LIMIT,
    show_default=True,
    help="Rows at most.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)
@click.pass_obj
def search(settings: Settings, text: str, limit: int, form: str) -> None:
    """Find things by their names, old ones too, the likest first.

    TEXT is part of a name, in simplified or traditional characters, its pinyin or its
    first letters. Parts with a space between may stand anywhere in the name.

    \b
    kg search 凤凰
    kg search fenghuang
    kg search fh
    """
    from kg.search import find, near

    with settings.store.view() as view:
        _tell_of_index(view)
        started = time.perf_counter()
        hits = find(view, text, limit=limit + 1)
        spent = time.perf_counter() - started
        _give([_row(view, hit, settings.lang) for hit in hits[:limit]], form, settings.lang)
        words = _TEXT[settings.lang]
        told = words["more" if len(hits) > limit else "rows" if hits else "none"]
        line = str(told).format(n=len(hits[:limit]))
        if not hits and (names := near(view, text)):
            line += str(words["near"]).format(names=_BETWEEN[settings.lang].join(names))
        click.echo(plain(f"{line} · {spent * 1000:.0f} ms"), err=True)


def _tell_of_index(view: View) -> None:
    from kg.cli import show
    from kg.search import FILE

    if view.attached(FILE) is None:
        show.notice(
            "this generation has no index of names, so one is made in memory; `kg build` writes one"
        )


def _row(view: View, hit: Hit, lang: str) -> tuple[str, ...]:
    """The values of `_COLUMNS`."""
    from pyoxigraph import NamedNode

    from kg.describe import label, narrowest

    node = NamedNode(hit.thing)
    classes = _BETWEEN[lang].join(narrowest(view, node, lang))
    return (hit.thing, label(view, node, lang), classes, hit.name, hit.lang, hit.property, hit.how)


def _give(rows: Sequence[tuple[str, ...]], form: str, lang: str) -> None:
    if form == "table":
        _table(rows, lang)
        return
    if form == "json":
        tree = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
        content = (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()
    else:
        content = _csv(rows)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _csv(rows: Sequence[tuple[str, ...]]) -> bytes:
    from pyoxigraph import Literal

    from kg import export

    answer = export.Answer(_COLUMNS, [tuple(map(Literal, row)) for row in rows])
    return export.rows(answer, "csv")


def _table(rows: Sequence[tuple[str, ...]], lang: str) -> None:
    from kg.cli import show

    shown = [
        (name, kind, matched if matched != name else "", curie(iri))
        for iri, name, kind, matched, *_ in rows
    ]
    if shown:
        show.console().print(show.table(list(_TEXT[lang]["headers"]), shown))
