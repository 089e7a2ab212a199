"""From the bytes of a bulk request to contacts, or to the refusal the API would answer with.

List length is answered with 400, everything else that is wrong with the body with 422, which names
every bad contact. One bad contact fails the whole request.
"""

from __future__ import annotations

import ipaddress
import json
import math
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urlsplit

from cleanlist_core.sandbox.contacts import FIELDS, Lookup, read_contact
from cleanlist_core.sandbox.refusals import Json, Refusal, bad_request, fault, invalid

MAX_CONTACTS = 250
MAX_BODY_BYTES = 4 * 1024 * 1024

ENRICHMENT_TYPES = ("none", "partial", "phone_only", "full", "prospecting_only")
DEFAULT_TYPE = "partial"

NO_CONTACTS = "At least one contact is required"
TOO_MANY_CONTACTS = f"Bulk enrichment supports up to {MAX_CONTACTS} contacts per request"
UNIDENTIFIED = "Contact needs a LinkedIn profile URL, or both names with a company name or domain."


class BulkRequest(NamedTuple):
    """contacts: as sent. lookups: the same, as the waterfall sees them. webhook_url: "" for none."""

    enrichment_type: str
    contacts: list[Json]
    lookups: list[Lookup]
    webhook_url: str


def read_bulk_request(body: bytes) -> BulkRequest:
    """Read and check a whole request. Raises Refusal (400 or 422)."""
    content = _read_json(body)
    if not isinstance(content, dict):
        raise invalid([fault("dict_type", ["body"], "The body must be a JSON object.", content)])
    faults: list[Json] = []
    enrichment_type = _read_type(content, faults)
    webhook_url = _read_webhook_url(content, faults)
    contacts = _read_list(content, faults)
    if faults:
        raise invalid(faults)
    if not contacts:
        raise bad_request(NO_CONTACTS)
    if len(contacts) > MAX_CONTACTS:
        raise bad_request(TOO_MANY_CONTACTS)
    return BulkRequest(enrichment_type, contacts, _read_contacts(contacts), webhook_url)


def _read_json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise _not_json() from None


def _not_json() -> Refusal:
    return invalid([fault("json_invalid", ["body"], "The body is not valid JSON.", {})])


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is out of range")
    return number


def _read_type(content: Json, faults: list[Json]) -> str:
    value = content.get("enrichment_type")
    if value is None:
        return DEFAULT_TYPE
    if isinstance(value, str) and value in ENRICHMENT_TYPES:
        return value
    message = f"enrichment_type must be one of {', '.join(ENRICHMENT_TYPES)}."
    faults.append(fault("enum", ["body", "enrichment_type"], message, value))
    return DEFAULT_TYPE


def _read_webhook_url(content: Json, faults: list[Json]) -> str:
    value = content.get("webhook_url")
    if value is None:
        return ""
    if isinstance(value, str) and _may_be_called(value):
        return value
    faults.append(fault("url", ["body", "webhook_url"], "webhook_url must be a public HTTPS URL.", value))
    return ""


def _may_be_called(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read_list(content: Json, faults: list[Json]) -> list[Any]:
    where = ["body", "contacts"]
    if "contacts" not in content:
        faults.append(fault("missing", where, "contacts is required.", content))
        return []
    contacts = content["contacts"]
    if not isinstance(contacts, list):
        faults.append(fault("list_type", where, "contacts must be a list.", contacts))
        return []
    return contacts


def _read_contacts(contacts: list[Any]) -> list[Lookup]:
    lookups: list[Lookup] = []
    faults: list[Json] = []
    for position, contact in enumerate(contacts):
        problem = _problem_of(contact)
        lookup = None if problem else read_contact(contact)
        if lookup is None:
            kind, message = problem or ("value_error", UNIDENTIFIED)
            faults.append(fault(kind, ["body", "contacts", position], message, contact))
        else:
            lookups.append(lookup)
    if faults:
        raise invalid(faults)
    return lookups


def _problem_of(contact: object) -> tuple[str, str] | None:
    if not isinstance(contact, dict):
        return "dict_type", "A contact must be an object."
    for field in FIELDS:
        value = contact.get(field)
        if value is not None and not isinstance(value, str):
            return "string_type", f"{field} must be text."
    return None
