from __future__ import annotations

import json

import pytest
from sqlalchemy import update

from cleanlist_core.domain import EnrichmentType, Outcome
from cleanlist_core.errors import RunError
from cleanlist_core.results.person import person_card
from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import person_result
from tests.unit.results.building import NOON, RUN, a_row, add_result, add_run, found_email

RAW = {
    "task_id": "task-1",
    "status": "completed",
    "primary_email": "ilse@northgate.example",
    "primary_email_status": "reliable",
    "personal_phone_numbers": ["+12025550143"],
    "prospect": {"first_name": "Ilse", "headline": "Makes things grow"},
    "company": {"name": "Northgate", "domain": "northgate.example"},
    "shoe_size": 41,
    "seniority": "individual_contributor",
    "account_id": "acc-1",
}


@pytest.fixture
def ilse(database: Database) -> Database:
    old = add_result(database, "nd:ilse", run_id="run-0", found_at=NOON - 86_400, credits=0)
    new = add_result(database, "nd:ilse", RAW, email="ilse@northgate.example", credits=1)
    add_run(
        database,
        [
            found_email(
                "ilse@northgate.example",
                first_name="Ilse",
                last_name="Varga",
                identity="nd:ilse",
                result_id=new,
                cells=["Ilse", "Varga", ""],
            ),
            a_row(Outcome.NEEDS_FIXING, reason="The company is missing."),
            a_row(Outcome.DUPLICATE, of=1, identity="nd:ilse", email="ilse@northgate.example"),
        ],
        columns=("First", "Last", ""),
    )
    assert old != new
    return database


def test_a_card_holds_the_file_the_finds_and_the_whole_record(ilse: Database) -> None:
    card = person_card(ilse, RUN, 1)

    assert (card.name, card.outcome, card.reason, card.credits) == (
        "Ilse Varga",
        Outcome.FOUND,
        "Email found.",
        1,
    )
    assert card.file == (("First", "Ilse"), ("Last", "Varga"), ("", ""))
    assert card.found == (("Email", "ilse@northgate.example"), ("Email quality", "Safe to send"))
    facts = {label: value for section in card.sections for label, value in section.facts}
    assert facts["Headline"] == "Makes things grow"
    assert facts["Shoe size"] == "41"
    assert (facts["Seniority"], facts["Email check"]) == ("individual contributor", "Confirmed")
    assert card.references == (("Look-up reference", "task-1"), ("Account id", "acc-1"))
    assert not any(label.endswith(("reference", "id")) for label in facts)
    assert [section.title for section in card.sections] == ["Contact", "Work", "Company", "Source"]
    assert json.loads(card.raw) == RAW


def test_a_card_tells_what_was_asked_before(ilse: Database) -> None:
    newest, oldest = person_card(ilse, RUN, 1).history

    assert (newest.this_run, newest.asked) == (True, EnrichmentType.PARTIAL)
    assert newest.sentence() == "20 November 2025: Emails: ilse@northgate.example (1 credit)"
    assert oldest.sentence() == "19 November 2025: Emails: nothing found (0 credits)"
    assert not oldest.this_run


def test_a_duplicate_shows_the_record_of_its_person(ilse: Database) -> None:
    card = person_card(ilse, RUN, 3)

    assert (card.leader, card.same_person, card.credits) == (1, (1,), 0)
    assert json.loads(card.raw) == RAW
    assert person_card(ilse, RUN, 1).same_person == (3,)


def test_a_row_nobody_was_asked_about_has_no_record(ilse: Database) -> None:
    card = person_card(ilse, RUN, 2)

    assert (card.history, card.sections, card.raw, card.found) == ((), (), "", ())
    assert card.reason == "The company is missing."


def test_another_organization_s_answers_stay_its_own(ilse: Database) -> None:
    with ilse.write() as connection:
        connection.execute(update(person_result).values(organization_id="another"))

    assert person_card(ilse, RUN, 3).history == ()
    assert person_card(ilse, RUN, 3).raw == ""


def test_a_row_that_is_not_there_is_said_so(ilse: Database) -> None:
    with pytest.raises(RunError, match="no row 9") as refusal:
        person_card(ilse, RUN, 9)
    assert refusal.value.code == "unknown_row"
