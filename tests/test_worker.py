"""Queries in a process of their own: the same answers, and an end to every query."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import export, query
from kg.exceptions import QueryError, QuerySyntaxError, QueryTimeout, QueryTooLarge
from kg.query import Limits, Triples, Unexplained, called, run
from kg.query.process import asked
from kg.query.run import evaluate

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c > ?i) }"
PRODUCT = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def children() -> set[int]:
    """The processes that this one started and that are not yet gone, dead or alive."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == os.getpid():
                found.add(int(folder.name))
    return found


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = children()
    yield
    gc.collect()
    assert children() == before
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s ?o ?unbound { ?s rdfs:label ?o } ORDER BY ?s ?o",
        "SELECT * { }",
        "SELECT ?x { }",
        "SELECT ?x { VALUES ?x { 1 } FILTER(?x > 1) }",
        "SELECT * FROM source:entailed { ?s ?p ?o }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        "SELECT ?s (<< ?s >> AS ?x) { }",
    ],
)
def test_rows_are_the_same_as_without(text, view):
    def rows(**limits):
        try:
            results = run(view, text, **limits)
            return type(results), results.variables, [tuple(row) for row in results]
        except QuerySyntaxError as error:
            return str(error)

    assert rows(timeout=60) == rows()


@pytest.mark.parametrize("text", ["ASK { ?s a pba:Honour }", "ASK { ?s a pba:None }"])
def test_true_and_false_are_the_same(text, view):
    assert bool(run(view, text, timeout=60)) == bool(run(view, text))


@pytest.mark.parametrize(
    "text",
    [
        "CONSTRUCT { ?s rdfs:label ?o . ?s pba:x [] } WHERE { ?s rdfs:label ?o }",
        "DESCRIBE pba:Honour",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(false) }",
    ],
)
def test_graphs_are_the_same_as_without(text, view):
    def graph(results):
        data = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in results)
        data.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        return data

    apart = run(view, text, timeout=60)
    assert isinstance(apart, Triples)
    assert graph(apart) == graph(run(view, text))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
iris = st.sampled_from(["urn:a", "http://例え.jp/é?q=%20#x", "urn:\N{GRINNING FACE}"])
literals = st.one_of(
    st.builds(ox.Literal, texts),
    st.builds(
        lambda t, lang: ox.Literal(t, language=lang), texts, st.sampled_from(["zh", "en-gb"])
    ),
    st.builds(lambda t, iri: ox.Literal(t, datatype=ox.NamedNode(iri)), texts, iris),
)
terms = st.one_of(st.builds(ox.NamedNode, iris), literals)


@pytest.mark.full
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(terms, st.none() | terms), min_size=1, max_size=30))
def test_every_term_survives_the_way(rows, view):
    lines = " ".join(f"({a} {'UNDEF' if b is None else b})" for a, b in rows)
    text = f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {lines} }} }}"
    assert [tuple(row) for row in run(view, text, timeout=60)] == rows
    lines = " ".join(f"<urn:s> <urn:p{n}> {a} ." for n, (a, _) in enumerate(rows))
    graph = run(view, f"CONSTRUCT {{ {lines} }} WHERE {{ }}", timeout=60)
    assert {(t.predicate.value, t.object) for t in graph} == {
        (f"urn:p{n}", a) for n, (a, _) in enumerate(rows)
    }


def test_blank_nodes_keep_their_identity(view):
    text = "SELECT ?n ?again { ?s rdfs:label ?o BIND(BNODE() AS ?n) BIND(?n AS ?again) } LIMIT 3"
    rows = [tuple(row) for row in run(view, text, timeout=60)]
    assert all(isinstance(node, ox.BlankNode) and node == again for node, again in rows)
    assert len(set(rows)) == 3


def test_rows_come_while_the_others_are_still_made(view):
    rows = run(view, PRODUCT, timeout=60)
    first = next(rows)
    assert len(tuple(first)) == 9
    assert len(children()) == 1


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_formats_are_written_byte_for_byte_as_without(form, view, tmp_path):
    def written(**limits):
        path = tmp_path / f"{len(limits)}.out"
        with path.open("wb") as file:
            export.stream(run(view, text, **limits), form, file)
        return path.read_bytes()

    text = "SELECT * { ?s a ?o OPTIONAL { ?s rdfs:label ?l } } LIMIT 500"
    assert written(timeout=60) == written()


