"""`kg map`: the leaders' map as one file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import NativePath, is_standard_output, plain

if TYPE_CHECKING:
    from collections.abc import Collection

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
    """
    from kg import maps, network
    from kg.maps import select
    from kg.maps.persons import without_persons

    lang = lang or settings.lang
    with settings.store.view() as view:
        net = network.read(view, lang=lang)
        # Before what no longer holds goes: a name of then may stand in a sentence of now.
        if persons == "none":
            net = without_persons(net)
        # A comparison needs both states, and what held between them.
        if as_of and not compare:
            ever, net = net, select.as_of(net, as_of)
            for name in filter(None, (alliance, focus)):
                _must_hold(view, ever, net, name)
        at = None
        if alliance is not None:
            at = _alliance(view, net, alliance)
            net = select.of_alliance(net, at)
        if focus is not None:
            at = _thing(view, net, focus)
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


def _must_hold(view: View, ever: Network, net: Network, name: str) -> None:
    """Say of a name that only things of another time have that it is so."""
    from kg.maps import select

    found = _matching(view, ever, name, ever)
    if found and not any(thing in net for thing in found):
        fact = f"{select.told(ever, found[0])} does not hold on {net.graph['as_of']}"
        raise click.UsageError(f"{fact}; name another date, or compare it with --compare")


def _thing(view: View, net: Network, name: str) -> str:
    from kg.maps import select

    return select.the_one(net, name, _matching(view, net, name, net), net)


def _alliance(view: View, net: Network, name: str) -> str:
    from kg.maps import select

    alliances = select.alliances(net)
    found = _matching(view, net, name, alliances)
    if not found and (others := _matching(view, net, name, net)):
        fact = f"{select.told(net, others[0])} is no alliance"
        raise click.UsageError(f"{fact}; --focus opens the whole map at such a thing")
    return select.the_one(net, name, found, alliances)


def _matching(view: View, net: Network, name: str, among: Collection[str]) -> list[str]:
    """The things on the map of that name, else those that `kg search` finds for it."""
    from kg.maps import select
    from kg.search import find

    found = select.matching(net, name, among)
    if found or not name.strip():
        return found
    return [hit.thing for hit in find(view, name, limit=None) if hit.thing in among]
