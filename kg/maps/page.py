"""The page: the drawing as inline SVG, the panel's data, the table, one policy for all of it.

Everything that a browser could run or load is in the file and named in its content
security policy by hash; the rest is text that the template escapes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg import assets
from kg.exceptions import MapError
from kg.maps import data, table
from kg.maps.asks import asks
from kg.maps.fold import ALLIANCE, AREA, LIMIT, Box, Line, Net, Picture, picture
from kg.maps.holder import STYLES, families, hold, style
from kg.maps.layout import NARROW, PAPER, WHOLE, WIDE, Plan, fitted, plan
from kg.maps.routes import routes
from kg.maps.select import last_day
from kg.maps.shapes import outline

if TYPE_CHECKING:
    from jinja2 import Template
    from pyvis.network import Network

# One closure, in this order; function declarations may use each other whatever the order.
_SCRIPTS = (
    *("core", "scope", "chart", "tiers", "tiles", "overview", "focus"),
    *("panel", "search", "dates", "asks", "save", "state", "start"),
)
_HOME_TIERS = 60  # Things; of more, the home is the overview of their alliances.
_MANY_CARDS = 12
_PAPER_RATIO = 1.8  # of A4 across, below the head and above the sources
_PAPER_ROOM = 796, 385  # points: A4 across as map.tiles.js has it
_SMALLEST, _LEGIBLE = 12.5, 6
LANGUAGES = {"zh": "zh-Hans", "en": "en"}


def page(
    net: Net,
    *,
    lang: str = "zh",
    focus: str | None = None,
    date: str | None = None,
    compare: str | None = None,
    everything: bool = False,
) -> str:
    """Draw a network as one HTML page that loads nothing and works from a file.

    The same things give the same bytes, whatever the order in which they were added. The
    page opens at the thing ``focus``, as of ``date``, beside the state of ``compare``.
    ``everything`` draws a box a thing and a line a relation, for a sheet on a wall: the
    picture then grows with the network.

    Raises `MapError` when the network is empty, a thing lacks an attribute, there are no
    words in that language, ``focus`` is no thing of it, or a date is none.
    """
    if lang not in LANGUAGES:
        raise MapError(f"no words for the map in {lang!r}; there are {', '.join(LANGUAGES)}")
    folder = assets.folder("templates")
    try:
        start = _start(net, focus, date, compare)
        drawn = picture(net, limit=None if everything else LIMIT)
        context = _context(net, drawn, lang, folder, start) | {"everything": everything}
    except (KeyError, TypeError) as error:
        raise MapError(f"an attribute of the network is not as a map needs it: {error}") from error
    return _template(folder).render(context)


def _start(net: Net, focus: str | None, date: str | None, compare: str | None) -> dict[str, str]:
    """What the page shows first: ``at`` a thing, as of ``date``, beside the date ``with``."""
    if focus is not None and focus not in net:
        raise MapError(f"the page cannot open at {focus}: the network has no such thing")
    # The page of an alliance opens with what is around it rather than with tiers of one thing.
    steps = "1" if focus is not None and net.graph.get("part") else None
    start = {"at": focus, "steps": steps, "date": date, "with": compare}
    for one in (date, compare):
        if one is not None:
            last_day(one)
    return {name: value for name, value in start.items() if value is not None}


def _template(folder: Path) -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["chinese"] = lambda text: re.search("[\u4e00-\u9fff]", text) is not None
    environment.filters["address"] = lambda text: "#at=" + quote(text, safe="")
    return environment.get_template("map.html.j2")


def _context(
    net: Net, drawn: Picture, lang: str, folder: Path, start: dict[str, str]
) -> dict[str, Any]:
    from markupsafe import Markup

    words = json.loads((folder / f"map.{lang}.json").read_text(encoding="utf-8"))
    labels = families(net, drawn.boxes)
    address = data.addresses([*drawn.things, *(b.key for b in drawn.boxes if b.folded)])
    views = [] if drawn.coarse else _views(net, drawn, words)
    css = (folder / "map.css").read_text(encoding="utf-8") + _colours(labels)
    script = _script(folder)
    alliances = sum(thing["family"] == ALLIANCE for thing in drawn.things.values())
    known = data.knowledge(drawn, address, labels) | _looks(labels)
    if views:
        places = {view["name"]: view["places"] for view in views}
        known["tiers"] = data.boxes(drawn, address) | {"places": places}
    known["home"] = "tiers" if views and _is_small(drawn, alliances) else "overview"
    # Of a part of a network nothing can be said to be missing.
    known["part"] = bool(net.graph.get("part"))
    known["start"] = {k: address[v] if k == "at" else v for k, v in start.items()}
    known["whole"] = WHOLE.pattern
    known["as_of"] = net.graph.get("as_of", "")
    known["now"] = net.graph.get("as_of", "") or _latest(net)
    day = start.get("date") or known["now"]
    known["asks"] = [] if known["part"] else _asks(net, drawn, words, day)
    by_sentence = table.kind(drawn) == "table_about"
    cards = table.cards(drawn, address) if alliances <= _MANY_CARDS else []
    gaps = _gaps(drawn, address)
    linked = {gap["address"] for gap in gaps} | {at for card in cards for at in card.linked}
    return {
        "language": LANGUAGES[lang],
        "content_language": LANGUAGES.get(net.graph.get("lang", lang), "zh-Hans"),
        "words": words,
        "about": _about(net),
        "figures": _figures(drawn),
        "policy": _policy(css, script),
        "css": Markup(css),
        "script": Markup(script),
        "script_words": Markup(data.as_json(words["script"])),
        "data": Markup(data.packed(known)),
        "views": views,
        "fine": any(view["name"] == "paper" and _is_fine(view) for view in views),
        "legend": _legend(labels, drawn),
        "measured": net.graph.get("measured", ""),
        "cards": cards,
        "gaps": gaps,
        # Without scripts a link leads to the row of the thing.
        "anchor": {thing: "at=" + at for thing, at in address.items() if at in linked},
        "table_kind": table.kind(drawn),
        "passages": table.passages(net, drawn) if by_sentence else [],
        "rows": [] if by_sentence else table.rows(drawn, words["script"]["under"]),
    }


def _asks(net: Net, drawn: Picture, words: dict[str, Any], date: str) -> list[dict[str, Any]]:
    """The questions in words, their answers on a date as the numbers of things."""
    number = {thing: n for n, thing in enumerate(drawn.things)}
    said: dict[str, dict[str, str]] = words["asks"]
    when = words["asked_on"].format(date=last_day(date)) if date else ""
    return [
        {
            "id": ask.id,
            "phrase": said[ask.id]["phrase"],
            "said": str(len(ask.things) or words["none_missing" if ask.complete else "not_stated"]),
            "none": said[ask.id]["complete" if ask.complete else "none"],
            "about": said[ask.id]["about"] + when,
            "things": [number[thing] for thing in ask.things],
            "notes": [said[ask.id]["note"].format(note=note) if note else "" for note in ask.notes],
        }
        for ask in asks(net, date)
    ]


def _is_small(drawn: Picture, alliances: int) -> bool:
    return len(drawn.things) <= _HOME_TIERS or not alliances or drawn.shown == len(drawn.things)


def _latest(net: Net) -> str:
    """The date of the newest source."""
    dates = [source.get("date", "") for source in net.graph.get("sources", [])]
    return max(filter(_is_date, dates), default="")


def _is_date(text: str) -> bool:
    try:
        return last_day(text) != ""
    except MapError:
        return False


def _script(folder: Path) -> str:
    parts = [(folder / f"map.{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
    return '(() => {\n  "use strict";\n\n' + "\n".join(parts) + "})();\n"


def _looks(labels: dict[str, str]) -> dict[str, Any]:
    """The families as the script draws them, and which of them are alliances and areas."""
    order = [*labels]
    return {
        "families": [
            {"label": label, "shape": style(family, n).shape}
            for n, (family, label) in enumerate(labels.items())
        ],
        "alliance": order.index(ALLIANCE) if ALLIANCE in labels else -1,
        "area": order.index(AREA) if AREA in labels else -1,
    }


def _views(net: Net, drawn: Picture, words: dict[str, Any]) -> list[dict[str, Any]]:
    held = hold(net, drawn)
    plans = {
        "wide": plan(drawn, WIDE),
        "narrow": plan(drawn, NARROW),
        "paper": fitted(drawn, PAPER, _PAPER_RATIO),
    }
    return [_view(name, laid, drawn, held, net, words) for name, laid in plans.items()]


def _about(net: Net) -> dict[str, Any]:
    sources = net.graph.get("sources", [])
    return {
        "publishers": list(dict.fromkeys(s.get("publisher") or s["title"] for s in sources)),
        "title": net.graph.get("title", ""),
        "subtitle": net.graph.get("subtitle", ""),
        "date": net.graph.get("date", ""),
        "as_of": last_day(net.graph["as_of"]) if "as_of" in net.graph else "",
        "sources": sources,
    }


def _figures(drawn: Picture) -> dict[str, int]:
    inferred = sum(r.inferred for r in drawn.relations)
    return {
        "shown": drawn.shown,
        "things": len(drawn.things),
        "folded": len(drawn.things) - drawn.shown,
        "stated": len(drawn.relations) - inferred,
        "inferred": inferred,
        "relations": len(drawn.relations),
        "rest": sum(thing["family"] != ALLIANCE for thing in drawn.things.values()),
    }


def _policy(css: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_digest(css)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _colours(labels: dict[str, str]) -> str:
    """The families' colours as rules; a family is known by its number, never by its name."""
    looks = [style(family, n) for n, family in enumerate(labels)]
    rules = [
        f".f{n}{{--border:{look.border};--ground:{look.ground};"
        f"--text:{look.text};--weight:{look.weight}}}"
        for n, look in enumerate(looks)
    ]
    return "\n".join(["", *rules, ""])


