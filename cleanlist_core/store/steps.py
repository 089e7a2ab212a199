"""What a row is after all decisions about its list: emails first, then phones for some, then for others.

Each decision is a run of its own, with rows that say what it brought. Somebody whose email the first one
found is found, whatever a later one did not find, and has cost what all of them cost. A run without earlier
ones is told as it stands in its rows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select

from cleanlist_core.domain import Outcome
from cleanlist_core.store.schema import run_row

_before = run_row.alias("before")
_has_email = run_row.c.email != ""
_has_phone = run_row.c.phone != ""
_has_find = _has_email | _has_phone
_MISSES = (Outcome.NOTHING, Outcome.FAILED)
_BROUGHT_NOTHING = (*_MISSES, Outcome.NOT_CHOSEN, Outcome.KNOWN, Outcome.HAS_IT)
_STEP = {
    Outcome.NOTHING.value: "; no phone was found.",
    Outcome.FAILED.value: "; the look-up for a phone failed.",
    Outcome.NOT_CHOSEN.value: "; not chosen for a phone.",
}
_IN_FILE = "; your file has a phone."


def outcome_so_far(earlier: tuple[str, ...]) -> ColumnElement[Any]:
    """earlier: the runs about the same list before this one, the first decision first."""
    if not earlier:
        return run_row.c.outcome
    return case(
        (_found_before(earlier), Outcome.FOUND.value),
        (_known_before(), Outcome.KNOWN.value),
        (_failed_before(earlier), Outcome.FAILED.value),
        (_missed_before(earlier), Outcome.NOTHING.value),
        (_knew_of_no_email(earlier), Outcome.KNOWN.value),
        else_=run_row.c.outcome,
    )


def reason_so_far(earlier: tuple[str, ...]) -> ColumnElement[Any]:
    """The same in words; what this run did for the phone comes last."""
    if not earlier:
        return run_row.c.reason
    what = case((and_(_has_email, _has_phone), "Email and phone"), (_has_email, "Email"), else_="Phone")
    step = case(_STEP, value=run_row.c.outcome, else_=".")
    here_too = and_(_is(Outcome.FOUND), _has_email, _came_to(earlier, Outcome.FOUND))
    return case(
        (_found_before(earlier), what + " found in an earlier step" + step),
        (_known_before(), what + " found before, by an earlier look-up" + step),
        (and_(_is(Outcome.HAS_IT), _failed_before(earlier)), "The look-up for an email failed" + _IN_FILE),
        (_failed_before(earlier), "The look-up failed in an earlier step" + step),
        (and_(_is(Outcome.HAS_IT), _missed_before(earlier)), "No email was found" + _IN_FILE),
        (_knew_of_no_email(earlier), "No email was found by an earlier look-up" + _IN_FILE),
        (_missed_before(earlier), "Nothing found in an earlier step" + step),
        (here_too, run_row.c.reason + " The email was found in an earlier step."),
        else_=run_row.c.reason,
    )


def credits_so_far(earlier: tuple[str, ...]) -> ColumnElement[Any]:
    """What all of them cost for this row."""
    if not earlier:
        return run_row.c.credits
    spent = select(func.coalesce(func.sum(_before.c.credits), 0)).where(_same_row(earlier)).scalar_subquery()
    return run_row.c.credits + spent


def checked_so_far(earlier: tuple[str, ...]) -> ColumnElement[Any]:
    """When Cleanlist was last asked about this row; what this run did not ask, an earlier one may have."""
    if not earlier:
        return run_row.c.checked_at
    before = select(func.max(_before.c.checked_at)).where(_same_row(earlier)).scalar_subquery()
    return func.coalesce(run_row.c.checked_at, before)


def _found_before(earlier: tuple[str, ...]) -> ColumnElement[bool]:
    """This run brought nothing, and an earlier one a find."""
    return and_(_is(*_BROUGHT_NOTHING), _has_find, _came_to(earlier, Outcome.FOUND))


def _known_before() -> ColumnElement[bool]:
    """This run brought nothing, and what is there was known from another list."""
    return and_(_is(*_MISSES, Outcome.NOT_CHOSEN), _has_find)


def _failed_before(earlier: tuple[str, ...]) -> ColumnElement[bool]:
    """Nothing is there, and an earlier look-up, which no later step made again, came to no answer.

    The first one is about emails; the later ones all ask for the phone.
    """
    first, later = earlier[:1], earlier[1:]
    failed = and_(_is(Outcome.NOTHING, Outcome.NOT_CHOSEN, Outcome.HAS_IT), _came_to(first, Outcome.FAILED))
    if later:
        never_answered = and_(_came_to(later, Outcome.FAILED), not_(_came_to(later, Outcome.NOTHING)))
        failed = or_(failed, and_(_is(Outcome.NOT_CHOSEN), never_answered))
    return and_(not_(_has_find), failed)


def _missed_before(earlier: tuple[str, ...]) -> ColumnElement[bool]:
    """This run did not ask, and an earlier one did without a find.

    A phone in the file spares the look-up for a phone, and says nothing of the email that was not found.
    """
    spared = and_(_is(Outcome.HAS_IT), not_(_has_find))
    return and_(or_(_is(Outcome.NOT_CHOSEN), spared), _came_to(earlier, *_MISSES))


def _knew_of_no_email(earlier: tuple[str, ...]) -> ColumnElement[bool]:
    """The same of somebody about whom an earlier look-up, of another list, had brought nothing."""
    return and_(_is(Outcome.HAS_IT), not_(_has_find), _came_to(earlier, Outcome.KNOWN))


def _came_to(earlier: tuple[str, ...], *outcomes: Outcome) -> ColumnElement[bool]:
    values = [outcome.value for outcome in outcomes]
    return select(_before.c.row_number).where(_same_row(earlier), _before.c.outcome.in_(values)).exists()


def _same_row(earlier: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(_before.c.run_id.in_(earlier), _before.c.row_number == run_row.c.row_number)


def _is(*outcomes: Outcome) -> ColumnElement[bool]:
    return run_row.c.outcome.in_([outcome.value for outcome in outcomes])
