"""The support of the simulated API: what it knows of a request whose answer was lost, and what follows."""

from __future__ import annotations

from benchmarks.two_books import Entry, person_of, read_books
from cleanlist_core.errors import ApiError, RunError
from cleanlist_core.runs.lost_answers import Choice
from cleanlist_core.sandbox import Sandbox
from cleanlist_core.store.next_batch import contacts_of
from cleanlist_core.workspace import Workspace


def organization_in(sandbox: Sandbox, organization_id: str) -> Entry:
    """What the ledger holds of one organization."""
    ledger = sandbox.ledger()
    return next(one.as_json() for one in ledger if one.organization_id == organization_id)


def ask_the_support(
    workspace: Workspace, organization_id: str, entry: Entry, run_id: str, batch_id: str
) -> Choice | None:
    """Decide about a lost answer by the ledger: enter the reference of what was accepted, else send again.

    Returns what was done; None when it could not be done yet.
    """
    reference = _reference(workspace, organization_id, entry, batch_id)
    choice: Choice = "enter_id" if reference else "send_again"
    try:
        workspace.resolve(organization_id, run_id, batch_id, choice, reference)
    except (ApiError, RunError):
        return None
    return choice


def _reference(workspace: Workspace, organization_id: str, entry: Entry, batch_id: str) -> str:
    contacts = [contact.as_request() for contact in contacts_of(workspace.database, batch_id)]
    wanted = {person_of(contact) for contact in contacts}
    known = {one.workflow_id for one in read_books(workspace.database, organization_id).batches}
    for workflow in entry["workflows"]:
        theirs = {person_of(contact) for contact in workflow["contacts"]}
        if workflow["workflow_id"] not in known and theirs == wanted:
            return str(workflow["workflow_id"])
    return ""
