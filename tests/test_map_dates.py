"""The time line of the page: what holds on a date, and what differs between two."""

from __future__ import annotations

from collections import Counter

import pytest

from kg import maps
from kg.maps import data, select

from .map_sample import network
from .test_browser import DESK, PHONE, opened

pytestmark = pytest.mark.full

PERIODS = [
    [("2019", "2021")],
    [("2019-05", "")],
    [("2020-02-29", "2020-03")],
    [("", "2018-12-31")],
    [("2018", "2018-06"), ("2021-01-15", "")],
    [],
]
DATES = [
    "2017",
    "2018-06",
    "2018-12",
    "2019",
    "2019-04",
    "2020-02-29",
    "2020-04-01",
    "2021",
    "2023",
]
ALLIANCE = "https://w3id.org/pba/id/450802/区域党建联盟"


@pytest.fixture(scope="module")
def net():
    """The sample with an alliance whose members came and went."""
    made = network()
    units = sorted(n for n, family in made.nodes("family") if family == "unit")[: len(PERIODS)]
    for unit, periods in zip(units, PERIODS, strict=True):
        said = {"label": "成员有", "certainty": "Stated", "evidence": [], "periods": periods}
        made.add_edge(ALLIANCE, unit, key="http://www.w3.org/ns/org#hasMember", **said)
    made.nodes[units[0]]["periods"] = [("2019", "2020-06")]
    return made


@pytest.fixture(scope="module")
def file(net, tmp_path_factory):
    return maps.write(net, tmp_path_factory.mktemp("map") / "map.html")


NAMES = "all => all.map((e) => e.getAttribute('aria-label').split('，')[0])"


def state(net, **values):
    values = {"at": data.addresses(net)[ALLIANCE], "view": "tiers"} | values
    return "#" + "&".join(f"{key}={value}" for key, value in values.items())


def told(page):
    """The ends of all relations in the panel."""
    found = page.locator("#detail .item", has=page.locator(".names a"))
    names = [item.locator(".names a").all_inner_texts() for item in found.all()]
    return Counter(name for some in names for name in some)


def members(net, date):
    """What Python says that holds on that date, in and out."""
    held = select.as_of(net, date) if date else net
    ends = [t for _, t in held.out_edges(ALLIANCE)] + [s for s, _ in held.in_edges(ALLIANCE)]
    return Counter(net.nodes[end]["label"] for end in ends)


def test_the_page_and_python_agree_on_what_holds(browser, file, net):
    with opened(browser, file) as page:
        for date in ["", *DATES]:
            page.goto(page.url.split("#")[0] + state(net, date=date))
            page.wait_for_selector("html[data-ready]", state="attached")
            assert told(page) == members(net, date), date


def test_the_tiers_show_what_holds(browser, file, net):
    with opened(browser, file, state(net, at="")) as page:
        boxes = page.locator(".wide .box:visible")
        for date in ["", *DATES]:
            page.goto(page.url.split("#")[0] + state(net, at="", date=date))
            page.wait_for_selector("html[data-ready]", state="attached")
            box = page.locator('.wide .box[aria-label^="区域党建联盟，"]')
            box.hover()
            near = page.locator(".wide .box.near").evaluate_all(NAMES)
            assert set(near) - {"区域党建联盟"} == set(members(net, date)), date
            assert page.locator(".wide .chip").count() == len(near) - 1
            assert page.locator(".wide .line.on").count() == members(net, date).total()
            assert boxes.count() == page.locator(".wide .box:not(.gone)").count()
            page.mouse.move(0, 0)


@pytest.fixture(scope="module")
def folded(tmp_path_factory):
    """Five communities of which the page makes one box; two are of another time, and one ended."""
    made = network()
    name = "https://w3id.org/pba/id/450802/贵城街道"
    for n, periods in enumerate([[], [("2020", "")], [("2020", "")], [("", "2018")], []]):
        made.add_node(f"x:屯{n}", label=f"屯{n}", kind="自然屯", family="area", tier=2)
        made.nodes[f"x:屯{n}"]["periods"] = periods
        made.add_edge(f"x:屯{n}", name, key="https://w3id.org/pba/ns#within", label="位于")
    return maps.write(made, tmp_path_factory.mktemp("map") / "folded.html")


