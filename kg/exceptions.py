"""The errors of kg: one tree, each a fact with what to do next.

::

    KGError                      1   anything that kg itself reports
    ├── StoreError               1
    │   ├── StoreNotFound        1   no store at that path
    │   ├── ForeignFolder        1   a folder with other things in it
    │   ├── StoreBusy           75   another process is writing
    │   ├── StoreDamaged         1   a file of a generation is not what was written
    │   ├── NothingToUndo        1   no older generation is kept
    │   └── UnsupportedPlatform  1   no advisory file locks here
    ├── QueryError               2
    │   ├── QuerySyntaxError     2   the engine cannot read it (line, column)
    │   │   └── Unparsed         2   it is not of SPARQL 1.1 as kg reads it
    │   ├── QueryRefused         2   SERVICE, LOAD, or too complex
    │   ├── QueryTimeout       124   no answer in the time that was given
    │   ├── QueryTooLarge        1   more memory than is allowed, or more than the engine bears
    │   ├── UnknownQuestion      2   no saved question of that name
    │   ├── FaultyQuestion       2   a file of a saved question that cannot be used
    │   ├── ParameterError       2   unknown, missing or ill-typed parameter
    │   ├── WrongFormat          2   the answer does not fit the format (`kg.export`)
    │   └── Unexplained          2   rows that cannot be explained yet (`kg.query`)
    ├── UnknownThing             2   nothing in the graph has that name
    ├── InputError               3   data that cannot be taken in
    ├── RulesBroken              3   data that breaks rules (`kg.validate`)
    ├── GenerationRefused        2   synthetic data that cannot be made, or not there
    ├── RemoteError              1   a server did not do what it was asked
    │   └── RemoteTimeout      124   it took longer than it was given
    ├── MapError                 1   a map cannot be drawn or written
    ├── ExportError              2   what is to be exported, or where to, does not fit
    ├── MissingExtra             1   a library of an extra is not installed
    ├── NeedsStore               2   an endpoint cannot do that
    └── MeasureError             2   what is to be measured, or how, is not known
        ├── UnknownNetwork       2   no network of that name
        ├── UnknownMeasure       2   no measure of that name
        └── BadDate              2   not a year, a month or a day

The number is the exit code that the command line gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


class KGError(Exception):
    """The base of every error that kg reports on purpose."""

    exit_code: ClassVar[int] = 1

    def __reduce__(self) -> tuple[object, ...]:
        """As exceptions are pickled, but without calling a constructor of other arguments."""
        return _as_it_was, (type(self), self.args), self.__dict__


def _as_it_was(kind: type[KGError], args: tuple[object, ...]) -> KGError:
    error = kind.__new__(kind)
    error.args = args
    return error


class StoreError(KGError):
    """Something about a store folder."""


class StoreNotFound(StoreError):
    """There is no store at the path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"no store at {path}; `kg build` makes one")


class ForeignFolder(StoreError):
    """The folder holds something, and it is not a store of kg."""

    def __init__(self, path: Path, found: str) -> None:
        self.path = path
        super().__init__(
            f"{path} is not a kg store (it holds {found}); name an empty or a new folder"
        )


class StoreBusy(StoreError):
    """Another process holds the writer's lock."""

    exit_code = 75

    def __init__(self, path: Path, holder: str) -> None:
        self.path = path
        self.holder = holder
        super().__init__(f"{path} is being written by {holder}; try again when it has finished")


class StoreDamaged(StoreError):
    """A file of the store is not what was written."""

    def __init__(self, file: Path, fault: str, advice: str) -> None:
        self.file = file
        self.fault = fault
        super().__init__(f"{file}: {fault}; {advice}")


class NothingToUndo(StoreError):
    """No older generation is kept."""


class UnsupportedPlatform(StoreError):
    """The system has no advisory file locks (fcntl)."""


class QueryError(KGError):
    """Something about a query or a saved question.

    ``line`` and ``column`` count from 1 in the text that was given; ``text`` is that text,
    where whoever shows the error knows it.
    """

    exit_code = 2
    text: str | None = None

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.line = line
        self.column = column
        where = f"line {line}, column {column}: " if line else ""
        super().__init__(f"{where}{message}")


class QuerySyntaxError(QueryError):
    """The query cannot be read."""


class Unparsed(QuerySyntaxError):
    """The query is not of SPARQL 1.1; the engine may know its syntax all the same."""


class QueryRefused(QueryError):
    """The query was refused before the engine saw it."""


class QueryTimeout(QueryError):
    """There was no answer in the time that was given; what worked on it has ended."""

    exit_code = 124

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"no answer within {seconds:g} s; ask for less, or give it more time")


class QueryTooLarge(QueryError):
    """Answering took more than is allowed, or than the engine bears; what did it has ended."""

    exit_code = 1


class UnknownQuestion(QueryError):
    """No saved question has that name."""


class FaultyQuestion(QueryError):
    """A file of a saved question cannot be used; every fault that was found is listed.

    ``faults`` are pairs of a line, counted from 1 (None: the file as a whole), and a fact.
    """

    def __init__(self, file: Path, faults: Sequence[tuple[int | None, str]]) -> None:
        self.file = file
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{file}{f':{n}' if n else ''}: {fact}" for n, fact in faults))


class ParameterError(QueryError):
    """A parameter of a saved question is unknown, missing or ill-typed."""


class UnknownThing(KGError):
    """Nothing in the graph has that name or address."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in an input: where, what, and what to do."""

    file: str
    line: int | None
    column: int | None
    rule: str
    message: str

    def __str__(self) -> str:
        place = ":".join(str(p) for p in (self.file, self.line, self.column) if p is not None)
        return f"{place}: {self.message} [{self.rule}]"


class InputError(KGError):
    """The input was refused whole; every problem that was found is listed."""

    exit_code = 3

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))


class GenerationRefused(KGError):
    """Synthetic data of that size or number cannot be made, or not in that folder."""

    exit_code = 2


class RemoteError(KGError):
    """A server elsewhere did not do what it was asked, or was not asked.

    ``where`` is its address, without what may be secret in it; ``status`` is that of HTTP.
    """

    def __init__(self, where: object, fact: str, status: int | None = None) -> None:
        self.where = str(where)
        self.status = status
        super().__init__(f"{where}: {fact}")


class RemoteTimeout(RemoteError):
    """The server took longer than it was given."""

    exit_code = 124


class MapError(KGError):
    """A map cannot be drawn or written."""


class ExportError(KGError):
    """What is to be exported, as what, or where to, does not fit."""

    exit_code = 2


class MeasureError(KGError):
    """What is to be measured, or how, is not known."""

    exit_code = 2


class UnknownNetwork(MeasureError):
    """There is no network of that name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"no network {name!r}; there are {', '.join(known)}")


class UnknownMeasure(MeasureError):
    """There is no measure of that name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"no measure {name!r}; there are {', '.join(known)}")


class BadDate(MeasureError):
    """Something that is not a year, a month or a day."""


class MissingExtra(KGError):
    """A library that not everyone needs is not installed."""

    def __init__(self, library: str, extra: str) -> None:
        install = f'pip install "party-alliance-kg[{extra}]"'
        super().__init__(f"this needs {library}, which is not installed: {install}")


class NeedsStore(KGError):
    """Something that an endpoint cannot do, because it reads more than SPARQL gives."""

    exit_code = 2
