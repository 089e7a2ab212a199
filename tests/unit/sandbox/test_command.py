"""`python -m cleanlist_core sandbox`: what it says, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from cleanlist_core.__main__ import main
from cleanlist_core.sandbox import Sandbox, serve

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--dialect", "esperanto"], "unknown dialect 'esperanto'; there are: default, by_task"),
        (["--dialect", "flat_counts", "--dialect", "summary_counts"], "contradict each other"),
        (["--faults", "bulk:2=418"], "unknown fault '418' for bulk; there are: 429, 500"),
        (["--faults", "mail:2=500"], "faults cannot strike 'mail'"),
        (["--key", "secret"], "a key is clapi_ and 64 letters"),
    ],
)
def test_a_name_nobody_knows_is_refused_in_a_sentence(options: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["sandbox", *options])
    assert done.exit_code == 2
    assert said in done.output
    assert done.output.rstrip().endswith("Nothing was started.")
    assert "Traceback" not in done.output


def test_a_state_file_that_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    state = tmp_path / "letter.txt"
    state.write_text("Dear sandbox, " * 100, encoding="utf-8")
    done = CliRunner().invoke(main, ["sandbox", "--state", str(state)])
    assert done.exit_code == 2
    assert "cannot keep its state" in done.output
    assert state.read_text(encoding="utf-8").startswith("Dear sandbox")


def test_a_port_that_is_taken_is_refused_in_a_sentence() -> None:
    with serve(Sandbox()) as taken:
        done = CliRunner().invoke(main, ["sandbox", "--port", str(taken.port)])
        read_by_a_program = CliRunner().invoke(main, ["sandbox", "--port", str(taken.port), "--json"])
    assert done.exit_code == read_by_a_program.exit_code == 2
    assert f"Port {taken.port} cannot be used" in done.output
    assert "Key:" not in done.output
    assert json.loads(read_by_a_program.stdout)["error"]["code"] == "sandbox_port"


def test_it_starts_as_told_and_says_how_to_reach_it(tmp_path: Path) -> None:
    with serve(Sandbox()) as free:
        port = free.port
    key = "clapi_" + "k" * 64
    options = [
        "--port", str(port), "--time-factor", "50", "--credits", "77", "--key", key, "--json",
        "--dialect", "structured_errors", "--dialect", "credits_remaining",
        "--faults", "validate:1=503", "--webhooks-anywhere", "--state", str(tmp_path / "state.db"),
    ]  # fmt: skip
    command = [sys.executable, "-W", "error", "-m", "cleanlist_core", "sandbox", *options]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        headers = {"Authorization": f"Bearer {told['key']}"}
        transport = httpx.HTTPTransport(retries=8)
        with httpx.Client(base_url=told["base_url"], headers=headers, transport=transport) as api:
            assert api.get("/credits/balance").json() == {
                "credits_remaining": 77,
                "credits_used_this_month": 0,
            }
            assert api.get("/auth/validate-key").json()["error"]["code"] == "unavailable"
            assert api.get("/auth/validate-key").json()["organization_id"] == told["organization_id"]
            page = api.get(f"http://127.0.0.1:{port}/").text
        os.kill(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert (told["key"], output) == (key, "")
    assert "Dialect: structured_errors+credits_remaining. Faults: validate:1=503." in errors
    assert "any address" in page
    assert "Traceback" not in errors
