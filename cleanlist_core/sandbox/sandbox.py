"""One sandbox: the organizations it serves and what they may do."""

from __future__ import annotations

import random
import secrets
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from starlette.applications import Starlette

from cleanlist_core.sandbox.answers import Dialect, Money, iso
from cleanlist_core.sandbox.app import build_app
from cleanlist_core.sandbox.deliveries import Attempt, DeliveryLog
from cleanlist_core.sandbox.dialects import read_dialect
from cleanlist_core.sandbox.faults import WORKFLOW, FaultPlan
from cleanlist_core.sandbox.inspection import Inspector, OrganizationEntry, WorkflowEntry
from cleanlist_core.sandbox.keys import KEY_FORM, PREFIXES, KeyEntry, KeyKind, Keyring, new_key
from cleanlist_core.sandbox.ledger import Ledger, Organization, SingleLookup
from cleanlist_core.sandbox.limiter import retry_after
from cleanlist_core.sandbox.options import SandboxOptions
from cleanlist_core.sandbox.refusals import (
    Json,
    insufficient_credits,
    no_api_access,
    not_authenticated,
    not_found,
    rate_limited,
)
from cleanlist_core.sandbox.single import (
    MOST_CREDITS,
    find_one,
    read_json_object,
    read_single_request,
    single_answer,
)
from cleanlist_core.sandbox.state import State
from cleanlist_core.sandbox.validation import read_bulk_request
from cleanlist_core.sandbox.webhooks import Courier
from cleanlist_core.sandbox.workflows import Workflow, new_task_ids

_REMEMBERED_WORKFLOWS = 128


class IssuedKey(NamedTuple):
    key: str
    organization_id: str
    user_id: str


