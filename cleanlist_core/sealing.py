"""Keys sealed for the database, so that a worker on another machine can use one typed in a browser.

Only who has the master key, which is in the environment and nowhere else, can open them. Each names its
owner inside: a sealed key moved to another organization's row, or another kind's, does not open.
"""

from __future__ import annotations

import json
from collections.abc import Sequence


class Seal:
    """Closes and opens keys. master_keys: the first one closes, every one opens, so that it can be changed.

    Source of the method: Fernet (AES-128 in CBC mode with HMAC-SHA256), by the `cryptography` package.
    """

    def __init__(self, master_keys: Sequence[str]) -> None:
        from cryptography.fernet import Fernet, MultiFernet

        self._newest = Fernet(master_keys[0])
        self._every = MultiFernet([Fernet(key) for key in master_keys])

    def close(self, owner: str, key: str) -> str:
        content = json.dumps({"owner": owner, "key": key})
        return self._newest.encrypt(content.encode()).decode()

    def open(self, owner: str, sealed: str) -> str | None:
        """The key, or None when it was sealed under another master key or for another owner."""
        from cryptography.fernet import InvalidToken

        try:
            content = json.loads(self._every.decrypt(sealed.encode()))
        except InvalidToken:
            return None
        return str(content["key"]) if content["owner"] == owner else None

    def is_newest(self, sealed: str) -> bool:
        """Whether the first master key has sealed it."""
        from cryptography.fernet import InvalidToken

        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True
