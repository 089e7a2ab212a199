"""The results table of a run, one page at a time; nothing but the page leaves the database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping

from cleanlist_core.domain import (
    NO_NEWS_LABEL,
    EmailQuality,
    KeyKind,
    Outcome,
    email_status_in_words,
    outcome_in_words,
)
from cleanlist_core.errors import RunError
from cleanlist_core.store import browsing as stored
from cleanlist_core.store import searching
from cleanlist_core.store.browsing import People
from cleanlist_core.store.database import Database
from cleanlist_core.store.results import Condition, RunHeading, run_heading

CHIPS: Mapping[str, str] = {
    "found": "Found",
    "email_found": "Email found, now or before",
    "phone_found": "Phone found, now or before",
    "safe_to_send": "Safe to send",
    "probably_fine": "Probably fine",
    "risky": "Risky email",
    "do_not_send": "Do not send",
    "not_verified": "Not verified",
    "changed": "Changed since last time",
    "nothing": "Nothing found",
    "nothing_new": NO_NEWS_LABEL,
    "tidied": "Tidied up",
    "already_known": "Needed no look-up",
    "not_chosen": "Not chosen",
    "withheld": "Left out by you",
    "duplicates": "Duplicates",
    "needs_fixing": "Needs fixing",
    "needs_decision": "Needs your decision",
    "in_progress": "Being looked up",
    "failed": "Look-up failed",
    "left_out": "Left out",
    "not_sent": "Not sent yet",
}
"""Filters by key → their label, in the order of the screen."""

COLUMNS: Mapping[str, str] = {
    "row": "Row",
    "name": "Name",
    "company": "Company",
    "title": "Title",
    "email": "Email",
    "email_quality": "Email quality",
    "phone": "Phone",
    "phone_type": "Phone type",
    "outcome": "Outcome",
    "reason": "Reason",
    "credits": "Credits",
    "website": "Website",
    "location": "Location",
    "linkedin": "LinkedIn",
    "other_emails": "Other emails",
    "other_phones": "Other phones",
    "own_email": "Email in your file",
    "own_phone": "Phone in your file",
    "email_status": "Email status",
    "provider": "Found by",
    "key_kind": "Looked up by",
    "checked_at": "Checked on",
    "leader": "First row of this person",
}
"""Columns by key → their heading; each can be shown and sorted by."""

ELSEWHERE: Mapping[str, str] = {
    "email": "Email in another row of your file",
    "phone": "Phone in another row of your file",
}
"""Heading of what another row of the same person has in the file, by the column that it may stand in."""

LARGEST_PAGE = 1_000
_WORDS: Mapping[str, Mapping[str, str]] = {
    "email_quality": {one.value: one.label for one in EmailQuality},
    "key_kind": {one.value: one.label for one in KeyKind},
}


@dataclass(frozen=True, slots=True)
class ResultQuery:
    """What to show. chips: keys of CHIPS; outcomes and email qualities widen the choice, the rest narrow it.

    search: words that must all occur in a name, company, website, title, location, email or phone.
    sort: a key of COLUMNS. page: from 0.
    """

    chips: tuple[str, ...] = ()
    search: str = ""
    sort: str = "row"
    descending: bool = False
    page: int = 0
    size: int = 50


@dataclass(frozen=True, slots=True)
class ResultPage:
    """rows: heading → value, ready to show; `Row` is the row number. page: from 0, never past the end."""

    rows: tuple[dict[str, Any], ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Among:
    """Some rows of a run: those of `numbers`, or, without numbers, all that chips and search leave."""

    numbers: tuple[int, ...] = ()
    chips: tuple[str, ...] = ()
    search: str = ""

    @property
    def key(self) -> str:
        """A short name of the choice, for file names; "" for everybody."""
        told = repr((self.numbers, self.chips, searching.words_of(self.search)))
        return hashlib.sha256(told.encode()).hexdigest()[:6] if self else ""

    def __bool__(self) -> bool:
        return bool(self.numbers or self.chips or searching.words_of(self.search))

    def condition(self, database: Database, heading: RunHeading) -> Condition | None:
        """The same as a condition of the store; None for everybody. Raises RunError `unknown_filter`."""
        _check(ResultQuery(self.chips))
        if not self:
            return None
        return stored.rows_among(
            database, heading, numbers=self.numbers, chips=self.chips, search=self.search
        )

    def people(self, database: Database, heading: RunHeading) -> People:
        """A query for the people behind these rows, each by the first of their rows."""
        _check(ResultQuery(self.chips))
        return stored.people_matching(
            database, heading, chips=self.chips, search=self.search, numbers=self.numbers
        )


EVERYBODY = Among()


def browse(database: Database, run_id: str, query: ResultQuery) -> ResultPage:
    """One page of a run's rows. Raises RunError `unknown_run`, `unknown_filter` or `unknown_column`."""
    _check(query)
    size = max(1, min(query.size, LARGEST_PAGE))
    found = stored.find_page(
        database,
        run_heading(database, run_id),
        chips=query.chips,
        search=query.search,
        sort=query.sort,
        descending=query.descending,
        page=query.page,
        size=size,
    )
    return ResultPage(tuple(_shown(row) for row in found.rows), found.total, found.page, size)


