"""The workspaces of a process: the real one, and the one for practice."""

from __future__ import annotations

from dataclasses import dataclass

from cleanlist_core.alerts import keep_addresses_out_of_logs
from cleanlist_core.practice import KEEP_SECONDS, PracticeApi
from cleanlist_core.runs import announcements
from cleanlist_core.settings import Settings
from cleanlist_core.store import organizations, runs
from cleanlist_core.store.database import open_sqlite, open_url
from cleanlist_core.store.runs import RunView
from cleanlist_core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Workspaces:
    """Both workspaces of a process. practice: None where it is switched off."""

    real: Workspace
    practice: Workspace | None

    def each(self) -> list[Workspace]:
        return [self.real] if self.practice is None else [self.real, self.practice]

    def find_run(self, run_id: str) -> tuple[Workspace, RunView]:
        """A run wherever it is, for commands on this machine. Raises RunError."""
        for workspace in self.each()[:-1]:
            found = runs.find_runs(workspace.database, limit=100_000)
            if any(view.id == run_id for view in found):
                return workspace, runs.get_run(workspace.database, None, run_id)
        last = self.each()[-1]
        return last, runs.get_run(last.database, None, run_id)

    def take_announcement(self, token: str, secret: str, body: bytes) -> int:
        """What the API announced at our public address. Returns the HTTP status to answer with."""
        return announcements.receive(self.real.database, token, secret, body)

    def close(self) -> None:
        for workspace in self.each():
            workspace.close()


def open_workspaces(settings: Settings, *, drive: bool) -> Workspaces:
    """Open the data, and with `drive` start driving runs. Raises SettingsError."""
    keep_addresses_out_of_logs()
    workspaces = Workspaces(_open_real(settings), _open_practice(settings))
    if drive:
        for workspace in workspaces.each():
            workspace.start_engine()
    return workspaces


def _open_real(settings: Settings) -> Workspace:
    if settings.database_url is not None:
        return Workspace(settings, open_url(settings.database_url.get_secret_value()))
    return Workspace(settings, open_sqlite(settings.data_dir / "cleanlist.sqlite3"))


def _open_practice(settings: Settings) -> Workspace | None:
    if settings.practice == "off":
        return None
    database = open_sqlite(settings.data_dir / "practice.sqlite3")
    organizations.forget_organizations(database, older_than_seconds=KEEP_SECONDS)
    api = PracticeApi(settings.data_dir)
    api.sweep()
    return Workspace(api.settings(settings), database, api)
