"""Starting `kg shell`: at a terminal with a prompt, else as a script from standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from kg.cli.completion import Sources, candidates
from kg.cli.shell import COMMANDS, FORMATS, Shell
from kg.cli.statements import statements
from kg.exceptions import KGError
from kg.namespace import PBA, RDFS
from kg.query import Choice, choices, questions

_ENOUGH = 40


def start(shell: Shell) -> int:
    """Run the shell until its input ends; the exit code."""
    if sys.stdin is None:
        raise click.UsageError("standard input is closed")
    if not sys.stdin.isatty():
        return shell.run(statements(_lines()))
    try:
        from kg.cli.prompt import history_file, session, typed
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the prompt needs {error.name}: pip install 'party-alliance-kg[shell]'; "
            f"without it, `kg shell < FILE` runs a script"
        ) from error
    shell.apart = True
    found = Names(shell)
    prompt = session(
        lambda before: candidates(before, found.sources()), found.toolbar, history_file()
    )
    click.echo(_WELCOME[shell.lang], err=True)
    shell.run(typed(prompt))
    return 0


_WELCOME = {"zh": "\\help 有说明，Ctrl-D 退出", "en": "\\help explains, Ctrl-D leaves"}


def _lines() -> Iterable[str]:
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"standard input: not UTF-8 at byte {error.start}") from error
    return text.splitlines()


class Names:
    """What the prompt completes from the store; the labels are read once for each generation."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.generation = -1
        self.labels: list[tuple[str, str]] = []

    def sources(self) -> Sources:
        """Where candidates come from now."""
        shell = self.shell
        zh = shell.lang == "zh"
        return Sources(
            commands={name: meaning[0 if zh else 1] for name, meaning in COMMANDS.items()},
            formats=FORMATS,
            questions=questions(shell.folders, on_fault=lambda _fault: None),
            named=self.named,
            choices=self.choices,
            lang=shell.lang,
        )

    def toolbar(self) -> str:
        """The line below the prompt."""
        why = "on" if self.shell.why else "off"
        return f"{self.shell.store.path} · \\format {self.shell.form} · \\why {why} · \\help"

    def named(self, text: str) -> list[tuple[str, str]]:
        """Things whose name holds the text, those that begin with it first."""
        if not text:
            return []
        found = [(name, iri) for name, iri in self._labels() if text.lower() in name.lower()]
        return sorted(found, key=lambda pair: (not pair[0].startswith(text), len(pair[0])))[
            :_ENOUGH
        ]

    def choices(self, of: str) -> list[Choice]:
        """The values of an enum."""
        try:
            with self.shell.store.view() as view:
                return choices(view, of, lang=self.shell.lang)
        except KGError:
            return []

    def _labels(self) -> list[tuple[str, str]]:
        from pyoxigraph import DefaultGraph, Literal, NamedNode

        try:
            with self.shell.store.view() as view:
                if view.manifest.generation != self.generation:
                    quads = view.quads(None, NamedNode(RDFS + "label"), None, DefaultGraph())
                    self.labels = [
                        (q.object.value, q.subject.value)
                        for q in quads
                        if isinstance(q.object, Literal)
                        and isinstance(q.subject, NamedNode)
                        and not q.subject.value.startswith(PBA)
                    ]
                    self.generation = view.manifest.generation
        except KGError:
            # What is wrong with the store is said when something is asked of it.
            return []
        return self.labels
