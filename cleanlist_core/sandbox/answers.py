"""What the API's answers look like.

`Dialect` is the default: the choices of the API contract's list of disagreements. Other documented
shapes are subclasses that override what they write differently, registered in DIALECTS.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime

from cleanlist_core.sandbox.ledger import Organization
from cleanlist_core.sandbox.refusals import Json, Refusal
from cleanlist_core.sandbox.workflows import Workflow


class Dialect:
    """Results inline when a workflow has ended, flat records, counts both flat and in `summary`."""

    def refusal(self, refusal: Refusal) -> tuple[int, Json]:
        return refusal.status, {"detail": refusal.detail}

    def key_validation(self, organization: Organization) -> Json:
        return {
            "valid": True,
            "user_id": organization.user_id,
            "organization_id": organization.organization_id,
        }

    def balance(self, organization: Organization) -> Json:
        return {"organization_id": organization.organization_id, "credits": whole(organization.credits)}

    def accepted(self, workflow: Workflow) -> Json:
        return {
            "workflow_id": workflow.workflow_id,
            "status": "started",
            "message": "Bulk enrichment accepted",
            "task_ids": workflow.task_ids,
            "total_contacts": len(workflow.contacts),
        }

    def workflow(self, workflow: Workflow, now: float) -> Json:
        progress = workflow.progress(now)
        body: Json = {
            "workflow_id": workflow.workflow_id,
            "status": progress.status,
            "enrichment_type": workflow.enrichment_type,
            "total_prospects": progress.total,
            "completed_prospects": progress.completed,
            "failed_prospects": progress.failed,
            "emails_found": progress.emails_found,
            "phones_found": progress.phones_found,
        }
        if progress.status != "pending":
            body["started_at"] = iso(workflow.started_at)
        if progress.finished:
            body["completed_at"] = iso(workflow.ends_at)
            body["lead_list_id"] = default_list_id(workflow.organization_id)
            body["summary"] = {
                "total": progress.total,
                "successful": progress.completed,
                "failed": progress.failed,
                "emails_found": progress.emails_found,
                "phones_found": progress.phones_found,
            }
            body["results"] = self.results(workflow)
        return {"workflow": body}

    def results(self, workflow: Workflow) -> list[Json]:
        """Flat entries in submission order; a `prospecting_only` task has as many as it discovered."""
        entries = []
        for position, task_id in enumerate(workflow.task_ids):
            status = "failed" if workflow.outcomes[position].failed else "completed"
            ids = entry_ids(task_id)
            for record in workflow.records(position):
                entries.append(
                    {
                        "task_id": task_id,
                        "status": status,
                        **ids,
                        "input": workflow.contacts[position],
                        **record,
                    }
                )
        return entries

    def task(self, workflow: Workflow, position: int, now: float) -> Json:
        task_id = workflow.task_ids[position]
        body: Json = {"task_id": task_id, "workflow_id": workflow.workflow_id}
        if not workflow.task_ended(position, now):
            return {"task": {**body, "status": "pending" if now < workflow.started_at else "running"}}
        records = workflow.records(position)
        if workflow.outcomes[position].failed:
            return {"task": {**body, "status": "failed", **records[0]}}
        body["status"] = "completed"
        body["result"] = {**entry_ids(task_id), **(records[0] if records else {})}
        if len(records) > 1:
            body["results"] = records
        return {"task": body}

    def deliveries(self, workflow: Workflow) -> Json:
        """No notice is sent by this sandbox, so none was attempted."""
        return {"workflow_id": workflow.workflow_id, "deliveries": []}


DIALECTS: dict[str, Dialect] = {"default": Dialect()}


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