class Sandbox:
    """The simulated service; `serving.serve` puts its `app` on a port.

    state_path: an SQLite file that outlives the process and may be shared by several; None keeps
    everything in memory. clock: seconds since 1970.
    Raises ValueError for a dialect nobody speaks and for faults that make no sense.
    """

    def __init__(
        self,
        options: SandboxOptions | None = None,
        *,
        state_path: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.options = options or SandboxOptions()
        self.dialect = Dialect(read_dialect(self.options.dialect))
        self.faults = FaultPlan(self.options.faults, self.options.seed)
        self.now = clock
        self._state = State(state_path)
        self._ledger = Ledger(self._state)
        self._keys = Keyring(self._state)
        self.deliveries = DeliveryLog(self._state)
        self._inspector = Inspector(self._ledger, self.deliveries)
        self.courier = Courier(self)
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
        self.courier.close()
        self._state.close()

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
        chosen = key or new_key()
        if not KEY_FORM.fullmatch(chosen):
            raise ValueError("a key is clapi_ and 64 letters, digits, - or _")
        known = self._owner_of(chosen)
        if known is None:
            known = self._invent_organization(
                self.options.credits if credits is None else credits, api_access
            )
            self._ledger.add_organization(known)
            self._keys.add(chosen, known.organization_id, known.user_id, now=self.now())
        return IssuedKey(chosen, known.organization_id, known.user_id)

    def _owner_of(self, key: str) -> Organization | None:
        """The organization a valid key opens, with the key's own user."""
        owner = self._keys.owner(key, self.now())
        organization = self._ledger.organization(owner.organization_id) if owner else None
        if owner and owner.user_id and organization:
            return organization._replace(user_id=owner.user_id)
        return organization

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

    def key_for(self, organization_id: str, kind: KeyKind = "public") -> str | None:
        """A valid key of an organization; it opens invented people only."""
        return self._keys.key_of(organization_id, self.now(), kind)

    def new_user(self, organization_id: str) -> str:
        """One more user of an organization, who may have keys of their own."""
        self._known(organization_id)
        return f"user_sbx_{secrets.token_hex(6)}"

    def issue_key(
        self,
        organization_id: str,
        *,
        kind: KeyKind = "public",
        user_id: str = "",
        expires_at: float | None = None,
    ) -> str:
        """One more key for an organization: `public` for the API, `single` for one person at a time.

        user_id: whose key it is, else the organization's first user's. expires_at: seconds since 1970.
        Raises KeyError when there is no such organization, TooManyKeysError when the user has ten.
        """
        organization = self._known(organization_id)
        key = new_key(kind)
        owner = user_id or organization.user_id
        self._keys.add(key, organization_id, owner, now=self.now(), expires_at=expires_at)
        return key

    def _known(self, organization_id: str) -> Organization:
        organization = self._ledger.organization(organization_id)
        if organization is None:
            raise KeyError(organization_id)
        return organization

    def list_keys(self, organization_id: str | None = None) -> tuple[KeyEntry, ...]:
        """The keys of an organization, or all, oldest first; none is told in full."""
        return tuple(self._keys.listed(organization_id, self.now()))

    def revoke_key(self, key: str) -> None:
        """Withdraw a key, given in full or by its id."""
        self._keys.revoke(self._keys.find(key) or key)

    def expire_key(self, key: str, expires_at: float | None = None) -> None:
        """End a key, given in full or by its id, at a moment (seconds since 1970), else now."""
        self._keys.expire(self._keys.find(key) or key, self.now() if expires_at is None else expires_at)

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
        return tuple(self._inspector.entry(each, now) for each in self._ledger.organizations())

    def inspect_workflow(self, workflow_id: str) -> tuple[Workflow, WorkflowEntry] | None:
        """One workflow of any organization, with everything known of it."""
        workflow = self._find(workflow_id)
        if workflow is None:
            return None
        self._settle(workflow.organization_id, self.now())
        return workflow, self._inspector.workflow(workflow, self.now())

    # For the endpoints

    def admit(self, authorization: str, kind: KeyKind = "public") -> Organization:
        """The organization behind an Authorization header, its request counted.

        kind: of key that opens the endpoint. Raises Refusal: 401, 403 or 429.
        """
        scheme, _, given = authorization.strip().partition(" ")
        key = given.strip()
        fits = scheme.lower() == "bearer" and key.startswith(PREFIXES[kind])
        organization = self._owner_of(key) if fits else None
        if organization is None:
            raise not_authenticated()
        if not organization.api_access:
            raise no_api_access()
        self._count(organization, key)
        return organization

    def _count(self, organization: Organization, key: str) -> None:
        now, seconds = self.now(), self.options.real_window_seconds
        full = self._ledger.count_request(organization, now, seconds, self.options.rate_limit)
        if full is None and self.dialect.traits.key_limit:
            limit = self.dialect.traits.key_limit
            full = self._ledger.count_for_key(organization, key, now, seconds, limit)
        if full is not None:
            raise rate_limited(retry_after(now, full))

    def settled(self, organization: Organization) -> Organization:
        """The organization after everything that has ended by now was charged."""
        self._settle(organization.organization_id, self.now())
        return self._ledger.organization(organization.organization_id) or organization

    def money_of(self, organization: Organization) -> Money:
        """What the balance says of an organization now."""
        settled = self.settled(organization)
        name = settled.organization_id
        shown = self._ledger.available_credits(name) if self.dialect.traits.reserves else settled.credits
        return Money(name, shown, settled.granted - settled.credits)

    def submit(self, organization: Organization, body: bytes) -> Workflow:
        """Accept a bulk request. Raises Refusal: 400, 402 or 422; nothing was accepted then."""
        request = read_bulk_request(body)
        now = self.now()
        fate = self.faults.next_fault(WORKFLOW)
        workflow = Workflow(
            workflow_id=self.dialect.traits.id_form.format(uuid.uuid4()),
            organization_id=organization.organization_id,
            enrichment_type=request.enrichment_type,
            contacts=request.contacts,
            task_ids=new_task_ids(len(request.contacts)),
            accepted_at=now,
            time_factor=self.options.time_factor,
            seed=self.options.seed,
            webhook_url=request.webhook_url,
            fate=fate.kind if fate else "",
            known_lookups=request.lookups,
        )
        self._settle(organization.organization_id, now)
        shortfall = self._ledger.accept(workflow)
        if shortfall is not None:
            raise insufficient_credits(shortfall.needed, shortfall.available)
        self._remember(workflow)
        if workflow.webhook_url:
            self.courier.wake()
        return workflow

    def look_up_one(self, organization: Organization, body: bytes) -> Json:
        """Find one person at once. Raises Refusal: 402, 404 or 422; nothing was charged then."""
        request = read_single_request(read_json_object(body))
        self._settle(organization.organization_id, self.now())
        free = self._ledger.available_credits(organization.organization_id)
        if free < MOST_CREDITS:
            raise insufficient_credits(MOST_CREDITS, free)
        find = find_one(request, self.dialect.traits, self.options.seed)
        if find is None:
            raise not_found("Contact")
        now = self.now()
        lookup = SingleLookup(find.lookup_id, request.contact, find.credits, now)
        shortfall = self._ledger.pay_at_once(organization.organization_id, lookup, at_most=MOST_CREDITS)
        if shortfall is not None:
            raise insufficient_credits(shortfall.needed, shortfall.available)
        return single_answer(find, iso(now))

    def deliveries_of(self, workflow: Workflow) -> list[Attempt]:
        return self.deliveries.attempts_for(workflow.workflow_id)

    def announcement_of(self, workflow_id: str) -> tuple[str, Json] | None:
        """Where the end of a workflow is announced, and what is posted there; None when it is forgotten."""
        workflow = self._find(workflow_id)
        if workflow is None:
            return None
        body = self.dialect.announcement(workflow, limit=self.options.announced_results)
        return workflow.webhook_url, body

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
                self._ledger.settle(workflow, workflow.charges(self.dialect.traits.full_price))
