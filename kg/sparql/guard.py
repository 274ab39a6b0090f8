"""What must never reach the engine is refused here."""

from __future__ import annotations

from collections.abc import Collection

from kg.exceptions import QueryRefused
from kg.sparql.tokens import Token, position, tokens

MAX_BYTES = 256_000
MAX_NESTING = 100
MAX_RUN = 50
MAX_REPEATS = 1_000

_OPENING = {"{", "(", "[", "<<"}
_CLOSING = {"}", ")", "]", ">>"}
_RUNS = {"!", "-", "+"}
_WORDS = {"UNION", "BIND", "OPTIONAL", "MINUS", "FILTER", "VALUES", "GRAPH", "SELECT", "EXISTS"}
_SIGNS = {"||", "&&", "/", "|", "^", ".", ";", ",", "+", "-", "*", "{", "[", "<<"}
_REPEATED = _WORDS | _SIGNS
_UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
_NETWORK = "SERVICE is refused: no --allow-service names it"
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


def guard(text: str, services: Collection[str] = ()) -> None:
    """Refuse what must never reach the engine.

    That is: network access (SERVICE, LOAD), updates, and shapes of query that
    exhaust the parser's stack (measured: nesting of some thousand, or as many
    list items, commas or groups, aborts the process). O(length). Raises
    `QueryRefused` with line and column.

    ``services`` are addresses of which ``SERVICE <address>`` passes, written so and to the
    letter: kg answers those before the engine sees the query (`kg.query.rewrites.service`).

    >>> guard("ASK { SERVICE <http://example.org/> {} }")
    Traceback (most recent call last):
    ...
    kg.exceptions.QueryRefused: line 1, column 7: SERVICE is refused: no --allow-service names it
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise QueryRefused(f"the query is longer than {MAX_BYTES:,} bytes")
    _Guard(text, services).run()


def refuse_network(text: str) -> None:
    """Refuse a rewritten query that still has SERVICE in it, however long it is."""
    guard = _Guard(text)
    for token in tokens(text):
        guard.refuse_network(token)


class _Guard:
    def __init__(self, text: str, services: Collection[str] = ()) -> None:
        self.text = text
        self.services = services
        self.in_service = False
        self.depth = 0
        self.run_length = 0
        self.terms = 0
        self.in_list = False
        self.repeats: dict[str, int] = {}

    def run(self) -> None:
        first = True
        for token in tokens(self.text):
            if first and token.keyword in _UPDATES | _FORMS:
                first = False
                self.refuse_update(token)
            self.refuse_network(token)
            self.refuse_depth(token)
            self.refuse_runs(token)
            self.refuse_repeats(token)
            self.refuse_lists(token)

    def refuse(self, token: Token, fact: str) -> None:
        raise QueryRefused(fact, *position(self.text, token.start))

    def refuse_update(self, token: Token) -> None:
        if token.keyword in _UPDATES:
            fact = f"{token.keyword} is refused: a query only reads; `kg load` takes data in"
            self.refuse(token, fact)

    def refuse_network(self, token: Token) -> None:
        if self.in_service:
            self.refuse_service(token)
            return
        # The engine's grammar needs no space behind a keyword (`SERVICEex:a` is
        # SERVICE ex:a), so the word is refused anywhere in a word or a prefix.
        word = token.text.partition(":")[0] if token.kind == "name" else token.keyword
        if "SERVICE" in word.upper():
            if token.keyword != "SERVICE" or not self.services:
                self.refuse(token, _NETWORK)
            self.in_service = True

    def refuse_service(self, token: Token) -> None:
        """Of what stands behind SERVICE, let SILENT pass and an address that is allowed."""
        if token.keyword == "SILENT":
            return
        if token.kind != "iri" or token.text[1:-1] not in self.services:
            self.refuse(token, _NETWORK)
        self.in_service = False

    def refuse_depth(self, token: Token) -> None:
        if token.kind != "symbol":
            return
        self.depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if self.depth > MAX_NESTING:
            self.refuse(token, f"query too complex: nesting {self.depth} > {MAX_NESTING}")

    def refuse_runs(self, token: Token) -> None:
        self.run_length = self.run_length + 1 if token.text in _RUNS else 0
        if self.run_length > MAX_RUN:
            self.refuse(token, f"query too complex: more than {MAX_RUN} signs in a row")

    def refuse_repeats(self, token: Token) -> None:
        word = token.keyword
        if word in _REPEATED:
            self.repeats[word] = self.repeats.get(word, 0) + 1
            if self.repeats[word] > MAX_REPEATS:
                self.refuse(token, f"query too complex: more than {MAX_REPEATS:,} × {word}")

    def refuse_lists(self, token: Token) -> None:
        # A list ( … ) of some thousand terms is as deep for the parser as nesting.
        self.terms = 0 if token.kind in ("symbol", "word") else self.terms + 1
        if self.terms > MAX_REPEATS and self.in_list:
            self.refuse(token, f"query too complex: a list of more than {MAX_REPEATS:,} terms")
        if token.keyword in ("(", ")", "{"):
            self.in_list = token.text == "("
