"""Keys in memory: handed over by a person or the environment, used by runs, never written anywhere."""

from __future__ import annotations

import threading

from pydantic import SecretStr


class KeyHolder:
    """The key of each connected organization. Shared by the screens and the engine of one process."""

    def __init__(self) -> None:
        self._keys: dict[str, SecretStr] = {}
        self._lock = threading.Lock()

    def remember(self, organization_id: str, key: str) -> None:
        with self._lock:
            self._keys[organization_id] = SecretStr(key)

    def find(self, organization_id: str) -> str | None:
        with self._lock:
            key = self._keys.get(organization_id)
        return key.get_secret_value() if key else None

    def forget(self, organization_id: str) -> None:
        with self._lock:
            self._keys.pop(organization_id, None)
