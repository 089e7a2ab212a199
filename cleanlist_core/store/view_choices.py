"""How an organization likes to look at things: remembered for the next list and the next visit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import organization

VIEWS = "views"


def remembered_view(database: Database, organization_id: str, name: str) -> dict[str, Any]:
    """What was chosen for a view; nothing when nothing was."""
    with database.read() as connection:
        here = organization.c.id == organization_id
        known = connection.execute(select(organization.c.settings).where(here)).scalar() or {}
    view: dict[str, Any] = known.get(VIEWS, {}).get(name, {})
    return view


def remember_view(database: Database, organization_id: str, name: str, chosen: dict[str, Any]) -> None:
    with database.write_at_once() as connection:
        here = organization.c.id == organization_id
        query = select(organization.c.settings).where(here).with_for_update(key_share=True)
        known = connection.execute(query).scalar() or {}
        views = {**known.get(VIEWS, {}), name: chosen}
        connection.execute(update(organization).where(here).values(settings={**known, VIEWS: views}))
