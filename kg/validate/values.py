"""When a value is bad by itself, as an expression that is true or false and never an error."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from kg.namespace import RDF, RDFS, SH, XSD
from kg.validate.graph import Malformed, Term

_NODE_KINDS = {
    "IRI": "isIRI({})",
    "BlankNode": "isBLANK({})",
    "Literal": "isLITERAL({})",
    "BlankNodeOrIRI": "!isLITERAL({})",
    "BlankNodeOrLiteral": "!isIRI({})",
    "IRIOrLiteral": "!isBLANK({})",
}
_CASTS = {
    XSD + name
    for name in (
        *("boolean", "integer", "decimal", "float", "double", "date", "time", "dateTime"),
        *("duration", "yearMonthDuration", "dayTimeDuration"),
        *("gYear", "gYearMonth", "gMonthDay", "gMonth", "gDay"),
    )
}
_COMPARISONS = {
    "minInclusive": ">=",
    "minExclusive": ">",
    "maxInclusive": "<=",
    "maxExclusive": "<",
}


class Untranslatable(Exception):
    """A constraint that the compiler has no query for."""


def _class(parameter: Term, v: str) -> str:
    return f"NOT EXISTS {{ {v} <{RDF}type> {parameter} }}"


def _datatype(parameter: Term, v: str) -> str:
    if not isinstance(parameter, ox.NamedNode):
        raise Malformed("sh:datatype takes an IRI")
    if parameter.value == RDFS + "Literal":
        return f"!isLITERAL({v})"
    fits = f"DATATYPE({v}) = {parameter}"
    # A literal that the engine cannot read keeps its datatype, but cannot be cast to it.
    well_formed = f" && STRLEN(STR({parameter}({v}))) >= 0"
    more = well_formed if parameter.value in _CASTS else ""
    return f"!COALESCE({fits}{more}, false)"


def _node_kind(parameter: Term, v: str) -> str:
    name = parameter.value.removeprefix(SH) if isinstance(parameter, ox.NamedNode) else ""
    if name not in _NODE_KINDS:
        raise Malformed(f"sh:nodeKind takes one of sh:{', sh:'.join(_NODE_KINDS)}")
    return f"!({_NODE_KINDS[name].format(v)})"


def _min_length(parameter: Term, v: str) -> str:
    least = number(parameter, "sh:minLength")
    return f"(isBLANK({v}) || STRLEN(STR({v})) < {least})" if least else "false"


def _max_length(parameter: Term, v: str) -> str:
    most = number(parameter, "sh:maxLength")
    return f"(isBLANK({v}) || STRLEN(STR({v})) > {most})"


def _compared(sign: str) -> Callable[[Term, str], str]:
    def bad(parameter: Term, v: str) -> str:
        if not isinstance(parameter, ox.Literal):
            raise Malformed("a literal to compare with was expected")
        return f"!COALESCE({v} {sign} {parameter}, false)"

    return bad


def unlike(options: str, v: str) -> str:
    """A value does not match a pattern; ``options`` are what follows the text in REGEX."""
    return f"(isBLANK({v}) || !COALESCE(REGEX(STR({v}){options}), false))"


def is_regex(options: str) -> bool:
    """Whether the engine can read the pattern: it has no look-around, for one."""
    return bool(ox.Store().query(f"ASK {{ BIND(REGEX(''{options}) AS ?x) FILTER(BOUND(?x)) }}"))


def same(v: str, terms: list[Term]) -> str:
    """A value is one of some terms."""
    if any(isinstance(term, ox.BlankNode) for term in terms):
        raise Untranslatable("a blank node as a value")
    return " || ".join(f"sameTerm({v}, {term})" for term in terms) or "false"


def number(term: Term, name: str) -> int:
    """A whole number that is not negative; raises `Malformed`."""
    text = term.value if isinstance(term, ox.Literal) else ""
    if text.isdecimal() and str(term).endswith(f"^^<{XSD}integer>"):
        return int(text)
    raise Malformed(f"{name} takes a whole number that is not negative")


def truth(term: Term) -> bool:
    """True or false; raises `Malformed`."""
    if isinstance(term, ox.Literal) and term.value in ("true", "false", "1", "0"):
        return term.value in ("true", "1")
    raise Malformed("true or false was expected")


BY_VALUE: dict[str, Callable[[Term, str], str]] = {
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "minLength": _min_length,
    "maxLength": _max_length,
    **{name: _compared(sign) for name, sign in _COMPARISONS.items()},
}
"""For each parameter that needs no more than its own value: when a value is bad."""
