"""A file read another way in a real browser: notes kept as rows, and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import View

pytestmark = pytest.mark.browser

VIEWS = (View("light", 1440), View("dark", 390))
FILE = (
    "Exported for the fair in the town hall\nAsk Ilse before you change anything\n\n"
    "First name,Last name,Company,Town\nMara,Quill,Northlantern,Lyon\nJon,,Bluewharf,Oslo\n"
    '\nIlse,Varga,"Tidewick,Graz\nGrand Totals (3 records)\n'
)


@pytest.mark.parametrize("view", VIEWS, ids=str, indirect=True)
def test_notes_become_rows_and_notes_again(
    page: Page, visit: Callable[[str], Page], view: View, screenshot: Callable[[str], Path]
) -> None:
    visit("/")
    page.get_by_role("button", name="Practise with sample data").click()
    place = page.get_by_test_id("stFileUploaderDropzoneInput").first
    place.set_input_files({"name": "fair.csv", "mimeType": "text/csv", "buffer": FILE.encode()})
    expect(page).to_have_url(re.compile(r"/upload\?list="))
    expect(page.get_by_text("Skipped 2 lines of notes above the table.")).to_be_visible()
    page.get_by_text("Not read right? Read the file another way").click()
    expect(page.get_by_text("Cells are separated by")).to_be_visible()
    screenshot("notes")
    page.get_by_role("button", name="Keep them as rows").first.click()
    expect(page.get_by_text("5 rows = 2 ready to look up + 0 duplicates + 3 need fixing")).to_be_visible()
    screenshot("kept")
    page.get_by_role("button", name="Read it the usual way").click()
    expect(page.get_by_text("3 rows = 2 ready to look up + 0 duplicates + 1 needs fixing")).to_be_visible()
    screenshot("usual")
    assert page.evaluate("document.documentElement.scrollWidth") <= view.width
