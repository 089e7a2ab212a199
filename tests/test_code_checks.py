"""Style and types are tests like any other, so that one command checks everything on every system."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.timeout(900)  # the first look at the types of all packages takes a while
@pytest.mark.parametrize(
    "check",
    [
        pytest.param(["ruff", "check"], id="ruff finds no fault"),
        pytest.param(["ruff", "format", "--check"], id="ruff would format nothing differently"),
        pytest.param(["mypy"], id="mypy finds no fault"),
    ],
)
def test_the_code_is_clean(check: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *check],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
