"""A lost answer: what a person may decide, when, what it costs, and what proof does to the decision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import Contact, EnrichmentType, RunState
from cleanlist_core.errors import RunError
from cleanlist_core.runs import driver
from cleanlist_core.runs.planning import still_missing
from cleanlist_core.store import batches, next_batch, run_log, runs
from cleanlist_core.store.database import StoreError
from cleanlist_core.store.schema import submission
from tests.runs import faulty_api as api
from tests.runs.fronts import Front, open_front
from tests.runs.scene import Scene, by_profile, people

pytestmark = pytest.mark.both_databases


@pytest.fixture
def patient_front(tmp_path: Path) -> Iterator[Front]:
    with open_front(tmp_path / "data") as front:
        settings = front.scene.workspace.settings
        front.scene.workspace.settings = settings.model_copy(update={"resend_after_seconds": 600.0})
        yield front


def lose_one(front: Front, *, accepted: bool = True, start: int = 0) -> tuple[str, str]:
    """A run of 20 people whose first batch got no answer. Returns the run and the batch."""
    front.api.faults["send"] = [api.resets_after_accepting if accepted else api.resets_unread]
    run_id = front.scene.start(front.scene.add_list(people(20, start=start)))
    front.drive(run_id)
    return run_id, front.scene.batches(run_id)[0].id


def decide(front: Front, run_id: str, batch_id: str, choice: str, reference: str = "") -> None:
    scene = front.scene
    scene.workspace.resolve(scene.organization_id, run_id, batch_id, choice, reference)  # type: ignore[arg-type]


def token_of(front: Front, batch_id: str) -> str:
    query = select(submission.c.token).where(submission.c.batch_id == batch_id)
    with front.scene.database.read() as connection:
        return connection.execute(query.order_by(submission.c.attempt)).scalars().first() or ""


def answer_late(front: Front, batch_id: str) -> bool:
    """The answer to the first request of a batch turns up after all."""
    lost = front.scene.workflows()[0]
    return batches.accepted(
        front.scene.database,
        token_of(front, batch_id),
        lost.workflow_id,
        lost.task_ids,
        next_look_seconds=0,
    )


def put_off(scene: Scene, run_id: str) -> None:
    """The next batch of a run is told to come back later."""
    assert runs.hold(scene.database, run_id, "somebody")
    sending = next_batch.begin_batch(scene.database, run_id, "somebody", still_missing)
    assert isinstance(sending, next_batch.Sending)
    assert batches.not_accepted(scene.database, sending.token, "too many requests")
    runs.let_go(scene.database, run_id, "somebody")


def test_sending_again_is_refused_while_the_answer_may_still_come(patient_front: Front) -> None:
    run_id, batch_id = lose_one(patient_front)
    scene = patient_front.scene
    [decision] = scene.workspace.uncertain(scene.organization_id, run_id)
    assert not decision.may_send_again
    assert decision.resend_at == pytest.approx(decision.batch.sent_at + 600)
    with pytest.raises(RunError, match="too early to send this again") as refused:
        decide(patient_front, run_id, batch_id, "send_again")
    assert refused.value.code == "too_early"
    assert scene.states(run_id) == ["uncertain"]
    assert scene.view(run_id).budget == 20


def test_sending_again_costs_a_larger_budget_and_keeps_the_first_try_counted(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    scene = front.scene
    decide(front, run_id, batch_id, "send_again")
    assert scene.view(run_id).budget == 40
    front.drive(run_id)
    assert scene.states(run_id) == ["left_out", "finished"]
    assert scene.view(run_id).state is RunState.FINISHED
    assert set(scene.accepted().values()) == {2}, "a person took the risk, and it came true"
    scene.check_the_numbers(run_id)


def test_sending_again_twice_by_two_people_sends_once(front: Front) -> None:
    run_id, batch_id = lose_one(front, accepted=False)
    decide(front, run_id, batch_id, "send_again")
    with pytest.raises(RunError) as decided:
        decide(front, run_id, batch_id, "send_again")
    assert decided.value.code == "decided"
    front.drive(run_id)
    assert set(front.scene.accepted().values()) == {1}
    assert front.scene.view(run_id).budget == 40


@pytest.mark.parametrize(
    ("choice", "outcomes", "budget"), [("send_again", {"found"}, 40), ("leave_out", {"left_out"}, 20)]
)
def test_a_decision_that_breaks_off_changes_nothing_and_can_be_made_again(
    front: Front, monkeypatch: pytest.MonkeyPatch, choice: str, outcomes: set[str], budget: int
) -> None:
    run_id, batch_id = lose_one(front, accepted=False)
    scene = front.scene

    def broken(*_given: object, **_more: object) -> None:
        raise StoreError("the machine went down")

    with monkeypatch.context() as patch:
        patch.setattr(run_log, "note_in", broken)
        with pytest.raises(StoreError):
            decide(front, run_id, batch_id, choice)
    assert scene.states(run_id) == ["uncertain"]
    assert (scene.view(run_id).state, scene.view(run_id).budget) == (RunState.NEEDS_YOU, 20)
    decide(front, run_id, batch_id, choice)
    assert scene.view(run_id).state is not RunState.NEEDS_YOU, "whatever comes after, somebody takes it up"
    front.drive(run_id)
    assert (scene.view(run_id).state, scene.view(run_id).budget) == (RunState.FINISHED, budget)
    assert outcomes <= set(scene.outcomes(run_id)) <= outcomes | {"nothing"}


def test_two_requests_sent_again_one_after_the_other_are_both_sent(front: Front) -> None:
    front.api.faults["send"] = [api.resets_unread, api.resets_unread]
    scene = front.scene
    run_id = scene.start(scene.add_list(people(260)))
    front.drive(run_id)
    for lost in scene.batches(run_id):
        decide(front, run_id, lost.id, "send_again")
    front.drive(run_id)
    assert set(scene.accepted().values()) == {1}
    assert set(scene.outcomes(run_id)) <= {"found", "nothing", "failed"}
    scene.check_the_numbers(run_id)


def test_leaving_out_ends_the_run_without_sending_anything(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    scene = front.scene
    decide(front, run_id, batch_id, "leave_out")
    front.drive(run_id)
    assert scene.view(run_id).state is RunState.FINISHED
    assert scene.outcomes(run_id) == {"left_out": 20}
    assert front.requests(("send",)) == ["send"]
    assert all("may have been charged" in row.reason for row in scene.rows(run_id))
    scene.check_the_numbers(run_id)


def test_waiting_changes_nothing(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    decide(front, run_id, batch_id, "wait")
    assert front.scene.states(run_id) == ["uncertain"]
    assert front.scene.view(run_id).state is RunState.NEEDS_YOU


def stopped_with_a_lost_answer(front: Front) -> tuple[str, str]:
    """Stopped while the first of two batches was on its way, and then its answer was lost."""
    scene = front.scene
    run_id = scene.start(scene.add_list(people(300)))
    front.api.faults["send"] = [api.resets_after_accepting]

    def stop(step: str) -> None:
        if step == "intent written":
            scene.workspace.stop(scene.organization_id, run_id)

    view = scene.drive(run_id, scene.options(checkpoint=stop))
    assert view.state is RunState.NEEDS_YOU
    assert scene.outcomes(run_id) == {"uncertain": 250, "not_sent": 50}
    return run_id, scene.batches(run_id)[0].id


def test_leaving_people_of_a_stopped_list_out_sends_nobody_else(front: Front) -> None:
    run_id, batch_id = stopped_with_a_lost_answer(front)
    decide(front, run_id, batch_id, "leave_out")
    front.drive(run_id)
    assert front.scene.view(run_id).state is RunState.FINISHED
    assert front.requests(("send",)) == ["send"]
    assert front.scene.outcomes(run_id) == {"left_out": 250, "not_sent": 50}


def test_sending_people_of_a_stopped_list_again_sends_them_and_nobody_else(front: Front) -> None:
    run_id, batch_id = stopped_with_a_lost_answer(front)
    decide(front, run_id, batch_id, "send_again")
    front.drive(run_id)
    scene = front.scene
    assert scene.view(run_id).state is RunState.FINISHED
    assert scene.outcomes(run_id)["not_sent"] == 50
    assert sum(scene.accepted().values()) == 500
    assert all("you stopped this list" in row.reason for row in scene.rows(run_id)[250:])
    scene.check_the_numbers(run_id)


def test_entering_the_reference_fetches_the_results_for_nothing(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    scene = front.scene
    workflow = scene.workflows()[0]
    scene.wait_until(workflow.ends_at)
    decide(front, run_id, batch_id, "enter_id", f"  {workflow.workflow_id} ")
    front.drive(run_id)
    assert scene.view(run_id).state is RunState.FINISHED
    assert scene.states(run_id) == ["finished"]
    assert scene.spent(run_id) == scene.charged() > 0
    assert set(scene.accepted().values()) == {1}
    scene.check_the_numbers(run_id)


def test_a_reference_that_is_unknown_or_about_others_changes_nothing(front: Front) -> None:
    run_id, batch_id = lose_one(front, accepted=False)
    scene = front.scene
    with pytest.raises(RunError) as unknown:
        decide(front, run_id, batch_id, "enter_id", "public_bulk_of_nobody")
    assert unknown.value.code == "unknown_reference"
    other = scene.start(scene.add_list(people(5, start=500)))
    front.drive(other)
    with pytest.raises(RunError) as others:
        decide(front, run_id, batch_id, "enter_id", scene.batches(other)[0].workflow_id)
    assert others.value.code == "other_people"
    assert scene.states(run_id) == ["uncertain"]


@pytest.mark.parametrize(
    "theirs",
    [
        pytest.param(people(20, start=19), id="as many people, one of them in common"),
        pytest.param(people(19), id="these people but one"),
        pytest.param(people(25), id="these people and five more"),
        pytest.param([*people(9), *people(11, start=100)], id="nine in common and eleven others"),
    ],
)
def test_a_reference_of_another_request_is_refused_though_some_people_are_in_it(
    front: Front, theirs: list[dict[str, str]]
) -> None:
    run_id, batch_id = lose_one(front, accepted=False)
    scene = front.scene
    with CleanlistClient(scene.sandbox_url, scene.key) as elsewhere:
        contacts = [Contact(linkedin_url=one["LinkedIn URL"]) for one in theirs]
        other = elsewhere.submit_batch(contacts, EnrichmentType.PARTIAL)
    scene.wait_until(scene.workflows()[-1].ends_at)
    with pytest.raises(RunError) as others:
        decide(front, run_id, batch_id, "enter_id", other.workflow_id)
    assert others.value.code == "other_people"
    assert "Nothing was changed" in others.value.message
    assert scene.states(run_id) == ["uncertain"]


def test_a_reference_whose_results_are_here_already_is_not_taken_twice(front: Front) -> None:
    scene = front.scene
    done = scene.look_up(people(20))
    front.api.faults["send"] = [api.resets_unread]
    run_id = scene.start(scene.add_list(people(20)), fresh=True)
    front.drive(run_id)
    (lost,) = scene.batches(run_id)
    with pytest.raises(RunError, match="belongs to another request, of the list invented"):
        decide(front, run_id, lost.id, "enter_id", scene.batches(done)[0].workflow_id)
    assert scene.states(run_id) == ["uncertain"]


@pytest.mark.parametrize("late", ["leave_out", "enter_id"])
def test_a_second_tab_that_decides_late_changes_and_claims_nothing(
    front: Front, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    run_id, batch_id = lose_one(front)
    scene = front.scene
    workflow = scene.workflows()[0]
    scene.wait_until(workflow.ends_at)
    seen = batches.uncertain_batches(scene.database, run_id)
    assert batches.leave_out(scene.database, batch_id)
    monkeypatch.setattr(batches, "uncertain_batches", lambda _database, _run_id: seen)
    monkeypatch.setattr(batches, "enter_workflow_id", lambda *_given, **_more: False)
    with pytest.raises(RunError) as decided:
        decide(front, run_id, batch_id, late, workflow.workflow_id)
    assert decided.value.code == "decided"
    assert scene.log(run_id).count("You decided") == 1
    assert "You entered" not in scene.log(run_id)


def test_a_result_that_names_two_people_goes_to_one_and_the_part_comes_back(front: Front) -> None:
    scene = front.scene
    anna = {"First Name": "Anna", "Last Name": "Lee", "Website": "acme-works.example.com"}
    front.api.faults["send"] = [api.resets_after_accepting]
    run_id = scene.start(scene.add_list([by_profile(1), anna]))
    front.drive(run_id)
    (workflow,) = scene.workflows()
    scene.wait_until(workflow.ends_at)
    first, second = workflow.task_ids
    told = {"linkedin_url": by_profile(1)["LinkedIn URL"], "first_name": "Anna", "last_name": "Lee"}
    results = [
        {"task_id": first, "status": "completed", "work_email": "a.lee@acme.example", "prospect": told},
        {"task_id": second, "status": "failed", "error": "no provider answered"},
    ]
    front.api.always["look"] = api.changes(
        lambda answer: {"workflow": {**answer["workflow"], "results": results}}
    )
    decide(front, run_id, scene.batches(run_id)[0].id, "enter_id", workflow.workflow_id)
    front.drive(run_id)
    assert scene.states(run_id) == ["finished"]
    assert [row.email for row in scene.rows(run_id)] == ["a.lee@acme.example", ""]
    assert "gave no result for this person" in scene.rows(run_id)[1].reason


def test_results_that_do_not_say_whom_they_are_about_are_given_to_nobody(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    workflow = front.scene.workflows()[0]
    front.scene.wait_until(workflow.ends_at)
    front.api.always["look"] = api.changes(
        lambda answer: {"workflow": {**answer["workflow"], "results": None}}
    )
    with pytest.raises(RunError) as untold:
        decide(front, run_id, batch_id, "enter_id", workflow.workflow_id)
    assert untold.value.code == "untold_people"


def test_the_reference_of_another_organization_is_unknown(front: Front) -> None:
    run_id, batch_id = lose_one(front, accepted=False)
    stranger = front.scene.newcomer()
    theirs = stranger.look_up(people(20))
    with pytest.raises(RunError) as unknown:
        decide(front, run_id, batch_id, "enter_id", stranger.batches(theirs)[0].workflow_id)
    assert unknown.value.code == "unknown_reference"


def test_a_late_answer_reopens_a_run_that_waits_for_a_decision(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    assert answer_late(front, batch_id)
    front.drive(run_id)
    scene = front.scene
    assert scene.view(run_id).state is RunState.FINISHED
    assert scene.states(run_id) == ["finished"]
    assert scene.spent(run_id) == scene.charged() > 0
    assert not answer_late(front, batch_id), "once is enough"
    scene.check_the_numbers(run_id)


def test_a_late_answer_reopens_a_finished_run_whose_people_were_left_out(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    decide(front, run_id, batch_id, "leave_out")
    front.drive(run_id)
    assert answer_late(front, batch_id)
    front.drive(run_id)
    scene = front.scene
    assert scene.outcomes(run_id)["left_out"] == 0
    assert scene.spent(run_id) == scene.charged() > 0
    assert set(scene.accepted().values()) == {1}
    scene.check_the_numbers(run_id)


def test_a_late_answer_before_the_people_went_out_again_spares_the_second_send(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    decide(front, run_id, batch_id, "send_again")
    assert answer_late(front, batch_id)
    front.drive(run_id)
    assert front.requests(("send",)) == ["send"]
    assert set(front.scene.accepted().values()) == {1}
    assert front.scene.view(run_id).state is RunState.FINISHED
    front.scene.check_the_numbers(run_id)


def test_a_late_answer_after_the_people_went_out_again_counts_both_costs(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    scene = front.scene
    decide(front, run_id, batch_id, "send_again")
    front.drive(run_id)
    assert answer_late(front, batch_id)
    front.drive(run_id)
    assert scene.states(run_id) == ["finished", "finished"]
    assert scene.spent(run_id) == scene.charged()
    assert scene.spent(run_id) <= scene.view(run_id).budget
    scene.check_the_numbers(run_id)


def test_a_late_answer_before_the_put_off_second_send_goes_out_spares_it(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    scene = front.scene
    decide(front, run_id, batch_id, "send_again")
    put_off(scene, run_id)
    assert answer_late(front, batch_id)
    front.drive(run_id)
    check_that_the_first_request_was_all(front, run_id, ["finished", "refused"])


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(api.says(429, retry_after="0"), id="put off"),
        pytest.param(api.says(503, {"detail": "Down for a moment"}), id="refused by the service itself"),
        pytest.param(api.says(402, {"detail": "No credits"}), id="refused for want of credits"),
    ],
)
@pytest.mark.parametrize("settled", [False, True], ids=["its results still out", "its results in"])
def test_a_late_answer_while_the_people_go_out_again_and_are_turned_away_spares_a_third_send(
    front: Front, answer: api.Fault, settled: bool
) -> None:
    run_id, batch_id = lose_one(front)
    scene = front.scene
    decide(front, run_id, batch_id, "send_again")

    def prove_the_first(exchange: api.Exchange) -> api.Told | None:
        assert answer_late(front, batch_id)
        if settled:
            scene.wait_for(lambda: scene.states(run_id)[0] == "finished")
        return answer(exchange)

    front.api.faults["send"] = [prove_the_first]
    scene.drive(run_id, scene.options())
    assert front.requests(("send",)) == ["send", "send"]
    check_that_the_first_request_was_all(front, run_id, ["finished", "refused"], sends=2)


def test_sending_again_what_was_sent_again_sends_nobody_whom_the_first_request_is_about(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    scene = front.scene
    front.api.faults["send"] = [api.resets_unread]
    decide(front, run_id, batch_id, "send_again")
    front.drive(run_id)
    assert answer_late(front, batch_id)
    decide(front, run_id, scene.batches(run_id)[1].id, "send_again")
    front.drive(run_id)
    check_that_the_first_request_was_all(front, run_id, ["finished", "left_out"], sends=2)


def check_that_the_first_request_was_all(
    front: Front, run_id: str, states: list[str], *, sends: int = 1
) -> None:
    """The other sends reached nobody, the results are the first one's, and everybody has one."""
    scene = front.scene
    assert len(front.requests(("send",))) == sends
    assert scene.states(run_id) == states
    assert set(scene.accepted().values()) == {1}
    assert scene.spent(run_id) == scene.charged() > 0
    assert scene.outcomes(run_id).keys() <= {"found", "nothing"}
    assert scene.outcomes(run_id)["found"] == scene.charged()
    scene.check_the_numbers(run_id)


