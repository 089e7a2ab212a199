"""Announced results: forged, repeated, oversized and late ones, among true ones."""

from __future__ import annotations

import json
import random
import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from cleanlist_core.api.answers import SubmittedBatch
from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import RunState
from cleanlist_core.runs import announcements
from cleanlist_core.runs.announcements import (
    ACCEPTED,
    MALFORMED,
    TOO_LARGE,
    UNKNOWN,
    announcement_url,
    receive,
)
from cleanlist_core.runs.planning import still_missing
from cleanlist_core.store import batches, runs, settling
from cleanlist_core.store.next_batch import Sending, begin_batch
from tests.runs.scene import QUICK, Scene, open_scene, people


def _payload(workflow_id: str, **changes: object) -> bytes:
    body = {"event": "enrichment.completed", "workflow_id": workflow_id, "status": "completed", "results": []}
    return json.dumps({**body, **changes}).encode()


def _send(scene: Scene, count: int, *, start: int = 0) -> tuple[str, Sending, SubmittedBatch]:
    """Send a batch by hand. Returns the run, what was sent, and the answer, which nobody has written down."""
    run_id = scene.start(scene.add_list(people(count, start=start)))
    assert runs.hold(scene.database, run_id, "test")
    sending = begin_batch(scene.database, run_id, "test", still_missing)
    assert isinstance(sending, Sending)
    with CleanlistClient(scene.base_url, scene.key) as client:
        answer = client.submit_batch(sending.contacts, sending.wanted)
    return run_id, sending, answer


def _lose(scene: Scene, run_id: str, sending: Sending) -> None:
    batches.lost_answer(scene.database, sending.token, "connection reset")
    runs.let_go(scene.database, run_id, "test")


@pytest.fixture
def proven(scene: Scene) -> tuple[str, Sending, SubmittedBatch]:
    run_id, sending, answer = _send(scene, 30)
    _lose(scene, run_id, sending)
    return run_id, sending, answer


def test_an_announcement_proves_a_lost_answer_and_everybody_gets_their_own_result(
    scene: Scene, proven: tuple[str, Sending, SubmittedBatch]
) -> None:
    run_id, sending, answer = proven

    assert receive(scene.database, sending.token, sending.secret, _payload(answer.workflow_id)) == ACCEPTED
    view = scene.drive(run_id)

    assert view.state is RunState.FINISHED
    (entry,) = [one for one in scene.workflows() if one.workflow_id == answer.workflow_id]
    assert scene.spent(run_id) == entry.charged
    assert sum(bool(row.email) for row in scene.rows(run_id)) == len(entry.charges)
    assert len(scene.workflows()) == 1, "nobody was sent again"


def test_an_announcement_after_the_run_ended_reopens_it(
    scene: Scene, proven: tuple[str, Sending, SubmittedBatch]
) -> None:
    run_id, sending, answer = proven
    batches.leave_out(scene.database, sending.batch_id)
    assert scene.drive(run_id).state is RunState.FINISHED

    assert receive(scene.database, sending.token, sending.secret, _payload(answer.workflow_id)) == ACCEPTED

    assert scene.view(run_id).active
    assert scene.drive(run_id).state is RunState.FINISHED
    assert any(row.email for row in scene.rows(run_id))


def test_late_news_of_a_deleted_list_counts_its_cost_and_leaves_nothing_of_its_people(
    scene: Scene, proven: tuple[str, Sending, SubmittedBatch]
) -> None:
    run_id, sending, answer = proven
    batches.leave_out(scene.database, sending.batch_id)
    scene.drive(run_id)
    scene.workspace.delete_list(scene.organization_id, scene.view(run_id).list_id)

    told = _payload(answer.workflow_id, results=[{"task_id": one} for one in answer.task_ids])
    assert receive(scene.database, sending.token, sending.secret, told) == ACCEPTED
    assert scene.drive(run_id).state is RunState.FINISHED
    assert receive(scene.database, sending.token, sending.secret, told) == ACCEPTED

    assert settling.raw_answers(scene.database, sending.batch_id) == []
    (after,) = scene.batches(run_id)
    assert (after.state, after.completed) == ("finished", 30)
    assert after.settled_credits + after.doubtful_credits >= scene.charged() > 0


def test_an_announcement_that_overtakes_the_answer_keeps_the_ids_of_the_people(scene: Scene) -> None:
    run_id, sending, answer = _send(scene, 5)
    receive(scene.database, sending.token, sending.secret, _payload(answer.workflow_id))

    batches.accepted(scene.database, sending.token, answer.workflow_id, answer.task_ids, next_look_seconds=0)

    assert scene.batches(run_id)[0].task_ids == list(answer.task_ids)
    assert "lost" not in scene.log(run_id)


@pytest.mark.parametrize(
    ("announced", "asked"),
    [
        pytest.param(30, 0, id="nobody is asked for whom the announcement told"),
        pytest.param(12, 18, id="those a shortened announcement left out are asked for one by one"),
        pytest.param(0, 30, id="an announcement without results is a hint to look"),
    ],
)
def test_results_are_taken_from_the_announcement_where_the_batch_does_not_hold_them(
    tmp_path: Path, announced: int, asked: int
) -> None:
    with open_scene(tmp_path / "data", options=replace(QUICK, dialect="by_task")) as scene:
        run_id, sending, answer = _send(scene, 30)
        batches.accepted(
            scene.database, sending.token, answer.workflow_id, answer.task_ids, next_look_seconds=0
        )
        runs.let_go(scene.database, run_id, "test")
        results = [_ended(scene, task_id) for task_id in answer.task_ids[:announced]]
        told = _payload(answer.workflow_id, results=results, results_truncated=announced < 30)
        assert receive(scene.database, sending.token, sending.secret, told) == ACCEPTED

        assert scene.drive(run_id).state is RunState.FINISHED

        stranger = scene.newcomer()
        alone = stranger.look_up(people(30))
        assert [row.email for row in scene.rows(run_id)] == [row.email for row in stranger.rows(alone)]
        assert scene.spent(run_id) == scene.charged() > 0
        batch_id = scene.batches(run_id)[0].id
        assert len(settling.stored_bodies(scene.database, batch_id, "person")) == asked


