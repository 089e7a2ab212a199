"""Asking for results: nothing that goes wrong on the way loses what was paid for."""

from __future__ import annotations

import time
from typing import Any

import pytest

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.runs.collecting import GIVE_UP_AFTER
from cleanlist_core.runs.sending import Sent
from cleanlist_core.store.database import Database
from cleanlist_core.store.next_batch import Hold
from cleanlist_core.store.settling import raw_answers
from tests.runs import faulty_api as api
from tests.runs.faulty_api import Fault, changes, says
from tests.runs.fronts import Front
from tests.runs.scene import TINY_TIMEOUTS, people
from tests.runs.steps import ManualClock, Steps


def patiently(front: Front, count: int) -> tuple[str, int]:
    """Send so many people and look until nothing is left. Returns the run and how often it looked."""
    scene = front.scene
    clock = ManualClock(time.time())
    database = Database(scene.database.engine, clock=clock)
    run_id = scene.start(scene.add_list(people(count)))
    with CleanlistClient(scene.base_url, scene.key, attempts=1, timeouts=TINY_TIMEOUTS) as client:
        steps = Steps(database, clock, client, run_id, scene.organization_id)
        assert isinstance(steps.send(), Sent)
        return run_id, steps.collect_all()


PASSING = [
    pytest.param(api.resets_unread, id="resets"),
    pytest.param(api.hangs_unread, id="time-outs"),
    pytest.param(says(500, {"detail": "boom"}), id="500s"),
    pytest.param(says(502, api.HTML), id="HTML 502s"),
    pytest.param(says(200, api.HTML), id="HTML with 200"),
    pytest.param(api.cuts_the_answer, id="cut JSON"),
    pytest.param(api.breaks_off, id="answers that break off"),
    pytest.param(says(404, {"detail": "Workflow not found"}), id="404 for a while"),
    pytest.param(says(404, api.HTML), id="404 of a gateway for a while"),
    pytest.param(says(429, {"detail": "slow"}, Retry_After="0.05"), id="429s"),
    pytest.param(says(200, {"workflow": {"status": "a state nobody knows"}}), id="a state nobody knows"),
    pytest.param(says(200, []), id="a list"),
]


@pytest.mark.parametrize("fault", PASSING)
def test_faults_that_pass_only_delay_the_results(front: Front, fault: Fault) -> None:
    scene = front.scene
    run_id = front.look_up(*[fault] * 4, to="look")
    assert scene.view(run_id).state is RunState.FINISHED
    assert scene.states(run_id) == ["finished"]
    assert scene.spent(run_id) == scene.charged() > 0
    assert set(scene.accepted().values()) == {1}
    scene.check_the_numbers(run_id)


def test_an_outage_longer_than_the_patience_followed_by_one_404_loses_nothing(front: Front) -> None:
    outage = [says(500, {"detail": "boom"})] * (2 * GIVE_UP_AFTER)
    front.api.faults["look"] = [*outage, says(404, api.HTML), says(200, api.HTML)]
    run_id, looks = patiently(front, 3)
    assert looks > len(outage) + 2
    assert front.scene.outcomes(run_id)["failed"] == 0
    assert front.scene.spent(run_id) == front.scene.charged() > 0


def results_apart(answer: dict[str, Any]) -> dict[str, Any]:
    """Results are to be had by person only, as some of the documents say."""
    return {"workflow": {**answer["workflow"], "results": None}}


def test_an_outage_before_results_that_are_kept_by_person_loses_nothing(front: Front) -> None:
    front.api.always["look"] = changes(results_apart)
    front.api.faults["look"] = [says(500, {"detail": "boom"})] * (2 * GIVE_UP_AFTER + 2)
    run_id, _ = patiently(front, 3)
    assert front.scene.outcomes(run_id)["failed"] == 0
    assert front.scene.spent(run_id) == front.scene.charged() > 0


def test_results_by_person_alone_are_read_person_by_person(front: Front) -> None:
    scene = front.scene
    front.api.always["look"] = changes(results_apart)
    run_id = front.look_up(api.resets_unread, says(500), api.cuts_the_answer, to="person", count=12)
    assert scene.view(run_id).state is RunState.FINISHED
    assert [one.results_via for one in scene.batches(run_id)] == ["person by person"]
    assert scene.spent(run_id) == scene.charged() > 0
    scene.check_the_numbers(run_id)


def without(*positions: int) -> Fault:
    def shorten(answer: dict[str, Any]) -> dict[str, Any]:
        results = answer["workflow"].get("results")
        if not results:
            return answer
        kept = [record for place, record in enumerate(results) if place not in positions]
        return {"workflow": {**answer["workflow"], "results": kept[::-1]}}

    return changes(shorten)


def test_people_missing_in_the_answer_are_asked_for_one_by_one(front: Front) -> None:
    scene = front.scene
    front.api.always["look"] = without(0, 4)
    run_id = front.look_up(to="look", count=8)
    assert front.requests(("person",)) == ["person"] * 2
    assert scene.spent(run_id) == scene.charged()
    assert scene.outcomes(run_id)["failed"] == 0
    scene.check_the_numbers(run_id)


