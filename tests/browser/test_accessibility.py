"""Nobody is shut out: axe-core looks at every screen in each of its states, and large letters fit on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.reflow import lost_when_large
from tests.browser.screens import WALKS, Walk
from tests.browser.town import Town


class Streamlits(NamedTuple):
    """A violation in markup that Streamlit writes and we cannot reach. marked: what its HTML holds."""

    rule: str
    marked: str
    reason: str


NOT_OURS = (
    Streamlits(
        "presentation-role-conflict",
        'data-testid="stFileUploaderDropzone"',
        "The drop zone is a section with a role it takes back; its button and label are read all the same.",
    ),
    Streamlits(
        "aria-dialog-name",
        'data-testid="stToast"',
        "A toast is named by an element that is never drawn; what it tells stands on every screen as well.",
    ),
)


ONLY_VIOLATIONS: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS = {**ONLY_VIOLATIONS, "runOnly": ["color-contrast", "link-in-text-block"]}


def faults(page: Page) -> list[str]:
    """What axe-core finds wrong on the page as it is, in a line each, without what is Streamlit's own."""
    return _ours(Axe().run(page, options=ONLY_VIOLATIONS).response)


def faults_in_colours(page: Page) -> list[str]:
    """The same after the colours have changed and nothing else: axe-core is on the page already."""
    return _ours(page.evaluate("options => axe.run(options)", COLOURS))


def _ours(response: dict[str, Any]) -> list[str]:
    return [
        f"{violation['id']}: {node['html'][:300]}"
        for violation in response["violations"]
        for node in violation["nodes"]
        if not any(known.rule == violation["id"] and known.marked in node["html"] for known in NOT_OURS)
    ]


def shown_in(page: Page, theme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=theme)
    expect(page.locator('[data-testid="stApp"]')).to_have_css("color-scheme", theme)


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__.replace("_", " "))
def test_every_screen_can_be_used_by_everybody(
    page: Page, town: Town, walk: Walk, screenshot: Callable[[str], Path]
) -> None:
    wrong: dict[str, list[str]] = {}

    def look(state: str) -> None:
        assert page.get_by_role("heading", level=1).count() == 1, f"{state} needs one title"
        found = faults(page)
        screenshot(state)
        shown_in(page, "dark")
        found += faults_in_colours(page)
        shown_in(page, "light")
        found += lost_when_large(page)
        if found:
            wrong[state] = found

    walk(page, town, look)
    assert not wrong
