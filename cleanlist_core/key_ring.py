"""The keys of organizations, wherever this process can have them: in memory, sealed, or for practice.

An organization has one key for its lists, and may have another that looks up one person by email.
"""

from __future__ import annotations

from cleanlist_core.key_safe import KeySafe
from cleanlist_core.keys import KeyHolder
from cleanlist_core.practice import PracticeApi
from cleanlist_core.settings import Settings
from cleanlist_core.store import runs
from cleanlist_core.store.database import Database
from cleanlist_core.store.sealed_keys import Kind


class KeyRing:
    """The keys of the organizations of one database. Those for practice are made by the sandbox."""

    def __init__(self, database: Database, settings: Settings, practice: PracticeApi | None) -> None:
        self._held: dict[Kind, KeyHolder] = {"lists": KeyHolder(), "email": KeyHolder()}
        self._safe = None if practice is not None else KeySafe(database, settings)
        self._practice = practice

    def remember(self, organization_id: str, key: str, kind: Kind = "lists") -> None:
        self._held[kind].remember(organization_id, key)
        self.lend(organization_id)

    def find(self, organization_id: str, kind: Kind = "lists") -> str | None:
        if self._practice is not None:
            of_kind = {"lists": self._practice.key_for, "email": self._practice.email_key_for}
            return of_kind[kind](organization_id)
        known = self._held[kind].find(organization_id)
        if known is None and self._safe is not None:
            return self._safe.find(organization_id, kind)
        return known

    def has(self, organization_id: str, kind: Kind = "lists") -> bool:
        return self.find(organization_id, kind) is not None

    def lend(self, organization_id: str) -> None:
        """Let every process drive what this organization has begun, if the operator set that up."""
        if self._safe is None:
            return
        for kind, held in self._held.items():
            if key := held.lend(organization_id):
                self._safe.put(organization_id, kind, key)

    def withdraw(self, organization_id: str) -> None:
        """Somebody left: no sealed copy of a key stays, and none is made until somebody connects again.

        Who drives a run by now goes on to its end.
        """
        for held in self._held.values():
            held.withdraw(organization_id)
        if self._safe is not None:
            self._safe.forget(organization_id)

    def forget(self, organization_id: str, kind: Kind = "lists") -> None:
        self._held[kind].forget(organization_id)
        if self._safe is not None:
            self._safe.forget(organization_id, kind)

    def why_missing(self, organization_id: str) -> str:
        """What runs of an organization wait for whose key cannot be had here."""
        return "key_sealed" if self._safe is not None and self._safe.holds(organization_id) else "no_key"

    def no_more_missing(self, organization_id: str) -> tuple[str, ...]:
        """What runs of an organization need not wait for any more, as its keys can be had here."""
        for_lists = runs.KEY_IS_NOT_HERE if self.has(organization_id) else ()
        return (*for_lists, "no_email_key") if self.has(organization_id, "email") else for_lists

    def seal_anew(self) -> None:
        """Put what is sealed under the newest master key."""
        if self._safe is not None:
            self._safe.seal_anew()

    def forget_needless(self) -> None:
        """Drop sealed keys that no unfinished run needs."""
        if self._safe is not None:
            self._safe.forget_needless()
