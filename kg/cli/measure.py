"""`kg measure`: measures of linkage, on the screen, in files and back in the store."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from kg.cli.terminal import NativePath, Screen, is_standard_output, pairs, plain

if TYPE_CHECKING:
    from typing import BinaryIO

    from kg.analytics import Measure, Result
    from kg.cli import Settings
    from kg.export.measured import Report
    from kg.network import Linkage
    from kg.store import View

_TOP = 20
_FORMS = ("table", "csv", "json", "xlsx")
_TEXT = {
    "zh": {
        "name": "名称",
        "both": ("中文", "英文"),
        "head": "{title}{network}{given} · 单位：{unit} · {data}",
        "network": " · 网络：{0}",
        "given": " · 参数：{0}",
        "data": "第{n}代",
        "as of": "第{n}代，{date}",
        "of": "前 {n} 行，共 {of} 行（--top N 多列，-o 文件 全部写出）",
        "narrow": "放不下的列：{0}（-o 文件 全部写出）",
        "rows": "{n} 行",
        "none": "没有结果",
        "takes": "可用网络",
        "all": "全部关系",
        "parameters": "参数",
        "written": "第{n}代：{measures}",
        "wrote": "{name} {n:,} 个数值",
        "report": "{path}（{n} 项测度）",
    },
    "en": {
        "name": "name",
        "both": ("Chinese", "English"),
        "head": "{title}{network}{given} · unit: {unit} · {data}",
        "network": " · network: {0}",
        "given": " · parameters: {0}",
        "data": "generation {n}",
        "as of": "generation {n}, {date}",
        "of": "the first {n} of {of} rows (--top N shows more, -o FILE has all)",
        "narrow": "no room for the columns: {0} (-o FILE has all)",
        "rows": "rows: {n}",
        "none": "no rows",
        "takes": "networks",
        "all": "all relations",
        "parameters": "parameters",
        "written": "generation {n}: {measures}",
        "wrote": "{name}, numbers: {n:,}",
        "report": "{path} (measures: {n})",
    },
}


@click.command()
@click.argument("name", required=False)
@click.option("--network", metavar="NAME", help="The network to measure; else the usual one.")
@click.option(
    "--as-of",
    metavar="DATE",
    help="Measure what holds on a date: 2019-10-31, or the last day of 2019-10 or 2019.",
)
@click.option(
    "--by",
    type=click.Choice(["street", "kind", "alliance"]),
    help="Sum the things up: how many, sum, mean, median, highest.",
)
@click.option("-p", "--param", "values", multiple=True, metavar="NAME=VALUE", help="A parameter.")
@click.option(
    "--top",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Rows at most.  [default: {_TOP} in a table, all in files]",
)
@click.option(
    "-f", "--format", "form", type=click.Choice(_FORMS), help="Else as the file's suffix says."
)
@click.option(
    "-o",
    "--output",
    type=NativePath(path_type=Path),
    help="Write to a file; - is standard output. With --all a folder, or a file .xlsx or .json.",
)
@click.option("--excel", is_flag=True, help="A CSV for Excel: with a mark of UTF-8, no formulas.")
@click.option("--all", "everything", is_flag=True, help="Take every measure of its usual network.")
@click.option("--explain", is_flag=True, help="Show what the measure is, and take it of nothing.")
@click.option(
    "--write",
    "back",
    is_flag=True,
    help="Put the numbers into the store, for SPARQL and `kg query measured`.",
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help="The language of what is shown, as --lang before the command.",
)
@click.pass_obj
def measure(
    settings: Settings,
    name: str | None,
    network: str | None,
    as_of: str | None,
    by: str | None,
    values: tuple[str, ...],
    top: int | None,
    form: str | None,
    output: Path | None,
    lang: str | None,
    *,
    excel: bool,
    everything: bool,
    explain: bool,
    back: bool,
) -> None:
    """List the measures of linkage, or take one: who is central, who is in no alliance …

    \b
    kg measure pagerank
    kg measure pagerank --by street -o pagerank.xlsx
    kg measure betweenness --explain
    kg measure --all -o report

    What `--write` puts into the store is of one state of the data. A later change of the data
    drops it, with a notice.
    """
    lang = lang or settings.lang
    chosen = bool(network or by or values or top or excel)
    if everything:
        if name or chosen or explain:
            raise click.UsageError("--all takes every measure as it is usually taken, so name none")
        _all(settings, lang, as_of=as_of, form=form, output=output, back=back)
    elif name is None:
        if chosen or explain or back or form or output or as_of:
            raise click.UsageError("name a measure; `kg measure` lists them")
        _list(lang)
    elif explain:
        if chosen or back or form or output or as_of:
            raise click.UsageError("--explain says what a measure is, and takes no other option")
        _explain(name, lang)
    else:
        if back and (by or top):
            raise click.UsageError("--write puts every number back; omit --by and --top")
        asked = _Asked(name, network, by, values, lang)
        output = None if output is None or is_standard_output(output) else output
        shown = not back or bool(form or output or excel)
        form = _form(form, output, excel=excel) if shown else None
        _one(settings, asked, as_of=as_of, top=top, form=form, output=output, back=back)


class _Asked:
    """One measure as it is asked for."""

    def __init__(
        self, name: str, network: str | None, by: str | None, values: Sequence[str], lang: str
    ) -> None:
        from kg.analytics.parameters import find, parsed

        self.known = find(name)
        self.lang = lang
        self._network = network
        self._given: dict[str, Any] = {**parsed(self.known, pairs(values))}
        self._by = by
        # A measure that is taken by group itself says what it goes by.
        if by and "by" in self.known.parameters:
            self._given["by"], self._by = by, None

    def taken(self, linkage: Linkage) -> Result:
        """The result, by group where that is asked for."""
        from kg.analytics.grouping import grouped
        from kg.analytics.parameters import taken

        found = taken(linkage, self.known, network=self._network, lang=self.lang, **self._given)
        return grouped(found, self._by, lang=self.lang) if self._by else found


def _list(lang: str) -> None:
    from kg.analytics import measures
    from kg.cli import show

    words = _TEXT[lang]
    rows = [(name, known.title["zh"], known.title["en"]) for name, known in measures().items()]
    show.console().print(show.table([str(words["name"]), *words["both"]], rows))


def _explain(name: str, lang: str) -> None:
    from kg.analytics.parameters import find
    from kg.cli import show
    from kg.export import measured

    known, words = find(name), _TEXT[lang]
    rows = measured.definition(known, lang)
    rows.append((str(words["takes"]), ", ".join(known.networks) or str(words["all"])))
    given = ", ".join(f"{name}={value}" for name, value in known.parameters.items())
    rows += [(str(words["parameters"]), given)] if given else []
    for network in known.networks:
        rows += [("", ""), *measured.network(network, lang)]
    show.console().print(show.table(rows[0], rows[1:]))


def _one(
    settings: Settings,
    asked: _Asked,
    *,
    as_of: str | None,
    top: int | None,
    form: str | None,
    output: Path | None,
    back: bool,
) -> None:
    """Show the result, in a form where there is one, and put it back where that is asked for."""
    with settings.store.view() as view:
        with notices():
            result = asked.taken(_linkage(view, as_of))
        if back and result.scores is None:
            fact = f"{asked.known.name} gives a table and no number a thing"
            raise click.UsageError(f"{fact}, so it cannot be written back")
        if form:
            _give(result, asked, view, top=top, form=form, output=output)
        if back:
            _write_back(settings, view, [result], asked.lang, keep=True)


def _all(
    settings: Settings,
    lang: str,
    *,
    as_of: str | None,
    form: str | None,
    output: Path | None,
    back: bool,
) -> None:
    from kg.analytics import measures
    from kg.cli import show
    from kg.export.measured import Report

    if output is None and not back:
        raise click.UsageError("--all writes a report: -o FOLDER, FILE.xlsx or FILE.json")
    kind = _report_form(form, output) if output else ""
    words, left_out = _TEXT[lang], {}
    with settings.store.view() as view:
        results = []
        with notices(), show.progress() as step:
            linkage = _linkage(view, as_of)
            for name, known in measures().items():
                step(name)
                try:
                    results.append(_usual(linkage, known, lang))
                except _not_taken() as error:
                    left_out[name] = str(error)
        for name, why in left_out.items():
            show.notice(f"{name} is left out: {why}")
        if output is not None:
            _write_report(Report(results, view.manifest, lang, left_out), kind, output)
            click.echo(plain(str(words["report"]).format(path=output, n=len(results))), err=True)
        if back:
            tables = [result.measure for result in results if result.scores is None]
            if tables:
                listed = ", ".join(tables)
                show.notice(f"these are tables without a number a thing and not written: {listed}")
            numbers = [result for result in results if result.scores is not None]
            _write_back(settings, view, numbers, lang, keep=False)


def _usual(linkage: Linkage, known: Measure, lang: str) -> Result:
    from kg.analytics.parameters import taken

    return taken(linkage, known, lang=lang)


def _not_taken() -> type[Exception]:
    from kg.exceptions import MeasureError

    return MeasureError


def _linkage(view: View, as_of: str | None) -> Linkage:
    from kg.network import linkage

    found = linkage(view)
    return found.as_of(as_of) if as_of else found


@contextmanager
def notices() -> Iterator[None]:
    """Say once each what runs by another method than usual; other warnings are Python's."""
    from kg.cli import show
    from kg.network.compiled import Fallback

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", Fallback)
        yield
    for text in dict.fromkeys(str(w.message) for w in caught if issubclass(w.category, Fallback)):
        show.notice(text)
    for other in caught:
        if not issubclass(other.category, Fallback):
            warnings.warn_explicit(other.message, other.category, other.filename, other.lineno)