@pytest.mark.parametrize("choice", ["uncertain", "left_out"])
def test_an_answer_that_comes_while_the_run_is_being_closed_is_still_fetched(
    front: Front, choice: str
) -> None:
    run_id, batch_id = lose_one(front)
    scene = front.scene
    if choice == "left_out":
        decide(front, run_id, batch_id, "leave_out")
    else:
        scene.workspace.continue_run(scene.organization_id, run_id)
    answered: list[bool] = []

    def late(step: str) -> None:
        if step == "balance read" and not answered:
            answered.append(answer_late(front, batch_id))

    assert scene.drive(run_id, scene.options(checkpoint=late)).state is RunState.FINISHED
    assert answered == [True]
    assert scene.spent(run_id) == scene.charged() > 0


def test_a_decision_made_while_the_run_is_being_closed_is_carried_out(front: Front) -> None:
    run_id, batch_id = lose_one(front, accepted=False)
    scene = front.scene
    scene.workspace.continue_run(scene.organization_id, run_id)

    def decide_late(step: str) -> None:
        if step == "balance read" and scene.states(run_id) == ["uncertain"]:
            decide(front, run_id, batch_id, "send_again")

    assert scene.drive(run_id, scene.options(checkpoint=decide_late)).state is RunState.FINISHED
    assert set(scene.accepted().values()) == {1}


