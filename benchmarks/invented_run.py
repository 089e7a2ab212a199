"""A finished run of invented people in a database of its own, as large as one likes."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from cleanlist_core.store import schema
from cleanlist_core.store.database import Database, open_sqlite

RUN_ID = "run-1"
STARTS = ("First Name", "Last Name", "Company", "Website", "Title", "City", "Phone", "Notes")
OUTCOMES = ("found", "found", "found", "nothing", "duplicate", "needs_fixing", "known", "has_it")
SYLLABLES = (
    "ka",
    "lo",
    "mir",
    "ten",
    "vös",
    "ila",
    "dra",
    "pek",
    "sun",
    "ott",
    "wel",
    "fy",
    "zan",
    "é",
    "bro",
)
JOBS = ("Head of growth", "Sales lead, EMEA", "Engineer", "Buyer", 'Chief "Everything" Officer')
AT = 1_763_640_000.0


def build(folder: Path, rows: int, width: int) -> Database:
    """A database with one run over a file of `rows` rows and `width` columns, at least eight."""
    database = open_sqlite(folder / "benchmark.db")
    with database.write() as connection:
        connection.execute(insert(schema.organization).values(id="org", first_seen_at=AT))
    add_run(database, "org", rows, width)
    return database


def add_run(database: Database, organization_id: str, rows: int, width: int) -> None:
    """The same in a database that is there already, for an organization it knows."""
    chance = random.Random(7)
    columns = [*STARTS, *(f"Column {number}" for number in range(len(STARTS) + 1, width + 1))]
    with database.write() as connection:
        connection.execute(insert(schema.contact_list).values(**_list(organization_id, columns, rows)))
        connection.execute(insert(schema.run).values(**_run(organization_id, 11 * rows)))
        for start in range(1, rows + 1, 5_000):
            people = [_person(number, width, chance) for number in range(start, min(start + 5_000, rows + 1))]
            for place, table in enumerate((schema.list_row, schema.list_cells, schema.run_row)):
                connection.execute(insert(table), [person[place] for person in people])


def _list(organization_id: str, columns: list[str], rows: int) -> dict[str, Any]:
    texts = {"name": "Benchmark", "columns": columns, "mapping": {}, "notes": [], "reasons": {}}
    return {"id": "list", "organization_id": organization_id, "created_at": AT, "rows": rows, **texts}


def _run(organization_id: str, budget: int) -> dict[str, Any]:
    owner = {"id": RUN_ID, "organization_id": organization_id, "list_id": "list"}
    return {**owner, "enrichment_type": "full", "state": "finished", "budget": budget, "confirmed_at": AT}


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize()


def _person(number: int, width: int, chance: random.Random) -> tuple[dict[str, Any], ...]:
    first, last, company = _word(chance), _word(chance), _word(chance)
    domain, title, city = f"{company.lower()}.example", chance.choice(JOBS), _word(chance)
    phone = f"+1202555{chance.randint(100, 199):04}"
    outcome = chance.choice(OUTCOMES)
    found = outcome in ("found", "known")
    own_email = f"{number}@own.example" if outcome == "has_it" else ""
    key_kind = ("name_domain", "name_domain", "linkedin", "name_company")[number % 4]
    in_file = f"{'ddlc'[number % 4]}{int(bool(own_email))}0"
    has_phone = found and number % 3 == 0
    contact = {"first_name": first, "last_name": last, "company_name": company, "company_domain": domain}
    cells = [first, last, company, domain, title, city, phone, f"met at booth {number}, call back"]
    cells += [f"{first} {place}" if place % 3 else str(number * place) for place in range(width - len(cells))]
    return (
        {
            **contact,
            **{"list_id": "list", "row_number": number, "line": number + 1, "leader": number},
            **{"title": title, "location": city, "email": own_email},
            **{"key_kind": key_kind, "checked": "ready"},
        },
        {"list_id": "list", "row_number": number, "cells": json.dumps(cells, ensure_ascii=False)},
        {
            **{"run_id": RUN_ID, "row_number": number, "leader": number, "outcome": outcome, "ask": "full"},
            **{
                "email": f"{first}.{last}@{domain}".lower() if found else "",
                "reason": f"This row is {outcome}.",
            },
            **{"email_status": "reliable" if found else "", "email_quality": "good" if found else ""},
            "in_file": in_file,
            **{"phone": phone if has_phone else "", "checked_at": AT},
            "credits": (1 + 10 * has_phone) * (outcome == "found"),
        },
    )
