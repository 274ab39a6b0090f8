"""What the other modules need from the engine: opening, reading, and its errors as ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from kg.exceptions import StoreDamaged, StoreError
from kg.store.layout import ADVICE

ENGINE = f"pyoxigraph {ox.__version__}"
# How RocksDB begins the text of an error; evaluation errors have the same Python types.
_STORAGE = re.compile(r"Corruption|IO error|Invalid argument|NotFound")
_TABLE = re.compile(r"[0-9]+\.sst")
_COUNT_MERGED = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_COUNT_NAMED = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
_PAIRS = "SELECT ?s ?o WHERE {{ ?s <{}> ?o }}"
_SUBJECTS = "SELECT ?s WHERE {{ ?s <{}> <{}> }}"


@contextmanager
def engine_errors(data: Path) -> Iterator[None]:
    """Turn the engine's storage errors into `StoreDamaged`, naming the file when it is known.

    What is wrong with a query passes through: its `SyntaxError`, and the `RuntimeError` of, say, a
    function that the engine does not have.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        if not _STORAGE.match(str(error)):
            raise
        raise _damaged(data, error) from error


def engine_path(path: Path) -> str:
    """A path as the engine wants it: UTF-8 whatever the locale."""
    try:
        return os.fsencode(path).decode()
    except UnicodeDecodeError:
        shown = os.fsencode(path).decode(errors="replace")
        raise StoreError(f"{shown}: the engine takes only paths in UTF-8") from None


def open_read_only(data: Path) -> ox.Store:
    """Open a RocksDB folder that nobody writes; any error is `StoreDamaged`."""
    try:
        return ox.Store.read_only(engine_path(data))
    except (OSError, RuntimeError) as error:
        raise _damaged(data, error) from error


def _damaged(data: Path, error: Exception) -> StoreDamaged:
    named = _TABLE.search(str(error))
    file = data / named[0] if named else data
    return StoreDamaged(file, f"the engine cannot read it ({error})", ADVICE)


def graph_quads(store: ox.Store, graph: str) -> Iterator[ox.Quad]:
    """The quads of one named graph."""
    return store.quads_for_pattern(None, None, None, ox.NamedNode(graph))


def merged(quad: ox.Quad) -> ox.Quad:
    """The quad's triple in the default graph."""
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def count(store: ox.Store) -> tuple[int, int]:
    """How many triples the default graph holds, and how many quads the named graphs."""
    return _number(store, _COUNT_MERGED), _number(store, _COUNT_NAMED)


def pairs(store: ox.Store, predicate: str) -> tuple[list[str], list[str]]:
    """The subjects and objects of a predicate in the merge, as `kg.store.View.pairs` gives them."""
    cells = _written(store, _PAIRS.format(predicate)).replace("\n", "\t").split("\t")
    return cells[2:-1:2], cells[3::2]


def subjects(store: ox.Store, predicate: str, value: str) -> list[str]:
    """The subjects of a predicate and an object in the merge."""
    return _written(store, _SUBJECTS.format(predicate, value)).split("\n")[1:-1]


def _written(store: ox.Store, text: str) -> str:
    rows = store.query(text)
    assert isinstance(rows, ox.QuerySolutions)
    written = rows.serialize(format=ox.QueryResultsFormat.TSV)
    assert written is not None
    return written.decode()


def _number(store: ox.Store, text: str) -> int:
    rows = store.query(text)
    assert isinstance(rows, ox.QuerySolutions)
    return int(next(rows)["n"].value)
