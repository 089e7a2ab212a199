"""The fix list in a real browser: one click, undo, and a corrected file that finds its rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import VIEWS, View
from tests.browser.screens import settled

pytestmark = pytest.mark.browser

HEADER = ("LinkedIn URL", "First name", "Last name", "Company", "Website", "Notes")
PEOPLE = (
    (
        "https://www.linkedin.com/in/otto-lind",
        "Otto",
        "Lind",
        "Tidewick",
        "tidewick.example",
        "met at the fair",
    ),
    ("", "Mara Quill", "", "Northlantern", "", "asked for prices"),
    ("", "Ada Roth", "", "Northlantern", "", ""),
    ("", "Ilse", "Varga", "", "", ""),
    ("", "Jon", "Haugen", "Tidewick", "", "jon.haugen@tidewick.example"),
)


def as_csv(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def drop(page: Page, data: bytes, name: str) -> None:
    place = page.get_by_test_id("stFileUploaderDropzoneInput")
    place.set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})


def sums(page: Page, ready: int, broken: int) -> None:
    """The line with the numbers, which add up."""
    need = "needs" if broken == 1 else "need"
    line = f"5 rows = {ready} ready to look up + 0 duplicates + {broken} {need} fixing"
    expect(page.get_by_text(line)).to_be_visible()


@pytest.fixture
def list_page(page: Page, visit: Callable[[str], Page]) -> Page:
    visit("/")
    page.get_by_role("button", name="Practise with sample data").click()
    drop(page, as_csv(HEADER, *PEOPLE), "fair.csv")
    expect(page).to_have_url(re.compile(r"/upload\?list="))
    sums(page, 2, 3)
    expect(page.get_by_text("3 rows need fixing, 2 of them with one click.")).to_be_visible()
    page.get_by_text("Why, and ways to fix them").click()
    return settled(page)


@pytest.mark.parametrize("view", VIEWS, ids=str, indirect=True)
def test_rows_are_fixed_with_one_click_and_taken_back(
    list_page: Page, view: View, screenshot: Callable[[str], Path]
) -> None:
    page = list_page
    expect(page.get_by_role("cell", name="first name: Mara, last name: Quill")).to_be_visible()
    screenshot("offer")
    page.get_by_role("button", name="Fix 2 rows").click()
    sums(page, 4, 1)
    expect(page.get_by_text("2 rows are fixed.")).to_be_visible()
    screenshot("fixed")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= view.width
    page.get_by_role("button", name="Undo").click()
    sums(page, 2, 3)
    page.reload()
    sums(page, 2, 3)


def test_a_row_by_hand_and_the_rest_in_a_spreadsheet(
    list_page: Page, screenshot: Callable[[str], Path]
) -> None:
    page = list_page
    address = page.url
    page.get_by_role("tab", name="In a spreadsheet").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download these rows to fix them").click()
    text = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header[-2:] == ["Cleanlist Row", "What to fix"]
    rows[0][1:3] = ["Mara", "Quill"]
    rows[1][1:3] = ["Ada", "Roth"]
    drop(page, as_csv(tuple(header), *map(tuple, reversed(rows))), "fair-fixed.csv")
    expect(page.get_by_text("2 rows are fixed; 1 row came back without a correction.")).to_be_visible()
    sums(page, 4, 1)
    assert page.url == address

    page.get_by_role("tab", name="By hand").click()
    page.get_by_role("textbox", name="Company website").fill("bluewharf.example")
    page.get_by_role("button", name="Check and use").click()
    expect(page.get_by_text("Row 4 is fixed.")).to_be_visible()
    sums(page, 5, 0)
    screenshot("all ready")

    expect(page.get_by_text("1 row can be looked up better, for nothing")).to_be_visible()
    page.get_by_text("Better ways to look them up").click()
    settled(page)  # what opens moves the button away from under a click
    page.get_by_role("button", name="Improve 1 row").click()
    expect(page.get_by_text("1 row is better now.")).to_be_visible()
    expect(page.get_by_role("button", name="Look for emails of 4 people · at most 4 credits")).to_be_visible()
