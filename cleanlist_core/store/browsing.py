"""One page of the results of a run: filtered, searched, sorted and counted by the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, case, func, or_, select

from cleanlist_core.domain import KNOWN_OUTCOMES, EmailQuality, KeyKind, Outcome
from cleanlist_core.store.database import Database
from cleanlist_core.store.results import (
    RunHeading,
    count_where,
    has_email,
    has_phone,
    is_safe,
    same_row,
)
from cleanlist_core.store.schema import list_row, run_row

OUTCOME_CHIPS: Mapping[str, tuple[Outcome, ...]] = {
    "found": (Outcome.FOUND,),
    "nothing": (Outcome.NOTHING,),
    "already_known": KNOWN_OUTCOMES,
    "duplicates": (Outcome.DUPLICATE,),
    "needs_fixing": (Outcome.NEEDS_FIXING,),
    "needs_decision": (Outcome.UNCERTAIN,),
    "in_progress": (Outcome.IN_PROGRESS,),
    "failed": (Outcome.FAILED,),
    "left_out": (Outcome.LEFT_OUT,),
    "not_sent": (Outcome.NOT_SENT,),
}
VALUE_CHIPS: Mapping[str, ColumnElement[bool]] = {
    "email_found": has_email,
    "phone_found": has_phone,
    "safe_to_send": is_safe,
}

FULL_NAME = func.trim(list_row.c.first_name + " " + list_row.c.last_name)
COLUMNS: Mapping[str, ColumnElement[Any]] = {
    "row": run_row.c.row_number,
    "name": FULL_NAME,
    "company": list_row.c.company_name,
    "website": list_row.c.company_domain,
    "title": list_row.c.title,
    "location": list_row.c.location,
    "linkedin": list_row.c.linkedin_url,
    "email": run_row.c.email,
    "email_status": run_row.c.email_status,
    "email_quality": run_row.c.email_quality,
    "phone": run_row.c.phone,
    "phone_type": run_row.c.phone_type,
    "other_emails": run_row.c.other_emails,
    "other_phones": run_row.c.other_phones,
    "own_email": list_row.c.email,
    "own_phone": list_row.c.phone,
    "outcome": run_row.c.outcome,
    "reason": run_row.c.reason,
    "provider": run_row.c.provider,
    "key_kind": list_row.c.key_kind,
    "credits": run_row.c.credits,
    "checked_at": run_row.c.checked_at,
    "leader": run_row.c.leader,
}


def _ranked(column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[Any]:
    return case({value: rank for rank, value in enumerate(values)}, value=column, else_=len(values))


# Words of the program sort by meaning; missing text comes last, whichever way one sorts.
SORTED_BY_RANK: Mapping[str, ColumnElement[Any]] = {
    "outcome": _ranked(run_row.c.outcome, [outcome.value for outcome in Outcome]),
    "email_quality": _ranked(run_row.c.email_quality, [quality.value for quality in EmailQuality]),
    "key_kind": _ranked(list_row.c.key_kind, [kind.value for kind in KeyKind]),
}
OF_THE_FILE = (
    "name",
    "company",
    "website",
    "title",
    "location",
    "linkedin",
    "own_email",
    "own_phone",
    "key_kind",
)
NUMBERS = ("row", "credits", "checked_at", "leader")

SEARCHED = (
    list_row.c.first_name,
    list_row.c.last_name,
    list_row.c.company_name,
    list_row.c.company_domain,
    list_row.c.title,
    list_row.c.location,
    list_row.c.email,
    list_row.c.phone,
    run_row.c.email,
    run_row.c.phone,
)


def find_page(
    database: Database,
    heading: RunHeading,
    *,
    chips: Sequence[str],
    search: str,
    sort: str,
    descending: bool,
    page: int,
    size: int,
) -> tuple[int, int, Sequence[RowMapping]]:
    """How many rows match, which page this is (the last one when there are fewer), and its rows.

    The page is found by row numbers alone; only its own rows are read in full.
    """
    matching = _matching(database, heading, chips, search, joined=sort in OF_THE_FILE)
    with database.read() as connection:
        total = int(connection.execute(select(func.count()).select_from(matching.subquery())).scalar_one())
        page = max(0, min(page, (total - 1) // size))
        ordered = matching.order_by(*_order(sort, descending=descending))
        numbers = connection.execute(ordered.limit(size).offset(page * size)).scalars().all()
        rows = connection.execute(_full_rows(heading, numbers)).mappings().all()
    by_number = {row["row"]: row for row in rows}
    return total, page, [by_number[number] for number in numbers]


def count_chips(database: Database, heading: RunHeading, search: str) -> Mapping[str, int]:
    """Rows each chip would leave, of those the search leaves; "all" is the search alone. One query."""
    by_outcome = {
        chip: run_row.c.outcome.in_([one.value for one in outcomes])
        for chip, outcomes in OUTCOME_CHIPS.items()
    }
    conditions = {**by_outcome, **VALUE_CHIPS}
    statement = select(func.count()).add_columns(*map(count_where, conditions.values()))
    with database.read() as connection:
        counts = connection.execute(_of_run(statement, database, heading, search, joined=False)).one()
    return dict(zip(("all", *conditions), counts, strict=True))


def _matching(
    database: Database, heading: RunHeading, chips: Sequence[str], search: str, *, joined: bool
) -> Select[Any]:
    statement = _of_run(select(run_row.c.row_number), database, heading, search, joined=joined)
    outcomes = [one.value for chip in chips for one in OUTCOME_CHIPS.get(chip, ())]
    if outcomes:
        statement = statement.where(run_row.c.outcome.in_(outcomes))
    return statement.where(*(VALUE_CHIPS[chip] for chip in chips if chip in VALUE_CHIPS))


def _of_run(
    statement: Select[Any], database: Database, heading: RunHeading, search: str, *, joined: bool
) -> Select[Any]:
    words = search.split()
    if words or joined:
        statement = statement.select_from(run_row).join(list_row, same_row(heading))
    return statement.where(run_row.c.run_id == heading.run_id, *(_holds(word, database) for word in words))


def _holds(word: str, database: Database) -> ColumnElement[bool]:
    text = _all_text()
    if not database.is_sqlite:
        return text.icontains(word, autoescape=True)
    # SQLite folds only the letters a–z; other spellings of a word are looked for one by one.
    spellings = {word} if word.isascii() else {word, word.lower(), word.upper(), word.title()}
    return or_(*(text.contains(spelling, autoescape=True) for spelling in sorted(spellings)))


def _all_text() -> ColumnElement[str]:
    first, *rest = SEARCHED
    text: ColumnElement[str] = first
    for column in rest:
        text = text + " " + column
    return text


def _order(sort: str, *, descending: bool) -> tuple[ColumnElement[Any], ...]:
    column = SORTED_BY_RANK.get(sort, COLUMNS[sort])
    if sort in NUMBERS or sort in SORTED_BY_RANK:
        first = column.desc() if descending else column.asc()
        return (first.nulls_last(), run_row.c.row_number)
    folded = func.lower(column)
    return (
        case((column == "", 1), else_=0),
        folded.desc() if descending else folded.asc(),
        run_row.c.row_number,
    )


def _full_rows(heading: RunHeading, numbers: Sequence[int]) -> Select[Any]:
    columns = [column.label(name) for name, column in COLUMNS.items()]
    return (
        select(*columns)
        .join(list_row, same_row(heading))
        .where(run_row.c.run_id == heading.run_id, run_row.c.row_number.in_(numbers))
    )
