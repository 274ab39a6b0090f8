"""The W3C's SPARQL suites: kg answers what the engine answers, and the engine's deviations."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest

from kg import export, sparql
from kg.exceptions import QueryError, QueryRefused, QuerySyntaxError
from kg.namespace import PREFIXES
from kg.query import Limits, run
from kg.query.process import asked
from kg.store import Loose

from . import w3c

ROOT = Path(__file__).resolve().parent.parent
CASES = [case for suite in ("sparql10", "sparql11") for case in w3c.cases(suite)]
UPDATES = [case for case in CASES if "Update" in case.kind]
ASKED = [case for case in CASES if "Update" not in case.kind]
FEDERATED = [case for case in ASKED if re.search("service", case.text, re.IGNORECASE)]
LOCAL = [case for case in ASKED if case not in FEDERATED]
FOLDERS = sorted({case.id.rpartition("/")[0] for case in LOCAL})

# The suite holds this to be no SPARQL: `<?a&&?b>` is an IRI by the longest token. The engine
# reads two comparisons; kg refuses it as ambiguous.
LONGEST_TOKEN = "sparql10/syntax-sparql3/syn-bad-26"
# SPARQL Update by its form, in a test of what is no SPARQL.
NO_QUERIES = re.compile("sparql11/delete-insert/dawg-delete-insert-0.*")


class Data(Loose):
    """A store of a case, as kg reads one."""

    data = Path("memory")
    manifest = SimpleNamespace(sources=(), source=lambda _name: None)


class Stored:
    """A folder of the engine, that another process opens."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return ox.Store.read_only, (str(self.path),)


def filled(case: w3c.Case) -> Data:
    store = ox.Store()
    case.fill(store)
    return Data(store)


def outcome(answer):
    """The answer, or how it fails."""
    try:
        return w3c.told(answer())
    except (SyntaxError, QuerySyntaxError):
        return "no SPARQL"
    except QueryRefused as error:
        return f"refused: {error}"
    except (RuntimeError, QueryError):
        return "an error"


def agree(one, other) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return w3c.same(one, other)


def among(cases: list[w3c.Case], folder: str) -> list[w3c.Case]:
    return [
        case
        for case in cases
        if case.id.rpartition("/")[0] == folder
        and case.id != LONGEST_TOKEN
        and not NO_QUERIES.fullmatch(case.id)
    ]


def test_the_suites_are_there():
    assert (len(LOCAL), len(FEDERATED), len(UPDATES)) == (800, 10, 148)


@pytest.mark.parametrize("folder", FOLDERS)
def test_kg_accepts_refuses_and_answers_as_the_engine_does(folder):
    for case in among(LOCAL, folder):
        data = filled(case)
        engine = outcome(lambda d=data, c=case: d.query(c.text, prefixes=PREFIXES))
        assert agree(outcome(lambda d=data, c=case: run(d, c.text)), engine), case.id


@pytest.mark.full
@pytest.mark.parametrize("folder", FOLDERS)
def test_answers_survive_the_way_from_a_worker(folder, tmp_path):
    for number, case in enumerate(c for c in among(LOCAL, folder) if c.result):
        store = ox.Store(tmp_path / str(number))
        case.fill(store)
        engine = outcome(lambda s=store, c=case: s.query(c.text, prefixes=PREFIXES))
        store.flush()
        del store
        stored = Stored(tmp_path / str(number))
        apart = outcome(
            lambda s=stored, c=case: asked(Limits(60), ox.Store.query, s, c.text, prefixes=PREFIXES)
        )
        assert agree(apart, engine), case.id


def test_the_longest_token_decides():
    case = next(case for case in LOCAL if case.id == LONGEST_TOKEN)
    with pytest.raises(QueryRefused, match=r"line 5, column 13: .* put a space behind less-than"):
        sparql.guard(case.text)


@pytest.mark.parametrize("case", FEDERATED, ids=lambda case: case.id)
def test_service_is_refused_before_the_engine_sees_it(case):
    with pytest.raises(QueryRefused, match="SERVICE is refused"):
        run(Data(ox.Store()), case.text)


def test_no_update_is_accepted():
    for case in UPDATES:
        if case.query:
            with pytest.raises((QueryRefused, QuerySyntaxError)):
                run(Data(ox.Store()), w3c.content(case.query).decode())


def deviations() -> set[str]:
    """The tests that docs/engine.md names as those that the engine does not pass."""
    text = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
    listed = text.partition("## Deviations")[2].partition("\n## ")[0]
    found = set()
    for line in listed.splitlines():
        folder = ""
        for name in re.findall(r"`([^`]+)`", line.rpartition("|")[0].rpartition("|")[2]):
            folder, _, test = name.rpartition("/") if "/" in name else (folder, "", name)
            found.add(f"{folder}/{test}")
    return found


def passes(case: w3c.Case) -> bool:
    with contextlib.suppress(OSError, RuntimeError, SyntaxError):
        if "Syntax" in case.kind:
            accepted = outcome(lambda: ox.Store().query(case.text)) != "no SPARQL"
            return accepted == ("Positive" in case.kind)
        assert case.result is not None
        answer = w3c.told(filled(case).query(case.text))
        return w3c.same(answer, w3c.expected(case.result))
    return False


def test_the_deviations_of_the_engine_are_those_that_are_listed():
    evaluated = [c for c in LOCAL if "/entailment/" not in c.id and "CSV" not in c.kind]
    assert {case.id for case in evaluated if not passes(case)} == deviations()


@pytest.mark.parametrize("name", ["csv01", "csv02"])
def test_csv_is_that_of_the_standard(name):
    case = next(case for case in LOCAL if case.id == f"sparql11/csv-tsv-res/{name}")
    out = io.BytesIO()
    export.stream(run(filled(case), case.text), "csv", out)
    header, *rows = csv.reader(io.StringIO(out.getvalue().decode()))
    wanted = w3c.expected(case.result)
    order = [header.index(n) for n in wanted.names]
    told = sorted(tuple(row[i] for i in order) for row in rows)
    # Blank nodes have any label.
    assert [tuple(re.sub("^_:.*", "_:", v) for v in row) for row in told] == sorted(
        tuple(re.sub("^_:.*", "_:", v) for v in row) for row in wanted.rows
    )
