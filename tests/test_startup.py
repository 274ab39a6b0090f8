"""What starting the command costs."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

HEAVY = ("pyvis", "pyshacl", "rdflib", "networkx", "pyoxigraph", "rich", "IPython", "xlsxwriter")


def test_help_imports_nothing_heavy():
    code = (
        "import sys\n"
        "from kg.cli import main\n"
        "try:\n    main(['--help'], prog_name='kg')\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "Usage: kg" in done.stdout
    assert done.stderr.strip() == "[]"


@pytest.mark.full
def test_help_costs_at_most_twice_a_bare_import_of_click():
    ours = cpu([sys.executable, "-m", "kg", "--help"])
    click = cpu([sys.executable, "-c", "import click"])
    assert ours / click <= 2


def cpu(command: list[str]) -> float:
    """The smallest of several runs, in seconds of CPU."""
    return min(_cpu(command) for _ in range(7))


def _cpu(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
