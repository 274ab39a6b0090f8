"""A writer killed at any step loses nothing that was acknowledged and leaves nothing half done."""

import random
import runpy
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from kg.exceptions import StoreNotFound
from kg.store import STEPS, Store

CHILD = Path(__file__).with_name("store_child.py")
KILLS = dict.fromkeys(STEPS, 6) | {"current": 14}
# Longest wait in seconds between a step's begin and the kill, about the time the step takes.
LONGEST = {
    "staging": 0.3,
    "load": 0.3,
    "flush": 0.03,
    "manifest": 0.1,
    "rename": 0.003,
    "current": 0.006,
}


class Child:
    """A writing process that stops at the begin of each step until it is told to go on."""

    def __init__(self, root: Path) -> None:
        self.acknowledged = 0
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD), "write", str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def step(self) -> str:
        """The step the child stands before."""
        for line in self.process.stdout:
            kind, what = line.split()
            if kind == "step":
                return what
            self.acknowledged = int(what)
        raise AssertionError(f"the child ended by itself: {self.process.wait()}")

    def go(self) -> None:
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        self.process.kill()
        rest, _ = self.process.communicate()
        for line in rest.splitlines():
            if line.startswith("ack "):
                self.acknowledged = int(line.removeprefix("ack "))


def run_until_killed(root: Path, step: str, writes: int, delay: float | None) -> int:
    """Let a child commit ``writes`` times, kill it in a step; return what it acknowledged last."""
    child = Child(root)
    try:
        while (at := child.step()) != step or writes:
            if at == "load":
                (folder,) = root.glob("staging-*")
                assert folder.name.startswith(f"staging-{child.process.pid}-"), "it is stale"
            writes -= at == "current" and writes > 0
            child.go()
        if delay is not None:
            child.go()
            time.sleep(delay)
    finally:
        child.kill()
    return child.acknowledged


def held(store: Store, expected) -> int:
    """The number of the content that the store holds whole, 0 for none."""
    try:
        view = store.view()
    except StoreNotFound:
        return 0
    with view:
        number = int(view.manifest.command.removeprefix("number "))
        named = {quad for quads in expected(number).values() for quad in quads}
        rows = list(view.quads())
        assert set(view.attached("number").read_text().split()) == {str(number)}
    merge = {quad.triple for quad in named}
    assert len(rows) == len(named) + len(merge) == view.manifest.quads + view.manifest.triples
    assert {row.triple for row in rows if row not in named} <= merge
    assert named <= set(rows)
    return number


@pytest.mark.full
def test_a_killed_writer_leaves_the_last_acknowledged_generation_or_the_next_whole_one(tmp_path):
    child = runpy.run_path(str(CHILD))
    chance = random.Random(20191)
    schedule = [
        (step, number % 2, None if number < 2 else chance.uniform(0, LONGEST[step]))
        for step in STEPS
        for number in range(KILLS[step])
    ]
    chance.shuffle(schedule)
    root, last, hits, forward = tmp_path / "store", 0, Counter(), Counter()
    store = Store(root)
    for step, writes, delay in schedule:
        acknowledged = max(last, run_until_killed(root, step, writes, delay))
        number = held(store, child["expected"])
        may_be_next = step == "current" and delay is not None
        assert number in {acknowledged, acknowledged + may_be_next}, (step, writes, delay)
        if number:
            assert store.verify() == []
        hits[step] += 1
        forward[step] += number > acknowledged
        last = number
    child["write"](store, last + 1)
    assert held(store, child["expected"]) == last + 1
    assert sorted(p.name for p in root.iterdir()) == sorted(
        ["CURRENT", "writer.lock", *(f"gen-{m.generation}" for m in store.log())]
    )
    assert hits == KILLS
    print("\nstep      kills  found committed without an acknowledgement")
    for step in STEPS:
        print(f"{step:<9} {hits[step]:>5}  {forward[step]}")
