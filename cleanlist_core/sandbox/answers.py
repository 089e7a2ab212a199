"""What the API's answers look like, in the dialect chosen."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cleanlist_core.sandbox.deliveries import Attempt
from cleanlist_core.sandbox.dialects import DIALECTS, Traits
from cleanlist_core.sandbox.ledger import Organization
from cleanlist_core.sandbox.refusals import Json, Refusal
from cleanlist_core.sandbox.shapes import shape_of
from cleanlist_core.sandbox.workflows import Progress, Workflow

__all__ = ["DIALECTS", "Dialect", "iso", "whole"]

NO_MATCH = "No match found"
RESULTS_PER_ANNOUNCEMENT = 250


@dataclass(frozen=True)
class Money:
    """What an organization has. shown: the balance as the API tells it. used: credits spent so far."""

    organization_id: str
    shown: float
    used: float


class Dialect:
    """Writes every answer in one dialect. clock_skew: seconds by which times in answers are wrong."""

    def __init__(self, traits: Traits, *, clock_skew: float = 0.0) -> None:
        self.traits = traits
        self._skew = clock_skew
        self._shape = shape_of(traits)

    def skewed(self, seconds: float) -> Dialect:
        """The same dialect spoken by a server whose clock is wrong."""
        return Dialect(self.traits, clock_skew=seconds)

    # Refusals

    def refusal(self, refusal: Refusal) -> tuple[int, Json]:
        status = self._status_of(refusal)
        if self.traits.errors == "detail":
            return status, {"detail": refusal.detail}
        listed = not isinstance(refusal.detail, str)
        wait = refusal.headers.get("Retry-After")
        error: Json = {
            "code": refusal.code,
            "problem": "The request is not valid." if listed else refusal.detail,
            "cause": None,
            "fix": refusal.fix or None,
            "retryable": status == 429 or status >= 500,
            "retry_after_ms": int(wait) * 1000 if wait else None,
            "docs_url": f"https://docs.cleanlist.ai/errors/{refusal.code.replace('_', '-')}",
            "request_id": f"req_{uuid.uuid4().hex[:16]}",
            **refusal.facts,
        }
        if listed:
            error["details"] = {"errors": refusal.detail}
        return status, {"error": error}

    def _status_of(self, refusal: Refusal) -> int:
        if refusal.code == "insufficient_credits":
            return self.traits.credits_status
        if refusal.code == "validation_error":
            return self.traits.validation_status
        return refusal.status

    # The account

    def key_validation(self, organization: Organization) -> Json:
        return {
            "valid": True,
            "user_id": organization.user_id,
            "organization_id": organization.organization_id,
        }

    def balance(self, money: Money, now: float) -> Json:
        left = float(int(money.shown)) if self.traits.whole_credits else money.shown
        if self.traits.balance == "remaining":
            return {"credits_remaining": whole(left), "credits_used_this_month": whole(money.used)}
        body: Json = {"organization_id": money.organization_id, "credits": whole(left)}
        if self.traits.balance == "extended":
            body["timestamp_ms"] = int((now + self._skew) * 1000)
            body["agent_instructions"] = f"Balance is {whole(left)}."
        return body

    # Workflows

    def accepted(self, workflow: Workflow) -> Json:
        body: Json = {
            "workflow_id": workflow.workflow_id,
            "status": self._state(self.traits.accepted_state),
            "message": "Bulk enrichment accepted",
            "task_ids": workflow.task_ids,
            "total_contacts": len(workflow.contacts),
        }
        return body

    def workflow(self, workflow: Workflow, now: float) -> Json:
        progress = workflow.progress(now)
        body: Json = {
            "workflow_id": workflow.workflow_id,
            "status": self._workflow_state(progress),
            "enrichment_type": workflow.enrichment_type,
            **self._counts(progress),
        }
        if progress.status != "pending":
            body["started_at"] = self._time(workflow.started_at)
        if progress.finished:
            body["completed_at"] = self._time(workflow.ends_at)
            body["lead_list_id"] = default_list_id(workflow.organization_id)
        if self._tells_people(progress):
            body[self.traits.list_name] = list(self._people(workflow, now, progress.finished))
        return body if self.traits.envelope == "bare" else {"workflow": body}

    def _tells_people(self, progress: Progress) -> bool:
        if self.traits.placement == "by_task":
            return False
        return progress.finished or (self.traits.timing == "streaming" and progress.status != "pending")

    def _counts(self, progress: Progress) -> Json:
        failed = progress.failed + (progress.missed if self.traits.misses_fail else 0)
        done = progress.completed + progress.failed - failed
        finds = {"emails_found": progress.emails_found, "phones_found": progress.phones_found}
        kind = self.traits.counts
        if kind == "processed":
            counts = {"total": progress.total, "processed": done + failed, "completed": done}
            return {**counts, "failed": failed, **finds}
        body: Json = {}
        if kind != "summary":
            body = {
                "total_prospects": progress.total,
                "completed_prospects": done,
                "failed_prospects": failed,
                **finds,
            }
        summed = kind == "summary" or (kind == "both" and self.traits.placement == "inline")
        if summed and progress.finished:
            body["summary"] = {"total": progress.total, "successful": done, "failed": failed, **finds}
        return body

    def _people(self, workflow: Workflow, now: float, finished: bool) -> Iterator[Json]:
        """Entries in submission order; a `prospecting_only` task has as many as it discovered."""
        everybody = self.traits.list_name == "tasks"
        for position, task_id in enumerate(workflow.task_ids):
            if workflow.loses(position):
                continue
            if not finished and not workflow.task_ended(position, now):
                if everybody:
                    yield {"task_id": task_id, "status": self._task_state(workflow, position, now)}
                continue
            yield from self._entries(workflow, position, now)

    def _entries(self, workflow: Workflow, position: int, now: float) -> Iterator[Json]:
        task_id = workflow.task_ids[position]
        head = {
            "task_id": task_id,
            "status": self._task_state(workflow, position, now),
            **entry_ids(task_id),
            "input": workflow.contacts[position],
        }
        if not workflow.task_ended(position, now):
            yield head
            return
        for record in self._records(workflow, position):
            yield {**head, **self._shape(record)}

    def _records(self, workflow: Workflow, position: int) -> Sequence[Json]:
        records = workflow.records(position)
        if self.traits.misses_fail and workflow.missed(position):
            return [{**record, "error": NO_MATCH} for record in records]
        return records

    def task(self, workflow: Workflow, position: int, now: float) -> Json:
        task_id = workflow.task_ids[position]
        body: Json = {
            "task_id": task_id,
            "workflow_id": workflow.workflow_id,
            "status": self._task_state(workflow, position, now),
        }
        if workflow.task_ended(position, now):
            records = [self._shape(record) for record in self._records(workflow, position)]
            body |= self._outcome(workflow.outcomes[position].failed, entry_ids(task_id), records)
        return body if self.traits.envelope == "bare" else {"task": body}

    def _outcome(self, failed: bool, ids: Json, records: Sequence[Json]) -> Json:
        if failed:
            return dict(records[0])
        first = records[0] if records else {}
        many: Json = {"results": list(records)} if len(records) > 1 else {}
        if self.traits.person == "nested":
            return {**ids, **first, **many}
        error = {"error": first["error"]} if "error" in first else {}
        found = {name: value for name, value in first.items() if name != "error"}
        return {"result": {**ids, **found}, **error, **many}

    # States

    def _workflow_state(self, progress: Progress) -> str:
        traits = self.traits
        words = {
            "pending": traits.pending_state,
            "running": traits.running_state,
            "cancelled": traits.cancelled_state,
        }
        return self._state(words.get(progress.status, progress.status))

    def _task_state(self, workflow: Workflow, position: int, now: float) -> str:
        traits = self.traits
        if not workflow.task_ended(position, now):
            if workflow.cancelled_by(now):
                return self._state(traits.cancelled_state)
            return self._state(traits.pending_state if now < workflow.started_at else traits.running_state)
        missed = workflow.missed(position)
        if workflow.outcomes[position].failed or (missed and traits.misses_fail):
            return self._state("failed")
        return self._state(traits.missed_task if missed else traits.found_task)

    def _state(self, word: str) -> str:
        return word.upper() if self.traits.upper_case else word

    def _time(self, moment: float) -> str:
        return iso(moment + self._skew)

    # Announcements

    def announcement(self, workflow: Workflow, *, limit: int = RESULTS_PER_ANNOUNCEMENT) -> Json:
        """What is posted to the webhook of an ended workflow; at most so many people."""
        now = workflow.ends_at
        progress = workflow.progress(now)
        people = list(self._people(workflow, now, True))
        failed = progress.failed + (progress.missed if self.traits.misses_fail else 0)
        return {
            "event": "enrichment.completed",
            "workflow_id": workflow.workflow_id,
            "lead_list_id": default_list_id(workflow.organization_id),
            "enrichment_type": workflow.enrichment_type,
            "status": self._workflow_state(progress),
            "summary": {
                "total": progress.total,
                "successful": progress.completed + progress.failed - failed,
                "failed": failed,
                "emails_found": progress.emails_found,
                "phones_found": progress.phones_found,
            },
            "results": people[:limit],
            "results_limit": limit,
            "results_truncated": max(0, len(people) - limit),
            "results_endpoint": f"/api/v1/public/enrich/status?workflow_id={workflow.workflow_id}",
            "completed_at": self._time(now),
        }

    def deliveries(self, workflow: Workflow, attempts: Sequence[Attempt]) -> Json:
        return {
            "workflow_id": workflow.workflow_id,
            "deliveries": [self._delivery(attempt) for attempt in attempts],
        }

    def _delivery(self, attempt: Attempt) -> Json:
        body: Json = {"attempt_number": attempt.number, "status": attempt.status}
        if attempt.response_code:
            body["response_code"] = attempt.response_code
        if attempt.error:
            body["error_message"] = attempt.error
        return {**body, "attempted_at": self._time(attempt.attempted_at)}


def whole(credits_left: float) -> float:
    """The number as the API writes it: without decimals when there are none."""
    return int(credits_left) if credits_left == int(credits_left) else round(credits_left, 2)


def iso(moment: float) -> str:
    """Seconds since 1970 as ISO-8601 in UTC with milliseconds and `Z`."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def entry_ids(task_id: str) -> Json:
    tail = task_id.replace("-", "")[:16]
    return {"prospect_id": f"prs_{tail}", "lead_id": f"lead_{tail}"}


def default_list_id(organization_id: str) -> str:
    """The list every result is filed in; the API calls it DEFAULT."""
    digest = hashlib.blake2b(f"DEFAULT\0{organization_id}".encode(), digest_size=16).digest()
    return str(uuid.UUID(bytes=digest, version=4))
