"""What leaves the screen: saved pictures, the clipboard, paper."""

from __future__ import annotations

import base64
import struct
import xml.etree.ElementTree as ET
from unicodedata import normalize
from urllib.parse import quote, unquote

import networkx as nx
import pytest

from kg import maps
from kg.maps import data, table
from kg.maps.holder import STYLES, style

from .map_sample import hostile, network
from .test_browser import opened
from .test_maps import crowd, namesakes

pytestmark = pytest.mark.full

SVG = "{http://www.w3.org/2000/svg}"
VIEWS = ["#view=tiers", "", "#at=%E8%8D%B7%E5%9F%8E%E7%A4%BE%E5%8C%BA&steps=2"]


@pytest.fixture(scope="module", params=[network, hostile], ids=["plain", "hostile"])
def file(request, tmp_path_factory):
    return maps.write(request.param(), tmp_path_factory.mktemp("map") / "map.html")


def saved(page, name):
    page.click("#save summary")
    with page.expect_download() as download:
        page.click(f"[data-save={name}]")
    return download.value


@pytest.mark.parametrize("view", VIEWS)
def test_a_saved_svg_is_whole_by_itself(browser, file, view):
    with opened(browser, file, view) as page:
        shown = page.locator("svg.chart:visible .box:visible").count()
        download = saved(page, "svg")
        root = ET.parse(download.path()).getroot()
        title = page.locator("h1").inner_text()
        sources = page.locator(".sources li").first.inner_text()
    assert root.tag == SVG + "svg"
    texts = ["".join(text.itertext()) for text in root.iter(SVG + "text")]
    assert any(" ".join(title.split()) in " ".join(text.split()) for text in texts)
    assert sources[:12].strip() in "".join(texts).replace("\n", " ")
    assert (
        sum(g.get("transform", "").startswith("translate(") for g in root.iter(SVG + "g")) > shown
    )
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "g", "path", "rect", "text", "tspan", "defs", "marker"}
    names = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on")} | names & {
        "class",
        "style",
        "href",
    }
    assert "var(" not in ET.tostring(root, encoding="unicode")


@pytest.mark.parametrize("view", VIEWS)
def test_a_saved_picture_lies_across_and_the_screen_stays_as_it_was(browser, file, view):
    with opened(browser, file, view) as page:
        page.click("#save summary")
        before = page.locator("#map").inner_html()
        with page.expect_download() as download:
            page.click("[data-save=svg]")
        root = ET.parse(download.value.path()).getroot()
        assert page.locator("#map").inner_html() == before
    assert float(root.get("width", "")) > 1.2 * float(root.get("height", ""))


@pytest.mark.parametrize("view", VIEWS)
def test_a_saved_png_is_as_wide_as_paper_and_shows_the_families(browser, file, view):
    with opened(browser, file, view) as page:
        download = saved(page, "png")
        data = download.path().read_bytes()
        width, height = struct.unpack(">II", data[16:24])
        assert data.startswith(b"\x89PNG") and width == 3508 and height > 400
        assert not set(download.suggested_filename) & set('\\/:*?"<>|')
        assert download.suggested_filename in page.locator("#live").inner_text()
    with opened(browser, file) as page:
        colours = page.evaluate(COLOURS, base64.b64encode(data).decode())
    borders = {look.border for look in (*STYLES.values(), style("of no known name"))}
    assert borders & set(colours), colours


COLOURS = """async (letters) => {
  const image = new Image();
  image.src = `data:image/png;base64,${letters}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const count = new Map();
  for (let n = 0; n < data.length; n += 4) {
    const key = (data[n] << 16) + (data[n + 1] << 8) + data[n + 2];
    count.set(key, (count.get(key) || 0) + 1);
  }
  const often = [...count].filter(([, n]) => n > 1000);
  return often.map(([key]) => `#${key.toString(16).padStart(6, "0")}`);
}"""


def test_a_copied_picture_is_on_the_clipboard(browser, file):
    allowed = ["clipboard-read", "clipboard-write"]
    with opened(browser, file, permissions=allowed) as page:
        page.click("#save summary")
        page.click("[data-save=copy]")
        page.locator("#live").get_by_text("已复制").wait_for(state="attached")
        size = page.evaluate(
            """async () => {
              const [item] = await navigator.clipboard.read();
              const image = await createImageBitmap(await item.getType("image/png"));
              return [image.width, image.height];
            }"""
        )
    assert size[0] == 3508 and size[1] > 400


def test_where_pictures_cannot_be_copied_they_are_saved(browser, file):
    with opened(browser, file) as page:
        page.evaluate("delete window.ClipboardItem")
        assert saved(page, "copy").suggested_filename.endswith(".png")
        page.evaluate(
            """() => {
              window.ClipboardItem = class {};
              navigator.clipboard.write = () => Promise.reject(new Error("no"));
            }"""
        )
        with page.expect_download() as download:
            page.click("[data-save=copy]")
        assert download.value.suggested_filename.endswith(".png")
        page.locator("#live").get_by_text("不允许").wait_for(state="attached")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("size", ["A4", "A3"])
