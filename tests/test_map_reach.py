"""Whoever opens the map can use it: by keyboard, by ear, on a phone, with large or forced colours.

Axe runs with all its rules: WCAG A to AAA, best practices and the experimental ones.
"""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from .chromium import ARGUMENTS, chromium_path
from .map_states import SIZES, STATES, find_field, hits, reached, words, write_pages

pytestmark = pytest.mark.full

PROBES = (Path(__file__).parent / "map_probes.js").read_text("utf-8")
BY_NAME = {state.name: state for state in STATES}
HOME, CHOSEN = BY_NAME["home"], BY_NAME["a thing chosen"]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return write_pages(tmp_path_factory.mktemp("pages"))


def probe(page, name):
    """What one of the probes finds in the page."""
    return page.evaluate(f"{PROBES}.{name}()")


def everywhere(*sizes):
    """Each state on each of those screens that it can be reached on."""
    return pytest.mark.parametrize(
        ("state", "size"),
        [
            pytest.param(state, size, id=f"{state.name}, {size}")
            for state in STATES
            for size in sizes
            if size in state.sizes
        ],
    )


in_both_languages = pytest.mark.parametrize("lang", ["zh", "en"])


# By any means: axe, contrast, language


# What axe cannot decide is looked at here: text on a drawing by `faint`, the head of a group of
# rows, which it takes for the head of a column, and what is hidden, which other states show.
UNDECIDED = {
    "color-contrast",
    "color-contrast-enhanced",
    "hidden-content",
    "label-content-name-mismatch",
    "th-has-data-cells",
}
# Enhanced contrast (AAA, 7:1) is more than is promised; 4.5:1 is held. The mismatch of label and
# name is an experimental rule that takes text cut into lines for other text: see `misnamed`.
NOT_PROMISED = {"color-contrast-enhanced", "label-content-name-mismatch"}


@in_both_languages
@everywhere("desk", "phone")
def test_axe_finds_nothing(browser, pages, state, size, lang):
    with reached(browser, pages, state, size, lang, bypass_csp=True) as page:
        found = axe(page)
    assert findings(found["violations"], NOT_PROMISED) == []
    assert findings(found["incomplete"], UNDECIDED) == []


def axe(page):
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("scrollTo(0, 0)")  # axe takes what is scrolled away for hidden
    every = page.evaluate(f"{Axe().axe_script}; axe.getRules().map((rule) => rule.ruleId)")
    rules = {rule: {"enabled": True} for rule in every}
    found = Axe().run(page, options={"rules": rules, "resultTypes": ["violations", "incomplete"]})
    return found.response


def findings(rules, but):
    return [
        (rule["id"], rule["impact"], node["html"][:200], node["failureSummary"])
        for rule in rules
        if rule["id"] not in but
        for node in rule["nodes"]
    ]


def test_axe_would_find_something(browser, pages):
    with reached(browser, pages, HOME, bypass_csp=True) as page:
        page.evaluate("document.querySelector('input').removeAttribute('placeholder')")
        page.evaluate("document.querySelector('label').remove()")
        assert "label" in {rule["id"] for rule in axe(page)["violations"]}


@everywhere("desk", "phone")
def test_text_stands_out_from_what_is_behind_it(browser, pages, state, size):
    with reached(browser, pages, state, size) as page:
        assert probe(page, "faint") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@everywhere("desk")
def test_forced_colours_leave_everything_readable(browser, pages, state, size, scheme):
    forced = {"forced_colors": "active", "color_scheme": scheme}
    with reached(browser, pages, state, size, **forced) as page:
        assert probe(page, "faint") == []


# Names of things may stand in their own language without being marked (WCAG 3.1.2), so a page
# whose words are English and whose names are Chinese is not looked at: the region's.
@pytest.mark.parametrize(("lang", "tag"), [("zh", "zh-Hans"), ("en", "en")])
@everywhere("desk")
def test_each_text_is_in_the_language_that_it_says(browser, pages, state, size, lang, tag):
    with reached(browser, pages, state, size, lang) as page:
        assert page.locator("html").get_attribute("lang") == tag
        assert state.file == "region" or probe(page, "foreign") == []


@in_both_languages
@everywhere("desk", "phone")
def test_a_box_is_called_what_is_written_on_it(browser, pages, state, size, lang):
    with reached(browser, pages, state, size, lang) as page:
        assert probe(page, "misnamed") == []


@everywhere("desk", "phone")
def test_nothing_moves_for_who_wants_it_calm(browser, pages, state, size):
    with reached(browser, pages, state, size, reduced_motion="reduce") as page:
        assert probe(page, "moving") == []


# By keyboard


STOP = """() => {
  const e = document.activeElement;
  const kind = e.tagName + "." + (e.getAttribute("class") || "").split(" ")[0];
  return e === document.body ? null : [kind, e.getAttribute("aria-label") || e.textContent];
}"""


