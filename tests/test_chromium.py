"""Which Chromium the browser tests would use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.chromium import find_chromium


def program(folder: Path, name: str) -> Path:
    path = folder / (f"{name}.exe" if os.name == "nt" else name)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_a_browser_on_the_path_is_found(tmp_path: Path, name: str) -> None:
    path = program(tmp_path, name)
    assert Path(find_chromium({"PATH": str(tmp_path)}) or "") == path


def test_the_named_browser_comes_first(tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    named = program(tmp_path, "my-browser")
    found = find_chromium({"PATH": str(tmp_path), "CLEANLIST_CHROMIUM": str(named)})
    assert Path(found or "") == named


def test_a_named_browser_that_is_not_there_is_not_replaced_by_another(tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    missing = tmp_path / "gone"
    assert find_chromium({"PATH": str(tmp_path), "CLEANLIST_CHROMIUM": str(missing)}) is None


def test_without_a_browser_nothing_is_found(tmp_path: Path) -> None:
    assert find_chromium({"PATH": str(tmp_path)}) is None
