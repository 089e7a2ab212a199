"""Commands that are killed, go on elsewhere, or serve until they are told to stop."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.browser.running_app import free_port
from tests.commands.conftest import Api, invented_people, read_rows, write_people
from tests.commands.terminal import Terminal

SOME_SENT = re.compile(r"\d+ of 520 people")


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """People for three requests."""
    return write_people(tmp_path / "many.csv", invented_people(520))


def wait_until_sent(api: Api, requests: int) -> None:
    deadline = time.monotonic() + 60
    while len(api.seen.workflows) < requests:
        assert time.monotonic() < deadline, "nothing was sent"
        threading.Event().wait(0.02)


def wait_until_recorded(database: Path, requests: int) -> None:
    """Until so many requests are with the API and the command knows it: a kill leaves none in doubt."""
    known = "SELECT count(*) FROM batch WHERE state IN ('sent', 'finished')"
    deadline = time.monotonic() + 60
    with closing(sqlite3.connect(database)) as connection:
        while connection.execute(known).fetchone()[0] < requests:
            assert time.monotonic() < deadline, "nothing was sent"
            threading.Event().wait(0.02)


def test_a_killed_job_is_resumed_without_paying_twice_and_exported(
    terminal: Terminal, unhurried_api: Api, many: Path, tmp_path: Path, data_dir: Path
) -> None:
    settings = unhurried_api.settings
    order = ("enrich", many, "--type", "partial", "--output", tmp_path / "out.csv", "--yes", "--json")
    with terminal.start(*order, **settings) as running:
        running.wait_for(lambda line: SOME_SENT.search(line) is not None)
        wait_until_recorded(data_dir / "cleanlist.sqlite3", 3)
        running.end(signal.SIGKILL)
    assert not (tmp_path / "out.csv").exists()
    (left,) = terminal.run("runs", "--json", **settings).answer["runs"]
    assert left["status"] == "running"

    done = terminal.run_apart("resume", "--json", **settings)
    assert done.code == 0, done.err
    assert done.answer["run_id"] == left["run_id"]
    assert (done.answer["status"], done.answer["sent"]) == ("finished", 520)
    assert done.answer["credits_spent"] == unhurried_api.charged
    assert len(unhurried_api.people_asked) == len(set(unhurried_api.people_asked)) == 520

    assert terminal.run_apart("export", left["run_id"], "--output", tmp_path / "out.csv").code == 0
    rows = read_rows(tmp_path / "out.csv")
    assert sum(bool(row["Cleanlist Email"]) for row in rows) == done.answer["emails_found"]


def test_a_worker_drives_what_another_command_left_and_ends_when_told(
    terminal: Terminal, unhurried_api: Api, many: Path, tmp_path: Path
) -> None:
    settings = unhurried_api.settings
    order = ("enrich", many, "--type", "partial", "--output", tmp_path / "out.csv", "--yes")
    with terminal.start(*order, **settings) as running:
        wait_until_sent(unhurried_api, 1)
        running.end(signal.SIGKILL)
    with terminal.start("worker", **settings) as worker:
        worker.wait_for(lambda line: "Driving runs" in line)
        deadline = time.monotonic() + 60
        while terminal.run("runs", "--json", **settings).answer["runs"][0]["status"] == "running":
            assert time.monotonic() < deadline, "the worker did not finish the run"
        assert worker.end(signal.SIGTERM).code == 0
    (run,) = terminal.run("runs", "--json", **settings).answer["runs"]
    assert run["status"] in ("finished", "needs_you")
    assert len(unhurried_api.people_asked) == len(set(unhurried_api.people_asked))
    assert run["credits_spent"] == unhurried_api.charged or run["uncertain_batches"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["told to end", "Ctrl+C"])
def test_the_sandbox_serves_until_it_is_told_to_stop(number: int, terminal: Terminal) -> None:
    port = free_port()
    with terminal.start("sandbox", "--port", str(port), "--time-factor", "50", "--json") as running:
        told = json.loads(running.wait_for(lambda line: line.startswith("{")))
        assert told["base_url"] == f"http://127.0.0.1:{port}/api/v1/public"
        headers = {"Authorization": f"Bearer {told['key']}"}
        transport = httpx.HTTPTransport(retries=5)
        with httpx.Client(transport=transport, headers=headers) as client:
            found = client.get(f"{told['base_url']}/auth/validate-key").json()
        assert found["organization_id"] == told["organization_id"]
        started = time.monotonic()
        assert running.end(number).code in (0, -number)
        assert time.monotonic() - started < 5


def test_a_sandbox_that_speaks_no_known_form_does_not_start(terminal: Terminal) -> None:
    done = terminal.run("sandbox", "--dialect", "pidgin")
    assert done.code == 2
    assert "Nothing was started" in done.err


def test_practice_is_the_whole_job_without_a_key(terminal: Terminal, tmp_path: Path) -> None:
    file = write_people(tmp_path / "twenty.csv", invented_people(20))
    output = tmp_path / "out.csv"
    done = terminal.run_apart(
        "enrich", file, "--type", "full", "--output", output, "--practice", "--yes", "--json"
    )
    assert done.code == 0, done.err
    assert (done.answer["rows"], done.answer["sent"], done.answer["status"]) == (20, 20, "finished")
    assert 0 < done.answer["credits_spent"] <= 220
    assert len(read_rows(output)) == 20


def test_practice_survives_a_kill(terminal: Terminal, tmp_path: Path, data_dir: Path) -> None:
    file = write_people(tmp_path / "twenty.csv", invented_people(20))
    order = ("enrich", file, "--type", "partial", "--output", tmp_path / "out.csv", "--practice", "--yes")
    with terminal.start(*order, practice="on") as running:
        running.wait_for(lambda line: "of 20 people" in line)
        wait_until_recorded(data_dir / "practice.sqlite3", 1)
        running.end(signal.SIGKILL)
    done = terminal.run_apart("resume", "--json", practice="on")
    assert done.code == 0, done.err
    assert (done.answer["status"], done.answer["sent"]) == ("finished", 20)
    assert (
        terminal.run("export", done.answer["run_id"], "--output", tmp_path / "out.csv", practice="on").code
        == 0
    )
    assert len(read_rows(tmp_path / "out.csv")) == 20
