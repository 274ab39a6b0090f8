"""All shapes on a made region against loading it, and one change against the whole of it."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg import ingest
from kg.namespace import ORG, PBA, RDF, RDFS, SKOS, SOURCE
from kg.reason import entail
from kg.store import Loose, Store
from kg.validate import shapes, validate

RUNS, UNITS = 3, 10_000
GRAPH = ox.NamedNode(SOURCE + "made#s1")
CLASSES = ("Enterprise", "PublicBody", "SocialOrganization", "PublicInstitution")


def statements() -> Iterator[ox.Quad]:
    """Communities in subdistricts; units with names, places, Party branches and memberships."""
    for n in range(UNITS // 20):
        yield from named("area", n, PBA + "Community")
        yield said("area", n, PBA + "within", thing("street", n // 20))
    for n in range(UNITS // 400 + 1):
        yield from named("street", n, PBA + "Subdistrict")
    for n in range(UNITS // 100):
        yield from named("alliance", n, PBA + "Alliance")
    for n in range(UNITS):
        yield from named("unit", n, PBA + CLASSES[n % len(CLASSES)])
        yield said("unit", n, PBA + "residentIn", thing("area", n // 20))
        yield from named("branch", n, PBA + "PartyBranch")
        yield said("branch", n, PBA + "partyOrganizationOf", thing("unit", n))
        yield said("branch", n, ORG + "subOrganizationOf", thing("branch", n // 10))
        yield said("membership", n, RDF + "type", ox.NamedNode(PBA + "AllianceMembership"))
        yield said("membership", n, ORG + "member", thing("unit", n))
        yield said("membership", n, ORG + "organization", thing("alliance", n // 100))


def thing(kind: str, number: int) -> ox.NamedNode:
    """A thing of a kind."""
    return ox.NamedNode(f"https://example.org/{kind}/{number}")


def said(kind: str, number: int, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    """A statement about a thing."""
    return ox.Quad(thing(kind, number), ox.NamedNode(predicate), value, GRAPH)


def named(kind: str, number: int, cls: str) -> Iterator[ox.Quad]:
    """A thing's class and names."""
    yield said(kind, number, RDF + "type", ox.NamedNode(cls))
    for predicate in (RDFS + "label", SKOS + "prefLabel"):
        yield said(kind, number, predicate, ox.Literal(f"{kind} {number}", language="zh"))


def measured(quads: list[ox.Quad]) -> tuple[float, float, float]:
    """Seconds to load the quads, to validate all of them, and to validate after one change."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        started = time.perf_counter()
        with store.write() as writer:
            writer.replace("made", quads)
            writer.commit()
        loaded = time.perf_counter()
        with store.view() as view:
            validate(view, shapes())
            validated = time.perf_counter()
            validate(
                view, shapes(), changed=[said("unit", 7, PBA + "residentIn", thing("area", 0))]
            )
            return loaded - started, validated - loaded, time.perf_counter() - validated


def main() -> None:
    """Print the ratios, run by run."""
    loose = ox.Store()
    told = [*ingest.read_ontology().quads, *statements()]
    loose.extend(told)
    quads = [*told, *entail(Loose(loose))]
    runs = [measured(quads) for _ in range(RUNS)]
    load, whole, change = (statistics.median(column) for column in zip(*runs, strict=True))
    checks = len(shapes().checks)
    print(f"{len(quads):,} quads, {checks} constraints (medians of {RUNS} runs)")
    print(f"loading {load:.2f} s, validating {whole:.2f} s, after a change {change:.3f} s")
    print(f"ratio {whole / load:.2f} to loading, {change / whole:.3f} to validating all")


if __name__ == "__main__":
    main()
