"""A walk through every screen in each of its states, with a stop at each for whoever wants to look at it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.connections import archive, connections
from tests.browser.town import Town

Look = Callable[[str], None]
"""Called with the name of a state while the page shows it."""

Walk = Callable[[Page, Town, Look], None]

RUN_MS = 180_000
FINISHED = re.compile("See results$")

HOSTILE = (
    "<img src=x onerror=document.title='owned'>",
    "![pixel](https://pixel.example/a.png) [link](javascript:alert(1))",
    '=HYPERLINK("https://pixel.example";"x")',
    "$\\frac{1}{2}$ :material/warning: :red[red] **bold** `code` # heading",
    "‮evil‬ مرحبا 😀" * 8,
    "Donaudampfschifffahrtsgesellschaftskapitänswitwe" * 6,
)
HEADER = ("LinkedIn URL", "First name", "Last name", "Company", "Website", "Notes")


def as_csv(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def hostile_rows() -> list[tuple[str, ...]]:
    good = [
        (f"https://www.linkedin.com/in/hostile-{number}", text, text, text, "", text)
        for number, text in enumerate(HOSTILE)
    ]
    return [
        *good,
        good[0],
        ("", "", HOSTILE[5], HOSTILE[0], "", HOSTILE[1]),
        ("", "Mara Quill", "", "Tidewick", "", ""),
    ]


def drop(page: Page, data: bytes, name: str) -> None:
    place = page.get_by_test_id("stFileUploaderDropzoneInput").first
    place.set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    expect(page).to_have_url(re.compile(r"/upload\?list="))


def settled(page: Page) -> Page:
    """The page once nothing on it is being drawn any more."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    return page


def back(page: Page) -> None:
    """As somebody who has seen the page: Streamlit writes the address of a page until it is drawn."""
    settled(page).go_back()


def forward(page: Page) -> None:
    settled(page).go_forward()


def go(page: Page, path: str) -> Page:
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return settled(page)


def title(page: Page, name: str) -> Locator:
    heading = page.get_by_role("heading", level=1, name=name)
    expect(heading).to_be_visible()
    return heading


def start_and_finish(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page).to_have_url(re.compile(r"/progress\?run="))
    expect(page.get_by_role("button", name=FINISHED)).to_be_visible(timeout=RUN_MS)


def before_anything(page: Page, _town: Town, look: Look) -> None:
    go(page, "/")
    look("the two doors")
    for path, name in (
        ("upload", "new list"),
        ("lookup", "one person"),
        ("history", "history"),
        ("credits", "credits"),
        ("progress?run=nothing", "progress"),
        ("results?run=nothing", "results"),
    ):
        page.goto(f"/{path}")
        expect(page.get_by_text("Connect first")).to_be_visible()
        settled(page)
        look(f"{name} without a key")
    go(page, "/nowhere")
    expect(page.get_by_text("There is no page at this address.")).to_be_visible()
    look("an address that leads nowhere")
    go(page, "/connect")
    look("connecting a key")
    page.get_by_text("Which keys work").click()
    page.get_by_label("API key", exact=True).fill("clext_0123456789abcdef")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    settled(page)
    look("a key of the wrong kind")


def empty(page: Page, _town: Town, look: Look) -> None:
    go(page, "/")
    page.get_by_role("button", name="Practise with sample data").click()
    title(page, "Find emails and phones for a list")
    settled(page)
    look("home in practice")
    for path, name in (
        ("upload", "new list"),
        ("lookup", "one person"),
        ("history", "history"),
        ("credits", "credits"),
        ("connect", "your key"),
        ("progress", "progress"),
        ("results", "results"),
    ):
        go(page, f"/{path}")
        look(f"{name} with nothing in it")
    go(page, "/upload")
    page.get_by_text("Or paste rows from a spreadsheet").click()
    settled(page)
    look("pasting rows")


def a_list_from_file_to_history(page: Page, town: Town, look: Look) -> None:
    town.connect(page)
    look("a connected key")
    go(page, "/")
    look("home with a key")
    drop(page, archive(connections(60)), "Connections.csv")
    title(page, "Connections")
    expect(page.get_by_text("This looks like")).to_be_visible()
    settled(page)
    look("a list with its prices")
    page.get_by_text("Not right? Choose the columns yourself").click()
    settled(page)
    look("choosing columns")
    start_and_finish(page, "Look for emails of 60 people · at most 60 credits")
    settled(page)
    look("a finished list")
    page.get_by_role("button", name=FINISHED).click()
    expect(page.get_by_role("button", name="Download CSV").first).to_be_visible()
    settled(page)
    look("results")
    results = page.url
    go(page, "/")
    look("home with recent lists")
    go(page, "/history")
    look("history")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_label("New name")).to_be_visible()
    look("renaming a list")
    page.get_by_role("button", name="Delete data").click()
    expect(page.get_by_role("button", name="Delete for good")).to_be_visible()
    look("deleting a list")
    go(page, "/credits")
    look("credits")
    page.goto(results)
    settled(page)


