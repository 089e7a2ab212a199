from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from cleanlist_core.domain import PASTED_ROWS, Outcome
from cleanlist_core.errors import RunError
from cleanlist_core.results import exporting, metrics, presets, sheets
from cleanlist_core.results.beside import TIDIED_COLUMNS
from cleanlist_core.store.database import Database
from tests.unit.results.building import RUN, a_row, add_run, found_email, open_database

AWKWARD = [
    ["007", "1e5", "NA", "null"],
    ["Ilse", "Várga–Łoś", "Søren & Co, Ltd", 'the "best"'],
    ["two\nlines", "car\r\nriage", " spaces ", "trailing,"],
    ["+14155550123", "-12.5", "+1 (415) 555-0123 x12", "--"],
    ["", "", "", "0"],
    ["'quoted", "株式会社", "🙂", "\u200bzero width"],
]


def read_csv(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def read_xlsx(data: bytes) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    (sheet,) = book.worksheets
    # Excel writes a control character as _x0007_ and reads it back; openpyxl leaves that to its caller.
    return [
        [cell if isinstance(cell, int) else unescape(cell or "") for cell in row]
        for row in sheet.iter_rows(values_only=True)
    ]


def test_every_original_cell_comes_back_in_a_csv(database: Database) -> None:
    columns = ("Name", "", "Name", "Größe, €")
    add_run(database, [a_row(cells=cells) for cells in AWKWARD], columns=columns)

    header, *rows = read_csv(exporting.export_bytes(database, RUN))

    assert tuple(header) == columns + sheets.OUR_COLUMNS
    assert [row[:4] for row in rows] == AWKWARD


@pytest.mark.parametrize(
    ("delimiter", "file_name", "apart"),
    [
        pytest.param(";", "people.csv", ";", id="semicolons"),
        pytest.param("\t", "people.tsv", ";", id="tabs"),
        pytest.param("\t", PASTED_ROWS, ",", id="pasted rows"),
        pytest.param("|", "people.txt", ",", id="bars"),
        pytest.param("", "people.xlsx", ",", id="a spreadsheet"),
    ],
)
def test_the_person_s_own_file_opens_in_the_spreadsheet_it_came_from_and_a_crm_gets_commas(
    database: Database, delimiter: str, file_name: str, apart: str
) -> None:
    rows = [found_email("ada@northgate.example", last_name="Varga"), a_row(Outcome.NOTHING)]
    add_run(database, rows, delimiter=delimiter, file_name=file_name)

    own = [exporting.export_bytes(database, RUN, preset=preset) for preset in ("everything", "not_found")]
    crm = exporting.export_bytes(database, RUN, preset="salesforce_contacts")

    assert all(f"First Name{apart}Last Name{apart}Company".encode() in data for data in own)
    assert b"First Name,Last Name,Account Name" in crm


def test_a_list_that_is_only_tidied_up_comes_back_with_its_values_in_plain_form(database: Database) -> None:
    plain = {
        "first_name": "Jürgen",
        "last_name": "Weiß",
        "company_name": "Solvane",
        "company_domain": "s.example",
    }
    tidied = a_row(Outcome.TIDIED, cells=["Dr. Jürgen Weiß"], linkedin_url="https://l.example/in/jw", **plain)
    again = a_row(Outcome.DUPLICATE, cells=["Weiß, Jürgen"], of=1, **plain)
    add_run(database, [tidied, again], columns=("Name",), wanted="none")

    header, *rows = read_csv(exporting.export_bytes(database, RUN))

    assert tuple(header) == ("Name", *sheets.OUR_COLUMNS, *TIDIED_COLUMNS)
    assert [row[0] for row in rows] == ["Dr. Jürgen Weiß", "Weiß, Jürgen"]
    assert rows[0][-5:] == ["Jürgen", "Weiß", "Solvane", "s.example", "https://l.example/in/jw"]
    assert rows[1][-5:] == ["Jürgen", "Weiß", "Solvane", "s.example", ""]


@pytest.mark.parametrize("preset", [presets.EVERYTHING, presets.DETAILS])
def test_a_spreadsheet_can_add_up_our_credits_and_all_else_stays_text(
    database: Database, preset: str
) -> None:
    columns = ("Id", "Cleanlist Credits", "Phone")
    found = found_email("ada@northgate.example", cells=["007", "12", "+14155550123"], credits=11)
    missed = a_row(Outcome.NOTHING, cells=["008", "", "0221 471100"])
    add_run(database, [found, missed], columns=columns)

    header, *rows = read_xlsx(exporting.export_bytes(database, RUN, "xlsx", preset=preset))

    place = header.index("Cleanlist Credits (2)")
    assert [row[place] for row in rows] == [11, 0]
    assert [row[:3] for row in rows] == [["007", "12", "+14155550123"], ["008", "", "0221 471100"]]
    assert all(isinstance(cell, str) for row in rows for cell in row[:place] + row[place + 1 :])


def test_the_rows_of_an_excel_file_lie_in_the_private_folder_while_it_is_made(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_run(database, [a_row(cells=cells) for cells in AWKWARD], columns=("a", "b", "c", "d"))
    folder, elsewhere = tmp_path / "downloads", tmp_path / "for all to read"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    watched: list[str] = []
    make_file = tempfile.mkstemp

    def watch(*args: Any, **kwargs: Any) -> tuple[int, str]:
        made = make_file(*args, **kwargs)
        watched.append(made[1])
        return made

    monkeypatch.setattr(tempfile, "mkstemp", watch)
    exporting.export_bytes(database, RUN, "xlsx", folder=folder)

    assert watched
    assert {Path(one).parent for one in watched} == {folder}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert list(folder.iterdir()) == list(elsewhere.iterdir()) == []


def test_every_original_cell_comes_back_in_an_excel_file(database: Database) -> None:
    columns = ("Name", "", "Name", "Größe, €")
    formulas = ["=1+1", "@cmd", "+cmd|' /C calc'!A0", "https://northgate.example"]
    add_run(database, [a_row(cells=cells) for cells in [*AWKWARD, formulas]], columns=columns)

    header, *rows = read_xlsx(exporting.export_bytes(database, RUN, "xlsx"))

    assert tuple(header) == columns + sheets.OUR_COLUMNS
    assert [row[:4] for row in rows] == [*AWKWARD, formulas]


def test_what_was_found_stands_beside_its_row_and_its_duplicate(database: Database) -> None:
    add_run(
        database,
        [
            found_email(
                "ada@northgate.example", phone="+14155550123", other_phones="+14155550124; +14155550125"
            ),
            a_row(Outcome.NEEDS_FIXING, reason="The company is missing."),
            a_row(
                Outcome.DUPLICATE,
                of=1,
                email="ada@northgate.example",
                email_status="a word nobody has seen",
                reason="Same.",
            ),
        ],
        columns=("Id",),
    )

    _, first, second, third = read_csv(exporting.export_bytes(database, RUN))

    assert first == [
        "Id 1", "ada@northgate.example", "Safe to send", "+14155550123", "+14155550124; +14155550125",
        "Found", "Email found.", "1", "2025-11-20",
    ]  # fmt: skip
    assert second == ["Id 2", "", "", "", "", "Needs fixing", "The company is missing.", "0", ""]
    assert third == ["Id 3", "ada@northgate.example", "Not verified", "", "", "Duplicate", "Same.", "0", ""]


def test_columns_of_an_earlier_export_are_kept_and_ours_are_numbered(database: Database) -> None:
    earlier = ("Name", "Cleanlist Email", "cleanlist phone", "Cleanlist Phone (2)")
    add_run(
        database,
        [found_email("new@northgate.example", cells=["A", "old@northgate.example", "1", "2"])],
        columns=earlier,
    )

    header, row = read_csv(exporting.export_bytes(database, RUN))

    assert tuple(header[:4]) == earlier
    assert header[4:7] == ["Cleanlist Email (2)", "Cleanlist Email Status", "Cleanlist Phone (3)"]
    assert row[1] == "old@northgate.example"
    assert row[4] == "new@northgate.example"


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param('=HYPERLINK("https://northgate.example","x")', id="a link"),
        pytest.param("@SUM(1)", id="an at sign"),
        pytest.param("\tx", id="a tab"),
        pytest.param("\rx", id="a carriage return"),
        pytest.param("+cmd|' /C calc'!A0", id="a program call"),
        pytest.param("-2+3+cmd|' /C calc'!A0", id="a sum that calls a program"),
        pytest.param("+A1", id="a cell reference"),
        pytest.param("-- please call", id="a remark behind dashes"),
    ],
)
def test_a_living_cell_is_made_harmless_and_counted(database: Database, cell: str) -> None:
    add_run(database, [a_row(cells=[cell, "x"])], columns=("Notes", "Name"))
    out, kept = io.BytesIO(), io.BytesIO()

    report = exporting.export_csv(database, RUN, out)
    exporting.export_csv(database, RUN, kept, formulas="keep")

    assert read_csv(out.getvalue())[1][:2] == ["'" + cell, "x"]
    assert report.neutralised == 1
    assert "(Notes)" in report.notes[0]
    assert read_csv(kept.getvalue())[1][0] == cell


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        pytest.param("x;=1+1", "x;'=1+1", id="behind a semicolon"),
        pytest.param("x\n=1+1\ny", "x\n'=1+1\ny", id="in a line of its own"),
        pytest.param('x;"=1+1"', 'x;"\'=1+1"', id="in quotation marks"),
        pytest.param("x\t +cmd|' /C calc'!A0", "x\t '+cmd|' /C calc'!A0", id="a program call behind a tab"),
        pytest.param("=1;@SUM(1)", "'=1;'@SUM(1)", id="at both places"),
        pytest.param("\t=1", "'\t'=1", id="behind a tab at the start"),
    ],
)
def test_what_would_live_where_other_spreadsheets_end_a_cell_is_made_harmless(
    database: Database, cell: str, written: str
) -> None:
    add_run(database, [a_row(cells=[cell])], columns=("Notes",))
    out = io.BytesIO()

    report = exporting.export_csv(database, RUN, out)

    assert read_csv(out.getvalue())[1][0] == written
    assert report.neutralised == 1


