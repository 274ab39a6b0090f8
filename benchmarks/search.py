"""The index of names against the engine's scan of labels, and what the index costs."""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from kg import search
from kg.generate import words
from kg.namespace import ID, RDFS, SKOS
from kg.search import find, things
from kg.store import Store, View

THINGS, OLD, RUNS, CHANGED = 100_000, 23_000, 5, 100
LABEL, PREF, ALT = (
    ox.NamedNode(iri) for iri in (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel")
)
GRAPH = ox.NamedNode(ID + "source/names")
SPOKEN = ["yiyuan", "xingfu", "ruifeng", "hexieshequ", "xfsq", "dzb", "jqkj", "lm"]
WRITTEN = [
    *("幸福", "和平", "社区", "党支部", "联盟", "新华", "瑞丰", "商贸", "有限公司", "物业服务"),
    *(
        "第二",
        "花园",
        "药店",
        "志愿",
        "商会",
        "红星社区",
        "长岭村",
        "金桥",
        "科技有限公司",
        "兴旺超市",
    ),
]


def names(draw: random.Random) -> list[str]:
    """Names as districts have them, with a number where they would otherwise often be equal."""
    places = [f"{name}社区" for name in words.COMMUNITIES] + [
        f"{name}村" for name in words.VILLAGES
    ]
    streets = [f"{name}街道" for name in words.STREETS] + words.TOWNS
    kinds = [trade for trade, _ in (*words.TRADES, *words.SHOPS, *words.SOCIETIES)]
    ends = ["党支部", "党总支", "区域党建联盟", "党群服务中心", "网格", "小区"]
    made = []
    for number in range(THINGS):
        if number % 3:
            made.append(draw.choice(words.FIRMS) + draw.choice(kinds) + f"{number}号店")
        else:
            place = draw.choice(streets) + draw.choice(places)
            made.append(f"{place}第{number}{draw.choice(ends)}")
    return made


def quads(labels: list[str]) -> list[ox.Quad]:
    """Each name in two properties, and old names for some things."""
    made = []
    for number, label in enumerate(labels):
        thing = ox.NamedNode(f"{ID}450899/{label}")
        name = ox.Literal(label, language="zh")
        made += [ox.Quad(thing, LABEL, name, GRAPH), ox.Quad(thing, PREF, name, GRAPH)]
        if number < OLD:
            made.append(ox.Quad(thing, ALT, ox.Literal(f"原{label}", language="zh"), GRAPH))
    return made


def seconds(work: Callable[[], object]) -> float:
    """The median of several runs."""
    spent = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def commit(store: Store, data: list[ox.Quad]) -> tuple[float, float]:
    """The seconds of a commit, and those of writing its index."""
    spent: list[float] = []

    def write(path: Path, before: Path | None) -> None:
        started = time.perf_counter()
        changed = staged.changed.removed | staged.changed.added if staged.changed else ()
        search.write(path, staged.after, before=before, changed=changed)
        spent.append(time.perf_counter() - started)

    started = time.perf_counter()
    with store.write() as writer:
        writer.replace("names", data)
        staged = writer.stage()
        staged.attach(search.FILE, write)
        writer.commit()
    return time.perf_counter() - started, spent[0]


def scan(view: View, word: str) -> int:
    """How many things have a label that contains a word, as the engine finds out."""
    query = f'SELECT ?t {{ ?t rdfs:label ?l FILTER(CONTAINS(STR(?l), "{word}")) }}'
    rows = view.query(query, prefixes={"rdfs": RDFS})
    assert isinstance(rows, ox.QuerySolutions)
    return len(list(rows))


def told_costs(store: Store, data: list[ox.Quad]) -> None:
    """Print what writing costs."""
    count = THINGS + OLD
    whole, index = commit(store, data)
    print(f"{count:,} names: commit {whole:.1f} s, of which the index {index:.1f} s", end="")
    print(f" ({index / whole:.0%}; {index / count * 1e6:.0f} µs a name)")
    manifest = store.log()[0]
    size = manifest.attached[search.FILE].size
    held = sum(file.size for file in manifest.files.values())
    print(f"size {size / count:.0f} bytes a name, {size / held:.0%} of the engine's files")
    again = [ox.Quad(q.subject, q.predicate, ox.Literal("新名"), GRAPH) for q in data[:CHANGED]]
    whole, index = commit(store, [*again, *data[CHANGED:]])
    with store.view() as view, tempfile.TemporaryDirectory() as folder:
        file = view.attached(search.FILE)
        assert file is not None
        copied = seconds(partial(shutil.copyfile, file, Path(folder) / "copy"))
    print(
        f"{CHANGED} changed statements: commit {whole:.2f} s, of which the index {index:.3f} s",
        end="",
    )
    print(f" ({copied:.3f} s for copying the file)")


def told_lookups(view: View) -> None:
    """Print what looking up costs."""
    rows = []
    for word in WRITTEN:
        first = seconds(partial(find, view, word))
        every = seconds(partial(things, view, word, limit=THINGS))
        rows.append((first, every, seconds(partial(scan, view, word))))
    first, every, scanned = (statistics.median(column) for column in zip(*rows, strict=True))
    ratios = [statistics.median(row[n] / row[2] for row in rows) for n in (0, 1)]
    print(f"{len(WRITTEN)} words, medians: the engine's scan {scanned * 1000:.1f} ms", end="")
    print(f", the likest 20 {first * 1000:.1f} ms (ratio {ratios[0]:.3f})", end="")
    print(f", all things {every * 1000:.1f} ms (ratio {ratios[1]:.3f})")
    slowest = max(zip(rows, WRITTEN, strict=True))
    print(f"slowest: {slowest[1]}, {slowest[0][0] * 1000:.0f} ms for 20")
    spoken = [seconds(partial(find, view, word)) for word in SPOKEN]
    print(f"pinyin and first letters: median {statistics.median(spoken) * 1000:.1f} ms")


def main() -> None:
    """Print the costs and the ratios."""
    data = quads(names(random.Random(1)))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        told_costs(store, data)
        with store.view() as view:
            told_lookups(view)


if __name__ == "__main__":
    main()
