"""One thing: finding it by its name, and everything that is said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg import search
from kg.evidence import Evidence, Evidences, best_text
from kg.exceptions import UnknownThing
from kg.namespace import ENTAILED, PBA, PREFIXES, PROV, RDF, RDFS, SKOS, curie, expand
from kg.reason import is_measured_graph, is_stated_graph
from kg.store import Quads, View

LABELS = tuple(NamedNode(iri) for iri in (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel"))
# Names have a line of their own, and where a row came from is the evidence.
_HIDDEN = {label.value for label in LABELS} | {SKOS + "inScheme", PROV + "wasDerivedFrom"}
_TYPE = NamedNode(RDF + "type")
# Of what is entailed, that which no relation of the thing says already, from either end.
_TELLING = {NamedNode(f"{ENTAILED}#{rule}") for rule in ("memberships", "co-building")}
_DEFAULT = DefaultGraph()
_CLASS_OF_KIND, _CONCEPT = NamedNode(PBA + "classOfKind"), NamedNode(SKOS + "Concept")
# What only follows from a narrower class.
_TYPES = NamedNode(f"{ENTAILED}#types")


@dataclass(frozen=True, slots=True)
class Statement:
    """A relation or a fact of the thing, and where it was said.

    ``outward`` tells whether the thing is the subject. ``iri`` is that of the other
    end, or empty when the other end is a literal.
    """

    relation: str
    outward: bool
    value: str
    iri: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """What the graph holds of one thing."""

    iri: str
    label: str
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    statements: tuple[Statement, ...]


def find(view: View, name: str) -> str:
    """The IRI of the thing of that name, prefixed name or IRI.

    A thing comes before a term of the ontology that has the same name.

    Raises `UnknownThing` when there is none (with the nearest names) or when there
    are several (with their addresses).
    """
    if not name.strip():
        raise UnknownThing("an empty name is the name of nothing; give a name or an IRI")
    prefix, colon, _ = name.partition(":")
    if name.startswith(("http://", "https://")) or (colon and prefix in PREFIXES):
        return _known(view, expand(name))
    named = _named(view, name) or set(search.named(view, name))
    if not named and colon and _is_known(view, name):
        return name
    return the_one(name, named, [] if named else _nearest(view, name))


def the_one(name: str, named: set[str], near: Sequence[str] = ()) -> str:
    """Of the things of a name the only one, or the only one that is no term of the ontology.

    Raises `UnknownThing`, with the names that are near when there is none.
    """
    terms = {iri for iri in named if iri.startswith(PBA)}
    found = sorted(named - terms or terms)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "\n".join(f"  {iri}" for iri in found)
        raise UnknownThing(f"{len(found)} things are called {name}; say which:\n{listed}")
    hint = f"; did you mean {'、'.join(near)}?" if near else ""
    raise UnknownThing(f"nothing in the graph is called {name}{hint}")


def _known(view: View, iri: str) -> str:
    try:
        known = _mentioned(view, NamedNode(iri))
    except ValueError as error:
        raise UnknownThing(f"{iri} is not an IRI") from error
    if not known:
        raise UnknownThing(f"the graph says nothing of {iri}")
    return iri


def _is_known(view: View, name: str) -> bool:
    """Whether the text is the IRI (``urn:…``) of a thing; a name may have a colon, too."""
    try:
        return _mentioned(view, NamedNode(name))
    except ValueError:
        return False


def _mentioned(view: View, node: NamedNode) -> bool:
    ends = (view.quads(node, None, None, _DEFAULT), view.quads(None, None, node, _DEFAULT))
    return any(True for quads in ends for _ in quads)


def _named(view: View, name: str) -> set[str]:
    literals = [Literal(name, language=tag) for tag in ("zh", "en")] + [Literal(name)]
    quads = (
        q for label in LABELS for text in literals for q in view.quads(None, label, text, _DEFAULT)
    )
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def _nearest(view: View, name: str) -> list[str]:
    """Names like the text, else names that sound or look like it."""
    names = dict.fromkeys(hit.name for hit in search.find(view, name, limit=5))
    return list(names) or search.near(view, name)


def describe(view: View, iri: str, *, lang: str = "zh") -> Description:
    """Everything that the sources say of a thing, with the places that say it.

    Memberships and partners that follow from what is said are among it; wider classes,
    places and superiors are not. Costs a few index look-ups for each statement.
    """
    node, evidences = NamedNode(iri), Evidences(view, lang)
    out = _told(view.quads(node, None, None), measured=True)
    back = _told(view.quads(None, None, node))
    kinds = [q.object for q in out if q.predicate == _TYPE and isinstance(q.object, NamedNode)]
    said = sorted(_statements(view, evidences, out, back, lang), key=_order)
    return Description(
        iri=iri,
        label=label(view, node, lang),
        kinds=tuple(sorted(label(view, kind, lang) for kind in kinds)),
        names=tuple(_names(out)),
        statements=tuple(said),
    )


def _told(quads: Iterator[Quad], *, measured: bool = False) -> list[Quad]:
    """The triples that a source states, or a rule that tells something new.

    With ``measured`` those, too, that a measurement says of itself.
    """
    said = (
        q.triple
        for q in quads
        if is_stated_graph(q.graph_name)
        or q.graph_name in _TELLING
        or (measured and is_measured_graph(q.graph_name))
    )
    return [Quad(t.subject, t.predicate, t.object) for t in dict.fromkeys(said)]


def label(view: Quads, node: NamedNode, lang: str = "zh") -> str:
    """The label of a node in the language, else its prefixed name."""
    quads = view.quads(node, LABELS[0], None, _DEFAULT)
    texts = [q.object for q in quads if isinstance(q.object, Literal)]
    return best_text(texts, lang) or curie(node.value)


def narrowest(view: Quads, node: NamedNode, lang: str = "zh") -> list[str]:
    """The names of a thing's classes, or of a kind's, without those that follow from narrower ones.

    A kind is a concept; its class is that of the things of its kind.
    """
    classes = {
        q.object
        for relation in (_CLASS_OF_KIND, _TYPE)
        for q in view.quads(node, relation, None, _DEFAULT)
        if isinstance(q.object, NamedNode) and not any(view.quads(node, _TYPE, q.object, _TYPES))
    }
    if any(view.quads(node, _CLASS_OF_KIND, None, _DEFAULT)):
        classes.discard(_CONCEPT)
    return sorted(label(view, kind, lang) for kind in classes)


def _names(out: list[Quad]) -> list[str]:
    texts = {q.object.value for q in out if q.predicate in LABELS and isinstance(q.object, Literal)}
    return sorted(texts)


def _statements(
    view: View, evidences: Evidences, out: list[Quad], back: list[Quad], lang: str
) -> Iterator[Statement]:
    for quad in out:
        if quad.predicate.value not in _HIDDEN and quad.predicate != _TYPE:
            yield _statement(view, evidences, quad.triple, quad.object, lang, outward=True)
    for quad in back:
        yield _statement(view, evidences, quad.triple, quad.subject, lang, outward=False)


def _statement(
    view: View,
    evidences: Evidences,
    triple: Triple,
    other: NamedNode | BlankNode | Literal | Triple,
    lang: str,
    *,
    outward: bool,
) -> Statement:
    return Statement(
        relation=label(view, triple.predicate, lang),
        outward=outward,
        value=label(view, other, lang) if isinstance(other, NamedNode) else _literal(other),
        iri=other.value if isinstance(other, NamedNode) else "",
        evidence=tuple(evidences.of(triple)),
    )


def _literal(term: BlankNode | Literal | Triple) -> str:
    return term.value if isinstance(term, Literal) else str(term)


def _order(statement: Statement) -> tuple[bool, str, str, str]:
    return (not statement.outward, statement.relation, statement.value, statement.iri)


def grouped(description: Description) -> dict[tuple[str, bool], list[Statement]]:
    """The statements by relation and direction, in order."""
    groups: dict[tuple[str, bool], list[Statement]] = defaultdict(list)
    for statement in description.statements:
        groups[statement.relation, statement.outward].append(statement)
    return dict(groups)
