"""A workflow: a batch of contacts on its way through the waterfall.

Nothing runs in the background. What a workflow has done is computed from its contacts, the moment
it was accepted and the time on the clock, so it looks the same from every process and after a crash.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
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


FATES = ("never_ends", "fails", "ends_with_errors", "loses_results", "cancelled")
"""What may be made to go wrong with a whole workflow, see docs/sandbox.md, "Faults"."""

_SEARCHES = frozenset({"partial", "phone_only", "full"})
_UNLUCKY_EVERY = 3
"""With a fate that strikes some contacts, it strikes every so many."""
_NEVER_SECONDS = 1e9

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
    """Where a workflow stands; all counts are contacts.

    missed: of the completed ones, those for whom nothing was found.
    """

    status: str
    total: int
    completed: int
    failed: int
    emails_found: int
    phones_found: int
    missed: int = 0

    @property
    def finished(self) -> bool:
        return self.status not in ("pending", "running")


@dataclass(frozen=True)
class Workflow:
    """contacts: as sent; task_ids in the same order. accepted_at: seconds since 1970.

    fate: "" or what was made to go wrong, one of FATES.
    """

    workflow_id: str
    organization_id: str
    enrichment_type: str
    contacts: Sequence[Mapping[str, Any]]
    task_ids: Sequence[str]
    accepted_at: float
    time_factor: float
    seed: str
    webhook_url: str = ""
    fate: str = ""
    known_lookups: Sequence[Lookup] = field(default=(), repr=False)

    @cached_property
    def lookups(self) -> Sequence[Lookup]:
        return self.known_lookups or [found for raw in self.contacts if (found := read_contact(raw))]

    @cached_property
    def outcomes(self) -> list[Outcome]:
        wanted, seed = self.enrichment_type, self.seed
        found = [look_up(lookup, wanted, seed) for lookup in self.lookups]
        if self.fate == "fails":
            return [Outcome(failed=True, seconds=outcome.seconds) for outcome in found]
        if self.fate == "ends_with_errors":
            for position in range(0, len(found), _UNLUCKY_EVERY):
                found[position] = Outcome(failed=True, seconds=found[position].seconds)
        if self.fate == "never_ends":
            found[-1] = Outcome(seconds=_NEVER_SECONDS)
        return found

    @property
    def worst_case(self) -> int:
        return WORST_CASE[self.enrichment_type] * len(self.contacts)

    @property
    def started_at(self) -> float:
        return self.accepted_at + QUEUE_SECONDS / self.time_factor

    @cached_property
    def ends_at(self) -> float:
        seconds = max(outcome.seconds for outcome in self.outcomes)
        if self.fate == "cancelled":
            seconds = sorted(outcome.seconds for outcome in self.outcomes)[len(self.outcomes) // 2] - 0.01
        return self.started_at + seconds / self.time_factor

    def cancelled_by(self, now: float) -> bool:
        return self.fate == "cancelled" and now >= self.ends_at

    def task_ended(self, position: int, now: float) -> bool:
        moment = self.ends_at if self.cancelled_by(now) else now
        return self.started_at + self.outcomes[position].seconds / self.time_factor <= moment

    def missed(self, position: int) -> bool:
        """Whether a task looked for something and found nothing, without a failure."""
        return self.enrichment_type in _SEARCHES and _is_miss(self.outcomes[position])

    def loses(self, position: int) -> bool:
        """Whether a task's result is missing where all results are told, though it was found and charged."""
        return self.fate == "loses_results" and position % _UNLUCKY_EVERY == 0

    def progress(self, now: float) -> Progress:
        ended = self._ended(now)
        failed = sum(outcome.failed for outcome in ended)
        return Progress(
            self._status(now, failed),
            total=len(self.outcomes),
            completed=len(ended) - failed,
            failed=failed,
            emails_found=sum(outcome.email_provider != "" for outcome in ended),
            phones_found=sum(outcome.phone_provider != "" for outcome in ended),
            missed=sum(map(_is_miss, ended)) if self.enrichment_type in _SEARCHES else 0,
        )

    def _ended(self, now: float) -> list[Outcome]:
        if now >= self.ends_at and self.fate != "cancelled":
            return self.outcomes
        worked = (min(now, self.ends_at) - self.started_at) * self.time_factor
        return [outcome for outcome in self.outcomes if outcome.seconds <= worked]

    def _status(self, now: float, failed: int) -> str:
        if now < self.started_at:
            return "pending"
        if now < self.ends_at:
            return "running"
        if self.fate == "cancelled":
            return "cancelled"
        if failed:
            return "failed" if failed == len(self.outcomes) else "completed_with_errors"
        return "completed"

    def records(self, position: int) -> list[Record]:
        """What one task found: one record, or one per discovered person of a `prospecting_only` task."""
        lookup, outcome = self.lookups[position], self.outcomes[position]
        if self.enrichment_type == "prospecting_only" and not outcome.failed:
            return colleagues_of(lookup, outcome, self.seed)
        return [record_of(lookup, self.enrichment_type, outcome, self.seed)]

    def charges(self, full_price: str = "by_part") -> list[Charge]:
        """What the finished workflow costs: finds, never tries.

        full_price: of a `full` look-up that found one part: by_part (1 or 10), any (11), both (nothing).
        """
        charges = []
        for position, (task_id, outcome) in enumerate(zip(self.task_ids, self.outcomes, strict=True)):
            if not self.task_ended(position, self.ends_at):
                continue
            for reason, price in _prices(outcome, full_price if self.enrichment_type == "full" else ""):
                charges.append(Charge(position, task_id, reason, price))
        return charges


def _is_miss(outcome: Outcome) -> bool:
    return not (outcome.failed or outcome.email_provider or outcome.phone_provider)


def _prices(outcome: Outcome, full_price: str) -> Iterator[tuple[str, int]]:
    """Each find of one task and what it costs."""
    email, phone = outcome.email_provider != "", outcome.phone_provider != ""
    if outcome.discovered:
        yield "person", PERSON_CREDITS * outcome.discovered
    if full_price == "both" and not (email and phone):
        return
    if full_price == "any" and email != phone:
        yield "email" if email else "phone", EMAIL_CREDITS + PHONE_CREDITS
        return
    if email:
        yield "email", EMAIL_CREDITS
    if phone:
        yield "phone", PHONE_CREDITS
