"""Several things in one cell: `Jane Doe, Acme`, `Jane Doe <jane@acme.example>`, `Jane Doe - Acme`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cleanlist_core.intake.companies import clean_company
from cleanlist_core.intake.domains import email_address, is_shared_host, registrable_domain
from cleanlist_core.intake.linkedin import RANKS, read_linkedin
from cleanlist_core.intake.names import PersonName, name_key, split_full_name
from cleanlist_core.intake.wordlists import CREDENTIALS, GENERATIONS, LEGAL_FORMS, SHARED_MAILBOXES

_ADDRESS = re.compile(r"[<(\[]?\s*[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+\s*[>)\]]?")
_BETWEEN = re.compile(r"\s+[-–—/@]\s+|\s*[|•·]\s*|\s+(?:at|bei|chez)\s+", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"(?P<name>[^()\[\]]+?)\s*[(\[](?P<company>[^()\[\]]+)[)\]]\s*")
_PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]+\.)*linkedin\.com/(?:in|pub|sales/lead|sales/people|talent/profile)/[^\s<>\"'|]+",
    re.IGNORECASE,
)
_COMPANY_PAGE = re.compile(r"linkedin\.com/company/(?P<slug>[^/?#\s]+)", re.IGNORECASE)
_MOST_WORDS_OF_A_NAME = 7


@dataclass(frozen=True)
class Merged:
    """What a cell holds besides the name; "" for what it does not."""

    name: PersonName
    company: str = ""
    email: str = ""


def read_merged(text: str, *, last_comes_first: bool = False) -> Merged | None:
    """A full name and a company or an email in one cell; None when that is not what the cell holds.

    last_comes_first: a comma stands between last and first name in this list.
    """
    email = email_address(text)
    rest = _ADDRESS.sub(" ", text).strip(" ,;-–|") if email else text
    name, company = _name_and_company(rest, last_comes_first=last_comes_first)
    full = split_full_name(name)
    if not _is_full(full, name) or not (email or company):
        return None
    return Merged(full, company, email)


def _name_and_company(text: str, *, last_comes_first: bool) -> tuple[str, str]:
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    if len(parts) > 1:
        return parts[0].partition(",")[0], clean_company(parts[-1])
    bracketed = _IN_BRACKETS.fullmatch(text)
    if bracketed and _is_surely_a_company(bracketed["company"]):
        return bracketed["name"], clean_company(bracketed["company"])
    head, comma, tail = text.partition(",")
    if comma and _comma_means_company(head, tail, last_comes_first=last_comes_first):
        return head, clean_company(tail)
    return text, ""


def _comma_means_company(head: str, tail: str, *, last_comes_first: bool) -> bool:
    words = [word.strip(".").casefold() for word in tail.split()]
    if not words or all(word in CREDENTIALS | GENERATIONS for word in words):
        return False
    if len(head.split()) < 2:
        return False
    return _is_surely_a_company(tail) or not last_comes_first


def _is_surely_a_company(text: str) -> bool:
    words = [word.strip(".,").casefold() for word in text.split()]
    return "/" not in text and len(words) > 1 and words[-1] in LEGAL_FORMS


def puts_last_name_first(text: str) -> bool:
    """Whether a cell is surely `Last, First`: one word before the comma, and no company behind it."""
    head, comma, tail = text.partition(",")
    return bool(comma) and len(head.split()) == 1 and bool(tail.strip()) and not _is_surely_a_company(tail)


def _is_full(name: PersonName, text: str) -> bool:
    words = [_letters(name.first), _letters(name.last)]
    return all(len(word) > 1 for word in words) and len(text.split()) <= _MOST_WORDS_OF_A_NAME


def full_name_in(text: str) -> PersonName | None:
    """Both parts of a name that stands in one cell, or None."""
    name = split_full_name(text)
    return name if _is_full(name, text) else None


def profile_in(text: str) -> str:
    """The address of a person's LinkedIn profile somewhere in a cell, or ""."""
    for match in _PROFILE.finditer(text):
        address = read_linkedin(match[0])
        if address.kind in RANKS:
            return address.url
    return ""


def company_of_page(text: str) -> str:
    """The name in the address of a company's page: `…/company/blue-otter-labs` → `Blue Otter Labs`."""
    match = _COMPANY_PAGE.search(text)
    if match is None or not re.fullmatch(r"[a-z][a-z0-9-]*", match["slug"], re.IGNORECASE):
        return ""
    words = [word for word in match["slug"].split("-") if word]
    return clean_company(" ".join(word.capitalize() if word.islower() else word for word in words))


def name_in_email(address: str) -> PersonName | None:
    """First and last name where a work email is made of them, as `jane.doe@acme.example`; else None."""
    mailbox, _, host = address.partition("@")
    if not _is_work_host(host):
        return None
    words = re.split(r"[._]", mailbox.partition("+")[0])
    if len(words) != 2 or not all(len(word) > 1 and word.isalpha() for word in words):
        return None
    if SHARED_MAILBOXES.intersection(words):
        return None
    return PersonName(*(word.capitalize() for word in words))


def is_mailbox_of(address: str, first: str, last: str) -> bool:
    """Whether a mailbox is named after a person: it holds the last name, or is the first name."""
    mailbox = _letters(address.partition("@")[0])
    surname, given = _letters(last), _letters(first)
    return (len(surname) > 2 and surname in mailbox) or (len(given) > 2 and mailbox == given)


def _letters(text: str) -> str:
    return "".join(letter for letter in name_key(text) if letter.isalpha())


def work_email_in(text: str) -> str:
    """A work email somewhere in a cell, or ""."""
    address = email_address(text) if "@" in text else ""
    return address if address and _is_work_host(address.partition("@")[2]) else ""


@lru_cache(maxsize=4096)
def _is_work_host(host: str) -> bool:
    domain = registrable_domain(host)
    return bool(domain) and not is_shared_host(domain)
