"""The command line: one command, one library function.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 data refused or invalid,
75 the store is busy, 124 the time given ran out, 130 interrupted. Data goes to standard output,
everything else to standard error. Nothing heavy is imported before a command runs:
`kg --help` costs little more than click itself.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg import __version__
from kg.cli.diff import diff
from kg.cli.export import export
from kg.cli.generate import generate
from kg.cli.map import map_
from kg.cli.measure import measure
from kg.cli.ontology import ontology
from kg.cli.remote import default_graph_option, elsewhere, limits, push
from kg.cli.search import search
from kg.cli.terminal import (
    NativePath,
    Seconds,
    decoded,
    is_standard_output,
    native,
    open_streams,
    pairs,
    plain,
)
from kg.cli.validate import validate
from kg.exceptions import KGError

if TYPE_CHECKING:
    from datetime import datetime

    from kg.build import Checking
    from kg.store import Readable, Store
    from kg.validate import Report

_EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 wrong use, 3 data refused or invalid, 75 busy, 124 timeout, "
    "130 interrupted."
)


class Commands(click.Group):
    """The group; the one place where an error of kg becomes one of click."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Make streams and arguments fit for use, then read the options."""
        open_streams()
        return super().parse_args(ctx, decoded(args))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KGError as error:
            from kg.cli.excerpt import tell

            tell(error)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            # It quotes arguments and data; click has no other way in than its attribute.
            error.message = plain(error.message)  # type: ignore[misc]
            raise
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            sys.exit(130)


class Settings:
    """What the options of the group say."""

    def __init__(self, store: str, lang: str, folders: tuple[Path, ...] = ()) -> None:
        self.path = store
        self.lang = lang
        self.folders = folders

    @property
    def is_elsewhere(self) -> bool:
        """Whether the store is an endpoint on the web."""
        return self.path.lower().startswith(("http://", "https://"))

    @property
    def store(self) -> Store:
        """The store folder; opened when used."""
        from kg.store import Store

        if self.is_elsewhere:
            fact = "this command needs a store folder, and --store is the address of an endpoint"
            raise click.UsageError(f"{fact}; it answers `kg query`")
        return Store(native(self.path))


@click.group(cls=Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--store",
    envvar="KG_STORE",
    default="kg-data",
    show_default=True,
    metavar="PATH|URL",
    help="The store folder, or for `kg query` a SPARQL endpoint (environment: KG_STORE).",
)
@click.option(
    "--lang",
    envvar="KG_LANG",
    default="zh",
    show_default=True,
    type=click.Choice(["zh", "en"]),
    help="The language of what is shown (environment: KG_LANG).",
)
@click.option(
    "--queries",
    "folders",
    envvar="KG_QUERIES",
    multiple=True,
    type=NativePath(path_type=Path),
    metavar="DIR",
    help="A folder of saved questions of your own; may be given again (environment: KG_QUERIES).",
)
@click.version_option(__version__, prog_name="kg")
@click.pass_context
def main(ctx: click.Context, store: str, lang: str, folders: tuple[Path, ...]) -> None:
    """A knowledge graph of Party-building alliances (区域化党建联盟).

    Start with `kg build`, then `kg queries` and `kg query alliances --why`.
    """
    ctx.obj = Settings(store, lang, folders)


@main.command()
@click.option(
    "--from",
    "folder",
    type=NativePath(exists=True, file_okay=False, path_type=Path),
    help="A folder of RDF files instead of the triples that ship with kg.",
)
@click.option("--fresh", is_flag=True, help="Drop sources that were loaded before.")
@click.option("--unchecked", is_flag=True, help="Take data in that breaks rules, too.")
@click.pass_obj
def build(settings: Settings, folder: Path | None, fresh: bool, unchecked: bool) -> None:
    """Build the store: ontology and triples, as one new generation."""
    from kg.build import build as run
    from kg.cli import show

    checking = _checking(settings, unchecked)
    with show.progress() as step:
        manifest = run(
            settings.store,
            folder,
            fresh=fresh,
            checking=checking,
            on_step=step,
            on_notice=show.notice,
        )
    show.manifest(manifest, settings.store, settings.lang)


