"""`kg shell`: queries, saved questions and commands, one after another."""

from __future__ import annotations

import difflib
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from kg import export
from kg.cli import answers, explained, saved, show
from kg.cli.excerpt import tell
from kg.cli.statements import is_sparql, stripped
from kg.exceptions import KGError
from kg.namespace import PREFIXES
from kg.store import Store

# A workbook is for a file: `kg query … -o FILE.xlsx`.
FORMATS = tuple(form for form in export.FORMATS if form != "xlsx")
COMMANDS = {
    "\\why": (
        "说明上一个答案的依据；on、off：每次都说明或不说明",
        "explain the last answer; on, off: each one or none",
    ),
    "\\explain": (
        "上一个查询怎样运行：改写和用时",
        "how the last query ran: its rewrites and times",
    ),
    "\\format": ("结果的格式：table、csv、json 等", "the format of answers: table, csv, json …"),
    "\\queries": ("列出现成的问题，或看其中一个", "list the saved questions, or show one"),
    "\\describe": ("一个事物的全部陈述和出处", "all that is said of one thing, with the sources"),
    "\\prefixes": ("无须声明的前缀", "the prefixes that need no declaration"),
    "\\help": ("这个说明", "this help"),
    "\\q": ("退出（Ctrl-D）", "leave (Ctrl-D)"),
}
_HELP = {
    "zh": """\
SPARQL：写在一行里，回车就运行；写成几行，括号都闭合之后以空行或 ; 结束。
现成的问题：名称 参数=值 …，如 communities street=贵城街道
补全（输入时列出，Tab 选择）：前缀、类和属性（可输入中文名）、图谱里的名称、变量、参数。
Ctrl-C 取消输入或正在运行的查询。""",
    "en": """\
SPARQL: in one line, Enter runs it; over several, it ends with an empty line or ; once its
brackets are closed. A saved question: NAME parameter=value …, such as
communities street=贵城街道. Listed while you type, chosen with Tab: prefixes, classes and
properties (by their labels, too), names in the graph, variables, parameters.
Ctrl-C cancels what is typed, or a running query.""",
}


class Leave(Exception):
    """The user wants to go."""


