"""One person's record in the forms documents show: flat, nested in `result`, or with plain names.

All are made of the flat record of `people.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cleanlist_core.sandbox.dialects import Traits
from cleanlist_core.sandbox.invented import Record
from cleanlist_core.sandbox.vocabulary import email_word

Shape = Callable[[Record], Record]
"""From the flat record to the fields of an entry."""

_PLAIN_NAMES = {
    "primary_email": "email",
    "primary_email_status": "email_status",
}
_PLAIN_PROSPECT = {"job_title": "title"}
_PLAIN_COMPANY = {
    "name": "company",
    "domain": "company_domain",
    "linkedin_url": "company_linkedin_url",
    "industry": "company_industry",
    "industries": "industries",
    "company_size": "company_size",
    "employee_count": "employee_count",
    "type": "company_type",
    "founded_year": "founded_year",
    "headquarters": "hq_location",
    "description": "company_description",
    "tagline": "company_tagline",
    "revenue_range": "company_revenue",
}
_NESTED = {
    "primary_email": "email",
    "primary_email_status": "email_status",
    "other_emails": "other_emails",
    "personal_phone_numbers": "phones",
    "provider": "provider",
}


def shape_of(traits: Traits) -> Shape:
    """How a dialect writes a person. The default writes the flat record as it is."""
    shape = {"flat": _flat, "nested": _nested, "plain": _plain}[traits.person]
    if traits.email_words == "reliable" and traits.entries == "text" and not traits.phone_hyphens:
        return shape
    return lambda record: shape(_worded(record, traits))


def _flat(record: Record) -> Record:
    return record


def _nested(record: Record) -> Record:
    result = {new: record[old] for old, new in _NESTED.items() if old in record}
    prospect: Mapping[str, object] = record.get("prospect", {})
    for name in ("linkedin_url", "full_name"):
        if name in prospect:
            result[name] = prospect[name]
    around = {name: value for name, value in record.items() if name not in _NESTED}
    return {**around, "result": result} if result else around


def _plain(record: Record) -> Record:
    inner = ("prospect", "company", "personal_phone_numbers")
    plain = {_PLAIN_NAMES.get(name, name): value for name, value in record.items() if name not in inner}
    for name, value in record.get("prospect", {}).items():
        plain[_PLAIN_PROSPECT.get(name, name)] = value
    for name, value in record.get("company", {}).items():
        if name in _PLAIN_COMPANY:
            plain[_PLAIN_COMPANY[name]] = value
    numbers = record.get("personal_phone_numbers", [])
    if numbers:
        first = numbers[0]
        plain["phone"] = first if isinstance(first, str) else first["number"]
    if len(numbers) > 1:
        plain["phones"] = numbers
    return plain


def _worded(record: Record, traits: Traits) -> Record:
    """The flat record with the dialect's words, numbers and list entries; the given one stays as it is."""
    said = dict(record)
    if "primary_email" in said:
        said["primary_email_status"] = email_word(
            traits.email_words, said["primary_email_status"], said["primary_email"]
        )
    if traits.phone_hyphens:
        for name in ("mobile", "phone"):
            if name in said:
                said[name] = _hyphenated(said[name])
        if "personal_phone_numbers" in said:
            said["personal_phone_numbers"] = [_hyphenated(n) for n in said["personal_phone_numbers"]]
    if traits.entries == "object":
        _write_entries_as_objects(said, traits)
    return said


def _hyphenated(number: str) -> str:
    return f"{number[:2]}-{number[2:5]}-{number[5:8]}-{number[8:]}"


def _write_entries_as_objects(said: Record, traits: Traits) -> None:
    for name in ("other_emails", "personal_emails"):
        if name in said:
            said[name] = [
                {"email": address, "status": email_word(traits.email_words, "risky", address)}
                for address in said[name]
            ]
    if "personal_phone_numbers" in said:
        about = {"type": said.get("line_type"), "carrier": said.get("carrier")}
        known = {name: value for name, value in about.items() if value}
        said["personal_phone_numbers"] = [{"number": n, **known} for n in said["personal_phone_numbers"]]
