"""The books: organizations, request counts, accepted workflows, and what was charged for them.

Times are seconds since 1970.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from cleanlist_core.sandbox.encoding import encode
from cleanlist_core.sandbox.limiter import Window, window_at
from cleanlist_core.sandbox.state import State
from cleanlist_core.sandbox.workflows import Charge, Workflow, task_family

_COUNT_REQUEST = """
INSERT INTO rate_window VALUES (:organization, :started_at, :ends_at, 1, 0)
ON CONFLICT DO UPDATE SET accepted = accepted + (accepted < :limit), refused = refused + (accepted >= :limit)
RETURNING refused
"""
_COUNT_FOR_KEY = """
INSERT INTO key_window VALUES (:key, :started_at, 1, 0)
ON CONFLICT DO UPDATE SET accepted = accepted + (accepted < :limit), refused = refused + (accepted >= :limit)
RETURNING refused
"""

_WORKFLOW = (
    "SELECT id, organization_id, enrichment_type, contacts, task_ids, accepted_at, time_factor, seed, "
    "webhook_url, fate FROM workflow "
)
_ADD_WORKFLOW = (
    "INSERT INTO workflow (id, organization_id, enrichment_type, contacts, task_ids, task_family, "
    "webhook_url, accepted_at, ends_at, time_factor, seed, worst_case, fate) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

_FORGET = (
    "DELETE FROM attempt WHERE workflow_id IN (SELECT id FROM workflow WHERE organization_id = ?)",
    "DELETE FROM announcement WHERE organization_id = ?",
    "DELETE FROM single_lookup WHERE organization_id = ?",
    "DELETE FROM key_window WHERE key IN (SELECT key FROM api_key WHERE organization_id = ?)",
    "DELETE FROM workflow WHERE organization_id = ?",
    "DELETE FROM rate_window WHERE organization_id = ?",
    "DELETE FROM api_key WHERE organization_id = ?",
    "DELETE FROM organization WHERE id = ?",
)


class Organization(NamedTuple):
    """granted: credits ever given. credits: what is left. window_phase: see `limiter.window_at`."""

    organization_id: str
    user_id: str
    api_access: bool
    granted: float
    credits: float
    window_phase: float
    created_at: float


class RequestWindow(NamedTuple):
    """Requests of an organization in one window of the rate limit."""

    started_at: float
    ends_at: float
    accepted: int
    refused: int


class Shortfall(NamedTuple):
    """Why a workflow was not accepted: credits it may need, and credits that are free."""

    needed: float
    available: float


class SingleLookup(NamedTuple):
    """One person looked up at once. contact: as sent."""

    lookup_id: str
    contact: dict[str, Any]
    credits: int
    looked_up_at: float


class Ledger:
    """The books of a state; safe to use from several threads."""

    def __init__(self, state: State) -> None:
        self._state = state

    # Organizations

    def add_organization(self, organization: Organization) -> None:
        with self._state.transaction() as db:
            db.execute("INSERT INTO organization VALUES (?, ?, ?, ?, ?, ?, ?)", organization)

    def organization(self, organization_id: str) -> Organization | None:
        with self._state.reading() as db:
            row = db.execute("SELECT * FROM organization WHERE id = ?", (organization_id,)).fetchone()
        return _organization(row) if row else None

    def organizations(self) -> list[Organization]:
        with self._state.reading() as db:
            return [_organization(row) for row in db.execute("SELECT * FROM organization ORDER BY rowid")]

    def add_credits(self, organization_id: str, amount: float) -> None:
        change = "UPDATE organization SET granted = granted + ?, credits = credits + ? WHERE id = ?"
        with self._state.transaction() as db:
            db.execute(change, (amount, amount, organization_id))

    def forget_organizations(self, created_before: float) -> int:
        """Remove organizations with everything of theirs; how many there were."""
        query = "SELECT id FROM organization WHERE created_at < ?"
        with self._state.transaction() as db:
            old = [(row[0],) for row in db.execute(query, (created_before,))]
            for statement in _FORGET:
                db.executemany(statement, old)
        return len(old)

    # The rate limit

    def count_request(
        self, organization: Organization, now: float, seconds: float, limit: int
    ) -> Window | None:
        """Count a request; None when it fits the window, else the window that is full."""
        window = window_at(now, seconds=seconds, phase=organization.window_phase)
        values = {
            "organization": organization.organization_id,
            "started_at": window.started_at,
            "ends_at": window.ends_at,
            "limit": limit,
        }
        with self._state.transaction() as db:
            refused = db.execute(_COUNT_REQUEST, values).fetchone()[0]
        # A full window stays full, so the first refusal in it decides for all that follow.
        return window if refused else None

    def count_for_key(
        self, organization: Organization, key: str, now: float, seconds: float, limit: int
    ) -> Window | None:
        """The same for one key of the organization."""
        window = window_at(now, seconds=seconds, phase=organization.window_phase)
        values = {"key": key, "started_at": window.started_at, "limit": limit}
        with self._state.transaction() as db:
            refused = db.execute(_COUNT_FOR_KEY, values).fetchone()[0]
        return window if refused else None

    def request_windows(self, organization_id: str) -> list[RequestWindow]:
        query = (
            "SELECT started_at, ends_at, accepted, refused FROM rate_window "
            "WHERE organization_id = ? ORDER BY started_at"
        )
        with self._state.reading() as db:
            return [RequestWindow(*row) for row in db.execute(query, (organization_id,))]

    # Workflows and what they cost

    def accept(self, workflow: Workflow) -> Shortfall | None:
        """Store a workflow and hold the most it can cost; a Shortfall when that is not there."""
        with self._state.transaction() as db:
            available = self._available(db, workflow.organization_id)
            if workflow.worst_case > available:
                return Shortfall(workflow.worst_case, available)
            db.execute(_ADD_WORKFLOW, _workflow_row(workflow))
            if workflow.webhook_url:
                db.execute(
                    "INSERT INTO announcement VALUES (?, ?, ?, 0)",
                    (workflow.workflow_id, workflow.organization_id, workflow.ends_at),
                )
        return None

    def pay_at_once(self, organization_id: str, lookup: SingleLookup, *, at_most: float) -> Shortfall | None:
        """Charge one look-up; a Shortfall when the most it could have cost is not there."""
        pay = "UPDATE organization SET credits = credits - ? WHERE id = ?"
        note = "INSERT INTO single_lookup VALUES (?, ?, ?, ?, ?)"
        row = (lookup.lookup_id, organization_id, encode(lookup.contact), lookup.credits, lookup.looked_up_at)
        with self._state.transaction() as db:
            available = self._available(db, organization_id)
            if at_most > available:
                return Shortfall(at_most, available)
            db.execute(note, row)
            db.execute(pay, (lookup.credits, organization_id))
        return None

    def single_lookups(self, organization_id: str) -> list[SingleLookup]:
        """Oldest first."""
        query = (
            "SELECT id, contact, credits, looked_up_at FROM single_lookup "
            "WHERE organization_id = ? ORDER BY rowid"
        )
        with self._state.reading() as db:
            rows = db.execute(query, (organization_id,)).fetchall()
        return [SingleLookup(row[0], json.loads(row[1]), row[2], row[3]) for row in rows]

    def available_credits(self, organization_id: str) -> float:
        """Credits that no running workflow may still need."""
        with self._state.reading() as db:
            return self._available(db, organization_id)

    def _available(self, db: sqlite3.Connection, organization_id: str) -> float:
        query = (
            "SELECT credits - (SELECT coalesce(sum(worst_case), 0) FROM workflow "
            "WHERE organization_id = o.id AND charges IS NULL) FROM organization o WHERE id = ?"
        )
        row = db.execute(query, (organization_id,)).fetchone()
        return float(row[0]) if row else 0.0

    def due_workflows(self, organization_id: str, now: float) -> list[str]:
        """Ids of workflows that have ended and are not charged yet."""
        query = "SELECT id FROM workflow WHERE organization_id = ? AND charges IS NULL AND ends_at <= ?"
        with self._state.reading() as db:
            return [row[0] for row in db.execute(query, (organization_id, now))]

    def settle(self, workflow: Workflow, charges: Sequence[Charge]) -> None:
        """Charge an ended workflow, once, whoever comes first."""
        mark = "UPDATE workflow SET charges = ? WHERE id = ? AND charges IS NULL"
        total = sum(charge.credits for charge in charges)
        with self._state.transaction() as db:
            if db.execute(mark, (encode(charges), workflow.workflow_id)).rowcount == 0:
                return
            pay = "UPDATE organization SET credits = credits - ? WHERE id = ?"
            db.execute(pay, (total, workflow.organization_id))

    def workflow(self, workflow_id: str) -> Workflow | None:
        with self._state.reading() as db:
            row = db.execute(_WORKFLOW + "WHERE id = ?", (workflow_id,)).fetchone()
        return _workflow(row) if row else None

    def workflows_of(self, organization_id: str) -> list[Workflow]:
        with self._state.reading() as db:
            rows = db.execute(
                _WORKFLOW + "WHERE organization_id = ? ORDER BY rowid", (organization_id,)
            ).fetchall()
        return [_workflow(row) for row in rows]

    def workflow_ids_of_task(self, task_id: str) -> list[str]:
        """Ids of the workflows a task may belong to; hardly ever more than one."""
        with self._state.reading() as db:
            rows = db.execute("SELECT id FROM workflow WHERE task_family = ?", (task_family(task_id),))
            return [row[0] for row in rows]

    def charges_of(self, workflow_id: str) -> list[Charge]:
        """What an ended workflow was charged, in the order of its contacts; nothing before."""
        query = "SELECT charges FROM workflow WHERE id = ? AND charges IS NOT NULL"
        with self._state.reading() as db:
            row = db.execute(query, (workflow_id,)).fetchone()
        return [Charge(*values) for values in json.loads(row[0])] if row else []


def _organization(row: tuple[str, str, int, float, float, float, float]) -> Organization:
    return Organization(row[0], row[1], bool(row[2]), *row[3:])


def _workflow_row(workflow: Workflow) -> tuple[str | bytes | float, ...]:
    return (
        workflow.workflow_id,
        workflow.organization_id,
        workflow.enrichment_type,
        encode(workflow.contacts),
        encode(workflow.task_ids),
        task_family(workflow.task_ids[0]),
        workflow.webhook_url,
        workflow.accepted_at,
        workflow.ends_at,
        workflow.time_factor,
        workflow.seed,
        workflow.worst_case,
        workflow.fate,
    )


def _workflow(row: tuple[str, str, str, bytes, bytes, float, float, str, str, str]) -> Workflow:
    return Workflow(
        workflow_id=row[0],
        organization_id=row[1],
        enrichment_type=row[2],
        contacts=json.loads(row[3]),
        task_ids=json.loads(row[4]),
        accepted_at=row[5],
        time_factor=row[6],
        seed=row[7],
        webhook_url=row[8],
        fate=row[9],
    )
