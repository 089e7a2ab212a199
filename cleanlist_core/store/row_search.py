"""Rows of a list by what they lack or repeat: what repairs, upgrades and duplicates are found from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, RowMapping, and_, cast, func, or_, select, true, type_coerce

from cleanlist_core.domain import LEFT_OUT_BY_YOU, KeyKind, RowCheck, RowFields
from cleanlist_core.store.database import Database
from cleanlist_core.store.row_checks import in_parts
from cleanlist_core.store.schema import list_cells, list_row

_SAME_ROW = and_(list_cells.c.list_id == list_row.c.list_id, list_cells.c.row_number == list_row.c.row_number)
ROWS_AT_ONCE = 1_000


def count_keys(database: Database, list_id: str) -> dict[KeyKind, int]:
    """How many ready people can be sent by each kind of key at best."""
    query = (
        select(list_row.c.key_kind, func.count())
        .where(list_row.c.list_id == list_id, list_row.c.checked == RowCheck.READY.value)
        .group_by(list_row.c.key_kind)
    )
    with database.read() as connection:
        counts = [(kind, count) for kind, count in connection.execute(query)]
    return {kind: dict(counts).get(kind.value, 0) for kind in KeyKind}


def count_domains_of_emails(database: Database, list_id: str) -> int:
    """How many ready people are sent by name and a domain that is the one of their own email."""
    query = select(func.count()).where(
        list_row.c.list_id == list_id,
        list_row.c.checked == RowCheck.READY.value,
        list_row.c.key_kind == KeyKind.NAME_DOMAIN.value,
        list_row.c.email.endswith(list_row.c.company_domain),
    )
    with database.read() as connection:
        return connection.execute(query).scalar_one()


def rows_with_cells(
    database: Database, list_id: str, row_numbers: Sequence[int]
) -> Iterator[tuple[RowMapping, list[str]]]:
    """These rows, in no particular order, each with its cells as uploaded."""
    query = select(list_row, list_cells.c.cells).join(list_cells, _SAME_ROW)
    for part in in_parts(row_numbers):
        here = and_(list_row.c.list_id == list_id, list_row.c.row_number.in_(part))
        yield from _with_cells(database, query.where(here))


def find_rows(database: Database, list_id: str, word: str, *, limit: int) -> list[int]:
    """Numbers of the rows with a word in a name, company, website or email, in file order; "" for any row."""
    columns = (
        list_row.c.first_name,
        list_row.c.last_name,
        list_row.c.first_name + " " + list_row.c.last_name,
        list_row.c.company_name,
        list_row.c.company_domain,
        list_row.c.email,
    )
    there = or_(*(column.icontains(word, autoescape=True) for column in columns))
    query = (
        select(list_row.c.row_number)
        .where(list_row.c.list_id == list_id, there)
        .order_by(list_row.c.row_number)
        .limit(limit)
    )
    with database.read() as connection:
        return list(connection.execute(query).scalars())


def rows_with_better_cells(database: Database, list_id: str) -> Iterator[tuple[RowMapping, list[str]]]:
    """Ready rows whose cells may hold a better key than the one they are sent by, in file order."""
    no_profile = list_row.c.key_kind != KeyKind.LINKEDIN.value
    no_website = list_row.c.key_kind == KeyKind.NAME_COMPANY.value
    better = or_(
        and_(no_profile, list_cells.c.cells.ilike("%linkedin.com/%")),
        and_(no_website, list_cells.c.cells.like("%@%")),
        and_(no_website, list_row.c.company_name.like("%.%")),
    )
    query = (
        select(list_row, list_cells.c.cells)
        .join(list_cells, _SAME_ROW)
        .where(list_row.c.list_id == list_id, list_row.c.checked == RowCheck.READY.value, better)
        .order_by(list_row.c.row_number)
    )
    return _with_cells(database, query)


def rows_saying(
    database: Database, list_id: str, place: int, words: Collection[str]
) -> list[tuple[RowMapping, str]]:
    """Rows not left out yet whose cell at a place is one of these words, in file order, each with that cell.

    words: in lower case; `_` and `-` in a cell count as spaces.
    """
    # PostgreSQL has to be told that the text is JSON; SQLite would make a number of it.
    cells = type_coerce(list_cells.c.cells, JSON) if database.is_sqlite else cast(list_cells.c.cells, JSON)
    said = cells[place].as_string()
    word = func.lower(func.trim(func.replace(func.replace(said, "_", " "), "-", " ")))
    columns = [list_row.c[name] for name in ("row_number", *RowFields.__slots__)]
    query = (
        select(*columns, said.label("said"))
        .join(list_cells, _SAME_ROW)
        .where(
            list_row.c.list_id == list_id,
            ~list_row.c.reason.startswith(LEFT_OUT_BY_YOU, autoescape=True),
            word.in_(sorted(words)),
        )
        .order_by(list_row.c.row_number)
    )
    with database.read() as connection:
        return [(row, str(row["said"])) for row in connection.execute(query).mappings()]


def _with_cells(database: Database, query: Any) -> Iterator[tuple[RowMapping, list[str]]]:
    with database.read() as connection:
        for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query).mappings():
            yield row, json.loads(row["cells"])


def rows_without_website(database: Database, list_id: str) -> list[RowMapping]:
    """Ready rows that are sent by name and company, in file order."""
    lacking = list_row.c.key_kind == KeyKind.NAME_COMPANY.value
    return _rows(database, list_id, lacking, list_row.c.checked == RowCheck.READY.value)


def named_rows(database: Database, list_id: str, *, telling: bool = False) -> list[RowMapping]:
    """Rows that can be sent, repeated or not, with both names. telling: and an address made of names."""
    named = and_(list_row.c.first_name != "", list_row.c.last_name != "")
    addressed = or_(list_row.c.email != "", list_row.c.linkedin_slug != "") if telling else true()
    return _rows(database, list_id, named, addressed, list_row.c.checked != RowCheck.INVALID.value)


def _rows(database: Database, list_id: str, *where: ColumnElement[bool]) -> list[RowMapping]:
    columns = [list_row.c[name] for name in ("row_number", "reason", *RowFields.__slots__)]
    query = select(*columns).where(list_row.c.list_id == list_id, *where).order_by(list_row.c.row_number)
    with database.read() as connection:
        return list(connection.execute(query).mappings())


def companies_with_website(database: Database, list_id: str) -> list[tuple[str, str]]:
    """The different pairs of company and website in a list."""
    pair = (list_row.c.company_name, list_row.c.company_domain)
    filled = and_(*(column != "" for column in pair))
    query = select(*pair).where(list_row.c.list_id == list_id, filled).distinct()
    with database.read() as connection:
        return [(company, website) for company, website in connection.execute(query)]


def repeated_people(
    database: Database, list_id: str, *, limit: int | None = None, lacking: bool = False
) -> list[list[RowMapping]]:
    """People who are in a list several times: their rows, the one that is sent first, in file order.

    lacking: only people whose first row lacks a profile or website that another row of theirs has.
    """
    leaders = select(list_row.c.leader).where(
        list_row.c.list_id == list_id, list_row.c.checked == RowCheck.DUPLICATE.value
    )
    if lacking:
        leaders = _lacking(list_id)
    wanted = leaders.distinct().order_by(list_row.c.leader).limit(limit)
    with database.read() as connection:
        numbers = list(connection.execute(wanted).scalars())
        groups: dict[int, list[RowMapping]] = {number: [] for number in numbers}
        for part in in_parts(numbers):
            valid = list_row.c.checked != RowCheck.INVALID.value
            here = and_(list_row.c.list_id == list_id, list_row.c.leader.in_(part), valid)
            query = select(list_row).where(here).order_by(list_row.c.row_number)
            for row in connection.execute(query).mappings():
                groups[row["leader"]].append(row)
    return list(groups.values())


def _lacking(list_id: str) -> Any:
    first = list_row.alias()
    same = and_(first.c.list_id == list_row.c.list_id, first.c.row_number == list_row.c.leader)
    better = or_(
        and_(first.c.linkedin_slug == "", list_row.c.linkedin_slug != ""),
        and_(first.c.linkedin_slug == "", first.c.company_domain == "", list_row.c.company_domain != ""),
    )
    repeated = list_row.c.checked == RowCheck.DUPLICATE.value
    return select(list_row.c.leader).join(first, same).where(list_row.c.list_id == list_id, repeated, better)
