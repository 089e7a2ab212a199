"""Small builders that fill the tables a run leaves behind."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import insert

from cleanlist_core.domain import EmailQuality, KeyKind, Outcome, RowCheck
from cleanlist_core.store import schema
from cleanlist_core.store.database import Database, open_url
from cleanlist_core.store.file_facts import fill_in

ORGANIZATION = "org-1"
RUN = "run-1"
LIST = "list-1"
NOON = 1_763_640_000.0
"""20 November 2025, 12:00 UTC."""

COLUMNS = ("First Name", "Last Name", "Company", "Website")


def open_database(folder: Path, url: str = "") -> Database:
    """A database with one organization in it."""
    database = open_url(url or f"sqlite:///{folder / 'dashboard.db'}")
    with database.write() as connection:
        connection.execute(insert(schema.organization).values(id=ORGANIZATION, first_seen_at=NOON))
    return database


def a_row(
    outcome: Outcome = Outcome.FOUND, *, cells: Sequence[str] | None = None, of: int = 0, **values: Any
) -> dict[str, Any]:
    """One row of a run; `of` is the row number of its leader. Names of columns go to their table."""
    return {"outcome": outcome, "cells": cells, "of": of, **values}


def found_email(address: str, *, status: str = "reliable", **values: Any) -> dict[str, Any]:
    quality = EmailQuality.of(status).value
    given = {"ask": "partial", "credits": 1, "checked_at": NOON, "reason": "Email found."}
    return a_row(**{**given, "email": address, "email_status": status, "email_quality": quality, **values})


def add_run(
    database: Database,
    rows: Sequence[dict[str, Any]],
    *,
    columns: Sequence[str] = COLUMNS,
    mapping: dict[str, Any] | None = None,
    wanted: str = "partial",
    run_id: str = RUN,
    list_id: str = LIST,
    **list_values: Any,
) -> str:
    """Store a list and its run; each row comes from `a_row`, in the order of the file."""
    numbered = [_split(number, row, columns) for number, row in enumerate(rows, start=1)]
    a_list = {
        "name": "Spring webinar",
        "mapping": mapping or {},
        "notes": [],
        "reasons": {},
        "rows": len(rows),
    }
    a_list |= list_values
    a_run = {"enrichment_type": wanted, "state": "running", "confirmed_at": NOON}
    of_list, of_run = {"list_id": list_id}, {"run_id": run_id}
    owner = {"organization_id": ORGANIZATION}
    with database.write() as connection:
        connection.execute(
            insert(schema.contact_list).values(
                id=list_id, created_at=NOON, columns=list(columns), **owner, **a_list
            )
        )
        connection.execute(insert(schema.run).values(id=run_id, **of_list, **owner, **a_run))
        for table, key, place in (
            (schema.list_row, of_list, 0),
            (schema.list_cells, of_list, 1),
            (schema.run_row, of_run, 2),
        ):
            if numbered:
                connection.execute(insert(table), [{**key, **row[place]} for row in numbered])
        fill_in(connection)
    return run_id


def add_batch(database: Database, state: str, *, run_id: str = RUN, **values: Any) -> None:
    with database.write() as connection:
        number = len(connection.execute(schema.batch.select()).all()) + 1
        given = {
            "id": f"batch-{number}",
            "number": number,
            "enrichment_type": "partial",
            "size": 1,
            "at_most": 1,
            "row_numbers": [],
        }
        connection.execute(
            insert(schema.batch).values(
                run_id=run_id, organization_id=ORGANIZATION, state=state, **{**given, **values}
            )
        )


def add_result(database: Database, identity: str, raw: dict[str, Any] | None = None, **values: Any) -> int:
    """Store one answer of the API with its raw record; returns its id."""
    given = {
        "asked": "partial",
        "found_at": NOON,
        "run_id": RUN,
        "batch_id": "batch-1",
        "task_id": f"{identity} {uuid4()}",
    }
    with database.write() as connection:
        result_id: int = connection.execute(
            insert(schema.person_result)
            .values(organization_id=ORGANIZATION, identity=identity, **{**given, **values})
            .returning(schema.person_result.c.id)
        ).scalar_one()
        record = zlib.compress(json.dumps(raw or {}).encode())
        connection.execute(insert(schema.person_raw).values(result_id=result_id, record=record))
    return result_id


CONTACT = ("first_name", "last_name", "company_name", "company_domain", "linkedin_url", "title", "location")
CHECKED = {Outcome.NEEDS_FIXING: RowCheck.INVALID, Outcome.DUPLICATE: RowCheck.DUPLICATE}


def _split(number: int, row: dict[str, Any], columns: Sequence[str]) -> tuple[dict[str, Any], ...]:
    values = dict(row)
    outcome, cells, leader = values.pop("outcome"), values.pop("cells"), values.pop("of") or number
    contact = {name: values.pop(name, "") for name in CONTACT}
    own = {name: values.pop(f"own_{name}", "") for name in ("email", "phone")}
    keys = {
        "identity": values.pop("identity", ""),
        "key_kind": values.pop("key_kind", KeyKind.NAME_DOMAIN.value),
    }
    cause = values.pop("cause", "")
    checked = CHECKED.get(outcome, RowCheck.READY).value
    cells = [f"{name} {number}" for name in columns] if cells is None else list(cells)
    given = {"row_number": number, "leader": leader}
    blank = dict.fromkeys(
        ("ask", "reason", "email", "email_status", "email_quality", "phone", "phone_type", "other_emails"), ""
    )
    blank |= {"other_phones": "", "provider": "", "credits": 0, "result_id": None, "known_result_id": None}
    return (
        {**given, **contact, **own, **keys, "line": number + 1, "checked": checked, "reason": cause},
        {"row_number": number, "cells": json.dumps(cells, ensure_ascii=False)},
        {**given, **blank, "batch_id": None, "checked_at": None, "outcome": outcome.value, **values},
    )
