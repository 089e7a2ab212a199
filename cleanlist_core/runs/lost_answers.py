"""Lost answers: what a person should know to decide about one, and what each decision does.

A request whose answer was lost may have been paid for, so the program never repeats it on its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.errors import RunError, UnknownIdError
from cleanlist_core.runs.proving import check_theirs, match_people
from cleanlist_core.store import batches, progress
from cleanlist_core.store.batches import UncertainBatch
from cleanlist_core.store.database import Database
from cleanlist_core.store.next_batch import contacts_of

Choice = Literal["send_again", "leave_out", "wait", "enter_id"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A lost answer and what a person should know to decide about it. resend_at: when sending again opens."""

    batch: UncertainBatch
    resend_at: float
    may_send_again: bool
    balance_hint: str


def decisions(
    database: Database, organization_id: str, run_id: str, *, resend_after_seconds: float
) -> list[Decision]:
    """What a run waits for a person to decide, oldest first."""
    return [
        Decision(
            batch=lost,
            resend_at=lost.sent_at + resend_after_seconds,
            may_send_again=database.clock() >= lost.sent_at + resend_after_seconds,
            balance_hint=_balance_hint(database, organization_id, lost),
        )
        for lost in batches.uncertain_batches(database, run_id)
    ]


def _balance_hint(database: Database, organization_id: str, lost: UncertainBatch) -> str:
    change = progress.balance_around(database, organization_id, lost.sent_at)
    if change is None:
        return "The balance has not been read since, so it gives no hint yet."
    drop = change.before.balance - change.after.balance
    unexplained = drop - change.explained
    if unexplained < 0:
        return "Credits were added to your balance since, so it tells nothing about this request."
    if not unexplained:
        fell = "is the same since"
        if drop:
            fell = f"fell by {_in_credits(drop)} since, which your results explain"
        return (
            f"Your balance {fell}. That speaks against a charge but proves nothing: credits may be taken"
            " later, once a look-up has ended."
        )
    return (
        f"Your balance fell by {_in_credits(drop)} since; your results explain {change.explained}."
        f" The other {unexplained:f} may be this request, or other use of your account."
    )


def _in_credits(amount: Decimal) -> str:
    return "1 credit" if amount == 1 else f"{amount:f} credits"


def resolve(
    database: Database,
    organization_id: str,
    run_id: str,
    batch_id: str,
    choice: Choice,
    workflow_id: str,
    *,
    resend_after_seconds: float,
    client_for: Callable[[str], CleanlistClient],
) -> bool:
    """Carry out what a person decided about a lost answer. False when that was to wait.

    workflow_id: the reference that support gave, for "enter_id". client_for: by the id of an organization.
    Raises RunError when it was decided already, cannot be done yet, or is about others; ApiError.
    """
    if batch_id not in {lost.batch_id for lost in batches.uncertain_batches(database, run_id)}:
        raise _decided()
    if choice == "wait":
        return False
    if choice == "send_again":
        _send_again(database, batch_id, resend_after_seconds)
    elif choice == "leave_out":
        if not batches.leave_out(database, batch_id):
            raise _decided()
    else:
        with client_for(organization_id) as client:
            _take_workflow(database, client, organization_id, batch_id, workflow_id)
    return True


def _send_again(database: Database, batch_id: str, after: float) -> None:
    if not batches.send_again(database, batch_id, resend_after_seconds=after):
        raise RunError(
            f"It is too early to send this again: its answer may come within {after / 60:g} minutes."
            " Nothing was sent. Wait, or leave these people out.",
            code="too_early",
        )


def _take_workflow(
    database: Database, client: CleanlistClient, organization_id: str, batch_id: str, workflow_id: str
) -> None:
    contacts = contacts_of(database, batch_id)
    taken = batches.list_with_reference(database, organization_id, workflow_id)
    if taken:
        raise RunError(
            f"This reference belongs to another request, of the list {taken}, and its results are there."
            " Nothing was changed. Ask the support for the reference of this very request.",
            code="other_people",
        )
    try:
        status = client.workflow_status(workflow_id)
    except UnknownIdError:
        raise RunError(
            "Cleanlist does not know this reference for your organization. Nothing was changed."
            " Check it with the support and enter it again.",
            code="unknown_reference",
        ) from None
    if not status.finished:
        raise RunError(
            "Cleanlist is still working on this. Nothing was lost; enter it again in a minute.",
            code="still_running",
        )
    check_theirs(contacts, status)
    task_ids = match_people(contacts, status.records)
    if not batches.enter_workflow_id(database, batch_id, workflow_id, task_ids=task_ids):
        raise _decided()


def _decided() -> RunError:
    return RunError("This has been decided already. Nothing was sent.", code="decided")
