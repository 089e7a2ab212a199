"""What reading skipped, undone on the screen, and a file read another way without losing what was fixed."""

from __future__ import annotations

import io

import openpyxl
import pytest

from cleanlist_core.store.lists import StoredList
from cleanlist_core.workspaces import Workspaces
from tests.pages.conftest import Visitor
from tests.pages.test_fixing import press
from tests.pages.test_screens import organization_of, practice, run_to_the_end

NOTES = b"Exported for the fair,,,\nAsk Ilse,,,\n"
PEOPLE = (
    b"First name,Last name,Company,Town\nMara,Quill,Northlantern,Lyon\nJon,,Bluewharf,Oslo\n"
    b"\nIlse,Varga,Tidewick,Graz\nGrand Totals (3 records)\n"
)


@pytest.fixture
def listing(trainee: Visitor) -> Visitor:
    """A browser in front of a list with notes above and totals below."""
    return trainee.go("upload.py").upload(NOTES + PEOPLE, "fair.csv")


def stored(visitor: Visitor, opened: Workspaces) -> StoredList:
    return practice(opened).get_list(organization_of(visitor), visitor.address("list"))


def choose(visitor: Visitor, label: str, option: str) -> Visitor:
    box = next(box for box in visitor.app.selectbox if box.label == label)
    box.select(next(offered for offered in box.options if offered.startswith(option)))
    return visitor


def edit_second_row(visitor: Visitor) -> None:
    next(text for text in visitor.app.text_input if text.label == "Last name").input("Haugen")
    press(visitor, "Check and use")


def test_each_note_has_its_undo_and_all_of_it_can_be_taken_back(listing: Visitor, opened: Workspaces) -> None:
    assert "Skipped 2 lines of notes above the table." in listing.text
    listing.click("undo_notes_above")
    assert "Skipped" not in listing.text
    assert "This file is read as you chose." in listing.text
    listing.click("undo_totals_below").click("undo_blank_rows")
    assert "**7 rows** =" in listing.text
    listing.click("read_usual")
    assert "**3 rows** = **2** ready to look up" in listing.text
    assert stored(listing, opened).facts.rows == 3


def test_a_person_says_where_the_column_names_are_and_what_they_mean(
    listing: Visitor, opened: Workspaces
) -> None:
    press(choose(listing, "Column names", "Line 4: Mara · Quill"), "Read the file this way")
    assert "no column says who the people are" in listing.text
    assert stored(listing, opened).facts.header_row == 3
    choose(listing, "First name", "Mara")
    choose(listing, "Last name", "Quill")
    choose(listing, "Company name", "Northlantern")
    press(listing, "Use these columns")
    assert stored(listing, opened).facts.columns == ["Mara", "Quill", "Northlantern", "Lyon"]


def test_a_reading_that_cannot_be_is_told_and_the_list_stays(listing: Visitor, opened: Workspaces) -> None:
    before = stored(listing, opened)
    press(choose(listing, "Cells are separated by", "Tabs"), "Read the file this way")
    assert stored(listing, opened) == before
    listing.click("leave_reading")
    assert "no column says" not in listing.text


def test_what_would_be_lost_is_said_before_and_a_person_decides(listing: Visitor, opened: Workspaces) -> None:
    edit_second_row(listing)
    before = stored(listing, opened)
    assert before.facts.ready == 3
    press(choose(listing, "Last name", "Town"), "Use these columns")
    assert "You changed 1 row (line 5 of the file)" in listing.text
    listing.click("keep_changes")
    assert stored(listing, opened) == before
    press(choose(listing, "Last name", "Town"), "Use these columns")
    listing.click("lose_changes")
    assert stored(listing, opened).facts.mapping["last_name"] == ["Town"]


def test_what_still_holds_is_kept_without_a_question(listing: Visitor, opened: Workspaces) -> None:
    edit_second_row(listing)
    listing.click("undo_notes_above")
    assert "You changed" not in listing.text
    assert stored(listing, opened).facts.ready == 3


def test_a_download_says_which_parts_of_the_workbook_are_in_none_of_its_rows(
    trainee: Visitor, opened: Workspaces
) -> None:
    book = openpyxl.Workbook()
    people, costs = book.worksheets[0], book.create_sheet("Costs")
    people.title = "Guests"
    for row in (["Exported for the fair"], [], ["First name", "Last name", "Company"]):
        people.append(row)
    people.append(["Mara", "Quill", "Northlantern"])
    people.append(["Ilse", "Varga", "Tidewick"])
    costs.append(["Stand", 1200])
    data = io.BytesIO()
    book.save(data)
    trainee.go("upload.py").upload(data.getvalue(), "fair.xlsx").click("start_run")
    run_id = run_to_the_end(trainee, opened)
    shown = trainee.go("results.py", run=run_id).text
    assert "They hold the rows of your table and nothing else of your file." in shown
    assert "Not read: “Costs”." in shown
    assert "Skipped 1 line of notes above the table." in shown


def test_of_a_file_that_is_read_whole_a_download_says_nothing_more(
    trainee: Visitor, opened: Workspaces
) -> None:
    trainee.go("upload.py").upload(b"First name,Last name,Company\nMara,Quill,Tidewick\n", "fair.csv")
    run_id = run_to_the_end(trainee.click("start_run"), opened)
    assert "nothing else of your file" not in trainee.go("results.py", run=run_id).text
