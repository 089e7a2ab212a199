"""A key remembered between starts of the program, in the keyring of the computer and nowhere else.

The keyring is that of the system: Keychain on macOS, the Credential Manager on Windows, the Secret Service
or KWallet on Linux. What only passes for one (nothing at all, a plain file, a password asked for at a
terminal) is not used, also where somebody has set it up for other programs.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from cleanlist_core.settings import Settings

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

logger = logging.getLogger(__name__)

SERVICE = "Cleanlist dashboard"
SAFE_ENOUGH = 1
"""From this priority on the package recommends a keyring; plain files and terminals are below it."""

T = TypeVar("T")


class Remembered(BaseModel):
    """What the keyring holds: the key, and the organization it opened when it was put there."""

    organization_id: str
    key: SecretStr


class KeyringRefusedError(Exception):
    """The keyring is locked, out of order or gone."""


class RememberedKey:
    """The one key that an installation of the program remembers; installations do not share it."""

    def __init__(self, settings: Settings) -> None:
        self._account = f"{settings.base_url} {settings.data_dir.resolve()}"

    def can_be_kept(self) -> bool:
        try:
            return _asked(lambda: _safe_keyring() is not None)
        except KeyringRefusedError:
            return False

    def keep(self, organization_id: str, key: str) -> None:
        """Put a key in the place of the last one. Raises KeyringRefusedError."""
        value = json.dumps({"organization_id": organization_id, "key": key})
        _asked(lambda: _keyring().set_password(SERVICE, self._account, value))

    def find(self) -> Remembered | None:
        """The key, or None when there is none. It may put a question of the system before a person.

        Raises KeyringRefusedError.
        """
        value = _asked(lambda: _keyring().get_password(SERVICE, self._account))
        try:
            return Remembered.model_validate_json(value) if value else None
        except ValidationError:
            return None  # not written by this program

    def forget(self, organization_id: str = "") -> None:
        """Remove the key; only if it is that of the organization, when one is named.

        Raises KeyringRefusedError.
        """
        kept = self.find()
        if kept is not None and organization_id in ("", kept.organization_id):
            _asked(lambda: _keyring().delete_password(SERVICE, self._account))


def _keyring() -> KeyringBackend:
    found = _safe_keyring()
    if found is None:
        raise LookupError("no keyring worth the name")
    return found


def _safe_keyring() -> KeyringBackend | None:
    """The keyring of the system; of several, the best alone, for the others may be plain files."""
    import keyring  # loaded once somebody asks, for it looks through all installed packages
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    candidates = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    return next((one for one in candidates if one.priority >= SAFE_ENOUGH), None)


def _asked(question: Callable[[], T]) -> T:
    try:
        return question()
    except Exception as error:  # each system's keyring has errors of its own
        logger.info("The keyring of this computer was of no help: %s", type(error).__name__)
        # Whatever the system said stays out: it may hold what it was handed.
        raise KeyringRefusedError from None