def stops(page, key="Tab", limit=600):
    """What the key reaches, in turn, until it leaves the page."""
    for _ in range(limit):
        page.keyboard.press(key)
        at = page.evaluate(STOP)
        if at is None:
            return
        yield tuple(at)
    pytest.fail(f"{key} never leaves the page")


def visible_boxes(page):
    boxes = page.locator("#map [role=button]:visible")
    return boxes.evaluate_all("all => all.map((e) => e.getAttribute('aria-label'))")


@pytest.mark.parametrize("name", ["home", "a thing chosen", "a generated region"])
def test_tab_reaches_every_box_and_leads_out_again_both_ways(browser, pages, name):
    with reached(browser, pages, BY_NAME[name]) as page:
        list(stops(page))  # out of the page, so that the next round begins at its top
        there = [label for _, label in stops(page)]
        boxes = visible_boxes(page)
        assert len(boxes) > 2
        assert [label for label in there if label in set(boxes)] == boxes
        assert [label for _, label in stops(page, "Shift+Tab")] == there[::-1]


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_box_opens_by_key_and_escape_leads_back_to_it(browser, pages, key):
    with reached(browser, pages, HOME) as page:
        box = page.locator("#map [role=button]:visible").nth(3)
        label = box.get_attribute("aria-label")
        box.focus()
        page.keyboard.press(key)
        detail = page.get_by_role("region", name=words("zh")["detail"])
        assert detail.get_by_role("heading", level=2).inner_text() in label
        assert page.evaluate("document.activeElement.tagName") == "H2"
        page.keyboard.press("Escape")
        assert detail.is_hidden()
        assert page.evaluate(STOP)[1] == label


@pytest.mark.parametrize("way", ["Escape", "×", "back"])
def test_a_list_closes_every_way_and_leads_back_to_its_box(browser, pages, way):
    with reached(browser, pages, BY_NAME["a generated region"]) as page:
        box = page.locator("#stage .box.many:visible").last
        label, steps = box.get_attribute("aria-label"), page.evaluate("history.length")
        box.focus()
        page.keyboard.press("Enter")
        assert page.locator("#detail .members").is_visible()
        assert page.evaluate("history.length") == steps + 1
        if way == "Escape":
            page.keyboard.press("Escape")
        elif way == "×":
            page.locator("#detail .close").click()
        else:
            page.go_back()
        page.locator("#detail").wait_for(state="hidden")
        assert page.evaluate(STOP)[1] == label
        page.go_forward()
        page.locator("#detail .members a").first.click()
        page.go_back()
        assert page.locator("#detail .members").is_visible()


def test_a_question_that_is_closed_leads_back_to_its_link(browser, pages):
    with reached(browser, pages, HOME) as page:
        link = page.locator("#asks a").nth(1)
        link.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.tagName") == "H2"
        page.keyboard.press("Escape")
        assert link.evaluate("e => e === document.activeElement")


@pytest.mark.parametrize(
    "state",
    [HOME, CHOSEN, BY_NAME["a generated region"], BY_NAME["two dates of a region"]],
    ids=lambda state: state.name,
)
def test_the_focus_can_be_seen_wherever_it_is(browser, pages, state):
    """Between focused and not, a frame of pixels differs by 3:1 (WCAG 2.4.13)."""
    with reached(browser, pages, state) as page, reached(browser, pages, HOME) as bench:
        seen, faint = set(), []
        list(stops(page))
        for kind, label in stops(page):
            if kind in seen:
                continue
            seen.add(kind)
            changed, frame = focus_change(page, bench)
            if changed < frame:
                faint.append((kind, label, changed, frame))
        assert len(seen) >= 5, seen
        assert faint == []


def focus_change(page, bench):
    """How many pixels differ by 3:1 when the focus is there, and how many a thin frame has."""
    page.evaluate("document.activeElement.scrollIntoView({ block: 'center', inline: 'nearest' })")
    place = page.evaluate(
        """() => {
          window.held = document.activeElement;
          const { x, y, width, height } = held.getBoundingClientRect();
          return { x: x - 9, y: y - 9, width: width + 18, height: height + 18 };
        }"""
    )
    clip = clipped(place, page.viewport_size)
    focused = page.screenshot(clip=clip)
    page.evaluate("held.blur()")
    resting = page.screenshot(clip=clip)
    page.evaluate("held.focus()")
    changed = bench.evaluate(DIFFERENCE, [as_data(focused), as_data(resting)])
    return changed, 1.5 * (clip["width"] + clip["height"])


def clipped(place, view):
    x, y = max(place["x"], 0), max(place["y"], 0)
    return {
        "x": x,
        "y": y,
        "width": min(place["x"] + place["width"], view["width"]) - x,
        "height": min(place["y"] + place["height"], view["height"]) - y,
    }


