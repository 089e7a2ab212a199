"""The first look at the app, in either theme and width."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import VIEWS, View
from tests.browser.running_app import RunningApp


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


@pytest.mark.own_server
def test_the_app_comes_back_on_the_same_address_after_a_power_cut(
    running_app: RunningApp, visit: Callable[[str], Page]
) -> None:
    visit("/")
    running_app.kill()
    running_app.start()
    expect(visit("/").get_by_role("heading", level=1)).to_be_visible()