def shown_together(
    database: Database, run_id: str, before: tuple[str, ...], chips: tuple[str, ...], search: str = ""
) -> tuple[str, ...]:
    """The filters to go on with after a choice: a new one shows its rows, without those it excludes.

    before, chips: what was chosen until now, and what is.
    """
    new = tuple(chip for chip in chips if chip not in before)

    def leave_somebody(some: tuple[str, ...]) -> bool:
        return bool(browse(database, run_id, ResultQuery(some, search, size=1)).total)

    if not new or leave_somebody(chips) or not leave_somebody(new):
        return chips
    others = [chip for chip in chips if chip not in new and leave_somebody((chip, *new))]
    kept = tuple(chip for chip in chips if chip in new or chip in others)
    return kept if leave_somebody(kept) else new


def is_too_short(database: Database, run_id: str, search: str) -> bool:
    """Whether a list is so long that a search for no more than these letters is not made."""
    return searching.is_too_short(database, run_heading(database, run_id), search)


def chip_counts(database: Database, run_id: str, search: str = "") -> dict[str, int]:
    """Rows by chip, of those the search leaves; `all` counts them together."""
    return dict(stored.count_chips(database, run_heading(database, run_id), search))


def _check(query: ResultQuery) -> None:
    unknown = [chip for chip in query.chips if chip not in CHIPS]
    if unknown:
        raise RunError(
            f"There is no filter called “{unknown[0]}”. Nothing was changed."
            f" Choose from: {', '.join(CHIPS)}.",
            code="unknown_filter",
        )
    if query.sort not in COLUMNS:
        raise RunError(
            f"There is no column called “{query.sort}”. Nothing was changed."
            f" Choose from: {', '.join(COLUMNS)}.",
            code="unknown_column",
        )


def _shown(row: RowMapping) -> dict[str, Any]:
    shown = {heading: _value(key, row[key]) for key, heading in COLUMNS.items()}
    shown |= {heading: row[f"other_{key}"] for key, heading in ELSEWHERE.items()}
    found = bool(row["email"] or row["phone"])
    return shown | {COLUMNS["outcome"]: outcome_in_words(Outcome(row["outcome"]), found=found)}


def _value(key: str, value: Any) -> Any:
    if key in _WORDS:
        return _WORDS[key].get(value, value)
    if key == "email_status":
        return email_status_in_words(value)
    if key == "phone_type":
        return value.replace("_", " ").capitalize()
    if key == "checked_at":
        return None if value is None else datetime.fromtimestamp(value, UTC)
    return value
