"""Results in a real browser: a list of 21,000 people, filters, choices, files, and text that means harm."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.invented_run import RUN_ID, add_run
from cleanlist_core.store.database import open_sqlite
from cleanlist_core.store.organizations import remember_organization
from tests.browser.conftest import View
from tests.browser.screens import go, settled
from tests.browser.town import Town

pytestmark = pytest.mark.browser

PEOPLE = 21_000
"""Enough for a file to be prepared on the disk."""
WIDE = (View("light", 1440), View("dark", 1024), View("dark", 390))
Shoot = Callable[[str], Path]


def chip(page: Page, name: str) -> None:
    page.get_by_test_id("stButtonGroup").get_by_role("button", name=re.compile(f"^{name} ")).click()


@pytest.fixture(scope="session")
def big_list(town: Town) -> str:
    """A key whose organization has one finished list of PEOPLE rows. Returns the key."""
    issued = town.sandbox.new_organization(credits=1000)
    database = open_sqlite(town.app.folder / "data" / "cleanlist.sqlite3")
    remember_organization(database, issued.organization_id, "user")
    add_run(database, issued.organization_id, PEOPLE, 10)
    database.close()
    return issued.key


def open_big_list(page: Page, key: str, address: str = "") -> Page:
    page.goto("/connect")
    page.get_by_label("API key", exact=True).fill(key)
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Connected.")).to_be_visible()
    go(page, f"/results?run={RUN_ID}{address}")
    expect(page.get_by_text("Click a person to see everything known")).to_be_visible()
    return page


@pytest.mark.parametrize("view", WIDE, ids=str, indirect=True)
def test_a_list_of_21_000_people_is_shown_filtered_and_searched(
    page: Page, big_list: str, view: View, screenshot: Shoot
) -> None:
    open_big_list(page, big_list)
    expect(page.get_by_text("21,000 rows. Click a person", exact=False)).to_be_visible()
    screenshot("full")
    page.get_by_text("Click a person to see everything known").scroll_into_view_if_needed()
    screenshot("people")
    assert page.evaluate("document.documentElement.scrollWidth") <= view.width
    page.get_by_label("Search", exact=True).fill("kamir")
    expect(page.get_by_text(re.compile(r"^[\d,]{1,5} rows\. Click"))).to_be_visible()
    chip(page, "Nothing found")
    expect(page).to_have_url(re.compile(r"show=nothing"))
    settled(page)
    screenshot("filtered")
    page.reload()
    expect(page.get_by_label("Search", exact=True)).to_have_value("kamir")
    page.get_by_label("Search", exact=True).fill("nobody of this name")
    expect(page.get_by_text("Nobody matches.")).to_be_visible()
    screenshot("nobody")


def test_the_file_of_a_long_list_is_prepared_then_saved_by_this_browser_alone(
    page: Page, chromium: Browser, big_list: str, screenshot: Shoot
) -> None:
    open_big_list(page, big_list)
    page.get_by_role("button", name="Download CSV").click()
    save = page.get_by_role("link", name=re.compile(r"Save the file \([\d.]+ MB\)"))
    expect(save).to_be_visible(timeout=60_000)
    screenshot("prepared")

    with page.expect_download() as waiting:
        # It is fetched from here, because a new tab is only there for the moment of a download.
        save.evaluate("link => { link.removeAttribute('target'); link.click(); }")
    file = Path(waiting.value.path())
    assert waiting.value.suggested_filename.startswith("Benchmark-everything-")
    assert len(file.read_bytes().splitlines()) == PEOPLE + 1

    stranger = chromium.new_context()
    address = page.url.split("/results")[0] + "/" + (save.get_attribute("href") or "").lstrip("/")
    assert stranger.request.get(address).status == 404
    stranger.close()
