"""How a text file is laid out: its encoding, its dialect, its header, and where its rows begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.delimited import TextPart
from cleanlist_core.intake.dialects import find_dialect, told_delimiter
from cleanlist_core.intake.encodings import DecodedText, decode
from cleanlist_core.intake.headers import HeaderSpot, find_header, header_at
from cleanlist_core.intake.records import NO_QUOTE, Dialect, read_records, read_strictly
from cleanlist_core.intake.tables import Reading, Row

PREVIEW_ROWS = 200
_PREVIEW_BYTES = 256 * 1024
_UNASKED = Reading()


@dataclass(frozen=True)
class TextLayout:
    """What the beginning of a text file tells. body: the text below the header.

    width: how many cells a good row has. rows: the first ones, from the top of the file.
    """

    decoded: DecodedText
    dialect: Dialect
    spot: HeaderSpot
    body: TextPart
    width: int
    rows: tuple[Row, ...]


def find_layout(data: bytes, reading: Reading = _UNASKED) -> TextLayout:
    """The layout of a text file. Raises IntakeError: file_binary for bytes that are no text, header_line."""
    decoded = decode(data, reading.encoding)
    preview = _preview_of(decoded.utf8)
    told, told_end = told_delimiter(preview)
    dialect = find_dialect(preview[told_end:], reading.delimiter or told)
    first_line = 2 if told else 1
    if reading.quotes == "by_the_rules":
        found = read_strictly(preview[told_end:], dialect, line=first_line)
    else:
        dialect = replace(dialect, quote=NO_QUOTE) if reading.quotes == "letters" else dialect
        found = read_records(preview, dialect, start=told_end, line=first_line)
    rows = list(islice(found, PREVIEW_ROWS))
    spot = header_of(rows, reading)
    body = _part_below(decoded.utf8, _first_data_line(spot, rows) or _line_after(spot, rows))
    width = len(spot.row.cells) if spot.row else max((len(row.cells) for row in rows), default=0)
    return TextLayout(decoded, dialect, spot, body, width, tuple(rows))


def header_of(rows: Sequence[Row], reading: Reading) -> HeaderSpot:
    """The header among the first rows, found or told. Raises IntakeError (header_line)."""
    if reading.header_line is None:
        return find_header(rows)
    spot = header_at(rows[:PREVIEW_ROWS], reading.header_line)
    if spot is None:
        raise IntakeError(
            f"No filled row starts on line {reading.header_line:,}, so the column names cannot be there. "
            "Nothing was changed. Choose another line.",
            code="header_line",
        )
    return spot


def _preview_of(utf8: bytes) -> str:
    """The beginning of the text, cut at the end of a line."""
    if len(utf8) <= _PREVIEW_BYTES:
        return utf8.decode("utf-8")
    head = utf8[:_PREVIEW_BYTES]
    cut = max(head.rfind(b"\n"), head.rfind(b"\r"))
    return (head[: cut + 1] if cut > 0 else head).decode("utf-8", "ignore")


def _first_data_line(spot: HeaderSpot, rows: Sequence[Row]) -> int:
    return rows[spot.first_data].line if spot.first_data < len(rows) else 0


def _line_after(spot: HeaderSpot, rows: Sequence[Row]) -> int:
    """The line after everything seen, for a header with nothing below it in the preview."""
    return rows[-1].line + 1 if rows and spot.first_data >= len(rows) else 0


def _part_below(utf8: bytes, wanted: int) -> TextPart:
    position, current = 0, 1
    while current < wanted and position < len(utf8):
        position = _next_line(utf8, position)
        current += 1
    return TextPart(utf8, position, current)


def _next_line(utf8: bytes, position: int) -> int:
    feed = utf8.find(b"\n", position)
    stop = feed if feed != -1 else len(utf8)
    lone = utf8.find(b"\r", position, stop)
    if lone == -1:
        return stop + 1 if feed != -1 else stop
    return lone + 2 if utf8.startswith(b"\n", lone + 1) else lone + 1
