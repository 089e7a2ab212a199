"""Whom a run has not asked about: how it is told, priced, and looked up with a decision of its own."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from cleanlist_core import fixing
from cleanlist_core.domain import Contact, EnrichmentType, RunState
from cleanlist_core.pricing import Estimate
from cleanlist_core.results.likely_range import LikelyRange, after_a_test
from cleanlist_core.standing import Progress
from cleanlist_core.store import runs
from cleanlist_core.store.schema import run_row
from tests.runs.fronts import Front
from tests.runs.scene import Scene, by_company, by_domain, people
from tests.runs.test_decisions import decide, lose_one, put_off

PHONE = EnrichmentType.PHONE_ONLY


def progress(scene: Scene, run_id: str) -> Progress:
    return scene.workspace.progress(scene.organization_id, run_id)


def rest(scene: Scene, run_id: str) -> Estimate:
    found = scene.workspace.orders.rest(scene.organization_id, run_id)
    assert found is not None
    return found


def find_rest(scene: Scene, run_id: str, budget: int | None = None, by: str = "") -> None:
    price = rest(scene, run_id)
    budget = price.at_most if budget is None else budget
    scene.workspace.orders.find_rest(scene.organization_id, run_id, budget=budget, estimate=price, by=by)


def a_test(scene: Scene, **how: bool) -> str:
    """A test on ten of thirty people who are known by three kinds of keys."""
    rows = people(14) + people(10, start=20, make=by_domain) + people(6, start=40, make=by_company)
    return scene.look_up(rows, sample=True, budget=10, **how)


def test_a_finished_test_says_who_was_not_sent_and_nothing_is_still_to_come(scene: Scene) -> None:
    run_id = a_test(scene)
    at = progress(scene, run_id)
    assert (at.people_done, at.people_total, at.people_not_sent) == (10, 10, 20)
    assert at.told.startswith(f"{at.totals.emails_found} of 30 people")
    assert at.told.endswith("; 20 not sent")
    assert scene.workspace.not_sent(scene.organization_id) == {run_id: 20}


def test_a_test_counts_its_people_from_the_first_moment_whatever_its_budget_pays_at_worst(
    scene: Scene,
) -> None:
    run_id = scene.start(scene.add_list(people(40)), EnrichmentType.FULL, sample=True, budget=60)
    at = progress(scene, run_id)
    assert (at.people_done, at.people_total, at.people_not_sent) == (0, 10, 30)
    assert "for up to 10 people, at most 60 credits" in scene.log(run_id)
    view = scene.drive(run_id)
    at, unsent = progress(scene, run_id), scene.outcomes(run_id)["not_sent"]
    assert at.people_not_sent == unsent
    assert at.beyond_the_budget == (unsent - 30 if view.waiting_for == "budget" else 0)


@pytest.mark.parametrize(("budget", "beyond"), [(110, 0), (11, 9)], ids=["for all", "for one"])
def test_a_test_says_whom_of_it_the_budget_did_not_reach(scene: Scene, budget: int, beyond: int) -> None:
    run_id = scene.start(scene.add_list(people(40)), EnrichmentType.FULL, sample=True, budget=budget)
    runs.set_state(scene.database, run_id, RunState.NEEDS_YOU, waiting_for="budget")
    at = progress(scene, run_id)
    assert (at.people_total, at.beyond_the_budget) == (10 - beyond, beyond)


def test_the_receipt_names_who_confirmed_the_test_the_rest_and_a_higher_budget(scene: Scene) -> None:
    organization_id, list_id = scene.organization_id, scene.add_list(people(30))
    wanted = EnrichmentType.PARTIAL
    price = scene.workspace.orders.estimates(organization_id, list_id)[wanted]
    run_id = scene.workspace.orders.start_run(
        organization_id, list_id, wanted, budget=10, estimate=price, sample=True, by="user_1"
    )
    scene.drive(run_id)
    find_rest(scene, run_id, budget=5, by="user_2")
    assert scene.drive(run_id).waiting_for == "budget"
    higher = scene.view(run_id).budget + 20
    scene.workspace.raise_budget(organization_id, run_id, higher, by="user_3")
    scene.drive(run_id)
    (receipt,) = scene.workspace.receipts(organization_id)
    assert receipt.by == "user_1, user_2, user_3"
    assert receipt.note == (
        "Confirmed: emails for 10 people, at most 10 credits, by user_1."
        " Confirmed: emails for the other 20 people, at most 5 credits, by user_2."
        f" Budget raised to {higher} credits, by user_3."
    )


def test_the_receipt_keeps_both_confirmations_and_a_list_between_them_is_no_other_use(scene: Scene) -> None:
    run_id = a_test(scene)
    scene.look_up(people(30, start=500))
    find_rest(scene, run_id)
    scene.drive(run_id)
    scene.workspace.delete_list(scene.organization_id, scene.view(run_id).list_id)
    told = {receipt.run_id: receipt.note for receipt in scene.workspace.receipts(scene.organization_id)}
    assert told[run_id] == (
        "Confirmed: emails for 10 people, at most 10 credits."
        " Confirmed: emails for the other 20 people, at most 20 credits."
    )


@pytest.mark.parametrize("fresh", [False, True], ids=["as usual", "with everybody looked up again"])
def test_the_rest_of_a_test_asks_the_others_once_and_the_tested_never_again(
    scene: Scene, fresh: bool
) -> None:
    run_id = a_test(scene, fresh=fresh)
    assert (rest(scene, run_id).to_send, rest(scene, run_id).at_most) == (20, 20)
    find_rest(scene, run_id)
    view = scene.drive(run_id)
    assert (view.state, view.sample) == (RunState.FINISHED, False)
    assert len(scene.accepted()) == 30
    assert set(scene.accepted().values()) == {1}
    assert scene.workspace.orders.rest(scene.organization_id, run_id) is None
    assert [run.id for run in scene.workspace.runs(scene.organization_id)] == [run_id]
    assert "Confirmed: emails for the other 20 people, at most 20 credits." in scene.log(run_id)
    assert scene.charged() == scene.spent(run_id)
    scene.check_the_numbers(run_id)


def test_the_rest_has_a_budget_of_its_own_beside_what_the_test_left_over(scene: Scene) -> None:
    run_id = a_test(scene)
    spent = scene.spent(run_id)
    find_rest(scene, run_id, budget=7)
    assert scene.view(run_id).budget == spent + 7
    view = scene.drive(run_id)
    assert scene.spent(run_id) <= spent + 7
    assert (view.state, view.waiting_for) == (RunState.NEEDS_YOU, "budget")


def test_a_second_click_on_the_rest_changes_nothing(scene: Scene) -> None:
    run_id = a_test(scene)
    price = rest(scene, run_id)
    for _ in range(2):
        scene.workspace.orders.find_rest(scene.organization_id, run_id, budget=5, estimate=price)
    assert scene.log(run_id).count("for the other 20 people") == 1
    scene.drive(run_id)
    assert set(scene.accepted().values()) == {1}


def test_the_rest_of_a_list_that_was_deleted_meanwhile_is_not_ordered(scene: Scene) -> None:
    run_id = a_test(scene)
    estimate = rest(scene, run_id)
    scene.workspace.delete_list(scene.organization_id, scene.view(run_id).list_id)
    before = scene.view(run_id), scene.log(run_id)
    scene.workspace.orders.find_rest(
        scene.organization_id, run_id, budget=estimate.at_most, estimate=estimate
    )
    assert (scene.view(run_id), scene.log(run_id)) == before


def test_who_became_known_since_the_test_is_filled_in_for_nothing(scene: Scene) -> None:
    run_id = a_test(scene)
    scene.look_up(people(14))
    known = rest(scene, run_id).already_known
    assert known > 0
    assert rest(scene, run_id).to_send == 20 - known
    find_rest(scene, run_id)
    scene.drive(run_id)
    assert set(scene.accepted().values()) == {1}
    assert scene.outcomes(run_id)["known"] == known


def test_a_stopped_run_says_who_was_not_sent_and_goes_on_with_them(scene: Scene) -> None:
    run_id = scene.look_up(people(40), budget=15)
    scene.workspace.stop(scene.organization_id, run_id)
    assert scene.drive(run_id).state is RunState.FINISHED
    left = scene.outcomes(run_id)["not_sent"]
    at = progress(scene, run_id)
    assert (at.people_done, at.people_total, at.people_not_sent) == (40 - left, 40 - left, left)
    assert (rest(scene, run_id).to_send, rest(scene, run_id).at_most) == (left, left)
    find_rest(scene, run_id)
    assert scene.drive(run_id).state is RunState.FINISHED
    assert len(scene.accepted()) == 40
    assert set(scene.accepted().values()) == {1}


def test_a_run_that_goes_on_has_no_rest_yet(scene: Scene) -> None:
    run_id = scene.start(scene.add_list(people(20)), sample=True)
    assert scene.workspace.orders.rest(scene.organization_id, run_id) is None
    scene.workspace.pause(scene.organization_id, run_id)
    assert scene.workspace.orders.rest(scene.organization_id, run_id) is None


def test_people_left_out_after_a_lost_answer_are_no_part_of_the_rest(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    decide(front, run_id, batch_id, "leave_out")
    front.drive(run_id)
    assert front.scene.view(run_id).state is RunState.FINISHED
    assert front.scene.workspace.orders.rest(front.scene.organization_id, run_id) is None


def test_people_put_off_before_a_stop_are_asked_only_for_what_another_list_has_not_found(
    scene: Scene,
) -> None:
    run_id = scene.start(scene.add_list(people(20)), EnrichmentType.FULL)
    put_off(scene, run_id)
    scene.workspace.stop(scene.organization_id, run_id)
    assert scene.drive(run_id).state is RunState.FINISHED
    assert scene.states(run_id) == ["planned"]
    scene.look_up(people(20))
    find_rest(scene, run_id)
    assert scene.states(run_id) == ["refused"], "what was planned before is not sent as it was"
    assert scene.drive(run_id).state is RunState.FINISHED
    assert set(scene.accepted(asking="email").values()) == {1}
    assert set(scene.accepted(asking="phone").values()) == {1}
    scene.check_the_numbers(run_id)


def test_a_put_off_batch_is_not_sent_as_planned_once_less_is_missing(scene: Scene) -> None:
    run_id = scene.start(scene.add_list(people(20)), EnrichmentType.FULL)
    put_off(scene, run_id)
    with scene.database.write(scene.organization_id) as connection:
        less = update(run_row).where(run_row.c.run_id == run_id, run_row.c.row_number <= 5)
        connection.execute(less.values(ask=PHONE.value))
    assert scene.drive(run_id).state is RunState.FINISHED
    assert len(scene.accepted(asking="email")) == 15
    assert set(scene.accepted(asking="phone").values()) == {1}
    assert len(scene.accepted(asking="phone")) == 20


@pytest.mark.parametrize("fresh", [False, True], ids=["as usual", "with everybody looked up again"])
@pytest.mark.parametrize("above", [True, False], ids=["above the one", "below the one"])
def test_a_row_corrected_to_somebody_the_run_has_found_is_filled_and_not_asked_again(
    scene: Scene, fresh: bool, above: bool
) -> None:
    broken = {"First Name": "Fiaaab", "Last Name": "", "Website": "firm-1.example.com"}
    rows = [broken, by_domain(1), by_domain(2)] if above else [by_domain(1), by_domain(2), broken]
    list_id = scene.add_list(rows)
    run_id = scene.start(list_id, EnrichmentType.FULL, fresh=fresh)
    scene.drive(run_id)
    number = 1 if above else 3
    right = Contact("", "Fiaaab", "Laaaab", "firm-1.example.com")
    listed = scene.workspace.get_list(scene.organization_id, list_id)
    assert fixing.edit_row(scene.database, listed, number, right) is None
    if (price := scene.workspace.orders.rest(scene.organization_id, run_id)) is not None:
        assert price.at_most == 0
        find_rest(scene, run_id, budget=100)
        scene.drive(run_id)
    assert set(scene.accepted().values()) == {1}
    mended, found = scene.rows(run_id)[number - 1], scene.rows(run_id)[1 if above else 0]
    assert (mended.email, mended.phone) == (found.email, found.phone)
    scene.check_the_numbers(run_id)


@pytest.mark.parametrize(
    ("wanted", "budget", "reached"),
    [
        pytest.param(EnrichmentType.PARTIAL, 15, 15, id="a budget for some"),
        pytest.param(EnrichmentType.PARTIAL, 40, 40, id="a budget for all"),
        pytest.param(PHONE, 99, 9, id="a budget for nine phones and a bit"),
        pytest.param(PHONE, 5, 0, id="a budget for nobody"),
    ],
)
def test_what_is_still_to_come_goes_as_far_as_the_budget(
    scene: Scene, wanted: EnrichmentType, budget: int, reached: int
) -> None:
    run_id = scene.start(scene.add_list(people(40)), wanted, budget=budget)
    at = progress(scene, run_id)
    assert (at.people_done, at.people_total, at.people_not_sent) == (0, reached, 40 - reached)
    assert at.budget_for_all == 40 * (10 if wanted is PHONE else 1)


def test_time_left_is_that_of_the_people_the_budget_reaches(scene: Scene) -> None:
    scene.look_up(people(5))
    run_id = scene.start(scene.add_list(people(40, start=100)), budget=10)
    told = progress(scene, run_id)
    assert told.seconds_left is not None
    assert told.basis == "from your earlier lists, as far as the budget goes"
    scene.drive(run_id)
    assert progress(scene, run_id).seconds_left is None


def test_what_is_free_to_spend_is_the_balance_less_all_that_is_on_its_way(front: Front) -> None:
    scene = front.scene.newcomer(credits_given=100)
    assert scene.workspace.credits_free(scene.organization_id) == 100
    lose_one(Front(scene, front.api))
    assert scene.workspace.credits_free(scene.organization_id) <= 80


def test_a_test_is_made_of_people_who_have_something_to_ask_for(scene: Scene) -> None:
    have_it = people(30, make=lambda number: by_domain(number, Email=f"p{number}@example.com"))
    run_id = scene.look_up(have_it + people(12, start=50), sample=True, budget=10)
    assert scene.outcomes(run_id)["has_it"] == 30
    assert len(scene.accepted()) == 10
    assert scene.outcomes(run_id)["not_sent"] == 2


@pytest.mark.parametrize("wanted", [EnrichmentType.PARTIAL, PHONE, EnrichmentType.FULL])
def test_a_test_tells_what_to_expect_of_the_others(scene: Scene, wanted: EnrichmentType) -> None:
    run_id = scene.look_up(people(40), wanted, sample=True)
    told = after_a_test(scene.database, run_id, rest(scene, run_id))
    assert told is not None
    assert (told.emails is not None, told.phones is not None) == (wanted.wants_email, wanted.wants_phone)
    for one in (told.emails, told.phones):
        assert one is None or 0 <= one.least < one.most <= 30
    emails, phones = (one or LikelyRange(0, 0) for one in (told.emails, told.phones))
    assert told.credits == LikelyRange(emails.least + 10 * phones.least, emails.most + 10 * phones.most)


def test_a_list_that_goes_on_is_told_of_however_many_newer_ones_there_are(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleanlist_core.workspace.NEWEST_RUNS", 2)
    going_on = scene.start(scene.add_list(people(3)))
    newer = [scene.look_up(people(1, start=number)) for number in (10, 20, 30)]
    told = [run.id for run in scene.workspace.runs(scene.organization_id)]
    assert told == [*newer[:0:-1], going_on]
