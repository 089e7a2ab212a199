"""What is paid for and what is not, in the words that stand where the decision is made."""

from __future__ import annotations

PAID_AGAIN = "Whoever was found before or has it in your file is looked up again, and paid for when found."
"""What it means to look up also whoever is known; it is never done unless a person chooses it."""


def what_is_paid(*, fresh: bool, reuse_days: float) -> str:
    """What a list costs nothing for. fresh: also who is known is looked up."""
    if fresh:
        return f"Nothing found, nothing charged. {PAID_AGAIN}"
    lately = (
        f", and whoever was looked up in the {last(reuse_days)} is not paid for again" if reuse_days else ""
    )
    return f"Nothing found, nothing charged. Nobody in this list is paid for twice{lately}."


def last(days: float) -> str:
    """The time for which an answer counts, such as "last 90 days"."""
    return "last day" if days == 1 else f"last {days:g} days"
