"""Totals of a run, added up from the kinds of its rows and its batches, and of all an organization spent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from cleanlist_core.domain import BatchState, EmailQuality, EnrichmentType, KeyKind, Outcome
from cleanlist_core.pricing import price_at_most
from cleanlist_core.store.database import Database
from cleanlist_core.store.kept_counts import kept_until_changed
from cleanlist_core.store.row_groups import RANKED, RowGroup, by_outcome, row_groups
from cleanlist_core.store.row_ranks import read_ranks
from cleanlist_core.store.schema import batch, person_result

EMAIL_ASKS = tuple(wanted.value for wanted in EnrichmentType if wanted.wants_email)
PHONE_ASKS = tuple(wanted.value for wanted in EnrichmentType if wanted.wants_phone)
ANSWERED = (Outcome.FOUND, Outcome.NOTHING, Outcome.FAILED)


def count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows meet a condition, beside other counts of the same query."""
    return func.count().filter(condition)


def _total(column: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


@dataclass(frozen=True, slots=True)
class OutcomeTally:
    """The rows of a run that share an outcome. emails, phones and the new ones count people, not rows.

    without: people with neither. asked: rows with something to ask Cleanlist for. ask_at_most: credits that
    can cost.
    """

    outcome: Outcome
    rows: int
    emails: int
    phones: int
    new_emails: int
    new_phones: int
    without: int
    filled: int
    credits: int
    asked: int
    ask_at_most: int


@dataclass(frozen=True, slots=True)
class BatchTally:
    batches: int
    uncertain: int
    in_flight: int
    doubtful: int


@kept_until_changed
def tally_rows(database: Database, run_id: str) -> tuple[tuple[RowGroup, ...], BatchTally]:
    """The rows of a run by what they are alike in, and its batches, both from one moment."""
    with database.read() as connection:
        ranks = read_ranks(connection, run_id, RANKED)
        return row_groups(connection, run_id, ranks), _tally_batches(connection, run_id)


def tally_run(database: Database, run_id: str) -> tuple[tuple[OutcomeTally, ...], BatchTally]:
    """Rows by outcome and the batches, both from one moment."""
    groups, batches = tally_rows(database, run_id)
    return tuple(_tally_outcome(outcome, alike) for outcome, alike in by_outcome(groups)), batches


def _tally_outcome(outcome: Outcome, groups: Sequence[RowGroup]) -> OutcomeTally:
    # A person sent for one part may carry the other from an earlier look-up; that one is not new.
    new = [one for one in groups if one.is_person and outcome is Outcome.FOUND]
    asked = [one for one in groups if one.ask]
    return OutcomeTally(
        outcome=outcome,
        rows=_rows(groups),
        emails=_rows(one for one in groups if one.is_person and one.has_email),
        phones=_rows(one for one in groups if one.is_person and one.has_phone),
        new_emails=_rows(one for one in new if one.has_email and (one.ask in EMAIL_ASKS or not one.known)),
        new_phones=_rows(one for one in new if one.has_phone and (one.ask in PHONE_ASKS or not one.known)),
        without=_rows(one for one in groups if one.is_person and not one.has_email and not one.has_phone),
        filled=_rows(one for one in groups if one.has_email or one.has_phone),
        credits=sum(one.credits * one.rows for one in groups),
        asked=_rows(asked),
        ask_at_most=sum(price_at_most(EnrichmentType(one.ask)) * one.rows for one in asked),
    )


def count_in_file(database: Database, run_id: str) -> tuple[int, int]:
    """People of a run whose email, and whose phone, stands in the file alone, in any of their rows."""
    groups, _batches = tally_rows(database, run_id)
    nobody = (Outcome.NEEDS_FIXING, Outcome.WITHHELD, Outcome.DUPLICATE)
    people = [one for one in groups if one.is_person and one.outcome not in nobody]
    return (
        _rows(one for one in people if one.email_in_file and not one.has_email),
        _rows(one for one in people if one.phone_in_file and not one.has_phone),
    )


def _rows(groups: Iterable[RowGroup]) -> int:
    return sum(one.rows for one in groups)


def _tally_batches(connection: Connection, run_id: str) -> BatchTally:
    sent = batch.c.state.not_in([BatchState.PLANNED.value, BatchState.LEFT_OUT.value])
    open_states = [BatchState.SENDING.value, BatchState.SENT.value, BatchState.UNCERTAIN.value]
    owed = case((batch.c.state.in_(open_states), batch.c.at_most - batch.c.settled_credits), else_=0)
    uncertain = batch.c.state == BatchState.UNCERTAIN.value
    statement = select(
        count_where(sent), count_where(uncertain), _total(owed), _total(batch.c.doubtful_credits)
    ).where(batch.c.run_id == run_id)
    return BatchTally(*connection.execute(statement).one())


@dataclass(frozen=True, slots=True)
class KindTally:
    """People of one key kind: how many were asked for each part and answered, and how many were found."""

    kind: KeyKind
    emails_asked: int
    emails_found: int
    phones_asked: int
    phones_found: int


def tally_key_kinds(database: Database, run_id: str) -> tuple[KindTally, ...]:
    """The people of a run whose answer is in, by the key they were looked up by."""
    groups, _batches = tally_rows(database, run_id)
    answered = [one for one in groups if one.is_person and one.outcome in ANSWERED]
    of_kinds = [(kind, [one for one in answered if one.key_kind is kind]) for kind in KeyKind]
    return tuple(_tally_kind(kind, alike) for kind, alike in of_kinds if alike)


def _tally_kind(kind: KeyKind, groups: Sequence[RowGroup]) -> KindTally:
    email = [one for one in groups if one.ask in EMAIL_ASKS]
    phone = [one for one in groups if one.ask in PHONE_ASKS]
    return KindTally(
        kind=kind,
        emails_asked=_rows(email),
        emails_found=_rows(one for one in email if one.outcome is Outcome.FOUND and one.has_email),
        phones_asked=_rows(phone),
        phones_found=_rows(one for one in phone if one.outcome is Outcome.FOUND and one.has_phone),
    )


def tally_results_by_kind(database: Database, organization_id: str) -> tuple[KindTally, ...]:
    """Every answer the organization ever got, by the key the person was looked up by."""
    wants_email, wants_phone = person_result.c.asked.in_(EMAIL_ASKS), person_result.c.asked.in_(PHONE_ASKS)
    statement = (
        select(person_result.c.key_kind)
        .add_columns(count_where(wants_email), count_where(and_(wants_email, person_result.c.email != "")))
        .add_columns(count_where(wants_phone), count_where(and_(wants_phone, person_result.c.phone != "")))
        .where(person_result.c.organization_id == organization_id, person_result.c.key_kind != "")
        .group_by(person_result.c.key_kind)
    )
    with database.read() as connection:
        return tuple(KindTally(KeyKind(row[0]), *row[1:]) for row in connection.execute(statement))


def tally_email_quality(database: Database, run_id: str) -> Mapping[EmailQuality, int]:
    """People of a run with a Cleanlist email, by how safe it is to use."""
    groups, _batches = tally_rows(database, run_id)
    found = [one for one in groups if one.is_person and one.has_email]
    unknown = EmailQuality.UNKNOWN.value
    return {
        quality: _rows(one for one in found if (one.email_quality or unknown) == quality.value)
        for quality in EmailQuality
    }


@dataclass(frozen=True, slots=True)
class CreditTally:
    """Credits of a run's rows by what they paid for, and the people behind them."""

    emails: int
    email_credits: int
    phones: int
    phone_credits: int


def tally_credits(database: Database, run_id: str, *, phone_price: int) -> CreditTally:
    """A row dearer than a phone holds one; the rest of every row is for its email."""
    groups, _batches = tally_rows(database, run_id)
    phones = _rows(one for one in groups if one.credits >= phone_price)
    rests = [(one.credits - (phone_price if one.credits >= phone_price else 0), one.rows) for one in groups]
    return CreditTally(
        emails=sum(rows for rest, rows in rests if rest > 0),
        email_credits=sum(rest * rows for rest, rows in rests),
        phones=phones,
        phone_credits=phones * phone_price,
    )


def spent_after(database: Database, organization_id: str, since: float) -> int:
    """Credits of what was answered at or after `since` (seconds since 1970).

    By the batches, as receipts count them: they stay when the people of a list are deleted.
    """
    statement = select(_total(batch.c.settled_credits)).where(
        batch.c.organization_id == organization_id, batch.c.finished_at >= since
    )
    with database.read() as connection:
        return int(connection.execute(statement).scalar_one())
