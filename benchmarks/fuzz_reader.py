"""A coverage-guided fuzzer on the way of a file: bytes, table, columns, plain form, check.

    python -m venv fuzzing && fuzzing/bin/pip install -r requirements.txt atheris
    fuzzing/bin/python -m benchmarks.fuzz_reader CORPUS tests/data -max_total_time=3600 -timeout=20 \\
        -rss_limit_mb=2048 -max_len=65536

CORPUS is an empty folder that takes what leads to new code; everything behind the name goes to libFuzzer.
It stops at the first input that ends otherwise than in a table that adds up or in a sentence for people,
takes longer than the time-out or more memory than the limit, and writes that input to a file.

Whatever begins with the byte 1 or 2 is put into an XLSX or ODS archive as its sheet, because bytes changed
inside a compressed archive seldom get past its checksum. All else is taken as it is.
"""

from __future__ import annotations

import io
import sys
import zipfile
from importlib import import_module
from typing import Any

# Of the fuzzer's own environment, see above: the project does without it.
atheris: Any = import_module("atheris")

with atheris.instrument_imports(include=["cleanlist_core.intake"]):
    from cleanlist_core.errors import IntakeError
    from cleanlist_core.intake.checking import prepare
    from cleanlist_core.intake.mapping import recognise
    from cleanlist_core.intake.reading import Limits, read_table

LIMITS = Limits(max_bytes=4_000_000, max_unpacked_bytes=64_000_000)
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>'
)
WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.'
    'openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
    "</sheets></workbook>"
)
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
XLSX, ODS = 1, 2


def file_of(data: bytes) -> bytes:
    """The file these bytes stand for."""
    if data[:1] == bytes([XLSX]):
        return _archive(
            {
                "[Content_Types].xml": CONTENT_TYPES.encode(),
                "xl/workbook.xml": WORKBOOK.encode(),
                "xl/_rels/workbook.xml.rels": RELATIONS.encode(),
                "xl/worksheets/sheet1.xml": data[1:],
            }
        )
    if data[:1] == bytes([ODS]):
        kind = b"application/vnd.oasis.opendocument.spreadsheet"
        return _archive({"mimetype": kind, "content.xml": data[1:]})
    return data


def _archive(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def check(data: bytes) -> None:
    """Raise whatever a person would have met as a fault of ours."""
    try:
        table = read_table(file_of(data), "fuzzed", limits=LIMITS)
        mapping = recognise(table)
    except IntakeError as error:
        # The last resort for what nobody foresaw: a sentence for people, a finding here.
        if error.code == "unreadable" and error.__cause__ is not None:
            raise error.__cause__ from None
        return
    counts = prepare(table, mapping).counts
    assert counts.rows == table.cells.num_rows == len(table.lines)
    assert counts.rows == counts.ready + counts.invalid + counts.duplicates


def main() -> None:
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