def test_what_is_wrong_with_a_query_is_said_as_without(view):
    with pytest.raises(QuerySyntaxError, match=r"line 1, column 5: { is never closed"):
        run(view, "ASK { { }", timeout=60)
    with pytest.raises(QueryError, match="custom function <urn:f> is not supported"):
        run(view, "SELECT (<urn:f>(1) AS ?x) { }", timeout=60)
    with pytest.raises(QuerySyntaxError, match="not an absolute IRI"):
        run(view, "SELECT * FROM <x> { ?s ?p ?o }", timeout=60)


def test_a_query_without_end_ends_at_its_deadline(view):
    started = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"no answer within 0\.7 s") as error:
        list(run(view, ENDLESS, timeout=0.7))
    assert error.value.exit_code == 124
    assert time.monotonic() - started < 10


@pytest.mark.full
def test_reading_slowly_is_part_of_the_time(view):
    rows = run(view, PRODUCT, timeout=4)
    next(rows)
    (child,) = children()
    # It ends by itself, though nobody asks for more.
    assert until(lambda: not alive(child))
    with pytest.raises(QueryTimeout):
        list(rows)


def test_no_time_at_all_is_too_little(view):
    with pytest.raises(QueryTimeout):
        list(run(view, "SELECT * { }", timeout=1e-9))


def test_memory_beyond_what_is_allowed_ends_the_query(view):
    with pytest.raises(QueryTooLarge, match=r"more than 200 MB of memory.*--memory") as error:
        list(run(view, PRODUCT + " ORDER BY ?c", memory=200_000_000))
    assert error.value.exit_code == 1


def test_what_the_guard_would_miss_takes_only_the_worker_down(view):
    with pytest.raises(QueryTooLarge, match="nested more deeply"):
        asked(Limits(60), evaluate, view, "ASK " + "{" * 9000 + "}" * 9000)


def test_a_killed_worker_is_an_error_and_no_short_answer(view):
    rows = run(view, PRODUCT, timeout=60)
    next(rows)
    (child,) = children()
    os.kill(child, signal.SIGKILL)
    with pytest.raises(QueryTooLarge):
        list(rows)


def test_results_that_nobody_reads_leave_no_process(view):
    rows = run(view, PRODUCT, timeout=60)
    next(rows)
    assert len(children()) == 1
    del rows
    assert not children()


def test_a_function_is_called_on_the_same_generation(view):
    text = query.bound(query.question("authority"), {})
    assert called(Limits(60), query.why, view, text) == query.why(view, text)


def test_what_a_called_function_raises_comes_back(view):
    with pytest.raises(Unexplained, match="RAND"):
        called(Limits(60), query.why, view, "SELECT (RAND() AS ?x) { }")
    with pytest.raises(QueryTimeout):
        called(Limits(0.5), time.sleep, 60)


_ASKS = """
import sys
from pathlib import Path
from kg.query import run
from kg.store import Store
view = Store(sys.argv[1]).view()
rows = run(view, sys.argv[2], timeout=600)
print("asked", flush=True)
list(rows)
"""


def alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def workers_of(pid: int) -> list[int]:
    children = Path("/proc") / str(pid) / "task" / str(pid) / "children"
    return [int(child) for child in children.read_text().split()]


def until(condition, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


@contextlib.contextmanager
def started(command: list[str], **options):
    """A process in a group of its own, that does not outlive the block."""
    with subprocess.Popen(command, start_new_session=True, **options) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("text", [ENDLESS, PRODUCT])
def test_a_worker_dies_with_whoever_asked(text, shipped):
    command = [sys.executable, "-c", _ASKS, str(shipped.path), text]
    with started(command, stdout=subprocess.PIPE) as process:
        assert until(lambda: workers_of(process.pid))
        (worker,) = workers_of(process.pid)
        time.sleep(0.5)
        assert alive(worker)
        process.kill()
        process.wait()
    assert until(lambda: not alive(worker))


@pytest.mark.parametrize("output", [False, True])
def test_ctrl_c_ends_the_worker_and_leaves_no_file(output, shipped, tmp_path):
    command = [sys.executable, "-m", "kg", "--store", str(shipped.path), "query", "-e", PRODUCT]
    command += ["--timeout", "600", "-f", "csv"]
    command += ["-o", str(tmp_path / "a.csv")] if output else []
    with started(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert until(lambda: workers_of(process.pid))
        (worker,) = workers_of(process.pid)
        if output:
            assert until(lambda: list(tmp_path.iterdir()))
        # As a terminal does it: to the whole group.
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(10) == 130
        assert process.stderr.read() == b"interrupted\n"
    assert not alive(worker)
    assert not list(tmp_path.iterdir())
