"""What a run will cost, before anything is spent.

A waterfall charges for finds, not for tries, so a cost is a range: `at_most` assumes that everyone
is found, `likely` uses find rates, the organization's own where it has enough results.
Source: API contract, "Billing".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cleanlist_core.domain import EnrichmentType, KeyKind

EMAIL_CREDITS = 1
PHONE_CREDITS = 10
ENOUGH_RESULTS = 100
"""Results an organization needs before its own find rates are used."""


@dataclass(frozen=True, slots=True)
class FindRates:
    """Shares (0–1) of people for whom an email and a phone are found, by key kind.

    own_email, own_phone: measured on this organization's results; otherwise those of PUBLISHED_RATES.
    """

    email: Mapping[KeyKind, float]
    phone: Mapping[KeyKind, float]
    own_email: bool = False
    own_phone: bool = False


PUBLISHED_RATES = FindRates(
    email={
        KeyKind.LINKEDIN: 0.889,
        KeyKind.NAME_DOMAIN: 0.855,
        KeyKind.NAME_COMPANY: 0.804,
        KeyKind.EMAIL: 0.98,
    },
    phone={
        KeyKind.LINKEDIN: 0.45,
        KeyKind.NAME_DOMAIN: 0.30,
        KeyKind.NAME_COMPANY: 0.30,
        KeyKind.EMAIL: 0.30,
    },
)
"""Source: API contract, "Providers, hit rates, latency"; the phone rates are assumptions."""


def basis_in_words(wanted: EnrichmentType, rates: FindRates) -> str:
    """Which find rates a likely figure goes by, each named that goes into it."""
    email = "your own find rate" if rates.own_email else "the published find rates"
    phone = "your own find rate" if rates.own_phone else "our guess"
    if wanted.wants_email and wanted.wants_phone:
        return f"{email} for emails and {phone} for phones" if email != phone else f"{email}s"
    return phone if wanted.wants_phone else email


def where_likely_comes_from() -> str:
    """What stands behind every likely figure, of a price as of a balance."""
    emails, phones = (
        {kind: f"{100 * rate:g} %" for kind, rate in rates.items()}
        for rates in (PUBLISHED_RATES.email, PUBLISHED_RATES.phone)
    )
    return (
        f"Until {ENOUGH_RESULTS} people of yours have an answer, the find rates that Cleanlist publishes:"
        f" emails for {emails[KeyKind.LINKEDIN]} of people with a LinkedIn profile,"
        f" {emails[KeyKind.NAME_DOMAIN]} with name and website, {emails[KeyKind.NAME_COMPANY]} with name"
        f" and company. For phones it publishes none: {phones[KeyKind.LINKEDIN]} with a profile and"
        f" {phones[KeyKind.NAME_DOMAIN]} without are our guess."
        " After that your own: how many of the people you looked up here were found."
    )


def price_at_most(wanted: EnrichmentType) -> int:
    """Credits one person can cost at most."""
    return EMAIL_CREDITS * wanted.wants_email + PHONE_CREDITS * wanted.wants_phone


def least_credits(wanted: EnrichmentType) -> int:
    """What the cheapest person can cost: who lacks only the email costs no more than that."""
    return EMAIL_CREDITS if wanted.wants_email else PHONE_CREDITS * wanted.wants_phone


def settled_credits(wanted: EnrichmentType, *, email_found: bool, phone_found: bool) -> int:
    """Credits one answered look-up costs: each part is paid only when it was asked and found."""
    email = EMAIL_CREDITS if wanted.wants_email and email_found else 0
    phone = PHONE_CREDITS if wanted.wants_phone and phone_found else 0
    return email + phone


@dataclass(frozen=True, slots=True)
class Estimate:
    """The price of one choice. to_send: people, not rows of the file.

    already_known: who needs no look-up. known_misses: those of them whom an earlier look-up did not find.
    in_file: those of them for whom the file itself has all that is wanted.
    basis: which find rates `likely` goes by, in words.
    cheapest: the most that the cheapest of them can cost; a smaller budget pays for nobody. step: what the
    cheapest find costs; what is left of a budget below that is never spent.
    """

    wanted: EnrichmentType
    to_send: int
    already_known: int
    known_misses: int
    at_most: int
    likely: int
    likely_emails: int
    likely_phones: int
    basis: str
    cheapest: int
    step: int
    in_file: int = 0

    @property
    def found_before(self) -> int:
        """Those who need no look-up because an earlier one found them."""
        return self.already_known - self.known_misses - self.in_file

    def most_of(self, budget: int) -> int:
        """The most of a budget that can be spent."""
        budget = min(budget, self.at_most)
        return budget // self.step * self.step if budget >= self.cheapest else 0


def estimate(
    wanted: EnrichmentType,
    asked: Mapping[tuple[KeyKind, EnrichmentType], int],
    *,
    already_known: int = 0,
    known_misses: int = 0,
    in_file: int = 0,
    rates: FindRates = PUBLISHED_RATES,
) -> Estimate:
    """Price a choice.

    asked: people to send, by the key they are looked up by and by what is still missing for them.
    """
    parts = [part for (_, part), count in asked.items() if count]
    emails = sum(rates.email[kind] * count for (kind, part), count in asked.items() if part.wants_email)
    phones = sum(rates.phone[kind] * count for (kind, part), count in asked.items() if part.wants_phone)
    return Estimate(
        wanted=wanted,
        to_send=sum(asked.values()),
        already_known=already_known,
        known_misses=known_misses,
        at_most=sum(price_at_most(part) * count for (_, part), count in asked.items()),
        # Of the finds as they are shown, so that the credits are their price.
        likely=round(emails) * EMAIL_CREDITS + round(phones) * PHONE_CREDITS,
        likely_emails=round(emails),
        likely_phones=round(phones),
        basis=basis_in_words(wanted, rates),
        cheapest=min(map(price_at_most, parts), default=0),
        step=max(1, min(map(least_credits, parts), default=0)),
        in_file=in_file,
    )
