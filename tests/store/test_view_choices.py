from __future__ import annotations

from pathlib import Path

from cleanlist_core.store.database import open_sqlite
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.store.view_choices import remember_view, remembered_view


def test_each_organization_keeps_its_own_views(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "views.sqlite3")
    for name in ("ours", "theirs"):
        remember_organization(database, name, "user")
    assert remembered_view(database, "ours", "results") == {}
    remember_view(database, "ours", "results", {"size": 25})
    remember_view(database, "ours", "history", {"size": 10})
    remember_view(database, "ours", "results", {"size": 100})
    assert remembered_view(database, "ours", "results") == {"size": 100}
    assert remembered_view(database, "ours", "history") == {"size": 10}
    assert remembered_view(database, "theirs", "results") == {}
    database.close()
