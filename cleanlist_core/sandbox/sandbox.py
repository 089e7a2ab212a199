"""One sandbox: the organizations it serves and what they may do."""

from __future__ import annotations

import random
import re
import secrets
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from starlette.applications import Starlette

from cleanlist_core.sandbox.answers import DIALECTS
from cleanlist_core.sandbox.app import build_app
from cleanlist_core.sandbox.ledger import Ledger, Organization, RequestWindow
from cleanlist_core.sandbox.limiter import retry_after
from cleanlist_core.sandbox.options import SandboxOptions
from cleanlist_core.sandbox.refusals import (
    insufficient_credits,
    no_api_access,
    not_authenticated,
    not_found,
    rate_limited,
)
from cleanlist_core.sandbox.validation import read_bulk_request
from cleanlist_core.sandbox.workflows import Charge, Workflow, new_task_ids

KEY_FORM = re.compile(r"clapi_[A-Za-z0-9_-]{64}")

_REMEMBERED_WORKFLOWS = 128


class IssuedKey(NamedTuple):
    key: str
    organization_id: str
    user_id: str


@dataclass(frozen=True)
class WorkflowEntry:
    """One accepted request. contacts: as sent. charges: empty until it has ended."""

    workflow_id: str
    enrichment_type: str
    status: str
    accepted_at: float
    ends_at: float
    contacts: tuple[Mapping[str, Any], ...]
    task_ids: tuple[str, ...]
    charges: tuple[Charge, ...]

    @property
    def charged(self) -> int:
        return sum(charge.credits for charge in self.charges)


@dataclass(frozen=True)
class OrganizationEntry:
    """Everything that happened to one organization.

    granted: credits ever given; credits: what is left; held: what running workflows may still cost.
    """

    organization_id: str
    user_id: str
    api_access: bool
    granted: float
    credits: float
    held: float
    workflows: tuple[WorkflowEntry, ...]
    requests: tuple[RequestWindow, ...]


