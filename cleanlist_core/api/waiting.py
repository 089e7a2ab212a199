"""How long to wait before a question is asked again."""

from __future__ import annotations

import random
from email.utils import parsedate_to_datetime

from cleanlist_core.errors import (
    ApiError,
    RateLimitedError,
    ServerFailedError,
    UnreachableError,
    UnreadableError,
)

FIRST_WAIT_SECONDS = 0.5
LONGEST_BACK_OFF_SECONDS = 8.0
LONGEST_WAIT_SECONDS = 90.0
"""A question whose answer is further away than this is given up, and the error says so."""
RATE_WINDOW_SECONDS = 60.0


def retry_after(header: str, *, now: float) -> float | None:
    """Seconds to wait by a Retry-After header (seconds or an HTTP date); None without a usable one."""
    text = header.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def rate_limit_pause(asked: float | None, *, now: float) -> float:
    """Seconds until requests are welcome: as asked, else until the next minute begins."""
    if asked is not None:
        return min(asked, 24 * 60 * 60)
    return RATE_WINDOW_SECONDS - now % RATE_WINDOW_SECONDS


def worth_repeating(error: ApiError) -> bool:
    """Whether the same question may get a better answer by itself."""
    passing = UnreachableError | UnreadableError | RateLimitedError | ServerFailedError
    return isinstance(error, passing)


def back_off(attempt: int, rng: random.Random) -> float:
    """Seconds before another try, anywhere up to twice the last limit; attempt: tries made, from 1."""
    return rng.uniform(0, min(LONGEST_BACK_OFF_SECONDS, FIRST_WAIT_SECONDS * 2 ** (attempt - 1)))
