"""What is remembered of a browser, and for how long."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pages.parts.session import Browsers, Connection, browser_of

ANN, BEN = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("cookies", "known"),
    [
        pytest.param({"bid": "x" * 32}, True, id="an id of ours"),
        pytest.param({"bid": "x" * 31}, False, id="an id short enough to be guessed"),
        pytest.param({"other": "x" * 32}, False, id="another cookie"),
        pytest.param({}, False, id="no cookie"),
    ],
)
def test_a_browser_is_known_by_a_cookie_that_cannot_be_guessed(cookies: dict[str, str], known: bool) -> None:
    assert bool(browser_of(cookies)) is known


def test_the_cookie_itself_is_not_kept() -> None:
    assert "x" * 32 not in browser_of({"bid": "x" * 32})


def test_browsers_have_their_own_connections() -> None:
    browsers = Browsers()
    browsers.remember(ANN, Connection("org_ann", practice=False))
    assert browsers.find(ANN) == Connection("org_ann", practice=False)
    assert browsers.find(BEN) is None


def test_the_longest_unseen_browser_is_forgotten_first() -> None:
    browsers = Browsers(most=2)
    for name in ("1", "2"):
        browsers.remember(name, Connection(f"org_{name}", practice=True))
    browsers.find("1")
    browsers.remember("3", Connection("org_3", practice=True))
    assert [browsers.find(name) is not None for name in ("1", "2", "3")] == [True, False, True]


def test_practice_outlasts_a_restart_and_real_organizations_never_touch_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "browsers.json"
    browsers = Browsers(path)
    browsers.remember(ANN, Connection("org_practice", practice=True, user_id="user_1"))
    browsers.remember(BEN, Connection("org_real", practice=False))
    assert "org_real" not in path.read_text(encoding="utf-8")
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600, "as private as the other files of the data folder"
    again = Browsers(path)
    assert again.find(ANN) == Connection("org_practice", practice=True, user_id="user_1")
    assert again.find(BEN) is None


def test_practice_written_down_by_an_older_version_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "browsers.json"
    path.write_text(json.dumps({ANN: "org_practice"}), encoding="utf-8")
    assert Browsers(path).find(ANN) == Connection("org_practice", practice=True)


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"1": 1}', '{"1": ["org"]}'])
def test_a_damaged_memory_of_practice_is_started_anew(tmp_path: Path, text: str) -> None:
    path = tmp_path / "browsers.json"
    path.write_text(text, encoding="utf-8")
    assert Browsers(path).find(ANN) is None
