"""Never above the budget, never above the balance: not even if everything under way were found."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.errors import RunError
from cleanlist_core.pricing import price_at_most
from cleanlist_core.store import runs
from tests.runs.scene import Scene, people
from tests.runs.steps import ManualClock, Steps

pytestmark = pytest.mark.both_databases


PARTIAL, PHONE, FULL, NONE = (
    EnrichmentType.PARTIAL,
    EnrichmentType.PHONE_ONLY,
    EnrichmentType.FULL,
    EnrichmentType.NONE,
)


def sizes(scene: Scene, run_id: str) -> list[int]:
    return [one.size for one in scene.batches(run_id)]


def worst_case(scene: Scene, run_id: str) -> int:
    """Credits charged, and the most that open requests may still cost."""
    return sum(
        one.settled_credits if one.state == "finished" else one.at_most
        for one in scene.batches(run_id)
        if one.state in ("sending", "sent", "uncertain", "left_out", "finished")
    )


@pytest.mark.parametrize(("wanted", "budget", "first"), [(PARTIAL, 30, 30), (PHONE, 99, 9), (FULL, 120, 10)])
def test_the_first_batch_shrinks_to_the_budget(
    scene: Scene, wanted: EnrichmentType, budget: int, first: int
) -> None:
    run_id = scene.look_up(people(40), wanted, budget=budget)
    assert sizes(scene, run_id)[0] == first
    assert scene.spent(run_id) <= budget
    assert budget - scene.spent(run_id) < price_at_most(wanted) or not scene.outcomes(run_id)["not_sent"]
    assert (scene.view(run_id).state, scene.view(run_id).waiting_for) == (RunState.NEEDS_YOU, "budget")
    assert "budget you set does not pay for one more person" in scene.view(run_id).why
    scene.check_the_numbers(run_id)


@pytest.mark.parametrize("budget", [0, -5, 9])
def test_a_budget_below_one_person_sends_nobody(scene: Scene, budget: int) -> None:
    run_id = scene.look_up(people(3), PHONE, budget=budget)
    assert scene.batches(run_id) == []
    assert scene.view(run_id).waiting_for == "budget"


def test_what_costs_nothing_needs_no_budget_and_no_credits(scene: Scene) -> None:
    poor = scene.newcomer(credits_given=0)
    run_id = poor.look_up(people(3), NONE, budget=0)
    assert poor.view(run_id).state is RunState.FINISHED
    assert poor.spent(run_id) == poor.charged() == 0


def test_raising_the_budget_goes_on_with_the_rest_and_nobody_twice(scene: Scene) -> None:
    run_id = scene.look_up(people(40), budget=15)
    scene.workspace.raise_budget(scene.organization_id, run_id, 10)
    assert scene.view(run_id).state is RunState.NEEDS_YOU, "less is not more"
    scene.workspace.raise_budget(scene.organization_id, run_id, 40)
    assert scene.drive(run_id).state is RunState.FINISHED
    assert set(scene.accepted().values()) == {1}
    assert len(scene.accepted()) == 40
    assert "Budget raised to 40 credits." in scene.log(run_id)


def test_the_first_batch_shrinks_to_the_balance_and_topping_up_goes_on(scene: Scene) -> None:
    poor = scene.newcomer(credits_given=35)
    run_id = poor.look_up(people(10), PHONE)
    assert sizes(poor, run_id)[0] == 3
    assert (poor.view(run_id).state, poor.view(run_id).waiting_for) == (RunState.WAITING, "no_credits")
    assert "do not cover the next people" in poor.view(run_id).why
    assert poor.charged() == poor.spent(run_id) <= 35
    before = set(poor.accepted())
    poor.workspace.continue_run(poor.organization_id, run_id)
    assert poor.drive(run_id).waiting_for == "no_credits", "nothing was topped up"
    assert set(poor.accepted()) == before
    poor.sandbox.add_credits(poor.organization_id, 100)
    poor.workspace.continue_run(poor.organization_id, run_id)
    assert poor.drive(run_id).state is RunState.FINISHED
    assert set(poor.accepted().values()) == {1}
    poor.check_the_numbers(run_id)


def test_a_balance_that_falls_under_us_makes_the_run_wait_and_loses_nothing(scene: Scene) -> None:
    poor = scene.newcomer(credits_given=600)
    run_id = poor.start(poor.add_list(people(600)))

    def somebody_else_spends(step: str) -> None:
        if step == "acceptance written" and len(poor.batches(run_id)) == 1:
            poor.sandbox.add_credits(poor.organization_id, -400)

    view = poor.drive(run_id, poor.options(checkpoint=somebody_else_spends))
    assert (view.state, view.waiting_for) == (RunState.WAITING, "no_credits")
    assert set(poor.accepted().values()) == {1}
    assert poor.outcomes(run_id)["not_sent"] > 0
    poor.check_the_numbers(run_id)
    poor.sandbox.add_credits(poor.organization_id, 1000)
    poor.workspace.continue_run(poor.organization_id, run_id)
    assert poor.drive(run_id).state is RunState.FINISHED
    assert set(poor.accepted().values()) == {1}
    poor.check_the_numbers(run_id)


def finishes(_scene: Scene, _run_id: str, _step: str) -> None:
    """Nobody does anything."""


def is_paused(scene: Scene, run_id: str, step: str) -> None:
    if step == "acceptance written":
        scene.workspace.pause(scene.organization_id, run_id)


def is_refused(scene: Scene, run_id: str, step: str) -> None:
    if step == "intent written" and len(scene.batches(run_id)) == 1:
        scene.sandbox.add_credits(scene.organization_id, -580)


@pytest.mark.parametrize(
    ("happens", "budget", "stands"),
    [
        pytest.param(finishes, 300, "", id="everybody has an answer"),
        pytest.param(finishes, 20, "budget", id="the budget is used up"),
        pytest.param(is_paused, 300, "paused", id="paused, and what was sent has come in"),
        pytest.param(is_refused, 300, "no_credits", id="refused for want of credits"),
    ],
)
def test_once_a_list_stands_still_the_balance_shown_is_the_one_there_is(
    scene: Scene, happens: Callable[[Scene, str, str], None], budget: int, stands: str
) -> None:
    here = scene.newcomer(credits_given=600)
    run_id = here.start(here.add_list(people(300)), budget=budget)
    view = here.drive(run_id, here.options(checkpoint=lambda step: happens(here, run_id, step)))
    assert view.waiting_for == stands
    (there,) = [one for one in here.sandbox.ledger() if one.organization_id == here.organization_id]
    assert here.workspace.account(here.organization_id).balance == there.credits < 600


def test_credits_held_by_another_list_are_waited_for_not_missed(scene: Scene) -> None:
    """The other list may find less than it holds credits for; until then nobody is told to top up."""
    poor = scene.newcomer(credits_given=70)
    first, second = (poor.start(poor.add_list(people(6, start=start)), PHONE) for start in (0, 50))
    inner: list[RunState] = []

    def the_other_starts(step: str) -> None:
        if step == "acceptance written" and not inner:
            inner.append(RunState.RUNNING)
            stop_after = iter(range(30))
            options = poor.options(stop=lambda: next(stop_after, None) is None)
            poor.workspace.drive_here(second, poor.organization_id, options)
            inner.append(poor.view(second).state)

    poor.drive(first, poor.options(checkpoint=the_other_starts))
    assert inner[-1] is RunState.RUNNING
    assert "do not cover" not in poor.log(second)
    poor.drive(second)
    assert poor.charged() <= 70


@pytest.mark.parametrize("seed", range(8))
def test_no_moment_of_a_run_is_above_its_budget_or_the_balance(scene: Scene, seed: int) -> None:
    chance = random.Random(seed)
    wanted = chance.choice([PARTIAL, PHONE, FULL])
    count = chance.randint(1, 300)
    most = price_at_most(wanted) * count
    poor = scene.newcomer(credits_given=chance.randint(0, most))
    budget = chance.randint(0, most)
    run_id = poor.start(poor.add_list(people(count, start=1000 * seed)), wanted, budget=budget)
    above: list[int] = []

    def look(step: str) -> None:
        if step in ("intent written", "acceptance written", "settled"):
            worst = worst_case(poor, run_id)
            above.extend([worst] if worst > budget else [])

    view = poor.drive(run_id, poor.options(checkpoint=look))
    assert above == []
    assert poor.charged() == poor.spent(run_id) <= budget
    assert all("insufficient" not in one.last_error for one in poor.batches(run_id))
    assert "refused" not in poor.states(run_id), "the API never had to say that the credits do not suffice"
    assert view.state is not RunState.RUNNING
    poor.check_the_numbers(run_id)


def test_stop_sends_nothing_more_and_fetches_what_was_sent(scene: Scene) -> None:
    run_id = scene.start(scene.add_list(people(520)))

    def stop(step: str) -> None:
        if step == "acceptance written" and len(scene.batches(run_id)) == 1:
            scene.workspace.stop(scene.organization_id, run_id)

    assert scene.drive(run_id, scene.options(checkpoint=stop)).state is RunState.FINISHED
    assert scene.states(run_id) == ["finished"]
    assert scene.outcomes(run_id)["not_sent"] == 270
    assert "Stopped by you. What was sent is still fetched." in scene.log(run_id)
    assert not scene.workspace.drive_here(run_id, scene.organization_id), "nothing is driven any more"
    scene.check_the_numbers(run_id)
    scene.workspace.continue_run(scene.organization_id, run_id)
    assert scene.drive(run_id).state is RunState.FINISHED
    assert len(scene.accepted()) == 520
    assert set(scene.accepted().values()) == {1}


def test_pause_fetches_what_was_sent_and_continue_sends_the_rest_once(scene: Scene) -> None:
    run_id = scene.start(scene.add_list(people(300)))

    def pause(step: str) -> None:
        if step == "acceptance written" and len(scene.batches(run_id)) == 1:
            scene.workspace.pause(scene.organization_id, run_id)

    view = scene.drive(run_id, scene.options(checkpoint=pause))
    assert (view.state, view.waiting_for) == (RunState.WAITING, "paused")
    assert scene.states(run_id) == ["finished"]
    scene.workspace.pause(scene.organization_id, run_id)
    scene.workspace.continue_run(scene.organization_id, run_id)
    assert scene.drive(run_id).state is RunState.FINISHED
    assert set(scene.accepted().values()) == {1}
    assert len(scene.accepted()) == 300


@pytest.mark.both_databases
@pytest.mark.parametrize("at", ["acceptance written", "balance read"], ids=["answers out", "all answers in"])
def test_a_pause_after_everybody_was_sent_ends_by_itself_as_finished(scene: Scene, at: str) -> None:
    run_id = scene.start(scene.add_list(people(20)))

    def pause(step: str) -> None:
        if step == at:
            scene.workspace.pause(scene.organization_id, run_id)

    view = scene.drive(run_id, scene.options(checkpoint=pause))
    assert (view.state, view.waiting_for) == (RunState.FINISHED, "")
    assert "Paused by you." in scene.log(run_id)
    assert "Finished" in scene.log(run_id)
    scene.check_the_numbers(run_id)


def test_a_list_paused_at_its_very_end_is_taken_up_once_more_by_whoever_drives(scene: Scene) -> None:
    run_id = scene.look_up(people(5))
    runs.set_state(scene.database, run_id, RunState.WAITING, waiting_for="paused")
    assert (run_id, scene.organization_id) in runs.due_runs(scene.database)
    assert scene.drive(run_id).state is RunState.FINISHED


def test_a_paused_list_with_results_under_way_cannot_be_deleted(scene: Scene) -> None:
    run_id = scene.start(scene.add_list(people(5)))
    with CleanlistClient(scene.base_url, scene.key) as client:
        clock = ManualClock(scene.database.clock())
        steps = Steps(scene.database, clock, client, run_id, scene.organization_id)
        steps.send()
    scene.workspace.pause(scene.organization_id, run_id)
    with pytest.raises(RunError, match="being looked up right now"):
        scene.workspace.delete_list(scene.organization_id, scene.view(run_id).list_id)
    runs.let_go(scene.database, run_id, steps.owner)
    scene.drive(run_id)
    assert scene.states(run_id) == ["finished"]
    scene.workspace.delete_list(scene.organization_id, scene.view(run_id).list_id)


def test_a_test_on_ten_rows_sends_ten_and_the_whole_list_the_others(scene: Scene) -> None:
    listed = scene.add_list(people(50))
    sample = scene.start(listed, sample=True)
    scene.drive(sample)
    assert sizes(scene, sample) == [10]
    assert scene.view(sample).state is RunState.FINISHED
    whole = scene.start(listed)
    scene.drive(whole)
    failed = scene.outcomes(sample)["failed"]
    assert sum(sizes(scene, whole)) == 40 + failed
    scene.check_the_numbers(sample)
    scene.check_the_numbers(whole)