class Shell:
    """What a shell remembers between statements, and how it obeys one.

    With ``apart`` each query runs in a process of its own, which Ctrl-C ends without
    ending the shell.
    """

    def __init__(
        self,
        store: Store,
        lang: str,
        folders: tuple[Path, ...] = (),
        *,
        form: str = "table",
        why: bool = False,
        apart: bool = False,
    ) -> None:
        self.store = store
        self.lang = lang
        self.folders = folders
        self.form = form
        self.why = why
        self.apart = apart
        self.last: answers.Asked | None = None

    def run(self, statements: Iterable[str]) -> int:
        """Obey each statement; the exit code of the first that failed, else 0."""
        first = 0
        for statement in statements:
            try:
                code = self.obey(statement)
            except Leave:
                break
            except KGError as error:
                tell(error)
                code = error.exit_code
            except click.ClickException as error:
                error.show()
                code = error.exit_code
            sys.stdout.flush()
            first = first or code
        return first

    def obey(self, statement: str) -> int:
        """Do what one statement says; the exit code of a query that ran apart, else 0.

        Raises `KGError` and `click.ClickException` for what is wrong with it, and `Leave`.
        """
        if statement.lstrip().startswith("\\"):
            self._command(statement.strip())
            return 0
        self.last = self._asked(statement)
        return self._answer(self.last, why=self.why)

    def _asked(self, statement: str) -> answers.Asked:
        if "\0" in statement:
            raise click.UsageError("a NUL character stands in what was typed")
        if is_sparql(statement):
            return answers.Asked(None, stripped(statement), {}, self.lang, self.folders)
        name, *values = _split(statement)
        if name == "-":
            raise click.UsageError("- is standard input, which the shell reads itself")
        return answers.Asked(name, None, dict(map(_pair, values)), self.lang, self.folders)

    def _answer(self, asked: answers.Asked, *, why: bool) -> int:
        if self.apart:
            code = self._apart(asked, "-f", self.form, *(["--why"] if why else []))
            if self.form != "table":
                # Some formats end without a line break, and the prompt begins a line.
                click.echo()
            return code
        with self.store.view() as view:
            answers.answer(view, asked, form=self.form, output=None, witnesses=int(why))
        return 0

    def _apart(self, asked: answers.Asked, *options: str) -> int:
        sys.stdout.flush()
        with subprocess.Popen(self._query(asked, options), stdin=subprocess.PIPE) as child:
            try:
                child.communicate((asked.text or "").encode())
            except KeyboardInterrupt:
                # A terminal sends Ctrl-C to the child, too; from elsewhere it comes to us alone.
                child.terminate()
                child.wait()
                click.echo("interrupted", err=True)
                return 130
        return child.returncode

    def _query(self, asked: answers.Asked, options: Sequence[str]) -> list[str]:
        """The command that asks, with the text of a free query on its standard input."""
        folders = [part for folder in self.folders for part in ("--queries", str(folder))]
        values = [part for pair in asked.values.items() for part in ("-p", "=".join(pair))]
        group = ["--store", str(self.store.path), "--lang", self.lang, *folders]
        command = [*group, "query", *options, *values, "--", asked.question or "-"]
        return [sys.executable, "-m", "kg", *command]

    def _command(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        obey = self._commands().get(name)
        if obey is None:
            near = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else "\\help lists them"
            raise click.UsageError(f"there is no command {name}; {hint}")
        obey(rest.strip())

    def _commands(self) -> dict[str, Callable[[str], None]]:
        return {
            "\\why": self._why,
            "\\explain": self._explain,
            "\\format": self._format,
            "\\queries": self._queries,
            "\\describe": self._describe,
            "\\prefixes": self._prefixes,
            "\\help": self._help,
            "\\q": self._leave,
        }

    def _why(self, rest: str) -> None:
        if rest in ("on", "off"):
            self.why = rest == "on"
        elif rest:
            raise click.UsageError("\\why, \\why on or \\why off")
        elif self.last is None:
            raise click.UsageError("nothing has been asked yet")
        else:
            self._answer(self.last, why=True)

    def _explain(self, rest: str) -> None:
        if rest:
            raise click.UsageError("\\explain says how the last query ran; nothing follows it")
        if self.last is None:
            raise click.UsageError("nothing has been asked yet")
        form = self.form if self.form in explained.FORMATS else "table"
        if self.apart:
            self._apart(self.last, "-f", form, "--explain")
            return
        with self.store.view() as view:
            explained.answer(view, self.last, form)

    def _format(self, rest: str) -> None:
        if rest and rest not in FORMATS:
            listed = ", ".join(FORMATS)
            raise click.UsageError(f"unknown format {rest!r}; it is one of {listed}")
        self.form = rest or self.form
        if not rest:
            click.echo(self.form)

    def _queries(self, rest: str) -> None:
        if rest:
            saved.shown(self.store, rest, self.folders, self.lang)
        else:
            saved.listed(self.folders, self.lang)

    def _describe(self, rest: str) -> None:
        from kg.describe import describe, find

        with self.store.view() as view:
            show.description(describe(view, find(view, rest), lang=self.lang), self.lang)

    def _prefixes(self, _rest: str) -> None:
        for prefix, iri in PREFIXES.items():
            click.echo(f"PREFIX {prefix}: <{iri}>")

    def _help(self, _rest: str) -> None:
        click.echo(_HELP[self.lang])
        for name, (zh, en) in COMMANDS.items():
            click.echo(f"  {name:<10} {zh if self.lang == 'zh' else en}")

    def _leave(self, _rest: str) -> None:
        raise Leave


def _split(statement: str) -> list[str]:
    try:
        return shlex.split(statement)
    except ValueError as error:
        raise click.UsageError(f"{statement}: a quote is not closed") from error


def _pair(value: str) -> tuple[str, str]:
    name, equals, text = value.partition("=")
    if not equals:
        raise click.UsageError(f"{value}: give a parameter as NAME=VALUE")
    return name, text
