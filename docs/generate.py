"""Writes the pages that are generated: docs/cli.md and docs/questions.md.

`tests/test_docs.py` fails when they are not what this script would write.
"""

from __future__ import annotations

from pathlib import Path

import click
from click.testing import CliRunner

from kg.cli import main
from kg.query import Parameter, Question, questions

DOCS = Path(__file__).resolve().parent


def cli() -> str:
    """The help of every command."""
    parts = ["# Commands\n", "Written by `make docs` from the commands' own help.\n"]
    for name in ["", *_names(main)]:
        args = [*name.split(), "--help"]
        runner = CliRunner(env={"COLUMNS": "100"})
        output = runner.invoke(main, args, prog_name="kg", terminal_width=100).output
        parts += [f"## kg {name}".rstrip() + "\n", f"```\n{output.rstrip()}\n```\n"]
    return "\n".join(parts)


def _names(group: click.Group) -> list[str]:
    """The commands of a group by name, those of a group in it behind its name."""
    found = []
    for name, command in sorted(group.commands.items()):
        inner = _names(command) if isinstance(command, click.Group) else []
        found += [name, *(f"{name} {below}" for below in inner)]
    return found


def question_list() -> str:
    """Every saved question with its parameters and an example."""
    parts = [
        "# Saved questions 现成的问题\n",
        "Written by `make docs` from the head comments of `kg/queries/*.rq`. Every question takes\n"
        "`--why`; `kg queries NAME` shows its SPARQL. How to write one of your own:\n"
        "[own questions](own-questions.md).\n",
    ]
    return "\n".join([*parts, *map(_question, questions().values())])


def _question(question: Question) -> str:
    columns = ", ".join(f"{zh_en['zh']} ({name})" for name, zh_en in question.columns.items())
    parameters = [
        f"- `-p {p.name}=…` ({_type(p)}): {p.titles['zh']}, {p.titles['en']}\n"
        for p in question.parameters
        if p.type != "lang"
    ]
    return (
        f"## {question.name}\n\n{question.titles['zh']}  \n{question.titles['en']}\n\n"
        f"{''.join(parameters)}{chr(10) if parameters else ''}"
        f"Columns: {columns}\n\n```sh\n{question.example}\n```\n"
    )


def _type(parameter: Parameter) -> str:
    """The type, and of what an enum takes its values."""
    of = f" of `{parameter.of}`" if parameter.of else ""
    return f"{parameter.type}{of}" + (", may be left out" if parameter.optional else "")


PAGES = {"cli.md": cli, "questions.md": question_list}

if __name__ == "__main__":
    for name, write in PAGES.items():
        (DOCS / name).write_text(write(), encoding="utf-8")
        click.echo(f"docs/{name}")
