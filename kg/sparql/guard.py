"""What must never reach the engine is refused here."""

from __future__ import annotations

from collections.abc import Collection

from kg.exceptions import QueryRefused
from kg.sparql.tokens import Brackets, Token, position, tokens

MAX_BYTES = 256_000
MAX_NESTING = 100
MAX_RUN = 50
MAX_PARTS = 3_000

_RUNS = {"!", "-", "+"}
_OPERATORS = {"||", "&&", "/", "|", "^", "*"}
# What makes the engine's tree one deeper each time, which ends the process at some
# thousand (docs/engine.md has the figures); what ends it sooner weighs more.
_PARTS = {
    **dict.fromkeys(("FILTER", "BIND", "VALUES", "AS", "{", "(", ".", ";"), 1),
    **dict.fromkeys(("MINUS", "OPTIONAL", "[", "<<"), 2),
    **dict.fromkeys(_OPERATORS, 1),
}
_UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
_NETWORK = "SERVICE is refused: no --allow-service names it"
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


def guard(text: str, services: Collection[str] = ()) -> None:
    """Refuse what must never reach the engine.

    That is: network access (SERVICE, LOAD), updates, and shapes of query that exhaust
    the engine's stack, which would end the process. Lists of values are of any length.
    O(length). Raises `QueryRefused` with line and column.

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
        self.brackets = Brackets()
        self.last = Token("symbol", "", 0)
        self.enclosed = False
        self.run_length = 0
        self.parts = 0

    def run(self) -> None:
        first = True
        for token in tokens(self.text):
            if first and token.keyword in _UPDATES | _FORMS:
                first = False
                self.refuse_update(token)
            self.refuse_network(token)
            self.enclosed = self.brackets.open[-1:] == ["("]
            self.brackets.see(token)
            self.refuse_depth(token)
            self.refuse_runs(token)
            self.refuse_parts(token)
            self.last = token

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
        depth = len(self.brackets.open)
        if depth > MAX_NESTING:
            self.refuse(token, f"query too complex: nesting {depth} > {MAX_NESTING}")

    def refuse_runs(self, token: Token) -> None:
        self.run_length = self.run_length + 1 if token.text in _RUNS else 0
        if self.run_length > MAX_RUN:
            self.refuse(token, f"query too complex: more than {MAX_RUN} signs in a row")

    def refuse_parts(self, token: Token) -> None:
        self.parts += 0 if self.brackets.in_rows else self.weight(token)
        if self.parts > MAX_PARTS:
            fact = f"query too complex: more than {MAX_PARTS:,} parts at {token.text!r}"
            self.refuse(token, f"{fact}; give long lists as VALUES or IN")

    def weight(self, token: Token) -> int:
        """How much the token adds to the depth of the engine's tree."""
        behind_operand = self.last.kind not in ("symbol", "word") or self.last.text in (")", "]")
        if token.kind not in ("symbol", "word"):
            # `1 +1` is a sum and `(1 2)` a list; a comma in brackets parts arguments.
            return 2 if self.enclosed and behind_operand else 0
        if token.text == "(":
            # A list in a list, or (no matter) a call of a function by its IRI.
            return 4 if self.enclosed and behind_operand else 1
        if token.text in ("+", "-"):
            return int(behind_operand)
        if token.text == ",":
            return int(not self.enclosed)
        return _PARTS.get(token.keyword, 0)