@main.command()
@click.argument("files", nargs=-1, required=True, type=NativePath(path_type=Path))
@click.option("--as", "name", help="The name of the source (for one file); else the file's stem.")
@click.option("--unchecked", is_flag=True, help="Take data in that breaks rules, too.")
@click.pass_obj
def load(settings: Settings, files: tuple[Path, ...], name: str | None, unchecked: bool) -> None:
    """Take RDF files in (.ttl, .trig, .nt, .nq).

    Each file is a source and replaces the earlier graphs of the source of its name.
    A problem in any file is shown with its line, and nothing is loaded; neither is data
    that breaks a rule (`kg validate`), unless --unchecked.
    """
    from kg.build import load as run
    from kg.cli import show

    if name and len(files) > 1:
        raise click.UsageError("--as names one file")
    checking = _checking(settings, unchecked)
    with show.progress() as step:
        manifest = run(
            settings.store,
            files,
            name=name,
            checking=checking,
            on_step=step,
            on_notice=show.notice,
        )
    show.manifest(manifest, settings.store, settings.lang)


def _checking(settings: Settings, unchecked: bool) -> Checking:
    from kg.build import Checking
    from kg.cli import validation

    def tell(report: Report, data: Readable) -> None:
        validation.refused(report, data, settings.lang)

    return Checking(required=not unchecked, on_report=tell)


@main.group("import")
def import_() -> None:
    """Take tables in that follow a known form."""


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--district", required=True, metavar="CODE", help="The district's six digits.")
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The date as of which the codes were valid.",
)
@click.option("--unchecked", is_flag=True, help="Take data in that breaks rules, too.")
@click.pass_obj
def territory(
    settings: Settings, file: Path, district: str, date: datetime | None, unchecked: bool
) -> None:
    """Take a district's statistical division codes in (统计用区划代码).

    FILE is a CSV of streets or of communities and villages with the columns of the
    package china-division: code, name, areaCode and, for communities, streetCode. It
    may hold other districts. It is a source and replaces the earlier one of its name.
    A problem is shown with its row and column, and nothing is loaded.
    """
    from kg.build import import_territory as run
    from kg.cli import show

    day, checking = date.date() if date else None, _checking(settings, unchecked)
    with show.progress() as step:
        manifest = run(
            settings.store,
            file,
            district,
            date=day,
            checking=checking,
            on_step=step,
            on_notice=show.notice,
        )
    show.manifest(manifest, settings.store, settings.lang)


@main.command()
@click.argument("question", required=False, metavar="[NAME|FILE|-]")
@click.option("-e", "--text", help="The query itself.")
@click.option("-p", "--param", "values", multiple=True, metavar="NAME=VALUE", help="A parameter.")
@click.option(
    "-f",
    "--format",
    "form",
    help="table, csv, tsv, json, xml, md, xlsx; ttl, nt, trig, jsonld for graphs.",
)
@click.option(
    "-o", "--output", type=NativePath(path_type=Path), help="Write to a file; - is standard output."
)
@click.option("--excel", is_flag=True, help="A CSV for Excel: with a mark of UTF-8, no formulas.")
@click.option("--why", is_flag=True, help="For each row, the sources that alone yield it.")
@click.option(
    "--witnesses",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --why, up to so many sets of sources a row (1).",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Show how it runs instead of its rows: algebra, rewrites, times (-f table or json).",
)
@click.option(
    "--timeout",
    type=Seconds(),
    metavar="S",
    help="End the query after so many seconds, with exit code 124.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=1, max=1_000_000_000),
    envvar="KG_MEMORY",
    metavar="MB",
    help="End it when it takes more memory (environment: KG_MEMORY; with --timeout: 2147).",
)
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    metavar="URL",
    help="Let SERVICE <URL> ask that address, written just so; the pattern is sent there.",
)
@default_graph_option
@click.pass_obj
def query(
    settings: Settings,
    question: str | None,
    text: str | None,
    values: tuple[str, ...],
    form: str | None,
    output: Path | None,
    excel: bool,
    why: bool,
    witnesses: int | None,
    explain: bool,
    timeout: float | None,
    memory: int | None,
    services: tuple[str, ...],
    default_graph: str | None,
) -> None:
    """Ask a saved question by name, or run the SPARQL of a file, of - or of -e.

    \b
    kg query alliances --why
    kg query communities -p street=贵城街道 -f csv
    kg query -e 'SELECT * { ?s a pba:Honour }'   (the prefixes of kg are known)
    """
    from kg.cli import answers
    from kg.cli.interrupt import interruptible, unwound
    from kg.query import Limits, Services

    if (question is None) == (text is None):
        raise click.UsageError("give the name of a saved question, a file, - or -e TEXT")
    shown = (witnesses or 1) if why or witnesses else 0
    if shown and (settings.is_elsewhere or services):
        fact = "--why reads the sources of every triple, so it needs a store folder"
        raise click.UsageError(f"{fact} and no SERVICE")
    if explain:
        if shown or excel or output is not None:
            raise click.UsageError("--explain takes neither --why nor --witnesses, --excel or -o")
        if settings.is_elsewhere or services:
            fact = "--explain shows what kg does on a store folder"
            raise click.UsageError(f"{fact}, and without SERVICE")
        if form not in (None, "table", "json"):
            raise click.UsageError(f"--explain has the formats table and json, not {form}")
    allowed = Services(services, limits(timeout) if services else None)
    within = Limits(timeout, memory * 1_000_000 if memory else None)
    asked = answers.Asked(
        question, text, pairs(values), settings.lang, settings.folders, allowed, within
    )
    if settings.is_elsewhere:
        place = elsewhere(settings.path, default_graph, timeout)
        answers.answer(place, asked, form=form, output=output, witnesses=shown, excel=excel)
        return
    if default_graph:
        raise click.UsageError("--default-graph is for an endpoint: --store URL")
    # A workbook is put together in a temporary folder wherever it goes.
    writes = form == "xlsx" or (output is not None and not is_standard_output(output))
    # With limits another process does the work, and this one can be interrupted.
    ending = unwound() if within else interruptible(writes=writes)
    with ending, settings.store.view() as view:
        if explain:
            from kg.cli import explained

            explained.answer(view, asked, form or "table")
            return
        answers.answer(view, asked, form=form, output=output, witnesses=shown, excel=excel)