def _ended(scene: Scene, task_id: str) -> dict[str, object]:
    """The result of one person, once it is there."""
    with CleanlistClient(scene.base_url, scene.key) as client:
        for _ in range(10_000):
            task = client.task_status(task_id)
            if task.finished and task.record is not None:
                return {**task.record.raw, "task_id": task_id}
    raise AssertionError("the look-up never ended")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "POST https://a.example/announcements/tok/sec failed",
            "POST https://a.example/announcements/… failed",
        ),
        ("timed out after 10 s", "timed out after 10 s"),
    ],
    ids=["the address is cut where its secret begins", "other words stay"],
)
def test_what_the_api_says_of_its_calls_is_shown_without_the_secret(said: str, shown: str) -> None:
    assert announcements.without_secrets(said) == shown


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"token": "0" * 32}, UNKNOWN, id="an unknown name"),
        pytest.param({"secret": "guessed"}, UNKNOWN, id="a wrong secret"),
        pytest.param({"secret": ""}, UNKNOWN, id="no secret"),
        pytest.param({"token": "", "secret": ""}, UNKNOWN, id="nothing at all"),
        pytest.param({"body": b"{"}, MALFORMED, id="a cut body"),
        pytest.param({"body": b"[]"}, MALFORMED, id="a list"),
        pytest.param({"body": b"[" * 100_000}, MALFORMED, id="a body nested without end"),
        pytest.param({"body": b'{"event": "other", "workflow_id": "x"}'}, MALFORMED, id="another event"),
        pytest.param({"body": _payload("")}, MALFORMED, id="no reference"),
        pytest.param({"body": _payload("w" * 201)}, MALFORMED, id="a reference far too long"),
        pytest.param({"body": b" " * (announcements.LARGEST_BODY_BYTES + 1)}, TOO_LARGE, id="a huge body"),
    ],
)
def test_what_is_not_a_true_announcement_changes_nothing(
    scene: Scene,
    proven: tuple[str, Sending, SubmittedBatch],
    change: dict[str, object],
    status: int,
) -> None:
    run_id, sending, answer = proven
    post = {"token": sending.token, "secret": sending.secret, "body": _payload(answer.workflow_id), **change}

    assert receive(scene.database, **post) == status  # type: ignore[arg-type]

    assert scene.states(run_id) == ["uncertain"]
    assert not settling.stored_bodies(scene.database, sending.batch_id, "announcement")


def test_a_thousand_posts_of_all_kinds_lose_no_true_one_and_believe_no_false_one(scene: Scene) -> None:
    true = [_send(scene, 3, start=10 * number) for number in range(4)]
    for run_id, sending, _ in true:
        _lose(scene, run_id, sending)
    late = true[:2]
    for run_id, sending, _ in late:
        batches.leave_out(scene.database, sending.batch_id)
        assert scene.drive(run_id).state is RunState.FINISHED
    rng = random.Random(7)
    posts = [(sent.token, sent.secret, _payload(answer.workflow_id), ACCEPTED) for _, sent, answer in true]
    posts += [rng.choice(posts[:4]) for _ in range(196)]
    known = [sending for _, sending, _ in true]
    forged = rng.choices(known, k=600)
    posts += [(sending.token, secrets.token_urlsafe(24), _payload("forged"), UNKNOWN) for sending in forged]
    huge = b" " * (announcements.LARGEST_BODY_BYTES + 1)
    posts += [(sending.token, sending.secret, huge, TOO_LARGE) for sending in rng.choices(known, k=100)]
    posts += [(sending.token, sending.secret, b'{"ev', MALFORMED) for sending in rng.choices(known, k=100)]
    assert len(posts) == 1000
    rng.shuffle(posts)

    answers = [receive(scene.database, token, secret, body) for token, secret, body, _ in posts]

    assert answers == [expected for *_, expected in posts]
    for run_id, sending, answer in true:
        (stored,) = scene.batches(run_id)
        assert (stored.state, stored.workflow_id) == ("sent", answer.workflow_id)
        kept = settling.stored_bodies(scene.database, sending.batch_id, "announcement")
        assert 1 <= len(kept) <= announcements.MOST_PER_BATCH


def test_a_known_batch_takes_no_other_reference(
    scene: Scene, proven: tuple[str, Sending, SubmittedBatch]
) -> None:
    run_id, sending, answer = proven
    receive(scene.database, sending.token, sending.secret, _payload(answer.workflow_id))

    assert receive(scene.database, sending.token, sending.secret, _payload("another")) == MALFORMED
    assert scene.batches(run_id)[0].workflow_id == answer.workflow_id


def test_the_address_is_given_only_where_there_is_a_public_one() -> None:
    assert announcement_url(None, "token", "secret") == ""
    assert announcement_url("https://lists.example", "t", "s") == "https://lists.example/announcements/t/s"
