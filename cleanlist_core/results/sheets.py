"""What a download holds, before it is written as CSV or Excel: a header and chunks of columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import count
from typing import Any

import pyarrow as pa

from cleanlist_core.domain import EmailQuality, Outcome, outcome_in_words
from cleanlist_core.errors import RunError
from cleanlist_core.results.beside import Beside, beside, tidied_beside
from cleanlist_core.results.browsing import EVERYBODY, Among
from cleanlist_core.results.own_cells import chunk_size, fields_of, original_columns
from cleanlist_core.results.presets import RowChoice
from cleanlist_core.store import results as stored
from cleanlist_core.store.database import Database

OUR_COLUMNS = (
    "Cleanlist Email",
    "Cleanlist Email Status",
    "Cleanlist Phone",
    "Cleanlist Other Phones",
    "Cleanlist Result",
    "Cleanlist Reason",
    "Cleanlist Credits",
    "Cleanlist Checked On",
)
TO_FIX = "What to fix"
_QUALITY_WORDS = {"": EmailQuality.UNKNOWN.label, **{one.value: one.label for one in EmailQuality}}
KEPT_AS_TEXT = re.compile(r"(?i)\b(?:phones?|mobile|tel|telephone|cell|fax|zip|postal|postcode|id|ids)\b")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table to download.

    header: column names. chunks: each a list of string columns without nulls, in the order of the header.
    rows: how many there will be at most. notes: what to tell a person, known once the chunks are read.
    text_columns: positions of phones and ids. number_columns: of whole numbers. delimiter: between the cells
    of a CSV.
    """

    header: tuple[str, ...]
    rows: int
    chunks: Iterator[list[pa.Array]]
    notes: Callable[[], tuple[str, ...]] = tuple
    delimiter: str = ","
    number_columns: tuple[int, ...] = ()

    @property
    def text_columns(self) -> tuple[int, ...]:
        return tuple(place for place, name in enumerate(self.header) if KEPT_AS_TEXT.search(_spaced(name)))


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name)


def everything(
    database: Database, heading: stored.RunHeading, rows: RowChoice, among: Among = EVERYBODY
) -> Sheet:
    """All columns of the file exactly as uploaded, with ours beside them; all rows, unless told otherwise."""
    only, more = among.condition(database, heading), beside(database, heading)
    chunk = chunk_size(len(heading.columns) + len(more.header))
    found = stored.result_rows(database, heading, rows=rows, among=only, of_file=bool(more), chunk=chunk)
    return Sheet(
        header=heading.columns + unique_names(heading.columns, (*OUR_COLUMNS, *more.header)),
        rows=stored.count_rows(database, heading, rows=rows, among=only),
        chunks=(with_ours(heading, fields_of(chunk), more) for chunk in found),
        number_columns=our_numbers(heading),
    )


def our_numbers(heading: stored.RunHeading) -> tuple[int, ...]:
    """Where numbers of ours stand beside the file's own columns, which stay text whatever is in them."""
    return (len(heading.columns) + OUR_COLUMNS.index("Cleanlist Credits"),)


def with_ours(
    heading: stored.RunHeading, fields: Mapping[str, Sequence[Any]], more: Beside
) -> list[pa.Array]:
    """The own columns of some rows and what stands beside them."""
    own = original_columns(fields["cells"], len(heading.columns))
    ours = (*our_columns(fields), *more.values_of(fields, own))
    return own + [pa.array(column, pa.string()) for column in ours]


def tidied(database: Database, heading: stored.RunHeading, among: Among = EVERYBODY) -> Sheet:
    """The same for a list that is only tidied up: every row, with its values in plain form at the end."""
    only, more = among.condition(database, heading), tidied_beside(database, heading)
    chunk = chunk_size(len(heading.columns) + len(more.header))
    found = stored.contact_rows(database, heading, among=only, chunk=chunk)
    return Sheet(
        header=heading.columns + unique_names(heading.columns, (*OUR_COLUMNS, *more.header)),
        rows=stored.count_rows(database, heading, among=only),
        chunks=(with_ours(heading, fields_of(chunk), more) for chunk in found),
        number_columns=our_numbers(heading),
    )


def not_found(database: Database, heading: stored.RunHeading) -> Sheet:
    """The rows of people who were looked up without a find: the file's own columns, ready to try again."""
    return _own_rows(database, heading, (Outcome.NOTHING,), choice="without")


def without_answer(database: Database, heading: stored.RunHeading) -> Sheet:
    """The rows of people whose look-up failed, so that nobody knows whether there is something to find."""
    return _own_rows(database, heading, (Outcome.FAILED,), choice="without")


def needs_fixing(database: Database, heading: stored.RunHeading) -> Sheet:
    """The rows that could not be sent, with what to fix in a column of its own."""
    return _own_rows(database, heading, (Outcome.NEEDS_FIXING,), TO_FIX)


def _own_rows(
    database: Database,
    heading: stored.RunHeading,
    outcomes: Sequence[Outcome],
    reasons_as: str = "",
    choice: str = "all",
) -> Sheet:
    extra = unique_names(heading.columns, [reasons_as]) if reasons_as else ()
    width = len(heading.columns)

    def chunks() -> Iterator[list[pa.Array]]:
        for chunk in stored.result_rows(
            database, heading, rows=choice, outcomes=outcomes, chunk=chunk_size(width)
        ):
            reasons = [pa.array([row.reason for row in chunk], pa.string())] if extra else []
            yield original_columns([row.cells for row in chunk], width) + reasons

    rows = stored.count_rows(database, heading, rows=choice, outcomes=outcomes)
    return Sheet(heading.columns + extra, rows, chunks())


def our_columns(fields: Mapping[str, Sequence[Any]]) -> tuple[Sequence[str], ...]:
    """The values of OUR_COLUMNS, from the fields of some rows."""
    found = zip(fields["email"], fields["email_quality"], strict=True)
    return (
        fields["email"],
        [_QUALITY_WORDS[quality] if email else "" for email, quality in found],
        fields["phone"],
        fields["other_phones"],
        [
            outcome_in_words(Outcome(outcome), found=bool(email or phone))
            for outcome, email, phone in zip(fields["outcome"], fields["email"], fields["phone"], strict=True)
        ],
        fields["reason"],
        [str(spent) for spent in fields["credits"]],
        ["" if at is None else _date_of(int(at // 86_400)) for at in fields["checked_at"]],
    )


@lru_cache(maxsize=4_096)
def _date_of(day: int) -> str:
    """A day since 1970, in UTC, as text."""
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def unique_names(taken: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The wanted names, each numbered where the file already has a column of that name."""
    used = {name.strip().casefold() for name in taken}
    return tuple(_unique_name(used, name) for name in wanted)


def _unique_name(used: set[str], name: str) -> str:
    if name.casefold() not in used:
        return name
    numbered = (f"{name} ({number})" for number in count(2))
    return next(candidate for candidate in numbered if candidate.casefold() not in used)


def refuse_deleted(heading: stored.RunHeading) -> None:
    if heading.deleted:
        raise RunError(
            "The data of this list was deleted, so there is no file to download. The receipt stays. Upload"
            " the file again to look its people up anew; whoever only this list had found costs anew.",
            code="list_deleted",
        )
