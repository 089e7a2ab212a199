"""What became of each person of an answer: what was found, what it cost, and why, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from cleanlist_core.api.answers import PersonAnswer
from cleanlist_core.domain import EmailQuality, EnrichmentType, Outcome
from cleanlist_core.pricing import price_at_most, settled_credits
from cleanlist_core.store.people import Find
from cleanlist_core.store.settling import DueBatch, Settlement

FAILED_FOR_NOTHING = (
    "The look-up failed at Cleanlist. Nothing was charged; you can look this person up again."
)


def task_id_of(due: DueBatch, position: int) -> str:
    """The API's id of a person; one of our own where it gave none, so that each answer has its own."""
    given = due.task_ids[position] if position < len(due.task_ids) else ""
    return given or f"{due.id}:{position}"


def settle_people(due: DueBatch, records: Mapping[str, PersonAnswer]) -> list[Settlement]:
    """What became of each person of a batch, in the order they were sent, matched by the API's ids."""
    wanted = EnrichmentType(due.enrichment_type)
    return [
        _settle_person(position, task_id_of(due, position), wanted, records.get(task_id_of(due, position)))
        for position in range(due.size)
    ]


def _settle_person(
    position: int, task_id: str, wanted: EnrichmentType, record: PersonAnswer | None
) -> Settlement:
    if record is None:
        reason = (
            "Cleanlist gave no result for this person. Compare your balance; look them up again if need be."
        )
        return lost_person(position, task_id, wanted, reason)
    find = read_find(record, wanted, task_id)
    email, phone = bool(find.email), bool(find.phone)
    if record.failed and not (email or phone):
        return Settlement(position, Outcome.FAILED, FAILED_FOR_NOTHING, 0, find)
    odd_email = wanted.wants_email and record.unusable_email
    odd_phone = wanted.wants_phone and record.unusable_phone
    odd = _odd_reason(email=odd_email, phone=odd_phone)
    cost = settled_credits(wanted, email_found=email or odd_email, phone_found=phone or odd_phone)
    if email or phone:
        reason = f"{_found_reason(wanted, email=email, phone=phone)} {odd}".strip()
        return Settlement(position, Outcome.FOUND, reason, cost, find)
    if odd:
        return Settlement(position, Outcome.NOTHING, odd, cost, find)
    if record.still_running:
        reason = "Cleanlist took this person on and never came to an end. It may still charge for them."
        return Settlement(position, Outcome.FAILED, reason, 0, find, doubtful=price_at_most(wanted))
    outcome = Outcome.TIDIED if wanted is EnrichmentType.NONE else Outcome.NOTHING
    return Settlement(position, outcome, _NOTHING[wanted], 0, find)


def lost_person(position: int, task_id: str, wanted: EnrichmentType, reason: str) -> Settlement:
    """Somebody the API took on and tells nothing about; in the budget they count at their worst."""
    worst = price_at_most(wanted)
    return Settlement(position, Outcome.FAILED, reason, 0, Find(task_id=task_id), doubtful=worst)


def _odd_reason(*, email: bool, phone: bool) -> str:
    """Of what was found and, as a find, charged, though nobody can use it. "" when there is no such thing."""
    what = " and ".join(name for name, odd in (("an email", email), ("a phone", phone)) if odd)
    if not what:
        return ""
    return (
        f"Cleanlist found {what} in a form that cannot be used. That counts as charged;"
        " the full answer is on this person's card."
    )


def _found_reason(wanted: EnrichmentType, *, email: bool, phone: bool) -> str:
    if email and phone:
        return "Email and phone found."
    if email:
        return "Email found; no phone was found." if wanted.wants_phone else "Email found."
    return "Phone found; no email was found." if wanted.wants_email else "Phone found."


_NOTHING = {
    EnrichmentType.NONE: "Tidied up; no email or phone was asked for.",
    EnrichmentType.PARTIAL: "No provider knows a work email. Nothing was charged.",
    EnrichmentType.PHONE_ONLY: "No provider knows a phone. Nothing was charged.",
    EnrichmentType.FULL: "No provider knows a work email or a phone. Nothing was charged.",
}


def read_find(record: PersonAnswer, wanted: EnrichmentType, task_id: str) -> Find:
    """What counts of a record: only what was asked for and paid."""
    email = record.email if wanted.wants_email else ""
    phones = record.phones if wanted.wants_phone else ()
    status = record.email_status if email else ""
    return Find(
        email=email.lower(),
        email_status=status,
        email_quality=EmailQuality.of(status).value if email else "",
        phone=phones[0].number if phones else "",
        phone_type=phones[0].type if phones else "",
        other_emails="; ".join([*record.other_emails, *record.personal_emails]) if wanted.wants_email else "",
        other_phones="; ".join(phone.number for phone in phones[1:]),
        provider=record.provider,
        task_id=task_id,
        raw=record.raw,
    )