@pytest.mark.parametrize(
    "cell",
    [
        "Met twice:\n- at the fair (Rome)\n- by phone; likes us!",
        "a@x.example;b@x.example",
        "+14155550123",
        "+1 415-555-0123",
        "+44 (0)20 7946 0958 ext. 12",
        "-5",
        "+1,234.50",
        "-1e5",
        "-12%",
        "-",
        "--",
        "+14155550124; +14155550125 x3",
        "+",
    ],
)
def test_phones_numbers_and_dashes_are_left_alone(database: Database, cell: str) -> None:
    add_run(database, [a_row(cells=[cell])], columns=("Any",))
    out = io.BytesIO()

    report = exporting.export_csv(database, RUN, out)

    assert read_csv(out.getvalue())[1][0] == cell
    assert report.neutralised == 0
    assert report.notes == ()


def test_a_formula_in_an_answer_of_the_api_is_made_harmless(database: Database) -> None:
    add_run(database, [found_email("=cmd()", reason="@x")], columns=("Id",))

    row = read_csv(exporting.export_bytes(database, RUN))[1]

    assert (row[1], row[6]) == ("'=cmd()", "'@x")


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), width=st.integers(1, 4))
def test_any_file_survives_a_csv_export(data: st.DataObject, width: int) -> None:
    row = st.lists(cells, min_size=width, max_size=width)
    columns, rows = data.draw(row), data.draw(st.lists(row, max_size=6))
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder))
        add_run(database, [a_row(cells=one) for one in rows], columns=columns)
        out = io.BytesIO()
        report = exporting.export_csv(database, RUN, out, formulas="keep")
        database.close()

    read = read_csv(out.getvalue())
    assert [line[:width] for line in read] == [columns, *rows]
    assert report.rows == len(rows)


