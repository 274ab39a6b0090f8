"""`kg ontology`: what an editor of the ontology runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import NativePath

if TYPE_CHECKING:
    from kg.cli import Settings


@click.group()
def ontology() -> None:
    """Check the ontology, and compare its versions."""


@ontology.command()
@click.argument("files", nargs=-1, type=NativePath(path_type=Path))
@click.pass_obj
def check(settings: Settings, files: tuple[Path, ...]) -> None:
    """Look for what must not be in an ontology: missing labels, cycles, dangling terms.

    Checks the ontology that ships with kg, or Turtle files and folders of them, read
    as one. Ends with 3 when there are errors; warnings alone are let pass.
    """
    from kg import checks
    from kg.cli import changes

    found = checks.findings(files or None)
    changes.findings(found, settings.lang)
    if any(finding.check.level == "error" for finding in found):
        sys.exit(3)


@ontology.command()
@click.argument("old", type=NativePath(path_type=Path))
@click.argument("new", type=NativePath(path_type=Path))
@click.option(
    "-f",
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "md", "json"]),
    help="md is for ontology/CHANGELOG.md.",
)
@click.pass_obj
def diff(settings: Settings, old: Path, new: Path, form: str) -> None:
    """Show by term what NEW adds, changes, deprecates and removes.

    OLD and NEW are Turtle files or folders of them. The order of statements and
    files plays no role.
    """
    from kg.cli import changes
    from kg.diff import ontologies
    from kg.ingest import turtle

    changes.ontologies(ontologies(turtle([old]), turtle([new])), form, settings.lang)
