"""Announcements of ended workflows: which are due, which were tried, and what came of it.

An announcement belongs to whoever claims it; a claim that nobody finishes (a killed process) is due again
after a while. Times are seconds since 1970.
"""

from __future__ import annotations

from typing import NamedTuple

from cleanlist_core.sandbox.state import State

ATTEMPTS = 5
DELAYS = (1.0, 2.0, 4.0, 8.0)
"""Simulated seconds between an attempt that failed and the next one."""

_TAKE = """
UPDATE announcement SET due_at = ?, attempts = attempts + 1 WHERE workflow_id = (
    SELECT workflow_id FROM announcement WHERE due_at <= ? ORDER BY due_at LIMIT 1)
RETURNING workflow_id, attempts
"""
_GIVE_UP = """
UPDATE attempt SET status = 'failed', error = 'The sandbox ended before an answer came'
WHERE workflow_id = ? AND status = 'pending'
"""
_NOTE = "INSERT INTO attempt VALUES (?, ?, 'pending', NULL, '', ?)"
_LEAVE = "UPDATE announcement SET due_at = NULL WHERE workflow_id = ?"


class Claim(NamedTuple):
    """One attempt that is to be made now. number: from 1."""

    workflow_id: str
    number: int


class Attempt(NamedTuple):
    """One attempt as it is told. status: pending, delivered, failed. response_code: 0 when none came."""

    number: int
    status: str
    response_code: int
    error: str
    attempted_at: float


class DeliveryLog:
    """The announcements of a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def next_due(self) -> float | None:
        with self._state.reading() as db:
            row = db.execute("SELECT min(due_at) FROM announcement WHERE due_at IS NOT NULL").fetchone()
        return None if row[0] is None else float(row[0])

    def claim(self, now: float, *, given_up_after: float) -> Claim | None:
        """Take the announcement that has waited longest. given_up_after: seconds until others may take it."""
        with self._state.transaction() as db:
            while (row := db.execute(_TAKE, (now + given_up_after, now)).fetchone()) is not None:
                db.execute(_GIVE_UP, row[:1])
                if row[1] <= ATTEMPTS:
                    db.execute(_NOTE, (*row, now))
                    return Claim(*row)
                db.execute(_LEAVE, row[:1])
        return None

    def finish(self, claim: Claim, *, response_code: int, error: str, due_at: float | None) -> None:
        """Note what an attempt came to. error: "" for a success. due_at: of the next attempt, if any."""
        done = (
            "UPDATE attempt SET status = ?, response_code = ?, error = ? WHERE workflow_id = ? AND number = ?"
        )
        status = "failed" if error else "delivered"
        with self._state.transaction() as db:
            db.execute(done, (status, response_code or None, error, *claim))
            db.execute(
                "UPDATE announcement SET due_at = ? WHERE workflow_id = ?", (due_at, claim.workflow_id)
            )

    def attempts_for(self, workflow_id: str) -> list[Attempt]:
        """Oldest first."""
        query = (
            "SELECT number, status, coalesce(response_code, 0), error, attempted_at FROM attempt "
            "WHERE workflow_id = ? ORDER BY number"
        )
        with self._state.reading() as db:
            return [Attempt(*row) for row in db.execute(query, (workflow_id,))]
