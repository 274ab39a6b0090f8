"""The checks of the ontology: each finds what its example breaks, and none finds fault with ours.

An example, ``data/checks/NAME.ttl``, is read on top of the ontology. Its head says what the check
of that name finds in it (``# finds: TERM | DETAIL``) and, where it cannot be helped, what another
one does (``# also: CHECK: TERM | DETAIL``).
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kg import ontology
from kg.checks import checks, findings
from kg.exceptions import InputError
from kg.namespace import curie

EXAMPLES = Path(__file__).parent / "data" / "checks"
NAMES = [check.name for check in checks()]


def shown(text: str) -> str:
    """A term or text as an example's head writes it."""
    short = curie(text)
    return f"<{text}>" if short == text and text.startswith("http") else short


def expected(example: Path) -> set[tuple[str, str, str]]:
    text = example.read_text(encoding="utf-8")
    lines = [(example.stem, line) for line in re.findall(r"^# finds: (.*)$", text, re.MULTILINE)]
    lines += re.findall(r"^# also: ([\w-]+): (.*)$", text, re.MULTILINE)
    return {(name, *[*line.split(" | "), ""][:2]) for name, line in lines}


@pytest.mark.parametrize("name", NAMES)
def test_a_check_finds_what_its_example_breaks_and_no_other_finds_more(name):
    example = EXAMPLES / f"{name}.ttl"
    found = findings([*ontology.files(), example])
    rows = {(finding.check.name, shown(finding.term), shown(finding.detail)) for finding in found}
    assert rows == expected(example)
    assert name in {row[0] for row in rows}


def test_every_example_belongs_to_a_check():
    assert sorted(file.stem for file in EXAMPLES.iterdir()) == sorted(NAMES)


def test_no_check_finds_anything_in_the_shipped_ontology():
    assert findings() == []


def test_every_check_has_titles_in_both_languages_a_level_and_a_reason():
    for check in checks():
        assert check.level in ("error", "warning")
        assert set(check.titles) == {"zh", "en"}
        assert all(check.titles.values())
        assert check.reason.endswith(".")


def test_errors_come_before_warnings():
    levels = [check.level for check in checks()]
    assert levels == sorted(levels)
    assert {"error", "warning"} == set(levels)


def test_a_folder_is_read_as_its_turtle_files(tmp_path):
    for file in ontology.files():
        shutil.copy(file, tmp_path)
    shutil.copy(EXAMPLES / "replaced-though-current.ttl", tmp_path)
    assert [finding.check.name for finding in findings([tmp_path])] == ["replaced-though-current"]


def test_every_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "a.ttl").write_text("pba:Unit a owl:Class .\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError) as error:
        findings([tmp_path / "a.ttl", tmp_path / "none.ttl", empty])
    assert [(Path(p.file).name, p.line, p.rule) for p in error.value.problems] == [
        ("a.ttl", 1, "syntax"),
        ("none.ttl", None, "file"),
        ("empty", None, "empty"),
    ]
