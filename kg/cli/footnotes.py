"""Footnotes: numbers for evidence in a table, and what they stand for below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from kg.cli.terminal import plain
from kg.evidence import Evidence
from kg.query import Explanation
from kg.query.why import Absence, Witness

_SHOWN = 6
_SAMPLE = 5

_TEXT = {
    "zh": {
        "Inferred": "推断",
        "Entailed": "推导",
        "ontology": "本体",
        "sample": "{marks} …（共{places}处，{sources}个来源）",
        "counted": "计{n}项：{marks}",
        "others": "（另{n}组也可）",
        "more": "（另{n}组以上也可）",
        "unproved": "（另有依据也可）",
        "absent": "无此陈述：{labels}",
        "sought": "查遍{n}个来源：{titles}",
    },
    "en": {
        "Inferred": "inferred",
        "Entailed": "entailed",
        "ontology": "ontology",
        "sample": "{marks} … ({places} places in {sources} sources)",
        "counted": "{n} counted: {marks}",
        "others": "(or another {n})",
        "more": "(or another {n}+)",
        "unproved": "(or another)",
        "absent": "no such statement: {labels}",
        "sought": "by absence, over {n} sources: {titles}",
    },
}

Note: TypeAlias = Evidence | Absence


class Footnotes:
    """Numbers what rows rest on in the order in which it is first named."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.numbers: dict[Note, int] = {}
        self._words = _TEXT[lang]
        self._quoted: set[str] = set()

    def marks(self, notes: Iterable[Note]) -> str:
        """The marks of some evidence: ``[1] [2]~ [3]∅``, a sign where it is not stated."""
        return " ".join(map(self._mark, notes))

    def explanation(self, explained: Explanation | None, shown: int) -> str:
        """The marks of up to so many witnesses, and how many others there are."""
        if explained is None:
            return ""
        witnesses = explained.witnesses[:shown]
        sets = " / ".join(map(self._witness, witnesses))
        if explained.contributors:
            sets = self._words["counted"].format(n=explained.contributors, marks=sets)
        return sets + self._others(explained, len(explained.witnesses) - len(witnesses))

    def _others(self, explained: Explanation, others: int) -> str:
        if others:
            word = "others" if explained.complete else "more"
            return " " + self._words[word].format(n=others)
        return "" if explained.complete else " " + self._words["unproved"]

    def _witness(self, witness: Witness) -> str:
        notes = [self._sampled(witness.evidence)] if witness.evidence else []
        notes.append(self.marks([*witness.rules, *witness.absences]))
        return " ".join(filter(None, notes)) or self._words["ontology"]

    def _sampled(self, evidence: Sequence[Evidence]) -> str:
        if len(evidence) <= _SHOWN:
            return self.marks(evidence)
        sources = {e.source for e in evidence}
        return self._words["sample"].format(
            marks=self.marks(evidence[:_SAMPLE]), places=len(evidence), sources=len(sources)
        )

    def _mark(self, note: Note) -> str:
        number = self.numbers.setdefault(note, len(self.numbers) + 1)
        if isinstance(note, Absence):
            return f"[{number}]∅"
        return f"[{number}]" + ("" if note.certainty == "Stated" else "~")

    def lines(self) -> list[str]:
        """Each note: its number, place, source, and the sentence once."""
        return [plain(line) for note, n in self.numbers.items() for line in self._told(note, n)]

    def _told(self, note: Note, number: int) -> list[str]:
        if isinstance(note, Absence):
            labels = ", ".join(note.labels) or note.text
            listed = [source.title for source in note.sources[:_SAMPLE]]
            titles = " · ".join([*listed, *(["…"] if len(note.sources) > _SAMPLE else [])])
            sought = self._words["sought"].format(n=len(note.sources), titles=titles)
            return [f"[{number}] {self._words['absent'].format(labels=labels)}", f"    ∅ {sought}"]
        where = f"{note.place} · {note.source.title}"
        date = f" · {note.source.date}" if note.source.date else ""
        lines = [f"[{number}] {where}{date}"]
        if note.quote and note.quote not in self._quoted:
            self._quoted.add(note.quote)
            lines.append(f"    “{note.quote}”")
        if note.certainty != "Stated":
            reason = f": {note.reason}" if note.reason else ""
            lines.append(f"    ~ {self._words[note.certainty]}{reason}")
        return lines
