"""Whom a run got no answer for: told apart from who was not found, and looked up again for themselves."""

from __future__ import annotations

from typing import Any

from cleanlist_core.domain import RunState
from tests.runs.faulty_api import changes
from tests.runs.fronts import Front
from tests.runs.scene import Scene
from tests.runs.test_two_stages import phones, told


def fails_for_two(answer: dict[str, Any]) -> dict[str, Any]:
    workflow = answer["workflow"]
    if not workflow.get("results"):
        return answer
    failed = [
        {"task_id": one["task_id"], "status": "failed", "error": "provider error"}
        for one in workflow["results"][:2]
    ]
    return {"workflow": {**workflow, "results": [*failed, *workflow["results"][2:]]}}


def look_up_all_but_two(front: Front, count: int) -> str:
    front.api.always["look"] = changes(fails_for_two)
    run_id = front.look_up(to="look", count=count)
    front.api.forget()
    assert front.scene.view(run_id).state is RunState.FINISHED
    return run_id


def without_answer(scene: Scene, run_id: str) -> Any:
    return scene.workspace.orders.without_answer(scene.organization_id, run_id)


def test_who_got_no_answer_is_looked_up_again_alone_and_the_others_are_filled_in(front: Front) -> None:
    scene = front.scene
    first = look_up_all_but_two(front, 12)
    price = without_answer(scene, first)
    assert (price.to_send, price.at_most) == (2, 2)
    how = {"budget": price.at_most, "estimate": price}
    second = scene.workspace.orders.look_again(scene.organization_id, first, **how)
    assert scene.workspace.orders.look_again(scene.organization_id, first, **how) == second, "a second click"
    assert without_answer(scene, first) is None, "not while one goes on"
    front.drive(second)
    assert scene.view(second).state is RunState.FINISHED
    assert sorted(scene.accepted().values()) == [1] * 10 + [2] * 2
    rows = scene.rows(second)
    assert [row.row_number for row in rows if row.ask] == [1, 2]
    assert [row.email for row in rows[2:]] == [row.email for row in scene.rows(first)[2:]]
    assert {row.outcome for row in rows[:2]} <= {"found", "nothing"}
    assert without_answer(scene, first) is None, "who has an answer by now is not offered again"
    scene.check_the_numbers(second)


def test_the_files_after_a_phone_step_tell_who_got_no_answer_from_who_was_not_found(front: Front) -> None:
    scene = front.scene
    first = look_up_all_but_two(front, 30)
    missed = sum(row.outcome == "nothing" for row in scene.rows(first))
    assert missed
    second = phones(scene, first, "email_found")
    front.drive(second)
    reasons = [row["Cleanlist Reason"] for row in told(scene, second, "everything")]
    assert reasons[:2] == ["The look-up failed in an earlier step; not chosen for a phone."] * 2
    assert reasons.count("Nothing found in an earlier step; not chosen for a phone.") == missed
    assert len(told(scene, second, "failed")) == 2
    assert len(told(scene, second, "not_found")) == missed
