"""The pyvis network of a map: what the page draws, and what pyvis or a notebook can take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.maps.fold import Box, Line, Net, Picture, picture
from kg.maps.layout import WIDE, Place, plan

if TYPE_CHECKING:
    from pyvis.network import Network


@dataclass(frozen=True, slots=True)
class Style:
    """How a family looks: no two share a shape, and text stands 7:1 or better on its ground."""

    shape: str
    border: str
    ground: str
    text: str
    weight: float = 1.5


STYLES = {
    "alliance": Style("round", "#b5121b", "#fdecec", "#7d0a10", 3),
    "party": Style("chamfer", "#8a5a00", "#fff5dc", "#4a3000"),
    "area": Style("pill", "#1c6b45", "#e9f6ee", "#0d3d27"),
    "unit": Style("plain", "#2457a0", "#edf3fc", "#12325f"),
    "action": Style("hexagon", "#6d3fa0", "#f4eefb", "#3c1f5e"),
    "result": Style("folded", "#4b5663", "#f4f5f6", "#262d35"),
}
_OTHERS = ("plain", "pill", "chamfer")


def style(family: str, number: int = 0) -> Style:
    """The look of a family; one that is not known gets a plain one of its own."""
    found = STYLES.get(family)
    return found or Style(_OTHERS[number % 3], "#3f4a57", "#ffffff", "#1d242c")


def families(net: Net, boxes: Iterable[Box]) -> dict[str, str]:
    """The label of each family, those of the network first and in its order."""
    known = {str(f["id"]): str(f["label"]) for f in net.graph.get("families", [])}
    return known | {f: f for f in sorted({b.family for b in boxes} - set(known))}


def to_pyvis(net: Net) -> Network:
    """The boxes and lines of the map as a `pyvis.network.Network`: directed, placed, still.

    A folded box ("社区 ×14") is one node whose id is its label. Parallel relations stay
    apart. Show it with `kg.maps.page`: the template of pyvis itself loads scripts from the
    network and runs markup that it finds in options.

    Raises `MapError` when the network is empty or a thing lacks an attribute.
    """
    return hold(net, picture(net))


def hold(net: Net, drawn: Picture) -> Network:
    """Put a picture of the network into pyvis."""
    from pyvis.network import Network

    held = Network(directed=True)
    held.options = _options(families(net, drawn.boxes))
    for box, place in zip(drawn.boxes, plan(drawn, WIDE).places, strict=True):
        node = _node(box, place)
        held.nodes.append(node)
        held.node_ids.append(box.key)
        held.node_map[box.key] = node
    # Network.add_edge builds a list of all ids for each edge: quadratic.
    held.edges.extend(_edge(drawn.boxes, line) for line in drawn.lines)
    return held


def _node(box: Box, place: Place) -> dict[str, Any]:
    from pyvis.node import Node

    options: dict[str, Any] = Node(
        box.key,
        "box",
        "\n".join(place.text + place.sub),
        group=box.family,
        level=box.tier,
        x=place.x,
        y=place.y,
        widthConstraint={"minimum": place.width, "maximum": place.width},
        heightConstraint={"minimum": place.height},
        shapeProperties={"borderDashes": False if box.named else [6, 4]},
    ).options
    return options


def _edge(boxes: list[Box], line: Line) -> dict[str, Any]:
    from pyvis.edge import Edge

    options: dict[str, Any] = Edge(
        boxes[line.source].key,
        boxes[line.target].key,
        directed=True,
        label=line.label,
        dashes=line.inferred,
        hidden=not line.rest,
    ).options
    return options


def _options(labels: dict[str, str]) -> dict[str, Any]:
    return {
        "physics": {"enabled": False},
        "interaction": {"hover": True, "keyboard": True},
        "edges": {"color": "#9aa3ad", "smooth": {"enabled": True, "type": "cubicBezier"}},
        "groups": {family: _group(style(family, n)) for n, family in enumerate(labels)},
    }


def _group(look: Style) -> dict[str, Any]:
    return {
        "shape": "box",
        "color": {"border": look.border, "background": look.ground},
        "font": {"color": look.text, "size": 14},
        "borderWidth": look.weight,
    }
