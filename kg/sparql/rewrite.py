"""Binding and small rewrites: edits of the text, token by token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.sparql.names import prologue
from kg.sparql.tokens import Token, tokens

# Beside these a term needs no space to stay a token of its own.
_APART = frozenset(" \t\r\n(){},;")


def bind(text: str, terms: Mapping[str, str]) -> str:
    """Replace each ``$name`` token by a serialised term.

    ``terms`` maps the name to SPARQL text of one term (see `query.Parameter`);
    ``?name`` stays a variable, and nothing inside a string or a comment changes.

    >>> bind('SELECT * { $s ?p "$s" }', {"s": "<urn:x>"})
    'SELECT * { <urn:x> ?p "$s" }'
    """
    return _edited(
        text,
        [
            (token.start, token.end, _apart(text, token, terms[token.text[1:]]))
            for token in tokens(text)
            if token.kind == "variable" and token.text[0] == "$" and token.text[1:] in terms
        ],
    )


def _apart(text: str, token: Token, term: str) -> str:
    """The term with a space where its neighbour could grow together with it."""
    before = text[token.start - 1 : token.start]
    after = text[token.end : token.end + 1]
    left = " " if before and before not in _APART else ""
    right = " " if after and after not in _APART else ""
    return f"{left}{term}{right}"


@dataclass(frozen=True, slots=True)
class Use:
    """One ``$name`` of a query.

    ``place`` is LIMIT or OFFSET when it stands behind that word, VALUES when it stands
    among the rows of such a block, and else empty.
    """

    name: str
    start: int
    place: str = ""


def uses(text: str) -> Iterator[Use]:
    """Each ``$name`` of a query, in order.

    >>> [(use.name, use.place) for use in uses("SELECT ?x { VALUES ?x { $a } $b ?p ?x } LIMIT $n")]
    [('a', 'VALUES'), ('b', ''), ('n', 'LIMIT')]
    """
    in_values, before = False, ""
    for token in tokens(text):
        if token.keyword in ("VALUES", "}"):
            in_values = token.keyword == "VALUES"
        if token.kind == "variable" and token.text[0] == "$":
            place = before if before in ("LIMIT", "OFFSET") else "VALUES" if in_values else ""
            yield Use(token.text[1:], token.start, place)
        before = token.keyword


def parameters(text: str) -> set[str]:
    """The names of the ``$name`` tokens of a query.

    >>> sorted(parameters("SELECT ?x { $a ?x $b }"))
    ['a', 'b']
    """
    return {use.name for use in uses(text)}


@dataclass(frozen=True, slots=True)
class Dataset:
    """The FROM clauses of a query, and the query without them."""

    text: str
    default: tuple[str, ...]
    named: tuple[str, ...]


def dataset(text: str) -> Dataset:
    """Take the FROM and FROM NAMED clauses out of a query.

    >>> dataset("PREFIX e: <urn:e:> SELECT * FROM e:a FROM NAMED <urn:b> { ?s ?p ?o }").default
    ('urn:e:a',)

    Raises `QuerySyntaxError` for a prefix that the query does not declare.
    """
    found = list(tokens(text))
    names = prologue(found)
    edits: list[tuple[int, int, str]] = []
    clauses: dict[bool, list[str]] = {True: [], False: []}
    depth = 0
    for index, token in enumerate(found):
        depth += (token.keyword in ("{", "(", "[")) - (token.keyword in ("}", ")", "]"))
        if token.keyword != "FROM" or depth:
            continue
        named = found[index + 1].keyword == "NAMED" if index + 1 < len(found) else False
        at = index + 1 + named
        if at >= len(found):
            break
        clauses[named].append(names.iri(found[at], text))
        edits.append((token.start, found[at].end, ""))
    default, graphs = (tuple(dict.fromkeys(clauses[named])) for named in (False, True))
    return Dataset(_edited(text, edits), default, graphs)


def select_all(text: str, rows: Sequence[Mapping[str, str]] = ()) -> str:
    """A SELECT query that gives every variable of its pattern, row by row.

    The projection keeps its items (also expressions) and gains the other
    variables; DISTINCT, REDUCED, LIMIT and OFFSET of the outer query go. ``rows``
    (variable → serialised term) narrows it to solutions that agree with one of them
    in the variables that the pattern itself binds.

    >>> select_all("SELECT DISTINCT ?a { ?a ?b ?c } LIMIT 3")
    'SELECT  ?a ?b ?c { ?a ?b ?c }  '
    """
    found = list(tokens(text))
    start = next(i for i, t in enumerate(found) if t.keyword == "SELECT")
    stop = next(i for i, t in enumerate(found) if i > start and t.keyword in ("{", "WHERE", "FROM"))
    projection = found[start + 1 : stop]
    cuts = [t for t in projection if t.keyword in ("DISTINCT", "REDUCED")] + _trailing_slice(found)
    edits = [(t.start, t.end, "") for t in cuts]
    if [t.text for t in projection if t not in cuts] != ["*"]:
        already = set(_projected(projection))
        names = dict.fromkeys(t.text[1:] for t in found if t.kind == "variable")
        more = "".join(f"?{name} " for name in names if name not in already)
        edits.append((found[stop].start, found[stop].start, more))
    brace = next(t for t in found[stop:] if t.text == "{")
    edits.append((brace.end, brace.end, _values(found, rows)))
    return _edited(text, edits)


def _values(found: list[Token], rows: Sequence[Mapping[str, str]]) -> str:
    """A VALUES block of the rows; a variable that an expression sets cannot stand there."""
    made = {later.text[1:] for token, later in pairwise(found) if token.keyword == "AS"}
    names = [name for name in dict.fromkeys(n for row in rows for n in row) if name not in made]
    if not names:
        return ""
    lines = {" ".join(row.get(name, "UNDEF") for name in names): None for row in rows}
    return (
        f" VALUES ({' '.join('?' + n for n in names)}) {{ {' '.join(f'({ln})' for ln in lines)} }} "
    )


def _projected(projection: list[Token]) -> Iterator[str]:
    """The variables that a projection shows: plain ones, and those behind AS."""
    depth, before = 0, ""
    for token in projection:
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "variable" and (depth == 0 or before == "AS"):
            yield token.text[1:]
        before = token.keyword


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    """The text with each span (start, end) replaced; spans do not overlap."""
    out, last = [], 0
    for start, end, new in sorted(edits):
        out += [text[last:start], new]
        last = end
    return "".join([*out, text[last:]])


def _trailing_slice(found: list[Token]) -> list[Token]:
    """The LIMIT and OFFSET tokens, with their numbers, behind the last brace."""
    close = max((i for i, t in enumerate(found) if t.keyword == "}"), default=0)
    cuts: list[Token] = []
    for index in range(close, len(found) - 1):
        if found[index].keyword in ("LIMIT", "OFFSET"):
            cuts += [found[index], found[index + 1]]
    return cuts