def _legend(labels: dict[str, str], drawn: Picture) -> list[dict[str, Any]]:
    count = dict.fromkeys(labels, 0)
    for thing in drawn.things.values():
        count[thing["family"]] += 1
    return [
        {
            "number": n,
            "label": label,
            "count": count[family],
            "path": outline(style(family, n).shape, 26, 15),
        }
        for n, (family, label) in enumerate(labels.items())
        if count[family]
    ]


def _gaps(drawn: Picture, address: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": thing["label"], "address": address[i], "notes": thing["notes"]}
        for i, thing in drawn.things.items()
        if thing.get("notes") and thing["family"] != ALLIANCE
    ]


def _view(
    name: str, laid: Plan, drawn: Picture, held: Network, net: Net, words: dict[str, Any]
) -> dict[str, Any]:
    tiers = [t["label"] for t in net.graph.get("tiers", [])]
    order = list(held.options["groups"])
    paths = routes(laid, drawn.lines)
    degree = _degrees(drawn)
    return {
        "name": name,
        "width": laid.frame.width,
        "height": laid.height,
        "left": laid.frame.left,
        "bands": [
            {"top": b.top, "height": b.bottom - b.top, "label": _at(tiers, b.tier)}
            for b in laid.bands
        ],
        "lines": [
            {
                "path": path,
                "inferred": edge["dashes"],
                "rest": not edge["hidden"] and (name != "narrow" or _short(line, laid)),
            }
            for path, edge, line in zip(paths, held.edges, drawn.lines, strict=True)
        ],
        "boxes": [
            _drawn_box(n, box, laid, order, degree[n], words) for n, box in enumerate(drawn.boxes)
        ],
        "places": [[p.x, p.y, p.width, p.height] for p in laid.places],
    }


