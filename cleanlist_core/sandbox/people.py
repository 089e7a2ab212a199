"""Invented records: what an enriched contact looks like, consistent with what was asked.

Names, domain, company and profile that were given come back; the rest is made up from the person's
draws. Fields without a value are left out. Which type fills which field follows the API contract,
"Canonical enrichment record".
"""

from __future__ import annotations

import binascii
import re
from urllib.parse import quote

from cleanlist_core.sandbox import invented
from cleanlist_core.sandbox.companies import Company, employer_of
from cleanlist_core.sandbox.contacts import Lookup
from cleanlist_core.sandbox.invented import Record
from cleanlist_core.sandbox.spelling import ascii_letters, name_from_slug, proper
from cleanlist_core.sandbox.waterfall import Outcome, chances_for

_PLAIN_SLUG = re.compile(r"[a-z0-9-]+")
_QUALITY = {"reliable": 0.9, "risky": 0.6, "unknown": 0.4}


class _Person:
    """One invented person: who they are, where they work, and the chances still to be spent."""

    __slots__ = ("chance", "company", "first", "last", "lookup", "plain_first", "plain_last")

    def __init__(self, lookup: Lookup, seed: str) -> None:
        self.lookup = lookup
        self.chance = chances_for(seed, "person", lookup.identity)
        self.first, self.last = _names(lookup, self.chance)
        self.plain_first, self.plain_last = ascii_letters(self.first), ascii_letters(self.last)
        self.company = employer_of(lookup, seed, self.chance[0] + 256 * self.chance[22])


def record_of(lookup: Lookup, enrichment_type: str, outcome: Outcome, seed: str) -> Record:
    """The flat record of one task, without its ids and status."""
    person = _Person(lookup, seed)
    if outcome.failed:
        return {"error": invented.FAILURES[person.chance[2] % len(invented.FAILURES)]}
    if enrichment_type in ("none", "phone_only"):
        record: Record = {"prospect": _plain_prospect(person), "company": person.company.bare}
    else:
        record = {"prospect": _prospect(person), "company": person.company.wire}
    if outcome.email_provider:
        _add_emails(record, person, outcome)
    if enrichment_type == "full" and person.chance[1] % 10 < 6:
        record["personal_emails"] = [_personal_email(person)]
    if outcome.phone_provider:
        _add_phones(record, person.chance)
    provider = outcome.email_provider or outcome.phone_provider
    if provider:
        record["provider"] = provider
        record["quality"] = _quality(outcome, person.chance)
    return record


def colleagues_of(lookup: Lookup, outcome: Outcome, seed: str) -> list[Record]:
    """The records of the people a `prospecting_only` task discovered at the contact's company."""
    company = _Person(lookup, seed).company
    found = []
    for number in range(outcome.discovered):
        identity = f"at:{company.mail_domain}:{lookup.identity}:{number}"
        colleague = Lookup(identity, "domain", "", "", "", lookup.domain, company.name)
        person = _Person(colleague, seed)
        found.append({"prospect": _prospect(person), "company": company.wire})
    return found


def _names(lookup: Lookup, chance: bytes) -> tuple[str, str]:
    first, last = lookup.first_name, lookup.last_name
    if not (first and last):
        spelled_first, spelled_last = name_from_slug(lookup.slug)
        first = first or spelled_first or invented.FIRST_NAMES[chance[2] % len(invented.FIRST_NAMES)]
        last = last or spelled_last or invented.LAST_NAMES[chance[3] % len(invented.LAST_NAMES)]
    return proper(first), proper(last)


def _plain_prospect(person: _Person) -> Record:
    prospect = {
        "first_name": person.first,
        "last_name": person.last,
        "full_name": f"{person.first} {person.last}",
    }
    if person.lookup.slug:
        prospect["linkedin_url"] = _profile_url(person.lookup.slug)
    return prospect


