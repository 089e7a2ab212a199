"""Results whose order is lost go to whom they name beyond doubt, and to nobody else."""

from __future__ import annotations

import pytest

from cleanlist_core.api.answers import PersonAnswer
from cleanlist_core.domain import Contact
from cleanlist_core.runs.proving import match_people

ILSE = Contact(linkedin_url="https://www.linkedin.com/in/ilse-varga")
ANNA_LEE = Contact(first_name="Anna", last_name="Lee", company_domain="acme.example")


def told(task_id: str, profile: str = "", name: str = "") -> PersonAnswer:
    first, _, last = name.partition(" ")
    entry = {"linkedin_url": profile and f"https://linkedin.com/in/{profile}", "first_name": first}
    return PersonAnswer.from_answer({"task_id": task_id, **entry, "last_name": last})


@pytest.mark.parametrize(
    ("contacts", "records", "ids"),
    [
        pytest.param(
            [ILSE, ANNA_LEE],
            [told("t2", name="ANNA LEE"), told("t1", "ilse-varga")],
            ["t1", "t2"],
            id="each is known by a profile or a name of their own",
        ),
        pytest.param(
            [ILSE, ANNA_LEE],
            [told("t1", "ilse-varga", "Anna Lee"), told("t2")],
            ["t1", ""],
            id="a result with one person's profile and another's name is the first one's",
        ),
        pytest.param(
            [ANNA_LEE, ILSE],
            [told("t1", "ilse-varga", "Anna Lee")],
            ["", "t1"],
            id="in whichever order they were asked about",
        ),
        pytest.param(
            [ANNA_LEE, Contact(first_name="anna", last_name="lee", company_domain="other.example")],
            [told("t1", name="Anna Lee")],
            ["", ""],
            id="a name that two people have is nobody's",
        ),
        pytest.param(
            [ANNA_LEE],
            [told("t1", name="Anna Lee"), told("t2", name="Anna Lee")],
            [""],
            id="of two results with one name neither is given",
        ),
        pytest.param([ILSE, ANNA_LEE], [], ["", ""], id="no results are nobody's"),
    ],
)
def test_a_result_is_given_to_whom_it_names(
    contacts: list[Contact], records: list[PersonAnswer], ids: list[str]
) -> None:
    assert match_people(contacts, records) == ids
