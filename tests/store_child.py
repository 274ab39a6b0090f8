"""The other process of the store tests: it holds the lock, or writes until it is killed."""

import sys
from pathlib import Path

import pyoxigraph as ox

from kg.exceptions import StoreNotFound
from kg.store import Store, staging

SOURCES = range(4)


def content(number: int, source: int) -> list[ox.Quad]:
    """A source's quads in generation content ``number``; a third of them change each time."""
    predicate, graph = ox.NamedNode("urn:p"), ox.NamedNode(f"urn:graph:{source}")
    return [
        ox.Quad(
            ox.NamedNode(f"urn:item:{item}"),
            predicate,
            ox.Literal(f"{item}, 第 {number if item % 3 == number % 3 else number % 3} 次"),
            graph,
        )
        for item in range(source * 600, source * 600 + 1000)
    ]


def expected(number: int) -> dict[str, list[ox.Quad]]:
    """All sources of a generation content; neighbours share 400 facts, one source is missing."""
    return {f"s{s}": content(number, s) for s in SOURCES if (number + s) % 5}


def write(store: Store, number: int, on_step=None) -> None:
    """Commit a generation content: odd ones by a rebuild, even ones by a clone."""
    staging.REBUILD_SHARE = -1 if number % 2 else 1e9
    sources = expected(number)
    with store.write(command=f"number {number}", on_step=on_step) as writer:
        writer.keep_only(sources)
        for source, quads in sources.items():
            writer.replace(source, quads)
        writer.stage().attach("number", lambda path, _: path.write_text(f"{number}\n" * 9999))
        writer.commit()


def last(store: Store) -> int:
    """The number of the last commit, 0 when there is none."""
    try:
        return int(store.log()[0].command.removeprefix("number "))
    except StoreNotFound:
        return 0


def say(text: str) -> None:
    print(text, flush=True)


def obey(step: str) -> None:
    """Announce a step and wait until the parent lets it begin."""
    say(f"step {step}")
    if sys.stdin.readline() != "go\n":
        sys.exit("the parent is gone")


def main(mode: str, root: str) -> None:
    store = Store(Path(root))
    if mode == "hold":
        with store.write(command="kg build"):
            obey("held")
        return
    while True:
        number = last(store) + 1
        write(store, number, obey)
        say(f"ack {number}")


if __name__ == "__main__":
    main(*sys.argv[1:])
