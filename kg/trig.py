"""The one way in which kg writes TriG: sorted, a statement a line, the same bytes each time.

``python -m kg.trig FILE…`` rewrites files in it.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import ingest
from kg.files import replacing
from kg.namespace import PREFIXES, RDF, RDFS, SKOS, XSD, natural

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph

_TYPE = RDF + "type"
_FIRST = {
    name: place
    for place, name in enumerate(
        (_TYPE, RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", SKOS + "inScheme")
    )
}
_SHORT = {
    XSD + "integer": r"[+-]?\d+",
    XSD + "decimal": r"[+-]?\d*\.\d+",
    XSD + "boolean": r"true|false",
}

# Turtle's PN_CHARS_U, PN_CHARS and PN_LOCAL_ESC, without the percent codes.
_START = (
    r"A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_INNER = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
_ESCAPES = r"~.!$&'()*+,;=@%-"
_LOCAL = re.compile(rf"(?:[{_START}0-9:{_ESCAPES}][{_INNER}:{_ESCAPES}]*)?")
_NEEDS_ESCAPE = re.compile(r"[~!$&'()*+,;=@%]|^[.-]|\.$")


def text(quads: Iterable[ox.Quad], prefixes: Mapping[str, str] | None = None) -> str:
    """Quads as canonical TriG.

    The text depends on the set of quads and on ``prefixes`` alone; these name
    namespaces beside those of `kg.namespace`, which come first. Graphs stand in
    natural order (s2, s2-inferred, s12), a source's ``/meta`` last; within a graph
    subjects, predicates and objects are sorted as they are written, ``a`` and the
    names before the rest and Chinese before other languages. Blank nodes are
    labelled by content (RDFC-1.0).

    >>> s = ox.NamedNode("https://w3id.org/pba/id/area/450802")
    >>> label = ox.NamedNode(RDFS + "label")
    >>> print(text([ox.Quad(s, label, ox.Literal("港北区", language="zh"))]), end="")
    @prefix area: <https://w3id.org/pba/id/area/> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    <BLANKLINE>
    area:450802 rdfs:label "港北区"@zh .
    """
    writer = _Writer({**(prefixes or {}), **PREFIXES})
    blocks = list(writer.graphs(_relabelled(quads)))
    head = "".join(f"@prefix {name}: <{writer.prefixes[name]}> .\n" for name in sorted(writer.used))
    return "\n".join(filter(None, [head, *blocks]))


def canonical(path: Path, content: bytes) -> str:
    """What a TriG file says, as canonical TriG under the file's leading comment.

    Prefixes that the file declares are kept where they are used; other comments are
    not. Raises `InputError` with the line of what cannot be read.
    """
    parser = ox.parse(content, format=ox.RdfFormat.TRIG)
    try:
        quads = list(parser)
    except SyntaxError as error:
        raise ingest.unreadable(path, error) from error
    comment = re.match(r"(?:#.*\n)*", content.decode("utf-8"))
    return "\n".join(filter(None, [comment and comment[0], text(quads, parser.prefixes)]))


def rewrite(path: Path) -> None:
    """Make a TriG file canonical; one that is so already is not touched.

    Raises as `canonical` does, and `OSError`.
    """
    content = path.read_bytes()
    after = canonical(path, content).encode()
    if after != content:
        with replacing(path) as file:
            file.write(after)


def _relabelled(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    found = list(dict.fromkeys(quads))
    if not any(isinstance(term, ox.BlankNode) for quad in found for term in quad):
        return found
    dataset = ox.Dataset(found)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


class _Writer:
    """Writes terms and remembers which prefixes they took."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes
        self.used: set[str] = set()
        self._longest = sorted(prefixes, key=lambda name: (-len(prefixes[name]), name))
        self._names: dict[str, str] = {}

    def graphs(self, quads: Iterable[ox.Quad]) -> Iterator[str]:
        """Each graph as a block of lines; the default graph is first and has no braces."""
        parts: dict[Graph, list[ox.Quad]] = defaultdict(list)
        for quad in quads:
            parts[quad.graph_name].append(quad)
        default = parts.pop(ox.DefaultGraph(), [])
        if default:
            yield "".join(self.subjects(default, ""))
        for name, graph in sorted(((self.term(g), g) for g in parts), key=_graph_order):
            yield f"{name} {{\n{''.join(self.subjects(parts[graph], '    '))}}}\n"

    def subjects(self, quads: Iterable[ox.Quad], indent: str) -> Iterator[str]:
        """The statements of a graph, by subject."""
        parts: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            parts[self.term(quad.subject)][quad.predicate.value].append(quad.object)
        deeper = f" ;\n{indent}    "
        for subject in sorted(parts, key=_order):
            told = ((_FIRST.get(p, len(_FIRST)), self.predicate(p), p) for p in parts[subject])
            ordered = sorted(told, key=lambda p: (p[0], _order(p[1])))
            lines = [p + self.objects(p, parts[subject][iri], indent) for _, p, iri in ordered]
            yield f"{indent}{subject} {deeper.join(lines)} .\n"

    def objects(self, predicate: str, objects: Iterable[Term], indent: str) -> str:
        """One object behind its predicate, several on lines of their own; types stay together."""
        written = [self.term(o) for o in sorted(objects, key=self._object_order)]
        if len(written) == 1 or predicate == "a":
            return f" {', '.join(written)}"
        deeper = f"\n{indent}        "
        return deeper + f",{deeper}".join(written)

    def _object_order(self, term: Term) -> tuple[bool, object]:
        chinese = isinstance(term, ox.Literal) and term.language == "zh"
        return not chinese, _order(self.term(term))

    def predicate(self, iri: str) -> str:
        """A predicate, ``a`` for `rdf:type`."""
        return "a" if iri == _TYPE else self.name(iri)

    def term(self, term: Any) -> str:  # noqa: ANN401 - any term of a quad
        """A term, as short as TriG has it."""
        if isinstance(term, ox.NamedNode):
            return self.name(term.value)
        if isinstance(term, ox.Literal):
            return self.literal(term)
        if isinstance(term, ox.Triple):
            inner = (term.subject, term.predicate, term.object)
            return f"<<( {' '.join(map(self.term, inner))} )>>"
        return str(term)

    def literal(self, literal: ox.Literal) -> str:
        """A literal; integers, decimals and truth values stand without quotes."""
        kind = literal.datatype.value
        if re.fullmatch(_SHORT.get(kind, r"(?!)"), literal.value, re.ASCII):
            return literal.value
        if literal.language or kind == XSD + "string":
            return str(literal)
        return f"{ox.Literal(literal.value)}^^{self.name(kind)}"

    def name(self, iri: str) -> str:
        """The prefixed name of an IRI under the longest namespace that fits, or the IRI."""
        if iri not in self._names:
            self._names[iri] = self._name(iri)
        return self._names[iri]

    def _name(self, iri: str) -> str:
        for prefix in self._longest:
            base = self.prefixes[prefix]
            if iri.startswith(base) and _LOCAL.fullmatch(iri, len(base)):
                self.used.add(prefix)
                return f"{prefix}:{_escaped(iri[len(base) :])}"
        return f"<{iri}>"


def _graph_order(named: tuple[str, Graph]) -> tuple[bool, object]:
    name, graph = named
    return isinstance(graph, ox.NamedNode) and graph.value.endswith("/meta"), _order(name)


def _order(written: str) -> tuple[object, str]:
    return natural(written), written


def _escaped(local: str) -> str:
    """A local name with a backslash before what would end or change it.

    >>> _escaped("加强城市基层党建工作1+3实施意见")
    '加强城市基层党建工作1\\\\+3实施意见'
    """
    return _NEEDS_ESCAPE.sub(r"\\\g<0>", local)


if __name__ == "__main__":
    for file in map(Path, sys.argv[1:]):
        rewrite(file)
