"""Two sets of books compared: what the sandbox accepted and charged, and what our tables say of it.

The sandbox's ledger is the witness: it was written by another program, at the moment things happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from cleanlist_core.domain import BatchState
from cleanlist_core.results.metrics import run_totals
from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import batch, contact_list, person_result, run, run_row

Entry = Mapping[str, Any]
"""One organization of the sandbox's ledger, as JSON."""

MAY_BE_ACCEPTED = (BatchState.SENDING, BatchState.UNCERTAIN, BatchState.LEFT_OUT)
"""States in which a batch may have been accepted without our knowing its reference."""


@dataclass(frozen=True, slots=True)
class Books:
    """Our side of one organization, as of one moment."""

    batches: list[Row[Any]]
    run_ids: list[str]

    def in_doubt(self) -> list[Row[Any]]:
        return [one for one in self.batches if one.state in MAY_BE_ACCEPTED and not one.workflow_id]


def read_books(database: Database, organization_id: str) -> Books:
    """Lists that were deleted have no rows to compare; their batches stay."""
    kept = (
        select(run.c.id)
        .join(contact_list, contact_list.c.id == run.c.list_id)
        .where(run.c.organization_id == organization_id, contact_list.c.deleted_at.is_(None))
    )
    with database.read() as connection:
        rows = connection.execute(select(batch).where(batch.c.organization_id == organization_id)).all()
        return Books(list(rows), list(connection.execute(kept).scalars()))


def disagreements(database: Database, organization_id: str, read_entry: Callable[[], Entry]) -> list[str]:
    """Everything the two books disagree about, also while runs are being driven; [] when they agree.

    The ledger is read before and after the tables: whatever it knew before must be on record in them, and
    whatever they hold as finished must be charged in it by then.
    """
    earlier = read_entry()
    ours = read_books(database, organization_id)
    later = read_entry()
    return [
        *_paid_twice(later),
        *_not_on_record(ours, earlier),
        *_other_charges(ours, later),
        *_sums_within(database, ours),
    ]


def _paid_twice(entry: Entry) -> Iterator[str]:
    paid = Counter(
        (person_of(workflow["contacts"][charge["position"]]), charge["reason"])
        for workflow in entry["workflows"]
        for charge in workflow["charges"]
    )
    for (person, part), times in paid.items():
        if times > 1:
            yield f"{person}: the {part} was paid {times} times"


def person_of(contact: Mapping[str, str]) -> str:
    """What tells one invented person of a request from another."""
    names = ("linkedin_url", "first_name", "last_name", "company_domain", "company_name")
    return " ".join(contact.get(name, "").casefold() for name in names).strip()


def _not_on_record(ours: Books, entry: Entry) -> Iterator[str]:
    known = {one.workflow_id for one in ours.batches}
    sizes = Counter(one.size for one in ours.in_doubt())
    for workflow in entry["workflows"]:
        if workflow["workflow_id"] in known:
            continue
        size = len(workflow["contacts"])
        sizes[size] -= 1
        if sizes[size] < 0:
            yield f"{workflow['workflow_id']} ({size} people) was accepted; nothing on record says it may be"


def comparable(one: Row[Any], workflow: Entry) -> bool:
    """Whether what a finished batch counts must be what was charged for it.

    What never ends is never charged, though the people who are done can be read one by one. And where the
    API lost people's results after the answer with their references was lost, nobody can ask for them.
    """
    if one.state != BatchState.FINISHED or workflow["fate"] == "never_ends":
        return False
    return workflow["fate"] != "loses_results" or all(one.task_ids)


def _other_charges(ours: Books, entry: Entry) -> Iterator[str]:
    workflows = {workflow["workflow_id"]: workflow for workflow in entry["workflows"]}
    for one in ours.batches:
        workflow = workflows.get(one.workflow_id)
        if one.workflow_id and workflow is None:
            yield f"batch {one.id} has a reference the API never gave: {one.workflow_id}"
        elif workflow and comparable(one, workflow):
            charged = sum(charge["credits"] for charge in workflow["charges"])
            if one.settled_credits != charged:
                yield f"batch {one.id} counts {one.settled_credits} credits, {charged} were charged"


def _sums_within(database: Database, ours: Books) -> Iterator[str]:
    for run_id in ours.run_ids:
        totals = run_totals(database, run_id)
        parts = (
            totals.sent, totals.already_known, totals.duplicates, totals.needs_fixing, totals.withheld,
            totals.not_sent,
        )  # fmt: skip
        if totals.uploaded != sum(parts):
            yield f"run {run_id}: {totals.uploaded} uploaded, but {parts}"


def disagreements_at_rest(
    database: Database, organization_id: str, read_entry: Callable[[], Entry]
) -> list[str]:
    """Beside the above: each row has what was charged for the very person in it. While nothing is driven."""
    entry = read_entry()
    ours = read_books(database, organization_id)
    return [
        *disagreements(database, organization_id, read_entry),
        *(text for run_id in ours.run_ids for text in _wrong_rows(database, run_id, ours, entry)),
        *_wrong_answers(database, ours),
    ]


def _wrong_rows(database: Database, run_id: str, ours: Books, entry: Entry) -> Iterator[str]:
    workflows = {workflow["workflow_id"]: workflow for workflow in entry["workflows"]}
    paid: Counter[tuple[int, str]] = Counter()
    beyond: set[int] = set()
    for one in (one for one in ours.batches if one.run_id == run_id and one.workflow_id in workflows):
        workflow = workflows[one.workflow_id]
        if not comparable(one, workflow):
            beyond.update(one.row_numbers)
        for charge in workflow["charges"]:
            paid[one.row_numbers[charge["position"]], charge["reason"]] += charge["credits"]
    with database.read() as connection:
        rows = connection.execute(select(run_row).where(run_row.c.run_id == run_id)).all()
    for row in (row for row in rows if row.row_number not in beyond):
        expected = paid[row.row_number, "email"] + paid[row.row_number, "phone"]
        if row.credits != expected:
            yield f"row {row.row_number} of run {run_id} says {row.credits} credits, {expected} were charged"
        for part, value in (("email", row.email), ("phone", row.phone)):
            if paid[row.row_number, part] and not value:
                yield f"row {row.row_number} of run {run_id} lacks the {part} that was paid"


def _wrong_answers(database: Database, ours: Books) -> Iterator[str]:
    """What is remembered of people adds up to what their batches cost."""
    with database.read() as connection:
        results = connection.execute(
            select(person_result.c.batch_id, person_result.c.credits).where(
                person_result.c.run_id.in_(ours.run_ids)
            )
        ).all()
    remembered: Counter[str] = Counter()
    for result in results:
        remembered[result.batch_id] += result.credits
    for one in ours.batches:
        if one.run_id in ours.run_ids and remembered[one.id] != one.settled_credits:
            yield f"batch {one.id} counts {one.settled_credits} credits, its people {remembered[one.id]}"
