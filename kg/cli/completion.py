"""What can stand at the cursor of `kg shell`: terms by their labels, names, variables, words."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg import ontology, sparql
from kg.cli.statements import is_sparql
from kg.exceptions import QueryRefused
from kg.namespace import PREFIXES, curie
from kg.query import Choice, Question
from kg.sparql.pretty import prefixed
from kg.sparql.words import CLAUSES, FUNCTIONS

_AT_ONCE = 60
_WORD = re.compile(r"[\w.\-]*(?::[\w.\-]*)?$")
_VARIABLE = re.compile(r"[?$]\w*$")
_LOCAL = re.compile(r"\w([\w.\-]*[\w\-])?")
_KINDS = {"class": 0, "property": 1, "concept": 2}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text for the place of the last ``length`` characters, and what it means."""

    text: str
    length: int
    meaning: str = ""


@dataclass(frozen=True)
class Sources:
    """Where candidates come from.

    ``named`` gives things of the graph whose name holds a text, as pairs of name and
    IRI; ``choices`` the values of an enum.
    """

    commands: Mapping[str, str]
    formats: Sequence[str]
    questions: Mapping[str, Question]
    named: Callable[[str], Iterable[tuple[str, str]]]
    choices: Callable[[str], Sequence[Choice]]
    lang: str = "zh"


def candidates(before: str, sources: Sources) -> list[Candidate]:
    """What can stand at the end of the text, best first."""
    if before.lstrip().startswith("\\"):
        return list(_of_command(before.lstrip(), sources))[:_AT_ONCE]
    if is_sparql(before):
        return list(_of_query(before, sources))[:_AT_ONCE]
    return list(_of_question(before.lstrip(), sources))[:_AT_ONCE]


def _of_command(before: str, sources: Sources) -> Iterator[Candidate]:
    command, space, rest = before.partition(" ")
    if not space:
        for name, meaning in sources.commands.items():
            if name.startswith(command):
                yield Candidate(name, len(command), meaning)
    elif command == "\\format":
        yield from _words(rest, sources.formats)
    elif command == "\\why":
        yield from _words(rest, ("on", "off"))
    elif command == "\\queries":
        yield from _names_of_questions(rest, sources)
    elif command == "\\describe" and rest:
        for name, iri in sources.named(rest):
            yield Candidate(name, len(rest), curie(iri))


def _words(begun: str, words: Iterable[str]) -> Iterator[Candidate]:
    return (Candidate(word, len(begun)) for word in words if word.startswith(begun.lower()))


def _names_of_questions(begun: str, sources: Sources) -> Iterator[Candidate]:
    """Questions whose name, or title in either language, holds the text."""
    ranked = []
    for name, question in sources.questions.items():
        rank = _rank(begun, name, question.titles.values())
        if rank is not None:
            ranked.append((rank, name, question.titles[sources.lang]))
    for _, name, title in sorted(ranked):
        yield Candidate(name, len(begun), title)


def _of_question(before: str, sources: Sources) -> Iterator[Candidate]:
    name, space, rest = before.partition(" ")
    if not space:
        yield from _keywords(name)
        yield from _names_of_questions(name, sources)
        return
    question = sources.questions.get(name)
    # The value that is being typed may be in a quote that is still open.
    given = re.search(r"(\w*)(=)?((?<==)(?:\"[^\"]*|'[^']*|[^\s\"']*))?$", rest)
    if question is None or given is None:
        return
    parameters = {parameter.name: parameter for parameter in question.parameters}
    if given[2] is None:
        for parameter in parameters.values():
            if parameter.name.startswith(given[1]) and f"{parameter.name}=" not in rest:
                yield Candidate(f"{parameter.name}=", len(given[1]), parameter.titles[sources.lang])
    elif given[1] in parameters:
        begun = given[3] or ""
        for value, meaning in _values(
            parameters[given[1]].type, parameters[given[1]].of, begun.strip("\"'"), sources
        ):
            yield Candidate(shlex.quote(value) if " " in value else value, len(begun), meaning)