def running_and_waiting(page: Page, town: Town, look: Look) -> None:
    issued = town.connect(page, credits_given=80)
    with town.failing("workflow:*=never_ends"):
        go(page, "/upload")
        drop(page, archive(connections(60)), "Connections.csv")
        page.get_by_role("button", name=re.compile("^Look for emails of 60 people")).click()
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        expect(page.get_by_text("0 of 60 people done", exact=False).first).to_be_visible()
        look("a running list")
        progress = page.url
        go(page, "/")
        look("home with a running list")
        page.goto(progress)
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("button", name="Continue")).to_be_visible()
        settled(page)
        look("a paused list")
        page.get_by_role("button", name="Continue").click()
        town.sandbox.revoke_key(issued.key)
        page.get_by_role("button", name="Connect your key").click(timeout=RUN_MS)
        title(page, "Your key")
        settled(page)
        look("a key that is refused half-way")
        page.goto(progress)
        settled(page)
        page.get_by_role("button", name="Stop", exact=True).click()
        settled(page)
        look("a list being stopped")


def an_answer_that_got_lost(page: Page, town: Town, look: Look) -> None:
    town.connect(page)
    with town.failing("bulk:1=reset_after"):
        go(page, "/upload")
        drop(page, archive(connections(12)), "Connections.csv")
        page.get_by_role("button", name=re.compile("^Look for emails of 12 people")).click()
        expect(page.get_by_text("the answer was lost")).to_be_visible(timeout=RUN_MS)
        settled(page)
        look("a lost answer")
        page.get_by_role("button", name="Send again…").click()
        expect(page.get_by_role("button", name="Wait instead")).to_be_visible()
        look("sending again")
        page.get_by_role("button", name="Wait instead").click()
        page.get_by_role("button", name="Enter a reference from support…").click()
        expect(page.get_by_label("Reference from Cleanlist’s support", exact=True)).to_be_visible()
        look("entering a reference")


def a_service_that_fails(page: Page, town: Town, look: Look) -> None:
    town.connect(page)
    with town.failing("any:*=html_502"):
        go(page, "/credits")
        page.get_by_role("button", name=re.compile("Read")).first.click()
        expect(page.get_by_test_id("stAlert").first).to_be_visible(timeout=RUN_MS)
        settled(page)
        look("a balance that cannot be read")
        go(page, "/results?run=nothing")
        look("results that are not there")
        go(page, "/upload?list=nothing")
        look("a list that is not there")
        drop_unreadable(page)
        look("a file nobody can read")


def drop_unreadable(page: Page) -> None:
    go(page, "/upload")
    place = page.get_by_test_id("stFileUploaderDropzoneInput")
    place.set_input_files({"name": "leads.csv", "mimeType": "text/csv", "buffer": b"%PDF-1.7 \x00\x01"})
    expect(page.get_by_text("This is a PDF document")).to_be_visible()
    settled(page)


def hostile_text(page: Page, town: Town, look: Look) -> None:
    town.connect(page)
    go(page, "/upload")
    drop(page, as_csv(HEADER, *hostile_rows()), f"{HOSTILE[1][:40]}<b>.csv")
    settled(page)
    look("a hostile list")
    page.get_by_text("Why, and ways to fix them").click()
    settled(page)
    look("a hostile fix list")
    start_and_finish(page, "Look for")
    settled(page)
    look("a hostile finished list")
    page.get_by_role("button", name=FINISHED).click()
    expect(page.get_by_role("button", name="Download CSV").first).to_be_visible()
    settled(page)
    look("hostile results")
    go(page, "/history")
    look("a hostile history")
    go(page, "/lookup")
    page.get_by_label("LinkedIn profile").fill("https://www.linkedin.com/in/hostile-77")
    page.get_by_role("button", name=re.compile("^Look up · at most")).click()
    expect(page.get_by_role("button", name="Look up somebody else")).to_be_visible()
    expect(page.get_by_text("Found by Cleanlist").or_(page.get_by_text("What you gave")).first).to_be_visible(
        timeout=RUN_MS
    )
    settled(page)
    look("one person")


WALKS: tuple[Walk, ...] = (
    before_anything,
    empty,
    a_list_from_file_to_history,
    running_and_waiting,
    an_answer_that_got_lost,
    a_service_that_fails,
    hostile_text,
)
