"""What the page draws as the reader asks, against the network: in a real browser."""

from __future__ import annotations

import random
import re
from collections import Counter
from urllib.parse import quote

import networkx as nx
import pytest

from kg import assets, maps
from kg import network as networks
from kg.build import Checking, build
from kg.generate import generate
from kg.maps import data
from kg.maps.shapes import outline
from kg.store import Store

from .map_sample import MARKUP, hostile, network, unpacked
from .test_browser import PHONE, TEXT_SIZES, WATCH, opened

pytestmark = pytest.mark.full

AWAY = random.Random(7)


def drawn(store):
    with store.view() as view:
        return networks.read(view)


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """A generated district."""
    folder = tmp_path_factory.mktemp("region")
    generate(folder / "made", 2, 3)
    store = Store(folder / "store")
    build(store, folder / "made", checking=Checking(required=False))
    return drawn(store)


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The shipped data."""
    store = Store(tmp_path_factory.mktemp("real") / "store")
    build(store)
    return drawn(store)


@pytest.fixture(scope="module")
def files(region, real, tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps")
    nets = {"region": region, "real": real, "sample": network()}
    return {name: maps.write(net, folder / f"{name}.html") for name, net in nets.items()}


@pytest.fixture(scope="module")
def nets(region, real):
    return {"region": region, "real": real, "sample": network()}


def at(net, thing, **more):
    """The address of a state of the page."""
    hashes = data.addresses(net)
    pairs = {"at": hashes[thing], **more}
    return "#" + "&".join(f"{key}={quote(value, safe='')}" for key, value in pairs.items())


def tiles(page):
    """Of each tile: its heading, and how many things its boxes stand for."""
    return page.evaluate(
        """() => [...document.querySelectorAll("#stage .tile")].map((tile) => {
          const area = tile.firstChild.getBBox();
          const inside = [...document.querySelectorAll("#stage .box")].filter((box) => {
            const { e, f } = box.transform.baseVal.consolidate().matrix;
            return e > area.x && e < area.x + area.width && f > area.y && f < area.y + area.height;
          });
          const many = (box) => {
            const found = box.getAttribute("aria-label").match(/ ×([0-9]+)，/);
            return box.classList.contains("many") ? Number(found[1]) : 1;
          };
          const title = [...tile.querySelectorAll(".tile-title")].map((t) => t.textContent);
          return [title.join(""), inside.reduce((sum, box) => sum + many(box), 0)];
        })"""
    )


# The alliances by area


@pytest.mark.parametrize("name", ["region", "real", "sample"])
def test_every_alliance_is_in_one_tile(browser, files, nets, name):
    families = Counter(family for _, family in nets[name].nodes("family"))
    with opened(browser, files[name], "") as page:
        found = page.evaluate(
            """() => [...document.querySelectorAll("#stage .box.strong")].map((box) => (
              Number((box.getAttribute("aria-label").match(/ ×([0-9]+)，/) || [0, 1])[1])))"""
        )
        everything = families["alliance"]  # the box of all alliances is the last
        assert sum(found) == everything + (found[-1] if found[-1] == everything > 1 else 0)
        legend = dict(re.findall(r"(\S+)\s+([0-9]+)", page.locator("#legend").inner_text()))
    assert int(legend["联盟"]) == families["alliance"]
    assert sum(map(int, legend.values())) == len(nets[name])


def test_alliances_of_which_no_member_is_named_say_so_and_what_is_stated(browser, files):
    with opened(browser, files["real"], "") as page:
        boxes = page.locator("#stage .box.strong:not(.many)").all_text_contents()
        unsaid = [box for box in boxes if "成员未载明" in box]
        assert len(unsaid) == 3 and all("覆盖：港北区" in box for box in unsaid)
        page.locator("#stage .box", has_text="小个专党建联盟").first.click()
        said = page.locator("#detail").inner_text()
        assert "成员未载明" in said and "原文第25句" in said and "覆盖" in said


def test_one_goes_down_from_the_overview_to_an_organisation_and_back(browser, files):
    with opened(browser, files["region"], "") as page:
        heading = page.locator("#stage .tile-open").first
        area = heading.get_attribute("aria-label")
        heading.focus()
        page.keyboard.press("Enter")
        assert area.startswith(page.locator("#crumb b").inner_text())
        page.locator("#stage .box.strong:not(.many)").first.click()
        alliance = page.locator("#detail h2").inner_text()
        assert page.locator("#crumb b").inner_text() == alliance
        page.locator("#stage .box").nth(1).click()
        organisation = page.locator("#detail h2").inner_text()
        assert organisation != alliance
        address = page.evaluate("location.hash")
        page.go_back()
        assert page.locator("#detail h2").inner_text() == alliance
        page.locator("#crumb a").first.click()
        assert page.locator("#detail").is_hidden()
        assert page.locator("#stage .tile").count() > 2
    with opened(browser, files["region"], address) as page:
        assert page.locator("#detail h2").inner_text() == organisation


# Steps and ways


@pytest.mark.parametrize("name", ["region", "real", "sample"])
def test_steps_show_or_count_what_is_at_that_distance(browser, files, nets, name):
    net = nets[name]
    around = net.to_undirected(as_view=True)
    starts = AWAY.sample(sorted(net), 6)
    with opened(browser, files[name], "") as page:
        for start in starts:
            page.goto(page.url.split("#")[0] + at(net, start, steps="3"))
            page.wait_for_selector("html[data-ready]", state="attached")
            away = Counter(nx.single_source_shortest_path_length(around, start, 3).values())
            found = tiles(page)
            assert [count for _, count in found] == [away[n] for n in sorted(away)], start
            said = [int(re.search(r"（([0-9]+)）", title)[1]) for title, _ in found[1:]]
            assert said == [away[n] for n in sorted(away)][1:]


@pytest.mark.parametrize("name", ["region", "real"])
def test_each_relation_is_in_the_panel_once_with_its_sentence(browser, files, nets, name):
    net = nets[name]
    quotes = {e["quote"] for *_, d in net.edges(data=True) for e in d["evidence"]}
    with opened(browser, files[name], "") as page:
        for start in AWAY.sample(sorted(net), 12):
            page.goto(page.url.split("#")[0] + at(net, start))
            page.wait_for_selector("html[data-ready]", state="attached")
            out = Counter(d["label"] for *_, d in net.out_edges(start, data=True))
            into = Counter(d["label"] for s, _, d in net.in_edges(start, data=True) if s != start)
            wanted = {f"{label} →": n for label, n in out.items()}
            wanted |= {f"← {label}": n for label, n in into.items()}
            heads = page.locator("#detail h3:has(small)").all_inner_texts()
            found = {
                text.rstrip("0123456789"): int(re.search(r"[0-9]+$", text)[0]) for text in heads
            }
            assert found == wanted, start
            shown = page.locator("#detail .item blockquote").all_text_contents()
            assert all(any(quote in text for quote in quotes) for text in shown)


def test_quotes_are_verbatim_in_the_article(files):
    known = unpacked(files["real"].read_text("utf-8"))
    article = "".join(
        file.read_text("utf-8")
        for file in sorted(assets.folder("triples").glob("*"))
        if file.suffix in (".txt", ".trig")
    ).replace('\\"', '"')
    quotes = [quote for quote, *_ in known["quotes"] if quote]
    assert len(quotes) > 20 and all(quote in article for quote in quotes)


@pytest.mark.parametrize("name", ["region", "real"])
def test_a_way_is_a_shortest_one_of_stated_relations(browser, files, nets, name):
    net = nets[name]
    around = net.to_undirected(as_view=True)
    labels = dict(net.nodes("label"))
    said = {(labels[s], d["label"], labels[t]) for s, t, d in net.edges(data=True)}
    hashes = data.addresses(net)
    with opened(browser, files[name], "") as page:
        for _ in range(8):
            start, end = AWAY.sample(sorted(net), 2)
            page.goto(page.url.split("#")[0] + at(net, start, to=hashes[end]))
            page.wait_for_selector("html[data-ready]", state="attached")
            steps = page.locator("#detail .item .names").all()
            if not nx.has_path(around, start, end):
                assert "没有连通的路径" in page.locator("#detail").inner_text()
                continue
            assert len(steps) == nx.shortest_path_length(around, start, end)
            for step in steps:
                subject, target = step.locator("a").all_inner_texts()
                relation = step.inner_text().split(" →")[0].removeprefix(subject).strip()
                assert (subject, relation, target) in said


# Finding


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("荷城", "荷城社区"),
        ("hcsq", "荷城社区"),
        ("hecheng", "荷城社区"),
        ("hech", "荷城社区"),
        ("ＨＣＳＱ", "荷城社区"),
        ("小 个 专", "小个专党建联盟"),
        ("xgzdjlm", "小个专党建联盟"),
    ],
)
def test_names_are_found_as_written_and_in_pinyin(browser, files, typed, first):
    with opened(browser, files["real"], "") as page:
        page.fill("#search", typed)
        hits = page.locator("#hits [role=option]").all_inner_texts()
        assert hits[0].startswith(first), hits
        page.keyboard.press("Enter")
        assert page.locator("#detail h2").inner_text() == first


@pytest.mark.parametrize("typed", ["社区", "党建", "有限公司", "凤", "街道"])
def test_all_that_contain_the_words_are_counted(browser, files, nets, typed):
    known = [*nets["region"].nodes(data=True)]
    wanted = sum(
        typed in d["label"] or typed in d["kind"] or any(typed in a for a in d["aliases"])
        for _, d in known
    )
    with opened(browser, files["region"], "") as page:
        page.fill("#search", typed)
        assert page.locator("#live").inner_text() == (f"{wanted} 个结果" if wanted else "")
        assert page.locator("#hits [role=option]").count() == min(12, wanted)


# How it looks, wherever one goes


def test_labels_are_legible_and_boxes_apart_in_every_view(browser, files, region):
    things = AWAY.sample(sorted(region), 10)
    views = ["", *(at(region, thing, steps=str(1 + n % 3)) for n, thing in enumerate(things))]
    views += [at(region, things[0], to=data.addresses(region)[things[1]]), "#with=2019"]
    views += [f"#ask={ask}" for ask in ("two-alliances", "communities-without", "most-members")]
    with opened(browser, files["region"], "") as page:
        for view in views:
            page.goto(page.url.split("#")[0] + (view or "#"))
            page.wait_for_selector("html[data-ready]", state="attached")
            assert min(page.evaluate(TEXT_SIZES))[0] >= 12, view
            assert page.evaluate(OVERLAPS) == [], view
            assert page.evaluate(MET) == [], view
            assert page.locator("#stage .box").count() <= 300


OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll("#stage .box")].map((box) => {
    const { x, y, width, height } = box.querySelector(".edge:not(.under)").getBoundingClientRect();
    return { name: box.getAttribute("aria-label"), x, y, right: x + width, bottom: y + height };
  });
  const svg = document.querySelector("#stage svg").getBoundingClientRect();
  const out = boxes.filter((b) => b.x < svg.x - 1 || b.right > svg.right + 1);
  const meet = (a, b) => a.x < b.right - 2 && b.x < a.right - 2
    && a.y < b.bottom - 2 && b.y < a.bottom - 2;
  const pairs = boxes.flatMap((a, n) => boxes.slice(n + 1).filter((b) => meet(a, b)));
  return [...pairs, ...out].map((box) => box.name);
}"""

