"""From the text of a query to its algebra.

The grammar is `sparql.lark`; lark reads it (LALR, so neither nesting nor length can
exhaust the stack), and `build` makes the algebra of each rule as it is recognised.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from kg.exceptions import Unparsed
from kg.files import cache_folder
from kg.sparql.tokens import tokens

if TYPE_CHECKING:
    from kg.sparql.algebra import Query

_CACHED = 512


@functools.lru_cache(_CACHED)
def parse(text: str) -> Query:
    """The algebra of a query; the prefixes of kg need no declaration. O(length), cached.

    Reads all of SPARQL 1.1. Guard the text before (`guard`), and run it when it is
    `Unparsed`: the engine knows newer syntax, and says better what is wrong.

    >>> parse("SELECT ?x { ?x a pba:Alliance } LIMIT 3").select.limit
    3

    Raises `Unparsed` with line and column.
    """
    from lark.exceptions import UnexpectedToken

    from kg.sparql.lexer import unread

    try:
        return _parser()(text)
    except UnexpectedToken as error:
        at = error.token.start_pos
        found = (t for t in tokens(text) if at is not None and t.start >= at)
        raise unread(text, next(found, None)) from error
    except ValueError as error:
        raise Unparsed(str(error)) from error
    except RecursionError:
        # A thousand groups in a row are nested so deep; the engine bears more.
        raise Unparsed("of too many groups to be rewritten") from None


@functools.cache
def _parser() -> Callable[[str], Query]:
    from importlib.resources import files

    from lark import Lark

    from kg.sparql.build import Builder
    from kg.sparql.lexer import Terminals

    grammar = files("kg.sparql").joinpath("sparql.lark").read_text(encoding="utf-8")
    # The tables take 0.2 s to make and 0.02 s to read; lark makes them again when anything changed.
    folder = cache_folder()
    lark = Lark(
        grammar,
        parser="lalr",
        lexer=Terminals,
        start="query",
        transformer=Builder(),
        cache=str(folder / "sparql.tables") if folder else False,
    )
    return lambda text: cast("Query", lark.parse(text))