def test_paper_has_the_whole_picture_its_legend_and_sources_on_one_page(
    browser,
    view,
    size,
    tmp_path,
):
    file = maps.write(network(), tmp_path / "map.html")
    with opened(browser, file, view) as page:
        labels = page.locator("svg.chart:visible .box text").all_text_contents()
        (tmp_path / "map.pdf").write_bytes(page.pdf(format=size, landscape=True))
        assert page.locator("svg.chart:visible .box text").all_text_contents() == labels
    pages = printed(tmp_path / "map.pdf")
    assert len(pages) == 1
    text = "".join(normalize("NFKC", pages[0]).split())
    wanted = ["区域党建联盟关系图", "2019-08-01", "显示", "联盟4", "原文载明", "贵港日报"]
    assert [w for w in wanted if w not in text] == []
    # Some characters of the font come back as their radicals, which NFKC does not undo.
    lost = [label for label in labels if "".join(label.split())[:4] not in text]
    assert len(lost) < 0.1 * len(labels), lost


def large():
    """Alliances without members, and one with members of many kinds and with what hangs on them."""
    families = [{"id": "alliance", "label": "联盟"}, {"id": "unit", "label": "单位"}]
    net = nx.MultiDiGraph(title="大图", families=families, tiers=[{"label": "一"}, {"label": "二"}])
    for n in range(180):
        net.add_node(f"x:a{n}", label=f"第{n}党建联盟", kind="联盟", family="alliance", tier=0)
    said = {"label": "成员有", "certainty": "Stated"}
    for n in range(80):
        net.add_node(f"x:u{n}", label=f"单位{n}", kind=f"单位类{n // 2}", family="unit", tier=1)
        net.add_node(f"x:v{n}", label=f"下属{n}", kind=f"下属类{n // 2}", family="unit", tier=1)
        net.add_edge("x:a0", f"x:u{n}", key="http://www.w3.org/ns/org#hasMember", **said)
        net.add_edge(f"x:u{n}", f"x:v{n}", key="x:p", label="有", certainty="Stated")
    return net


SHAPES_ON_PAPER = """() => [...document.querySelectorAll("svg.chart")].map((chart) => {
  const { y, width, height } = chart.viewBox.baseVal;
  const ends = [...chart.querySelectorAll(".box")].map((box) => {
    const at = box.transform.baseVal.consolidate().matrix.f;
    return [at - box.getBBox().height / 2 - y, at + box.getBBox().height / 2 - y];
  });
  return {
    points: Math.min(...[...chart.querySelectorAll("text, tspan")].map(
      (t) => parseFloat(getComputedStyle(t).fontSize) * chart.getScreenCTM().a * 0.75)),
    inside: ends.filter(([top, end]) => top >= 0 && end <= height).length,
    cut: ends.filter(([top, end]) => top < height && end > height).length,
    boxes: ends.length,
  };
})"""


@pytest.mark.parametrize(
    "view", ["#at=x%3Aa0&steps=2", "#at=x%3Aa0&steps=1", "#ask=alliances-without-lead"]
)
def test_a_large_picture_goes_over_several_sheets_rather_than_be_small(browser, view, tmp_path):
    file = maps.write(large(), tmp_path / "map.html")
    with opened(browser, file, view) as page:
        (tmp_path / "map.pdf").write_bytes(page.pdf(format="A4", landscape=True))
        saved_one = ET.parse(saved(page, "svg").path()).getroot()
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 1062, "height": 733})
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        sheets = page.evaluate(SHAPES_ON_PAPER)
    assert len(printed(tmp_path / "map.pdf")) - len(sheets) in (0, 1)
    assert all(sheet["points"] >= 6 and not sheet["cut"] for sheet in sheets)
    assert sum(sheet["inside"] for sheet in sheets) == sheets[0]["boxes"] > 30
    if "steps=2" in view:
        assert len(sheets) > 1
    assert saved_one.get("width")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_long_list_of_sources_is_printed_and_on_the_screen_it_is_folded(
    browser,
    scripts,
    tmp_path,
):
    net = network()
    told = {"publisher": "", "date": "2019-08-01"}
    net.graph["sources"] = [{"title": f"来源之{n:02}", **told} for n in range(20)]
    file = maps.write(net, tmp_path / "map.html")
    page = browser.new_context(java_script_enabled=scripts).new_page()
    page.goto(file.as_uri())
    if scripts:
        page.wait_for_selector("html[data-ready]")
    for _ in range(2):
        assert page.locator(".sources").is_hidden() is scripts
        (tmp_path / "map.pdf").write_bytes(page.pdf(format="A4", landscape=True))
        text = "".join(normalize("NFKC", "".join(printed(tmp_path / "map.pdf"))).split())
        assert [n for n in range(20) if f"之{n:02}" not in text] == []
    page.context.close()


