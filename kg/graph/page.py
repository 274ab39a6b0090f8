"""The map of a generation: what of it, where it opens, and how a notebook shows it."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from pathlib import Path

from kg import maps, network
from kg.exceptions import MapError, UnknownThing
from kg.files import replacing
from kg.maps import select
from kg.maps.persons import without_persons
from kg.network import Network
from kg.search import find
from kg.store import View

_HEIGHT = 640


class Page:
    """A map as one HTML page. Made by `Graph.map`."""

    def __init__(self, html: str, things: int, relations: int) -> None:
        self.html = html
        self.things = things
        self.relations = relations

    def __repr__(self) -> str:
        return f"Page({self.things:,} things, {self.relations:,} relations)"

    def save(self, path: Path | str) -> Path:
        """Write the page to a file, whole or not at all. Raises `MapError`."""
        target = Path(path)
        try:
            with replacing(target) as file:
                file.write(self.html.encode())
        except OSError as error:
            why = error.strerror or str(error)
            raise MapError(f"{target} cannot be written: {why}; name another place") from error
        return target

    def _repr_html_(self) -> str:
        """A frame with an origin of its own: the page's scripts cannot reach the notebook."""
        style = f"width:100%;height:{_HEIGHT}px;border:1px solid #ccc"
        sandbox = 'sandbox="allow-scripts allow-downloads allow-modals"'
        return f'<iframe {sandbox} style="{style}" srcdoc="{escape(self.html)}"></iframe>'


def drawn(
    view: View,
    *,
    lang: str = "zh",
    focus: str | None = None,
    alliance: str | None = None,
    as_of: str | None = None,
    compare: str | None = None,
    persons: str = "show",
) -> Page:
    """The page of what is `chosen`. Raises as `chosen` and `kg.maps.page` do."""
    net, at = chosen(
        view,
        lang=lang,
        focus=focus,
        alliance=alliance,
        as_of=as_of,
        compare=compare,
        persons=persons,
    )
    text = maps.page(net, lang=lang, focus=at, date=as_of, compare=compare)
    return Page(text, net.number_of_nodes(), net.number_of_edges())


def chosen(
    view: View,
    *,
    lang: str = "zh",
    focus: str | None = None,
    alliance: str | None = None,
    as_of: str | None = None,
    compare: str | None = None,
    persons: str = "show",
) -> tuple[Network, str | None]:
    """The part of a generation that a map is of, and the thing at which it opens.

    Names are IRIs, labels, parts of labels, or what `kg.search` finds one thing for. Raises
    `UnknownThing` with candidates, or when a thing does not hold then, and `MapError` for what
    is no date.
    """
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
        at = select.the_one(net, focus, _matching(view, net, focus, net), net)
    return net, at


def _must_hold(view: View, ever: Network, net: Network, name: str) -> None:
    """Say of a name that only things of another time have that it is so."""
    found = _matching(view, ever, name, ever)
    if found and not any(thing in net for thing in found):
        fact = f"{select.told(ever, found[0])} does not hold on {net.graph['as_of']}"
        raise UnknownThing(f"{fact}; name another date, or compare it with another")


def _alliance(view: View, net: Network, name: str) -> str:
    alliances = select.alliances(net)
    found = _matching(view, net, name, alliances)
    if not found and (others := _matching(view, net, name, net)):
        fact = f"{select.told(net, others[0])} is no alliance"
        raise UnknownThing(f"{fact}; the focus opens the whole map at such a thing")
    return select.the_one(net, name, found, alliances)


def _matching(view: View, net: Network, name: str, among: Collection[str]) -> list[str]:
    """The things on the map of that name, else those that a search finds for it."""
    found = select.matching(net, name, among)
    if found or not name.strip():
        return found
    return [hit.thing for hit in find(view, name, limit=None) if hit.thing in among]
