"""The waterfall of one person step by step: which provider was asked, for what, with what outcome.

It walks the same chances as `waterfall.look_up`, slower and with notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cleanlist_core.sandbox import waterfall
from cleanlist_core.sandbox.contacts import Lookup
from cleanlist_core.sandbox.providers import EMAIL_ODDS, PHONE_ODDS
from cleanlist_core.sandbox.waterfall import Outcome

MISS, FOUND, REJECTED, UNCONFIRMED = "nothing", "found", "rejected by verification", "found, not confirmed"


class Step(NamedTuple):
    """One provider asked. search: profile, email, phone. began, took: simulated seconds."""

    search: str
    provider: str
    outcome: str
    began: float
    took: float


def trace(lookup: Lookup, enrichment_type: str, seed: str) -> tuple[Step, ...]:
    """Every step of one look-up; emails and phones are looked for side by side after the profile."""
    draws = waterfall.draws_for(lookup, seed)
    profile = waterfall.profile_seconds(draws)
    steps = [Step("profile", "", FOUND, 0.0, profile)]
    if enrichment_type in ("partial", "full"):
        steps += _email_steps(lookup, draws, profile)
    if enrichment_type in ("phone_only", "full"):
        steps += _phone_steps(lookup, draws, profile)
    return tuple(steps)


def _email_steps(lookup: Lookup, draws: waterfall.Draws, began: float) -> Iterator[Step]:
    odds, status = EMAIL_ODDS[lookup.kind], waterfall.mailbox_status(draws)
    check = waterfall.verification_seconds(draws)
    for index, (provider, took, chance) in enumerate(waterfall.email_tries(draws)):
        if chance < odds[index]:
            outcome = FOUND if status == "reliable" else UNCONFIRMED
            took += check
        elif waterfall.is_rejected(chance):
            outcome = REJECTED
            took += check
        else:
            outcome = MISS
        yield Step("email", provider, outcome, began, took)
        began += took
        if outcome == FOUND:
            return


def _phone_steps(lookup: Lookup, draws: waterfall.Draws, began: float) -> Iterator[Step]:
    odds = PHONE_ODDS[lookup.kind]
    for index, (provider, took, chance) in enumerate(waterfall.phone_tries(draws)):
        found = chance < odds[index]
        yield Step("phone", provider, FOUND if found else MISS, began, took)
        began += took
        if found:
            return


def providers_of(lookup: Lookup, outcome: Outcome, seed: str) -> tuple[int, int]:
    """How many different providers a `full` look-up asked, and how many knew something."""
    if outcome.failed:
        return 0, 0
    steps = [step for step in trace(lookup, "full", seed) if step.provider]
    asked = {step.provider for step in steps}
    knew = {step.provider for step in steps if step.outcome in (FOUND, UNCONFIRMED)}
    return len(asked), len(knew)
