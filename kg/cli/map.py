"""`kg map`: the leaders' map as one file."""

from __future__ import annotations

import sys
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import NativePath, is_standard_output, plain

if TYPE_CHECKING:
    from kg.cli import Settings
    from kg.network import Network
    from kg.store import View


def _date(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no date as wrong use."""
    from kg.exceptions import MapError
    from kg.maps.select import last_day

    try:
        if value is not None:
            last_day(value)
    except MapError as error:
        raise click.BadParameter(str(error)) from error
    return value


@click.command("map")
@click.option(
    "-o",
    "--output",
    required=True,
    type=NativePath(dir_okay=False, path_type=Path),
    help="The HTML file to write; - is standard output.",
)
@click.option("--focus", metavar="NAME", help="Open the page at this thing.")
@click.option("--alliance", metavar="NAME", help="Draw this alliance and what is one step from it.")
@click.option(
    "--as-of",
    callback=_date,
    metavar="DATE",
    help="Draw what holds on a date: 2019-10-31, or the last day of 2019-10 or 2019.",
)
@click.option(
    "--compare",
    callback=_date,
    metavar="DATE",
    help="Open the page comparing this date with --as-of, or with the data's date.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Draw every thing and relation in one picture, for a large sheet.",
)
@click.option(
    "--persons",
    type=click.Choice(["show", "none"]),
    default="show",
    show_default=True,
    help="none leaves out the names of persons, and each sentence that has one.",
)
@click.option(
    "--size-by",
    "by",
    metavar="MEASURE",
    help="Frame things the thicker the higher a measure ranks them (`kg measure` lists them).",
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help="The language of the map, as --lang before the command.",
)
@click.pass_obj
def map_(
    settings: Settings,
    output: Path,
    focus: str | None,
    alliance: str | None,
    as_of: str | None,
    compare: str | None,
    persons: str,
    by: str | None,
    lang: str | None,
    *,
    everything: bool,
) -> None:
    """Write the leaders' map: one HTML file that opens without a network.

    NAME is a name, part of one, its pinyin or first letters, or an IRI.

    \b
    kg map -o alliance.html
    kg map -o alliance.html --alliance 小个专党建联盟 --persons none
    kg map -o alliance.html --as-of 2023 --compare 2019
    kg map -o alliance.html --size-by pagerank
    """
    from kg import maps
    from kg.graph.page import chosen

    lang = lang or settings.lang
    with settings.store.view() as view:
        net, at = chosen(
            view,
            lang=lang,
            focus=focus,
            alliance=alliance,
            as_of=as_of,
            compare=compare,
            persons=persons,
        )
        if by is not None:
            _size(view, net, by, lang, as_of)
    if is_standard_output(output):
        text = maps.page(
            net, lang=lang, focus=at, date=as_of, compare=compare, everything=everything
        )
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    path = maps.write(
        net, output, lang=lang, focus=at, date=as_of, compare=compare, everything=everything
    )
    things, relations = net.number_of_nodes(), net.number_of_edges()
    size = path.stat().st_size // 1024
    click.echo(f"{plain(str(path))} ({things} things, {relations} relations, {size} KB)")


def _size(view: View, net: Network, name: str, lang: str, as_of: str | None) -> None:
    """Mark the things by a measure that is taken of the same generation, as of the same date."""
    from kg import network
    from kg.analytics.grouping import ranks, score_column
    from kg.analytics.parameters import find, taken
    from kg.cli.measure import notices
    from kg.export.measured import shown
    from kg.maps.sized import sized

    known = find(name)
    linkage = network.linkage(view)
    with notices():
        result = taken(linkage.as_of(as_of) if as_of else linkage, known, lang=lang)
    if result.scores is None:
        raise click.UsageError(f"{name} gives a table and no number a thing; name another measure")
    column = score_column(result)
    digits = column.digits if column else None
    whole = column is not None and digits is None
    iris = linkage.things.iris
    ranked = {
        iris[thing]: (rank, shown(int(value) if whole else value, digits))
        for thing, value, rank in zip(
            result.scores.things.tolist(), result.scores.values.tolist(), ranks(result), strict=True
        )
        if not isnan(value)
    }
    of = network.networks()[result.network].title[lang] if result.network else ""
    state = {"zh": f"第{result.generation}代", "en": f"generation {result.generation}"}[lang]
    sized(net, ranked, " · ".join(filter(None, [known.title[lang], of, state])), lang=lang)
