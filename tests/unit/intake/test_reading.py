"""Files of every kind become text, or are refused with a sentence that helps."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.reading import Limits, Reading, ReadTable, read_table

HEADER = "First Name,Last Name,Company"


def read(content: str | bytes, **options: object) -> ReadTable:
    data = content.encode() if isinstance(content, str) else content
    return read_table(data, "people.csv", **options)  # type: ignore[arg-type]


def rows(table: ReadTable) -> list[list[str]]:
    columns = [column.to_pylist() for column in table.cells.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def codes(table: ReadTable) -> list[str]:
    return [note.code for note in table.notes]


def sheet(*tables: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, content in tables:
        page = book.create_sheet(title)
        for row in content:
            page.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, line_end: str) -> None:
    lines = [HEADER.replace(",", delimiter), delimiter.join(("Jane", "Doe", "Acme")), ""]
    table = read(line_end.join(lines))
    assert table.delimiter == delimiter
    assert rows(table) == [["Jane", "Doe", "Acme"]]
    assert table.lines.to_pylist() == [2]


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("cp1252", "windows-1252"),
    ],
)
def test_encodings(codec: str, name: str) -> None:
    text = (
        "Vorname;Nachname;Firma\r\nJörg;Müllerheim;Größe & Söhne\r\nKäthe;Weiß;Österreichische Bäckerei\r\n"
    )
    table = read(text.encode(codec))
    assert table.encoding == name
    assert table.columns == ("Vorname", "Nachname", "Firma")
    assert rows(table)[0] == ["Jörg", "Müllerheim", "Größe & Söhne"]


def test_lines_of_several_encodings_are_each_read_in_their_own() -> None:
    lines = ["Vorname;Nachname;Firma", "Jörg;Müllerheim;Größe", "Käthe;Weiß;Bäckerei", "José;Núñez;Peña"]
    data = b"\r\n".join(
        line.encode(codec) for line, codec in zip(lines, ["ascii", "cp1252", "cp1252", "utf-8"], strict=True)
    )
    table = read(data)
    assert [";".join(row) for row in rows(table)] == lines[1:]
    assert (table.encoding, codes(table)) == ("windows-1252", ["encodings_mixed"])


def test_zero_bytes_in_a_text_are_no_part_of_it() -> None:
    table = read(f"{HEADER}\nJa\0ne,Doe,Acme\n" + "John,Roe,Acme\n" * 30)
    assert rows(table)[0] == ["Jane", "Doe", "Acme"]
    assert codes(table) == ["zero_bytes"]


def test_zoom_writes_several_tables_and_only_the_people_are_read() -> None:
    table = read(
        "Attendee Report\nReport Generated:,01/02/2026\nTopic,Webinar ID\nSpring fair,123\n"
        "Host Details,\nAttended,User Name\nYes,Jane Host\nAttendee Details,\n"
        "Attended,User Name (Original Name),First Name,Last Name,Email\n"
        "Yes,Jane Doe,Jane,Doe,jane@acme.example\nNo,--,John,Roe,john@acme.example\n"
    )
    assert (table.header_row, len(rows(table))) == (9, 2)


def test_cells_survive_exactly() -> None:
    values = ["007", "1e5", "NA", "Null", "  spaces  ", "1.0", "TRUE", "2024-01-02", "-0", "'+1"]
    table = read("\n".join([HEADER, *(f"{value},Doe,Acme" for value in values)]))
    assert [row[0] for row in rows(table)] == values


def test_quoted_cells_hold_delimiters_quotes_and_line_breaks() -> None:
    table = read(f'{HEADER}\r\n"Ja,ne","say ""hi""","two\r\nlines"\r\nJohn,Roe,Acme\r\n')
    assert rows(table) == [["Ja,ne", 'say "hi"', "two\r\nlines"], ["John", "Roe", "Acme"]]
    assert table.lines.to_pylist() == [2, 4]


