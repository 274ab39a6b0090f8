"""What is said of a district, sheet by sheet, and its lines of N-Quads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from kg.namespace import ID, SOURCE, XSD, expand, local_name


class Thing:
    """Something that has an IRI: given, or minted from its name once all names are known.

    ``kind`` and ``parent`` tell things of one name apart; a parent is named by words that
    no other parent of things of that name and kind has.
    """

    __slots__ = ("iri", "kind", "name", "parent")

    def __init__(self, name: str, kind: str = "", parent: str = "", iri: str = "") -> None:
        self.name = name
        self.kind = kind
        self.parent = parent
        self.iri = iri


Value: TypeAlias = Thing | str
Fact: TypeAlias = tuple[Thing, str, Value]

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def text(value: str, lang: str = "") -> str:
    r"""A literal as N-Quads has it.

    >>> print(text('“1+3”\n"', "zh"))
    "“1+3”\n\""@zh
    """
    return f'"{value.translate(_ESCAPES)}"' + (f"@{lang}" if lang else "")


def zh(value: str) -> str:
    """A Chinese text."""
    return text(value, "zh")


def typed(value: object, datatype: str) -> str:
    """A literal of a datatype of XML Schema.

    >>> typed(5, "integer")
    '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    return f'"{value}"^^<{XSD}{datatype}>'


def day(value: str) -> str:
    """A date."""
    return typed(value, "date")


class _Terms(dict[str, str]):
    """Prefixed names as N-Quads writes their IRIs; a literal is written already."""

    def __missing__(self, name: str) -> str:
        if name[0] == '"':
            return name
        self[name] = written = f"<{expand(name)}>"
        return written


class Sheet:
    """A sheet of the district's register: the facts of one graph, and its records in order."""

    __slots__ = ("facts", "graph", "records")

    def __init__(self, graph: str) -> None:
        self.graph = graph
        self.facts: list[Fact] = []
        self.records: list[Thing] = []

    def record(self, thing: Thing, classes: str, *facts: tuple[str, Value]) -> Thing:
        """Tell a thing's classes (of pba, where no prefix is given), names and facts.

        A thing is a record of a sheet once.
        """
        for name in classes.split():
            self.facts.append((thing, "rdf:type", name if ":" in name else f"pba:{name}"))
        name = zh(thing.name)
        self.facts.append((thing, "rdfs:label", name))
        self.facts.append((thing, "skos:prefLabel", name))
        self.tell(thing, *facts)
        self.records.append(thing)
        return thing

    def tell(self, thing: Thing, *facts: tuple[str, Value]) -> None:
        """Say more of a thing."""
        for predicate, value in facts:
            self.facts.append((thing, predicate, value))


class Facts:
    """The sheets of one source, and the things that still need an IRI."""

    def __init__(self, stem: str, base: str) -> None:
        self.source = Thing(stem, iri=f"<{SOURCE}{stem}>")
        self.base = f"{ID}{base}/"
        self.sheets: dict[str, Sheet] = {}
        self._unnamed: list[Thing] = []

    def __getitem__(self, name: str) -> Sheet:
        """The sheet of a name, or of a fragment such as ``#s0``; a new one the first time."""
        if name not in self.sheets:
            graph = name if name.startswith("#") else f"/{name}"
            self.sheets[name] = Sheet(f"{self.source.iri[:-1]}{graph}>")
        return self.sheets[name]

    def __len__(self) -> int:
        """How many facts there are, counting those that derive each record from its row."""
        return sum(len(s.facts) + len(s.records) for s in self.sheets.values())

    def thing(self, name: str, kind: str, parent: str = "") -> Thing:
        """A new thing of the district that no code names."""
        made = Thing(name, kind, parent)
        self._unnamed.append(made)
        return made

    def mint(self) -> None:
        """Give each thing its readable IRI.

        Of several things of one name each gets its kind behind the name, of several of one
        kind its parent, too: never the order in which they were made.
        """
        for name, alike in _by(self._unnamed, lambda thing: local_name(thing.name)):
            for kind, same in _by(alike, lambda thing: thing.kind):
                for thing in same:
                    inner = [kind, thing.parent] if len(same) > 1 else [kind]
                    mark = f"({local_name(','.join(inner))})" if len(alike) > 1 else ""
                    thing.iri = f"<{self.base}{name}{mark}>"
        self._unnamed.clear()

    def lines(self) -> Iterator[str]:
        """Each fact as a line of N-Quads, sheet by sheet."""
        terms = _Terms()
        for sheet in self.sheets.values():
            end = f" {sheet.graph} .\n"
            for subject, predicate, value in sheet.facts:
                written = value.iri if isinstance(value, Thing) else terms[value]
                yield f"{subject.iri} {terms[predicate]} {written}{end}"


def _by(things: Iterable[Thing], key: Callable[[Thing], str]) -> list[tuple[str, list[Thing]]]:
    groups: defaultdict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        groups[key(thing)].append(thing)
    return list(groups.items())
