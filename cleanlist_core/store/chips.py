"""The filters of a list's results: which rows each leaves, told to the database and of a kind of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select

from cleanlist_core.domain import KNOWN_OUTCOMES, EmailQuality, Outcome
from cleanlist_core.store.database import Database
from cleanlist_core.store.results import RunHeading, has_email, has_find, has_phone
from cleanlist_core.store.row_groups import RowGroup
from cleanlist_core.store.schema import person_result, run, run_row

OUTCOME_CHIPS: Mapping[str, tuple[Outcome, ...]] = {
    "found": (Outcome.FOUND,),
    "nothing": (Outcome.NOTHING,),
    "nothing_new": (Outcome.NOTHING,),
    "tidied": (Outcome.TIDIED,),
    "already_known": KNOWN_OUTCOMES,
    "not_chosen": (Outcome.NOT_CHOSEN,),
    "withheld": (Outcome.WITHHELD,),
    "duplicates": (Outcome.DUPLICATE,),
    "needs_fixing": (Outcome.NEEDS_FIXING,),
    "needs_decision": (Outcome.UNCERTAIN,),
    "in_progress": (Outcome.IN_PROGRESS,),
    "failed": (Outcome.FAILED,),
    "left_out": (Outcome.LEFT_OUT,),
    "not_sent": (Outcome.NOT_SENT,),
}
"""Filters → the outcomes they stand for."""
BY_FIND = {"nothing": False, "nothing_new": True}
"""Filters that tell rows of one outcome apart by whether there is a find from before. A later decision about
a list tells of itself alone, whatever was found before it."""
VALUE_CHIPS: Mapping[str, ColumnElement[bool]] = {"email_found": has_email, "phone_found": has_phone}
QUALITY_CHIPS: Mapping[str, EmailQuality] = {
    "safe_to_send": EmailQuality.GOOD,
    "probably_fine": EmailQuality.PROBABLE,
    "risky": EmailQuality.RISKY,
    "do_not_send": EmailQuality.BAD,
    "not_verified": EmailQuality.UNKNOWN,
}
"""Filters → the quality of email they stand for."""
CHANGED = "changed"
PLAIN_CHIPS = (*OUTCOME_CHIPS, *VALUE_CHIPS, *QUALITY_CHIPS)


def chosen_rows(heading: RunHeading, chips: Sequence[str]) -> list[ColumnElement[bool]]:
    """The conditions for the rows that all these filters leave; outcomes and qualities widen one another."""
    outcomes = [_with_outcome(heading, chip) for chip in chips if chip in OUTCOME_CHIPS]
    qualities = [QUALITY_CHIPS[chip] for chip in chips if chip in QUALITY_CHIPS]
    chosen = [VALUE_CHIPS[chip] for chip in chips if chip in VALUE_CHIPS]
    chosen += [or_(*outcomes)] if outcomes else []
    chosen += [_with_quality(qualities)] if qualities else []
    return chosen + ([_changed(heading)] if CHANGED in chips else [])


def _with_outcome(heading: RunHeading, chip: str) -> ColumnElement[bool]:
    there = run_row.c.outcome.in_([one.value for one in OUTCOME_CHIPS[chip]])
    found = BY_FIND.get(chip)
    if found is None or (heading.earlier and not found):
        return there
    return false() if heading.earlier else and_(there, has_find if found else not_(has_find))


def _with_quality(qualities: Sequence[EmailQuality]) -> ColumnElement[bool]:
    values = [one.value for one in qualities] + ([""] if EmailQuality.UNKNOWN in qualities else [])
    return and_(has_email, run_row.c.email_quality.in_(values))


def _changed(heading: RunHeading) -> ColumnElement[bool]:
    """Whose answer in this run has another email or phone than the last one before it had."""
    now, row = person_result.alias(), run_row.alias()
    before = person_result.alias()
    earlier = and_(
        before.c.organization_id == heading.organization_id,
        before.c.identity == now.c.identity,
        before.c.found_at < now.c.found_at,
    )

    def differs(name: str) -> ColumnElement[bool]:
        last = (
            select(before.c[name])
            .where(earlier, before.c[name] != "")
            .order_by(before.c.found_at.desc())
            .limit(1)
            .scalar_subquery()
        )
        return and_(row.c[name] != "", func.lower(last) != func.lower(row.c[name]))

    changed = (
        select(row.c.row_number)
        .join(now, now.c.id == row.c.result_id)
        .where(row.c.run_id == heading.run_id, now.c.run_id == heading.run_id, _has_other_answers(heading))
        .where(or_(differs("email"), differs("phone")))
    )
    return run_row.c.row_number.in_(changed)


def _has_other_answers(heading: RunHeading) -> ColumnElement[bool]:
    """Whether there is anything the answers of this run could differ from.

    Asked run by run: of a large run alone all answers would be read to find no other.
    """
    theirs = and_(run.c.organization_id == heading.organization_id, run.c.id != heading.run_id)
    answers = select(person_result.c.id).where(person_result.c.run_id == run.c.id).exists()
    return select(run.c.id).where(theirs, answers).limit(1).exists()


def may_have_changed(database: Database, heading: RunHeading) -> bool:
    """Whether the filter for changes can leave anybody at all."""
    with database.read() as connection:
        return bool(connection.execute(select(_has_other_answers(heading))).scalar())


def answers_edition(database: Database, heading: RunHeading) -> int:
    """Counts up, from 1, with every answer the organization gets or forgets: each makes its run count up."""
    of_all = select(func.coalesce(func.sum(run.c.revision), 0) + 1)
    with database.read() as connection:
        theirs = of_all.where(run.c.organization_id == heading.organization_id)
        return int(connection.execute(theirs).scalar_one())


def is_chosen(heading: RunHeading, rows: RowGroup, chips: Sequence[str]) -> bool:
    """As `chosen_rows` says it to the database."""
    outcomes = [chip for chip in chips if chip in OUTCOME_CHIPS]
    qualities = [chip for chip in chips if chip in QUALITY_CHIPS]
    values = [chip for chip in chips if chip in VALUE_CHIPS]
    return (
        (not outcomes or any(_came_to(heading, rows, chip) for chip in outcomes))
        and (not qualities or any(_has_quality(rows, QUALITY_CHIPS[chip]) for chip in qualities))
        and all(rows.has_email if chip == "email_found" else rows.has_phone for chip in values)
    )


def _came_to(heading: RunHeading, rows: RowGroup, chip: str) -> bool:
    """As `_with_outcome` says it to the database."""
    found = BY_FIND.get(chip)
    alike = found is None or (not found if heading.earlier else found == (rows.has_email or rows.has_phone))
    return rows.outcome in OUTCOME_CHIPS[chip] and alike


def _has_quality(rows: RowGroup, quality: EmailQuality) -> bool:
    return rows.has_email and (rows.email_quality or EmailQuality.UNKNOWN.value) == quality.value
