"""Why a row is an answer: the places that say the triples it rests on.

The pattern of the query is read from rdflib's algebra (rdflib only parses here, it
evaluates nothing). The engine runs the query once more with every variable shown;
each of its solutions turns the triple patterns into triples, and the named graphs
say where each of those was said.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg import sparql
from kg.evidence import Evidence, Evidences, smallest
from kg.exceptions import QueryError
from kg.namespace import PREFIXES
from kg.query.rewrites.matches import matched
from kg.query.run import evaluate, evaluating
from kg.store import View

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
# rdflib's algebra, terms and paths carry no types.
RdflibNode: TypeAlias = Any
Row: TypeAlias = tuple[Term | None, ...]
Binding: TypeAlias = dict[str, Term]

_MAX_WITNESSES = 1_000


class Unexplained(QueryError):
    """The query uses something whose rows cannot be explained yet."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a pattern; a hidden one is a blank node or a step of a path."""

    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A triple pattern; ``repeated`` marks a path p*, p+ or p?.

    ``graph`` is that of a GRAPH pattern, and nothing where the merge is meant.
    """

    subject: Variable | Term
    predicate: Variable | ox.NamedNode
    object: Variable | Term
    graph: Variable | Term | None
    repeated: bool = False

    @property
    def names(self) -> set[str]:
        """The variables that the query names."""
        terms = (self.subject, self.predicate, self.object, self.graph)
        return {t.name for t in terms if isinstance(t, Variable) and not t.hidden}


@dataclass(frozen=True, slots=True)
class Choice:
    """A path p|q: one of several ways from one node to another."""

    ways: tuple[tuple[Part, ...], ...]

    @property
    def names(self) -> set[str]:
        """The variables that the query names."""
        return {name for way in self.ways for part in way for name in part.names}


Part: TypeAlias = Step | Choice


def why(view: View, text: str, *, lang: str = "zh") -> dict[Row, list[Evidence]]:
    """For each row of a SELECT query, places that together say what it rests on.

    They suffice, with the ontology, to yield the row; where several would do, the
    one that is stated and comes first is given. Costs a second run of the query and
    a few index look-ups for each triple of each solution.

    A triple that the query asks of one graph is told by that graph alone.

    Raises `Unexplained` for aggregates, sub-queries, negation, FROM and
    alternatives that are filtered, and `QuerySyntaxError` as `run` does.
    """
    sparql.guard(text)
    text = matched(view, text)
    _refuse_words(text)
    algebra = _algebra(text)
    blocks = list(_blocks(algebra.p))  # of each, all parts hold together
    solutions = evaluate(view, sparql.select_all(text, _shown(view, text)))
    if not isinstance(solutions, ox.QuerySolutions):
        raise Unexplained("only the rows of a SELECT query can be explained")
    shown = len(solutions.variables if _is_star(text) else algebra["PV"])
    evidences = Evidences(view, lang)
    choices: dict[Row, list[list[Evidence]]] = defaultdict(list)
    names = [variable.value for variable in solutions.variables]
    with evaluating(view):
        found = list(solutions)
    for solution in found:
        terms = list(solution)
        binding = {n: t for n, t in zip(names, terms, strict=True) if t is not None}
        quads = _witness(view, blocks, binding)
        places = [part for quad in quads for part in _places(evidences, quad)]
        choices[tuple(terms[:shown])] += places
    return {row: _told(smallest(options)) for row, options in choices.items()}


def _shown(view: View, text: str) -> list[dict[str, str]]:
    """Of a query with a LIMIT, the rows that it shows, so that no other is explained."""
    if not any(token.keyword == "LIMIT" for token in sparql.tokens(text)):
        return []
    with evaluating(view):
        results = evaluate(view, text)
        if not isinstance(results, ox.QuerySolutions):
            return []
        names = [variable.value for variable in results.variables]
        rows = [dict(zip(names, row, strict=True)) for row in results]
    plain = ox.NamedNode | ox.Literal
    return [{n: str(t) for n, t in row.items() if isinstance(t, plain)} for row in rows]


_REFUSED = {
    "EXISTS": "EXISTS",
    "FROM": "FROM",
    **dict.fromkeys(("RAND", "NOW", "UUID", "STRUUID", "BNODE"), "a value that is new each time"),
}


def _refuse_words(text: str) -> None:
    """Refuse what the algebra hides in expressions, or what a second run would change."""
    before = ("", "")
    for token in sparql.tokens(text):
        # What a row holds by absence takes nothing away from what it rests on.
        if token.keyword == "EXISTS" and before == ("FILTER", "NOT"):
            continue
        before = (before[1], token.keyword)
        if token.keyword in _REFUSED:
            fact = _REFUSED[token.keyword]
            raise Unexplained(f"rows that rest on {fact} cannot be explained yet")


def _places(evidences: Evidences, quad: ox.Quad) -> list[list[Evidence]]:
    """The places that say a triple: its graph, or every graph that was merged.

    Of a triple that only a rule says, those of each premise from which it follows.
    """
    if isinstance(quad.graph_name, ox.NamedNode):
        return [[evidences.read(quad.graph_name, quad.subject)]]
    said = evidences.of(quad.triple)
    if all(evidence.certainty == "Entailed" for evidence in said):
        for entailment in evidences.behind(quad.triple):
            return [[*places] for _, places in entailment.premises]
    return [[e for e in said if e.certainty != "Entailed"] or said]


def _told(evidence: list[Evidence]) -> list[Evidence]:
    """Without the ontology, unless it is all there is."""
    return [e for e in evidence if not e.of_ontology] or evidence


def _is_star(text: str) -> bool:
    found = [t.keyword for t in sparql.tokens(text)]
    after = [k for k in found[found.index("SELECT") + 1 :] if k not in ("DISTINCT", "REDUCED")]
    return after[:1] == ["*"]


def _algebra(text: str) -> RdflibNode:
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        algebra = translateQuery(parseQuery(text), initNs=PREFIXES).algebra
    except Exception as error:  # pyparsing and rdflib raise many kinds
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Unexplained(f"the query cannot be explained: {reason}") from error
    if algebra.name != "SelectQuery":
        raise Unexplained("only the rows of a SELECT query can be explained")
    return algebra


_UNSUPPORTED = {
    "Group": "an aggregate",
    "AggregateJoin": "an aggregate",
    "Minus": "MINUS",
}
_OUTER = ("Project", "Distinct", "Reduced", "OrderBy", "Slice", "Filter", "Extend")


def _blocks(
    node: RdflibNode,
    *,
    outer: bool = True,
    either: bool = False,
    graph: Variable | Term | None = None,
) -> Iterator[list[Part]]:
    """The basic graph patterns below a node of the algebra."""
    name = getattr(node, "name", "")
    if name in _UNSUPPORTED:
        raise Unexplained(f"rows that rest on {_UNSUPPORTED[name]} cannot be explained yet")
    if name == "Project" and not outer:
        raise Unexplained("rows that rest on a sub-query cannot be explained yet")
    if either and name == "Filter":
        raise Unexplained("a FILTER inside UNION cannot be explained yet")
    if name == "BGP":
        yield [part for s, p, o in node.triples for part in _parts(s, p, o, graph)]
    graph = _term(node.term) if name == "Graph" else graph
    outer = outer and name in _OUTER
    either = either or name == "Union"
    for part in ("p", "p1", "p2"):
        if part in node:
            inner = outer and name != "Project"
            yield from _blocks(node[part], outer=inner, either=either, graph=graph)


_numbers = itertools.count()


def _fresh() -> Variable:
    """A hidden variable that no other step has."""
    return Variable(f"_step{next(_numbers)}", hidden=True)


def _parts(
    subject: RdflibNode,
    predicate: RdflibNode,
    object_: RdflibNode,
    graph: Variable | Term | None,
) -> Iterator[Part]:
    """A triple pattern with a path, as plain steps and choices."""
    from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath

    if isinstance(predicate, InvPath):
        yield from _parts(object_, predicate.arg, subject, graph)
    elif isinstance(predicate, SequencePath):
        nodes = [subject, *(_fresh() for _ in predicate.args[1:]), object_]
        for arg, start, end in zip(predicate.args, nodes[:-1], nodes[1:], strict=True):
            yield from _parts(start, arg, end, graph)
    elif isinstance(predicate, AlternativePath):
        yield Choice(tuple(tuple(_parts(subject, arg, object_, graph)) for arg in predicate.args))
    elif isinstance(predicate, MulPath) and not isinstance(predicate.path, Path):
        path = ox.NamedNode(str(predicate.path))
        yield Step(_term(subject), path, _term(object_), graph, repeated=True)
    elif isinstance(predicate, Path):
        raise Unexplained(f"the path {predicate.n3()} cannot be explained yet")
    else:
        step = _term(predicate)
        if isinstance(step, Variable | ox.NamedNode):
            yield Step(_term(subject), step, _term(object_), graph)


def _term(node: RdflibNode) -> Variable | Term:
    """rdflib's term as ours."""
    import rdflib

    if isinstance(node, Variable):
        return node
    if isinstance(node, rdflib.Variable):
        return Variable(str(node))
    if isinstance(node, rdflib.BNode):
        return Variable(f"_node{node}", hidden=True)
    if isinstance(node, rdflib.Literal):
        datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
        return ox.Literal(str(node), language=node.language, datatype=datatype)
    return ox.NamedNode(str(node))