def test_a_folded_box_counts_what_holds(browser, folded):
    with opened(browser, folded) as page:
        box = page.locator('.wide .box[aria-label^="自然屯 ×"]')
        for date, count in [("", 5), ("2019", 2), ("2018", 3), ("2021", 4)]:
            page.goto(page.url.split("#")[0] + f"#view=tiers&date={date}")
            page.wait_for_selector("html[data-ready]", state="attached")
            assert box.get_attribute("aria-label").startswith(f"自然屯 ×{count}，")
            assert f"×{count}" in box.locator("text").text_content()
            box.click()
            assert page.locator("#detail h2").inner_text() == f"自然屯 ×{count}"
            assert page.locator("#detail .members a").count() == count


@pytest.mark.parametrize(("start", "day"), [("", "2019-10-31"), ("2019", "2019")])
def test_answers_and_their_picture_are_of_one_day(browser, tmp_path, start, day):
    made = network()
    alliance = next(n for n, d in made.nodes(data=True) if d["family"] == "alliance" and d["named"])
    units = [n for n, d in made.nodes(data=True) if d["family"] == "unit" and d["named"]]
    for unit, since in zip(units[:3], ["2016", "2019", "2020"], strict=True):
        said = {"label": "成员有", "certainty": "Stated", "evidence": [], "periods": [(since, "")]}
        made.add_edge(alliance, unit, key="http://www.w3.org/ns/org#hasMember", **said)
    made.nodes[alliance]["periods"] = [("2018", "")]
    name = made.nodes[alliance]["label"]
    file = maps.write(made, tmp_path / "map.html", date=start or None)
    with opened(browser, file, "#ask=most-members&date=2017&with=2016") as page:
        assert page.locator("#detail .members a").all_inner_texts() == [name]
        assert page.locator("#stage .box:visible").count() == 1
        assert page.locator("#caption").inner_text().endswith(f" · 日期：{day}")
        assert page.locator("#dates-said").inner_text() == day
        assert page.locator("#changes").is_hidden()
        assert all(page.locator(name).is_disabled() for name in ["#date", "#compare"])
        assert "不随时间线变化" in page.locator("#dated").inner_text()
        page.locator("#detail .members a").click()
        assert page.locator("#date").is_enabled() and "date=" not in page.url
        assert page.locator("#dates-said").inner_text() == "不限日期"
        assert "不随时间线变化" not in page.locator("#dated").inner_text()


def test_two_dates_side_by_side_mark_and_count_what_changed(browser, file, net):
    before, after = members(net, "2018"), members(net, "2021")
    with opened(browser, file, state(net, date="2021", **{"with": "2018"})) as page:
        began = page.locator("#detail .item:has(.is-added) .names a").count()
        ended = page.locator("#detail .item:has(.is-ended) .names a").count()
        assert (began, ended) == ((after - before).total(), (before - after).total())
        page.keyboard.press("Escape")
        assert page.locator("#changes").is_visible()
        heads = page.locator("#changes h3").all_inner_texts()
        assert [head.split()[-1] for head in heads] == [str(began), str(ended)]
        assert page.locator("#dates-said").inner_text() == "2018 对照 2021"


@pytest.fixture(scope="module")
def dated(net, tmp_path_factory):
    """An alliance that ended with the memberships that it had, and one that began."""
    made = net.copy()
    made.nodes[ALLIANCE]["periods"] = [("2015", "2020-12-31")]
    began = next(n for n, d in made.nodes(data=True) if d["label"] == "小个专党建联盟")
    made.nodes[began]["periods"] = [("2019", "")]
    return maps.write(made, tmp_path_factory.mktemp("map") / "dated.html")


