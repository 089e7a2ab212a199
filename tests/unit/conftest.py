"""A workspace with one organization, for tests of what a person does with a list before it is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cleanlist_core.settings import read_settings
from cleanlist_core.store.database import open_sqlite
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.workspace import Workspace

ORG = "org_lists"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    database = open_sqlite(tmp_path / "lists.sqlite3")
    remember_organization(database, ORG, "user")
    opened = Workspace(read_settings(), database)
    yield opened
    opened.close()
