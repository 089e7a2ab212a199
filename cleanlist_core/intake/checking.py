"""What becomes of each row before anything is looked up: ready, needs fixing, or a duplicate."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.domain import COLUMN_NAMES, NAMES_AGAIN, NAMES_REORDERED, KeyKind, RowCheck
from cleanlist_core.intake.header_rows import rows_of_headers
from cleanlist_core.intake.identity import Codes, PersonKeys, person_keys
from cleanlist_core.intake.mapping import ColumnMapping
from cleanlist_core.intake.normalising import PersonColumns, normalise
from cleanlist_core.intake.repetition import Flags, Texts, filled
from cleanlist_core.intake.tables import ReadTable

DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Cause:
    """Why a row is not looked up, and what to do about it."""

    title: str
    advice: str


CAUSES: dict[str, Cause] = {
    NAMES_AGAIN: Cause(
        "The column names again",
        "This row repeats the column names, as files put together from several exports do. It is nobody: it"
        " is not looked up, and files for other tools leave it out.",
    ),
    NAMES_REORDERED: Cause(
        "The column names again, in another order",
        "This row holds the column names of another table. It is nobody: it is not looked up, and files for"
        " other tools leave it out. The rows below it may stand in that other order too: look at them, and"
        " put what is in the wrong column in its place.",
    ),
    "company_page_instead_of_person": Cause(
        "The LinkedIn link is not a person's",
        "The link leads to a company, a school, a search or a short link. "
        "Put in the person's own profile, such as linkedin.com/in/jane-doe, or both names and the company.",
    ),
    "not_a_person": Cause(
        "The name is not a name",
        "There is an email, a link or a number where the name should be. "
        "Put in the person's first and last name, or their LinkedIn profile.",
    ),
    "only_one_name": Cause(
        "Only one part of the name",
        "A look-up needs first and last name, or a LinkedIn profile. Add the missing part.",
    ),
    "no_name": Cause(
        "No name",
        "There is a company or an email, but no person. Add first and last name, or a LinkedIn profile.",
    ),
    "no_company": Cause(
        "No company",
        "There is a name, but nothing says where the person works. "
        "Add the company, its website, a work email or a LinkedIn profile. "
        "Private addresses such as gmail.com do not tell the company.",
    ),
    "nothing_usable": Cause(
        "Nothing to look up",
        "This row has no LinkedIn profile, no name and no company in the columns used. "
        "Fill it in or leave it out.",
    ),
    DUPLICATE: Cause(
        "The same person again",
        "This person is already further up in the file. They are looked up once, and this row is filled too.",
    ),
}
"""Every reason a row can have, most telling first."""


@dataclass(frozen=True)
class RowCounts:
    """rows = ready + invalid + duplicates."""

    rows: int
    ready: int
    invalid: int
    duplicates: int


@dataclass(frozen=True)
class PreparedList:
    """A list ready to be stored.

    rows: the columns of the table `list_row` without `list_id`; row_number from 1 in file order.
    reasons: cause → rows, biggest first, duplicates included.
    """

    rows: pa.Table
    counts: RowCounts
    reasons: dict[str, int]


def prepare(table: ReadTable, mapping: ColumnMapping) -> PreparedList:
    """Normalise every row, decide whether it can be looked up, and find people who are there twice."""
    people = normalise(table, mapping)
    keys = person_keys(people)
    reasons = _reasons(table, mapping, people, keys)
    leader = leaders_of(keys.person, reasons == 0)
    numbers = np.arange(1, len(reasons) + 1, dtype=np.int32)
    duplicate = (reasons == 0) & (leader != numbers)
    reasons[duplicate] = list(CAUSES).index(DUPLICATE) + 1
    rows = _as_rows(table, people, keys, reasons, leader)
    return _counted(rows, reasons)


def _reasons(
    table: ReadTable, mapping: ColumnMapping, people: PersonColumns, keys: PersonKeys
) -> npt.NDArray[np.int8]:
    """Per row 0 when it is ready, else 1 + the position of its cause in CAUSES."""
    first, last = filled(people.first_name), filled(people.last_name)
    company = filled(people.company_name) | filled(people.company_domain)
    other = company | filled(people.email) | filled(people.phone)
    page = people.page.to_numpy(zero_copy_only=False)
    unreadable = people.unreadable.to_numpy(zero_copy_only=False)
    named = first & last
    again, reordered = rows_of_headers(table, mapping, people)
    checks = {
        NAMES_AGAIN: again,
        NAMES_REORDERED: reordered,
        "company_page_instead_of_person": page & ~(named & company),
        "not_a_person": unreadable & ~first & ~last,
        "only_one_name": first ^ last,
        "no_name": ~first & ~last & other,
        "no_company": named & ~company,
    }
    reasons = np.zeros(len(first), dtype=np.int8)
    usable = filled(keys.identity)
    reasons[~usable] = list(CAUSES).index("nothing_usable") + 1
    for position, code in reversed(list(enumerate(CAUSES))):
        if code in checks:
            applies = checks[code] if code in COLUMN_NAMES else checks[code] & ~usable
            reasons[applies] = position + 1
    return reasons


def leaders_of(person: Codes, ready: Flags) -> npt.NDArray[np.int32]:
    """Per row the number of the first ready row of the same person; its own number when it is not ready."""
    numbers = np.arange(1, len(person) + 1, dtype=np.int32)
    first = np.zeros(int(person.max(initial=-1)) + 1, dtype=np.int32)
    # Written from the end, so that the first row of each person stays.
    backwards = np.flatnonzero(ready)[::-1]
    first[person[backwards]] = numbers[backwards]
    leader = numbers.copy()
    leader[ready] = first[person[ready]]
    return leader


def _as_rows(
    table: ReadTable,
    people: PersonColumns,
    keys: PersonKeys,
    reasons: npt.NDArray[np.int8],
    leader: npt.NDArray[np.int32],
) -> pa.Table:
    duplicate = list(CAUSES).index(DUPLICATE) + 1
    words = pa.array(["", *CAUSES], pa.string())
    checked = np.where(reasons == 0, 0, np.where(reasons == duplicate, 1, 2))
    states = pa.array([RowCheck.READY.value, RowCheck.DUPLICATE.value, RowCheck.INVALID.value], pa.string())
    valid = checked != 2
    return pa.table(
        {
            "row_number": pa.array(np.arange(1, len(reasons) + 1, dtype=np.int32)),
            "line": table.lines,
            "linkedin_url": people.linkedin_url,
            "linkedin_slug": people.linkedin_slug,
            "first_name": people.first_name,
            "last_name": people.last_name,
            "company_domain": people.company_domain,
            "company_name": people.company_name,
            "email": people.email,
            "phone": people.phone,
            "title": people.title,
            "location": people.location,
            "identity": only_where(valid, keys.identity),
            "name_domain_key": keys.name_domain,
            "name_company_key": keys.name_company,
            "key_kind": key_kinds(people, keys, valid),
            "checked": states.take(pa.array(checked)),
            "reason": words.take(pa.array(reasons)),
            "leader": pa.array(leader),
        }
    )


def only_where(valid: Flags, column: Texts) -> Texts:
    """The column, "" where a row is not valid."""
    # Mostly nothing has to go, and the column itself takes no memory of its own.
    gone = ~valid & filled(column)
    return pc.if_else(pa.array(gone), "", column) if gone.any() else column


def key_kinds(people: PersonColumns, keys: PersonKeys, valid: Flags) -> pa.Array:
    """Per row the best key it can be sent by, "" for rows that are not valid."""
    kinds = pa.array(
        [KeyKind.LINKEDIN.value, KeyKind.NAME_DOMAIN.value, KeyKind.NAME_COMPANY.value, ""], pa.string()
    )
    slug, domain = filled(people.linkedin_slug), filled(keys.name_domain)
    return kinds.take(pa.array(np.where(valid, np.where(slug, 0, np.where(domain, 1, 2)), 3).astype(np.int8)))


def _counted(rows: pa.Table, reasons: npt.NDArray[np.int8]) -> PreparedList:
    counts = np.bincount(reasons, minlength=len(CAUSES) + 1)
    by_cause = Counter({code: int(counts[position]) for position, code in enumerate(CAUSES, start=1)})
    biggest_first = {code: count for code, count in by_cause.most_common() if count}
    duplicates = biggest_first.get(DUPLICATE, 0)
    ready = int(counts[0])
    invalid = len(reasons) - ready - duplicates
    return PreparedList(rows, RowCounts(len(reasons), ready, invalid, duplicates), biggest_first)
