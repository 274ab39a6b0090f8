"""`kg query --explain`: how a query was run, on the screen or as JSON."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg.cli import show
from kg.cli.answers import Asked
from kg.cli.excerpt import misspelt, quoting
from kg.cli.terminal import plain
from kg.query import Execution, Question, explain
from kg.store import View

FORMATS = ("table", "json")
_LONGEST = 8_000
_TEXT = {
    "zh": {
        "times": "用时",
        "guard": "安全检查",
        "parse": "解析",
        "plan": "改写",
        "others": "试而不用的改写，写出文本",
        "first": "第一行",
        "rows": "全部 {n} 行",
        "answer": "回答：{answer}",
        "total": "合计",
        "read": "读作",
        "run": "运行的是",
        "sparql": "运行的 SPARQL",
        "long": "（{n:,} 个字符，-f json 有全文）",
        "none": "没有适用的改写，按原样运行。",
        "unread": "kg 不改写这个查询，由引擎按原样运行：{why}",
        "apart": "有 --timeout 或 --memory，在单独的进程里运行；启动进程的时间不计在内。",
    },
    "en": {
        "times": "Times",
        "guard": "guard",
        "parse": "parse",
        "plan": "rewrite",
        "others": "those that do not apply, and writing it out",
        "first": "first row",
        "rows": "all rows: {n}",
        "answer": "answer: {answer}",
        "total": "in all",
        "read": "Read as",
        "run": "Run as",
        "sparql": "The SPARQL that ran",
        "long": "({n:,} characters; -f json has them all)",
        "none": "No rewrite applies; it ran as it is.",
        "unread": "kg does not rewrite this query, and the engine ran it as it is: {why}",
        "apart": "It ran in a process of its own, for --timeout or --memory; "
        "starting the process is not counted.",
    },
}


def answer(view: View, asked: Asked, form: str) -> None:
    """Run what is asked, and print how it ran instead of its rows."""
    text, saved = asked.read(view)
    misspelt(view, text, asked.lang)
    limits = asked.limits
    with quoting(text):
        done = explain(view, text, timeout=limits.timeout, memory=limits.memory)
    if form == "json":
        click.echo(json.dumps(as_json(done, asked.lang), ensure_ascii=False, indent=2))
    else:
        _Page(show.console(), asked.lang).show(done, saved)


def as_json(done: Execution, lang: str) -> dict[str, Any]:
    """All that is known of it; the keys are always the same."""
    steps = zip(done.plan.steps, done.changes, strict=True)
    return {
        "query": done.plan.text,
        "algebra": done.read,
        "unread": done.plan.unread,
        "rewrites": [
            {
                "name": step.rewrite.name,
                "title": step.rewrite.titles[lang],
                "reason": step.rewrite.reasons[lang],
                "seconds": step.seconds,
                "algebra": lines,
            }
            for step, lines in steps
        ],
        "sparql": done.rewritten,
        "apart": done.apart,
        "rows": done.rows,
        "answer": done.answer,
        "seconds": {
            "guard": done.times.guard,
            "parse": done.times.parse,
            "rewrite": done.times.plan,
            "first_row": done.times.first,
            "all_rows": done.times.rows,
            "total": done.times.total,
        },
    }


class _Page:
    """The account on a console."""

    def __init__(self, out: Console, lang: str) -> None:
        self.out = out
        self.lang = lang
        self.words = _TEXT[lang]

    def show(self, done: Execution, saved: Question | None) -> None:
        if saved:
            self.heading(saved.titles[self.lang])
        self.times(done)
        if done.apart:
            self.lines([self.words["apart"]])
        if done.plan.unread:
            self.lines([self.words["unread"].format(why=done.plan.unread)])
        if done.read:
            self.part("read", done.read)
            self.rewrites(done, done.read)

    def rewrites(self, done: Execution, before: list[str]) -> None:
        if not done.plan.steps:
            self.lines(["", self.words["none"]])
        for number, (step, after) in enumerate(
            zip(done.plan.steps, done.changes, strict=True), start=1
        ):
            self.out.print()
            self.heading(f"{number}. {step.rewrite.titles[self.lang]}")
            self.lines([step.rewrite.reasons[self.lang]])
            self.difference(before, after)
            before = after
        if done.rewritten:
            self.part("run", before)
            self.part("sparql", self.shortened(done.rewritten))

    def times(self, done: Execution) -> None:
        self.heading(self.words["times"])
        table = Table.grid(padding=(0, 2))
        table.add_column()
        table.add_column(justify="right")
        for name, seconds in self.steps(done):
            table.add_row(Text(f"  {name}"), Text(f"{seconds * 1000:,.1f} ms"))
        self.out.print(table)

    def steps(self, done: Execution) -> Iterator[tuple[str, float]]:
        words, times = self.words, done.times
        yield words["guard"], times.guard
        yield words["parse"], times.parse
        yield words["plan"], times.plan
        for number, step in enumerate(done.plan.steps, start=1):
            yield f"  {number}. {step.rewrite.titles[self.lang]}", step.seconds
        if done.plan.steps:
            yield f"  {words['others']}", times.plan - sum(s.seconds for s in done.plan.steps)
        if done.answer is not None:
            yield words["answer"].format(answer=str(done.answer).lower()), times.rows
        else:
            yield words["first"], times.first
            yield words["rows"].format(n=f"{done.rows:,}"), times.rows
        yield words["total"], times.total

    def difference(self, before: list[str], after: list[str]) -> None:
        """The lines that went and came, with one around them."""
        for line in list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]:
            style = {"-": "red", "+": "green"}.get(line[0], "")
            shown = "  …" if line.startswith("@@") else f"  {line[0]} {line[1:]}"
            self.out.print(Text(plain(shown), style=style), soft_wrap=True)

    def shortened(self, text: str) -> list[str]:
        if len(text) > _LONGEST:
            return [self.words["long"].format(n=len(text))]
        return text.splitlines()

    def part(self, title: str, lines: Iterable[str]) -> None:
        self.out.print()
        self.heading(self.words[title])
        self.lines(f"  {line}" for line in lines)

    def heading(self, text: str) -> None:
        self.out.print(Text(plain(text), style="bold"), soft_wrap=True)

    def lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            # A line that is cut cannot be copied.
            self.out.print(Text(plain(line)), soft_wrap=True)
