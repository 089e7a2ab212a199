"""Sealed keys of organizations whose runs need one. Nothing here can open them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from cleanlist_core.domain import RunState
from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import run, sealed_key

Kind = Literal["lists", "email"]
"""Keys for lists, and those that look one person up by email."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose key it is, and what it opens."""

    organization_id: str
    kind: Kind

    def __str__(self) -> str:
        return f"{self.kind} {self.organization_id}"


def keep(database: Database, owner: Owner, sealed: str) -> bool:
    """Keep a sealed key while a run of the organization may need it. False when none does."""
    with database.write(owner.organization_id) as connection:
        connection.execute(delete(sealed_key).where(_of(owner)))
        theirs = select(run.c.id).where(run.c.organization_id == owner.organization_id, _unfinished())
        if connection.execute(theirs.limit(1)).first() is None:
            return False
        values = {"organization_id": owner.organization_id, "kind": owner.kind, "sealed": sealed}
        connection.execute(insert(sealed_key).values(**values, sealed_at=database.now(connection)))
        return True


def find(database: Database, owner: Owner) -> str | None:
    with database.read() as connection:
        return connection.execute(select(sealed_key.c.sealed).where(_of(owner))).scalar()


def replace(database: Database, owner: Owner, old: str, new: str) -> None:
    """The same key, sealed anew. Nothing happens when it was removed or changed meanwhile."""
    with database.write_at_once() as connection:
        same = _of(owner) & (sealed_key.c.sealed == old)
        connection.execute(update(sealed_key).where(same).values(sealed=new))


def all_of_them(database: Database) -> list[tuple[Owner, str]]:
    with database.read() as connection:
        query = select(sealed_key.c.organization_id, sealed_key.c.kind, sealed_key.c.sealed)
        return [(Owner(row.organization_id, row.kind), row.sealed) for row in connection.execute(query)]


def remove(database: Database, organization_id: str, kind: Kind | None = None) -> None:
    """What an organization has sealed; of one kind only, when it is named."""
    theirs = sealed_key.c.organization_id == organization_id
    if kind is not None:
        theirs = theirs & (sealed_key.c.kind == kind)
    with database.write(organization_id) as connection:
        connection.execute(delete(sealed_key).where(theirs))


def remove_needless(database: Database) -> None:
    """Forget the keys that no run needs any more."""
    needed = select(run.c.organization_id).where(_unfinished())
    here = sealed_key.c.organization_id.not_in(needed)
    with database.read() as connection:
        if connection.execute(select(sealed_key.c.organization_id).where(here).limit(1)).first() is None:
            return
    with database.write_at_once() as connection:
        connection.execute(delete(sealed_key).where(here))


def _of(owner: Owner) -> ColumnElement[bool]:
    return and_(sealed_key.c.organization_id == owner.organization_id, sealed_key.c.kind == owner.kind)


def _unfinished() -> ColumnElement[bool]:
    return run.c.state != RunState.FINISHED.value
