"""The file (or the memory) that outlives a process: its tables, and one transaction at a time.

SQLite in WAL mode. Every change is one immediate transaction, so that processes which share the file
never act on the same credit, slot or announcement twice. Times are seconds since 1970.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BUSY_SECONDS = 30

_SCHEMA = """
CREATE TABLE IF NOT EXISTS organization (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, api_access INTEGER NOT NULL, granted REAL NOT NULL,
    credits REAL NOT NULL, window_phase REAL NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS api_key (
    key TEXT PRIMARY KEY, organization_id TEXT NOT NULL, revoked INTEGER NOT NULL DEFAULT 0,
    user_id TEXT, created_at REAL NOT NULL DEFAULT 0, expires_at REAL);
CREATE INDEX IF NOT EXISTS api_key_organization ON api_key (organization_id);
CREATE TABLE IF NOT EXISTS workflow (
    id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, enrichment_type TEXT NOT NULL,
    contacts BLOB NOT NULL, task_ids BLOB NOT NULL, task_family TEXT NOT NULL, webhook_url TEXT NOT NULL,
    accepted_at REAL NOT NULL, ends_at REAL NOT NULL, time_factor REAL NOT NULL, seed TEXT NOT NULL,
    worst_case REAL NOT NULL, charges BLOB, fate TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS workflow_open ON workflow (organization_id, ends_at) WHERE charges IS NULL;
CREATE INDEX IF NOT EXISTS workflow_task_family ON workflow (task_family);
CREATE TABLE IF NOT EXISTS rate_window (
    organization_id TEXT NOT NULL, started_at REAL NOT NULL, ends_at REAL NOT NULL,
    accepted INTEGER NOT NULL, refused INTEGER NOT NULL, PRIMARY KEY (organization_id, started_at));
CREATE TABLE IF NOT EXISTS key_window (
    key TEXT NOT NULL, started_at REAL NOT NULL, accepted INTEGER NOT NULL, refused INTEGER NOT NULL,
    PRIMARY KEY (key, started_at));
CREATE TABLE IF NOT EXISTS announcement (
    workflow_id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, due_at REAL, attempts INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS announcement_due ON announcement (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS attempt (
    workflow_id TEXT NOT NULL, number INTEGER NOT NULL, status TEXT NOT NULL, response_code INTEGER,
    error TEXT NOT NULL, attempted_at REAL NOT NULL, PRIMARY KEY (workflow_id, number));
CREATE TABLE IF NOT EXISTS single_lookup (
    id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, contact BLOB NOT NULL, credits INTEGER NOT NULL,
    looked_up_at REAL NOT NULL);
"""

_ADDED_COLUMNS = (
    ("api_key", "user_id", "TEXT"),
    ("api_key", "created_at", "REAL NOT NULL DEFAULT 0"),
    ("api_key", "expires_at", "REAL"),
    ("workflow", "fate", "TEXT NOT NULL DEFAULT ''"),
)
"""Columns that state files of earlier versions lack: table, name, type."""


class State:
    """One connection; safe to use from several threads."""

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
        with self.transaction() as db:
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            for table, column, kind in _ADDED_COLUMNS:
                if column not in {row[1] for row in db.execute(f"PRAGMA table_info({table})")}:
                    db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

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
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._db
