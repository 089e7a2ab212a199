"""What every test stands on: no settings of this machine, no proxies, a word when a program is missing."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from cleanlist_core.settings import Settings
from tests.browser.chromium import find_chromium
from tests.databases import (
    database_kind,
    databases_go_with_their_test,
    new_url,
    postgres,
    pytest_generate_tests,
)
from tests.office import find_office
from tests.postgres import find_postgres

__all__ = ["database_kind", "databases_go_with_their_test", "new_url", "postgres", "pytest_generate_tests"]

ROOT = Path(__file__).resolve().parent.parent
BROWSER_TESTS = ROOT / "tests" / "browser"
LONG_FILES = ("test_accessibility", "test_journeys", "test_results", "test_main_journey", "test_large_list")
LOOPBACK = "127.0.0.1,localhost,::1"
FOR_THE_TESTS = (
    "CLEANLIST_CHROMIUM",
    "CLEANLIST_REQUIRE_BROWSER",
    "CLEANLIST_REQUIRE_POSTGRES",
    "CLEANLIST_REQUIRE_OFFICE",
)

NOT_RUN = pytest.StashKey[dict[str, int]]()
LIVE = "live"
"""Program that is missing → how many tests did not run for want of it."""
HOW_TO_GET = {
    "Chromium": "apt-get install chromium), or name the program in CLEANLIST_CHROMIUM",
    "PostgreSQL": "apt-get install postgresql), or put its folder of programs on the path",
    "LibreOffice": "apt-get install libreoffice-calc-nogui), or put soffice on the path",
}

# How fast the machine is says nothing about the code; in CI the same examples are tried every time.
settings.register_profile("here", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NOT_RUN] = {}


def live_key(config: pytest.Config) -> str:
    """The key of those who chose to ask the real API; "" for everybody else."""
    return os.environ.get("CLEANLIST_LIVE_KEY", "") if config.getoption("markexpr").strip() == LIVE else ""


def pytest_report_header(config: pytest.Config) -> str | None:
    """Before the first request leaves, whoever pays for it is told."""
    if not live_key(config):
        return None
    return (
        "LIVE: these tests ask the real Cleanlist API with your key. They look up the email of one person,"
        " which costs at most 1 credit. Press Ctrl+C now to send nothing."
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells the process that writes the summary what it left out."""
    told: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["not_run"] = session.config.stash[NOT_RUN]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    told: dict[str, dict[str, int]] = getattr(node, "workeroutput", {})
    node.config.stash[NOT_RUN] |= told.get("not_run", {})


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores: many tests wait for other processes, or for time to pass."""
    return 1 + (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests come last: a running browser leaves an event loop behind in the thread of the tests.

    The longest files of them come first, so that in the end nobody has one left while the others are done.

    Without Chromium, PostgreSQL or LibreOffice the tests that need them are left out, and the summary says
    so; CLEANLIST_REQUIRE_BROWSER, CLEANLIST_REQUIRE_POSTGRES and CLEANLIST_REQUIRE_OFFICE let them fail.
    """
    in_browser = [item for item in items if item.path.is_relative_to(BROWSER_TESTS)]
    in_browser.sort(key=lambda item: LONG_FILES.index(item.path.stem) if item.path.stem in LONG_FILES else 99)
    elsewhere = [item for item in items if not item.path.is_relative_to(BROWSER_TESTS)]
    for item in in_browser:
        item.add_marker(pytest.mark.browser)
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(600))
    on_postgres = [item for item in elsewhere if item.get_closest_marker("postgres")]
    left_out: list[pytest.Item] = []
    if in_browser and find_chromium() is None and not is_required("BROWSER"):
        left_out += in_browser
        config.stash[NOT_RUN]["Chromium"] = len(in_browser)
    if on_postgres and find_postgres() is None and not is_required("POSTGRES"):
        left_out += on_postgres
        config.stash[NOT_RUN]["PostgreSQL"] = len(on_postgres)
    in_office = [item for item in elsewhere if item.get_closest_marker("office")]
    if in_office and find_office() is None and not is_required("OFFICE"):
        left_out += in_office
        config.stash[NOT_RUN]["LibreOffice"] = len(in_office)
    config.hook.pytest_deselected(items=left_out)
    gone = set(left_out)
    items[:] = [item for item in elsewhere + in_browser if item not in gone]


def is_required(what: str) -> bool:
    return os.environ.get(f"CLEANLIST_REQUIRE_{what}", "") not in ("", "0")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for program, count in config.stash[NOT_RUN].items():
        terminalreporter.section(f"{program} is missing", yellow=True)
        terminalreporter.line(
            f"{count} tests did not run: no {program} found. Install it (on Debian and Ubuntu:"
            f" {HOW_TO_GET[program]}."
        )


@pytest.fixture(scope="session", autouse=True)
def settings_of_this_machine_are_out_of_reach() -> Iterator[None]:
    """A real key (environment, `.env`, keyring) must never reach a test: it could be charged."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.upper().startswith("CLEANLIST_")]:
            if name not in FOR_THE_TESTS:
                patch.delenv(name)
        patch.setitem(Settings.model_config, "env_file", None)
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, ",".join(filter(None, [os.environ.get(name), LOOPBACK])))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        yield


@pytest.fixture(autouse=True)
def program_of_the_tests() -> Iterator[None]:
    """Streamlit leaves the script it ran last as `__main__`, and a new process would carry that out first."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, which the settings point to; it is created by whoever writes there."""
    folder = tmp_path / "data"
    monkeypatch.setenv("CLEANLIST_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def command_environment(data_dir: Path) -> dict[str, str]:
    """The environment for a command of ours in a process of its own.

    Run it with `cwd` outside the repository (`tmp_path` will do), where no developer keeps a `.env` file.
    """
    return environment_of_a_process(data_dir)


def environment_of_a_process(data_dir: Path) -> dict[str, str]:
    return {
        **os.environ,
        "CLEANLIST_DATA_DIR": str(data_dir),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "hurried")]),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