@pytest.mark.parametrize(("choice", "expected"), [("all", 4), ("found", 3), ("safe", 1)])
def test_rows_can_be_chosen_by_what_was_found(
    database: Database, choice: presets.RowChoice, expected: int
) -> None:
    rows = [found_email("a@northgate.example"), found_email("b@northgate.example", status="risky")]
    add_run(database, [*rows, a_row(phone="+14155550123"), a_row(Outcome.NOTHING)])

    assert len(read_csv(exporting.export_bytes(database, RUN, rows=choice))) == expected + 1


def test_the_totals_are_those_of_the_file(database: Database) -> None:
    outcomes = list(Outcome) * 3
    add_run(database, [a_row(outcome, credits=n % 12) for n, outcome in enumerate(outcomes)])

    header, *rows = read_csv(exporting.export_bytes(database, RUN))

    totals = metrics.run_totals(database, RUN)
    results = [row[header.index("Cleanlist Result")] for row in rows]
    assert len(rows) == totals.uploaded
    assert results.count("Needs fixing") == totals.needs_fixing
    assert results.count("Found") == totals.found
    assert sum(int(row[header.index("Cleanlist Credits")]) for row in rows) == totals.credits_spent


def test_many_chunks_make_one_file(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "chunk_size", lambda _width: 3)
    add_run(database, [a_row(cells=[str(number)]) for number in range(10)], columns=("N",))

    rows = read_csv(exporting.export_bytes(database, RUN))[1:]

    assert [row[0] for row in rows] == [str(number) for number in range(10)]


