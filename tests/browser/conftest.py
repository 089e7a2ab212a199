"""A real Chromium, the real app in a fresh data folder, and a screenshot of every test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import SWITCHES, find_chromium
from tests.browser.running_app import ROOT, RunningApp
from tests.browser.town import Town, open_town
from tests.conftest import environment_of_a_process

SCREENSHOTS = ROOT / "screenshots"
PATIENCE_MS = 60_000
"""Waiting ends at once when there is what is waited for; only a slow machine takes this long."""

expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class View:
    """How a visitor looks at the app."""

    theme: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 900

    def __str__(self) -> str:
        return f"{self.theme} at {self.width} pixels"


VIEWS = (View("light", 1280), View("dark", 390))
"""Each theme and each width once, for `@pytest.mark.parametrize("view", VIEWS, ids=str, indirect=True)`."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.fail("No Chromium found, and CLEANLIST_REQUIRE_BROWSER asks for one.", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*SWITCHES])
        yield browser
        browser.close()


@pytest.fixture
def view(request: pytest.FixtureRequest) -> View:
    chosen: View = getattr(request, "param", View())
    return chosen


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A server the tests share: each has a browser of its own, and so sees no lists but its own."""
    folder = tmp_path_factory.mktemp("town")
    with open_town(folder, environment_of_a_process(folder / "data")) as opened:
        yield opened


@pytest.fixture
def running_app(request: pytest.FixtureRequest) -> Iterator[RunningApp]:
    """The app on a free port; marked `own_server`, a test gets one it may stop, with no data yet."""
    if request.node.get_closest_marker("own_server") is None:
        yield request.getfixturevalue("town").app
        return
    folder = request.getfixturevalue("tmp_path") / "server"
    folder.mkdir(exist_ok=True)
    app = RunningApp(folder, request.getfixturevalue("command_environment"))
    app.start()
    yield app
    app.stop()


@pytest.fixture
def context(chromium: Browser, running_app: RunningApp, view: View) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=running_app.url,
        accept_downloads=True,
        color_scheme=view.theme,
        viewport={"width": view.width, "height": view.height},
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="UTC",
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab; what it shows at the end of the test is kept under `screenshots/`."""
    page = context.new_page()
    yield page
    if not page.is_closed():
        _keep(page, request.node.name)


@pytest.fixture
def screenshot(page: Page, request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """`screenshot("upload")` keeps what the page shows now, under the test's name and this one."""
    return lambda name: _keep(page, f"{request.node.name}-{name}")


@pytest.fixture
def visit(page: Page) -> Callable[[str], Page]:
    """`visit("/upload?list=…")` opens a screen and returns once it is drawn, without an error on it."""

    def go(path: str) -> Page:
        page.goto(path)
        expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        return page

    return go


def _keep(page: Page, name: str) -> Path:
    path = SCREENSHOTS / f"{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')}.png"
    page.screenshot(path=path, full_page=True)
    return path
