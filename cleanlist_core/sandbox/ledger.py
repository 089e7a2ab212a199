"""What must outlive a process: organizations, keys, accepted workflows, charges and request counts.

One SQLite file (or memory) holds it; all the sandbox's SQL is here. Every change is one immediate
transaction, so that processes which share the file never act on the same credit or slot twice.
Times are seconds since 1970.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from cleanlist_core.sandbox.encoding import encode
from cleanlist_core.sandbox.limiter import Window, window_at
from cleanlist_core.sandbox.workflows import Charge, Workflow, task_family

_BUSY_SECONDS = 30

_SCHEMA = """
CREATE TABLE IF NOT EXISTS organization (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, api_access INTEGER NOT NULL, granted REAL NOT NULL,
    credits REAL NOT NULL, window_phase REAL NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS api_key (
    key TEXT PRIMARY KEY, organization_id TEXT NOT NULL, revoked INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS api_key_organization ON api_key (organization_id);
CREATE TABLE IF NOT EXISTS workflow (
    id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, enrichment_type TEXT NOT NULL,
    contacts BLOB NOT NULL, task_ids BLOB NOT NULL, task_family TEXT NOT NULL, webhook_url TEXT NOT NULL,
    accepted_at REAL NOT NULL, ends_at REAL NOT NULL, time_factor REAL NOT NULL, seed TEXT NOT NULL,
    worst_case REAL NOT NULL, charges BLOB);
CREATE INDEX IF NOT EXISTS workflow_open ON workflow (organization_id, ends_at) WHERE charges IS NULL;
CREATE INDEX IF NOT EXISTS workflow_task_family ON workflow (task_family);
CREATE TABLE IF NOT EXISTS rate_window (
    organization_id TEXT NOT NULL, started_at REAL NOT NULL, ends_at REAL NOT NULL,
    accepted INTEGER NOT NULL, refused INTEGER NOT NULL, PRIMARY KEY (organization_id, started_at));
"""

_COUNT_REQUEST = """
INSERT INTO rate_window VALUES (:organization, :started_at, :ends_at, 1, 0)
ON CONFLICT DO UPDATE SET accepted = accepted + (accepted < :limit), refused = refused + (accepted >= :limit)
RETURNING refused
"""

_WORKFLOW = (
    "SELECT id, organization_id, enrichment_type, contacts, task_ids, accepted_at, time_factor, seed, "
    "webhook_url FROM workflow "
)

_FORGET = (
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


class Ledger:
    """One connection to the state; safe to use from several threads."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self.close = weakref.finalize(self, self._db.close)
        if path is not None:
            self._share_the_file()
        with self._transaction() as db:
            for statement in _SCHEMA.split(";"):
                db.execute(statement)

    def _share_the_file(self) -> None:
        """Switch to WAL; SQLite does not wait its turn when two processes do so at once, so we do."""
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        # A crash of the process loses nothing; a power cut may lose the last moments of a simulation.
        self._db.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._db

    # Organizations and keys

    def add_organization(self, organization: Organization, key: str) -> None:
        with self._transaction() as db:
            db.execute("INSERT INTO organization VALUES (?, ?, ?, ?, ?, ?, ?)", organization)
            db.execute("INSERT INTO api_key (key, organization_id) VALUES (?, ?)", (key, organization[0]))

    def add_key(self, organization_id: str, key: str) -> None:
        with self._transaction() as db:
            db.execute("INSERT INTO api_key (key, organization_id) VALUES (?, ?)", (key, organization_id))

    def revoke_key(self, key: str) -> None:
        with self._transaction() as db:
            db.execute("UPDATE api_key SET revoked = 1 WHERE key = ?", (key,))

    def key_of(self, organization_id: str) -> str | None:
        query = "SELECT key FROM api_key WHERE organization_id = ? AND revoked = 0 ORDER BY rowid LIMIT 1"
        with self._reading() as db:
            row = db.execute(query, (organization_id,)).fetchone()
        return row[0] if row else None

    def organization_of(self, key: str) -> Organization | None:
        """The organization a valid key opens."""
        query = (
            "SELECT o.* FROM api_key k JOIN organization o ON o.id = k.organization_id "
            "WHERE k.key = ? AND k.revoked = 0"
        )
        with self._reading() as db:
            row = db.execute(query, (key,)).fetchone()
        return _organization(row) if row else None

    def organization(self, organization_id: str) -> Organization | None:
        with self._reading() as db:
            row = db.execute("SELECT * FROM organization WHERE id = ?", (organization_id,)).fetchone()
        return _organization(row) if row else None

    def organizations(self) -> list[Organization]:
        with self._reading() as db:
            return [_organization(row) for row in db.execute("SELECT * FROM organization ORDER BY rowid")]

    def add_credits(self, organization_id: str, amount: float) -> None:
        change = "UPDATE organization SET granted = granted + ?, credits = credits + ? WHERE id = ?"
        with self._transaction() as db:
            db.execute(change, (amount, amount, organization_id))

    def forget_organizations(self, created_before: float) -> int:
        """Remove organizations with everything of theirs; how many there were."""
        query = "SELECT id FROM organization WHERE created_at < ?"
        with self._transaction() as db:
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
        with self._transaction() as db:
            refused = db.execute(_COUNT_REQUEST, values).fetchone()[0]
        # A full window stays full, so the first refusal in it decides for all that follow.
        return window if refused else None

    def request_windows(self, organization_id: str) -> list[RequestWindow]:
        query = (
            "SELECT started_at, ends_at, accepted, refused FROM rate_window "
            "WHERE organization_id = ? ORDER BY started_at"
        )
        with self._reading() as db:
            return [RequestWindow(*row) for row in db.execute(query, (organization_id,))]

    # Workflows and what they cost

    def accept(self, workflow: Workflow) -> Shortfall | None:
        """Store a workflow and hold the most it can cost; a Shortfall when that is not there."""
        with self._transaction() as db:
            available = self._available(db, workflow.organization_id)
            if workflow.worst_case > available:
                return Shortfall(workflow.worst_case, available)
            db.execute(
                "INSERT INTO workflow VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                _workflow_row(workflow),
            )
        return None

    def available_credits(self, organization_id: str) -> float:
        """Credits that no running workflow may still need."""
        with self._reading() as db:
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
        with self._reading() as db:
            return [row[0] for row in db.execute(query, (organization_id, now))]

    def settle(self, workflow: Workflow, charges: Sequence[Charge]) -> None:
        """Charge an ended workflow, once, whoever comes first."""
        mark = "UPDATE workflow SET charges = ? WHERE id = ? AND charges IS NULL"
        total = sum(charge.credits for charge in charges)
        with self._transaction() as db:
            if db.execute(mark, (encode(charges), workflow.workflow_id)).rowcount == 0:
                return
            pay = "UPDATE organization SET credits = credits - ? WHERE id = ?"
            db.execute(pay, (total, workflow.organization_id))

    def workflow(self, workflow_id: str) -> Workflow | None:
        with self._reading() as db:
            row = db.execute(_WORKFLOW + "WHERE id = ?", (workflow_id,)).fetchone()
        return _workflow(row) if row else None

    def workflows_of(self, organization_id: str) -> list[Workflow]:
        with self._reading() as db:
            rows = db.execute(
                _WORKFLOW + "WHERE organization_id = ? ORDER BY rowid", (organization_id,)
            ).fetchall()
        return [_workflow(row) for row in rows]

    def workflow_ids_of_task(self, task_id: str) -> list[str]:
        """Ids of the workflows a task may belong to; hardly ever more than one."""
        with self._reading() as db:
            rows = db.execute("SELECT id FROM workflow WHERE task_family = ?", (task_family(task_id),))
            return [row[0] for row in rows]

    def charges_of(self, workflow_id: str) -> list[Charge]:
        """What an ended workflow was charged, in the order of its contacts; nothing before."""
        query = "SELECT charges FROM workflow WHERE id = ? AND charges IS NOT NULL"
        with self._reading() as db:
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
    )


def _workflow(row: tuple[str, str, str, bytes, bytes, float, float, str, str]) -> Workflow:
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
    )
