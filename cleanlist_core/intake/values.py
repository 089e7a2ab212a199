"""What a single cell looks like: the test of a column's header against its values."""

from __future__ import annotations

from cleanlist_core.intake.domains import email_address, registrable_domain
from cleanlist_core.intake.linkedin import LinkedInKind, read_linkedin


def looks_like_email(value: str) -> bool:
    return bool(email_address(value))


def looks_like_domain(value: str) -> bool:
    """A web address or domain that is not LinkedIn's and no mailbox."""
    if "@" in value or read_linkedin(value).kind is not LinkedInKind.NONE:
        return False
    return bool(registrable_domain(value.split()[0])) if value.split() else False


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
