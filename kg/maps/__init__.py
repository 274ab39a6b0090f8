"""The leaders' map: a network as one HTML file that needs nothing else.

`page` draws a network whose things have a label, a kind, a family and a tier; `write`
keeps it in a file; `to_pyvis` gives the same boxes and lines to pyvis. None of them sees
a store, so any graph with these attributes can be drawn.

>>> import networkx as nx
>>> net = nx.MultiDiGraph(title="一张图", tiers=[{"label": "社区"}], families=[])
>>> net.add_node("x:荷城社区", label="荷城社区", kind="社区", family="area", tier=0)
>>> "荷城社区" in page(net)
True
"""

from __future__ import annotations

import os
from pathlib import Path

from kg.exceptions import MapError
from kg.files import replacing
from kg.maps.fold import Net
from kg.maps.holder import to_pyvis
from kg.maps.page import page

__all__ = ["page", "to_pyvis", "write"]


def write(
    net: Net,
    path: str | os.PathLike[str],
    *,
    lang: str = "zh",
    focus: str | None = None,
    date: str | None = None,
    compare: str | None = None,
    everything: bool = False,
) -> Path:
    """Write the map of a network to a file, whole or not at all; `page` has the arguments.

    An older file of that name is replaced only when the new one is complete.

    Raises `MapError` when the network cannot be drawn or the file cannot be written.
    """
    target = Path(path)
    text = page(net, lang=lang, focus=focus, date=date, compare=compare, everything=everything)
    try:
        with replacing(target) as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        why = error.strerror or str(error)
        raise MapError(f"{target} cannot be written: {why}; name another place") from error
    return target
