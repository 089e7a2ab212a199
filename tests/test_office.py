"""Which LibreOffice the tests would use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.office import find_office


@pytest.mark.parametrize("name", ["soffice", "libreoffice"])
def test_an_office_on_the_path_is_found(tmp_path: Path, name: str) -> None:
    path = tmp_path / (f"{name}.exe" if os.name == "nt" else name)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    assert Path(find_office({"PATH": str(tmp_path)}) or "") == path


def test_without_an_office_nothing_is_found(tmp_path: Path) -> None:
    assert find_office({"PATH": str(tmp_path)}) is None
