"""The map in a real browser: what a leader does with it, and what it never does."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager
from html import escape
from itertools import product
from pathlib import Path

import networkx as nx
import pytest

import kg
from kg import maps
from kg.maps.select import as_of

from .chromium import ARGUMENTS, chromium_path
from .map_sample import QUOTES, hostile, network

pytestmark = pytest.mark.full

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (e) => {
  window.__violations.push(e.violatedDirective);
});
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return maps.write(network(), tmp_path_factory.mktemp("map") / "map.html")


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory):
    return maps.write(hostile(), tmp_path_factory.mktemp("map") / "hostile.html")


@contextmanager
def opened(browser, file, hash="#view=tiers", **options):
    """A page of its own; on leaving, it must have asked for nothing and complained of nothing."""
    context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **options})
    page = context.new_page()
    page.set_default_timeout(5000)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.add_init_script(WATCH)
    address = Path(file).as_uri()
    page.goto(address + hash)
    if options.get("java_script_enabled", True):
        page.wait_for_selector("html[data-ready]", state="attached")
    yield page
    assert [url for url in asked if not url.startswith(address)] == []
    assert len(asked) <= 2  # the file, and once more when a test reloads it
    assert said == []
    if options.get("java_script_enabled", True):
        assert page.evaluate("window.__violations") == []
    context.close()


def box(page, label, view="wide"):
    return page.locator(f'.{view} .box[aria-label^="{label}，"]')


def detail(page):
    return page.locator("#detail")


def title(page):
    return detail(page).locator("h2")


# What a leader does


def test_search_then_enter_shows_the_verbatim_sentence(browser, file):
    with opened(browser, file) as page:
        page.fill("#search", "凤凰")
        hits = page.locator("#hits [role=option]").all_inner_texts()
        assert [h.split("社区")[0] for h in hits][:1] == ["凤凰"]
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert title(page).inner_text() == "凤凰社区城市商圈"
        assert QUOTES[23] in detail(page).inner_text().replace("\n", "")
        assert "原文第23句" in detail(page).inner_text()
        assert page.locator("#hits").is_hidden()


def test_in_the_frame_of_a_notebook_it_works_though_it_has_no_address_to_change(
    browser, shipped, tmp_path
):
    with kg.open(shipped.path) as graph:
        frame = graph.map(focus="荷城社区")._repr_html_()
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f'<!DOCTYPE html><html data-ready lang="zh">{frame}', encoding="utf-8")
    with opened(browser, notebook, "") as page:
        inner = page.frame_locator("iframe")
        assert inner.locator("#detail h2").inner_text() == "荷城社区"
        inner.locator("#search").fill("凤凰")
        inner.locator("#search").press("ArrowDown")
        inner.locator("#search").press("Enter")
        assert inner.locator("#detail h2").inner_text() == "凤凰社区城市商圈综合党委"


def test_in_a_frame_every_way_home_leads_home_and_the_outer_page_gets_no_dead_steps(
    browser, file, tmp_path
):
    notebook = tmp_path / "notebook.html"
    text = escape(Path(file).read_text("utf-8"))
    notebook.write_text(
        "<!DOCTYPE html><html data-ready><iframe sandbox='allow-scripts' width=1300 height=700"
        f' srcdoc="{text}"></iframe>',
        encoding="utf-8",
    )
    with opened(browser, notebook, "") as page:
        inner = page.frame_locator("iframe")
        shown = inner.locator("#detail h2")
        steps = page.evaluate("history.length")
        inner.locator(".crumb a").first.click()  # home, before anything was opened
        ways = [
            lambda: inner.locator("#detail .close").click(),
            lambda: page.keyboard.press("Escape"),
            inner.locator(".crumb a").first.click,
            lambda: inner.locator("#alliance").select_option(""),
        ]
        for way in ways:
            inner.locator("#alliance").select_option(label="区域党建联盟")
            assert shown.inner_text() == "区域党建联盟"
            way()
            assert shown.count() == 0
        assert page.evaluate("history.length") == steps


def test_search_says_when_nothing_is_found(browser, file):
    with opened(browser, file) as page:
        page.fill("#search", "<b>不存在</b>")
        assert page.locator("#no-hits").inner_text() == "没有找到“<b>不存在</b>”"
        page.keyboard.press("Enter")
        assert detail(page).is_hidden()


def test_a_folded_community_is_found_and_shown_as_itself(browser, file):
    with opened(browser, file) as page:
        page.fill("#search", "马草江")
        page.keyboard.press("Enter")
        assert title(page).inner_text() == "马草江社区"
        assert "社区 ×14" in detail(page).inner_text()
        assert page.locator(".wide .box.chosen").get_attribute("aria-label").startswith("社区 ×14")


def test_a_folded_box_lists_its_things(browser, file):
    with opened(browser, file) as page:
        box(page, "社区 ×14").click()
        assert detail(page).locator(".members a").count() == 14
        detail(page).locator(".members a", has_text="东湖社区").click()
        assert title(page).inner_text() == "东湖社区"
        assert "统计用区划代码（2019）" in detail(page).inner_text()


def test_clicking_an_alliance_shows_its_relations_and_dims_the_rest(browser, file):
    with opened(browser, file) as page:
        box(page, "区域党建联盟").click()
        text = detail(page).inner_text()
        assert "← 发起" in text and "成员类别 →" in text and "推断理由" in text
        assert page.locator("#live").inner_text() == "已选 区域党建联盟，6 条关系"
        assert page.locator(".wide .line.on").count() == 6
        assert page.locator(".wide .box.near").count() == 6
        dimmed = box(page, "图书阅览室").locator(".edge").last
        assert dimmed.evaluate("e => getComputedStyle(e).opacity") == "0.3"
        assert "发起" in page.locator(".wide .chips").text_content()


def test_an_alliance_without_stated_members_says_so(browser, file):
    with opened(browser, file) as page:
        box(page, "小个专党建联盟").click()
        assert "成员未载明" in detail(page).inner_text()


def test_names_in_the_panel_lead_on_and_back_leads_back(browser, file):
    with opened(browser, file) as page:
        box(page, "区域党建联盟").click()
        detail(page).locator("a", has_text="驻区单位").first.click()
        assert title(page).inner_text() == "驻区单位"
        page.go_back()
        assert title(page).inner_text() == "区域党建联盟"
        page.go_back()
        assert detail(page).is_hidden()


def test_a_link_with_a_hash_opens_the_thing(browser, file):
    with opened(browser, file, "#%E8%8D%B7%E5%9F%8E%E7%A4%BE%E5%8C%BA") as page:
        assert title(page).inner_text() == "荷城社区"


@pytest.mark.parametrize("hash", ["#nothing", "#%E0%A4%A", "#__proto__", "#constructor"])
def test_a_hash_that_means_nothing_is_harmless(browser, file, hash):
    with opened(browser, file, hash) as page:
        assert detail(page).is_hidden()
        assert page.locator(".box").first.is_visible()


def test_the_keyboard_is_enough(browser, file):
    with opened(browser, file) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.locator(".wide .box").first.focus()
        before = page.evaluate("document.activeElement.getAttribute('aria-label')")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        after = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert after != before
        page.keyboard.press("Enter")
        assert title(page).inner_text() == after.split("，")[0]
        assert page.evaluate("document.activeElement.tagName") == "H2"
        page.keyboard.press("Escape")
        assert detail(page).is_hidden()
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == after


def test_focus_can_be_seen(browser, file):
    with opened(browser, file) as page:
        page.locator("#search").focus()
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid"


def test_the_legend_hides_a_family_and_counts_again(browser, file):
    with opened(browser, file) as page:
        button = page.locator(".family", has_text="阵地与成效")
        button.click()
        assert button.get_attribute("aria-pressed") == "false"
        assert box(page, "图书阅览室").is_hidden()
        assert page.locator("#shown").inner_text() == "显示 53 / 84"
        page.fill("#search", "图书")
        page.keyboard.press("Enter")
        assert box(page, "图书阅览室").is_visible()
        assert page.locator("#shown").inner_text() == "显示 66 / 84"


def test_all_lines_can_be_shown(browser, file):
    with opened(browser, file) as page:
        lines = """() => [...document.querySelectorAll(".wide .line")]
          .filter((e) => getComputedStyle(e).display !== "none").length"""
        few = page.evaluate(lines)
        page.locator("#all-lines").click()
        assert few < page.evaluate(lines) == page.locator(".wide .line").count()


# How it looks


def test_no_text_is_smaller_than_12_pixels_at_an_office_screen(browser, file):
    with opened(browser, file) as page:
        box(page, "区域党建联盟").click()
        sizes = page.evaluate(TEXT_SIZES)
        assert len(sizes) > 180
        assert min(sizes)[0] >= 12, min(sizes)


TEXT_SIZES = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const sizes = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !parent.getClientRects().length) continue;
    const svg = parent.ownerSVGElement;
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    sizes.push([parseFloat(getComputedStyle(parent).fontSize) * scale, walker.currentNode.data]);
  }
  return sizes;
}"""


