"""Which encoding a text file is in, and the same text as UTF-8.

In this order: a byte order mark, strict UTF-8, the zero bytes of UTF-16, and then a guess from the
lines that hold characters beyond ASCII (an address list is mostly ASCII, which tells nothing).
"""

from __future__ import annotations

import codecs
import re
import struct
from dataclasses import dataclass, replace

import chardet
import pyarrow as pa

from cleanlist_core.intake.file_kinds import no_text

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
ENCODINGS = {
    "utf-8": "UTF-8, the usual one today",
    "utf-16": "UTF-16, Excel’s “Unicode text”",
    "windows-1252": "Western Europe (Windows-1252)",
    "windows-1250": "Central Europe (Windows-1250)",
    "windows-1251": "Cyrillic (Windows-1251)",
    "windows-1253": "Greek (Windows-1253)",
    "windows-1254": "Turkish (Windows-1254)",
    "mac-roman": "Western Europe, older Macs (Mac Roman)",
    "cp850": "Western Europe, DOS (850)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "shift_jis": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "cp949": "Korean (949)",
}
"""Encodings a person may choose, and what they are told of them."""

_GUESS_BYTES = 200_000
_HIGH_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_FALLBACK = "windows-1252"


@dataclass(frozen=True)
class DecodedText:
    """A file's text as UTF-8 bytes without a byte order mark. encoding: what the file was in.

    replaced: how many characters could not be read and became a replacement mark.
    mixed: lines that are in UTF-8 while the others are in `encoding`. zeros: zero bytes left out.
    """

    utf8: bytes
    encoding: str
    replaced: int = 0
    mixed: int = 0
    zeros: int = 0


def decode(data: bytes, told: str = "") -> DecodedText:
    """Read bytes of an unknown encoding, or in the one that was told, of ENCODINGS.

    Raises IntakeError (file_binary) when they are no text.
    """
    if told:
        return _without_zeros(_recode(_without_mark(data, told), told, told))
    for mark, name, codec in _MARKS:
        if data.startswith(mark):
            return _without_zeros(_recode(data[len(mark) :], codec, name))
    wide = _wide_codec(data)
    if wide:
        return _without_zeros(_recode(data, wide, "utf-16"))
    if data[:4096].count(0) > len(data[:4096]) // 100:
        raise no_text()
    decoded = DecodedText(data, "utf-8") if _is_utf8(data) else _recode_lines(data)
    start = decoded.utf8[:4096].decode("utf-8", "replace")
    if len(_CONTROL.findall(start)) > len(start) // 50:
        raise no_text()
    return _without_zeros(decoded)


def _without_mark(data: bytes, codec: str) -> bytes:
    marks = [codecs.BOM_UTF8] if codec == "utf-8" else []
    return next((data[len(mark) :] for mark in marks if data.startswith(mark)), data)


def _without_zeros(decoded: DecodedText) -> DecodedText:
    """No spreadsheet, database or CRM takes a zero byte in a text."""
    if b"\x00" not in decoded.utf8:
        return decoded
    return replace(decoded, utf8=decoded.utf8.replace(b"\x00", b""), zeros=decoded.utf8.count(b"\x00"))


def _is_utf8(data: bytes) -> bool:
    # Arrow looks at the bytes where they are; decoding them could take four times their size.
    ends = pa.py_buffer(struct.pack("=2q", 0, len(data)))
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _wide_codec(data: bytes) -> str:
    """UTF-16 without a mark: Latin text has a zero in every second byte. "" when it is something else."""
    head = data[:4096]
    half = len(head) // 2
    if half < 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return ""


def _guess(data: bytes) -> str:
    sample = bytearray()
    for match in _HIGH_LINE.finditer(data):
        sample += match[0][:4096] + b"\n"
        if len(sample) > _GUESS_BYTES:
            break
    guess = str(chardet.detect(bytes(sample)).get("encoding") or _FALLBACK).lower()
    # Latin-1 and ASCII are read as Windows-1252, their superset: Excel writes nothing else.
    if guess in ("ascii", "iso-8859-1") or guess.startswith(("utf-16", "utf-32")):
        return _FALLBACK
    if guess.startswith("utf-8"):
        return "utf-8"
    try:
        codecs.lookup(guess)
        bytes(sample).decode(guess)
    except (LookupError, UnicodeDecodeError):
        return _FALLBACK
    return guess


def _recode_lines(data: bytes) -> DecodedText:
    """Text in a guessed encoding, but for lines that are UTF-8: files are put together from several."""
    high = [match.span() for match in _HIGH_LINE.finditer(data)]
    proper = [(start, end) for start, end in high if _is_utf8(data[start:end])]
    codec = _guess(b"\n".join(data[start:end] for start, end in high if not _is_utf8(data[start:end])))
    if not proper or codec == "utf-8" or len("é".encode(codec, "ignore")) > 1:
        return _recode(data, _guess(data), "")
    pieces, position, replaced = [], 0, 0
    for start, end in proper:
        other = _recode(data[position:start], codec, "")
        pieces += [other.utf8, data[start:end]]
        replaced += other.replaced
        position = end
    rest = _recode(data[position:], codec, "")
    return DecodedText(b"".join((*pieces, rest.utf8)), rest.encoding, replaced + rest.replaced, len(proper))


def _recode(data: bytes, codec: str, name: str) -> DecodedText:
    try:
        text, replaced = data.decode(codec), 0
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
        replaced = text.count("\ufffd")
    # Lone surrogates survive some codecs but are no characters.
    utf8 = text.encode("utf-8", "replace")
    return DecodedText(utf8, name or codec.replace("cp1252", "windows-1252"), replaced)