def _values(type_: str, of: str, begun: str, sources: Sources) -> Iterator[tuple[str, str]]:
    if type_ == "iri" and begun:
        yield from ((name, curie(iri)) for name, iri in sources.named(begun))
    elif type_ == "enum":
        for choice in sources.choices(of):
            if any(begun.lower() in name.lower() for name in choice.names):
                yield choice.names[0], curie(choice.term.value)
    elif type_ == "lang":
        yield from ((lang, "") for lang in ("zh", "en") if lang.startswith(begun))


def _of_query(before: str, sources: Sources) -> Iterator[Candidate]:
    if not _is_open(before):
        return
    variable = _VARIABLE.search(before)
    if variable:
        yield from _variables(before, variable[0])
        return
    word = _WORD.search(before)
    begun = word[0] if word else ""
    if not begun:
        return
    prefix, colon, local = begun.partition(":")
    if not colon:
        yield from _keywords(begun)
        for name, iri in PREFIXES.items():
            if name.startswith(begun):
                yield Candidate(f"{name}:", len(begun), iri)
    yield from _terms(prefix if colon else None, local if colon else begun, len(begun), sources)
    if local or not colon:
        yield from _things(
            prefix if colon else None, local if colon else begun, len(begun), sources
        )


def _is_open(before: str) -> bool:
    """Whether the end of the text is not within a string, an IRI or a comment."""
    line = before.rpartition("\n")[2]
    try:
        found = [token for token in sparql.tokens(before) if token.keyword in ("'", '"')]
    except QueryRefused:
        return False
    bare = re.sub(r"<[^<>\s]*>|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", "", line)
    return not found and "#" not in bare and not re.search(r"<[^\s<>]*$", line)


def _variables(before: str, begun: str) -> Iterator[Candidate]:
    text = before[: -len(begun)]
    found = (t.text for t in sparql.tokens(text) if t.kind == "variable")
    for name in dict.fromkeys(found):
        if name[1:].startswith(begun[1:]):
            yield Candidate(begun[0] + name[1:], len(begun))


def _keywords(begun: str) -> Iterator[Candidate]:
    for word in (*CLAUSES, *FUNCTIONS):
        if begun and word.upper().startswith(begun.upper()):
            yield Candidate(word.lower() if begun.islower() else word, len(begun))


def _terms(prefix: str | None, begun: str, length: int, sources: Sources) -> Iterator[Candidate]:
    """Classes, properties and concepts by a part of their name or of a label."""
    ranked = []
    for iri, term in ontology.terms().items():
        name, _, local = curie(iri).partition(":")
        if not _LOCAL.fullmatch(local) or term.deprecated or prefix not in (None, name):
            continue
        rank = _rank(begun, local, term.labels.values())
        if rank is not None:
            label = term.labels.get(sources.lang) or next(iter(term.labels.values()), "")
            order = (rank, _KINDS.get(term.kind, len(_KINDS)), len(local))
            ranked.append((order, f"{name}:{local}", f"{label} · {term.kind}"))
    for _, text, meaning in sorted(ranked):
        yield Candidate(text, length, meaning)


def _rank(begun: str, name: str, labels: Iterable[str]) -> int | None:
    """How well a beginning fits a name and its labels: 0 best, None not at all."""
    begun, name, labels = begun.lower(), name.lower(), [label.lower() for label in labels]
    tests = (
        name.startswith(begun),
        # What a Chinese name ends with is what the thing is: 联盟 in 党建联盟.
        any(label.startswith(begun) or label.endswith(begun) for label in labels),
        begun in name or any(begun in label for label in labels),
    )
    return next((rank for rank, fits in enumerate(tests) if fits), None)


def _things(prefix: str | None, begun: str, length: int, sources: Sources) -> Iterator[Candidate]:
    for name, iri in sources.named(begun):
        text = prefixed(iri)
        if prefix in (None, text.partition(":")[0]):
            yield Candidate(text, length, name)
