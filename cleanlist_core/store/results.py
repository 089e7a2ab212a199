"""Everything the results screens and the downloads read from the tables. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
)

from cleanlist_core.domain import BatchState, EmailQuality, EnrichmentType, KeyKind, Outcome
from cleanlist_core.errors import RunError
from cleanlist_core.pricing import price_at_most
from cleanlist_core.store.database import Database
from cleanlist_core.store.kept_counts import kept_until_changed
from cleanlist_core.store.other_rows import OTHER_FIELDS, fields_some_lack, of_other_row, with_other_rows
from cleanlist_core.store.row_groups import RANKED, RowGroup, by_outcome, row_groups
from cleanlist_core.store.row_ranks import read_ranks
from cleanlist_core.store.schema import (
    batch,
    contact_list,
    list_cells,
    list_row,
    person_raw,
    person_result,
    run,
    run_row,
)
from cleanlist_core.store.steps import credits_so_far, outcome_so_far, reason_so_far

EMAIL_ASKS = tuple(wanted.value for wanted in EnrichmentType if wanted.wants_email)
PHONE_ASKS = tuple(wanted.value for wanted in EnrichmentType if wanted.wants_phone)
ANSWERED = (Outcome.FOUND, Outcome.NOTHING, Outcome.FAILED)

Condition = ColumnElement[bool]
"""Which rows of a run are meant; made by the store alone."""

is_person = run_row.c.leader == run_row.c.row_number
has_email = run_row.c.email != ""
has_phone = run_row.c.phone != ""
has_find = or_(has_email, has_phone)
is_safe = and_(has_email, run_row.c.email_quality == EmailQuality.GOOD.value)


def of_run(run_id: str) -> tuple[ColumnElement[bool], ...]:
    """The rows of a run, read in their order.

    Row numbers start at 1; saying so leads SQLite to the primary key, three times faster here than an
    index whose order is not that of the table.
    """
    return run_row.c.run_id == run_id, run_row.c.row_number > 0


@dataclass(frozen=True, slots=True)
class RunHeading:
    """What a run is about. columns: the header of the uploaded file, exactly as written.

    mapping: field of a person → names of the columns it was read from. delimiter: of the file, "" for others.
    rows: of the file, 0 once its people are deleted.
    earlier: the runs about the same people that it goes on from, the first decision first.
    """

    run_id: str
    organization_id: str
    list_id: str
    list_name: str
    columns: tuple[str, ...]
    source: str
    wanted: EnrichmentType
    revision: int
    deleted: bool
    mapping: Mapping[str, Sequence[str]]
    delimiter: str
    file_name: str
    rows: int
    earlier: tuple[str, ...] = ()


def run_heading(database: Database, run_id: str) -> RunHeading:
    """Raises RunError `unknown_run`."""
    statement = (
        select(run, contact_list.c.name, contact_list.c.file_name, contact_list.c.columns)
        .add_columns(contact_list.c.source, contact_list.c.deleted_at)
        .add_columns(contact_list.c.mapping, contact_list.c.delimiter, contact_list.c.rows)
        .join(contact_list, contact_list.c.id == run.c.list_id)
        .where(run.c.id == run_id)
    )
    with database.read() as connection:
        row = connection.execute(statement).one_or_none()
        earlier = _earlier_steps(connection, row) if row is not None and row.first_run_id else ()
    if row is None:
        raise RunError(
            "There is no run with this id. Nothing was changed. Open History, or list the runs, to find it.",
            code="unknown_run",
        )
    return RunHeading(
        run_id=row.id,
        organization_id=row.organization_id,
        list_id=row.list_id,
        list_name=row.name or row.file_name,
        columns=tuple(row.columns),
        source=row.source,
        wanted=EnrichmentType(row.enrichment_type),
        revision=row.revision,
        deleted=row.deleted_at is not None,
        mapping=row.mapping or {},
        delimiter=row.delimiter or "",
        file_name=row.file_name,
        rows=0 if row.deleted_at is not None else row.rows,
        earlier=earlier,
    )


def _earlier_steps(connection: Connection, row: Any) -> tuple[str, ...]:
    between = and_(run.c.first_run_id == row.first_run_id, run.c.confirmed_at < row.confirmed_at)
    query = select(run.c.id).where(between, run.c.organization_id == row.organization_id)
    return (row.first_run_id, *connection.execute(query.order_by(run.c.confirmed_at)).scalars())


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


def count_known_misses(database: Database, heading: RunHeading) -> int:
    """People of a run who are known from earlier look-ups that found nothing of what it looks for."""
    groups, _batches = tally_rows(database, heading.run_id)
    email, phone = heading.wanted.wants_email, heading.wanted.wants_phone
    return _rows(
        one
        for one in groups
        if one.outcome is Outcome.KNOWN and not ((email and one.has_email) or (phone and one.has_phone))
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


def spent_by_type(database: Database, organization_id: str) -> Mapping[EnrichmentType, tuple[int, int]]:
    """Enrichment type → people answered, credits."""
    statement = (
        select(person_result.c.asked, func.count(), _total(person_result.c.credits))
        .where(person_result.c.organization_id == organization_id)
        .group_by(person_result.c.asked)
    )
    with database.read() as connection:
        return {
            EnrichmentType(asked): (people, spent) for asked, people, spent in connection.execute(statement)
        }


def spent_after(database: Database, organization_id: str, since: float) -> int:
    """Credits of what was answered at or after `since` (seconds since 1970).

    By the batches, as receipts count them: they stay when the people of a list are deleted.
    """
    statement = select(_total(batch.c.settled_credits)).where(
        batch.c.organization_id == organization_id, batch.c.finished_at >= since
    )
    with database.read() as connection:
        return int(connection.execute(statement).scalar_one())


def same_row(heading: RunHeading) -> ColumnElement[bool]:
    """The row of the file behind a row of the run."""
    return and_(list_row.c.list_id == heading.list_id, list_row.c.row_number == run_row.c.row_number)


RESULT_FIELDS = (
    "row_number",
    "outcome",
    "reason",
    "email",
    "email_status",
    "email_quality",
    "phone",
    "phone_type",
    "other_phones",
    "credits",
    "checked_at",
)
CONTACT_FIELDS = (
    "first_name",
    "last_name",
    "company_name",
    "company_domain",
    "linkedin_url",
    "title",
    "location",
)
FILE_FIELDS = (
    *CONTACT_FIELDS,
    *(f"own_{name}" for name in OTHER_FIELDS),
    *(f"other_{name}" for name in OTHER_FIELDS),
)
"""What the file says of a row. own_…: in the row itself. other_…: in another row of the person, else ""."""


def result_rows(
    database: Database,
    heading: RunHeading,
    *,
    rows: str = "all",
    outcomes: Sequence[Outcome] = (),
    among: Condition | None = None,
    of_file: bool = False,
    chunk: int,
) -> Iterator[Sequence[Any]]:
    """The rows of a run in the order of the file, in chunks, all from one moment.

    rows: all, found (a Cleanlist email or phone), safe (an email that is safe to send) or without (a find).
    outcomes, among: only these, when given.
    Each item has `cells` (the file's own cells as a JSON array) and the RESULT_FIELDS, as they are after
    all decisions so far. of_file: and the FILE_FIELDS.
    """
    statement = _rows_with_cells(database, heading, of_file=of_file)
    chosen = (*_row_choice(rows), *_with_outcomes(heading, outcomes), *_only(among))
    return _in_chunks(database, statement.where(*chosen), chunk)


def detail_rows(
    database: Database,
    heading: RunHeading,
    *,
    rows: str = "all",
    among: Condition | None = None,
    of_file: bool = False,
    chunk: int,
) -> Iterator[Sequence[Any]]:
    """The rows of a run as `result_rows` gives them, with the packed answers behind each at the end.

    answer: the one this run brought. known_answer: the one that was there before. None where there is none.
    """
    answer, known = person_raw.alias(), person_raw.alias()
    statement = (
        _rows_with_cells(database, heading, of_file=of_file)
        .add_columns(answer.c.record.label("answer"), known.c.record.label("known_answer"))
        .outerjoin(answer, answer.c.result_id == run_row.c.result_id)
        .outerjoin(known, known.c.result_id == run_row.c.known_result_id)
        .where(*_row_choice(rows), *_only(among))
    )
    return _in_chunks(database, statement, chunk)


def contact_rows(
    database: Database, heading: RunHeading, *, among: Condition | None = None, chunk: int
) -> Iterator[Sequence[Any]]:
    """The rows of a run as `result_rows` gives them, with the FILE_FIELDS."""
    return result_rows(database, heading, among=among, of_file=True, chunk=chunk)


def _rows_with_cells(database: Database, heading: RunHeading, *, of_file: bool) -> Select[Any]:
    statement = select(list_cells.c.cells, *_fields_so_far(heading)).join(list_cells, _cells_of_row(heading))
    if of_file:
        statement = statement.join(list_row, same_row(heading))
        repeated = has_repeats(database, heading)
        statement, others = with_other_rows(statement, heading.list_id, repeated=repeated)
        statement = statement.add_columns(
            *(list_row.c[name] for name in CONTACT_FIELDS),
            *(list_row.c[name].label(f"own_{name}") for name in OTHER_FIELDS),
            *(others[name].label(f"other_{name}") for name in OTHER_FIELDS),
        )
    return statement.where(*of_run(heading.run_id)).order_by(run_row.c.row_number)


def has_repeats(database: Database, heading: RunHeading) -> bool:
    """Whether anybody stands in several rows of the file."""
    groups, _batches = tally_rows(database, heading.run_id)
    return any(one.outcome is Outcome.DUPLICATE for one in groups)


@kept_until_changed
def fields_of_other_rows(
    database: Database,
    heading: RunHeading,
    edition: int,  # noqa: ARG001  # what is kept holds for this edition of the list
) -> tuple[str, ...]:
    """Those of email and phone that a row lacks and another row of the same person has."""
    if not has_repeats(database, heading):
        return ()
    with database.read() as connection:
        differ = connection.execute(fields_some_lack(heading.list_id)).one()
    return tuple(name for name, differs in zip(OTHER_FIELDS, differ, strict=True) if differs)


def count_in_other_rows(
    database: Database, heading: RunHeading, name: str, among: Condition | None = None
) -> int:
    """Rows whose email or phone stands in another row of the same person alone. name: `email` or `phone`."""
    if not has_repeats(database, heading):
        return 0
    elsewhere = of_other_row(heading.run_id, heading.list_id, name) != ""
    statement = (
        select(func.count())
        .select_from(run_row)
        .join(list_row, same_row(heading))
        .where(*of_run(heading.run_id), *_only(among), run_row.c[name] == "", elsewhere)
    )
    with database.read() as connection:
        return int(connection.execute(statement).scalar_one())


def _in_chunks(database: Database, statement: Select[Any], chunk: int) -> Iterator[Sequence[Any]]:
    with database.read() as connection:
        yield from connection.execution_options(yield_per=chunk).execute(statement).partitions()


def _cells_of_row(heading: RunHeading) -> ColumnElement[bool]:
    return and_(list_cells.c.list_id == heading.list_id, list_cells.c.row_number == run_row.c.row_number)


def _row_choice(rows: str) -> tuple[ColumnElement[bool], ...]:
    return {"all": (), "found": (has_find,), "safe": (is_safe,), "without": (not_(has_find),)}[rows]


def _only(among: Condition | None) -> tuple[ColumnElement[bool], ...]:
    return () if among is None else (among,)


def _with_outcomes(heading: RunHeading, outcomes: Sequence[Outcome]) -> tuple[ColumnElement[bool], ...]:
    values = [outcome.value for outcome in outcomes]
    return (outcome_so_far(heading.earlier).in_(values),) if values else ()


def _fields_so_far(heading: RunHeading) -> list[ColumnElement[Any]]:
    """The RESULT_FIELDS of a row, with what earlier decisions about it add."""
    told = told_so_far(heading)
    return [told.get(name, run_row.c[name]) for name in RESULT_FIELDS]


def told_so_far(heading: RunHeading) -> dict[str, ColumnElement[Any]]:
    """What all decisions so far say of a row, by the column of `run_row` it stands for."""
    return {
        "outcome": outcome_so_far(heading.earlier).label("outcome"),
        "reason": reason_so_far(heading.earlier).label("reason"),
        "credits": credits_so_far(heading.earlier).label("credits"),
    }


def count_rows(
    database: Database,
    heading: RunHeading,
    *,
    rows: str = "all",
    outcomes: Sequence[Outcome] = (),
    among: Condition | None = None,
) -> int:
    """How many rows `result_rows` would give."""
    statement = select(func.count()).where(*of_run(heading.run_id), *_only(among))
    statement = statement.where(*_row_choice(rows), *_with_outcomes(heading, outcomes))
    with database.read() as connection:
        return int(connection.execute(statement).scalar_one())


def count_outside(
    database: Database, heading: RunHeading, *, rows: str, among: Condition | None = None
) -> Mapping[Outcome, int]:
    """How many rows a choice of `result_rows` leaves out, by what became of them so far."""
    outcome = outcome_so_far(heading.earlier).label("outcome")
    here = (*of_run(heading.run_id), *_only(among), not_(and_(*_row_choice(rows))))
    statement = select(outcome).where(*here).subquery()
    query = select(statement.c.outcome, func.count()).group_by(statement.c.outcome)
    with database.read() as connection:
        return {Outcome(outcome): count for outcome, count in connection.execute(query)}


def one_row(database: Database, heading: RunHeading, row_number: int) -> RowMapping | None:
    """One row of the run with its row of the file, as it is after all decisions so far.

    own_email and own_phone are the file's, other_email and other_phone those of another row of the person.
    """
    own = [list_row.c[name].label(f"own_{name}") for name in OTHER_FIELDS]
    own += [
        of_other_row(heading.run_id, heading.list_id, name).label(f"other_{name}") for name in OTHER_FIELDS
    ]
    contact = [list_row.c[name] for name in (*CONTACT_FIELDS, "identity", "key_kind")]
    so_far = told_so_far(heading)
    told = [so_far.get(column.name, column) for column in run_row.c]
    statement = (
        select(*told, *contact, *own, func.coalesce(list_cells.c.cells, "").label("cells"))
        .join(list_row, same_row(heading))
        .outerjoin(list_cells, _cells_of_row(heading))
        .where(*of_run(heading.run_id), run_row.c.row_number == row_number)
    )
    with database.read() as connection:
        return connection.execute(statement).mappings().one_or_none()


def rows_of_person(database: Database, heading: RunHeading, leader: int, *, but: int) -> tuple[int, ...]:
    """The other rows of the file that are the same person."""
    statement = (
        select(run_row.c.row_number)
        .where(*of_run(heading.run_id), run_row.c.leader == leader, run_row.c.row_number != but)
        .order_by(run_row.c.row_number)
    )
    with database.read() as connection:
        return tuple(connection.execute(statement).scalars())


def results_of_person(database: Database, heading: RunHeading, row: RowMapping) -> Sequence[RowMapping]:
    """Every answer about the person of a row, newest first, of this organization only."""
    referred = [number for number in (row["result_id"], row["known_result_id"]) if number is not None]
    mine = or_(
        and_(person_result.c.identity == row["identity"], literal(row["identity"] != "")),
        person_result.c.id.in_(referred),
    )
    statement = (
        select(person_result)
        .where(person_result.c.organization_id == heading.organization_id, mine)
        .order_by(person_result.c.found_at.desc(), person_result.c.id.desc())
    )
    with database.read() as connection:
        return connection.execute(statement).mappings().all()


def raw_record(database: Database, result_id: int | None) -> bytes | None:
    """The record of an answer, as stored; None when none was kept."""
    statement = select(person_raw.c.record).where(person_raw.c.result_id == result_id)
    with database.read() as connection:
        record: bytes | None = connection.execute(statement).scalar_one_or_none()
        return record
