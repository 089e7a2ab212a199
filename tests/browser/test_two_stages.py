"""A test, the rest of the list, then phones for the people one has searched for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.connections import archive, connections
from tests.browser.screens import RUN_MS, drop, go
from tests.browser.town import Town

pytestmark = pytest.mark.browser


def test_emails_first_and_phones_for_whom_one_chooses(
    page: Page, town: Town, screenshot: Callable[[str], Path]
) -> None:
    town.connect(page)
    go(page, "/")
    drop(page, archive(connections(40)), "people.csv")
    page.get_by_text("Emails now, then I choose who gets a phone").click()
    page.get_by_role("button", name="Test on 10 people").click()
    rest = page.get_by_role("button", name="Look up the other 30 · at most 30 credits")
    expect(rest).to_be_visible(timeout=RUN_MS)
    expect(page.get_by_text("Of the other 30, probably")).to_be_visible()
    screenshot("tested")
    rest.click()
    page.get_by_role("button", name="Choose who gets a phone").click(timeout=RUN_MS)
    page.get_by_label("Search", exact=True).first.fill("Varga")
    expect(page.get_by_role("button", name="Phones for the people you choose")).to_be_disabled()
    page.get_by_text(re.compile(r"All (\d|10) shown")).click()
    some = page.get_by_role("button", name=re.compile(r"Phones for these (\d|10) · at most \d+0 credits"))
    expect(some).to_be_visible()
    some.scroll_into_view_if_needed()
    screenshot("choosing")
    some.click()
    page.get_by_role("button", name=re.compile("See results$")).click(timeout=RUN_MS)
    expect(page.get_by_text("for the emails before")).to_be_visible()
    expect(page.get_by_text("From the first step")).to_be_visible()
    screenshot("phones_found")
    go(page, "/history")
    expect(page.get_by_text("Emails, then phones")).to_have_count(1)
