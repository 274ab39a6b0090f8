"""kg: a knowledge graph of regional Party-building alliances (区域化党建联盟).

>>> import kg
>>> g = kg.open("kg-data")  # doctest: +SKIP
>>> g.saved("alliances").df()  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.exceptions import KGError

if TYPE_CHECKING:
    from kg.graph import Graph, Result

__version__ = "0.1.0"
__all__ = ["Graph", "KGError", "Result", "__version__", "open"]


def open(
    where: Path | str = "kg-data",
    *,
    lang: str = "zh",
    generation: int | None = None,
    queries: Sequence[Path | str] = (),
    default_graph: str | None = None,
) -> Graph:
    """Open a store folder, or the address of a SPARQL endpoint (http…), for reading.

    ``lang`` (zh, en) is the language of titles and pages; ``generation`` one that is kept, else
    the current one; ``queries`` are folders of saved questions of one's own; ``default_graph`` is
    the graph of an endpoint that holds the merge, where its default graph does not. Raises
    `StoreNotFound`, `ForeignFolder`, `StoreDamaged` and `StoreError`.
    """
    from kg.graph import Graph

    return Graph(
        where, lang=lang, generation=generation, queries=queries, default_graph=default_graph
    )


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a class
    # The classes are imported when they are asked for: `import kg` stays light.
    if name in ("Graph", "Result"):
        import kg.graph

        return getattr(kg.graph, name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
