"""Two versions of the ontology in words: for reading, for its change log, and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from kg.diff import Node, OntologyDiff, PropertyChange, Release, TermChange
from kg.export import short
from kg.namespace import DCTERMS, OWL, PBA, RDFS, SKOS, curie
from kg.ontology import Term, terms

_TEXT = {
    "zh": {
        "ontology": "本体",
        "class": "类",
        "property": "属性",
        "concept": "概念",
        "scheme": "体系",
        "other": "其他",
        "added": "新增",
        "removed": "已删除（术语只应弃用，不应删除）",
        "deprecated": "弃用",
        "changed": "有变",
        "replaced": "由 {by} 替代",
        "none": "无",
    },
    "en": {
        "ontology": "ontology",
        "class": "class",
        "property": "property",
        "concept": "concept",
        "scheme": "scheme",
        "other": "other",
        "added": "added",
        "removed": "removed (terms are deprecated, never removed)",
        "deprecated": "deprecated",
        "changed": "changed",
        "replaced": "replaced by {by}",
        "none": "none",
    },
}
_MARKS = {"added": "+", "changed": "~", "deprecated": "†", "removed": "−"}
# What a heading with version and date says.
_HEADING = {
    *(OWL + name for name in ("versionInfo", "versionIRI", "priorVersion")),
    DCTERMS + "modified",
}
# What the mark of a deprecated term says.
_DEPRECATING = {OWL + "deprecated", DCTERMS + "isReplacedBy"}
# What is shown of a term that is new; the rest is in the file.
_INTRODUCING = (SKOS + "definition", RDFS + "subClassOf", RDFS + "subPropertyOf", SKOS + "inScheme")


def text(found: OntologyDiff, lang: str) -> Iterator[str]:
    """By kind and name: what was added, changed, deprecated and removed."""
    words = _TEXT[lang]
    yield f"{_version(found.before)} → {_version(found.after)}"
    for kind, group in groupby(_told(found), key=lambda change: change.kind):
        yield f"\n{words[kind]}"
        for change in group:
            yield f"  {_MARKS[change.change]} {words[change.change]}: {_title(change, lang)}"
            for line in _properties(change, lang):
                yield f"      {line}"


def markdown(found: OntologyDiff, lang: str) -> Iterator[str]:
    """A section of the change log, to be edited: what happened, then kind and name."""
    words = _TEXT[lang]
    yield f"## {found.after.version} – {found.after.date}"
    for what in _MARKS:
        changes = [change for change in _told(found) if change.change == what]
        if changes:
            yield f"\n{words[what][:1].upper()}{words[what][1:]}{':' if lang == 'en' else '：'}\n"
        for change in changes:
            said = "; ".join(_properties(change, lang))
            name = change.iri.removeprefix(PBA)
            kind = words[change.kind]
            title = (
                f"- {kind[:1].upper()}{kind[1:]} `{name if name != change.iri else curie(name)}`"
            )
            label = _label(change, lang)
            replaced = _replaced(change, lang)
            yield (
                title + (f" ({label})" if label else "") + replaced + (f": {said}" if said else "")
            )


def tree(found: OntologyDiff) -> object:
    """All of it as plain data."""
    return {
        "before": {"version": found.before.version, "date": found.before.date},
        "after": {"version": found.after.version, "date": found.after.date},
        "terms": [_plain(change) for change in found.terms],
    }


def _plain(change: TermChange) -> object:
    term = change.after or change.before
    return {
        "term": change.iri,
        "kind": change.kind,
        "change": change.change,
        "labels": term.labels if term else {},
        "definitions": term.definitions if term else {},
        "replaced_by": change.after.replaced_by if change.after else None,
        "properties": [
            {
                "property": p.predicate,
                "language": p.language,
                "before": list(map(_value, p.before)),
                "after": list(map(_value, p.after)),
            }
            for p in change.properties
        ],
    }


def _value(node: Node) -> str:
    return str(getattr(node, "value", node))


def _told(found: OntologyDiff) -> list[TermChange]:
    """Without an ontology of which nothing but the version and its date changed."""
    return [
        change
        for change in found.terms
        if change.kind != "ontology" or any(p.predicate not in _HEADING for p in change.properties)
    ]


def _version(release: Release) -> str:
    return f"{release.version or '?'} ({release.date})" if release.date else release.version or "?"


def _title(change: TermChange, lang: str) -> str:
    label = _label(change, lang)
    return (f"{label}  " if label else "") + curie(change.iri) + _replaced(change, lang)


def _label(change: TermChange, lang: str) -> str:
    return _called(change.after or change.before, lang)


def _called(term: Term | None, lang: str) -> str:
    return term.labels.get(lang, "") if term else ""


def _replaced(change: TermChange, lang: str) -> str:
    if change.change != "deprecated" or change.after is None or not change.after.replaced_by:
        return ""
    by = _TEXT[lang]["replaced"].format(by=curie(change.after.replaced_by))
    return f"，{by}" if lang == "zh" else f", {by}"


def _properties(change: TermChange, lang: str) -> list[str]:
    if change.change == "removed":
        return []
    if change.change == "added":
        told = [
            p
            for wanted in _INTRODUCING
            for p in change.properties
            if p.predicate == wanted and p.language in ("", lang)
        ]
        return [f"{_relation(p, lang)}: {_values(p.after, lang)}" for p in told]
    said = _HEADING if change.kind == "ontology" else set()
    said |= _DEPRECATING if change.change == "deprecated" else set()
    return [
        f"{_relation(p, lang)}: {_values(p.before, lang)} → {_values(p.after, lang)}"
        for p in change.properties
        if p.predicate not in said
    ]


def _relation(change: PropertyChange, lang: str) -> str:
    name = _called(terms().get(change.predicate), lang) or curie(change.predicate)
    return f"{name} ({change.language})" if change.language and change.language != lang else name


def _values(nodes: tuple[Node, ...], lang: str) -> str:
    values = (" ".join(short(node).split()) for node in nodes)
    return ("、" if lang == "zh" else ", ").join(values) or _TEXT[lang]["none"]
