"""How numbers, times and other people's text are put on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cleanlist_core.domain import counted
from cleanlist_core.pricing import PHONE_CREDITS

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_JOINED_TO_THE_NEXT = re.compile(r"(?<=[:@<>=~])(?=\S)|(?<=-)(?=[->])|(?<=\bw)(?=ww\b)", re.IGNORECASE)
"""Where Markdown would make something of two signs. A hyphen within a word stays one, for lines end there."""
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that make what follows run the other way, also beyond the value they stand in."""
_WORD_JOINER = "\u2060"

PORTAL = "https://portal.cleanlist.ai"
"""Where people get keys and credits."""

LETTER = 6
"""Pixels that a letter of a table takes on average."""
MINUTE = 60
HOUR = 3600
DAY = 86400


def plain(value: object, limit: int = 200) -> str:
    """Text of a file or a person, for labels that read Markdown: shown as it is, never interpreted.

    An invisible character is woven in, so it is not for text that people copy.
    """
    text = _TURNS_TEXT.sub("", " ".join(str(value).split()))
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return _PUNCTUATION.sub(r"\\\1", _JOINED_TO_THE_NEXT.sub(_WORD_JOINER, text))


def heading(value: object) -> str:
    """The same for a title, whose lines may also end after the underscores of a file's name."""
    return plain(value).replace("\\_", "\\_\u200b")


def shortened(text: str, limit: int = 40) -> str:
    """Text that has to share a line; nothing in it is changed otherwise."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def number(value: int | float | Decimal) -> str:
    """1234 → "1,234"; fractions of a credit keep one or two digits."""
    exact = Decimal(str(value))
    if exact == exact.to_integral_value():
        return f"{int(exact):,}"
    return f"{exact:,.2f}".rstrip("0")


def room_for(texts: Iterable[object], *, least: int, most: int = 340) -> int:
    """Pixels of a column in which the longest of these is not cut, within two bounds."""
    longest = max((len(str(text or "")) for text in texts), default=0)
    return min(most, max(least, 24 + LETTER * longest))


def megabytes(size: int) -> str:
    """Bytes as people know them from their files; never less than a tenth."""
    return f"{max(size / 1_000_000, 0.1):,.1f} MB"


def with_article(name: str) -> str:
    """ "ZoomInfo export" → "a ZoomInfo export"; several things need none."""
    if name.endswith("s"):
        return name
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def people(count: int) -> str:
    return counted(count, "person", "people")


def as_far_as_paid(who: str, count: int, budget: int) -> str:
    """People whose phones are wanted, where the budget does not pay for all of them: whole phones count.

    count: how many people they are. All of them may be asked, for only what is found is paid.
    """
    phones = min(count, budget // PHONE_CREDITS)
    return f"{who}, up to {counted(phones, 'phone')}" if phones else f"up to {who}"


def credit_count(value: int | float | Decimal) -> str:
    """1 → "1 credit", 940 → "940 credits"."""
    return f"{number(value)} {'credit' if value == 1 else 'credits'}"


def share(part: int, whole: int) -> str:
    """The share as a percentage; never 0 % or 100 % where that is not exactly so."""
    if whole <= 0:
        return "–"
    percent = 100 * part / whole
    if 0 < percent < 1:
        return "<1%"
    if 99 < percent < 100:
        return ">99%"
    return f"{percent:.0f}%"


def duration(seconds: float) -> str:
    """ "about 20 seconds", "about 4 minutes", "about 3 hours": as exact as anybody needs."""
    if seconds < 10:
        return "a few seconds"
    if seconds < MINUTE * 1.5:
        return f"about {max(10, round(seconds / 10) * 10)} seconds"
    if seconds < HOUR * 1.5:
        return f"about {round(seconds / MINUTE)} minutes"
    if seconds < DAY * 2:
        return f"about {round(seconds / HOUR)} hours"
    return f"about {round(seconds / DAY)} days"


def zone(name: str | None) -> tzinfo:
    """The time zone of the browser; UTC when it gives none that is known here."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def moment(at: float, where: tzinfo, now: float) -> str:
    """Seconds since 1970 as people say it: "today at 14:05", "12 Nov at 09:30", "12 Nov 2025"."""
    then, today = datetime.fromtimestamp(at, where), datetime.fromtimestamp(now, where)
    days = (today.date() - then.date()).days
    if days == 0:
        return f"today at {then:%H:%M}"
    if days == 1:
        return f"yesterday at {then:%H:%M}"
    if then.year == today.year:
        return f"{then.day} {then:%b} at {then:%H:%M}"
    return f"{then.day} {then:%b %Y}"
