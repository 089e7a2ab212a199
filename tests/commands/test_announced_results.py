"""Results announced to the real server, while a command drives the run in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.store.database import open_sqlite
from cleanlist_core.store.schema import batch, raw_answer
from tests.browser.running_app import RunningApp
from tests.runs.scene import as_csv, people

POLL_SECONDS = 60
"""So rarely that only an announcement can end the run in time."""


@pytest.fixture
def sandbox() -> Iterator[tuple[Sandbox, str]]:
    with Sandbox(SandboxOptions(time_factor=20)) as simulated, serve(simulated) as running:
        yield simulated, running.base_url


def test_a_run_ends_by_announcement_long_before_the_next_look(
    sandbox: tuple[Sandbox, str], tmp_path: Path, data_dir: Path, command_environment: dict[str, str]
) -> None:
    simulated, base_url = sandbox
    environment = {**command_environment, "CLEANLIST_BASE_URL": base_url}
    environment |= {"CLEANLIST_API_KEY": simulated.new_organization().key}
    environment |= {"CLEANLIST_POLL_SECONDS": str(POLL_SECONDS), "CLEANLIST_DATA_DIR": str(data_dir)}
    folder = tmp_path / "server"
    folder.mkdir()
    app = RunningApp(folder, environment)
    environment["CLEANLIST_WEBHOOK_BASE_URL"] = app.url
    app = replace(app, environment=environment)
    (tmp_path / "people.csv").write_bytes(as_csv(people(40)))
    app.start()
    try:
        started = time.monotonic()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "cleanlist_core", "enrich", str(tmp_path / "people.csv")),
                *("--type", "partial", "--output", str(tmp_path / "found.csv"), "--yes", "--json"),
            ],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=POLL_SECONDS,
        )
        took = time.monotonic() - started
    finally:
        app.stop()

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert (answer["status"], answer["sent"]) == ("finished", 40)
    assert took < POLL_SECONDS
    database = open_sqlite(data_dir / "cleanlist.sqlite3")
    with database.read() as connection:
        ways = list(connection.execute(select(raw_answer.c.via).order_by(raw_answer.c.id)).scalars())
        polls = list(connection.execute(select(batch.c.polls)).scalars())
    database.close()
    assert ways == ["acceptance", "announcement", "poll"]
    assert polls == [1]
