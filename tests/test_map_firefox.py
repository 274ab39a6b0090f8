"""The map in a stock Firefox, without a network."""

from __future__ import annotations

import os
import shutil

import pytest

from kg import maps

from .map_sample import QUOTES, network
from .marionette import firefox

pytestmark = pytest.mark.full

COMPLAINTS = """
  return Services.console.getMessageArray()
    .filter((m) => m instanceof Ci.nsIScriptError && String(m.sourceName).startsWith("file:"))
    .map((m) => m.errorMessage);
"""


def firefox_path():
    """The Firefox to drive; without one this test fails, as without a Chromium."""
    found = os.environ.get("KG_FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    if not found:
        pytest.fail("no Firefox: `apt-get install firefox-esr`, or set KG_FIREFOX", pytrace=False)
    return found


def test_firefox_opens_searches_chooses_and_complains_of_nothing(tmp_path):
    file = maps.write(network(), tmp_path / "map.html")
    with firefox(firefox_path(), tmp_path / "profile") as browser:
        browser.ask("WebDriver:SetTimeouts", implicit=10_000)
        browser.ask("WebDriver:Navigate", url=file.as_uri())
        browser.ask("WebDriver:FindElement", using="css selector", value="[data-ready]")
        assert browser.run("return document.querySelectorAll('#map svg [role=button]').length") > 5
        browser.type("#search", "凤凰\ue015\ue007")  # arrow down, Enter
        detail = browser.run("return document.getElementById('detail').innerText")
        assert "凤凰社区城市商圈" in detail
        assert QUOTES[23] in detail.replace("\n", "")
        browser.ask("WebDriver:Back")
        assert browser.run("return document.getElementById('detail').hidden") is True
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth") is True
        browser.ask("Marionette:SetContext", value="chrome")
        assert browser.run(COMPLAINTS) == []