def test_a_late_answer_leaves_a_run_that_waits_for_a_budget_waiting_for_it(front: Front) -> None:
    scene = front.scene
    front.api.faults["send"] = [api.resets_after_accepting]
    run_id = scene.start(scene.add_list(people(20)), budget=10)
    front.drive(run_id)
    assert scene.view(run_id).waiting_for == "budget"
    assert answer_late(front, scene.batches(run_id)[0].id)
    front.drive(run_id)
    assert (scene.view(run_id).state, scene.view(run_id).waiting_for) == (RunState.NEEDS_YOU, "budget")
    assert scene.spent(run_id) == scene.charged() > 0


def test_the_hint_says_whether_the_balance_fell(front: Front) -> None:
    scene = front.scene
    run_id, _ = lose_one(front, accepted=False)
    [decision] = scene.workspace.uncertain(scene.organization_id, run_id)
    assert "is the same since. That speaks against a charge but proves nothing" in decision.balance_hint
    scene.sandbox.add_credits(scene.organization_id, -7)
    scene.workspace.refresh_balance(scene.organization_id)
    [decision] = scene.workspace.uncertain(scene.organization_id, run_id)
    assert "fell by 7 credits since; your results explain 0" in decision.balance_hint
    scene.sandbox.add_credits(scene.organization_id, 500)
    scene.workspace.refresh_balance(scene.organization_id)
    [decision] = scene.workspace.uncertain(scene.organization_id, run_id)
    assert "Credits were added to your balance since" in decision.balance_hint


