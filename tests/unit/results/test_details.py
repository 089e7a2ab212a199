"""The download with all details holds every fact the person cards show."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from cleanlist_core.api.person import LABELS
from cleanlist_core.domain import Outcome
from cleanlist_core.results import exporting
from cleanlist_core.results.sheets import OUR_COLUMNS
from cleanlist_core.store.database import Database
from tests.unit.api.test_person import EVERYTHING
from tests.unit.results.building import RUN, a_row, add_result, add_run, found_email

pytestmark = pytest.mark.both_databases

DETAILS = tuple(f"Details: {label}" for label in LABELS)


def export(database: Database, run_id: str = RUN, **how: Any) -> list[dict[str, str]]:
    data = exporting.export_bytes(database, run_id, preset="details", **how).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data, newline=""), strict=True))


def test_every_field_of_an_answer_has_a_column(database: Database) -> None:
    answer = {**EVERYTHING, "twitter_handle": "@ilse", "error": "late"}
    add_run(
        database,
        [
            found_email("ilse@northgate.example", result_id=add_result(database, "li:ilse", answer)),
            a_row(Outcome.NEEDS_FIXING),
        ],
        columns=("First", "Details: Email"),
    )
    row, unasked = export(database)
    assert tuple(row) == ("First", "Details: Email", *OUR_COLUMNS, "Details: Email (2)", *DETAILS[1:])
    assert [name for name in DETAILS if not row[name]] == []
    assert {name: row[name] for name in row if name in EXPECTED} == EXPECTED
    assert {unasked[name] for name in DETAILS[1:]} == {""}


EXPECTED = {
    "Details: Phone": "; ".join(
        ["direct dial +12025550143 · Acme Telecom", "direct dial +12025550199", "mobile +12025550187"]
    ),
    "Details: Experience": "Lead · Quarry · 2019",
    "Details: Education": "Invented Institute · MSc · 2010 – 2012",
    "Details: Skills": "Planning, Logistics",
    "Details: Employees": "120",
    "Details: Throw-away address": "no",
    "Details: Everything else": "Twitter handle: @ilse",
}


def test_what_this_run_did_not_ask_for_is_filled_in_from_before(database: Database) -> None:
    before = add_result(database, "li:ilse", {"title": "Buyer", "phone": "+12025550143", "location": "Wien"})
    new = add_result(database, "li:ilse", {"title": "Head of Buying", "email": "ilse@northgate.example"})
    add_run(database, [found_email("ilse@northgate.example", result_id=new, known_result_id=before)])
    (row,) = export(database)
    assert (row["Details: Job title"], row["Details: Location"]) == ("Head of Buying", "Wien")


@pytest.mark.parametrize(
    ("choice", "rows"),
    [pytest.param("all", 3, id="all rows"), pytest.param("found", 1, id="only those found")],
)
def test_the_rows_are_those_one_chooses(database: Database, choice: str, rows: int) -> None:
    add_run(database, [found_email("a@b.example"), a_row(Outcome.NOTHING), a_row(Outcome.NEEDS_FIXING)])
    assert len(export(database, rows=choice)) == rows
