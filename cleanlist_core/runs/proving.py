"""Tying results to people when the answer that named their ids was lost.

A person is recognised by what the API echoes or knows of them; who is not recognised beyond doubt
gets no result rather than somebody else's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cleanlist_core.api.answers import PersonAnswer, WorkflowStatus
from cleanlist_core.domain import Contact
from cleanlist_core.errors import RunError

_PROFILE = "profile "


def match_people(contacts: Sequence[Contact], records: Sequence[PersonAnswer]) -> list[str]:
    """The API's id of each contact, in the order of the contacts; "" where none is sure.

    No id goes to two people: one whose profile it is has it before whoever only has that name.
    """
    wanted = [_marks_of_contact(contact) for contact in contacts]
    offered = [(record.task_id, _marks_of_record(record)) for record in records if record.task_id]
    unique = Counter(mark for _, marks in offered for mark in marks)
    owner = {mark: task_id for task_id, marks in offered for mark in marks if unique[mark] == 1}
    repeated = Counter(mark for marks in wanted for mark in marks)
    known_by = [
        next((mark for mark in marks if mark in owner and repeated[mark] == 1), "") for marks in wanted
    ]
    claimed = Counter(owner[mark] for mark in known_by if mark)
    return [
        owner[mark] if mark and (claimed[owner[mark]] == 1 or mark.startswith(_PROFILE)) else ""
        for mark in known_by
    ]


def check_theirs(contacts: Sequence[Contact], status: WorkflowStatus) -> None:
    """Raises RunError unless the results under a reference plausibly are those of these people.

    As many people, nobody the API itself says was asked about in another request, and of those who can
    be recognised most are among them: providers may know a person by another spelling.
    """
    count = len(status.records) if status.total is None else status.total
    if count != len(contacts):
        raise RunError(
            f"This reference is about {count:,} people, and this request was about {len(contacts):,}."
            " Nothing was changed. Ask the support for the reference of this very request.",
            code="other_people",
        )
    if not status.records:
        raise RunError(
            "Cleanlist does not tell whom the results under this reference are about, so they can be given"
            " to nobody. Nothing was changed, and nothing is lost: ask the support for them.",
            code="untold_people",
        )
    ours = {mark for contact in contacts for mark in _marks_of_contact(contact)}
    told = [marks for record in status.records if (marks := _marks_of_record(record))]
    recognised = sum(not ours.isdisjoint(marks) for marks in told)
    echoed = [marks for record in status.records if (marks := _marks_of_request(record))]
    if not recognised or 2 * recognised < len(told) or any(ours.isdisjoint(marks) for marks in echoed):
        raise RunError(
            "The results under this reference are about other people. Nothing was changed."
            " Ask the support for the reference of this very request.",
            code="other_people",
        )


def _marks_of_contact(contact: Contact) -> list[str]:
    return _marks(contact.linkedin_url, contact.first_name, contact.last_name)


def _marks_of_record(record: PersonAnswer) -> list[str]:
    sent = {name: str(value) for name, value in record.input.items()}
    return _marks(
        sent.get("linkedin_url") or record.linkedin_url,
        sent.get("first_name") or record.first_name,
        sent.get("last_name") or record.last_name,
    )


def _marks_of_request(record: PersonAnswer) -> list[str]:
    sent = {name: str(value) for name, value in record.input.items()}
    return _marks(sent.get("linkedin_url", ""), sent.get("first_name", ""), sent.get("last_name", ""))


def _marks(linkedin_url: str, first_name: str, last_name: str) -> list[str]:
    slug = linkedin_url.rstrip("/").rpartition("/")[2].casefold()
    name = f"{first_name} {last_name}".strip().casefold()
    return [mark for mark, given in ((_PROFILE + slug, slug), (f"name {name}", name)) if given]
