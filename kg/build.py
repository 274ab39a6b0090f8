"""The pipeline, in order: read the sources, entail, check the rules, write one generation."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

import pyoxigraph as ox

from kg import __version__, assets, ingest, reason, search, territory, validate
from kg.exceptions import InputError, Problem, StoreError, StoreNotFound
from kg.ingest import Incoming
from kg.namespace import MEASURES, PBA, RDF
from kg.store import Manifest, Readable, Staged, Store, View, Writer
from kg.store.digest import pairs_digest
from kg.validate import Report, Result, RulesBroken

Step = Callable[[str], None]
Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Checking:
    """Whether the rules must hold, and who is told what breaks them.

    ``on_report`` gets the report and the data while they can still be read.
    """

    required: bool = True
    on_report: Callable[[Report, Readable], None] | None = None


STRICT = Checking()
# A change of more than so many-th of the store is checked in full: 15,000 changed quads in 150,000
# took 12 s by what they touch and 7 s in full.
_FULL = 15
_TYPE = ox.NamedNode(RDF + "type")
_META = ox.NamedNode(MEASURES + "/meta")
_GENERATION = ox.NamedNode(PBA + "generationNumber")
# What says of which class or kind the other end of a relation has to be.
_OF_CLASS = {f"{name}ConstraintComponent" for name in ("Class", "Or", "Node")}


def build(
    store: Store,
    folder: Path | None = None,
    *,
    fresh: bool = False,
    checking: Checking = STRICT,
    on_step: Step | None = None,
    on_notice: Notice | None = None,
) -> Manifest:
    """Write a generation of the shipped ontology and triples, or those of a folder.

    Sources that were loaded before and are not in the folder stay, unless ``fresh``.
    ``on_notice`` gets one sentence for each deprecated term that the files use, and one where
    measures that were written (`write_measures`) are dropped, as the data is another now.
    Nothing is written when a file has a problem: raises `InputError` with all of
    them, `RulesBroken` when something new breaks a rule, and what `Store.write` raises.
    """
    place = folder or assets.folder("triples")
    files = sorted(path for path in place.glob("[!.]*") if path.suffix.lower() in ingest.FORMATS)
    if not files:
        kinds = ", ".join(ingest.FORMATS)
        raise InputError([Problem(str(place), None, None, "empty", f"no RDF file in it ({kinds})")])
    incoming = [ingest.read_ontology(), *_read(files, None)]
    _tell(incoming, on_notice)
    return _write(
        store, incoming, "build", checking, fresh=fresh, on_step=on_step, on_notice=on_notice
    )


def load(
    store: Store,
    files: Sequence[Path],
    *,
    name: str | None = None,
    checking: Checking = STRICT,
    on_step: Step | None = None,
    on_notice: Notice | None = None,
) -> Manifest:
    """Take RDF files in; each replaces the earlier graphs of the source of its name.

    ``name`` names the source of a single file. A new store gets the ontology, too.
    ``on_notice`` and what is raised are as in `build`.
    """
    incoming = _read(files, name)
    _tell(incoming, on_notice)
    if _is_new(store):
        incoming = [ingest.read_ontology(), *incoming]
    return _write(store, incoming, "load", checking, on_step=on_step, on_notice=on_notice)


def _tell(incoming: Sequence[Incoming], on_notice: Notice | None) -> None:
    """Each notice once, however many files give it."""
    if on_notice is None:
        return
    for notice in dict.fromkeys(notice for source in incoming for notice in source.notices):
        on_notice(notice)


def import_territory(
    store: Store,
    file: Path,
    district: str,
    *,
    date: Date | None = None,
    checking: Checking = STRICT,
    on_step: Step | None = None,
    on_notice: Notice | None = None,
) -> Manifest:
    """Take the official codes of a district in, from a table of one date.

    The table replaces the earlier graphs of the source of its name. A new store gets
    the ontology, too. ``on_notice`` is as in `build`. Raises as `territory.read` does, and
    what `Store.write` raises.
    """
    incoming = [territory.as_source(territory.read(file, district, date))]
    if _is_new(store):
        incoming = [ingest.read_ontology(), *incoming]
    return _write(
        store, incoming, "import territory", checking, on_step=on_step, on_notice=on_notice
    )


def write_measures(
    store: Store,
    view: View,
    quads: Iterable[ox.Quad],
    *,
    keep: bool = True,
    on_step: Step | None = None,
) -> Manifest:
    """Put what was measured on a view back, as the source `measures`, a graph a measure.

    ``quads`` are those of `kg.analytics.statements`. With ``keep`` the graphs of other measures
    stay: they are of the same data, as a change of it drops them. Raises `StoreError` when
    something was written since the view was opened, and what `Store.write` raises.
    """
    new = list(quads)
    graphs = {quad.graph_name for quad in new} | {
        quad.subject for quad in new if quad.graph_name == _META
    }
    held = view.manifest.source(ingest.MEASURED) if keep else None
    for graph in map(ox.NamedNode, held.graphs if held else ()):
        kept = (quad for quad in view.quads(None, None, None, graph) if graph not in graphs)
        described = (q for q in view.quads(None, None, None, graph) if q.subject not in graphs)
        new += described if graph == _META else kept
    source = Incoming(ingest.MEASURED, new, "", "")
    with store.write(command="measure --write", on_step=on_step) as writer:
        if writer.base is None or writer.base.digest != view.manifest.digest:
            fact = f"{store.path} was written to while it was measured; measure it again"
            raise StoreError(fact)
        # The statements are of one form, of which a test holds that it breaks no rule.
        return _commit(writer, [source], Checking(required=False), on_step)


def measured_state(view: View) -> tuple[int, str]:
    """The generation that measures of a view are of: its number, and the digest of its sources.

    What was measured before is none of them: writing measures makes another generation of the same
    data.
    """
    records = [record for record in view.manifest.sources if record.id != ingest.MEASURED]
    digest = pairs_digest((record.id, record.digest) for record in records)
    for quad in view.quads(None, _GENERATION, None, _META):
        if isinstance(quad.object, ox.Literal):
            return int(quad.object.value), digest
    return view.manifest.generation, digest


def _is_new(store: Store) -> bool:
    try:
        return not store.log()
    except StoreNotFound:
        return True


def _read(files: Sequence[Path], name: str | None) -> list[Incoming]:
    """Every file, or the problems of all of them."""
    found: dict[str, Incoming] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            source = ingest.read(file, name)
        except InputError as error:
            problems += error.problems
            continue
        if source.source in found:
            message = f"a second source of the name {source.source}; load it --as another name"
            problems.append(Problem(str(file), None, None, "source-name", message))
        found[source.source] = source
    if problems:
        raise InputError(problems)
    return list(found.values())


def _write(
    store: Store,
    incoming: Sequence[Incoming],
    command: str,
    checking: Checking,
    *,
    fresh: bool = False,
    on_step: Step | None = None,
    on_notice: Notice | None = None,
) -> Manifest:
    with store.write(command=command, fresh=fresh, on_step=on_step) as writer:
        before = writer.base.source(ingest.MEASURED) if writer.base else None
        manifest = _commit(writer, incoming, checking, on_step)
    if before and on_notice and not manifest.source(ingest.MEASURED):
        names = [graph.rpartition("#")[2] for graph in before.graphs if "#" in graph]
        again = f"kg measure {names[0]} --write" if len(names) == 1 else "kg measure --all --write"
        on_notice(
            f"the measures that were written ({', '.join(names)}) were of the data as it was "
            f"before, and are dropped; `{again}` writes them anew"
        )
    return manifest


def _commit(
    writer: Writer, incoming: Sequence[Incoming], checking: Checking, on_step: Step | None
) -> Manifest:
    step = on_step or (lambda name: None)
    staged = _staged(writer, incoming)
    step("reason")
    changed = _entailed(writer, staged)
    if checking.required:
        step("validate")
        _require_rules(staged, changed, checking)
    step("index")
    _index(staged, changed)
    return writer.commit()


@contextmanager
def rehearse(
    store: Store, files: Sequence[Path], *, on_step: Step | None = None
) -> Iterator[tuple[Readable, Collection[ox.Quad] | None]]:
    """What the store would hold if the files were loaded, and the quads it concerns.

    These are all quads of the things that the files describe, and all that would
    change; None when that is not known, and all has to be looked at. Nothing is written;
    the store is locked meanwhile as by a writer. Where there is no store, it is one of
    the ontology and the files alone. Raises as `load` does, except that no rule is
    looked at.
    """
    incoming = _read(files, None)
    with tempfile.TemporaryDirectory() as folder:
        if _is_new(store):
            incoming, store = [ingest.read_ontology(), *incoming], Store(Path(folder) / "store")
        with store.write(command="validate", on_step=on_step) as writer:
            staged = _staged(writer, incoming)
            changed = _entailed(writer, staged)
            if changed is None:
                yield staged.after, None
                return
            changed |= {quad for source in incoming for quad in source.quads}
            # What is loaded already changes nothing; all that holds of its things is looked at.
            for thing in {quad.subject for quad in changed}:
                changed |= set(staged.after.quads(thing))
            yield staged.after, {q for q in changed if q.graph_name != ox.DefaultGraph()}


def _staged(writer: Writer, incoming: Sequence[Incoming]) -> Staged:
    for source in incoming:
        writer.replace(
            source.source, source.quads, file_name=source.file_name, sha256=source.sha256
        )
    kept = {*writer.sources} - {source.source for source in incoming}
    # Another version may entail and measure otherwise.
    if writer.base and writer.base.kg_version != __version__ and ingest.MEASURED in kept:
        writer.remove(ingest.MEASURED)
    return writer.stage(derived=reason.SOURCE, lapsing=ingest.MEASURED)


def _entailed(writer: Writer, staged: Staged) -> set[ox.Quad] | None:
    """Bring what is entailed up to date; returns all that changed, None when it is not known."""
    before = writer.base.source(reason.SOURCE) if writer.base else None
    if staged.changed is None:
        staged.revise(reason.SOURCE, (), reason.entail(staged.after))
        return None
    changed, found = staged.changed, None
    # Another version may entail by other rules, and check others.
    if staged.before and before and writer.base and writer.base.kg_version == __version__:
        found = reason.update(staged.before, staged.after, changed.removed, changed.added)
    if found is None:
        graphs = before.graphs if before else ()
        held = {q for graph in graphs for q in staged.after.quads(g=ox.NamedNode(graph))}
        follows = set(reason.entail(staged.after))
        staged.revise(reason.SOURCE, held - follows, follows - held)
        return None
    staged.revise(reason.SOURCE, *found)
    return changed.removed | changed.added | found[0] | found[1]


def _index(staged: Staged, changed: set[ox.Quad] | None) -> None:
    """Attach the index of names: the one before where no name has changed."""
    held, known = staged.attached(search.FILE), changed is not None
    if held and changed is not None and not search.touches(changed) and search.is_current(held):
        staged.keep(search.FILE)
        return

    def write(path: Path, before: Path | None) -> None:
        search.write(path, staged.after, before=before if known else None, changed=changed or ())

    staged.attach(search.FILE, write)


def _require_rules(staged: Staged, changed: set[ox.Quad] | None, checking: Checking) -> None:
    """Raise `RulesBroken` when something breaks a rule that did not break it before."""
    shapes = validate.shapes()
    if changed is not None and len(changed) * _FULL > staged.size:
        changed = None
    report = validate.validate(staged.after, shapes, changed=changed)
    if not report.violations:
        return
    known: set[Result] = set()
    if staged.before:
        known = {*validate.validate(staged.before, shapes, changed=changed).violations}
    known |= {result for result in report.violations if _awaits_a_source(result, staged.after)}
    report = report.without(known)
    if report.violations:
        if checking.on_report:
            checking.on_report(report, staged.after)
        raise RulesBroken(report)


def _awaits_a_source(result: Result, data: Readable) -> bool:
    """Whether it asks for the class of the other end of a relation, which no source describes yet.

    An article may come before the codes of the places that it names. `kg validate` tells of it.
    """
    end = result.value
    if result.component not in _OF_CLASS or not isinstance(end, ox.NamedNode):
        return False
    return end != result.focus and not any(data.quads(end, _TYPE, None))
