"""A whole generation, or a network of it, as files: what `kg export` and `Graph.export` write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kg import __version__
from kg.exceptions import ExportError
from kg.export import quads
from kg.export.appendix import write_appendix
from kg.export.citing import Citation
from kg.export.folder import README, exported
from kg.export.ftm import write_ftm
from kg.export.gexf import write_gexf
from kg.export.graphml import write_graphml
from kg.export.net import Net, named, whole
from kg.export.readme import About, Told, readme
from kg.export.tables import write_csv, write_parquet
from kg.files import replacing
from kg.network import Linkage, linkage, networks
from kg.persons import Names
from kg.store import View

SINGLE = (*quads.FORMS, "graphml", "gexf", "ftm")
"""What is one file."""
FOLDERS = ("csv", "parquet", "appendix")
"""What is a folder, or a packed one (.zip)."""
FORMS = (*SINGLE, *FOLDERS)
_NETWORKS = ("graphml", "gexf", "csv", "parquet")
ALL: Told = {"zh": "全部联系", "en": "all that joins things"}
_TABLES: dict[str, Told] = {
    "nodes": {
        "zh": "点：IRI、名称、类型、类别、层级、街道、行业、起止日期；空白即未载明",
        "en": "nodes: IRI, label, kind, family, tier, street, sector, since, until; "
        "an empty cell is not stated",
    },
    "edges": {
        "zh": "边：两端、方向（type）、平行边之别（kind），以及关系或权重",
        "en": "edges: ends, direction (type), what tells parallel ones apart (kind), and the "
        "relation or the weight",
    },
}


@dataclass(frozen=True, slots=True)
class Options:
    """What of a generation is written, and in which language.

    ``network`` is one of `kg.network.networks`, else all that joins things; ``as_of`` a date;
    ``persons`` is ``show`` or ``none``; ``excel`` makes tables that Excel opens safely.
    """

    lang: str = "zh"
    network: str | None = None
    as_of: str | None = None
    persons: str = "show"
    excel: bool = False


def form_of(target: Path | None, form: str | None) -> str:
    """The format: as it is asked for, else as the suffix says; a folder is an appendix.

    >>> form_of(Path("net.gexf"), None), form_of(Path("appendix"), None)
    ('gexf', 'appendix')

    Raises `ExportError` where neither says it.
    """
    known = ", ".join(FORMS)
    if form is not None:
        if form not in FORMS:
            raise ExportError(f"unknown format {form!r}; it is one of {known}")
        return form
    if target is None:
        raise ExportError(f"name a format, one of {', '.join(SINGLE)}, or a file")
    if target.name.lower().endswith(".ftm.json"):
        return "ftm"
    suffix = target.suffix.lstrip(".").lower()
    if suffix in ("", "zip") or target.is_dir():
        return "appendix"
    if suffix not in SINGLE:
        advice = f"name one: {known}; csv and parquet are two tables, so a folder or a .zip"
        raise ExportError(f"{target.name} does not say a format; {advice}")
    return suffix


def export(
    view: View, target: Path, form: str | None = None, options: Options | None = None
) -> Path:
    """Write a generation, whole or not at all; gives the path.

    Formats are `FORMS`; without one the suffix decides (`form_of`). Raises `ExportError` for what
    does not fit together and for a folder that holds anything else, `UnknownNetwork`, `BadDate`,
    `MissingExtra`, and `OSError`.
    """
    form, chosen = form_of(target, form), options or Options()
    check(form, chosen)
    if form in SINGLE:
        with replacing(target) as out:
            write(view, out, form, chosen)
    elif form == "appendix":
        write_appendix(view, target, lang=chosen.lang, names=_names(view, chosen))
    else:
        _write_tables(view, target, form, chosen)
    return target


def write(view: View, out: BinaryIO, form: str, options: Options) -> None:
    """Write one of `SINGLE` to an open file; raises as `export` does."""
    check(form, options)
    names = _names(view, options)
    if form in quads.FORMS:
        quads.write_quads(view, form, out, names)
    elif form == "ftm":
        write_ftm(view, _linkage(view, options), out, options.lang, names)
    else:
        _NET_WRITERS[form](_net(view, options, names), out, view)


_NET_WRITERS: dict[str, Callable[[Net, BinaryIO, View], None]] = {
    "graphml": lambda net, out, _: write_graphml(net, out),
    "gexf": lambda net, out, view: write_gexf(net, out, view.manifest.created[:10]),
}


def check(form: str, options: Options) -> None:
    """Raise `ExportError` for options that a format does not take."""
    if options.lang not in ("zh", "en"):
        raise ExportError(f"lang is zh or en, not {options.lang!r}")
    if options.persons not in ("show", "none"):
        raise ExportError(f"persons is show or none, not {options.persons!r}")
    if options.network is not None and form not in _NETWORKS:
        raise ExportError(f"a network is written as {', '.join(_NETWORKS)}, not as {form}")
    if options.as_of is not None and form not in (*_NETWORKS, "ftm"):
        fact = f"{form} has all statements, with their dates"
        raise ExportError(f"{fact}; a date goes with {', '.join(_NETWORKS)} and ftm")
    if options.excel and form != "csv":
        raise ExportError("--excel goes with csv")


def _write_tables(view: View, target: Path, form: str, options: Options) -> None:
    names = _names(view, options)
    net = _net(view, options, names)
    with exported(target) as place:
        if form == "csv":
            write_csv(net, place, excel=options.excel)
        else:
            write_parquet(net, place)
        cited = {lang: Citation.of(view, lang, __version__) for lang in ("zh", "en")}
        files = [(f"{name}.{form}", told) for name, told in _TABLES.items()]
        about = About(cited, files, of=_told(net, options), names=names)
        (place / README).write_text(readme(about), encoding="utf-8")


def _told(net: Net, options: Options) -> Told:
    """Of which network the tables are, and of which date."""
    whose = networks()[options.network] if options.network else None
    return {
        lang: " · ".join(
            filter(None, (whose.title[lang] if whose else ALL[lang], net.linkage.date))
        )
        for lang in ("zh", "en")
    }


def _net(view: View, options: Options, names: Names | None) -> Net:
    found = _linkage(view, options)
    if options.network is None:
        return whole(found, options.lang, names)
    return named(found, options.network, options.lang, names)


def _linkage(view: View, options: Options) -> Linkage:
    found = linkage(view)
    return found if options.as_of is None else found.as_of(options.as_of)


def _names(view: View, options: Options) -> Names | None:
    return quads.person_names(view) if options.persons == "none" else None
