"""Everything the results screens and the downloads read from the tables. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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

from cleanlist_core.domain import EmailQuality, EnrichmentType, Outcome
from cleanlist_core.errors import RunError
from cleanlist_core.store.database import Database
from cleanlist_core.store.kept_counts import kept_until_changed
from cleanlist_core.store.other_rows import OTHER_FIELDS, fields_some_lack, of_other_row, with_other_rows
from cleanlist_core.store.schema import (
    contact_list,
    list_cells,
    list_row,
    person_raw,
    person_result,
    run,
    run_row,
)
from cleanlist_core.store.steps import checked_so_far, credits_so_far, outcome_so_far, reason_so_far
from cleanlist_core.store.tallies import tally_rows

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
    all decisions so far. of_file: and the FILE_FIELDS, and `cause`: why the list has it that it is not ready.
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


def people_rows(
    database: Database, heading: RunHeading, *, among: Condition | None = None, chunk: int
) -> Iterator[Sequence[Any]]:
    """The rows of a run as `contact_rows` gives them, with the packed answer of whom the file does not name.

    answer: None of everybody else, and where there is none.
    """
    nameless = and_(list_row.c.first_name == "", list_row.c.last_name == "")
    behind = func.coalesce(run_row.c.result_id, run_row.c.known_result_id)
    record = select(person_raw.c.record).where(person_raw.c.result_id == behind).scalar_subquery()
    statement = _rows_with_cells(database, heading, of_file=True)
    named = statement.add_columns(case((nameless, record)).label("answer")).where(*_only(among))
    return _in_chunks(database, named, chunk)


def _rows_with_cells(database: Database, heading: RunHeading, *, of_file: bool) -> Select[Any]:
    statement = select(list_cells.c.cells, *_fields_so_far(heading)).join(list_cells, _cells_of_row(heading))
    if of_file:
        statement = statement.join(list_row, same_row(heading))
        repeated = has_repeats(database, heading)
        statement, others = with_other_rows(statement, heading.list_id, repeated=repeated)
        statement = statement.add_columns(
            list_row.c.reason.label("cause"),
            *(list_row.c[name] for name in CONTACT_FIELDS),
            *(list_row.c[name].label(f"own_{name}") for name in OTHER_FIELDS),
            *(others[name].label(f"other_{name}") for name in OTHER_FIELDS),
        )
    return statement.where(*of_run(heading.run_id)).order_by(run_row.c.row_number)


def count_known_misses(database: Database, heading: RunHeading) -> int:
    """People of a run who are known from earlier look-ups that found nothing of what it looks for."""
    groups, _batches = tally_rows(database, heading.run_id)
    email, phone = heading.wanted.wants_email, heading.wanted.wants_phone
    return sum(
        one.rows
        for one in groups
        if one.outcome is Outcome.KNOWN and not ((email and one.has_email) or (phone and one.has_phone))
    )


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
        "checked_at": _checked(heading).label("checked_at"),
    }


def _checked(heading: RunHeading) -> ColumnElement[Any]:
    """Where a list is only tidied up, nobody is asked about anybody: what is checked was so before."""
    checked = checked_so_far(heading.earlier)
    return checked if heading.wanted is not EnrichmentType.NONE else case((has_find, checked), else_=None)


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
