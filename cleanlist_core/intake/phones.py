"""Phone numbers in cells: what is one, and where it stands among labels and other numbers."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[\d\s().\-‐‑–+/*'_]+")
_EXTENSION = re.compile(r"[\s,;]*(?:(?:ext|extension)\.?:?|x\.?|#)\s*\d{1,7}$", re.IGNORECASE)
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"{_YEAR}([-./]){_MONTH}\1{_DAY}(?:[T\s].*)?"
    rf"|(?:{_DAY}([-./]){_MONTH}\2|{_MONTH}([-./]){_DAY}\3){_YEAR}(?:\s.*)?"
)
_AMOUNT = re.compile(r"\d{1,3}(?:[.,'\s]\d{3})*[.,]\d\d?|\d+[.,]\d\d?|.*[€$£¥%].*", re.DOTALL)
_POSTCODE = re.compile(r"[1-9]\d{4}-\d{4}")
_NUMBERED_BY_YEAR = re.compile(r"[1-9]\d*\s*/.*", re.DOTALL)
_BETWEEN_PHONES = re.compile(r":::|[,;|\n]|\s/\s|/(?=\+)")
_MAY_PART_PHONES = re.compile(r"[/\n]")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\ufeff]")
_LABEL = re.compile(
    r"^(?:tel|telefon|telephone|phone|mobile?|mob|cell|handy|direct|office|work|home)\b[.:\s]*"
    r"|\s*\([a-z ]+\)$",
    re.IGNORECASE,
)


def plain_phone(text: str) -> str:
    """The first phone number of a cell as it is written, without the apostrophe spreadsheets put first.

    "" when there is none: `k.A.`, or a number that a spreadsheet has rounded to `1,51234E+11`.
    """
    if first := _first_of_several(text):
        return first
    whole = _as_written(text)
    if is_phone(whole):
        return whole
    pieces = map(_as_written, _BETWEEN_PHONES.split(text))
    return next(filter(is_phone, pieces), "")


def _first_of_several(text: str) -> str:
    """The first of phones that are long enough each, also where all their digits would pass for one phone.

    What follows a country code and begins neither with one nor with 0 is the rest of the same number.
    """
    if "/" not in text and "\n" not in text:
        return ""
    first, *others = map(_as_written, _MAY_PART_PHONES.split(text))
    if not others or not is_phone(first) or not all(map(is_phone, others)):
        return ""
    abroad = first.startswith(("+", "00"))
    return "" if abroad and not others[0].startswith(("+", "0")) else first


def _as_written(phone: str) -> str:
    return _LABEL.sub("", _UNSEEN.sub("", phone).strip().lstrip("'").strip())


def is_phone(value: str) -> bool:
    """A phone number alone: 7 to 15 digits, perhaps an extension, and no date."""
    number = _EXTENSION.sub("", value)
    digits = sum(map(str.isdigit, number))
    return bool(_NUMBER.fullmatch(number)) and 7 <= digits <= 15 and not _DATE.fullmatch(number)


def looks_like_phone(value: str) -> bool:
    """Whether a value speaks for a column of phones: a number with the marks of one, or with none at all.

    A slash parts the area from the number only where the area begins as one does: `0221 / 471100` is a
    phone, `2024/000123` counts something else. Nor are amounts and postcodes phones.
    """
    text = value.strip()
    if _AMOUNT.fullmatch(text) or _POSTCODE.fullmatch(text) or _NUMBERED_BY_YEAR.fullmatch(text):
        return False
    return bool(plain_phone(text))
