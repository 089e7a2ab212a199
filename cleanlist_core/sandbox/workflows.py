"""A workflow: a batch of contacts on its way through the waterfall.

Nothing runs in the background. What a workflow has done is computed from its contacts, the moment
it was accepted and the time on the clock, so it looks the same from every process and after a crash.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from cleanlist_core.sandbox.contacts import Lookup, read_contact
from cleanlist_core.sandbox.invented import Record
from cleanlist_core.sandbox.people import colleagues_of, record_of
from cleanlist_core.sandbox.waterfall import QUEUE_SECONDS, Outcome, look_up

EMAIL_CREDITS = 1
PHONE_CREDITS = 10
PERSON_CREDITS = 1
MOST_DISCOVERED = 2
"""People one contact of a `prospecting_only` request can lead to."""

WORST_CASE = {
    "none": 0,
    "partial": EMAIL_CREDITS,
    "phone_only": PHONE_CREDITS,
    "full": EMAIL_CREDITS + PHONE_CREDITS,
    "prospecting_only": PERSON_CREDITS * MOST_DISCOVERED,
}
"""Credits one contact can cost, by enrichment type."""


_FAMILY = len("01234567-89ab")
_VARIANTS = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


def new_task_ids(count: int) -> list[str]:
    """Random (version 4) UUIDs whose first digits are the same, so that one index entry finds them all."""
    family = secrets.token_hex(6)
    digits = secrets.token_hex(10 * count)
    return [
        f"{family[:8]}-{family[8:]}-4{d[:3]}-{_VARIANTS[d[3]]}{d[4:7]}-{d[7:19]}"
        for d in (digits[start : start + 20] for start in range(0, 20 * count, 20))
    ]


def task_family(task_id: str) -> str:
    """What the ids of one workflow's tasks have in common."""
    return task_id[:_FAMILY]


class Charge(NamedTuple):
    """What one find cost. position: of the contact in its request, from 0. reason: email, phone, person."""

    position: int
    task_id: str
    reason: str
    credits: int


class Progress(NamedTuple):
    """Where a workflow stands; all counts are contacts."""

    status: str
    total: int
    completed: int
    failed: int
    emails_found: int
    phones_found: int

    @property
    def finished(self) -> bool:
        return self.status not in ("pending", "running")


@dataclass(frozen=True)
class Workflow:
    """contacts: as sent; task_ids in the same order. accepted_at: seconds since 1970."""

    workflow_id: str
    organization_id: str
    enrichment_type: str
    contacts: Sequence[Mapping[str, Any]]
    task_ids: Sequence[str]
    accepted_at: float
    time_factor: float
    seed: str
    webhook_url: str = ""
    known_lookups: Sequence[Lookup] = field(default=(), repr=False)

    @cached_property
    def lookups(self) -> Sequence[Lookup]:
        return self.known_lookups or [found for raw in self.contacts if (found := read_contact(raw))]

    @cached_property
    def outcomes(self) -> list[Outcome]:
        wanted, seed = self.enrichment_type, self.seed
        return [look_up(lookup, wanted, seed) for lookup in self.lookups]

    @property
    def worst_case(self) -> int:
        return WORST_CASE[self.enrichment_type] * len(self.contacts)

    @property
    def started_at(self) -> float:
        return self.accepted_at + QUEUE_SECONDS / self.time_factor

    @cached_property
    def ends_at(self) -> float:
        return self.started_at + max(outcome.seconds for outcome in self.outcomes) / self.time_factor

    def task_ended(self, position: int, now: float) -> bool:
        return self.started_at + self.outcomes[position].seconds / self.time_factor <= now

    def progress(self, now: float) -> Progress:
        worked = (now - self.started_at) * self.time_factor
        ended = self.outcomes if now >= self.ends_at else [o for o in self.outcomes if o.seconds <= worked]
        failed = sum(outcome.failed for outcome in ended)
        return Progress(
            self._status(now, failed),
            total=len(self.outcomes),
            completed=len(ended) - failed,
            failed=failed,
            emails_found=sum(outcome.email_provider != "" for outcome in ended),
            phones_found=sum(outcome.phone_provider != "" for outcome in ended),
        )

    def _status(self, now: float, failed: int) -> str:
        if now < self.started_at:
            return "pending"
        if now < self.ends_at:
            return "running"
        if failed:
            return "failed" if failed == len(self.outcomes) else "completed_with_errors"
        return "completed"

    def records(self, position: int) -> list[Record]:
        """What one task found: one record, or one per discovered person of a `prospecting_only` task."""
        lookup, outcome = self.lookups[position], self.outcomes[position]
        if self.enrichment_type == "prospecting_only" and not outcome.failed:
            return colleagues_of(lookup, outcome, self.seed)
        return [record_of(lookup, self.enrichment_type, outcome, self.seed)]

    def charges(self) -> list[Charge]:
        """What the finished workflow costs: finds, never tries."""
        charges = []
        for position, (task_id, outcome) in enumerate(zip(self.task_ids, self.outcomes, strict=True)):
            if outcome.email_provider:
                charges.append(Charge(position, task_id, "email", EMAIL_CREDITS))
            if outcome.phone_provider:
                charges.append(Charge(position, task_id, "phone", PHONE_CREDITS))
            if outcome.discovered:
                charges.append(Charge(position, task_id, "person", PERSON_CREDITS * outcome.discovered))
        return charges
