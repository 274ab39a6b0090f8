"""`kg.open`: a store or an endpoint as a Python object, for notebooks and programs.

>>> import kg
>>> with kg.open("no-such-folder") as g:  # doctest: +IGNORE_EXCEPTION_DETAIL
...     pass
Traceback (most recent call last):
kg.exceptions.StoreNotFound: no store at no-such-folder; `kg build` makes one
"""

from kg.graph.citing import Citation
from kg.graph.door import Graph
from kg.graph.measured import Measured, Net
from kg.graph.page import Page
from kg.graph.result import Result, Why

__all__ = ["Citation", "Graph", "Measured", "Net", "Page", "Result", "Why"]
