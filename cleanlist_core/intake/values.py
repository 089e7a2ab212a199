"""What a single cell looks like: the test of a column's header against its values."""

from __future__ import annotations

import re

from cleanlist_core.intake.domains import email_address, registrable_domain
from cleanlist_core.intake.linkedin import LinkedInKind, read_linkedin

_PHONE_MARKS = re.compile(r"[\s().\-–+/'_x#*;,:]|ext\.?|tel:?", re.IGNORECASE)

_NUMBER = re.compile(r"[\d\s().\-‐‑–+/*'_]+")
_EXTENSION = re.compile(r"[\s,;]*(?:(?:ext|extension)\.?:?|x\.?|#)\s*\d{1,7}$", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*|\d\d?[./]\d\d?[./]\d{4}")


def looks_like_email(value: str) -> bool:
    return bool(email_address(value))


def looks_like_domain(value: str) -> bool:
    """A web address or domain that is not LinkedIn's and no mailbox."""
    if "@" in value or read_linkedin(value).kind is not LinkedInKind.NONE:
        return False
    return bool(registrable_domain(value.split()[0])) if value.split() else False


def looks_like_phone(value: str) -> bool:
    first = re.split(r":::|[;,/]", value)[0]
    digits = _PHONE_MARKS.sub("", first)
    return digits.isdigit() and 7 <= len(digits) <= 15 and not re.match(r"\d{4}-\d\d-\d\d", first)


def is_phone(value: str) -> bool:
    """A phone number alone: 7 to 15 digits, perhaps an extension, and no date."""
    number = _EXTENSION.sub("", value)
    digits = sum(map(str.isdigit, number))
    return bool(_NUMBER.fullmatch(number)) and 7 <= digits <= 15 and not _DATE.fullmatch(number)


def looks_like_full_name(value: str) -> bool:
    """Two or more words that begin like a name; not a street, a number or an address."""
    words = value.replace(",", " ").split()
    if not 2 <= len(words) <= 10 or not looks_like_text(value) or words[0][0].isdigit():
        return False
    return not any(len(word) > 4 and word.isdigit() for word in words)


def looks_like_text(value: str) -> bool:
    """Words: something with letters that is no email address and no link."""
    if "@" in value and looks_like_email(value):
        return False
    return any(letter.isalpha() for letter in value) and "://" not in value
