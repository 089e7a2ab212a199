"""Which PostgreSQL the tests would start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.postgres import find_postgres

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the tests start PostgreSQL on POSIX only")


def programs(root: Path, place: str) -> Path:
    folder = root / place
    folder.mkdir(parents=True)
    for name in ("initdb", "pg_ctl"):
        (folder / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def test_programs_on_the_path_come_first(tmp_path: Path) -> None:
    programs(tmp_path, "usr/lib/postgresql/17/bin")
    mine = programs(tmp_path, "mine")
    assert find_postgres({"PATH": str(mine)}, tmp_path) == mine


def test_the_newest_version_in_the_usual_place_is_taken(tmp_path: Path) -> None:
    for version in ("9", "15", "13"):
        programs(tmp_path, f"usr/lib/postgresql/{version}/bin")
    assert find_postgres({"PATH": ""}, tmp_path) == tmp_path / "usr/lib/postgresql/15/bin"


def test_a_client_without_a_server_is_not_enough(tmp_path: Path) -> None:
    (programs(tmp_path, "usr/lib/postgresql/15/bin") / "initdb").unlink()
    assert find_postgres({"PATH": ""}, tmp_path) is None