@main.command()
@click.argument("name", required=False)
@click.pass_obj
def queries(settings: Settings, name: str | None) -> None:
    """List the saved questions, or show one with its parameters and the values they take.

    Questions of your own are files NAME.rq in a folder that --queries names.
    """
    from kg.cli import saved

    if name is None:
        saved.listed(settings.folders, settings.lang)
    else:
        saved.shown(settings.store, name, settings.folders, settings.lang)


@main.command()
@click.option(
    "-f", "--format", "form", default="table", show_default=True, help="The format of answers."
)
@click.option("--why", is_flag=True, help="Explain each answer.")
@click.pass_obj
def shell(settings: Settings, form: str, why: bool) -> None:
    r"""Ask at a prompt: SPARQL, saved questions, and commands such as \why and \format.

    The prompt completes prefixes, terms by their labels, names in the graph, variables and
    parameters. From a pipe or a file it runs a script; the exit code is that of the first
    statement that failed. The prompt needs: pip install 'party-alliance-kg[shell]'.
    """
    from kg.cli.session import start
    from kg.cli.shell import FORMATS, Shell

    if form not in FORMATS:
        raise click.UsageError(f"unknown format {form!r}; it is one of {', '.join(FORMATS)}")
    sys.exit(start(Shell(settings.store, settings.lang, settings.folders, form=form, why=why)))


main.add_command(diff)
main.add_command(export)
main.add_command(generate)
main.add_command(map_)
main.add_command(measure)
main.add_command(ontology)
main.add_command(push)
main.add_command(search)
main.add_command(validate)


@main.command()
@click.argument("name")
@click.pass_obj
def describe(settings: Settings, name: str) -> None:
    """Show all that is said of one thing (a name or an IRI), with the sources."""
    from kg.cli import show
    from kg.describe import describe as run
    from kg.describe import find

    with settings.store.view() as view:
        show.description(run(view, find(view, name), lang=settings.lang), settings.lang)


@main.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """Re-read every byte of the store and name the files that are damaged."""
    from kg.cli import show

    damages = settings.store.verify()
    show.damages(damages, settings.store, settings.lang)
    if damages:
        sys.exit(1)


@main.command()
@click.pass_obj
def log(settings: Settings) -> None:
    """List the generations that are kept, newest first."""
    from kg.cli import show

    show.log(settings.store.log(), settings.lang)


@main.command()
@click.pass_obj
def undo(settings: Settings) -> None:
    """Go back to the generation before the current one."""
    from kg.cli import show

    show.manifest(settings.store.undo(on_notice=show.notice), settings.store, settings.lang)
