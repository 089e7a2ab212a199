from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cleanlist_core.store.database import Database
from tests.databases import NewUrl
from tests.unit.results.building import open_database


@pytest.fixture
def database(tmp_path: Path, new_url: NewUrl) -> Iterator[Database]:
    opened = open_database(tmp_path, new_url(tmp_path))
    yield opened
    opened.close()
