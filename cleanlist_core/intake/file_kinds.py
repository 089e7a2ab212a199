"""What kind of file the bytes are, told by their first bytes and never by the name alone."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum

from cleanlist_core.errors import IntakeError


class FileKind(StrEnum):
    TEXT = "text"
    SPREADSHEET = "spreadsheet"


_SAVE_AS_CSV = "Open it in the program it came from, save it as CSV or XLSX, and choose that file."
_NOTHING_LOST = "Nothing was stored or sent."

_FOREIGN_STARTS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM\x00", "a picture"),
    (b"RIFF", "a sound, film or picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"{\\rtf", "a text document"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
)

_OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


def kind_of(data: bytes) -> FileKind:
    """Whether to read the bytes as text or as a spreadsheet.

    Raises IntakeError: file_binary for anything else, encrypted for a spreadsheet behind a password.
    """
    for start, what in _FOREIGN_STARTS:
        if data.startswith(start):
            raise _foreign(what)
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _kind_of_zip(data)
    if data.startswith(_OLE_START):
        return _kind_of_ole(data)
    return FileKind.TEXT


def _kind_of_zip(data: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise IntakeError(
            "This spreadsheet is damaged: its end is missing or was changed. "
            f"{_NOTHING_LOST} Export or download it again, then choose the new file.",
            code="spreadsheet_broken",
        ) from None
    if any(name.startswith("xl/") for name in names) or "content.xml" in names:
        return FileKind.SPREADSHEET
    if any(name.startswith("word/") for name in names):
        raise _foreign("a Word document")
    raise IntakeError(
        "This is a compressed (zip) file, not a table. "
        f"{_NOTHING_LOST} Unpack it first, then choose the CSV or XLSX file inside.",
        code="file_binary",
    )


def _kind_of_ole(data: bytes) -> FileKind:
    if _ENCRYPTED_STREAM in data:
        raise IntakeError(
            "This spreadsheet is protected by a password, so it cannot be read. "
            f"{_NOTHING_LOST} Open it in Excel, save a copy without the password, and choose the copy.",
            code="spreadsheet_encrypted",
        )
    return FileKind.SPREADSHEET


def _foreign(what: str) -> IntakeError:
    return IntakeError(
        f"This is {what}, not a table of people. {_NOTHING_LOST} {_SAVE_AS_CSV}", code="file_binary"
    )


def no_text() -> IntakeError:
    """For bytes that start like nothing known and are no text in any encoding."""
    return _foreign("a file of another kind")
