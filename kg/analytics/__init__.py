"""Measures of linkage: who is central, what is joined to what, and where a link is missing.

A measure takes a `kg.network.Linkage` and never sees the store. Each has its texts
in ``measures/*.toml``: its formula, source, cost and how it is read.
"""

from kg.analytics.catalogue import Measure, measure, measures
from kg.analytics.result import Column, Result, Scores

__all__ = ["Column", "Measure", "Result", "Scores", "measure", "measures"]
