"""The hand that edits a district's facts, one fault at a time."""

from __future__ import annotations

from collections.abc import Callable

from kg.generate.draw import Draw
from kg.generate.facts import Fact, Thing, Value
from kg.generate.region import Region


class Hand:
    """Edits the facts of a district and remembers what it has touched."""

    def __init__(self, region: Region, draw: Draw) -> None:
        self.region = region
        self.draw = draw
        self.touched: set[Thing] = set()
        self.done: list[str] = []

    def pick(
        self, sheet: str, predicate: str, fits: Callable[[Thing, Value], bool] = lambda _s, _v: True
    ) -> Fact:
        """A fact of a thing that has not been touched."""
        fact = self.draw.one(
            [
                (subject, p, value)
                for subject, p, value in self.region.sheet(sheet).facts
                if p == predicate and subject not in self.touched and fits(subject, value)
            ]
        )
        self.touched.add(fact[0])
        return fact

    def things(self, sheet: str, predicate: str, value: Value) -> set[Thing]:
        """The things of a sheet of which something is said."""
        facts = self.region.sheet(sheet).facts
        return {subject for subject, p, v in facts if p == predicate and v == value}

    def value(self, sheet: str, thing: Thing, predicate: str) -> Value:
        """What is said of a thing."""
        facts = self.region.sheet(sheet).facts
        return next(v for s, p, v in facts if s is thing and p == predicate)

    def replace(self, sheet: str, fact: Fact, *values: Value) -> None:
        """Say something else in place of a fact, or nothing."""
        facts = self.region.sheet(sheet).facts
        place = facts.index(fact)
        subject, predicate, _ = fact
        facts[place : place + 1] = [(subject, predicate, value) for value in values]
        self.done.append(f"- {_shown(fact)}")
        self.done += [f"+ {_shown((subject, predicate, value))}" for value in values]

    def add(self, sheet: str, thing: Thing, predicate: str, value: Value) -> None:
        """Say more of a thing."""
        self.region.sheet(sheet).tell(thing, (predicate, value))
        self.done.append(f"+ {_shown((thing, predicate, value))}")


def _shown(fact: Fact) -> str:
    _, predicate, value = fact
    return f"{predicate} {value.iri if isinstance(value, Thing) else value}"
