"""Entailing everything, and what one change changes, against reading the statements once."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import pyoxigraph as ox

from kg import ingest
from kg.namespace import ORG, PBA, RDF, SOURCE
from kg.reason import entail, update
from kg.store import Loose

RUNS, UNITS = 3, 100_000
GRAPH = ox.NamedNode(SOURCE + "made#s1")
TYPE = ox.NamedNode(RDF + "type")
CLASSES = ("Enterprise", "School", "Hospital", "PartyBranch")


def statements() -> Iterator[ox.Quad]:
    """Areas of three tiers, units of four classes, memberships, and co-buildings of five."""
    for n in range(UNITS // 10):
        yield said("area", n, TYPE.value, PBA + "Community")
        yield said("area", n, PBA + "within", thing("street", n // 20))
    for n in range(UNITS // 200):
        yield said("street", n, PBA + "within", thing("district", n // 15))
    for n in range(UNITS):
        yield said("unit", n, TYPE.value, PBA + CLASSES[n % len(CLASSES)])
        yield said("unit", n, PBA + "residentIn", thing("area", n // 10))
    for n in range(UNITS // 4):
        yield said("membership", n, TYPE.value, PBA + "AllianceMembership")
        yield said("membership", n, ORG + "member", thing("unit", n))
        yield said("membership", n, ORG + "organization", thing("alliance", n // 50))
    for n in range(UNITS // 50):
        yield said("co-building", n, TYPE.value, PBA + "CoBuilding")
        for part in range(5):
            yield said("co-building", n, PBA + "participant", thing("unit", n * 7 + part))


def thing(kind: str, number: int) -> str:
    """The IRI of a thing."""
    return f"https://example.org/{kind}/{number}"


def said(kind: str, number: int, predicate: str, value: str) -> ox.Quad:
    """A statement about a thing."""
    subject = ox.NamedNode(thing(kind, number))
    return ox.Quad(subject, ox.NamedNode(predicate), ox.NamedNode(value), GRAPH)


def merged(quads: list[ox.Quad]) -> ox.Store:
    """The quads, and in the default graph each of their triples."""
    store = ox.Store()
    store.extend(quads)
    store.extend(ox.Quad(*quad.triple) for quad in quads)
    return store


def seconds(work: Iterator[ox.Quad]) -> tuple[float, int]:
    """How long an iteration takes, and over how much."""
    started = time.perf_counter()
    number = sum(1 for _ in work)
    return time.perf_counter() - started, number


def change(store: ox.Store) -> float:
    """Seconds for what follows from one more membership of the first alliance."""
    new = [
        said("membership", -1, TYPE.value, PBA + "AllianceMembership"),
        said("membership", -1, ORG + "member", thing("unit", -1)),
        said("membership", -1, ORG + "organization", thing("alliance", 0)),
    ]
    # The store before is the same but for these, and update asks it only whether it has them.
    before, after = Loose(ox.Store()), Loose(store)
    store.extend(new)
    started = time.perf_counter()
    update(before, after, [], new)
    taken = time.perf_counter() - started
    for quad in new:
        store.remove(quad)
    return taken


def main() -> None:
    """Print the rate and the ratios."""
    quads = [*ingest.read_ontology().quads, *statements()]
    store = merged(quads)
    runs = [(seconds(entail(Loose(store))), seconds(Loose(store).quads())) for _ in range(RUNS)]
    ratios = sorted(ours / read for (ours, _), (read, _) in runs)
    ours = statistics.median(taken for (taken, _), _ in runs)
    entailed = runs[0][0][1]
    one = statistics.median(change(store) for _ in range(RUNS))
    print(f"{len(quads):,} quads entail {entailed:,}: {len(quads) / ours:,.0f} quads a second")
    print(
        f"ratio to reading all quads and their merge {statistics.median(ratios):.2f} "
        f"(from {ratios[0]:.2f} to {ratios[-1]:.2f})"
    )
    print(f"one more membership: {one / ours:.5f} of entailing everything")


if __name__ == "__main__":
    main()
