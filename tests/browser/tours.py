"""Tours of the gallery: states that the walks of the tests do not come by."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from contextlib import closing
from typing import Protocol

from playwright.sync_api import Page, expect

from benchmarks.invented_run import RUN_ID, add_run
from cleanlist_core.domain import EnrichmentType
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.sandbox import IssuedKey
from cleanlist_core.settings import Settings
from cleanlist_core.store.database import open_sqlite
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.workspace import Workspace
from tests.browser.connections import archive, connections
from tests.browser.screens import (
    FINISHED,
    HEADER,
    HOSTILE,
    RUN_MS,
    as_csv,
    drop,
    go,
    settled,
    start_and_finish,
    title,
)
from tests.browser.town import Town

MANY = 100_000
LONG_DRAWN_MS = 1_500
WORST = (
    *HOSTILE,
    "word " * 2_000,
    "W" * 10_000,
    "Z̷̢̛͎a̵͚͝l̶͔̈́g̷̼͝o̸̮͂" * 6 + "é̂̃̄̅" * 12,
    "\t\u200b\u00ad\ufeff\u2028line\u2029\u0085 <b>bold</b> &lt;b&gt; {{x}} ${x} %s",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "[x](https://pixel.example) <https://pixel.example> | a | b |\n|---|---|\n- [ ] list\n~~struck~~ H~2~O",
    "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "שלום עולם مرحبا بالعالم " * 5,
)


class Camera(Protocol):
    """look: all six pictures of a state. at_once: one, of what stands there for a moment only."""

    def look(self, state: str) -> None: ...

    def at_once(self, state: str) -> None: ...

    def of(self, page: Page) -> Camera: ...


Tour = Callable[[Page, Town, Camera], None]


def connect(page: Page, key: str) -> None:
    page.goto("/connect")
    page.get_by_label("API key", exact=True).fill(key)
    page.get_by_role("button", name="Connect", exact=True).click()


def connected(page: Page, issued: IssuedKey) -> None:
    connect(page, issued.key)
    expect(page.get_by_text("Connected.")).to_be_visible()


def open_core(town: Town) -> Workspace:
    """The core over the data of the running app, for what takes too long by hand."""
    data = town.app.folder / "data"
    settings = Settings(data_dir=data, base_url=town.app.environment["CLEANLIST_BASE_URL"])
    return Workspace(settings, open_sqlite(data / "cleanlist.sqlite3"))


def order_lists(town: Town, issued: IssuedKey, lists: int) -> None:
    """Lists that the app looks up by itself once a browser has connected the key."""
    with closing(open_core(town)) as core:
        whose = core.connect(issued.key).organization_id
        for number in range(lists):
            name = f"{('Fair', 'Webinar', 'Customers, north')[number % 3]} {number + 1}.csv"
            data = archive(connections(8 * number + 8)[8 * number :])
            table = core.read_upload(data, name)
            list_id = core.add_list(whose, table, recognise(table), file_name=name, data=[data])
            wanted = (EnrichmentType.PARTIAL, EnrichmentType.FULL)[number % 2]
            price = core.orders.estimates(whose, list_id)[wanted]
            core.orders.start_run(whose, list_id, wanted, budget=price.at_most, estimate=price)


def start(page: Page, data: bytes, name: str) -> str:
    """Drop a list and begin it. Returns the address of its progress."""
    go(page, "/upload")
    drop(page, data, name)
    page.get_by_role("button", name=re.compile("^Look for")).click()
    expect(page).to_have_url(re.compile(r"/progress\?run="))
    return page.url


def card_of(page: Page, place: int) -> None:
    """Click the name in a row of the table of people, a canvas that takes a moment to take clicks."""
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    settled(page)
    name = {"x": 180.0, "y": 35.0 * place + 18}
    table.hover(position=name)
    page.wait_for_timeout(LONG_DRAWN_MS)
    table.click(position=name)
    expect(page.get_by_role("dialog")).to_be_visible()
    settled(page)


def close_card(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)


def keys(page: Page, town: Town, camera: Camera) -> None:
    connect(page, "clapi_" + "0" * 64)
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    camera.look("connect, a key that is refused")
    with town.failing("any:*=html_502"):
        connect(page, "clapi_" + "1" * 64)
        expect(page.get_by_test_id("stAlert").first).to_be_visible(timeout=RUN_MS)
        camera.look("connect, a service that fails")


def waiting(page: Page, town: Town, camera: Camera) -> None:
    """What stands there before anything is drawn, and while a busy server has not answered a click."""
    page.route_web_socket(re.compile("_stcore/stream"), lambda _line: None)
    for path in ("", "connect", "results?run=any"):
        page.goto(f"/{path}")
        page.wait_for_timeout(LONG_DRAWN_MS)
        camera.at_once(f"{path.split('?')[0] or 'home'}, before anything is drawn")
    page = page.context.new_page()
    camera = camera.of(page)
    with town.failing("validate:*=slow:6"):
        connect(page, town.sandbox.new_organization(credits=500).key)
        page.wait_for_timeout(LONG_DRAWN_MS)
        camera.at_once("connect, a key being tested")
        expect(page.get_by_text("Connected.")).to_be_visible()
    start(page, archive(connections(20)), "Fair.csv")
    page.get_by_role("button", name=FINISHED).click(timeout=RUN_MS)
    assert town.app.process is not None
    for link in ("Home", "History", "Credits", "One person", "New list"):
        settled(page)
        town.app.process.send_signal(signal.SIGSTOP)
        page.get_by_role("link", name=link).first.click()
        page.wait_for_timeout(LONG_DRAWN_MS)
        camera.at_once(f"{link.lower()}, a busy server after a click")
        town.app.process.send_signal(signal.SIGCONT)
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def practice(page: Page, _town: Town, camera: Camera) -> None:
    go(page, "/")
    page.get_by_role("button", name="Practise with sample data").click()
    title(page, "Find emails and phones for a list")
    for number, name in enumerate(("LinkedIn", "ZoomInfo", "badges")):
        go(page, "/")
        page.get_by_role("button", name="Use this sample").nth(number).click()
        expect(page).to_have_url(re.compile(r"/upload\?list="))
        settled(page)
        camera.look(f"practice, the sample {name}")
        page.get_by_role("button", name=re.compile("^Look for")).click()
        expect(page).to_have_url(re.compile(r"/progress\?run="))
        camera.look(f"practice, the sample {name} running")
    go(page, "/")
    camera.look("practice, home with lists")


def many_lists(page: Page, town: Town, camera: Camera) -> None:
    issued = town.sandbox.new_organization(credits=3_000)
    order_lists(town, issued, 60)
    connected(page, issued)
    go(page, "/")
    camera.look("home, many lists running")
    go(page, "/history")
    camera.look("history, many lists running")
    expect(page.get_by_text("In progress")).to_have_count(0, timeout=RUN_MS)
    for path in ("", "history", "credits"):
        go(page, f"/{path}")
        camera.look(f"{path or 'home'}, many lists")
    page.goto("/history")
    page.get_by_test_id("stPagination").get_by_role("button").last.click()
    settled(page)
    camera.look("history, the last page")


def little_left(page: Page, town: Town, camera: Camera) -> None:
    connected(page, town.sandbox.new_organization(credits=18))
    for path in ("", "credits"):
        go(page, f"/{path}")
        camera.look(f"{path or 'home'}, a low balance")
    go(page, "/upload")
    drop(page, archive(connections(60)), "Connections.csv")
    settled(page)
    camera.look("upload, more than the balance")
    page.get_by_role("button", name="Set the budget to 18 credits").click()
    page.get_by_role("button", name=re.compile("^Look for emails of up to")).click()
    expect(page.get_by_text("What is left of the budget").first).to_be_visible(timeout=RUN_MS)
    settled(page)
    camera.look("progress, the budget is used up")


def a_hundred_thousand(page: Page, town: Town, camera: Camera) -> None:
    issued = town.sandbox.new_organization(credits=250_000)
    database = open_sqlite(town.app.folder / "data" / "cleanlist.sqlite3")
    remember_organization(database, issued.organization_id, "user")
    add_run(database, issued.organization_id, MANY, 10)
    database.close()
    connected(page, issued)
    go(page, "/upload")
    rows = "".join(f"Ada{n},Lind,Acme {n % 991},acme{n % 991}.example\n" for n in range(MANY - 5))
    broken = ",Lind,,\nAda,,Acme,\n,,,\n=1+1,,,x\nIlse Varga,,Acme,\n"
    file = f"First Name,Last Name,Company,Website\n{rows}{broken}".encode()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "everybody.csv", "mimeType": "text/csv", "buffer": file}
    )
    expect(page.get_by_text("Storing your list")).to_be_visible(timeout=RUN_MS)
    camera.at_once("upload, 100,000 rows being stored")
    expect(page).to_have_url(re.compile(r"/upload\?list="), timeout=RUN_MS)
    settled(page)
    camera.look("upload, 100,000 rows")
    page.goto(f"/results?run={RUN_ID}")
    page.wait_for_timeout(700)
    camera.at_once("results, 100,000 rows being drawn")
    go(page, f"/results?run={RUN_ID}")
    camera.look("results, 100,000 rows")
    page.get_by_role("button", name="Download CSV").click()
    camera.at_once("results, 100,000 rows being prepared")
    expect(page.get_by_role("link", name=re.compile("Save the file"))).to_be_visible(timeout=RUN_MS)
    page.get_by_label("Search", exact=True).fill("nobody of this name")
    expect(page.get_by_text("Nobody matches.")).to_be_visible()
    settled(page)
    camera.look("results, nobody matches, the file prepared")
    go(page, f"/progress?run={RUN_ID}")
    camera.look("progress, 100,000 rows done")


def results(page: Page, town: Town, camera: Camera) -> None:
    connected(page, town.sandbox.new_organization(credits=3_000))
    go(page, "/upload")
    drop(page, archive(connections(80)), "people.csv")
    page.get_by_text("Emails now, then I choose who gets a phone").click()
    page.get_by_role("button", name="Test on 10 people").click()
    expect(page.get_by_role("button", name=re.compile("^Look up the other 70"))).to_be_visible(timeout=RUN_MS)
    settled(page)
    camera.look("progress, a test is done")
    page.get_by_role("button", name=re.compile("^Look up the other 70")).click()
    page.get_by_role("button", name="Choose who gets a phone").click(timeout=RUN_MS)
    settled(page)
    camera.look("results, choosing who gets a phone")
    card_of(page, 2)
    camera.look("results, the card of a person")
    close_card(page)
    page.get_by_label("Search", exact=True).first.fill("Varga")
    page.get_by_text(re.compile(r"^All (\d|10) shown$")).click()
    settled(page)
    camera.look("results, phones for those shown")
    page.get_by_role("button", name=re.compile(r"Phones for these \d+")).click()
    page.get_by_role("button", name=FINISHED).click(timeout=RUN_MS)
    expect(page.get_by_text("Take it to another tool")).to_be_visible()
    settled(page)
    page.get_by_role("combobox", name="Made for").last.press("ArrowDown")
    page.get_by_role("option", name=re.compile("HubSpot")).first.click()
    settled(page)
    camera.look("results, phones found, a file for a tool")
    with town.failing("workflow:*=loses_results"):
        start(page, archive(connections(130)[100:]), "Some lost.csv")
        page.get_by_role("button", name=FINISHED).click(timeout=RUN_MS)
        expect(page.get_by_text("Take it to another tool")).to_be_visible()
        settled(page)
        camera.look("results, some were lost and asked for again")
    with town.failing("workflow:*=fails"):
        start(page, archive(connections(160)[130:]), "All lost.csv")
        page.get_by_role("button", name=FINISHED).click(timeout=RUN_MS)
        expect(page.get_by_text("Take it to another tool")).to_be_visible()
        settled(page)
        camera.look("results, every look-up failed")


def results_of_few(page: Page, town: Town, camera: Camera) -> None:
    """Results without a find, and while no answer has come yet."""
    connected(page, town.sandbox.new_organization(credits=900))
    for number in range(300, 340):
        start(page, archive(connections(number + 1)[number:]), f"Guest {number}.csv")
        page.get_by_role("button", name=FINISHED).click(timeout=RUN_MS)
        expect(page.get_by_text("Take it to another tool")).to_be_visible()
        settled(page)
        if re.search(r"^0 of 1 ", page.get_by_role("main").inner_text(), re.MULTILINE):
            camera.look("results, nothing found")
            break
    with town.failing("workflow:*=never_ends"):
        start(page, archive(connections(300)), "Still running.csv")
        page.get_by_role("button", name="See results so far").click()
        settled(page)
        camera.look("results, no answer has come yet")


def one_person(page: Page, town: Town, camera: Camera) -> None:
    connected(page, town.sandbox.new_organization(credits=900))
    missing = ["Nothing found ·", "Found ·"]
    for number in range(40):
        look_one_up(page, number)
        said = page.get_by_role("main").inner_text()
        for words in [words for words in missing if f"\n{words}" in said]:
            missing.remove(words)
            camera.look(f"one person, {words}")
        if not missing:
            break
    for fault, state in (
        ("workflow:*=fails", "a look-up that fails"),
        ("bulk:1=reset_after", "a lost answer"),
        ("any:*=html_502", "a service that fails"),
    ):
        with town.failing(fault):
            look_one_up(page, 500 + len(state))
            camera.look(f"one person, {state}")
    go(page, "/lookup")
    page.get_by_role("radio", name="Email", exact=True).click()
    settled(page)
    camera.look("one person, by email without its key")


def look_one_up(page: Page, number: int) -> None:
    go(page, "/lookup")
    page.get_by_label("LinkedIn profile").fill(f"https://www.linkedin.com/in/invented-person-{number}")
    page.get_by_text("Emails and phones", exact=True).click()
    page.get_by_role("button", name=re.compile("^Look up · at most 11")).click()
    expect(page.get_by_text("What you gave")).to_be_visible(timeout=RUN_MS)
    settled(page)


def fixing(page: Page, town: Town, camera: Camera) -> None:
    connected(page, town.sandbox.new_organization(credits=900))
    people = [
        ("https://www.linkedin.com/in/otto-lind", "Otto", "Lind", "Tidewick", "tidewick.example", "met"),
        ("https://www.linkedin.com/in/otto-lind", "Otto", "Lind", "Tidewick", "tidewick.example", "again"),
        ("", "Mara Quill", "", "Northlantern", "", "asked for prices"),
        ("", "Ada Roth", "", "Northlantern", "", ""),
        ("", "Ilse", "Varga", "", "", ""),
        ("linkedin.com/company/bluewharf", "", "", "Bluewharf", "", ""),
        ("", "Jon", "Haugen", "Tidewick", "", "jon.haugen@tidewick.example"),
    ]
    go(page, "/upload")
    drop(page, as_csv(HEADER, *people), "fair.csv")
    page.get_by_text("Why, and ways to fix them").click()
    settled(page)
    camera.look("upload, a fix list with its preview")
    page.get_by_role("tab", name="By hand").click()
    camera.look("upload, fixing by hand")
    page.get_by_role("tab", name="In a spreadsheet").click()
    page.get_by_text("Look at any row, and change it").click()
    settled(page)
    camera.look("upload, fixing in a spreadsheet")
    go(page, "/upload")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "odd.csv", "mimeType": "text/csv", "buffer": b"A,B,C\n1,red,x\n2,blue,y\n"}
    )
    expect(page.get_by_text("Use these columns")).to_be_visible()
    settled(page)
    camera.look("upload, columns nobody knows")


def worst_text(page: Page, town: Town, camera: Camera) -> None:
    connected(page, town.sandbox.new_organization(credits=900))
    rows = [
        (f"https://www.linkedin.com/in/worst-{place}", text, text, text, "", text)
        for place, text in enumerate(WORST)
    ]
    rows += [("", text, "", text, text, text) for text in WORST]
    header = tuple(
        f"{name}{extra}" for name, extra in zip(HEADER, ("", "", "", "", "", WORST[0]), strict=True)
    )
    go(page, "/upload")
    drop(page, as_csv(header, *rows), f"{WORST[5]}{WORST[1][:30]}.csv"[:180])
    page.get_by_text("Why, and ways to fix them").click()
    settled(page)
    camera.look("upload, the worst text")
    page.get_by_role("tab", name="By hand").click()
    settled(page)
    camera.look("upload, the worst text by hand")
    start_and_finish(page, "Look for")
    settled(page)
    camera.look("progress, the worst text")
    page.get_by_role("button", name=FINISHED).click()
    settled(page)
    camera.look("results, the worst text")
    for place in (3, 7, 9):
        card_of(page, place)
        camera.look(f"results, the card of row {place} in the worst text")
        close_card(page)
    for path in ("", "history", "credits"):
        go(page, f"/{path}")
        camera.look(f"{path or 'home'}, the worst text")


def the_app_gone(page: Page, town: Town, camera: Camera) -> None:
    go(page, "/")
    town.app.kill()
    page.wait_for_timeout(6_000)
    camera.look("home, the app is gone")
    town.app.start()


TOURS: tuple[Tour, ...] = (
    keys,
    practice,
    little_left,
    results,
    results_of_few,
    one_person,
    fixing,
    worst_text,
    many_lists,
    a_hundred_thousand,
    waiting,
    the_app_gone,
)
