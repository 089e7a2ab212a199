"""API keys: issued, listed without their middle, expired, revoked.

`clapi_` keys open the public API, `clnl_live_` keys the single-contact endpoint. A key belongs to a user
and to the user's organization. Times are seconds since 1970.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Literal, NamedTuple

from cleanlist_core.sandbox.state import State

KeyKind = Literal["public", "single"]

PREFIXES: dict[KeyKind, str] = {"public": "clapi_", "single": "clnl_live_"}
KEY_FORM = re.compile(r"clapi_[A-Za-z0-9_-]{64}")
KEYS_PER_USER = 10

_ACTIVE = "revoked = 0 AND (expires_at IS NULL OR expires_at > ?)"
_COLUMNS = "key, organization_id, user_id, created_at, expires_at, revoked"


class TooManyKeysError(ValueError):
    """A user may have so many active keys and no more."""

    def __init__(self) -> None:
        super().__init__(f"this user has {KEYS_PER_USER} active keys; revoke one first")


class KeyEntry(NamedTuple):
    """A key as it is listed after it was issued.

    state: active, expired, revoked. expires_at: None for never.
    """

    key_id: str
    prefix: str
    last_four: str
    organization_id: str
    user_id: str
    created_at: float
    expires_at: float | None
    state: str


class KnownKey(NamedTuple):
    """Whom a valid key belongs to; user_id "" for the organization's first user."""

    organization_id: str
    user_id: str


def new_key(kind: KeyKind = "public") -> str:
    """A key nobody can guess: the prefix and 64 more characters."""
    return f"{PREFIXES[kind]}{secrets.token_urlsafe(48)}"


def key_id_of(key: str) -> str:
    """What a key is called where it must not be shown."""
    return f"key_{hashlib.blake2b(key.encode(), digest_size=8).hexdigest()}"


class Keyring:
    """The keys of a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(
        self, key: str, organization_id: str, user_id: str, *, now: float, expires_at: float | None = None
    ) -> None:
        """Raises TooManyKeysError when the user has enough."""
        count = f"SELECT count(*) FROM api_key WHERE user_id = ? AND {_ACTIVE}"  # noqa: S608  # a constant
        with self._state.transaction() as db:
            if db.execute(count, (user_id, now)).fetchone()[0] >= KEYS_PER_USER:
                raise TooManyKeysError
            db.execute(
                "INSERT INTO api_key (key, organization_id, user_id, created_at, expires_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (key, organization_id, user_id, now, expires_at),
            )

    def owner(self, key: str, now: float) -> KnownKey | None:
        """Whose key it is; None for an unknown, revoked or expired one."""
        query = f"SELECT organization_id, user_id FROM api_key WHERE key = ? AND {_ACTIVE}"  # noqa: S608  # a constant
        with self._state.reading() as db:
            row = db.execute(query, (key, now)).fetchone()
        return KnownKey(row[0], row[1] or "") if row else None

    def key_of(self, organization_id: str, now: float, kind: KeyKind = "public") -> str | None:
        """The oldest valid key of an organization, of one kind."""
        query = (
            f"SELECT key FROM api_key WHERE organization_id = ? AND {_ACTIVE} "  # noqa: S608  # a constant
            "AND substr(key, 1, ?) = ? ORDER BY rowid LIMIT 1"
        )
        with self._state.reading() as db:
            prefix = PREFIXES[kind]
            row = db.execute(query, (organization_id, now, len(prefix), prefix)).fetchone()
        return row[0] if row else None

    def listed(self, organization_id: str | None, now: float) -> list[KeyEntry]:
        """The keys of one organization or of all, oldest first."""
        query = f"SELECT {_COLUMNS} FROM api_key WHERE ?1 IS NULL OR organization_id = ?1 ORDER BY rowid"  # noqa: S608  # a constant
        with self._state.reading() as db:
            rows = db.execute(query, (organization_id,)).fetchall()
        return [_entry(row, now) for row in rows]

    def find(self, key_id: str) -> str | None:
        """The key with an id."""
        with self._state.reading() as db:
            return next(
                (row[0] for row in db.execute("SELECT key FROM api_key") if key_id_of(row[0]) == key_id), None
            )

    def revoke(self, key: str) -> None:
        with self._state.transaction() as db:
            db.execute("UPDATE api_key SET revoked = 1 WHERE key = ?", (key,))

    def expire(self, key: str, expires_at: float) -> None:
        with self._state.transaction() as db:
            db.execute("UPDATE api_key SET expires_at = ? WHERE key = ?", (expires_at, key))


def _entry(row: tuple[str, str, str | None, float, float | None, int], now: float) -> KeyEntry:
    key, organization_id, user_id, created_at, expires_at, revoked = row
    prefix = next((prefix for prefix in PREFIXES.values() if key.startswith(prefix)), "")
    expired = expires_at is not None and expires_at <= now
    state = "revoked" if revoked else "expired" if expired else "active"
    return KeyEntry(
        key_id_of(key), prefix, key[-4:], organization_id, user_id or "", created_at, expires_at, state
    )
