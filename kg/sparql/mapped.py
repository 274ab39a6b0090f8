"""Changing an algebra: a new one, since none is ever changed in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

Node = TypeVar("Node")


def mapped(node: Node, change: Callable[[Any], Any]) -> Node:
    """The node with ``change`` applied to each node of the algebra in it, innermost first.

    What ``change`` gives back as it is keeps all around it the same object.

    >>> from kg.sparql.algebra import Bgp, Filter, Values
    >>> import pyoxigraph as ox
    >>> mapped(Filter(Bgp(), ox.Variable("x")), lambda n: Values((), ()) if n == Bgp() else n)
    Filter(pattern=Values(variables=(), rows=()), condition=<Variable value=x>)
    """
    if isinstance(node, tuple):
        items = tuple(mapped(item, change) for item in node)
        same = all(new is old for new, old in zip(items, node, strict=True))
        return node if same else cast("Node", items)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    parts = {field.name: getattr(node, field.name) for field in fields(node)}
    new = {name: mapped(part, change) for name, part in parts.items()}
    same = all(new[name] is part for name, part in parts.items())
    return cast("Node", change(node if same else replace(node, **new)))