def as_data(png):
    return "data:image/png;base64," + base64.b64encode(png).decode()


DIFFERENCE = """async (sources) => {
  const [a, b] = await Promise.all(sources.map(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.getContext("2d").getImageData(0, 0, image.width, image.height).data;
  }));
  const linear = (part) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const light = (d, i) => [0.2126, 0.7152, 0.0722]
    .reduce((sum, weight, n) => sum + weight * linear(d[i + n]), 0);
  let count = 0;
  for (let i = 0; i < a.length; i += 4) {
    const [one, two] = [light(a, i) + 0.05, light(b, i) + 0.05];
    if (Math.max(one, two) / Math.min(one, two) >= 3) { count += 1; }
  }
  return count;
}"""


@in_both_languages
def test_the_first_stop_skips_to_the_table(browser, pages, lang):
    with reached(browser, pages, HOME, lang=lang) as page:
        page.keyboard.press("Tab")
        assert page.evaluate(STOP)[1] == words(lang)["skip"]
        assert page.get_by_text(words(lang)["skip"]).bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        assert words(lang)["table"] in page.evaluate(STOP)[1]
        title = page.get_by_text(words(lang)["table"], exact=True).bounding_box()
        assert 0 <= title["y"] <= page.viewport_size["height"]


# By ear


@in_both_languages
def test_what_happens_is_said(browser, pages, lang):
    said = words(lang)["script"]
    with reached(browser, pages, HOME, lang=lang) as page:
        status = page.get_by_role("status")
        assert status.text_content().strip() == ""
        search = find_field(page, lang)
        search.fill("联盟")
        count = hits(page, words(lang)).count()
        assert status.text_content() == said["hits"].format(count=count)
        name = page.get_by_role("option").first.evaluate("e => e.firstChild.data")
        page.keyboard.press("Enter")
        assert name in status.text_content()
        page.keyboard.press("Escape")
        assert status.text_content() == said["cleared"]
        family = page.get_by_role("group", name=words(lang)["legend"]).get_by_role("button").first
        label = family.locator("span").inner_text()
        family.click()
        assert status.text_content() == said["hidden"].format(label=label)


# On a phone


@in_both_languages
@everywhere("phone", "narrowest")
def test_a_phone_never_scrolls_sideways(browser, pages, state, size, lang):
    with reached(browser, pages, state, size, lang) as page:
        assert probe(page, "wide") == []


@everywhere("phone", "narrowest")
def test_a_finger_can_hit_every_target(browser, pages, state, size):
    with reached(browser, pages, state, size) as page:
        assert probe(page, "small") == []


@pytest.mark.parametrize("name", ["home", "a generated region"])
@pytest.mark.parametrize("size", ["phone", "narrowest"])
def test_a_phone_shows_the_map_first_and_the_controls_folded(browser, pages, name, size):
    with reached(browser, pages, BY_NAME[name], size) as page:
        height = page.viewport_size["height"]
        boxes = page.locator("#map [role=button]:visible").all()
        assert min(box.bounding_box()["y"] for box in boxes[:20]) < height / 2
        assert page.get_by_role("group", name=words("zh")["legend"]).is_hidden()
        assert page.get_by_role("table").count() == 0


@in_both_languages
@everywhere("phone")
def test_text_twice_as_large_is_neither_cut_nor_wider_than_the_phone(
    browser, pages, state, size, lang
):
    with reached(browser, pages, state, size, lang) as page:
        probe(page, "enlarge")
        assert probe(page, "wide") == []
        assert probe(page, "cut") == []


@pytest.mark.parametrize("state", STATES[:3], ids=lambda state: state.name)
def test_a_desk_at_400_percent_is_a_narrow_page(browser, pages, state):
    """1366 pixels at 400 % leave 341, about what WCAG 1.4.10 asks for."""
    with reached(browser, pages, state, viewport={"width": 341, "height": 192}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 341


# Without what the page needs


@in_both_languages
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_without_decompression_the_plain_table_is_shown_with_the_reason(browser, pages, size, lang):
    context = browser.new_context(viewport=SIZES[size])
    context.add_init_script("delete window.DecompressionStream")
    page = context.new_page()
    page.goto(pages["sample", lang].as_uri())
    page.get_by_role("table").wait_for()
    assert page.get_by_text(words(lang)["too_old"]).is_visible()
    assert not find_field(page, lang).is_visible()
    assert page.get_by_role("row").count() > 80
    assert probe(page, "wide") == []
    context.close()


@in_both_languages
def test_the_page_says_which_browsers_it_runs_in(browser, pages, lang):
    with reached(browser, pages, HOME, lang=lang) as page:
        assert page.get_by_text("Chromium 80").is_visible()
