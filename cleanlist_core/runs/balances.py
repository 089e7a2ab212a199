"""Asks the API for an organization's balance and keeps what it said, as of the moment it was asked."""

from __future__ import annotations

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.store import organizations
from cleanlist_core.store.database import Database


def read_balance(
    database: Database, organization_id: str, client: CleanlistClient, *, why: str, run_id: str | None = None
) -> None:
    """Costs nothing. why: as the history of readings says it. Raises ApiError."""
    asked_at: list[float] = []
    # The question may wait for its turn; what is charged meanwhile is in the answer already.
    balance = client.credit_balance(on_ask=lambda: asked_at.append(database.clock()))
    organizations.add_reading(
        database,
        organization_id,
        balance.balance,
        used_this_month=balance.used_this_month,
        read_at=asked_at[-1],
        why=why,
        run_id=run_id,
    )