def test_the_tiers_mark_what_began_and_ended(browser, dated, net):
    with opened(browser, dated, state(net, at="", date="2021", **{"with": "2018-12"})) as page:
        boxes = page.locator(".wide .box.is-ended, .wide .box.is-added")
        assert boxes.evaluate_all(NAMES) == ["－ 区域党建联盟", "＋ 小个专党建联盟"]
        assert boxes.locator(".sign").all_text_contents() == ["－", "＋"]
        inside = """g => { const [sign, edge] = [".sign", ".edge"].map(
            (name) => g.querySelector(name).getBoundingClientRect());
            return sign.left >= edge.left && sign.right <= edge.right && sign.top >= edge.top; }"""
        assert all(boxes.nth(n).evaluate(inside) for n in range(2))
        boxes.first.hover()
        lines = page.locator(".wide .line.on").count()
        assert lines and page.locator(".wide .line.on.is-ended").count() == lines
        assert all(c.startswith("－ ") for c in page.locator(".wide .chip").all_text_contents())
        page.click("#compare")
        assert page.locator(".box.is-ended, .box.is-added, .line.is-ended, .sign").count() == 0
        assert not any("＋" in name for name in page.locator(".wide .box").evaluate_all(NAMES))


def test_the_overview_marks_and_counts_alliances_that_began_and_ended(browser, dated, net):
    address = state(net, at="", view="overview", date="2021", **{"with": "2018-12"})
    with opened(browser, dated, address) as page:
        boxes = page.locator("#stage .box.is-ended, #stage .box.is-added")
        assert sorted(name.split("、")[0] for name in boxes.evaluate_all(NAMES)) == [
            "＋ 小个专党建联盟",
            "－ 区域党建联盟",
        ]
        subs = page.locator("#stage .tile-sub").all_text_contents()
        assert sum(int(sub.split(" ")[0]) for sub in subs if "个联盟" in sub) == 3  # of 4
        assert {sign for sub in subs if "个联盟" in sub for sign in sub.split()[2:]} == {
            "＋1",
            "－1",
        }
        boxes.filter(has_text="区域党建联盟").click()
        assert (
            page.locator("#stage .box.is-ended").first.text_content().startswith("－ 区域党建联盟")
        )


def test_a_comparison_counts_what_holds_at_the_later_date(browser, file, net):
    with opened(browser, file, state(net, steps=1, date="2021", **{"with": "2018"})) as page:
        held = page.locator("#stage .tile", has_text="成员有（").first.text_content()
        page.click("#compare")
        assert page.locator("#stage .tile", has_text="成员有（").first.text_content() == held


def test_a_comparison_with_no_date_says_which_date_it_is_with(browser, file):
    with opened(browser, file, "#with=2018") as page:
        slider = page.get_by_label("看哪一天")
        assert page.locator("#dates-said").inner_text() == "2018 对照 2019-10-31"
        assert page.locator("#date-said").inner_text() == "2019-10-31"
        assert slider.get_attribute("aria-valuetext") == "2019-10-31"


@pytest.mark.parametrize(("key", "shown"), [("at", "#nosuch"), ("ask", "zz")])
def test_a_link_to_what_is_not_there_says_so(browser, file, key, shown):
    with opened(browser, file, f"#{key}={shown.replace('#', '%23')}") as page:
        text = f"图中没有链接所指的“{shown}”"
        assert page.locator("#live").text_content() == text
        assert page.locator("#caption").text_content() == text
        assert page.locator("#crumb").get_by_text(text).is_visible()
        page.click(".crumb a")
        assert page.locator("#caption").text_content() == ""


def test_a_question_is_said_when_it_opens(browser, file):
    with opened(browser, file, "") as page:
        question = page.locator("#asks a").first
        phrase = question.evaluate("e => e.firstChild.data")
        question.click()
        assert page.locator("#live").text_content().startswith(f"{phrase} · ")


def test_the_comparison_opens_where_the_file_says(browser, net, tmp_path):
    file = maps.write(net, tmp_path / "map.html", focus=ALLIANCE, date="2021", compare="2018")
    with opened(browser, file, "") as page:
        assert page.locator("#compare").get_attribute("aria-pressed") == "true"
        assert page.locator("#detail h2").inner_text() == "区域党建联盟"
        page.click("#compare")
        assert page.locator("#detail .badge.is-added").count() == 0
        page.go_back()
        assert page.locator("#detail .badge.is-added").count() > 0


def test_the_slider_goes_by_keys_and_says_where_it_is(browser, file, net):
    with opened(browser, file, state(net)) as page:
        slider = page.get_by_label("看哪一天")
        assert slider.get_attribute("aria-valuetext") == "不限日期"
        slider.press("ArrowLeft")
        last = slider.get_attribute("aria-valuetext")
        assert last == "2021-12" and f"date={last}" in page.evaluate("location.hash")
        assert told(page) == members(net, last)
        slider.press("Home")
        first = slider.get_attribute("aria-valuetext")
        assert first == "2018-01" and told(page) == members(net, first)
        assert first in page.locator("#live").inner_text()


