"""`kg export`: the whole graph, or a network of it, in files for other programs and for papers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from kg.cli.terminal import NativePath, Screen, is_standard_output, plain

if TYPE_CHECKING:
    from kg.cli import Settings

# Said here, too, so that `kg --help` need not import what writes them; a test holds them together.
FORMS = ("ttl", "trig", "nq", "graphml", "gexf", "ftm", "csv", "parquet", "appendix")


@click.command()
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(FORMS),
    help="Else as the file's suffix says; a folder is an appendix.",
)
@click.option(
    "-o",
    "--output",
    type=NativePath(path_type=Path),
    help="The file to write; - is standard output. csv, parquet and appendix are a folder or a "
    ".zip.",
)
@click.option(
    "--network", metavar="NAME", help="One network with its weights; else all that joins things."
)
@click.option(
    "--as-of",
    metavar="DATE",
    help="The network as it is on a date: 2019-10-31, or the last day of 2019-10 or 2019.",
)
@click.option(
    "--persons",
    type=click.Choice(["show", "none"]),
    default="show",
    show_default=True,
    help="none leaves out the names of persons, and each statement and sentence that has one.",
)
@click.option("--excel", is_flag=True, help="A CSV for Excel: with a mark of UTF-8, no formulas.")
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help="The language of labels, as --lang before the command.",
)
@click.pass_obj
def export(
    settings: Settings,
    form: str | None,
    output: Path | None,
    network: str | None,
    as_of: str | None,
    persons: str,
    lang: str | None,
    *,
    excel: bool,
) -> None:
    """Write everything, or a network, for other programs and for papers.

    \b
    kg export -o appendix               what a paper's appendix needs, with checksums
    kg export -o everything.nq          all statements by source; .trig, or .ttl for the merge
    kg export -o net.gexf               what joins things, for Gephi; .graphml
    kg export -f csv -o tables --network co-members
    kg export -o links.ftm.json         FollowTheMoney entities

    \b
    ttl       the merge of all sources      graphml, gexf  a network
    trig, nq  the graphs of each source     csv, parquet   a network as two tables
    ftm       entities, one a line          appendix       all graphs, network, README, SHA256SUMS

    A file or folder is written whole or not at all. A folder that holds anything but an
    unchanged export is refused.
    """
    from kg.cli.interrupt import unwound
    from kg.export import whole

    target = None if output is None or is_standard_output(output) else output
    chosen = whole.Options(lang or settings.lang, network, as_of, persons, excel)
    form = whole.form_of(target, form)
    whole.check(form, chosen)
    if target is None and form not in whole.SINGLE:
        raise click.UsageError(f"{form} is several files: -o FOLDER, or -o FILE.zip")
    with unwound(), settings.store.view() as view:
        if target is None:
            screen = cast("BinaryIO", Screen()) if sys.stdout.isatty() else sys.stdout.buffer
            whole.write(view, screen, form, chosen)
            sys.stdout.flush()
            return
        try:
            path = whole.export(view, target, form, chosen)
        except OSError as error:
            why = error.strerror or str(error)
            raise click.ClickException(f"{target} cannot be written: {why}") from error
    click.echo(plain(str(path)), err=True)
