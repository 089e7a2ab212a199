"""Each download opened again, also by LibreOffice: the same people in all, and no cell of any is alive."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cleanlist_core.domain import Outcome
from cleanlist_core.intake.reading import read_table
from cleanlist_core.results.exporting import FileKind, export_csv, export_xlsx
from cleanlist_core.results.presets import DETAILS, EVERYTHING, PRESET_TITLES
from cleanlist_core.store.database import Database
from tests.office import AS_OFFERED, AS_TEXT, BY_SEMICOLONS, saved_by_office
from tests.unit.results.building import RUN, a_row, add_run, found_email, open_database

HEADER = ("First Name", "Last Name", "Company", "Work Phone", "Record ID", "Amount", "Zip", "Size", "Notes")
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
    "\u200b\u200d hidden;=1+1",
    "x" * 5_000,
)
LIKE_NUMBERS = ("11-50", "1E5", "TRUE", "1/2", "NAN")
PHONE = "+14155550123"
RECORD_ID = "000123456789012345"


OPENED_CARELESSLY = (EVERYTHING, DETAILS, "hubspot", "google")


def people() -> list[dict[str, object]]:
    names = ("Jörg", "Élodie", "Müller", "Łukasz", "李")
    rows = []
    for number, (name, formula, size, note) in enumerate(
        zip(names, FORMULAS, LIKE_NUMBERS, NOTES, strict=True)
    ):
        cells = [name, formula, "Söhne & Co", "+49 30 901820", RECORD_ID, "-42.5", "00501", size, note]
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
    return [*rows, a_row(Outcome.NOTHING, cells=["Nobody", *[""] * 8], first_name="Nobody", ask="partial")]


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
        assert [cell.removeprefix("'").replace(";'=", ";=") for cell in in_csv] == in_excel
    values = {cell for row in excel for cell in row}
    assert any("Jörg" in value for value in values)
    assert PHONE in values
    assert not [cell for row in lines for cell in row if cell.startswith(("=", "@", "\t", "+c", "-2"))]


@pytest.fixture(scope="module")
def saved(files: dict[tuple[str, FileKind], Path], folder: Path) -> dict[tuple[str, str], Path]:
    """Each file as LibreOffice saved it, by preset and by how it was opened."""
    ways: dict[str, tuple[FileKind, str, Iterable[str]]] = {
        "xlsx": ("xlsx", "", PRESET_TITLES),
        "as text": ("csv", AS_TEXT, PRESET_TITLES),
        "as offered": ("csv", AS_OFFERED, OPENED_CARELESSLY),
        "by semicolons": ("csv", BY_SEMICOLONS, OPENED_CARELESSLY),
    }
    made: dict[tuple[str, str], Path] = {}
    for way, (kind, how, presets) in ways.items():
        place = folder / f"saved {way}"
        place.mkdir()
        opened = [files[preset, kind] for preset in presets]
        paths = saved_by_office(opened, place, profile=folder / "profile", how=how)
        made |= {(preset, way): path for preset, path in zip(presets, paths, strict=True)}
    return made


@pytest.mark.office
@pytest.mark.parametrize("preset", PRESET_TITLES)
def test_libreoffice_keeps_every_cell_of_an_excel_file_as_it_is(
    saved: dict[tuple[str, str], Path], files: dict[tuple[str, FileKind], Path], preset: str
) -> None:
    assert padded(cells_of(saved[preset, "xlsx"])) == padded(cells_of(files[preset, "xlsx"]))


@pytest.mark.office
@pytest.mark.parametrize("preset", PRESET_TITLES)
def test_libreoffice_keeps_every_cell_of_a_csv_file_that_is_opened_as_text(
    saved: dict[tuple[str, str], Path], files: dict[tuple[str, FileKind], Path], preset: str
) -> None:
    assert padded(cells_of(saved[preset, "as text"])) == padded(lines_of(files[preset, "csv"]))


@pytest.mark.office
@pytest.mark.parametrize("preset", OPENED_CARELESSLY)
def test_a_csv_file_opened_in_libreoffice_as_offered_keeps_its_rows_columns_and_texts(
    saved: dict[tuple[str, str], Path], files: dict[tuple[str, FileKind], Path], preset: str
) -> None:
    """What looks like a number becomes one there, as the screen says beside the button."""
    opened, written = padded(cells_of(saved[preset, "as offered"])), padded(lines_of(files[preset, "csv"]))
    assert [len(row) for row in opened] == [len(row) for row in written]
    assert [texts_of(row) for row in opened] == [texts_of(row) for row in written]


def texts_of(row: list[str]) -> list[str]:
    return [
        cell for cell in row if any(letter.isalpha() for letter in cell) and cell.upper() not in LIKE_NUMBERS
    ]


@pytest.mark.office
@pytest.mark.parametrize("preset", OPENED_CARELESSLY)
def test_nothing_lives_in_a_csv_file_that_libreoffice_opens_by_semicolons(
    saved: dict[tuple[str, str], Path], preset: str
) -> None:
    """As everywhere where the comma is for decimals; that no formula lives is asked with each reading."""
    assert any("Jörg" in cell for row in cells_of(saved[preset, "by semicolons"]) for cell in row)


@pytest.mark.office
def test_a_file_saved_by_libreoffice_can_be_uploaded_again_as_it_was(
    saved: dict[tuple[str, str], Path], files: dict[tuple[str, FileKind], Path]
) -> None:
    paths = saved[EVERYTHING, "xlsx"], files[EVERYTHING, "xlsx"]
    again, before = (read_table(path.read_bytes(), path.name) for path in paths)
    assert again.columns == before.columns
    assert again.cells.to_pydict() == before.cells.to_pydict()