@pytest.mark.parametrize(
    ("status", "waits_for"), [pytest.param(401, "key_rejected"), pytest.param(403, "no_api_access")]
)
def test_a_key_refused_while_people_are_read_one_by_one_is_noticed_at_once(
    front: Front, status: int, waits_for: str
) -> None:
    scene = front.scene
    front.api.always["look"] = changes(results_apart)
    fine = api.Exchange.pass_on
    front.api.faults["person"] = [fine, fine]
    front.api.always["person"] = says(status, {"detail": "Not authenticated"})
    clock = ManualClock(time.time())
    database = Database(scene.database.engine, clock=clock)
    run_id = scene.start(scene.add_list(people(8)))
    with CleanlistClient(scene.base_url, scene.key, attempts=1, timeouts=TINY_TIMEOUTS) as client:
        steps = Steps(database, clock, client, run_id, scene.organization_id)
        assert isinstance(steps.send(), Sent)
        while scene.view(run_id).state is RunState.RUNNING:
            clock.now += 60
            assert steps.collect()
        assert front.requests(("person",)) == ["person"] * 3
        view = scene.view(run_id)
        assert (view.state, view.waiting_for) == (RunState.WAITING, waits_for)
        assert scene.outcomes(run_id) == {"in_progress": 8}
        del front.api.always["person"]
        scene.workspace.continue_run(scene.organization_id, run_id)
        steps.collect_all()
    assert scene.states(run_id) == ["finished"]
    assert scene.spent(run_id) == scene.charged() > 0
    assert scene.outcomes(run_id)["failed"] == 0


LONG = f"{'a' * 5_000}@firm.example.com"
ODD = "found an email in a form that cannot be used"
FREE = "Nothing was charged"


def emailed(address: str) -> dict[str, object]:
    return {"primary_email": address}


def phoned(number: str) -> dict[str, object]:
    return {"personal_phone_numbers": [number]}


@pytest.mark.parametrize(
    ("found", "wanted", "cost", "says_so"),
    [
        pytest.param(emailed(LONG), "partial", 1, ODD, id="5,000 letters"),
        pytest.param(emailed("a" * 5_000), "partial", 1, ODD, id="5,000 letters and no sign"),
        pytest.param(emailed("ada@@firm"), "partial", 1, ODD, id="two signs"),
        pytest.param(emailed("n/a"), "partial", 0, FREE, id="not available"),
        pytest.param(emailed("-"), "partial", 0, FREE, id="a dash"),
        pytest.param(phoned("1" * 40), "phone_only", 10, "found a phone in a form", id="40 digits"),
        pytest.param(phoned("none"), "phone_only", 0, FREE, id="no phone"),
        pytest.param(emailed(LONG) | phoned("1" * 40), "full", 11, "an email and a phone in a", id="both"),
        pytest.param(
            emailed(LONG) | phoned("+14155550123"),
            "full",
            11,
            f"no email was found. Cleanlist {ODD}",
            id="one",
        ),
    ],
)
def test_a_find_nobody_can_use_is_told_as_charged_and_does_no_harm(
    front: Front, found: dict[str, object], wanted: str, cost: int, says_so: str
) -> None:
    def with_find(answer: dict[str, Any]) -> dict[str, Any]:
        results = answer["workflow"].get("results") or []
        changed = [{"task_id": one["task_id"], "status": "completed", **found} for one in results]
        return {"workflow": {**answer["workflow"], "results": changed or None}}

    scene = front.scene
    front.api.always["look"] = changes(with_find)
    run_id = front.look_up(to="look", count=1, wanted=EnrichmentType(wanted))
    (row,) = scene.rows(run_id)
    assert row.credits == cost
    assert says_so in row.reason
    assert ("Nothing was charged" in row.reason) is (cost == 0)
    assert LONG not in (row.email, row.other_emails)
    scene.check_the_numbers(run_id)
    front.api.forget()
    again = scene.look_up(people(1), EnrichmentType(wanted))
    assert scene.batches(again) == [], "it is remembered, so that it is not paid for again"


def test_a_person_the_api_never_gives_a_result_for_is_said_to_have_failed_and_nobody_else(
    front: Front,
) -> None:
    scene = front.scene
    front.api.always["look"] = without(0)
    front.api.always["person"] = says(404, {"detail": "Task not found"})
    run_id, _ = patiently(front, 5)
    rows = scene.rows(run_id)
    assert rows[0].outcome == "failed"
    assert "gave no result for this person" in rows[0].reason
    assert [row.outcome for row in rows[1:]].count("failed") == 0
    assert [one.doubtful_credits for one in scene.batches(run_id)] == [1]
    scene.check_the_numbers(run_id)


