"""A ``sh:sparql`` constraint as one query over all focus nodes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pyoxigraph as ox

from kg import sparql
from kg.exceptions import QueryError
from kg.namespace import OWL, RDF, RDFS, SH
from kg.sparql import Token
from kg.validate.graph import Malformed, ShapesGraph, Term
from kg.validate.values import Untranslatable

_KNOWN = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
# Pre-bound variables are joined, not substituted, so these would mean something else.
_REFUSED = ("MINUS", "VALUES", "SERVICE")


def query(graph: ShapesGraph, constraint: Term, shape: Term, path: str | None, focus: str) -> str:
    """The query of a constraint, in which ``?this`` runs over all focus nodes.

    The pattern ``focus`` binds ``?this`` once a node; it is put into every group that
    is evaluated on its own. Raises `Malformed` for what SHACL does not allow and
    `Untranslatable` for a LIMIT, which counts for each focus node.
    """
    select = graph.one(constraint, SH + "select")
    if not isinstance(select, ox.Literal):
        raise Malformed("sh:sparql needs one sh:select with the text of a query")
    text = _prologue(graph, constraint) + select.value
    try:
        sparql.guard(text)
        found = list(sparql.tokens(text))
        _refuse(found)
        ox.Store().query(_bound(text, found, shape, path, ""))
    except SyntaxError as error:
        raise Malformed(f"sh:select: {sparql.syntax_error(error, text)}") from error
    except (QueryError, RuntimeError) as error:  # the latter: a function that is unknown
        raise Malformed(f"sh:select: {error}") from error
    if any(token.keyword in ("LIMIT", "OFFSET") for token in found):
        raise Untranslatable("LIMIT in sh:select")
    return _bound(text, found, shape, path, focus)


def _prologue(graph: ShapesGraph, constraint: Term) -> str:
    prefixes = dict(_KNOWN)
    for owner in graph.objects(constraint, SH + "prefixes"):
        for declared in graph.objects(owner, SH + "declare"):
            prefix, base = graph.one(declared, SH + "prefix"), graph.one(declared, SH + "namespace")
            if not isinstance(prefix, ox.Literal) or not isinstance(base, ox.Literal):
                raise Malformed("sh:declare needs one sh:prefix and one sh:namespace")
            prefixes[prefix.value] = base.value
    return "".join(f"PREFIX {p}: {ox.NamedNode(iri)}\n" for p, iri in sorted(prefixes.items()))


def _refuse(found: list[Token]) -> None:
    for token in found:
        if token.keyword in _REFUSED:
            raise Malformed(f"sh:select: SHACL allows no {token.keyword}")
        if token.kind == "variable" and token.text[1:] == "shapesGraph":
            raise Untranslatable("$shapesGraph in sh:select")
    selects = [n for n, token in enumerate(found) if token.keyword == "SELECT"]
    if not selects:
        raise Malformed("sh:select: a SELECT query was expected")
    for n in selects:
        shown = _projection(found, n)
        if "this" not in shown and "*" not in shown:
            raise Malformed("sh:select: every SELECT must show $this")


def _projection(found: list[Token], select: int) -> set[str]:
    shown = set()
    for token in found[select + 1 :]:
        if token.keyword in ("WHERE", "{"):
            break
        shown.add(token.text[1:] if token.kind == "variable" else token.text)
    return shown


def _bound(text: str, found: list[Token], shape: Term, path: str | None, focus: str) -> str:
    """The text with the pre-bound variables in place."""
    edits = [(brace.end, brace.end, f" {focus} ") for brace in _openings(found) if focus]
    for token in found:
        name = token.text[1:] if token.kind == "variable" else ""
        if name == "PATH":
            if path is None:
                raise Malformed("sh:select: $PATH needs a shape with sh:path")
            edits.append((token.start, token.end, path))
        elif name == "currentShape":
            edits.append((token.start, token.end, str(shape)))
        elif name == "this":
            edits.append((token.start, token.end, "?this"))
    out, last = [], 0
    for start, end, new in sorted(edits):
        out += [text[last:start], new]
        last = end
    return "".join([*out, text[last:]])


def _openings(found: list[Token]) -> Iterator[Token]:
    """The braces of the groups that are evaluated on their own: of SELECT, and UNION's sides.

    Within EXISTS the engine knows the focus node already.
    """
    opened: list[tuple[int, bool]] = []
    sides: dict[int, int] = {}
    exists: set[int] = set()
    for n, token in enumerate(found):
        if token.keyword == "{":
            inside = found[n - 1].keyword == "EXISTS" or any(within for _, within in opened)
            opened.append((n, inside))
            if inside:
                exists.add(n)
        elif token.keyword == "}" and opened:
            sides[opened.pop()[0]] = n
    selecting = False
    for n, (before, token) in enumerate(pairwise([found[0], *found])):
        selecting = selecting or token.keyword == "SELECT"
        if token.keyword != "{":
            continue
        last = sides.get(n, n) + 1
        joined = before.keyword == "UNION" or (last < len(found) and found[last].keyword == "UNION")
        subselect = found[n + 1].keyword == "SELECT" if n + 1 < len(found) else False
        if selecting or (joined and not subselect and n not in exists):
            yield token
        selecting = False