# Points of lines that lie well within a box.
MET = """() => {
  const boxes = [...document.querySelectorAll("#stage .box .edge:not(.under)")].map((edge) => {
    const { x, y, width, height } = edge.getBBox();
    const { e, f } = edge.parentNode.transform.baseVal.consolidate().matrix;
    return { x: x + e + 3, y: y + f + 3, right: x + e + width - 3, bottom: y + f + height - 3 };
  });
  return [...document.querySelectorAll("#stage .line")].filter((line) => {
    const length = line.getTotalLength();
    return [...Array(21).keys()].some((n) => {
      const { x, y } = line.getPointAtLength((length * n) / 20);
      return boxes.some((b) => x > b.x && x < b.right && y > b.y && y < b.bottom);
    });
  }).map((line) => line.getAttribute("d"));
}"""


@pytest.mark.parametrize("shape", ["round", "chamfer", "pill", "plain", "hexagon", "folded"])
def test_the_page_draws_the_outlines_that_the_tiers_have(browser, shape):
    text = (assets.folder("templates") / "map.tiles.js").read_text("utf-8")
    function = re.search(r"  function outline\(.*?\n  }\n", text, re.DOTALL)[0]
    sizes = [(w, h) for w in (8, 30, 54, 121, 400) for h in (8, 19, 34, 35, 90)]
    page = browser.new_page()
    found = page.evaluate(
        f"([shape, sizes]) => {{ {function} return sizes.map(([w, h]) => outline(shape, w, h)); }}",
        [shape, sizes],
    )
    page.close()
    assert found == [outline(shape, width, height) for width, height in sizes]


