"""The Python face of kg: one generation of a store, or an endpoint, to ask, measure and draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import __version__, query, sparql
from kg.exceptions import NeedsStore, ParameterError
from kg.graph.citing import Citation
from kg.graph.result import Result
from kg.graph.values import text_in_query, text_of
from kg.query import Elsewhere, Limits, Services
from kg.sparql import algebra as a
from kg.store import Store, View

if TYPE_CHECKING:
    from types import TracebackType

    from kg.graph.measured import Measured, Net
    from kg.graph.page import Page
    from kg.network import Linkage
    from kg.query import Explanation, Unknown
    from kg.query.why import Row
    from kg.search import Hit

_TOLD = {
    "zh": "第 {generation} 代，内容摘要 {digest}",
    "en": "Generation {generation}, digest {digest}",
}


class Graph:
    """One generation of a store, read-only, or a SPARQL endpoint. Made by `kg.open`.

    What it gives stays as it is while others write to the store; `refresh` goes on to the
    newest generation. It closes with a ``with`` block, `close`, or the process.
    """

    def __init__(
        self,
        where: Path | str = "kg-data",
        *,
        lang: str = "zh",
        generation: int | None = None,
        queries: Sequence[Path | str] = (),
        default_graph: str | None = None,
    ) -> None:
        """Open a store folder or the address of an endpoint (http…).

        ``lang`` (zh, en) is the language of titles and pages, ``queries`` are folders of saved
        questions of one's own, ``default_graph`` is where an endpoint holds the merge. Raises what
        `Store.view` raises.
        """
        if lang not in _TOLD:
            raise ParameterError(f"lang={lang!r}; there are zh and en")
        self.where = str(where)
        self.lang = lang
        self.folders = tuple(Path(folder) for folder in queries)
        self._generation = generation
        self._default_graph = default_graph
        self._view = self._opened()

    def _opened(self) -> View | Elsewhere:
        if self.where.lower().startswith(("http://", "https://")):
            from kg.remote import Credentials, Endpoint

            endpoint = Endpoint(self.where, credentials=Credentials.of_environment())
            return Elsewhere(endpoint, self._default_graph)
        return Store(self.where).view(self._generation)

    def __repr__(self) -> str:
        at = f", generation {self.view.manifest.generation}" if self.explains else ""
        return f"Graph({self.where!r}{at})"

    def __enter__(self) -> Graph:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the generation."""
        if isinstance(self._view, View):
            self._view.close()

    def refresh(self) -> Graph:
        """Go on to the newest generation; gives itself."""
        self.close()
        for name in ("linkage",):
            self.__dict__.pop(name, None)
        self._generation = None
        self._view = self._opened()
        return self

    # Asking

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        memory: int | None = None,
        **values: object,
    ) -> Result:
        """Run SPARQL; the prefixes of kg need no declaration.

        ``$name`` in the text stands for the value of that name: ``g.query("… FILTER(?n > $least)",
        least=3)``. Values are put in as terms, so nothing in them is read as SPARQL. ``timeout``
        (seconds) and ``memory`` (bytes) end a query that takes more.

        A ``$name`` without a value is the variable ``?name``, as SPARQL has it, if the query binds
        it. Raises as `kg.query.run` does, and `ParameterError` for a value that the text does not
        name and for a ``$name`` that neither a value nor the query binds.
        """
        used = {use.name for use in sparql.uses(text)} if values else set()
        if unknown := values.keys() - used:
            raise ParameterError(f"the query has no ${min(unknown)}")
        terms = {name: text_in_query(name, value) for name, value in values.items()}
        text = sparql.bind(text, terms) if terms else text
        if missing := _missing(text):
            hint = f"give {missing}=…; a variable of the query is written ?{missing}"
            raise ParameterError(f"there is no value of ${missing}: {hint}")
        return self._run(text, Limits(timeout, memory))

    def saved(self, question: str, /, **values: object) -> Result:
        """Ask a saved question by its name; `questions` lists them.

        ``g.saved("communities", street="贵城街道", date="2023-06-30")``. Raises `UnknownQuestion`,
        `ParameterError` and as `query` does.
        """
        found = query.question(question, self.folders)
        texts = {name: text_of(value) for name, value in values.items()}
        text = query.asked(self._view, found, texts, lang=self.lang)
        titles = {name: by[self.lang] for name, by in found.columns.items()}
        none = found.none[self.lang] if found.none else ""
        return self._run(text, Limits(), titles=titles, title=found.titles[self.lang], none=none)

    @cached_property
    def questions(self) -> dict[str, str]:
        """The saved questions: their titles by their names."""
        found = query.questions(self.folders)
        return {name: one.titles[self.lang] for name, one in found.items()}

    def search(self, text: str, *, limit: int = 20) -> list[Hit]:
        """Things by name, old name, pinyin or first letters. Raises `NeedsStore`."""
        from kg.search import find

        return find(self.view, text, limit=limit)

    def describe(self, name: str) -> Result:
        """All that is said of one thing, by its name or IRI: triples as of DESCRIBE."""
        from kg.describe import find

        iri = self._view.find(name) if isinstance(self._view, Elsewhere) else find(self.view, name)
        return self._run(f"DESCRIBE {ox.NamedNode(iri)}", Limits(), title=name)

    def _run(
        self,
        text: str,
        limits: Limits,
        *,
        titles: dict[str, str] | None = None,
        title: str = "",
        none: str = "",
    ) -> Result:
        found = query.run(
            self._view,
            text,
            services=Services(),
            timeout=limits.timeout,
            memory=limits.memory,
        )
        with query.evaluating(self._view):
            if isinstance(found, ox.QueryBoolean):
                answer = (ox.Literal(bool(found)),)
                return Result(self, text, ["answer"], [answer], kind="ask", title=title)
            if isinstance(found, ox.QuerySolutions):
                names = [variable.value for variable in found.variables]
                rows = [tuple(row) for row in found]
                return Result(self, text, names, rows, titles=titles, title=title, none=none)
            names = ["subject", "predicate", "object"]
            triples = [tuple(triple) for triple in found]
            return Result(self, text, names, triples, kind="construct", title=title)

    def misspelt(self, text: str) -> list[Unknown]:
        """The terms of a query that neither the ontology nor the data has; of a store only."""
        return query.unknown_terms(self.view, text) if self.explains else []

    def explained(self, text: str, rows: Sequence[Row] | None = None) -> dict[Row, Explanation]:
        """Why the rows of a query are answers, by `kg.query.why`; raises as it does."""
        return query.why(self.view, text, lang=self.lang, rows=rows)

    # Measuring and drawing

    @cached_property
    def linkage(self) -> Linkage:
        """What joins organisations, as tables (`kg.network.Linkage`). Raises `NeedsStore`."""
        from kg.network import linkage

        return linkage(self.view)

    def network(self, name: str = "linkage", *, as_of: str | None = None) -> Net:
        """A network by name (`kg.network.networks` says what each is), as of a date.

        NetworkX takes it as a graph; ``net.measure("pagerank").df()`` measures it. Raises
        `UnknownNetwork`, `BadDate` and `NeedsStore`.
        """
        from kg.graph.measured import Net

        return Net.named(self._held(as_of), name, self.lang)

    def measure(
        self,
        name: str,
        *,
        network: str | None = None,
        as_of: str | None = None,
        **parameters: object,
    ) -> Measured:
        """Take a measure by name (`kg.analytics.measures` lists them).

        Raises as `kg.analytics.measure` does, `BadDate` and `NeedsStore`.
        """
        from kg.graph.measured import Measured

        return Measured.of(self._held(as_of), name, self.lang, network, parameters)

    def map(
        self,
        *,
        focus: str | None = None,
        alliance: str | None = None,
        as_of: str | None = None,
        compare: str | None = None,
        persons: str = "show",
    ) -> Page:
        """The alliance map: it shows in a notebook, shut off from it, and ``save`` writes the file.

        The options are those of `kg map`. Raises `MapError`, `UnknownThing` and `NeedsStore`.
        """
        from kg.graph.page import drawn

        return drawn(
            self.view,
            lang=self.lang,
            focus=focus,
            alliance=alliance,
            as_of=as_of,
            compare=compare,
            persons=persons,
        )

    def export(
        self,
        path: Path | str,
        format: str | None = None,
        *,
        network: str | None = None,
        as_of: str | None = None,
        persons: str = "show",
        lang: str | None = None,
        excel: bool = False,
    ) -> Path:
        """Write the generation, or a network of it, as `kg export` does; gives the path.

        ``g.export("appendix")`` is what a paper's appendix needs, ``g.export("net.gexf")`` opens
        in Gephi, ``g.export("tables", "csv", network="co-members")`` is two tables. Raises as
        `kg.export.whole.export` does, and `NeedsStore`.
        """
        from kg.export.whole import Options, export

        options = Options(lang or self.lang, network, as_of, persons, excel)
        return export(self.view, Path(path), format, options)

    def _held(self, as_of: str | None) -> Linkage:
        return self.linkage if as_of is None else self.linkage.as_of(as_of)

    # What it is

    @property
    def view(self) -> View:
        """The generation that is read. Raises `NeedsStore` for an endpoint."""
        if isinstance(self._view, Elsewhere):
            raise NeedsStore(f"{self.where} is an endpoint; this needs a store folder")
        return self._view

    @property
    def explains(self) -> bool:
        """Whether it can say what rows rest on: a store can, an endpoint cannot."""
        return isinstance(self._view, View)

    @property
    def told(self) -> str:
        """One line that says what is read: the generation, or the endpoint."""
        if not self.explains:
            return self.where
        held = self.view.manifest
        return _TOLD[self.lang].format(generation=held.generation, digest=held.digest[:12])

    def cite(self) -> Citation:
        """How to cite what was read: version, generation, digest, sources and licences."""
        return Citation.of(self.view, self.lang, __version__)


def _missing(text: str) -> str:
    """A ``$name`` that nothing in the query binds, so that it can have no value; or nothing."""
    if "$" not in text or not (named := sparql.parameters(text)):
        return ""
    sparql.guard(text)
    try:
        bound = {variable.value for variable in _bound(sparql.parse(text))}
    except (sparql.Unparsed, RecursionError):
        # The engine knows newer syntax, bears more groups, and says better what is wrong.
        return ""
    return min(named - bound, default="")


def _bound(query: a.Query) -> Iterator[ox.Variable]:
    """What patterns, VALUES and AS give a value, and what is selected; a filter gives none."""
    for part in a.walk(query):
        match part:
            case a.Bgp() | a.Values():
                yield from a.in_scope(part)
            case a.Graph(ox.Variable() as name) | a.Service(ox.Variable() as name):
                yield name
            case a.Extend(variable=ox.Variable() as name) | a.Column(ox.Variable() as name):
                yield name
