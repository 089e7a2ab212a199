"""Sheets of every shape become text, and none takes more memory than its cells are worth."""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.reading import Limits, Reading, ReadTable, read_table

ODS_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)

DATA = Path(__file__).parents[2] / "data"


def rows(table: ReadTable) -> list[list[str]]:
    columns = [column.to_pylist() for column in table.cells.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def xlsx(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def ods(**sheets: str) -> bytes:
    """sheets: name → rows as the format writes them."""
    tables = "".join(
        f'<table:table table:name="{name}">{content}</table:table>' for name, content in sheets.items()
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {ODS_NAMES}><office:body><office:spreadsheet>"
            f"{tables}</office:spreadsheet></office:body></office:document-content>",
        )
    return file.getvalue()


def ods_row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def ods_cell(text: str, times: int = 1) -> str:
    repeated = f'table:number-columns-repeated="{times}"'
    if not text:
        return f"<table:table-cell {repeated}/>"
    return (
        f'<table:table-cell office:value-type="string" {repeated}><text:p>{text}</text:p></table:table-cell>'
    )


PEOPLE = ods_row(ods_cell("First Name"), ods_cell("Last Name"), ods_cell("Company")) + ods_row(
    ods_cell("Jane"), ods_cell("Doe"), ods_cell("Acme")
)


@pytest.mark.parametrize("place", ["XFD1048576", "DE1048576", "XFD2", "ALL900000"])
def test_a_cell_far_away_is_left_out(place: str) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        for cells in (["First Name", "Last Name"], ["Jane", "Doe"], ["John", "Roe"]):
            book.active.append(cells)
        book.active[place] = "stray"

    table = read_table(xlsx(fill), "people.xlsx")
    assert rows(table) == [["Jane", "Doe"], ["John", "Roe"]]
    assert [note.text for note in table.notes] == ["Left out 1 cell far away from the table."]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@pytest.mark.parametrize("missing", ["memfd_create", None], ids=["without files in memory", "with them"])
def test_a_sheet_is_read_alike_on_systems(
    kind: str, missing: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing:
        monkeypatch.delattr(os, missing, raising=False)

    def fill(book: openpyxl.Workbook) -> None:
        book.active.append(["First Name", "Last Name", "Company"])
        book.active.append(["Jane", "Doe", "Acme"])

    table = read_table(xlsx(fill) if kind == "xlsx" else ods(People=PEOPLE), f"people.{kind}")
    assert rows(table) == [["Jane", "Doe", "Acme"]]


def with_row(row: str, *, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A small sheet with one more row at its end. part: where the workbook keeps the sheet."""
    file = io.BytesIO()
    usual = "xl/worksheets/sheet1.xml"
    with (
        zipfile.ZipFile(
            io.BytesIO(xlsx(lambda book: book.active.append(["First Name", "Last Name"])))
        ) as made,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in made.namelist():
            content = made.read(name).decode().replace("</sheetData>", f"{row}</sheetData>")
            content = content.replace(usual, part)
            archive.writestr(part if name == usual else name, content)
    return file.getvalue()


FAR = 't="inlineStr"><is><t>x</t></is></c></row>'


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(f'<row r="1048576"><c r="xfd1048576" {FAR}', id="in small letters"),
        pytest.param(f"<row r='1048576'><c r='XFD1048576' {FAR}", id="between apostrophes"),
        pytest.param(f'<row r="1048576"><c r = "XFD1048576" {FAR}', id="with spaces around the equals sign"),
        pytest.param(f'<row r="1048576"><c\tr="XFD1048576" {FAR}', id="behind a tab"),
        pytest.param(
            f'<row r="1048576"><c s=">" r="XFD1048576" {FAR}', id="behind a bracket that closes nothing"
        ),
        pytest.param(
            f'<row r="1048576"><c r="&#88;FD1048576" {FAR}', id="with a letter written as its number"
        ),
        pytest.param(
            f'<row r="1048576"><x:c r="XFD1048576" {FAR}'.replace("</c>", "</x:c>").replace(
                "<row", '<row xmlns:x="urn:x"'
            ),
            id="under another prefix",
        ),
        pytest.param(
            '<row r="1048576">' + "<c><v>1</v></c>" * 16_000 + "</row>",
            id="in a far row, its cells without places",
        ),
    ],
)
def test_a_far_cell_is_noticed_however_it_is_written(row: str) -> None:
    with pytest.raises(IntakeError) as caught:
        read_table(with_row(row), "people.xlsx")
    assert caught.value.code == "spreadsheet_too_sparse"


def test_a_far_cell_past_the_end_of_any_sheet_is_left_out() -> None:
    data = with_row(f'<row r="2"><c r="A2" {FAR}<row r="9"><c r="AAAAA99999999" {FAR}')
    assert rows(read_table(data, "people.xlsx")) == [["x", ""]]


@pytest.mark.parametrize("part", ["xl/people.xml", "xl/_rels/people.rels", "xl/worksheets/deeper/people.xml"])
def test_a_far_cell_is_noticed_wherever_the_sheet_is_kept(part: str) -> None:
    data = with_row(f'<row r="2"><c r="A2" {FAR}<row r="1048576"><c r="XFD1048576" {FAR}', part=part)
    with contextlib.suppress(IntakeError):
        assert rows(read_table(data, "people.xlsx")) == [["x", ""]]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param('<row r="2"><c t="inlineStr"><is><t>Jane</t></is></c></row>', id="without its place"),
        pytest.param("<row r='2'><c r='A2' t='inlineStr'><is><t>Jane</t></is></c></row>", id="apostrophes"),
        pytest.param('<row r="2"><c t="inlineStr" r="A2"><is><t>Jane</t></is></c></row>', id="place last"),
    ],
)
def test_cells_in_an_unusual_form_are_read(row: str) -> None:
    assert rows(read_table(with_row(row), "people.xlsx")) == [["Jane", ""]]


def test_cells_scattered_all_over_are_refused() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        for step in range(1, 1_000):
            book.active.cell(step * 900, (step * 90) % 16_000 + 1, "x")

    with pytest.raises(IntakeError, match="scattered") as caught:
        read_table(xlsx(fill), "people.xlsx")
    assert caught.value.code == "spreadsheet_too_sparse"


def test_a_wide_gap_inside_a_table_is_kept() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        for cells in (["First Name", "Last Name"], ["Jane", "Doe"]):
            book.active.append(cells)
        book.active.cell(5_000, 1, "John")
        book.active.cell(5_000, 2, "Roe")

    assert rows(read_table(xlsx(fill), "people.xlsx")) == [["Jane", "Doe"], ["John", "Roe"]]


@pytest.mark.parametrize(
    ("content", "limits"),
    [
        pytest.param(b" " * 30_000_000, Limits(), id="swells three hundred times"),
        pytest.param(b"ab12" * 1_000, Limits(max_unpacked_bytes=2_000), id="more than may be unpacked"),
    ],
)
def test_an_archive_made_to_swell_is_refused(content: bytes, limits: Limits) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", content)
    with pytest.raises(IntakeError, match="othing was stored or sent") as caught:
        read_table(file.getvalue(), "people.xlsx", limits=limits)
    assert caught.value.code == "spreadsheet_too_large"


def test_an_ods_sheet_is_read() -> None:
    table = read_table(ods(People=PEOPLE), "people.ods")
    assert (table.columns, rows(table)) == (("First Name", "Last Name", "Company"), [["Jane", "Doe", "Acme"]])


def test_the_empty_rest_of_an_ods_sheet_costs_nothing() -> None:
    rest = ods_row(ods_cell("", times=16_384), times=1_048_574)
    assert rows(read_table(ods(People=PEOPLE + rest), "people.ods")) == [["Jane", "Doe", "Acme"]]


def test_repeated_cells_of_an_ods_sheet_are_repeated() -> None:
    table = read_table(ods(People=PEOPLE + ods_row(ods_cell("Same", times=3), times=2)), "people.ods")
    assert rows(table)[1:] == [["Same"] * 3] * 2


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            PEOPLE
            + ods_row(ods_cell("", times=16_384), times=1_048_573)
            + ods_row(ods_cell("", times=16_383), ods_cell("x")),
            id="a cell in the last corner",
        ),
        pytest.param(
            ods_row(ods_cell("x", times=16_384), times=1_048_576), id="one cell repeated everywhere"
        ),
        pytest.param(
            ods_row(ods_cell("x", times=16_384), times=1_048_576).replace('"', "'"), id="between apostrophes"
        ),
    ],
)
def test_an_ods_sheet_that_would_take_all_memory_is_refused(content: str) -> None:
    with pytest.raises(IntakeError) as caught:
        read_table(ods(People=content), "people.ods")
    assert caught.value.code == "spreadsheet_too_sparse"


def test_the_ods_sheet_with_the_people_is_read_unless_another_is_chosen() -> None:
    notes = "".join(ods_row(ods_cell(f"note {number}")) for number in range(9))
    data = ods(Notes=notes, People=PEOPLE)
    assert read_table(data, "people.ods").sheet == "People"
    assert read_table(data, "people.ods", reading=Reading(sheet="Notes")).sheet == "Notes"


def test_a_sheet_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(IntakeError, match="Choose one of: People") as caught:
        read_table(ods(People=PEOPLE), "people.ods", reading=Reading(sheet="Persons"))
    assert caught.value.code == "unknown_sheet"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(max_rows=1), "too_many_rows"),
        (Limits(max_columns=2), "too_many_columns"),
        (Limits(max_cell_chars=3), "cell_too_long"),
    ],
)
def test_limits_hold_for_sheets(limits: Limits, code: str) -> None:
    data = ods(People=PEOPLE + ods_row(ods_cell("John"), ods_cell("Roe"), ods_cell("Beta")))
    with pytest.raises(IntakeError) as caught:
        read_table(data, "people.ods", limits=limits)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "yes", "no"), [("fair_2003.xls", "TRUE", "FALSE"), ("fair_2003.ods", "1", "0")]
)
def test_an_old_workbook_is_read_as_people_see_it(name: str, yes: str, no: str) -> None:
    table = read_table((DATA / name).read_bytes(), name)
    assert (table.sheet, table.header_row, table.sheets) == ("Leads", 5, ("Read me", "Leads"))
    assert table.lines.to_pylist() == [6, 7, 9]
    assert [note.code for note in table.notes] == ["sheet", "notes_above", "blank_rows"]
    moment = "2024-03-12 14:30:00"
    # A number is read as it is stored: that this zip shows as 00071 is only said by its cell's format.
    assert rows(table) == [
        ["Mara", "Quill", "Northlantern", "14155550101", "71", "00712", "0.75", "2024-03-12", moment, yes],
        ["Jörg", "Żak", "Tidewick", "+1 415-555-0102", "00072", "713", "1", "1999-12-31", "", no],
        [
            "Ilse",
            "Varga",
            "Bluewharf",
            "4155550103.5",
            "1e+20",
            "=1+1",
            "1e-07",
            "12 Mar 2024",
            "09:05:00",
            "",
        ],
    ]


@pytest.mark.parametrize("name", ["fair_2003.xls", "fair_2003.ods"])
@pytest.mark.parametrize(
    ("reading", "first"),
    [
        pytest.param(Reading(sheet="Read me", header_line=2), "Questions: Jon", id="another sheet"),
        pytest.param(Reading(header_line=6), "Jörg", id="another header"),
        pytest.param(Reading(keep_above=True), "Fair leads", id="with the notes above"),
    ],
)
def test_an_old_workbook_is_read_another_way(name: str, reading: Reading, first: str) -> None:
    assert rows(read_table((DATA / name).read_bytes(), name, reading=reading))[0][0] == first


@pytest.mark.parametrize("length", [200, 1_000, 3_000, 5_000])
def test_half_an_old_workbook_is_told_to_be_broken(length: int) -> None:
    with pytest.raises(IntakeError) as caught:
        read_table((DATA / "fair_2003.xls").read_bytes()[:length], "fair.xls")
    assert caught.value.code in ("spreadsheet_broken", "file_binary")
