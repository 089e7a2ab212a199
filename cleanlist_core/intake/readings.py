"""How a file was read, as plain values to keep; and what of it can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from cleanlist_core.intake.tables import Note, Reading, ReadTable

_SHOWN_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class HowRead:
    """How the file of a list was read.

    top: the first filled lines, line number and text. sheets: those of a spreadsheet.
    """

    reading: Reading
    notes: tuple[Note, ...]
    top: tuple[tuple[int, str], ...]
    sheets: tuple[str, ...]
    sheet: str
    encoding: str
    delimiter: str
    header_row: int


@dataclass(frozen=True, slots=True)
class Undoing:
    """What a person can have otherwise. label: what it does, on a button."""

    label: str
    reading: Reading


def how_it_was_read(table: ReadTable) -> dict[str, Any]:
    """Plain values to be kept beside the file."""
    return {
        "reading": asdict(table.reading),
        "notes": [[note.code, note.text] for note in table.notes],
        "top": [[row.line, _shown(row.filled)] for row in table.top],
        "sheets": list(table.sheets),
        "sheet": table.sheet,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "header_row": table.header_row,
    }


def _shown(cells: list[str]) -> str:
    text = " · ".join(" ".join(cell.split()) for cell in cells)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def as_kept(how: Mapping[str, Any]) -> HowRead:
    """What `how_it_was_read` kept."""
    return HowRead(
        reading=Reading(**how["reading"]),
        notes=tuple(Note(*note) for note in how["notes"]),
        top=tuple((line, text) for line, text in how["top"]),
        sheets=tuple(how["sheets"]),
        sheet=how["sheet"],
        encoding=how["encoding"],
        delimiter=how["delimiter"],
        header_row=how["header_row"],
    )


def undoing(note: Note, how: HowRead) -> Undoing | None:
    """How to undo what a note tells; None where that is a matter of choosing, or of no use to anybody."""
    now = how.reading
    ways = {
        "notes_above": Undoing("Keep them as rows", replace(now, keep_above=True)),
        "totals_below": Undoing("Keep them as rows", replace(now, keep_below=True)),
        "blank_rows": Undoing("Keep them as rows", replace(now, keep_blank=True)),
        "header_again": Undoing("Keep them as rows", replace(now, header_line=how.header_row)),
        "header_groups": Undoing("Leave the groups out", replace(now, header_line=how.header_row)),
        "stray_quotes": Undoing("Read them by the rules of CSV", replace(now, quotes="by_the_rules")),
        "encodings_mixed": Undoing("Read all lines alike", replace(now, encoding=how.encoding)),
    }
    return ways.get(note.code)
