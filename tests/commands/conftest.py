"""A terminal, and an API of invented people that it can talk to."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from cleanlist_core.sandbox import IssuedKey, OrganizationEntry, Sandbox, SandboxOptions, serve
from tests.commands.terminal import Terminal

FACTOR = 50.0
"""So that a look-up of 38 seconds takes less than one."""


@dataclass(frozen=True)
class Api:
    """The sandbox as the commands find it."""

    sandbox: Sandbox
    base_url: str
    issued: IssuedKey

    @property
    def settings(self) -> dict[str, str]:
        """Settings of a command that uses it, by name."""
        return self.settings_for(self.issued.key)

    def settings_for(self, key: str) -> dict[str, str]:
        seconds = self.sandbox.options.real_window_seconds
        return {
            "base_url": self.base_url,
            "api_key": key,
            "rate_limit": f"{self.sandbox.options.rate_limit}/{seconds:g}",
            "poll_seconds": "0.1",
            "practice": "off",
        }

    @property
    def seen(self) -> OrganizationEntry:
        """What happened to the organization of the key."""
        return next(
            entry for entry in self.sandbox.ledger() if entry.organization_id == self.issued.organization_id
        )

    @property
    def people_asked(self) -> list[str]:
        """Everybody who was accepted for a look-up, one text each."""
        return [
            "|".join(str(contact[name]) for name in sorted(contact))
            for workflow in self.seen.workflows
            for contact in workflow.contacts
        ]

    @property
    def charged(self) -> int:
        return sum(workflow.charged for workflow in self.seen.workflows)

    def charges(self, reason: str) -> int:
        """How many finds of a kind were charged: "email" or "phone"."""
        return sum(charge.reason == reason for workflow in self.seen.workflows for charge in workflow.charges)


def serve_api(options: SandboxOptions) -> Iterator[Api]:
    with Sandbox(options) as sandbox, serve(sandbox) as running:
        yield Api(sandbox, running.base_url, sandbox.new_organization())


@pytest.fixture
def api() -> Iterator[Api]:
    yield from serve_api(SandboxOptions(time_factor=FACTOR, credits=5000))


@pytest.fixture
def unhurried_api() -> Iterator[Api]:
    """An API slow enough to end a command in the middle: a look-up takes about four seconds."""
    yield from serve_api(SandboxOptions(time_factor=10, credits=5000))


@pytest.fixture
def terminal(
    command_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.setenv("CLEANLIST_PRACTICE", "off")
    return Terminal({**command_environment, "CLEANLIST_PRACTICE": "off"}, tmp_path)


NAMES = ("Adair", "Bellamy", "Castor", "Dorsey", "Ellery", "Fenwick", "Garland", "Hollis", "Ingram", "Jarvis")


def invented_people(count: int) -> list[list[str]]:
    """Different people: first name, last name, company, website."""
    people = []
    for number in range(count):
        first, last, more = NAMES[number % 10], NAMES[number // 10 % 10], NAMES[number // 100 % 10]
        people.append([first, f"{last}-{more}", f"{more} Works", f"{more.lower()}-works.example"])
    return people


HEADER = ("First Name", "Last Name", "Company", "Website")


def write_people(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    return path


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a file we wrote, by column; the columns must have different names."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A file of twelve different people."""
    return write_people(tmp_path / "people.csv", invented_people(12))