# Never


@pytest.mark.parametrize("families_too", [True, False])
def test_hostile_text_runs_nothing_in_any_view(browser, tmp_path, families_too):
    net = hostile(families_too=families_too)
    dated = sorted(net)[:40]
    for number, node in enumerate(dated):
        net.nodes[node]["periods"] = [(f"20{number % 10 + 10}", MARKUP[number % 6])]
    file = maps.write(net, tmp_path / "hostile.html")
    hashes = [*data.addresses(net).values()]
    with opened(browser, file, "") as page:
        for number, address in enumerate(hashes[::3]):
            end = hashes[(7 * number) % len(hashes)]
            for more in ("", "&steps=1", "&steps=3", f"&to={quote(end, safe='')}", "&with=2012"):
                page.evaluate(
                    "(hash) => { location.hash = hash; }", f"#at={quote(address, safe='')}{more}"
                )
        for ask in unpacked(file.read_text("utf-8"))["asks"]:
            page.evaluate("(hash) => { location.hash = hash; }", f"#ask={ask['id']}")
        page.evaluate(
            "document.querySelectorAll('#stage .box, .tile-open, #asks a').forEach("
            "(box) => box.dispatchEvent(new MouseEvent('click', {bubbles: true})))"
        )
        page.locator("#table-of-all summary").click()
        page.wait_for_timeout(200)
        assert page.evaluate("window.__pwned") is None
        assert page.evaluate("document.querySelectorAll('img, iframe, script').length") == 3


