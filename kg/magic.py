"""``%load_ext kg.magic``: SPARQL cells and saved questions in a notebook.

A cell that begins with ``%%kg`` is SPARQL; ``$name`` in it is the Python variable of that name.
``%kg alliances`` asks a saved question, ``%kg communities street=贵城街道`` with a value,
``street=$place`` with that of a variable. Both use the graph ``g`` (``-g NAME`` another) and give
a `kg.Result`; ``-o NAME`` puts it into a variable as well. Tab completes terms by their Chinese
labels, names, questions, parameters and Python variables.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments

from kg import sparql
from kg.cli.completion import Candidate, Sources, candidates
from kg.exceptions import KGError, QueryError
from kg.graph import Graph, Result
from kg.graph.values import text_in_query
from kg.query import Choice, choices, questions
from kg.search import find

_ENOUGH = 40
_NO_GRAPH = "there is no graph {name!r}; open one first: {name} = kg.open('kg-data')"
_NO_VARIABLE = "there is no Python variable {name!r}"
# The options of the magic at the beginning of its line, as far as they are written.
_OPTIONS = re.compile(r"(?:-[go]\s*\S+\s+|--(?:graph|output)[=\s]\s*\S+\s+)*")
_GRAPH = re.compile(r"(?:-g\s*|--graph[=\s]\s*)(\S+)\s")
_LINE = re.compile(r"\s*(?:[\w, ]+=\s*)?%kg ")


@magics_class
class KgMagics(Magics):
    """The magic ``kg``, for a line and for a cell."""

    # IPython would put values into the line as text, where a space ends one.
    @no_var_expand
    @magic_arguments()
    @argument("-g", "--graph", default="g", metavar="NAME", help="the variable of the graph")
    @argument("-o", "--output", metavar="NAME", help="a variable for the result")
    @argument("question", nargs="*", help="a saved question and its values, name=value")
    @line_cell_magic
    def kg(self, line: str, cell: str | None = None) -> Result:
        """Ask a saved question, or run the SPARQL of a cell; ``$name`` is a Python variable."""
        given = self.kg.parser.parse_args(_words(line))
        if given.output and not given.output.isidentifier():
            raise UsageError(f"-o {given.output}: that is no name of a Python variable")
        graph = self._graph(given.graph)
        try:
            result = (
                self._asked(graph, given.question)
                if cell is None
                else self._run(graph, given.question, cell)
            )
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

    def _asked(self, graph: Graph, words: Sequence[str]) -> Result:
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

    def _value(self, name: str, hint: str = "") -> object:
        if name not in self._held:
            raise UsageError(_NO_VARIABLE.format(name=name) + hint)
        return self._held[name]

    def _run(self, graph: Graph, words: Sequence[str], cell: str) -> Result:
        if words:
            raise UsageError("a cell holds the query; its first line takes options only")
        # To SPARQL a $name without a value is a variable: the query would answer another question.
        names = sparql.parameters(cell)
        hint = "; a variable of the query is written ?{name}"
        values = {name: self._value(name, hint.format(name=name)) for name in sorted(names)}
        # Bound here, for a variable may be called as an option of `Graph.query` is.
        texts = {name: text_in_query(name, value) for name, value in values.items()}
        return graph.query(sparql.bind(cell, texts))


def _words(line: str) -> list[str]:
    """The words as a shell reads them: ``street="贵城 街道"`` has a space in its value."""
    try:
        return shlex.split(line)
    except ValueError:
        raise UsageError("a quote is not closed") from None


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magic and its completion."""
    unload_ipython_extension(shell)
    shell.register_magics(KgMagics)

    @context_matcher(identifier="kg")
    def matcher(context: CompletionContext) -> SimpleMatcherResult:
        lines = context.full_text.split("\n")[: context.cursor_line]
        return completed(shell, "\n".join([*lines, context.text_until_cursor]))

    shell.Completer.custom_matchers.append(matcher)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magic and its completion away."""
    matchers = shell.Completer.custom_matchers
    matchers[:] = [one for one in matchers if getattr(one, "matcher_identifier", "") != "kg"]
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("kg", None)


def completed(shell: InteractiveShell, before: str) -> SimpleMatcherResult:
    """What can stand at the end of a cell or line of ``kg``, best first; nothing elsewhere."""
    asked, name = _asked(before)
    graph = shell.user_ns.get(name)
    if asked is None or not isinstance(graph, Graph):
        return SimpleMatcherResult(completions=[], suppress=False)
    found = _variables(shell, asked) or _candidates(asked, graph)
    if before.startswith("%%kg"):
        found = [one for one in found if one.text not in graph.questions]
    elif " " not in asked:
        found = [one for one in found if one.text in graph.questions]
    length = found[0].length if found else 0
    return SimpleMatcherResult(
        completions=[
            SimpleCompletion(text=one.text, type=one.meaning)
            for one in found
            if one.length == length
        ],
        matched_fragment=asked[len(asked) - length :],
        suppress=True,
        ordered=True,
    )


def _asked(before: str) -> tuple[str | None, str]:
    """Of the text before the cursor what is asked, and of which graph; None where not of kg."""
    first, newline, query = before.partition("\n")
    if first.startswith("%%kg"):
        return (query if newline else None), _graph_of(first[4:].lstrip() + " ")
    line = before.rpartition("\n")[2]
    if (magic := _LINE.match(line)) is None:
        return None, ""
    rest = line[magic.end() :].lstrip()
    options = _OPTIONS.match(rest)
    return rest[options.end() if options else 0 :], _graph_of(rest)


def _graph_of(options: str) -> str:
    named = _GRAPH.search(options)
    return named[1] if named else "g"


def _variables(shell: InteractiveShell, asked: str) -> list[Candidate]:
    """The Python variables that a ``$name`` can mean."""
    begun = re.search(r"\$(\w*)$", asked)
    if begun is None:
        return []
    return [
        Candidate(f"${name}", len(begun[0]), type(value).__name__)
        for name, value in sorted(shell.user_ns.items())
        if name.startswith(begun[1]) and _is_value(name, value, shell)
    ]


def _is_value(name: str, value: object, shell: InteractiveShell) -> bool:
    """Whether a variable is the user's and may be a value."""
    hidden = name.startswith("_") or name in shell.user_ns_hidden
    return not (hidden or callable(value) or isinstance(value, ModuleType | Graph))


def _candidates(asked: str, graph: Graph) -> list[Candidate]:
    try:
        return candidates(asked, _sources(graph))
    except QueryError:
        # What stands before the cursor cannot be read as SPARQL.
        return []


def _sources(graph: Graph) -> Sources:
    def named(begun: str) -> Iterable[tuple[str, str]]:
        hits = find(graph.view, begun, limit=_ENOUGH) if graph.explains else []
        return [(hit.name, hit.thing) for hit in hits]

    def of(term: str) -> Sequence[Choice]:
        return choices(graph.view, term, lang=graph.lang) if graph.explains else []

    return Sources({}, [], questions(graph.folders), named, of, graph.lang)
