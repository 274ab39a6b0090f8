"""Running compiled shapes on a store: everything, or what a change can have touched."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext

import pyoxigraph as ox

from kg.reason import is_stated_graph
from kg.store import Loose, Readable, View, engine_errors
from kg.validate.compiled import Check, Shapes
from kg.validate.graph import Term
from kg.validate.reads import affected, around, predicates
from kg.validate.report import Report, Result

_BATCH = 1_000
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


def validate(
    data: Readable, shapes: Shapes, *, changed: Collection[ox.Quad] | None = None
) -> Report:
    """The results of the shapes on the default graph, or on the stated graphs alone.

    The types that the ontology entails must be in the data: a class is looked for as it
    stands, without its subclasses.

    ``changed`` are the quads, stated and entailed, that were removed or added since a
    validated state. Then only focus nodes whose verdict can have changed are looked at,
    and the report is of those (`Report.covers`). A constraint is looked at in full when
    its query reads what is not connected with the focus node, a path of any length or
    any predicate at all, and when it is one of those left to pyshacl.
    """
    run = _Run(data, shapes, changed)
    results = [result for check in shapes.checks for result in run.results(check)]
    results += run.left()
    return Report(results, run.checked, shapes.paths())


class _Run:
    """One validation: what was looked at, and the stated graphs once they are needed."""

    def __init__(self, data: Readable, shapes: Shapes, changed: Collection[ox.Quad] | None) -> None:
        self.data = data
        self.shapes = shapes
        self.checked: dict[str, frozenset[Term] | None] = {}
        self._changed = None if changed is None else _by_predicate(changed)
        self._merge: Readable | None = None

    def results(self, check: Check) -> Iterator[Result]:
        """The results of one constraint."""
        scope = self._scope(check)
        if scope is not None and not scope:
            return
        self.checked[check.key] = scope
        data = self._data(check, scope)
        for text in _texts(check, scope):
            with _reading(data):
                rows = data.query(text)
                if not isinstance(rows, ox.QuerySolutions):
                    raise TypeError(text)
                found = [*_results(check, rows)]
            yield from (r for r in found if scope is None or r.focus in scope)

    def left(self) -> Iterator[Result]:
        """The results of the shapes that pyshacl has to look at."""
        if not self.shapes.remainder or self._changed == {}:
            return
        from kg.validate import remainder

        for stated_only in (False, True):
            roots = self.shapes.left(stated_only=stated_only)
            if roots:
                data = self._stated() if stated_only else self.data
                self.checked[remainder.CONSTRAINT] = None
                with _reading(self.data):
                    yield from remainder.results(data, self.shapes, roots)

    def _scope(self, check: Check) -> frozenset[Term] | None:
        if self._changed is None:
            return None
        changed: Mapping[ox.NamedNode, list[ox.Quad]] = self._changed
        if check.stated_only:
            changed = {
                p: [q for q in qs if is_stated_graph(q.graph_name)] for p, qs in changed.items()
            }
        generated = not check.by_query
        return affected(check.query, changed, self.data, generated=generated)

    def _data(self, check: Check, scope: frozenset[Term] | None) -> Readable:
        """Where a constraint is looked at; of the stated graphs, no more than it reads."""
        if not check.stated_only:
            return self.data
        if scope is None:
            return self._stated()
        store = ox.Store()
        near = around(check.query, scope, self.data)
        store.extend(_as_merged(quad) for quad in near if is_stated_graph(quad.graph_name))
        return Loose(store)

    def _stated(self) -> Readable:
        """The merge of the stated graphs, in memory, of the predicates that matter there."""
        if self._merge is None:
            checks = [check for check in self.shapes.checks if check.stated_only]
            wanted: set[ox.NamedNode] | None = set()
            for check in checks:
                found = predicates(check.query, generated=not check.by_query)
                wanted = None if wanted is None or found is None else wanted | found
            if self.shapes.left(stated_only=True):
                wanted = None
            store = ox.Store()
            with _reading(self.data):
                store.bulk_extend(_merged(self.data, [None] if wanted is None else wanted))
            self._merge = Loose(store)
        return self._merge


def _merged(data: Readable, wanted: Iterable[ox.NamedNode | None]) -> Iterator[ox.Quad]:
    for predicate in wanted:
        for quad in data.quads(None, predicate, None, None):
            if is_stated_graph(quad.graph_name):
                yield _as_merged(quad)


def _as_merged(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def _by_predicate(changed: Collection[ox.Quad]) -> dict[ox.NamedNode, list[ox.Quad]]:
    found: dict[ox.NamedNode, list[ox.Quad]] = defaultdict(list)
    for quad in changed:
        found[quad.predicate].append(quad)
    return dict(found)


def _reading(data: Readable) -> AbstractContextManager[None]:
    return engine_errors(data.data) if isinstance(data, View) else nullcontext()


def _texts(check: Check, scope: frozenset[Term] | None) -> Iterator[str]:
    """The query, in batches of focus nodes; a query cannot name a blank node."""
    if scope is None or not all(isinstance(node, ox.NamedNode | ox.Literal) for node in scope):
        yield check.text()
        return
    nodes = sorted(scope, key=str)
    for start in range(0, len(nodes), _BATCH):
        yield check.text(nodes[start : start + _BATCH])


def _results(check: Check, rows: ox.QuerySolutions) -> Iterator[Result]:
    rule = check.rule
    names = [variable.value for variable in rows.variables]
    for row in rows:
        binding = {name: row[name] for name in names if row[name] is not None}
        focus = binding["this"]
        value = binding.get("value")
        path = binding.get("path")
        if check.by_query and value is None and not rule.path:
            value = focus
        texts = {lang: _filled(text, binding) for lang, text in rule.messages.items()}
        yield Result(
            focus=focus,
            path=path.value if isinstance(path, ox.NamedNode) else rule.path,
            value=value,
            rule=rule.name,
            shape=rule.shape,
            severity=rule.severity,
            component=rule.component,
            constraint=check.key,
            messages=texts if check.by_query else rule.messages,
            titles=rule.titles,
        )


def _filled(text: str, binding: Mapping[str, Term]) -> str:
    """A message with the values in place of ``{?name}``."""

    def shown(match: re.Match[str]) -> str:
        term = binding.get(match[1])
        if term is None:
            return match[0]
        return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)

    return _PLACEHOLDER.sub(shown, text)
