"""What the contract tests talk to: the sandbox in every dialect, and by choice the real API.

The real API takes two decisions: `-m live` and a key in CLEANLIST_LIVE_KEY. One test looks up the
email of one person, for at most one credit; all others ask what costs nothing. What it may cost is said
before anything is sent. Without both decisions there are no such tests at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.sandbox.answers import DIALECTS
from cleanlist_core.settings import DEFAULT_BASE_URL
from tests.conftest import LIVE, live_key

START = 1_800_000_000.0


class ManualClock:
    """Time that passes when it is told to; it stands in for sleeping too."""

    def __init__(self) -> None:
        self.now = START
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass(frozen=True)
class Service:
    """The API as somebody with a key meets it. wait: lets a few seconds pass."""

    base_url: str
    client: CleanlistClient
    wait: Callable[[], None]


@dataclass(frozen=True)
class Practice(Service):
    """The sandbox, with what only a sandbox can tell."""

    sandbox: Sandbox
    clock: ManualClock
    key: str

    def client_for(self, key: str, *, attempts: int = 4) -> CleanlistClient:
        return CleanlistClient(
            self.base_url, key, sleep=self.clock.sleep, clock=self.clock, attempts=attempts
        )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "service" in metafunc.fixturenames:
        metafunc.parametrize("service", [*DIALECTS, *_live(metafunc.config)], indirect=True)
    elif "practice" in metafunc.fixturenames:
        metafunc.parametrize("practice", list(DIALECTS), indirect=True)


def _live(config: pytest.Config) -> list[object]:
    key = live_key(config)
    return [pytest.param(key, marks=pytest.mark.live, id=LIVE)] if key else []


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """Everybody's API: asked what costs nothing, and for one person once."""
    if request.param in DIALECTS:
        yield from _practice(request.param)
        return
    with CleanlistClient(DEFAULT_BASE_URL, request.param) as client:
        yield Service(DEFAULT_BASE_URL, client, lambda: time.sleep(5))


@pytest.fixture
def practice(request: pytest.FixtureRequest) -> Iterator[Practice]:
    """The sandbox alone, where spending is free."""
    yield from _practice(request.param)


def _practice(dialect: str) -> Iterator[Practice]:
    clock = ManualClock()
    options = SandboxOptions(time_factor=1, dialect=dialect)
    with Sandbox(options, clock=clock) as sandbox, serve(sandbox) as running:
        key = sandbox.new_organization(credits=1000).key
        with CleanlistClient(running.base_url, key, sleep=clock.sleep, clock=clock) as client:
            yield Practice(
                base_url=running.base_url,
                client=client,
                wait=lambda: clock.sleep(5),
                sandbox=sandbox,
                clock=clock,
                key=key,
            )
