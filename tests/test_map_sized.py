"""The map by a measure: frames, ranks, the panel and the legend."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from kg import maps
from kg import network as networks
from kg.analytics import measure
from kg.maps import data
from kg.maps.sized import sized, step

from .map_sample import network, unpacked
from .test_browser import opened


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def net():
    """The sample, its things ranked in order of their addresses."""
    made = network()
    ranked = {thing: (n, f"{1 / n:.3f}") for n, thing in enumerate(sorted(made), 1)}
    sized(made, ranked, "PageRank · 联动 · 第3代")
    return made


def test_a_step_is_by_the_rank_and_where_all_are_equal_none_stands_out():
    made = network()
    sized(made, dict.fromkeys(made, (1, "0")), "x")
    assert {made.nodes[thing]["measured"]["step"] for thing in made} == {1}
    assert [step(place, 50) for place in (1, 2, 5, 15, 50)] == [4, 3, 3, 2, 1]


def test_a_thing_that_was_not_measured_or_is_not_drawn_stays_as_it_is():
    made = network()
    first, *others = sorted(made)
    sized(made, {first: (1, "7"), "urn:x:elsewhere": (2, "3")}, "x", lang="en")
    assert made.nodes[first]["measured"]["text"] == "x: 7, rank 1 of 2"
    assert not any("measured" in made.nodes[thing] for thing in others)
    assert "urn:x:elsewhere" not in made


def test_the_page_knows_the_rank_of_each_thing_and_the_legend_says_of_what(net):
    text = maps.page(net)
    known = unpacked(text)
    number = {at: n for n, at in enumerate(known["things"]["hash"])}
    address = data.addresses(net)
    for thing in net:
        measured = net.nodes[thing]["measured"]
        more = known["things"]["more"][str(number[address[thing]])]
        assert more["measured"] == [measured[name] for name in ("short", "text", "rank", "step")]
    assert "框线越粗，位次越前：PageRank · 联动 · 第3代" in text
    steps = {int(n) for n in re.findall(r'<g class="box [^"]*\bs(\d)"', text)}
    assert {1, 4} <= steps


def test_without_a_measure_nothing_of_it_is_on_the_page():
    text = maps.page(network())
    assert "框线越粗" not in text
    assert not re.search(r'<g class="box [^"]*\bs\d"', text)
    assert not any("measured" in more for more in unpacked(text)["things"]["more"].values())


def test_a_title_is_a_text_whatever_it_is():
    made = network()
    sized(made, dict.fromkeys(made, (1, "<b>")), "</script><b onclick=x>")
    text = maps.page(made)
    assert "<b onclick" not in text


@pytest.mark.parametrize(("lang", "told"), [("zh", "第1位"), ("en", "rank 1")])
def test_the_command_takes_the_measure_of_the_generation_that_it_draws(
    kg, generated, tmp_path, lang, told
):
    run = kg("map", "-o", "a.html", "--size-by", "pagerank", "--lang", lang, store=generated)
    assert run.code == 0, run.err
    with generated.view() as view:
        result = measure(networks.linkage(view), "pagerank")
        drawn = networks.read(view)
    known = unpacked((tmp_path / "a.html").read_text(encoding="utf-8"))
    things = known["things"]
    number = {at: n for n, at in enumerate(things["hash"])}
    address, iris = data.addresses(drawn), result.linkage.things.iris
    ranked = {
        number[address[iris[thing]]]: row[0]
        for thing, row in zip(result.scores.things.tolist(), result.rows, strict=True)
        if iris[thing] in address
    }
    found = {
        int(n): more["measured"][2] for n, more in things["more"].items() if "measured" in more
    }
    assert found == ranked
    assert len(ranked) > 300
    first = next(more["measured"] for more in things["more"].values() if more.get("measured"))
    best = min(
        (more["measured"] for more in things["more"].values() if "measured" in more),
        key=lambda measured: measured[2],
    )
    assert best[0] == told
    assert f"{result.scores.values[0]:.6f}" in best[1]
    assert len(first) == 4


def test_a_measure_as_of_a_date_is_of_that_date(kg, generated, tmp_path):
    kg("map", "-o", "a.html", "--size-by", "degree", "--as-of", "2018", store=generated)
    with generated.view() as view:
        result = measure(networks.linkage(view).as_of("2018"), "degree")
    known = unpacked((tmp_path / "a.html").read_text(encoding="utf-8"))
    held = [m["measured"] for m in known["things"]["more"].values() if "measured" in m]
    assert {text.rpartition("共")[2] for _, text, _, _ in held} == {f"{len(result.rows)}个）"}


@pytest.mark.parametrize(
    ("name", "told"), [("tiers", "gives a table"), ("nonsense", "no measure 'nonsense'")]
)
def test_what_is_no_measure_of_things_is_wrong_use(kg, generated, tmp_path, name, told):
    run = kg("map", "-o", "a.html", "--size-by", name, store=generated)
    assert run.code == 2
    assert told in run.err
    assert not (tmp_path / "a.html").exists()


@pytest.mark.full
def test_a_browser_draws_it_and_the_panel_tells_it(net, tmp_path, browser):
    file = maps.write(net, tmp_path / "a.html")
    hashes = data.addresses(net)
    first = next(thing for thing in net if net.nodes[thing]["measured"]["rank"] == 1)
    with opened(browser, file, f"#at={quote(hashes[first], safe='')}") as page:
        assert (
            page.locator("#detail .measured").inner_text() == (net.nodes[first]["measured"]["text"])
        )
        centre = page.locator("#stage .box.s4").first
        width = "element => parseFloat(getComputedStyle(element).strokeWidth)"
        assert centre.locator("path.edge").last.evaluate(width) == 6.5
        assert "第1位" in centre.text_content()
        assert page.locator(".legend .key.measure").is_visible()
    with opened(browser, file) as page:
        widths = {
            step: page.locator(f"svg.wide .box.s{step} path.edge").first.evaluate(width)
            for step in (1, 4)
        }
        assert widths[4] > widths[1]