def _form(form: str | None, output: Path | None, *, excel: bool) -> str:
    form = form or (output.suffix.lstrip(".").lower() if output else "table")
    if form not in _FORMS:
        listed = ", ".join(_FORMS)
        raise click.UsageError(f"unknown format {form or '(no suffix)'!r}; it is one of {listed}")
    if form == "table" and output is not None:
        raise click.UsageError("a table is for the screen; -o takes -f csv, json or xlsx")
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("a workbook is not for the screen; write it with -o FILE.xlsx")
    if excel and form != "csv":
        raise click.UsageError("--excel goes with csv: -f csv, or -o FILE.csv")
    return "excel" if excel else form


def _report_form(form: str | None, output: Path) -> str:
    """``csv`` for a folder, else the format of the one file."""
    if is_standard_output(output):
        raise click.UsageError(
            "a report goes to a folder or a file: -o FOLDER, FILE.xlsx, FILE.json"
        )
    kind = form or output.suffix.lstrip(".").lower() or "csv"
    if form is None and kind == "csv" and output.suffix:
        kind = ""
    if kind not in ("csv", "xlsx", "json"):
        fact = "a report is a folder (a name without a suffix), a file .xlsx or a file .json"
        raise click.UsageError(f"{fact}, and not {output.suffix or form}")
    return kind


