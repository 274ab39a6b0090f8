"""Writes the triples that follow from tables: data/triples/gangbei_*.trig.

`tests/test_data.py` fails when they are not what this script would write.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kg import territory, trig
from kg.namespace import ID
from kg.territory import About, Register

DATA = Path(__file__).resolve().parent
DISTRICT = "450802"
DATES = {"2.3.1": date(2019, 10, 31), "2.7.0": date(2023, 6, 30)}
LEVELS = {
    "streets": ("街道（乡镇）级", "subdistrict-level"),
    "villages": ("村级", "community-level"),
}
PUBLISHER = {"zh": "国家统计局", "en": "National Bureau of Statistics of China"}
CHANGES = "gangbei_area_changes"
CHANGES_TITLE = {
    "zh": "港北区统计用区划代码的变更（{}至{}）",
    "en": "changes in the statistical division codes of Gangbei District ({} to {})",
}


def registers() -> dict[tuple[str, str], Register]:
    """The tables by level and version."""
    return {
        (level, version): territory.read(
            DATA / "sources" / f"gangbei_{level}_{version}.csv", DISTRICT, day
        )
        for level in LEVELS
        for version, day in DATES.items()
    }


def table(level: str, version: str, register: Register) -> str:
    """A table as TriG."""
    zh, en = LEVELS[level]
    title = {
        "zh": f"港北区{zh}统计用区划代码（{register.date}）",
        "en": f"{en} statistical division codes of Gangbei District ({register.date})",
    }
    about = About(title, PUBLISHER, f"china-division {version}")
    comment = (
        f"# {title['zh']}: all {len(register.records)} rows; written by data/generate.py.\n"
        f"# rowN is row N of data/sources/{register.file_name} (the header is row 1).\n"
    )
    quads = territory.as_source(register, about).quads
    return comment + "\n" + trig.text(quads, {"r": f"{register.table}#"})


def changes(found: dict[tuple[str, str], Register]) -> str:
    """What the tables of the two dates show, as TriG."""
    pairs = [(found[level, "2.3.1"], found[level, "2.7.0"]) for level in LEVELS]
    title = {lang: text.format(*DATES.values()) for lang, text in CHANGES_TITLE.items()}
    quads = territory.compared(CHANGES, pairs, About(title))
    tables = {
        f"{level[0]}{day.year}": f"{found[level, version].table}#"
        for level in LEVELS
        for version, day in DATES.items()
    }
    own = {"gb": f"{ID}{DISTRICT}/", **tables}
    comment = f"# {title['zh']}; written by data/generate.py.\n"
    return comment + "\n" + trig.text(quads, own)


def pages() -> dict[str, str]:
    """Every file of triples that follows from tables, by its name."""
    found = registers()
    tables = {f"{r.source}.trig": table(*key, r) for key, r in found.items()}
    return {**tables, f"{CHANGES}.trig": changes(found)}


if __name__ == "__main__":
    for name, text in pages().items():
        (DATA / "triples" / name).write_text(text, encoding="utf-8")
        click.echo(f"data/triples/{name}")
