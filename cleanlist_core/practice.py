"""Practice: the sandbox inside this process, one organization per visitor, 1,000 credits of no worth.

Same code as with a real key, over real HTTP; the data is kept apart and swept after a day.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.settings import RateLimit, Settings

TIME_FACTOR = 2.0
"""So that 250 people take about 20 seconds."""
CREDITS = 1000
KEEP_SECONDS = 86_400.0


class PracticeApi:
    """The sandbox as an API of its own, listening on this machine only."""

    def __init__(self, data_dir: Path, *, time_factor: float | None = None) -> None:
        self._options = SandboxOptions(time_factor=time_factor or TIME_FACTOR, credits=CREDITS)
        self._sandbox = Sandbox(self._options, state_path=data_dir / "practice-sandbox.sqlite3")
        self._running = ExitStack()
        self.base_url = self._running.enter_context(serve(self._sandbox)).base_url

    def settings(self, settings: Settings) -> Settings:
        """The same settings, for this API: its address, its faster clock, no key from the environment."""
        limit = RateLimit(self._options.rate_limit, self._options.window_seconds / self._options.time_factor)
        return settings.model_copy(
            update={
                "base_url": self.base_url,
                "api_key": None,
                "master_key": None,
                "database_url": None,
                "rate_limit": limit,
                "poll_seconds": settings.poll_seconds / self._options.time_factor,
                "webhook_base_url": None,
            }
        )

    def new_key(self) -> str:
        """A key of a new organization with its practice credits."""
        return self._sandbox.new_organization().key

    def key_for(self, organization_id: str) -> str | None:
        return self._sandbox.key_for(organization_id)

    def email_key_for(self, organization_id: str) -> str | None:
        """A key that looks up one person at a time; None for an organization that is not there any more."""
        if self._sandbox.key_for(organization_id) is None:
            return None
        kept = self._sandbox.key_for(organization_id, "single")
        return kept or self._sandbox.issue_key(organization_id, kind="single")

    def sweep(self) -> None:
        self._sandbox.sweep(KEEP_SECONDS)

    def close(self) -> None:
        self._running.close()
        self._sandbox.close()