def _is_fine(view: dict[str, Any]) -> bool:
    """Whether a sheet of A4 makes the letters too small to read."""
    across, down = _PAPER_ROOM
    return bool(min(across / view["width"], down / view["height"]) * _SMALLEST < _LEGIBLE)


def _short(line: Line, laid: Plan) -> bool:
    """Whether both ends fit on the screen of a phone."""
    return abs(laid.places[line.source].row - laid.places[line.target].row) <= 3


def _at(labels: list[str], tier: int) -> str:
    return labels[tier] if 0 <= tier < len(labels) else str(tier + 1)


def _degrees(drawn: Picture) -> list[int]:
    degree = [0] * len(drawn.boxes)
    for line in drawn.lines:
        for end in {line.source, line.target}:
            degree[end] += len(line.relations)
    return degree


def _drawn_box(
    number: int, box: Box, laid: Plan, order: list[str], degree: int, words: dict[str, Any]
) -> dict[str, Any]:
    place, frame = laid.places[number], laid.frame
    family = order.index(box.family)
    look = style(box.family, family)
    strong = 2 * (box.family == ALLIANCE)
    line, small = frame.line + strong, frame.line - 1
    top = -(len(place.text) * line + len(place.sub) * small) / 2
    said = words["named"] if box.named else words["unnamed"]
    return {
        "number": number,
        "family": family,
        "strong": box.family == ALLIANCE,
        "dashed": not box.named,
        "folded": box.folded,
        "step": box.step,
        "x": place.x,
        "y": place.y,
        "path": outline(look.shape, place.width, place.height),
        "text": [(round(top + (k + 0.78) * line), t) for k, t in enumerate(place.text)],
        "sub": [
            (round(top + len(place.text) * line + (k + 0.72) * small), t)
            for k, t in enumerate(place.sub)
        ],
        "name": words["box"].format(label=box.label, kind=box.kind, said=said, count=degree),
    }


__all__ = ["LANGUAGES", "STYLES", "page"]
