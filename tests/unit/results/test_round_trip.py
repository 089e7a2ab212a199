"""Each download opened again: CSV and Excel hold the same people, and no cell of either is alive."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cleanlist_core.domain import Outcome
from cleanlist_core.results.exporting import FileKind, export_csv, export_xlsx
from cleanlist_core.results.presets import PRESET_TITLES
from cleanlist_core.store.database import Database
from tests.unit.results.building import RUN, a_row, add_run, found_email, open_database

HEADER = ("First Name", "Last Name", "Company", "Work Phone", "Record ID", "Amount", "Notes")
FORMULAS = (
    '=HYPERLINK("https://pixel.example";"x")',
    "@SUM(1+1)",
    "+cmd|'/c calc'!A1",
    "-2+3+cmd|'x'!A1",
    "=1+1",
)
NOTES = (
    "Ærø\u202e, “quoted”",
    'two\nlines; "and" a comma,',
    "<b>bold</b>",
    "\u200b\u200d hidden",
    "x" * 5_000,
)
PHONE = "+14155550123"


def people() -> list[dict[str, object]]:
    names = ("Jörg", "Élodie", "Müller", "Łukasz", "李")
    rows = []
    for number, (name, formula, note) in enumerate(zip(names, FORMULAS, NOTES, strict=True)):
        cells = [name, formula, "Söhne & Co", "+49 30 901820", "000123456789012345", "-42.5", note]
        row = found_email(
            f"person{number}@harbor.example",
            first_name=name,
            last_name=formula,
            company_name="Söhne & Co",
            company_domain="harbor.example",
            phone=PHONE,
            phone_type="mobile",
            own_phone="+49 30 901820",
            cells=cells,
            linkedin_url="https://www.linkedin.com/in/someone",
            title=formula,
        )
        rows.append(row)
    return [*rows, a_row(Outcome.NOTHING, cells=["Nobody", *[""] * 6], first_name="Nobody", ask="partial")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[Database]:
    opened = open_database(folder)
    add_run(opened, people(), columns=HEADER, wanted="full")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def files(database: Database, folder: Path) -> dict[tuple[str, FileKind], Path]:
    made: dict[tuple[str, FileKind], Path] = {}
    for preset in PRESET_TITLES:
        made[preset, "csv"] = folder / f"{preset}_as_csv.csv"
        made[preset, "xlsx"] = folder / f"{preset}_as_excel.xlsx"
        export_csv(database, RUN, made[preset, "csv"], preset=preset)
        export_xlsx(database, RUN, made[preset, "xlsx"], preset=preset)
    return made


def cells_of(path: Path) -> list[list[str]]:
    """The cells of a workbook as text; a living formula fails the test at once."""
    (sheet,) = load_workbook(path).worksheets
    rows = list(sheet.iter_rows())
    assert not [cell.value for row in rows for cell in row if cell.data_type == "f"], path.name
    return [["" if cell.value is None else str(cell.value) for cell in row] for row in rows]


def lines_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def padded(rows: list[list[str]]) -> list[list[str]]:
    """Empty cells at the end of a line are kept by some and not by others."""
    return [[cell.replace("\r\n", "\n") for cell in row + [""] * (len(rows[0]) - len(row))] for row in rows]


@pytest.mark.parametrize("preset", PRESET_TITLES)
def test_csv_and_excel_hold_the_same_people_with_phones_and_accents_as_they_are(
    files: dict[tuple[str, FileKind], Path], preset: str
) -> None:
    excel, lines = cells_of(files[preset, "xlsx"]), lines_of(files[preset, "csv"])
    assert excel[0] == lines[0]
    assert len(excel) == len(lines) > len(FORMULAS)
    for in_excel, in_csv in zip(padded(excel), padded(lines), strict=True):
        assert [cell.removeprefix("'") for cell in in_csv] == in_excel
    values = {cell for row in excel for cell in row}
    assert any("Jörg" in value for value in values)
    assert PHONE in values
    assert not [cell for row in lines for cell in row if cell.startswith(("=", "@", "\t", "+c", "-2"))]