def test_the_people_of_a_lost_request_are_not_sent_by_another_list(front: Front) -> None:
    lose_one(front)
    scene = front.scene
    other = scene.start(scene.add_list(people(25)))
    stop_after = iter(range(200))
    options = scene.options(stop=lambda: next(stop_after, None) is None)
    scene.drive(other, options)
    assert scene.outcomes(other)["not_sent"] == 20, "they wait for the decision; the others do not"
    assert len(scene.accepted()) == 25
    assert set(scene.accepted().values()) == {1}
    assert "Another of your lists is looking up the same people" in scene.log(other)


def test_a_list_whose_people_stand_still_in_another_asks_for_a_person_and_goes_on_after_the_decision(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "PATIENCE_SECONDS", 0.2)
    run_id, batch_id = lose_one(front)
    scene = front.scene
    other = scene.start(scene.add_list(people(25)))
    front.drive(other)
    assert (scene.view(other).state, scene.view(other).waiting_for) == (RunState.WAITING, "blocked")
    assert scene.outcomes(other)["not_sent"] == 20
    assert [one.id for one in scene.workspace.in_the_way(scene.organization_id, other)] == [run_id]
    assert scene.workspace.in_the_way(scene.organization_id, run_id) == [], "it has sent all it has"
    decide(front, run_id, batch_id, "leave_out")
    front.drive(run_id)
    front.drive(other)
    assert scene.view(other).state is RunState.FINISHED
    scene.check_the_numbers(other)


def test_a_list_waits_for_another_that_was_sent_only_while_somebody_drives_that(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "PATIENCE_SECONDS", 0.2)
    scene = front.scene
    killed = scene.start(scene.add_list(people(20)))
    steps: list[str] = []
    ended = scene.options(checkpoint=steps.append, stop=lambda: "acceptance written" in steps)
    scene.drive(killed, ended)
    other = scene.start(scene.add_list(people(20)))
    front.drive(other)
    assert scene.view(other).waiting_for == "blocked"
    front.drive(killed)
    front.drive(other)
    assert scene.view(other).state is RunState.FINISHED
    assert set(scene.accepted().values()) == {1}


def test_deleting_a_list_in_doubt_frees_the_people_for_other_lists(front: Front) -> None:
    run_id, batch_id = lose_one(front)
    scene = front.scene
    scene.workspace.delete_list(scene.organization_id, scene.view(run_id).list_id)
    other = scene.start(scene.add_list(people(20)))
    front.drive(other)
    assert scene.view(other).state is RunState.FINISHED
    answer_late(front, batch_id)
    front.drive(run_id)
    assert scene.states(run_id) == ["finished"], "a late answer of a deleted list still counts its cost"
    assert scene.spent(run_id) > 0
