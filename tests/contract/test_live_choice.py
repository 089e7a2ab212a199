"""The real API is asked by choice alone, and whoever chooses it is told the price first."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


def collected(*options: str, key: str) -> str:
    """What pytest would run; nothing is run and nobody is asked."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-n",
        "0",
        *options,
        "tests/contract/test_contract.py",
    ]
    environment = {**os.environ, "CLEANLIST_LIVE_KEY": key, "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.stdout


@pytest.mark.parametrize(
    ("options", "key"),
    [
        pytest.param((), "clapi_invented", id="a key alone"),
        pytest.param(("-m", "live"), "", id="the choice alone"),
        pytest.param(("-m", "not browser"), "clapi_invented", id="another choice"),
    ],
)
def test_without_both_decisions_no_test_asks_the_real_api(options: tuple[str, ...], key: str) -> None:
    seen = collected(*options, key=key)
    assert "[live]" not in seen
    assert "LIVE" not in seen


def test_with_both_the_price_is_said_before_anything_else() -> None:
    seen = collected("-m", "live", key="clapi_invented")
    assert "costs at most 1 credit" in seen.partition("collected")[0]
    assert "[live]" in seen
    assert "[default]" not in seen
    assert "clapi_invented" not in seen
    assert seen.count("costs_a_credit_at_most[live]") == 1
