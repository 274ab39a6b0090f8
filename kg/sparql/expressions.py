"""Terms and expressions, made as their rules are recognised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from typing import Any, TypeAlias, cast

import pyoxigraph as ox
from lark import Token, Transformer, v_args

from kg.namespace import RDF, XSD
from kg.sparql import algebra as a
from kg.sparql.lexer import BUILT_INS
from kg.sparql.names import unescaped

# What lark hands over and takes: a terminal, or what another rule has made.
Made: TypeAlias = Any

NIL = ox.NamedNode(RDF + "nil")
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)


class Invalid(ValueError):
    """A query that the grammar admits and the standard does not."""


@v_args(inline=True)
class Expressions(Transformer[Token, a.Query]):
    """One method a rule; a rule that only passes one thing on has none."""

    # Expressions

    def expression(self, *parts: Made) -> a.Expression:
        """``||``."""
        return chain("||", parts)

    def conjunction(self, *parts: Made) -> a.Expression:
        """``&&``."""
        return chain("&&", parts)

    def binary(self, left: Made, sign: Token, right: Made) -> a.Expression:
        """A comparison."""
        return a.Call(str(sign), (operand(left), operand(right)))

    def within(self, item: Made, options: tuple[a.Expression, ...]) -> a.Expression:
        """``IN``."""
        return a.Call("IN", (operand(item), *options))

    def not_within(self, item: Made, options: tuple[a.Expression, ...]) -> a.Expression:
        """``NOT IN``."""
        return a.Call("NOT IN", (operand(item), *options))

    def list(self, *items: Made) -> tuple[a.Expression, ...]:
        """Expressions in a bracket."""
        return tuple(map(operand, items))

    def sum(self, first: Made, *rest: Made) -> a.Expression:
        """``+`` and ``-``; a number with a sign is added, and its factors bind closer."""
        total, parts = operand(first), [*rest]
        while parts:
            sign = parts.pop(0)
            if sign.type != "SIGNED":
                total = a.Call(str(sign), (total, operand(parts.pop(0))))
                continue
            factors = [sign]
            while parts and isinstance(parts[0], Token) and parts[0].type in ("STAR", "SLASH"):
                factors += [parts.pop(0), parts.pop(0)]
            total = a.Call("+", (total, self.product(*factors)))
        return total

    def product(self, first: Made, *rest: Made) -> a.Expression:
        """``*`` and ``/``."""
        total = operand(first)
        for sign, factor in zip(rest[::2], rest[1::2], strict=True):
            total = a.Call(str(sign), (total, operand(factor)))
        return total

    def sign(self, sign: Token, item: Made) -> a.Expression:
        """``!``, ``+`` and ``-`` before an operand."""
        return a.Call(str(sign), (operand(item),))

    def iri_or_function(self, iri: ox.NamedNode, arguments: Made = None) -> a.Expression:
        """An IRI, or a call of the function that it names."""
        return iri if arguments is None else self.function_call(iri, arguments)

    def function_call(self, iri: ox.NamedNode, arguments: Made) -> a.Expression:
        """A function or a cast."""
        distinct, items = arguments
        return a.Call(iri, items, distinct)

    def arguments(self, distinct: bool, *items: Made) -> tuple[bool, tuple[a.Expression, ...]]:
        """What a function is called with."""
        return distinct, tuple(map(operand, items))

    def distinct(self, word: Token | None) -> bool:
        """Whether DISTINCT stands there."""
        return word is not None

    def call(self, name: Token, items: tuple[a.Expression, ...]) -> a.Expression:
        """A built-in."""
        if len(items) not in BUILT_INS[name]:
            raise Invalid(f"{name} does not take {len(items)} arguments")
        return a.Call(str(name), items)

    def aggregate(self, name: Token, distinct: bool, of: Made, sep: Made) -> a.Expression:
        """An aggregate."""
        star = isinstance(of, Token) and of.type == "STAR"
        if (star and name != "COUNT") or (sep is not None and name != "GROUP_CONCAT"):
            raise Invalid(f"{name} does not take that")
        separator = None if sep is None else _string(sep)
        return a.Aggregate(str(name), None if star else operand(of), distinct, separator)

    # Terms

    def iri(self, iri: Token) -> ox.NamedNode:
        """An IRI, which the lexer has resolved."""
        return ox.NamedNode(str(iri))

    def blank_node(self, mark: Token, *_bracket: Token) -> ox.BlankNode:
        """``_:label`` or ``[]``."""
        return anonymous(mark) if mark.type == "LSQB" else ox.BlankNode(mark[2:])

    def nil(self, _bracket: Token) -> ox.NamedNode:
        """``()``."""
        return NIL

    def rdf_literal(self, string: Token, suffix: Made) -> ox.Literal:
        """A string with its language or datatype."""
        if isinstance(suffix, Token):
            return ox.Literal(_string(string), language=suffix[1:])
        return ox.Literal(_string(string), datatype=suffix)

    def number(self, number: Token) -> ox.Literal:
        """A number."""
        return _number(number)

    def boolean(self, word: Token) -> ox.Literal:
        """``true`` or ``false``."""
        return ox.Literal(str(word), datatype=ox.NamedNode(XSD + "boolean"))


def variable(token: Token) -> ox.Variable:
    """The variable of a token ``?name`` or ``$name``."""
    return ox.Variable(token[1:])


def node(made: Made) -> Made:
    """A place of a triple: a variable where a token stands, else what a rule has made."""
    return variable(made) if isinstance(made, Token) else made


def operand(made: Made) -> a.Expression:
    """What stands in an expression: a variable or a number with its sign, else as made."""
    if isinstance(made, Token):
        return variable(made) if made.type == "VAR" else _number(made)
    return cast("a.Expression", made)


def chain(sign: str, parts: Sequence[Made]) -> a.Expression:
    """Operands of one sign, from the left."""
    return reduce(lambda left, right: a.Call(sign, (left, right)), map(operand, parts))


def anonymous(bracket: Token, number: int = 0) -> ox.BlankNode:
    """The blank node of a bracket; no other place of the text has it."""
    return ox.BlankNode(f"kg.anon.{bracket.start_pos}.{number}")


def _number(token: Token) -> ox.Literal:
    """A number in the datatype that its form has."""
    exact = "decimal" if "." in token else "integer"
    name = "double" if "e" in token.lower() else exact
    return ox.Literal(str(token), datatype=ox.NamedNode(XSD + name))


def _string(token: Token) -> str:
    quotes = 3 if token[:3] in ('"""', "'''") else 1
    escaped = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

    def plain(found: re.Match[str]) -> str:
        if found[0][1] in "uU":
            return unescaped(found[0])
        return escaped.get(found[0][1], found[0][1])

    return _ESCAPE.sub(plain, token[quotes:-quotes])
