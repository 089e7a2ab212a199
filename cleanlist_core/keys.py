"""Keys in memory: handed over by a person or the environment, used by runs, never written anywhere."""

from __future__ import annotations

import threading

from pydantic import SecretStr


class KeyHolder:
    """The key of each connected organization. Shared by the screens and the engine of one process."""

    def __init__(self) -> None:
        self._keys: dict[str, SecretStr] = {}
        self._withdrawn: set[str] = set()
        self._lock = threading.Lock()

    def remember(self, organization_id: str, key: str) -> None:
        with self._lock:
            self._keys[organization_id] = SecretStr(key)
            self._withdrawn.discard(organization_id)

    def find(self, organization_id: str) -> str | None:
        with self._lock:
            key = self._keys.get(organization_id)
        return key.get_secret_value() if key else None

    def withdraw(self, organization_id: str) -> None:
        """Whoever handed the key over has left: what runs here by it ends by it, and nobody else gets it."""
        with self._lock:
            self._withdrawn.add(organization_id)

    def lend(self, organization_id: str) -> str | None:
        """The key for other processes; None, too, when it was withdrawn."""
        return None if organization_id in self._withdrawn else self.find(organization_id)

    def forget(self, organization_id: str) -> None:
        with self._lock:
            self._keys.pop(organization_id, None)
