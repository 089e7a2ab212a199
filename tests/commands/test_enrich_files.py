"""`enrich` on the files people upload: nothing of theirs is changed, and the numbers agree everywhere."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cleanlist_core.intake.reading import read_table
from cleanlist_core.results.beside import IN_ANOTHER_ROW, USED
from cleanlist_core.results.sheets import OUR_COLUMNS
from tests.commands.conftest import HEADER, Api, invented_people, read_rows, write_people
from tests.commands.terminal import Terminal
from tests.unit.intake.test_known_exports import DATA, GOLDEN, Golden

KEYS = {
    "run_id",
    "status",
    "rows",
    "sent",
    "already_known",
    "duplicates",
    "invalid",
    "not_sent",
    "emails_found",
    "phones_found",
    "credits_spent",
    "batches",
    "uncertain_batches",
}
READABLE_WITHOUT_US = (
    ("linkedin_connections.csv", "utf-8", ",", 4),
    ("apollo.csv", "utf-8", ",", 1),
    ("zoominfo.csv", "utf-8", ",", 1),
    ("hubspot.csv", "utf-8-sig", ",", 1),
    ("salesforce_report.csv", "utf-8", ",", 1),
    ("german_excel.csv", "cp1252", ";", 1),
    ("german_excel_utf16.txt", "utf-16", "\t", 1),
)


def same(written: str, original: str) -> bool:
    """A cell that a spreadsheet would run as a formula is given back with an apostrophe in front."""
    return written == original or (written == f"'{original}" and original[:1] in "=+-@\t\r")


def written_cells(path: Path) -> tuple[list[str], list[list[str]]]:
    text = path.read_text(encoding="utf-8-sig")
    delimiter = ";" if "Cleanlist Email;Cleanlist Email Status" in text else ","
    with path.open(encoding="utf-8-sig", newline="") as lines:
        header, *rows = csv.reader(lines, delimiter=delimiter)
    return header, rows


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.file)
def test_the_whole_job_on_a_file_as_people_upload_it(
    golden: Golden, terminal: Terminal, api: Api, tmp_path: Path
) -> None:
    output = tmp_path / "out.csv"
    done = terminal.run(
        "enrich", DATA / golden.file, "--type", "full", "--output", output, "--yes", "--json", **api.settings
    )
    assert done.code == 0, done.err
    assert_nothing_of_theirs_is_changed(golden.file, output)
    assert_the_numbers_agree(done.answer, golden, output, api)


def assert_nothing_of_theirs_is_changed(name: str, output: Path) -> None:
    table = read_table((DATA / name).read_bytes(), name)
    header, rows = written_cells(output)
    apart = ";" if table.delimiter in (";", "\t") else ","
    assert f"Cleanlist Email{apart}Cleanlist Email Status" in output.read_text(encoding="utf-8-sig")
    width = len(table.columns)
    assert header[: width + len(OUR_COLUMNS)] == [*table.columns, *OUR_COLUMNS]
    assert set(header[width + len(OUR_COLUMNS) :]) <= {*IN_ANOTHER_ROW.values(), *USED}
    originals = list(zip(*(column.to_pylist() for column in table.cells.columns), strict=True))
    assert len(rows) == len(originals)
    for row, original in zip(rows, originals, strict=True):
        assert all(same(*pair) for pair in zip(row[:width], original, strict=True))


def assert_the_numbers_agree(told: dict[str, Any], golden: Golden, output: Path, api: Api) -> None:
    """The answer, the file and the other side's books."""
    assert told.keys() == KEYS
    assert (told["status"], told["uncertain_batches"]) == ("finished", 0)
    rows, ready, invalid, duplicates = golden.counts
    assert (told["rows"], told["invalid"], told["duplicates"]) == (rows, invalid, duplicates)
    assert told["sent"] + told["already_known"] == ready
    assert len(api.people_asked) == len(set(api.people_asked)) == told["sent"]
    assert told["batches"] == len(api.seen.workflows)
    assert told["credits_spent"] == api.charged
    assert told["emails_found"] == api.charges("email")
    assert told["phones_found"] == api.charges("phone")
    written = read_rows_by_our_columns(output)
    assert sum(int(row["Cleanlist Credits"]) for row in written) == told["credits_spent"]
    assert all(row["Cleanlist Reason"] for row in written)


def read_rows_by_our_columns(output: Path) -> list[dict[str, str]]:
    header, rows = written_cells(output)
    first = header.index(OUR_COLUMNS[0])
    return [dict(zip(OUR_COLUMNS, row[first : first + len(OUR_COLUMNS)], strict=True)) for row in rows]


