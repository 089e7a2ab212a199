"""What happened in a sandbox, for whoever runs it: organizations with their requests and charges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cleanlist_core.sandbox.deliveries import Attempt, DeliveryLog
from cleanlist_core.sandbox.ledger import Ledger, Organization, RequestWindow, SingleLookup
from cleanlist_core.sandbox.workflows import Charge, Workflow


@dataclass(frozen=True)
class WorkflowEntry:
    """One accepted request. contacts: as sent. charges: empty until it has ended. fate: "" or a fault.

    deliveries: the attempts to announce its end.
    """

    workflow_id: str
    enrichment_type: str
    status: str
    accepted_at: float
    ends_at: float
    contacts: tuple[Mapping[str, Any], ...]
    task_ids: tuple[str, ...]
    charges: tuple[Charge, ...]
    fate: str = ""
    webhook_url: str = ""
    deliveries: tuple[Attempt, ...] = ()

    @property
    def charged(self) -> int:
        return sum(charge.credits for charge in self.charges)


@dataclass(frozen=True)
class OrganizationEntry:
    """Everything that happened to one organization.

    granted: credits ever given; credits: what is left; held: what running workflows may still cost.
    lookups: people looked up one at a time.
    """

    organization_id: str
    user_id: str
    api_access: bool
    granted: float
    credits: float
    held: float
    workflows: tuple[WorkflowEntry, ...]
    requests: tuple[RequestWindow, ...]
    lookups: tuple[SingleLookup, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The entry as plain values, with the names of its fields."""
        fields = dict(vars(self))
        fields["workflows"] = [_workflow_as_json(workflow) for workflow in self.workflows]
        fields["requests"] = [window._asdict() for window in self.requests]
        fields["lookups"] = [lookup._asdict() for lookup in self.lookups]
        return fields


def _workflow_as_json(workflow: WorkflowEntry) -> dict[str, Any]:
    fields = dict(vars(workflow))
    # The address may hold a secret, and whoever reaches the port can read this.
    del fields["webhook_url"]
    fields["charges"] = [charge._asdict() for charge in workflow.charges]
    fields["deliveries"] = [attempt._asdict() for attempt in workflow.deliveries]
    return fields


class Inspector:
    """Reads the books without changing them."""

    def __init__(self, ledger: Ledger, deliveries: DeliveryLog) -> None:
        self._ledger = ledger
        self._deliveries = deliveries

    def entry(self, organization: Organization, now: float) -> OrganizationEntry:
        name = organization.organization_id
        return OrganizationEntry(
            organization_id=name,
            user_id=organization.user_id,
            api_access=organization.api_access,
            granted=organization.granted,
            credits=organization.credits,
            held=organization.credits - self._ledger.available_credits(name),
            workflows=tuple(self.workflow(found, now) for found in self._ledger.workflows_of(name)),
            requests=tuple(self._ledger.request_windows(name)),
            lookups=tuple(self._ledger.single_lookups(name)),
        )

    def workflow(self, workflow: Workflow, now: float) -> WorkflowEntry:
        return WorkflowEntry(
            workflow_id=workflow.workflow_id,
            enrichment_type=workflow.enrichment_type,
            status=workflow.progress(now).status,
            accepted_at=workflow.accepted_at,
            ends_at=workflow.ends_at,
            contacts=tuple(workflow.contacts),
            task_ids=tuple(workflow.task_ids),
            charges=tuple(self._ledger.charges_of(workflow.workflow_id)),
            fate=workflow.fate,
            webhook_url=workflow.webhook_url,
            deliveries=tuple(self._deliveries.attempts_for(workflow.workflow_id)),
        )