def test_namesakes_are_told_apart_by_where_they_are(browser, files, nets):
    net = nets["region"]
    count = Counter(data["label"] for _, data in net.nodes(data=True) if data["kind"] == "社区")
    name, times = count.most_common(1)[0]
    assert times > 1
    with opened(browser, files["region"], "") as page:
        page.fill("#search", name)
        hits = page.locator("#hits li").all_inner_texts()
        same = {hit for hit in hits if hit.startswith(f"{name}社区 · ")}
        assert len(same) == times
        picks = page.locator("#alliance option").all_inner_texts()
        assert len(picks) == len(set(picks)) > 1


def test_the_way_to_a_thing_begins_below_what_holds_everything(browser, files, nets):
    net = nets["region"]
    thing = next(t for t, kind in sorted(net.nodes("kind")) if kind == "社区")
    with opened(browser, files["region"], at(net, thing)) as page:
        crumb = page.locator("#crumb").inner_text().replace("\n", "")
        assert "省" not in crumb and crumb.count("›") >= 2
        assert crumb.endswith(net.nodes[thing]["label"])


def test_on_a_phone_the_picture_of_a_thing_stands_above_its_panel(browser, files, nets):
    net = nets["region"]
    thing = next(t for t, family in sorted(net.nodes("family")) if family == "alliance")
    with opened(browser, files["region"], at(net, thing), viewport=PHONE) as page:
        picture = page.locator("#stage svg").bounding_box()
        assert 0 <= picture["y"] < 40
        assert page.locator("#detail").bounding_box()["y"] > 350


def test_an_alliance_is_picked_from_the_list(browser, files, nets):
    labels = sorted(
        d["label"] for _, d in nets["real"].nodes(data=True) if d["family"] == "alliance"
    )
    with opened(browser, files["real"], "") as page:
        assert sorted(page.locator("#alliance option").all_inner_texts()[1:]) == labels
        page.get_by_label("联盟", exact=True).select_option(label="小个专党建联盟")
        assert page.locator("#detail h2").inner_text() == "小个专党建联盟"
        page.get_by_label("联盟", exact=True).select_option(index=0)
        assert page.locator("#detail").is_hidden()


# Without


def test_without_decompression_the_table_is_there_and_says_why(browser, files, nets):
    context = browser.new_context()
    context.add_init_script(WATCH + "delete window.DecompressionStream;")
    page = context.new_page()
    page.goto(files["region"].as_uri())
    assert page.locator("#too-old").is_visible()
    assert page.locator("#table-of-all table").is_visible()
    assert page.locator("#table-of-all tbody tr").count() == len(nets["region"])
    assert page.evaluate("window.__violations") == []
    context.close()


def test_a_damaged_page_shows_its_table(browser, files, tmp_path):
    text = files["real"].read_text("utf-8")
    cut = text.index('id="data">') + 400
    (tmp_path / "damaged.html").write_text(text[:cut] + "AAAA" + text[cut + 4 :], encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "damaged.html").as_uri())
    page.locator("#too-old").wait_for()
    assert page.locator("#table-of-all table").is_visible()
    page.close()


def test_the_table_has_every_relation(files, nets):
    for name in ("region", "real"):
        net, text = nets[name], files[name].read_text("utf-8")
        table = text[text.index("<noscript>\n<table") :]
        for source, target, told in net.edges(data=True):
            assert told["label"] in table
            assert net.nodes[source]["label"] in table and net.nodes[target]["label"] in table
    rows = re.findall(r"<tr><td>(.*?)<td>.*?<td>(.*)", files["region"].read_text("utf-8"))
    said = Counter()
    for _, told in rows:
        for part in filter(None, told.split("； ")):
            label, _, others = part.partition("：")
            said[label] += len(others.split("、"))
    assert sum(said.values()) >= nets["region"].number_of_edges()


def test_who_leads_and_chairs_stands_before_ordinary_members(browser, files, nets):
    net = nets["region"]
    keys = (edge for edge in net.edges(keys=True) if edge[2].endswith("#hasMember"))
    members = Counter(source for source, *_ in keys)
    alliance = members.most_common(1)[0][0]
    with opened(browser, files["region"], at(net, alliance)) as page:
        rows = [title for title, _ in tiles(page) if title.startswith("成员有")]
        heads = [head for head in page.locator("#detail h3").all_inner_texts() if "成员有" in head]
    counts = [int(re.findall(r"（([0-9]+)）", row)[-1]) for row in rows]
    assert len(counts) > 1 and counts == sorted(counts)
    assert [int(head.split("→")[-1]) for head in heads] == counts
