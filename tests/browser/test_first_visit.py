"""The first look at the app, in either theme and width."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from tests.browser.conftest import VIEWS, View
from tests.browser.running_app import RunningApp
from tests.browser.test_accessibility import faults


@pytest.mark.parametrize("view", VIEWS, ids=str, indirect=True)
def test_the_first_page_opens_and_nothing_is_asked_of_other_servers(
    context: BrowserContext, running_app: RunningApp, visit: Callable[[str], Page], view: View
) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = visit("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= view.width
    here = (running_app.url, running_app.url.replace("http", "ws", 1), "data:", "blob:")
    assert asked
    assert not [url for url in asked if not url.startswith(here)]


@pytest.fixture
def key_of_a_computer_with_a_keyring(command_environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    with Sandbox(SandboxOptions(time_factor=100)) as sandbox, serve(sandbox) as running:
        command_environment["CLEANLIST_BASE_URL"] = running.base_url
        command_environment["PYTHON_KEYRING_BACKEND"] = "tests.keyrings.OfAServer"
        command_environment["KEYRING_PROPERTY_FILE"] = str(tmp_path / "keyring.json")
        yield sandbox.new_organization(credits=640).key


@pytest.mark.own_server
def test_the_app_comes_back_after_a_power_cut_with_the_key_that_this_computer_remembers(
    key_of_a_computer_with_a_keyring: str,
    running_app: RunningApp,
    visit: Callable[[str], Page],
    screenshot: Callable[[str], Path],
) -> None:
    page = visit("/connect")
    page.get_by_label("API key", exact=True).fill(key_of_a_computer_with_a_keyring)
    page.get_by_text("Remember on this computer").click()
    screenshot("ticked")
    assert faults(page) == []
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("keyring remembers your key")).to_be_visible()
    gone = page.get_by_text("The app does not answer.")
    expect(gone).to_be_hidden()
    running_app.kill()
    expect(gone).to_be_visible()
    running_app.start()
    expect(gone).to_be_hidden()
    page.context.clear_cookies()
    expect(visit("/").get_by_text("640").first).to_be_visible()
    assert key_of_a_computer_with_a_keyring not in page.content() + running_app.log
