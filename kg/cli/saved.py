"""`kg queries`: the saved questions, and one of them with its parameters and their values."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from kg.cli.show import console, table
from kg.cli.terminal import plain
from kg.exceptions import FaultyQuestion, StoreNotFound
from kg.namespace import curie
from kg.query import Choice, Parameter, Question, choices, question, questions, ships
from kg.store import Store

_VALUES_SHOWN = 40

_TEXT = {
    "zh": {
        "name": "名称",
        "title": "问题",
        "parameters": "参数",
        "own": "自有",
        "instead": "自有，取代同名的现成问题",
        "example": "例",
        "default": "默认 {value}",
        "optional": "可省略",
        "values": "取值",
        "more": "…… 共 {n} 个",
        "file": "文件",
    },
    "en": {
        "name": "name",
        "title": "question",
        "parameters": "parameters",
        "own": "your own",
        "instead": "your own, instead of the shipped one",
        "example": "example",
        "default": "default {value}",
        "optional": "may be left out",
        "values": "values",
        "more": "… {n} in all",
        "file": "file",
    },
}


def listed(folders: Sequence[Path], lang: str) -> None:
    """Print all saved questions with their titles in both languages.

    What is wrong with files of the user goes to standard error, and then the exit code is 2.
    """
    faults: list[FaultyQuestion] = []
    found = questions(folders, on_fault=faults.append)
    text = _TEXT[lang]
    rows = [
        (q.name, "\n".join(_titles(q, lang)), "\n".join(_brief(p, lang) for p in _given(q)))
        for q in found.values()
    ]
    console().print(table([text["name"], text["title"], text["parameters"]], rows))
    for fault in faults:
        click.echo(f"Error: {plain(str(fault))}", err=True)
    if faults:
        sys.exit(FaultyQuestion.exit_code)


def shown(store: Store, name: str, folders: Sequence[Path], lang: str) -> None:
    """Print one saved question: titles, parameters, example and text.

    The values of an enum come from the store, where there is one already.
    """
    asked = question(name, folders)
    text, values = _TEXT[lang], _values(store, asked, lang)
    for line in _titles(asked, lang):
        click.echo(plain(line))
    click.echo()
    for parameter in _given(asked):
        click.echo(plain(f"-p {_parameter(parameter, lang)}"))
        for line in _choices(values.get(parameter.of, []), lang):
            click.echo(plain(f"     {line}"))
    click.echo(plain(f"{text['example']}: {asked.example}"))
    if asked.own:
        click.echo(plain(f"{text['file']}: {asked.own}"))
    click.echo()
    click.echo(plain("\n".join(ln for ln in asked.text.splitlines() if not ln.startswith("#+"))))


def _titles(question: Question, lang: str) -> Iterator[str]:
    yield from dict.fromkeys((question.titles["zh"], question.titles["en"]))
    if question.own:
        yield f"({_TEXT[lang]['instead' if ships(question.name) else 'own']})"


def _given(question: Question) -> list[Parameter]:
    """The parameters that a user gives: the language has an option of its own."""
    return [parameter for parameter in question.parameters if parameter.type != "lang"]


def _brief(parameter: Parameter, lang: str) -> str:
    mark = "?" if parameter.optional else ""
    return f"{parameter.name} ({parameter.type}{mark}): {parameter.titles[lang]}"


def _parameter(parameter: Parameter, lang: str) -> str:
    text, more = _TEXT[lang], ""
    if parameter.default is not None:
        more = f", {text['default'].format(value=parameter.default)}"
    elif parameter.optional:
        more = f", {text['optional']}"
    return f"{parameter.name} ({parameter.type}{more}): {parameter.titles[lang]}"


def _values(store: Store, question: Question, lang: str) -> Mapping[str, list[Choice]]:
    wanted = {parameter.of for parameter in question.parameters if parameter.of}
    if not wanted:
        return {}
    try:
        with store.view() as view:
            return {of: choices(view, of, lang=lang) for of in wanted}
    except StoreNotFound:
        return {}


def _choices(found: Sequence[Choice], lang: str) -> Iterator[str]:
    for choice in found[:_VALUES_SHOWN]:
        name, address = choice.names[0], curie(choice.term.value)
        yield name if name == address else f"{name}  {address}"
    if len(found) > _VALUES_SHOWN:
        yield _TEXT[lang]["more"].format(n=len(found))