def test_a_run_of_keys_on_the_slider_is_one_step_back(browser, file, net):
    with opened(browser, file, state(net)) as page:
        slider = page.get_by_label("看哪一天")
        before = page.evaluate("history.length")
        for run in range(1, 3):
            for _ in range(3):
                slider.press("ArrowLeft")
            slider.evaluate("e => e.blur()")
            assert page.evaluate("history.length") == before + run
        page.go_back()
        slider.press("Home")
        assert slider.get_attribute("aria-valuetext") == "2018-01"
        assert page.evaluate("history.length") == before + 2
        page.go_back()
        page.go_back()
        assert slider.get_attribute("aria-valuetext") == "不限日期"


def test_the_list_of_changes_can_be_had_whole(browser, net, tmp_path):
    made = net.copy()
    for n in range(50):
        made.add_node(f"x:{n}", label=f"盟{n}", kind="联盟", family="alliance", tier=3)
        said = {"label": "成员有", "periods": [("2019", "")]}
        made.add_edge(f"x:{n}", next(iter(net)), key="http://www.w3.org/ns/org#hasMember", **said)
    file = maps.write(made, tmp_path / "map.html")
    with opened(browser, file, "#date=2020&with=2017") as page:
        rows, rest = page.locator("#changes .changed"), page.locator("#changes .rest")
        cut = rows.count()
        more = int("".join(filter(str.isdigit, rest.inner_text())))
        rest.click()
        assert rows.count() == cut + more and rest.count() == 0
        heads = page.locator("#changes > *").evaluate_all("all => all.map((e) => e.tagName)")
        assert heads[:3] == ["H2", "H3", "P"] and "H3" not in heads[2 : 2 + 50]


def test_a_page_of_one_date_says_which_and_offers_no_other(browser, net, tmp_path):
    file = maps.write(select.as_of(net, "2019"), tmp_path / "map.html", date="2019")
    with opened(browser, file, state(net, date="2021", **{"with": "2018"})) as page:
        assert page.locator("#dates").is_hidden()
        assert "状态日期 2019-12-31" in page.locator(".meta").inner_text()
        assert told(page) == members(net, "2019")
        assert page.locator("#detail .badge.is-added, #detail .badge.is-ended").count() == 0


def test_what_has_relations_at_another_time_is_not_said_to_have_none(browser, net, tmp_path):
    made = net.copy()
    made.add_node("x:盟", label="短盟", kind="联盟", family="alliance", tier=3)
    said = {"label": "成员有", "periods": [("2019", "2020")]}
    made.add_edge("x:盟", next(iter(net)), key="http://www.w3.org/ns/org#hasMember", **said)
    whole = maps.write(made, tmp_path / "whole.html")
    cut = maps.write(select.as_of(made, "2021"), tmp_path / "cut.html", date="2021")
    for file, date in (whole, "2021"), (cut, ""):
        with opened(browser, file, f"#at=x:盟&steps=1&date={date}") as page:
            texts = page.locator("#stage, #detail").all_inner_texts()
            assert "所选的日期和类别中没有它的关系" in texts[0]
            assert not any("没有载明它与其他" in text for text in texts)


@pytest.mark.parametrize("wrong", ["banana", "2021-99", "2021-02-32", "<b>", "19"])
def test_an_address_with_what_is_no_date_shows_every_time(browser, file, net, wrong):
    with opened(browser, file, state(net, date=wrong, **{"with": wrong})) as page:
        assert told(page) == members(net, "")
        assert page.locator("#dates-said").inner_text() == "不限日期"


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_time_line_fits_the_screen(browser, file, viewport):
    with opened(browser, file, "#with=2019", viewport=viewport) as page:
        if viewport is PHONE:
            assert page.locator("#date").is_hidden()
            page.click("#dates summary")
        assert page.locator("#date").is_visible() and page.locator("#with").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_without_dates_there_is_no_time_line(browser, tmp_path):
    file = maps.write(network(), tmp_path / "map.html")
    with opened(browser, file) as page:
        assert page.locator("#dates").is_hidden()
