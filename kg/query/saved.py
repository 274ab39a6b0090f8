"""Saved questions: folders of SPARQL files whose head comments say what they ask."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from kg import assets
from kg.describe import find
from kg.exceptions import FaultyQuestion, UnknownQuestion
from kg.query.binding import bound
from kg.query.choices import choices
from kg.query.elsewhere import Elsewhere
from kg.query.heads import Question, read
from kg.query.process import Results
from kg.query.run import run
from kg.store import View

_NAME = re.compile(r"\w[\w\-]{0,63}")


def questions(
    folders: Sequence[Path] = (), *, on_fault: Callable[[FaultyQuestion], None] | None = None
) -> dict[str, Question]:
    """The saved questions by name, in order of name.

    ``folders`` are the user's: of one name the first of them counts, and then what ships
    with kg. Raises `FaultyQuestion` for a file that cannot be used, unless ``on_fault``
    takes it.
    """
    found = {}
    for name, file in sorted(_files(folders).items()):
        try:
            found[name] = _question(name, file)
        except FaultyQuestion as fault:
            if on_fault is None:
                raise
            on_fault(fault)
    return found


def question(name: str, folders: Sequence[Path] = ()) -> Question:
    """The saved question of that name, from the user's folders or from those of kg.

    Raises `UnknownQuestion` with the nearest names, and `FaultyQuestion`.
    """
    files = _files(folders)
    if name in files and _NAME.fullmatch(name):
        return _question(name, files[name])
    names = filter(_NAME.fullmatch, sorted(files))
    near = difflib.get_close_matches(name, list(names), n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(near)}?" if near else "`kg queries` lists them"
    raise UnknownQuestion(f"there is no saved question {name!r}; {hint}")


def ships(name: str) -> bool:
    """Whether a question of that name ships with kg."""
    return name in _shipped()


def asked(
    view: View | Elsewhere, question: Question, values: Mapping[str, str], *, lang: str = "zh"
) -> str:
    """The text of a question with its values, names of things being looked up in the view.

    Raises `ParameterError` and `UnknownThing`.
    """
    return bound(
        question,
        values,
        lang=lang,
        find=view.find if isinstance(view, Elsewhere) else lambda name: find(view, name),
        choose=lambda of: choices(view, of, lang=lang),
    )


def ask(
    view: View | Elsewhere,
    name: str,
    values: Mapping[str, str] | None = None,
    *,
    lang: str = "zh",
    folders: Sequence[Path] = (),
) -> Results:
    """Ask a saved question by its name; read the results within `evaluating`.

    ``ask(view, "communities", {"street": "贵城街道"})`` is ``kg query communities -p
    street=贵城街道``.
    """
    return run(view, asked(view, question(name, folders), values or {}, lang=lang))


def _question(name: str, file: Path) -> Question:
    if not _NAME.fullmatch(name):
        fact = "the name of the file names the question: up to 64 letters, digits, - and _"
        raise FaultyQuestion(file, [(None, fact)])
    return _read_shipped(file) if _shipped().get(name) == file else read(file)


@functools.cache
def _read_shipped(file: Path) -> Question:
    return read(file, shipped=True)


def _files(folders: Sequence[Path]) -> dict[str, Path]:
    """The file of each name, whatever is in it."""
    files = dict(_shipped())
    for folder in reversed(folders):
        files |= {file.stem: file for file in _listed(folder)}
    return files


@functools.cache
def _shipped() -> dict[str, Path]:
    return {file.stem: file for file in assets.folder("queries").glob("*.rq")}


def _listed(folder: Path) -> Iterator[Path]:
    try:
        # Hidden files are those of editors and systems, such as macOS's `._NAME.rq`.
        yield from (f for f in folder.iterdir() if f.suffix == ".rq" and f.name[0] != ".")
    except OSError as error:
        fact = f"{error.strerror}; --queries and KG_QUERIES name folders of .rq files"
        raise UnknownQuestion(f"{folder}: {fact}") from error
