"""Parts of a network: what holds on a date, what is around a thing, the thing of a name.

What gives a network leaves the one that it was given as it was. Values that did not
change are shared between the two, so nobody changes one in place.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date as Day
from heapq import nlargest
from typing import Any

import networkx as nx

from kg.exceptions import MapError, UnknownThing
from kg.maps.fold import ALLIANCE, Net
from kg.namespace import PREFIXES, expand

_WRITTEN = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
# A zone may follow, also behind a year or a month: 2019-08:00 is a year.
_IN_DATA = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?!:)){0,2}")
_CANDIDATES = 8


def last_day(date: str) -> str:
    """The last day of a year or a month; a day is its own.

    >>> last_day("2019"), last_day("2020-02"), last_day("2019-10-31")
    ('2019-12-31', '2020-02-29', '2019-10-31')

    Raises `MapError` for what is no date.
    """
    try:
        if not _WRITTEN.fullmatch(date):
            raise ValueError(date)
        year, month, *days = [*map(int, date.split("-")), *[12][: len(date) == 4]]
        return Day(year, month, *(days or calendar.monthrange(year, month)[1:])).isoformat()
    except ValueError as error:
        raise MapError(f"{date!r} is no date; write 2019, 2019-05 or 2019-05-31") from error


def holds(periods: Iterable[tuple[str, str]], day: str) -> bool:
    """Whether something of these periods holds on a day; without any it always does.

    A year or month begins with its first day and ends with its last.

    >>> holds([("2019", "2020-06")], "2020-06-30"), holds([("2019-05", "")], "2019-04-30")
    (True, False)
    """
    spans = [(_date(since), _date(until)) for since, until in periods]
    held = (since <= day and (not until or day <= f"{until}-99-99") for since, until in spans)
    return not spans or any(held)


def _date(text: str) -> str:
    """The date that a text begins with; what cannot be read bounds nothing."""
    found = _IN_DATA.match(text)
    return found[0] if found else ""


def as_of(net: Net, date: str) -> Net:
    """What holds on a date: undated things, dated ones of that day, and their relations.

    A year or a month stands for its last day. The graph of the result has ``as_of``.
    O(things + relations). Raises `MapError` for what is no date.
    """
    day = last_day(date)
    things = {thing for thing, data in net.nodes(data=True) if holds(data.get("periods", ()), day)}
    found = _part(net, things, lambda edge: holds(edge.get("periods", ()), day))
    found.graph["as_of"] = date
    return found


def around(net: Net, thing: str, steps: int = 1) -> Net:
    """A thing, what is within so many relations of it, and the relations among all those.

    Of the sources, those stay that something still cites. The graph is marked as ``part``:
    what is missing in it may be stated elsewhere. O(things + relations).
    """
    reached = level = {thing}
    for _ in range(steps):
        level = {other for one in level for other in nx.all_neighbors(net, one)} - reached
        reached = reached | level
    found = _part(net, reached)
    found.graph["part"] = True
    cited = {told["source"] for told in _evidence(found)}
    sources = found.graph.get("sources", [])
    found.graph["sources"] = [source for source in sources if source["title"] in cited]
    return found


def alliances(net: Net) -> set[str]:
    """The alliances, and kinds of alliance."""
    return {thing for thing, data in net.nodes(data=True) if data["family"] == ALLIANCE}


def of_alliance(net: Net, alliance: str) -> Net:
    """An alliance and what is one relation from it, under the name of the alliance."""
    found = around(net, alliance)
    found.graph["title"] = net.nodes[alliance]["label"]
    return found


def _part(
    net: Net, things: Collection[str], fits: Callable[[dict[str, Any]], bool] = lambda _: True
) -> Net:
    """The things and the fitting relations among them, in the order of the network."""
    found: Net = nx.MultiDiGraph(**net.graph)
    found.add_nodes_from((n, dict(data)) for n, data in net.nodes(data=True) if n in things)
    for source, target, key, data in net.edges(keys=True, data=True):
        if source in things and target in things and fits(data):
            found.add_edge(source, target, key=key, **data)
    return found


def _evidence(net: Net) -> Iterator[Mapping[str, str]]:
    """Every piece of evidence of things, facts and relations."""
    for _, data in net.nodes(data=True):
        yield from data.get("evidence", ())
        for fact in data.get("facts", ()):
            yield from fact.get("evidence", ())
    for *_, data in net.edges(data=True):
        yield from data.get("evidence", ())


def find(net: Net, name: str) -> str:
    """The thing of that IRI, label or alias, else the only one with the name in its label.

    Raises `UnknownThing`, with up to eight candidates, when there is none or are several.
    """
    return the_one(net, name, matching(net, name, net), net)


def matching(net: Net, name: str, among: Iterable[str]) -> list[str]:
    """The things of that IRI, else label, else alias, else with the name in their label."""
    iri = expand(name) if name.partition(":")[0] in PREFIXES else name
    known = {thing: net.nodes[thing] for thing in among}
    ways: list[Callable[[str, Mapping[str, Any]], bool]] = [
        lambda thing, _: thing == iri,
        lambda _, data: data["label"] == name,
        lambda _, data: name in data.get("aliases", ()),
        lambda _, data: bool(name.strip()) and name.casefold() in data["label"].casefold(),
    ]
    found = ([t for t, data in known.items() if fits(t, data)] for fits in ways)
    return next(filter(None, found), [])


def the_one(net: Net, name: str, found: Collection[str], among: Iterable[str]) -> str:
    """Of what was found the only thing.

    Raises `UnknownThing` when there are several, or none: then with what is like the name.
    """
    if len(found) == 1:
        return next(iter(found))
    if found:
        first = sorted(found, key=lambda t: (len(net.nodes[t]["label"]), told(net, t), t))
        listed = "".join(f"\n  {told(net, t)} {t}" for t in first[:_CANDIDATES])
        more = f"\n  and {len(found) - _CANDIDATES} more" if len(found) > _CANDIDATES else ""
        raise UnknownThing(f"{len(found)} things on the map fit {name}; say which:{listed}{more}")
    meant = ", ".join(told(net, thing) for thing in _like(net, name, among))
    hint = f"; did you mean {meant}?" if meant else ""
    raise UnknownThing(f"nothing on the map is called “{name}”{hint}")


def told(net: Net, thing: str) -> str:
    """The label and the kind of a thing."""
    return f"{net.nodes[thing]['label']} ({net.nodes[thing]['kind']})"


def _like(net: Net, name: str, among: Iterable[str]) -> list[str]:
    """The things whose label shares most characters with the name, and at least half."""
    asked = set("".join(name.casefold().split()))
    labels = {thing: net.nodes[thing]["label"] for thing in among}
    shared = {
        thing: (len(common), -len(label), thing)
        for thing, label in labels.items()
        if len(common := asked & set(label.casefold())) * 2 >= len(asked) > 0
    }
    return nlargest(_CANDIDATES, shared, key=lambda thing: shared[thing])
