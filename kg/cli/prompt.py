"""The prompt of `kg shell`: editing, completion and history, by prompt_toolkit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import completion_is_selected, is_searching
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.rdf import SparqlLexer

from kg.cli import show
from kg.cli.completion import Candidate
from kg.cli.statements import depth, is_complete

_PROMPT, _GOES_ON = "kg> ", "  > "


def session(
    complete: Callable[[str], Iterable[Candidate]], toolbar: Callable[[], str], history: Path | None
) -> PromptSession[str]:
    """A prompt that completes, and goes on until what is typed is whole."""
    return PromptSession(
        _PROMPT,
        multiline=True,
        prompt_continuation=_GOES_ON,
        completer=_Completer(complete),
        complete_while_typing=True,
        history=_history(history),
        key_bindings=_keys(),
        lexer=PygmentsLexer(SparqlLexer),
        bottom_toolbar=toolbar,
        enable_open_in_editor=True,
    )


def typed(prompt: PromptSession[str]) -> Iterator[str]:
    """Yield what is typed until Ctrl-D; Ctrl-C drops what has been typed so far."""
    while True:
        try:
            text = prompt.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if text.strip():
            yield text.rstrip()


class _Completer(Completer):
    def __init__(self, complete: Callable[[str], Iterable[Candidate]]) -> None:
        self.complete = complete

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """What can stand at the cursor."""
        for found in self.complete(document.text_before_cursor):
            yield Completion(found.text, -found.length, display_meta=found.meaning)


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter", filter=~is_searching & ~completion_is_selected)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        whole = is_complete(buffer.text) or not buffer.text.strip()
        at_end = not buffer.document.text_after_cursor.strip()
        if whole and (at_end or "\n" not in buffer.text):
            buffer.validate_and_handle()
        else:
            # A line begins two further in for each bracket that is open.
            buffer.insert_text("\n" + "  " * depth(buffer.document.text_before_cursor))

    @keys.add("enter", filter=completion_is_selected)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None

    return keys


def _history(path: Path | None) -> History:
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600)) as file:
            os.fchmod(file.fileno(), 0o600)
    except OSError as error:
        show.notice(f"no history: {path}: {error.strerror}")
        return InMemoryHistory()
    return FileHistory(path)


def history_file() -> Path:
    """Where the history is kept: in the user's state folder, after the XDG specification."""
    state = Path(os.environ.get("XDG_STATE_HOME") or "")
    base = state if state.is_absolute() else Path.home() / ".local" / "state"
    return base / "kg" / "shell-history"
