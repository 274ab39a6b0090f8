"""Networks as GEXF 1.3, which Gephi opens: labels, weights, kinds, periods on the time line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from kg import __version__
from kg.export.net import Net, Value

_TYPES = {str: "string", int: "integer", float: "double"}
# What GEXF has attributes of its own for.
_OWN = {"label": "label", "weight": "weight", "since": "start", "until": "end"}


def write_gexf(net: Net, out: BinaryIO, date: str) -> None:
    """Write a network row by row; ``date`` is that of the data.

    Periods are intervals, ends included. Parallel edges have ids and kinds of their own, so Gephi
    keeps them apart. Two files of one generation are the same bytes.
    """
    for line in _lines(net, date):
        out.write(f"{line}\n".encode())


def _lines(net: Net, date: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<gexf xmlns="http://gexf.net/1.3" version="1.3">'
    told = "; ".join(f"{name} {value}" for name, value in net.info.items())
    yield f'<meta lastmodifieddate="{date}">'
    yield f"<creator>kg {__version__}</creator><description>{escape(told)}</description>"
    yield "</meta>"
    time = ' timeformat="date" timerepresentation="interval"' if net.dated else ""
    mode = "dynamic" if net.dated else "static"
    kind = "directed" if net.directed else "undirected"
    yield f'<graph defaultedgetype="{kind}" mode="{mode}"{time}>'
    yield from _declared("node", net.node_columns)
    yield from _declared("edge", net.edge_columns)
    yield "<nodes>"
    for node in net.nodes():
        yield _element("node", {"id": node.id}, node.told)
    yield "</nodes>"
    yield "<edges>"
    for edge in net.edges():
        ends = {"id": edge.id, "source": edge.source, "target": edge.target}
        yield _element("edge", ends | ({"kind": edge.key} if edge.key else {}), edge.told)
    yield "</edges>"
    yield "</graph>"
    yield "</gexf>"


def _declared(of: str, columns: Mapping[str, type]) -> Iterator[str]:
    rest = {name: kind for name, kind in columns.items() if name not in _OWN}
    if rest:
        yield f'<attributes class="{of}" mode="static">'
        for name, kind in rest.items():
            yield f'<attribute id="{name}" title="{name}" type="{_TYPES[kind]}"/>'
        yield "</attributes>"


def _element(name: str, own: Mapping[str, Value], told: Mapping[str, Value]) -> str:
    own = {**own, **{_OWN[key]: value for key, value in told.items() if key in _OWN}}
    rest = {key: value for key, value in told.items() if key not in _OWN}
    head = f"<{name} {' '.join(f'{key}={_quoted(value)}' for key, value in own.items())}"
    if not rest:
        return head + "/>"
    values = "".join(
        f'<attvalue for="{key}" value={_quoted(value)}/>' for key, value in rest.items()
    )
    return f"{head}><attvalues>{values}</attvalues></{name}>"


def _quoted(value: Value) -> str:
    return quoteattr(str(value))