def test_a_batch_the_api_no_longer_knows_is_given_up_in_the_end_and_said_so(front: Front) -> None:
    scene = front.scene
    front.api.always["look"] = says(404, {"detail": "Workflow not found"})
    run_id, looks = patiently(front, 3)
    assert looks == GIVE_UP_AFTER
    assert scene.outcomes(run_id) == {"failed": 3}
    assert all("may have been charged" in row.reason for row in scene.rows(run_id))
    assert "no longer knows" in scene.log(run_id)
    assert [one.doubtful_credits for one in scene.batches(run_id)] == [3], "it counts at its worst"
    assert set(scene.accepted().values()) == {1}


def test_what_was_given_up_keeps_its_place_in_the_budget(front: Front) -> None:
    scene = front.scene
    front.api.always["look"] = says(404, {"detail": "Workflow not found"})
    clock = ManualClock(time.time())
    database = Database(scene.database.engine, clock=clock)
    run_id = scene.start(scene.add_list(people(8)), budget=5)
    with CleanlistClient(scene.base_url, scene.key, attempts=1, timeouts=TINY_TIMEOUTS) as client:
        steps = Steps(database, clock, client, run_id, scene.organization_id)
        assert isinstance(steps.send(), Sent)
        steps.collect_all()
        assert scene.outcomes(run_id) == {"failed": 5, "not_sent": 3}
        assert steps.send() == Hold("budget")
    assert sum(scene.accepted().values()) == 5


@pytest.mark.parametrize("status", ["failed", "cancelled", "completed_with_errors"])
def test_a_workflow_that_ended_badly_gives_what_it_has(front: Front, status: str) -> None:
    scene = front.scene

    def ends_badly(answer: dict[str, Any]) -> dict[str, Any]:
        workflow = answer["workflow"]
        if not workflow.get("results"):
            return answer
        first, *others = workflow["results"]
        nothing = {"task_id": first["task_id"], "status": "failed", "error": "provider error"}
        return {"workflow": {**workflow, "status": status, "results": [nothing, *others]}}

    front.api.always["look"] = changes(ends_badly)
    run_id = front.look_up(to="look", count=6)
    rows = scene.rows(run_id)
    assert rows[0].outcome == "failed"
    assert "Nothing was charged" in rows[0].reason
    assert rows[0].credits == 0
    assert {row.outcome for row in rows[1:]} <= {"found", "nothing", "failed"}
    assert any(row.email for row in rows[1:])
    scene.check_the_numbers(run_id)


def test_a_failed_person_may_be_looked_up_again_and_an_answered_one_is_known(front: Front) -> None:
    scene = front.scene
    front.api.always["look"] = without(0)
    front.api.always["person"] = says(404, {"detail": "Task not found"})
    patiently(front, 5)
    front.api.always.clear()
    run_id = scene.start(scene.add_list(people(5)), EnrichmentType.FULL)
    assert [row.ask for row in scene.rows(run_id)] == ["full", *["phone_only"] * 4]


def test_a_workflow_that_takes_long_is_looked_at_again_and_again(front: Front) -> None:
    still = changes(lambda answer: {"workflow": {**answer["workflow"], "status": "running", "results": None}})
    front.api.faults["look"] = [still] * 3 * GIVE_UP_AFTER
    run_id, looks = patiently(front, 3)
    assert looks > 3 * GIVE_UP_AFTER
    assert front.scene.states(run_id) == ["finished"]
    assert front.scene.outcomes(run_id)["failed"] == 0


def test_a_key_withdrawn_while_results_are_out_waits_for_a_key_and_then_fetches_them(front: Front) -> None:
    scene = front.scene
    front.api.always["look"] = says(401, {"detail": "Not authenticated"})
    run_id = front.look_up(to="look", count=5)
    assert (scene.view(run_id).state, scene.view(run_id).waiting_for) == (RunState.WAITING, "key_rejected")
    assert scene.states(run_id) == ["sent"]
    front.api.always.clear()
    scene.workspace.connect(scene.key)
    front.drive(run_id)
    assert scene.view(run_id).state is RunState.FINISHED
    assert scene.spent(run_id) == scene.charged() > 0


def test_every_raw_answer_is_kept_even_one_nobody_can_read(front: Front) -> None:
    scene = front.scene
    run_id = front.look_up(says(200, api.HTML), to="look", count=3)
    stored = raw_answers(scene.database, scene.batches(run_id)[0].id)
    bodies = [body for via, _, body in stored if via == "poll"]
    assert api.HTML.decode() in bodies
    assert bodies[-1]["workflow"]["results"]


def test_a_shuffled_answer_gives_everybody_their_own(front: Front) -> None:
    scene = front.scene
    right = front.look_up(count=9, wanted=EnrichmentType.FULL)
    front.api.always["look"] = without()
    run_id = scene.start(scene.add_list(people(9)), EnrichmentType.FULL, fresh=True)
    front.drive(run_id)
    mine, theirs = ([(row.email, row.phone) for row in scene.rows(one)] for one in (run_id, right))
    assert mine == theirs
