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
from collections.abc import Iterator
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
"""Share of tries that end in an address which verification rejects."""

_FAILED = round(FAILED_SHARE * DRAW_RANGE)
_RELIABLE = round(RELIABLE_SHARE * DRAW_RANGE)
_RISKY = round((RELIABLE_SHARE + RISKY_SHARE) * DRAW_RANGE)
_REJECTED = round((1 - REJECTED_SHARE) * DRAW_RANGE)

_DRAWS = struct.Struct("<32H")
_EMAIL_FINDS = 5
_PHONE_FINDS = _EMAIL_FINDS + len(EMAIL_PROVIDERS)
_PACE_RANGE = 256


def _paces(providers: tuple[Provider, ...]) -> list[tuple[str, list[float]]]:
    """Every provider's name and the seconds it takes, by the low byte of its draw."""
    steps = [step / _PACE_RANGE for step in range(_PACE_RANGE)]
    return [(p.name, [p.fastest + (p.slowest - p.fastest) * step for step in steps]) for p in providers]


_EMAIL_PACES = _paces(EMAIL_PROVIDERS)
_PHONE_PACES = _paces(PHONE_PROVIDERS)

Draws = tuple[int, ...]
"""32 chances, whole numbers from 0 up to DRAW_RANGE."""


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


def chances_for(seed: str, purpose: str, identity: str) -> bytes:
    """64 bytes of chance that one person has in one matter, always the same ones."""
    return hashlib.blake2b(f"{seed}\0{purpose}\0{identity}".encode("utf-8", "surrogatepass")).digest()


def look_up(lookup: Lookup, enrichment_type: str, seed: str) -> Outcome:
    """What one task of this type comes to for this person."""
    draws = _DRAWS.unpack(chances_for(seed, "waterfall", lookup.identity))
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


def _find_email(lookup: Lookup, draws: Draws) -> _Search:
    odds = EMAIL_ODDS[lookup.kind]
    status = _mailbox_status(draws[2])
    check = _between(VERIFICATION_SECONDS, draws[3])
    seconds, unconfirmed = 0.0, ""
    for index, (name, paces) in enumerate(_EMAIL_PACES):
        chance = draws[_EMAIL_FINDS + index]
        seconds += paces[chance % _PACE_RANGE]
        if chance < odds[index]:
            seconds += check
            if status == "reliable":
                return _Search(name, status, seconds)
            unconfirmed = unconfirmed or name
        elif chance >= _REJECTED:
            seconds += check
    return _Search(unconfirmed, status if unconfirmed else "", seconds)


def _find_phone(lookup: Lookup, draws: Draws) -> _Search:
    odds = PHONE_ODDS[lookup.kind]
    seconds = 0.0
    for index, (name, paces) in enumerate(_PHONE_PACES):
        chance = draws[_PHONE_FINDS + index]
        seconds += paces[chance % _PACE_RANGE]
        if chance < odds[index]:
            return _Search(name, "", seconds)
    return _Search("", "", seconds)


def _mailbox_status(draw: int) -> str:
    if draw < _RELIABLE:
        return "reliable"
    return "risky" if draw < _RISKY else "unknown"


def _between(bounds: tuple[float, float], draw: int) -> float:
    return bounds[0] + (bounds[1] - bounds[0]) * draw / DRAW_RANGE


# The same, for whoever wants to see the steps


def draws_for(lookup: Lookup, seed: str) -> Draws:
    return _DRAWS.unpack(chances_for(seed, "waterfall", lookup.identity))


def profile_seconds(draws: Draws) -> float:
    return _between(PROFILE_SECONDS, draws[1])


def mailbox_status(draws: Draws) -> str:
    """What verification says of this person's mailbox, whoever finds it."""
    return _mailbox_status(draws[2])


def verification_seconds(draws: Draws) -> float:
    return _between(VERIFICATION_SECONDS, draws[3])


def is_rejected(chance: int) -> bool:
    """Whether a try that found nothing usable came up with an address which verification rejects."""
    return chance >= _REJECTED


def email_tries(draws: Draws) -> Iterator[tuple[str, float, int]]:
    """Each provider in order: its name, the seconds it takes, its draw."""
    return _tries(_EMAIL_PACES, draws, _EMAIL_FINDS)


def phone_tries(draws: Draws) -> Iterator[tuple[str, float, int]]:
    return _tries(_PHONE_PACES, draws, _PHONE_FINDS)


def _tries(
    providers: list[tuple[str, list[float]]], draws: Draws, first: int
) -> Iterator[tuple[str, float, int]]:
    for index, (name, paces) in enumerate(providers):
        chance = draws[first + index]
        yield name, paces[chance % _PACE_RANGE], chance
