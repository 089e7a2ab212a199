"""What a test says about the others: a range that holds, and how often it does.

A test shows `found` finds among `asked` people of a list; how many are there among the others? Every
total is ruled out under which a test as poor, or as rich, as this one would be rarer than half of what
the promise leaves over. What remains holds at least as often as promised, however many there truly are:
the interval of Clopper and Pearson, for drawing without putting back (the hypergeometric distribution).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, lgamma

from cleanlist_core.pricing import EMAIL_CREDITS, PHONE_CREDITS, Estimate, price_at_most
from cleanlist_core.results.metrics import Slice, find_rate_by_key_kind
from cleanlist_core.store.database import Database

CONFIDENCE = 0.9
"""The range holds in at least 9 of 10 tests."""


@dataclass(frozen=True, slots=True)
class LikelyRange:
    """Finds to expect among people who were not asked yet, both ends included."""

    least: int
    most: int


def likely_range(asked: int, found: int, others: int, *, confidence: float = CONFIDENCE) -> LikelyRange:
    """Finds among `others` people, going by a test in which `found` of `asked` were found.

    It holds in at least the share `confidence` (0–1) of such tests.
    """
    if asked <= 0 or others <= 0:
        return LikelyRange(0, max(0, others))
    everybody, tail = asked + others, (1 - confidence) / 2

    def not_too_few(total: int) -> bool:
        """Whether so many in all leave a test as rich as this one likely enough."""
        return _share_at_least(found, asked, total, everybody) > tail

    def not_too_many(total: int) -> bool:
        return _share_at_least(asked - found, asked, everybody - total, everybody) > tail

    least = _first(found, found + others, not_too_few)
    most = everybody - _first(
        asked - found, everybody - found, lambda misses: not_too_many(everybody - misses)
    )
    return LikelyRange(least - found, most - found)


@dataclass(frozen=True, slots=True)
class AfterATest:
    """What a test lets expect of the others; None for what was not looked for. All hold together."""

    emails: LikelyRange | None
    phones: LikelyRange | None
    credits: LikelyRange


def after_a_test(database: Database, run_id: str, rest: Estimate) -> AfterATest | None:
    """The likely finds and credits of the people beside a test; None when nobody of them is to be asked.

    Or when some of them lack only a part: the test does not tell how many.
    """
    wanted = rest.wanted
    if not rest.at_most or rest.at_most != rest.to_send * price_at_most(wanted):
        return None
    # Two ranges that hold together as often as promised must each hold more often.
    confidence = 1 - (1 - CONFIDENCE) / (wanted.wants_email + wanted.wants_phone)
    rates = find_rate_by_key_kind(database, run_id)
    emails = _of_others([one.emails for one in rates], rest, confidence) if wanted.wants_email else None
    phones = _of_others([one.phones for one in rates], rest, confidence) if wanted.wants_phone else None
    parts = [(emails, EMAIL_CREDITS), (phones, PHONE_CREDITS)]
    return AfterATest(
        emails,
        phones,
        LikelyRange(
            sum(one.least * price for one, price in parts if one is not None),
            sum(one.most * price for one, price in parts if one is not None),
        ),
    )


def _of_others(kinds: Sequence[Slice], rest: Estimate, confidence: float) -> LikelyRange:
    asked, found = sum(one.of for one in kinds), sum(one.count for one in kinds)
    return likely_range(asked, found, rest.to_send, confidence=confidence)


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The smallest number from low to high for which it holds; once it does, it does for all above."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _share_at_least(count: int, drawn: int, marked: int, everybody: int) -> float:
    """How likely at least so many marked ones are among those drawn, of 1."""
    top = min(drawn, marked)
    whole = _log_choose(everybody, drawn)
    return sum(
        exp(_log_choose(marked, one) + _log_choose(everybody - marked, drawn - one) - whole)
        for one in range(max(count, drawn - (everybody - marked)), top + 1)
    )


def _log_choose(among: int, chosen: int) -> float:
    return lgamma(among + 1) - lgamma(chosen + 1) - lgamma(among - chosen + 1)
