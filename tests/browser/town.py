"""The app beside a sandbox in the place of the real API: quick, generous, and able to fail when told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from cleanlist_core.sandbox import IssuedKey, Sandbox, SandboxOptions, serve
from tests.browser.running_app import RunningApp

QUICK = SandboxOptions(time_factor=100, rate_limit=100_000)
"""A 40-second look-up takes 0.4 s, and nobody is asked to wait."""

PATIENT_SETTINGS = {
    "CLEANLIST_RATE_LIMIT": "1000/1",
    "CLEANLIST_POLL_SECONDS": "0.2",
    "CLEANLIST_RESEND_AFTER_SECONDS": "0",
}


@dataclass
class Town:
    """One server for many visitors, each of whom sees only what is their organization's."""

    app: RunningApp
    sandbox: Sandbox

    def connect(self, page: Page, credits_given: float = 1000) -> IssuedKey:
        """Let a visitor connect the key of a new organization, as a person would."""
        issued = self.sandbox.new_organization(credits=credits_given)
        page.goto("/connect")
        page.get_by_label("API key", exact=True).fill(issued.key)
        page.get_by_role("button", name="Connect", exact=True).click()
        expect(page.get_by_text("Connected.")).to_be_visible()
        return issued

    @contextmanager
    def failing(self, faults: str) -> Iterator[None]:
        """While the block runs, the API fails like this: see the sandbox's faults."""
        self.sandbox.faults.change(faults)
        try:
            yield
        finally:
            self.sandbox.faults.change("")


@contextmanager
def open_town(folder: Path, environment: dict[str, str]) -> Iterator[Town]:
    with Sandbox(QUICK) as sandbox, serve(sandbox) as running:
        settings = {**PATIENT_SETTINGS, "CLEANLIST_BASE_URL": running.base_url}
        app = RunningApp(folder, {**environment, **settings})
        app.start()
        try:
            yield Town(app, sandbox)
        finally:
            app.stop()
