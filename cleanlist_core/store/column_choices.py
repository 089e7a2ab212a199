"""Columns as a person chose them, remembered per organization for files with the same header."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import column_choice


def remember_choice(
    database: Database, organization_id: str, headers: Sequence[str], chosen: Mapping[str, str]
) -> None:
    """Keep what was chosen, field → header or "" for none; nothing chosen is nothing to keep."""
    with database.write(organization_id) as connection:
        connection.execute(delete(column_choice).where(_of(organization_id, headers)))
        if chosen:
            values = {"chosen": dict(chosen), "chosen_at": database.now(connection)}
            owner = {"organization_id": organization_id, "headers": _digest(headers)}
            connection.execute(insert(column_choice).values(owner | values))


def find_choice(database: Database, organization_id: str, headers: Sequence[str]) -> dict[str, str]:
    """What was chosen last time for a file with this header; empty when nothing was."""
    with database.read() as connection:
        query = select(column_choice.c.chosen).where(_of(organization_id, headers))
        return dict(connection.execute(query).scalar() or {})


def claim_choice(
    database: Database, organization_id: str, headers: Sequence[str], list_id: str, *, before: str = ""
) -> None:
    """Say on which list the choice was made: the first one stored after it, or what replaces that one."""
    unclaimed = column_choice.c.list_id.in_(("", before))
    with database.write_at_once() as connection:
        mine = _of(organization_id, headers)
        connection.execute(update(column_choice).where(mine, unclaimed).values(list_id=list_id))


def chosen_on(database: Database, organization_id: str, headers: Sequence[str]) -> str:
    """The id of the list on which the choice was made; "" when nothing was chosen."""
    with database.read() as connection:
        query = select(column_choice.c.list_id).where(_of(organization_id, headers))
        return str(connection.execute(query).scalar() or "")


def forget_choice(database: Database, organization_id: str, headers: Sequence[str]) -> None:
    with database.write_at_once() as connection:
        connection.execute(delete(column_choice).where(_of(organization_id, headers)))


def _of(organization_id: str, headers: Sequence[str]) -> ColumnElement[bool]:
    return and_(
        column_choice.c.organization_id == organization_id, column_choice.c.headers == _digest(headers)
    )


def _digest(headers: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(headers), ensure_ascii=False).encode()).hexdigest()
