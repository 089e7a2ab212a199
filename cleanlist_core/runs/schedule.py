"""When to look at a batch again: often while that is cheap, rarely while requests are short.

Source of the numbers: the API's advice of 5 seconds, and its limit on requests.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from cleanlist_core.settings import RateLimit

SLOWEST_LOOKS_SECONDS = 60.0
SHARE_FOR_LOOKS = 0.8
STRAGGLER_SHARE = 0.1
"""A batch that takes long is looked at about every tenth part of its age."""


def first_look(
    durations: Sequence[float], *, open_batches: int, limit: RateLimit, poll_seconds: float
) -> float:
    """Seconds from the send to the first look.

    durations: how long earlier batches took. With few batches open a look costs nothing and shows
    progress; with many, looking before results can be there would waste the requests of others.
    """
    if not durations or open_batches * poll_seconds_share(limit, poll_seconds) <= 1:
        return poll_seconds
    return max(poll_seconds, 0.8 * statistics.median(durations))


def next_look(age_seconds: float, *, open_batches: int, limit: RateLimit, poll_seconds: float) -> float:
    """Seconds until a batch that was not ready is looked at again."""
    fair_share = open_batches * limit.seconds / (limit.requests * SHARE_FOR_LOOKS)
    patient = min(STRAGGLER_SHARE * age_seconds, max(poll_seconds, SLOWEST_LOOKS_SECONDS))
    return max(poll_seconds, fair_share, patient)


def poll_seconds_share(limit: RateLimit, poll_seconds: float) -> float:
    """The share of the request budget one batch takes when looked at every `poll_seconds`."""
    return limit.seconds / (limit.requests * SHARE_FOR_LOOKS * poll_seconds)


def pause_after_failures(failures: int, *, poll_seconds: float) -> float:
    """Seconds to wait after so many failures in a row."""
    return float(min(poll_seconds * 2 ** min(failures, 6), max(poll_seconds, SLOWEST_LOOKS_SECONDS)))