@pytest.mark.parametrize("make", [network, lambda: crowd(8, 3000)], ids=["sentences", "things"])
def test_without_scripts_the_page_says_what_it_has_and_links_lead_into_the_table(
    browser,
    make,
    tmp_path,
):
    net = make()
    with opened(browser, maps.write(net, tmp_path / "map.html"), java_script_enabled=False) as page:
        drawn = page.locator("svg.chart:visible").count() > 0
        quotes = page.locator("#rows q").count() > 0
        assert ("方框" in page.inner_text(".noscript")) is drawn
        assert ("没有原句" in page.inner_text(".noscript")) is not quotes
        assert (" / " in page.inner_text("#shown")) is drawn
        links = page.locator("#overview a")
        where = links.evaluate_all("all => all.map((one) => one.getAttribute('href'))")
        ids = set(page.eval_on_selector_all("#rows [id]", "all => all.map((one) => one.id)"))
        assert {unquote(href[1:]) for href in where} == ids and len(ids) > 3
        links.first.click()
        label = links.first.inner_text()
        row = page.locator(f"#rows [id='{unquote(where[0][1:])}']")
        assert label in row.inner_text()
        row.wait_for()


def test_the_table_tells_namesakes_apart_as_the_page_does(browser, monkeypatch, tmp_path):
    monkeypatch.setattr(table, "BY_SENTENCE", 0)
    with opened(browser, maps.write(namesakes(), tmp_path / "map.html")) as page:
        options = page.locator("#alliance option").all_text_contents()[1:]
        page.click("#table-of-all summary")
        page.wait_for_selector("#rows tbody")
        rows = page.locator("#rows tbody td:first-child").all_text_contents()
    assert sorted(options) == sorted(row.strip() for row in rows if "联盟" in row)
    assert "红色联盟 · 甲区 › 城东街道" in options


def english():
    """An alliance and relations with long English names and brackets."""
    families = [{"id": "alliance", "label": "alliances"}, {"id": "unit", "label": "units"}]
    net = nx.MultiDiGraph(title="Map", families=families, tiers=[], lang="en")
    kind = "small, individual and specialised-market alliance"
    net.add_node("x:a", label="甲联盟", kind=kind, family="alliance", tier=0)
    labels = ["has member (rotating chair)", "is part of", "is Party organisation of"]
    for n, label in enumerate(labels):
        net.add_node(f"x:u{n}", label=f"单位{n}", kind="unit", family="unit", tier=1)
        net.add_edge(
            "x:a", f"x:u{n}", key=f"x:p{n}", label=label, certainty=["Stated", "Inferred"][n % 2]
        )
    return net


def test_english_words_are_neither_cut_nor_broken_at_a_bracket(browser, tmp_path):
    file = maps.write(english(), tmp_path / "map.html", lang="en")
    with opened(browser, file, "#at=x%3Aa&steps=1") as page:
        lines = page.locator(".chart:visible .tile-title").all_text_contents()
        subs = page.locator(".box.strong:visible .sub").all_text_contents()
    assert not [line for line in lines if line.rstrip().endswith("(") or line.startswith(")")]
    assert not [line for line in lines if line.count("(1") != line.count("1)") or "…" in line]
    assert "(rotating" in "".join(lines) and "inferred" in "".join(lines)
    assert "".join(subs) == "small, individual and specialised-market alliance"


def test_tiers_whose_letters_are_small_on_a4_say_so_on_paper_only(browser, tmp_path):
    file = maps.write(hostile(), tmp_path / "map.html")
    with opened(browser, file, "#view=tiers") as page:
        assert page.locator(".advice").is_hidden()
        page.emulate_media(media="print")
        assert "A3" in page.locator(".advice").inner_text()


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    """The sample with a member that came in 2020."""
    net = network()
    alliance = min(n for n, family in net.nodes("family") if family == "alliance")
    unit = min(n for n, family in net.nodes("family") if family == "unit")
    said = {"label": "成员有", "periods": [("2020", "")]}
    net.add_edge(alliance, unit, key="http://www.w3.org/ns/org#hasMember", **said)
    hash = data.addresses(net)[alliance]
    file = maps.write(net, tmp_path_factory.mktemp("dated") / "map.html")
    return file, f"#at={quote(hash)}&steps=1&date=2021&with=2019", net.nodes[alliance]["label"]


def test_what_leaves_the_screen_says_of_what_and_of_which_dates_it_is(browser, dated, tmp_path):
    file, view, label = dated
    with opened(browser, file, view) as page:
        assert page.locator("#caption").is_hidden()
        (tmp_path / "map.pdf").write_bytes(page.pdf(format="A4", landscape=True))
        root = ET.parse(saved(page, "svg").path()).getroot()
    texts = ["".join(text.itertext()) for text in root.iter(SVG + "text")]
    pages = printed(tmp_path / "map.pdf")
    assert len(pages) == 1
    for told in "".join(texts), normalize("NFKC", pages[0]):
        assert label[-4:] in told and "2019 对照 2021" in told and "新增" in told
    assert texts[0].endswith(f" — {label}")


def printed(path):
    """The text of each page."""
    from pypdf import PdfReader

    return [page.extract_text() for page in PdfReader(path).pages]