def test_a_list_without_rows_gives_a_header(database: Database) -> None:
    add_run(database, [])

    assert len(read_csv(exporting.export_bytes(database, RUN))) == 1
    assert len(read_xlsx(exporting.export_bytes(database, RUN, "xlsx"))) == 1


def test_control_characters_do_not_break_an_excel_file(database: Database) -> None:
    add_run(database, [a_row(cells=["bell\x07", "\ufffe", "_x0041_"])], columns=("A", "B", "C"))
    out = io.BytesIO()

    report = exporting.export_xlsx(database, RUN, out)

    row = read_xlsx(out.getvalue())[1]
    assert row[:3] == ["bell\x07", "\ufffd", "_x0041_"]
    assert "1 cell has a character that Excel cannot hold" in report.notes[0]


def test_a_cell_too_long_for_excel_is_cut_and_said_so(database: Database) -> None:
    add_run(database, [a_row(cells=["x" * 40_000, "🙂" * 20_000])], columns=("A", "B"))
    out = io.BytesIO()

    report = exporting.export_xlsx(database, RUN, out)

    row = read_xlsx(out.getvalue())[1]
    assert (row[0], row[1]) == ("x" * 32_767, "🙂" * 16_383)
    assert report.notes[0].startswith("2 cells are longer than Excel allows")


def test_phones_and_ids_stay_text_when_someone_types_into_them(database: Database) -> None:
    add_run(
        database, [found_email("a@northgate.example", phone="+14155550123")], columns=("Record ID", "Name")
    )

    (sheet,) = openpyxl.load_workbook(io.BytesIO(exporting.export_bytes(database, RUN, "xlsx"))).worksheets

    formats = {sheet.cell(1, place).value: sheet.cell(2, place).number_format for place in range(1, 7)}
    assert formats["Record ID"] == formats["Cleanlist Phone"] == "@"
    assert formats["Name"] == "General"
    assert sheet.cell(2, 5).data_type == "s"


def test_a_list_too_long_for_excel_is_refused_before_anything_is_written(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleanlist_core.results.xlsx_files.MAX_ROWS", 3)
    add_run(database, [a_row()] * 3)

    with pytest.raises(RunError, match="at most 2 rows") as refusal:
        exporting.export_xlsx(database, RUN, tmp_path / "out.xlsx")

    assert refusal.value.code == "too_big_for_xlsx"
    assert not (tmp_path / "out.xlsx").exists()


def test_a_file_is_replaced_only_by_a_whole_one(database: Database, tmp_path: Path) -> None:
    add_run(database, [a_row()])
    target = tmp_path / "out.csv"
    target.write_text("before")

    with pytest.raises(RunError):
        exporting.export_csv(database, "nobody", target)
    assert target.read_text() == "before"

    exporting.export_csv(database, RUN, target)
    assert len(read_csv(target.read_bytes())) == 2
    assert [one.name for one in tmp_path.iterdir() if "out" in one.name] == ["out.csv"]


def test_a_folder_that_is_not_there_is_said_in_plain_words(database: Database, tmp_path: Path) -> None:
    add_run(database, [a_row()])

    with pytest.raises(RunError, match="could not be written") as refusal:
        exporting.export_csv(database, RUN, tmp_path / "nowhere" / "out.csv")
    assert refusal.value.code == "cannot_write"


def test_a_deleted_list_has_no_file(database: Database) -> None:
    add_run(database, [a_row()], deleted_at=1.0)

    with pytest.raises(RunError, match="was deleted") as refusal:
        exporting.export_bytes(database, RUN)
    assert refusal.value.code == "list_deleted"


@pytest.mark.parametrize(
    ("list_name", "expected"),
    [
        ("Spring webinar.csv", "Spring webinar-salesforce-leads-2.csv"),
        ("a/b\\c:d*e?", "a b c d e-salesforce-leads-2.csv"),
        ("../../etc/passwd", "etc passwd-salesforce-leads-2.csv"),
        ("Größe 2026", "Größe 2026-salesforce-leads-2.csv"),
        ("CON", "list CON-salesforce-leads-2.csv"),
        ("  ", "list-salesforce-leads-2.csv"),
        ("ab\u202ecd\n", "ab cd-salesforce-leads-2.csv"),
    ],
)
def test_a_file_name_is_safe_everywhere(list_name: str, expected: str) -> None:
    assert exporting.file_name(list_name, "salesforce_leads", 2, "csv") == expected


def test_a_file_name_is_short_enough_for_any_disk() -> None:
    name = exporting.file_name("株" * 400, "everything", 0, "xlsx")

    assert name == "株" * 40 + "-everything.xlsx"
