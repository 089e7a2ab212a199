"""One person by email, from the key it needs to the card, as a browser shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from tests.browser.conftest import View
from tests.runs.test_by_email import somebody

SIZES = [View("light", 1440), View("dark", 390)]


@dataclass(frozen=True)
class Api:
    """known: an email whose person it finds, with a phone."""

    sandbox: Sandbox
    organization_id: str
    known: str


@pytest.fixture
def api(command_environment: dict[str, str], tmp_path: Path) -> Iterator[Api]:
    """The sandbox as the API of a single-user install, whose key is in Streamlit's secrets."""
    with Sandbox(SandboxOptions(time_factor=100)) as sandbox, serve(sandbox) as running:
        issued = sandbox.new_organization(credits=500)
        command_environment["CLEANLIST_BASE_URL"] = running.base_url
        secrets = tmp_path / "server" / "secrets.toml"
        secrets.parent.mkdir()
        secrets.write_text(f'CLEANLIST_API_KEY = "{issued.key}"\n', encoding="utf-8")
        other = sandbox.issue_key(sandbox.new_organization().organization_id, kind="single")
        known = somebody(running.base_url, other, email=True, phone=True)
        yield Api(sandbox, issued.organization_id, known)


@pytest.mark.own_server
@pytest.mark.parametrize("view", SIZES, ids=str, indirect=True)
def test_somebody_is_looked_up_by_email_with_the_other_kind_of_key(
    api: Api,
    visit: Callable[[str], Page],
    screenshot: Callable[[str], object],
) -> None:
    page = visit("/lookup")
    page.get_by_role("radio", name="Email", exact=True).click()
    expect(page.get_by_text("needs the other kind of key")).to_be_visible()
    screenshot("key")
    key = api.sandbox.issue_key(api.organization_id, kind="single")
    page.get_by_label("Key for looking people up by email", exact=True).fill(key)
    page.get_by_role("button", name="Use this key · free").click()
    button = page.get_by_role("button", name="Look up · at most 11 credits")
    expect(button).to_be_visible()
    page.get_by_label("Email", exact=True).fill(api.known)
    screenshot("form")
    button.click()
    expect(page.get_by_text("looked up by Email")).to_be_visible()
    expect(page.get_by_text("Email confirmed; phone found.")).to_be_visible()
    assert key not in page.content()
    screenshot("card")
    (entry,) = [one for one in api.sandbox.ledger() if one.organization_id == api.organization_id]
    assert [one.contact for one in entry.lookups] == [{"email": api.known}]
