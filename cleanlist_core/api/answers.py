"""Answers of the API, read forgivingly: one reader for every shape the documents show.

Envelopes (`workflow`, `task`, none), lists (`results`, `tasks`, `result`, `data`), names of counts and
of balances differ between documents. Unknown fields and statuses are kept; null reads as missing.
Source: docs/api-contract.md, "Where documents disagree".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cleanlist_core.api.finds import Phone
from cleanlist_core.api.person import FAILED_STATES, LABELS, PersonAnswer, PersonRecord
from cleanlist_core.api.values import (
    as_count,
    as_decimal,
    as_flag,
    as_text,
    first_given,
    is_list,
    is_object,
)
from cleanlist_core.errors import UnreadableError

__all__ = [
    "LABELS",
    "CreditBalance",
    "Delivery",
    "KeyInfo",
    "PersonAnswer",
    "PersonRecord",
    "Phone",
    "SinglePerson",
    "SubmittedBatch",
    "TaskStatus",
    "WorkflowStatus",
    "json_fields",
    "read_balance",
    "read_deliveries",
    "read_key",
    "read_single_person",
    "read_submitted",
    "read_task",
    "read_workflow",
]

FINAL_STATES = FAILED_STATES | {"completed", "completed_with_errors"}
FINAL_TASK_STATES = FINAL_STATES | {"success", "enriched", "skipped"}
_ESCAPED_SURROGATE = re.compile(rb"\\ud[89a-f]", re.IGNORECASE)
_LISTS = ("results", "tasks", "result", "data")

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """Whose key it is."""

    valid: bool
    user_id: str
    organization_id: str


@dataclass(frozen=True, slots=True)
class CreditBalance:
    """Credits left, which may be fractional. used_this_month: None when the API does not tell."""

    balance: Decimal
    organization_id: str = ""
    used_this_month: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SubmittedBatch:
    """What the API took on. task_ids: in the order of the contacts, as many as the API gave ("" for junk)."""

    workflow_id: str
    status: str
    task_ids: tuple[str, ...]
    total_contacts: int


@dataclass(frozen=True, slots=True)
class WorkflowStatus:
    """Where one batch stands.

    completed: people dealt with, with or without a find. Counts are None when nothing tells them.
    records: whoever the answer holds, to be tied to contacts by `task_id`; empty when the API keeps
        results apart.
    """

    status: str
    finished: bool
    failed: bool
    total: int | None
    completed: int | None
    emails_found: int | None
    phones_found: int | None
    records: tuple[PersonAnswer, ...]


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """Where one person stands. record: None while the look-up runs and nothing is known."""

    status: str
    finished: bool
    record: PersonAnswer | None


@dataclass(frozen=True, slots=True)
class SinglePerson:
    """The answer of the single look-up service. credits_used: what it says it charged; None when silent."""

    record: PersonAnswer
    credits_used: Decimal | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt of the API to announce results. response_code: None when no answer came back."""

    attempt_number: int | None
    status: str
    response_code: int | None
    error_message: str
    attempted_at: str


def json_fields(body: bytes) -> dict[str, object] | None:
    """The object of a JSON body (a bare list becomes `data`); None when it is neither.

    Half of a surrogate pair, which no database and no screen takes, becomes a question mark.
    """
    try:
        value: object = json.loads(body, parse_constant=lambda _: None)
        if _ESCAPED_SURROGATE.search(body):
            value = json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    if is_list(value):
        return {"data": value}
    return dict(value) if is_object(value) else None


def _unwrapped(fields: Fields) -> Fields:
    """The fields of the envelope laid over those around it."""
    for name in ("workflow", "task", "data"):
        inner = fields.get(name)
        if is_object(inner):
            around = {key: value for key, value in fields.items() if key != name}
            return {**around, **{key: value for key, value in inner.items() if value is not None}}
    return fields


def read_key(fields: Fields) -> KeyInfo:
    """Whose key it is; a refused key may be told by `valid: false` alone."""
    fields = _unwrapped(fields)
    organization_id = as_text(fields.get("organization_id"))
    user_id = as_text(fields.get("user_id"))
    if as_flag(fields.get("valid")) is False:
        return KeyInfo(valid=False, user_id=user_id, organization_id=organization_id)
    if not organization_id:
        raise UnreadableError(
            "Cleanlist answered, but did not say which organization this key belongs to. "
            "Nothing was sent or charged. Please try again in a few minutes."
        )
    return KeyInfo(valid=True, user_id=user_id, organization_id=organization_id)


def read_balance(fields: Fields) -> CreditBalance:
    fields = _unwrapped(fields)
    given = (as_decimal(fields.get(name)) for name in ("credits", "credits_remaining"))
    balance = next((number for number in given if number is not None), None)
    if balance is None:
        raise UnreadableError(
            "Cleanlist answered, but the number of credits was missing. "
            "Nothing was charged. Please try again in a few minutes."
        )
    return CreditBalance(
        balance=balance,
        organization_id=as_text(fields.get("organization_id")),
        used_this_month=as_decimal(fields.get("credits_used_this_month")),
    )


