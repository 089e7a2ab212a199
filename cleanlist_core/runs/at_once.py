"""One person by email: the service answers at once, so its one answer is stored and read from there.

It finds email and phone together and says what it charged. Who is found is remembered as the person the
service names, so that no later list pays for them again.
Source: docs/api-contract.md, "One person at a time".
"""

from __future__ import annotations

import math
from decimal import Decimal

from cleanlist_core.api.answers import PersonAnswer, SinglePerson, json_fields, read_single_person
from cleanlist_core.api.person import STILL_RUNNING
from cleanlist_core.domain import Contact, EmailQuality, EnrichmentType, Outcome, RowCheck, counted
from cleanlist_core.errors import RunError, UnknownIdError, UnreadableError
from cleanlist_core.intake.checking import prepare
from cleanlist_core.looking_up import table_of_one
from cleanlist_core.pricing import PHONE_CREDITS, settled_credits
from cleanlist_core.runs.settlements import FAILED_FOR_NOTHING, read_find, task_id_of
from cleanlist_core.store.people import Find
from cleanlist_core.store.settling import NOBODY_FOUND, DueBatch, Settlement

UNREADABLE = (
    "Cleanlist answered about this email in a way that cannot be read. The answer is kept;"
    " it may have been charged."
)
_NO_SUCH_SERVICE = ("", "not found")
_DEAREST_BELIEVED = 1_000_000


def names_nobody(error: UnknownIdError) -> bool:
    """Whether the service says that it knows nobody; a bare "Not Found" says that there is no service."""
    return error.detail.strip().casefold() not in _NO_SUCH_SERVICE


def settle_one(due: DueBatch, email: str, body: bytes) -> Settlement | None:
    """What became of the person behind an email; None when the stored answer tells of no end."""
    if due.answered == NOBODY_FOUND:
        reason = "Cleanlist knows nobody by this email. Nothing was charged."
        return Settlement(0, Outcome.NOTHING, reason, 0, Find(task_id=task_id_of(due, 0)))
    try:
        answer = read_single_person(json_fields(body) or {})
    except UnreadableError:
        return None
    if answer.record.status.lower() in STILL_RUNNING and answer.credits_used is None:
        return None  # Nobody can be asked how it ended, so it may still be charged.
    return _settled(task_id_of(due, 0), email, answer)


def _settled(task_id: str, email: str, answer: SinglePerson) -> Settlement:
    found = read_find(answer.record, EnrichmentType.FULL, task_id)
    confirmed = _is_confirmed(found, email, answer.credits_used)
    find = found if confirmed else _without_email(found)
    usual = settled_credits(EnrichmentType.FULL, email_found=confirmed, phone_found=bool(find.phone))
    cost = _charged(answer.credits_used, usual)
    anything = bool(find.email or find.phone)
    failed = answer.record.failed and not anything
    return Settlement(
        position=0,
        outcome=Outcome.FOUND if anything else Outcome.FAILED if failed else Outcome.NOTHING,
        reason=FAILED_FOR_NOTHING if failed and not cost else _reason(find, cost, usual),
        credits=cost,
        find=find,
        asked=None if confirmed else EnrichmentType.PHONE_ONLY,
        known_as=_keys_of(answer.record),
    )


def _is_confirmed(found: Find, email: str, charged: Decimal | None) -> bool:
    """The given address comes back in any case; it is a find when it was checked, or paid for."""
    if not found.email:
        return False
    paid = charged is not None and charged > PHONE_CREDITS * bool(found.phone)
    doubtful = found.email_quality in (EmailQuality.BAD, EmailQuality.UNKNOWN)
    return paid or found.email != email or not doubtful


def _without_email(found: Find) -> Find:
    return Find(
        phone=found.phone,
        phone_type=found.phone_type,
        other_emails=found.other_emails,
        other_phones=found.other_phones,
        provider=found.provider,
        task_id=found.task_id,
        raw=found.raw,
    )


def _charged(said: Decimal | None, usual: int) -> int:
    """Credits as the service counts them, in whole ones; ours where it says nothing that can be a price."""
    if said is None or not said.is_finite() or not 0 <= said <= _DEAREST_BELIEVED:
        return usual
    return math.ceil(said)


def _reason(find: Find, cost: int, usual: int) -> str:
    email = "Email confirmed" if find.email else "The email could not be confirmed"
    phone = "phone found" if find.phone else "no phone was found"
    charged = "" if cost == usual and cost else f" Cleanlist charged {counted(cost, 'credit')} for this."
    return f"{email}; {phone}.{charged if cost else ' Nothing was charged.'}"


def _keys_of(record: PersonAnswer) -> tuple[str, ...]:
    """The identity of the person found, by the rules for lists, and the keys they are known by."""
    contact = Contact(
        linkedin_url=record.linkedin_url,
        first_name=record.first_name,
        last_name=record.last_name,
        company_domain=record.company_domain,
        company_name=record.company_name,
    )
    try:
        (row,) = prepare(*table_of_one(contact)).rows.to_pylist()
    except RunError:
        return ()
    if row["checked"] != RowCheck.READY:
        return ()
    by_name = {"nd:": row["name_domain_key"], "nc:": row["name_company_key"]}
    return (row["identity"], *(prefix + key for prefix, key in by_name.items() if key))
