"""What happened to a run, in plain words, and who let it spend. The log stays when its people are deleted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import event, run


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a run's log, in plain words."""

    at: float
    kind: str
    text: str


def note(database: Database, run_id: str, kind: str, text: str, *, by: str = "") -> None:
    """Add a line. by: the user whose key decided it, where somebody did and the API names them."""
    with database.write_at_once() as connection:
        organization_id = connection.execute(
            select(run.c.organization_id).where(run.c.id == run_id)
        ).scalar_one()
        note_in(connection, database, organization_id, run_id, kind, text, by=by)


def note_in(
    connection: Connection,
    database: Database,
    organization_id: str,
    run_id: str,
    kind: str,
    text: str,
    *,
    by: str,
) -> None:
    """The same within a change that is under way."""
    whose = {"organization_id": organization_id, "run_id": run_id}
    said = {"at": database.now(connection), "kind": kind, "text": text, "made_by": by}
    connection.execute(insert(event).values(**whose, **said))


def last_noted(database: Database, run_id: str, kind: str) -> str:
    """The newest text of this kind in the log of a run; "" when there is none."""
    here = (event.c.run_id == run_id) & (event.c.kind == kind)
    with database.read() as connection:
        query = select(event.c.text).where(here).order_by(event.c.id.desc()).limit(1)
        return str(connection.execute(query).scalar() or "")


def read(database: Database, run_id: str, *, limit: int = 50) -> list[Event]:
    """The newest lines first."""
    query = (
        select(event.c.at, event.c.kind, event.c.text)
        .where(event.c.run_id == run_id)
        .order_by(event.c.id.desc())
        .limit(limit)
    )
    with database.read() as connection:
        return [Event(row.at, row.kind, row.text) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A decision that lets a run spend. by: the user, as the API names them; "" where that is not known."""

    text: str
    by: str

    def __str__(self) -> str:
        return f"{self.text.removesuffix('.')}, by {self.by}." if self.by else self.text


def confirmations(database: Database, organization_id: str) -> dict[str, list[Confirmation]]:
    """Run id → what was confirmed of it, oldest first. It stays when the people of a list are deleted."""
    decided = event.c.kind.in_(["confirmed", "rest", "budget"])
    query = (
        select(event.c.run_id, event.c.text, event.c.made_by)
        .where(event.c.organization_id == organization_id, decided)
        .order_by(event.c.id)
    )
    told: dict[str, list[Confirmation]] = {}
    with database.read() as connection:
        for run_id, text, by in connection.execute(query):
            told.setdefault(run_id, []).append(Confirmation(text, by))
    return told
