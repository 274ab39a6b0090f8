"""The states of the map's page that everybody must be able to use, reached as readers do.

A new state is a line in `STATES`; the words are those that the page shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import assets, maps, network
from kg.build import build
from kg.generate import generate
from kg.maps.page import LANGUAGES
from kg.store import Store

from . import map_sample

Words = dict[str, Any]
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}
SIZES = {"desk": DESK, "phone": PHONE, "narrowest": NARROWEST}


def words(lang: str) -> Words:
    """What the page says in one language."""
    return json.loads((assets.folder("templates") / f"map.{lang}.json").read_text("utf-8"))


def home(page, said: Words) -> None:
    """The page as it opens."""


def search(page, said: Words, text: str = "区") -> None:
    page.get_by_role("combobox", name=said["search"]).fill(text)
    hits(page, said).first.wait_for()


def hits(page, said: Words) -> Any:
    """The names found; those in the list of alliances have the same role."""
    return page.get_by_role("listbox", name=said["hits"]).get_by_role("option")


def choose(page, said: Words) -> None:
    search(page, said, "联盟")
    page.keyboard.press("Enter")
    page.get_by_role("region", name=said["detail"]).wait_for()


def unfold_legend(page, said: Words) -> None:
    page.get_by_role("button", name=said["legend"], exact=True).click()
    page.get_by_role("group", name=said["legend"]).wait_for()


def open_table(page, said: Words) -> None:
    page.get_by_text(said["table"], exact=True).click()
    page.get_by_role("table").first.wait_for()


def look_further(page, said: Words) -> None:
    choose(page, said)
    page.get_by_role("button", name=said["script"]["steps"].format(step=2), exact=True).click()


def find_path(page, said: Words) -> None:
    choose(page, said)
    page.get_by_role("button", name=said["script"]["find_path"], exact=True).click()
    search(page, said)
    page.keyboard.press("Enter")
    hits(page, said).first.wait_for(state="hidden")


def ask(page, said: Words) -> None:
    page.get_by_role("link", name=said["asks"]["alliances-without-members"]["phrase"]).click()
    page.get_by_role("region", name=said["detail"]).wait_for()


def compare_dates(page, said: Words) -> None:
    if not page.get_by_role("slider").count():  # folded on a phone
        page.locator("summary").get_by_text(said["dates"]).click()
    page.get_by_role("button", name=said["compare"], exact=True).click()
    page.get_by_role("slider").nth(1).wait_for()


def open_menu(page, said: Words) -> None:
    page.locator("summary").get_by_text(said["save"]).click()
    page.get_by_role("button", name=said["save_png"]).wait_for()


@dataclass(frozen=True)
class State:
    """What a reader did to come here, in which page, and on which screens it can be done."""

    name: str
    reach: Callable[[Any, Words], None]
    file: str = "sample"
    sizes: tuple[str, ...] = ("desk", "phone", "narrowest")


STATES = [
    State("home", home),
    State("search open", search),
    State("a thing chosen", choose),
    State("legend unfolded", unfold_legend, sizes=("phone", "narrowest")),
    State("table open", open_table),
    State("two steps around a thing", look_further),
    State("a path", find_path),
    State("the menu of pictures open", open_menu),
    State("an answer", ask),
    State("a generated region", home, "region"),
    State("two dates of a region", compare_dates, "region"),
    State("a generated region, a thing chosen", choose, "region"),
]


def write_pages(folder: Path) -> dict[tuple[str, str], Path]:
    """The sample and a generated district, in both languages, as files."""
    generate(folder / "quads", 1, 1)
    store = Store(folder / "store")
    build(store, folder / "quads")
    pages = {}
    with store.view() as view:
        for lang in LANGUAGES:
            nets = {"sample": map_sample.network(), "region": network.read(view, lang=lang)}
            for name, net in nets.items():
                pages[name, lang] = maps.write(net, folder / f"{name}.{lang}.html", lang=lang)
    return pages


def find_field(page, lang="zh"):
    """Where names are looked for; the list of alliances has the same role."""
    return page.get_by_role("combobox", name=words(lang)["search"], exact=True)


@contextmanager
def reached(
    browser, pages: dict[tuple[str, str], Path], state: State, size="desk", lang="zh", **options
) -> Iterator[Any]:
    """The page in that state, and what it said to the console checked on leaving."""
    touch = {} if size == "desk" else {"has_touch": True, "is_mobile": True}
    defaults = {"viewport": SIZES[size], "reduced_motion": "reduce", **touch}
    context = browser.new_context(**{**defaults, **options})
    page = context.new_page()
    page.set_default_timeout(20_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(pages[state.file, lang].as_uri())
    find_field(page, lang).wait_for()
    state.reach(page, words(lang))
    yield page
    context.close()
    assert said == []
