"""Emails first, then phones for chosen people: one run with two decisions, each with its own budget."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import update

from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.errors import RunError
from cleanlist_core.results.browsing import Among, ResultQuery, browse
from cleanlist_core.results.exporting import export_bytes
from cleanlist_core.results.person import person_card
from cleanlist_core.store.schema import person_result
from tests.runs.scene import Person, Scene, by_domain, people, word

MOST_VALUES = 70_000
"""More than 65,535, which is all that PostgreSQL takes; SQLite takes 32,766 unless it was built otherwise."""


def emails_first(scene: Scene, count: int = 40, **more: str) -> str:
    rows = people(count, make=lambda number: by_domain(number, **more))
    return scene.look_up(rows)


def phones(scene: Scene, run_id: str, *chips: str, search: str = "", budget: int | None = None) -> str:
    ids = (scene.organization_id, run_id)
    among = Among(chips=chips, search=search)
    price = scene.workspace.orders.phones_price(*ids, among)
    budget = price.at_most if budget is None else budget
    return scene.workspace.orders.start_phones(*ids, among, budget=budget, estimate=price)


def test_only_the_chosen_are_asked_for_a_phone_and_nobody_for_an_email_again(scene: Scene) -> None:
    first = emails_first(scene)
    with_email = {row.row_number for row in scene.rows(first) if row.email}
    price = scene.workspace.orders.phones_price(scene.organization_id, first, Among(chips=("email_found",)))
    assert (price.to_send, price.at_most) == (len(with_email), 10 * len(with_email))
    assert 0 < len(with_email) < 40

    second = phones(scene, first, "email_found")
    assert scene.drive(second).state is RunState.FINISHED

    assert sum(scene.accepted(asking="phone").values()) == len(with_email)
    assert set(scene.accepted(asking="email").values()) == {1}
    assert {row.row_number for row in scene.rows(second) if row.ask} == with_email
    assert scene.outcomes(second)["not_chosen"] == 40 - len(with_email)
    assert scene.outcomes(second)["known"] == 0, "nobody is called known for not having been chosen"
    emails = {row.row_number: row.email for row in scene.rows(first)}
    assert {row.row_number: row.email for row in scene.rows(second)} == emails, "both stand side by side"
    assert scene.charged() == scene.spent(first) + scene.spent(second)
    scene.check_the_numbers(second)


def test_who_has_a_phone_already_costs_nothing(scene: Scene) -> None:
    first = scene.look_up(
        people(6, make=lambda number: by_domain(number, Phone="+14155550100"))
        + people(6, start=50, make=by_domain)
    )
    price = scene.workspace.orders.phones_price(scene.organization_id, first)
    assert (price.to_send, price.already_known) == (6, 6)
    scene.drive(phones(scene, first))
    again = scene.workspace.orders.phones_price(scene.organization_id, first)
    assert (again.to_send, again.at_most) == (0, 0)
    assert sum(scene.accepted(asking="phone").values()) == 6


def test_each_decision_has_a_budget_of_its_own(scene: Scene) -> None:
    first = emails_first(scene)
    second = phones(scene, first, budget=25)
    view = scene.drive(second)
    assert scene.spent(second) <= 25
    assert (view.state, view.waiting_for) == (RunState.NEEDS_YOU, "budget")
    assert scene.view(first).budget == 40


def test_a_second_click_gets_the_same_decision(scene: Scene) -> None:
    first = emails_first(scene)
    assert phones(scene, first) == phones(scene, first)
    assert len(scene.workspace.runs(scene.organization_id)) == 2


def test_a_choice_of_other_people_while_the_first_are_looked_up_is_not_taken_for_a_second_click(
    scene: Scene,
) -> None:
    run_id = emails_first(scene)
    orders, organization = scene.workspace.orders, scene.organization_id
    chosen, others = Among((1, 2)), Among((2, 3))
    prices = [orders.phones_price(organization, run_id, one) for one in (chosen, others)]
    first = orders.start_phones(organization, run_id, chosen, budget=20, estimate=prices[0])
    with pytest.raises(RunError, match="Nothing was ordered or charged") as refused:
        orders.start_phones(organization, run_id, others, budget=20, estimate=prices[1])
    assert refused.value.code == "others_under_way"
    assert orders.start_phones(organization, run_id, chosen, budget=20, estimate=prices[0]) == first


def test_the_two_decisions_belong_together_and_each_has_its_receipt(scene: Scene) -> None:
    first = emails_first(scene)
    second = phones(scene, first, "email_found")
    scene.drive(second)
    assert [run.id for run in scene.workspace.chain(scene.organization_id, second)] == [first, second]
    assert [run.id for run in scene.workspace.chain(scene.organization_id, first)] == [first, second]
    receipts = {one.run_id: one for one in scene.workspace.receipts(scene.organization_id)}
    assert receipts[second].note.startswith("Second decision about this list")
    assert receipts[first].credits + receipts[second].credits == scene.charged()


@pytest.mark.parametrize(
    ("chips", "search"),
    [((), "lazzzz"), (("phone_found",), "")],
    ids=["a search for nobody", "nobody has one"],
)
def test_nobody_chosen_costs_nothing(scene: Scene, chips: tuple[str, ...], search: str) -> None:
    first = emails_first(scene, 10)
    among = Among(chips=chips, search=search)
    price = scene.workspace.orders.phones_price(scene.organization_id, first, among)
    assert (price.to_send, price.at_most) == (0, 0)


def test_a_search_chooses_whom_it_finds(scene: Scene) -> None:
    first = emails_first(scene, 10)
    scene.drive(phones(scene, first, search=f"La{word(3)}"))
    assert sum(scene.accepted(asking="phone").values()) == 1


def test_a_plan_for_phones_is_kept_with_the_run(scene: Scene) -> None:
    list_id = scene.add_list(people(5))
    ids = (scene.organization_id, list_id)
    price = scene.workspace.orders.estimates(*ids)[EnrichmentType.PARTIAL]
    run_id = scene.workspace.orders.start_run(
        *ids, EnrichmentType.PARTIAL, budget=5, estimate=price, then_phones=True
    )
    assert scene.drive(run_id).then_phones
    assert sum(scene.accepted(asking="phone").values()) == 0, "nothing is spent before the second decision"


def test_ticked_rows_choose_their_people_whatever_matches(scene: Scene) -> None:
    first = emails_first(scene, 10)
    ids = (scene.organization_id, first)
    ticked = [row.row_number for row in scene.rows(first)][2:5]
    among = Among(tuple(ticked), search="nobody")
    price = scene.workspace.orders.phones_price(*ids, among)
    assert (price.to_send, price.at_most) == (3, 30)
    second = scene.workspace.orders.start_phones(*ids, among, budget=30, estimate=price)
    scene.drive(second)
    assert [row.row_number for row in scene.rows(second) if row.ask] == ticked
    assert sum(scene.accepted(asking="phone").values()) == 3


@pytest.mark.both_databases
def test_more_rows_can_be_ticked_than_a_database_takes_values_in_one_statement(scene: Scene) -> None:
    first = emails_first(scene, 10)
    ids = (scene.organization_id, first)
    chosen = [row.row_number for row in scene.rows(first)][2:5]
    ticked = [*chosen, *range(1_000, 1_000 + MOST_VALUES)]
    among = Among(tuple(ticked))
    price = scene.workspace.orders.phones_price(*ids, among)
    assert price.to_send == 3
    second = scene.workspace.orders.start_phones(*ids, among, budget=30, estimate=price)
    scene.drive(second)
    assert [row.row_number for row in scene.rows(second) if row.ask] == chosen
    assert scene.workspace.orders.without_answer(*ids, numbers=ticked) is None
    table = csv.reader(io.StringIO(export_bytes(scene.database, second, among=among).decode()))
    assert len(list(table)) == 1 + len(chosen)


def test_the_file_after_several_decisions_tells_the_whole(scene: Scene) -> None:
    first = emails_first(scene)
    emails = {row.row_number: row.email for row in scene.rows(first)}
    second = phones(scene, first, "email_found")
    scene.drive(second)
    phone = {row.row_number for row in scene.rows(second) if row.phone}
    rows = told(scene, second, "everything")
    assert sum(int(row["Cleanlist Credits"]) for row in rows) == scene.charged()
    for number, row in enumerate(rows, start=1):
        found = bool(emails[number]) or number in phone
        assert (row["Cleanlist Result"] == "Found") is found, row
        assert int(row["Cleanlist Credits"]) == bool(emails[number]) + 10 * (number in phone)
    missed = [
        row["Cleanlist Reason"] for row in rows if row["Cleanlist Email"] and not row["Cleanlist Phone"]
    ]
    assert "Email found in an earlier step; no phone was found." in missed
    unasked = [row["Cleanlist Reason"] for row in rows if not row["Cleanlist Email"]]
    assert set(unasked) == {"Nothing found in an earlier step; not chosen for a phone."}
    assert len(told(scene, second, "not_found")) == len(unasked)
    assert told(scene, second, "details")[0]["Cleanlist Result"] == rows[0]["Cleanlist Result"]
    shown = browse(scene.database, second, ResultQuery()).rows
    for row, one in zip(rows, shown, strict=True):
        assert one["Outcome"] == row["Cleanlist Result"]
        assert (one["Reason"], str(one["Credits"])) == (row["Cleanlist Reason"], row["Cleanlist Credits"])
        card = person_card(scene.database, second, one["Row"])
        assert (card.said, card.reason, card.credits) == (one["Outcome"], one["Reason"], one["Credits"])


def test_a_phone_in_the_file_does_not_hide_that_no_email_was_found(scene: Scene) -> None:
    rows = people(30, make=lambda number: by_domain(number, Phone="+49 221 4711001"))
    first = scene.look_up([*rows, by_domain(90), *people(3, start=100, make=has_all)])
    missed = {row.row_number for row in scene.rows(first)[:30] if row.outcome == "nothing"}
    assert missed
    before = told(scene, first, "everything")
    second = phones(scene, first)
    scene.drive(second)
    after = told(scene, second, "everything")
    for number in missed:
        row = after[number - 1]
        assert (row["Cleanlist Result"], row["Cleanlist Reason"]) == (
            "Nothing found",
            "No email was found; your file has a phone.",
        )
        assert row["Cleanlist Checked On"] == before[number - 1]["Cleanlist Checked On"] != ""
        assert browse(scene.database, second, ResultQuery()).rows[number - 1]["Checked on"] is not None
    assert {row["Cleanlist Result"] for row in after[-3:]} == {"Already in your file"}
    tried_again = {row["First Name"] for row in told(scene, second, "not_found")}
    assert {rows[number - 1]["First Name"] for number in missed} <= tried_again


def has_all(number: int) -> Person:
    return by_domain(number, Email=f"somebody@firm-{number}.example.com", Phone="+49 221 4711003")


def test_what_an_earlier_list_did_not_find_is_told_as_that_beside_a_phone(scene: Scene) -> None:
    rows = people(30, make=lambda number: by_domain(number, Phone="+49 221 4711001"))
    scene.look_up(rows)
    first = scene.look_up(rows)
    second = phones(scene, first)
    scene.drive(second)
    known = [row["Cleanlist Result"] for row in told(scene, first, "everything")]
    assert "Looked up before, no find" in known
    missed = [one for one in told(scene, second, "everything") if not one["Cleanlist Email"]]
    assert {one["Cleanlist Result"] for one in missed} == {"Looked up before, no find"}
    assert {one["Cleanlist Reason"] for one in missed} == {
        "No email was found by an earlier look-up; your file has a phone."
    }


def test_nothing_new_is_not_nothing_where_an_email_was_known_before(scene: Scene) -> None:
    rows = people(30)
    emails = scene.look_up(rows)
    both = scene.look_up(rows, EnrichmentType.FULL)
    known = {row.row_number for row in scene.rows(emails) if row.email}
    missed = [row.row_number for row in scene.rows(both) if row.outcome == "nothing"]
    assert known & set(missed)
    shown = browse(scene.database, both, ResultQuery()).rows
    for number in missed:
        expected = "Nothing new found" if number in known else "Nothing found"
        assert shown[number - 1]["Outcome"] == told(scene, both, "everything")[number - 1]["Cleanlist Result"]
        assert shown[number - 1]["Outcome"] == expected


def told(scene: Scene, run_id: str, preset: str) -> list[dict[str, str]]:
    """The rows of a download."""
    data = export_bytes(scene.workspace.database, run_id, "csv", preset=preset)
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.both_databases
@pytest.mark.parametrize("days_later", [0, 400], ids=["at once", "after the answers are too old to count"])
def test_asking_some_for_a_phone_takes_no_email_from_anybody(scene: Scene, days_later: int) -> None:
    in_file = people(6, make=lambda number: by_domain(number, Phone="+49 221 4711001"))
    in_another_row = people(3, start=20, make=by_domain) + people(
        3, start=20, make=lambda number: by_domain(number, Phone="+49 221 4711002")
    )
    first = scene.look_up([*in_file, *in_another_row, *people(10, start=40, make=by_domain)])
    before = {row.row_number: (row.email, row.email_quality) for row in scene.rows(first)}
    with scene.database.write() as connection:
        aged = person_result.c.found_at - days_later * 86_400
        ours = person_result.c.organization_id == scene.organization_id
        connection.execute(update(person_result).where(ours).values(found_at=aged))
    ticked = [row.row_number for row in scene.rows(first) if row.email][-2:]
    ids = (scene.organization_id, first)
    among = Among(tuple(ticked))
    price = scene.workspace.orders.phones_price(*ids, among)
    second = scene.workspace.orders.start_phones(*ids, among, budget=20, estimate=price)
    scene.drive(second)
    assert {row.row_number: (row.email, row.email_quality) for row in scene.rows(second)} == before
    assert sum(map(bool, (email for email, _ in before.values()))) > 12
    scene.check_the_numbers(second)
