"""Networks as GraphML, with typed keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from kg.export.net import Net, Value

_TYPES = {str: "string", int: "long", float: "double"}
# A reader would take a bare one for the end of a line.
_RETURN = {"\r": "&#13;"}


def write_graphml(net: Net, out: BinaryIO) -> None:
    """Write a network row by row. Two files of one generation are the same bytes."""
    for line in _lines(net):
        out.write(f"{line}\n".encode())


def _lines(net: Net) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    yield from _declared("graph", {name: type(value) for name, value in net.info.items()})
    yield from _declared("node", net.node_columns)
    yield from _declared("edge", net.edge_columns)
    kind = "directed" if net.directed else "undirected"
    yield f'<graph id="G" edgedefault="{kind}">{_data("graph", net.info)}'
    for node in net.nodes():
        yield f"<node id={quoteattr(node.id)}>{_data('node', node.told)}</node>"
    for edge in net.edges():
        ends = f"source={quoteattr(edge.source)} target={quoteattr(edge.target)}"
        yield f'<edge id="{edge.id}" {ends}>{_data("edge", edge.told)}</edge>'
    yield "</graph>"
    yield "</graphml>"


def _declared(of: str, columns: Mapping[str, type]) -> Iterator[str]:
    for name, kind in columns.items():
        named = f'attr.name="{name}" attr.type="{_TYPES[kind]}"'
        yield f'<key id="{of}-{name}" for="{of}" {named}/>'


def _data(of: str, told: Mapping[str, Value]) -> str:
    return "".join(
        f'<data key="{of}-{name}">{escape(str(value), _RETURN)}</data>'
        for name, value in told.items()
    )