def _witness(view: View, blocks: Sequence[Sequence[Part]], binding: Binding) -> list[ox.Quad]:
    """The triples of the blocks that a solution matched, each in its graph or the merge."""
    found: dict[ox.Quad, None] = {}
    for block in blocks:
        if all(part.names <= binding.keys() for part in block):
            for count, quads in enumerate(_solve(view, block, binding)):
                if count >= _MAX_WITNESSES:
                    break
                found.update(dict.fromkeys(quads))
    return list(found)


def _solve(view: View, parts: Sequence[Part], binding: Binding) -> Iterator[list[ox.Quad]]:
    """Each way to match the parts, as the quads that it uses."""
    if not parts:
        yield []
        return
    first, rest = parts[0], parts[1:]
    if isinstance(first, Choice):
        for way in first.ways:
            yield from _solve(view, [*way, *rest], binding)
        return
    for quads, more in _matches(view, first, binding):
        for others in _solve(view, rest, binding | more):
            yield [*quads, *others]


def _matches(view: View, step: Step, binding: Binding) -> Iterator[tuple[list[ox.Quad], Binding]]:
    s, p, o = (_value(t, binding) for t in (step.subject, step.predicate, step.object))
    graph = ox.DefaultGraph() if step.graph is None else _value(step.graph, binding)
    if not isinstance(graph, ox.NamedNode | ox.DefaultGraph):
        return
    if step.repeated:
        yield from _reached(view, step, s, o, graph)
        return
    if isinstance(s, ox.Literal) or not isinstance(p, ox.NamedNode | None):
        return
    for quad in view.quads(s, p, o, graph):
        more: Binding = {}
        pairs = ((step.subject, quad.subject), (step.predicate, quad.predicate))
        for term, value in (*pairs, (step.object, quad.object)):
            if isinstance(term, Variable):
                more[term.name] = value
        yield [quad], more


