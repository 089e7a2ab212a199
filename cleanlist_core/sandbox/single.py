"""Looking one person up at once: `POST /v1/enrich/contact`, with keys and words of its own.

It answers at once and finds by email alone, too. An email found (or one that was given and could be
confirmed) costs 1, a phone 10; what was not found costs nothing, and nobody found is 404.
Source: docs/api-contract.md, "One person at a time".
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any, NamedTuple

from cleanlist_core.sandbox.contacts import FIELDS, Lookup, bare_domain, read_contact, tidy
from cleanlist_core.sandbox.dialects import Traits
from cleanlist_core.sandbox.invented import Record
from cleanlist_core.sandbox.people import record_of
from cleanlist_core.sandbox.providers import DRAW_RANGE
from cleanlist_core.sandbox.refusals import Json, fault, invalid
from cleanlist_core.sandbox.traces import providers_of
from cleanlist_core.sandbox.vocabulary import email_word
from cleanlist_core.sandbox.waterfall import chances_for, look_up
from cleanlist_core.sandbox.workflows import EMAIL_CREDITS, PHONE_CREDITS

MOST_CREDITS = EMAIL_CREDITS + PHONE_CREDITS
MATCH_RATES = {"email": 0.98, "linkedin": 0.95, "domain": 0.85, "company": 0.85}
"""Share of people found, by what was given."""

UNIDENTIFIED = "Give an email, a LinkedIn profile URL, or both names with a company name or domain."

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_NAMES_IN_MAILBOX = re.compile(r"([^\W\d_]{2,})[._-]([^\W\d_]{2,})")


class SingleRequest(NamedTuple):
    """contact: as sent. lookup: the same, as the waterfall sees it. email: what was given, or ""."""

    contact: Json
    lookup: Lookup
    email: str


class SingleFind(NamedTuple):
    """What one look-up found. contact: in the words of this endpoint. credits: what it costs."""

    lookup_id: str
    contact: Json
    credits: int
    queried: int
    matched: int
    confidence: float


def read_single_request(content: object) -> SingleRequest:
    """Raises Refusal (422)."""
    if not isinstance(content, dict):
        raise invalid([fault("dict_type", ["body"], "The body must be a JSON object.", content)])
    for field in FIELDS:
        value = content.get(field)
        if value is not None and not isinstance(value, str):
            raise invalid([fault("string_type", ["body", field], f"{field} must be text.", value)])
    email = _email(content)
    lookup = read_contact(content)
    if email and (lookup is None or lookup.kind == "company"):
        lookup = _lookup_of(email, content)
    if lookup is None:
        raise invalid([fault("value_error", ["body"], UNIDENTIFIED, content)])
    return SingleRequest(content, lookup, email)


def read_json_object(body: bytes) -> object:
    """Raises Refusal (422) for what is not JSON."""
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise invalid([fault("json_invalid", ["body"], "The body is not valid JSON.", {})]) from None


def _email(content: Json) -> str:
    given = content.get("email") or ""
    email: str = given.strip().casefold()
    if email and not (_ADDRESS.fullmatch(email) and bare_domain(email.rpartition("@")[2])):
        raise invalid([fault("value_error", ["body", "email"], "email is not an address.", given)])
    return email


def _lookup_of(email: str, content: Json) -> Lookup:
    mailbox, _, host = email.rpartition("@")
    names = _NAMES_IN_MAILBOX.fullmatch(mailbox)
    first = tidy(content.get("first_name") or (names[1].title() if names else ""))
    last = tidy(content.get("last_name") or (names[2].title() if names else ""))
    company = tidy(content.get("company_name") or "")
    return Lookup(f"em:{email}", "domain", "", first, last, bare_domain(host), company)


def find_one(request: SingleRequest, traits: Traits, seed: str) -> SingleFind | None:
    """What is found of one person; None for no match."""
    lookup = request.lookup
    draw = int.from_bytes(chances_for(seed, "match", lookup.identity)[:2], "little") / DRAW_RANGE
    kind = "email" if request.email else lookup.kind
    outcome = look_up(lookup, "full", seed)
    if draw >= MATCH_RATES[kind] or outcome.failed:
        return None
    record = record_of(lookup, "full", outcome, seed)
    if request.email:
        record["primary_email"] = request.email
        record["primary_email_status"] = outcome.email_status or "unknown"
    asked, knew = providers_of(lookup, outcome, seed)
    return SingleFind(
        lookup_id=f"ev_{uuid.uuid4().hex[:16]}",
        contact=_contact(record),
        credits=_price(outcome.email_found, outcome.phone_found, traits.full_price),
        queried=asked,
        matched=knew,
        confidence=record.get("quality", 0.5),
    )


def _price(email: bool, phone: bool, full_price: str) -> int:
    if full_price == "both" and not (email and phone):
        return 0
    if full_price == "any" and (email or phone):
        return MOST_CREDITS
    return EMAIL_CREDITS * email + PHONE_CREDITS * phone


def _contact(record: Record) -> Json:
    prospect, company = record["prospect"], record["company"]
    numbers = record.get("personal_phone_numbers", [""])
    contact: dict[str, Any] = {
        "email": record.get("primary_email"),
        "first_name": prospect.get("first_name"),
        "last_name": prospect.get("last_name"),
        "title": prospect.get("job_title"),
        "seniority": prospect.get("seniority"),
        "department": prospect.get("department"),
        "linkedin_url": prospect.get("linkedin_url"),
        "phone": numbers[0],
        "phone_type": record.get("phone_type"),
        "mobile": record.get("mobile"),
        "location": prospect.get("location"),
        "company_name": company.get("name"),
        "company_domain": company.get("domain"),
        "company_industry": company.get("industry"),
        "company_size": company.get("company_size"),
        "company_revenue": company.get("revenue_range"),
    }
    if contact["email"]:
        contact["email_status"] = email_word("seven", record["primary_email_status"], contact["email"])
    return {name: value for name, value in contact.items() if value}


def single_answer(find: SingleFind, enriched_at: str) -> Json:
    return {
        "id": find.lookup_id,
        "status": "completed",
        "contact": find.contact,
        "meta": {
            "credits_used": find.credits,
            "providers_queried": find.queried,
            "providers_matched": find.matched,
            "confidence": find.confidence,
            "enriched_at": enriched_at,
        },
    }
