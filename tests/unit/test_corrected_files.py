"""A corrected file, from the rows to fix to what a CRM and the person's own file say of them."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select, update

from cleanlist_core import fixing, rereading
from cleanlist_core.domain import Contact, EnrichmentType
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.readings import Reading
from cleanlist_core.results.exporting import export_bytes
from cleanlist_core.reviewing import rows_to_fix
from cleanlist_core.store.lists import StoredList, read_rows
from cleanlist_core.store.schema import list_change_row
from cleanlist_core.workspace import Workspace
from tests.unit.conftest import ORG

FILE = """First Name,Last Name,Company,Job Title,Email,City
Alice,Walker,Globex,CFO,alice.walker@globex.example,Boston
,Carla,Diaz,Umbrella Corp,Buyer,,Denver
,Frank,Moss,Stark Industries,Sales,frank@stark.example,New York
"""
CORRECTED = {
    "Carla": ("Carla", "Diaz", "Umbrella Corp", "Buyer", "", "Denver"),
    "Frank": ("Frank", "Moss", "Stark Industries", "Sales", "frank@stark.example", "New York"),
}


@pytest.fixture
def listed(workspace: Workspace) -> StoredList:
    table = workspace.read_upload(FILE.encode(), "fair.csv")
    held = workspace.hold([FILE.encode()])
    list_id = workspace.add_list(ORG, table, recognise(table), file_name="fair.csv", data=held)
    return workspace.get_list(ORG, list_id)


def correct(workspace: Workspace, listed: StoredList, *, without: str = "") -> None:
    """Send the rows to fix back with every cell where it belongs. without: a column that is left out."""
    text = rows_to_fix(workspace.database, listed).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    for row in rows:
        right = CORRECTED[row[1]]
        row[: len(right)] = right
        row[len(right) : len(listed.facts.columns)] = [""] * (len(listed.facts.columns) - len(right))
    kept = [place for place, name in enumerate(header) if name != without]
    file = io.StringIO(newline="")
    csv.writer(file).writerows([row[place] for place in kept] for row in (header, *rows))
    table = workspace.read_upload(file.getvalue().encode(), "corrected.csv")
    assert fixing.take_corrected(workspace.database, listed, table, "corrected.csv").fixed == 2


def download(workspace: Workspace, listed: StoredList, *presets: str) -> list[list[dict[str, str]]]:
    """The files of a run in which nobody has been looked up yet."""
    wanted = EnrichmentType.PARTIAL
    price = workspace.orders.estimates(ORG, listed.id)[wanted]
    run_id = workspace.orders.start_run(ORG, listed.id, wanted, budget=9, estimate=price)
    files = [export_bytes(workspace.database, run_id, preset=preset, rows="all") for preset in presets]
    return [list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))) for data in files]


def told(rows: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in columns) for row in rows]


HUBSPOT = ("First name", "Last name", "Company name", "Job title", "Email", "City")


def test_all_that_was_corrected_reaches_a_crm_and_the_own_file_stays_as_uploaded(
    workspace: Workspace, listed: StoredList
) -> None:
    correct(workspace, listed)
    hubspot, own = download(workspace, listed, "hubspot", "everything")

    assert told(hubspot, *HUBSPOT)[1:] == list(CORRECTED.values())
    assert told(own, *FILE.splitlines()[0].split(","))[1:] == [
        ("", "Carla", "Diaz", "Umbrella Corp", "Buyer", ""),
        ("", "Frank", "Moss", "Stark Industries", "Sales", "frank@stark.example"),
    ]
    beside = ("Name Used", "Company Used", "Job Title Corrected", "Email Corrected", "Location Corrected")
    assert told(own, *beside) == [
        ("", "", "", "", ""),
        ("Carla Diaz", "Umbrella Corp", "Buyer", "", "Denver"),
        ("Frank Moss", "Stark Industries", "Sales", "frank@stark.example", "New York"),
    ]


def test_an_edit_by_hand_afterwards_and_another_reading_keep_it(
    workspace: Workspace, listed: StoredList
) -> None:
    correct(workspace, listed)
    typed = Contact(first_name="Carla", last_name="Diaz", company_name="Umbrella")
    assert fixing.edit_row(workspace.database, listed, 2, typed) is None
    again = workspace.get_list(ORG, rereading.read_again(workspace, listed, Reading(keep_blank=True)))
    (hubspot,) = download(workspace, again, "hubspot")

    assert told(hubspot, "Company name", "Job title", "City")[1] == ("Umbrella", "Buyer", "Denver")


def test_a_correction_that_is_undone_is_in_no_file(workspace: Workspace, listed: StoredList) -> None:
    before, *_ = download(workspace, listed, "hubspot")
    correct(workspace, listed)
    (change,) = fixing.changes(workspace.database, listed)
    fixing.undo(workspace.database, listed, change.id)
    after, own = download(workspace, listed, "hubspot", "everything")

    assert after == before
    assert "Job Title Corrected" not in own[0]


def test_undoing_a_change_of_an_older_version_keeps_what_it_says_nothing_of(
    workspace: Workspace, listed: StoredList
) -> None:
    typed = Contact(first_name="Carla", last_name="Diaz", company_name="Umbrella")
    assert fixing.edit_row(workspace.database, listed, 2, typed) is None
    (change,) = fixing.changes(workspace.database, listed)
    with workspace.database.write() as connection:
        (row,) = connection.execute(select(list_change_row)).all()
        old = {
            side: {name: text for name, text in told.items() if name not in ("phone", "title", "location")}
            for side, told in (("before", row.before), ("after", row.after))
        }
        connection.execute(update(list_change_row).values(old))
    fixing.undo(workspace.database, listed, change.id)
    (row,) = [row for row, _ in read_rows(workspace.database, listed.id) if row["row_number"] == 2]

    assert (row["last_name"], row["company_name"], row["title"]) == ("Carla", "Diaz", "Umbrella Corp")


def test_a_column_that_a_corrected_file_lacks_is_not_emptied(
    workspace: Workspace, listed: StoredList
) -> None:
    correct(workspace, listed, without="Job Title")
    (hubspot,) = download(workspace, listed, "hubspot")

    assert told(hubspot, "Job title", "City")[1:] == [
        ("Umbrella Corp", "Denver"),
        ("Stark Industries", "New York"),
    ]