def test_the_head_is_low_and_the_alliances_are_on_the_first_screen(browser, file):
    with opened(browser, file) as page:
        assert page.locator(".head").bounding_box()["height"] <= 110
        for alliance in page.locator(".wide .box.strong").all():
            place = alliance.bounding_box()
            assert place["y"] + place["height"] <= DESK["height"]


def test_drawn_text_stays_inside_its_box(browser, file):
    for viewport, view in ((DESK, "wide"), (PHONE, "narrow")):
        with opened(browser, file, viewport=viewport) as page:
            over = page.evaluate(
                """view => [...document.querySelectorAll(`.${view} .box`)].filter((e) => {
                  const [text, edge] = [e.querySelector("text"), e.querySelector(".edge")];
                  return text.getBBox().width > edge.getBBox().width - 4;
                }).map((e) => e.getAttribute("aria-label"))""",
                view,
            )
            assert over == []


def test_a_phone_shows_the_map_first_without_sideways_scrolling(browser, file):
    with opened(browser, file, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(".head").bounding_box()["height"] < PHONE["height"] / 4
        assert page.locator(".narrow .box").first.bounding_box()["y"] < PHONE["height"] / 3
        small = page.evaluate(
            """() => [...document.querySelectorAll(".narrow .box, button, input")].filter((e) => {
              const { width, height } = e.getBoundingClientRect();
              return height > 0 && Math.min(width, height) < 44;
            }).map((e) => e.outerHTML)"""
        )
        assert small == []
        assert min(page.evaluate(TEXT_SIZES))[0] >= 12


def test_a_phone_opens_details_from_below(browser, file):
    with opened(browser, file, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        box(page, "小个专党建联盟", "narrow").tap()
        sheet = detail(page).bounding_box()
        assert sheet["y"] > PHONE["height"] * 0.4
        chosen = box(page, "小个专党建联盟", "narrow").bounding_box()
        assert chosen["y"] >= 0 and chosen["y"] + chosen["height"] <= sheet["y"]
        detail(page).locator(".close").tap()
        assert detail(page).is_hidden()


def test_a_phone_opens_the_legend_on_request(browser, file):
    with opened(browser, file, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        assert page.locator("#legend").is_hidden()
        page.locator("#legend-switch").tap()
        for button in page.locator("#legend button").all():
            assert button.bounding_box()["height"] >= 44


def test_paper_takes_the_map_the_legend_and_the_sources(browser, file):
    with opened(browser, file) as page:
        page.emulate_media(media="print")
        assert page.locator(".paper").is_visible() and page.locator(".sources").is_visible()
        assert page.locator("#legend").is_visible()
        for part in ("#search", ".chart.wide", ".chart.narrow", "#table", "#all-lines"):
            assert page.locator(part).is_hidden(), part
        pdf = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


# What it does without, and what it never does


def test_without_scripts_boxes_and_the_table_are_there(browser, file):
    with opened(browser, file, java_script_enabled=False) as page:
        assert box(page, "区域党建联盟").is_visible()
        assert page.locator(".noscript").is_visible()
        assert page.locator("#find").is_hidden()
        page.locator("#table-of-all summary").click()
        table = page.locator("table").inner_text()
        assert QUOTES[13] in table and QUOTES[29] in table


def test_english_words_fit_the_same_page(browser, tmp_path):
    file = maps.write(network(), tmp_path / "en.html", lang="en")
    with opened(browser, file) as page:
        head = page.locator(".head").bounding_box()["height"]
        assert head <= 110 and abs(page.locator(".panel").bounding_box()["y"] - head) < 1
        page.fill("#search", "凤凰")
        page.keyboard.press("Enter")
        assert "relations" in page.locator("#live").inner_text()


def test_hostile_text_runs_nothing_anywhere(browser, hostile_file):
    with opened(browser, hostile_file) as page:
        links = page.evaluate(
            """() => [...document.querySelectorAll(".wide .box")].flatMap((box) => {
              box.dispatchEvent(new MouseEvent("click"));
              return [...document.querySelectorAll("#detail a")].map((a) => a.getAttribute("href"));
            })"""
        )
        assert len(links) > 100 and all(link.startswith("#") for link in links)
        page.fill("#search", "<")
        page.keyboard.press("Enter")
        page.locator(".overview a, #detail a").first.dispatch_event("click")
        page.wait_for_timeout(200)
        assert page.evaluate("window.__pwned") is None
        assert page.evaluate("document.querySelectorAll('img, iframe, script').length") == 3


def test_hostile_hashes_select_their_thing(browser, hostile_file):
    with opened(browser, hostile_file) as page:
        page.locator(".wide .box").first.click()
        name = title(page).inner_text()
        page.reload()
        assert title(page).inner_text() == name


def test_over_http_the_page_asks_for_nothing_more(browser, file):
    """A browser that fetches `/favicon.ico` by itself would tell a server of the reader."""
    from http.server import BaseHTTPRequestHandler, HTTPServer

    paths = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(file.read_bytes())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/map")
    page.wait_for_timeout(300)
    page.close()
    server.shutdown()
    server.server_close()
    assert paths == ["/map"]


def test_a_network_that_swallows_packets_is_never_asked(playwright, file):
    """Everything the browser would send goes to a listener that accepts and stays silent."""
    from playwright.sync_api import Error

    caught = []
    with silent_listener(caught) as port:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=[
                *ARGUMENTS,
                f"--proxy-server=127.0.0.1:{port}",
                "--proxy-bypass-list=<-loopback>",
            ],
        )
        with opened(browser, file) as page:
            assert box(page, "区域党建联盟").is_visible()
            box(page, "区域党建联盟").click()
            assert QUOTES[13] in detail(page).inner_text()
            page.wait_for_timeout(500)
        # Chromium itself may ask its maker for updates; the page names no such host.
        maker = re.compile(rb"CONNECT [a-z.]*\.(google|googleapis|gstatic)\.com:443 ")
        assert [first for first in caught if not maker.match(first)] == []
        assert b"google" not in file.read_bytes()
        # The trap itself works: a page that does ask is caught.
        probe = browser.new_page()
        with pytest.raises(Error):
            probe.goto("http://kg.invalid/", timeout=1000)
        assert any(first.startswith(b"GET http://kg.invalid/ ") for first in caught)
        browser.close()


@contextmanager
def silent_listener(caught):
    listener = socket.create_server(("127.0.0.1", 0))
    held = []

    def accept():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(2)
            held.append(connection)
            try:
                caught.append(connection.recv(200))
            except OSError:
                caught.append(b"")

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()
    for connection in held:
        connection.close()


ENDS = ["", "2019", "2019-06", "2019-06-30", "2020-02", "2020-02-29"]


@pytest.mark.parametrize("date", ["2018", "2019", "2019-06", "2019-06-30", "2020-02", "2020-03-01"])
def test_the_page_and_a_map_as_of_the_date_agree_on_who_is_a_member(date, browser, tmp_path):
    net = nx.MultiDiGraph(title="图", families=[], tiers=[{"label": "一"}, {"label": "二"}])
    net.add_node("a:盟", label="盟", kind="联盟", family="alliance", tier=0)
    for since, until in product(ENDS, ENDS):
        name = f"从{since}到{until}"
        net.add_node(name, label=name, kind="单位", family="unit", tier=1)
        told = {"label": "有", "certainty": "Stated", "evidence": []}
        periods = [(since, until)] if since or until else []
        net.add_edge("a:盟", name, key="k", **told, periods=periods)
    file = maps.write(net, tmp_path / "a.html", focus="a:盟", date=date)
    with opened(browser, file, hash="") as page:
        shown = [t for t in detail(page).locator("a").all_inner_texts() if t.startswith("从")]
    assert sorted(shown) == sorted(as_of(net, date)["a:盟"])
