"""People a file itself speaks against: who declined, was refunded, does not match, or never came.

Only offers are made of it: who is meant is for a person to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleanlist_core.domain import LEFT_OUT_BY_YOU
from cleanlist_core.intake.checking import Cause
from cleanlist_core.intake.headers import normalise_header

_STAYS = "Left out, they are not looked up and cost nothing; their rows stay in your file."


@dataclass(frozen=True, slots=True)
class LeaveOutRule:
    """Who may be left out. headers: normalised. values: in lower case, `_` and `-` written as spaces.

    told: what the file says of them, as the end of a sentence.
    """

    key: str
    title: str
    told: str
    headers: frozenset[str]
    values: frozenset[str]

    @property
    def code(self) -> str:
        """Why rows that were left out by this rule are not looked up."""
        return f"{LEFT_OUT_BY_YOU}_{self.key}"

    @property
    def does(self) -> str:
        return f"The file says that {self.told}. {_STAYS}"

    def places(self, columns: Sequence[str]) -> list[int]:
        """The positions of the columns that tell."""
        return [place for place, header in enumerate(columns) if normalise_header(header) in self.headers]


LEAVE_OUT_RULES = (
    LeaveOutRule(
        "declined",
        "Declined or not approved",
        "they are not going, or were not let in",
        frozenset(("approval status", "rsvp status", "rsvp", "registration status", "guest status")),
        frozenset(
            (
                "declined", "not going", "denied", "rejected", "cancelled", "canceled", "cancelled by self",
                "cancelled by host",
            )
        ),
    ),
    LeaveOutRule(
        "not_attending",
        "Refunded, cancelled or not attending",
        "their ticket was given back or taken back",
        frozenset(("attendee status",)),
        frozenset(("refunded", "not attending", "cancelled", "canceled", "deleted")),
    ),
    LeaveOutRule(
        "no_match",
        "Outside of the search",
        "they do not match the filters of the search it comes from",
        frozenset(("matches filters",)),
        frozenset(("no",)),
    ),
    LeaveOutRule(
        "absent",
        "Registered, but did not come",
        "they did not attend",
        frozenset(("attended",)),
        frozenset(("no",)),
    ),
)  # fmt: skip
"""In the order of known exports: Luma and Zoom, Eventbrite, Evaboot, Zoom."""

LEAVING_OUT_CAUSES = {
    rule.code: Cause(
        "You left this person out",
        f"The file says that {rule.told}. Nothing was sent and nothing was charged.",
    )
    for rule in LEAVE_OUT_RULES
}
"""The causes of rows that were left out. They are no fault of the file and stand in no list of faults."""