class Sandbox:
    """The simulated service; `serving.serve` puts its `app` on a port.

    state_path: an SQLite file that outlives the process and may be shared by several; None keeps
    everything in memory. clock: seconds since 1970.
    Raises ValueError for a dialect nobody speaks.
    """

    def __init__(
        self,
        options: SandboxOptions | None = None,
        *,
        state_path: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.options = options or SandboxOptions()
        if self.options.dialect not in DIALECTS:
            raise ValueError(f"unknown dialect {self.options.dialect!r}; there are: {', '.join(DIALECTS)}")
        self.dialect = DIALECTS[self.options.dialect]
        self.now = clock
        self._ledger = Ledger(state_path)
        self._remembered: OrderedDict[str, Workflow] = OrderedDict()
        self._remembering = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the state file; nothing can be asked afterwards."""
        self._ledger.close()

    @cached_property
    def app(self) -> Starlette:
        return build_app(self)

    # For whoever runs the sandbox

    def new_organization(
        self,
        *,
        credits: float | None = None,  # noqa: A002  # the word of the trade; the builtin greets interpreters
        api_access: bool = True,
        key: str | None = None,
    ) -> IssuedKey:
        """Make an organization with a key of its own.

        key: a chosen key, `clapi_` and 64 letters, digits, `-` or `_`; when it is known already, its
        organization comes back as it is. Raises ValueError for another form.
        """
        chosen = key or f"clapi_{secrets.token_urlsafe(48)}"
        if not KEY_FORM.fullmatch(chosen):
            raise ValueError("a key is clapi_ and 64 letters, digits, - or _")
        known = self._ledger.organization_of(chosen)
        if known is None:
            known = self._invent_organization(
                self.options.credits if credits is None else credits, api_access
            )
            self._ledger.add_organization(known, chosen)
        return IssuedKey(chosen, known.organization_id, known.user_id)

    def _invent_organization(self, credits_given: float, api_access: bool) -> Organization:
        name = secrets.token_hex(6)
        return Organization(
            organization_id=f"org_sbx_{name}",
            user_id=f"user_sbx_{name}",
            api_access=api_access,
            granted=credits_given,
            credits=credits_given,
            window_phase=random.random(),  # noqa: S311  # only a moment nobody can guess from outside
            created_at=self.now(),
        )

    def key_for(self, organization_id: str) -> str | None:
        """A valid key of an organization; it opens invented people only."""
        return self._ledger.key_of(organization_id)

    def issue_key(self, organization_id: str) -> str:
        """One more key for an organization. Raises KeyError when there is no such organization."""
        if self._ledger.organization(organization_id) is None:
            raise KeyError(organization_id)
        key = f"clapi_{secrets.token_urlsafe(48)}"
        self._ledger.add_key(organization_id, key)
        return key

    def revoke_key(self, key: str) -> None:
        self._ledger.revoke_key(key)

    def add_credits(self, organization_id: str, amount: float) -> None:
        self._ledger.add_credits(organization_id, amount)

    def sweep(self, older_than_seconds: float) -> int:
        """Forget organizations made longer ago than this, with everything of theirs; how many."""
        return self._ledger.forget_organizations(self.now() - older_than_seconds)

    def ledger(self) -> tuple[OrganizationEntry, ...]:
        """Everything that was accepted, charged and refused, by organization, oldest first."""
        now = self.now()
        for organization in self._ledger.organizations():
            self._settle(organization.organization_id, now)
        return tuple(self._entry(organization, now) for organization in self._ledger.organizations())

    def _entry(self, organization: Organization, now: float) -> OrganizationEntry:
        name = organization.organization_id
        return OrganizationEntry(
            organization_id=name,
            user_id=organization.user_id,
            api_access=organization.api_access,
            granted=organization.granted,
            credits=organization.credits,
            held=organization.credits - self._ledger.available_credits(name),
            workflows=tuple(self._workflow_entry(found, now) for found in self._ledger.workflows_of(name)),
            requests=tuple(self._ledger.request_windows(name)),
        )

    def _workflow_entry(self, workflow: Workflow, now: float) -> WorkflowEntry:
        return WorkflowEntry(
            workflow_id=workflow.workflow_id,
            enrichment_type=workflow.enrichment_type,
            status=workflow.progress(now).status,
            accepted_at=workflow.accepted_at,
            ends_at=workflow.ends_at,
            contacts=tuple(workflow.contacts),
            task_ids=tuple(workflow.task_ids),
            charges=tuple(self._ledger.charges_of(workflow.workflow_id)),
        )

    # For the endpoints

    def admit(self, authorization: str) -> Organization:
        """The organization behind an Authorization header, its request counted.

        Raises Refusal: 401, 403 or 429.
        """
        scheme, _, key = authorization.strip().partition(" ")
        organization = self._ledger.organization_of(key.strip()) if scheme.lower() == "bearer" else None
        if organization is None:
            raise not_authenticated()
        if not organization.api_access:
            raise no_api_access()
        now = self.now()
        seconds, limit = self.options.real_window_seconds, self.options.rate_limit
        full = self._ledger.count_request(organization, now, seconds, limit)
        if full is not None:
            raise rate_limited(retry_after(now, full))
        return organization

    def settled(self, organization: Organization) -> Organization:
        """The organization after everything that has ended by now was charged."""
        self._settle(organization.organization_id, self.now())
        return self._ledger.organization(organization.organization_id) or organization

    def submit(self, organization: Organization, body: bytes) -> Workflow:
        """Accept a bulk request. Raises Refusal: 400, 402 or 422; nothing was accepted then."""
        request = read_bulk_request(body)
        now = self.now()
        workflow = Workflow(
            workflow_id=f"public_bulk_{uuid.uuid4()}",
            organization_id=organization.organization_id,
            enrichment_type=request.enrichment_type,
            contacts=request.contacts,
            task_ids=new_task_ids(len(request.contacts)),
            accepted_at=now,
            time_factor=self.options.time_factor,
            seed=self.options.seed,
            webhook_url=request.webhook_url,
            known_lookups=request.lookups,
        )
        self._settle(organization.organization_id, now)
        shortfall = self._ledger.accept(workflow)
        if shortfall is not None:
            raise insufficient_credits(shortfall.needed, shortfall.available)
        self._remember(workflow)
        return workflow

    def workflow_of(self, organization: Organization, workflow_id: str) -> Workflow:
        """A workflow of this organization. Raises Refusal: 404, for other organizations' too."""
        workflow = self._find(workflow_id)
        if workflow is None or workflow.organization_id != organization.organization_id:
            raise not_found("Workflow")
        return workflow

    def task_of(self, organization: Organization, task_id: str) -> tuple[Workflow, int]:
        """A task's workflow, and its position there. Raises Refusal: 404, as above."""
        for workflow_id in self._ledger.workflow_ids_of_task(task_id):
            workflow = self._find(workflow_id)
            if (
                workflow
                and workflow.organization_id == organization.organization_id
                and task_id in workflow.task_ids
            ):
                return workflow, workflow.task_ids.index(task_id)
        raise not_found("Task")

    def _find(self, workflow_id: str) -> Workflow | None:
        workflow = self._remembered.get(workflow_id) or self._ledger.workflow(workflow_id)
        if workflow is not None:
            self._remember(workflow)
        return workflow

    def _remember(self, workflow: Workflow) -> None:
        with self._remembering:
            self._remembered[workflow.workflow_id] = workflow
            self._remembered.move_to_end(workflow.workflow_id)
            while len(self._remembered) > _REMEMBERED_WORKFLOWS:
                self._remembered.popitem(last=False)

    def _settle(self, organization_id: str, now: float) -> None:
        for workflow_id in self._ledger.due_workflows(organization_id, now):
            workflow = self._find(workflow_id)
            if workflow is not None:
                self._ledger.settle(workflow, workflow.charges())
