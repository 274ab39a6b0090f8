"""`kg validate`: the shapes on the store, or on files as if they were loaded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import NativePath

if TYPE_CHECKING:
    from kg.cli import Settings


@click.command()
@click.argument("files", nargs=-1, type=NativePath(path_type=Path))
@click.option(
    "--shapes",
    "extra",
    multiple=True,
    type=NativePath(path_type=Path),
    help="A Turtle file of SHACL shapes, beside those of kg; may be given again.",
)
@click.option("-f", "--format", "form", help="table, csv, json, xlsx; ttl for SHACL's own report.")
@click.option(
    "-o", "--output", type=NativePath(path_type=Path), help="Write to a file; - is standard output."
)
@click.pass_obj
def validate(
    settings: Settings,
    files: tuple[Path, ...],
    extra: tuple[Path, ...],
    form: str | None,
    output: Path | None,
) -> None:
    """Check the data against the rules (SHACL shapes): what is wrong, and who said it.

    With FILE, what the files say is checked as if they were loaded; nothing is written.
    Exit code 3 says that a rule is violated; warnings alone give 0.
    """
    from kg.build import rehearse
    from kg.cli import show, validation
    from kg.validate import shapes
    from kg.validate import validate as run

    form = validation.format_of(form, output)
    rules = shapes(extra)
    if files:
        with (
            show.progress() as step,
            rehearse(settings.store, [*dict.fromkeys(files)], on_step=step) as staged,
        ):
            data, concerned = staged
            report = run(data, rules, changed=concerned)
            validation.give(report, data, form=form, output=output, lang=settings.lang)
    else:
        with settings.store.view() as data:
            report = run(data, rules)
            validation.give(report, data, form=form, output=output, lang=settings.lang)
    if not report.conforms:
        sys.exit(3)
