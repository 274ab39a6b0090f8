"""The pipeline, in order: read the sources, check them, write one generation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date as Date
from pathlib import Path

from kg import assets, ingest, territory
from kg.exceptions import InputError, Problem, StoreNotFound
from kg.ingest import Incoming
from kg.store import Manifest, Store

Step = Callable[[str], None]
Notice = Callable[[str], None]


def build(
    store: Store,
    folder: Path | None = None,
    *,
    fresh: bool = False,
    on_step: Step | None = None,
    on_notice: Notice | None = None,
) -> Manifest:
    """Write a generation of the shipped ontology and triples, or those of a folder.

    Sources that were loaded before and are not in the folder stay, unless ``fresh``.
    ``on_notice`` gets one sentence for each deprecated term that the files use.
    Nothing is written when a file has a problem: raises `InputError` with all of
    them, and what `Store.write` raises.
    """
    place = folder or assets.folder("triples")
    files = sorted(path for path in place.glob("[!.]*") if path.suffix.lower() in ingest.FORMATS)
    if not files:
        kinds = ", ".join(ingest.FORMATS)
        raise InputError([Problem(str(place), None, None, "empty", f"no RDF file in it ({kinds})")])
    incoming = [ingest.read_ontology(), *_read(files, None)]
    _tell(incoming, on_notice)
    return _write(store, incoming, "build", fresh=fresh, on_step=on_step)


def load(
    store: Store,
    files: Sequence[Path],
    *,
    name: str | None = None,
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
    return _write(store, incoming, "load", fresh=False, on_step=on_step)


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
    on_step: Step | None = None,
) -> Manifest:
    """Take the official codes of a district in, from a table of one date.

    The table replaces the earlier graphs of the source of its name. A new store gets
    the ontology, too. Raises as `territory.read` does, and what `Store.write` raises.
    """
    incoming = [territory.as_source(territory.read(file, district, date))]
    if _is_new(store):
        incoming = [ingest.read_ontology(), *incoming]
    return _write(store, incoming, "import territory", fresh=False, on_step=on_step)


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
    store: Store, incoming: Sequence[Incoming], command: str, *, fresh: bool, on_step: Step | None
) -> Manifest:
    with store.write(command=command, fresh=fresh, on_step=on_step) as writer:
        for source in incoming:
            writer.replace(
                source.source, source.quads, file_name=source.file_name, sha256=source.sha256
            )
        return writer.commit()
