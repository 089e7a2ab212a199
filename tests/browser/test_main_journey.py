"""From the first visit to the downloaded file, as a sales person would go, with nothing set up before."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser.connections import HEADER, archive, connections
from tests.browser.running_app import RunningApp

pytestmark = pytest.mark.browser

RUN_MS = 180_000
OURS = "Cleanlist "
FINISHED = re.compile("See results$")
"""The button of a finished run; while it goes on there is another one, "See results so far"."""


def _rows(download: Download) -> list[list[str]]:
    text = Path(download.path()).read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def _number_in(page: Page, label: str) -> int:
    tile = page.get_by_test_id("stMetric").filter(has_text=label)
    shown = tile.get_by_test_id("stMetricValue").inner_text()
    return int(re.sub(r"[^\d]", "", shown))


def test_a_newcomer_practises_on_a_linkedin_archive_and_gets_the_enriched_file(
    page: Page, visit: Callable[[str], Page], screenshot: Callable[[str], Path]
) -> None:
    people = connections(600)
    repeat, hidden, nameless = people[0], [""] * 7, ["Solo", "", "", "", "", "", "01 Mar 2024"]
    uploaded = [*people, repeat, nameless]

    visit("/")
    page.get_by_role("button", name="Practise with sample data").click()
    file = {
        "name": "Connections.csv",
        "mimeType": "text/csv",
        "buffer": archive([*people, hidden, repeat, nameless]),
    }
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)

    expect(page.get_by_text("LinkedIn connections").first).to_be_visible()
    expect(page.get_by_text("602 rows", exact=False).first).to_be_visible()
    screenshot("upload")
    page.get_by_role("button", name="Look for emails of 600 people · at most 600 credits").click()

    expect(page).to_have_url(re.compile(r"/progress\?run="))
    expect(page.get_by_role("button", name=FINISHED)).to_be_visible(timeout=RUN_MS)
    screenshot("progress")
    page.get_by_role("button", name=FINISHED).click()

    expect(page).to_have_url(re.compile(r"/results\?run="))
    expect(page.get_by_role("button", name="Download CSV")).to_be_visible()
    expect(page.get_by_text("602 rows", exact=False).first).to_be_visible()
    emails, credits_spent = _number_in(page, "Emails found"), _number_in(page, "Credits spent")
    screenshot("results")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").click()
    header, *rows = _rows(waiting.value)

    assert header[: len(HEADER)] == HEADER
    assert [row[: len(HEADER)] for row in rows] == uploaded
    added = [dict(zip(header[len(HEADER) :], row[len(HEADER) :], strict=True)) for row in rows]
    assert all(name.startswith(OURS) for name in added[0])
    assert emails == sum(bool(row["Cleanlist Email"]) for row in added[:600]) > 450
    assert credits_spent == sum(int(row["Cleanlist Credits"]) for row in added) == emails
    assert added[600]["Cleanlist Email"] == added[0]["Cleanlist Email"]
    assert added[601]["Cleanlist Result"] == "Needs fixing"
    assert all(row["Cleanlist Reason"] for row in added)


@pytest.mark.own_server
def test_a_refresh_in_the_middle_and_a_killed_server_lose_nothing(
    page: Page, visit: Callable[[str], Page], running_app: RunningApp
) -> None:
    visit("/")
    page.get_by_role("button", name="Practise with sample data").click()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": archive(connections(120))}
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    page.get_by_role("button", name="Look for emails of 120 people · at most 120 credits").click()
    expect(page).to_have_url(re.compile(r"/progress\?run="))

    page.reload()
    expect(page.get_by_role("heading", name="people")).to_be_visible()
    # Before that the answer to the request is lost, and a person has to decide.
    expect(page.get_by_text("Part 1: 120 people sent to Cleanlist")).to_be_visible()
    running_app.kill()
    running_app.start()
    address = page.url
    page.goto(address)

    expect(page.get_by_role("button", name=FINISHED)).to_be_visible(timeout=RUN_MS)
    expect(page.get_by_text("needs your decision", exact=False)).to_have_count(0)
