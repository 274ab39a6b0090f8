"""`kg diff`: two generations of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kg.cli import Settings


@click.command()
@click.argument("a", required=False, type=int)
@click.argument("b", required=False, type=int)
@click.option(
    "-f",
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json", "csv"]),
)
@click.option("--entailed", is_flag=True, help="List what rules entailed, too; else it is counted.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    help="Things shown a source; 0 is all.  [default: 20, and all in json and csv]",
)
@click.pass_obj
def diff(
    settings: Settings, a: int | None, b: int | None, form: str, entailed: bool, limit: int | None
) -> None:
    """Show what generation B states that A did not, and what it no longer states.

    Generations are the numbers that `kg log` lists: without B the current one, without
    both the current one and the one before it. Only sources that changed are read.
    """
    from kg.cli import changes
    from kg.diff import Labels, compared, generations

    first, second = compared(settings.store, a, b)
    with settings.store.view(first) as before, settings.store.view(second) as after:
        found = generations(before, after)
        labels = Labels((after, before), settings.lang)
        most = limit if limit is not None else (20 if form == "text" else 0)
        changes.generations(found, labels, form, settings.lang, limit=most, entailed=entailed)