def test_ragged_rows_are_kept() -> None:
    table = read(f"{HEADER}\nJane,Doe\nJohn,Roe,Acme,extra,\nJim,Poe,Acme,,,\n")
    assert table.columns == ("First Name", "Last Name", "Company", "")
    assert rows(table) == [
        ["Jane", "Doe", "", ""],
        ["John", "Roe", "Acme", "extra"],
        ["Jim", "Poe", "Acme", ""],
    ]


def test_blank_rows_are_left_out_and_counted() -> None:
    table = read(f"{HEADER}\n\nJane,Doe,Acme\n,,\n  ,\t,\nJohn,Roe,Acme\n\n")
    assert [row[0] for row in rows(table)] == ["Jane", "John"]
    assert table.lines.to_pylist() == [3, 6]
    assert next(note.text for note in table.notes if note.code == "blank_rows") == "Left out 4 empty rows."


def test_repeated_and_blank_headers_are_kept_as_written() -> None:
    table = read("First Name,Last Name, Email ,Email,,Company\nJane,Doe,a@b.example,c@d.example,x,Acme\n")
    assert table.columns == ("First Name", "Last Name", " Email ", "Email", "", "Company")


def test_a_told_separator_is_obeyed() -> None:
    table = read(f"sep=;\r\n{HEADER.replace(',', ';')}\r\nJane;Doe;Acme, Inc\r\n")
    assert (table.delimiter, table.header_row, table.lines.to_pylist()) == (";", 2, [3])


def test_notes_above_the_header_are_skipped_and_said() -> None:
    table = read(f"My export,,\nmade in spring,,\n\n{HEADER}\nJane,Doe,Acme\n")
    assert table.header_row == 4
    assert table.notes[0].text == "Skipped 2 lines of notes above the table."


def test_a_file_without_header_gets_numbered_columns() -> None:
    table = read("Jane,Doe,jane@acme.example\nJohn,Roe,john@acme.example\n")
    assert table.columns == ("Column 1", "Column 2", "Column 3")
    assert (table.header_row, codes(table), len(rows(table))) == (0, ["no_header"], 2)


def test_a_quote_nobody_closed_swallows_nothing() -> None:
    lines = [HEADER, 'Jane,"Doe,Acme', *(f"John{number},Roe,Acme" for number in range(500))]
    table = read("\n".join(lines))
    assert table.cells.num_rows == 501
    assert rows(table)[0] == ["Jane", '"Doe', "Acme"]
    assert codes(table) == ["stray_quotes"]
    assert "line 2" in table.notes[0].text


def test_a_stray_quote_before_a_quoted_cell_swallows_nothing() -> None:
    table = read(f'{HEADER}\nJane,"Doe,Acme\nJohn,Roe,"Acme, Inc"\nJim,Poe,Acme\n')
    assert [row[0] for row in rows(table)] == ["Jane", "John", "Jim"]
    assert rows(table)[1][2] == "Acme, Inc"


def test_the_checksum_is_of_the_bytes() -> None:
    data = f"{HEADER}\nJane,Doe,Acme\n".encode()
    assert read(data).checksum == hashlib.sha256(data).hexdigest()


def test_the_sheet_with_the_people_is_read() -> None:
    data = sheet(
        ("Read me", [["How to use"], ["this"], ["file"], ["and"], ["more"]]),
        ("People", [[], ["Spring fair"], ["First Name", "Last Name", "Zip"], ["Jane", "Doe", "007"]]),
    )
    table = read(data)
    assert (table.sheet, table.header_row, table.delimiter) == ("People", 3, "")
    assert rows(table) == [["Jane", "Doe", "007"]]
    assert "Read me" in table.notes[0].text
    assert read(data, reading=Reading(sheet="Read me")).sheet == "Read me"