def _give(
    result: Result, asked: _Asked, view: View, *, top: int | None, form: str, output: Path | None
) -> None:
    from dataclasses import replace

    from kg.export.measured import Report
    from kg.export.measured import write as run

    if form == "table":
        _table(result, asked, top or _TOP)
        return
    cut = replace(result, rows=result.rows[:top], scores=None) if top else result
    report = Report([cut], view.manifest, asked.lang)
    _to(output, lambda out: run(report, form, out))
    _say_findings(result, asked.lang)


def _table(result: Result, asked: _Asked, top: int) -> None:
    """The rows on standard output, what is said of the whole below them, the rest beside."""
    from kg.cli import show
    from kg.cli.wide import fitted
    from kg.export.measured import shown

    lang, words = asked.lang, _TEXT[asked.lang]
    for line in _head(result, asked.known, lang):
        click.echo(plain(line), err=True)
    # Whoever reads names on a screen needs no addresses; files have them.
    kept = [n for n, column in enumerate(result.columns) if not column.is_address]
    rows = [[shown(row[n], result.columns[n].digits) for n in kept] for row in result.rows[:top]]
    if rows:
        out = show.console()
        table, left_out = fitted([result.columns[n].title[lang] for n in kept], rows, out.width)
        out.print(table)
        if left_out:
            named = ("、" if lang == "zh" else ", ").join(left_out)
            click.echo(str(words["narrow"]).format(named), err=True)
    for title, value in result.summary:
        click.echo(plain(f"{title[lang]}: {shown(value)}"))
    for note in result.notes:
        click.echo(plain(note[lang]), err=True)
    count = len(result.rows)
    told = "of" if count > top else "rows" if count else "none"
    click.echo(str(words[told]).format(n=f"{len(rows):,}", of=f"{count:,}"), err=True)


def _head(result: Result, known: Measure, lang: str) -> Iterator[str]:
    from kg.export import measured
    from kg.network import networks

    words = cast("Mapping[str, str]", _TEXT[lang])
    linkage, given = result.linkage, measured.given(result)
    named = ""
    if result.network:
        named = words["network"].format(networks()[result.network].title[lang])
    data = words["as of" if linkage.date else "data"]
    yield words["head"].format(
        title=known.title[lang],
        network=named,
        given=words["given"].format(given) if given else "",
        unit=known.unit[lang],
        data=data.format(n=result.generation, date=linkage.date),
    )
    yield known.reading[lang]


def _say_findings(result: Result, lang: str) -> None:
    from kg.export.measured import findings

    for title, text in findings(result, lang):
        click.echo(plain(f"{title}: {text}"), err=True)


def _to(output: Path | None, write: Any) -> None:  # noqa: ANN401 - takes any file for bytes
    from kg.files import replacing

    if output is None:
        write(cast("BinaryIO", Screen()) if sys.stdout.isatty() else sys.stdout.buffer)
        sys.stdout.flush()
        return
    with _writing(output), replacing(output) as file:
        write(file)


def _write_report(report: Report, kind: str, output: Path) -> None:
    from kg.export.measured import write, write_folder
    from kg.files import replacing

    with _writing(output):
        if kind == "csv":
            write_folder(report, output)
            return
        with replacing(output) as file:
            write(report, kind, file)


@contextmanager
def _writing(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from error


def _write_back(
    settings: Settings, view: View, results: Sequence[Result], lang: str, *, keep: bool
) -> None:
    from kg.analytics.statements import statements
    from kg.build import measured_state, write_measures
    from kg.cli import show

    words = cast("Mapping[str, str]", _TEXT[lang])
    generation, digest = measured_state(view)
    quads = statements(results, generation=generation, digest=digest)
    with show.progress() as step:
        manifest = write_measures(settings.store, view, quads, keep=keep, on_step=step)
    counts = [
        words["wrote"].format(name=r.measure, n=len(r.scores.things)) for r in results if r.scores
    ]
    told = ("、" if lang == "zh" else "; ").join(counts)
    click.echo(plain(words["written"].format(n=manifest.generation, measures=told)), err=True)
