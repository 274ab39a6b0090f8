"""The map against pyvis as it comes, and the map of a region against that of sixty things.

Both draw each node and each edge of the same network, and both are counted. A first picture is
stable when nothing moves any more: with us the first frame after the page is alive, with pyvis the
frame after its physics has come to rest. pyvis is stopped at fifty times our time.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import networkx as nx
from playwright.sync_api import Browser, Page, sync_playwright

from kg import maps, network
from kg.build import Checking, build
from kg.generate import generate
from kg.maps.fold import Net
from kg.store import Store

RUNS, STOP, SEED = 5, 50, 1
BARS = {200: 20, 1000: 50}
REGION, CITY = 9, 178  # districts: 5,000 and 100,000 organisations
LARGE = 50_000  # above so many things only the size has a bar
FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
RESTED = """new Promise((done) => {
  const rested = () => requestAnimationFrame(() => done(performance.now()));
  network.once("stabilized", rested);
})"""


def of_districts(folder: Path, districts: int) -> Net:
    """The network of a generated region, and how long it takes to read it."""
    generate(folder / "made", districts, SEED)
    store = Store(folder / "store")
    build(store, folder / "made", checking=Checking(required=False))
    with store.view() as view:
        started = time.perf_counter()
        net = network.read(view)
        print(f"  read {len(net):,} things in {time.perf_counter() - started:.1f} s")
    return net


def part(net: Net, size: int) -> Net:
    """As many things as are nearest to an alliance, with all relations among them."""
    alliances = sorted(node for node, data in net.nodes(data=True) if data["family"] == "alliance")
    near = nx.bfs_tree(net.to_undirected(as_view=True), alliances[0])
    return nx.MultiDiGraph(net.subgraph([*near][:size]))


def chrome(playwright: object) -> Browser:
    """A browser without a screen."""
    return playwright.chromium.launch(  # type: ignore[attr-defined, no-any-return]
        executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
    )


def ours(page: Page, file: Path) -> float:
    """Milliseconds until the page is drawn and answers."""
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    page.evaluate(FRAME)
    entries = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    alive = page.evaluate("performance.getEntriesByName('ready')[0].startTime")
    return max(float(page.evaluate(entries)), float(alive))


def pyvis(page: Page, file: Path, stop: float) -> float:
    """Milliseconds until the physics rests; infinite when it is stopped before."""
    page.set_default_timeout(stop + 1000)
    page.goto(file.as_uri(), wait_until="commit")
    page.wait_for_function("typeof network !== 'undefined'")
    race = f"Promise.race([{RESTED}, new Promise((done) => setTimeout(done, {stop}, Infinity))])"
    return float(page.evaluate(race))


def stock(net: Net, file: Path) -> None:
    """The same network as pyvis writes it by itself, without a network to load from."""
    from pyvis.network import Network

    drawn = Network(directed=True, cdn_resources="in_line")
    for node, data in net.nodes(data=True):
        drawn.add_node(node, label=data["label"], group=data["family"])
    for source, target, data in net.edges(data=True):
        drawn.add_edge(source, target, label=data["label"])
    file.write_text(drawn.generate_html(), encoding="utf-8")


def median(page: Page, measure: Callable[[Page], float]) -> float:
    """Of several openings, after one that warms the browser."""
    measure(page)
    return statistics.median(measure(page) for _ in range(RUNS))


def against_pyvis(browser: Browser, net: Net, size: int, folder: Path) -> bool:
    """Print both times and the counts; say whether the bar is met."""
    some = part(net, size)
    here, there = folder / f"ours{size}.html", folder / f"pyvis{size}.html"
    maps.write(some, here, everything=True)
    stock(some, there)
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    fast = median(page, partial(ours, file=here))
    counts = [page.locator(f".tiers.wide .{what}:visible").count() for what in ("box", "line")]
    slow = pyvis(page, there, STOP * fast)
    theirs = page.evaluate("[network.body.data.nodes.length, network.body.data.edges.length]")
    page.close()
    wanted = [some.number_of_nodes(), some.number_of_edges()]
    ratio = slow / fast
    said = f"{ratio:.0f}" if slow < float("inf") else f"more than {STOP}"
    print(f"{size:,} things, {wanted[1]:,} relations: {fast:.0f} ms; pyvis {said} times that")
    print(f"  drawn by us {counts}, by pyvis {theirs}, in the network {wanted}")
    return counts == wanted and theirs == wanted and ratio >= BARS[size]


def first_frames(browser: Browser, net: Net, folder: Path) -> bool:
    """The page of a region to that of sixty things: first frame, size, time to build."""
    small, large = folder / "sixty.html", folder / "region.html"
    maps.write(part(net, 60), small)
    started = time.perf_counter()
    maps.write(net, large)
    spent = time.perf_counter() - started
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    times = [median(page, partial(ours, file=file)) for file in (small, large)]
    page.close()
    ratio, size = times[1] / times[0], large.stat().st_size / 1e6
    print(f"{len(net):,} things: first frame {ratio:.2f} times that of 60 ({times[1]:.0f} ms),")
    print(f"  {size:.2f} MB, built in {spent:.1f} s beyond reading")
    if len(net) > LARGE:
        return size <= 12
    return ratio <= 2 and size <= 3 and spent <= 2


def main() -> None:
    """Compare with pyvis at each size, then a region (or a city) with sixty things."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", action="store_true", help="a city of 100,000 organisations")
    city = parser.parse_args().city
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, browser = Path(name), chrome(playwright)
        net = of_districts(folder, CITY if city else REGION)
        met = [against_pyvis(browser, net, size, folder) for size in BARS]
        met.append(first_frames(browser, net, folder))
        browser.close()
    raise SystemExit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