def _value(term: Variable | Term, binding: Binding) -> Term | None:
    return binding.get(term.name) if isinstance(term, Variable) else term


def _reached(
    view: View,
    step: Step,
    start: Term | None,
    end: Term | None,
    graph: ox.NamedNode | ox.DefaultGraph,
) -> Iterator[tuple[list[ox.Quad], Binding]]:
    """The shortest path of a repeated predicate, breadth first."""
    if (
        start is None
        or isinstance(start, ox.Literal)
        or not isinstance(step.predicate, ox.NamedNode)
    ):
        raise Unexplained("a repeated path that begins at an unknown thing cannot be explained yet")
    before: dict[Term, ox.Quad | None] = {start: None}
    queue: list[Term] = [start]
    for node in queue:
        if isinstance(node, ox.Literal):
            continue
        for quad in view.quads(node, step.predicate, None, graph):
            if quad.object not in before:
                before[quad.object] = quad
                queue.append(quad.object)
    name = step.object.name if isinstance(step.object, Variable) else ""
    for node in before if end is None else [end]:
        if node in before:
            yield _way(before, node), ({name: node} if name else {})


def _way(before: dict[Term, ox.Quad | None], node: Term) -> list[ox.Quad]:
    way = []
    while (quad := before[node]) is not None:
        way.append(quad)
        node = quad.subject
    return way