def test_sheet_values_become_text() -> None:
    when = dt.datetime(2024, 3, 12, 9, 30, tzinfo=None)  # noqa: DTZ001  # sheets know no time zones
    data = sheet(
        (
            "P",
            [
                ["First Name", "Last Name", "a", "b", "c", "d"],
                ["Jane", "Doe", 7, 1.5, dt.date(2024, 3, 12), when],
            ],
        )
    )
    assert rows(read(data))[0] == ["Jane", "Doe", "7", "1.5", "2024-03-12", "2024-03-12 09:30:00"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "file_empty", id="nothing"),
        pytest.param(b" \r\n\r\n", "file_empty", id="only blank lines"),
        pytest.param(b"\xef\xbb\xbf", "file_empty", id="only a byte order mark"),
        pytest.param(b"%PDF-1.7\n...", "file_binary", id="a PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", "file_binary", id="a picture"),
        pytest.param(b"\x1f\x8b\x08\x00", "file_binary", id="a compressed file"),
        pytest.param(bytes(range(256)) * 20, "file_binary", id="bytes without sense"),
        pytest.param(b"PK\x03\x04 broken", "spreadsheet_broken", id="half a spreadsheet"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "spreadsheet_broken", id="half an old one"
        ),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "spreadsheet_encrypted",
            id="a password",
        ),
        pytest.param(sheet(("Empty", [])), "no_table", id="an empty sheet"),
        pytest.param(f"{HEADER}\n".encode(), "no_rows", id="a header without rows"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(IntakeError) as caught:
        read(data)
    assert caught.value.code == code
    assert "othing was stored or sent" in caught.value.message


def test_a_zip_of_files_is_no_table() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("people.csv", HEADER)
    with pytest.raises(IntakeError, match="Unpack it first"):
        read(file.getvalue())


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(max_bytes=10), "file_too_large"),
        (Limits(max_rows=2), "too_many_rows"),
        (Limits(max_columns=2), "too_many_columns"),
        (Limits(max_cell_chars=3), "cell_too_long"),
    ],
)
@pytest.mark.parametrize("ragged", ["", "Jim,Poe\n"], ids=["clean file", "ragged file"])
def test_declared_limits(limits: Limits, code: str, ragged: str) -> None:
    content = f"{HEADER}\nJane,Doe,Acme\nJohn,Roe,Acme\n{ragged}Joan,Moe,Acme\n"
    with pytest.raises(IntakeError) as caught:
        read(content, limits=limits)
    assert caught.value.code == code


GOOD_FILES = (
    f'{HEADER}\nJane,"Doe",Acme\n'.encode(),
    f"{HEADER}\r\nJane,Doe,Acme\r\n".encode("utf-16"),
    sheet(("P", [["First Name", "Last Name"], ["Jane", "Doe"]])),
)
CHANGES = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(GOOD_FILES), CHANGES, st.integers(0, 10_000))
def test_any_bytes_end_in_a_table_or_a_sentence(
    good: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(good)
    for place, value in changes:
        data[place % len(data)] = value
    with contextlib.suppress(IntakeError):
        assert read(bytes(data[: 1 + cut % len(data)])).cells.num_rows


@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=1, max_size=200))
def test_nonsense_ends_in_a_table_or_a_sentence(data: bytes) -> None:
    with contextlib.suppress(IntakeError):
        assert read(data).cells.num_rows


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "header", [["First Name", "Last Name", "Email", "Notes"], []], ids=["with column names", "without"]
)
def test_cells_copied_from_a_spreadsheet_are_read_as_they_stood_there(
    header: list[str], line_end: str
) -> None:
    lines = [
        ["Mara", "Quill", "mara@tidewick.example", '"Met in Graz.\nSaid ""yes"", twice"'],
        ["Ilse", "Varga", "ilse@tidewick.example", 'a 3" pipe'],
        ["Jon", "Haugen", "", ""],
    ]
    pasted = line_end.join("\t".join(cells) for cells in [header, *lines] if cells) + line_end
    table = read(pasted)
    assert table.delimiter == "\t"
    assert table.columns == tuple(header or ["Column 1", "Column 2", "Column 3", "Column 4"])
    lines[0][3] = 'Met in Graz.\nSaid "yes", twice'
    assert rows(table) == lines
