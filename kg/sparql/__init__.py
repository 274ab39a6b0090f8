"""SPARQL as tokens: the guard before the engine, binding, rewrites and located errors.

One tokenizer serves all of them, so what the guard saw is what is bound and run.
What it does not know stays a token of one character, and the engine says no to it.
"""

from kg.sparql.errors import syntax_error
from kg.sparql.guard import MAX_NESTING, guard
from kg.sparql.rewrite import Dataset, Use, bind, dataset, parameters, select_all, uses
from kg.sparql.tokens import Token, position, tokens

__all__ = [
    "MAX_NESTING",
    "Dataset",
    "Token",
    "Use",
    "bind",
    "dataset",
    "guard",
    "parameters",
    "position",
    "select_all",
    "syntax_error",
    "tokens",
    "uses",
]
