"""What looking a person up comes to, and how long it takes.

Providers are asked one after another until one gives a verified find. A find that verification
rejects, or cannot confirm, makes the waterfall go on; when no later provider does better, the
unconfirmed find is returned as `risky` or `unknown`. Emails and phones are looked for side by side.

All chance comes from a hash of the seed and the person's identity, so the same person gets the same
answer after the same time, whatever the batch, the order or the process.
Source of the rates: API contract, "Providers, hit rates, latency".
"""

from __future__ import annotations

import hashlib
import struct
from typing import NamedTuple

from cleanlist_core.sandbox.contacts import Lookup
from cleanlist_core.sandbox.providers import (
    DRAW_RANGE,
    EMAIL_ODDS,
    EMAIL_PROVIDERS,
    PHONE_ODDS,
    PHONE_PROVIDERS,
    Provider,
)

QUEUE_SECONDS = 2.5
"""How long a workflow is pending before its contacts start, all of them in parallel."""

PROFILE_SECONDS = (7.5, 10.5)
VERIFICATION_SECONDS = (0.089, 0.312)
FAILED_SHARE = 0.005
RELIABLE_SHARE, RISKY_SHARE = 0.85, 0.12
REJECTED_SHARE = 0.06

_FAILED = round(FAILED_SHARE * DRAW_RANGE)
_RELIABLE = round(RELIABLE_SHARE * DRAW_RANGE)
_RISKY = round((RELIABLE_SHARE + RISKY_SHARE) * DRAW_RANGE)
_REJECTED = round(REJECTED_SHARE * DRAW_RANGE)

_DRAWS = struct.Struct("<96H")
_EMAILS, _PHONES = len(EMAIL_PROVIDERS), len(PHONE_PROVIDERS)
_EMAIL_FINDS = 5
_EMAIL_REJECTS = _EMAIL_FINDS + _EMAILS
_EMAIL_PACE = _EMAIL_REJECTS + _EMAILS
_PHONE_FINDS = _EMAIL_PACE + _EMAILS
_PHONE_PACE = _PHONE_FINDS + _PHONES
PEOPLE_DRAWS = _PHONE_PACE + _PHONES
"""The first draw that is free for inventing the person's record."""


class Outcome(NamedTuple):
    """The end of one task.

    seconds: simulated time from the start of the work to its end. discovered: people a
    `prospecting_only` task found. Providers are "" where nothing was found or asked.
    """

    failed: bool = False
    email_provider: str = ""
    email_status: str = ""
    phone_provider: str = ""
    discovered: int = 0
    seconds: float = 0.0

    @property
    def email_found(self) -> bool:
        return self.email_provider != ""

    @property
    def phone_found(self) -> bool:
        return self.phone_provider != ""


class _Search(NamedTuple):
    provider: str
    status: str
    seconds: float


_NOT_ASKED = _Search("", "", 0.0)


def draws_for(seed: str, identity: str) -> tuple[int, ...]:
    """The chances of one person: whole numbers from 0 up to DRAW_RANGE."""
    text = f"{seed}\0{identity}".encode("utf-8", "surrogatepass")
    return _DRAWS.unpack(hashlib.shake_256(text).digest(_DRAWS.size))


def look_up(lookup: Lookup, enrichment_type: str, draws: tuple[int, ...]) -> Outcome:
    """What one task of this type comes to for this person."""
    seconds = _between(PROFILE_SECONDS, draws[1])
    if enrichment_type == "none":
        return Outcome(seconds=seconds)
    failed = draws[0] < _FAILED
    if enrichment_type == "prospecting_only":
        found = 0 if failed else draws[4] % 3
        return Outcome(failed=failed, discovered=found, seconds=seconds + 4 * draws[3] / DRAW_RANGE)
    email = _find_email(lookup, draws) if enrichment_type != "phone_only" else _NOT_ASKED
    phone = _find_phone(lookup, draws) if enrichment_type != "partial" else _NOT_ASKED
    seconds += max(email.seconds, phone.seconds)
    if failed:
        return Outcome(failed=True, seconds=seconds)
    return Outcome(False, email.provider, email.status, phone.provider, 0, seconds)


def _find_email(lookup: Lookup, draws: tuple[int, ...]) -> _Search:
    odds = EMAIL_ODDS[lookup.kind]
    status = _mailbox_status(draws[2])
    check = _between(VERIFICATION_SECONDS, draws[3])
    seconds, unconfirmed = 0.0, ""
    for index, provider in enumerate(EMAIL_PROVIDERS):
        seconds += _pace(provider, draws[_EMAIL_PACE + index])
        if draws[_EMAIL_FINDS + index] < odds[index]:
            seconds += check
            if status == "reliable":
                return _Search(provider.name, status, seconds)
            unconfirmed = unconfirmed or provider.name
        elif draws[_EMAIL_REJECTS + index] < _REJECTED:
            seconds += check
    return _Search(unconfirmed, status if unconfirmed else "", seconds)


def _find_phone(lookup: Lookup, draws: tuple[int, ...]) -> _Search:
    odds = PHONE_ODDS[lookup.kind]
    seconds = 0.0
    for index, provider in enumerate(PHONE_PROVIDERS):
        seconds += _pace(provider, draws[_PHONE_PACE + index])
        if draws[_PHONE_FINDS + index] < odds[index]:
            return _Search(provider.name, "", seconds)
    return _Search("", "", seconds)


def _mailbox_status(draw: int) -> str:
    if draw < _RELIABLE:
        return "reliable"
    return "risky" if draw < _RISKY else "unknown"


def _pace(provider: Provider, draw: int) -> float:
    return provider.fastest + (provider.slowest - provider.fastest) * draw / DRAW_RANGE


def _between(bounds: tuple[float, float], draw: int) -> float:
    return bounds[0] + (bounds[1] - bounds[0]) * draw / DRAW_RANGE