def _prospect(person: _Person) -> Record:
    chance, company = person.chance, person.company.name
    job = invented.JOBS[chance[4] % len(invented.JOBS)]
    current = {
        "title": job.title,
        "company": company,
        "start": invented.STARTED[chance[5] % len(invented.STARTED)],
    }
    prospect: Record = {
        "first_name": person.first,
        "last_name": person.last,
        "full_name": f"{person.first} {person.last}",
        "headline": f"{job.title} at {company}",
        "job_title": job.title,
        "seniority": job.seniority,
        "department": job.department,
        "location": _city(chance).name,
        "linkedin_url": _profile_url(person.lookup.slug or _invented_slug(person)),
        "work_experience": [current, *invented.EARLIER_JOBS[chance[7] % len(invented.EARLIER_JOBS)]],
        "education": invented.EDUCATION[chance[8] % len(invented.EDUCATION)],
        "skills": invented.SKILLS[chance[9] % len(invented.SKILLS)],
        "inferred_salary": job.salary,
    }
    if chance[10] % 10 < 3:
        prospect["certifications"] = invented.CERTIFICATIONS[chance[11] % len(invented.CERTIFICATIONS)]
    if chance[10] % 10 < 7:
        prospect["languages"] = invented.LANGUAGES[chance[12] % len(invented.LANGUAGES)]
    return prospect


def _city(chance: bytes) -> invented.City:
    return invented.CITIES[chance[6] % len(invented.CITIES)]


def _profile_url(slug: str) -> str:
    written = slug if _PLAIN_SLUG.fullmatch(slug) else quote(slug, errors="replace")
    return f"https://www.linkedin.com/in/{written}"


def _invented_slug(person: _Person) -> str:
    number = person.chance[22:24].hex()
    return f"sandbox-{person.plain_first}-{person.plain_last}-{number}".replace("--", "-")


def _add_emails(record: Record, person: _Person, outcome: Outcome) -> None:
    company = person.company
    record["primary_email"] = _work_email(person, company, company.mail_pattern)
    record["primary_email_status"] = outcome.email_status
    if person.chance[14] % 10 < 2:
        record["other_emails"] = [_work_email(person, company, company.mail_pattern + 1)]


def _work_email(person: _Person, company: Company, pattern: int) -> str:
    return f"{_mailbox(person, pattern)}@{company.mail_domain}"


def _personal_email(person: _Person) -> str:
    host = invented.PERSONAL_MAIL_HOSTS[person.chance[15] % len(invented.PERSONAL_MAIL_HOSTS)]
    return f"{_mailbox(person, 3)}{person.chance[16] % 90 + 10}@{host}"


def _mailbox(person: _Person, pattern: int) -> str:
    first, last = person.plain_first, person.plain_last
    if not (first and last):
        spelled = first or last
        number = binascii.crc32(person.lookup.identity.encode("utf-8", "surrogatepass")) % 10_000
        return f"{spelled or 'contact'}.{number:04d}"
    match pattern % 5:
        case 0:
            return f"{first}.{last}"
        case 1:
            return f"{first[0]}.{last}"
        case 2:
            return first + last
        case 3:
            return first[0] + last
        case _:
            return f"{first}.{last[0]}"


def _add_phones(record: Record, chance: bytes) -> None:
    number = f"+1{_city(chance).area}55501{chance[17] % 100:02d}"
    mobile = chance[18] % 10 < 6
    record["personal_phone_numbers"] = [number]
    record["mobile" if mobile else "phone"] = number
    record["phone_type"] = "mobile" if mobile else "direct_dial"
    record["line_type"] = "mobile" if mobile else ("voip" if chance[18] % 10 == 9 else "landline")
    record["carrier"] = invented.CARRIERS[chance[19] % len(invented.CARRIERS)]
    if chance[20] % 10 == 0:
        record["personal_phone_numbers"].append(f"{number[:-2]}{(chance[17] + 1) % 100:02d}")


def _quality(outcome: Outcome, chance: bytes) -> float:
    return round(_QUALITY.get(outcome.email_status, 0.8) + 0.09 * chance[21] / 256, 2)