def read_submitted(fields: Fields) -> SubmittedBatch:
    """Raises UnreadableError (maybe_spent) without a workflow id: the work may have begun all the same."""
    fields = _unwrapped(fields)
    workflow_id = as_text(fields.get("workflow_id"))
    if not workflow_id:
        raise UnreadableError(
            "Cleanlist answered, but without the reference these people's results are kept under. "
            "They may be charged, so they are kept aside and not sent again unless you decide so.",
            maybe_spent=True,
        )
    given = fields.get("task_ids")
    task_ids = tuple(as_text(part) for part in given) if is_list(given) else ()
    total = as_count(first_given(fields, "total_contacts", "total"))
    return SubmittedBatch(
        workflow_id=workflow_id,
        status=as_text(fields.get("status")),
        task_ids=task_ids,
        total_contacts=len(task_ids) if total is None else total,
    )


def read_workflow(fields: Fields) -> WorkflowStatus:
    fields = _unwrapped(fields)
    records = tuple(PersonAnswer.from_answer(entry) for entry in _entries(fields))
    status = as_text(fields.get("status"))
    if not status and not records:
        raise _unknown_shape()
    counts = _counts(fields, records)
    return WorkflowStatus(
        status=status,
        finished=status.lower() in FINAL_STATES,
        failed=status.lower() in FAILED_STATES,
        total=counts["total"],
        completed=counts["completed"],
        emails_found=counts["emails_found"],
        phones_found=counts["phones_found"],
        records=records,
    )


def read_task(fields: Fields) -> TaskStatus:
    fields = _unwrapped(fields)
    status = as_text(fields.get("status"))
    record = PersonAnswer.from_answer(fields)
    known = bool(record.email or record.phones or record.failed)
    if not status and not known and not is_object(fields.get("result")):
        raise _unknown_shape()
    finished = status.lower() in FINAL_TASK_STATES
    return TaskStatus(status=status, finished=finished, record=record if finished or known else None)


def read_single_person(fields: Fields) -> SinglePerson:
    """One person as the single look-up service answers, at once."""
    if not is_object(fields.get("contact")):
        raise _unknown_shape()
    record = PersonAnswer.from_answer(fields)
    return SinglePerson(record, record.credits)


def read_deliveries(fields: Fields) -> tuple[Delivery, ...]:
    attempts = first_given(fields, "deliveries", "data", "results")
    return tuple(_delivery(entry) for entry in attempts if is_object(entry)) if is_list(attempts) else ()


def _delivery(entry: Fields) -> Delivery:
    return Delivery(
        attempt_number=as_count(first_given(entry, "attempt_number", "attempt", "number")),
        status=as_text(entry.get("status")),
        response_code=as_count(first_given(entry, "response_code", "status_code", "http_status")),
        error_message=as_text(first_given(entry, "error_message", "error")),
        attempted_at=as_text(first_given(entry, "attempted_at", "created_at", "timestamp")),
    )


def _entries(fields: Fields) -> Iterator[Fields]:
    """The people of an answer, from the first list that holds any; a lone `result` is one person."""
    for name in _LISTS:
        found = fields.get(name)
        if is_list(found) and any(is_object(entry) for entry in found):
            yield from (entry for entry in found if is_object(entry))
            return
    lone = fields.get("result")
    if is_object(lone) and lone:
        yield {key: fields[key] for key in ("task_id", "status", "error", "result") if key in fields}


def _counts(fields: Fields, records: tuple[PersonAnswer, ...]) -> dict[str, int | None]:
    summary = fields.get("summary")
    inner: Fields = summary if is_object(summary) else {}
    total = _count(fields, "total_prospects", "total", "total_contacts")
    total = _count(inner, "total") if total is None else total
    if records and (total is None or len(records) >= total):
        return _counted(records)
    return {
        "total": total,
        "completed": _dealt_with(fields, inner, total),
        "emails_found": _found(fields, inner, "emails_found"),
        "phones_found": _found(fields, inner, "phones_found"),
    }


def _count(fields: Fields, *names: str) -> int | None:
    return next((count for name in names if (count := as_count(fields.get(name))) is not None), None)


def _found(fields: Fields, summary: Fields, name: str) -> int | None:
    flat = _count(fields, name)
    return _count(summary, name) if flat is None else flat


def _dealt_with(fields: Fields, summary: Fields, total: int | None) -> int | None:
    processed = _count(fields, "processed")
    if processed is None:
        succeeded = _count(fields, "completed_prospects", "completed")
        succeeded = _count(summary, "successful") if succeeded is None else succeeded
        failed = _count(fields, "failed_prospects", "failed")
        failed = _count(summary, "failed") if failed is None else failed
        if succeeded is None and failed is None:
            return None
        processed = (succeeded or 0) + (failed or 0)
    return processed if total is None else min(processed, total)


def _counted(records: tuple[PersonAnswer, ...]) -> dict[str, int | None]:
    return {
        "total": len(records),
        "completed": sum(not record.still_running for record in records),
        "emails_found": sum(bool(record.email) for record in records),
        "phones_found": sum(bool(record.phones) for record in records),
    }


def _unknown_shape() -> UnreadableError:
    return UnreadableError(
        "Cleanlist answered in a form this program does not know. "
        "Nothing was lost: the answer is kept and will be asked for again."
    )
