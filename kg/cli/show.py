"""What the commands print: tables, footnotes, lists. Everything from data is plain text."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg import export
from kg.cli.footnotes import Footnotes
from kg.cli.terminal import plain
from kg.describe import Description, grouped
from kg.export import Answer, why_header
from kg.query import Explanation, bound, run
from kg.query import question as saved
from kg.query.why import Row
from kg.store import Damage, Manifest, Store

_PIPE_WIDTH = 120
_BLOCK = 1_000
# The width of a column with its margins that leaves room for three Chinese characters.
NARROWEST = 8

_TEXT = {
    "zh": {
        "generation": "第{n}代 · 三元组 {triples:,} · 摘要 {digest}",
        "source": "来源",
        "statements": "陈述",
        "file": "文件",
        "digest": "摘要",
        "new": "新增",
        "changed": "有变",
        "named": "具名的",
        "kinds": "只作类别的",
        "why": "依据",
        "sources": "依据",
        "created": "时间",
        "command": "命令",
        "triples": "三元组",
        "sound": "完好：{n} 代，{files} 个文件，{size:.1f} MB 全部复读",
        "rows": "{n} 行",
        "none": "没有结果：图谱里没有这样的陈述",
        "said": "关于它的陈述",
        "also": "又名",
    },
    "en": {
        "generation": "generation {n} · {triples:,} triples · digest {digest}",
        "source": "source",
        "statements": "statements",
        "file": "file",
        "digest": "digest",
        "new": "new",
        "changed": "changed",
        "named": "named",
        "kinds": "kinds only",
        "why": "why",
        "sources": "What the rows rest on",
        "created": "created",
        "command": "command",
        "triples": "triples",
        "sound": "sound: {n} generations, {files} files, {size:.1f} MB re-read",
        "rows": "rows: {n}",
        "none": "no rows: the graph says no such thing",
        "said": "What is said of it",
        "also": "also",
    },
}


def words(lang: str) -> dict[str, str]:
    """The texts of the command line in a language."""
    return _TEXT[lang]


def console(*, err: bool = False) -> Console:
    """A console; where the output is not a terminal, a fixed width."""
    stream = sys.stderr if err else sys.stdout
    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, emoji=False, markup=False)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table of plain texts."""
    made = Table(box=SIMPLE_HEAD)
    for header in headers:
        made.add_column(Text(plain(header)), overflow="fold")
    for row in rows:
        made.add_row(*(Text(plain(cell)) for cell in row))
    return made


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A line on standard error that names the step, where that is a terminal that can clear it."""
    able = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"

    def say(name: str) -> None:
        if able:
            click.echo(f"\r\x1b[K{name} …", err=True, nl=False)

    try:
        yield say
    finally:
        if able:
            click.echo("\r\x1b[K", err=True, nl=False)


def notice(text: str) -> None:
    """A sentence on standard error that stops nothing."""
    click.echo(f"Note: {plain(text)}", err=True)


def manifest(manifest: Manifest, store: Store, lang: str) -> None:
    """What a generation holds: its sources, and how many things of each class."""
    text, out = words(lang), console()
    line = text["generation"].format(
        n=manifest.generation, triples=manifest.triples, digest=manifest.digest[:12]
    )
    out.print(Text(plain(f"{store.path} · {line}"), style="bold"))
    before = {s.id: s.digest for kept in store.log()[1:2] for s in kept.sources}
    rows = [
        (s.id, f"{s.quads:,}", s.file_name, _change(before.get(s.id), s.digest, text))
        for s in manifest.sources
    ]
    out.print(table([text["source"], text["statements"], text["file"], ""], rows))
    with store.view() as view:
        # A question is a SELECT: its results are rows.
        results = run(view, bound(saved("holdings"), {}, lang=lang))
        counts = [[export.text_of(term) for term in row] for row in results]  # type: ignore[union-attr]
    for column, title in ((1, "named"), (2, "kinds")):
        # A no-break space keeps a class and its number on one line.
        held = "  ".join(
            f"{row[0]}\N{NO-BREAK SPACE}{row[column]}" for row in counts if row[column] != "0"
        )
        out.print(Text(plain(f"{text[title]}: {held}")))


def _change(before: str | None, now: str, text: dict[str, str]) -> str:
    if before is None:
        return text["new"]
    return "" if before == now else text["changed"]


def log(manifests: Sequence[Manifest], lang: str) -> None:
    """The generations, newest first; the current one is marked."""
    text = words(lang)
    rows = [
        (
            ("→ " if n == 0 else "  ") + f"gen-{m.generation}",
            m.created,
            m.command,
            f"{m.triples:,}",
            str(len(m.sources)),
            m.digest[:12],
        )
        for n, m in enumerate(manifests)
    ]
    headers = ["", *(text[k] for k in ("created", "command", "triples", "source", "digest"))]
    console().print(table(headers, rows))


def damages(found: Sequence[Damage], store: Store, lang: str) -> None:
    """The damaged files, or that there are none."""
    if not found:
        kept = store.log()
        files = [file for m in kept for file in (*m.files.values(), *m.attached.values())]
        sizes = [file.size for file in files]
        line = words(lang)["sound"]
        click.echo(line.format(n=len(kept), files=len(sizes), size=sum(sizes) / 1e6))
    for damage in found:
        click.echo(plain(f"{damage.file}: {damage.fault}; {damage.advice}"), err=True)


def truth(told: Mapping[Row, Explanation] | None, lang: str, witnesses: int) -> None:
    """Why ASK is answered as it is: it has one row without columns."""
    if told is not None:
        notes = Footnotes(lang)
        click.echo(f"{words(lang)['why']}: {notes.explanation(told.get(()), witnesses)}")
        footnotes(notes)


def footnotes(notes: Footnotes, *, err: bool = False) -> None:
    """Print the evidence below a table."""
    if notes.numbers:
        out = console(err=err)
        out.print(Text(words(notes.lang)["sources"], style="bold"))
        for line in notes.lines():
            # A sentence that is cut into lines cannot be searched for.
            out.print(Text(line), soft_wrap=not out.is_terminal)


def answer(
    made: Answer, explanations: Mapping[Row, Explanation] | None = None, witnesses: int = 1
) -> None:
    """The rows of a question as a table, with footnotes where they are explained.

    A long answer is printed in blocks, each a table of its own, in bounded memory.
    """
    notes, out = Footnotes(made.lang), console()
    if made.origin and made.origin.title:
        out.print(Text(made.origin.title, style="bold"))
    column = why_header(made)
    headers = [*made.headers, *column]
    # A table of many columns is wider than the screen, lest cells vanish.
    out.width = max(out.width, NARROWEST * len(headers))
    rows = made.explained
    while block := list(itertools.islice(rows, _BLOCK)):
        cells = [
            [
                *map(export.short, row),
                *(_marks(notes, explanations, row, witnesses) for _ in column),
            ]
            for row, _ in block
        ]
        out.print(table(headers, cells))
    footnotes(notes)


def _marks(
    notes: Footnotes, told: Mapping[Row, Explanation] | None, row: Row, witnesses: int
) -> str:
    return notes.explanation((told or {}).get(row), witnesses)


def description(thing: Description, lang: str) -> None:
    """One thing: its names, kinds and statements, with footnotes."""
    text, out, notes = words(lang), console(), Footnotes(lang)
    out.print(Text(plain(f"{thing.label}  （{'、'.join(thing.kinds)}）"), style="bold"))
    out.print(Text(plain(thing.iri)))
    others = [name for name in thing.names if name != thing.label]
    if others:
        out.print(Text(plain(f"{text['also']}: {'、'.join(others)}")))
    rows = []
    for (relation, outward), statements in grouped(thing).items():
        for n, s in enumerate(statements):
            arrow = f"{relation} →" if outward else f"← {relation}"
            rows.append((arrow if n == 0 else "", s.value, notes.marks(s.evidence)))
    out.print(table(["", text["said"], text["why"]], rows))
    footnotes(notes)
