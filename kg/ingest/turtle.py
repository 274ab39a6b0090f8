"""Reading plain Turtle: the files that an editor of the ontology works on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kg.exceptions import InputError, Problem
from kg.ingest.sources import content_of, refuse, unreadable


def turtle(places: Iterable[Path]) -> list[ox.Quad]:
    """The triples of Turtle files, and of every ``*.ttl`` file right in a folder.

    Blank nodes keep the labels that they have in the file. Raises `InputError` with the
    problems of all files: none there, unreadable, syntax (line and column).
    """
    found: list[ox.Quad] = []
    problems: list[Problem] = []
    for place in places:
        try:
            found += [quad for file in _files(place) for quad in _read(file)]
        except InputError as error:
            problems += error.problems
    refuse(problems)
    return found


def _files(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    files = sorted(place.glob("[!.]*.ttl"))
    if not files:
        refuse([Problem(str(place), None, None, "empty", "no Turtle file (*.ttl) in it")])
    return files


def _read(file: Path) -> list[ox.Quad]:
    try:
        return list(ox.parse(content_of(file), format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise unreadable(file, error) from error
