"""Rewrites of a query: each a function of its algebra that keeps its answers."""
