"""A test, the rest of the list, then phones for the people one has searched for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.connections import archive, connections

pytestmark = pytest.mark.browser

RUN_MS = 60_000


def test_emails_first_and_phones_for_whom_one_chooses(
    page: Page, visit: Callable[[str], Page], screenshot: Callable[[str], Path]
) -> None:
    visit("/")
    page.get_by_role("button", name="Practise with sample data").click()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": archive(connections(40))}
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    page.get_by_text("Emails now, then I choose who gets a phone").click()
    page.get_by_role("button", name="Test on 10 people").click()
    rest = page.get_by_role("button", name="Find the other 30 · at most 30 credits")
    expect(rest).to_be_visible(timeout=RUN_MS)
    expect(page.get_by_text("Of the other 30, probably")).to_be_visible()
    screenshot("tested")
    rest.click()
    page.get_by_role("button", name="Choose who gets a phone").click(timeout=RUN_MS)
    page.get_by_label("Search", exact=True).first.fill("Varga")
    some = page.get_by_role("button", name=re.compile(r"Phones for these (\d|10) · at most \d+0 credits"))
    expect(some).to_be_visible()
    some.scroll_into_view_if_needed()
    screenshot("choosing")
    some.click()
    page.get_by_role("button", name=re.compile("See results$")).click(timeout=RUN_MS)
    expect(page.get_by_text("for the emails before")).to_be_visible()
    expect(page.get_by_text("From the first step")).to_be_visible()
    screenshot("phones_found")
    visit("/history")
    expect(page.get_by_text("Emails, then phones")).to_have_count(1)