@pytest.mark.parametrize(("name", "encoding", "delimiter", "header_row"), READABLE_WITHOUT_US)
def test_a_file_read_by_other_means_says_the_same(
    name: str, encoding: str, delimiter: str, header_row: int, terminal: Terminal, api: Api, tmp_path: Path
) -> None:
    output = tmp_path / "out.csv"
    done = terminal.run(
        "enrich", DATA / name, "--type", "none", "--output", output, "--yes", "--json", **api.settings
    )
    assert done.code == 0, done.err
    lines = (DATA / name).read_bytes().decode(encoding).splitlines(keepends=True)[header_row - 1 :]
    theirs = [row for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row)]
    header, rows = written_cells(output)
    width = len(theirs[0])
    assert header[:width] == theirs[0]
    assert rows
    for row, original in zip(rows, theirs[1:], strict=False):
        assert all(same(*pair) for pair in zip(row[:width], original, strict=False))


@pytest.mark.parametrize(
    ("wanted", "finds_emails", "finds_phones"),
    [
        pytest.param("partial", True, False, id="emails"),
        pytest.param("phone_only", False, True, id="phones"),
        pytest.param("full", True, True, id="both"),
        pytest.param("none", False, False, id="neither"),
    ],
)
def test_only_what_was_asked_for_is_found_and_paid(
    wanted: str,
    finds_emails: bool,
    finds_phones: bool,
    terminal: Terminal,
    api: Api,
    people: Path,
    tmp_path: Path,
) -> None:
    output = tmp_path / "out.csv"
    told = terminal.run(
        "enrich", people, "--type", wanted, "--output", output, "--yes", "--json", **api.settings
    ).answer
    rows = read_rows(output)
    assert [bool(told["emails_found"]), bool(told["phones_found"])] == [finds_emails, finds_phones]
    assert sum(bool(row["Cleanlist Email"]) for row in rows) == told["emails_found"]
    assert sum(bool(row["Cleanlist Phone"]) for row in rows) == told["phones_found"]
    assert told["credits_spent"] == told["emails_found"] + 10 * told["phones_found"] == api.charged
    assert {workflow.enrichment_type for workflow in api.seen.workflows} == {wanted}


def test_a_duplicate_is_filled_and_not_paid_for(terminal: Terminal, api: Api, tmp_path: Path) -> None:
    people = invented_people(12)
    file = write_people(tmp_path / "twice.csv", [*people, *people])
    output = tmp_path / "out.csv"
    told = terminal.run(
        "enrich", file, "--type", "partial", "--output", output, "--yes", "--json", **api.settings
    ).answer
    assert (told["rows"], told["sent"], told["duplicates"]) == (24, 12, 12)
    rows = read_rows(output)
    assert [row["Cleanlist Email"] for row in rows[:12]] == [row["Cleanlist Email"] for row in rows[12:]]
    assert {row["Cleanlist Credits"] for row in rows[12:]} == {"0"}
    assert len(api.people_asked) == 12


def test_more_people_than_one_request_holds_go_in_several(
    terminal: Terminal, api: Api, tmp_path: Path
) -> None:
    file = write_people(tmp_path / "many.csv", invented_people(600))
    told = terminal.run(
        "enrich",
        file,
        "--type",
        "partial",
        "--output",
        tmp_path / "out.csv",
        "--yes",
        "--json",
        **api.settings,
    ).answer
    assert (told["sent"], told["batches"]) == (600, 3)
    assert [len(workflow.contacts) for workflow in api.seen.workflows] == [250, 250, 100]
    assert sum(window.refused for window in api.seen.requests) == 0


def test_in_a_process_of_its_own_the_whole_job_ends_with_one_line_for_programs(
    terminal: Terminal, api: Api, people: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.csv"
    done = terminal.run_apart(
        "enrich", people, "--type", "partial", "--output", output, "--yes", "--json", **api.settings
    )
    assert done.code == 0, done.err
    assert done.answer.keys() == KEYS
    assert done.out.count("\n") == 1
    assert f"12 rows written to {output}." in done.err
    assert done.answer["credits_spent"] == api.charged


def test_an_excel_file_comes_back_when_its_name_asks_for_one(
    terminal: Terminal, api: Api, people: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.xlsx"
    done = terminal.run("enrich", people, "--type", "partial", "--output", output, "--yes", **api.settings)
    assert done.code == 0, done.err
    book = load_workbook(output)
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    book.close()
    assert header == (*HEADER, *OUR_COLUMNS)
    assert [list(row[:4]) for row in rows] == invented_people(12)


def test_a_file_shaped_for_a_crm(terminal: Terminal, api: Api, people: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    done = terminal.run(
        "enrich",
        people,
        "--type",
        "partial",
        "--output",
        output,
        "--preset",
        "hubspot",
        "--yes",
        **api.settings,
    )
    assert done.code == 0, done.err
    header, rows = written_cells(output)
    assert "Email" in header
    assert header[:4] != list(HEADER)
    assert rows
