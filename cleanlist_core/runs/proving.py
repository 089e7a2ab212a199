"""Tying results to people when the answer that named their ids was lost.

A person is recognised by what the API echoes or knows of them; who is not recognised beyond doubt
gets no result rather than somebody else's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cleanlist_core.api.answers import PersonRecord
from cleanlist_core.domain import Contact


def match_people(contacts: Sequence[Contact], records: Sequence[PersonRecord]) -> list[str]:
    """The API's id of each contact, in the order of the contacts; "" where none is sure."""
    wanted = [_marks_of_contact(contact) for contact in contacts]
    offered = [(record.task_id, _marks_of_record(record)) for record in records if record.task_id]
    unique = Counter(mark for _, marks in offered for mark in marks)
    owner = {mark: task_id for task_id, marks in offered for mark in marks if unique[mark] == 1}
    repeated = Counter(mark for marks in wanted for mark in marks)
    return [
        next((owner[mark] for mark in marks if mark in owner and repeated[mark] == 1), "") for marks in wanted
    ]


def _marks_of_contact(contact: Contact) -> list[str]:
    return _marks(contact.linkedin_url, contact.first_name, contact.last_name)


def _marks_of_record(record: PersonRecord) -> list[str]:
    sent = {name: str(value) for name, value in record.input.items()}
    return _marks(
        sent.get("linkedin_url") or record.linkedin_url,
        sent.get("first_name") or record.first_name,
        sent.get("last_name") or record.last_name,
    )


def _marks(linkedin_url: str, first_name: str, last_name: str) -> list[str]:
    slug = linkedin_url.rstrip("/").rpartition("/")[2].casefold()
    name = f"{first_name} {last_name}".strip().casefold()
    return [mark for mark, given in ((f"profile {slug}", slug), (f"name {name}", name)) if given]
