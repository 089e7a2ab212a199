from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from cleanlist_core.errors import IntakeError, RunError
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.reviewing import (
    change_columns,
    chosen_before,
    columns_not_used,
    fix_groups,
    forget_columns,
    mapped_columns,
    recognise_as_before,
    rows_to_fix,
    table_of,
)
from cleanlist_core.store.column_choices import forget_choice
from cleanlist_core.store.lists import StoredList
from cleanlist_core.workspace import Workspace
from tests.unit.conftest import ORG

FILE = (
    "First name,Last name,Company,Role,Nickname\n"
    "Mara,Quill,Northlantern,Buyer,\n"
    "Ilse,Varga,Tidewick,Owner,Il\n"
    ",,Tidewick,Owner\n"
    "Mara,Quill,Northlantern,Buyer,\n"
)

Add = Callable[[str], StoredList]


@pytest.fixture
def add(workspace: Workspace) -> Add:
    def stored(text: str) -> StoredList:
        table = workspace.read_upload(text.encode(), "fair.csv")
        list_id = workspace.add_list(ORG, table, recognise(table), file_name="fair.csv")
        return workspace.get_list(ORG, list_id)

    return stored


def test_a_stored_list_reads_as_its_file_did(workspace: Workspace, add: Add) -> None:
    before = workspace.read_upload(FILE.encode(), "fair.csv")
    after = table_of(workspace.database, add(FILE))
    assert after.columns == before.columns
    assert after.cells.to_pydict() == before.cells.to_pydict()
    assert after.lines.to_pylist() == before.lines.to_pylist()
    assert after.checksum == before.checksum


def test_columns_are_shown_with_a_reason_and_some_values(workspace: Workspace, add: Add) -> None:
    columns = {column.field: column for column in mapped_columns(workspace.database, add(FILE))}
    assert list(columns) == ["first_name", "last_name", "company_name", "title"]
    assert columns["first_name"].samples == ("Mara", "Ilse")
    assert "First name" in columns["first_name"].why


def test_causes_say_which_rows_can_be_fixed(add: Add) -> None:
    groups = fix_groups(add(FILE))
    assert {(group.rows, group.fixable) for group in groups} == {(1, True), (1, False)}
    assert all(group.title and group.advice for group in groups)


def test_rows_to_fix_come_with_their_own_columns(workspace: Workspace, add: Add) -> None:
    data = rows_to_fix(workspace.database, add(FILE)).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(data, newline=""))
    assert header == [
        "First name",
        "Last name",
        "Company",
        "Role",
        "Nickname",
        "Cleanlist Row",
        "What to fix",
    ]
    assert len(rows) == 1
    assert rows[0][:5] == ["", "", "Tidewick", "Owner", ""]
    assert rows[0][5].startswith("row-3-")
    assert "name" in rows[0][6]


def test_a_correction_takes_the_place_of_the_list_and_is_kept_by_the_next_one(
    workspace: Workspace, add: Add
) -> None:
    first = add(FILE)
    second = workspace.get_list(ORG, change_columns(workspace, first, {"title": ""}))
    third = workspace.get_list(ORG, change_columns(workspace, second, {"location": "Nickname"}))
    assert "title" not in third.facts.mapping
    assert third.facts.mapping["location"] == ["Nickname"]
    assert [one.id for one in workspace.lists(ORG)] == [third.id]
    reasons = {column.field: column.why for column in mapped_columns(workspace.database, third)}
    assert reasons["location"] == "You chose “Nickname” for the location."


def test_the_address_of_a_list_leads_to_what_took_its_place_until_that_is_deleted(
    workspace: Workspace, add: Add
) -> None:
    first = add(FILE)
    second = workspace.get_list(ORG, change_columns(workspace, first, {"title": ""}))
    third = forget_columns(workspace, second)
    assert [workspace.find_list(ORG, one).id for one in (first.id, second.id, third)] == [third] * 3
    for organization, address in (("another organization", first.id), (ORG, "no list")):
        with pytest.raises(RunError, match="This list is not here"):
            workspace.find_list(organization, address)
    workspace.delete_list(ORG, third)
    with pytest.raises(RunError, match="it was deleted"):
        workspace.find_list(ORG, first.id)


def test_only_what_was_chosen_is_said_to_be_chosen(workspace: Workspace, add: Add) -> None:
    listed = workspace.get_list(ORG, change_columns(workspace, add(FILE), {"location": "Nickname"}))
    why = {column.field: column.why for column in mapped_columns(workspace.database, listed)}
    assert [field for field, said in why.items() if "You chose" in said] == ["location"]
    forget_choice(workspace.database, ORG, listed.facts.columns)
    why = {column.field: column.why for column in mapped_columns(workspace.database, listed)}
    assert why["location"] == "“Nickname” is used for the location."


def test_columns_chosen_once_are_used_for_the_next_file_with_the_same_header(
    workspace: Workspace, add: Add
) -> None:
    change_columns(workspace, add(FILE), {"title": "", "location": "Nickname"})
    table = workspace.read_upload(FILE.replace("Mara", "Otto").encode(), "next.csv")
    mapping = recognise_as_before(workspace.database, ORG, table)
    assert "title" not in mapping.columns
    assert mapping.columns["location"] == (4,)
    assert "You chose" in mapping.why["location"]
    other_file = workspace.read_upload(FILE.replace("Role", "Title").encode(), "other.csv")
    assert "title" in recognise_as_before(workspace.database, ORG, other_file).columns
    assert "title" in recognise_as_before(workspace.database, "another organization", table).columns


def test_chosen_columns_can_be_forgotten(workspace: Workspace, add: Add) -> None:
    chosen = workspace.get_list(ORG, change_columns(workspace, add(FILE), {"title": ""}))
    assert chosen_before(workspace.database, chosen) == {"title": ""}
    listed = workspace.get_list(ORG, forget_columns(workspace, chosen))
    assert listed.facts.mapping["title"] == ["Role"]
    assert chosen_before(workspace.database, listed) == {}
    assert [one.id for one in workspace.lists(ORG)] == [listed.id]


def test_choosing_what_would_be_used_anyway_is_nothing_to_remember(workspace: Workspace, add: Add) -> None:
    without = workspace.get_list(ORG, change_columns(workspace, add(FILE), {"title": ""}))
    again = workspace.get_list(ORG, change_columns(workspace, without, {"title": "Role"}))
    assert chosen_before(workspace.database, again) == {}


def test_a_correction_that_leaves_nobody_to_look_up_changes_nothing(workspace: Workspace, add: Add) -> None:
    listed = add(FILE)
    with pytest.raises(IntakeError):
        change_columns(workspace, listed, {"first_name": "", "last_name": ""})
    assert [one.id for one in workspace.lists(ORG)] == [listed.id]


def test_a_column_that_is_not_used_for_what_it_is_called_says_so_until_it_is_chosen(
    workspace: Workspace, add: Add
) -> None:
    listed = add("Vorname,Nachname,Firma,Telefon\nMara,Quill,Tidewick,24.12.2025\n")
    said = (
        "“Telefon” is a usual name for the phone, but is not used: its values do not look like a phone"
        " (such as “24.12.2025”).",
    )
    assert columns_not_used(workspace.database, listed) == said
    chosen = workspace.get_list(ORG, change_columns(workspace, listed, {"phone": "Telefon"}))
    assert columns_not_used(workspace.database, chosen) == ()
