"""Keys sealed in the database while a run needs them, so that any process can drive it.

Only with CLEANLIST_MASTER_KEY set. Without it keys stay in the memory of the process they were typed into.
"""

from __future__ import annotations

import logging

from cleanlist_core.sealing import Seal
from cleanlist_core.settings import Settings, master_keys
from cleanlist_core.store import sealed_keys
from cleanlist_core.store.database import Database
from cleanlist_core.store.sealed_keys import Kind, Owner

logger = logging.getLogger(__name__)


class KeySafe:
    """The sealed keys of one database, and the seal of this process, if it has one."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._own_key = settings.api_key
        self._seal = Seal(master_keys(settings.master_key)) if settings.master_key is not None else None

    def put(self, organization_id: str, kind: Kind, key: str) -> None:
        """Keep a key while an unfinished run needs it; not one that is in the environment anyway."""
        from_environment = self._own_key is not None and self._own_key.get_secret_value() == key
        if self._seal is not None and not from_environment:
            owner = Owner(organization_id, kind)
            sealed_keys.keep(self._database, owner, self._seal.close(str(owner), key))

    def find(self, organization_id: str, kind: Kind) -> str | None:
        """The key; None when there is none, or none that opens here."""
        if self._seal is None:
            return None
        owner = Owner(organization_id, kind)
        sealed = sealed_keys.find(self._database, owner)
        return self._seal.open(str(owner), sealed) if sealed is not None else None

    def holds(self, organization_id: str) -> bool:
        """Whether there is a sealed key for lists, even if it does not open here."""
        return sealed_keys.find(self._database, Owner(organization_id, "lists")) is not None

    def forget(self, organization_id: str, kind: Kind | None = None) -> None:
        """The keys of an organization; of one kind only, when it is named."""
        sealed_keys.remove(self._database, organization_id, kind)

    def forget_needless(self) -> None:
        sealed_keys.remove_needless(self._database)

    def seal_anew(self) -> None:
        """Put everything under the newest master key, and say what does not open."""
        unreadable = 0
        for owner, sealed in sealed_keys.all_of_them(self._database):
            key = self._seal.open(str(owner), sealed) if self._seal is not None else None
            if key is None or self._seal is None:
                unreadable += 1
            elif not self._seal.is_newest(sealed):
                sealed_keys.replace(self._database, owner, sealed, self._seal.close(str(owner), key))
        if unreadable:
            logger.warning(
                "%d sealed keys do not open with this server's CLEANLIST_MASTER_KEY. Their lists wait until"
                " the key is connected again, or the server is started with the master key that sealed them.",
                unreadable,
            )
