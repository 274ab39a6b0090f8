"""Generated SPARQL made fit for reading: prefixed names, and a line for each pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kg.namespace import PREFIXES, XSD, curie
from kg.sparql.tokens import Brackets, Token, tokens

_LOCAL = re.compile(r"\w([\w.\-]*[\w\-])?")
_ESCAPED = re.compile(r"[~!$&'()*+,;=/?#@%]")
_BARE = {f"<{XSD}integer>": re.compile(r'"-?\d+"'), f"<{XSD}boolean>": re.compile('"(true|false)"')}
_CLAUSES = {"FILTER", "OPTIONAL", "LATERAL", "BIND", "MINUS", "GRAPH", "SERVICE", "VALUES"}
_CLAUSES |= {"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FROM"}


def prefixed(iri: str) -> str:
    r"""The IRI as SPARQL has it: a prefixed name where it can be one.

    >>> prefixed("https://w3id.org/pba/id/450802/小个专党建联盟")
    'id:450802\\/小个专党建联盟'
    >>> prefixed("urn:x")
    '<urn:x>'
    """
    prefix, colon, local = curie(iri).partition(":")
    if not colon or prefix not in PREFIXES or not _LOCAL.fullmatch(_ESCAPED.sub("", local)):
        return f"<{iri}>"
    escaped = _ESCAPED.sub(r"\\\g<0>", local)
    return f"{prefix}:{escaped}"


def compact(text: str) -> str:
    """Text that `kg.sparql.text` wrote, with the prefixes of kg, and numbers as one writes them.

    >>> compact('(?n > "3"^^<http://www.w3.org/2001/XMLSchema#integer>)')
    '(?n > 3)'
    >>> compact("?a <https://w3id.org/pba/ns#within>+ ?b .")
    '?a pba:within+ ?b .'
    """
    found = [token for token in tokens(text) if token.text != "^^" or token.kind != "symbol"]
    made, end = list[str](), 0
    for token, before in zip(found, [None, *found], strict=False):
        gap = text[end : token.start]
        if gap == "^^" and before is not None and _is_bare(before, token):
            made[-1] = before.text[1:-1]
        else:
            made += [gap, prefixed(token.text[1:-1]) if token.kind == "iri" else token.text]
        end = token.end
    return "".join(made)


def _is_bare(literal: Token, datatype: Token) -> bool:
    form = _BARE.get(datatype.text)
    return form is not None and form.fullmatch(literal.text) is not None


def pretty(text: str) -> str:
    """Text that `kg.sparql.text` wrote, over several lines; it reads as the same query.

    >>> print(pretty("ASK WHERE { ?a <https://w3id.org/pba/ns#within> ?b . OPTIONAL { } }"))
    ASK WHERE {
      ?a pba:within ?b .
      OPTIONAL {
      }
    }
    """
    return "\n".join(_laid_out(compact(text)))


def _laid_out(text: str) -> Iterator[str]:
    line, depth, brackets = "", 0, Brackets()
    for token, after in pairwise([*tokens(text), Token("symbol", "", len(text))]):
        is_row = brackets.in_rows
        brackets.see(token)
        depth -= token.text == "}" and not is_row
        line = (line or "  " * depth) + text[token.start : after.start]
        depth += token.text == "{" and not brackets.in_rows
        if _ends_line(token, after, brackets):
            yield line.rstrip()
            line = ""
    if line:
        yield line.rstrip()


def _ends_line(token: Token, after: Token, brackets: Brackets) -> bool:
    if brackets.in_rows or "(" in brackets.open[-1:]:
        return False
    if token.text == "}":
        return after.keyword != "UNION"
    return token.text in ("{", ".") or after.text == "}" or after.keyword in _CLAUSES
