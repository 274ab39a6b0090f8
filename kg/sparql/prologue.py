"""What a query takes for granted here, written into it for a server elsewhere."""

from __future__ import annotations

from itertools import pairwise

from kg.namespace import PREFIXES
from kg.sparql.tokens import tokens


def with_prologue(text: str) -> str:
    """The text with a declaration of each prefix of kg that it uses and does not declare.

    >>> with_prologue("ASK { ?s a pba:Alliance }")
    'PREFIX pba: <https://w3id.org/pba/ns#> ASK { ?s a pba:Alliance }'
    """
    found = list(tokens(text))
    declared = {name.text for word, name in pairwise(found) if word.keyword == "PREFIX"}
    used = {token.text.partition(":")[0] for token in found if token.kind == "name"}
    missing = [p for p in PREFIXES if p in used and f"{p}:" not in declared]
    return "".join(f"PREFIX {p}: <{PREFIXES[p]}> " for p in missing) + text
