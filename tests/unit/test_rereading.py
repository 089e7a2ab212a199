"""What reading skipped or repaired can be had otherwise, and what a person fixed is not lost by it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import xlsxwriter

from cleanlist_core import fixing, rereading
from cleanlist_core.domain import Contact
from cleanlist_core.errors import IntakeError, RunError
from cleanlist_core.intake.reading import Reading, ReadTable, read_table
from cleanlist_core.intake.readings import undoing
from cleanlist_core.reviewing import change_columns, lost_by_columns, recognise_as_before, rows_to_fix
from cleanlist_core.store.list_files import read_file
from cleanlist_core.store.lists import StoredList, read_rows
from cleanlist_core.workspace import Workspace
from tests.unit.conftest import ORG

NOTES = "Exported for the fair\nAsk Ilse, about rows\n\n"
HEADER = "First name,Last name,Company,Town\n"
PEOPLE = "Mara,Quill,Northlantern,Lyon\nIlse,Varga,Tidewick,Graz\n"
FILE = NOTES + HEADER + PEOPLE + "\nJon,Haugen,Bluewharf,Oslo\n\nGrand Totals (3 records)\n"
FIRST = ["Mara", "Quill", "Northlantern", "Lyon"]
THIRD = ["Jon", "Haugen", "Bluewharf", "Oslo"]

Add = Callable[[str | bytes], StoredList]


def rows_of(table: ReadTable) -> list[list[str]]:
    return [list(row.values()) for row in table.cells.to_pylist()]


def read(content: str | bytes, reading: Reading) -> ReadTable:
    data = content if isinstance(content, bytes) else content.encode()
    return read_table(data, "fair.csv", reading=reading)


@pytest.fixture
def add(workspace: Workspace) -> Add:
    def stored(content: str | bytes) -> StoredList:
        data = content if isinstance(content, bytes) else content.encode()
        table = workspace.read_upload(data, "fair.csv")
        mapping = recognise_as_before(workspace.database, ORG, table)
        list_id = workspace.add_list(ORG, table, mapping, file_name="fair.csv", data=workspace.hold([data]))
        return workspace.get_list(ORG, list_id)

    return stored


@pytest.mark.parametrize(
    ("reading", "first", "lines"),
    [
        pytest.param(Reading(), FIRST, [5, 6, 8], id="as found"),
        pytest.param(
            Reading(keep_above=True), ["Exported for the fair", "", "", ""], [1, 2, 5, 6, 8], id="notes above"
        ),
        pytest.param(Reading(keep_below=True), FIRST, [5, 6, 8, 10], id="totals below"),
        pytest.param(Reading(keep_blank=True), FIRST, [5, 6, 7, 8, 9], id="empty rows but not the totals"),
        pytest.param(
            Reading(keep_blank=True, keep_below=True), FIRST, [5, 6, 7, 8, 9, 10], id="all that is below"
        ),
        pytest.param(Reading(header_line=5), ["Ilse", "Varga", "Tidewick", "Graz"], [6, 8], id="header on 5"),
        pytest.param(
            Reading(header_line=0), ["Exported for the fair", "", "", ""], [1, 2, 4, 5, 6, 8], id="no header"
        ),
    ],
)
def test_what_was_left_out_can_be_kept(reading: Reading, first: list[str], lines: list[int]) -> None:
    table = read(FILE, reading)
    assert rows_of(table)[0] == first
    assert table.lines.to_pylist() == lines
    assert table.reading == reading


@pytest.mark.parametrize("reading", [Reading(), Reading(keep_above=True, keep_below=True, keep_blank=True)])
def test_what_is_kept_is_not_said_to_be_left_out(reading: Reading) -> None:
    codes = {note.code for note in read(FILE, reading).notes}
    assert codes == (set() if reading.keep_above else {"notes_above", "totals_below", "blank_rows"})


def test_wide_notes_above_open_columns_of_their_own() -> None:
    table = read("a note, of, six, short, parts, here\n" + HEADER + PEOPLE, Reading(keep_above=True))
    assert table.columns == ("First name", "Last name", "Company", "Town", "", "")
    assert rows_of(table)[1] == [*FIRST, "", ""]


@pytest.mark.parametrize(
    ("content", "reading", "expected"),
    [
        pytest.param(
            "name;age,company\nA;B,C\nD;E,F\n", Reading(delimiter=","), ["A;B", "C"], id="separator"
        ),
        pytest.param(
            "name,company\nJ\xf8rn,\xc6r\xf8\n".encode("mac-roman"),
            Reading(encoding="mac-roman"),
            ["Jørn", "Ærø"],
            id="encoding",
        ),
        pytest.param(
            b"\xef\xbb\xbfname,company\nJ\xc3\xb8rn,x\n", Reading(encoding="utf-8"), ["Jørn", "x"], id="mark"
        ),
        pytest.param(
            'name,company\n"Jane, jr,Acme\n',
            Reading(quotes="letters"),
            ['"Jane', " jr", "Acme"],
            id="letters",
        ),
        pytest.param(
            'name,company\n"Jane,Acme\nJon,"Bee"\n',
            Reading(quotes="by_the_rules"),
            ['Jane,Acme\nJon,Bee"'],
            id="by the letter of CSV",
        ),
    ],
)
def test_a_file_is_read_as_a_person_says(content: str | bytes, reading: Reading, expected: list[str]) -> None:
    found = rows_of(read(content, reading))[0]
    assert found[: len(expected)] == expected
    assert not any(found[len(expected) :])


def test_a_quote_that_swallows_a_whole_file_by_the_rules_is_told() -> None:
    with pytest.raises(IntakeError, match="characters") as failure:
        read('name,company\n"Jane,Acme\n' + "Jon,Bee\n" * 20_000, Reading(quotes="by_the_rules"))
    assert failure.value.code == "cell_too_long"


@pytest.mark.parametrize("line", [3, 99], ids=["an empty line", "beyond the file"])
def test_a_header_cannot_be_where_no_row_is(line: int) -> None:
    with pytest.raises(IntakeError, match=f"line {line}") as failure:
        read(FILE, Reading(header_line=line))
    assert failure.value.code == "header_line"


def test_a_sheet_keeps_its_notes_and_takes_the_header_it_is_told() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("People")
        for place, line in enumerate(FILE.splitlines()):
            sheet.write_row(place, 0, line.split(","))
        book.add_worksheet("Else").write_row(0, 0, ["First name", "Company"])
    data = target.getvalue()
    assert read(data, Reading(keep_above=True)).lines.to_pylist() == [1, 2, 5, 6, 8]
    assert read(data, Reading(header_line=5)).columns == tuple(FIRST)
    assert read(data, Reading()).sheets == ("People", "Else")


def test_each_note_is_undone_by_its_own_button_and_all_at_once_by_the_usual_way(
    workspace: Workspace, add: Add
) -> None:
    listed = add(FILE)
    seen = {}
    for code in ("notes_above", "totals_below", "blank_rows"):
        how = rereading.how_it_was_read(workspace.database, listed)
        assert how is not None
        way = undoing(next(note for note in how.notes if note.code == code), how)
        assert way is not None
        listed = workspace.get_list(ORG, rereading.read_again(workspace, listed, way.reading))
        seen[code] = listed.facts.rows
    assert seen == {"notes_above": 5, "totals_below": 6, "blank_rows": 8}
    assert len(workspace.lists(ORG)) == 1
    usual = workspace.get_list(ORG, rereading.read_again(workspace, listed, Reading()))
    assert usual.facts.rows == 3
    assert [cells for _, cells in read_rows(workspace.database, usual.id)][2] == THIRD


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(b"", id="a small file"),
        pytest.param(b"\n", id="one more byte"),
        pytest.param((b" " * 49_999 + b"\n") * 100, id="several pieces"),
    ],
)
def test_the_file_is_kept_byte_by_byte_and_forgotten_with_its_list(
    workspace: Workspace, add: Add, more: bytes
) -> None:
    data = FILE.encode() + more
    listed = add(data)
    kept = read_file(workspace.database, listed.id)
    assert kept is not None
    assert b"".join(kept.pieces) == data
    workspace.delete_list(ORG, listed.id)
    assert read_file(workspace.database, listed.id) is None


def test_a_list_without_a_file_says_what_to_do(workspace: Workspace) -> None:
    table = workspace.read_upload(FILE.encode(), "fair.csv")
    mapping = recognise_as_before(workspace.database, ORG, table)
    listed = workspace.get_list(ORG, workspace.add_list(ORG, table, mapping, file_name="fair.csv"))
    assert rereading.how_it_was_read(workspace.database, listed) is None
    with pytest.raises(RunError, match="Drop it in again"):
        rereading.read_again(workspace, listed, Reading(keep_above=True))


def test_a_way_nobody_can_use_changes_nothing(workspace: Workspace, add: Add) -> None:
    listed = add(FILE)
    with pytest.raises(IntakeError) as failure:
        rereading.read_again(workspace, listed, Reading(header_line=1))
    assert failure.value.code == "no_usable_column"
    assert [one.id for one in workspace.lists(ORG)] == [listed.id]
    chosen = {"first_name": "Exported for the fair", "company_name": "Column 3", "last_name": "Column 2"}
    listed = workspace.get_list(ORG, rereading.read_again(workspace, listed, Reading(header_line=1), chosen))
    assert listed.facts.header_row == 1
    assert listed.facts.mapping["last_name"] == ["Column 2"]


# What a person fixed

BROKEN = HEADER + "Mara,Quill,Northlantern,Lyon\nJon,,Bluewharf,Oslo\nIlse,Varga,,Graz\n"


@pytest.fixture
def fixed(workspace: Workspace, add: Add) -> StoredList:
    """A list with notes above in which the last name of one row and the company of another were typed in."""
    listed = add(NOTES + BROKEN)
    assert (
        fixing.edit_row(
            workspace.database,
            listed,
            2,
            Contact(first_name="Jon", last_name="Haugen", company_name="Bluewharf"),
        )
        is None
    )
    assert (
        fixing.edit_row(
            workspace.database,
            listed,
            3,
            Contact(first_name="Ilse", last_name="Varga", company_name="Tidewick"),
        )
        is None
    )
    return workspace.get_list(ORG, listed.id)


def test_fixes_stay_when_rows_are_kept_and_can_still_be_undone(
    workspace: Workspace, fixed: StoredList
) -> None:
    reading = Reading(keep_above=True)
    assert rereading.lost_by_reading(workspace, fixed, reading) == ()
    listed = workspace.get_list(ORG, rereading.read_again(workspace, fixed, reading))
    assert (listed.facts.rows, listed.facts.ready, listed.facts.invalid) == (5, 3, 2)
    newest, oldest = fixing.changes(workspace.database, listed)
    fixing.undo(workspace.database, listed, newest.id)
    fixing.undo(workspace.database, listed, oldest.id)
    assert workspace.get_list(ORG, listed.id).facts.ready == 1


def test_fixes_of_what_other_columns_say_differently_are_told_before_they_are_lost(
    workspace: Workspace, fixed: StoredList
) -> None:
    other = {"company_name": "Town"}
    assert lost_by_columns(workspace.database, fixed, other) == (7,)
    assert workspace.get_list(ORG, fixed.id).facts.ready == 3
    listed = workspace.get_list(ORG, change_columns(workspace, fixed, other))
    rows = {row["row_number"]: row for row, _ in read_rows(workspace.database, listed.id)}
    assert (rows[2]["last_name"], rows[2]["company_name"]) == ("Haugen", "Oslo")
    assert (rows[3]["last_name"], rows[3]["company_name"]) == ("Varga", "Graz")
    assert len(fixing.changes(workspace.database, listed)) == 1


def test_fixes_of_rows_that_are_no_rows_any_more_are_told(workspace: Workspace, fixed: StoredList) -> None:
    reading = Reading(header_line=6)
    chosen = {"first_name": "Jon", "last_name": "Column 2", "company_name": "Bluewharf"}
    with pytest.raises(IntakeError):
        rereading.lost_by_reading(workspace, fixed, reading)
    listed = workspace.get_list(ORG, rereading.read_again(workspace, fixed, reading, chosen))
    assert [change.rows for change in fixing.changes(workspace.database, listed)] == [1]
    assert (listed.facts.rows, listed.facts.ready) == (1, 1)


def test_a_corrected_file_and_the_columns_outlive_another_reading(workspace: Workspace, add: Add) -> None:
    listed = add(NOTES + BROKEN)
    corrected = rows_to_fix(workspace.database, listed).decode("utf-8-sig").replace("Jon,,", "Jon,Haugen,")
    table = read_table(corrected.encode(), "corrected.csv")
    assert fixing.take_corrected(workspace.database, listed, table, "corrected.csv").fixed == 1
    listed = workspace.get_list(ORG, change_columns(workspace, listed, {"location": ""}))
    listed = workspace.get_list(ORG, rereading.read_again(workspace, listed, Reading(keep_blank=True)))
    assert "location" not in listed.facts.mapping
    assert listed.facts.ready == 2
    how = rereading.how_it_was_read(workspace.database, listed)
    assert how is not None
    assert how.reading == Reading(keep_blank=True)
