"""`kg generate`: synthetic districts as files."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import NativePath, plain

if TYPE_CHECKING:
    from kg.cli import Settings

_WRITTEN = {
    "zh": "{folder}：{files} 个文件，{triples} 条三元组，{megabytes:.1f} MB，用时 {seconds:.1f} 秒",
    "en": "{folder}: {files} files, {triples} triples, {megabytes:.1f} MB, in {seconds:.1f} s",
}
_FLAWS = {
    "zh": "{path}：校验应报出的 {flaws} 个结果",
    "en": "{path}: the {flaws} results that a validation reports",
}


@click.command()
@click.option(
    "--districts",
    type=click.IntRange(1),
    required=True,
    help="How many; each is about 10,000 triples.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Up to six digits."
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=NativePath(path_type=Path),
    help="A new or an empty folder, or one of an earlier run of the same size and seed.",
)
@click.option(
    "--flaws",
    type=click.IntRange(0),
    default=0,
    metavar="K",
    help="Plant K faults of known kinds and list in flaws.csv what a validation finds of them.",
)
@click.pass_obj
def generate(settings: Settings, districts: int, seed: int, output: Path, flaws: int) -> None:
    """Write synthetic districts for tests and demonstrations, a file each.

    The files are N-Quads that `kg load` takes, the same for the same seed. Nothing in
    them is real: province 99 does not exist, and each source says that it is synthetic.
    Load districts of one seed into a store: other seeds tell other things of the same codes.
    """
    from kg.generate import FLAWS
    from kg.generate import generate as run

    started = time.perf_counter()
    written = run(output, districts, seed, flaws)
    told = _WRITTEN[settings.lang].format(
        folder=output,
        files=f"{written.files:,}",
        triples=f"{written.triples:,}",
        megabytes=written.size / 1e6,
        seconds=time.perf_counter() - started,
    )
    click.echo(plain(told), err=True)
    if flaws:
        path = output / FLAWS
        told = _FLAWS[settings.lang].format(path=path, flaws=f"{written.flaws:,}")
        click.echo(plain(told), err=True)
