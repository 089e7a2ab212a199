"""When to look at a batch again: often while that is cheap, rarely while requests are short.

Source of the numbers: the API's advice of 5 seconds, its limit on requests, and benchmarks/makespan.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleanlist_core.settings import RateLimit

SLOWEST_LOOKS_SECONDS = 60.0
SHARE_FOR_LOOKS = 0.8
MOSTLY_DONE_SHARE, NEARLY_DONE_SHARE = 0.75, 0.95
"""A first look is worth a request once so many of the earlier batches were ready: of a few, of enough."""
ENOUGH_KNOWN = 10
PATIENT_FACTOR, LONGEST_FIRST_LOOK_WINDOWS = 1.5, 2.0
"""How much later than its fair share a first look may come, and how late at most, once enough is known."""
IMPATIENT_SHARE, PATIENT_SHARE = 0.07, 0.5
"""The next look comes after this part of a batch's age: the small one while few batches are open."""


def first_look(
    durations: Sequence[float], *, open_batches: int, limit: RateLimit, poll_seconds: float
) -> float:
    """Seconds from the send to the first look.

    durations: how long earlier batches took. open_batches: sent or still to be sent. With few a look
    costs nothing and shows progress; with many, looking too early would take the requests of others.
    """
    fair, ordered = _fair_share_seconds(open_batches, limit), sorted(durations)
    if len(ordered) < ENOUGH_KNOWN:
        latest = min(fair, limit.seconds, *_at_share(ordered, MOSTLY_DONE_SHARE))
    else:
        longest = LONGEST_FIRST_LOOK_WINDOWS * limit.seconds
        latest = min(PATIENT_FACTOR * fair, longest, *_at_share(ordered, NEARLY_DONE_SHARE))
    return max(poll_seconds, latest)


def _at_share(ordered: Sequence[float], share: float) -> Sequence[float]:
    """What so many of the durations stay within; nothing of none."""
    return [ordered[int(share * (len(ordered) - 1))]] if ordered else []


def next_look(age_seconds: float, *, open_batches: int, limit: RateLimit, poll_seconds: float) -> float:
    """Seconds until a batch that was not ready is looked at again: the older, the later."""
    soonest, latest = IMPATIENT_SHARE * age_seconds, PATIENT_SHARE * age_seconds
    wanted = min(max(_fair_share_seconds(open_batches, limit), soonest), latest)
    return max(poll_seconds, min(wanted, max(limit.seconds, SLOWEST_LOOKS_SECONDS)))


def _fair_share_seconds(open_batches: int, limit: RateLimit) -> float:
    """How long it takes to look at every open batch once within the limit."""
    return open_batches * limit.seconds / (limit.requests * SHARE_FOR_LOOKS)


def pause_after_failures(failures: int, *, poll_seconds: float) -> float:
    """Seconds to wait after so many failures in a row."""
    return float(min(poll_seconds * 2 ** min(failures, 6), max(poll_seconds, SLOWEST_LOOKS_SECONDS)))
