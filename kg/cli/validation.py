"""A validation as people read it: by rule and thing, with who said what is wrong."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pyoxigraph as ox
from rich.text import Text

from kg import export
from kg.cli import show
from kg.cli.footnotes import Footnotes
from kg.cli.terminal import is_standard_output, plain
from kg.describe import label
from kg.evidence import Evidence, Evidences
from kg.export import Answer
from kg.files import replacing
from kg.namespace import RDF, RDFS
from kg.query.why import Row
from kg.reason import is_stated_graph
from kg.store import Readable
from kg.validate import SEVERITIES, Report, Result

FORMATS = ("table", "csv", "json", "xlsx", "ttl")
_IRI = re.compile(r"<([^<>]+)>")
_SHOWN = 20
_PLACES = 3
_NAMING = tuple(ox.NamedNode(iri) for iri in (RDFS + "label", RDF + "type"))
_COLUMNS = ("severity", "rule", "name", "thing", "iri", "path", "value", "message")
_TEXT = {
    "zh": {
        "severity": "程度",
        "rule": "规则",
        "name": "规则名",
        "thing": "事物",
        "iri": "地址",
        "path": "属性",
        "value": "值",
        "message": "说明",
        "Violation": "违反",
        "Warning": "警告",
        "Info": "提示",
        "clean": "全部规则均已满足。",
        "sum": "{n} 处{severity}，涉及 {rules} 条规则、{things} 个事物",
        "more": "另有 {n} 处（-f csv 列出全部）",
    },
    "en": {
        "severity": "severity",
        "rule": "rule",
        "name": "name of the rule",
        "thing": "thing",
        "iri": "address",
        "path": "property",
        "value": "value",
        "message": "message",
        "Violation": "violation",
        "Warning": "warning",
        "Info": "note",
        "clean": "Every rule is satisfied.",
        "sum": "{severity}: {n}, of {rules} rules, on {things} things",
        "more": "{n} more (-f csv lists all)",
    },
}


def format_of(form: str | None, output: Path | None) -> str:
    """The format that is asked for, or that the file's suffix names."""
    in_file = output is not None and not is_standard_output(output)
    form = form or (output.suffix.lstrip(".").lower() if output and in_file else "table")
    if form not in FORMATS or (form == "table" and in_file):
        listed = ", ".join(FORMATS[in_file:])
        raise click.UsageError(f"unknown format {form or '(no suffix)'!r}; it is one of {listed}")
    return form


def refused(report: Report, data: Readable, lang: str) -> None:
    """Print on standard error what kept data from being taken in."""
    _print(report, _Told(data, lang), err=True)


def give(report: Report, data: Readable, *, form: str, output: Path | None, lang: str) -> None:
    """Print the report, or write it to the file."""
    if form == "table":
        _print(report, _Told(data, lang))
        return
    if form == "ttl":
        content = report.to_turtle().encode()
    else:
        kind = "records" if form == "json" else form
        content = export.rows(_answer(report, _Told(data, lang)), kind)
    if output is None or is_standard_output(output):
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        with replacing(output) as file:
            file.write(content)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from error


