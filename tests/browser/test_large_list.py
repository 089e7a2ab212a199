"""A large list says how far it is, and other tabs answer meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

ROWS = 80_000
LONGEST_MS = 120_000
"""To read or to store them on a machine that has much else to do."""


def test_another_tab_answers_while_a_large_list_is_stored(
    context: BrowserContext, visit: Callable[[str], Page], screenshot: Callable[[str], Path], tmp_path: Path
) -> None:
    lines = "".join(f"Ada{number},Lind,Acme {number % 991},ada{number}\n" for number in range(ROWS))
    file = tmp_path / "fair.csv"
    file.write_text(f"First Name,Last Name,Company,Badge\n{lines}")
    page = visit("/")
    page.get_by_role("button", name="Practise with sample data").click()
    page.get_by_test_id("stFileUploaderDropzone").wait_for()
    other = context.new_page()
    other.goto("/")
    expect(other.get_by_test_id("stFileUploaderDropzone")).to_be_visible()

    page.locator('input[type="file"]').set_input_files(file)
    expect(page.get_by_text(re.compile(rf"Storing your list: [\d,]+ of {ROWS:,} rows"))).to_be_visible(
        timeout=LONGEST_MS
    )
    other.get_by_role("link", name="History").click()
    expect(other.get_by_role("heading", level=1, name="History")).to_be_visible()
    assert "Storing your list" in page.locator("body").inner_text(), "the other tab had to wait for the list"
    screenshot("storing")
    other.close()

    expect(page).to_have_url(re.compile(r"/upload\?list="), timeout=LONGEST_MS)
    expect(page.get_by_text(f"{ROWS:,}").first).to_be_visible()
