"""What goes wrong on request, seen by a client over real HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.sandbox.faults import AFTER, BEFORE, FaultPlan, read_faults
from cleanlist_core.sandbox.workflows import FATES, Workflow
from tests.unit.sandbox.conftest import Clock, people

BULK = {"enrichment_type": "partial", "contacts": people(3)}


@contextmanager
def failing(faults: str, clock: Clock, **options: Any) -> Iterator[tuple[Sandbox, httpx.Client]]:
    chosen = SandboxOptions(**{"time_factor": 1, "credits": 5000, "faults": faults, **options})
    with Sandbox(chosen, clock=clock) as sandbox, serve(sandbox) as running:
        headers = {"Authorization": f"Bearer {sandbox.new_organization().key}"}
        with httpx.Client(base_url=running.base_url, headers=headers) as client:
            yield sandbox, client


def accepted_requests(sandbox: Sandbox) -> int:
    return len(sandbox.ledger()[0].workflows)


@pytest.mark.parametrize(("fault", "status"), [("500", 500), ("503", 503), ("html_502", 502), ("429", 429)])
def test_a_fault_before_acceptance_strikes_the_request_it_names_and_nothing_happens(
    clock: Clock, fault: str, status: int
) -> None:
    with failing(f"bulk:2={fault}", clock) as (sandbox, client):
        statuses = [client.post("/enrich/bulk", json=BULK).status_code for _ in range(3)]
        assert statuses == [200, status, 200]
        assert accepted_requests(sandbox) == 2
        assert sum(window.accepted for window in sandbox.ledger()[0].requests) == 2


def test_an_early_429_says_how_long_to_wait_and_in_the_dialects_words(clock: Clock) -> None:
    with failing("balance:1=429:7,balance:2=503", clock, dialect="structured_errors") as (_, client):
        limited = client.get("/credits/balance")
        assert limited.headers["Retry-After"] == "7"
        assert limited.json()["error"]["retry_after_ms"] == 7000
        out = client.get("/credits/balance").json()["error"]
        assert (out["code"], out["retryable"]) == ("unavailable", True)


def test_a_502_is_a_page_of_html(clock: Clock) -> None:
    with failing("status:*=html_502", clock) as (_, client):
        answer = client.get("/enrich/status", params={"workflow_id": "x"})
        assert answer.headers["content-type"].startswith("text/html")
        assert "<html>" in answer.text


@pytest.mark.parametrize("fault", ["500_after", "html_502_after", "cut_json", "wrong_type"])
def test_a_fault_of_the_answer_comes_after_the_work_was_taken_on(clock: Clock, fault: str) -> None:
    with failing(f"bulk:1={fault}", clock) as (sandbox, client):
        answer = client.post("/enrich/bulk", json=BULK)
        assert accepted_requests(sandbox) == 1
        if fault == "cut_json":
            assert answer.status_code == 200
            with pytest.raises(json.JSONDecodeError):
                answer.json()
        elif fault == "wrong_type":
            assert answer.headers["content-type"].startswith("text/html")
            assert answer.json()["workflow_id"]
        else:
            assert answer.status_code >= 500


@pytest.mark.parametrize(("fault", "accepted"), [("reset_before", 0), ("reset_after", 1)])
def test_a_connection_is_broken_before_or_after_the_work_was_taken_on(
    clock: Clock, fault: str, accepted: int
) -> None:
    with failing(f"bulk:1={fault}", clock) as (sandbox, client):
        with pytest.raises(httpx.TransportError):
            client.post("/enrich/bulk", json=BULK)
        assert accepted_requests(sandbox) == accepted
        assert client.post("/enrich/bulk", json=BULK).status_code == 200


def test_a_slow_answer_keeps_the_others_waiting_for_nothing(clock: Clock) -> None:
    with failing("balance:1=slow:30", clock) as (sandbox, client):
        with pytest.raises(httpx.ReadTimeout):
            client.get("/credits/balance", timeout=0.2)
        started = time.monotonic()
        assert client.get("/credits/balance").status_code == 200
        assert time.monotonic() - started < 10
        assert sum(window.accepted for window in sandbox.ledger()[0].requests) == 2


def test_a_skewed_clock_shows_in_times_only(clock: Clock) -> None:
    with failing("status:2=clock_skew:-90", clock) as (_, client):
        workflow_id = client.post("/enrich/bulk", json=BULK).json()["workflow_id"]
        clock.advance(60)
        right, wrong = (
            client.get("/enrich/status", params={"workflow_id": workflow_id}).json()["workflow"]
            for _ in range(2)
        )
        for name in ("started_at", "completed_at"):
            apart = datetime.fromisoformat(right[name]) - datetime.fromisoformat(wrong[name])
            assert apart.total_seconds() == 90
        assert wrong["results"] == right["results"]


def test_chance_strikes_about_as_often_as_said_and_the_same_way_each_time() -> None:
    def struck() -> list[int]:
        plan = FaultPlan("status:20%=503", "seed")
        return [number for number in range(2000) if plan.next_fault("status")]

    assert len(struck()) == pytest.approx(400, abs=60)
    assert struck() == struck()


def test_any_means_every_endpoint_and_the_first_fitting_fault_wins() -> None:
    plan = FaultPlan("bulk:1=500,any:1-2=503", "seed")
    assert [plan.next_fault(who) for who in ("bulk", "bulk", "bulk")] == [("500", 0.0), ("503", 0.0), None]
    assert plan.next_fault("balance") == ("503", 0.0)
    assert plan.next_fault("workflow") is None
    assert plan.counts() == {
        "requests": {"bulk": 3, "balance": 1, "workflow": 1},
        "faults": {"500": 1, "503": 2},
    }


@pytest.mark.parametrize("kind", sorted(BEFORE | AFTER))
def test_every_fault_can_be_planned(kind: str) -> None:
    assert read_faults(f"any:*={kind}")[0].fault.kind == kind


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("bulk", "not written as", id="no time and no fault"),
        pytest.param("bulk:2", "not written as", id="no fault"),
        pytest.param("mail:2=500", "cannot strike 'mail'", id="an endpoint that is not there"),
        pytest.param("bulk:2=418", "unknown fault '418'", id="a fault that is not there"),
        pytest.param("bulk:1=never_ends", "unknown fault 'never_ends' for bulk", id="a fate of a request"),
        pytest.param("workflow:1=500", "unknown fault '500' for workflow", id="a status of a workflow"),
        pytest.param("bulk:0=500", "does not say when", id="request zero"),
        pytest.param("bulk:5-2=500", "does not say when", id="a range backwards"),
        pytest.param("bulk:often=500", "does not say when", id="no number"),
        pytest.param("bulk:120%=500", "between 0% and 100%", id="more than always"),
        pytest.param("bulk:x%=500", "between 0% and 100%", id="no share"),
        pytest.param("bulk:1=500:3", "has no meaning", id="a number where none belongs"),
        pytest.param("bulk:1=slow:soon", "has no meaning", id="no number of seconds"),
        pytest.param("bulk:1=slow:-1", "not between 0 and", id="less than no time"),
        pytest.param("bulk:1=slow:nan", "has no meaning", id="not a number"),
    ],
)
def test_faults_that_make_no_sense_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Sandbox(SandboxOptions(faults=text))


# Workflows


def fated(fate: str, clock: Clock, **options: Any) -> tuple[Sandbox, Workflow, Any]:
    chosen = SandboxOptions(**{"time_factor": 1, "credits": 5000, "faults": f"workflow:1={fate}", **options})
    sandbox = Sandbox(chosen, clock=clock)
    caller = sandbox.admit(f"Bearer {sandbox.new_organization().key}")
    body = json.dumps({"enrichment_type": "full", "contacts": people(30)}).encode()
    return sandbox, sandbox.submit(caller, body), caller


def test_a_workflow_that_never_ends_runs_on_and_holds_its_credits(clock: Clock) -> None:
    sandbox, workflow, caller = fated("never_ends", clock)
    clock.advance(86_400)
    told = sandbox.dialect.workflow(workflow, clock.now)["workflow"]
    assert (told["status"], told["completed_prospects"]) == ("running", 29)
    assert sandbox.settled(caller).credits == 5000
    assert sandbox.ledger()[0].held == 330
    sandbox.close()


def test_a_workflow_that_fails_finds_nothing_and_costs_nothing(clock: Clock) -> None:
    sandbox, workflow, caller = fated("fails", clock)
    clock.advance(60)
    told = sandbox.dialect.workflow(workflow, clock.now)["workflow"]
    assert (told["status"], told["failed_prospects"], told["emails_found"]) == ("failed", 30, 0)
    assert all("error" in entry for entry in told["results"])
    assert sandbox.settled(caller).credits == 5000
    sandbox.close()


def test_a_workflow_that_ends_with_errors_has_failed_and_finished_people(clock: Clock) -> None:
    sandbox, workflow, _ = fated("ends_with_errors", clock)
    clock.advance(60)
    told = sandbox.dialect.workflow(workflow, clock.now)["workflow"]
    assert (told["status"], told["failed_prospects"]) == ("completed_with_errors", 10)
    sandbox.close()


def test_lost_results_are_missing_from_the_list_and_can_be_read_by_task(clock: Clock) -> None:
    sandbox, workflow, _ = fated("loses_results", clock)
    clock.advance(60)
    told = sandbox.dialect.workflow(workflow, clock.now)["workflow"]
    assert (told["total_prospects"], len(told["results"])) == (30, 20)
    lost = set(workflow.task_ids) - {entry["task_id"] for entry in told["results"]}
    positions = [list(workflow.task_ids).index(task_id) for task_id in lost]
    tasks = [sandbox.dialect.task(workflow, position, clock.now)["task"] for position in positions]
    assert {task["status"] for task in tasks} == {"completed"}
    assert any("primary_email" in task["result"] for task in tasks)
    sandbox.close()


@pytest.mark.parametrize(
    ("dialect", "word"),
    [
        ("default", "cancelled"),
        ("canceled_spelling", "canceled"),
        ("terminated_spelling+upper_case_states", "TERMINATED"),
    ],
)
def test_a_cancelled_workflow_charges_what_was_found_by_then(clock: Clock, dialect: str, word: str) -> None:
    sandbox, workflow, caller = fated("cancelled", clock, dialect=dialect)
    clock.advance(60)
    told = sandbox.dialect.workflow(workflow, clock.now)["workflow"]
    assert told["status"] == word
    assert 0 < told["completed_prospects"] < 30
    unfinished = [entry for entry in told["results"] if entry["status"] == word]
    assert len(unfinished) == 30 - told["completed_prospects"] - told["failed_prospects"]
    assert not any("primary_email" in entry for entry in unfinished)
    cost = told["emails_found"] + 10 * told["phones_found"]
    assert 5000 - sandbox.settled(caller).credits == cost > 0
    open_task = next(n for n in range(30) if not workflow.task_ended(n, clock.now))
    assert sandbox.dialect.task(workflow, open_task, clock.now)["task"]["status"] == word
    sandbox.close()


@pytest.mark.parametrize("fate", FATES)
def test_the_fate_of_a_workflow_is_kept_with_it(clock: Clock, tmp_path: Path, fate: str) -> None:
    state = tmp_path / "sandbox.db"
    options = SandboxOptions(time_factor=1, credits=5000, faults=f"workflow:1={fate}")
    with Sandbox(options, state_path=state, clock=clock) as one:
        caller = one.admit(f"Bearer {one.new_organization().key}")
        made = one.submit(caller, json.dumps({"contacts": people(12)}).encode())
        clock.advance(60)
        expected = one.dialect.workflow(made, clock.now)
    with Sandbox(SandboxOptions(time_factor=1), state_path=state, clock=clock) as other:
        again = other.workflow_of(caller, made.workflow_id)
        assert other.dialect.workflow(again, clock.now) == expected


# Planning them while it runs


def test_faults_are_planned_shown_and_cleared_while_it_runs(clock: Clock) -> None:
    with failing("", clock) as (_, client):
        address = client.base_url.copy_with(path="/_sandbox/faults")
        planned = client.post(address, json={"faults": "balance:1=500"})
        assert planned.json() == {"faults": "balance:1=500", "requests": {}, "faults_struck": {}}
        assert [client.get("/credits/balance").status_code for _ in range(2)] == [500, 200]
        shown = client.get(address).json()
        assert (shown["requests"], shown["faults_struck"]) == ({"balance": 2}, {"500": 1})
        wrong = client.post(address, json={"faults": "balance:1=418"})
        assert (wrong.status_code, "unknown fault" in wrong.json()["detail"]) == (422, True)
        assert client.get(address).json()["faults"] == "balance:1=500"
        assert client.delete(address).json()["faults"] == ""
        assert client.get("/credits/balance").status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        pytest.param(b'{"faults": ""}', "text/plain", 415, id="a form of another site"),
        pytest.param(b"{", "application/json", 422, id="cut JSON"),
        pytest.param(b"[]", "application/json", 422, id="a list"),
        pytest.param(b'{"faults": 1}', "application/json", 422, id="a number"),
        pytest.param(b'{"faults": "' + b"x" * 70_000 + b'"}', "application/json", 413, id="too large"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused(clock: Clock, content: bytes, kind: str, status: int) -> None:
    with failing("balance:1=500", clock) as (sandbox, client):
        address = client.base_url.copy_with(path="/_sandbox/faults")
        answer = client.post(address, content=content, headers={"Content-Type": kind})
        assert answer.status_code == status
        assert sandbox.faults.text == "balance:1=500"
