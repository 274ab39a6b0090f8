"""SPARQL read: as tokens for the guard and for binding, as algebra for all that follows.

One tokenizer serves both, so what the guard saw is what is bound, parsed and run.
What it does not know stays a token of one character, and the engine says no to it.
"""

from kg.exceptions import Unparsed
from kg.sparql.errors import syntax_error
from kg.sparql.guard import MAX_NESTING, guard, refuse_network
from kg.sparql.mapped import mapped
from kg.sparql.parse import parse
from kg.sparql.pretty import pretty
from kg.sparql.prologue import with_prologue
from kg.sparql.rewrite import Dataset, Use, bind, dataset, parameters, select_all, uses
from kg.sparql.text import text
from kg.sparql.tokens import Token, position, tokens
from kg.sparql.tree import tree

__all__ = [
    "MAX_NESTING",
    "Dataset",
    "Token",
    "Unparsed",
    "Use",
    "bind",
    "dataset",
    "guard",
    "mapped",
    "parameters",
    "parse",
    "position",
    "pretty",
    "refuse_network",
    "select_all",
    "syntax_error",
    "text",
    "tokens",
    "tree",
    "uses",
    "with_prologue",
]
