from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from cleanlist_core.sandbox import IssuedKey, Sandbox, SandboxOptions, serve


class Clock:
    """Time that moves only when told."""

    def __init__(self) -> None:
        self.now = 1_780_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    options = SandboxOptions(time_factor=1, credits=5000, rate_limit=1000)
    with Sandbox(options, clock=clock) as made:
        yield made


@pytest.fixture
def organization(sandbox: Sandbox) -> IssuedKey:
    return sandbox.new_organization()


@pytest.fixture
def api(sandbox: Sandbox, organization: IssuedKey) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {organization.key}"}
    with serve(sandbox) as running, httpx.Client(base_url=running.base_url, headers=headers) as client:
        yield client


def people(count: int, *, offset: int = 0) -> list[dict[str, str]]:
    return [
        {"first_name": "Ilse", "last_name": f"Varga{n}", "company_domain": f"firm{n % 50}.example"}
        for n in range(offset, offset + count)
    ]
