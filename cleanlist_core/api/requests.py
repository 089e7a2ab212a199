"""Requests to the API, built strictly: what the documents promise to refuse is never sent."""

from __future__ import annotations

from collections.abc import Sequence

from cleanlist_core.domain import MAX_BATCH, Contact, EnrichmentType


def bulk_body(
    contacts: Sequence[Contact], wanted: EnrichmentType, *, webhook_url: str = ""
) -> dict[str, object]:
    """The body of one request for a batch.

    Raises ValueError unless there are 1 to MAX_BATCH contacts. The type is always named and the
    webhook only when there is one. Source: docs/api-contract.md, "POST /enrich/bulk".
    """
    if not 1 <= len(contacts) <= MAX_BATCH:
        raise ValueError(f"a request carries 1 to {MAX_BATCH} contacts, not {len(contacts)}")
    body: dict[str, object] = {
        "enrichment_type": wanted.value,
        "contacts": [contact.as_request() for contact in contacts],
    }
    return {**body, "webhook_url": webhook_url} if webhook_url else body


def contact_body(contact: Contact | None, email: str) -> dict[str, str]:
    """The body of a look-up of one person. Raises ValueError when it says nothing about anybody.

    Source: docs/api-contract.md, "POST /v1/enrich/contact".
    """
    body = {**(contact.as_request() if contact else {}), **({"email": email} if email else {})}
    if not body:
        raise ValueError("a look-up needs a contact or an email")
    return body


def id_query(name: str, value: str) -> dict[str, str]:
    """The question for one id. Raises ValueError for a blank one, which the API would refuse."""
    if not value.strip():
        raise ValueError(f"{name} is blank")
    return {name: value}
