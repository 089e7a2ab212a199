"""The ways through the program that people take, each in a real browser, with a screenshot at its stops."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.connections import archive, connections
from tests.browser.running_app import RunningApp
from tests.browser.screens import FINISHED, RUN_MS, back, drop, forward, go, settled, start_and_finish
from tests.browser.town import Town

Screenshot = Callable[[str], Path]


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_a_known_file_takes_four_actions_and_no_typing(page: Page, town: Town) -> None:
    """1 drop, 2 find, 3 see the results, 4 download."""
    town.connect(page)
    go(page, "/")
    typed: list[str] = []
    page.on("console", lambda message: typed.append(message.text) if message.text == "typed" else None)
    page.evaluate("addEventListener('keydown', () => console.log('typed'), true)")
    actions = 0

    drop(page, archive(connections(40)), "Connections.csv")
    actions += 1
    page.get_by_role("button", name="Look for emails of 40 people · at most 40 credits").click()
    actions += 1
    page.get_by_role("button", name=FINISHED).click(timeout=RUN_MS)
    actions += 1
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").first.click()
    actions += 1

    header, *rows = rows_of(Path(waiting.value.path()))
    assert (len(rows), actions, typed) == (40, 4, [])
    assert sum(bool(row[header.index("Cleanlist Email")]) for row in rows) > 25


FOCUSED = """(() => {
  const it = document.activeElement;
  return it.matches('button, a, input') ? it.getAttribute('aria-label') || it.innerText : '';
})()"""
"""What the element in focus is called; a part of the screen that scrolls can have the focus, too."""


def press_until(page: Page, key: str, name: str, *, most: int = 80) -> None:
    """Press a key until the element of that name has the focus, as somebody without a mouse would."""
    for _ in range(most):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED)
        if name in focused:
            return
    raise AssertionError(f"{name!r} cannot be reached with {key}")


def test_the_whole_way_without_a_mouse(page: Page, visit: Callable[[str], Page]) -> None:
    visit("/")
    press_until(page, "Tab", "Practise with sample data")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No list at hand?")).to_be_visible()
    settled(page)
    press_until(page, "Tab", "Use this sample")
    press_until(page, "Tab", "Use this sample")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/upload\?list="))
    settled(page)
    press_until(page, "Tab", "Look for emails of")
    assert page.evaluate(
        "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        " || getComputedStyle(document.activeElement).boxShadow !== 'none'"
    ), "focus is seen"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=FINISHED)).to_be_visible(timeout=120_000)
    settled(page)
    press_until(page, "Tab", "See results")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/results\?run="))
    expect(page.get_by_role("button", name="Download CSV").first).to_be_visible()
    settled(page)
    press_until(page, "Tab", "Download CSV")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert len(rows_of(Path(waiting.value.path()))) == 121


def test_a_list_is_paused_goes_on_and_is_stopped_with_what_it_has(
    page: Page, town: Town, screenshot: Screenshot
) -> None:
    town.connect(page)
    with town.failing("workflow:*=never_ends"):
        go(page, "/upload")
        drop(page, archive(connections(30)), "Fair.csv")
        page.get_by_role("button", name="Look for emails of 30 people · at most 30 credits").click()
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Paused by you").first).to_be_visible()
        screenshot("paused")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        address = page.url
        page.get_by_role("button", name="Stop", exact=True).click()
        expect(page.get_by_text("Stopped by you").first).to_be_visible()
        screenshot("stopped")
        go(page, "/history")
        expect(page.get_by_text("Fair").first).to_be_visible()
        back(page)
        expect(page).to_have_url(address)


def test_a_lost_answer_is_sent_again_only_by_a_person_who_was_told_the_price(
    page: Page, town: Town, screenshot: Screenshot
) -> None:
    issued = town.connect(page)
    with town.failing("bulk:1=reset_after"):
        go(page, "/upload")
        drop(page, archive(connections(12)), "Lost.csv")
        page.get_by_role("button", name="Look for emails of 12 people · at most 12 credits").click()
        expect(page.get_by_text("the answer was lost")).to_be_visible(timeout=RUN_MS)
        expect(page.get_by_text("What was noticed: the connection broke before")).to_be_visible()
        expect(page.get_by_text("Error", exact=False)).to_have_count(0)
        screenshot("what is known")
        page.get_by_role("button", name="Send again…").click()
        expect(page.get_by_text("up to 12 credits will be charged a second time")).to_be_visible()
        page.get_by_role("button", name="Send 12 people again · at most 12 credits").click()
        expect(page.get_by_role("button", name=FINISHED)).to_be_visible(timeout=RUN_MS)
    (entry,) = [one for one in town.sandbox.ledger() if one.organization_id == issued.organization_id]
    assert len(entry.workflows) == 2, "the one whose answer was lost, and the one a person asked for"


def test_history_renames_and_deletes_and_the_receipt_stays(
    page: Page, town: Town, screenshot: Screenshot
) -> None:
    town.connect(page)
    go(page, "/upload")
    drop(page, archive(connections(10)), "Old name.csv")
    start_and_finish(page, "Look for emails of 10 people · at most 10 credits")
    go(page, "/history")
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("New name").fill("Spring fair")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_text("Spring fair").first).to_be_visible()
    expect(page.get_by_text("Old name")).to_have_count(0)
    screenshot("renamed")
    page.get_by_role("button", name="Delete data").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("No lists yet")).to_be_visible()
    go(page, "/credits")
    expect(page.get_by_role("button", name="Download receipts")).to_be_visible()
    screenshot("the receipt stays")


NOTIFIED = """
window.shown = [];
window.Notification = class {
  static permission = "default";
  static requestPermission() { this.permission = "granted"; return Promise.resolve("granted"); }
  constructor(title, options) { window.shown.push(options.body); }
};
document.hasFocus = () => false;
"""


def test_a_browser_tells_of_a_finished_list_only_after_a_click_allowed_it(
    context: BrowserContext, page: Page, town: Town
) -> None:
    context.add_init_script(NOTIFIED)
    refused: list[str] = []
    page.on(
        "console",
        lambda message: refused.append(message.text) if "Content Security" in message.text else None,
    )
    issued = town.connect(page)
    go(page, "/upload")
    with town.failing("status:1-8=503"):
        drop(page, archive(connections(8)), "Fair.csv")
        page.get_by_role("button", name="Look for emails of 8 people · at most 8 credits").click()
        ask = page.get_by_role("button", name="Notify me when it is done")
        expect(ask).to_be_visible()
        assert page.evaluate("Notification.permission") == "default"
        ask.click()
        expect(page.get_by_text("This browser tells you")).to_be_visible()
        page.get_by_role("link", name="Credits").click()
        expect(page.get_by_role("heading", name="Credits", level=1)).to_be_visible()
    expect(page.get_by_text("Just finished")).to_be_visible(timeout=RUN_MS)
    assert page.evaluate("window.shown") == ["Fair is done."]
    assert refused == []
    (entry,) = [one for one in town.sandbox.ledger() if one.organization_id == issued.organization_id]
    balance = page.get_by_test_id("stMetric").filter(has_text="Credits left")
    expect(balance.get_by_test_id("stMetricValue")).to_have_text(f"{entry.credits:,.0f}")
    expect(page.get_by_role("heading", name="Where they went")).to_be_visible()
    written = page.locator(".stPlotlyChart .annotation-text")
    for theme, label, number in (
        ("light", "rgb(15, 23, 42)", "rgb(71, 85, 105)"),
        ("dark", "rgb(232, 238, 242)", "rgb(168, 182, 193)"),
    ):
        page.emulate_media(color_scheme=theme)
        expect(written.nth(0)).to_have_css("fill", label)
        expect(written.nth(1)).to_have_css("fill", number)


@pytest.mark.own_server
def test_addresses_bring_everything_back_after_a_restart(
    page: Page, visit: Callable[[str], Page], running_app: RunningApp
) -> None:
    visit("/")
    page.get_by_role("button", name="Practise with sample data").click()
    drop(page, archive(connections(5)), "Five.csv")
    a_list = page.url
    page.get_by_role("link", name="New list").click()
    expect(page.get_by_role("heading", level=1, name="New list")).to_be_visible()
    back(page)
    expect(page).to_have_url(a_list)
    expect(page.get_by_role("heading", level=1, name="Five")).to_be_visible()
    start_and_finish(page, "Look for emails of 5 people · at most 5 credits")
    progress = page.url
    back(page)
    expect(page).to_have_url(a_list)
    expect(page.get_by_text("This list was looked up already.")).to_be_visible()
    forward(page)
    expect(page).to_have_url(progress)
    page.get_by_role("button", name=FINISHED).click()
    expect(page).to_have_url(re.compile(r"/results\?run="))
    results = page.url
    running_app.kill()
    running_app.start()
    for address, shown in (
        (a_list, "5 rows = 5 ready to look up"),
        (progress, "Done:"),
        (results, "Every row and column of your file"),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1, name="Five")).to_be_visible()
        expect(page.get_by_text(shown).first).to_be_visible()