class _Told:
    """Results in the reader's language, with the places that say what they are about."""

    def __init__(self, data: Readable, lang: str) -> None:
        self.data = data
        self.lang = lang
        self.words = _TEXT[lang]
        self._evidences = Evidences(data, lang)

    def term(self, term: object) -> str:
        """The label of a thing, the text of a literal, nothing for None."""
        if isinstance(term, ox.NamedNode):
            return label(self.data, term, self.lang)
        return export.text_of(term) if isinstance(term, ox.Literal | ox.BlankNode) else ""

    def value(self, result: Result) -> str:
        """The value, where it is not the thing itself."""
        return "" if result.value == result.focus else self.term(result.value)

    def path(self, result: Result) -> str:
        """The label of a property; in a longer path, that of each step."""
        if "<" not in result.path:
            return self.term(ox.NamedNode(result.path)) if result.path else ""
        path = result.path.removeprefix("^(").removesuffix(")")
        if _IRI.fullmatch(path):
            return "^" + self.term(ox.NamedNode(path[1:-1]))
        return _IRI.sub(lambda match: self.term(ox.NamedNode(match[1])), result.path)

    def rule(self, result: Result) -> str:
        """The title of the rule in the language, else in Chinese, else its name."""
        return _best(result.titles, self.lang) or result.rule

    def message(self, result: Result) -> str:
        """The message in the language, else in Chinese; else what kind of constraint it is."""
        return _best(result.messages, self.lang) or result.component

    def evidence(self, result: Result) -> list[Evidence]:
        """Who said it: the value, else the thing's name and kind; sources before rules."""
        triples = self._about(result)
        found = {place: None for triple in triples for place in self._evidences.of(triple)}
        ranked = sorted(found, key=lambda e: (e.of_ontology, e.certainty == "Entailed"))
        return ranked[:_PLACES]

    def _about(self, result: Result) -> list[ox.Triple]:
        focus, value = result.focus, result.value
        if not isinstance(focus, ox.NamedNode | ox.BlankNode):
            return []
        quads: list[ox.Quad] = []
        if value is not None and value != focus:
            quads += self.data.quads(focus, None, value)
            if isinstance(value, ox.NamedNode | ox.BlankNode):
                quads += self.data.quads(value, None, focus)
        elif result.path and "<" not in result.path:
            quads += self.data.quads(focus, ox.NamedNode(result.path), None)
        by_path = [quad for quad in quads if quad.predicate.value == result.path]
        if not quads:
            quads = [quad for name in _NAMING for quad in self.data.quads(focus, name, None)]
        said = by_path or [q for q in quads if is_stated_graph(q.graph_name)] or quads
        return list(dict.fromkeys(quad.triple for quad in said))


def _best(texts: Mapping[str, str], lang: str) -> str:
    order = (lang, "zh", "", *sorted(texts))
    return next((texts[tag] for tag in order if texts.get(tag)), "")


def _answer(report: Report, told: _Told) -> Answer:
    """A row a result, with the places that say it."""
    words = told.words
    why: dict[Row, list[Evidence]] = {}
    for result in report:
        texts = (
            words.get(result.severity, result.severity),
            told.rule(result),
            result.rule,
            told.term(result.focus),
            export.text_of(result.focus),
            told.path(result),
            told.value(result),
            told.message(result),
        )
        why[tuple(ox.Literal(text) for text in texts)] = told.evidence(result)
    titles = {name: words[name] for name in _COLUMNS}
    return Answer([*_COLUMNS], [*why], why, titles, told.lang)


def _print(report: Report, told: _Told, *, err: bool = False) -> None:
    out, notes, words = show.console(err=err), Footnotes(told.lang), told.words
    groups: dict[tuple[str, str, str], list[Result]] = defaultdict(list)
    for result in report:
        key = words.get(result.severity, result.severity), told.rule(result), told.message(result)
        groups[key].append(result)
    headers = [words["thing"], words["path"], words["value"], show.words(told.lang)["why"]]
    for (severity, rule, message), results in groups.items():
        out.print(Text(plain(f"{severity} · {rule}（{results[0].rule}）"), style="bold"))
        out.print(Text(plain(message)))
        rows = [
            (told.term(r.focus), told.path(r), told.value(r), notes.marks(told.evidence(r)))
            for r in results[:_SHOWN]
        ]
        out.print(show.table(headers, rows))
        if len(results) > _SHOWN:
            out.print(Text(words["more"].format(n=len(results) - _SHOWN)))
    show.footnotes(notes, err=err)
    for line in _sums(report, words):
        click.echo(line, err=err)


def _sums(report: Report, words: dict[str, str]) -> Iterator[str]:
    if not len(report):
        yield words["clean"]
    counts = Counter(result.severity for result in report)
    for severity in (*SEVERITIES, *sorted(counts.keys() - set(SEVERITIES))):
        if counts[severity]:
            some = [result for result in report if result.severity == severity]
            yield words["sum"].format(
                severity=words.get(severity, severity),
                n=counts[severity],
                rules=len({result.rule for result in some}),
                things=len({result.focus for result in some}),
            )
