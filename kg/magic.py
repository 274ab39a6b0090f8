"""``%load_ext kg.magic``: SPARQL cells and saved questions in a notebook.

A cell that begins with ``%%kg`` is SPARQL; ``$name`` in it is the Python variable of that name
where there is one. ``%kg alliances`` asks a saved question, ``%kg communities street=贵城街道``
with a value, ``street=$place`` with that of a variable. Both use the graph ``g`` (``-g NAME``
another) and give a `kg.Result`; ``-o NAME`` puts it into a variable as well. Tab completes terms
by their Chinese labels, names, questions and parameters.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from kg import sparql
from kg.cli.completion import Sources, candidates
from kg.exceptions import KGError
from kg.graph import Graph, Result
from kg.query import choices, questions
from kg.search import find

_ENOUGH = 40
_NO_GRAPH = "there is no graph {name!r}; open one first: {name} = kg.open('kg-data')"


@magics_class
class KgMagics(Magics):
    """The magic ``kg``, for a line and for a cell."""

    @magic_arguments()
    @argument("-g", "--graph", default="g", metavar="NAME", help="the variable of the graph")
    @argument("-o", "--output", metavar="NAME", help="a variable for the result")
    @argument("question", nargs="*", help="a saved question and its values, name=value")
    @line_cell_magic
    def kg(self, line: str, cell: str | None = None) -> Result:
        """Ask a saved question, or run the SPARQL of a cell; ``$name`` is a Python variable."""
        given = parse_argstring(self.kg, line)
        words = [_unquoted(word) for word in given.question]
        graph = self._graph(given.graph)
        try:
            result = self._asked(graph, words) if cell is None else self._run(graph, words, cell)
        except KGError as error:
            raise UsageError(str(error)) from None
        if given.output:
            self._held[given.output] = result
        return result

    @property
    def _held(self) -> dict[str, Any]:
        """The variables of the notebook."""
        held: dict[str, Any] = self.shell.user_ns  # type: ignore[union-attr]
        return held

    def _graph(self, name: str) -> Graph:
        found = self._held.get(name)
        if not isinstance(found, Graph):
            raise UsageError(_NO_GRAPH.format(name=name))
        return found

    def _asked(self, graph: Graph, words: list[str]) -> Result:
        if not words:
            raise UsageError("name a saved question (g.questions lists them), or use %%kg")
        name, *rest = words
        values = {}
        for word in rest:
            key, equals, value = word.partition("=")
            if not equals:
                raise UsageError(f"{word!r}: a value is given as name=value")
            values[key] = self._value(value[1:]) if value.startswith("$") else value
        return graph.saved(name, **values)

    def _value(self, name: str) -> object:
        if name not in self._held:
            raise UsageError(f"there is no Python variable {name!r}")
        return self._held[name]

    def _run(self, graph: Graph, words: list[str], cell: str) -> Result:
        if words:
            raise UsageError("a cell holds the query; its first line takes options only")
        held = self._held
        names = {use.name for use in sparql.uses(cell)} & held.keys()
        return graph.query(cell, **{name: held[name] for name in names})


def _unquoted(word: str) -> str:
    """A word as the shell reads it: ``street="贵城 街道"`` has a space in its value."""
    return " ".join(shlex.split(word))


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magic and its completion."""
    shell.register_magics(KgMagics)

    @context_matcher()
    def matcher(context: CompletionContext) -> SimpleMatcherResult:
        lines = context.full_text.split("\n")[: context.cursor_line]
        return completed(shell, "\n".join([*lines, context.text_until_cursor]))

    shell.Completer.custom_matchers.append(matcher)


def completed(shell: InteractiveShell, before: str) -> SimpleMatcherResult:
    """What can stand at the end of a cell or line of ``kg``; nothing elsewhere."""
    graph = shell.user_ns.get("g")
    asked = _asked(before)
    if asked is None or not isinstance(graph, Graph):
        return SimpleMatcherResult(completions=[], suppress=False)
    found = candidates(asked, _sources(graph))
    length = found[0].length if found else 0
    return SimpleMatcherResult(
        completions=[
            SimpleCompletion(text=one.text, type=one.meaning)
            for one in found
            if one.length == length
        ],
        matched_fragment=asked[len(asked) - length :],
        suppress=True,
    )


def _asked(before: str) -> str | None:
    """Of the text before the cursor what kg is asked; None where that is nothing of kg's."""
    first, newline, query = before.partition("\n")
    if first.startswith("%%kg"):
        return query if newline else None
    line = before.rpartition("\n")[2].lstrip()
    return line.removeprefix("%kg ").lstrip() if line.startswith("%kg ") else None


def _sources(graph: Graph) -> Sources:
    def named(begun: str) -> Iterable[tuple[str, str]]:
        hits = find(graph.view, begun, limit=_ENOUGH) if graph.explains else []
        return [(hit.name, hit.thing) for hit in hits]

    def of(term: str) -> Any:  # noqa: ANN401 - choices
        return choices(graph.view, term, lang=graph.lang) if graph.explains else []

    return Sources({}, [], questions(), named, of, graph.lang)
